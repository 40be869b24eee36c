// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Real entries
 *
 * Real entries are special ones in a mixed map: Linux sees no page behind them,
 * so that nobody can pin a frame, and once they are zapped nobody uses it. They
 * are put in for several addresses at once by apply_to_page_range(), with the
 * rights that the shadow entry has; a write to one without the right to write
 * comes here as pfn_mkwrite(). As vm_page_prot never has that right (Linux
 * clears it where there is a pfn_mkwrite()), Linux itself gives it only back: by
 * mprotect(), to an entry that is dirty, and so had it. vml_area_sync() sees to
 * it that there is none where the shadow entry has lost it.
 */
#include "real.h"

#include <vmlab/memory.h>
#include <vmlab/pool.h>

#include <linux/mm.h>

/**
 * struct insertion - real entries that are put in
 * @vma: where
 * @batch: what they shall say
 */
struct insertion {
	struct vm_area_struct *vma;
	const struct vml_batch *batch;
};

/* Whether an entry that is there lacks nothing but a right that ours has. */
static bool lacks_write(pte_t there, unsigned long pfn, u64 entry)
{
	return entry & VML_ENTRY_WRITE && pte_present(there) &&
	       pte_special(there) && pte_pfn(there) == pfn && !pte_write(there);
}

/* Called under the lock of the page table. */
static int set_real(pte_t *pte, unsigned long address, void *data)
{
	const struct insertion *in = data;
	u32 i = (address - in->batch->address) >> VML_FRAME_SHIFT;
	u64 entry = in->batch->entries[i];
	pte_t there = ptep_get(pte), new;
	unsigned long pfn;

	if (!(entry & VML_ENTRY_PRESENT))
		return 0;
	pfn = vml_frame_pfn(vml_frame_at(vml_entry_frame(entry)));
	if (!pte_none(there) && !lacks_write(there, pfn, entry))
		return 0;
	new = pte_mkyoung(pte_mkspecial(pfn_pte(pfn, in->vma->vm_page_prot)));
	if (entry & VML_ENTRY_WRITE)
		new = pte_mkdirty(pte_mkwrite_novma(new));
	set_pte_at(in->vma->vm_mm, address, pte, new);
	return 0;
}

static bool in_one_table(const struct vml_batch *batch, unsigned long address)
{
	unsigned long end = batch->address + batch->nr * PAGE_SIZE;

	return batch->address >= (address & PMD_MASK) &&
	       end <= (address & PMD_MASK) + PMD_SIZE;
}

/*
 * Puts entries in where their table is there already. It may go (since 6.12
 * Linux frees empty ones), so it is looked for again under its lock; until then
 * RCU keeps it.
 */
static bool set_in_table(struct insertion *in, pmd_t *pmd)
{
	unsigned long address = in->batch->address;
	pmd_t was = READ_ONCE(*pmd);
	spinlock_t *lock; /* of the table */
	bool same;
	pte_t *pte;
	u32 i;

	if (!pmd_present(was) || pmd_leaf(was) || pmd_bad(was))
		return false;
	pte = pte_offset_kernel(&was, address);
	lock = pte_lockptr(in->vma->vm_mm, &was);
	spin_lock(lock);
	same = pmd_same(was, READ_ONCE(*pmd));
	for (i = 0; same && i < in->batch->nr; i++)
		set_real(pte + i, address + i * PAGE_SIZE, in);
	spin_unlock(lock);
	return same;
}

static int insert(struct vml_space *space, const struct vml_batch *batch,
		  void *arg)
{
	struct vm_fault *vmf = arg;
	struct insertion in = { .vma = vmf->vma, .batch = batch };
	bool done = false;

	rcu_read_lock();
	if (vmf->pmd && in_one_table(batch, vmf->address))
		done = set_in_table(&in, vmf->pmd);
	rcu_read_unlock();
	if (done)
		return 0;
	return apply_to_page_range(in.vma->vm_mm, batch->address,
				   (unsigned long)batch->nr << VML_FRAME_SHIFT,
				   set_real, &in);
}

static void zap(struct vml_object *object, u32 first, u32 nr)
{
	const struct vml_memory *memory = object->host;

	unmap_mapping_pages(memory->file->f_mapping, first, nr, false);
}

static void copy(struct vml_frame *to, struct vml_frame *from)
{
	vml_pool_copy(to, from, 0);
}

static void read(void *to, struct vml_frame *from, unsigned int offset,
		 unsigned int len)
{
	void *address = vml_pool_map(from);

	memcpy(to, address + offset, len);
	vml_pool_unmap(from, address);
}

static void write(struct vml_frame *to, const void *from, unsigned int offset,
		  unsigned int len)
{
	void *address = vml_pool_map(to);

	memcpy(address + offset, from, len);
	vml_pool_unmap(to, address);
}

/* What the mirror does for the floor below. */
const struct vml_space_ops vml_real_ops = {
	.insert = insert,
	.zap = zap,
	.copy = copy,
	.read = read,
	.write = write,
};
