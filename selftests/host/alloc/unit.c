// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of the allocator. Without arguments it lists them, with a name it
 * runs one.
 */
#include <errno.h>
#include <string.h>

#include <linux/slab.h>

#include "test.h"
#include "unit.h"

#define ANY	(VML_REQ_USER | VML_REQ_RECLAIMER)

static const struct vml_extent two_zones[] = {
	{ .pfn = 64, .nr = 8, .zone = VML_DMA },
	{ .pfn = 72, .nr = 8, .zone = VML_NORMAL },
};

const struct vml_extent flat[1] = {
	{ .pfn = 4096, .nr = 2048, .zone = VML_NORMAL },
};

struct vml_zone *zone_of(unsigned int node, unsigned int type)
{
	return &vml_zones.zone[node * VML_ZONE_TYPES + type];
}

struct vml_frame *get(unsigned int order, u32 req)
{
	struct vml_frame *frame = vml_alloc(order, req);

	must(frame);
	must(!vml_alloc_check(true));
	return frame;
}

/* Takes blocks until there is none; returns how many. */
static unsigned int take_all(struct vml_frame **frames, unsigned int order,
			     u32 req)
{
	unsigned int nr = 0;

	while ((frames[nr] = vml_alloc(order, req)))
		nr++;
	return nr;
}

static void give_all(struct vml_frame **frames, unsigned int nr,
		     unsigned int order)
{
	while (nr--)
		vml_free(frames[nr], order);
}

/* === Shapes of pools === */

static void tiny(void)
{
	struct vml_frame *frames[17];

	pool_start(two_zones, 2, 4, 0, VML_NONE);
	must(vml_frames.nr == 16);
	must(zone_of(0, VML_DMA)->free == 8);
	must(!zone_of(0, VML_DMA)->pcp_high);
	must(take_all(frames, 0, ANY) == 16);
	must(vml_frame_zone(frames[0])->type == VML_NORMAL);
	must(vml_frame_zone(frames[15])->type == VML_DMA);
	must(!vml_alloc_check(true));
	give_all(frames, 16, 0);
	must(zone_of(0, VML_NORMAL)->area[VML_MOVABLE][3].nr == 1);
	must(!vml_alloc(4, ANY));
	pool_end();
}

static void one_frame(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 5, .nr = 1, .zone = VML_DMA },
		{ .pfn = 6, .nr = 7, .zone = VML_NORMAL },
	};
	struct vml_frame *frame;

	pool_start(extents, 2, 1, 0, VML_NONE);
	frame = get(0, VML_REQ(VML_DMA, VML_UNMOVABLE));
	must(vml_frame_pfn(frame) == 5);
	must(!vml_alloc(0, VML_REQ(VML_DMA, VML_UNMOVABLE)));
	vml_free(frame, 0);
	must(!vml_alloc(1, VML_REQ(VML_DMA, VML_UNMOVABLE)));
	pool_end();

	pool_start(extents, 1, 1, 0, VML_NONE);
	vml_free(get(0, VML_REQ_USER), 0);
	pool_end();
}

static void check_numbers(const struct vml_extent *extents, unsigned int nr)
{
	unsigned int i;
	u32 j;

	for (i = 0; i < nr; i++)
		for (j = 0; j < extents[i].nr; j++) {
			u64 pfn = extents[i].pfn + j;
			struct vml_frame *frame = vml_pfn_frame(pfn);

			must(vml_frame_valid(frame));
			must(vml_frame_pfn(frame) == pfn);
			must(vml_frame_at(vml_frame_number(frame)) == frame);
		}
}

static void several_extents(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 3, .nr = 1, .zone = VML_DMA },
		{ .pfn = 8, .nr = 16, .zone = VML_DMA },
		{ .pfn = 24, .nr = 9, .zone = VML_NORMAL },
		{ .pfn = 1000, .nr = 2000, .zone = VML_NORMAL },
		{ .pfn = 1ULL << 40, .nr = 40, .zone = VML_HIGHMEM },
	};

	pool_start(extents, 5, 2, 3, VML_NONE);
	check_numbers(extents, 5);
	must(!vml_pfn_frame(0));
	must(!vml_pfn_frame(4));
	must(!vml_pfn_frame(33));
	must(!vml_pfn_frame((1ULL << 40) + 40));
	must(!vml_frame_valid(vml_frames.base - 1));
	must(!vml_frame_valid(vml_frames.base + vml_frames.nr));
	must(zone_of(0, VML_DMA)->free == 17);
	pool_end();
}

