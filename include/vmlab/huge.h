/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_HUGE_H
#define _VMLAB_HUGE_H

#include <vmlab/prefetch.h>
#include <vmlab/space.h>

bool vml_huge_wanted(struct vml_object *object,
		     const struct vml_space_area *area, u32 index);
bool vml_huge_fits(const struct vml_space_area *area,
		   const struct vml_view *view, u64 address);
u64 vml_huge_place(struct vml_object *object, u32 index,
		   struct vml_stock *stock);
int vml_huge_show(struct vml_space_area *area, const struct vml_view *view,
		  u64 address, u64 slot, u64 bits, struct vml_stock *stock,
		  void *arg);
void vml_huge_around(const struct vml_spot *at, u64 entry, void *arg);
int vml_huge_split(struct vml_object *object, u32 index,
		   struct vml_stock *stock);
int vml_huge_cut(struct vml_object *object, u32 first, u32 last,
		 struct vml_stock *stock);
int vml_object_split(struct vml_object *object, u32 index);
int vml_object_collapse(struct vml_object *object, u32 index);

#endif /* _VMLAB_HUGE_H */
