/* SPDX-License-Identifier: GPL-2.0 */
/* What faults of a space, and of an object alone, have in common. */
#ifndef _VMLAB_ATTEMPT_H
#define _VMLAB_ATTEMPT_H

#include <vmlab/alloc.h>
#include <vmlab/prefetch.h>
#include <vmlab/space.h>

struct vml_fetch;

/**
 * struct vml_want - what a fault was lacking
 * @frame: a frame
 * @zeroed: that shall have zeroes in it
 * @place: and where it shall be, VML_REQ_*
 * @tables: how many for the tree of the object
 * @ptables: how many for the shadow page table
 */
struct vml_want {
	bool frame;
	bool zeroed;
	u32 place;
	unsigned int tables;
	unsigned int ptables;
};

/**
 * struct vml_unread - what a fault must read from behind the object before
 * @drops: of the object, see there
 * @ahead: which indices
 */
struct vml_unread {
	u32 drops;
	struct vml_ahead ahead;
};

/**
 * struct vml_piece - bytes of a frame that are copied
 * @offset: in the frame, of the first
 * @len: how many
 * @to: where to; or NULL
 * @from: where from; or NULL
 */
struct vml_piece {
	unsigned int offset;
	unsigned int len;
	void *to;
	const void *from;
};

/**
 * struct vml_fault - a fault under way
 * @at: where; of an object alone only the index
 * @access: VML_AREA_*, a bit of it
 * @arg: for ops->insert
 * @piece: of an object alone, what to copy
 * @object: that has the index
 * @there: the shadow entry as it was found
 * @alone: no other area shows the object
 * @around: neighbours shall be mapped with it
 * @ahead: of a write that needs a frame of its own, or of a fault that reads one,
 *	which indices get one
 * @guessed: how many neighbours were placed with it
 * @table: that the index's slot is in, if it can be written; or NULL
 * @frame: allocated for it, or NULL
 * @zeroed: that has zeroes in it
 * @place: and for which &struct vml_want.place it was allocated
 * @fetch: what was read for it; or NULL
 * @err: why nothing could be
 * @placed: how the fault ends, once the frame is the index's; until then
 *	%VML_FAULT_MINOR
 * @tables: for the tree of the object
 * @ptables: for the shadow page table
 * @want: what was lacking, if an attempt ended with -EAGAIN
 * @unread: what must be read, if with -ENODATA: then there is a reference to
 *	@object
 */
struct vml_fault {
	struct vml_spot at;
	u32 access;
	void *arg;
	const struct vml_piece *piece;
	struct vml_object *object;
	u64 there;
	bool alone;
	bool around;
	struct vml_ahead ahead;
	u32 guessed;
	struct vml_frame *table;
	struct vml_frame *frame;
	bool zeroed;
	u32 place;
	struct vml_fetch *fetch;
	int err;
	int placed;
	struct vml_stock tables;
	struct vml_stock ptables;
	union {
		struct vml_want want;
		struct vml_unread unread;
	};
};

int vml_fault_enter(struct vml_fault *f);
int vml_fault_overcome(struct vml_fault *f, int err);
void vml_fetch_end(struct vml_fault *f);

/**
 * vml_fault_finish() - give back what was not used
 * @f: a fault
 */
static inline void vml_fault_finish(struct vml_fault *f)
{
	if (f->frame)
		vml_put(f->frame);
	if (unlikely(f->fetch))
		vml_fetch_end(f);
	vml_stock_empty(&f->tables);
	vml_stock_empty(&f->ptables);
}

#endif /* _VMLAB_ATTEMPT_H */
