// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages in mappings of /dev/vmlab: blocks of the pool, mapped by one entry
 * where Linux can, and by small ones where it cannot; what splits them; and that
 * nobody gets hold of their frames.
 */
#define _GNU_SOURCE
#include "harness.h"

#include "access.h"
#include "device.h"
#include "memory.h"
#include "world.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE	23
#endif

#define RW	(PROT_READ | PROT_WRITE)
#define READS	VMLAB_ACCESS_READ
#define WRITES	VMLAB_ACCESS_WRITE
#define BLOCKS	3
#define BLOCK	(HPAGE / PAGE_SIZE)
#define PAGES	(BLOCKS * BLOCK)
#define SIZE	(BLOCKS * HPAGE)
/* Tags of pages. */
#define OURS	1
#define MORE	2

FIXTURE(huge) {
	struct world w;
	bool can;	/* Linux can have huge entries of ours */
	int fd;
	char *p;	/* the first two blocks of three */
	char *third;
};

static char *map(int fd, size_t size, off_t offset)
{
	char *p = mmap(NULL, size, RW, MAP_SHARED, fd, offset);

	return p == MAP_FAILED ? NULL : p;
}

FIXTURE_SETUP(huge)
{
	char byte = 0;

	ASSERT_EQ(0, world_open(&self->w));
	catch_signals();
	try_access(&byte, WRITES);
	self->can = kernel_at_least(6, 12);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_flags(self->fd, VMLAB_MEMORY_HUGE));
	self->p = map(self->fd, SIZE, 0);
	ASSERT_NE(NULL, self->p);
	ASSERT_EQ(0, (unsigned long)self->p % HPAGE);
	self->third = self->p + 2 * HPAGE;
}

static bool is_verified(void)
{
	return !system("vmlab verify >/dev/null");
}

FIXTURE_TEARDOWN(huge)
{
	const char *what;

	EXPECT_TRUE(is_verified());
	EXPECT_EQ(0, munmap(self->p, SIZE));
	close(self->fd);
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static bool is_huge(const char *p)
{
	return mapped_level(p) == VMLAB_LEVEL_PMD;
}

static bool is_small(const char *p)
{
	return mapped_level(p) == VMLAB_LEVEL_PTE;
}

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

static __u32 frames_of(int fd)
{
	struct vmlab_memory stat;

	return device_stat(fd, &stat) ? NOTHING : stat.frames;
}

/* One write has all of a block there, by one entry if it can be. */
TEST_F(huge, first_write)
{
	long before;

	*(self->p + 5 * PAGE_SIZE) = 1;
	EXPECT_EQ(BLOCK, frames_of(self->fd));
	EXPECT_EQ(self->can, is_huge(self->p));
	before = faults();
	memset(self->p, 0, HPAGE);
	EXPECT_GT(8, faults() - before);
	EXPECT_EQ(0, mapped_level(self->p + HPAGE));
	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	EXPECT_TRUE(file_holds_pages(self->fd, 0, PAGES, OURS));
	EXPECT_EQ(self->can, is_huge(self->third));
	EXPECT_EQ(PAGES, frames_of(self->fd));
}

/*
 * A block at the first read too, where an entry for the zeroes would be in the
 * way of a huge one.
 */
TEST_F(huge, first_read)
{
	EXPECT_TRUE(pages_hold(self->p, 0, BLOCK, 0));
	EXPECT_EQ(self->can ? BLOCK : 0, frames_of(self->fd));
	EXPECT_EQ(self->can, is_huge(self->p));
	pages_fill(self->p, 0, BLOCK, OURS);
	EXPECT_EQ(BLOCK, frames_of(self->fd));
	EXPECT_EQ(self->can, is_huge(self->p));
	EXPECT_TRUE(pages_hold(self->p, 0, BLOCK, OURS));
}

/* What Linux takes away comes back by one fault. */
TEST_F(huge, dontneed)
{
	pages_fill(self->p, 0, BLOCK, OURS);
	ASSERT_EQ(0, madvise(self->p + PAGE_SIZE, PAGE_SIZE, MADV_DONTNEED));
	EXPECT_EQ(0, mapped_level(self->p + PAGE_SIZE));
	EXPECT_TRUE(is_verified());
	EXPECT_TRUE(pages_hold(self->p, 0, BLOCK, OURS));
	EXPECT_EQ(self->can, is_huge(self->p));
	ASSERT_EQ(0, madvise(self->p, HPAGE, MADV_DONTNEED));
	EXPECT_TRUE(pages_hold(self->p, 0, BLOCK, OURS));
	EXPECT_EQ(self->can, is_huge(self->p));
}

TEST_F(huge, munmap_of_a_part)
{
	char *hole = self->p + 100 * PAGE_SIZE;

	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, munmap(hole, PAGE_SIZE));
	EXPECT_TRUE(is_verified());
	EXPECT_EQ(SEGV, try_access(hole, READS));
	EXPECT_TRUE(pages_hold(self->p, 0, 100, OURS));
	EXPECT_TRUE(pages_hold(hole + PAGE_SIZE, 101, PAGES - 101, OURS));
	EXPECT_TRUE(is_small(self->p));
	EXPECT_EQ(self->can, is_huge(self->p + HPAGE));
	/* It is still a block, and mapped by one entry elsewhere. */
	EXPECT_EQ(PAGES, frames_of(self->fd));
}