/* Two blocks that are not buddies in memory are none by number either. */
static void misaligned(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 8, .nr = 16, .zone = VML_NORMAL },
		{ .pfn = 1536, .nr = 1024, .zone = VML_NORMAL },
	};
	struct vml_free_area *area;

	pool_start(extents, 1, 1, 0, VML_NONE);
	must(zone_of(0, VML_NORMAL)->area[VML_MOVABLE][3].nr == 2);
	pool_end();
	pool_start(extents, 2, 1, 0, VML_NONE);
	area = zone_of(0, VML_NORMAL)->area[VML_MOVABLE];
	must(!area[10].nr && area[9].nr == 2);
	pool_end();
}

/* Zones that meet in the middle of a block keep apart. */
static void edges(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 0, .nr = 12, .zone = VML_DMA },
		{ .pfn = 12, .nr = 12, .zone = VML_NORMAL },
		{ .pfn = 24, .nr = 8, .zone = VML_HIGHMEM },
	};
	struct vml_frame *frames[33];

	pool_start(extents, 3, 1, 5, 0);
	must(take_all(frames, 0, ANY) == 32);
	give_all(frames, 32, 0);
	must(!vml_alloc(4, ANY));
	must(zone_of(0, VML_NORMAL)->free == 12);
	vml_free(get(3, ANY), 3);
	pool_end();
}

static void largest_order(void)
{
	static struct vml_frame *frames[2049];
	struct vml_zone *zone = zone_of(0, VML_NORMAL);
	unsigned int i;

	pool_start(flat, 1, 1, 0, 0);
	must(zone->area[VML_MOVABLE][10].nr == 2);
	must(take_all(frames, 10, ANY) == 2);
	must(vml_frame_head(frames[1] + 1023) == frames[1]);
	give_all(frames, 2, 10);
	pool_cache(0, 0);
	must(take_all(frames, 0, ANY) == 2048);
	for (i = 0; i < 2048; i += 2)
		vml_free(frames[i], 0);
	must(!vml_alloc(1, ANY));
	for (i = 1; i < 2048; i += 2)
		vml_free(frames[i], 0);
	must(zone->area[VML_MOVABLE][10].nr == 2);
	must(zone->stat[VML_STAT_SPLIT] == zone->stat[VML_STAT_MERGE]);
	pool_end();
}

static int start(struct vml_extent a, struct vml_extent b)
{
	struct vml_extent extents[] = { a, b };
	struct vml_alloc_config config = {
		.extents = extents, .nr_extents = 2, .nr_cpus = 2,
	};
	int err = vml_alloc_init(&config);

	if (!err)
		must(!vml_alloc_fini());
	return err;
}

static void bad_pools(void)
{
	struct vml_extent good = { .pfn = 0, .nr = 64 };
	struct vml_alloc_config config = { .extents = &good, .nr_extents = 1 };
	long memory;
	int err;

	must(!start(good, (struct vml_extent) { .pfn = 64, .nr = 1 }));
	must(start(good, (struct vml_extent) { .pfn = 63, .nr = 1 }) == -EINVAL);
	must(start(good, (struct vml_extent) { .pfn = 64 }) == -EINVAL);
	must(start(good, (struct vml_extent) { .pfn = ~0ULL, .nr = 2 }) ==
	     -EINVAL);
	must(start(good, (struct vml_extent) { 64, NULL, 1, 0, 3 }) == -EINVAL);
	must(start(good, (struct vml_extent) { 64, NULL, 1, 8, 0 }) == -EINVAL);
	must(start(good, (struct vml_extent) { .pfn = 64, .nr = ~0U }) ==
	     -E2BIG);
	must(vml_alloc_init(&config) == -EINVAL);
	config.nr_cpus = 1;
	config.block_order = 11;
	must(vml_alloc_init(&config) == -EINVAL);
	config.nr_extents = 0;
	must(vml_alloc_init(&config) == -EINVAL);
	for (memory = 0; ; memory++) {
		standin_memory = memory;
		err = start(good, (struct vml_extent) { 80, NULL, 9, 0, 1 });
		if (!err)
			break;
		must(err == -ENOMEM);
	}
	standin_memory = -1;
	must(memory == 9);
}

/* === Requests === */

static void bad_requests(void)
{
	pool_start(flat, 1, 1, 0, 0);
	must(!vml_alloc(11, ANY));
	must(!vml_alloc(~0U, ANY));
	must(!vml_alloc(0, VML_REQ(3, VML_MOVABLE)));
	must(!vml_alloc(0, VML_REQ(VML_NORMAL, 3)));
	must(!vml_alloc(0, VML_REQ_USER | VML_REQ_ON(8)));
	must(!vml_alloc(0, VML_REQ_USER | VML_REQ_ON(14)));
	must(!vml_alloc(0, VML_REQ_USER | VML_REQ_ON(7)));
	must(!vml_alloc(0, VML_REQ(VML_DMA, VML_MOVABLE)));
	vml_free(get(0, VML_REQ_USER | VML_REQ_THISNODE), 0);
	pool_end();
}

