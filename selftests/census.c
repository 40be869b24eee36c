// SPDX-License-Identifier: GPL-2.0
/*
 * The census, against layouts whose tables can be counted on paper and against
 * what the kernel accounts.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"

#include <pthread.h>
#include <signal.h>

#define RW		(PROT_READ | PROT_WRITE)
/* In a slot of the top level that nothing else is in. */
#define FAR		0x100000000000UL
#define TOP_SLOT	(1UL << 39)
#define PTE		VMLAB_LEVEL_PTE
#define PMD		VMLAB_LEVEL_PMD
#define PUD		VMLAB_LEVEL_PUD
#define P4D		VMLAB_LEVEL_P4D
#define PGD		VMLAB_LEVEL_PGD

FIXTURE(census) {
	struct genl g;
	struct census before;
	struct census after;
};

static void count(struct genl *g, struct census *census)
{
	int ret = client_census(g, 0, census);

	if (ret) {
		printf("# census: %d %s\n", ret, g->message);
		exit(KSFT_FAIL);
	}
}

FIXTURE_SETUP(census)
{
	ASSERT_EQ(0, genl_open(&self->g));
	/* Nothing of ours that is there already shall fault in between. */
	ASSERT_EQ(0, mlockall(MCL_CURRENT));
	count(&self->g, &self->after);
	count(&self->g, &self->before);
}

FIXTURE_TEARDOWN(census)
{
	genl_close(&self->g);
}

static char *map_page(unsigned long address)
{
	char *p = mmap((void *)address, PAGE_SIZE, RW, MAP_PRIVATE |
		       MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (p != (char *)address)
		return NULL;
	touch(p, 1);
	return p;
}

/* Tables and entries that have been added at a level. */
#define PAGES(level)	added(self->before.pages, self->after.pages, level)
#define USED(level)	added(self->before.used, self->after.used, level)

static __u64 added(const __u64 *before, const __u64 *after, int level)
{
	return after[level] - before[level];
}

TEST_F(census, one_page_far_away)
{
	ASSERT_NE(NULL, map_page(FAR));
	count(&self->g, &self->after);
	EXPECT_EQ(1, PAGES(PTE));
	EXPECT_EQ(1, PAGES(PMD));
	EXPECT_EQ(1, PAGES(PUD));
	EXPECT_EQ(1, USED(PTE));
	EXPECT_EQ(1, USED(PMD));
	EXPECT_EQ(1, USED(PUD));
	EXPECT_EQ(1, USED(P4D) + USED(PGD));
	EXPECT_EQ(3 * PAGE_SIZE,
		  self->after.table_bytes - self->before.table_bytes);
	EXPECT_EQ(PAGE_SIZE, self->after.mapped_4k - self->before.mapped_4k);
	EXPECT_EQ(PAGE_SIZE, self->after.area_bytes - self->before.area_bytes);
}

TEST_F(census, neighbours_share_tables)
{
	ASSERT_NE(NULL, map_page(FAR));
	count(&self->g, &self->before);
	ASSERT_NE(NULL, map_page(FAR + 7 * PAGE_SIZE));
	count(&self->g, &self->after);
	EXPECT_EQ(0, PAGES(PTE));
	EXPECT_EQ(1, USED(PTE));
	ASSERT_NE(NULL, map_page(FAR + 2 * MIB));
	count(&self->g, &self->after);
	EXPECT_EQ(1, PAGES(PTE));
	EXPECT_EQ(0, PAGES(PMD));
	ASSERT_NE(NULL, map_page(FAR + GIB));
	count(&self->g, &self->after);
	EXPECT_EQ(2, PAGES(PTE));
	EXPECT_EQ(1, PAGES(PMD));
	EXPECT_EQ(0, PAGES(PUD));
	ASSERT_NE(NULL, map_page(FAR + TOP_SLOT));
	count(&self->g, &self->after);
	EXPECT_EQ(3, PAGES(PTE));
	EXPECT_EQ(2, PAGES(PMD));
	EXPECT_EQ(1, PAGES(PUD));
}

TEST_F(census, dense)
{
	const size_t size = 64 * MIB;
	char *p = mmap((void *)FAR, size, RW, MAP_PRIVATE | MAP_ANONYMOUS |
		       MAP_FIXED_NOREPLACE, -1, 0);

	ASSERT_EQ((char *)FAR, p);
	ASSERT_EQ(0, madvise(p, size, MADV_NOHUGEPAGE));
	touch(p, size);
	count(&self->g, &self->after);
	EXPECT_EQ(size / HPAGE, PAGES(PTE));
	EXPECT_EQ(size / PAGE_SIZE, USED(PTE));
	EXPECT_EQ(size, self->after.mapped_4k - self->before.mapped_4k);
}

TEST_F(census, huge_pages)
{
	char *p = map_huge(4 * HPAGE);

	ASSERT_NE(NULL, p);
	touch(p, 4 * HPAGE);
	count(&self->g, &self->after);
	EXPECT_EQ(4 * HPAGE, self->after.mapped_2m - self->before.mapped_2m);
	EXPECT_EQ(0, self->after.mapped_4k - self->before.mapped_4k);
	EXPECT_EQ(4, self->after.leaves[PMD] - self->before.leaves[PMD]);
}

TEST_F(census, hugetlb_pages)
{
	char *p = map_hugetlb(2 * HPAGE, 21, false);
	char *q = map_hugetlb(GIB, 30, false);

	if (!p || !q)
		SKIP(return, "no hugetlb pages");
	touch(p, 2 * HPAGE);
	touch(q, 1);
	count(&self->g, &self->after);
	EXPECT_EQ(2 * HPAGE, self->after.mapped_2m - self->before.mapped_2m);
	EXPECT_EQ(GIB, self->after.mapped_1g - self->before.mapped_1g);
	EXPECT_EQ(1, self->after.leaves[PUD] - self->before.leaves[PUD]);
}

TEST_F(census, swapped)
{
	char *p = map_small(2 * MIB);

	ASSERT_NE(NULL, p);
	memset(p, 1, 32 * PAGE_SIZE);
	for (int i = 0; i < 32; i++)
		ASSERT_TRUE(page_out(p + i * PAGE_SIZE, PAGE_SIZE));
	count(&self->g, &self->after);
	EXPECT_EQ(32 * PAGE_SIZE,
		  self->after.swapped_bytes - self->before.swapped_bytes);
	EXPECT_EQ(0, self->after.mapped_4k - self->before.mapped_4k);
}

static int add_area(const struct area *area, void *arg)
{
	struct census *sum = arg;

	if (!sum->span_start)
		sum->span_start = area->start;
	sum->span_end = area->end;
	sum->area_bytes += area->end - area->start;
	return 0;
}

TEST_F(census, areas_and_span)
{
	struct census sum = { 0 };

	ASSERT_EQ(0, client_areas(&self->g, 0, add_area, &sum));
	EXPECT_EQ(sum.area_bytes, self->before.area_bytes);
	EXPECT_EQ(sum.span_start, self->before.span_start);
	EXPECT_EQ(sum.span_end, self->before.span_end);
	EXPECT_EQ((sum.span_end - sum.span_start) / PAGE_SIZE * 8,
		  self->before.flat_bytes);
}

static void *wait_in_pipe(void *arg)
{
	int *fds = arg;
	pid_t tid = gettid();
	char byte;

	if (write(fds[1], &tid, sizeof(tid)) == sizeof(tid))
		(void)!read(fds[2], &byte, 1);
	return NULL;
}

TEST_F(census, threads_share_tables)
{
	pthread_t thread;
	int fds[4];
	pid_t tid;

	ASSERT_EQ(0, pipe(fds));
	ASSERT_EQ(0, pipe(fds + 2));
	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_in_pipe, fds));
	ASSERT_EQ(sizeof(tid), read(fds[0], &tid, sizeof(tid)));
	ASSERT_EQ(0, client_census(&self->g, 0, &self->before));
	ASSERT_EQ(0, client_census(&self->g, tid, &self->after));
	EXPECT_EQ(0, memcmp(&self->before, &self->after,
			    sizeof(self->before)));
	ASSERT_EQ(1, write(fds[3], "", 1));
	pthread_join(thread, NULL);
}

