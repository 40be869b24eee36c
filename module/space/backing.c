// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: What is behind objects
 *
 * An object may be backed by something that lasts, a file for instance: then its
 * frames are a cache of that, as Linux's page cache is. The floor above knows what
 * is behind, and reads and writes it; this one knows which frames are dirty.
 *
 * *Reading*: an empty index has what is behind it. To read that takes long, and
 * may need anything, so no lock is held meanwhile: a fault that finds such an
 * index gives all up, has frames filled, and begins anew; if the index is still
 * empty then, it gets the frame. Two faults may so read the same twice, of which
 * one keeps it. But what was read must not go in if content was there meanwhile,
 * was changed, and is gone again: it would be old. So an object counts how often
 * it drops content, and what was read before that is read again.
 *
 * *Writing*: the entries of dirty frames lose the right to write, real ones
 * first, so that nobody can write unnoticed; then what they have is copied out,
 * and they are marked as being written back (Linux: PG_writeback). Who writes to
 * one from then on takes the mark away. Frames that have it when the write was
 * good are clean. So all that is nowhere else is dirty at any moment, and after a
 * write that failed nothing is lost.
 */
#include <vmlab/alloc.h>
#include <vmlab/backing.h>
#include <vmlab/rmap.h>

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>

/**
 * vml_object_back() - have something be behind an object
 * @object: which is new: nobody shows it, and it has no content and no clones
 * @size: how many indices there are
 *
 * Context: process; takes the family's sem.
 */
void vml_object_back(struct vml_object *object, u32 size)
{
	down_write(&object->family->sem);
	object->backed = true;
	object->size = size;
	up_write(&object->family->sem);
}

/* === Reading === */

static u32 count_drops(struct vml_object *object)
{
	u32 drops;

	spin_lock(&object->family->lock);
	drops = object->drops;
	spin_unlock(&object->family->lock);
	return drops;
}

/* Whether what was read is what the fault is about, and new. */
static bool is_fetched(const struct vml_fault *f)
{
	const struct vml_fetch *fetch = f->fetch;
	u32 i;

	if (!fetch || fetch->object != f->object ||
	    fetch->drops != count_drops(f->object))
		return false;
	i = f->at.index - fetch->ahead.first;
	return i < fetch->ahead.nr && fetch->frames[i];
}

/**
 * vml_fetch_want() - want what is behind an index, unless it was read
 * @f: a fault there, which says what shall be read with it; the index is empty
 *
 * Context: the lock of the index held.
 * Return: 0 if it was read; -ENODATA with @f->unread set.
 */
int vml_fetch_want(struct vml_fault *f)
{
	if (is_fetched(f))
		return 0;
	vml_object_get(f->object);
	f->unread = (struct vml_unread) {
		.drops = count_drops(f->object),
		.ahead = f->ahead,
	};
	return -ENODATA;
}

static int read_all(struct vml_fetch *fetch, const struct vml_spot *at)
{
	u32 place = vml_object_place(fetch->object, at->index, 0);
	struct vml_frame *frame = vml_alloc(0, VML_REQ_USER | VML_REQ_RECLAIM |
					       place);
	struct vml_ahead *ahead = &fetch->ahead;
	int err;

	if (!frame) {
		ahead->nr = 0;
		return -ENOMEM;
	}
	if (ahead->nr > 1 && vml_space_ops->fetch_ahead)
		vml_space_ops->fetch_ahead(fetch->object, ahead->first,
					   ahead->nr);
	err = vml_space_ops->fetch(fetch->object, at->index, frame);
	if (err) {
		vml_put(frame);
		ahead->nr = 0;
		return err;
	}
	vml_ahead_fetch(ahead, at, fetch->object, frame, fetch->frames);
	return 0;
}

/**
 * vml_fetch() - read what a fault wants
 * @f: the fault, for which vml_fetch_want()
 *
 * Context: process, no lock held; may sleep, as it may reclaim.
 * Return: 0; -ENOMEM, or what ops->fetch returns.
 */
int vml_fetch(struct vml_fault *f)
{
	struct vml_fetch *fetch = kzalloc(sizeof(*fetch), GFP_KERNEL);

	if (f->fetch)
		vml_fetch_end(f);
	if (!fetch) {
		vml_object_put(f->object);
		return -ENOMEM;
	}
	fetch->object = f->object;
	fetch->drops = f->unread.drops;
	fetch->ahead = f->unread.ahead;
	f->fetch = fetch;
	f->err = read_all(fetch, &f->at);
	return f->err;
}

/**
 * vml_fetch_end() - give back what was read and not needed
 * @f: a fault with @f->fetch
 *
 * Context: process, no lock held.
 */
