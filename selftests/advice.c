// SPDX-License-Identifier: GPL-2.0
/*
 * What is said of areas by mprotect(), madvise() and msync(), said of mappings of
 * /dev/vmlab: what they hold right after each operation.
 */
#include "mapping.h"

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
	EXPECT_EQ(self->first ? PAGES : 0, frames_of(self));
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
	char *p = map(self, 512, PAGES / 2, PAGES, RW, variant->share);

	ASSERT_NE(NULL, p);
	if (!variant->backed)
		ASSERT_EQ(0, device_resize(self->fd, SIZE));
	EXPECT_EQ(-1, madvise(p, SIZE, MADV_POPULATE_READ));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, madvise(p, SIZE, MADV_POPULATE_WRITE));
	EXPECT_EQ(EFAULT, errno);
}

/* As with a file, a private copy of what is no more is gone too. */
TEST_F(mapping, shortened)
{
	pages_fill(self->p, 0, PAGES, OURS);
	if (variant->backed) {
		EXPECT_EQ(-EOPNOTSUPP, device_resize(self->fd, SIZE / 2));
		EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
		return;
	}
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

/*
 * The ioctl empties the memory; copies of Linux's own are not its. Of what a
 * file has, all goes that can be read again.
 */
TEST_F(mapping, discard)
{
	__u16 left = variant->backed ? ORIGINAL : 0;
	bool dirty = variant->backed && is_shared(variant);

	pages_fill(self->p, 0, PAGES / 2, OURS);
	peek(self->p, SIZE);
	ASSERT_EQ(0, device_discard(self->fd, 0, SIZE));
	EXPECT_EQ(dirty ? PAGES / 2 : 0, frames_of(self));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 2,
			       is_shared(variant) && !dirty ? 0 : OURS));
	EXPECT_TRUE(pages_hold(self->p + SIZE / 2, PAGES / 2, PAGES / 2, left));
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
