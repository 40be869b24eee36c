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
 *
 * Those for a whole block are in huge.c.
 */
#include "huge.h"
#include "real.h"

#include <vmlab/file.h>
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
static void set_real(struct vm_area_struct *vma, pte_t *pte,
		     unsigned long address, u64 entry)
{
	unsigned long pfn = vml_number_pfn(vml_entry_frame(entry));
	pte_t there = ptep_get(pte), new;

	if (!pte_none(there) && !lacks_write(there, pfn, entry))
		return;
	new = pte_mkyoung(pte_mkspecial(pfn_pte(pfn, vma->vm_page_prot)));
	if (entry & VML_ENTRY_WRITE)
		new = pte_mkdirty(pte_mkwrite_novma(new));
	set_pte_at(vma->vm_mm, address, pte, new);
}

/*
 * Puts entries in where their table is there already. It may go (since 6.12
 * Linux frees empty ones), so it is looked for again under its lock; until then
 * RCU keeps it.
 */
static bool set_in_table(struct vm_area_struct *vma,
			 const struct vml_batch *batch, pmd_t *pmd)
{
	unsigned long address = batch->address;
	pmd_t was = READ_ONCE(*pmd);
	spinlock_t *lock; /* of the table */
	bool same;
	pte_t *pte;
	u32 i;

	/* Which what is empty, absent or a leaf is too. */
	if (pmd_bad(was))
		return false;
	pte = pte_offset_kernel(&was, address);
	lock = pte_lockptr(vma->vm_mm, &was);
	spin_lock(lock);
	same = pmd_same(was, READ_ONCE(*pmd));
	if (likely(same)) {
		for (i = 0; i < batch->nr; i++)
			if (batch->entries[i] & VML_ENTRY_PRESENT)
				set_real(vma, pte + i, address + i * PAGE_SIZE,
					 batch->entries[i]);
	}
	spin_unlock(lock);
	return same;
}

/* Whether all of a batch is below the entry that leads to an address. */
static bool is_in_table(const struct vml_batch *batch, unsigned long address)
{
	unsigned long first = batch->address;
	unsigned long last = first + (batch->nr - 1) * PAGE_SIZE;

	return !(((first ^ address) | (last ^ address)) & PMD_MASK);
}

static int set_one(pte_t *pte, unsigned long address, void *data)
{
	const struct insertion *in = data;
	u32 i = (address - in->batch->address) >> VML_FRAME_SHIFT;

	if (in->batch->entries[i] & VML_ENTRY_PRESENT)
		set_real(in->vma, pte, address, in->batch->entries[i]);
	return 0;
}

/* As insert(), where Linux lacks the table, or the batch needs two. */
static noinline int insert_slowly(struct vm_area_struct *vma,
				  const struct vml_batch *batch)
{
	struct insertion in = { .vma = vma, .batch = batch };

	return apply_to_page_range(vma->vm_mm, batch->address,
				   (unsigned long)batch->nr << VML_FRAME_SHIFT,
				   set_one, &in);
}

static int insert(struct vml_space *space, const struct vml_batch *batch,
		  void *arg)
{
	struct vm_fault *vmf = arg;
	bool done = false;

	if (is_in_table(batch, vmf->address)) {
		rcu_read_lock();
		done = set_in_table(vmf->vma, batch, vmf->pmd);
		rcu_read_unlock();
	}
	return likely(done) ? 0 : insert_slowly(vmf->vma, batch);
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
	vml_pool_unmap(address);
}

static void write(struct vml_frame *to, const void *from, unsigned int offset,
		  unsigned int len)
{
	void *address = vml_pool_map(to);

	memcpy(address + offset, from, len);
	vml_pool_unmap(address);
}

/* What the mirror does for the floor below. */
const struct vml_space_ops vml_real_ops = {
	.insert = insert,
	.insert_huge = VML_HUGE_ENTRIES ? vml_real_insert_huge : NULL,
	.zap = zap,
	.copy = copy,
	.read = read,
	.write = write,
	.fetch = vml_file_fetch,
	.fetch_ahead = vml_file_fetch_ahead,
};
