// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Compaction
 *
 * As in Linux (mm/compaction.c). A migration scanner goes up from the low end
 * of a zone and looks for blocks that their holders can move; a free scanner
 * comes down from the high end and finds the places where they go. Used frames
 * gather above, free ones below, until a block of the order that is wanted is
 * free, or the scanners meet.
 *
 * Blocks are moved whole. One free scanner for all orders would pass over the
 * small places for good while it looks for a large one, so there is one for
 * each order, and nothing is set aside.
 *
 * Where a block of some order is wanted, nothing is moved that does not help: a
 * place for such a block that holds a frame nobody can move, or more than there
 * is room for elsewhere, is passed over, and left as soon as a holder refuses.
 * The scanners have met when no place is left.
 *
 * Blocks go into movable page blocks only, as frames that can be moved would
 * otherwise use up those that are kept for the others; and no free page block
 * is broken up. So the free frames that are in whole page blocks never get
 * fewer. Only when this yields no block that is wanted, the free scanners start
 * again from the top and take what they find.
 *
 * The scanners look without a lock and look again when it counts: the migration
 * scanner once it has a reference, without which a block may be freed and be
 * another's at any time, the free scanners under the lock of the zone. In
 * ops->migrate(), the holder must look himself, under whatever lock is his,
 * whether he still holds the block. No lock is held over that; as it may ask for frames
 * and so come here again, who finds a zone already in compaction does not wait.
 *
 * Per-CPU lists hide free frames and keep them from merging. They are emptied
 * before and after, and what is moved away from goes past them.
 */
#include <vmlab/buddy.h>
#include <vmlab/compact.h>
#include <vmlab/event.h>
#include <vmlab/pcp.h>

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>

/*
 * A request for a larger order than this does not compact when the index of
 * fragmentation says that it rather wants for memory; both as in Linux:
 * PAGE_ALLOC_COSTLY_ORDER and sysctl_extfrag_threshold.
 */
#define COSTLY_ORDER	3
#define FRAGMENTED	500

/* The scanners look at so many frames before others may run. */
#define PAUSE		BIT(10)

/* After failures, one in 1 << this requests compacts at least. */
#define DEFER_MAX	6

/**
 * struct compaction - a compaction under way
 * @zone: of what
 * @result: so far
 * @migrate: moves blocks
 * @order: that is wanted, or -1 for as much as can be had
 * @size: frames in a place that the migration scanner looks at: those of a
 *	block of @order, or one
 * @end: number after the last frame of the zone
 * @floor: number after the place that is being cleared; blocks go above
 * @any: bit n is set once blocks of order n may go anywhere
 * @free: by order: the number that the free scanner has come down to
 */
struct compaction {
	struct vml_zone *zone;
	struct vml_compact_result *result;
	int (*migrate)(struct vml_frame *from, struct vml_frame *to,
		       unsigned int order);
	int order;
	u32 size;
	u32 end;
	u32 floor;
	u32 any;
	u32 free[VML_ORDERS];
};

/* The largest order of which there is a free block, or -1. */
static int largest_free(struct vml_zone *zone)
{
	unsigned int type;
	u32 orders = 0;

	spin_lock(&zone->lock);
	for (type = 0; type < VML_TYPES; type++)
		orders |= zone->orders[type];
	spin_unlock(&zone->lock);
	return orders ? (int)__fls(orders) : -1;
}

static bool is_of_zone(const struct vml_zone *zone, u32 word)
{
	return vml_word_state(word) != VML_HOLE &&
	       zone == &vml_zones.zone[vml_word_zone(word)];
}

/* === Where blocks go === */

/* Whether a block of some order may go where a frame begins a free block. */
static bool suits(const struct compaction *c, u32 word, unsigned int order)
{
	unsigned int there = vml_word_order(word);

	if (vml_word_state(word) != VML_FREE || there < order ||
	    !is_of_zone(c->zone, word))
		return false;
	if (c->any & 1U << order)
		return true;
	return vml_word_type(word) == VML_MOVABLE &&
	       (there == order || there < c->zone->block_order);
}

/*
 * Takes the uppermost block of order @to out of a free one; the lower halves
 * stay free, with buddies that are not.
 */
static struct vml_frame *take_upper(struct vml_zone *zone,
				    struct vml_frame *frame, unsigned int to,
				    unsigned int type)
{
	u32 word = vml_frame_word(frame);
	unsigned int from = vml_word_order(word), list = vml_word_type(word);
	unsigned int order;

	lockdep_assert_held(&zone->lock);
	vml_area_del(zone, frame, from, list);
	WRITE_ONCE(zone->free, zone->free - (1U << to));
	vml_event(VML_EVENT_TAKE, zone, vml_frame_number(frame), from, list);
	for (order = from; order-- > to; frame += 1U << order)
		vml_area_add(zone, frame, order, list);
	if (from != to)
		vml_event(VML_EVENT_SPLIT, zone, vml_frame_number(frame), from,
			  to);
	zone->stat[VML_STAT_SPLIT] += from - to;
	zone->stat[VML_STAT_ALLOC]++;
	word = vml_frame_word(frame);
	atomic_set(&frame->word, vml_word_make(word, VML_USED, to, type));
	return frame;
}

