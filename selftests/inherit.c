// SPDX-License-Identifier: GPL-2.0
/*
 * Mappings of /dev/vmlab in more than one process: what fork(), exec(), exit()
 * and clones of a memory give to each.
 */
#include "harness.h"

#include "access.h"
#include "device.h"
#include "memory.h"
#include "world.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define RW	(PROT_READ | PROT_WRITE)
#define PAGES	16
#define SIZE	(PAGES * PAGE_SIZE)
/* Tags of pages. */
#define OURS	1
#define THEIRS	2
#define MORE	3

FIXTURE(inherit) {
	struct world w;
	int fd;
	char *p;
	bool copies;	/* a child has a copy of its own */
};

FIXTURE_VARIANT(inherit) {
	int share;
	__u32 flags;
	bool clone;
	bool backed;
};

FIXTURE_VARIANT_ADD(inherit, shared) {
	.share = MAP_SHARED,
};

FIXTURE_VARIANT_ADD(inherit, private) {
	.share = MAP_PRIVATE,
};

FIXTURE_VARIANT_ADD(inherit, fork_copy) {
	.share = MAP_SHARED,
	.flags = VMLAB_MEMORY_FORK_COPY,
};

FIXTURE_VARIANT_ADD(inherit, fork_copy_of_clone) {
	.share = MAP_SHARED,
	.flags = VMLAB_MEMORY_FORK_COPY,
	.clone = true,
};

FIXTURE_VARIANT_ADD(inherit, backed) {
	.share = MAP_SHARED,
	.backed = true,
};

FIXTURE_VARIANT_ADD(inherit, private_of_backed) {
	.share = MAP_PRIVATE,
	.backed = true,
};

static char *map(int fd, int share)
{
	char *p = mmap(NULL, SIZE, RW, share, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

FIXTURE_SETUP(inherit)
{
	int fd;

	ASSERT_EQ(0, world_open(&self->w));
	catch_signals();
	self->fd = variant->backed ? device_backed(PAGES, MORE) :
				     device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	if (variant->clone) {
		fd = self->fd;
		ASSERT_TRUE(file_fill(fd, 0, PAGES, MORE));
		self->fd = device_clone(fd);
		ASSERT_LE(0, self->fd);
		close(fd);
	}
	ASSERT_EQ(0, device_flags(self->fd, variant->flags));
	self->p = map(self->fd, variant->share);
	ASSERT_NE(NULL, self->p);
	self->copies = variant->share == MAP_PRIVATE || variant->flags;
	pages_fill(self->p, 0, PAGES, OURS);
}

FIXTURE_TEARDOWN(inherit)
{
	const char *what;

	munmap(self->p, SIZE);
	close(self->fd);
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

/* A child, and the pipes by which it and its parent take turns. */
struct child {
	pid_t pid;
	int mine[2];
	int theirs[2];
};

static bool wait_turn(int fd[2])
{
	char byte;

	return read(fd[0], &byte, 1) == 1;
}

static bool give_turn(int fd[2])
{
	return write(fd[1], "", 1) == 1;
}

/* As fork(): 0 in the child. */
static pid_t part(struct child *child)
{
	if (pipe(child->mine) || pipe(child->theirs))
		return -1;
	fflush(stdout);
	child->pid = fork();
	return child->pid;
}

/* The child is done: its exit status. */
static int join(struct child *child)
{
	int status;

	if (waitpid(child->pid, &status, 0) != child->pid)
		return -1;
	for (int i = 0; i < 2; i++) {
		close(child->mine[i]);
		close(child->theirs[i]);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* In a child: a failed check ends it with its line. */
#define MUST(what)	do { if (!(what)) _exit(__LINE__ % 120 + 1); } while (0)

TEST_F(inherit, child_reads)
{
	struct child child;

	if (!part(&child)) {
		MUST(pages_hold(self->p, 0, PAGES, OURS));
		_exit(0);
	}
	EXPECT_EQ(0, join(&child));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
}

TEST_F(inherit, child_writes)
{
	struct child child;

	if (!part(&child)) {
		pages_fill(self->p, 0, PAGES / 2, THEIRS);
		MUST(pages_hold(self->p, 0, PAGES / 2, THEIRS));
		MUST(pages_hold(self->p + SIZE / 2, PAGES / 2, PAGES / 2,
				OURS));
		_exit(0);
	}
	EXPECT_EQ(0, join(&child));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 2,
			       self->copies ? OURS : THEIRS));
	EXPECT_TRUE(pages_hold(self->p + SIZE / 2, PAGES / 2, PAGES / 2, OURS));
	pages_fill(self->p, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, MORE));
}

/* What the parent writes after fork() is not the child's, if it has a copy. */
TEST_F(inherit, parent_writes)
{
	struct child child;

	if (!part(&child)) {
		MUST(wait_turn(child.theirs));
		MUST(pages_hold(self->p, 0, PAGES,
				self->copies ? OURS : MORE));
		_exit(0);
	}
	pages_fill(self->p, 0, PAGES, MORE);
	ASSERT_TRUE(give_turn(child.theirs));
	EXPECT_EQ(0, join(&child));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, MORE));
}

