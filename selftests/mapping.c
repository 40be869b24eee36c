// SPDX-License-Identifier: GPL-2.0
/*
 * What Linux does to areas, done to mappings of /dev/vmlab: what they hold right
 * after each operation.
 */
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
	self->original = device_open(O_RDWR);
	ASSERT_LE(0, self->original);
	self->fd = self->original;
	if (variant->flags)
		ASSERT_EQ(0, device_flags(self->fd, variant->flags));
	if (variant->clone) {
		self->first = ORIGINAL;
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

static bool is_shared(const FIXTURE_VARIANT(mapping) *variant)
{
	return variant->share == MAP_SHARED;
}

/* What the memory holds of what is written to the mapping as @tag. */
static __u16 seen(FIXTURE_DATA(mapping) *self,
		  const FIXTURE_VARIANT(mapping) *variant, __u16 tag)
{
	return is_shared(variant) ? tag : self->first;
}

static bool is_mapped(const char *p)
{
	return pagemap_self(p) & PM_PRESENT;
}

static __u64 size_of(FIXTURE_DATA(mapping) *self)
{
	struct vmlab_memory stat;

	return device_stat(self->fd, &stat) ? 0 : stat.size;
}

static __u32 frames_of(FIXTURE_DATA(mapping) *self)
{
	struct vmlab_memory stat;

	return device_stat(self->fd, &stat) ? NOTHING : stat.frames;
}

TEST_F(mapping, read_first)
{
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, self->first));
	EXPECT_EQ(SIZE, size_of(self));
	EXPECT_EQ(variant->clone ? PAGES : 0, frames_of(self));
	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
}

TEST_F(mapping, write_first)
{
	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	EXPECT_TRUE(file_holds_pages(self->fd, 0, PAGES,
				     seen(self, variant, OURS)));
	EXPECT_EQ(is_shared(variant) || variant->clone ? PAGES : 0,
		  frames_of(self));
}

/* The rest of the page is what it was. */
TEST_F(mapping, write_a_word)
{
	__u64 page[PAGE_SIZE / sizeof(__u64)];

	*(__u64 *)(self->p + 5 * PAGE_SIZE + 800) = 4711;
	pages_fill(page, 5, 1, self->first);
	page[100] = 4711;
	EXPECT_EQ(0, memcmp(page, self->p + 5 * PAGE_SIZE, PAGE_SIZE));
	EXPECT_TRUE(pages_hold(self->p, 0, 5, self->first));
	EXPECT_TRUE(pages_hold(self->p + 6 * PAGE_SIZE, 6, PAGES - 6,
			       self->first));
}

/* What a file system's buffer is, too: the kernel writes to it. */
TEST_F(mapping, written_by_the_kernel)
{
	int file = make_memfd(SIZE);

	ASSERT_LE(0, file);
	ASSERT_TRUE(file_fill(file, 0, PAGES, OURS));
	EXPECT_EQ(SIZE, pread(file, self->p, SIZE, 0));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	EXPECT_EQ(SIZE, pwrite(file, self->p, SIZE, SIZE));
	EXPECT_TRUE(file_holds_pages(file, 0, PAGES, OURS));
	close(file);
}

/* From the memory into a mapping of itself, and back. */
TEST_F(mapping, of_itself)
{
	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_EQ(SIZE, pwrite(self->fd, self->p, SIZE, 0));
	EXPECT_TRUE(file_holds_pages(self->fd, 0, PAGES, OURS));
	EXPECT_EQ(SIZE, pread(self->fd, self->p, SIZE, 0));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
}

/* Written as a file: seen where no copy of Linux's own hides it. */
TEST_F(mapping, written_as_a_file)
{
	pages_fill(self->p, 0, PAGES / 2, OURS);
	peek(self->p, SIZE);
	ASSERT_TRUE(file_fill(self->fd, 0, PAGES, MORE));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 2,
			       is_shared(variant) ? MORE : OURS));
	EXPECT_TRUE(pages_hold(self->p + SIZE / 2, PAGES / 2, PAGES / 2, MORE));
}

