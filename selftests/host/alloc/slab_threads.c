// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that allocate objects, free what others allocated, drain, shrink and
 * check at once. The thread sanitizer watches; each object also carries its
 * holder's mark.
 *
 *     slab_threads [OPERATIONS]
 */
#include <pthread.h>

#include <linux/err.h>

#include "slab.h"

#define THREADS	4
#define SLOTS	256

static struct vml_cache *plain, *watched;

/* Objects on their way from one thread to another. */
static u32 *slots[SLOTS];
static unsigned long operations = 60000;

static void give(u32 *object)
{
	if (object[0] & 1)
		must(!vml_kfree(object));
	else
		must(!vml_cache_free(object[0] & 2 ? watched : plain, object));
}

/* Puts a new object, or none, in a slot, and frees what was there. */
static void exchange(u32 random)
{
	u32 *object = NULL, *old, kind = random >> 2 & 3;

	if (random & 3) {
		if (kind & 1)
			object = vml_kmalloc(8 << (random >> 4) % 9,
					     VML_REQ_KERNEL);
		else
			object = vml_cache_alloc(kind & 2 ? watched : plain,
						 VML_REQ_KERNEL);
	}
	if (object) {
		object[0] = kind;
		object[1] = random;
		must(vml_ksize(object) >= 8);
	}
	old = __atomic_exchange_n(&slots[random >> 16 & (SLOTS - 1)], object,
				  __ATOMIC_ACQ_REL);
	if (!old)
		return;
	must((old[1] >> 2 & 3) == old[0]);
	give(old);
}

static void create_and_destroy(void)
{
	struct vml_cache_config config = { .name = "short", .size = 40 };
	struct vml_cache *cache = vml_cache_create(&config);
	void *object;

	must(!IS_ERR(cache));
	object = vml_cache_alloc(cache, VML_REQ_KERNEL);
	if (object) {
		must(vml_cache_destroy(cache) == -EBUSY);
		must(!vml_cache_free(cache, object));
	}
	must(!vml_cache_destroy(cache));
}

static void disturb(u32 random)
{
	struct vml_cache_info info[8];

	switch (random & 7) {
	case 0:
		vml_slab_shrink();
		break;
	case 1:
		vml_slab_drain_cpu(random >> 8 & (THREADS - 1));
		break;
	case 2:
		must(!vml_slab_check(VML_CHECK_GUARDS));
		break;
	case 3:
		must(vml_cache_list(random >> 8 & 15, info, 8) == 8);
		break;
	case 4:
		vml_cache_shrink(plain);
		break;
	case 5:
		create_and_destroy();
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
		if (!arg && i % 64 == 0)
			disturb(next_random(&random));
		else
			exchange(next_random(&random));
	}
	must(!standin_locks);
	return NULL;
}

/* Of all who free an object at once, one does. */
static void *race(void *arg)
{
	static unsigned int winners;

	if (!vml_kfree(arg))
		must(!__atomic_fetch_add(&winners, 1, __ATOMIC_RELAXED));
	return NULL;
}

static void race_to_free(void)
{
	pthread_t threads[THREADS];
	unsigned int i;
	void *keep = vml_kmalloc(64, VML_REQ_KERNEL);
	void *object = vml_kmalloc(64, VML_REQ_KERNEL);

	must(keep && object);
	for (i = 0; i < THREADS; i++)
		must(!pthread_create(&threads[i], NULL, race, object));
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	must(slab_heard.nr[VML_SLAB_DOUBLE] == THREADS - 1);
	must(slab_reports() == THREADS - 1);
	must(!vml_kfree(keep));
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	uintptr_t i;

	if (argc > 1)
		operations = strtoul(argv[1], NULL, 0);
	slab_start(128, THREADS, 16);
	plain = slab_cache("plain", 72, 0);
	watched = slab_cache("watched", 300, VML_CACHE_DEBUG);
	for (i = 0; i < THREADS; i++)
		must(!pthread_create(&threads[i], NULL, work, (void *)i));
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < SLOTS; i++)
		if (slots[i])
			give(slots[i]);
	must(!slab_reports());
	race_to_free();
	slab_end();
	return 0;
}
