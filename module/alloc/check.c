// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The invariants of the allocator
 *
 * Every number is a hole, the first frame of one block, or inside one; blocks
 * are aligned and keep within their extent. A free block is on exactly the list
 * of its order and of its page block's type, and its buddy is not free too.
 * Counters say what the lists have, and the bits of orders which have any.
 *
 * The frames that are free change only under the lock of the zone, so all this
 * can be checked while others allocate. What lies on per-CPU lists and what is
 * used can be told apart for certain only while nobody does.
 */
#include <vmlab/alloc.h>
#include <vmlab/pcp.h>

#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>

/**
 * struct checking - the check of one zone
 * @zone: the zone
 * @quiet: nobody allocates or frees meanwhile
 * @end: number after the block that is looked at
 * @frames: frames seen
 * @free: of them, free
 * @cached: of them, on per-CPU lists
 * @blocks: free blocks seen, by type and order
 * @bugs: found so far
 */
struct checking {
	struct vml_zone *zone;
	bool quiet;
	u32 end;
	u32 frames;
	u32 free;
	u32 cached;
	u32 blocks[VML_TYPES][VML_ORDERS];
	u32 bugs;
};

static void expect(struct checking *c, bool good, enum vml_bug bug,
		   const struct vml_frame *frame, unsigned int order)
{
	if (good)
		return;
	c->bugs++;
	vml_alloc_report(bug, frame, order);
}

/* Frames, or links of a list, that are looked at before others may run. */
#define PAUSE	BIT(10)

/* Nothing is locked if nobody can come in between. */
static void pause(const struct checking *c, u32 nr)
{
	if (c->quiet && !(nr % PAUSE))
		cond_resched();
}

static bool is_of_zone(const struct checking *c, u32 word)
{
	return vml_word_state(word) != VML_HOLE &&
	       c->zone == &vml_zones.zone[vml_word_zone(word)];
}

/* The types of all page blocks that a free block is part of, or covers. */
static bool has_type(struct vml_zone *zone, u32 number, unsigned int order,
		     unsigned int type)
{
	u32 last = number + (1U << order) - 1;
	u32 step = 1U << zone->block_order;

	for (; number <= last; number += step)
		if (*vml_block_type(zone, number) != type)
			return false;
	return true;
}

static bool has_free_buddy(u32 number, unsigned int order)
{
	u32 bit = 1U << order, buddy = number ^ bit, word;

	if (order == VML_ORDER_MAX || buddy >= vml_frames.nr)
		return false;
	word = vml_frame_word(vml_frame_at(buddy));
	return vml_word_state(word) == VML_FREE &&
	       vml_word_order(word) == order &&
	       !(vml_frame_word(vml_frame_at(number | bit)) & VML_WORD_EDGE);
}

static void check_free(struct checking *c, u32 number, u32 word)
{
	struct vml_frame *frame = vml_frame_at(number);
	unsigned int order = vml_word_order(word), type = vml_word_type(word);

	expect(c, has_type(c->zone, number, order, type), VML_BUG_TYPE, frame,
	       order);
	expect(c, !has_free_buddy(number, order), VML_BUG_BUDDY, frame, order);
	c->blocks[type][order]++;
	c->free += 1U << order;
}

static void check_refs(struct checking *c, struct vml_frame *frame, u32 word)
{
	int refs = atomic_read(&frame->refs), maps = atomic_read(&frame->maps);
	bool good = !refs && !maps;

	if (vml_word_state(word) == VML_USED)
		good = refs > 0 && maps >= 0;
	expect(c, good, VML_BUG_REFS, frame, vml_word_order(word));
}

/* The first frame of a block. */
static void check_head(struct checking *c, u32 number, u32 word)
{
	struct vml_frame *frame = vml_frame_at(number);
	unsigned int order = vml_word_order(word);

	if (order > VML_ORDER_MAX || number & ((1U << order) - 1) ||
	    number + (1U << order) > vml_frames.nr ||
	    vml_word_type(word) >= VML_TYPES) {
		expect(c, false, VML_BUG_STATE, frame, order);
		return;
	}
	c->end = number + (1U << order);
	if (vml_word_state(word) == VML_FREE)
		check_free(c, number, word);
	else if (vml_word_state(word) == VML_CACHED)
		c->cached += 1U << order;
	if (c->quiet || vml_word_state(word) == VML_FREE)
		check_refs(c, frame, word);
}

static void check_frame(struct checking *c, u32 number)
{
	struct vml_frame *frame = vml_frame_at(number);
	u32 word = vml_frame_word(frame);
	bool inside = number < c->end;

	if (!is_of_zone(c, word)) {
		expect(c, !inside, VML_BUG_STATE, frame, 0);
		return;
	}
	c->frames++;
	if (inside)
		expect(c, vml_word_state(word) == VML_INSIDE &&
		       !(word & VML_WORD_EDGE), VML_BUG_STATE, frame, 0);
	else if (vml_word_state(word) >= VML_FREE &&
		 vml_word_state(word) <= VML_USED)
		check_head(c, number, word);
	else
		expect(c, false, VML_BUG_STATE, frame, 0);
}

