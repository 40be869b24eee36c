// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of compaction. Without arguments it lists them, with a name it
 * runs one.
 */
#include <errno.h>
#include <string.h>

#include <vmlab/buddy.h>

#include "compact.h"

/* Two blocks of the largest order, or four page blocks. */
static const struct vml_extent flat[1] = {
	{ .pfn = 4096, .nr = 2048, .zone = VML_NORMAL },
};

struct vml_zone *first_zone(void)
{
	return vml_zone_next(NULL);
}

u32 fill(unsigned int order, u32 req)
{
	u32 i = 0;

	while (i < MOVER_HANDLES &&
	       (mover.handles[i].frame || mover_take(i, order, req, true)))
		i++;
	mover_check();
	return i;
}

void thin_from(u32 first)
{
	u32 i, number;

	for (i = 0; i < MOVER_HANDLES; i++) {
		struct handle *handle = &mover.handles[i];

		if (!handle->frame)
			continue;
		number = vml_frame_number(handle->frame);
		if (number >= first && number >> handle->order & 1)
			mover_give(i);
	}
	mover_check();
}

void start_thin(unsigned int order)
{
	mover_start(flat, 1, 2, 9);
	must(fill(order, ANY) == 2048U >> order);
	thin_from(0);
	must(!vml_alloc(order + 1, VML_REQ_USER));
}

static u32 handle_at(u32 number)
{
	struct handle *handle = vml_frame_at(number)->owner;

	must(handle && handle->frame == vml_frame_at(number));
	return handle - mover.handles;
}

void pin(u32 number)
{
	u32 i = handle_at(number);
	u32 type = vml_word_type(vml_frame_word(vml_frame_at(number)));

	mover_give(i);
	must(mover_take(i, 0, VML_REQ(VML_HIGHMEM, type) | VML_REQ_RECLAIMER,
			false));
	must(mover.handles[i].frame == vml_frame_at(number));
}

void refuse(bool refuses)
{
	u32 i;

	for (i = 0; i < MOVER_HANDLES; i++)
		mover.handles[i].refuses = refuses;
}

/* Used frames from a number on. */
static u32 used(u32 first, u32 nr)
{
	u32 sum = 0;

	while (nr--)
		sum += !!mover.content[first++];
	return sum;
}

struct vml_compact_result compact(struct vml_zone *zone, int order)
{
	u32 moved = mover.moved, refused = mover.refused;
	struct vml_compact_result result;
	struct vml_buddy_info info;
	int largest = VML_ORDER_MAX;

	memset(&result, 0xff, sizeof(result));
	must(!vml_compact_zone(zone, order, &result));
	mover_check();
	must(result.moved == mover.moved - moved);
	must(result.failed == mover.refused - refused);
	vml_buddy_info(zone, &info);
	while (largest >= 0 && !vml_buddy_free_blocks(&info, largest))
		largest--;
	must(result.largest == largest);
	must(result.met == (order < 0 || largest < order));
	return result;
}

/* === What compaction yields === */

static void every_second(void)
{
	struct vml_compact_result result;
	struct vml_frame *frame;

	start_thin(0);
	result = compact(first_zone(), 9);
	must(result.largest == 9);
	must(result.scanned == 512 && result.moved == 256);
	must(result.isolated == 256 && !result.failed);
	frame = vml_alloc(9, ANY);
	must(frame);
	vml_free(frame, 9);
	mover_end();
}

static void whole(void)
{
	struct vml_compact_result result;

	start_thin(0);
	result = compact(first_zone(), -1);
	must(result.scanned == 2048 && result.moved == 512);
	must(result.largest == 10);
	must(used(0, 1024) == 0 && used(1024, 1024) == 1024);
	must(!compact(first_zone(), -1).moved);
	must(first_zone()->stat[VML_STAT_MOVE] == 512);
	mover_end();
}

static void larger_blocks(void)
{
	struct vml_compact_result result;

	start_thin(3);
	result = compact(first_zone(), 9);
	must(result.largest == 9);
	must(result.isolated == 32 && result.moved == 256);
	mover_end();

	start_thin(8);
	result = compact(first_zone(), 9);
	must(result.isolated == 1 && result.moved == 256);
	must(result.largest == 9);
	mover_end();
}

static void tiny(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 64, .nr = 8, .zone = VML_DMA },
		{ .pfn = 72, .nr = 8, .zone = VML_NORMAL },
	};
	unsigned int order;
	struct vml_zone *zone;

	for (order = 0; order < 2; order++) {
		mover_start(extents, 2, 1, 0);
		must(fill(order, ANY) == 16U >> order);
		thin_from(0);
		for (zone = first_zone(); zone; zone = vml_zone_next(zone))
			must(compact(zone, -1).largest == 2);
		mover_end();
	}
}

