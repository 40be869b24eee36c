// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps that meet trouble: readers that stop, that read by turns, processes
 * that change, exec or exit under them.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#define RW	(PROT_READ | PROT_WRITE)
/* Enough that two messages hold the runs of no more than a quarter of them. */
#define PAGES	8192

FIXTURE(dump) {
	struct genl g;
	char *p;
};

/* Every second page, so that each is a run of its own. */
static void fill(char *p)
{
	for (int i = 0; i < PAGES; i += 2)
		touch(p + i * PAGE_SIZE, 1);
}

FIXTURE_SETUP(dump)
{
	ASSERT_EQ(0, genl_open(&self->g));
	self->p = map_small(PAGES * PAGE_SIZE);
	ASSERT_NE(NULL, self->p);
	fill(self->p);
}

FIXTURE_TEARDOWN(dump)
{
	genl_close(&self->g);
}

/* What a reader has seen; runs may never overlap or go back. */
struct sight {
	unsigned long runs;
	__u64 end;
	__u64 sum;
	bool wrong;
};

static int see(const struct run *run, void *arg)
{
	struct sight *sight = arg;

	sight->runs++;
	if (run->start < sight->end || run->end <= run->start)
		sight->wrong = true;
	sight->end = run->end;
	sight->sum = sight->sum * 31 + run->start + run->end + run->pfn;
	return 0;
}

static int see_all(struct attrs reply, void *arg)
{
	return client_runs(reply, see, arg);
}

static int start(struct genl *g, pid_t pid, char *p)
{
	const struct range range = {
		.pid = pid,
		.start = (unsigned long)p,
		.end = (unsigned long)p + PAGES * PAGE_SIZE,
	};

	client_range_request(g, &range);
	return genl_send_dump(g);
}

static int finish(struct genl *g, struct sight *sight)
{
	int ret;

	do
		ret = genl_batch(g, see_all, sight);
	while (ret > 0);
	return ret;
}

TEST_F(dump, complete)
{
	struct sight sight = { 0 };

	ASSERT_EQ(0, start(&self->g, 0, self->p));
	ASSERT_EQ(0, finish(&self->g, &sight));
	EXPECT_EQ(PAGES / 2, sight.runs);
	EXPECT_FALSE(sight.wrong);
	EXPECT_FALSE(self->g.interrupted);
}

TEST_F(dump, reader_stops_half_way)
{
	struct sight sight = { 0 };
	struct genl g;

	for (int i = 0; i < 100; i++) {
		ASSERT_EQ(0, genl_open(&g));
		ASSERT_EQ(0, start(&g, 0, self->p));
		if (i % 3)
			ASSERT_EQ(1, genl_batch(&g, NULL, NULL));
		genl_close(&g);
	}
	ASSERT_EQ(0, start(&self->g, 0, self->p));
	ASSERT_EQ(0, finish(&self->g, &sight));
	EXPECT_EQ(PAGES / 2, sight.runs);
}

TEST_F(dump, second_on_one_socket_is_busy)
{
	struct sight sight = { 0 };
	__u32 seq;

	ASSERT_EQ(0, start(&self->g, 0, self->p));
	seq = self->g.seq;
	ASSERT_EQ(1, genl_batch(&self->g, see_all, &sight));
	ASSERT_EQ(0, start(&self->g, 0, self->p));
	/* The refusal comes between the messages of the first. */
	for (int i = 0; i < 1000; i++) {
		int ret = genl_batch(&self->g, NULL, NULL);

		if (ret == 1)
			continue;
		ASSERT_EQ(-EBUSY, ret);
		break;
	}
	self->g.seq = seq;
	ASSERT_EQ(0, finish(&self->g, &sight));
	EXPECT_FALSE(sight.wrong);
}

TEST_F(dump, two_readers_by_turns)
{
	struct sight a = { 0 }, b = { 0 };
	int more_a = 1, more_b = 1;
	struct genl g;

	ASSERT_EQ(0, genl_open(&g));
	ASSERT_EQ(0, start(&self->g, 0, self->p));
	ASSERT_EQ(0, start(&g, 0, self->p));
	while (more_a > 0 || more_b > 0) {
		if (more_a > 0)
			more_a = genl_batch(&self->g, see_all, &a);
		if (more_b > 0)
			more_b = genl_batch(&g, see_all, &b);
	}
	EXPECT_EQ(0, more_a);
	EXPECT_EQ(0, more_b);
	EXPECT_EQ(PAGES / 2, a.runs);
	EXPECT_EQ(a.sum, b.sum);
	genl_close(&g);
}

/* A reader whose buffer is too short loses messages, never more. */
TEST_F(dump, short_buffer)
{
	char few[64];

	ASSERT_EQ(0, start(&self->g, 0, self->p));
	for (int i = 0; i < 8; i++)
		ASSERT_LT(0, recv(self->g.fd, few, sizeof(few), 0));
	genl_close(&self->g);
	ASSERT_EQ(0, genl_open(&self->g));
	ASSERT_EQ(0, start(&self->g, 0, self->p));
	ASSERT_EQ(0, finish(&self->g, &(struct sight){ 0 }));
}

