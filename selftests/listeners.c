// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners that come and go while threads fault: each hears of every fault or is
 * told how many it missed, and no fault fails for it.
 */
#include "harness.h"

#include "device.h"
#include "memory.h"
#include "stories.h"
#include "world.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>

#define THREADS	4
#define PAGES	8	/* of each thread */
#define SIZE	(THREADS * PAGES * PAGE_SIZE)
#define ROUNDS	12
#define HEARD	40	/* stories a round */

FIXTURE(listeners) {
	struct world w;
	struct genl ear;
	struct story s;
	pthread_t thread[THREADS];
	int fd;
	char *p;
	bool over;
};

struct toucher {
	bool *over;
	char *p;
};

/* Linux forgets its entries, and each page faults anew. */
static void *touch_on(void *arg)
{
	struct toucher *t = arg;
	int i;

	while (!__atomic_load_n(t->over, __ATOMIC_RELAXED)) {
		for (i = 0; i < PAGES; i++)
			__atomic_store_n(t->p + i * PAGE_SIZE, i,
					 __ATOMIC_RELAXED);
		if (madvise(t->p, PAGES * PAGE_SIZE, MADV_DONTNEED))
			break;
	}
	return t;
}

FIXTURE_SETUP(listeners)
{
	ASSERT_EQ(0, world_open(&self->w));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		       self->fd, 0);
	ASSERT_NE(MAP_FAILED, self->p);
}

FIXTURE_TEARDOWN(listeners)
{
	const char *what;

	munmap(self->p, SIZE);
	close(self->fd);
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

/* Hears some stories; NULL, or what is wrong with them. */
static const char *hear_some(FIXTURE_DATA(listeners) *self)
{
	struct story *s = &self->s;
	__u64 last = 0;
	int nr = 0, ret;

	while (nr < HEARD) {
		ret = story_next(&self->ear, s);
		if (!ret || ret == -ENOBUFS)
			continue;
		if (ret < 0)
			return "no story came";
		if (s->seq != last + 1 + s->event.lost + s->dropped)
			return "some are missing, and nobody says so";
		if (s->event.pid != getpid())
			return "it is another's";
		last = s->seq;
		nr++;
	}
	return NULL;
}

/* The answer may not find room among the stories; then there are no more. */
static void stop(FIXTURE_DATA(listeners) *self)
{
	struct totals totals;

	story_stop(&self->ear, &totals);
}

TEST_F(listeners, come_and_go)
{
	struct toucher toucher[THREADS];
	struct vmlab_events wanted = { 16, 0 };
	const char *wrong = NULL;
	void *done;
	int i;

	for (i = 0; i < THREADS; i++) {
		toucher[i].over = &self->over;
		toucher[i].p = self->p + i * PAGES * PAGE_SIZE;
		ASSERT_EQ(0, pthread_create(&self->thread[i], NULL, touch_on,
					    &toucher[i]));
	}
	for (i = 0; i < ROUNDS && !wrong; i++) {
		ASSERT_EQ(0, genl_open(&self->ear));
		ASSERT_EQ(0, story_start(&self->ear, 0, 0, 0));
		ASSERT_EQ(0, device_call(self->fd, VMLAB_IOC_EVENTS, &wanted));
		wrong = hear_some(self);
		/* Some stop, and others just go. */
		if (i % 2)
			stop(self);
		genl_close(&self->ear);
	}
	EXPECT_EQ(NULL, wrong) TH_LOG("%s", wrong);
	__atomic_store_n(&self->over, true, __ATOMIC_RELAXED);
	for (i = 0; i < THREADS; i++) {
		ASSERT_EQ(0, pthread_join(self->thread[i], &done));
		EXPECT_EQ(&toucher[i], done);
	}
}

TEST_HARNESS_MAIN
