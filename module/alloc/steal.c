// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Grouping by mobility
 *
 * As in Linux (mm/page_alloc.c). One frame that cannot be moved spoils a large
 * block for good, so such frames are kept together: each page block has a
 * type, and a request takes frames from page blocks of its own type. Only when
 * those have none does it take from another type. First it tries to claim a
 * whole page block, the one with the largest free block, provided that half of
 * its frames are free or would suit the new type; what is freed in it later
 * is then of the new type. Failing that it steals one block, the smallest that
 * will do, and leaves the rest to its type.
 *
 * A free block is always on the lists of the type of its page block.
 */
#include <vmlab/buddy.h>
#include <vmlab/event.h>

#include <linux/bitops.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>

/* Where each type looks when it has nothing left. */
static const u8 fallbacks[VML_TYPES][VML_TYPES - 1] = {
	[VML_UNMOVABLE]	  = { VML_RECLAIMABLE, VML_MOVABLE },
	[VML_MOVABLE]	  = { VML_RECLAIMABLE, VML_UNMOVABLE },
	[VML_RECLAIMABLE] = { VML_UNMOVABLE, VML_MOVABLE },
};

/**
 * struct block_use - what the frames of a page block are used for
 * @free: on free lists
 * @movable: used or cached, and movable
 * @other: used or cached, and not
 */
struct block_use {
	u32 free;
	u32 movable;
	u32 other;
};

/* Frames that stray into a small block do no harm if they can be moved. */
static unsigned int lowest_claim(const struct vml_zone *zone,
				 unsigned int order, unsigned int type)
{
	if (type == VML_MOVABLE)
		return max_t(unsigned int, order, zone->block_order / 2);
	return order;
}

static void move_block(struct vml_zone *zone, struct vml_frame *frame,
		       unsigned int order, unsigned int from, unsigned int to)
{
	vml_area_del(zone, frame, order, from);
	vml_area_add(zone, frame, order, to);
}

static void count_use(struct block_use *use, u32 word)
{
	u32 nr = 1U << vml_word_order(word);

	if (vml_word_state(word) == VML_FREE)
		use->free += nr;
	else if (vml_word_type(word) == VML_MOVABLE)
		use->movable += nr;
	else
		use->other += nr;
}

/*
 * Goes through the blocks of a page block that are of the zone: counts them
 * for @use, or if that is NULL moves those that are free to the lists of @to.
 *
 * A page block may be cut by the edges of extents; what is not of the zone
 * counts for nothing. A block that is used keeps its order for as long as the
 * zone is locked.
 */
static void scan_block(struct vml_zone *zone, u32 first, struct block_use *use,
		       unsigned int from, unsigned int to)
{
	u32 end = min_t(u32, first + (1U << zone->block_order), vml_frames.nr);
	u32 number = first, step;

	for (; number < end; number += step) {
		struct vml_frame *frame = vml_frame_at(number);
		u32 word = vml_frame_word(frame);

		step = 1;
		if (vml_word_state(word) <= VML_INSIDE ||
		    zone != &vml_zones.zone[vml_word_zone(word)])
			continue;
		step = 1U << vml_word_order(word);
		if (use)
			count_use(use, word);
		else if (vml_word_state(word) == VML_FREE)
			move_block(zone, frame, vml_word_order(word), from, to);
	}
}

/* Whether enough of a page block is free or suits a type. */
static bool suits(const struct vml_zone *zone, const struct block_use *use,
		  unsigned int from, unsigned int to)
{
	u32 alike = 0;

	if (to == VML_MOVABLE)
		alike = use->movable;
	else if (from == VML_MOVABLE)
		alike = use->other;
	return use->free + alike >= 1U << zone->block_order >> 1;
}

/* Turns the page blocks around a free block into ones of another type. */
static bool claim(struct vml_zone *zone, struct vml_frame *frame,
		  unsigned int order, unsigned int from, unsigned int to)
{
	u32 first = vml_frame_number(frame) & ~((1U << zone->block_order) - 1);
	struct block_use use = { };

	if (order >= zone->block_order) {
		vml_block_convert(zone, first, order, to);
		move_block(zone, frame, order, from, to);
	} else {
		scan_block(zone, first, &use, from, to);
		if (!suits(zone, &use, from, to))
			return false;
		scan_block(zone, first, NULL, from, to);
		vml_block_convert(zone, first, order, to);
	}
	zone->stat[VML_STAT_CLAIM]++;
	vml_event(VML_EVENT_CLAIM, zone, vml_frame_number(frame), from, to);
	return true;
}

/* The largest free blocks first: their page blocks are the emptiest. */
static bool claim_any(struct vml_zone *zone, unsigned int order,
		      unsigned int type)
{
	const u8 *others = fallbacks[type];
	u32 orders = (zone->orders[others[0]] | zone->orders[others[1]]) >>
		     order << order;

	orders &= ~0U << lowest_claim(zone, order, type);
	while (orders) {
		unsigned int largest = __fls(orders);
		unsigned int from = others[0];

		if (!(zone->orders[from] & 1U << largest))
			from = others[1];
		if (claim(zone, vml_frame_at(zone->area[from][largest].first),
			  largest, from, type))
			return true;
		orders &= ~(1U << largest);
	}
	return false;
}

/* Takes the smallest block that will do from another type. */
static unsigned int steal(struct vml_zone *zone, unsigned int order,
			  unsigned int type)
{
	u32 a = zone->orders[fallbacks[type][0]] >> order;
	u32 b = zone->orders[fallbacks[type][1]] >> order;
	unsigned int other, smallest;

	other = fallbacks[type][!(a && (!b || __ffs(a) <= __ffs(b)))];
	smallest = order + __ffs(zone->orders[other] >> order);
	zone->stat[VML_STAT_STEAL]++;
	vml_event(VML_EVENT_STEAL, zone, zone->area[other][smallest].first,
		  other, type);
	return other;
}

/**
 * vml_buddy_fall_back() - find a block for a type that has none left
 * @zone: the zone
 * @order: of the request
 * @type: &enum vml_type of the request
 *
 * Context: zone->lock held.
 * Return: the type from whose lists to take one, which is @type itself if a
 * page block was claimed; -1 if there is none.
 */
int vml_buddy_fall_back(struct vml_zone *zone, unsigned int order,
			unsigned int type)
{
	const u8 *others = fallbacks[type];

	lockdep_assert_held(&zone->lock);
	if (!((zone->orders[others[0]] | zone->orders[others[1]]) >> order))
		return -1;
	if (claim_any(zone, order, type))
		return type;
	return steal(zone, order, type);
}
