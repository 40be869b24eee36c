/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fixture of mapping.c and advice.c: a mapping of each kind of memory.
 */
#ifndef SELFTESTS_MAPPING_H
#define SELFTESTS_MAPPING_H

#include "harness.h"

#include "access.h"
#include "device.h"
#include "memory.h"
#include "world.h"

#include <fcntl.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ	22
#define MADV_POPULATE_WRITE	23
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP	4
#endif

#define RW	(PROT_READ | PROT_WRITE)
#define READS	VMLAB_ACCESS_READ
#define WRITES	VMLAB_ACCESS_WRITE
#define PAGES	16
#define SIZE	(PAGES * PAGE_SIZE)
#define WINDOW	(8 * MIB)
/* Tags of pages: what the original of a clone holds, and what we write. */
#define ORIGINAL	1
#define OURS		2
#define MORE		3

FIXTURE(mapping) {
	struct world w;
	int original;
	int fd;
	char *window;	/* all mappings lie in it */
	char *p;
	__u16 first;	/* what is there before anybody wrote */
};

FIXTURE_VARIANT(mapping) {
	int share;	/* MAP_SHARED or MAP_PRIVATE */
	__u32 flags;
	bool clone;
	bool named;
	bool backed;	/* by a file, and so it has an end */
};

FIXTURE_VARIANT_ADD(mapping, shared) {
	.share = MAP_SHARED,
};

FIXTURE_VARIANT_ADD(mapping, private) {
	.share = MAP_PRIVATE,
};

FIXTURE_VARIANT_ADD(mapping, fork_copy) {
	.share = MAP_SHARED,
	.flags = VMLAB_MEMORY_FORK_COPY,
};

FIXTURE_VARIANT_ADD(mapping, clone) {
	.share = MAP_SHARED,
	.clone = true,
};

FIXTURE_VARIANT_ADD(mapping, private_of_clone) {
	.share = MAP_PRIVATE,
	.clone = true,
};

FIXTURE_VARIANT_ADD(mapping, named) {
	.share = MAP_SHARED,
	.named = true,
};

FIXTURE_VARIANT_ADD(mapping, backed) {
	.share = MAP_SHARED,
	.backed = true,
};

FIXTURE_VARIANT_ADD(mapping, private_of_backed) {
	.share = MAP_PRIVATE,
	.backed = true,
};

/* At page @at of the window, from page @index of the memory on. */
static char *map(FIXTURE_DATA(mapping) *self, unsigned int at,
		 unsigned int index, unsigned int nr, int prot, int flags)
{
	char *p = mmap(self->window + at * PAGE_SIZE, nr * PAGE_SIZE, prot,
		       flags | MAP_FIXED, self->fd, index * PAGE_SIZE);

	return p == MAP_FAILED ? NULL : p;
}

FIXTURE_SETUP(mapping)
{
	char byte = 0;

	ASSERT_EQ(0, world_open(&self->w));
	catch_signals();
	/* What it needs itself is there from now on, and faults no more. */
	try_access(&byte, WRITES);
	self->original = variant->backed ? device_backed(PAGES, ORIGINAL) :
					   device_open(O_RDWR);
	ASSERT_LE(0, self->original);
	self->fd = self->original;
	if (variant->flags)
		ASSERT_EQ(0, device_flags(self->fd, variant->flags));
	if (variant->clone || variant->backed)
		self->first = ORIGINAL;
	if (variant->clone) {
		ASSERT_TRUE(file_fill(self->original, 0, PAGES, ORIGINAL));
		self->fd = device_clone(self->original);
		ASSERT_LE(0, self->fd);
	}
	if (variant->named) {
		ASSERT_EQ(0, device_name(self->original, "mapping", 0600));
		self->fd = device_named("mapping", O_RDWR);
		ASSERT_LE(0, self->fd);
	}
	self->window = map_anon(WINDOW, PROT_NONE);
	ASSERT_NE(NULL, self->window);
	self->p = map(self, 256, 0, PAGES, RW, variant->share);
	ASSERT_EQ(self->window + MIB, self->p);
}

FIXTURE_TEARDOWN(mapping)
{
	const char *what;

	if (variant->clone)
		EXPECT_TRUE(file_holds_pages(self->original, 0, PAGES, ORIGINAL));
	EXPECT_EQ(0, munmap(self->window, WINDOW));
	close(self->original);
	if (self->fd != self->original)
		close(self->fd);
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static inline bool is_shared(const FIXTURE_VARIANT(mapping) *variant)
{
	return variant->share == MAP_SHARED;
}

/* What the memory holds of what is written to the mapping as @tag. */
static inline __u16 seen(FIXTURE_DATA(mapping) *self,
			 const FIXTURE_VARIANT(mapping) *variant, __u16 tag)
{
	return is_shared(variant) ? tag : self->first;
}

static inline bool is_mapped(const char *p)
{
	return pagemap_self(p) & PM_PRESENT;
}

static inline __u64 size_of(FIXTURE_DATA(mapping) *self)
{
	struct vmlab_memory stat;

	return device_stat(self->fd, &stat) ? 0 : stat.size;
}

static inline __u32 frames_of(FIXTURE_DATA(mapping) *self)
{
	struct vmlab_memory stat;

	return device_stat(self->fd, &stat) ? NOTHING : stat.frames;
}

/* There is nothing at @p, which is the first page behind the end. */
static inline void expect_end(struct __test_metadata *_metadata,
			      FIXTURE_DATA(mapping) *self, char *p)
{
	EXPECT_EQ(BUS, try_access(p, READS));
	EXPECT_EQ(BUS, try_access(p, WRITES));
	EXPECT_EQ(SIZE, size_of(self));
}

#endif /* SELFTESTS_MAPPING_H */
