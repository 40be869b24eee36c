// SPDX-License-Identifier: GPL-2.0
/*
 * vmlab's rows: a pool of its own, of 64 MiB in one zone.
 */
#include "bench.h"

#include <vmlab/alloc.h>
#include <vmlab/pcp.h>
#include <vmlab/slab.h>

#include <linux/gfp.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/sort.h>

#define BLOCK		((u32)BIT(VML_ORDER_MAX))
#define BLOCKS		(BENCH_FRAMES / BLOCK)

static struct page *blocks[BLOCKS];
static struct vml_cache *cache;

/* === The pool === */

static int by_pfn(const void *a, const void *b)
{
	unsigned long left = page_to_pfn(*(struct page **)a);
	unsigned long right = page_to_pfn(*(struct page **)b);

	return left < right ? -1 : left > right;
}

static void free_blocks(unsigned int nr)
{
	while (nr--)
		__free_pages(blocks[nr], VML_ORDER_MAX);
}

static int alloc_blocks(void)
{
	unsigned int i;

	for (i = 0; i < BLOCKS; i++) {
		blocks[i] = alloc_pages(GFP_KERNEL, VML_ORDER_MAX);
		if (!blocks[i]) {
			free_blocks(i);
			return -ENOMEM;
		}
	}
	sort(blocks, BLOCKS, sizeof(*blocks), by_pfn, NULL);
	return 0;
}

/* Blocks that lie side by side are one extent. */
static unsigned int fill_extents(struct vml_extent *extents)
{
	struct vml_extent *e = extents - 1;
	unsigned int i;

	for (i = 0; i < BLOCKS; i++) {
		u64 pfn = page_to_pfn(blocks[i]);

		if (i && e->pfn + e->nr == pfn)
			e->nr += BLOCK;
		else
			*++e = (struct vml_extent) {
				.pfn = pfn, .virt = page_address(blocks[i]),
				.nr = BLOCK, .zone = VML_NORMAL,
			};
	}
	return e + 1 - extents;
}

static int start_pool(void)
{
	struct vml_extent extents[BLOCKS];
	struct vml_alloc_config config = {
		.extents = extents,
		.nr_cpus = nr_cpu_ids,
		.min_free = VML_NONE,
	};
	int err = alloc_blocks();

	if (err)
		return err;
	config.nr_extents = fill_extents(extents);
	err = vml_alloc_init(&config);
	if (err)
		free_blocks(BLOCKS);
	return err;
}

static int end_pool(void)
{
	u32 broken = vml_alloc_check(true);
	u32 held = vml_alloc_fini();

	free_blocks(BLOCKS);
	return broken || held ? -EUCLEAN : 0;
}

/* === Operations === */

static void pairs(struct bench *b, unsigned int nr)
{
	unsigned int order = b->order;

	while (nr--) {
		struct vml_frame *frame = vml_alloc(order, VML_REQ_KERNEL);

		if (frame)
			vml_free(frame, order);
		else
			b->failed = true;
	}
}

static void take(struct bench *b, unsigned int nr)
{
	unsigned int order = b->order, i;

	for (i = 0; i < nr; i++)
		b->held[i] = vml_alloc(order, VML_REQ_KERNEL);
}

static void give(struct bench *b, unsigned int nr)
{
	unsigned int order = b->order, i;

	for (i = 0; i < nr; i++)
		if (b->held[i])
			vml_free(b->held[i], order);
		else
			b->failed = true;
}

static void object_pairs(struct bench *b, unsigned int nr)
{
	while (nr--) {
		void *object = vml_cache_alloc(cache, VML_REQ_KERNEL);

		if (object)
			vml_cache_free(cache, object);
		else
			b->failed = true;
	}
}

/* === Rows === */

static void from_full(struct bench *b, const char *name, unsigned int percent)
{
	unsigned int nr = BENCH_FRAMES / 100 * percent;

	take(b, nr);
	bench_measure(b, name, pairs, BENCH_PAIRS);
	give(b, nr);
}

/* After the runs the pool is whole: a pair splits and merges as far as can be. */
static void without_lists(struct bench *b)
{
	from_full(b, "frame-1%", 1);
	from_full(b, "frame-50%", 50);
	from_full(b, "frame-95%", 95);
	bench_measure_run(b, "run-alloc", "run-free", take, give, BENCH_RUN);
	bench_measure(b, "frame-largest", pairs, BENCH_PAIRS);
	b->order = 3;
	bench_measure(b, "frame-3", pairs, BENCH_PAIRS);
	b->order = 8;
	bench_measure(b, "frame-8", pairs, BENCH_PAIRS);
	b->order = 0;
}

/* All that is kept to manage the pool. */
static u64 metadata(void)
{
	u64 bytes = sizeof(vml_zones) + sizeof(vml_frames);
	struct vml_zone *zone;

	bytes += (u64)vml_frames.nr * sizeof(*vml_frames.base);
	bytes += DIV_ROUND_UP(vml_frames.nr, VML_GRANULE) *
		 sizeof(*vml_frames.run_of);
	bytes += vml_frames.nr_runs * sizeof(*vml_frames.runs);
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		bytes += zone->nr_blocks * sizeof(*zone->blocks) +
			 vml_pcp_cpus() * sizeof(*zone->pcps);
	return bytes;
}

static int objects(struct bench *b)
{
	const struct vml_cache_config config = { .name = "bench", .size = 64 };
	int err = vml_slab_init(nr_cpu_ids);

	if (err)
		return err;
	cache = vml_cache_create(&config);
	if (IS_ERR_OR_NULL(cache)) {
		vml_slab_fini();
		return -ENOMEM;
	}
	bench_measure(b, "object", object_pairs, BENCH_PAIRS);
	err = vml_cache_destroy(cache);
	return vml_slab_fini() ? -EUCLEAN : err;
}

int bench_frames(struct bench *b)
{
	struct vml_zone *zone;
	int err = start_pool(), end;

	if (err)
		return err;
	bench_print(b, "metadata", metadata(), BENCH_FRAMES);
	bench_measure(b, "frame", pairs, BENCH_PAIRS);
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		vml_pcp_set(zone, 0, 1);
	without_lists(b);
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		vml_pcp_set_default(zone);
	err = objects(b);
	end = end_pool();
	return err ? err : end;
}