TEST_F(huge, mprotect_of_a_part)
{
	char *part = self->p + 100 * PAGE_SIZE;

	pages_fill(self->p, 0, BLOCK, OURS);
	ASSERT_EQ(0, mprotect(part, PAGE_SIZE, PROT_READ));
	EXPECT_TRUE(is_verified());
	EXPECT_EQ(SEGV, try_access(part, WRITES));
	EXPECT_TRUE(is_verified());
	pages_fill(self->p, 0, 100, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, 100, MORE));
	EXPECT_TRUE(pages_hold(part, 100, BLOCK - 100, OURS));
	EXPECT_TRUE(is_small(part));
	EXPECT_TRUE(is_verified());
	ASSERT_EQ(0, mprotect(part, PAGE_SIZE, RW));
	pages_fill(part, 100, 1, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, 101, MORE));
}

/* Nothing is split, but rights go and come back. */
TEST_F(huge, mprotect_of_all)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, mprotect(self->p, SIZE, PROT_READ));
	EXPECT_TRUE(is_verified());
	EXPECT_EQ(SEGV, try_access(self->p, WRITES));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	EXPECT_EQ(self->can, is_huge(self->p));
	ASSERT_EQ(0, mprotect(self->p, SIZE, PROT_NONE));
	EXPECT_EQ(SEGV, try_access(self->p, READS));
	EXPECT_TRUE(is_verified());
	ASSERT_EQ(0, mprotect(self->p, SIZE, RW));
	pages_fill(self->p, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, MORE));
	EXPECT_EQ(self->can, is_huge(self->p));
}

TEST_F(huge, mremap)
{
	char *to = map_anon(4 * SIZE, PROT_NONE);

	ASSERT_NE(NULL, to);
	to = (char *)(((unsigned long)to + HPAGE) & ~(HPAGE - 1));
	pages_fill(self->p, 0, PAGES, OURS);
	/* A whole block. */
	ASSERT_EQ(to, mremap(self->p, HPAGE, HPAGE,
			     MREMAP_MAYMOVE | MREMAP_FIXED, to));
	EXPECT_TRUE(is_verified());
	EXPECT_TRUE(pages_hold(to, 0, BLOCK, OURS));
	EXPECT_EQ(self->can, is_huge(to));
	EXPECT_EQ(SEGV, try_access(self->p, READS));
	/* A part, and to where it fits no entry. */
	ASSERT_EQ(to + 3 * HPAGE / 2,
		  mremap(self->p + HPAGE + PAGE_SIZE, HPAGE, HPAGE,
			 MREMAP_MAYMOVE | MREMAP_FIXED, to + 3 * HPAGE / 2));
	EXPECT_TRUE(is_verified());
	EXPECT_TRUE(pages_hold(to + 3 * HPAGE / 2, BLOCK + 1, BLOCK, OURS));
	EXPECT_TRUE(is_small(to + 3 * HPAGE / 2));
	EXPECT_TRUE(pages_hold(self->p + HPAGE, BLOCK, 1, OURS));
	pages_fill(to, 0, BLOCK, MORE);
	EXPECT_TRUE(pages_hold(to, 0, BLOCK, MORE));
	EXPECT_TRUE(is_verified());
	munmap(to, 4 * HPAGE);
}

