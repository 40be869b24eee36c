// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Faults
 *
 * A fault finds the area, looks whether it allows the access, finds the frame
 * in the object or makes one, sets the shadow entry, and has the floor above
 * put the real entry in.
 *
 *	=========== ============ ======================================
 *	the index   access       what happens
 *	=========== ============ ======================================
 *	empty       read         the frame of zeroes, not to be written
 *	empty       write        a frame of zeroes of its own
 *	frame       read         the frame; writable if it is known to
 *	                         be dirty, so that it need not fault again
 *	own frame   write        is noted as dirty, and writable
 *	shared      write        a copy
 *	=========== ============ ======================================
 *
 * A frame and tables may be needed, and how many is known only under the locks,
 * where none is allocated. So a fault begins without any, and as soon as it
 * sees that something is lacking, it gives all up, allocates it without a lock,
 * and begins anew; each time it decides by what it sees then. It takes two
 * attempts, and a third where the only entry of a table was replaced, but for
 * those who change the same place meanwhile.
 */
#include <vmlab/alloc.h>
#include <vmlab/fault.h>
#include <vmlab/rmap.h>
#include <vmlab/space.h>

#include <linux/errno.h>
#include <linux/mutex.h>

/**
 * struct fault - a fault under way
 * @space: where
 * @address: of the frame
 * @access: VML_AREA_*, a bit of it
 * @area: that shows it
 * @index: in the area's object
 * @frame: allocated for it, or NULL
 * @zeroed: that has zeroes in it
 * @placed: how the fault ends, once the frame is the index's; until then
 *	%VML_FAULT_MINOR
 * @tables: for the tree of the object
 * @ptables: for the shadow page table
 * @want_frame: what was lacking
 * @want_zeroed: that shall have zeroes in it
 * @want_tables: how many
 * @want_ptables: how many
 */
struct fault {
	struct vml_space *space;
	u64 address;
	u32 access;
	struct vml_space_area *area;
	u32 index;
	struct vml_frame *frame;
	bool zeroed;
	int placed;
	struct vml_stock tables;
	struct vml_stock ptables;
	bool want_frame;
	bool want_zeroed;
	unsigned int want_tables;
	unsigned int want_ptables;
};

/* Whether an entry will do that is there for the same frame. */
static bool will_do(u64 there, u64 entry)
{
	return there & VML_ENTRY_PRESENT &&
	       vml_entry_frame(there) == vml_entry_frame(entry) &&
	       (there & VML_ENTRY_WRITE || !(entry & VML_ENTRY_WRITE));
}

/* Shows a frame that the index has: shadow entry, then real entry. */
static int show(struct fault *f, struct vml_frame *frame, u64 bits)
{
	struct vml_ptable *pt = &f->space->ptable;
	u64 there = vml_ptable_get(pt, f->address, NULL);
	u64 entry = vml_entry(vml_frame_number(frame), bits | VML_ENTRY_USER |
			      VML_ENTRY_ACCESSED);
	int err;

	if (will_do(there, entry)) {
		entry = there;
	} else {
		err = vml_ptable_set(pt, f->address, 0, entry, &f->ptables);
		if (err)
			return err;
	}
	return vml_space_ops->insert(f->space, f->address, frame,
				     entry & VML_ENTRY_WRITE);
}

/* === What is at the index === */

static int show_zeroes(struct fault *f)
{
	return show(f, vml_zero_frame, VML_ENTRY_ZERO) ?: VML_FAULT_ZERO;
}

static int show_frame(struct fault *f, u64 slot, bool shared)
{
	u64 bits = 0;

	if (shared)
		bits |= VML_ENTRY_COW;
	else if (slot & VML_SLOT_DIRTY && f->area->flags & VML_AREA_WRITE)
		bits |= VML_ENTRY_WRITE;
	return show(f, vml_slot_frame(slot), bits) ?: VML_FAULT_MINOR;
}

static int set_slot(struct fault *f, u64 slot)
{
	struct vml_object *object = f->area->object;
	int err;

	spin_lock(&object->family->lock);
	err = vml_tree_set(&object->tree, f->index, slot, &f->tables);
	spin_unlock(&object->family->lock);
	return err;
}

/* The frame is nobody else's. */
static int reuse(struct fault *f, u64 slot)
{
	struct vml_frame *frame = vml_slot_frame(slot);
	int kind = VML_FAULT_MINOR;
	int err = 0;

	if (vml_ptable_get(&f->space->ptable, f->address, NULL))
		kind = VML_FAULT_REUSE;
	if (!(slot & VML_SLOT_DIRTY))
		err = set_slot(f, slot | VML_SLOT_DIRTY);
	return err ?: show(f, frame, VML_ENTRY_WRITE | VML_ENTRY_DIRTY) ?: kind;
}

/*
 * Has the index own the frame that was allocated. Tables may have gone with the
 * entries for what it had, and a further attempt be needed to show it.
 */
