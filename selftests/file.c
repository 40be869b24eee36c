// SPDX-License-Identifier: GPL-2.0
/*
 * Memories with a file behind them: what memory and file hold right after each
 * operation. The files are on a tmpfs, and on the file system of a disk.
 */
#include "harness.h"

#include "access.h"
#include "device.h"
#include "disk.h"
#include "memory.h"
#include "world.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define RW	(PROT_READ | PROT_WRITE)
#define READS	VMLAB_ACCESS_READ
#define WRITES	VMLAB_ACCESS_WRITE
#define PAGES	24
#define SIZE	(PAGES * PAGE_SIZE)
#define ORIGINAL	1
#define OURS		2
#define MORE		3

FIXTURE(file) {
	struct world w;
	char path[64];
	int file;
	int fd;
	char *p;
};

FIXTURE_VARIANT(file) {
	const char *folder;
};

FIXTURE_VARIANT_ADD(file, tmpfs) {
	.folder = "/tmp",
};

FIXTURE_VARIANT_ADD(file, disk) {
	.folder = DISK,
};

static char *map(int fd, unsigned int nr, int prot, int flags)
{
	char *p = mmap(NULL, nr * PAGE_SIZE, prot, flags, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

FIXTURE_SETUP(file)
{
	char byte = 0;

	ASSERT_EQ(0, world_open(&self->w));
	catch_signals();
	try_access(&byte, WRITES);
	sprintf(self->path, "%s/vmlab-test-XXXXXX", variant->folder);
	self->file = mkstemp(self->path);
	ASSERT_LE(0, self->file);
	ASSERT_TRUE(file_fill(self->file, 0, PAGES, ORIGINAL));
	ASSERT_EQ(0, fsync(self->file));
	self->fd = device_attached(self->file, 0, 0, 0);
	ASSERT_LE(0, self->fd);
	self->p = map(self->fd, PAGES, RW, MAP_SHARED);
	ASSERT_NE(NULL, self->p);
}

FIXTURE_TEARDOWN(file)
{
	const char *what;

	munmap(self->p, SIZE);
	close(self->fd);
	close(self->file);
	EXPECT_EQ(0, unlink(self->path));
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static struct vmlab_memory stat_of(FIXTURE_DATA(file) *self)
{
	struct vmlab_memory stat = { .frames = NOTHING };

	device_stat(self->fd, &stat);
	return stat;
}

/* Whether the file, however it is read, has pages with a tag. */
static bool file_has(FIXTURE_DATA(file) *self, unsigned int first,
		     unsigned int nr, __u16 tag)
{
	return file_holds_pages(self->file, first, nr, tag);
}

/* === Reading and writing === */

TEST_F(file, read)
{
	EXPECT_EQ(SIZE, stat_of(self).size);
	EXPECT_EQ(0, stat_of(self).frames);
	EXPECT_EQ(MAJOR, try_access(self->p, READS));
	EXPECT_EQ(MINOR, try_access(self->p, WRITES));
	EXPECT_EQ(MAJOR, try_access(self->p + 8 * PAGE_SIZE, WRITES));
	EXPECT_EQ(2, stat_of(self).dirty);
	EXPECT_EQ(0, fsync(self->fd));
	EXPECT_TRUE(file_has(self, 1, 7, ORIGINAL));
	pages_fill(self->p, 0, 1, ORIGINAL);
	pages_fill(self->p + 8 * PAGE_SIZE, 8, 1, ORIGINAL);
	EXPECT_EQ(0, fsync(self->fd));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, ORIGINAL));
	EXPECT_TRUE(file_holds_pages(self->fd, 0, PAGES, ORIGINAL));
	EXPECT_EQ(PAGES, stat_of(self).frames);
	EXPECT_EQ(0, stat_of(self).dirty);
}

TEST_F(file, read_from_descriptor)
{
	EXPECT_TRUE(file_holds_pages(self->fd, 3, 5, ORIGINAL));
	EXPECT_EQ(5, stat_of(self).frames);
	EXPECT_TRUE(file_fill(self->fd, 4, 1, OURS));
	EXPECT_EQ(1, stat_of(self).dirty);
	EXPECT_TRUE(pages_hold(self->p + 4 * PAGE_SIZE, 4, 1, OURS));
	EXPECT_TRUE(file_has(self, 4, 1, ORIGINAL));
	/* It has an end. */
	EXPECT_EQ(-1, pwrite(self->fd, "x", 1, SIZE));
	EXPECT_EQ(ENOSPC, errno);
	EXPECT_EQ(0, fsync(self->fd));
	EXPECT_TRUE(file_has(self, 4, 1, OURS));
}

TEST_F(file, msync)
{
	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_EQ(PAGES, stat_of(self).dirty);
	EXPECT_TRUE(file_has(self, 0, PAGES, ORIGINAL));
	/* A part. */
	EXPECT_EQ(0, msync(self->p + 4 * PAGE_SIZE, 2 * PAGE_SIZE, MS_SYNC));
	EXPECT_EQ(PAGES - 2, stat_of(self).dirty);
	EXPECT_TRUE(file_has(self, 4, 2, OURS));
	EXPECT_TRUE(file_has(self, 6, 1, ORIGINAL));
	EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC));
	EXPECT_EQ(0, stat_of(self).dirty);
	EXPECT_EQ(PAGES, stat_of(self).frames);
	EXPECT_TRUE(file_has(self, 0, PAGES, OURS));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	/* And what is written then, again. */
	pages_fill(self->p + PAGE_SIZE, 1, 1, MORE);
	EXPECT_EQ(1, stat_of(self).dirty);
	EXPECT_EQ(0, fsync(self->fd));
	EXPECT_TRUE(file_has(self, 1, 1, MORE));
	EXPECT_TRUE(file_has(self, 2, PAGES - 2, OURS));
}

