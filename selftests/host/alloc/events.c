// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of what the allocator tells and counts.
 */
#include <vmlab/event.h>

#include "test.h"
#include "unit.h"

#define MOVABLE		(VML_REQ(VML_NORMAL, VML_MOVABLE) | VML_REQ_RECLAIMER)
#define UNMOVABLE	(VML_REQ(VML_NORMAL, VML_UNMOVABLE) | VML_REQ_RECLAIMER)
#define FRAMES		2048

static struct vml_event told[64];
static unsigned int nr_told, nr_read;

static u32 on_lists(const struct vml_zone *zone)
{
	unsigned int type, order;
	u32 sum = 0;

	for (type = 0; type < VML_TYPES; type++)
		for (order = 0; order < VML_ORDERS; order++)
			sum += zone->area[type][order].nr << order;
	return sum;
}

static void hear(const struct vml_event *event)
{
	must(standin_is_held(&event->zone->lock));
	must(on_lists(event->zone) <= event->zone->free);
	must(nr_told < 64);
	told[nr_told++] = *event;
}

static void heard_next(enum vml_event_kind kind, u32 frame, u32 from, u32 to)
{
	const struct vml_event *event = &told[nr_read++];

	must(nr_read <= nr_told);
	must(event->kind == kind && event->frame == frame);
	must(event->from == from && event->to == to);
}

static void heard_no_more(void)
{
	must(nr_read == nr_told);
	nr_read = 0;
	nr_told = 0;
}

static void splits_and_merges(void)
{
	struct vml_frame *frame = get(0, MOVABLE), *buddy;
	u32 number = vml_frame_number(frame);

	heard_next(VML_EVENT_TAKE, number, 10, VML_MOVABLE);
	heard_next(VML_EVENT_SPLIT, number, 10, 0);
	heard_no_more();

	buddy = get(0, MOVABLE);
	must(buddy == frame + 1);
	heard_next(VML_EVENT_TAKE, number + 1, 0, VML_MOVABLE);
	heard_no_more();

	vml_free(frame, 0);
	heard_next(VML_EVENT_GIVE, number, 0, 0);
	heard_next(VML_EVENT_MERGE, number, 0, 0);
	vml_free(buddy, 0);
	heard_next(VML_EVENT_GIVE, number + 1, 0, 0);
	heard_next(VML_EVENT_MERGE, number, 0, 10);
	heard_no_more();
}

static void claims_and_steals(void)
{
	static struct vml_frame *frames[FRAMES];
	struct vml_frame *frame = get(10, UNMOVABLE);
	u32 number = vml_frame_number(frame), i;

	heard_next(VML_EVENT_CLAIM, number, VML_MOVABLE, VML_UNMOVABLE);
	heard_next(VML_EVENT_TAKE, number, 10, VML_UNMOVABLE);
	heard_no_more();
	vml_free(frame, 10);

	vml_event_listen(VML_LISTENER_TRACE, NULL);
	for (i = 0; i < FRAMES; i++)
		frames[i] = vml_alloc(0, MOVABLE);
	must(!pool_free());
	number = vml_frame_number(frames[0]);
	vml_free(frames[0], 0);
	nr_told = 0;
	nr_read = 0;
	vml_event_listen(VML_LISTENER_TRACE, hear);
	frames[0] = get(0, UNMOVABLE);
	must(vml_frame_number(frames[0]) == number);
	heard_next(VML_EVENT_STEAL, number, VML_MOVABLE, VML_UNMOVABLE);
	heard_next(VML_EVENT_TAKE, number, 0, VML_MOVABLE);
	heard_no_more();
	vml_event_listen(VML_LISTENER_TRACE, NULL);
	for (i = 0; i < FRAMES; i++)
		vml_free(frames[i], 0);
	heard_no_more();
}

