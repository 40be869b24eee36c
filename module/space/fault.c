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
 * A frame and tables may be needed, and how many is known only under the locks.
 * What the pool has to give away is taken there and then, under those that
 * sleep. Else the fault gives all up, has the pool reclaim without a lock, and
 * begins anew; each time it decides by what it sees then.
 *
 * What Linux knows of its area may be news: Linux splits, merges and changes
 * areas without a word. So who faults tells what he has in view, and if the
 * area here is another, it is made that first.
 */
#include <vmlab/alloc.h>
#include <vmlab/attempt.h>
#include <vmlab/fault.h>
#include <vmlab/huge.h>
#include <vmlab/prefetch.h>
#include <vmlab/rmap.h>
#include <vmlab/space.h>

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/sched.h>

/* === What it takes === */

static int fill(struct vml_stock *stock, unsigned int nr, bool wait)
{
	return wait ? vml_stock_fill(stock, nr) : vml_stock_try(stock, nr);
}

/* Allocates what was lacking; if it may wait, with no lock held. */
static int provide(struct vml_fault *f, bool wait)
{
	u32 req = VML_REQ_USER | (wait ? VML_REQ_RECLAIM : 0);
	const struct vml_want *want = &f->want;

	if (fill(&f->ptables, want->ptables, wait) ||
	    fill(&f->tables, want->tables, wait))
		return -ENOMEM;
	if (!want->frame)
		return 0;
	if (f->frame && want->zeroed && !f->zeroed) {
		vml_put(f->frame);
		f->frame = NULL;
	}
	if (!f->frame) {
		f->zeroed = want->zeroed;
		f->frame = vml_alloc(0, f->zeroed ? req | VML_REQ_ZERO : req);
	}
	return f->frame ? 0 : -ENOMEM;
}

/* Whether all that is wanted is there; what need not be waited for is. */
static bool has(struct vml_fault *f, struct vml_want want)
{
	f->want = want;
	return !provide(f, false);
}

/* === What is shown === */

/* Whether an entry will do that is there for the same frame. */
static bool will_do(u64 there, u64 entry)
{
	return there & VML_ENTRY_PRESENT &&
	       vml_entry_frame(there) == vml_entry_frame(entry) &&
	       (there & VML_ENTRY_WRITE || !(entry & VML_ENTRY_WRITE));
}

static int set_entry(struct vml_fault *f, u64 entry)
{
	struct vml_ptable *pt = &f->at.space->ptable;
	int err;

	while ((err = vml_ptable_set(pt, f->at.address, 0, entry, &f->ptables)) ==
	       -EAGAIN) {
		struct vml_want want = {
			.ptables = vml_ptable_lacking(pt, f->at.address, 0),
		};

		if (!has(f, want))
			return -EAGAIN;
	}
	return err;
}

static int copy_piece(const struct vml_piece *piece, struct vml_frame *frame)
{
	if (piece->to)
		vml_space_ops->read(piece->to, frame, piece->offset,
				    piece->len);
	else
		vml_space_ops->write(frame, piece->from, piece->offset,
				     piece->len);
	return 0;
}

/* Real entries follow the shadow entry, which is set, and its neighbours'. */
static int show_real(struct vml_fault *f, u64 entry)
{
	struct vml_batch batch;

	batch.address = f->at.address;
	batch.nr = 1;
	batch.entries[0] = entry;
	if (f->around)
		vml_around(&f->at, &batch, f->ahead);
	/* Whatever it says, another attempt would not help. */
	return vml_space_ops->insert(f->at.space, &batch, f->arg) ? -ENOMEM : 0;
}

/* Shows a frame that the index has: shadow entry, then real entry. */
static int show(struct vml_fault *f, u64 entry)
{
	int err;

	if (!f->at.space)
		return copy_piece(f->piece,
				  vml_frame_at(vml_entry_frame(entry)));
	entry |= VML_ENTRY_ACCESSED;
	if (will_do(f->there, entry)) {
		entry = f->there;
	} else {
		err = set_entry(f, entry);
		if (err)
			return err;
	}
	return show_real(f, entry);
}

/* Maps the block that a slot has by one entry, if that can be. */
static int show_huge(struct vml_fault *f, u64 slot, u64 bits)
{
	struct vml_want want = {
		.ptables = vml_ptable_lacking(&f->at.space->ptable,
					      f->at.address, 1),
	};
	int err;

	if (!has(f, want))
		return -EAGAIN;
	err = vml_huge_show(f->at.area, f->at.view, f->at.address, slot, bits,
			    &f->ptables, f->arg);
	if (err == -EOPNOTSUPP && f->there & VML_ENTRY_HUGE)
		f->there = 0;
	return err;
}

