/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_AREA_H
#define _VMLAB_AREA_H

#include <vmlab/fault.h>
#include <vmlab/frame.h>

#include <linux/rbtree.h>

struct vml_object;
struct vml_space;

/* What may be done in an area. */
#define VML_AREA_READ	BIT(0)
#define VML_AREA_WRITE	BIT(1)
#define VML_AREA_EXEC	BIT(2)
#define VML_AREA_RIGHTS	(VML_AREA_READ | VML_AREA_WRITE | VML_AREA_EXEC)

/*
 * Who writes there gets a copy from the floor above; to this one, all accesses
 * read. Never together with VML_AREA_WRITE.
 */
#define VML_AREA_PRIVATE	BIT(3)
#define VML_AREA_FLAGS	(VML_AREA_RIGHTS | VML_AREA_PRIVATE)

/**
 * struct vml_view - what the floor above knows that an area is
 * @start: first address
 * @end: address after the last
 * @object: the object
 * @index: in the object, of what is at @start
 * @flags: VML_AREA_*
 * @huge: an address may be mapped together with others, by one entry
 */
struct vml_view {
	u64 start;
	u64 end;
	struct vml_object *object;
	u32 index;
	u32 flags;
	bool huge;
};

/**
 * struct vml_counts - what happened in an area or a space
 * @faults: by &enum vml_fault_kind
 * @around: frames that were there and were mapped with a neighbour
 * @ahead: frames that were filled with zeroes before they were asked for
 * @hits: of them, those that a sequence of first writes went past
 * @waste: of them, those after which there was a first write elsewhere
 * @huge: blocks that empty ranges were given
 * @no_block: how often the pool had none at hand
 * @read_ahead: frames that were read from behind the object before that
 * @read_hits: of them, those that a sequence of major faults went past
 * @read_waste: of them, those after which there was one elsewhere
 */
struct vml_counts {
	atomic64_t faults[VML_FAULT_KINDS];
	atomic64_t around;
	atomic64_t ahead;
	atomic64_t hits;
	atomic64_t waste;
	atomic64_t huge;
	atomic64_t no_block;
	atomic64_t read_ahead;
	atomic64_t read_hits;
	atomic64_t read_waste;
};

/**
 * struct vml_sequence - the last first write in an area, or major fault
 * @first: the lowest index that was filled
 * @nr: how many were; 0 if there was no first write yet
 * @window: how many would have been, were there no edges
 */
struct vml_sequence {
	u32 first;
	u32 nr;
	u32 window;
};

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
 * @sequence: of first writes; of an object that is backed, of major faults
 * @counts: of the faults; if the area is cut, they stay with the lower part
 *
 * The space's lock protects all but @over, @over_last and @sequence, which are
 * the family's; who changes @start, @end or @index holds both. So either is
 * enough to read them.
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
	struct vml_sequence sequence;
	struct vml_counts counts;
};

int vml_area_map(struct vml_space *space, u64 start, u64 end,
		 struct vml_object *object, u32 index, u32 flags);
int vml_area_unmap(struct vml_space *space, u64 start, u64 end);
void vml_area_unmap_all(struct vml_space *space);
int vml_area_protect(struct vml_space *space, u64 start, u64 end, u32 flags);
int vml_area_sync(struct vml_space *space, const struct vml_view *view);
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

/**
 * vml_area_shows() - whether an area is what somebody has in view, or more
 * @area: the area, or NULL
 * @view: what it must be
 *
 * Context: the space's lock held.
 */
static inline bool vml_area_shows(const struct vml_space_area *area,
				  const struct vml_view *view)
{
	return area && area->start <= view->start && area->end >= view->end &&
	       area->object == view->object && area->flags == view->flags &&
	       vml_area_index(area, view->start) == view->index;
}

#endif /* _VMLAB_AREA_H */