/* When nobody has the memory any more, the file has all. */
TEST_F(file, close)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, munmap(self->p, SIZE));
	EXPECT_TRUE(file_has(self, 0, PAGES, ORIGINAL));
	ASSERT_EQ(0, close(self->fd));
	EXPECT_TRUE(file_has(self, 0, PAGES, OURS));
	self->fd = -1;
}

static bool last_is_ours(void *arg)
{
	int file = *(int *)arg;
	__u64 words[2];

	pages_fill(words, PAGES - 1, 0, OURS);
	return pread(file, words, sizeof(words), SIZE - sizeof(words)) ==
	       sizeof(words) && words[0] >> 48 == OURS;
}

TEST_F(file, unmap_last)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, close(self->fd));
	self->fd = -1;
	EXPECT_TRUE(file_has(self, 0, PAGES, ORIGINAL));
	ASSERT_EQ(0, munmap(self->p, SIZE));
	EXPECT_TRUE(wait_until(last_is_ours, &self->file));
	EXPECT_TRUE(file_has(self, 0, PAGES, OURS));
}

TEST_F(file, exit)
{
	pid_t child;
	int status;

	ASSERT_EQ(0, munmap(self->p, SIZE));
	child = fork();
	if (!child) {
		char *p = map(self->fd, PAGES, RW, MAP_SHARED);

		pages_fill(p, 0, PAGES, OURS);
		_exit(0);
	}
	close(self->fd);
	self->fd = -1;
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_TRUE(wait_until(last_is_ours, &self->file));
	EXPECT_TRUE(file_has(self, 0, PAGES, OURS));
}

/* === What others do with the file === */

