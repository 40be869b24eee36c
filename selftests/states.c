// SPDX-License-Identifier: GPL-2.0
/*
 * Every state that an entry can have is produced in memory of our own, by the
 * system call that makes it, and must be called by its name.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE		25
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL	102
#endif
#ifndef UFFDIO_POISON
struct uffdio_poison {
	struct uffdio_range range;
	__u64 mode;
	__s64 updated;
};

#define UFFDIO_POISON		_IOWR(UFFDIO, 0x08, struct uffdio_poison)
#define UFFD_FEATURE_POISON	(1 << 14)
#endif
#ifndef UFFD_FEATURE_WP_HUGETLBFS_SHMEM
#define UFFD_FEATURE_WP_HUGETLBFS_SHMEM	(1 << 12)
#endif

#define RW		(PROT_READ | PROT_WRITE)
#define FLAG(name)	VMLAB_ENTRY_FLAG_##name

FIXTURE(states) {
	struct genl g;
	struct walk w;
};

FIXTURE_SETUP(states)
{
	ASSERT_EQ(0, genl_open(&self->g));
}

FIXTURE_TEARDOWN(states)
{
	genl_close(&self->g);
}

/* Walk to @p in full; the last level of the answer. */
static struct level *ask(FIXTURE_DATA(states) *self, const void *p)
{
	int ret = client_walk(&self->g, 0, (unsigned long)p, 0, &self->w);

	if (ret || !self->w.nr_levels || self->w.nr_levels > LEVELS) {
		printf("# walk to %p: %d %s\n", p, ret, self->g.message);
		exit(KSFT_FAIL);
	}
	return &self->w.level[self->w.nr_levels - 1];
}

TEST_F(states, none)
{
	char *p = map_anon(PAGE_SIZE, RW);
	struct level *leaf;

	ASSERT_NE(NULL, p);
	leaf = ask(self, p);
	EXPECT_EQ(VMLAB_STATE_NONE, self->w.state);
	EXPECT_EQ(0, leaf->entry);
	EXPECT_EQ(0, leaf->flags);
	EXPECT_FALSE(self->w.has_pfn);
	EXPECT_FALSE(self->w.has_physical);
	EXPECT_FALSE(self->w.page.there);
}

TEST_F(states, none_beside_present)
{
	char *p = map_small(2 * MIB);
	struct level *leaf;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	leaf = ask(self, p + PAGE_SIZE);
	EXPECT_EQ(VMLAB_STATE_NONE, self->w.state);
	EXPECT_EQ(VMLAB_LEVEL_PTE, leaf->level);
	EXPECT_EQ(PAGE_SIZE, self->w.page_size);
}

TEST_F(states, present)
{
	__u64 want = FLAG(P) | FLAG(RW) | FLAG(US) | FLAG(A) | FLAG(D) |
		     FLAG(NX);
	char *p = map_small(2 * MIB);
	struct level *leaf;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	leaf = ask(self, p + 5);
	EXPECT_EQ(VMLAB_STATE_PRESENT, self->w.state);
	EXPECT_EQ(want, leaf->flags & want);
	EXPECT_EQ(0, leaf->flags & (FLAG(PS) | FLAG(G)));
	EXPECT_EQ(VMLAB_LEVEL_PTE, leaf->level);
	EXPECT_EQ(PAGE_SIZE, self->w.page_size);
	EXPECT_EQ(PM_PFN(pagemap_self(p)), self->w.pfn);
	EXPECT_EQ(self->w.pfn * PAGE_SIZE + 5, self->w.physical);
	EXPECT_EQ(VMLAB_PAGE_KIND_ANON, self->w.page.kind);
	EXPECT_EQ(1, self->w.page.mapcount);
	EXPECT_EQ(0, self->w.page.order);
}

TEST_F(states, zero_page)
{
	char *p = map_small(2 * MIB);
	struct level *leaf;

	ASSERT_NE(NULL, p);
	peek(p, 1);
	leaf = ask(self, p);
	EXPECT_EQ(VMLAB_STATE_ZERO, self->w.state);
	EXPECT_EQ(0, leaf->flags & FLAG(RW));
	EXPECT_EQ(PM_PFN(pagemap_self(p)), self->w.pfn);
	EXPECT_EQ(VMLAB_PAGE_KIND_ZERO, self->w.page.kind);
}

TEST_F(states, huge_zero_page)
{
	char *p = map_huge(HPAGE);
	struct level *leaf;
	__u64 flags;

	ASSERT_NE(NULL, p);
	peek(p, 1);
	leaf = ask(self, p + MIB);
	ASSERT_EQ(VMLAB_LEVEL_PMD, leaf->level);
	ASSERT_TRUE(kpage("/proc/kpageflags", self->w.pfn, &flags));
	ASSERT_NE(0, flags & KPF_ZERO_PAGE);
	EXPECT_EQ(VMLAB_STATE_ZERO, self->w.state);
	EXPECT_EQ(HPAGE, self->w.page_size);
	EXPECT_EQ(VMLAB_PAGE_KIND_ZERO, self->w.page.kind);
	EXPECT_NE(0, leaf->flags & FLAG(PS));
}