/* Who writes to what is shared splits it; who reads does not. */
TEST_F(huge, clone)
{
	char *copy;
	int fd;

	pages_fill(self->p, 0, PAGES, OURS);
	fd = device_clone(self->fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, mapped_level(self->p));
	copy = map(fd, SIZE, 0);
	ASSERT_NE(NULL, copy);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	EXPECT_TRUE(pages_hold(copy, 0, PAGES, OURS));
	EXPECT_EQ(self->can, is_huge(self->p));
	EXPECT_EQ(self->can, is_huge(copy));
	EXPECT_TRUE(is_verified());
	pages_fill(self->p + 5 * PAGE_SIZE, 5, 1, MORE);
	EXPECT_TRUE(is_small(self->p + 5 * PAGE_SIZE));
	EXPECT_TRUE(is_verified());
	EXPECT_TRUE(pages_hold(copy, 0, PAGES, OURS));
	EXPECT_TRUE(is_small(copy));
	EXPECT_EQ(self->can, is_huge(copy + HPAGE));
	EXPECT_TRUE(pages_hold(self->p + 6 * PAGE_SIZE, 6, PAGES - 6, OURS));
	EXPECT_TRUE(is_verified());
	/* Who is left alone writes to the block as it is. */
	munmap(copy, SIZE);
	close(fd);
	pages_fill(self->p + HPAGE, BLOCK, 2 * BLOCK, MORE);
	EXPECT_EQ(self->can, is_huge(self->p + HPAGE));
	EXPECT_TRUE(pages_hold(self->p + HPAGE, BLOCK, 2 * BLOCK, MORE));
}

/* A part is emptied; and all, which gets a block again. */
TEST_F(huge, discard)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, device_discard(self->fd, 7 * PAGE_SIZE, PAGE_SIZE));
	EXPECT_EQ(PAGES - 1, frames_of(self->fd));
	EXPECT_TRUE(is_verified());
	EXPECT_TRUE(pages_hold(self->p, 0, 7, OURS));
	EXPECT_TRUE(pages_hold(self->p + 7 * PAGE_SIZE, 7, 1, 0));
	EXPECT_TRUE(pages_hold(self->p + 8 * PAGE_SIZE, 8, PAGES - 8, OURS));
	EXPECT_TRUE(is_small(self->p));
	EXPECT_EQ(self->can, is_huge(self->p + HPAGE));
	ASSERT_EQ(0, device_discard(self->fd, 0, SIZE));
	EXPECT_EQ(0, frames_of(self->fd));
	EXPECT_EQ(0, mapped_level(self->p + HPAGE));
	pages_fill(self->p + HPAGE, BLOCK, BLOCK, MORE);
	EXPECT_EQ(self->can, is_huge(self->p + HPAGE));
	EXPECT_TRUE(pages_hold(self->p + HPAGE, BLOCK, BLOCK, MORE));
	EXPECT_EQ(BLOCK, frames_of(self->fd));
}

/* The end moves into a block; what is behind is no more. */
TEST_F(huge, shortened)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, device_resize(self->fd, HPAGE + HPAGE / 2));
	EXPECT_TRUE(is_verified());
	EXPECT_TRUE(pages_hold(self->p, 0, BLOCK + BLOCK / 2, OURS));
	EXPECT_EQ(BUS, try_access(self->p + HPAGE + HPAGE / 2, READS));
	EXPECT_EQ(BUS, try_access(self->third, WRITES));
	EXPECT_EQ(self->can, is_huge(self->p));
	EXPECT_TRUE(is_small(self->p + HPAGE));
}