TEST_F(mapping, two_of_one)
{
	char *other = map(self, 512, 0, PAGES, RW, MAP_SHARED);

	ASSERT_NE(NULL, other);
	peek(other, SIZE);
	peek(self->p, SIZE);
	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_TRUE(pages_hold(other, 0, PAGES, seen(self, variant, OURS)));
	pages_fill(other, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES,
			       is_shared(variant) ? MORE : OURS));
}

TEST_F(mapping, grows_with_what_is_mapped)
{
	char *more = map(self, 512, PAGES, PAGES, RW, variant->share);

	ASSERT_NE(NULL, more);
	EXPECT_EQ(2 * SIZE, size_of(self));
	EXPECT_TRUE(pages_hold(more, PAGES, PAGES, 0));
	pages_fill(more, PAGES, PAGES, OURS);
	EXPECT_TRUE(pages_hold(more, PAGES, PAGES, OURS));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, self->first));
}

TEST_F(mapping, munmap_in_the_middle)
{
	char *hole = self->p + 4 * PAGE_SIZE;

	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, munmap(hole, 4 * PAGE_SIZE));
	EXPECT_EQ(SEGV, try_access(hole, READS));
	EXPECT_EQ(SEGV, try_access(hole + 4 * PAGE_SIZE - 1, WRITES));
	EXPECT_TRUE(pages_hold(self->p, 0, 4, OURS));
	EXPECT_TRUE(pages_hold(hole + 4 * PAGE_SIZE, 8, PAGES - 8, OURS));
	ASSERT_EQ(hole, map(self, 260, 4, 4, RW, variant->share));
	EXPECT_TRUE(pages_hold(hole, 4, 4, seen(self, variant, OURS)));
	pages_fill(self->p, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, MORE));
}

/* The memory keeps what is mapped nowhere, as long as it is open. */
TEST_F(mapping, munmap_all)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, munmap(self->p, SIZE));
	EXPECT_EQ(SEGV, try_access(self->p, READS));
	ASSERT_EQ(self->p, map(self, 256, 0, PAGES, RW, variant->share));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, seen(self, variant, OURS)));
}

/* Another offset of the memory, over what was there. */
TEST_F(mapping, mapped_over)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_NE(NULL, map(self, 258, 10, 4, RW, variant->share));
	EXPECT_TRUE(pages_hold(self->p, 0, 2, OURS));
	EXPECT_TRUE(pages_hold(self->p + 2 * PAGE_SIZE, 10, 4,
			       seen(self, variant, OURS)));
	EXPECT_TRUE(pages_hold(self->p + 6 * PAGE_SIZE, 6, PAGES - 6, OURS));
}

/* Linux 6.12 and later refuse it to all areas with special entries. */
TEST_F(mapping, mremap_grows_in_place)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, munmap(self->p + SIZE, 2 * SIZE));
	if (kernel_at_least(6, 12)) {
		EXPECT_EQ(MAP_FAILED, mremap(self->p, SIZE, 2 * SIZE, 0));
		EXPECT_EQ(ENOMEM, errno);
		EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
		return;
	}
	ASSERT_EQ(self->p, mremap(self->p, SIZE, 2 * SIZE, 0));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	EXPECT_TRUE(pages_hold(self->p + SIZE, PAGES, PAGES, 0));
	EXPECT_EQ(2 * SIZE, size_of(self));
	pages_fill(self->p, 0, 2 * PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, 2 * PAGES, MORE));
}

TEST_F(mapping, mremap_does_not_grow_what_has_a_size)
{
	char *to = self->window + 3 * MIB;

	ASSERT_EQ(0, device_resize(self->fd, SIZE));
	ASSERT_EQ(to, mremap(self->p, SIZE, 2 * SIZE,
			     MREMAP_MAYMOVE | MREMAP_FIXED, to));
	EXPECT_EQ(BUS, try_access(to + SIZE, READS));
	EXPECT_EQ(BUS, try_access(to + SIZE, WRITES));
	EXPECT_EQ(SIZE, size_of(self));
}

