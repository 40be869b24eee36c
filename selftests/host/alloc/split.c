// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of blocks in use that become single frames.
 */
#include <errno.h>

#include "test.h"
#include "unit.h"

static u64 held(struct vml_zone *zone)
{
	u64 stat[VML_ZONE_STATS];

	vml_pcp_stats(zone, stat);
	return stat[VML_STAT_ALLOC] - stat[VML_STAT_FREE];
}

static void of_order(unsigned int order, unsigned int type)
{
	struct vml_frame *frame = get(order, VML_REQ(VML_NORMAL, type));
	struct vml_zone *zone = zone_of(0, VML_NORMAL);
	u32 i, free = pool_free(), nr = 1U << order;
	u64 blocks = held(zone);

	frame->owner = &blocks;
	frame->index = 7 << 10;
	atomic_or(VML_FRAME_CONTENT | VML_FRAME_MOVABLE, &frame->word);
	must(!vml_split(frame, 1));
	must(!vml_alloc_check(true));
	must(pool_free() == free && held(zone) == blocks + nr - 1);
	for (i = 0; i < nr; i++) {
		u32 word = vml_frame_word(frame + i);

		must(vml_word_state(word) == VML_USED);
		must(!vml_word_order(word) && vml_word_type(word) == type);
		must((word & VML_WORD_FLAGS) ==
		     (VML_FRAME_CONTENT | VML_FRAME_MOVABLE));
		must(vml_frame_zone(frame + i) == zone);
		must(vml_frame_head(frame + i) == frame + i);
		must(atomic_read(&frame[i].refs) == 1);
		must(!atomic_read(&frame[i].maps));
		must(frame[i].owner == &blocks);
		must(frame[i].index == (7 << 10) + i);
	}
	/* From the middle outwards, so that merging takes every turn. */
	for (i = 0; i < nr; i++) {
		vml_free(frame + (i ^ nr / 2), 0);
		must(!vml_alloc_check(true));
	}
	vml_pcp_drain_all();
	must(held(zone) == blocks - 1);
	must(zone->area[VML_MOVABLE][VML_ORDER_MAX].nr +
	     zone->area[VML_UNMOVABLE][VML_ORDER_MAX].nr +
	     zone->area[VML_RECLAIMABLE][VML_ORDER_MAX].nr == 2);
}

static void not_alone(void)
{
	struct vml_frame *frame = get(3, VML_REQ_USER);
	u32 word = vml_frame_word(frame);

	must(vml_split(frame, 2) == -EBUSY);
	vml_frame_get(frame);
	must(vml_split(frame, 1) == -EBUSY);
	atomic_inc(&frame->maps);
	must(vml_split(frame, 2) == -EBUSY);
	atomic_dec_if_positive(&frame->maps);
	must(vml_frame_word(frame) == word && atomic_read(&frame->refs) == 2);
	must(vml_word_state(vml_frame_word(frame + 7)) == VML_INSIDE);
	/* Two references that are both the caller's are one to each frame. */
	must(!vml_split(frame, 2));
	must(atomic_read(&frame->refs) == 1);
	must(!vml_alloc_check(true));
	for (word = 0; word < 8; word++)
		vml_put(frame + word);
	must(vml_split(frame, 1) == -EBUSY);
}

/* Blocks in use become single frames, and merge again when those are freed. */
void splits(void)
{
	unsigned int type;

	pool_start(flat, 1, 2, 4, 0);
	for (type = 0; type < VML_TYPES; type++) {
		of_order(0, type);
		of_order(3, type);
		of_order(9, type);
		of_order(10, type);
	}
	pool_cache(0, 0);
	of_order(9, VML_MOVABLE);
	not_alone();
	pool_end();
}