/* A child sees the same memory; each faults for itself. */
TEST_F(huge, fork)
{
	int status;
	pid_t pid;

	pages_fill(self->p, 0, PAGES, OURS);
	fflush(stdout);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		bool ok = pages_hold(self->p, 0, PAGES, OURS) &&
			  is_huge(self->p) == self->can && is_verified();

		pages_fill(self->p, 0, BLOCK, MORE);
		_exit(!ok);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_TRUE(pages_hold(self->p, 0, BLOCK, MORE));
	EXPECT_EQ(self->can, is_huge(self->p));
}

/* A copy of its own for the child: who writes splits. */
TEST_F(huge, fork_copy)
{
	int status;
	pid_t pid;

	ASSERT_EQ(0, device_flags(self->fd, VMLAB_MEMORY_HUGE |
				  VMLAB_MEMORY_FORK_COPY));
	pages_fill(self->p, 0, PAGES, OURS);
	fflush(stdout);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		bool ok = pages_hold(self->p, 0, PAGES, OURS) &&
			  is_huge(self->p) == self->can;

		pages_fill(self->p + PAGE_SIZE, 1, 2, MORE);
		ok = ok && is_small(self->p) && is_verified() &&
		     pages_hold(self->p + PAGE_SIZE, 1, 2, MORE) &&
		     pages_hold(self->p + HPAGE, BLOCK, BLOCK, OURS);
		_exit(!ok);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
}

/* A private area, one mapped earlier, one of another place: small entries. */
TEST_F(huge, where_none_can_be)
{
	char *private, *odd, *early;
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	early = map(fd, HPAGE, 0);
	ASSERT_NE(NULL, early);
	ASSERT_EQ(0, device_flags(fd, VMLAB_MEMORY_HUGE));
	pages_fill(early, 0, BLOCK, OURS);
	EXPECT_EQ(BLOCK, frames_of(fd));
	EXPECT_TRUE(is_small(early));
	munmap(early, HPAGE);
	close(fd);

	pages_fill(self->p, 0, PAGES, OURS);
	private = mmap(NULL, SIZE, RW, MAP_PRIVATE, self->fd, 0);
	ASSERT_NE(MAP_FAILED, private);
	EXPECT_TRUE(pages_hold(private, 0, PAGES, OURS));
	EXPECT_TRUE(is_small(private));
	pages_fill(private, 0, BLOCK, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, BLOCK, OURS));
	odd = map_anon(2 * HPAGE, PROT_NONE);
	odd = (char *)((unsigned long)odd & ~(HPAGE - 1)) + HPAGE / 2;
	odd = mmap(odd, HPAGE, RW, MAP_SHARED | MAP_FIXED, self->fd, 0);
	ASSERT_NE(MAP_FAILED, odd);
	EXPECT_TRUE(pages_hold(odd, 0, BLOCK, OURS));
	EXPECT_TRUE(is_small(odd));
	EXPECT_EQ(self->can, is_huge(self->p));
	EXPECT_TRUE(is_verified());
	munmap(odd, HPAGE);
	munmap(private, SIZE);
}

/* Who takes his consent back has small entries from then on. */
TEST_F(huge, advice)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, madvise(self->p, SIZE, MADV_NOHUGEPAGE));
	ASSERT_EQ(0, madvise(self->p, HPAGE, MADV_DONTNEED));
	pages_fill(self->p, 0, 2, MORE);
	EXPECT_TRUE(is_small(self->p));
	EXPECT_EQ(self->can, is_huge(self->p + HPAGE));
	EXPECT_TRUE(is_verified());
	EXPECT_TRUE(pages_hold(self->p, 0, 2, MORE));
	EXPECT_TRUE(pages_hold(self->p + 2 * PAGE_SIZE, 2, PAGES - 2, OURS));
	EXPECT_EQ(PAGES, frames_of(self->fd));
}

/* Linux populates no area that nobody may pin a huge page of. */
TEST_F(huge, populate)
{
	int ret = madvise(self->p, HPAGE, MADV_POPULATE_WRITE);

	if (self->can) {
		EXPECT_EQ(-1, ret);
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EQ(0, frames_of(self->fd));
	} else {
		EXPECT_EQ(0, ret);
		EXPECT_EQ(BLOCK, frames_of(self->fd));
	}
	pages_fill(self->p, 0, BLOCK, OURS);
	EXPECT_TRUE(pages_hold(self->p, 0, BLOCK, OURS));
}