TEST_F(inherit, take_turns)
{
	struct child child;

	if (!part(&child)) {
		for (int i = 0; i < PAGES; i++) {
			MUST(wait_turn(child.theirs));
			MUST(pages_hold(self->p + i * PAGE_SIZE, i, 1,
					self->copies ? OURS : MORE));
			pages_fill(self->p + i * PAGE_SIZE, i, 1, THEIRS);
			MUST(give_turn(child.mine));
		}
		_exit(0);
	}
	for (int i = 0; i < PAGES; i++) {
		pages_fill(self->p + i * PAGE_SIZE, i, 1, MORE);
		ASSERT_TRUE(give_turn(child.theirs));
		ASSERT_TRUE(wait_turn(child.mine));
		EXPECT_TRUE(pages_hold(self->p + i * PAGE_SIZE, i, 1,
				       self->copies ? MORE : THEIRS));
	}
	EXPECT_EQ(0, join(&child));
}

/* Both areas of a child show the same copy, and it has one of its own. */
TEST_F(inherit, two_areas)
{
	char *other = map(self->fd, MAP_SHARED);
	struct child child;
	bool same;

	ASSERT_NE(NULL, other);
	same = variant->share == MAP_SHARED;
	if (!part(&child)) {
		pages_fill(other, 0, PAGES, THEIRS);
		MUST(pages_hold(self->p, 0, PAGES, same ? THEIRS : OURS));
		pages_fill(self->p, 0, PAGES, MORE);
		MUST(pages_hold(other, 0, PAGES, same ? MORE : THEIRS));
		_exit(0);
	}
	EXPECT_EQ(0, join(&child));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES,
			       self->copies ? OURS : MORE));
	EXPECT_EQ(0, munmap(other, SIZE));
}

/* A child's child, when the one between is gone. */
TEST_F(inherit, grandchild)
{
	struct child child, grandchild;

	if (!part(&child)) {
		pages_fill(self->p, 0, PAGES / 2, THEIRS);
		if (!part(&grandchild)) {
			MUST(pages_hold(self->p, 0, PAGES / 2, THEIRS));
			MUST(pages_hold(self->p + SIZE / 2, PAGES / 2,
					PAGES / 2, OURS));
			pages_fill(self->p, 0, PAGES / 2, MORE);
			_exit(0);
		}
		MUST(!join(&grandchild));
		MUST(pages_hold(self->p, 0, PAGES / 2,
				self->copies ? THEIRS : MORE));
		_exit(0);
	}
	EXPECT_EQ(0, join(&child));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES / 2,
			       self->copies ? OURS : MORE));
}

/* The parent lets go first; what the child has stays. */
TEST_F(inherit, parent_unmaps)
{
	struct child child;

	if (!part(&child)) {
		close(self->fd);
		MUST(wait_turn(child.theirs));
		MUST(pages_hold(self->p, 0, PAGES, OURS));
		pages_fill(self->p, 0, PAGES, THEIRS);
		MUST(pages_hold(self->p, 0, PAGES, THEIRS));
		_exit(0);
	}
	ASSERT_EQ(0, munmap(self->p, SIZE));
	close(self->fd);
	ASSERT_TRUE(give_turn(child.theirs));
	EXPECT_EQ(0, join(&child));
}

/* Rights and areas that a child changes are its own. */
TEST_F(inherit, child_unmaps)
{
	struct child child;

	if (!part(&child)) {
		MUST(!mprotect(self->p, PAGE_SIZE, PROT_READ));
		MUST(try_access(self->p, VMLAB_ACCESS_WRITE) == SEGV);
		MUST(!munmap(self->p + SIZE / 2, SIZE / 2));
		MUST(try_access(self->p + SIZE / 2, VMLAB_ACCESS_READ) == SEGV);
		MUST(pages_hold(self->p, 0, PAGES / 2, OURS));
		_exit(0);
	}
	EXPECT_EQ(0, join(&child));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	pages_fill(self->p, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, MORE));
}

TEST_F(inherit, exec)
{
	struct child child;

	if (!part(&child)) {
		pages_fill(self->p, 0, PAGES, THEIRS);
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	EXPECT_EQ(0, join(&child));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES,
			       self->copies ? OURS : THEIRS));
}