static void watermarks(void)
{
	static struct vml_frame *frames[2049];
	struct vml_zone *zone = zone_of(0, VML_NORMAL);
	unsigned int nr;

	pool_start(flat, 1, 1, 0, 128);
	pool_cache(0, 0);
	must(zone->marks[VML_MARK_MIN] == 128);
	must(zone->marks[VML_MARK_LOW] == 160);
	must(zone->marks[VML_MARK_HIGH] == 192);
	nr = take_all(frames, 0, VML_REQ_KERNEL);
	must(nr == 2048 - 128 && heard.wakes && !heard.reclaims);
	nr += take_all(frames + nr, 0, VML_REQ_KERNEL | VML_REQ_ATOMIC);
	must(nr == 2048 - 96);
	nr += take_all(frames + nr, 0, VML_REQ_KERNEL | VML_REQ_HIGH);
	must(nr == 2048 - 64);
	nr += take_all(frames + nr, 0, VML_REQ_KERNEL | VML_REQ_HIGH |
				       VML_REQ_ATOMIC);
	must(nr == 2048 - 48);
	nr += take_all(frames + nr, 0, VML_REQ_KERNEL | VML_REQ_RECLAIMER);
	must(nr == 2048);
	give_all(frames, nr, 0);
	pool_end();
}

static void reclaims(void)
{
	static struct vml_frame *frames[2049];
	unsigned int nr;

	pool_start(flat, 1, 2, 0, 0);
	nr = take_all(frames, 0, VML_REQ_USER);
	must(nr == 2048 && !heard.reclaims);
	heard.victim = frames[7];
	frames[7] = vml_alloc(0, VML_REQ_USER | VML_REQ_RECLAIM);
	must(frames[7] && heard.reclaims == 1);
	must(!vml_alloc(0, VML_REQ_USER | VML_REQ_RECLAIM));
	must(heard.reclaims == 2);
	give_all(frames, nr, 0);
	vml_free(get(3, VML_REQ_USER | VML_REQ_ZERO), 3);
	must(heard.zeroed == 8);
	pool_end();
}

static void reserves(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 0, .nr = 64, .zone = VML_DMA },
		{ .pfn = 64, .nr = 2560, .zone = VML_NORMAL },
		{ .pfn = 2624, .nr = 640, .zone = VML_HIGHMEM },
	};
	static struct vml_frame *frames[3265];
	unsigned int nr;

	pool_start(extents, 3, 1, 0, 0);
	pool_cache(0, 0);
	must(zone_of(0, VML_DMA)->reserve[VML_DMA] == 0);
	must(zone_of(0, VML_DMA)->reserve[VML_NORMAL] == 10);
	must(zone_of(0, VML_DMA)->reserve[VML_HIGHMEM] == 12);
	must(zone_of(0, VML_NORMAL)->reserve[VML_HIGHMEM] == 20);
	nr = take_all(frames, 0, VML_REQ_USER);
	must(zone_of(0, VML_DMA)->free == 12);
	must(zone_of(0, VML_NORMAL)->free == 20);
	must(zone_of(0, VML_HIGHMEM)->free ==
	     zone_of(0, VML_HIGHMEM)->marks[VML_MARK_MIN]);
	nr += take_all(frames + nr, 0, VML_REQ_KERNEL);
	must(zone_of(0, VML_DMA)->free == 10);
	must(!zone_of(0, VML_NORMAL)->free);
	nr += take_all(frames + nr, 0, VML_REQ(VML_DMA, VML_UNMOVABLE));
	must(!zone_of(0, VML_DMA)->free);
	give_all(frames, nr, 0);
	pool_end();
}

static void nodes(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 0, .nr = 64, .node = 0, .zone = VML_NORMAL },
		{ .pfn = 64, .nr = 64, .node = 1, .zone = VML_NORMAL },
		{ .pfn = 128, .nr = 64, .node = 2, .zone = VML_HIGHMEM },
	};
	static struct vml_frame *frames[193];
	unsigned int nr;

	pool_start(extents, 3, 3, 0, 0);
	standin_cpu = 1;
	frames[0] = get(0, VML_REQ_USER);
	must(vml_frame_zone(frames[0])->node == 1);
	nr = 1 + take_all(frames + 1, 0,
			  ANY | VML_REQ_ON(1) | VML_REQ_THISNODE);
	must(nr == 64);
	must(!vml_alloc(0, VML_REQ_KERNEL | VML_REQ_ON(2) | VML_REQ_THISNODE));
	frames[nr] = get(0, ANY);
	must(vml_frame_zone(frames[nr])->node == 2);
	nr++;
	frames[nr] = get(0, VML_REQ_KERNEL | VML_REQ_ON(2));
	must(vml_frame_zone(frames[nr])->node == 0);
	give_all(frames, nr + 1, 0);
	standin_cpu = 0;
	pool_end();
}

