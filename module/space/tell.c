// SPDX-License-Identifier: GPL-2.0
/* What faults tell, while somebody listens. */
#include <vmlab/attempt.h>
#include <vmlab/tell.h>
#include <vmlab/tree.h>

#include <linux/errno.h>

static void tell(enum vmlab_story_step kind, u64 first, u64 second, u64 third)
{
	vml_step_raise(kind, first, second, third);
}

static u32 number_of(const struct vml_frame *frame)
{
	return frame ? vml_frame_number(frame) : VML_NONE;
}

/* === Where it is === */

/**
 * vml_tell_area() - the area was found
 * @area: the area
 */
void vml_tell_area(const struct vml_space_area *area)
{
	tell(VMLAB_STORY_STEP_AREA, area->start, area->end, area->flags);
}

/**
 * vml_tell_no_area() - none was
 * @f: the fault
 */
void vml_tell_no_area(const struct vml_fault *f)
{
	tell(VMLAB_STORY_STEP_NO_AREA, f->at.address, 0, 0);
}

/**
 * vml_tell_stale() - what is in view is another area than the one here
 * @f: the fault
 * @area: the first that ends after the address, or NULL
 */
void vml_tell_stale(const struct vml_fault *f,
		    const struct vml_space_area *area)
{
	if (area && area->start <= f->at.address)
		tell(VMLAB_STORY_STEP_STALE, area->start, area->end,
		     area->flags);
	else
		tell(VMLAB_STORY_STEP_STALE, 0, 0, 0);
}

/**
 * vml_tell_refresh() - it was made what is in view
 * @f: the fault
 * @err: why it was not, or 0
 */
void vml_tell_refresh(const struct vml_fault *f, int err)
{
	const struct vml_view *view = f->at.view;

	if (!err)
		tell(VMLAB_STORY_STEP_REFRESH, view->start, view->end,
		     view->flags);
}

/**
 * vml_tell_rights() - whether the area allows the access
 * @f: the fault
 * @may: whether it does
 */
void vml_tell_rights(const struct vml_fault *f, bool may)
{
	tell(may ? VMLAB_STORY_STEP_RIGHTS : VMLAB_STORY_STEP_NO_RIGHTS,
	     f->access, f->at.area->flags, 0);
}

/**
 * vml_tell_beyond() - the object ends before
 * @f: the fault
 */
void vml_tell_beyond(const struct vml_fault *f)
{
	tell(VMLAB_STORY_STEP_BEYOND, f->at.index, f->object->size, 0);
}

/* === What is there === */

/**
 * vml_tell_found() - the shadow entry, if there is a space, and what the object has
 * @f: the fault
 * @slot: what the index has
 * @shared: whether another object has it too
 */
void vml_tell_found(const struct vml_fault *f, u64 slot, bool shared)
{
	u32 flags = 0;

	if (shared)
		flags |= VMLAB_STORY_SLOT_SHARED;
	if (slot & VML_SLOT_HUGE)
		flags |= VMLAB_STORY_SLOT_HUGE;
	if (slot & VML_SLOT_DIRTY)
		flags |= VMLAB_STORY_SLOT_DIRTY;
	if (f->at.space)
		tell(VMLAB_STORY_STEP_ENTRY, f->there,
		     f->there ? 0 : f->want.ptables, 0);
	tell(VMLAB_STORY_STEP_SLOT, f->at.index,
	     number_of(vml_slot_frame(slot)), flags);
}

/* === What is had for it === */

/**
 * vml_tell_tables() - tables were allocated, if any were wanted
 * @want: how many
 */
void vml_tell_tables(const struct vml_want *want)
{
	if (want->ptables || want->tables)
		tell(VMLAB_STORY_STEP_TABLE, want->ptables, want->tables, 0);
}

/**
 * vml_tell_frame() - a frame was allocated, or there was none
 * @f: the fault
 */
void vml_tell_frame(const struct vml_fault *f)
{
	tell(VMLAB_STORY_STEP_FRAME, number_of(f->frame), f->zeroed, 0);
}

/**
 * vml_tell_overcome() - not all that is wanted was at hand, or free to be changed
 * @f: the fault
 * @err: what stood in the way
 */
void vml_tell_overcome(const struct vml_fault *f, int err)
{
	if (err == -EAGAIN)
		tell(VMLAB_STORY_STEP_LACKING, f->want.frame && !f->frame,
		     f->want.ptables, f->want.tables);
	if (err == -EBUSY)
		tell(VMLAB_STORY_STEP_BUSY, f->at.index, 0, 0);
	if (err == -ENODATA)
		tell(VMLAB_STORY_STEP_FETCH, f->unread.ahead.first,
		     f->unread.ahead.nr, 0);
}

/* === What is done === */

/**
 * vml_tell_copy() - content was copied to the frame of the fault
 * @f: the fault
 * @slot: that had it
 */
void vml_tell_copy(const struct vml_fault *f, u64 slot)
{
	tell(VMLAB_STORY_STEP_COPY, number_of(vml_slot_frame(slot)),
	     number_of(f->frame), 0);
}

/**
 * vml_tell_place() - the index has a frame now, and so have those after it
 * @f: the fault
 */
void vml_tell_place(const struct vml_fault *f)
{
	if (f->ahead.nr > 1)
		tell(VMLAB_STORY_STEP_AHEAD, f->ahead.first, f->ahead.nr, 0);
	tell(VMLAB_STORY_STEP_PLACE, f->at.index, number_of(f->frame), 0);
}

/**
 * vml_tell_dirty() - content is noted as dirty now, if it was not yet
 * @f: the fault
 * @slot: that has it
 * @err: why it could not be, or 0
 */
void vml_tell_dirty(const struct vml_fault *f, u64 slot, int err)
{
	if (!err && !(slot & VML_SLOT_DIRTY))
		tell(VMLAB_STORY_STEP_DIRTY, f->at.index,
		     number_of(vml_slot_frame(slot)), 0);
}

/**
 * vml_tell_huge() - the index has a block now
 * @f: the fault
 * @slot: that has it
 */
void vml_tell_huge(const struct vml_fault *f, u64 slot)
{
	tell(VMLAB_STORY_STEP_HUGE, f->at.index,
	     number_of(vml_slot_block(slot)), 0);
}

/**
 * vml_tell_entry_set() - the shadow entry was set, or the one there will do
 * @f: the fault
 * @entry: what it says
 */
void vml_tell_entry_set(const struct vml_fault *f, u64 entry)
{
	tell(entry == f->there ? VMLAB_STORY_STEP_KEEP : VMLAB_STORY_STEP_SET,
	     f->at.address, entry, 0);
}

/**
 * vml_tell_real_huge() - a block is mapped by one entry
 * @f: the fault
 * @err: why it is not, or 0
 */
void vml_tell_real_huge(const struct vml_fault *f, int err)
{
	if (!err)
		tell(VMLAB_STORY_STEP_REAL_HUGE, f->at.address,
		     vml_ptable_get(&f->at.space->ptable, f->at.address, NULL),
		     0);
}
