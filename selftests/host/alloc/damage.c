// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of what is wrong: frees that are refused, and damage done on
 * purpose, which the checker finds.
 */
#include "test.h"
#include "unit.h"

void refused(void)
{
	struct vml_frame *frame, *two;
	char *odd;

	pool_start(flat, 1, 1, 0, 0);
	frame = get(0, VML_REQ_USER);
	two = get(1, VML_REQ_USER);
	vml_free(two + 1, 0);
	must(heard.bugs[VML_BUG_INSIDE] == 1);
	vml_free(two, 0);
	must(heard.bugs[VML_BUG_ORDER] == 1);
	atomic_inc(&two->maps);
	vml_free(two, 1);
	must(heard.bugs[VML_BUG_MAPPED] == 1);
	atomic_set(&two->maps, 0);
	vml_free(two, 1);
	vml_free(two, 1);
	must(heard.bugs[VML_BUG_DOUBLE] == 1);
	odd = (char *)frame + 4;
	vml_free((struct vml_frame *)odd, 0);
	vml_free(NULL, 0);
	vml_free(vml_frames.base + vml_frames.nr, 0);
	must(heard.bugs[VML_BUG_FOREIGN] == 3);
	must(vml_alloc_bugs(VML_BUG_FOREIGN) == 3);
	pool_cache(0, 0);
	vml_free(two, 1);
	must(heard.bugs[VML_BUG_DOUBLE] + heard.bugs[VML_BUG_INSIDE] == 3);
	must(!vml_alloc_check(true));
	vml_free(frame, 0);
	pool_end();
}

void references(void)
{
	struct vml_frame *frame;

	pool_start(flat, 1, 1, 0, 0);
	frame = get(2, VML_REQ_USER);
	vml_frame_get(frame);
	must(vml_frame_tryget(frame));
	vml_put(frame);
	vml_free(frame, 1);
	must(heard.bugs[VML_BUG_ORDER] == 1);
	must(atomic_read(&frame->refs) == 2);
	vml_free(frame, 2);
	must(pool_free() == 2044);
	vml_put(frame);
	must(pool_free() == 2048);
	must(!vml_frame_tryget(frame));
	pool_end();
}

/* Changes a word in memory, and expects the checker to see it. */
static void damage(u32 *at, u32 value)
{
	u32 good = *at;

	*at = value;
	must(vml_alloc_check(true));
	*at = good;
	must(!vml_alloc_check(true));
}

void damages(void)
{
	struct vml_zone *zone = zone_of(0, VML_NORMAL);
	struct vml_frame *used, *cached, *head;
	u32 word;

	pool_start(flat, 1, 1, 4, 64);
	pool_cache(16, 4);
	heard.expected = true;
	used = get(0, VML_REQ_USER);
	cached = vml_frame_at(zone->pcps[0].first[VML_MOVABLE]);
	head = vml_frame_at(zone->area[VML_MOVABLE][4].first);
	word = vml_frame_word(head);
	damage((u32 *)&head->word.counter, word + 1);
	damage((u32 *)&head->word.counter, word - 1);
	damage((u32 *)&head->word.counter, word ^ BIT(VML_WORD_TYPE_SHIFT));
	damage((u32 *)&head->word.counter, word ^ VML_WORD_STATE);
	damage((u32 *)&head->refs.counter, 1);
	damage((u32 *)&head->maps.counter, 1);
	damage(&head->next, vml_frame_number(head));
	damage(&head->next, vml_frame_number(used));
	damage(&head->prev, 0);
	damage((u32 *)&(head + 1)->word.counter, word);
	damage((u32 *)&used->word.counter, word);
	damage((u32 *)&used->refs.counter, 0);
	damage((u32 *)&cached->word.counter, vml_frame_word(used));
	damage((u32 *)&cached->next, vml_frames.nr);
	damage(&zone->free, zone->free + 1);
	damage(&zone->area[VML_MOVABLE][4].nr, 0);
	damage(&zone->area[VML_MOVABLE][4].first, 0);
	damage(&zone->pcps[0].count, 0);
	damage(&zone->pcps[0].first[VML_MOVABLE], VML_NONE);
	damage(&zone->pcps[0].first[VML_RECLAIMABLE], vml_frame_number(cached));
	*vml_block_type(zone, vml_frame_number(head)) = VML_UNMOVABLE;
	must(vml_alloc_check(true));
	*vml_block_type(zone, vml_frame_number(head)) = VML_MOVABLE;
	zone->orders[VML_RECLAIMABLE] = 1;
	must(vml_alloc_check(true));
	zone->orders[VML_RECLAIMABLE] = 0;
	vml_free(used, 0);
	pool_end();
}

/* Two halves that should have merged. */
void unmerged(void)
{
	struct vml_zone *zone = zone_of(0, VML_NORMAL);
	struct vml_frame *head;

	pool_start(flat, 1, 1, 4, 0);
	head = vml_frame_at(zone->area[VML_MOVABLE][10].first);
	heard.expected = true;
	spin_lock(&zone->lock);
	vml_area_del(zone, head, 10, VML_MOVABLE);
	vml_area_add(zone, head, 9, VML_MOVABLE);
	vml_area_add(zone, head + 512, 9, VML_MOVABLE);
	spin_unlock(&zone->lock);
	must(vml_alloc_check(true) == 2 && heard.bugs[VML_BUG_BUDDY] == 2);
	spin_lock(&zone->lock);
	vml_area_del(zone, head + 512, 9, VML_MOVABLE);
	vml_area_del(zone, head, 9, VML_MOVABLE);
	vml_area_add(zone, head, 10, VML_MOVABLE);
	spin_unlock(&zone->lock);
	pool_end();
}