void vml_fetch_end(struct vml_fault *f)
{
	struct vml_fetch *fetch = f->fetch;
	u32 i;

	for (i = 0; i < fetch->ahead.nr; i++)
		if (fetch->frames[i])
			vml_put(fetch->frames[i]);
	vml_object_put(fetch->object);
	kfree(fetch);
	f->fetch = NULL;
}

/* Gives an index that is empty what was read for it. */
static bool place(struct vml_fetch *fetch, u32 i, u64 bits,
		  struct vml_stock *stock, int *err)
{
	struct vml_frame *frame = fetch->frames[i];
	struct vml_object *object = fetch->object;
	u32 index = fetch->ahead.first + i;

	if (!frame || vml_tree_get(&object->tree, index, NULL))
		return false;
	if (!vml_charge_try(object->tree.charge, 1)) {
		*err = -EDQUOT;
		return false;
	}
	frame->owner = object->family;
	frame->index = index;
	atomic_or(VML_FRAME_CONTENT, &frame->word);
	if (vml_tree_set(&object->tree, index, vml_slot(frame, bits), stock)) {
		vml_charge_sub(object->tree.charge, 1);
		return false;
	}
	fetch->frames[i] = NULL;
	return true;
}

/**
 * vml_fetch_place() - put what was read into the object
 * @f: for which vml_fetch_want() says that it was read; has as many tables as
 *	vml_tree_lacking()
 *
 * Context: the lock of the index held; takes the family's lock.
 * Return: the slot that the index has then; 0 with @f->err set for good, or if that
 * was not possible any more, so that another attempt must be made.
 */
u64 vml_fetch_place(struct vml_fault *f)
{
	u64 bits = f->access & VML_AREA_WRITE ? VML_SLOT_DIRTY : 0;
	struct vml_fetch *fetch = f->fetch;
	struct vml_tree *tree = &f->object->tree;
	u32 mine = f->at.index - fetch->ahead.first, i;
	u64 slot = 0;
	int none;

	f->guessed = 0;
	spin_lock(&f->object->family->lock);
	if (fetch->drops == f->object->drops &&
	    place(fetch, mine, bits, &f->tables, &f->err)) {
		/* All are in one table, which is there now. */
		for (i = 0; i < fetch->ahead.nr; i++)
			f->guessed += place(fetch, i, 0, &f->tables, &none);
		if (f->at.area)
			vml_ahead_done(&fetch->ahead, &f->at);
		slot = vml_tree_get(tree, f->at.index, NULL);
	}
	spin_unlock(&f->object->family->lock);
	return slot;
}

/**
 * vml_object_fetch() - read what is behind indices, for later
 * @object: which is backed
 * @first: first index
 * @last: last index
 *
 * Ends early where the pool has no more frames to spare, or nothing is behind.
 *
 * Context: process; as vml_object_read(). May sleep.
 * Return: 0, or as vml_object_read().
 */
int vml_object_fetch(struct vml_object *object, u32 first, u32 last)
{
	u64 index;
	int err = 0;
	char none;

	for (index = first; index <= last && !err; index++) {
		if (!vml_ahead_spare(VML_REQ_USER))
			break;
		if (!((index - first) % VML_TREE_SLOTS) &&
		    vml_space_ops->fetch_ahead)
			vml_space_ops->fetch_ahead(object, index,
						   min_t(u64, last - index + 1,
							 VML_TREE_SLOTS));
		err = vml_object_read(object, index, 0, &none, 0);
		cond_resched();
	}
	return err == -ERANGE ? 0 : err;
}

/* === Runs of indices that are alike === */

/* Indices to look at between two chances for others. */
#define AT_ONCE		1024

static void enter(struct vml_object *object, u32 index)
{
	down_read(&object->family->sem);
	mutex_lock(vml_object_lock(object, index));
}

static void leave(struct vml_object *object, u32 index)
{
	mutex_unlock(vml_object_lock(object, index));
	up_read(&object->family->sem);
}

static bool is_like(u64 slot, bool dirty)
{
	return slot && dirty == !!(slot & VML_SLOT_DIRTY);
}

/* The next index that is dirty, or one that is clean; false without any. */
static bool next_like(struct vml_object *object, u32 *index, u32 last,
		      bool dirty)
{
	u64 at = *index;
	u64 slot = 1;
	u32 nr;

	while (slot && at <= last) {
		spin_lock(&object->family->lock);
		for (nr = 0; nr < AT_ONCE && at <= last; nr++, at++) {
			*index = at;
			slot = vml_tree_next(&object->tree, index, last);
			at = *index;
			if (!slot || is_like(slot, dirty))
				break;
		}
		spin_unlock(&object->family->lock);
		if (is_like(slot, dirty))
			return true;
		cond_resched();
	}
	return false;
}

