// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings of /dev/vmlab where shadow page tables are of another shape: they
 * reach less far, and so mappings lie in a window. Loads vmlab itself:
 * VMLAB_KO names it.
 */
#include "harness.h"

#include "access.h"
#include "device.h"
#include "memory.h"
#include "stories.h"
#include "world.h"

#include <fcntl.h>
#include <sys/mman.h>

#define RW	(PROT_READ | PROT_WRITE)
#define SIZE	(64 * KIB)
#define PAGES	(SIZE / PAGE_SIZE)
#define OURS	1
#define MORE	2
/* Where the window begins, if there is one. */
#define WINDOW	0x100000000000UL

FIXTURE(geometry) {
	struct world w;
	struct genl ear;	/* hears of faults to the end */
	int fd;
	char *start;
	char *end;
};

FIXTURE_VARIANT(geometry) {
	const char *parameters;
	unsigned long span;
};

FIXTURE_VARIANT_ADD(geometry, one_level) {
	.parameters = "pool=16M geometry=1-level",
	.span = GIB,
};

FIXTURE_VARIANT_ADD(geometry, one_level_of_a_little) {
	.parameters = "pool=16M geometry=1-level span=1M",
	.span = MIB,
};

FIXTURE_VARIANT_ADD(geometry, two_levels) {
	.parameters = "pool=16M geometry=2-level",
	.span = 4 * GIB,
};

FIXTURE_VARIANT_ADD(geometry, two_levels_of_a_little) {
	.parameters = "pool=16M geometry=2-level span=8M",
	.span = 8 * MIB,
};

FIXTURE_VARIANT_ADD(geometry, three_levels) {
	.parameters = "pool=16M geometry=3-level",
	.span = 512 * GIB,
};

FIXTURE_SETUP(geometry)
{
	ASSERT_NE(NULL, getenv("VMLAB_KO"));
	ASSERT_EQ(0, module_load(getenv("VMLAB_KO"), variant->parameters));
	ASSERT_EQ(0, world_open(&self->w));
	catch_signals();
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, genl_open(&self->ear));
	ASSERT_EQ(0, story_start_all(&self->ear));
	self->start = (char *)WINDOW;
	self->end = self->start + variant->span;
}

FIXTURE_TEARDOWN(geometry)
{
	const char *what;

	close(self->fd);
	munmap(self->start, variant->span);
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
	/* Who listens does not keep it. */
	EXPECT_EQ(0, module_unload());
	genl_close(&self->ear);
}

