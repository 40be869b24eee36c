// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: What a fault does at an index
 *
 *	=========== ============ ======================================
 *	the index   access       what happens
 *	=========== ============ ======================================
 *	empty       read         the frame of zeroes, not to be written; or as
 *	                         a write, if it is mapped by a huge entry
 *	empty       write        a frame of zeroes of its own
 *	frame       read         the frame; writable if it is known to
 *	                         be dirty, so that it need not fault again
 *	own frame   write        is noted as dirty, and writable
 *	shared      write        a copy
 *	=========== ============ ======================================
 *
 * Where something is behind the object, an empty index has that: see backing.c.
 *
 * A frame and tables may be needed, and how many is known only under the locks.
 * What the pool has to give away is taken there and then, under those that
 * sleep. Else the fault gives all up, has the pool reclaim without a lock, and
 * begins anew; each time it decides by what it sees then.
 */
#include <vmlab/alloc.h>
#include <vmlab/attempt.h>
#include <vmlab/backing.h>
#include <vmlab/huge.h>
#include <vmlab/rmap.h>
#include <vmlab/tell.h>
#include <vmlab/tree_walk.h>

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/sched.h>

/* === What it takes === */

static int fill(struct vml_stock *stock, unsigned int nr, bool wait)
{
	if (likely(stock->nr >= nr))
		return 0;
	return wait ? vml_stock_fill(stock, nr) : vml_stock_try(stock, nr);
}

/* Allocates what was lacking; if it may wait, with no lock held. */
static __always_inline int provide(struct vml_fault *f, bool wait)
{
	u32 req = VML_REQ_USER | (wait ? VML_REQ_RECLAIM : 0);
	const struct vml_want *want = &f->want;

	if (fill(&f->ptables, want->ptables, wait) ||
	    fill(&f->tables, want->tables, wait))
		return -ENOMEM;
	TELL(tables, want);
	if (!want->frame)
		return 0;
	if (f->frame && ((want->zeroed && !f->zeroed) ||
			 want->place != f->place)) {
		vml_put(f->frame);
		f->frame = NULL;
	}
	if (!f->frame) {
		f->zeroed = want->zeroed;
		f->place = want->place;
		req |= f->place;
		f->frame = vml_alloc(0, f->zeroed ? req | VML_REQ_ZERO : req);
		TELL(frame, f);
	}
	return f->frame ? 0 : -ENOMEM;
}

