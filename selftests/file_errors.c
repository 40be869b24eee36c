// SPDX-License-Identifier: GPL-2.0
/*
 * Memories with a file behind them: what is refused, and what comes of errors. The
 * file is on a disk that can be made to fail.
 */
#include "harness.h"

#include "access.h"
#include "device.h"
#include "disk.h"
#include "memory.h"
#include "world.h"

#include <fcntl.h>
#include <sys/mman.h>

#define RW	(PROT_READ | PROT_WRITE)
#define READS	VMLAB_ACCESS_READ
#define WRITES	VMLAB_ACCESS_WRITE
#define PAGES	24
#define SIZE	(PAGES * PAGE_SIZE)
#define ORIGINAL	1
#define OURS		2

FIXTURE(file_errors) {
	struct world w;
	char path[64];
	int file;
	int fd;
	char *p;
};

static char *map(int fd, unsigned int nr, int prot, int flags)
{
	char *p = mmap(NULL, nr * PAGE_SIZE, prot, flags, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

FIXTURE_SETUP(file_errors)
{
	char byte = 0;

	ASSERT_EQ(0, world_open(&self->w));
	catch_signals();
	try_access(&byte, WRITES);
	sprintf(self->path, DISK "/vmlab-test-XXXXXX");
	self->file = mkstemp(self->path);
	ASSERT_LE(0, self->file);
	ASSERT_TRUE(file_fill(self->file, 0, PAGES, ORIGINAL));
	ASSERT_EQ(0, fsync(self->file));
	self->fd = device_attached(self->file, 0, 0, 0);
	ASSERT_LE(0, self->fd);
	self->p = map(self->fd, PAGES, RW, MAP_SHARED);
	ASSERT_NE(NULL, self->p);
}

FIXTURE_TEARDOWN(file_errors)
{
	const char *what;

	munmap(self->p, SIZE);
	close(self->fd);
	close(self->file);
	EXPECT_EQ(0, unlink(self->path));
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static struct vmlab_memory stat_of(FIXTURE_DATA(file_errors) *self)
{
	struct vmlab_memory stat = { .frames = NOTHING };

	device_stat(self->fd, &stat);
	return stat;
}

/* Whether the file, however it is read, has pages with a tag. */
static bool file_has(FIXTURE_DATA(file_errors) *self, unsigned int first,
		     unsigned int nr, __u16 tag)
{
	return file_holds_pages(self->file, first, nr, tag);
}

/* === What is refused === */

TEST_F(file_errors, read_only)
{
	int file = open(self->path, O_RDONLY), fd;
	char *p;

	ASSERT_LE(0, file);
	EXPECT_EQ(-EACCES, device_attached(file, 0, 0, 0));
	fd = device_attached(file, 0, 0, VMLAB_ATTACH_READ);
	ASSERT_LE(0, fd);
	EXPECT_EQ(NULL, map(fd, PAGES, RW, MAP_SHARED));
	EXPECT_EQ(EACCES, errno);
	p = map(fd, PAGES, PROT_READ, MAP_SHARED);
	ASSERT_NE(NULL, p);
	EXPECT_TRUE(pages_hold(p, 0, PAGES, ORIGINAL));
	EXPECT_EQ(-1, mprotect(p, SIZE, RW));
	EXPECT_EQ(EACCES, errno);
	munmap(p, SIZE);
	p = map(fd, PAGES, RW, MAP_PRIVATE);
	ASSERT_NE(NULL, p);
	pages_fill(p, 0, PAGES, OURS);
	munmap(p, SIZE);
	EXPECT_EQ(-1, pwrite(fd, "x", 1, 0));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(0, fsync(fd));
	close(fd);
	close(file);
	EXPECT_TRUE(file_has(self, 0, PAGES, ORIGINAL));
}

TEST_F(file_errors, refused)
{
	int file = self->file, other, pipes[2];

	EXPECT_EQ(-EBADF, device_attached(-1, 0, 0, 0));
	EXPECT_EQ(-EINVAL, device_attached(file, 0, 0, 2));
	EXPECT_EQ(-EINVAL, device_attached(file, SIZE, 0, 0));
	EXPECT_EQ(-EINVAL, device_attached(file, PAGE_SIZE, SIZE, 0));
	EXPECT_EQ(-ENODEV, device_attached(self->fd, 0, 0, 0));
	ASSERT_EQ(0, pipe(pipes));
	EXPECT_EQ(-ENODEV, device_attached(pipes[0], 0, 0, 0));
	other = open("/tmp", O_RDONLY);
	EXPECT_EQ(-EISDIR, device_attached(other, 0, 0, 0));
	close(other);
	other = open("/proc/self/status", O_RDONLY);
	EXPECT_EQ(-ENODEV, device_attached(other, 0, 0, VMLAB_ATTACH_READ));
	close(other);
	other = open(self->path, O_WRONLY);
	EXPECT_EQ(-EACCES, device_attached(other, 0, 0, 0));
	close(other);
	other = device_open(O_RDWR);
	EXPECT_EQ(-EINVAL, device_attach(other, file, 1, 0, 0));
	EXPECT_EQ(-EFAULT, device_call(other, VMLAB_IOC_ATTACH, (void *)8));
	ASSERT_EQ(0, device_flags(other, VMLAB_MEMORY_FORK_COPY));
	EXPECT_EQ(-EOPNOTSUPP, device_attach(other, file, 0, 0, 0));
	ASSERT_EQ(0, device_flags(other, 0));
	ASSERT_EQ(1, write(other, "x", 1));
	EXPECT_EQ(-EBUSY, device_attach(other, file, 0, 0, 0));
	close(other);
	other = device_open(O_RDONLY);
	EXPECT_EQ(-EBADF, device_attach(other, file, 0, 0, 0));
	close(other);
	close(pipes[0]);
	close(pipes[1]);
	/* What is no more to be had with a file. */
	EXPECT_EQ(-EBUSY, device_attach(self->fd, file, 0, 0, 0));
	EXPECT_EQ(-EOPNOTSUPP, device_clone(self->fd));
	EXPECT_EQ(-EOPNOTSUPP, device_resize(self->fd, PAGE_SIZE));
	EXPECT_EQ(-EOPNOTSUPP, device_flags(self->fd, VMLAB_MEMORY_FORK_COPY));
}

/* === Errors === */

TEST_F(file_errors, read_error)
{
	char byte;

	/* The page cache has it no more. */
	ASSERT_EQ(0, posix_fadvise(self->file, 0, 0, POSIX_FADV_DONTNEED));
	EXPECT_TRUE(pages_hold(self->p, 0, 1, ORIGINAL));
	ASSERT_EQ(0, posix_fadvise(self->file, 0, 0, POSIX_FADV_DONTNEED));
	ASSERT_TRUE(disk_switch(false));
	EXPECT_EQ(BUS, try_access(self->p + 20 * PAGE_SIZE, READS));
	EXPECT_EQ(BUS, try_access(self->p + 20 * PAGE_SIZE, WRITES));
	EXPECT_EQ(-1, pread(self->fd, &byte, 1, 21 * PAGE_SIZE));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(0, madvise(self->p, SIZE, MADV_WILLNEED));
	EXPECT_TRUE(pages_hold(self->p, 0, 1, ORIGINAL));
	ASSERT_TRUE(disk_switch(true));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, ORIGINAL));
}

/* What cannot be written stays, and who asks is told: each once. */
TEST_F(file_errors, write_error)
{
	pages_fill(self->p, 0, PAGES, OURS);
	ASSERT_TRUE(disk_switch(false));
	EXPECT_EQ(-1, msync(self->p, SIZE, MS_SYNC));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(PAGES, stat_of(self).dirty);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	ASSERT_TRUE(disk_switch(true));
	/* This descriptor did not hear of it yet. */
	EXPECT_EQ(-1, fsync(self->fd));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(0, fsync(self->fd));
	EXPECT_EQ(0, msync(self->p, SIZE, MS_SYNC));
	EXPECT_EQ(0, stat_of(self).dirty);
	ASSERT_EQ(0, posix_fadvise(self->file, 0, 0, POSIX_FADV_DONTNEED));
	EXPECT_TRUE(file_has(self, 0, PAGES, OURS));
}

TEST_F(file_errors, no_space)
{
	int filler, file, fd;
	char *p;

	file = open(DISK "/holes", O_RDWR | O_CREAT, 0600);
	ASSERT_LE(0, file);
	ASSERT_EQ(0, ftruncate(file, SIZE));
	ASSERT_EQ(0, fsync(file));
	filler = disk_fill(DISK "/filler");
	fd = device_attached(file, 0, 0, 0);
	ASSERT_LE(0, fd);
	p = map(fd, PAGES, RW, MAP_SHARED);
	ASSERT_NE(NULL, p);
	EXPECT_TRUE(pages_hold(p, 0, PAGES, 0));
	pages_fill(p, 0, PAGES, OURS);
	EXPECT_EQ(-1, msync(p, SIZE, MS_SYNC));
	EXPECT_EQ(ENOSPC, errno);
	EXPECT_TRUE(pages_hold(p, 0, PAGES, OURS));
	ASSERT_EQ(0, ftruncate(filler, 0));
	ASSERT_EQ(0, fsync(filler));
	EXPECT_EQ(0, msync(p, SIZE, MS_SYNC));
	EXPECT_TRUE(file_holds_pages(file, 0, PAGES, OURS));
	munmap(p, SIZE);
	close(fd);
	close(file);
	close(filler);
	EXPECT_EQ(0, unlink(DISK "/holes"));
	EXPECT_EQ(0, unlink(DISK "/filler"));
}

int main(int argc, char **argv)
{
	return disk_run(argc, argv, test_harness_run);
}