static int place(struct fault *f, int kind)
{
	struct vml_frame *frame = f->frame;
	int err;

	frame->owner = f->area->object->family;
	frame->index = f->index;
	atomic_or(VML_FRAME_CONTENT, &frame->word);
	vml_rmap_unmap(f->area->object, f->index, 1);
	err = set_slot(f, vml_slot(frame, VML_SLOT_DIRTY));
	if (err)
		return err;
	f->frame = NULL;
	f->placed = kind;
	return show(f, frame, VML_ENTRY_WRITE | VML_ENTRY_DIRTY) ?: kind;
}

static bool has_ptables(const struct fault *f)
{
	return f->ptables.nr >= f->want_ptables;
}

/* Whether all is there for a frame of its own; else says what is lacking. */
static bool has_all(struct fault *f, bool zeroed, unsigned int tables)
{
	f->want_frame = true;
	f->want_zeroed = zeroed;
	f->want_tables = tables;
	return f->frame && (f->zeroed || !zeroed) && f->tables.nr >= tables &&
	       has_ptables(f);
}

static int replace(struct fault *f, struct vml_frame *old, unsigned int tables)
{
	if (!has_all(f, !old, tables))
		return -EAGAIN;
	if (!old)
		return place(f, VML_FAULT_NEW);
	vml_space_ops->copy(f->frame, old);
	f->zeroed = false;
	return place(f, VML_FAULT_COPY);
}

static int resolve(struct fault *f)
{
	struct vml_object *object = f->area->object;
	struct vml_frame *frame;
	unsigned int tables;
	bool shared;
	u64 slot;

	f->want_ptables = vml_ptable_lacking(&f->space->ptable, f->address, 0);
	spin_lock(&object->family->lock);
	slot = vml_tree_get(&object->tree, f->index, &shared);
	tables = vml_tree_lacking(&object->tree, f->index);
	spin_unlock(&object->family->lock);
	frame = vml_slot_frame(slot);
	if (f->access & VML_AREA_WRITE && (!frame || shared))
		return replace(f, frame, tables);
	if (!has_ptables(f))
		return -EAGAIN;
	if (f->access & VML_AREA_WRITE)
		return reuse(f, slot);
	return frame ? show_frame(f, slot, shared) : show_zeroes(f);
}

/* === Where it is === */

static int enter(struct fault *f)
{
	struct vml_object *object = f->area->object;
	struct mutex *lock = vml_object_lock(object, f->index);
	int kind = VML_FAULT_BEYOND;

	down_read(&object->family->sem);
	if (f->index < object->size) {
		mutex_lock(lock);
		kind = resolve(f);
		mutex_unlock(lock);
	}
	up_read(&object->family->sem);
	return kind;
}

/* As on x86, what may be written or executed may be read too. */
static bool allows(const struct vml_space_area *area, u32 access)
{
	return area->flags & (access == VML_AREA_READ ? VML_AREA_RIGHTS :
							access);
}

static int attempt(struct fault *f)
{
	int kind;

	down_read(&f->space->lock);
	f->area = vml_area_find(f->space, f->address);
	if (!f->area || f->area->start > f->address) {
		kind = VML_FAULT_BAD_AREA;
	} else if (!allows(f->area, f->access)) {
		kind = VML_FAULT_BAD_RIGHTS;
	} else {
		f->index = vml_area_index(f->area, f->address);
		kind = enter(f);
	}
	up_read(&f->space->lock);
	return kind;
}

/* Allocates what was lacking. */
static int provide(struct fault *f)
{
	u32 req = VML_REQ_USER | VML_REQ_RECLAIM;
	int err = vml_stock_fill(&f->ptables, f->want_ptables);

	if (!err)
		err = vml_stock_fill(&f->tables, f->want_tables);
	if (err || !f->want_frame)
		return err;
	if (f->frame && f->want_zeroed && !f->zeroed) {
		vml_put(f->frame);
		f->frame = NULL;
	}
	if (!f->frame) {
		f->zeroed = f->want_zeroed;
		f->frame = vml_alloc(0, f->zeroed ? req | VML_REQ_ZERO : req);
	}
	return f->frame ? 0 : -ENOMEM;
}

/**
 * vml_fault() - have an access succeed, or say why not
 * @space: where
 * @address: any
 * @access: of VML_AREA_READ, VML_AREA_WRITE and VML_AREA_EXEC the one
 *
 * Context: process; takes the space's lock, and what is below it in the order
 * of locks. Allocates with none of them held, and may sleep.
 * Return: what it was.
 */
enum vml_fault_kind vml_fault(struct vml_space *space, u64 address, u32 access)
{
	struct fault f = {
		.space = space,
		.address = address & ~(u64)(VML_FRAME_SIZE - 1),
		.access = access,
		.placed = VML_FAULT_MINOR,
		.tables = VML_STOCK(0),
		.ptables = VML_STOCK(space->ptable.order),
	};
	int kind;

	do {
		kind = attempt(&f);
	} while (kind == -EAGAIN && !provide(&f));
	if (kind < 0)
		kind = VML_FAULT_NO_MEMORY;
	else if (kind == VML_FAULT_MINOR)
		kind = f.placed;
	if (f.frame)
		vml_put(f.frame);
	vml_stock_empty(&f.tables);
	vml_stock_empty(&f.ptables);
	atomic64_inc(&space->faults[kind]);
	return kind;
}