/*
 * How many of up to VML_BATCH indices in a row, all in one lowest table, are
 * alike. Whose lock is held, so that they stay.
 */
static u32 run_like(struct vml_object *object, u32 first, u32 last, bool dirty,
		    u64 *slots)
{
	u32 edge = first | (VML_TREE_SLOTS - 1), i;
	u32 nr = min3(last - first, edge - first, VML_BATCH - 1U) + 1;

	spin_lock(&object->family->lock);
	vml_tree_row(&object->tree, first, nr, slots);
	spin_unlock(&object->family->lock);
	for (i = 0; i < nr && is_like(slots[i], dirty); i++)
		;
	return i;
}

/* === Writing === */

/* The slots stay what they are but for such bits. */
static void set_bits(struct vml_object *object, u32 first, u32 nr, u64 *slots)
{
	struct vml_stock none = VML_STOCK(0);
	u32 i;

	spin_lock(&object->family->lock);
	for (i = 0; i < nr; i++)
		vml_tree_set(&object->tree, first + i, slots[i], &none);
	spin_unlock(&object->family->lock);
}

static u32 copy_out(struct vml_object *object, u32 first, u32 last, void *to)
{
	u64 slots[VML_BATCH];
	u32 nr, i;

	enter(object, first);
	nr = run_like(object, first, last, true, slots);
	vml_rmap_protect(object, first, nr);
	for (i = 0; i < nr; i++) {
		vml_space_ops->read(to + (size_t)i * VML_FRAME_SIZE,
				    vml_slot_frame(slots[i]), 0,
				    VML_FRAME_SIZE);
		slots[i] |= VML_SLOT_WRITEBACK;
	}
	set_bits(object, first, nr, slots);
	leave(object, first);
	return nr;
}

/**
 * vml_writeback_begin() - copy dirty content out
 * @object: which is backed; one at a time writes back
 * @index: where to begin; set to the first index
 * @last: last index
 * @to: where to; has room for VML_BATCH frames
 *
 * Context: process; takes the family's locks and that of the index. May sleep.
 * Return: how many indices in a row, for vml_writeback_end(); 0 if none is dirty.
 */
u32 vml_writeback_begin(struct vml_object *object, u32 *index, u32 last,
			void *to)
{
	u32 nr = 0;

	while (!nr && next_like(object, index, last, true))
		nr = copy_out(object, *index, last, to);
	return nr;
}

static u32 end_run(struct vml_object *object, u32 first, u32 last, bool done)
{
	u64 slots[VML_BATCH];
	u32 nr, i;

	enter(object, first);
	nr = run_like(object, first, last, true, slots);
	for (i = 0; i < nr; i++) {
		if (done && slots[i] & VML_SLOT_WRITEBACK)
			slots[i] &= ~VML_SLOT_DIRTY;
		slots[i] &= ~VML_SLOT_WRITEBACK;
	}
	set_bits(object, first, nr, slots);
	leave(object, first);
	return nr;
}

/**
 * vml_writeback_end() - have content be clean that was written
 * @object: the object
 * @first: first index
 * @last: last index
 * @done: all that vml_writeback_begin() gave out of these was written; else it
 *	stays dirty
 *
 * What was written to meanwhile stays dirty.
 *
 * Context: as vml_writeback_begin().
 */
void vml_writeback_end(struct vml_object *object, u32 first, u32 last, bool done)
{
	u64 at = first;

	while (at <= last) {
		first = at;
		if (!next_like(object, &first, last, true))
			return;
		at = (u64)first + max(end_run(object, first, last, done), 1U);
		cond_resched();
	}
}

static u32 drop(struct vml_object *object, u32 first, u32 last)
{
	struct vml_stock stock = VML_STOCK(0);
	u64 slots[VML_BATCH];
	u32 nr;

	enter(object, first);
	nr = run_like(object, first, last, false, slots);
	if (nr) {
		vml_rmap_unmap(object, first, nr);
		spin_lock(&object->family->lock);
		object->drops++;
		vml_tree_clear(&object->tree, first, first + nr - 1, &stock);
		spin_unlock(&object->family->lock);
	}
	leave(object, first);
	vml_stock_empty(&stock);
	return nr;
}

/**
 * vml_object_forget() - drop content that is clean
 * @object: which is backed
 * @first: first index
 * @last: last index
 *
 * Who looks there then sees what is behind it now.
 *
 * Context: process; takes the family's locks and that of indices. May sleep.
 */
void vml_object_forget(struct vml_object *object, u32 first, u32 last)
{
	u64 at = first;

	while (at <= last) {
		first = at;
		if (!next_like(object, &first, last, false))
			return;
		at = (u64)first + max(drop(object, first, last), 1U);
		cond_resched();
	}
}