/* === By command === */

static __u32 id_of(int fd)
{
	struct vmlab_memory stat;

	return device_stat(fd, &stat) ? 0 : stat.id;
}

/* Of what is mapped at @p: the first index of the block, or a negative errno. */
static int ask(struct genl *g, __u8 command, const char *p)
{
	struct attr attr;
	int ret;

	genl_new(g, command, 0);
	genl_u64(g, VMLAB_A_BLOCK_ADDRESS, (unsigned long)p);
	ret = genl_call(g);
	if (ret)
		return ret;
	return attr_find(genl_reply(g), VMLAB_A_BLOCK_INDEX, &attr) ?
	       attr_u32(&attr) : -ENODATA;
}

/* Of a memory, by its number. */
static int ask_memory(struct genl *g, __u8 command, __u32 id, __u64 byte)
{
	genl_new(g, command, 0);
	genl_u32(g, VMLAB_A_BLOCK_MEMORY, id);
	genl_u64(g, VMLAB_A_BLOCK_ADDRESS, byte);
	return genl_call(g);
}

TEST_F(huge, collapse)
{
	struct genl *g = &self->w.g;
	int fd = device_open(O_RDWR);
	char *p;

	ASSERT_LE(0, fd);
	ASSERT_TRUE(file_fill(fd, 3, BLOCK, OURS));
	ASSERT_EQ(0, device_resize(fd, 2 * HPAGE));
	ASSERT_EQ(0, device_flags(fd, VMLAB_MEMORY_HUGE));
	p = map(fd, 2 * HPAGE, 0);
	ASSERT_NE(NULL, p);
	/* A table of small entries of Linux is in the way for ever. */
	EXPECT_TRUE(pages_hold(p, 0, 3, 0));
	EXPECT_EQ(BLOCK, ask(g, VMLAB_CMD_COLLAPSE, p + HPAGE + 5));
	EXPECT_EQ(0, ask_memory(g, VMLAB_CMD_COLLAPSE, id_of(fd), HPAGE - 1));
	EXPECT_EQ(2 * BLOCK, frames_of(fd));
	EXPECT_TRUE(is_verified());
	EXPECT_TRUE(pages_hold(p, 0, 3, 0));
	EXPECT_TRUE(pages_hold(p + 3 * PAGE_SIZE, 3, BLOCK, OURS));
	EXPECT_TRUE(is_small(p));
	EXPECT_EQ(self->can, is_huge(p + HPAGE));
	/* Again is no error. */
	EXPECT_EQ(0, ask(g, VMLAB_CMD_COLLAPSE, p));
	munmap(p, 2 * HPAGE);
	p = map(fd, 2 * HPAGE, 0);
	ASSERT_NE(NULL, p);
	EXPECT_TRUE(pages_hold(p + 3 * PAGE_SIZE, 3, BLOCK, OURS));
	EXPECT_EQ(self->can, is_huge(p));
	EXPECT_TRUE(is_verified());
	munmap(p, 2 * HPAGE);
	close(fd);
}

TEST_F(huge, split)
{
	struct genl *g = &self->w.g;

	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_EQ(BLOCK, ask(g, VMLAB_CMD_SPLIT, self->p + HPAGE));
	EXPECT_EQ(0, mapped_level(self->p + HPAGE));
	EXPECT_EQ(PAGES, frames_of(self->fd));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	EXPECT_TRUE(is_small(self->p + HPAGE));
	EXPECT_EQ(self->can, is_huge(self->p));
	EXPECT_TRUE(is_verified());
	EXPECT_EQ(-ENOENT, ask(g, VMLAB_CMD_SPLIT, self->p + HPAGE));
	EXPECT_EQ(0, ask_memory(g, VMLAB_CMD_SPLIT, id_of(self->fd), 0));
	EXPECT_EQ(BLOCK, ask(g, VMLAB_CMD_COLLAPSE, self->p + HPAGE));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
}

#define EXPECT_REFUSED(error, result) do {				\
	EXPECT_EQ(-(error), result);					\
	EXPECT_LT(8, strlen(self->w.g.message));			\
} while (0)