TEST_F(mapping, mremap_moves)
{
	char *to = self->window + 3 * MIB;

	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(to, mremap(self->p, SIZE, 2 * SIZE,
			     MREMAP_MAYMOVE | MREMAP_FIXED, to));
	EXPECT_EQ(SEGV, try_access(self->p, READS));
	EXPECT_TRUE(pages_hold(to, 0, PAGES, OURS));
	EXPECT_TRUE(pages_hold(to + SIZE, PAGES, PAGES, 0));
	pages_fill(to, 0, 2 * PAGES, MORE);
	EXPECT_TRUE(pages_hold(to, 0, 2 * PAGES, MORE));
	EXPECT_TRUE(file_holds_pages(self->fd, 0, PAGES,
				     seen(self, variant, MORE)));
}

TEST_F(mapping, mremap_moves_a_part)
{
	char *to = self->window + 3 * MIB;

	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(to, mremap(self->p + SIZE / 4, SIZE / 2, SIZE / 2,
			     MREMAP_MAYMOVE | MREMAP_FIXED, to));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 4, OURS));
	EXPECT_EQ(SEGV, try_access(self->p + SIZE / 4, READS));
	EXPECT_EQ(SEGV, try_access(self->p + SIZE / 4 * 3 - 1, READS));
	EXPECT_TRUE(pages_hold(self->p + SIZE / 4 * 3, PAGES / 4 * 3, PAGES / 4,
			       OURS));
	EXPECT_TRUE(pages_hold(to, PAGES / 4, PAGES / 2, OURS));
	pages_fill(to, PAGES / 4, PAGES / 2, MORE);
	EXPECT_TRUE(pages_hold(to, PAGES / 4, PAGES / 2, MORE));
}

TEST_F(mapping, mremap_shrinks)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(self->p, mremap(self->p, SIZE, SIZE / 2, 0));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 2, OURS));
	EXPECT_EQ(SEGV, try_access(self->p + SIZE / 2, READS));
	EXPECT_EQ(SIZE, size_of(self));
}

/* The old area stays, without what Linux itself had copied. */
TEST_F(mapping, mremap_leaves_the_area)
{
	char *to = self->window + 3 * MIB;

	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(to, mremap(self->p, SIZE, SIZE, MREMAP_MAYMOVE |
			     MREMAP_FIXED | MREMAP_DONTUNMAP, to));
	EXPECT_TRUE(pages_hold(to, 0, PAGES, OURS));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, seen(self, variant, OURS)));
	pages_fill(self->p, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(to, 0, PAGES, is_shared(variant) ? MORE : OURS));
}

/* From nothing: a second area of the same, which a private one cannot have. */
TEST_F(mapping, mremap_of_nothing)
{
	char *to = self->window + 3 * MIB;

	pages_fill(self->p, 0, PAGES, OURS);
	if (!is_shared(variant)) {
		EXPECT_EQ(MAP_FAILED, mremap(self->p, 0, SIZE, MREMAP_MAYMOVE |
					     MREMAP_FIXED, to));
		EXPECT_EQ(EINVAL, errno);
		return;
	}
	ASSERT_EQ(to, mremap(self->p, 0, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED,
			     to));
	EXPECT_TRUE(pages_hold(to, 0, PAGES, OURS));
	pages_fill(to, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, MORE));
}

static void expect_rights(struct __test_metadata *_metadata, char *p,
			  bool reads, bool writes)
{
	EXPECT_EQ(!reads, try_access(p, READS) == SEGV);
	EXPECT_EQ(!writes, try_access(p, WRITES) == SEGV);
}