/* NULL, with errno, where it cannot be. */
static char *map(FIXTURE_DATA(geometry) *self, char *where, size_t size,
		 int flags)
{
	char *p = mmap(where, size, RW, MAP_SHARED | flags, self->fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

static bool is_inside(FIXTURE_DATA(geometry) *self, const char *p)
{
	return p >= self->start && p + SIZE <= self->end;
}

TEST_F(geometry, placed_inside)
{
	char *a = map(self, NULL, SIZE, 0);
	char *b = map(self, (char *)0x555500000000, SIZE, 0);
	char *c = map(self, self->end - SIZE, SIZE, 0);
	char *d = map(self, self->end - SIZE, SIZE, 0);

	EXPECT_TRUE(is_inside(self, a));
	EXPECT_TRUE(is_inside(self, b));
	EXPECT_EQ(self->end - SIZE, c);
	EXPECT_TRUE(is_inside(self, d));
	ASSERT_TRUE(a && b && c && d);
	EXPECT_TRUE(a != b && a != d && b != d && c != d);
	pages_fill(a, 0, PAGES, OURS);
	EXPECT_TRUE(pages_hold(b, 0, PAGES, OURS));
	EXPECT_TRUE(pages_hold(c, 0, PAGES, OURS));
	EXPECT_TRUE(pages_hold(d, 0, PAGES, OURS));
}

TEST_F(geometry, not_placed_outside)
{
	char * const wrong[] = {
		self->start - PAGE_SIZE, self->start - SIZE, self->end,
		self->end - SIZE + PAGE_SIZE, (char *)0x10000,
		(char *)0x7ff000000000,
	};

	for (int i = 0; i < NR(wrong); i++) {
		EXPECT_EQ(NULL, map(self, wrong[i], SIZE, MAP_FIXED))
			TH_LOG("%p", wrong[i]);
		EXPECT_EQ(ENOMEM, errno);
	}
	EXPECT_EQ(self->start, map(self, self->start, SIZE, MAP_FIXED));
	EXPECT_EQ(self->end - SIZE, map(self, self->end - SIZE, SIZE,
					MAP_FIXED));
}

/* All of it, and no more. */
TEST_F(geometry, full)
{
	size_t size = variant->span / 8;

	EXPECT_EQ(NULL, map(self, NULL, variant->span + PAGE_SIZE, 0));
	EXPECT_EQ(ENOMEM, errno);
	for (int i = 0; i < 8; i++)
		EXPECT_TRUE(is_inside(self, map(self, NULL, size, 0)));
	EXPECT_EQ(NULL, map(self, NULL, PAGE_SIZE, 0));
	EXPECT_EQ(ENOMEM, errno);
	ASSERT_EQ(0, munmap(self->start + 3 * size, size));
	EXPECT_EQ(self->start + 3 * size, map(self, NULL, size, 0));
}

/* Pages at both ends, and of each of its eighths. */
TEST_F(geometry, contents)
{
	char *p = map(self, self->start, variant->span, MAP_FIXED);

	ASSERT_EQ(self->start, p);
	for (int i = 0; i < 8; i++)
		pages_fill(p + i * variant->span / 8, i, 1, OURS);
	pages_fill(self->end - PAGE_SIZE, 8, 1, OURS);
	for (int i = 0; i < 8; i++)
		EXPECT_TRUE(pages_hold(p + i * variant->span / 8, i, 1, OURS));
	EXPECT_TRUE(pages_hold(self->end - PAGE_SIZE, 8, 1, OURS));
	EXPECT_TRUE(pages_hold(p + PAGE_SIZE, 1, 1, 0));
	ASSERT_EQ(0, munmap(p + variant->span / 4, variant->span / 2));
	EXPECT_EQ(SEGV, try_access(p + variant->span / 2, VMLAB_ACCESS_READ));
	EXPECT_TRUE(pages_hold(p, 0, 1, OURS));
	EXPECT_TRUE(pages_hold(self->end - PAGE_SIZE, 8, 1, OURS));
}

TEST_F(geometry, mremap)
{
	char *p = map(self, self->start, SIZE, MAP_FIXED), *outside;

	ASSERT_EQ(self->start, p);
	pages_fill(p, 0, PAGES, OURS);
	outside = map_anon(SIZE, RW);
	EXPECT_EQ(MAP_FAILED, mremap(p, SIZE, SIZE, MREMAP_MAYMOVE |
				     MREMAP_FIXED, outside));
	EXPECT_EQ(ENOMEM, errno);
	p = self->start;
	EXPECT_TRUE(pages_hold(p, 0, PAGES, OURS));
	p = mremap(p, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   self->end - SIZE);
	ASSERT_EQ(self->end - SIZE, p);
	EXPECT_TRUE(pages_hold(p, 0, PAGES, OURS));
}

/*
 * Where there is room, Linux does not ask; but there is nothing beyond. Linux 6.12
 * and later do not grow any such area in place.
 */
TEST_F(geometry, grown_out)
{
	char *p = map(self, self->end - SIZE, SIZE, MAP_FIXED);

	ASSERT_EQ(self->end - SIZE, p);
	pages_fill(p, 0, PAGES, OURS);
	if (kernel_at_least(6, 12)) {
		EXPECT_EQ(MAP_FAILED, mremap(p, SIZE, 2 * SIZE, 0));
		EXPECT_EQ(ENOMEM, errno);
		return;
	}
	ASSERT_EQ(p, mremap(p, SIZE, 2 * SIZE, 0));
	EXPECT_EQ(BUS, try_access(p + SIZE, VMLAB_ACCESS_READ));
	EXPECT_EQ(BUS, try_access(p + SIZE, VMLAB_ACCESS_WRITE));
	ASSERT_EQ(p, mremap(p, 2 * SIZE, SIZE, 0));
	EXPECT_TRUE(pages_hold(p, 0, PAGES, OURS));
}

static int write_in_child(void *arg)
{
	FIXTURE_DATA(geometry) *self = arg;

	if (!pages_hold(self->start, 0, PAGES, OURS))
		return 1;
	pages_fill(self->start, 0, PAGES, MORE);
	return !pages_hold(self->start, 0, PAGES, MORE);
}

TEST_F(geometry, fork)
{
	ASSERT_EQ(0, device_flags(self->fd, VMLAB_MEMORY_FORK_COPY));
	ASSERT_EQ(self->start, map(self, self->start, SIZE, MAP_FIXED));
	pages_fill(self->start, 0, PAGES, OURS);
	EXPECT_EQ(0, in_child(write_in_child, self));
	EXPECT_TRUE(pages_hold(self->start, 0, PAGES, OURS));
}

TEST_HARNESS_MAIN
