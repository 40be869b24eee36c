// SPDX-License-Identifier: GPL-2.0
/*
 * Walks over ranges: merging, filters, the numbers of each leaf.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"

#define RW		(PROT_READ | PROT_WRITE)
#define FLAG(name)	VMLAB_ENTRY_FLAG_##name
#define MAX_RUNS	4096
#define MAX_NUMBERS	4096

FIXTURE(range) {
	struct genl g;
	struct range ask;
	unsigned int nr;
	struct run run[MAX_RUNS];
	__u64 number[MAX_NUMBERS];	/* of all leaves, 0 where not told */
	unsigned int nr_numbers;
};

FIXTURE_SETUP(range)
{
	ASSERT_EQ(0, genl_open(&self->g));
}

FIXTURE_TEARDOWN(range)
{
	genl_close(&self->g);
}

static int keep(const struct run *run, void *arg)
{
	FIXTURE_DATA(range) *self = arg;
	size_t leaves = (run->end - run->start) / (run->page_size ?: 1);

	if (self->nr < MAX_RUNS)
		self->run[self->nr] = *run;
	self->nr++;
	for (size_t i = 0; self->ask.pages && i < leaves; i++) {
		size_t frames = run->page_size / PAGE_SIZE;
		__u64 number = 0;

		if (self->nr_numbers >= MAX_NUMBERS)
			break;
		if (run->has_pfn)
			number = run->pfn + i * frames;
		else if (run->has_swap)
			number = run->swap_offset + i;
		else if (i < run->nr_numbers)
			number = run_number(run, i);
		self->number[self->nr_numbers++] = number;
	}
	return 0;
}

static int ask(FIXTURE_DATA(range) *self, const char *start, size_t size)
{
	int ret;

	self->ask.start = (unsigned long)start;
	self->ask.end = (unsigned long)start + size;
	self->nr = 0;
	self->nr_numbers = 0;
	ret = client_range(&self->g, &self->ask, keep, self);
	if (ret)
		printf("# range %p: %d %s\n", start, ret, self->g.message);
	return ret;
}

/* Bytes from @start that run @i begins at and covers. */
#define RUN_START(i)	(self->run[i].start - (unsigned long)p)
#define RUN_SIZE(i)	run_size(&self->run[i])

static __u64 run_size(const struct run *run)
{
	return run->end - run->start;
}

TEST_F(range, untouched_is_silent)
{
	char *p = map_small(4 * MIB);

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, ask(self, p, 4 * MIB));
	EXPECT_EQ(0, self->nr);
}

TEST_F(range, equal_neighbours_are_one)
{
	char *p = map_small(4 * MIB);

	ASSERT_NE(NULL, p);
	touch(p + MIB, 2 * MIB);
	ASSERT_EQ(0, ask(self, p, 4 * MIB));
	ASSERT_EQ(1, self->nr);
	EXPECT_EQ(MIB, RUN_START(0));
	EXPECT_EQ(2 * MIB, RUN_SIZE(0));
	EXPECT_EQ(VMLAB_STATE_PRESENT, self->run[0].state);
	EXPECT_EQ(PAGE_SIZE, self->run[0].page_size);
}

TEST_F(range, differing_neighbours_are_not)
{
	char *p = map_small(2 * MIB);

	ASSERT_NE(NULL, p);
	touch(p, 4 * PAGE_SIZE);
	peek(p + 4 * PAGE_SIZE, 2 * PAGE_SIZE);
	touch(p + 6 * PAGE_SIZE, 2 * PAGE_SIZE);
	ASSERT_EQ(0, mprotect(p + PAGE_SIZE, PAGE_SIZE, PROT_READ));
	ASSERT_EQ(0, ask(self, p, 2 * MIB));
	ASSERT_EQ(5, self->nr);
	EXPECT_EQ(PAGE_SIZE, RUN_SIZE(0));
	EXPECT_EQ(PAGE_SIZE, RUN_SIZE(1));
	EXPECT_EQ(0, self->run[1].flags & FLAG(RW));
	EXPECT_EQ(2 * PAGE_SIZE, RUN_SIZE(2));
	EXPECT_EQ(VMLAB_STATE_ZERO, self->run[3].state);
	EXPECT_EQ(2 * PAGE_SIZE, RUN_SIZE(3));
	EXPECT_EQ(2 * PAGE_SIZE, RUN_SIZE(4));
}

