// SPDX-License-Identifier: GPL-2.0
/*
 * How the free frames of a zone hang together.
 *
 * Two indices of Linux (mm/vmstat.c), after Gorman and Whitcroft, "The What,
 * The Why and the Where To of Anti-Fragmentation" (2006), and one count that
 * Linux does not have: how many frames stand in the way of a block.
 */
#include <vmlab/buddy.h>

#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>

/* More frames than a block has, but no overflow when two are added. */
#define NEVER	BIT(20)

/**
 * struct ways - what stands in the way of blocks, while numbers rise
 * @needs: by order: the fewest frames in the way of a block so far
 * @lower: by order: the frames in the way of the last block that was a lower
 *	half, and waits for the upper one
 */
struct ways {
	u32 needs[VML_ORDERS];
	u32 lower[VML_ORDERS];
};

/**
 * vml_buddy_info() - count the free blocks of a zone
 * @zone: the zone
 * @info: filled in
 *
 * Context: takes zone->lock.
 */
void vml_buddy_info(struct vml_zone *zone, struct vml_buddy_info *info)
{
	unsigned int type, order;

	spin_lock(&zone->lock);
	info->free = zone->free;
	for (type = 0; type < VML_TYPES; type++)
		for (order = 0; order < VML_ORDERS; order++)
			info->blocks[type][order] = zone->area[type][order].nr;
	spin_unlock(&zone->lock);
}

/**
 * vml_buddy_free_blocks() - free blocks of one order, of all types
 * @info: from vml_buddy_info()
 * @order: the order
 */
u32 vml_buddy_free_blocks(const struct vml_buddy_info *info, unsigned int order)
{
	u32 sum = 0;
	unsigned int type;

	for (type = 0; type < VML_TYPES; type++)
		sum += info->blocks[type][order];
	return sum;
}

/**
 * vml_buddy_unusable() - the unusable free space index
 * @info: from vml_buddy_info()
 * @order: of a request
 *
 * Return: per mille of the free frames that stand in blocks too small for the
 * request; 0 if all could be used, 1000 if none.
 */
unsigned int vml_buddy_unusable(const struct vml_buddy_info *info,
				unsigned int order)
{
	u32 usable = 0;

	if (!info->free)
		return 1000;
	for (; order < VML_ORDERS; order++)
		usable += vml_buddy_free_blocks(info, order) << order;
	return div_u64((info->free - usable) * 1000ULL, info->free);
}

/**
 * vml_buddy_fragmentation() - why a request would fail: the fragmentation index
 * @info: from vml_buddy_info()
 * @order: of the request
 *
 * Return: -1000 if it would not fail; else from 0, for want of memory, to
 * 1000, for fragmentation.
 */
int vml_buddy_fragmentation(const struct vml_buddy_info *info,
			    unsigned int order)
{
	u32 blocks = 0, nr = 1U << order;
	unsigned int i;

	for (i = 0; i < VML_ORDERS; i++) {
		u32 n = vml_buddy_free_blocks(info, i);

		if (n && i >= order)
			return -1000;
		blocks += n;
	}
	if (!blocks)
		return 0;
	return 1000 - (int)div_u64(1000 + div_u64(info->free * 1000ULL, nr),
				   blocks);
}

/* A frame that starts an extent cannot be the middle of a block. */
static bool is_edge(u32 number)
{
	return vml_frame_word(vml_frame_at(number)) & VML_WORD_EDGE;
}

/*
 * Adds a block of one order that begins at @number; an upper half completes
 * the block of the next order, and so on, as a binary counter carries.
 */
static void add_way(struct ways *ways, u32 number, unsigned int order, u32 way)
{
	for (; order < VML_ORDERS; order++) {
		ways->needs[order] = min(ways->needs[order], way);
		if (!(number & 1U << order)) {
			ways->lower[order] = way;
			return;
		}
		way += is_edge(number) ? NEVER : ways->lower[order];
		way = min_t(u32, way, NEVER);
		number &= ~(1U << order);
	}
}

/* Adds the blocks within one of the largest order, which are there as one. */
static void add_ways(struct ways *ways, struct vml_zone *zone, u32 first)
{
	u32 end = min(first + (1U << VML_ORDER_MAX), vml_frames.nr);
	u32 used_end = first, step, number;

	for (number = first; number < end; number += step) {
		u32 word = vml_frame_word(vml_frame_at(number));
		unsigned int state = vml_word_state(word), order = 0;

		if (state == VML_HOLE ||
		    zone != &vml_zones.zone[vml_word_zone(word)]) {
			add_way(ways, number, 0, NEVER);
		} else if (state == VML_FREE) {
			order = vml_word_order(word);
			memset(ways->needs, 0, (order + 1) * sizeof(u32));
			add_way(ways, number, order, 0);
		} else {
			if (state != VML_INSIDE)
				used_end = number + (1U << vml_word_order(word));
			add_way(ways, number, 0, number < used_end);
		}
		step = 1U << order;
	}
}

/**
 * vml_buddy_needs() - what requests would need
 * @zone: the zone
 * @needs: filled in, by order: the fewest frames, used or on per-CPU lists,
 *	that would have to go for a block to be free; 0 if one is, and
 *	%VML_NEEDS_NEVER if the zone has no place for one
 *
 * Looks at every frame. What changes meanwhile may be seen half.
 *
 * Context: process; takes zone->lock again and again, and may sleep.
 */
void vml_buddy_needs(struct vml_zone *zone, u32 needs[VML_ORDERS])
{
	u32 number = zone->first_block << zone->block_order;
	u32 end = (zone->first_block + zone->nr_blocks) << zone->block_order;
	struct ways ways;
	unsigned int order;

	for (order = 0; order < VML_ORDERS; order++)
		ways.needs[order] = NEVER;
	number &= ~((1U << VML_ORDER_MAX) - 1);
	end = min(end, vml_frames.nr);
	for (; number < end; number += 1U << VML_ORDER_MAX) {
		spin_lock(&zone->lock);
		add_ways(&ways, zone, number);
		spin_unlock(&zone->lock);
		cond_resched();
	}
	for (order = 0; order < VML_ORDERS; order++)
		needs[order] = ways.needs[order] < NEVER ? ways.needs[order] :
							   VML_NEEDS_NEVER;
}
