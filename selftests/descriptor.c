// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors of /dev/vmlab: as files, their sizes, names, ioctls and rights.
 */
#include "harness.h"

#include "access.h"
#include "device.h"
#include "memory.h"
#include "world.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define RW	(PROT_READ | PROT_WRITE)
#define PAGES	8
#define SIZE	(PAGES * PAGE_SIZE)
#define OURS	1
#define MORE	2
#define STRANGER	12345	/* a user */
#define BAD_POINTER	((void *)0x1000000000000000ULL)
/* No memory is longer. */
#define LIMIT	(0xffffffffULL * PAGE_SIZE)

FIXTURE(descriptor) {
	struct world w;
	int fd;
};

FIXTURE_SETUP(descriptor)
{
	ASSERT_EQ(0, world_open(&self->w));
	catch_signals();
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(descriptor)
{
	const char *what;

	close(self->fd);
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static char *map(int fd, size_t size, int prot, int share)
{
	char *p = mmap(NULL, size, prot, share, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

static __u64 size_of(int fd)
{
	struct vmlab_memory stat;

	return device_stat(fd, &stat) ? ~0ULL : stat.size;
}

/* === As a file === */

TEST_F(descriptor, fresh)
{
	struct vmlab_memory stat;
	char byte;

	ASSERT_EQ(0, device_stat(self->fd, &stat));
	EXPECT_NE(0, stat.id);
	EXPECT_EQ(VMLAB_MEMORY_GROWS, stat.flags);
	EXPECT_EQ(0, stat.size);
	EXPECT_EQ(0, stat.frames);
	EXPECT_EQ(0, stat.shared);
	EXPECT_EQ(0, stat.parent);
	EXPECT_EQ(0600, stat.mode);
	EXPECT_STREQ("", stat.name);
	EXPECT_EQ(0, read(self->fd, &byte, 1));
	EXPECT_EQ(0, lseek(self->fd, 0, SEEK_END));
}

TEST_F(descriptor, write_and_read)
{
	char text[] = "across the end of a page", back[64] = "";
	off_t at = PAGE_SIZE - 9;

	EXPECT_EQ(sizeof(text), pwrite(self->fd, text, sizeof(text), at));
	EXPECT_EQ(at + sizeof(text), size_of(self->fd));
	EXPECT_EQ(sizeof(text), pread(self->fd, back, sizeof(back), at));
	EXPECT_STREQ(text, back);
	EXPECT_EQ(1, pread(self->fd, back, 9, at + sizeof(text) - 1));
	EXPECT_EQ(0, pread(self->fd, back, 9, at + sizeof(text)));
	EXPECT_EQ(0, pread(self->fd, back, 9, at + (1L << 40)));
	EXPECT_EQ(at, lseek(self->fd, at, SEEK_SET));
	EXPECT_EQ(6, read(self->fd, back, 6));
	EXPECT_EQ(at + 6, lseek(self->fd, 0, SEEK_CUR));
	EXPECT_EQ(at + sizeof(text) - 1, lseek(self->fd, -1, SEEK_END));
	EXPECT_EQ(-1, lseek(self->fd, -1, SEEK_SET));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, pread(self->fd, back, 1, -1));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(descriptor, bad_buffers)
{
	char *p = map_anon(2 * PAGE_SIZE, RW);

	ASSERT_NE(NULL, p);
	pages_fill(p, 0, 1, OURS);
	ASSERT_EQ(0, munmap(p + PAGE_SIZE, PAGE_SIZE));
	EXPECT_EQ(-1, pwrite(self->fd, p + PAGE_SIZE, 100, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(PAGE_SIZE, pwrite(self->fd, p, 2 * PAGE_SIZE, 0));
	EXPECT_EQ(-1, pread(self->fd, p + PAGE_SIZE, 100, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(100, pread(self->fd, p + PAGE_SIZE - 100, 200, 0));
}

/* With a size that was set, the end is the end. */
TEST_F(descriptor, write_at_the_end)
{
	char bytes[2 * PAGE_SIZE] = "";

	ASSERT_EQ(0, device_resize(self->fd, SIZE));
	EXPECT_EQ(-1, pwrite(self->fd, bytes, 1, SIZE));
	EXPECT_EQ(ENOSPC, errno);
	EXPECT_EQ(-1, pwrite(self->fd, bytes, 1, 1L << 40));
	EXPECT_EQ(ENOSPC, errno);
	EXPECT_EQ(9, pwrite(self->fd, bytes, sizeof(bytes), SIZE - 9));
	EXPECT_EQ(PAGE_SIZE + 9, pwrite(self->fd, bytes, sizeof(bytes),
					SIZE - PAGE_SIZE - 9));
	EXPECT_EQ(SIZE, size_of(self->fd));
}

TEST_F(descriptor, write_beyond_the_limit)
{
	char byte = 1;

	EXPECT_EQ(-1, pwrite(self->fd, &byte, 1, LIMIT));
	EXPECT_EQ(EFBIG, errno);
	EXPECT_EQ(0, size_of(self->fd));
	EXPECT_EQ(1, pwrite(self->fd, &byte, 1, LIMIT - 1));
	EXPECT_EQ(LIMIT, size_of(self->fd));
}

TEST_F(descriptor, append)
{
	int fd = device_open(O_RDWR | O_APPEND);
	char text[5] = "";

	ASSERT_LE(0, fd);
	EXPECT_EQ(2, write(fd, "ab", 2));
	EXPECT_EQ(0, lseek(fd, 0, SEEK_SET));
	EXPECT_EQ(2, write(fd, "cd", 2));
	EXPECT_EQ(4, pread(fd, text, sizeof(text), 0));
	EXPECT_STREQ("abcd", text);
	close(fd);
}

TEST_F(descriptor, is_always_ready)
{
	struct pollfd pollfd = { .fd = self->fd, .events = POLLIN | POLLOUT };

	EXPECT_EQ(1, poll(&pollfd, 1, 0));
	EXPECT_EQ(POLLIN | POLLOUT, pollfd.revents);
}

/* Linux itself refuses it for a device. */
TEST_F(descriptor, ftruncate)
{
	EXPECT_EQ(-1, ftruncate(self->fd, SIZE));
	EXPECT_EQ(EINVAL, errno);
}

/* === Size === */

TEST_F(descriptor, shorter)
{
	char *p = map(self->fd, SIZE, RW, MAP_SHARED);

	ASSERT_NE(NULL, p);
	pages_fill(p, 0, PAGES, OURS);
	ASSERT_EQ(0, device_resize(self->fd, SIZE / 2));
	EXPECT_EQ(SIZE / 2, size_of(self->fd));
	for (int i = PAGES / 2; i < PAGES; i++) {
		EXPECT_EQ(BUS, try_access(p + i * PAGE_SIZE, VMLAB_ACCESS_READ));
		EXPECT_EQ(BUS, try_access(p + i * PAGE_SIZE,
					  VMLAB_ACCESS_WRITE));
	}
	EXPECT_TRUE(pages_hold(p, 0, PAGES / 2, OURS));
	ASSERT_EQ(0, device_resize(self->fd, SIZE));
	EXPECT_TRUE(pages_hold(p, 0, PAGES / 2, OURS));
	EXPECT_TRUE(pages_hold(p + SIZE / 2, PAGES / 2, PAGES / 2, 0));
	EXPECT_EQ(0, munmap(p, SIZE));
}

/* The end of the last page is zeroes when it comes back. */
TEST_F(descriptor, part_of_a_page)
{
	char *p = map(self->fd, SIZE, RW, MAP_SHARED);

	ASSERT_NE(NULL, p);
	memset(p, OURS, SIZE);
	ASSERT_EQ(0, device_resize(self->fd, SIZE - 1000));
	EXPECT_EQ(SIZE - 1000, size_of(self->fd));
	EXPECT_EQ(1, p[SIZE - 1001]);
	EXPECT_EQ(0, p[SIZE - 1000]);
	EXPECT_EQ(0, p[SIZE - 1]);
	ASSERT_EQ(0, device_resize(self->fd, SIZE));
	EXPECT_EQ(1, p[SIZE - 1001]);
	EXPECT_EQ(0, p[SIZE - 1000]);
	EXPECT_EQ(0, p[SIZE - 1]);
	ASSERT_EQ(0, device_resize(self->fd, 1));
	ASSERT_EQ(0, device_resize(self->fd, 2 * SIZE));
	EXPECT_EQ(1, p[0]);
	EXPECT_EQ(0, p[1]);
	EXPECT_TRUE(pages_hold(p + PAGE_SIZE, 1, PAGES - 1, 0));
	EXPECT_EQ(0, munmap(p, SIZE));
}

/* All frames go with the size. */
TEST_F(descriptor, nothing)
{
	struct vmlab_memory stat;

	ASSERT_TRUE(file_fill(self->fd, 0, PAGES, OURS));
	ASSERT_EQ(0, device_resize(self->fd, 0));
	ASSERT_EQ(0, device_stat(self->fd, &stat));
	EXPECT_EQ(0, stat.size);
	EXPECT_EQ(0, stat.frames);
	EXPECT_EQ(0, stat.tables);
	EXPECT_EQ(0, stat.flags);
}

TEST_F(descriptor, longest)
{
	EXPECT_EQ(0, device_resize(self->fd, LIMIT));
	EXPECT_EQ(LIMIT, size_of(self->fd));
	EXPECT_EQ(-EFBIG, device_resize(self->fd, LIMIT + 1));
	EXPECT_EQ(-EFBIG, device_resize(self->fd, ~0ULL));
	EXPECT_EQ(LIMIT, size_of(self->fd));
	EXPECT_TRUE(file_fill(self->fd, LIMIT / PAGE_SIZE - 1, 1, OURS));
	EXPECT_TRUE(file_holds_pages(self->fd, LIMIT / PAGE_SIZE - 1, 1, OURS));
}

TEST_F(descriptor, mapped_beyond_the_limit)
{
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE_SIZE, RW, MAP_SHARED, self->fd,
				   LIMIT));
	EXPECT_EQ(EOVERFLOW, errno);
	EXPECT_EQ(0, size_of(self->fd));
}

/* === Names === */

TEST_F(descriptor, name)
{
	struct vmlab_memory a, b;
	int fd;

	ASSERT_TRUE(file_fill(self->fd, 0, PAGES, OURS));
	ASSERT_EQ(0, device_name(self->fd, "name", 0640));
	fd = device_named("name", O_RDWR);
	ASSERT_LE(0, fd);
	EXPECT_TRUE(file_holds_pages(fd, 0, PAGES, OURS));
	ASSERT_EQ(0, device_stat(self->fd, &a));
	ASSERT_EQ(0, device_stat(fd, &b));
	EXPECT_EQ(0, memcmp(&a, &b, sizeof(a)));
	EXPECT_STREQ("name", a.name);
	EXPECT_EQ(0640, a.mode);
	close(fd);
}

TEST_F(descriptor, name_is_free_again)
{
	int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-ENOENT, device_named("again", O_RDWR));
	EXPECT_EQ(0, device_name(fd, "again", 0600));
	EXPECT_EQ(-EEXIST, device_name(self->fd, "again", 0600));
	close(fd);
	EXPECT_EQ(-ENOENT, device_named("again", O_RDWR));
	EXPECT_EQ(0, device_name(self->fd, "again", 0600));
	EXPECT_EQ(-EBUSY, device_name(self->fd, "another", 0600));
}

TEST_F(descriptor, name_before_it_is_mapped)
{
	char *p = map(self->fd, PAGE_SIZE, RW, MAP_PRIVATE);

	ASSERT_NE(NULL, p);
	EXPECT_EQ(0, munmap(p, PAGE_SIZE));
	EXPECT_EQ(-EBUSY, device_name(self->fd, "late", 0600));
}

/* A descriptor that stands for a memory cannot become another's. */
TEST_F(descriptor, open_of_one_in_use)
{
	struct vmlab_name name = { .name = "used" };
	int fd;

	ASSERT_EQ(0, device_name(self->fd, "used", 0600));
	fd = device_open(O_RDWR);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, device_call(fd, VMLAB_IOC_OPEN, &name));
	EXPECT_EQ(-EBUSY, device_call(fd, VMLAB_IOC_OPEN, &name));
	EXPECT_EQ(-EBUSY, device_call(self->fd, VMLAB_IOC_OPEN, &name));
	close(fd);
}

static int try_names(void *arg)
{
	const char *flags = arg;
	int fds[3];

	/* The node is root's: what a user has is given to him. */
	for (int i = 0; i < 3; i++)
		fds[i] = device_open(O_RDONLY + i);
	if (!become_user(STRANGER))
		return 10;
	for (int i = 0; i < 3; i++) {
		struct vmlab_name name = { .name = "rights" };
		int ret = device_call(fds[i], VMLAB_IOC_OPEN, &name);

		if (ret != (flags[i] == 'y' ? 0 : -EACCES)) {
			printf("# flags %d: %d\n", i, ret);
			return i + 1;
		}
	}
	return 0;
}

/* Reading, writing, both: what of it is a stranger's right? */
TEST_F(descriptor, names_have_rights)
{
	static const struct {
		__u32 mode;
		const char *may;
	} rights[] = {
		{ 0600, "nnn" }, { 0660, "nnn" }, { 0604, "ynn" },
		{ 0602, "nyn" }, { 0606, "yyy" }, { 0006, "yyy" },
	};

	for (int i = 0; i < 6; i++) {
		int fd = device_open(O_RDWR);

		ASSERT_LE(0, fd);
		EXPECT_EQ(0, device_name(fd, "rights", rights[i].mode));
		EXPECT_EQ(0, in_child(try_names, (void *)rights[i].may))
			TH_LOG("mode %o", rights[i].mode);
		close(fd);
	}
}

/* The owner has the owner's rights and no other, unless he is root. */
static int name_own(void *arg)
{
	int fd = device_open(O_RDWR), other = device_open(O_RDWR);
	struct vmlab_name name = { .name = "own" };

	if (!become_user(STRANGER))
		return 1;
	if (device_name(fd, "own", 0066))
		return 2;
	return device_call(other, VMLAB_IOC_OPEN, &name) == -EACCES ? 0 : 3;
}

TEST_F(descriptor, owner_without_rights)
{
	EXPECT_EQ(0, in_child(name_own, NULL));
}

TEST_F(descriptor, names_that_are_none)
{
	static const char * const names[] = {
		"", "a b", "a/b", "a\n", "\x7f", "\xc3\xa4",
	};
	struct vmlab_name name;

	for (int i = 0; i < 6; i++) {
		EXPECT_EQ(-EINVAL, device_name(self->fd, names[i], 0600));
		EXPECT_EQ(-EINVAL, device_named(names[i], O_RDWR));
	}
	memset(name.name, 'x', sizeof(name.name));
	name.mode = 0600;
	name.flags = 0;
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_NAME, &name));
	name.name[sizeof(name.name) - 1] = '\0';
	name.flags = 1;
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_NAME, &name));
	name.flags = 0;
	name.mode = 01600;
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_NAME, &name));
	name.mode = 0700;
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_NAME, &name));
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_OPEN, &name));
	name.mode = 0600;
	EXPECT_EQ(0, device_call(self->fd, VMLAB_IOC_NAME, &name));
}

