/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_DEVICE_HUGE_H
#define _VMLAB_DEVICE_HUGE_H

#include <vmlab/memory.h>

int vml_real_insert_huge(struct vml_space *space, u64 address, u64 entry,
			 void *arg);
void vml_real_allow_huge(struct vm_area_struct *vma,
			 const struct vml_memory *memory);

#endif /* _VMLAB_DEVICE_HUGE_H */