/* Whether all that is wanted is there; what need not be waited for is. */
static __always_inline bool has(struct vml_fault *f)
{
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

	if (!f->there && vml_ptable_set_recent(pt, f->at.address, entry))
		return 0;
	while ((err = vml_ptable_set(pt, f->at.address, 0, entry, &f->ptables)) ==
	       -EAGAIN) {
		f->want = (struct vml_want) {
			.ptables = vml_ptable_lacking(pt, f->at.address, 0),
		};
		if (!has(f))
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

/* As show_real(), with what is beside it. */
static noinline int show_around(struct vml_fault *f, struct vml_batch *batch)
{
	u64 entries[VML_BATCH];

	vml_around(&f->at, batch, entries, f->guessed);
	return vml_space_ops->insert(f->at.space, batch, f->arg);
}

/* Real entries follow the shadow entry, which is set, and its neighbours'. */
static int show_real(struct vml_fault *f, u64 entry)
{
	struct vml_batch batch = {
		.address = f->at.address, .nr = 1, .entries = &entry,
	};
	int err = f->around ? show_around(f, &batch) :
			      vml_space_ops->insert(f->at.space, &batch, f->arg);

	/* Whatever it says, another attempt would not help. */
	vml_step_if(!err, VMLAB_STORY_STEP_REAL, batch.address, batch.nr, 0);
	return err ? -ENOMEM : 0;
}

/* Shows a frame that the index has: shadow entry, then real entry. */
static int show(struct vml_fault *f, u64 entry)
{
	int err = 0;

	if (!f->at.space)
		return copy_piece(f->piece,
				  vml_frame_at(vml_entry_frame(entry)));
	entry |= VML_ENTRY_ACCESSED;
	if (will_do(f->there, entry))
		entry = f->there;
	else
		err = set_entry(f, entry);
	if (err)
		return err;
	TELL(entry_set, f, entry);
	return show_real(f, entry);
}

/* Maps the block that a slot has by one entry, if that can be. */
static int show_huge(struct vml_fault *f, u64 slot, u64 bits)
{
	int err;

	f->want = (struct vml_want) {
		.ptables = vml_ptable_lacking(&f->at.space->ptable,
					      f->at.address, 1),
	};
	if (!has(f))
		return -EAGAIN;
	err = vml_huge_show(f->at.area, f->at.view, f->at.address, slot, bits,
			    &f->ptables, f->arg);
	TELL(real_huge, f, err);
	if (err == -EOPNOTSUPP && f->there & VML_ENTRY_HUGE)
		f->there = 0;
	return err;
}

/* Shows what a slot has, by an entry for the frame of the index. */
static __always_inline int show_slot(struct vml_fault *f, u64 slot, u64 entry)
{
	int err = -EOPNOTSUPP;

	if (slot & VML_SLOT_HUGE && f->at.space)
		err = show_huge(f, slot, (entry & ~VML_ENTRY_FRAME) |
				VML_ENTRY_ACCESSED);
	if (err != -EOPNOTSUPP)
		return err;
	err = show(f, entry);
	/* A new block comes by one fault, however it is mapped. */
	if (!err && slot & VML_SLOT_HUGE && f->placed == VML_FAULT_NEW)
		vml_huge_around(&f->at, entry & ~VML_ENTRY_DIRTY, f->arg);
	return err;
}

/* === What is at the index === */

static int show_zeroes(struct vml_fault *f)
{
	u32 number = vml_frame_number(vml_zero_frame);

	return show(f, vml_entry(number, VML_ENTRY_ZERO | VML_ENTRY_USER)) ?:
	       VML_FAULT_ZERO;
}

/* What is nobody else's, and dirty. */
#define OWN_BITS	(VML_ENTRY_WRITE | VML_ENTRY_DIRTY | VML_ENTRY_USER)

static int show_own(struct vml_fault *f, u64 slot)
{
	u32 number = vml_frame_number(vml_slot_frame(slot));

	return show_slot(f, slot, vml_entry(number, OWN_BITS));
}

static int show_frame(struct vml_fault *f, u64 slot, bool shared)
{
	return show_slot(f, slot, vml_entry_of(f->at.area, slot, shared)) ?:
	       VML_FAULT_MINOR;
}

/* Gives the empty range around the index a block; 0 if there is none. */
static u64 place_block(struct vml_fault *f)
{
	struct vml_counts *of_area = &f->at.area->counts;
	struct vml_counts *of_space = &f->at.space->counts;
	u64 slot = vml_huge_place(f->object, f->at.index, &f->tables);

	if (!slot) {
		atomic64_inc(&of_area->no_block);
		atomic64_inc(&of_space->no_block);
		return 0;
	}
	TELL(huge, f, slot);
	atomic64_inc(&of_area->huge);
	atomic64_inc(&of_space->huge);
	f->there = 0;
	f->placed = VML_FAULT_NEW;
	return slot;
}

/*
 * A block, if it will be mapped by one entry: one for the zeroes would be small,
 * and in its way from then on.
 */
static int show_empty(struct vml_fault *f)
{
	const struct vml_view *view = f->at.view;
	u64 slot;

	if (!view || !view->huge ||
	    !vml_huge_fits(f->at.area, view, f->at.address) ||
	    !vml_huge_wanted(f->object, f->at.area, f->at.index))
		return show_zeroes(f);
	spin_lock(&f->object->family->lock);
	f->want = (struct vml_want) {
		.tables = vml_tree_lacking(&f->object->tree, f->at.index),
	};
	spin_unlock(&f->object->family->lock);
	if (!has(f))
		return -EAGAIN;
	slot = place_block(f);
	return slot ? show_frame(f, slot, false) : show_zeroes(f);
}

/* Under the family's lock. */
static __always_inline int set_slot(struct vml_fault *f, u32 index, u64 slot)
{
	if (unlikely(!f->table))
		return vml_tree_set(&f->object->tree, index, slot, &f->tables);
	vml_tree_write(&f->object->tree, f->table, index, slot);
	return 0;
}

static int set_dirty(struct vml_fault *f, u64 slot)
{
	struct vml_object *object = f->object;
	int err;

	spin_lock(&object->family->lock);
	err = set_slot(f, f->at.index, slot | VML_SLOT_DIRTY);
	spin_unlock(&object->family->lock);
	return err;
}

/* The frame is nobody else's. */
static int reuse(struct vml_fault *f, u64 slot)
{
	int kind = f->there ? VML_FAULT_REUSE : VML_FAULT_MINOR;
	int err = 0;

	if (!vml_slot_writable(slot))
		err = set_dirty(f, slot & ~VML_SLOT_WRITEBACK);
	TELL(dirty, f, slot, err);
	return err ?: show_own(f, slot) ?: kind;
}

static __always_inline int set_own(struct vml_fault *f, struct vml_frame *frame, u32 index)
{
	frame->owner = f->object->family;
	frame->index = index;
	atomic_or(VML_FRAME_CONTENT, &frame->word);
	return set_slot(f, index, vml_slot(frame, VML_SLOT_DIRTY));
}

/* Fails only with the first, where the tree changed meanwhile. */
static __always_inline int set_all(struct vml_fault *f, struct vml_frame *const *frames)
{
	u32 i = 0;
	int err;

	spin_lock(&f->object->family->lock);
	do {
		err = set_own(f, frames[i], f->ahead.first + i);
	} while (!err && ++i < f->ahead.nr);
	if (f->ahead.window)
		vml_ahead_done(&f->ahead, &f->at);
	spin_unlock(&f->object->family->lock);
	return err;
}

/* Shows the index's frame no longer, nor others that get one now. */
static void unshow(struct vml_fault *f)
{
	/* Nobody can have shown it meanwhile: the index is locked. */
	if (f->there || f->ahead.nr > 1 || !f->alone)
		vml_rmap_unmap(f->object, f->ahead.first, f->ahead.nr);
	f->there = 0;
}

static __always_inline void plan(struct vml_fault *f, bool is_first)
{
	if (is_first && f->at.area)
		vml_ahead_plan(&f->ahead, &f->at);
	else
		f->ahead = (struct vml_ahead) { .first = f->at.index, .nr = 1 };
}

/* What is asked for goes before guesses. */
static noinline bool charge_one(struct vml_fault *f)
{
	if (f->ahead.nr == 1)
		return false;
	plan(f, false);
	return vml_charge_try(f->object->tree.charge, 1);
}

/* Counts the frames for whom they are. */
static __always_inline bool charge(struct vml_fault *f)
{
	return likely(vml_charge_try(f->object->tree.charge, f->ahead.nr)) ||
	       charge_one(f);
}

static void uncharge(struct vml_fault *f, u32 nr)
{
	vml_charge_sub(f->object->tree.charge, nr);
}

/* Gives the indices after it frames too, as far as there are some. */
static noinline int place_ahead(struct vml_fault *f)
{
	struct vml_frame *frames[VML_BATCH];
	u32 i, nr = f->ahead.nr;
	int err;

	vml_ahead_alloc(&f->ahead, &f->at, f->frame, frames);
	if (unlikely(f->ahead.nr < nr))
		uncharge(f, nr - f->ahead.nr);
	unshow(f);
	err = set_all(f, frames);
	for (i = 0; err && i < f->ahead.nr; i++)
		if (frames[i] != f->frame)
			vml_put(frames[i]);
	return err;
}

/*
 * Has the index own the frame that was allocated, and those after it some more.
 * Shadow tables may go with the entries for what it had.
 */
static __always_inline int place(struct vml_fault *f, int kind)
{
	u32 number = vml_frame_number(f->frame);
	int err;

	if (!charge(f))
		return -EDQUOT;
	if (unlikely(f->ahead.nr > 1)) {
		err = place_ahead(f);
	} else {
		unshow(f);
		err = set_all(f, &f->frame);
	}
	if (err) {
		uncharge(f, f->ahead.nr);
		return err;
	}
	TELL(place, f);
	f->frame = NULL;
	f->placed = kind;
	f->guessed = f->ahead.nr - 1;
	f->around |= f->guessed;
	return show(f, vml_entry(number, OWN_BITS)) ?: kind;
}

static int replace(struct vml_fault *f, u64 slot)
{
	int err;

	if (!slot && f->object->huge &&
	    vml_huge_wanted(f->object, f->at.area, f->at.index)) {
		if (!has(f))
			return -EAGAIN;
		slot = place_block(f);
		if (slot)
			return show_own(f, slot) ?: VML_FAULT_NEW;
	}
	f->want.frame = true;
	f->want.zeroed = !slot;
	f->want.place = vml_object_place(f->object, f->at.index, 0);
	if (!has(f))
		return -EAGAIN;
	if (!slot)
		return place(f, VML_FAULT_NEW);
	if (slot & VML_SLOT_HUGE) {
		err = vml_huge_split(f->object, f->at.index, &f->tables);
		if (err)
			return err;
	}
	vml_space_ops->copy(f->frame, vml_slot_frame(slot));
	TELL(copy, f, slot);
	f->zeroed = false;
	return place(f, VML_FAULT_COPY);
}

/* The index is empty, but something is behind it. */
static noinline int fetch(struct vml_fault *f)
{
	int err = vml_fetch_want(f);
	u64 slot;

	if (err)
		return err;
	if ((f->want.tables && vml_charge_is_full(f->object->tree.charge)) ||
	    (f->want.ptables && !f->there &&
	     vml_charge_is_full(f->at.space->ptable.charge)))
		return -EDQUOT;
	if (!has(f))
		return -EAGAIN;
	slot = vml_fetch_place(f);
	if (!slot)
		return f->err ?: -EAGAIN;
	f->placed = VML_FAULT_MAJOR;
	f->around = true;
	if (f->access & VML_AREA_WRITE)
		return show_own(f, slot) ?: VML_FAULT_MAJOR;
	return show_frame(f, slot, false);
}

/* Whether no other area shows the object. */
static bool is_alone(const struct vml_object *object,
		     const struct vml_space_area *area)
{
	const struct rb_node *root = object->areas.rb_root.rb_node;

	lockdep_assert_held(&object->family->lock);
	return area && root == &area->over && !root->rb_left && !root->rb_right;
}

/*
 * The slot of the index; and the table, which stays what it is: what concerns
 * whole objects takes the family's sem, and all that happens in the table has the
 * same lock as the index.
 */
static u64 find_slot(struct vml_fault *f, bool *shared)
{
	const struct vml_tree *tree = &f->object->tree;
	struct vml_frame *frame;
	u64 slot;

	f->table = vml_tree_own(tree, f->at.index);
	if (unlikely(!f->table))
		return vml_tree_get(tree, f->at.index, shared);
	slot = vml_table_slots(f->table)[f->at.index % VML_TREE_SLOTS];
	frame = vml_slot_frame(slot);
	*shared = frame && atomic_read(&frame->refs) > 1;
	return slot;
}

static u64 find_entry(struct vml_fault *f)
{
	struct vml_ptable *pt = &f->at.space->ptable;
	u64 entry = vml_ptable_get_recent(pt, f->at.address);

	if (likely(entry != U64_MAX))
		return entry;
	/* Every level above the lowest that a walk ends in lacks a table. */
	return vml_ptable_get(pt, f->at.address, &f->want.ptables);
}

static int resolve(struct vml_fault *f)
{
	struct vml_object *object = f->object;
	struct vml_frame *frame;
	bool shared, own;
	u64 slot;

	f->want = (struct vml_want) { };
	if (f->at.space)
		f->there = find_entry(f);
	spin_lock(&object->family->lock);
	slot = find_slot(f, &shared);
	frame = vml_slot_frame(slot);
	if (!frame && unlikely(object->backed)) {
		f->want.tables = vml_tree_lacking(&object->tree, f->at.index);
		plan(f, true);
		spin_unlock(&object->family->lock);
		return fetch(f);
	}
	own = f->access & VML_AREA_WRITE && (!frame || shared);
	if (own) {
		f->alone = is_alone(object, f->at.area);
		if (!f->table)
			f->want.tables = vml_tree_lacking(&object->tree,
							  f->at.index);
		plan(f, !frame);
	}
	spin_unlock(&object->family->lock);
	TELL(found, f, slot, shared);
	f->around = frame && !f->there;
	f->guessed = 0;
	if (own && f->want.tables && vml_charge_is_full(object->tree.charge))
		return -EDQUOT;
	if (f->want.ptables && !f->there &&
	    vml_charge_is_full(f->at.space->ptable.charge))
		return -EDQUOT;
	if (own)
		return replace(f, slot);
	if (f->access & VML_AREA_WRITE)
		return reuse(f, slot);
	return frame ? show_frame(f, slot, shared) : show_empty(f);
}

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
	} else {
		TELL(beyond, f);
	}
	up_read(&object->family->sem);
	return kind;
}

/**
 * vml_fault_overcome() - see to what stood in the way
 * @f: a fault
 * @err: how the attempt ended
 *
 * Context: process, no lock held; may sleep, as it may reclaim.
 * Return: -EAGAIN for another attempt; or for good an error, or how the fault ends.
 */
int vml_fault_overcome(struct vml_fault *f, int err)
{
	TELL(overcome, f, err);
	if (err == -EAGAIN) {
		err = provide(f, true);
	} else if (err == -ENODATA) {
		err = vml_fetch(f);
		if (err && err != -ENOMEM)
			return err == -ERANGE ? VML_FAULT_BEYOND : VML_FAULT_IO;
	} else if (err == -ESTALE) {
		err = vml_area_sync(f->at.space, f->at.view);
		if (err && err != -ENOMEM)
			return VML_FAULT_BAD_AREA;
		TELL(refresh, f, err);
	} else if (err == -EBUSY) {
		/* Somebody looks at a block that must be split. */
		cond_resched();
		err = 0;
	}
	return err ?: -EAGAIN;
}
