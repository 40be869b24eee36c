// SPDX-License-Identifier: GPL-2.0
/*
 * Walks to one address of our own: leaves of every size, what the levels say,
 * what is behind the frame, and the areas around.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>

#define RW		(PROT_READ | PROT_WRITE)
#define FLAG(name)	VMLAB_ENTRY_FLAG_##name

FIXTURE(walk) {
	struct genl g;
	struct walk w;
};

FIXTURE_SETUP(walk)
{
	ASSERT_EQ(0, genl_open(&self->g));
}

FIXTURE_TEARDOWN(walk)
{
	genl_close(&self->g);
}

/* Walk to @p in full; the last level of the answer. */
static struct level *ask(FIXTURE_DATA(walk) *self, const void *p)
{
	int ret = client_walk(&self->g, 0, (unsigned long)p, 0, &self->w);

	if (ret || !self->w.nr_levels || self->w.nr_levels > LEVELS) {
		printf("# walk to %p: %d %s\n", p, ret, self->g.message);
		exit(KSFT_FAIL);
	}
	return &self->w.level[self->w.nr_levels - 1];
}

TEST_F(walk, says_who_and_where)
{
	ask(self, self);
	EXPECT_EQ(getpid(), self->w.pid);
	EXPECT_EQ((unsigned long)self, self->w.address);
}

/* Each level's index is its nine bits of the address, from the top down. */
TEST_F(walk, levels_follow_the_address)
{
	unsigned long address;
	char *p = map_small(2 * MIB);
	bool four;

	ASSERT_NE(NULL, p);
	touch(p, 2 * MIB);
	address = (unsigned long)p + 0x123456;
	ask(self, (void *)address);
	ASSERT_EQ(5, self->w.nr_levels);
	four = self->w.level[1].folded;
	for (int i = 0; i < 5; i++) {
		struct level *level = &self->w.level[i];
		/* With four levels the top one is in the place of the p4d. */
		int shift = 48 - 9 * (i + (four && !i));

		EXPECT_EQ(VMLAB_LEVEL_PGD - i, level->level);
		if (level->folded)
			continue;
		EXPECT_EQ(address >> shift & 511, level->index);
		EXPECT_NE(0, level->flags & FLAG(P));
	}
}

/* A table is the frame that the entry above it names. */
TEST_F(walk, levels_hang_together)
{
	char *p = map_small(2 * MIB);
	__u64 next;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	ask(self, p);
	ASSERT_EQ(5, self->w.nr_levels);
	next = self->w.root.table & ~0xfffUL;
	ASSERT_TRUE(self->w.root.has_table);
	for (int i = 0; i < 5; i++) {
		struct level *level = &self->w.level[i];

		if (level->folded)
			continue;
		ASSERT_TRUE(level->has_table);
		EXPECT_EQ(next, level->table);
		next = level->entry & 0xffffffffff000UL;
	}
	EXPECT_EQ(next / PAGE_SIZE, self->w.pfn);
}

TEST_F(walk, folded_levels)
{
	struct attr a;
	__u32 paging;

	genl_new(&self->g, VMLAB_CMD_INFO_GET, 0);
	ASSERT_EQ(0, genl_call(&self->g));
	ASSERT_TRUE(attr_find(genl_reply(&self->g),
			      VMLAB_A_INFO_PAGING_LEVELS, &a));
	paging = attr_u32(&a);
	ask(self, self);
	EXPECT_EQ(paging == 5, file_holds("/proc/cpuinfo", " la57") &&
		  !file_holds("/proc/cmdline", "no5lvl"));
	ASSERT_LE(2, self->w.nr_levels);
	EXPECT_FALSE(self->w.level[0].folded);
	EXPECT_EQ(VMLAB_LEVEL_P4D, self->w.level[1].level);
	EXPECT_EQ(paging == 4, self->w.level[1].folded);
}

/* Page-table isolation: user mode has a copy of the top level beside it. */
TEST_F(walk, isolation)
{
	const __u64 frame = 0xffffffffff000ULL;
	struct root *root = &self->w.root;

	ask(self, self);
	ASSERT_TRUE(root->there);
	EXPECT_EQ(file_holds("/proc/cmdline", "pti=on"), root->isolated);
	EXPECT_EQ(root->isolated, root->has_user_table);
	if (!root->isolated)
		return;
	EXPECT_EQ((root->table & frame) + PAGE_SIZE, root->user_table & frame);
	EXPECT_EQ(self->w.level[0].entry & frame, root->user_entry & frame);
}