TEST_F(inherit, killed)
{
	struct child child;

	if (!part(&child)) {
		pages_fill(self->p, 0, PAGES, THEIRS);
		give_turn(child.mine);
		for (;;)
			pages_fill(self->p, 0, PAGES, THEIRS);
	}
	ASSERT_TRUE(wait_turn(child.mine));
	ASSERT_EQ(0, kill(child.pid, SIGKILL));
	EXPECT_EQ(128, join(&child));
	pages_fill(self->p, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, MORE));
}

TEST_F(inherit, not_forked)
{
	struct child child;

	ASSERT_EQ(0, madvise(self->p, SIZE / 2, MADV_DONTFORK));
	if (!part(&child)) {
		MUST(try_access(self->p, VMLAB_ACCESS_READ) == SEGV);
		MUST(pages_hold(self->p + SIZE / 2, PAGES / 2, PAGES / 2,
				OURS));
		_exit(0);
	}
	EXPECT_EQ(0, join(&child));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
}

/* It is MADV_DONTNEED for each child, of private areas of no file only. */
TEST_F(inherit, not_wiped)
{
	EXPECT_EQ(-1, madvise(self->p, SIZE, MADV_WIPEONFORK));
	EXPECT_EQ(EINVAL, errno);
}

/* The descriptor that a child has is of the original, whatever it maps. */
TEST_F(inherit, descriptor_is_of_the_original)
{
	bool shared = variant->share == MAP_SHARED;
	struct child child;

	if (!part(&child)) {
		pages_fill(self->p, 0, PAGES, THEIRS);
		MUST(!shared || file_holds_pages(self->fd, 0, PAGES,
						 self->copies ? OURS : THEIRS));
		_exit(0);
	}
	EXPECT_EQ(0, join(&child));
}

/* A size that ends what the original has: the copy keeps what it had. */
TEST_F(inherit, truncated)
{
	bool copy = variant->flags;
	struct child child;

	if (variant->backed) {
		EXPECT_EQ(-EOPNOTSUPP, device_resize(self->fd, SIZE / 2));
		return;
	}
	if (variant->share == MAP_PRIVATE)
		ASSERT_EQ(0, madvise(self->p, SIZE, MADV_DONTNEED));
	if (!part(&child)) {
		MUST(wait_turn(child.theirs));
		MUST(copy ? pages_hold(self->p, 0, PAGES, OURS) :
		     try_access(self->p + SIZE / 2, VMLAB_ACCESS_READ) == BUS);
		_exit(0);
	}
	peek(self->p, SIZE);
	ASSERT_EQ(0, device_resize(self->fd, SIZE / 2));
	EXPECT_EQ(BUS, try_access(self->p + SIZE / 2, VMLAB_ACCESS_READ));
	ASSERT_TRUE(give_turn(child.theirs));
	EXPECT_EQ(0, join(&child));
}

/* Snapshots of snapshots: each is what the memory was at its time. */
TEST_F(inherit, clones)
{
	int fds[4];

	if (variant->backed) {
		EXPECT_EQ(-EOPNOTSUPP, device_clone(self->fd));
		return;
	}
	if (variant->share == MAP_PRIVATE)
		ASSERT_TRUE(file_fill(self->fd, 0, PAGES, OURS));
	for (int i = 0; i < 4; i++) {
		fds[i] = device_clone(i ? fds[i - 1] : self->fd);
		ASSERT_LE(0, fds[i]);
		ASSERT_TRUE(file_fill(fds[i], 4 * i, 4, THEIRS + i));
	}
	ASSERT_TRUE(file_fill(self->fd, 0, PAGES, MORE + 4));
	for (int i = 0; i < 4; i++) {
		for (int j = 0; j < 4; j++)
			EXPECT_TRUE(file_holds_pages(fds[i], 4 * j, 4, j > i ?
						     OURS : THEIRS + j));
		close(fds[i]);
	}
	EXPECT_TRUE(file_holds_pages(self->fd, 0, PAGES, MORE + 4));
}

/* A clone of what is mapped, while it goes on being written. */
TEST_F(inherit, clone_of_mapped)
{
	bool shared = variant->share == MAP_SHARED;
	int fd = device_clone(self->fd);
	char *p;

	if (variant->backed) {
		EXPECT_EQ(-EOPNOTSUPP, fd);
		return;
	}
	ASSERT_LE(0, fd);
	p = map(fd, MAP_SHARED);
	ASSERT_NE(NULL, p);
	pages_fill(self->p, 0, PAGES, MORE);
	EXPECT_TRUE(pages_hold(p, 0, PAGES, shared ? OURS : 0));
	pages_fill(p, 0, PAGES, THEIRS);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, MORE));
	EXPECT_TRUE(pages_hold(p, 0, PAGES, THEIRS));
	EXPECT_EQ(0, munmap(p, SIZE));
	close(fd);
}

TEST_HARNESS_MAIN