/* === Arguments and rights === */

TEST_F(descriptor, structures_are_fixed)
{
	EXPECT_EQ(72, sizeof(struct vmlab_memory));
	EXPECT_EQ(40, sizeof(struct vmlab_name));
	EXPECT_EQ(16, sizeof(struct vmlab_discard));
}

TEST_F(descriptor, bad_pointers)
{
	static const unsigned long commands[] = {
		VMLAB_IOC_GET, VMLAB_IOC_SET_SIZE, VMLAB_IOC_SET_FLAGS,
		VMLAB_IOC_NAME, VMLAB_IOC_OPEN, VMLAB_IOC_DISCARD,
	};

	for (int i = 0; i < 6; i++) {
		EXPECT_EQ(-EFAULT, device_call(self->fd, commands[i], NULL));
		EXPECT_EQ(-EFAULT, device_call(self->fd, commands[i],
					       BAD_POINTER));
	}
}

TEST_F(descriptor, flags)
{
	struct vmlab_memory stat;

	EXPECT_EQ(0, device_flags(self->fd, VMLAB_MEMORY_FORK_COPY));
	ASSERT_EQ(0, device_stat(self->fd, &stat));
	EXPECT_EQ(VMLAB_MEMORY_FORK_COPY | VMLAB_MEMORY_GROWS, stat.flags);
	EXPECT_EQ(0, device_flags(self->fd, 0));
	ASSERT_EQ(0, device_stat(self->fd, &stat));
	EXPECT_EQ(VMLAB_MEMORY_GROWS, stat.flags);
	EXPECT_EQ(-EINVAL, device_flags(self->fd, VMLAB_MEMORY_GROWS));
	EXPECT_EQ(-EINVAL, device_flags(self->fd, 1U << 31));
}