static void refills_and_drains(void)
{
	struct vml_frame *frame;
	u32 number, i;

	pool_cache(8, 4);
	vml_event_listen(VML_LISTENER_TRACE, hear);
	frame = get(0, MOVABLE);
	number = vml_frame_number(frame);
	heard_next(VML_EVENT_REFILL, VML_NONE, 0, 4);
	heard_next(VML_EVENT_TAKE, number, 10, VML_MOVABLE);
	heard_next(VML_EVENT_SPLIT, number, 10, 0);
	heard_next(VML_EVENT_TAKE, number + 1, 0, VML_MOVABLE);
	heard_next(VML_EVENT_TAKE, number + 2, 1, VML_MOVABLE);
	heard_next(VML_EVENT_SPLIT, number + 2, 1, 0);
	heard_next(VML_EVENT_TAKE, number + 3, 0, VML_MOVABLE);
	heard_no_more();
	vml_free(frame, 0);
	heard_no_more();

	vml_pcp_drain_all();
	heard_next(VML_EVENT_DRAIN, VML_NONE, 4, 0);
	for (i = 0; i < 4; i++) {
		must(told[nr_read++].kind == VML_EVENT_GIVE);
		must(told[nr_read++].kind == VML_EVENT_MERGE);
	}
	must(told[nr_read - 1].to == 10);
	heard_no_more();
	vml_event_listen(VML_LISTENER_TRACE, NULL);
}

void events(void)
{
	pool_start(flat, 1, 1, 0, 0);
	pool_cache(0, 1);
	vml_event_listen(VML_LISTENER_TRACE, hear);
	splits_and_merges();
	claims_and_steals();
	refills_and_drains();
	pool_end();
}

static void counted(u64 allocs, u64 frees)
{
	u64 stat[VML_ZONE_STATS];

	vml_pcp_stats(zone_of(0, VML_NORMAL), stat);
	must(stat[VML_STAT_ALLOC] == allocs && stat[VML_STAT_FREE] == frees);
}

/* Each block is counted once, whether it went through per-CPU lists or not. */
static void blocks_are_counted(void)
{
	struct vml_frame *cached, *large;

	pool_cache(8, 4);
	cached = get(0, MOVABLE);
	large = get(5, MOVABLE);
	counted(2, 0);
	vml_free(cached, 0);
	vml_free(get(0, MOVABLE), 0);
	vml_free(large, 5);
	counted(3, 3);
	vml_pcp_drain_all();
	counted(3, 3);
	must(!vml_alloc_stat(VML_STAT_SLOW));
}

/* What a request tries before it fails. */
void stats(void)
{
	u32 req = VML_REQ_USER | VML_REQ_RECLAIM;
	struct vml_frame *first, *second;

	pool_start(flat, 1, 1, 0, 0);
	blocks_are_counted();
	first = get(10, MOVABLE);
	must(!vml_alloc_stat(VML_STAT_SLOW));
	second = get(10, MOVABLE);
	must(vml_alloc_stat(VML_STAT_SLOW) == 1);
	must(!vml_alloc_stat(VML_STAT_COLLECT));

	must(!vml_alloc(10, VML_REQ_USER));
	must(vml_alloc_stat(VML_STAT_SLOW) == 2);
	must(vml_alloc_stat(VML_STAT_FAIL) == 1);
	must(!vml_alloc_stat(VML_STAT_COMPACT));
	must(!vml_alloc_stat(VML_STAT_SHRINK));
	must(!vml_alloc_stat(VML_STAT_RECLAIM));

	must(!vml_alloc(10, req));
	must(vml_alloc_stat(VML_STAT_SLOW) == 3);
	must(vml_alloc_stat(VML_STAT_FAIL) == 2);
	must(vml_alloc_stat(VML_STAT_COLLECT) == 2);
	must(vml_alloc_stat(VML_STAT_COMPACT) == 1);
	must(vml_alloc_stat(VML_STAT_SHRINK) == 1);
	must(vml_alloc_stat(VML_STAT_RECLAIM) == 1 && heard.reclaims == 1);
	must(!vml_alloc_stat(VML_STAT_COMPACTED));
	must(vml_alloc_stat(VML_STAT_WAKE) == heard.wakes);
	vml_free(first, 10);
	vml_free(second, 10);
	pool_end();
}