/* CPUs may be on nodes that gave the pool nothing. */
static void odd_nodes(void)
{
	static const u8 cpu_node[] = { 1, 2, 255 };
	static const struct vml_extent extents[] = {
		{ .pfn = 0, .nr = 64, .node = 1, .zone = VML_NORMAL },
	};
	const struct vml_alloc_config config = {
		.extents = extents,
		.nr_extents = 1,
		.nr_cpus = sizeof(cpu_node),
		.cpu_node = cpu_node,
	};

	must(!vml_alloc_init(&config));
	for (standin_cpu = 0; standin_cpu < config.nr_cpus; standin_cpu++)
		vml_put(get(0, VML_REQ_KERNEL));
	standin_cpu = 0;
	pool_end();
}

/* === Migrate types === */

static void groups(void)
{
	struct vml_frame *movable, *fixed, *other;
	struct vml_zone *zone = zone_of(0, VML_NORMAL);

	pool_start(flat, 1, 1, 4, 0);
	pool_cache(0, 0);
	movable = get(0, VML_REQ_USER);
	fixed = get(0, VML_REQ_KERNEL);
	must(zone->stat[VML_STAT_CLAIM] == 1);
	must(*vml_block_type(zone, vml_frame_number(fixed)) == VML_UNMOVABLE);
	must(vml_frame_number(fixed) / 16 != vml_frame_number(movable) / 16);
	other = get(0, VML_REQ_KERNEL);
	must(zone->stat[VML_STAT_CLAIM] == 1);
	must(vml_frame_number(fixed) / 16 == vml_frame_number(other) / 16);
	vml_free(fixed, 0);
	vml_free(other, 0);
	vml_free(movable, 0);
	pool_end();
}

/* A block that movable frames fill is not claimed, only stolen from. */
static void steals(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 0, .nr = 64, .zone = VML_NORMAL },
	};
	struct vml_frame *frames[65], *fixed;
	struct vml_zone *zone = zone_of(0, VML_NORMAL);

	pool_start(extents, 1, 1, 4, 0);
	pool_cache(0, 0);
	must(take_all(frames, 0, VML_REQ_USER) == 64);
	vml_free(frames[5], 0);
	vml_free(frames[6], 0);
	fixed = get(0, VML_REQ_KERNEL);
	must(zone->stat[VML_STAT_STEAL] == 1 && !zone->stat[VML_STAT_CLAIM]);
	must(*vml_block_type(zone, vml_frame_number(fixed)) == VML_MOVABLE);
	vml_free(fixed, 0);
	frames[5] = get(0, VML_REQ_USER);
	frames[6] = get(0, VML_REQ_USER);
	give_all(frames, 64, 0);
	pool_end();
}

/* === Per-CPU lists === */

static void per_cpu(void)
{
	struct vml_frame *frames[64];
	struct vml_zone *zone = zone_of(0, VML_NORMAL);
	unsigned int i;

	pool_start(flat, 1, 2, 0, 0);
	pool_cache(16, 4);
	frames[0] = get(0, VML_REQ_USER);
	must(vml_pcp_count(zone, 0) == 3 && zone->free == 2044);
	for (i = 1; i < 64; i++)
		frames[i] = get(0, VML_REQ_USER);
	must(!vml_pcp_count(zone, 0) && zone->stat[VML_STAT_REFILL] == 16);
	give_all(frames, 17, 0);
	must(vml_pcp_count(zone, 0) == 12 && zone->stat[VML_STAT_DRAIN] == 1);
	standin_cpu = 1;
	give_all(frames + 17, 2, 0);
	must(vml_pcp_count(zone, 1) == 2);
	vml_pcp_drain_cpu(0);
	must(!vml_pcp_count(zone, 0) && vml_pcp_count(zone, 1) == 2);
	vml_free(get(3, VML_REQ_USER), 3);
	must(vml_pcp_count(zone, 1) == 10);
	vml_pcp_drain_all();
	must(!vml_pcp_count(zone, 1));
	standin_cpu = 0;
	give_all(frames + 19, 45, 0);
	pool_end();
}

