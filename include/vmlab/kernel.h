/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_KERNEL_H
#define _VMLAB_KERNEL_H

#include <vmlab/walk.h>

struct mm_struct;

/**
 * struct vml_region - what an address belongs to
 * @region: &enum vmlab_region
 * @start: first address of the region, as this kernel has laid it out
 * @last: last address of the region
 * @detail: more in words, "" for none
 */
struct vml_region {
	u8 region;
	u64 start;
	u64 last;
	char detail[96];
};

/**
 * struct vml_address - an address and all that is known of it
 * @region: what it belongs to
 * @walk: the walk there, in the kernel half
 * @walked: @walk is filled in
 * @cache: &enum vmlab_cache_type, where a leaf was found
 */
struct vml_address {
	struct vml_region region;
	struct vml_walk walk;
	bool walked;
	u8 cache;
};

u64 vml_half(void);
bool vml_is_user_address(u64 addr);
bool vml_is_kernel_address(u64 addr);
void vml_kernel_region(u64 addr, struct vml_region *region);
void vml_kernel_address(u64 addr, struct vml_address *address);
u64 *vml_kernel_pgd(void);

#endif /* _VMLAB_KERNEL_H */
