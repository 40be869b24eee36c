// SPDX-License-Identifier: GPL-2.0
/*
 * What nobody may learn or do by asking: whether others read a file, how to
 * stall everybody's channel, how to make a question fail or the kernel fall.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#define NOBODY		65534
#define RW		(PROT_READ | PROT_WRITE)
#define GIB		(1UL << 30)
#define TIB		(1UL << 40)

FIXTURE(trust) {
	struct genl g;
};

FIXTURE_SETUP(trust)
{
	ASSERT_EQ(0, genl_open(&self->g));
}

FIXTURE_TEARDOWN(trust)
{
	genl_close(&self->g);
}

static int why_read(struct genl *g, const char *p)
{
	struct explain e;
	int ret = client_explain(g, 0, (unsigned long)p, &e);

	return ret ? ret : e.why[VMLAB_ACCESS_READ];
}

/* Maps a page that is in the cache of a file of root's. */
static char *map_cached(int prot, int flags)
{
	int fd = make_file(PAGE_SIZE);
	char byte, *p;

	if (fd < 0 || fchmod(fd, 0644) || pread(fd, &byte, 1, 0) != 1)
		return NULL;
	p = mmap(NULL, PAGE_SIZE, prot, flags, fd, 0);
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

/* As nobody, with a channel of his own. */
static int why_for_nobody(const char *p)
{
	struct genl g;

	if (setgid(NOBODY) || setuid(NOBODY) || genl_open(&g))
		_exit(99);
	_exit(why_read(&g, p));
}

/* mincore() tells of a file's cache only who may write it; so do we. */
TEST_F(trust, page_cache_is_withheld)
{
	char *p = map_cached(PROT_READ, MAP_SHARED);
	int status;
	pid_t child;

	ASSERT_NE(NULL, p);
	EXPECT_EQ(VMLAB_WHY_FILE_PAGE_CACHED, why_read(&self->g, p));
	child = fork();
	if (!child)
		why_for_nobody(p);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_TRUE(WIFEXITED(status));
	EXPECT_EQ(VMLAB_WHY_FILE_PAGE_HIDDEN, WEXITSTATUS(status));
}

static int count_run(const struct run *run, void *arg)
{
	__u64 *bytes = arg;

	*bytes += run->end - run->start;
	return 0;
}

/* Entries of every level stand for nothing, up to the topmost. */
TEST_F(trust, vast_area)
{
	struct range range = { .states = VMLAB_STATES_NONE };
	__u64 bytes = 0;
	char *p;

	p = mmap(NULL, 4 * TIB, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ASSERT_NE(MAP_FAILED, p);
	range.start = (unsigned long)p;
	range.end = range.start + 4 * TIB;
	ASSERT_EQ(0, client_range(&self->g, &range, count_run, &bytes));
	EXPECT_EQ(4 * TIB, bytes);
}

/* Looks at far more than one part of a dump may, and finds nothing. */
TEST_F(trust, nothing_found)
{
	struct range range = { .states = VMLAB_STATES_HWPOISON };
	size_t size = 16 * GIB;
	__u64 bytes = 0;
	char *p;

	p = mmap(NULL, size, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		 -1, 0);
	ASSERT_NE(MAP_FAILED, p);
	madvise(p, size, MADV_NOHUGEPAGE);
	for (size_t at = 0; at < size; at += 2 * MIB)
		peek(p + at, 1);
	range.start = (unsigned long)p;
	range.end = range.start + size;
	ASSERT_EQ(0, client_range(&self->g, &range, count_run, &bytes));
	EXPECT_EQ(0, bytes);
	EXPECT_FALSE(self->g.interrupted);
}

/* Makes a file whose path is almost as long as a path can be. */
static int make_deep(void)
{
	char name[NAME_MAX + 1];
	int i;

	memset(name, 'd', NAME_MAX);
	name[NAME_MAX] = '\0';
	if (chdir("/tmp"))
		return -1;
	for (i = 0; i < 15; i++)
		if ((mkdir(name, 0700) && errno != EEXIST) || chdir(name))
			return -1;
	return open(name, O_RDWR | O_CREAT, 0600);
}

static int find_area(const struct area *area, void *arg)
{
	__u64 *start = arg;

	if (area->start == *start)
		*start = 0;
	return 0;
}

/* The area is the lowest, so that the dump starts with it. */
TEST_F(trust, longest_path)
{
	int fd = make_deep();
	__u64 start = 0x10000;
	struct walk w;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, PAGE_SIZE));
	ASSERT_EQ((void *)start, mmap((void *)start, PAGE_SIZE, RW,
				      MAP_SHARED | MAP_FIXED, fd, 0));
	EXPECT_EQ(0, client_walk(&self->g, 0, start, VMLAB_WITH_AREA, &w));
	EXPECT_EQ(start, w.area.start);
	EXPECT_EQ(0, client_areas(&self->g, 0, find_area, &start));
	EXPECT_EQ(0, start);
}

/* The last page of the user half is never mapped, but it is user half. */
TEST_F(trust, last_page_of_the_user_half)
{
	struct place place;

	ASSERT_EQ(0, client_addr(&self->g, 0x7ffffffff000, &place));
	EXPECT_EQ(VMLAB_REGION_USER_HOLE, place.region);
	EXPECT_LE(0x7fffffffffff, place.end);
}

TEST_HARNESS_MAIN