TEST_F(descriptor, discard)
{
	ASSERT_TRUE(file_fill(self->fd, 0, PAGES, OURS));
	EXPECT_EQ(-EINVAL, device_discard(self->fd, 1, PAGE_SIZE));
	EXPECT_EQ(-EINVAL, device_discard(self->fd, 0, PAGE_SIZE - 1));
	EXPECT_EQ(-EINVAL, device_discard(self->fd, PAGE_SIZE, -PAGE_SIZE));
	EXPECT_EQ(-EINVAL, device_discard(self->fd, LIMIT, PAGE_SIZE));
	EXPECT_EQ(0, device_discard(self->fd, 0, 0));
	EXPECT_TRUE(file_holds_pages(self->fd, 0, PAGES, OURS));
	EXPECT_EQ(0, device_discard(self->fd, 2 * PAGE_SIZE, 2 * PAGE_SIZE));
	EXPECT_TRUE(file_holds_pages(self->fd, 0, 2, OURS));
	EXPECT_TRUE(file_holds_pages(self->fd, 2, 2, 0));
	EXPECT_TRUE(file_holds_pages(self->fd, 4, PAGES - 4, OURS));
	EXPECT_EQ(0, device_discard(self->fd, SIZE, SIZE));
	EXPECT_EQ(SIZE, size_of(self->fd));
}

