// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Real huge entries
 *
 * Where all of a block lies in one area of Linux, and at a multiple of its size,
 * one entry of a PMD maps it. Linux asks for it by huge_fault(), if its own
 * setting lets it: /sys/kernel/mm/transparent_hugepage/enabled, and for an area
 * MADV_HUGEPAGE and MADV_NOHUGEPAGE. Whatever concerns a part of it has Linux
 * take the whole entry away, as it does with huge pages of files.
 *
 * As small ones, huge entries are special, so that nobody can pin a frame. Linux
 * knows special ones since 6.12. But there only the lock-less half of
 * get_user_pages() minds them, the other takes hold of the page behind (see
 * follow_huge_pmd() in mm/gup.c). It keeps off areas that are VM_IO. So only these
 * have huge entries, and an area is made one when it is mapped or never. It
 * pays for it: Linux does not populate what is VM_IO.
 *
 * Private areas have none: what debuggers write there is Linux's to copy, and
 * Linux does not touch what is VM_IO.
 */
#include "huge.h"

#include <linux/huge_mm.h>
#include <linux/mm.h>

/**
 * vml_real_allow_huge() - have a new area take huge entries, if it can
 * @vma: the area
 * @memory: that it shows
 *
 * Context: the mmap_lock held for writing, by mmap().
 */
void vml_real_allow_huge(struct vm_area_struct *vma,
			 const struct vml_memory *memory)
{
	if (VML_HUGE_ENTRIES && vma->vm_flags & VM_MAYSHARE &&
	    READ_ONCE(memory->flags) & VMLAB_MEMORY_HUGE)
		vm_flags_set(vma, VM_IO);
}

/**
 * vml_mirror_huge() - whether an area takes huge entries
 * @vma: an area that shows a memory
 *
 * Context: the area stays.
 */
bool vml_mirror_huge(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_IO;
}

/* Whether an entry that is there is for the same frames. */
static bool is_same(pmd_t there, pmd_t new)
{
	return pmd_present(there) && pmd_leaf(there) &&
	       pmd_pfn(there) == pmd_pfn(new);
}

/**
 * vml_real_insert_huge() - see &struct vml_space_ops
 * @space: the space
 * @address: of the first frame
 * @entry: the shadow entry
 * @arg: the fault of Linux, which asked for a huge entry
 *
 * A table is in the way, even an empty one: it cannot be taken away from here.
 *
 * Return: 0 or -EOPNOTSUPP.
 */
int vml_real_insert_huge(struct vml_space *space, u64 address, u64 entry,
			 void *arg)
{
	unsigned long pfn = vml_frame_pfn(vml_frame_at(vml_entry_frame(entry)));
	struct vm_fault *vmf = arg;
	struct vm_area_struct *vma = vmf->vma;
	spinlock_t *lock; /* of the table that the entry is in */
	pmd_t there, new;
	int err = 0;

	new = pmd_mkhuge(pfn_pmd(pfn, vma->vm_page_prot));
	new = pmd_mkyoung(pmd_mkspecial(new));
	if (entry & VML_ENTRY_WRITE)
		new = pmd_mkdirty(pmd_mkwrite_novma(new));
	lock = pmd_lock(vma->vm_mm, vmf->pmd);
	there = pmdp_get(vmf->pmd);
	if (pmd_none(there) || (is_same(there, new) && !pmd_write(there)))
		set_pmd_at(vma->vm_mm, address, vmf->pmd, new);
	else if (!is_same(there, new))
		err = -EOPNOTSUPP;
	spin_unlock(lock);
	return err;
}