/* Areas that come and go between two messages make the answer a patchwork. */
TEST_F(dump, change_is_told)
{
	struct sight sight = { 0 };
	char *hole = self->p + PAGES / 4 * PAGE_SIZE;

	ASSERT_EQ(0, start(&self->g, 0, self->p));
	ASSERT_EQ(1, genl_batch(&self->g, see_all, &sight));
	ASSERT_EQ(0, munmap(hole, PAGES / 2 * PAGE_SIZE));
	ASSERT_EQ(0, finish(&self->g, &sight));
	EXPECT_FALSE(sight.wrong);
	EXPECT_TRUE(self->g.interrupted);
}

static pid_t start_child(char *p, int *pipe_in, int *pipe_out, bool exec)
{
	int in[2], out[2];
	pid_t child;
	char byte;

	if (pipe(in) || pipe(out))
		return -1;
	child = fork();
	if (!child) {
		close(in[1]);
		fill(p);
		if (write(out[1], "", 1) != 1 || read(in[0], &byte, 1) < 0)
			_exit(1);
		if (exec)
			execl("/bin/sleep", "sleep", "0.2", NULL);
		_exit(0);
	}
	close(in[0]);
	close(out[1]);
	*pipe_in = in[1];
	*pipe_out = out[0];
	return child;
}

static void leave_under(struct __test_metadata *_metadata,
			FIXTURE_DATA(dump) *self, bool exec)
{
	struct sight sight = { 0 };
	int in, out, status, ret;
	pid_t child;
	char byte;

	child = start_child(self->p, &in, &out, exec);
	ASSERT_LT(0, child);
	ASSERT_EQ(1, read(out, &byte, 1));
	ASSERT_EQ(0, start(&self->g, child, self->p));
	ASSERT_EQ(1, genl_batch(&self->g, see_all, &sight));
	close(in);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ret = finish(&self->g, &sight);
	if (ret)
		ASSERT_EQ(-ESRCH, ret);
	EXPECT_FALSE(sight.wrong);
	ret = client_range(&self->g, &(struct range){ .pid = child }, NULL,
			   NULL);
	EXPECT_EQ(-ESRCH, ret);
	EXPECT_NE('\0', self->g.message[0]);
	close(out);
}

TEST_F(dump, process_exits)
{
	for (int i = 0; i < 3; i++)
		leave_under(_metadata, self, false);
}

TEST_F(dump, process_execs)
{
	leave_under(_metadata, self, true);
}

struct changer {
	char *p;
	bool stop;
};

static void *change(void *arg)
{
	struct changer *c = arg;
	unsigned int i = 0;

	while (!__atomic_load_n(&c->stop, __ATOMIC_RELAXED)) {
		char *at = c->p + i++ * 64 % PAGES * PAGE_SIZE;

		munmap(at, 32 * PAGE_SIZE);
		if (mmap(at, 32 * PAGE_SIZE, RW, MAP_FIXED | MAP_PRIVATE |
			 MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
			return "mmap";
		touch(at, 5 * PAGE_SIZE);
		mprotect(at, PAGE_SIZE, PROT_READ);
	}
	return NULL;
}

/* The upper half holds still: its runs must be there each time. */
TEST_F(dump, change_without_pause)
{
	struct changer c = { .p = self->p };
	pthread_t thread;
	void *result;

	c.p = map_small(2 * PAGES * PAGE_SIZE);
	ASSERT_NE(NULL, c.p);
	self->p = c.p + PAGES * PAGE_SIZE;
	fill(self->p);
	ASSERT_EQ(0, pthread_create(&thread, NULL, change, &c));
	for (int i = 0; i < 100; i++) {
		struct sight low = { 0 }, high = { 0 };

		ASSERT_EQ(0, start(&self->g, 0, c.p));
		ASSERT_EQ(0, finish(&self->g, &low));
		EXPECT_FALSE(low.wrong);
		ASSERT_EQ(0, start(&self->g, 0, self->p));
		ASSERT_EQ(0, finish(&self->g, &high));
		EXPECT_FALSE(high.wrong);
		EXPECT_EQ(PAGES / 2, high.runs);
	}
	__atomic_store_n(&c.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, &result);
	EXPECT_EQ(NULL, result);
}

static int count_area(const struct area *area, void *arg)
{
	struct sight *sight = arg;

	if (area->start < sight->end || area->end <= area->start)
		sight->wrong = true;
	sight->end = area->end;
	sight->runs++;
	return 0;
}

/* The areas are those of /proc/self/maps, in the same order. */
TEST_F(dump, areas_are_those_of_maps)
{
	struct sight sight = { 0 };
	unsigned long lines = 0;
	char line[512];
	FILE *maps;

	ASSERT_EQ(0, client_areas(&self->g, 0, count_area, &sight));
	EXPECT_FALSE(sight.wrong);
	maps = fopen("/proc/self/maps", "re");
	ASSERT_NE(NULL, maps);
	while (fgets(line, sizeof(line), maps))
		lines += !strstr(line, "[vsyscall]");
	fclose(maps);
	EXPECT_EQ(lines, sight.runs);
}

TEST_F(dump, many_areas)
{
	struct sight sight = { 0 };

	for (int i = 0; i < PAGES; i++) {
		int prot = i & 1 ? PROT_READ : PROT_NONE;

		ASSERT_EQ(0, mprotect(self->p + i * PAGE_SIZE, PAGE_SIZE,
				      prot));
	}
	ASSERT_EQ(0, client_areas(&self->g, 0, count_area, &sight));
	EXPECT_FALSE(sight.wrong);
	EXPECT_LE(PAGES, sight.runs);
}

TEST_HARNESS_MAIN
