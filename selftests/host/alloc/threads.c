// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that allocate, free what others allocated, drain and check at once.
 * The thread sanitizer watches; each frame also carries its holder's mark.
 *
 *     threads [OPERATIONS]
 */
#include <pthread.h>

#include <vmlab/event.h>

#include "test.h"

#define THREADS	4
#define SLOTS	256

static const struct vml_extent extents[] = {
	{ .pfn = 0, .nr = 512, .zone = VML_DMA },
	{ .pfn = 512, .nr = 1536, .zone = VML_NORMAL },
	{ .pfn = 2048, .nr = 1024, .node = 1, .zone = VML_NORMAL },
};

/* Blocks on their way from one thread to another. */
static struct vml_frame *slots[SLOTS];
static unsigned long operations = 100000;
static bool listening;

static void mark(struct vml_frame *frame)
{
	unsigned int i;

	for (i = 0; i < 1U << vml_word_order(vml_frame_word(frame)); i++) {
		must(!frame[i].owner || i);
		frame[i].owner = frame;
	}
}

static void unmark(struct vml_frame *frame)
{
	unsigned int i;

	for (i = 0; i < 1U << vml_word_order(vml_frame_word(frame)); i++)
		must(frame[i].owner == frame);
}

static void free_singly(struct vml_frame *frame)
{
	u32 nr = 1U << vml_word_order(vml_frame_word(frame));

	must(!vml_split(frame, 1));
	while (nr--)
		vml_put(frame + nr);
}

/* Puts a new block, or none, in a slot, and frees what was there. */
static void exchange(u32 random)
{
	static const unsigned char orders[8] = { 0, 0, 0, 0, 1, 2, 3, 6 };
	struct vml_frame *frame = NULL, *old;
	u32 req = VML_REQ(VML_NORMAL, (random >> 8) % VML_TYPES);

	if (random & 1) {
		frame = vml_alloc(orders[random >> 4 & 7], req);
		if (frame)
			mark(frame);
	}
	old = __atomic_exchange_n(&slots[random >> 16 & (SLOTS - 1)], frame,
				  __ATOMIC_ACQ_REL);
	if (!old)
		return;
	unmark(old);
	if ((random & 12) == 12) {
		free_singly(old);
		return;
	}
	if (random & 2 && vml_frame_tryget(old))
		vml_put(old);
	vml_put(old);
}

static void hear(const struct vml_event *event)
{
	must(event->kind < VML_EVENTS);
	must(__atomic_load_n(&listening, __ATOMIC_RELAXED));
}

/* Once nobody listens, nobody is told any more. */
static void listen(bool start)
{
	if (start)
		__atomic_store_n(&listening, true, __ATOMIC_RELAXED);
	vml_event_listen(VML_LISTENER_TRACE, start ? hear : NULL);
	if (!start)
		__atomic_store_n(&listening, false, __ATOMIC_RELAXED);
}

static void disturb(u32 random)
{
	u32 needs[VML_ORDERS];

	switch (random & 7) {
	case 0:
		vml_pcp_drain_all();
		break;
	case 1:
		vml_pcp_drain_cpu(random >> 8 & (THREADS - 1));
		break;
	case 2:
		must(!vml_alloc_check(false));
		break;
	case 3:
		vml_buddy_needs(vml_zone_next(NULL), needs);
		break;
	case 4:
		vml_zones_set_min_free(random >> 8 & 127);
		break;
	case 5:
		vml_pcp_set(vml_zone_next(NULL), random >> 8 & 31, 4);
		break;
	case 6:
		listen(random & 256);
		break;
	default:
		/* The scheduler moves it. */
		standin_cpu = random >> 8 & (THREADS - 1);
	}
}

static void *work(void *arg)
{
	u64 random = (uintptr_t)arg;
	unsigned long i;

	standin_cpu = (uintptr_t)arg;
	for (i = 0; i < operations; i++) {
		/* One thread alone changes what may not race with itself. */
		if (!arg && i % 64 == 0)
			disturb(next_random(&random));
		else
			exchange(next_random(&random));
	}
	must(!standin_locks);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	uintptr_t i;

	if (argc > 1)
		operations = strtoul(argv[1], NULL, 0);
	pool_start(extents, 3, THREADS, 5, 64);
	for (i = 0; i < THREADS; i++)
		must(!pthread_create(&threads[i], NULL, work, (void *)i));
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	listen(false);
	for (i = 0; i < SLOTS; i++)
		if (slots[i])
			vml_put(slots[i]);
	for (i = 0; i < VML_BUGS; i++)
		must(!heard.bugs[i]);
	pool_end();
	return 0;
}