/* Zones in several extents, which meet without a gap or not. */
static void extents(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 4096, .nr = 700, .zone = VML_NORMAL },
		{ .pfn = 4796, .nr = 300, .zone = VML_HIGHMEM },
		{ .pfn = 5096, .nr = 50, .zone = VML_NORMAL },
		{ .pfn = 5203, .nr = 1200, .zone = VML_NORMAL },
		{ .pfn = 6500, .nr = 1000, .node = 1, .zone = VML_NORMAL },
		{ .pfn = 7501, .nr = 1, .node = 1, .zone = VML_NORMAL },
	};
	struct vml_zone *zone;
	int order;

	for (order = -1; order < 7; order++) {
		mover_start(extents, 6, 2, 4);
		must(fill(0, ANY) == 3251);
		thin_from(0);
		for (zone = first_zone(); zone; zone = vml_zone_next(zone))
			must(compact(zone, order).largest >=
			     (order < 0 ? 5 : order));
		mover_end();
	}
}

/* === What stands in the way === */

/* No block reaches over the edge of an extent, nor of the pool. */
static void edges(void)
{
	static const struct vml_extent inside[] = {
		{ .pfn = 4096, .nr = 256, .zone = VML_NORMAL },
		{ .pfn = 4352, .nr = 256, .zone = VML_NORMAL },
		{ .pfn = 4608, .nr = 512, .zone = VML_NORMAL },
	};
	static const struct vml_extent last[] = {
		{ .pfn = 4096, .nr = 700, .zone = VML_NORMAL },
	};
	static const struct vml_extent small[] = {
		{ .pfn = 4096, .nr = 32, .zone = VML_NORMAL },
	};
	static const struct vml_extent beyond[] = {
		{ .pfn = 4112, .nr = 2032, .zone = VML_NORMAL },
	};

	mover_start(inside, 3, 1, 9);
	must(fill(0, ANY) == 1024);
	thin_from(0);
	must(!compact(first_zone(), 9).moved);
	must(compact(first_zone(), 8).moved == 128);
	mover_end();

	mover_start(last, 1, 1, 9);
	must(fill(0, ANY) == 700);
	thin_from(0);
	must(!compact(first_zone(), 9).moved);
	must(compact(first_zone(), 8).largest == 8);
	mover_end();

	mover_start(small, 1, 1, 0);
	must(fill(0, ANY) == 32);
	thin_from(0);
	must(!compact(first_zone(), VML_ORDER_MAX).moved);
	mover_end();

	mover_start(beyond, 1, 1, 4);
	must(fill(0, ANY) == 2032);
	thin_from(0);
	must(compact(first_zone(), 9).moved == 256);
	must(used(512, 512) == 0);
	mover_end();
}

static void unmovable(void)
{
	struct vml_compact_result result;
	u32 number;

	mover_start(flat, 1, 2, 9);
	must(fill(0, ANY) == 2048);
	for (number = 100; number < 2048; number += 512)
		pin(number);
	thin_from(0);
	result = compact(first_zone(), 9);
	must(result.largest < 9 && !result.isolated && !result.moved);
	must(!vml_compact_direct(9, WAITS));
	must(compact(first_zone(), 6).largest == 6);

	mover_give(handle_at(100));
	must(compact(first_zone(), 9).largest == 9);
	mover_end();
}

static void refusing(void)
{
	struct vml_compact_result result;

	start_thin(0);
	refuse(true);
	result = compact(first_zone(), 9);
	/* The uppermost place has nothing above where its frames could go. */
	must(result.isolated == 3 && result.failed == 3 && !result.moved);
	result = compact(first_zone(), -1);
	must(result.failed > 3 && !result.moved);
	must(first_zone()->stat[VML_STAT_UNMOVED] == 3 + result.failed);

	refuse(false);
	must(compact(first_zone(), 9).largest == 9);
	mover_end();
}

/* Frames that cannot be moved keep what is theirs, unless nothing else helps. */
static void page_blocks(void)
{
	u32 number;

	mover_start(flat, 1, 2, 9);
	must(fill(0, ANY) == 2048);
	vml_block_convert(first_zone(), 1536, 9, VML_UNMOVABLE);
	thin_from(0);
	must(compact(first_zone(), -1).moved == 384);
	must(used(1536, 512) == 256);
	must(used(0, 512) == 0 && used(512, 1024) == 768);
	mover_end();

	mover_start(flat, 1, 2, 9);
	must(fill(0, ANY) == 2048);
	vml_block_convert(first_zone(), 1536, 9, VML_UNMOVABLE);
	thin_from(1536);
	must(!compact(first_zone(), -1).moved);
	must(!compact(first_zone(), 9).moved);
	for (number = 0; number < 512; number += 2)
		mover_give(handle_at(number));
	must(compact(first_zone(), -1).moved == 128);
	must(used(256, 256) == 256);
	must(compact(first_zone(), 9).moved == 256);
	must(used(1536, 512) == 512);
	mover_end();
}

/* A page block that is free is not filled to empty others in part. */
static void whole_page_blocks(void)
{
	u32 number;

	mover_start(flat, 1, 2, 9);
	must(fill(0, ANY) == 2048);
	for (number = 1536; number < 2048; number++)
		mover_give(handle_at(number));
	thin_from(0);
	must(compact(first_zone(), -1).moved);
	must(used(1536, 512) == 0 && used(0, 512) == 0);
	must(compact(first_zone(), 10).largest == 10);
	mover_end();
}