TEST_F(range, ends_inside_a_page_run)
{
	char *p = map_small(2 * MIB);

	ASSERT_NE(NULL, p);
	touch(p, 2 * MIB);
	ASSERT_EQ(0, ask(self, p + 3 * PAGE_SIZE, 5 * PAGE_SIZE));
	ASSERT_EQ(1, self->nr);
	EXPECT_EQ(3 * PAGE_SIZE, RUN_START(0));
	EXPECT_EQ(5 * PAGE_SIZE, RUN_SIZE(0));
}

TEST_F(range, frames_of_a_huge_page)
{
	char *p = map_huge(2 * HPAGE);

	ASSERT_NE(NULL, p);
	touch(p, 1);
	touch(p + HPAGE, 1);
	self->ask.pages = true;
	ASSERT_EQ(0, ask(self, p, 2 * HPAGE));
	ASSERT_EQ(2, self->nr_numbers);
	EXPECT_EQ(PM_PFN(pagemap_self(p)), self->number[0]);
	EXPECT_EQ(PM_PFN(pagemap_self(p + HPAGE)), self->number[1]);
	for (int i = 0; i < self->nr; i++) {
		EXPECT_EQ(HPAGE, self->run[i].page_size);
		EXPECT_NE(0, self->run[i].flags & FLAG(PS));
	}
}

/* Frames that do not follow each other are all told when asked for. */
TEST_F(range, every_frame)
{
	const int pages = 1024;
	char *p = map_small(pages * PAGE_SIZE);

	ASSERT_NE(NULL, p);
	for (int i = 0; i < pages; i++)
		touch(p + (i * 317 % pages) * PAGE_SIZE, 1);
	self->ask.pages = true;
	ASSERT_EQ(0, ask(self, p, pages * PAGE_SIZE));
	ASSERT_EQ(pages, self->nr_numbers);
	for (int i = 0; i < pages; i++)
		ASSERT_EQ(PM_PFN(pagemap_self(p + i * PAGE_SIZE)),
			  self->number[i]);
}

TEST_F(range, every_swap_slot)
{
	const int pages = 64;
	char *p = map_small(2 * MIB);

	ASSERT_NE(NULL, p);
	for (int i = 0; i < pages; i++)
		memset(p + i * PAGE_SIZE, i + 1, PAGE_SIZE);
	for (int i = 0; i < pages; i++)
		ASSERT_TRUE(page_out(p + i * PAGE_SIZE, PAGE_SIZE));
	self->ask.pages = true;
	self->ask.states = VMLAB_STATES_SWAP;
	ASSERT_EQ(0, ask(self, p, 2 * MIB));
	ASSERT_EQ(pages, self->nr_numbers);
	for (int i = 0; i < pages; i++)
		ASSERT_EQ(PM_SWAP_OFFSET(pagemap_self(p + i * PAGE_SIZE)),
			  self->number[i]);
	for (int i = 0; i < pages; i++)
		ASSERT_EQ(i + 1, p[i * PAGE_SIZE]);
}

/* A run without frame numbers may not claim to have one. */
TEST_F(range, consecutive_only)
{
	char *p = map_small(2 * MIB);
	__u64 a, b;

	ASSERT_NE(NULL, p);
	touch(p, 2 * MIB);
	ASSERT_EQ(0, ask(self, p, 2 * MIB));
	for (int i = 0; i < self->nr; i++) {
		struct run *run = &self->run[i];

		if (!run->has_pfn)
			continue;
		for (__u64 at = run->start; at < run->end; at += PAGE_SIZE) {
			a = PM_PFN(pagemap_self((void *)at));
			b = run->pfn + (at - run->start) / PAGE_SIZE;
			ASSERT_EQ(a, b);
		}
	}
}