TEST_F(mapping, mprotect)
{
	char *part = self->p + 4 * PAGE_SIZE;
	size_t size = 4 * PAGE_SIZE;

	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, mprotect(part, size, PROT_NONE));
	expect_rights(_metadata, part, false, false);
	ASSERT_EQ(0, mprotect(part, size, PROT_READ));
	expect_rights(_metadata, part, true, false);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	ASSERT_EQ(0, mprotect(part, size, RW));
	pages_fill(part, 4, 4, MORE);
	EXPECT_TRUE(pages_hold(part, 4, 4, MORE));
	EXPECT_TRUE(pages_hold(self->p, 0, 4, OURS));
	EXPECT_TRUE(pages_hold(part + size, 8, PAGES - 8, OURS));
	expect_rights(_metadata, part, true, true);
}

/* Rights that are taken before the first touch, and from the zeroes. */
TEST_F(mapping, mprotect_untouched)
{
	peek(self->p + SIZE / 2, SIZE / 2);
	ASSERT_EQ(0, mprotect(self->p, SIZE, PROT_READ));
	for (int i = 0; i < PAGES; i++)
		expect_rights(_metadata, self->p + i * PAGE_SIZE, true, false);
	ASSERT_EQ(0, mprotect(self->p, SIZE, PROT_NONE));
	for (int i = 0; i < PAGES; i++)
		expect_rights(_metadata, self->p + i * PAGE_SIZE, false, false);
	ASSERT_EQ(0, mprotect(self->p, SIZE, RW));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, self->first));
}

/* On x86, what may be executed may be read; without that right, it may not. */
TEST_F(mapping, executes)
{
	memset(self->p, 0, PAGE_SIZE);
	EXPECT_EQ(SEGV, try_access(self->p, VMLAB_ACCESS_EXEC));
	ASSERT_EQ(0, mprotect(self->p, PAGE_SIZE, PROT_READ | PROT_EXEC));
	EXPECT_GT(SEGV, try_access(self->p, VMLAB_ACCESS_EXEC));
	EXPECT_EQ(SEGV, try_access(self->p, WRITES));
	ASSERT_EQ(0, mprotect(self->p, PAGE_SIZE, RW));
	EXPECT_EQ(SEGV, try_access(self->p, VMLAB_ACCESS_EXEC));
	EXPECT_TRUE(pages_hold(self->p, 0, 1, 0));
}

TEST_F(mapping, dontneed)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, madvise(self->p, SIZE / 2, MADV_DONTNEED));
	EXPECT_FALSE(is_mapped(self->p));
	EXPECT_TRUE(is_mapped(self->p + SIZE / 2));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 2,
			       seen(self, variant, OURS)));
	EXPECT_TRUE(pages_hold(self->p + SIZE / 2, PAGES / 2, PAGES / 2, OURS));
	pages_fill(self->p, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, MORE));
}

/* Then no access faults. */
static void expect_all_there(struct __test_metadata *_metadata, char *p,
			     int access)
{
	for (int i = 0; i < PAGES; i++) {
		EXPECT_TRUE(is_mapped(p + i * PAGE_SIZE));
		EXPECT_EQ(WORKED, try_access(p + i * PAGE_SIZE, access));
	}
}

TEST_F(mapping, populate_read)
{
	ASSERT_EQ(0, madvise(self->p, SIZE, MADV_POPULATE_READ));
	expect_all_there(_metadata, self->p, READS);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, self->first));
	EXPECT_EQ(variant->clone ? PAGES : 0, frames_of(self));
}

TEST_F(mapping, populate_write)
{
	ASSERT_EQ(0, madvise(self->p, SIZE, MADV_POPULATE_WRITE));
	for (int i = 0; i < PAGES; i++) {
		char *p = self->p + i * PAGE_SIZE, byte = *p;

		EXPECT_TRUE(is_mapped(p));
		EXPECT_EQ(WORKED, try_access(p, WRITES));
		*p = byte;
	}
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, self->first));
}

