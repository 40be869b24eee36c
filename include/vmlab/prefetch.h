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
 * struct vml_ahead - frames for a first write and what may follow it
 * @first: the lowest index
 * @nr: how many indices in a row, that of the write being one
 * @window: how many there would be, were there no edges
 * @frames: by index less @first
 */
struct vml_ahead {
	u32 first;
	u32 nr;
	u32 window;
	struct vml_frame *frames[VML_BATCH];
};

void vml_ahead_plan(struct vml_ahead *ahead, const struct vml_spot *at);
void vml_ahead_alloc(struct vml_ahead *ahead, const struct vml_spot *at,
		     struct vml_frame *frame);
void vml_ahead_done(const struct vml_ahead *ahead, const struct vml_spot *at);

u64 vml_entry_of(const struct vml_space_area *area, u64 slot, bool shared);
void vml_around(const struct vml_spot *at, struct vml_batch *batch, u32 ahead);

#endif /* _VMLAB_PREFETCH_H */