/* What is cut off reads as zeroes afterwards, in the clone alone. */
TEST_F(descriptor, truncate_a_clone)
{
	char back[2] = "";
	int fd;

	ASSERT_TRUE(file_fill(self->fd, 0, 2, OURS));
	ASSERT_EQ(1, pwrite(self->fd, "x", 1, 99));
	fd = device_clone(self->fd);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, ftruncate(fd, 99));
	EXPECT_EQ(99, size_of(fd));
	EXPECT_EQ(99, lseek(fd, 0, SEEK_END));
	EXPECT_EQ(0, ftruncate(fd, 2 * PAGE_SIZE));
	EXPECT_EQ(1, pread(fd, back, 1, 99));
	EXPECT_EQ(0, back[0]);
	EXPECT_EQ(1, pread(self->fd, back, 1, 99));
	EXPECT_EQ('x', back[0]);
	EXPECT_EQ(2 * PAGE_SIZE, size_of(self->fd));
	EXPECT_EQ(-1, ftruncate(self->fd, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, fchmod(fd, 0666));
	EXPECT_EQ(EPERM, errno);
	close(fd);
}

TEST_F(descriptor, clone)
{
	struct vmlab_memory original, clone;
	struct stat stat;
	int fd;

	ASSERT_TRUE(file_fill(self->fd, 0, PAGES, OURS));
	fd = device_clone(self->fd);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, device_stat(self->fd, &original));
	ASSERT_EQ(0, device_stat(fd, &clone));
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	EXPECT_EQ(original.id, clone.parent);
	EXPECT_NE(original.id, clone.id);
	EXPECT_EQ(SIZE, clone.size);
	EXPECT_EQ(PAGES, clone.frames);
	EXPECT_EQ(PAGES, clone.shared);
	EXPECT_EQ(PAGES, original.shared);
	EXPECT_EQ(0, fstat(fd, &stat));
	EXPECT_EQ(SIZE, stat.st_size);
	close(self->fd);
	EXPECT_TRUE(file_holds_pages(fd, 0, PAGES, OURS));
	ASSERT_EQ(0, device_stat(fd, &clone));
	EXPECT_EQ(0, clone.shared);
	self->fd = fd;
}

