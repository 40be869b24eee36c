// SPDX-License-Identifier: GPL-2.0
/*
 * Random allocations and compactions of pools of several shapes. What each
 * handle holds must follow it wherever it is moved; and what compaction leaves
 * undone must be what cannot be done.
 *
 *     compact_property [SEED [OPERATIONS]]
 */
#include <string.h>
#include <time.h>

#include <linux/minmax.h>

#include <vmlab/buddy.h>

#include "mover.h"

#define SHAPES	4

static const struct vml_extent tiny[] = {
	{ .pfn = 16, .nr = 8, .zone = VML_DMA },
	{ .pfn = 24, .nr = 8, .zone = VML_NORMAL },
};

static const struct vml_extent scattered[] = {
	{ .pfn = 7, .nr = 1, .zone = VML_DMA },
	{ .pfn = 9, .nr = 30, .zone = VML_DMA },
	{ .pfn = 39, .nr = 3, .zone = VML_NORMAL },
	{ .pfn = 64, .nr = 64, .zone = VML_NORMAL },
	{ .pfn = 129, .nr = 200, .node = 1, .zone = VML_NORMAL },
	{ .pfn = 400, .nr = 41, .zone = VML_NORMAL },
	{ .pfn = 512, .nr = 128, .node = 1, .zone = VML_HIGHMEM },
};

static const struct vml_extent two_zones[] = {
	{ .pfn = 0, .nr = 128, .zone = VML_DMA },
	{ .pfn = 128, .nr = 896, .zone = VML_NORMAL },
};

static const struct {
	const struct vml_extent *extents;
	unsigned int nr;
	unsigned int block_order;
	unsigned int every;
} shapes[SHAPES] = {
	{ tiny, 2, 0, 1 },
	{ tiny, 2, 2, 1 },
	{ scattered, 7, 4, 16 },
	{ two_zones, 2, 6, 32 },
};

/**
 * struct run - what is done to one pool
 * @handles: how many may hold something, in all at most as much as the pool has
 * @random: state of the generator
 * @stubborn: whether holders refuse at times
 * @compactions: how often a zone was compacted
 * @good: how often that yielded the block that was wanted
 * @vain: how often it did not
 */
struct run {
	u32 handles;
	u64 random;
	bool stubborn;
	u32 compactions;
	u32 good;
	u32 vain;
};

static u32 first_of(const struct vml_zone *zone)
{
	return zone->first_block << zone->block_order;
}

static u32 end_of(const struct vml_zone *zone)
{
	return min((zone->first_block + zone->nr_blocks) << zone->block_order,
		   vml_frames.nr);
}

static u32 word_at(u32 number)
{
	return vml_frame_word(vml_frame_at(number));
}

static bool is_of(const struct vml_zone *zone, u32 number)
{
	return vml_word_state(word_at(number)) != VML_HOLE &&
	       &vml_zones.zone[vml_word_zone(word_at(number))] == zone;
}

/* Frames that are free in whole page blocks. */
static u32 whole_blocks(struct vml_zone *zone)
{
	struct vml_buddy_info info;
	unsigned int order;
	u32 sum = 0;

	vml_buddy_info(zone, &info);
	for (order = zone->block_order; order < VML_ORDERS; order++)
		sum += vml_buddy_free_blocks(&info, order) << order;
	return sum;
}

/* No single frame that can be moved has a place above it that it may have. */
static void check_packed(struct vml_zone *zone)
{
	u32 number;
	bool place = false;

	for (number = end_of(zone); number-- > first_of(zone); ) {
		u32 word = word_at(number);
		unsigned int order = vml_word_order(word);

		if (!is_of(zone, number))
			continue;
		if (vml_word_state(word) == VML_FREE &&
		    vml_word_type(word) == VML_MOVABLE &&
		    (!order || order < zone->block_order))
			place = true;
		if (vml_word_state(word) == VML_USED && !order &&
		    word & VML_FRAME_MOVABLE)
			must(!place);
	}
}

/* Used frames in a place; too many if they cannot all be moved one by one. */
static u32 in_the_way(const struct vml_zone *zone, u32 first, u32 size)
{
	u32 number, used = 0;

	for (number = first; number < first + size; number++) {
		u32 word;

		if (number >= vml_frames.nr || !is_of(zone, number))
			return size + 1;
		word = word_at(number);
		if (word & VML_WORD_EDGE && number != first)
			return size + 1;
		if (vml_word_state(word) == VML_INSIDE && number == first)
			return size + 1;
		if (vml_word_state(word) != VML_USED)
			continue;
		if (!(word & VML_FRAME_MOVABLE) || vml_word_order(word))
			return size + 1;
		used++;
	}
	return used;
}