/* A zone below its low watermark is given back all but a batch. */
static void per_cpu_low(void)
{
	static struct vml_frame *frames[2049], *again[41];
	struct vml_zone *zone = zone_of(0, VML_NORMAL);
	unsigned int nr;

	pool_start(flat, 1, 2, 0, 256);
	pool_cache(64, 4);
	nr = take_all(frames, 0, VML_REQ_USER | VML_REQ_RECLAIMER);
	must(nr == 2048);
	give_all(frames, 40, 0);
	must(vml_pcp_count(zone, 0) <= 4);
	/* Another CPU finds what this one keeps. */
	standin_cpu = 1;
	must(take_all(again, 0, VML_REQ_USER | VML_REQ_RECLAIMER) == 40);
	standin_cpu = 0;
	give_all(again, 40, 0);
	give_all(frames + 40, 2008, 0);
	pool_end();
}

/* === Fragmentation === */

static void fragmentation(void)
{
	static struct vml_frame *frames[2049], *by_number[2048];
	struct vml_zone *zone = zone_of(0, VML_NORMAL);
	struct vml_buddy_info info;
	u32 needs[VML_ORDERS];
	unsigned int i;

	pool_start(flat, 1, 1, 0, 0);
	pool_cache(0, 0);
	vml_buddy_info(zone, &info);
	must(!vml_buddy_unusable(&info, 10));
	must(vml_buddy_fragmentation(&info, 10) == -1000);
	vml_buddy_needs(zone, needs);
	must(!needs[0] && !needs[10]);

	must(take_all(frames, 0, VML_REQ_USER) == 2048);
	vml_buddy_info(zone, &info);
	must(vml_buddy_unusable(&info, 0) == 1000);
	must(!vml_buddy_fragmentation(&info, 0));
	vml_buddy_needs(zone, needs);
	must(needs[0] == 1 && needs[3] == 8 && needs[10] == 1024);
	for (i = 0; i < 2048; i++)
		by_number[vml_frame_number(frames[i])] = frames[i];
	for (i = 0; i < 2048; i += 2)
		vml_free(by_number[i], 0);
	vml_buddy_info(zone, &info);
	must(info.free == 1024 && vml_buddy_free_blocks(&info, 0) == 1024);
	must(!vml_buddy_unusable(&info, 0));
	must(vml_buddy_unusable(&info, 1) == 1000);
	must(vml_buddy_fragmentation(&info, 9) > 990);
	vml_buddy_needs(zone, needs);
	must(!needs[0] && needs[1] == 1 && needs[4] == 8 && needs[10] == 512);
	vml_free(by_number[65], 0);
	vml_buddy_needs(zone, needs);
	must(!needs[1] && needs[2] == 1 && needs[10] == 511);
	for (i = 1; i < 2048; i += 2)
		if (i != 65)
			vml_free(by_number[i], 0);
	pool_end();

	pool_start(two_zones, 2, 1, 0, 0);
	vml_buddy_needs(zone, needs);
	must(!needs[3] && needs[4] == VML_NEEDS_NEVER);
	pool_end();
}

/* All that the pool costs, by frame, is less than 0.6 of what Linux spends. */
static void metadata(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 0, .nr = 1024, .zone = VML_DMA },
		{ .pfn = 1024, .nr = 12288, .zone = VML_NORMAL },
		{ .pfn = 13312, .nr = 3072, .zone = VML_HIGHMEM },
	};
	size_t before = standin_bytes;
	u64 bytes;

	pool_start(extents, 3, 4, 0, VML_NONE);
	must(vml_frames.nr == 16384);
	must(zone_of(0, VML_NORMAL)->pcp_high);
	bytes = vml_alloc_bytes();
	must(bytes == sizeof(vml_frames) + sizeof(vml_zones) +
	     (standin_bytes - before));
	printf("# %llu bytes for 1000 frames\n", bytes * 1000 / 16384);
	must(bytes * 10 <= 16384ULL * 64 * 6);
	pool_end();
}

#define TEST(name)	{ #name, name }

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	TEST(tiny), TEST(one_frame), TEST(several_extents), TEST(misaligned),
	TEST(edges), TEST(largest_order), TEST(bad_pools), TEST(bad_requests),
	TEST(watermarks), TEST(reclaims), TEST(reserves), TEST(nodes),
	TEST(odd_nodes), TEST(refused), TEST(references), TEST(groups),
	TEST(steals), TEST(per_cpu), TEST(per_cpu_low), TEST(fragmentation),
	TEST(damages), TEST(unmerged), TEST(metadata), TEST(events),
	TEST(stats), TEST(splits),
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
