// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Prefetching
 *
 * A fault costs more than what it does in the end. So it does the same for its
 * neighbours, as long as that is cheap: they lie in the same aligned window of
 * VML_BATCH indices and addresses, so that one lock, one table of the object
 * and one shadow table serve all, and one call puts all real entries in.
 *
 * *Around*: where content is found, content beside it is mapped with it, if
 * nothing is mapped there (Linux: do_fault_around() in mm/memory.c).
 *
 * *Ahead*: a first write beside the last one, above or below, is taken for a
 * sequence. It gets frames of zeroes for what comes next, two in the second
 * fault of the sequence, four in the third, and so on up to the whole window;
 * the first write elsewhere gets one again. Only what the pool has above its
 * low watermarks is spent on guesses. As they can be written to without a
 * fault, such frames are dirty.
 *
 * Where something is behind the object, it is major faults that make a sequence,
 * and what comes next is read with it (readahead; Linux: mm/readahead.c). Such
 * frames are clean.
 *
 * Whether a frame that was fetched ahead was used, no software can see. But a
 * sequence that goes on has passed all of them: so they are hits once the first
 * write after them faults, and waste once one faults elsewhere. Some that count
 * as hits may have been jumped over, and part of the waste may have been used.
 * What the last window of a sequence holds is neither yet.
 */
#include <vmlab/alloc.h>
#include <vmlab/event.h>
#include <vmlab/prefetch.h>

#include <linux/lockdep.h>
#include <linux/minmax.h>

/**
 * struct window - what lies around a spot
 * @first: the lowest index
 * @nr: how many
 * @address: of the lowest
 */
struct window {
	u32 first;
	u32 nr;
	u64 address;
};

#define WINDOW_SIZE	((u64)VML_BATCH << VML_FRAME_SHIFT)

/* The object's size stays: its family's sem is held. */
static struct window window_around(const struct vml_spot *at)
{
	const struct vml_ptable *pt = &at->space->ptable;
	u64 below = (u64)(at->index % VML_BATCH) << VML_FRAME_SHIFT;
	u64 table = vml_ptable_size(pt, 1);
	u64 low = at->address & ~(WINDOW_SIZE - 1), high = low + WINDOW_SIZE;
	u32 left = at->area->object->size - at->index;
	u64 edge = (at->address - pt->base) / table * table + pt->base;
	const struct vml_view *view = at->view;

	low = max3(low, at->area->start, edge);
	high = min3(high, at->area->end, edge + table);
	if (view) {
		low = max(low, view->start);
		high = min(high, view->end);
	}
	low = max(low, at->address - min(below, at->address));
	high = min(high, at->address - below + WINDOW_SIZE);
	high = min(high, at->address + ((u64)left << VML_FRAME_SHIFT));
	return (struct window) {
		.first = at->index - ((at->address - low) >> VML_FRAME_SHIFT),
		.nr = (high - low) >> VML_FRAME_SHIFT, .address = low,
	};
}

static void count(atomic64_t *of_area, atomic64_t *of_space, u32 nr)
{
	atomic64_add(nr, of_area);
	atomic64_add(nr, of_space);
}

/* === Ahead === */

/**
 * vml_ahead_go_on() - see which indices a write in a sequence shall fill
 * @ahead: of the write alone; filled in
 * @at: where the write is; its index is empty
 * @way: 1 if the sequence goes up, -1 if it goes down
 *
 * Context: the family's lock held, and that of the index.
 */
void vml_ahead_go_on(struct vml_ahead *ahead, const struct vml_spot *at,
		     int way)
{
	struct window w = window_around(at);
	u64 slots[VML_BATCH];
	u32 mine, n;

	lockdep_assert_held(&at->area->object->family->lock);
	ahead->window = min_t(u32, 2 * at->area->sequence.window, VML_BATCH);
	mine = at->index - w.first;
	vml_tree_row(&at->area->object->tree, w.first, w.nr, slots);
	for (n = 1; n < ahead->window; n++)
		if (way > 0 ? mine + n >= w.nr || slots[mine + n] :
			      n > mine || slots[mine - n])
			break;
	ahead->nr = n;
	if (way < 0)
		ahead->first -= n - 1;
}

/* Whether some zone has so many frames to spare. */
static bool has_spare(u32 req, u32 nr)
{
	struct vml_zone *const *zones = vml_alloc_zones(req);

	for (; *zones; zones++)
		if (vml_req_allows(req, *zones) &&
		    vml_zone_ok(*zones, 0, nr +
				vml_alloc_mark(*zones, VML_MARK_LOW, req),
				vml_req_zone(req)))
			return true;
	return false;
}

/* Gives up what lies beyond the frames that there are. */
static void shorten(struct vml_ahead *ahead, struct vml_frame **frames,
		    u32 mine, u32 nr)
{
	u32 i;

	if (mine) {
		ahead->first += ahead->nr - nr;
		for (i = 0; i < nr; i++)
			frames[i] = frames[i + ahead->nr - nr];
	}
	ahead->nr = nr;
}

/**
 * vml_ahead_alloc() - have frames for the indices
 * @ahead: its range shrinks to what there are frames for
 * @at: where the write is
 * @frame: of the write itself
 * @frames: filled in, by index less the first of @ahead
 *
 * Context: process, no lock of ours held that spins; does not sleep.
 */
void vml_ahead_alloc(struct vml_ahead *ahead, const struct vml_spot *at,
		     struct vml_frame *frame,
		     struct vml_frame *frames[VML_BATCH])
{
	u32 req = VML_REQ_USER | VML_REQ_ZERO, mine = at->index - ahead->first;
	u32 n;