TEST_F(walk, thp)
{
	char *p = map_huge(HPAGE);
	struct level *leaf;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	for (int i = 0; i < 512; i += 73) {
		leaf = ask(self, p + i * PAGE_SIZE + 7);
		ASSERT_EQ(VMLAB_LEVEL_PMD, leaf->level);
		EXPECT_EQ(VMLAB_STATE_PRESENT, self->w.state);
		EXPECT_EQ(HPAGE, self->w.page_size);
		EXPECT_NE(0, leaf->flags & FLAG(PS));
		EXPECT_EQ(PM_PFN(pagemap_self(p + i * PAGE_SIZE)), self->w.pfn);
		EXPECT_EQ(self->w.pfn * PAGE_SIZE + 7, self->w.physical);
		EXPECT_EQ(9, self->w.page.order);
	}
}

static void check_hugetlb(struct __test_metadata *_metadata,
			  FIXTURE_DATA(walk) *self, int shift, bool shared)
{
	size_t size = 1UL << shift;
	char *p = map_hugetlb(size, shift, shared);
	struct level *leaf;

	if (!p)
		SKIP(return, "no hugetlb page of %lu MiB", size / MIB);
	touch(p, 1);
	for (size_t at = 0; at < size; at += size / 4 + PAGE_SIZE) {
		leaf = ask(self, p + at);
		EXPECT_EQ(VMLAB_STATE_PRESENT, self->w.state);
		EXPECT_EQ(shift == 30 ? VMLAB_LEVEL_PUD : VMLAB_LEVEL_PMD,
			  leaf->level);
		EXPECT_EQ(size, self->w.page_size);
		EXPECT_NE(0, leaf->flags & FLAG(PS));
		EXPECT_EQ(PM_PFN(pagemap_self(p + at)), self->w.pfn);
		EXPECT_EQ(shift - 12, self->w.page.order);
		EXPECT_EQ(VMLAB_PAGE_KIND_HUGETLB, self->w.page.kind);
		EXPECT_NE(0, self->w.area.flags & VMLAB_AREA_FLAG_HUGETLB);
		EXPECT_EQ(size, self->w.area.page_size);
	}
	munmap(p, size);
}

TEST_F(walk, hugetlb_2m)
{
	check_hugetlb(_metadata, self, 21, false);
}

TEST_F(walk, hugetlb_2m_shared)
{
	check_hugetlb(_metadata, self, 21, true);
}

TEST_F(walk, hugetlb_1g)
{
	check_hugetlb(_metadata, self, 30, false);
}

TEST_F(walk, hugetlb_untouched)
{
	char *p = map_hugetlb(HPAGE, 21, false);

	if (!p)
		SKIP(return, "no hugetlb page");
	ask(self, p);
	EXPECT_EQ(VMLAB_STATE_NONE, self->w.state);
	EXPECT_NE(0, self->w.area.flags & VMLAB_AREA_FLAG_HUGETLB);
}

TEST_F(walk, file_page)
{
	int fd = make_file(3 * PAGE_SIZE);
	char *p;

	ASSERT_LE(0, fd);
	p = mmap(NULL, 3 * PAGE_SIZE, PROT_READ, MAP_PRIVATE, fd, PAGE_SIZE);
	ASSERT_NE(MAP_FAILED, p);
	peek(p, 1);
	ask(self, p);
	EXPECT_EQ(VMLAB_STATE_PRESENT, self->w.state);
	EXPECT_EQ(PM_PFN(pagemap_self(p)), self->w.pfn);
	EXPECT_EQ(PAGE_SIZE, self->w.area.offset);
	EXPECT_NE(0, self->w.area.inode);
	EXPECT_NE(NULL, strstr(self->w.area.name, "/vmlab-test-"));
	EXPECT_NE(0, self->w.page.flags & VMLAB_PAGE_FLAG_MMAP);
	EXPECT_EQ(0, self->w.page.flags & VMLAB_PAGE_FLAG_ANON);
}