/* Shows what a slot has, by an entry for the frame of the index. */
static int show_slot(struct vml_fault *f, u64 slot, u64 entry)
{
	int err = -EOPNOTSUPP;

	if (slot & VML_SLOT_HUGE && f->at.space)
		err = show_huge(f, slot, (entry & ~VML_ENTRY_FRAME) |
				VML_ENTRY_ACCESSED);
	return err == -EOPNOTSUPP ? show(f, entry) : err;
}

/* === What is at the index === */

static int show_zeroes(struct vml_fault *f)
{
	u32 number = vml_frame_number(vml_zero_frame);

	return show(f, vml_entry(number, VML_ENTRY_ZERO | VML_ENTRY_USER)) ?:
	       VML_FAULT_ZERO;
}

static int show_own(struct vml_fault *f, u64 slot)
{
	u32 number = vml_frame_number(vml_slot_frame(slot));

	return show_slot(f, slot, vml_entry(number, VML_ENTRY_WRITE |
					    VML_ENTRY_DIRTY | VML_ENTRY_USER));
}

static int show_frame(struct vml_fault *f, u64 slot, bool shared)
{
	return show_slot(f, slot, vml_entry_of(f->at.area, slot, shared)) ?:
	       VML_FAULT_MINOR;
}

static int set_slot(struct vml_fault *f, u64 slot)
{
	struct vml_object *object = f->object;
	int err;

	spin_lock(&object->family->lock);
	err = vml_tree_set(&object->tree, f->at.index, slot, &f->tables);
	spin_unlock(&object->family->lock);
	return err;
}

/* The frame is nobody else's. */
static int reuse(struct vml_fault *f, u64 slot)
{
	int kind = f->there ? VML_FAULT_REUSE : VML_FAULT_MINOR;
	int err = 0;

	if (!(slot & VML_SLOT_DIRTY))
		err = set_slot(f, slot | VML_SLOT_DIRTY);
	return err ?: show_own(f, slot) ?: kind;
}

static int set_own(struct vml_fault *f, struct vml_frame *frame, u32 index)
{
	frame->owner = f->object->family;
	frame->index = index;
	atomic_or(VML_FRAME_CONTENT, &frame->word);
	return vml_tree_set(&f->object->tree, index,
			    vml_slot(frame, VML_SLOT_DIRTY), &f->tables);
}

/* Fails only with the first, where the tree changed meanwhile. */
static int set_all(struct vml_fault *f, const struct vml_ahead *ahead)
{
	u32 i;
	int err = 0;

	spin_lock(&f->object->family->lock);
	for (i = 0; i < ahead->nr && !err; i++)
		err = set_own(f, ahead->frames[i], ahead->first + i);
	if (ahead->window)
		vml_ahead_done(ahead, &f->at);
	spin_unlock(&f->object->family->lock);
	return err;
}

/* Gives back what is not the write's own. */
static void put_ahead(const struct vml_ahead *ahead, struct vml_frame *frame)
{
	u32 i;

	for (i = 0; i < ahead->nr; i++)
		if (ahead->frames[i] != frame)
			vml_put(ahead->frames[i]);
}

/*
 * Has the index own the frame that was allocated, and those after it some more.
 * Shadow tables may go with the entries for what it had.
 */
static int place(struct vml_fault *f, struct vml_ahead *ahead, int kind)
{
	struct vml_frame *frame = f->frame;
	int err;

	if (ahead->nr > 1)
		vml_ahead_alloc(ahead, &f->at, frame);
	else
		ahead->frames[0] = frame;
	/* Nobody can have shown it meanwhile: the index is locked. */
	if (f->there || ahead->nr > 1 || !f->alone)
		vml_rmap_unmap(f->object, ahead->first, ahead->nr);
	f->there = 0;
	err = set_all(f, ahead);
	if (err) {
		put_ahead(ahead, frame);
		return err;
	}
	f->frame = NULL;
	f->placed = kind;
	f->ahead = ahead->nr - 1;
	f->around |= f->ahead;
	return show_own(f, vml_slot(frame, VML_SLOT_DIRTY)) ?: kind;
}

static int replace(struct vml_fault *f, u64 slot, struct vml_ahead *ahead,
		   struct vml_want want)
{
	int err;

	if (!slot && vml_huge_wanted(f->object, f->at.area, f->at.index)) {
		if (!has(f, want))
			return -EAGAIN;
		slot = vml_huge_place(f->object, f->at.index, &f->tables);
		if (slot) {
			f->there = 0;
			f->placed = VML_FAULT_NEW;
			return show_own(f, slot) ?: VML_FAULT_NEW;
		}
	}
	want.frame = true;
	want.zeroed = !slot;
	if (!has(f, want))
		return -EAGAIN;
	if (!slot)
		return place(f, ahead, VML_FAULT_NEW);
	if (slot & VML_SLOT_HUGE) {
		err = vml_huge_split(f->object, f->at.index, &f->tables);
		if (err)
			return err;
	}
	vml_space_ops->copy(f->frame, vml_slot_frame(slot));
	f->zeroed = false;
	return place(f, ahead, VML_FAULT_COPY);
}

