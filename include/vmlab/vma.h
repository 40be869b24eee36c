/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_VMA_H
#define _VMLAB_VMA_H

#include <linux/types.h>
#include <linux/vmlab.h>

struct mm_struct;
struct vm_area_struct;

/* Room for any name of an area: a path, or a name in brackets. */
#define VML_AREA_NAME_MAX	4096

/**
 * struct vml_area - one of Linux's areas, as it was at one moment
 * @start: first address
 * @end: first address past it
 * @flags: bits of &enum vmlab_area_flag
 * @offset: where @start lies in the file, in bytes
 * @inode: inode number of the file, 0 without
 * @page_size: of a hugetlb area, else 0
 * @major: device of the file
 * @minor: device of the file
 * @pkey: protection key
 */
struct vml_area {
	u64 start;
	u64 end;
	u64 flags;
	u64 offset;
	u64 inode;
	u64 page_size;
	u32 major;
	u32 minor;
	u32 pkey;
};

void vml_area_read(struct vml_area *area, struct vm_area_struct *vma);
const char *vml_area_name(struct vm_area_struct *vma, char *buf, size_t size);
bool vml_area_has_path(struct vm_area_struct *vma);

#endif /* _VMLAB_VMA_H */
