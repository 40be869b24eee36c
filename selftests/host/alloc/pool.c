// SPDX-License-Identifier: GPL-2.0
/*
 * A pool for tests, and the stand-ins' variables.
 */
#include <string.h>

#include <linux/slab.h>

#include "test.h"

long standin_memory = -1;
size_t standin_bytes;
__thread unsigned int standin_cpu;
__thread int standin_locks;

struct heard heard;

static void wake(struct vml_zone *zone, unsigned int order)
{
	(void)zone;
	(void)order;
	__atomic_fetch_add(&heard.wakes, 1, __ATOMIC_RELAXED);
}

static u32 reclaim(unsigned int order, u32 req)
{
	struct vml_frame *victim = heard.victim;

	(void)order;
	must(req & VML_REQ_RECLAIM);
	must(!standin_locks);
	heard.reclaims++;
	if (!victim)
		return 0;
	heard.victim = NULL;
	vml_free(victim, heard.victim_order);
	return 1U << heard.victim_order;
}

static void zero(struct vml_frame *frame, unsigned int order)
{
	must(vml_frame_valid(frame));
	__atomic_fetch_add(&heard.zeroed, 1U << order, __ATOMIC_RELAXED);
}

static void report(enum vml_bug bug, const struct vml_frame *frame,
		   unsigned int order)
{
	(void)order;
	__atomic_fetch_add(&heard.bugs[bug], 1, __ATOMIC_RELAXED);
	if (bug >= VML_BUG_STATE && !heard.expected)
		printf("# bug %d at %ld\n", bug, vml_frame_valid(frame) ?
		       (long)vml_frame_number(frame) : -1L);
}

static const struct vml_alloc_ops ops = {
	.wake = wake,
	.reclaim = reclaim,
	.zero = zero,
	.report = report,
};

void pool_start(const struct vml_extent *extents, unsigned int nr,
		unsigned int cpus, unsigned int block_order, u32 min_free)
{
	struct vml_alloc_config config = {
		.extents = extents,
		.nr_extents = nr,
		.nr_cpus = cpus,
		.min_free = min_free,
		.block_order = block_order,
	};

	memset(&heard, 0, sizeof(heard));
	must(!vml_alloc_init(&config));
	vml_alloc_set_ops(&ops);
	must(!vml_alloc_check(true));
}

void pool_end(void)
{
	must(!standin_locks);
	must(!vml_alloc_check(true));
	must(!vml_alloc_fini());
	vml_alloc_set_ops(NULL);
}

void pool_cache(u32 high, u32 batch)
{
	struct vml_zone *zone;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		vml_pcp_set(zone, high, batch);
}

u32 pool_free(void)
{
	struct vml_zone *zone;
	unsigned int cpu;
	u32 sum = 0;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		sum += zone->free;
		for (cpu = 0; cpu < vml_pcp_cpus(); cpu++)
			sum += vml_pcp_count(zone, cpu);
	}
	return sum;
}

u32 next_random(u64 *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}
