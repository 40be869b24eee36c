/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_PREFETCH_H
#define _VMLAB_PREFETCH_H

#include <vmlab/space.h>

/**
 * struct vml_spot - where a fault is
 * @space: the space
 * @area: that shows it
 * @view: see vml_fault()
 * @address: of the frame
 * @index: that is shown there
 */
struct vml_spot {
	struct vml_space *space;
	struct vml_space_area *area;
	const struct vml_view *view;
	u64 address;
	u32 index;
};

/**
 * struct vml_ahead - what a first access fills, and what may follow it
 * @first: the lowest index
 * @nr: how many indices in a row, that of the access being one
 * @window: how many there would be, were there no edges; 0 if it is no first
 *	write or major fault, or nobody keeps count
 */
struct vml_ahead {
	u32 first;
	u32 nr;
	u32 window;
};

void vml_ahead_go_on(struct vml_ahead *ahead, const struct vml_spot *at,
		     int way);
void vml_ahead_alloc(struct vml_ahead *ahead, const struct vml_spot *at,
		     struct vml_frame *frame,
		     struct vml_frame *frames[VML_BATCH]);
void vml_ahead_fetch(struct vml_ahead *ahead, const struct vml_spot *at,
		     struct vml_object *object, struct vml_frame *frame,
		     struct vml_frame *frames[VML_BATCH]);
bool vml_ahead_spare(u32 req);
void vml_ahead_count(const struct vml_ahead *ahead, const struct vml_spot *at);

u64 vml_entry_of(const struct vml_space_area *area, u64 slot, bool shared);
void vml_around(const struct vml_spot *at, struct vml_batch *batch,
		u64 entries[VML_BATCH], u32 ahead);

/**
 * vml_sequence_way() - how a first write goes on from the last one
 * @last: the last one
 * @index: of this one
 *
 * Return: 1 for up, -1 for down, 0 if not at all.
 */
static inline int vml_sequence_way(const struct vml_sequence *last, u32 index)
{
	if (last->nr && index == last->first + last->nr)
		return 1;
	return last->nr && index + 1 == last->first ? -1 : 0;
}

/**
 * vml_ahead_plan() - see which indices a first write shall fill
 * @ahead: filled in
 * @at: where the write is; its index is empty
 *
 * Context: the family's lock held, and that of the index.
 */
static inline void vml_ahead_plan(struct vml_ahead *ahead,
				  const struct vml_spot *at)
{
	int way = vml_sequence_way(&at->area->sequence, at->index);

	*ahead = (struct vml_ahead) {
		.first = at->index, .nr = 1, .window = 1,
	};
	if (way)
		vml_ahead_go_on(ahead, at, way);
}

/**
 * vml_ahead_done() - take note of a first write
 * @ahead: what it filled
 * @at: where it was
 *
 * Context: the family's lock held.
 */
static inline void vml_ahead_done(const struct vml_ahead *ahead,
				  const struct vml_spot *at)
{
	struct vml_sequence *last = &at->area->sequence;

	if (last->nr > 1 || ahead->nr > 1)
		vml_ahead_count(ahead, at);
	last->first = ahead->first;
	last->nr = ahead->nr;
	last->window = ahead->window;
}

#endif /* _VMLAB_PREFETCH_H */
