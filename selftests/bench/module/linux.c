// SPDX-License-Identifier: GPL-2.0
/*
 * The rows of Linux: the page allocator, the pool allocator of drivers, the
 * buddy allocator of graphics drivers, slabs.
 */
#include "bench.h"

#include <linux/genalloc.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>

#if __has_include(<linux/gpu_buddy.h>)
#include <linux/gpu_buddy.h>
#else
#include <drm/drm_buddy.h>

#define gpu_buddy		drm_buddy
#define gpu_buddy_block		drm_buddy_block
#define gpu_buddy_init		drm_buddy_init
#define gpu_buddy_fini		drm_buddy_fini
#define gpu_buddy_alloc_blocks	drm_buddy_alloc_blocks
#define gpu_buddy_free_block	drm_buddy_free_block
#endif

#define POOL_SIZE	((u64)BENCH_FRAMES << PAGE_SHIFT)
#define POOL_START	0x100000000UL	/* of a pool that nobody touches */

static struct gen_pool *pool;
static struct gpu_buddy buddy;
static struct kmem_cache *cache;

/* === Pages === */

static void page_pairs(struct bench *b, unsigned int nr)
{
	unsigned int order = b->order;

	while (nr--) {
		struct page *page = alloc_pages(GFP_KERNEL, order);

		if (page)
			__free_pages(page, order);
		else
			b->failed = true;
	}
}

static void pages(struct bench *b)
{
	bench_measure(b, "page", page_pairs, BENCH_PAIRS);
	b->order = 3;
	bench_measure(b, "page-3", page_pairs, BENCH_PAIRS);
	b->order = 8;
	bench_measure(b, "page-8", page_pairs, BENCH_PAIRS);
	b->order = 0;
}

/* === gen_pool === */

static void pool_take(struct bench *b, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		b->held[i] = (void *)gen_pool_alloc(pool, PAGE_SIZE);
}

static void pool_give(struct bench *b, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (b->held[i])
			gen_pool_free(pool, (unsigned long)b->held[i],
				      PAGE_SIZE);
		else
			b->failed = true;
}

static void pool_pairs(struct bench *b, unsigned int nr)
{
	while (nr--) {
		unsigned long address = gen_pool_alloc(pool, PAGE_SIZE);

		if (address)
			gen_pool_free(pool, address, PAGE_SIZE);
		else
			b->failed = true;
	}
}

static void pool_full(struct bench *b, const char *name, unsigned int percent)
{
	unsigned int nr = BENCH_FRAMES / 100 * percent;

	pool_take(b, nr);
	bench_measure(b, name, pool_pairs, BENCH_PAIRS);
	pool_give(b, nr);
}

static int pools(struct bench *b)
{
	int err;

	pool = gen_pool_create(PAGE_SHIFT, NUMA_NO_NODE);
	if (!pool)
		return -ENOMEM;
	err = gen_pool_add(pool, POOL_START, POOL_SIZE, NUMA_NO_NODE);
	if (!err) {
		pool_full(b, "gen_pool-1%", 1);
		pool_full(b, "gen_pool-50%", 50);
		pool_full(b, "gen_pool-95%", 95);
	}
	gen_pool_destroy(pool);
	return err;
}

/* === gpu_buddy, once drm_buddy === */

static struct gpu_buddy_block *buddy_alloc(void)
{
	LIST_HEAD(list);

	if (gpu_buddy_alloc_blocks(&buddy, 0, POOL_SIZE, PAGE_SIZE, PAGE_SIZE,
				   &list, 0))
		return NULL;
	return list_first_entry(&list, struct gpu_buddy_block, link);
}

static void buddy_take(struct bench *b, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		b->held[i] = buddy_alloc();
}

static void buddy_give(struct bench *b, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (b->held[i])
			gpu_buddy_free_block(&buddy, b->held[i]);
		else
			b->failed = true;
}

static void buddy_pairs(struct bench *b, unsigned int nr)
{
	while (nr--) {
		struct gpu_buddy_block *block = buddy_alloc();

		if (block)
			gpu_buddy_free_block(&buddy, block);
		else
			b->failed = true;
	}
}

static int buddies(struct bench *b)
{
	int err = gpu_buddy_init(&buddy, POOL_SIZE, PAGE_SIZE);

	if (err)
		return err;
	bench_measure_run(b, "gpu_buddy-alloc", "gpu_buddy-free",
			  buddy_take, buddy_give, BENCH_RUN);
	bench_measure(b, "gpu_buddy", buddy_pairs, BENCH_PAIRS);
	gpu_buddy_fini(&buddy);
	return 0;
}

/* === Slabs === */

static void slab_pairs(struct bench *b, unsigned int nr)
{
	while (nr--) {
		void *object = kmem_cache_alloc(cache, GFP_KERNEL);

		if (object)
			kmem_cache_free(cache, object);
		else
			b->failed = true;
	}
}

static int slabs(struct bench *b)
{
	cache = kmem_cache_create("vmlab_bench", 64, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	bench_measure(b, "kmem_cache", slab_pairs, BENCH_PAIRS);
	kmem_cache_destroy(cache);
	return 0;
}

int bench_linux(struct bench *b)
{
	int err;

	bench_print(b, "struct-page", sizeof(struct page), 1);
	pages(b);
	err = pools(b);
	if (!err)
		err = buddies(b);
	if (!err)
		err = slabs(b);
	return err;
}