TEST_F(range, filter_states)
{
	char *p = map_small(2 * MIB);

	ASSERT_NE(NULL, p);
	touch(p, 2 * PAGE_SIZE);
	peek(p + 2 * PAGE_SIZE, 2 * PAGE_SIZE);
	touch(p + 4 * PAGE_SIZE, 2 * PAGE_SIZE);
	ASSERT_EQ(0, mprotect(p + 4 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_NONE));
	self->ask.states = VMLAB_STATES_ZERO;
	ASSERT_EQ(0, ask(self, p, 2 * MIB));
	ASSERT_EQ(1, self->nr);
	EXPECT_EQ(2 * PAGE_SIZE, RUN_START(0));
	EXPECT_EQ(2 * PAGE_SIZE, RUN_SIZE(0));
	self->ask.states = VMLAB_STATES_PROT_NONE | VMLAB_STATES_PRESENT;
	ASSERT_EQ(0, ask(self, p, 2 * MIB));
	ASSERT_EQ(2, self->nr);
	EXPECT_EQ(0, RUN_START(0));
	EXPECT_EQ(4 * PAGE_SIZE, RUN_START(1));
	EXPECT_EQ(VMLAB_STATE_PROT_NONE, self->run[1].state);
}

/* With what is not there asked for as well, the runs leave no gap. */
TEST_F(range, filter_none)
{
	char *p = map_small(8 * MIB);
	__u64 at = (unsigned long)p;

	ASSERT_NE(NULL, p);
	touch(p + 5 * PAGE_SIZE, PAGE_SIZE);
	touch(p + 5 * MIB, PAGE_SIZE);
	self->ask.states = VMLAB_STATES_NONE | VMLAB_STATES_PRESENT;
	ASSERT_EQ(0, ask(self, p, 8 * MIB));
	ASSERT_LE(5, self->nr);
	for (int i = 0; i < self->nr; i++) {
		EXPECT_EQ(at, self->run[i].start);
		at = self->run[i].end;
	}
	EXPECT_EQ((unsigned long)p + 8 * MIB, at);
}

TEST_F(range, filter_sizes)
{
	char *p = map_huge(2 * HPAGE);

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, madvise(p + HPAGE, HPAGE, MADV_NOHUGEPAGE));
	touch(p, 2 * HPAGE);
	self->ask.sizes = VMLAB_PAGE_SIZES_SIZE_2M;
	ASSERT_EQ(0, ask(self, p, 2 * HPAGE));
	ASSERT_EQ(1, self->nr);
	EXPECT_EQ(0, RUN_START(0));
	EXPECT_EQ(HPAGE, RUN_SIZE(0));
	self->ask.sizes = VMLAB_PAGE_SIZES_SIZE_4K;
	ASSERT_EQ(0, ask(self, p, 2 * HPAGE));
	ASSERT_EQ(1, self->nr);
	EXPECT_EQ(HPAGE, RUN_START(0));
	self->ask.sizes = VMLAB_PAGE_SIZES_SIZE_1G;
	ASSERT_EQ(0, ask(self, p, 2 * HPAGE));
	EXPECT_EQ(0, self->nr);
}

TEST_F(range, filter_flags)
{
	char *p = map_small(2 * MIB);

	ASSERT_NE(NULL, p);
	touch(p, 6 * PAGE_SIZE);
	ASSERT_EQ(0, mprotect(p + 2 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ));
	self->ask.flags = FLAG(RW) | FLAG(D);
	ASSERT_EQ(0, ask(self, p, 2 * MIB));
	ASSERT_EQ(2, self->nr);
	EXPECT_EQ(0, RUN_START(0));
	EXPECT_EQ(4 * PAGE_SIZE, RUN_START(1));
	self->ask.flags = FLAG(P);
	self->ask.clear_flags = FLAG(RW);
	ASSERT_EQ(0, ask(self, p, 2 * MIB));
	ASSERT_EQ(1, self->nr);
	EXPECT_EQ(2 * PAGE_SIZE, RUN_START(0));
	EXPECT_EQ(2 * PAGE_SIZE, RUN_SIZE(0));
}