/*
 * Links lead back and forth, and all frames are what the list is for. As each
 * frame has one predecessor, a list cannot run in a circle or into another.
 */
static void check_list(struct checking *c, const struct vml_free_area *list,
		       unsigned int order, unsigned int type)
{
	u32 number = list->nr ? list->first : VML_NONE;
	u32 prev = VML_NONE, nr = 0;

	for (; number != VML_NONE; nr++) {
		struct vml_frame *frame;
		u32 word;

		if (number >= vml_frames.nr || nr >= list->nr)
			break;
		frame = vml_frame_at(number);
		word = vml_frame_word(frame);
		if (!is_of_zone(c, word) || frame->prev != prev ||
		    (word & ~VML_WORD_KEEP) !=
		    vml_word_make(0, VML_FREE, order, type))
			break;
		prev = number;
		number = frame->next;
		pause(c, nr);
	}
	expect(c, number == VML_NONE && nr == list->nr,
	       VML_BUG_LIST, prev == VML_NONE ? NULL : vml_frame_at(prev),
	       order);
}

/* The same of a per-CPU list, which has no links back; @most is one too many. */
static u32 check_cached(struct checking *c, u32 number, u32 most,
			unsigned int order, unsigned int type)
{
	u32 want = vml_word_make(0, VML_CACHED, order, type), nr = 0;

	for (; number < vml_frames.nr && nr < most; nr++) {
		u32 word = vml_frame_word(vml_frame_at(number));

		if (!is_of_zone(c, word) || (word & ~VML_WORD_KEEP) != want)
			break;
		number = vml_frame_at(number)->next;
	}
	expect(c, number == VML_NONE, VML_BUG_LIST, NULL, order);
	return nr;
}

static void check_areas(struct checking *c)
{
	const struct vml_zone *zone = c->zone;
	unsigned int type, order;

	for (type = 0; type < VML_TYPES; type++)
		for (order = 0; order < VML_ORDERS; order++) {
			const struct vml_free_area *list = &zone->area[type][order];
			bool bit = zone->orders[type] & 1U << order;

			check_list(c, list, order, type);
			expect(c, list->nr == c->blocks[type][order] &&
			       bit == !!list->nr, VML_BUG_COUNT, NULL, order);
		}
}

static void look(struct checking *c)
{
	struct vml_zone *zone = c->zone;
	u32 number = zone->first_block << zone->block_order;
	u32 end = (zone->first_block + zone->nr_blocks) << zone->block_order;

	for (; number < min(end, vml_frames.nr); number++) {
		check_frame(c, number);
		pause(c, number);
	}
	check_areas(c);
	expect(c, c->frames == zone->managed && c->free == zone->free,
	       VML_BUG_COUNT, NULL, 0);
}

static void check_frames(struct checking *c)
{
	if (c->quiet) {
		look(c);
		return;
	}
	spin_lock(&c->zone->lock);
	look(c);
	spin_unlock(&c->zone->lock);
}

static u32 check_pcp(struct checking *c, struct vml_pcp *pcp)
{
	unsigned int i;
	u32 count = 0;

	spin_lock(&pcp->lock);
	for (i = 0; i < VML_PCP_LISTS; i++) {
		unsigned int order = i / VML_PCP_TYPES;

		count += check_cached(c, pcp->first[i], pcp->count + 1, order,
				      i % VML_PCP_TYPES) << order;
	}
	expect(c, count == pcp->count, VML_BUG_COUNT, NULL, 0);
	spin_unlock(&pcp->lock);
	return count;
}

/**
 * vml_alloc_check() - check the invariants of the allocator
 * @quiet: nobody allocates or frees meanwhile, so that all can be checked
 *
 * Looks at every frame; what is wrong is reported.
 *
 * Context: takes the locks of the zones and of the per-CPU lists, one at a
 * time, for as long as it takes to look at a whole zone. With @quiet not those of
 * the zones, and may sleep.
 * Return: how many invariants were found broken.
 */
u32 vml_alloc_check(bool quiet)
{
	struct vml_zone *zone;
	u32 broken = 0;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		struct checking c = { .zone = zone, .quiet = quiet };
		unsigned int cpu;
		u32 cached = 0;

		check_frames(&c);
		for (cpu = 0; cpu < vml_pcp_cpus(); cpu++)
			cached += check_pcp(&c, &zone->pcps[cpu]);
		if (quiet)
			expect(&c, cached == c.cached, VML_BUG_COUNT, NULL, 0);
		broken += c.bugs;
	}
	return broken;
}