	frames[mine] = frame;
	for (n = 1; n < ahead->nr; n++) {
		u32 i = mine ? mine - n : n;
		u32 place = vml_object_place(at->area->object,
					     ahead->first + i, 0);

		frame = has_spare(req | place, 1) ? vml_alloc(0, req | place) :
						    NULL;
		if (!frame)
			break;
		frames[i] = frame;
	}
	shorten(ahead, frames, mine, n);
}

/**
 * vml_ahead_spare() - whether there is a frame for a guess
 * @req: what it shall be
 *
 * Context: any.
 */
bool vml_ahead_spare(u32 req)
{
	return has_spare(req, 1);
}

/**
 * vml_ahead_fetch() - read into frames what is behind indices
 * @ahead: gets the frames; its range shrinks to what there is
 * @at: where the fault is; the index alone
 * @object: which is backed
 * @frame: of the fault itself, read already
 * @frames: filled in, by index less the first of @ahead
 *
 * Context: process, no lock held; may sleep.
 */
void vml_ahead_fetch(struct vml_ahead *ahead, const struct vml_spot *at,
		     struct vml_object *object, struct vml_frame *frame,
		     struct vml_frame *frames[VML_BATCH])
{
	u32 mine = at->index - ahead->first, n;

	frames[mine] = frame;
	for (n = 1; n < ahead->nr; n++) {
		u32 i = mine ? mine - n : n;
		u32 req = VML_REQ_USER |
			  vml_object_place(object, ahead->first + i, 0);

		frame = has_spare(req, 1) ? vml_alloc(0, req) : NULL;
		if (!frame)
			break;
		if (vml_space_ops->fetch(object, ahead->first + i, frame)) {
			vml_put(frame);
			break;
		}
		frames[i] = frame;
	}
	shorten(ahead, frames, mine, n);
}

static void note_made(struct vml_counts *counts, bool backed, u32 nr)
{
	atomic64_add(nr, backed ? &counts->read_ahead : &counts->ahead);
}

static void note_passed(struct vml_counts *counts, bool backed, bool hit,
			u32 nr)
{
	if (hit)
		atomic64_add(nr, backed ? &counts->read_hits : &counts->hits);
	else
		atomic64_add(nr, backed ? &counts->read_waste : &counts->waste);
}

/**
 * vml_ahead_count() - count what was filled ahead, now and by the last one
 * @ahead: what the first write or major fault filled
 * @at: where it was
 *
 * Context: the family's lock held.
 */
void vml_ahead_count(const struct vml_ahead *ahead, const struct vml_spot *at)
{
	const struct vml_sequence *last = &at->area->sequence;
	struct vml_counts *of_area = &at->area->counts;
	struct vml_counts *of_space = &at->space->counts;
	u32 pending = last->nr ? last->nr - 1 : 0, nr = ahead->nr - 1;
	bool backed = at->area->object->backed;
	bool hit = vml_sequence_way(last, at->index);

	lockdep_assert_held(&at->area->object->family->lock);
	if (pending) {
		note_passed(of_area, backed, hit, pending);
		note_passed(of_space, backed, hit, pending);
	}
	if (nr) {
		note_made(of_area, backed, nr);
		note_made(of_space, backed, nr);
	}
}

/* === Around === */

/**
 * vml_entry_of() - the shadow entry for what a slot has
 * @area: that shows it; or NULL
 * @slot: not empty
 * @shared: whether another object has it too
 *
 * It may be written to if the frame is known to be dirty, so that it need not
 * fault again.
 */
u64 vml_entry_of(const struct vml_space_area *area, u64 slot, bool shared)
{
	u64 bits = VML_ENTRY_USER;

	if (shared)
		bits |= VML_ENTRY_COW;
	else if (vml_slot_writable(slot) && area && area->flags & VML_AREA_WRITE)
		bits |= VML_ENTRY_WRITE;
	return vml_entry(vml_frame_number(vml_slot_frame(slot)), bits);
}

/**
 * vml_around() - map what is beside a spot
 * @at: the spot
 * @batch: has the entry of the spot, which is set; gets those of its neighbours
 *	too that are set here
 * @entries: where to put them
 * @ahead: how many of these were made just now, and are counted as that
 *
 * Context: process; the lock of the index held. Takes the family's lock, and
 * that of the page table.
 */
void vml_around(const struct vml_spot *at, struct vml_batch *batch,
		u64 entries[VML_BATCH], u32 ahead)
{
	struct vml_object *object = at->area->object;
	struct window w = window_around(at);
	u64 slots[VML_BATCH], own = batch->entries[0];
	u32 mine = at->index - w.first, shared, i, nr = 0;

	spin_lock(&object->family->lock);
	shared = vml_tree_row(&object->tree, w.first, w.nr, slots);
	spin_unlock(&object->family->lock);
	for (i = 0; i < w.nr; i++) {
		entries[i] = 0;
		if (!slots[i] || i == mine)
			continue;
		entries[i] = vml_entry_of(at->area, slots[i], shared & BIT(i));
		nr++;
	}
	if (nr)
		nr = vml_ptable_fill(&at->space->ptable, w.address, w.nr,
				     entries);
	vml_step_if(nr, VMLAB_STORY_STEP_AROUND, w.address, nr, 0);
	entries[mine] = own;
	batch->address = w.address;
	batch->nr = w.nr;
	batch->entries = entries;
	if (nr > ahead)
		count(&at->area->counts.around, &at->space->counts.around,
		      nr - ahead);
}