TEST_F(mapping, map_populate)
{
	char *p = map(self, 512, 0, PAGES, RW, variant->share | MAP_POPULATE);

	ASSERT_NE(NULL, p);
	expect_all_there(_metadata, p, READS);
	EXPECT_TRUE(pages_hold(p, 0, PAGES, self->first));
}

/* Populating beyond the end fails as an access does. */
TEST_F(mapping, populate_beyond_the_end)
{
	ASSERT_EQ(0, device_resize(self->fd, SIZE / 2));
	EXPECT_EQ(-1, madvise(self->p, SIZE, MADV_POPULATE_READ));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, madvise(self->p, SIZE, MADV_POPULATE_WRITE));
	EXPECT_EQ(EFAULT, errno);
}

/* As with a file, a private copy of what is no more is gone too. */
TEST_F(mapping, shortened)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, device_resize(self->fd, SIZE / 2));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 2, OURS));
	EXPECT_EQ(-1, madvise(self->p + SIZE / 2, SIZE / 2, MADV_POPULATE_READ));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(mapping, willneed)
{
	pages_fill(self->p, 0, PAGES / 2, OURS);
	EXPECT_EQ(0, madvise(self->p, SIZE, MADV_WILLNEED));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 2, OURS));
	EXPECT_TRUE(pages_hold(self->p + SIZE / 2, PAGES / 2, PAGES / 2,
			       self->first));
}

/* Punches a hole into the memory, where it can be told whose copy is meant. */
TEST_F(mapping, remove)
{
	int error = !is_shared(variant) ? EACCES :
		    variant->flags & VMLAB_MEMORY_FORK_COPY ? EOPNOTSUPP : 0;
	char *part = self->p + 4 * PAGE_SIZE;

	pages_fill(self->p, 0, PAGES, OURS);
	errno = 0;
	EXPECT_EQ(error ? -1 : 0, madvise(part, 4 * PAGE_SIZE, MADV_REMOVE));
	EXPECT_EQ(error, errno);
	EXPECT_TRUE(pages_hold(self->p, 0, 4, OURS));
	EXPECT_TRUE(pages_hold(part, 4, 4, error ? OURS : 0));
	EXPECT_TRUE(pages_hold(self->p + SIZE / 2, 8, PAGES - 8, OURS));
	EXPECT_EQ(SIZE, size_of(self));
}

/* The ioctl empties the memory; copies of Linux's own are not its. */
TEST_F(mapping, discard)
{
	pages_fill(self->p, 0, PAGES / 2, OURS);
	peek(self->p, SIZE);
	ASSERT_EQ(0, device_discard(self->fd, 0, SIZE));
	EXPECT_EQ(0, frames_of(self));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 2,
			       is_shared(variant) ? 0 : OURS));
	EXPECT_TRUE(pages_hold(self->p + SIZE / 2, PAGES / 2, PAGES / 2, 0));
	pages_fill(self->p, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, MORE));
}

TEST_F(mapping, msync)
{
	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC));
	EXPECT_EQ(0, msync(self->p, SIZE, MS_ASYNC));
	EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC | MS_INVALIDATE));
	ASSERT_EQ(0, munmap(self->p + SIZE / 2, PAGE_SIZE));
	EXPECT_EQ(-1, msync(self->p, SIZE, MS_SYNC));
	EXPECT_EQ(ENOMEM, errno);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 2, OURS));
}

TEST_F(mapping, mincore)
{
	__u8 there[PAGES];

	touch(self->p, PAGE_SIZE);
	ASSERT_EQ(0, madvise(self->p, SIZE, MADV_DONTNEED));
	touch(self->p + PAGE_SIZE, 2 * PAGE_SIZE);
	ASSERT_EQ(0, mincore(self->p, SIZE, there));
	for (int i = 0; i < PAGES; i++)
		EXPECT_EQ(is_mapped(self->p + i * PAGE_SIZE), there[i] & 1);
	EXPECT_EQ(1, there[1] & 1);
}

TEST_HARNESS_MAIN