TEST_F(range, hugetlb)
{
	char *p = map_hugetlb(2 * HPAGE, 21, false);

	if (!p)
		SKIP(return, "no hugetlb page");
	touch(p + HPAGE, 1);
	self->ask.pages = true;
	ASSERT_EQ(0, ask(self, p, 2 * HPAGE));
	ASSERT_EQ(1, self->nr);
	EXPECT_EQ(HPAGE, RUN_START(0));
	EXPECT_EQ(HPAGE, self->run[0].page_size);
	EXPECT_EQ(PM_PFN(pagemap_self(p + HPAGE)), self->number[0]);
}

TEST_F(range, protection_key)
{
	char *p = map_small(2 * MIB);
	int key = pkey_alloc(0, 0);

	ASSERT_NE(NULL, p);
	if (key < 0)
		SKIP(return, "this processor has no protection keys");
	ASSERT_EQ(0, pkey_mprotect(p + PAGE_SIZE, PAGE_SIZE, RW, key));
	touch(p, 3 * PAGE_SIZE);
	ASSERT_EQ(0, ask(self, p, 2 * MIB));
	ASSERT_EQ(3, self->nr);
	EXPECT_EQ(0, self->run[0].pkey);
	EXPECT_EQ(key, self->run[1].pkey);
	EXPECT_EQ(0, self->run[2].pkey);
}

TEST_F(range, over_holes)
{
	char *p = map_small(4 * MIB);

	ASSERT_NE(NULL, p);
	touch(p, 4 * MIB);
	ASSERT_EQ(0, munmap(p + MIB, 2 * MIB));
	ASSERT_EQ(0, ask(self, p, 4 * MIB));
	ASSERT_EQ(2, self->nr);
	EXPECT_EQ(MIB, RUN_SIZE(0));
	EXPECT_EQ(3 * MIB, RUN_START(1));
	EXPECT_EQ(MIB, RUN_SIZE(1));
}

/* A page in each GiB of a TiB: what is empty must cost next to nothing. */
TEST_F(range, huge_and_sparse)
{
	const int pages = 1024;
	char *p = map_anon(pages * GIB, RW);

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, madvise(p, pages * GIB, MADV_NOHUGEPAGE));
	for (int i = 0; i < pages; i++)
		touch(p + i * GIB, 1);
	ASSERT_EQ(0, ask(self, p, pages * GIB));
	ASSERT_EQ(pages, self->nr);
	for (int i = 0; i < pages; i++)
		ASSERT_EQ(i * GIB, RUN_START(i));
}

/* More runs than any buffer holds: every second page of 16 MiB. */
TEST_F(range, many_runs)
{
	const int pages = 2048;
	char *p = map_small(2 * pages * PAGE_SIZE);

	ASSERT_NE(NULL, p);
	for (int i = 0; i < pages; i++)
		touch(p + 2 * i * PAGE_SIZE, 1);
	ASSERT_EQ(0, ask(self, p, 2 * pages * PAGE_SIZE));
	ASSERT_EQ(pages, self->nr);
	for (int i = 0; i < pages; i++)
		ASSERT_EQ(2 * i * PAGE_SIZE, RUN_START(i));
}

TEST_F(range, whole_process_holds_this)
{
	char *p = map_small(2 * MIB);
	bool found = false;

	ASSERT_NE(NULL, p);
	touch(p, PAGE_SIZE);
	memset(&self->ask, 0, sizeof(self->ask));
	self->nr = 0;
	ASSERT_EQ(0, client_range(&self->g, &self->ask, keep, self));
	ASSERT_GE(MAX_RUNS, self->nr);
	for (int i = 0; i < self->nr; i++) {
		if (i)
			ASSERT_LE(self->run[i - 1].end, self->run[i].start);
		found |= self->run[i].start <= (unsigned long)p &&
			 self->run[i].end > (unsigned long)p;
	}
	EXPECT_TRUE(found);
}

TEST_HARNESS_MAIN