TEST_F(states, prot_none)
{
	char *p = map_small(2 * MIB);
	struct level *leaf;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	ASSERT_EQ(0, mprotect(p, PAGE_SIZE, PROT_NONE));
	leaf = ask(self, p);
	EXPECT_EQ(VMLAB_STATE_PROT_NONE, self->w.state);
	EXPECT_EQ(0, leaf->flags & FLAG(P));
	EXPECT_EQ(PM_PFN(pagemap_self(p)), self->w.pfn);
	EXPECT_EQ(VMLAB_PAGE_KIND_ANON, self->w.page.kind);
}

TEST_F(states, prot_none_huge)
{
	char *p = map_huge(HPAGE);
	struct level *leaf;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	ASSERT_EQ(0, mprotect(p, HPAGE, PROT_NONE));
	leaf = ask(self, p + 3 * PAGE_SIZE);
	ASSERT_EQ(VMLAB_LEVEL_PMD, leaf->level);
	EXPECT_EQ(VMLAB_STATE_PROT_NONE, self->w.state);
	EXPECT_EQ(HPAGE, self->w.page_size);
	EXPECT_EQ(PM_PFN(pagemap_self(p + 3 * PAGE_SIZE)), self->w.pfn);
}

/* What PROT_NONE forbids and nobody touched is no page. */
TEST_F(states, prot_none_untouched)
{
	char *p = map_anon(PAGE_SIZE, PROT_NONE);

	ASSERT_NE(NULL, p);
	ask(self, p);
	EXPECT_EQ(VMLAB_STATE_NONE, self->w.state);
}

TEST_F(states, swap)
{
	char *p = map_small(2 * MIB);
	struct level *leaf;
	__u64 entry;

	ASSERT_NE(NULL, p);
	memset(p, 0x5a, PAGE_SIZE);
	ASSERT_TRUE(page_out(p, PAGE_SIZE));
	leaf = ask(self, p);
	entry = pagemap_self(p);
	EXPECT_EQ(VMLAB_STATE_SWAP, self->w.state);
	EXPECT_EQ(0, leaf->flags & FLAG(P));
	ASSERT_TRUE(self->w.has_swap);
	EXPECT_EQ(PM_SWAP_TYPE(entry), self->w.swap_type);
	EXPECT_EQ(PM_SWAP_OFFSET(entry), self->w.swap_offset);
	EXPECT_FALSE(self->w.has_pfn);
	EXPECT_FALSE(self->w.page.there);
	EXPECT_EQ(0x5a, p[17]);
	ask(self, p);
	EXPECT_EQ(VMLAB_STATE_PRESENT, self->w.state);
}

TEST_F(states, hwpoison)
{
	char *p = map_small(2 * MIB);
	struct level *leaf;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	if (!poison(p))
		SKIP(return, "no CONFIG_MEMORY_FAILURE");
	leaf = ask(self, p);
	EXPECT_EQ(VMLAB_STATE_HWPOISON, self->w.state);
	EXPECT_EQ(0, leaf->flags & FLAG(P));
}