/* Wherever a block could be had by moving single frames, there is no room. */
static void check_vain(struct vml_zone *zone, int order)
{
	u32 size = 1U << order, above = 0, used;
	u32 first = (end_of(zone) - 1) & ~(size - 1);

	for (;; first -= size) {
		used = in_the_way(zone, first, size);
		must(used > size || used > above);
		for (u32 i = first; i < min(first + size, vml_frames.nr); i++)
			if (is_of(zone, i) &&
			    vml_word_state(word_at(i)) == VML_FREE)
				above += 1U << vml_word_order(word_at(i));
		if (first <= first_of(zone))
			return;
	}
}

static void check_result(struct run *run, struct vml_zone *zone, int order,
			 const struct vml_compact_result *result)
{
	run->compactions++;
	if (order < 0) {
		must(result->met);
		if (!result->failed)
			check_packed(zone);
		return;
	}
	must(result->met == (result->largest < order));
	run->good += !result->met && result->moved;
	run->vain += result->met;
	if (result->met && !result->failed)
		check_vain(zone, order);
}

static void compact(struct run *run, u32 random)
{
	struct vml_compact_result result;
	struct vml_zone *zone = vml_zone_next(NULL);
	u32 moved = mover.moved, refused = mover.refused, free, whole;
	int order = (int)(random >> 8 & 7) - 1;

	for (random >>= 12; random & 3; random >>= 2)
		zone = vml_zone_next(zone) ?: vml_zone_next(NULL);
	vml_pcp_drain_all();
	free = zone->free;
	whole = whole_blocks(zone);
	must(!vml_compact_zone(zone, order, &result));
	must(zone->free == free);
	must(result.moved == mover.moved - moved);
	must(result.failed == mover.refused - refused);
	if (order < 0)
		must(whole_blocks(zone) >= whole);
	must(result.largest < 0 || zone->orders[0] >> result.largest ||
	     zone->orders[1] >> result.largest ||
	     zone->orders[2] >> result.largest);
	check_result(run, zone, order, &result);
}

static void take(struct run *run, u32 i, u32 random)
{
	static const unsigned char orders[16] = {
		0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5
	};
	bool movable = random >> 8 & 15;
	u32 req = VML_REQ((random >> 12) % VML_ZONE_TYPES,
			  movable ? VML_MOVABLE : VML_UNMOVABLE);

	if (random >> 16 & 7)
		req |= VML_REQ_RECLAIMER;
	if (mover_take(i, orders[random >> 20 & 15], req, movable))
		mover.handles[i].refuses = run->stubborn &&
					   !(random >> 24 & 7);
}

static void step(struct run *run)
{
	u32 random = next_random(&run->random);
	u32 i = next_random(&run->random) % run->handles;

	switch (random & 63) {
	case 0:
	case 4:
	case 5:
		compact(run, random);
		break;
	case 1:
		vml_compact_direct(random >> 8 & 3,
				   VML_REQ_USER | VML_REQ_RECLAIM);
		break;
	case 2:
		standin_cpu = random >> 8 & 1;
		break;
	case 3:
		pool_cache(random >> 8 & 1 ? 16 : 0, 4);
		break;
	default:
		if (mover.handles[i].frame)
			mover_give(i);
		else
			take(run, i, random);
	}
}

static u64 run_shape(unsigned int shape, u64 seed, unsigned long operations)
{
	struct run run = { .random = seed };
	unsigned long i;

	for (i = 0; i < shapes[shape].nr; i++)
		run.handles += shapes[shape].extents[i].nr;
	mover_start(shapes[shape].extents, shapes[shape].nr, 2,
		    shapes[shape].block_order);
	for (i = 0; i < operations; i++) {
		/* Some time everybody yields, some time some do not. */
		run.stubborn = i & 4096;
		step(&run);
		if (i % shapes[shape].every == 0)
			mover_check();
	}
	printf("# shape %u: %u compactions, %u good, %u vain; %u frames moved, %u refused\n",
	       shape, run.compactions, run.good, run.vain, mover.moved,
	       mover.refused);
	must(run.good && run.vain && mover.moved && mover.refused);
	mover_end();
	return run.random;
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (u64)time(NULL);
	unsigned long operations = argc > 2 ? strtoul(argv[2], NULL, 0) :
					      200000;
	unsigned int shape;

	printf("# seed %llu, %lu operations\n", seed, operations);
	fflush(stdout);
	for (shape = 0; shape < SHAPES; shape++)
		seed = run_shape(shape, seed, operations / SHAPES);
	return 0;
}