/* The next free block out of which one may be taken; seen without the lock. */
static struct vml_frame *find_free(struct compaction *c, unsigned int order)
{
	u32 *at = &c->free[order];

	for (;;) {
		while (*at > c->floor) {
			struct vml_frame *frame = vml_frame_at(--*at);

			if (suits(c, vml_frame_word(frame), order))
				return frame;
			if (!(*at % PAUSE))
				cond_resched();
		}
		if (c->order < 0 || c->any & 1U << order)
			return NULL;
		c->any |= 1U << order;
		*at = c->end;
	}
}

/* Takes a block, which has one reference then; NULL if there is none. */
static struct vml_frame *take_free(struct compaction *c, unsigned int order,
				   unsigned int type)
{
	struct vml_frame *frame, *taken = NULL;

	while (!taken) {
		frame = find_free(c, order);
		if (!frame)
			return NULL;
		spin_lock(&c->zone->lock);
		if (suits(c, vml_frame_word(frame), order))
			taken = take_upper(c->zone, frame, order, type);
		spin_unlock(&c->zone->lock);
	}
	c->free[order] = vml_frame_number(taken);
	taken->owner = NULL;
	taken->index = 0;
	/* Pairs with vml_frame_tryget(), as in vml_alloc(). */
	atomic_set_release(&taken->refs, 1);
	return taken;
}

/* === Moving === */

/* As vml_put(), but the block goes where it can merge. */
static void release(struct vml_zone *zone, struct vml_frame *frame)
{
	unsigned int order = vml_word_order(vml_frame_word(frame));

	if (unlikely(atomic_read(&frame->maps))) {
		/* It is somebody's bug if this is the last reference. */
		vml_put(frame);
		return;
	}
	if (atomic_dec_if_positive(&frame->refs))
		return;
	spin_lock(&zone->lock);
	vml_buddy_give(zone, frame, order);
	zone->stat[VML_STAT_FREE]++;
	spin_unlock(&zone->lock);
}

/* Moves a block to which there is a reference; says whether that was done. */
static bool move_held(struct compaction *c, struct vml_frame *from)
{
	/* Pairs with vml_frame_set_movable(). */
	u32 word = atomic_read_acquire(&from->word);
	unsigned int order = vml_word_order(word);
	struct vml_frame *to;

	if (!(word & VML_FRAME_MOVABLE))
		return false;
	to = take_free(c, order, vml_word_type(word));
	if (!to)
		return false;
	c->result->isolated++;
	if (c->migrate(from, to, order)) {
		c->result->failed++;
		release(c->zone, to);
		return false;
	}
	c->result->moved += 1U << order;
	cond_resched();
	return true;
}

/* Returns whether the block is out of the way. */
static bool move(struct compaction *c, struct vml_frame *from)
{
	u32 word = vml_frame_word(from);
	bool moved;

	/* To trees, who has a reference shares the frame: leave theirs alone. */
	if (vml_word_state(word) == VML_USED && !(word & VML_FRAME_MOVABLE))
		return false;
	if (!vml_frame_tryget(from))
		return true;
	moved = move_held(c, from);
	release(c->zone, from);
	return moved;
}

/*
 * Whether something is used in a place, and all that is can be moved, for which
 * there must at least be as much free elsewhere.
 */
static bool can_clear(struct compaction *c, u32 first)
{
	u32 number, end = first + c->size, step, used = 0, free = 0;

	if (end > c->end)
		return false;
	for (number = first; number < end; number += step) {
		u32 word = vml_frame_word(vml_frame_at(number));

		if (!is_of_zone(c->zone, word) ||
		    (word & VML_WORD_EDGE && number != first))
			return false;
		step = 1;
		if (vml_word_state(word) == VML_INSIDE)
			continue;
		step = 1U << vml_word_order(word);
		if (vml_word_state(word) == VML_FREE)
			free += step;
		if (vml_word_state(word) != VML_USED)
			continue;
		if (!(word & VML_FRAME_MOVABLE))
			return false;
		used += step;
	}
	return used && used + free <= READ_ONCE(c->zone->free);
}

static void clear(struct compaction *c, u32 first)
{
	u32 number, end = first + c->size, step;

	c->floor = end;
	for (number = first; number < end; number += step) {
		struct vml_frame *frame = vml_frame_at(number);
		u32 word = vml_frame_word(frame);

		step = 1;
		if (vml_word_state(word) != VML_USED)
			continue;
		if (!move(c, frame))
			return;
		step = 1U << vml_word_order(word);
	}
}

static bool is_done(const struct compaction *c)
{
	return c->order >= 0 && largest_free(c->zone) >= c->order;
}

