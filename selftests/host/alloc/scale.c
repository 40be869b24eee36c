// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of the benchmarks on a pool of some size, for a tool that
 * counts their instructions: it is told where each begins and ends.
 *
 *     scale FRAMES EXTENT
 *
 * The pool is in extents of so many frames, which do not touch.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <valgrind/callgrind.h>

#include <vmlab/alloc.h>
#include <vmlab/pcp.h>
#include <vmlab/slab.h>

#define PAIRS	1000U	/* times that one thing is taken and given */
#define RUN	2000U	/* things that are taken before the first is given */

long standin_memory = -1;
size_t standin_bytes;
__thread unsigned int standin_cpu;

static u32 nr_frames, nr_extent;
static char *memory;
static struct vml_frame *held[RUN];
static struct vml_cache *cache;

static void fail(const char *what)
{
	fprintf(stderr, "scale: %s\n", what);
	exit(1);
}

/* Between two extents there is room for a third. */
static u64 pfn_of(u32 nth)
{
	return nth + (u64)nth / nr_extent * nr_extent;
}

static void start_pool(void)
{
	struct vml_alloc_config config = {
		.nr_extents = nr_frames / nr_extent, .nr_cpus = 4,
		.min_free = VML_NONE,
	};
	struct vml_extent *e = calloc(config.nr_extents, sizeof(*e));
	u32 i;

	/* Only what slabs use of it will be there. */
	memory = mmap(NULL, pfn_of(nr_frames) * VML_FRAME_SIZE,
		      PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED || !e)
		fail("no memory");
	for (i = 0; i < config.nr_extents; i++) {
		e[i].pfn = pfn_of(i * nr_extent);
		e[i].virt = memory + e[i].pfn * VML_FRAME_SIZE;
		e[i].nr = nr_extent;
		e[i].zone = VML_NORMAL;
	}
	config.extents = e;
	if (vml_alloc_init(&config) || vml_slab_init(config.nr_cpus))
		fail("no pool");
	free(e);
}

/* === Operations === */

static void pairs(unsigned int order)
{
	unsigned int i;

	for (i = 0; i < PAIRS; i++)
		vml_free(vml_alloc(order, VML_REQ_KERNEL), order);
}

static void take(unsigned int order)
{
	unsigned int i;

	for (i = 0; i < RUN; i++)
		held[i] = vml_alloc(order, VML_REQ_KERNEL);
}

static void give(unsigned int order)
{
	unsigned int i;

	for (i = 0; i < RUN; i++)
		vml_free(held[i], order);
}

static void objects(unsigned int order)
{
	unsigned int i;

	(void)order;
	for (i = 0; i < PAIRS; i++)
		vml_cache_free(cache, vml_cache_alloc(cache, VML_REQ_KERNEL));
}

static void numbers(unsigned int order)
{
	unsigned int i;
	u32 step = nr_frames / PAIRS;

	(void)order;
	for (i = 0; i < PAIRS; i++) {
		u64 pfn = pfn_of(i * step);

		if (vml_frame_pfn(vml_pfn_frame(pfn)) != pfn)
			fail("a frame is another");
	}
}

static void count(const char *name, void (*run)(unsigned int order),
		  unsigned int order)
{
	CALLGRIND_START_INSTRUMENTATION;
	CALLGRIND_ZERO_STATS;
	run(order);
	CALLGRIND_DUMP_STATS_AT(name);
	CALLGRIND_STOP_INSTRUMENTATION;
}

/* === States of the pool === */

/* Takes single frames until so many are free. */
static void fill(u32 left)
{
	struct vml_zone *zone = vml_zone_next(NULL);

	while (zone->free > left)
		if (!vml_alloc(0, VML_REQ_KERNEL | VML_REQ_RECLAIMER))
			fail("no frame");
}

/* Frees single frames that are used, with a number that has no bit of @not. */
static void clear(u32 not)
{
	u32 number;

	for (number = 0; number < vml_frames.nr; number++) {
		struct vml_frame *frame = vml_frame_at(number);

		if (!(number & not) &&
		    vml_word_state(vml_frame_word(frame)) == VML_USED)
			vml_put(frame);
	}
}

static void with_lists(void)
{
	static const struct vml_cache_config config = {
		.name = "scale", .size = 64,
	};

	pairs(0);
	count("frame", pairs, 0);
	cache = vml_cache_create(&config);
	if (!cache)
		fail("no cache");
	objects(0);
	count("object", objects, 0);
	if (vml_cache_destroy(cache))
		fail("objects are left");
	count("number", numbers, 0);
}

static void without_lists(void)
{
	vml_pcp_set(vml_zone_next(NULL), 0, 1);
	count("frame-largest", pairs, 0);
	count("frames-3", pairs, 3);
	count("frames-8", pairs, 8);
	count("run-alloc", take, 0);
	count("run-free", give, 0);
}

static void filled(void)
{
	fill(nr_frames - nr_frames / 100);
	count("frame-1%", pairs, 0);
	fill(nr_frames - nr_frames / 2);
	count("frame-50%", pairs, 0);
	fill(nr_frames - nr_frames / 100 * 95);
	count("frame-95%", pairs, 0);
	fill(0);
	clear(1);
	count("frame-holes", pairs, 0);
	clear(0);
}

int main(int argc, char **argv)
{
	nr_frames = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	nr_extent = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	if (nr_frames < RUN * 2 || !nr_extent || nr_frames % nr_extent)
		fail("how many frames?");
	start_pool();
	with_lists();
	without_lists();
	filled();
	if (vml_slab_fini() || vml_alloc_check(true) || vml_alloc_fini())
		fail("the pool is not as it was");
	return 0;
}