TEST_F(file, written_by_others)
{
	peek(self->p, SIZE);
	pages_fill(self->p, 0, 1, MORE);
	ASSERT_TRUE(file_fill(self->file, 0, PAGES, OURS));
	/* A frame stays what it is. */
	EXPECT_TRUE(pages_hold(self->p + PAGE_SIZE, 1, 1, ORIGINAL));
	ASSERT_EQ(0, device_discard(self->fd, 0, 2 * PAGE_SIZE));
	EXPECT_TRUE(pages_hold(self->p, 0, 1, MORE));
	EXPECT_TRUE(pages_hold(self->p + PAGE_SIZE, 1, 1, OURS));
	EXPECT_TRUE(pages_hold(self->p + 2 * PAGE_SIZE, 2, 1, ORIGINAL));
	ASSERT_EQ(0, posix_fadvise(self->fd, 2 * PAGE_SIZE, PAGE_SIZE,
				   POSIX_FADV_DONTNEED));
	EXPECT_TRUE(pages_hold(self->p + 2 * PAGE_SIZE, 2, 1, OURS));
	EXPECT_TRUE(pages_hold(self->p + 3 * PAGE_SIZE, 3, 1, ORIGINAL));
	/* What was written last counts: that is what is dirty. */
	EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC));
	EXPECT_TRUE(pages_hold(self->p + PAGE_SIZE, 1, PAGES - 1, OURS));
	EXPECT_TRUE(pages_hold(self->p, 0, 1, MORE));
	EXPECT_TRUE(file_has(self, 0, 1, MORE));
}

TEST_F(file, truncated)
{
	struct stat stat;

	pages_fill(self->p, 0, 12, OURS);
	ASSERT_EQ(0, ftruncate(self->file, 4 * PAGE_SIZE + 100));
	EXPECT_EQ(BUS, try_access(self->p + 16 * PAGE_SIZE, READS));
	EXPECT_EQ(BUS, try_access(self->p + 16 * PAGE_SIZE, WRITES));
	EXPECT_NE(BUS, try_access(self->p + 8 * PAGE_SIZE, READS));
	EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC));
	EXPECT_EQ(BUS, try_access(self->p + 8 * PAGE_SIZE, READS));
	EXPECT_EQ(BUS, try_access(self->p + 5 * PAGE_SIZE, WRITES));
	EXPECT_NE(BUS, try_access(self->p + 4 * PAGE_SIZE, WRITES));
	ASSERT_EQ(0, fstat(self->file, &stat));
	EXPECT_EQ(4 * PAGE_SIZE + 100, stat.st_size);
	EXPECT_TRUE(file_has(self, 0, 4, OURS));
	/* It comes back with the file. */
	ASSERT_EQ(0, ftruncate(self->file, SIZE));
	EXPECT_TRUE(pages_hold(self->p + 5 * PAGE_SIZE, 5, PAGES - 5, 0));
}

/* What lies behind the end in its page is zeroes, and nowhere else. */
TEST_F(file, tail)
{
	char page[PAGE_SIZE] = "";
	struct stat stat;
	char *p;
	int fd;

	ASSERT_EQ(0, ftruncate(self->file, 2 * PAGE_SIZE + 100));
	fd = device_attached(self->file, PAGE_SIZE, 0, 0);
	ASSERT_LE(0, fd);
	p = map(fd, 2, RW, MAP_SHARED);
	ASSERT_NE(NULL, p);
	EXPECT_TRUE(pages_hold(p, 1, 1, ORIGINAL));
	EXPECT_EQ(0, memcmp(p + PAGE_SIZE + 100, page, PAGE_SIZE - 100));
	EXPECT_EQ(100, pread(fd, page, PAGE_SIZE, PAGE_SIZE));
	memset(p + PAGE_SIZE, 'x', PAGE_SIZE);
	EXPECT_EQ(0, msync(p, 2 * PAGE_SIZE, MS_SYNC));
	ASSERT_EQ(0, fstat(self->file, &stat));
	EXPECT_EQ(2 * PAGE_SIZE + 100, stat.st_size);
	EXPECT_EQ(100, pread(self->file, page, PAGE_SIZE, 2 * PAGE_SIZE));
	EXPECT_EQ('x', page[0]);
	EXPECT_EQ('x', page[99]);
	munmap(p, 2 * PAGE_SIZE);
	close(fd);
}

TEST_F(file, part)
{
	int fd = device_attached(self->file, 3 * PAGE_SIZE, 5 * PAGE_SIZE, 0);
	char *p;

	ASSERT_LE(0, fd);
	p = map(fd, 6, RW, MAP_SHARED);
	ASSERT_NE(NULL, p);
	EXPECT_TRUE(pages_hold(p, 3, 5, ORIGINAL));
	EXPECT_EQ(BUS, try_access(p + 5 * PAGE_SIZE, READS));
	pages_fill(p, 3, 5, OURS);
	munmap(p, 6 * PAGE_SIZE);
	close(fd);
	EXPECT_TRUE(file_has(self, 0, 3, ORIGINAL));
	EXPECT_TRUE(file_has(self, 3, 5, OURS));
	EXPECT_TRUE(file_has(self, 8, PAGES - 8, ORIGINAL));
}