/* The text of this program is in the page cache of a file system on disk. */
TEST_F(walk, file_kind)
{
	ask(self, check_hugetlb);
	EXPECT_EQ(VMLAB_STATE_PRESENT, self->w.state);
	EXPECT_EQ(VMLAB_PAGE_KIND_FILE, self->w.page.kind);
	EXPECT_NE(NULL, strstr(self->w.area.name, "walk"));
	EXPECT_NE(0, self->w.area.flags & VMLAB_AREA_FLAG_EXEC);
}

TEST_F(walk, shared_memory)
{
	int fd = make_memfd(2 * PAGE_SIZE);
	char *p, *q;
	__u64 pfn;

	ASSERT_LE(0, fd);
	p = mmap(NULL, 2 * PAGE_SIZE, RW, MAP_SHARED, fd, 0);
	q = mmap(NULL, 2 * PAGE_SIZE, RW, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, p);
	ASSERT_NE(MAP_FAILED, q);
	touch(p, 1);
	ask(self, q);
	EXPECT_EQ(VMLAB_STATE_NONE, self->w.state);
	touch(q, 1);
	ask(self, p);
	pfn = self->w.pfn;
	EXPECT_EQ(VMLAB_PAGE_KIND_SHMEM, self->w.page.kind);
	EXPECT_EQ(2, self->w.page.mapcount);
	EXPECT_NE(0, self->w.area.flags & VMLAB_AREA_FLAG_SHARED);
	ask(self, q);
	EXPECT_EQ(pfn, self->w.pfn);
}

TEST_F(walk, rights)
{
	static const struct {
		int prot;
		__u64 flags;
	} cases[] = {
		{ PROT_READ, FLAG(NX) },
		{ PROT_READ | PROT_WRITE, FLAG(RW) | FLAG(NX) },
		{ PROT_READ | PROT_EXEC, 0 },
		{ PROT_READ | PROT_WRITE | PROT_EXEC, FLAG(RW) },
	};

	for (int i = 0; i < ARRAY_SIZE(cases); i++) {
		char *p = map_small(2 * MIB);
		struct level *leaf;

		ASSERT_NE(NULL, p);
		touch(p, 1);
		ASSERT_EQ(0, mprotect(p, PAGE_SIZE, cases[i].prot));
		if (cases[i].prot & PROT_WRITE)
			touch(p, 1);
		leaf = ask(self, p);
		EXPECT_EQ(cases[i].flags,
			  leaf->flags & (FLAG(RW) | FLAG(NX)));
		EXPECT_EQ(!!(cases[i].prot & PROT_WRITE),
			  !!(self->w.area.flags & VMLAB_AREA_FLAG_WRITE));
		EXPECT_EQ(!!(cases[i].prot & PROT_EXEC),
			  !!(self->w.area.flags & VMLAB_AREA_FLAG_EXEC));
		munmap(p, 2 * MIB);
	}
}

TEST_F(walk, protection_key)
{
	char *p = map_small(2 * MIB);
	int key = pkey_alloc(0, 0);
	struct level *leaf;

	ASSERT_NE(NULL, p);
	if (key < 0)
		SKIP(return, "this processor has no protection keys");
	ASSERT_EQ(0, pkey_mprotect(p, PAGE_SIZE, RW, key));
	touch(p, 2 * PAGE_SIZE);
	leaf = ask(self, p);
	EXPECT_EQ(key, leaf->pkey);
	EXPECT_EQ(key, self->w.area.pkey);
	leaf = ask(self, p + PAGE_SIZE);
	EXPECT_EQ(0, leaf->pkey);
}

TEST_F(walk, soft_dirty)
{
	char *p = map_small(2 * MIB);
	struct level *leaf;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	leaf = ask(self, p);
	if (!(leaf->flags & FLAG(SOFT_DIRTY)))
		SKIP(return, "no CONFIG_MEM_SOFT_DIRTY");
	ASSERT_TRUE(write_text("/proc/self/clear_refs", "4"));
	leaf = ask(self, p);
	EXPECT_EQ(0, leaf->flags & FLAG(SOFT_DIRTY));
	touch(p, 1);
	leaf = ask(self, p);
	EXPECT_NE(0, leaf->flags & FLAG(SOFT_DIRTY));
}

