/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_DEVICE_RESERVE_H
#define _VMLAB_DEVICE_RESERVE_H

#include <vmlab/frame.h>

#define VML_POOL_MIN	16	/* frames */

/**
 * struct vml_layout - how the pool is divided
 * @weights: by &enum vml_zone_type: the share of the zone; in frames, if it was
 *	given as a size
 * @nodes: how many nodes
 * @real: whether each is on one of the machine's, and pieces of memory have
 *	their node
 * @nids: by node, if @real: which of the machine's
 */
struct vml_layout {
	u32 weights[VML_ZONE_TYPES];
	unsigned int nodes;
	bool real;
	int nids[VML_NODES];
};

/* layout.c: what the user wants, and where to cut. */
int vml_size_parse(const char *name, const char *text, u64 *bytes);
int vml_layout_parse(struct vml_layout *layout, const char *zones, u32 *frames);
bool vml_layout_fits(const struct vml_layout *layout, unsigned int nodes);
unsigned int vml_layout_cut(const struct vml_layout *layout,
			    const struct vml_extent *pieces, unsigned int nr,
			    struct vml_extent *extents);

/* take.c: frames from Linux's allocator. */
int vml_take(const struct vml_layout *layout, u32 asked,
	     struct vml_extent **pieces, unsigned int *nr);
void vml_give_back(const struct vml_extent *extents, unsigned int nr);

/* aside.c: memory set aside at boot. */
int vml_aside_address(const char *where, u32 asked);
int vml_aside_name(const char *name, u32 *asked);
int vml_aside_take(struct vml_extent **piece);
void vml_aside_give_back(void);
void *vml_aside_map(u64 pfn);

/* reserve.c */
int vml_reserve(void);
void vml_unreserve(void);
u8 vml_reserve_nearest(int nid);
u8 vml_reserve_on(int nid);

#endif /* _VMLAB_DEVICE_RESERVE_H */