/* MADV_REMOVE makes a hole in the file. */
TEST_F(file, remove)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_EQ(0, madvise(self->p + 2 * PAGE_SIZE, 4 * PAGE_SIZE,
			     MADV_REMOVE));
	EXPECT_TRUE(pages_hold(self->p + 2 * PAGE_SIZE, 2, 4, 0));
	EXPECT_TRUE(file_has(self, 2, 4, 0));
	EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC));
	EXPECT_TRUE(file_has(self, 0, 2, OURS));
	EXPECT_TRUE(file_has(self, 2, 4, 0));
	EXPECT_TRUE(file_has(self, 6, PAGES - 6, OURS));
}

/* === Mappings === */

TEST_F(file, private)
{
	char *p = map(self->fd, PAGES, RW, MAP_PRIVATE);

	ASSERT_NE(NULL, p);
	EXPECT_TRUE(pages_hold(p, 0, 4, ORIGINAL));
	pages_fill(p, 0, 8, OURS);
	EXPECT_TRUE(pages_hold(p, 0, 8, OURS));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, ORIGINAL));
	EXPECT_EQ(0, msync(p, SIZE, MS_SYNC));
	EXPECT_EQ(0, stat_of(self).dirty);
	EXPECT_TRUE(file_has(self, 0, PAGES, ORIGINAL));
	pages_fill(self->p + 8 * PAGE_SIZE, 8, 8, MORE);
	EXPECT_TRUE(pages_hold(p + 8 * PAGE_SIZE, 8, 8, MORE));
	EXPECT_TRUE(pages_hold(p, 0, 8, OURS));
	munmap(p, SIZE);
}

TEST_F(file, fork)
{
	pid_t child = fork();
	int status;

	if (!child) {
		pages_fill(self->p, 0, PAGES, OURS);
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC));
	EXPECT_TRUE(file_has(self, 0, PAGES, OURS));
}

TEST_F(file, willneed)
{
	ASSERT_EQ(0, madvise(self->p + 2 * PAGE_SIZE, 4 * PAGE_SIZE,
			     MADV_WILLNEED));
	EXPECT_EQ(4, stat_of(self).frames);
	ASSERT_EQ(0, posix_fadvise(self->fd, 0, 0, POSIX_FADV_WILLNEED));
	EXPECT_EQ(PAGES, stat_of(self).frames);
	EXPECT_EQ(0, stat_of(self).dirty);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, ORIGINAL));
	EXPECT_EQ(EINVAL, posix_fadvise(self->fd, 0, 0, 77));
}

/* At an address where no edge is in the way. */
TEST_F(file, readahead)
{
	char *window = map_anon(HPAGE, PROT_NONE);
	char *p = (char *)((unsigned long)(window + HPAGE / 2) & -65536UL);
	unsigned int i;

	ASSERT_NE(NULL, window);
	ASSERT_EQ(p, mmap(p, SIZE, RW, MAP_SHARED | MAP_FIXED, self->fd, 0));
	peek(p, PAGE_SIZE);
	EXPECT_EQ(1, stat_of(self).frames);
	peek(p + PAGE_SIZE, PAGE_SIZE);
	EXPECT_EQ(3, stat_of(self).frames);
	peek(p + 3 * PAGE_SIZE, PAGE_SIZE);
	EXPECT_EQ(7, stat_of(self).frames);
	for (i = 4; i < PAGES; i++)
		EXPECT_TRUE(pages_hold(p + i * PAGE_SIZE, i, 1, ORIGINAL));
	munmap(window, HPAGE);
}

TEST_F(file, populate)
{
	char *p = map(self->fd, PAGES, RW, MAP_SHARED | MAP_POPULATE);

	ASSERT_NE(NULL, p);
	EXPECT_EQ(PAGES, stat_of(self).frames);
	munmap(p, SIZE);
}