static void plan(struct vml_fault *f, struct vml_ahead *ahead, bool is_first)
{
	if (is_first && f->at.area) {
		vml_ahead_plan(ahead, &f->at);
	} else {
		ahead->first = f->at.index;
		ahead->nr = 1;
		ahead->window = 0;
	}
}

static int resolve(struct vml_fault *f)
{
	struct vml_object *object = f->object;
	struct vml_ahead ahead;
	struct vml_want want = { };
	struct vml_frame *frame;
	bool shared, own;
	u64 slot;

	/* Every level above the lowest that a walk ends in lacks a table. */
	if (f->at.space)
		f->there = vml_ptable_get(&f->at.space->ptable, f->at.address,
					  &want.ptables);
	spin_lock(&object->family->lock);
	slot = vml_tree_get(&object->tree, f->at.index, &shared);
	frame = vml_slot_frame(slot);
	own = f->access & VML_AREA_WRITE && (!frame || shared);
	if (own) {
		f->alone = vml_object_only(object, f->at.area);
		want.tables = vml_tree_lacking(&object->tree, f->at.index);
		plan(f, &ahead, !frame);
	}
	spin_unlock(&object->family->lock);
	f->around = frame && !f->there;
	f->ahead = 0;
	if (own)
		return replace(f, slot, &ahead, want);
	if (f->access & VML_AREA_WRITE)
		return reuse(f, slot);
	return frame ? show_frame(f, slot, shared) : show_zeroes(f);
}

/* === Where it is === */

/**
 * vml_fault_enter() - do what a fault does at an index
 * @f: with object, index and access
 *
 * Context: process; takes the family's locks and that of the index.
 * Return: &enum vml_fault_kind, or what vml_fault_overcome() may overcome.
 */
int vml_fault_enter(struct vml_fault *f)
{
	struct vml_object *object = f->object;
	struct mutex *lock = vml_object_lock(object, f->at.index);
	int kind = VML_FAULT_BEYOND;

	down_read(&object->family->sem);
	if (f->at.index < object->size) {
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

static int enter_area(struct vml_fault *f, u32 access)
{
	struct vml_space_area *area = f->at.area;

	f->access = area->flags & VML_AREA_PRIVATE ? VML_AREA_READ : access;
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
		kind = VML_FAULT_BAD_AREA;
	} else if (f->at.view && !vml_area_shows(area, f->at.view)) {
		kind = -ESTALE;
	} else if (area && area->start <= f->at.address) {
		f->at.area = area;
		kind = enter_area(f, access);
		if (kind == VML_FAULT_MINOR)
			kind = f->placed;
		if (kind >= 0)
			atomic64_inc(&area->counts.faults[kind]);
	}
	up_read(&space->lock);
	return kind;
}

/* Where there was no memory, the area was let go. */
static void count_failed(struct vml_space *space, u64 address)
{
	struct vml_space_area *area;

	down_read(&space->lock);
	area = vml_area_find(space, address);
	if (area && area->start <= address)
		atomic64_inc(&area->counts.faults[VML_FAULT_NO_MEMORY]);
	up_read(&space->lock);
}

/**
 * vml_fault_overcome() - see to what stood in the way
 * @f: a fault
 * @err: how the attempt ended
 *
 * Context: process, no lock held; may sleep, as it may reclaim.
 * Return: -EAGAIN for another attempt, or an error for good.
 */
int vml_fault_overcome(struct vml_fault *f, int err)
{
	if (err == -EAGAIN) {
		err = provide(f, true);
	} else if (err == -ESTALE) {
		err = vml_area_sync(f->at.space, f->at.view);
		if (err && err != -ENOMEM)
			return VML_FAULT_BAD_AREA;
	} else if (err == -EBUSY) {
		/* Somebody looks at a block that must be split. */
		cond_resched();
		err = 0;
	}
	return err ?: -EAGAIN;
}

/**
 * vml_fault_finish() - give back what was not used
 * @f: a fault
 */
void vml_fault_finish(struct vml_fault *f)
{
	if (f->frame)
		vml_put(f->frame);
	vml_stock_empty(&f->tables);
	vml_stock_empty(&f->ptables);
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
		if (kind < 0)
			kind = vml_fault_overcome(&f, kind);
	} while (kind == -EAGAIN);
	vml_fault_finish(&f);
	if (kind < 0) {
		kind = VML_FAULT_NO_MEMORY;
		count_failed(space, f.at.address);
	}
	atomic64_inc(&space->counts.faults[kind]);
	return kind;
}
