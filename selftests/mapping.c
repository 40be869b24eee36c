// SPDX-License-Identifier: GPL-2.0
/*
 * What is done to areas by mmap(), munmap() and mremap(), done to mappings of
 * /dev/vmlab: what they hold right after each operation.
 */
#include "mapping.h"

TEST_F(mapping, read_first)
{
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, self->first));
	EXPECT_EQ(SIZE, size_of(self));
	EXPECT_EQ(self->first ? PAGES : 0, frames_of(self));
	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
}

TEST_F(mapping, write_first)
{
	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	EXPECT_TRUE(file_holds_pages(self->fd, 0, PAGES,
				     seen(self, variant, OURS)));
	EXPECT_EQ(is_shared(variant) || self->first ? PAGES : 0,
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
	if (variant->backed) {
		expect_end(_metadata, self, more);
		return;
	}
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
	if (variant->backed) {
		expect_end(_metadata, self, self->p + SIZE);
		return;
	}
	EXPECT_TRUE(pages_hold(self->p + SIZE, PAGES, PAGES, 0));
	EXPECT_EQ(2 * SIZE, size_of(self));
	pages_fill(self->p, 0, 2 * PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, 2 * PAGES, MORE));
}

TEST_F(mapping, mremap_does_not_grow_what_has_a_size)
{
	char *to = self->window + 3 * MIB;

	EXPECT_EQ(variant->backed ? -EOPNOTSUPP : 0,
		  device_resize(self->fd, SIZE));
	ASSERT_EQ(to, mremap(self->p, SIZE, 2 * SIZE,
			     MREMAP_MAYMOVE | MREMAP_FIXED, to));
	expect_end(_metadata, self, to + SIZE);
}

TEST_F(mapping, mremap_moves)
{
	char *to = self->window + 3 * MIB;
	unsigned int nr;

	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(to, mremap(self->p, SIZE, 2 * SIZE,
			     MREMAP_MAYMOVE | MREMAP_FIXED, to));
	EXPECT_EQ(SEGV, try_access(self->p, READS));
	EXPECT_TRUE(pages_hold(to, 0, PAGES, OURS));
	if (variant->backed)
		expect_end(_metadata, self, to + SIZE);
	else
		EXPECT_TRUE(pages_hold(to + SIZE, PAGES, PAGES, 0));
	nr = variant->backed ? PAGES : 2 * PAGES;
	pages_fill(to, 0, nr, MORE);
	EXPECT_TRUE(pages_hold(to, 0, nr, MORE));
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

TEST_HARNESS_MAIN
