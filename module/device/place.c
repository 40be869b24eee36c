// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Where mappings go
 *
 * To where huge pages fit; or, where shadow page tables do not reach all of a
 * process's addresses, into the window that they reach.
 */
#include <vmlab/memory.h>

#include <linux/huge_mm.h>
#include <linux/mm.h>
#include <linux/mman.h>

/* The first hole of the window that is large enough. */
static unsigned long place_in_window(unsigned long address, unsigned long size)
{
	unsigned long low = vml_process_base();
	unsigned long high = low + vml_process_span();
	struct vm_area_struct *vma;

	if (address && vml_process_reaches(address, address + size) &&
	    address + size >= address) {
		vma = find_vma(current->mm, address);
		if (!vma || vma->vm_start >= address + size)
			return address;
	}
	for (vma = find_vma(current->mm, low); vma && vma->vm_start < high;
	     vma = find_vma(current->mm, low)) {
		if (vma->vm_start > low && vma->vm_start - low >= size)
			return low;
		low = max(low, vma->vm_end);
	}
	return low < high && high - low >= size ? low : -ENOMEM;
}

/**
 * vml_mirror_place() - where a new mapping goes
 * @file: that is mapped
 * @address: where the caller wants it, or 0
 * @size: bytes
 * @index: in the memory, of the first frame
 * @flags: MAP_*
 *
 * Aligned to huge pages, if large enough.
 *
 * Context: the mmap_lock held for writing.
 * Return: the address, or -ENOMEM.
 */
unsigned long vml_mirror_place(struct file *file, unsigned long address,
			       unsigned long size, unsigned long index,
			       unsigned long flags)
{
	if (flags & MAP_FIXED)
		return vml_process_reaches(address, address + size) ? address : -ENOMEM;
	if (vml_process_base())
		return place_in_window(PAGE_ALIGN(address), size);
	return thp_get_unmapped_area(file, address, size, index, flags);
}