/* A userfaultfd over @p, or -1 where the kernel has not the features. */
static int open_uffd(char *p, size_t size, __u64 features, __u64 mode)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffdio_register reg = {
		.range = { .start = (unsigned long)p, .len = size },
		.mode = mode,
	};
	int fd = syscall(__NR_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0)
		return -1;
	if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int uffd_protect(int fd, char *p, size_t size)
{
	struct uffdio_writeprotect wp = {
		.range = { .start = (unsigned long)p, .len = size },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	return ioctl(fd, UFFDIO_WRITEPROTECT, &wp);
}

TEST_F(states, marker_uffd_wp)
{
	int uffd, fd = make_memfd(2 * MIB);
	struct level *leaf;
	char *p;

	ASSERT_LE(0, fd);
	p = mmap(NULL, 2 * MIB, RW, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, p);
	uffd = open_uffd(p, 2 * MIB, UFFD_FEATURE_WP_HUGETLBFS_SHMEM,
			 UFFDIO_REGISTER_MODE_WP);
	if (uffd < 0)
		SKIP(return, "no userfaultfd write protection of shmem");
	ASSERT_EQ(0, uffd_protect(uffd, p, PAGE_SIZE));
	leaf = ask(self, p);
	EXPECT_EQ(VMLAB_STATE_MARKER, self->w.state);
	EXPECT_EQ(VMLAB_LEVEL_PTE, leaf->level);
	EXPECT_NE(0, leaf->entry);
	EXPECT_NE(0, self->w.flags & FLAG(UFFD_WP));
	ask(self, p + PAGE_SIZE);
	EXPECT_EQ(VMLAB_STATE_NONE, self->w.state);
	close(uffd);
}

TEST_F(states, marker_poison)
{
	char *p = map_small(2 * MIB);
	struct uffdio_poison poison = {
		.range = { .start = (unsigned long)p, .len = PAGE_SIZE },
	};
	int uffd;

	ASSERT_NE(NULL, p);
	uffd = open_uffd(p, 2 * MIB, UFFD_FEATURE_POISON,
			 UFFDIO_REGISTER_MODE_MISSING);
	if (uffd < 0)
		SKIP(return, "no UFFDIO_POISON before 6.6");
	ASSERT_EQ(0, ioctl(uffd, UFFDIO_POISON, &poison));
	ask(self, p);
	EXPECT_EQ(VMLAB_STATE_MARKER, self->w.state);
	close(uffd);
}

/* Write protection of a page that is there is a flag, not a state. */
TEST_F(states, uffd_wp_present)
{
	char *p = map_small(2 * MIB);
	struct level *leaf;
	int uffd;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	uffd = open_uffd(p, 2 * MIB, 0, UFFDIO_REGISTER_MODE_WP);
	if (uffd < 0)
		SKIP(return, "no userfaultfd write protection");
	ASSERT_EQ(0, uffd_protect(uffd, p, PAGE_SIZE));
	leaf = ask(self, p);
	EXPECT_EQ(VMLAB_STATE_PRESENT, self->w.state);
	EXPECT_NE(0, leaf->flags & FLAG(UFFD_WP));
	EXPECT_EQ(0, leaf->flags & FLAG(RW));
	EXPECT_NE(0, self->w.area.flags & VMLAB_AREA_FLAG_UFFD_WP);
	close(uffd);
}

TEST_F(states, guard)
{
	char *p = map_small(2 * MIB);

	ASSERT_NE(NULL, p);
	touch(p, 1);
	if (madvise(p, PAGE_SIZE, MADV_GUARD_INSTALL))
		SKIP(return, "no MADV_GUARD_INSTALL before 6.13");
	ask(self, p);
	EXPECT_EQ(VMLAB_STATE_GUARD, self->w.state);
	EXPECT_FALSE(self->w.has_pfn);
}

#define SPLIT_PAGES	16

struct splitter {
	char *start;
	bool stop;
	unsigned long rounds;
};

/* Splitting a huge page turns its entries into migration entries and back. */
static void *split_and_collapse(void *arg)
{
	struct splitter *s = arg;
	unsigned long start = (unsigned long)s->start;
	char command[64];

	snprintf(command, sizeof(command), "%d,0x%lx,0x%lx", getpid(), start,
		 start + SPLIT_PAGES * HPAGE);
	while (!__atomic_load_n(&s->stop, __ATOMIC_RELAXED)) {
		write_text("/sys/kernel/debug/split_huge_pages", command);
		madvise(s->start, SPLIT_PAGES * HPAGE, MADV_COLLAPSE);
		s->rounds++;
	}
	return NULL;
}

/* Seconds; how many rounds the two threads make in them is up to the machine. */
#define LOOK	120

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* One migration entry is enough; every other answer must be a page as well. */
TEST_F(states, migration)
{
	struct vmlab_walk_entry e[SPLIT_PAGES] = { 0 };
	unsigned long seen = 0, lost = 0;
	struct splitter s = { 0 };
	time_t end = now() + LOOK;
	pthread_t thread;
	int fd, ret = 0;

	fd = open("/dev/vmlab", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	s.start = map_huge(SPLIT_PAGES * HPAGE);
	ASSERT_NE(NULL, s.start);
	touch(s.start, SPLIT_PAGES * HPAGE);
	ASSERT_EQ(0, pthread_create(&thread, NULL, split_and_collapse, &s));
	for (int round = 0; seen < 3 && !ret && now() < end; round++) {
		for (int i = 0; i < SPLIT_PAGES; i++)
			e[i].address = (unsigned long)s.start + i * HPAGE +
				       round % 512 * PAGE_SIZE;
		ret = client_ioctl(fd, 0, e, SPLIT_PAGES);
		for (int i = 0; i < SPLIT_PAGES; i++) {
			seen += e[i].state == VMLAB_STATE_MIGRATION;
			/* Collapse empties the entry for a moment. */
			lost += e[i].state != VMLAB_STATE_MIGRATION &&
				e[i].state != VMLAB_STATE_PRESENT &&
				e[i].state != VMLAB_STATE_NONE;
		}
	}
	__atomic_store_n(&s.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	TH_LOG("%lu migration entries in %lu rounds", seen, s.rounds);
	EXPECT_EQ(0, ret);
	EXPECT_EQ(0, lost);
	EXPECT_LT(0, seen);
	close(fd);
}

TEST_HARNESS_MAIN
