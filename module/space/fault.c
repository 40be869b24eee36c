// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Faults
 *
 * A fault finds the area, looks whether it allows the access, finds the frame
 * in the object or makes one, sets the shadow entry, and has the floor above
 * put the real entry in. This file is about the area, resolve.c about the rest.
 *
 * What Linux knows of its area may be news: Linux splits, merges and changes
 * areas without a word. So who faults tells what he has in view, and if the
 * area here is another, it is made that first.
 */
#include <vmlab/attempt.h>
#include <vmlab/fault.h>
#include <vmlab/tell.h>

#include <linux/errno.h>

/* As on x86, what may be written or executed may be read too. */
static bool allows(const struct vml_space_area *area, u32 access)
{
	return area->flags & (access == VML_AREA_READ ? VML_AREA_RIGHTS :
							access);
}

static int enter_area(struct vml_fault *f, u32 access)
{
	struct vml_space_area *area = f->at.area;

	f->access = area->flags & VML_AREA_PRIVATE ? VML_AREA_READ : access;
	TELL(rights, f, allows(area, f->access));
	if (!allows(area, f->access))
		return VML_FAULT_BAD_RIGHTS;
	f->object = area->object;
	f->at.index = vml_area_index(area, f->at.address);
	return vml_fault_enter(f);
}

/* A view of something else would never be what is at the address. */
static bool is_seen(const struct vml_spot *at)
{
	return !at->view || (at->view->start <= at->address &&
			     at->address < at->view->end);
}

static int attempt(struct vml_fault *f, u32 access)
{
	struct vml_space *space = f->at.space;
	struct vml_space_area *area;
	int kind = VML_FAULT_BAD_AREA;

	down_read(&space->lock);
	area = vml_area_find(space, f->at.address);
	if (!is_seen(&f->at)) {
		TELL(no_area, f);
	} else if (f->at.view && !vml_area_shows(area, f->at.view)) {
		TELL(stale, f, area);
		kind = -ESTALE;
	} else if (area && area->start <= f->at.address) {
		f->at.area = area;
		TELL(area, area);
		kind = enter_area(f, access);
		if (kind == VML_FAULT_MINOR)
			kind = f->placed;
		if (kind >= 0)
			atomic64_inc(&area->counts.faults[kind]);
	} else {
		TELL(no_area, f);
	}
	up_read(&space->lock);
	return kind;
}

/* Where something was not to be had, the area was let go. */
static int count_failed(struct vml_space *space, u64 address, int kind)
{
	struct vml_space_area *area;

	if (kind < 0)
		kind = kind == -EDQUOT ? VML_FAULT_OVER_CAP :
					 VML_FAULT_NO_MEMORY;
	down_read(&space->lock);
	area = vml_area_find(space, address);
	if (area && area->start <= address && kind != VML_FAULT_BAD_AREA)
		atomic64_inc(&area->counts.faults[kind]);
	up_read(&space->lock);
	return kind;
}

/**
 * vml_fault() - have an access succeed, or say why not
 * @space: where
 * @address: any
 * @access: of VML_AREA_READ, VML_AREA_WRITE and VML_AREA_EXEC the one; in an
 *	area that is %VML_AREA_PRIVATE all are as reading
 * @view: what Linux says of the area, which holds @address; the area is made
 *	that, as by vml_area_sync(), if it is not. NULL if nobody else knows
 * @arg: for ops->insert
 *
 * Context: process; takes the space's lock, and what is below it in the order
 * of locks. Reclaims with none of them held, and may sleep.
 * Return: what it was. A view that cannot be is %VML_FAULT_BAD_AREA.
 */
enum vml_fault_kind vml_fault(struct vml_space *space, u64 address, u32 access,
			      const struct vml_view *view, void *arg)
{
	struct vml_fault f = {
		.at.space = space,
		.at.address = address & ~(u64)(VML_FRAME_SIZE - 1),
		.at.view = view,
		.arg = arg,
		.placed = VML_FAULT_MINOR,
		.tables = VML_STOCK(0),
		.ptables = VML_STOCK(space->ptable.order),
	};
	int kind;

	do {
		kind = attempt(&f, access);
		if (kind >= 0)
			break;
		kind = vml_fault_overcome(&f, kind);
		if (kind != -EAGAIN)
			kind = count_failed(space, f.at.address, kind);
	} while (kind == -EAGAIN);
	vml_fault_finish(&f);
	atomic64_inc(&space->counts.faults[kind]);
	return kind;
}
