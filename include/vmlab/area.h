/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_AREA_H
#define _VMLAB_AREA_H

#include <vmlab/frame.h>

#include <linux/rbtree.h>

struct vml_object;
struct vml_space;

/* What may be done in an area. */
#define VML_AREA_READ	BIT(0)
#define VML_AREA_WRITE	BIT(1)
#define VML_AREA_EXEC	BIT(2)
#define VML_AREA_RIGHTS	(VML_AREA_READ | VML_AREA_WRITE | VML_AREA_EXEC)

/**
 * struct vml_space_area - addresses that show an object
 * @node: in the tree of the space, by address
 * @over: in the tree of the object, by index
 * @over_last: of the areas below @over: the largest last index
 * @space: the space
 * @object: of which the area has a reference
 * @start: first address
 * @end: address after the last
 * @index: in the object, of the frame at @start
 * @flags: VML_AREA_*
 *
 * The space's lock protects all but @over and @over_last, which are the
 * family's; who changes @start, @end or @index holds both. So either is enough
 * to read them.
 */
struct vml_space_area {
	struct rb_node node;
	struct rb_node over;
	u32 over_last;
	u32 index;
	u32 flags;
	u64 start;
	u64 end;
	struct vml_space *space;
	struct vml_object *object;
};

int vml_area_map(struct vml_space *space, u64 start, u64 end,
		 struct vml_object *object, u32 index, u32 flags);
int vml_area_unmap(struct vml_space *space, u64 start, u64 end);
void vml_area_unmap_all(struct vml_space *space);
int vml_area_protect(struct vml_space *space, u64 start, u64 end, u32 flags);
int vml_area_move(struct vml_space *space, u64 from, u64 to, u64 size);
struct vml_space_area *vml_area_find(struct vml_space *space, u64 address);
struct vml_space_area *vml_area_next(struct vml_space_area *area);
u64 vml_area_hole(struct vml_space *space, u64 size, u64 low, u64 high);

/**
 * vml_area_nr() - how many frames an area shows
 * @area: the area
 */
static inline u32 vml_area_nr(const struct vml_space_area *area)
{
	return (area->end - area->start) >> VML_FRAME_SHIFT;
}

/**
 * vml_area_index() - the index that an address shows
 * @area: the area
 * @address: in the area
 */
static inline u32 vml_area_index(const struct vml_space_area *area, u64 address)
{
	return area->index + ((address - area->start) >> VML_FRAME_SHIFT);
}

/**
 * vml_area_address() - the address that shows an index
 * @area: the area
 * @index: that it shows
 */
static inline u64 vml_area_address(const struct vml_space_area *area, u32 index)
{
	return area->start + ((u64)(index - area->index) << VML_FRAME_SHIFT);
}

#endif /* _VMLAB_AREA_H */
