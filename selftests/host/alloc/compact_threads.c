// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that allocate, free, move and compact at once. The thread sanitizer
 * watches, and what the handles hold follows them.
 *
 *     compact_threads [OPERATIONS]
 */
#include "mover.h"

#define THREADS	4
#define OWN	512	/* handles of a thread; others may free them */

static const struct vml_extent extents[] = {
	{ .pfn = 0, .nr = 512, .zone = VML_DMA },
	{ .pfn = 512, .nr = 768, .zone = VML_NORMAL },
};

static unsigned long operations = 40000;
static u32 compactions;

static void compact(u32 random)
{
	struct vml_compact_result result;
	struct vml_zone *zone = vml_zone_next(NULL);
	int order = (int)(random >> 8 & 7) - 1;

	if (random >> 11 & 1)
		zone = vml_zone_next(zone);
	if (random >> 12 & 1)
		vml_compact_direct(random >> 8 & 7, VML_REQ_USER |
				   VML_REQ_RECLAIM | VML_REQ_RECLAIMER);
	else if (!vml_compact_zone(zone, order, &result))
		__atomic_fetch_add(&compactions, 1, __ATOMIC_RELAXED);
}

static bool is_held(u32 i)
{
	struct handle *handle = &mover.handles[i];
	bool held;

	pthread_mutex_lock(&handle->lock);
	held = handle->frame;
	pthread_mutex_unlock(&handle->lock);
	return held;
}

static void step(u32 me, u32 random)
{
	static const unsigned char orders[8] = { 0, 0, 0, 0, 0, 1, 2, 4 };
	u32 i = me * OWN + (random >> 8) % OWN;

	switch (random & 63) {
	case 0:
		compact(random);
		break;
	case 1:
		must(!vml_alloc_check(false));
		break;
	case 2:
		vml_pcp_drain_all();
		break;
	case 3:
	case 4:
	case 5:
		mover_give((random >> 8) % (THREADS * OWN));
		break;
	default:
		if (is_held(i))
			mover_give(i);
		else
			mover_take(i, orders[random >> 20 & 7],
				   VML_REQ_USER | VML_REQ_RECLAIMER,
				   random >> 23 & 7);
	}
}

static void *work(void *arg)
{
	u64 random = (uintptr_t)arg;
	unsigned long i;

	standin_cpu = (uintptr_t)arg;
	for (i = 0; i < operations; i++)
		step((uintptr_t)arg, next_random(&random));
	must(!standin_locks);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	uintptr_t i;

	if (argc > 1)
		operations = strtoul(argv[1], NULL, 0);
	mover_start(extents, 2, THREADS, 5);
	for (i = 0; i < THREADS; i++)
		must(!pthread_create(&threads[i], NULL, work, (void *)i));
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("# %u compactions, %u frames moved\n", compactions, mover.moved);
	must(compactions && mover.moved);
	for (i = 0; i < VML_BUGS; i++)
		must(!heard.bugs[i]);
	mover_check();
	mover_end();
	return 0;
}