static void *first_reader(void *arg)
{
	pthread_barrier_t *barrier = ((void **)arg)[0];
	char *p = ((void **)arg)[1];

	pthread_barrier_wait(barrier);
	return (void *)pages_hold(p, 5, 1, ORIGINAL);
}

/* Of many who want a page at once, one has it read. */
TEST_F(file, at_once)
{
	pthread_barrier_t barrier;
	void *arg[] = { &barrier, self->p + 5 * PAGE_SIZE };
	pthread_t ids[8];
	void *good;

	pthread_barrier_init(&barrier, NULL, ARRAY_SIZE(ids));
	for (int i = 0; i < ARRAY_SIZE(ids); i++)
		ASSERT_EQ(0, pthread_create(&ids[i], NULL, first_reader, arg));
	for (int i = 0; i < ARRAY_SIZE(ids); i++) {
		pthread_join(ids[i], &good);
		EXPECT_NE(NULL, good);
	}
	EXPECT_EQ(1, stat_of(self).frames);
}

/* The lock that write() holds is not needed to read what it writes. */
TEST_F(file, own_buffer)
{
	alarm(60);
	EXPECT_EQ(PAGE_SIZE, pwrite(self->file, self->p + 2 * PAGE_SIZE,
				    PAGE_SIZE, 4 * PAGE_SIZE));
	EXPECT_TRUE(file_has(self, 2, 1, ORIGINAL));
	EXPECT_EQ(6 * PAGE_SIZE, pwrite(self->file, self->p + 6 * PAGE_SIZE,
					6 * PAGE_SIZE, 6 * PAGE_SIZE));
	EXPECT_TRUE(file_has(self, 5, 10, ORIGINAL));
	/* The page that is written is the one that is read. */
	EXPECT_EQ(PAGE_SIZE, pwrite(self->file, self->p + 14 * PAGE_SIZE,
				    PAGE_SIZE, 13 * PAGE_SIZE + 2048));
	EXPECT_EQ(PAGE_SIZE, pread(self->file, self->p + 20 * PAGE_SIZE,
				   PAGE_SIZE, 21 * PAGE_SIZE));
	EXPECT_TRUE(pages_hold(self->p + 20 * PAGE_SIZE, 21, 1, ORIGINAL));
	EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC));
	EXPECT_TRUE(file_holds_pages(self->fd, 15, 4, ORIGINAL));
	alarm(0);
}

struct writer {
	char *p;
	int file;
	bool stop;
};

static void *write_from_it(void *arg)
{
	struct writer *w = arg;

	while (!__atomic_load_n(&w->stop, __ATOMIC_RELAXED))
		if (pwrite(w->file, w->p, SIZE, 0) != SIZE)
			return NULL;
	return w;
}

/* The file is written from the mapping, which is written back meanwhile. */
TEST_F(file, own_buffer_at_once)
{
	struct writer w = { .p = self->p, .file = self->file };
	pthread_t id;
	void *good;

	alarm(120);
	ASSERT_EQ(0, pthread_create(&id, NULL, write_from_it, &w));
	for (int i = 0; i < 20; i++) {
		pages_fill(self->p, 0, PAGES, OURS + i);
		EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC));
		EXPECT_EQ(0, device_discard(self->fd, 0, SIZE));
	}
	__atomic_store_n(&w.stop, true, __ATOMIC_RELAXED);
	pthread_join(id, &good);
	EXPECT_EQ(&w, good);
	alarm(0);
}

/* Descriptors that append write where they are told to all the same. */
TEST_F(file, append)
{
	ASSERT_EQ(0, fcntl(self->file, F_SETFL, O_APPEND));
	pages_fill(self->p, 0, PAGES, OURS);
	EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC));
	EXPECT_TRUE(file_has(self, 0, PAGES, OURS));
	EXPECT_EQ(SIZE, lseek(self->file, 0, SEEK_END));
}

int main(int argc, char **argv)
{
	return disk_run(argc, argv, test_harness_run);
}