/* Whose memory it is not. */
static int as_another(void *arg)
{
	__u32 id = *(__u32 *)arg;
	struct genl g;
	int ret;

	if (!become_user(1234) || genl_open(&g))
		return 1;
	ret = ask_memory(&g, VMLAB_CMD_SPLIT, id, 0) != -ENOENT ||
	      ask_memory(&g, VMLAB_CMD_COLLAPSE, id, 0) != -ENOENT;
	genl_close(&g);
	return ret;
}

TEST_F(huge, refusals)
{
	struct genl *g = &self->w.g;
	__u32 id = id_of(self->fd);
	int fd;

	genl_new(g, VMLAB_CMD_SPLIT, 0);
	EXPECT_REFUSED(EINVAL, genl_call(g));
	genl_new(g, VMLAB_CMD_COLLAPSE, 0);
	genl_u32(g, VMLAB_A_BLOCK_MEMORY, id);
	genl_u32(g, VMLAB_A_BLOCK_PID, getpid());
	genl_u64(g, VMLAB_A_BLOCK_ADDRESS, 0);
	EXPECT_REFUSED(EINVAL, genl_call(g));
	EXPECT_REFUSED(ENOENT, ask(g, VMLAB_CMD_COLLAPSE, (char *)&id));
	EXPECT_REFUSED(ENOENT, ask(g, VMLAB_CMD_SPLIT, NULL));
	EXPECT_REFUSED(ENOENT, ask_memory(g, VMLAB_CMD_SPLIT, 0, 0));
	EXPECT_REFUSED(ENOENT, ask_memory(g, VMLAB_CMD_SPLIT, ~0U, 0));
	EXPECT_REFUSED(ENOENT, ask_memory(g, VMLAB_CMD_SPLIT, id, 0));
	EXPECT_REFUSED(ERANGE, ask_memory(g, VMLAB_CMD_SPLIT, id, ~0ULL));
	EXPECT_REFUSED(ERANGE, ask_memory(g, VMLAB_CMD_COLLAPSE, id, SIZE));
	EXPECT_EQ(0, in_child(as_another, &id));
	ASSERT_TRUE(file_fill(self->fd, 0, 1, OURS));
	fd = device_clone(self->fd);
	ASSERT_LE(0, fd);
	EXPECT_REFUSED(EBUSY, ask_memory(g, VMLAB_CMD_COLLAPSE, id, 0));
	close(fd);
	EXPECT_EQ(0, ask_memory(g, VMLAB_CMD_COLLAPSE, id, 0));
}

/* === No block to be had === */

/* Takes all of an order, from whatever zone. */
static int take_all(struct genl *g, __u32 order)
{
	struct block block;
	int ret;

	do {
		ret = block_alloc(g, ASK(.order = order,
					 .zone = VMLAB_ZONE_TYPE_HIGHMEM),
				  &block);
	} while (!ret);
	return ret;
}

TEST_F(huge, none_at_hand)
{
	struct genl *g = &self->w.g;
	struct block half;

	ASSERT_EQ(0, block_alloc(g, ASK(.order = 8,
					.zone = VMLAB_ZONE_TYPE_HIGHMEM),
				 &half));
	EXPECT_EQ(-ENOMEM, take_all(g, 9));
	pages_fill(self->p, 0, 10, OURS);
	EXPECT_GT(BLOCK, frames_of(self->fd));
	EXPECT_TRUE(is_small(self->p));
	EXPECT_TRUE(pages_hold(self->p, 0, 10, OURS));
	EXPECT_TRUE(is_verified());
	EXPECT_REFUSED(ENOMEM, ask(g, VMLAB_CMD_COLLAPSE, self->p));
	EXPECT_EQ(0, session_end(g, NULL));
	/* Where there is one again: by command, and where nothing is yet. */
	EXPECT_EQ(0, ask(g, VMLAB_CMD_COLLAPSE, self->p));
	EXPECT_TRUE(pages_hold(self->p, 0, 10, OURS));
	touch(self->p + HPAGE, PAGE_SIZE);
	EXPECT_EQ(2 * BLOCK, frames_of(self->fd));
	EXPECT_EQ(self->can, is_huge(self->p + HPAGE));
}

TEST_HARNESS_MAIN