TEST_F(descriptor, read_only)
{
	struct vmlab_name name = { .name = "read", .mode = 0600 };
	struct vmlab_memory stat;
	int fd, clone;
	char *p;

	ASSERT_TRUE(file_fill(self->fd, 0, PAGES, OURS));
	ASSERT_EQ(0, device_name(self->fd, "read", 0600));
	fd = device_named("read", O_RDONLY);
	ASSERT_LE(0, fd);
	EXPECT_TRUE(file_holds_pages(fd, 0, PAGES, OURS));
	EXPECT_EQ(-1, pwrite(fd, "", 1, 0));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(-EBADF, device_resize(fd, 0));
	EXPECT_EQ(-EBADF, device_flags(fd, 0));
	EXPECT_EQ(-EBADF, device_call(fd, VMLAB_IOC_NAME, &name));
	EXPECT_EQ(-EBADF, device_discard(fd, 0, SIZE));
	EXPECT_EQ(0, device_stat(fd, &stat));
	EXPECT_EQ(NULL, map(fd, SIZE, RW, MAP_SHARED));
	EXPECT_EQ(EACCES, errno);
	p = map(fd, SIZE, PROT_READ, MAP_SHARED);
	ASSERT_NE(NULL, p);
	EXPECT_TRUE(pages_hold(p, 0, PAGES, OURS));
	EXPECT_EQ(SEGV, try_access(p, VMLAB_ACCESS_WRITE));
	EXPECT_EQ(-1, mprotect(p, SIZE, RW));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(0, munmap(p, SIZE));
	p = map(fd, SIZE, RW, MAP_PRIVATE);
	ASSERT_NE(NULL, p);
	pages_fill(p, 0, PAGES, MORE);
	EXPECT_TRUE(file_holds_pages(fd, 0, PAGES, OURS));
	EXPECT_EQ(0, munmap(p, SIZE));
	clone = device_clone(fd);
	ASSERT_LE(0, clone);
	EXPECT_TRUE(file_fill(clone, 0, PAGES, MORE));
	EXPECT_TRUE(file_holds_pages(fd, 0, PAGES, OURS));
	close(clone);
	close(fd);
}

TEST_F(descriptor, write_only)
{
	int fd = device_open(O_WRONLY);
	char byte;

	ASSERT_LE(0, fd);
	EXPECT_EQ(1, pwrite(fd, "", 1, 0));
	EXPECT_EQ(-1, pread(fd, &byte, 1, 0));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(NULL, map(fd, PAGE_SIZE, PROT_WRITE, MAP_SHARED));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-EBADF, device_clone(fd));
	close(fd);
}

TEST_HARNESS_MAIN