static void compact(struct compaction *c)
{
	struct vml_zone *zone = c->zone;
	u32 number = zone->first_block << zone->block_order;
	u32 end = (zone->first_block + zone->nr_blocks) << zone->block_order;
	unsigned int order;

	c->end = min(end, vml_frames.nr);
	c->size = c->order >= 0 ? 1U << c->order : 1;
	for (order = 0; order < VML_ORDERS; order++)
		c->free[order] = c->end;
	number &= ~(c->size - 1);
	for (; number < c->end && !is_done(c); number += c->size) {
		c->result->scanned += min(c->size, c->end - number);
		if (can_clear(c, number))
			clear(c, number);
		if (!(number % PAUSE))
			cond_resched();
	}
	vml_pcp_drain_zone(zone);
	c->result->largest = largest_free(zone);
	c->result->met = !is_done(c);
}

/* === On command, and for a request === */

static bool begin(struct vml_zone *zone)
{
	bool busy;

	spin_lock(&zone->lock);
	busy = zone->compacting;
	zone->compacting = true;
	spin_unlock(&zone->lock);
	return !busy;
}

/* As in Linux, what failed is tried less often: defer_compaction(). */
static void defer(struct vml_zone *zone, int order)
{
	if (!zone->defer_shift || order < zone->defer_order)
		zone->defer_order = order;
	zone->defer_shift = min(zone->defer_shift + 1, DEFER_MAX);
	zone->considered = 0;
}

static void end(struct compaction *c)
{
	struct vml_zone *zone = c->zone;

	spin_lock(&zone->lock);
	zone->compacting = false;
	zone->stat[VML_STAT_MOVE] += c->result->moved;
	zone->stat[VML_STAT_UNMOVED] += c->result->failed;
	if (c->order > c->result->largest)
		defer(zone, c->order);
	else if (c->order < 0 || c->order >= zone->defer_order)
		zone->defer_shift = 0;
	spin_unlock(&zone->lock);
}

static bool is_deferred(struct vml_zone *zone, unsigned int order)
{
	bool deferred = false;

	spin_lock(&zone->lock);
	if (order >= zone->defer_order && zone->defer_shift)
		deferred = ++zone->considered < 1U << zone->defer_shift;
	spin_unlock(&zone->lock);
	return deferred;
}

/**
 * vml_compact_zone() - compact a zone
 * @zone: the zone
 * @order: stop when a block of this order is free; -1 to move all that can be
 * @result: filled in unless the call fails
 *
 * That no block of the order came of it is no failure, and stands in @result.
 *
 * Context: process; may sleep, as ops->migrate() does.
 * Return: 0; -EINVAL for a wrong order, -EOPNOTSUPP if there is no
 * ops->migrate(), -EBUSY if the zone is in compaction.
 */
int vml_compact_zone(struct vml_zone *zone, int order,
		     struct vml_compact_result *result)
{
	struct compaction c = {
		.zone = zone,
		.result = result,
		.migrate = vml_alloc_get_ops()->migrate,
		.order = order,
	};

	if (order < -1 || order > VML_ORDER_MAX)
		return -EINVAL;
	if (!c.migrate)
		return -EOPNOTSUPP;
	if (!begin(zone))
		return -EBUSY;
	memset(result, 0, sizeof(*result));
	vml_pcp_drain_zone(zone);
	compact(&c);
	end(&c);
	return 0;
}

/* Whether a zone has enough for a request, if only it hung together. */
static bool has_enough(struct vml_zone *zone, unsigned int order, u32 req)
{
	if (req & VML_REQ_RECLAIMER)
		return READ_ONCE(zone->free) >= 1U << order;
	return vml_zone_ok(zone, order, READ_ONCE(zone->marks[VML_MARK_MIN]),
			   vml_req_zone(req));
}

/* Where memory is scarce, to reclaim would be better, if somebody does. */
static bool is_fragmented(struct vml_zone *zone, unsigned int order)
{
	struct vml_buddy_info info;

	if (order <= COSTLY_ORDER || !vml_alloc_get_ops()->reclaim)
		return true;
	vml_buddy_info(zone, &info);
	return vml_buddy_fragmentation(&info, order) > FRAGMENTED;
}

static bool compact_for(struct vml_zone *zone, unsigned int order, u32 req)
{
	struct vml_compact_result result;

	vml_pcp_drain_zone(zone);
	if (!has_enough(zone, order, req))
		return false;
	if (largest_free(zone) >= (int)order)
		return true;
	if (!is_fragmented(zone, order) || is_deferred(zone, order) ||
	    vml_compact_zone(zone, order, &result))
		return false;
	return result.largest >= (int)order;
}

/**
 * vml_compact_direct() - compact for a request that finds no block
 * @order: of the request
 * @req: the request, VML_REQ_*; with %VML_REQ_RECLAIM, as this sleeps
 *
 * Goes through the zones of the request in turn, up to the first success. Zones
 * that have too little memory are left out, and for a while those where it
 * failed before, as well as those that are in compaction: who finds one so gets
 * what that leaves.
 *
 * Context: process; may sleep, as ops->migrate() does.
 * Return: whether a block is free for it now. Others may be quicker.
 */
bool vml_compact_direct(unsigned int order, u32 req)
{
	struct vml_zone *const *zones;

	for (zones = vml_alloc_zones(req); *zones; zones++)
		if (vml_req_allows(req, *zones) &&
		    compact_for(*zones, order, req))
			return true;
	return false;
}
