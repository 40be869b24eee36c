/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_CUT_H
#define _VMLAB_CUT_H

#include <vmlab/space.h>

#include <linux/slab.h>

/**
 * struct vml_spares - areas allocated beforehand, and those that are left over
 * @first: linked by @node.rb_right
 */
struct vml_spares {
	struct vml_space_area *first;
};

int vml_areas_prepare(struct vml_spares *spares, unsigned int nr, gfp_t gfp);
void vml_areas_drop(struct vml_spares *spares);
struct vml_space_area *vml_areas_use(struct vml_spares *spares);
void vml_areas_insert(struct vml_space *space, struct vml_space_area *area);
void vml_areas_cut(struct vml_space *space, u64 address,
		   struct vml_spares *spares);
void vml_areas_merge(struct vml_space *space, u64 start, u64 end,
		     struct vml_spares *spares);
void vml_areas_take_out(struct vml_space *space, u64 start, u64 end,
			struct vml_spares *out);
void vml_counts_add(struct vml_counts *to, const struct vml_counts *from);

#endif /* _VMLAB_CUT_H */