TEST_F(walk, neighbours_of_a_hole)
{
	char *p = map_anon(3 * PAGE_SIZE, RW);

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, mprotect(p, PAGE_SIZE, PROT_READ));
	ASSERT_EQ(0, munmap(p + PAGE_SIZE, PAGE_SIZE));
	ask(self, p + PAGE_SIZE + 8);
	EXPECT_FALSE(self->w.area.there);
	ASSERT_TRUE(self->w.below.there);
	ASSERT_TRUE(self->w.above.there);
	EXPECT_EQ((unsigned long)p + PAGE_SIZE, self->w.below.end);
	EXPECT_EQ((unsigned long)p + 2 * PAGE_SIZE, self->w.above.start);
	EXPECT_EQ(VMLAB_STATE_NONE, self->w.state);
}

TEST_F(walk, below_everything)
{
	ask(self, NULL);
	EXPECT_FALSE(self->w.area.there);
	EXPECT_FALSE(self->w.below.there);
	EXPECT_TRUE(self->w.above.there);
}

TEST_F(walk, area_names)
{
	char stack_byte = 0;
	char *heap = sbrk(PAGE_SIZE);

	ask(self, &stack_byte);
	EXPECT_STREQ("[stack]", self->w.area.name);
	ASSERT_NE((void *)-1, heap);
	ask(self, heap);
	EXPECT_STREQ("[heap]", self->w.area.name);
}

TEST_F(walk, parts)
{
	unsigned long p = (unsigned long)self;
	struct walk *w = &self->w;

	ASSERT_EQ(0, client_walk(&self->g, 0, p, VMLAB_WITH_LEVELS, w));
	EXPECT_TRUE(w->nr_levels && !w->area.there && !w->page.there &&
		    !w->root.there);
	ASSERT_EQ(0, client_walk(&self->g, 0, p, VMLAB_WITH_AREA, w));
	EXPECT_TRUE(!w->nr_levels && w->area.there && !w->page.there &&
		    !w->root.there);
	ASSERT_EQ(0, client_walk(&self->g, 0, p, VMLAB_WITH_PAGE, w));
	EXPECT_TRUE(!w->nr_levels && !w->area.there && w->page.there &&
		    !w->root.there);
	ASSERT_EQ(0, client_walk(&self->g, 0, p, VMLAB_WITH_ROOT, w));
	EXPECT_TRUE(!w->nr_levels && !w->area.there && !w->page.there &&
		    w->root.there);
	EXPECT_EQ(VMLAB_STATE_PRESENT, w->state);
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

TEST_F(walk, a_thread_is_its_process)
{
	unsigned long p = (unsigned long)self;
	pthread_t thread;
	int fds[4];
	pid_t tid;
	__u64 pfn;

	ASSERT_EQ(0, pipe(fds));
	ASSERT_EQ(0, pipe(fds + 2));
	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_in_pipe, fds));
	ASSERT_EQ(sizeof(tid), read(fds[0], &tid, sizeof(tid)));
	ASSERT_EQ(0, client_walk(&self->g, 0, p, 0, &self->w));
	pfn = self->w.pfn;
	ASSERT_EQ(0, client_walk(&self->g, tid, p, 0, &self->w));
	EXPECT_EQ(pfn, self->w.pfn);
	ASSERT_EQ(1, write(fds[3], "", 1));
	pthread_join(thread, NULL);
}

/* After fork both have the frame, read-only; a write gives one a new frame. */
TEST_F(walk, copy_on_write)
{
	char *p = map_small(2 * MIB);
	int fds[2], status;
	struct level *leaf;
	pid_t child;
	char byte;
	__u64 pfn;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	ASSERT_EQ(0, pipe(fds));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(fds[1]);
		(void)!read(fds[0], &byte, 1);
		_exit(0);
	}
	leaf = ask(self, p);
	pfn = self->w.pfn;
	EXPECT_EQ(0, leaf->flags & FLAG(RW));
	EXPECT_EQ(2, self->w.page.mapcount);
	ASSERT_EQ(0, client_walk(&self->g, child, (unsigned long)p, 0,
				 &self->w));
	EXPECT_EQ(pfn, self->w.pfn);
	touch(p, 1);
	leaf = ask(self, p);
	EXPECT_NE(pfn, self->w.pfn);
	EXPECT_NE(0, leaf->flags & FLAG(RW));
	close(fds[1]);
	ASSERT_EQ(child, waitpid(child, &status, 0));
}

TEST_HARNESS_MAIN
