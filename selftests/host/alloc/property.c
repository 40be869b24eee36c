// SPDX-License-Identifier: GPL-2.0
/*
 * Random operations on pools of several shapes, beside the model: as many as
 * asked for on small pools, with all invariants checked after each, and as many
 * again on larger ones, where that would take too long, now and then.
 *
 *     property [SEED [OPERATIONS]]
 */
#include <time.h>

#include "model.h"

#define SHAPES	5
#define SMALL	2	/* of them, the first */

static const struct vml_extent tiny[] = {
	{ .pfn = 16, .nr = 8, .zone = VML_DMA },
	{ .pfn = 24, .nr = 8, .zone = VML_NORMAL },
};

/* All borders there are: of zones, nodes, extents, the largest order. */
static const struct vml_extent small[] = {
	{ .pfn = 5, .nr = 3, .zone = VML_DMA },
	{ .pfn = 8, .nr = 24, .zone = VML_NORMAL },
	{ .pfn = 34, .nr = 20, .node = 1, .zone = VML_NORMAL },
	{ .pfn = 54, .nr = 10, .node = 1, .zone = VML_HIGHMEM },
};

static const struct vml_extent two_nodes[] = {
	{ .pfn = 0, .nr = 256, .zone = VML_DMA },
	{ .pfn = 256, .nr = 1000, .zone = VML_NORMAL },
	{ .pfn = 1256, .nr = 300, .zone = VML_HIGHMEM },
	{ .pfn = 2048, .nr = 700, .node = 1, .zone = VML_NORMAL },
	{ .pfn = 2748, .nr = 300, .node = 1, .zone = VML_HIGHMEM },
};

static const struct vml_extent scattered[] = {
	{ .pfn = 7, .nr = 1, .zone = VML_DMA },
	{ .pfn = 9, .nr = 30, .zone = VML_DMA },
	{ .pfn = 39, .nr = 3, .zone = VML_NORMAL },
	{ .pfn = 64, .nr = 64, .zone = VML_NORMAL },
	{ .pfn = 129, .nr = 500, .node = 1, .zone = VML_NORMAL },
	{ .pfn = 700, .nr = 41, .zone = VML_NORMAL },
	{ .pfn = 1024, .nr = 1024, .node = 1, .zone = VML_HIGHMEM },
	{ .pfn = 4095, .nr = 2, .node = 1, .zone = VML_NORMAL },
};

static const struct vml_extent one[] = {
	{ .pfn = 0, .nr = 4096, .zone = VML_NORMAL },
};

static const struct {
	const struct vml_extent *extents;
	unsigned int nr;
	unsigned int block_order;
	unsigned int every;
} shapes[SHAPES] = {
	{ tiny, 2, 0, 1 },
	{ small, 4, 2, 1 },
	{ two_nodes, 5, 6, 32 },
	{ scattered, 8, 4, 32 },
	{ one, 1, 9, 64 },
};

/* So that one sees whether the run came anywhere. */
static void tell(unsigned int shape)
{
	struct vml_zone *zone;
	u64 sum[VML_ZONE_STATS] = { };
	unsigned int i;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		for (i = 0; i < VML_ZONE_STATS; i++)
			sum[i] += zone->stat[i];
	printf("# shape %u: %llu splits, %llu merges, %llu claims, %llu steals\n",
	       shape, sum[VML_STAT_SPLIT], sum[VML_STAT_MERGE],
	       sum[VML_STAT_CLAIM], sum[VML_STAT_STEAL]);
	printf("# lists: %llu refills, %llu drains\n",
	       sum[VML_STAT_REFILL], sum[VML_STAT_DRAIN]);
	printf("# refused: %u foreign, %u double, %u inside, %u order, %u mapped\n",
	       heard.bugs[VML_BUG_FOREIGN], heard.bugs[VML_BUG_DOUBLE],
	       heard.bugs[VML_BUG_INSIDE], heard.bugs[VML_BUG_ORDER],
	       heard.bugs[VML_BUG_MAPPED]);
}

static void run(unsigned int shape, u64 *random, unsigned long operations)
{
	static struct model model;
	unsigned long i;

	pool_start(shapes[shape].extents, shapes[shape].nr, 2,
		   shapes[shape].block_order, VML_NONE);
	model_start(&model, shapes[shape].extents, shapes[shape].nr);
	for (i = 0; i < operations; i++) {
		model_step(&model, next_random(random));
		if (i % shapes[shape].every == 0)
			model_check(&model);
	}
	model_end(&model);
	tell(shape);
	pool_end();
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (u64)time(NULL);
	unsigned long operations = argc > 2 ? strtoul(argv[2], NULL, 0) :
					      1000000;
	unsigned int shape;

	printf("# seed %llu, %lu operations\n", seed, operations);
	fflush(stdout);
	for (shape = 0; shape < SHAPES; shape++)
		run(shape, &seed, shape < SMALL ? operations / SMALL :
				  operations / (SHAPES - SMALL));
	return 0;
}