static void cached(void)
{
	u32 i;

	mover_start(flat, 1, 2, 9);
	must(fill(0, ANY) == 2048);
	pool_cache(4096, 64);
	vml_zones_set_min_free(0);
	first_zone()->marks[VML_MARK_LOW] = 0;
	thin_from(0);
	standin_cpu = 1;
	for (i = 0; i < 512; i++)
		if (vml_frame_at(i)->owner && mover.content[i])
			mover_give(handle_at(i));
	must(vml_pcp_count(first_zone(), 0) == 1024);
	must(vml_pcp_count(first_zone(), 1) == 256);
	must(!first_zone()->free);
	must(compact(first_zone(), 9).largest == 9);
	must(!mover.moved);
	must(compact(first_zone(), 10).moved == 256);
	must(!vml_pcp_count(first_zone(), 0) && !vml_pcp_count(first_zone(), 1));
	standin_cpu = 0;
	mover_end();
}

/* === Who else holds a block === */

static void free_it(struct handle *handle)
{
	mover_give(handle - mover.handles);
}

static void freed_meanwhile(void)
{
	struct vml_compact_result result;
	u32 free;

	start_thin(0);
	free = pool_free();
	mover.during = free_it;
	must(!vml_compact_zone(first_zone(), 9, &result));
	mover_check();
	must(result.isolated == result.failed && !result.moved);
	must(pool_free() == free + result.failed);
	mover.during = NULL;
	mover_end();
}

static void free_another(struct handle *handle)
{
	u32 i = handle - mover.handles;

	do
		i = (i + 1) % 2048;
	while (!mover.handles[i].frame);
	mover_give(i);
	mover.during = NULL;
}

/* What others free meanwhile does not stay on their lists. */
static void freed_elsewhere(void)
{
	start_thin(0);
	pool_cache(64, 16);
	mover.during = free_another;
	must(compact(first_zone(), -1).moved);
	must(!mover.during);
	must(!vml_pcp_count(first_zone(), 0));
	mover_end();
}

static void referenced(void)
{
	struct vml_frame *frame;

	start_thin(0);
	frame = vml_frame_at(100);
	must(mover.content[100]);
	vml_frame_get(frame);
	must(!vml_compact_zone(first_zone(), 9,
			       &(struct vml_compact_result){ }));
	must(mover.moved == 256 * 2);
	must(vml_word_state(vml_frame_word(frame)) == VML_USED);
	must(atomic_read(&frame->refs) == 1 && !mover.content[100]);
	must(!vml_alloc_check(true));
	vml_put(frame);
	must(compact(first_zone(), 9).largest == 10);
	mover_end();
}

/* A holder that moves a block but leaves it mapped is told so. */
static void mapped(void)
{
	struct vml_compact_result result;
	struct vml_frame *frame;

	start_thin(0);
	heard.expected = true;
	frame = vml_frame_at(100);
	atomic_set(&frame->maps, 1);
	must(!vml_compact_zone(first_zone(), 9, &result));
	must(heard.bugs[VML_BUG_MAPPED] == 1 && !mover.content[100]);
	must(atomic_read(&frame->refs) == 1);
	atomic_set(&frame->maps, 0);
	vml_put(frame);
	mover_end();
}

static u32 nested;

static void nest(struct handle *handle)
{
	struct vml_compact_result result;

	(void)handle;
	nested++;
	must(vml_compact_zone(first_zone(), -1, &result) == -EBUSY);
	must(!vml_compact_direct(9, WAITS));
}

static void bad_calls(void)
{
	struct vml_compact_result result;

	start_thin(0);
	must(vml_compact_zone(first_zone(), 11, &result) == -EINVAL);
	must(vml_compact_zone(first_zone(), -2, &result) == -EINVAL);
	vml_alloc_set_ops(NULL);
	must(vml_compact_zone(first_zone(), 9, &result) == -EOPNOTSUPP);
	must(!vml_compact_direct(9, WAITS));
	mover_reclaim(false);
	mover.during = nest;
	must(compact(first_zone(), 9).largest == 9);
	must(nested == 256);
	mover.during = NULL;
	mover_end();
}

#define TEST(name)	{ #name, name }

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	TEST(every_second), TEST(whole), TEST(larger_blocks), TEST(tiny),
	TEST(extents), TEST(edges), TEST(unmovable), TEST(refusing), TEST(page_blocks),
	TEST(whole_page_blocks), TEST(cached), TEST(freed_meanwhile),
	TEST(freed_elsewhere), TEST(referenced), TEST(mapped), TEST(bad_calls), TEST(direct),
	TEST(request), TEST(scarce), TEST(zones), TEST(deferred),
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		if (argc < 2) {
			puts(tests[i].name);
		} else if (!strcmp(argv[1], tests[i].name)) {
			tests[i].run();
			return 0;
		}
	}
	return argc > 1;
}