static void fill_memory(void)
{
	char *p = map_small(40 * MIB), *q = map_huge(3 * HPAGE);

	if (!p || !q)
		_exit(1);
	for (size_t at = 0; at < 40 * MIB; at += 3 * MIB)
		touch(p + at, PAGE_SIZE);
	touch(q, 2 * HPAGE);
	for (int i = 0; i < 5; i++)
		map_page(FAR + i * GIB);
}

/*
 * VmPTE counts all tables but the topmost, and for each transparent huge page
 * one more that is kept aside until the page is split.
 */
TEST_F(census, agrees_with_the_kernel)
{
	struct census c;
	__u64 tables, kept;
	int ready[2];
	pid_t child;
	char byte;

	ASSERT_EQ(0, pipe(ready));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		fill_memory();
		(void)!write(ready[1], "", 1);
		raise(SIGSTOP);
		_exit(0);
	}
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	ASSERT_EQ(child, waitpid(child, NULL, WUNTRACED));
	ASSERT_EQ(0, client_census(&self->g, child, &c));
	tables = (c.pages[PTE] + c.pages[PMD] + c.pages[PUD]) * 4;
	kept = c.mapped_2m / HPAGE * 4;
	EXPECT_EQ(status_kib(child, "VmPTE"), tables + kept);
	EXPECT_EQ(status_kib(child, "VmPTE") * KIB, c.accounted_bytes);
	EXPECT_EQ(status_kib(child, "VmSwap") * KIB, c.swapped_bytes);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

TEST_HARNESS_MAIN
