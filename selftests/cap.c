// SPDX-License-Identifier: GPL-2.0
/*
 * What all that a user maps may take of the pool: who is stopped, who is not,
 * and that all of it comes back.
 */
#include "harness.h"

#include "access.h"
#include "device.h"
#include "memory.h"
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define RW	(PROT_READ | PROT_WRITE)
#define READS	VMLAB_ACCESS_READ
#define WRITES	VMLAB_ACCESS_WRITE
#define ALICE	4101
#define BOB	4102
#define PARAMETER	"/sys/module/vmlab/parameters/map_cap"
#define PERCENT	"5"
/* Frames that a process has for tables, of some hundred pages in a row. */
#define TABLES	16

/* What children and parent tell each other. */
struct notes {
	unsigned int cap;
	unsigned int taken;
	int ready;
};

FIXTURE(cap) {
	struct world w;
	struct notes *notes;
	struct stat stat;
	unsigned int usual;	/* pages that a user of his own can have */
};

/* Writes to one page after the other until it is refused; returns how many. */
static unsigned int take_all(char *p, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (try_access(p + i * PAGE_SIZE, WRITES) == BUS)
			break;
	return i;
}

static char *map_new(unsigned int nr, int *fd)
{
	char *p;

	*fd = device_open(O_RDWR);
	if (*fd < 0)
		return NULL;
	p = mmap(NULL, nr * PAGE_SIZE, RW, MAP_SHARED, *fd, 0);
	return p == MAP_FAILED ? NULL : p;
}

/* Two caps' worth of pages, as many of them as can be had. */
static int take(void *arg)
{
	struct notes *notes = arg;
	unsigned int nr = 2 * notes->cap;
	char *p;
	int fd;

	p = map_new(nr, &fd);
	if (!p)
		return 1;
	notes->taken = take_all(p, nr);
	return notes->taken == nr ? 2 : 0;
}

static int as_alice(void *arg)
{
	return become_user(ALICE) ? take(arg) : 10;
}

static int as_bob(void *arg)
{
	return become_user(BOB) ? take(arg) : 10;
}

FIXTURE_SETUP(cap)
{
	struct pool pool;

	ASSERT_EQ(0, world_open(&self->w));
	catch_signals();
	self->notes = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED | MAP_ANONYMOUS, -1,
			   0);
	ASSERT_NE(MAP_FAILED, self->notes);
	ASSERT_EQ(0, stat("/dev/vmlab", &self->stat));
	ASSERT_EQ(0, chmod("/dev/vmlab", 0666));
	ASSERT_TRUE(write_text(PARAMETER, PERCENT));
	ASSERT_EQ(0, pool_get(&self->w.g, ANY, &pool));
	self->notes->cap = pool.map_cap;
	ASSERT_EQ(pool.got * 5 / 100, pool.map_cap);
	ASSERT_EQ(0, in_child(as_alice, self->notes));
	self->usual = self->notes->taken;
	ASSERT_GE(self->notes->cap, self->usual);
	ASSERT_LE(self->notes->cap, self->usual + TABLES);
}

FIXTURE_TEARDOWN(cap)
{
	const char *wrong;

	/* Nothing counts any more for her. */
	EXPECT_EQ(0, in_child(as_alice, self->notes));
	EXPECT_EQ(self->usual, self->notes->taken);
	EXPECT_TRUE(write_text(PARAMETER, "50"));
	EXPECT_EQ(0, chmod("/dev/vmlab", self->stat.st_mode & 07777));
	munmap(self->notes, PAGE_SIZE);
	wrong = world_close(&self->w);
	EXPECT_EQ(NULL, wrong)
		TH_LOG("%s", wrong);
}

/* She has all that she may have, and waits to be killed. */
static int take_and_stay(void *arg)
{
	struct notes *notes = arg;
	int err = as_alice(arg);

	__atomic_store_n(&notes->ready, err ? -err : 1, __ATOMIC_RELEASE);
	while (1)
		pause();
	return 0;
}

static bool is_ready(void *arg)
{
	const struct notes *notes = arg;

	return __atomic_load_n(&notes->ready, __ATOMIC_ACQUIRE);
}

static pid_t start(int (*work)(void *arg), struct notes *notes)
{
	pid_t pid;

	notes->ready = 0;
	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(work(notes));
	return pid;
}

TEST_F(cap, others_do_not_notice)
{
	pid_t pid = start(take_and_stay, self->notes);
	unsigned int nr = 2 * self->notes->cap;
	char *p;
	int fd;

	ASSERT_LT(0, pid);
	ASSERT_TRUE(wait_until(is_ready, self->notes));
	ASSERT_EQ(1, self->notes->ready);
	ASSERT_EQ(self->usual, self->notes->taken);
	/* Another process of hers has nothing left, another user has all. */
	EXPECT_EQ(0, in_child(as_alice, self->notes));
	EXPECT_GE(TABLES, self->notes->taken);
	EXPECT_EQ(0, in_child(as_bob, self->notes));
	EXPECT_EQ(self->usual, self->notes->taken);
	/* Who may do all has no limit. */
	p = map_new(nr, &fd);
	ASSERT_NE(NULL, p);
	EXPECT_EQ(nr, take_all(p, nr));
	munmap(p, nr * PAGE_SIZE);
	close(fd);
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
}

/* What she gives back, she can have again; and more if it is allowed. */
static int give_and_take(void *arg)
{
	struct notes *notes = arg;
	unsigned int nr = 2 * notes->cap, taken;
	char *p;
	int fd;

	if (!become_user(ALICE))
		return 10;
	p = map_new(nr, &fd);
	if (!p)
		return 1;
	taken = take_all(p, nr);
	/* What she has can be read and written, and zeroes beside it. */
	for (unsigned int i = 0; i < taken; i++)
		if (try_access(p + i * PAGE_SIZE, WRITES) == BUS)
			return 2;
	if (try_access(p + taken * PAGE_SIZE, WRITES) != BUS ||
	    try_access(p + taken * PAGE_SIZE, READS) == BUS)
		return 3;
	if (device_discard(fd, 0, 64 * PAGE_SIZE))
		return 4;
	if (take_all(p + taken * PAGE_SIZE, nr - taken) != 64)
		return 5;
	if (pwrite(fd, p + 100 * PAGE_SIZE, 100, 0) != -1 || errno != EDQUOT)
		return 6;
	notes->taken = taken;
	return 0;
}

TEST_F(cap, what_is_given_back_can_be_had_again)
{
	EXPECT_EQ(0, in_child(give_and_take, self->notes));
	EXPECT_EQ(self->usual, self->notes->taken);
}

static int take_more(void *arg)
{
	struct notes *notes = arg;
	unsigned int nr = 2 * notes->cap;
	char *p;
	int fd;

	if (!become_user(ALICE))
		return 10;
	p = map_new(nr, &fd);
	if (!p)
		return 1;
	notes->taken = take_all(p, nr);
	__atomic_store_n(&notes->ready, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&notes->ready, __ATOMIC_ACQUIRE) == 1)
		usleep(1000);
	notes->taken = take_all(p, nr);
	return 0;
}

TEST_F(cap, the_cap_can_be_changed)
{
	unsigned int usual = self->usual;
	pid_t pid = start(take_more, self->notes);
	int status;

	ASSERT_TRUE(wait_until(is_ready, self->notes));
	EXPECT_EQ(usual, self->notes->taken);
	ASSERT_TRUE(write_text(PARAMETER, "6"));
	__atomic_store_n(&self->notes->ready, 2, __ATOMIC_RELEASE);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(usual + self->w.pool.got * 6 / 100 - self->notes->cap,
		  self->notes->taken);
	ASSERT_TRUE(write_text(PARAMETER, PERCENT));
}

/* Clones share what counts once, and copies count for the same user. */
static int clone_all(void *arg)
{
	struct notes *notes = arg;
	unsigned int half = notes->cap / 2, taken;
	int fds[5];
	char *p, *q;

	if (!become_user(ALICE))
		return 10;
	p = map_new(half, &fds[0]);
	if (!p || take_all(p, half) != half)
		return 1;
	for (int i = 1; i < 5; i++)
		fds[i] = device_clone(fds[i - 1]);
	if (fds[4] < 0)
		return 2;
	q = mmap(NULL, half * PAGE_SIZE, RW, MAP_SHARED, fds[4], 0);
	if (q == MAP_FAILED)
		return 3;
	taken = take_all(q, half);
	if (taken == half || taken < half - 2 * TABLES)
		return 4;
	/* As the others go, the last one has it for itself. */
	munmap(p, half * PAGE_SIZE);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	return take_all(q, half) == half ? 0 : 5;
}

TEST_F(cap, clones_count_once)
{
	EXPECT_EQ(0, in_child(clone_all, self->notes));
}

/* What children copy counts too, until they are killed. */
static int fork_all(void *arg)
{
	struct notes *notes = arg;
	unsigned int half = notes->cap / 2;
	int fd, status;
	pid_t pid[3];
	char *p;

	if (!become_user(ALICE))
		return 10;
	p = map_new(half, &fd);
	if (!p || device_flags(fd, VMLAB_MEMORY_FORK_COPY) ||
	    take_all(p, half) != half)
		return 1;
	for (int i = 0; i < 3; i++) {
		pid[i] = fork();
		if (!pid[i]) {
			take_all(p, half);
			__atomic_add_fetch(&notes->ready, 1, __ATOMIC_RELEASE);
			for (;;)
				pause();
		}
	}
	while (__atomic_load_n(&notes->ready, __ATOMIC_ACQUIRE) < 3)
		usleep(1000);
	for (int i = 0; i < 3; i++) {
		kill(pid[i], SIGKILL);
		if (waitpid(pid[i], &status, 0) != pid[i])
			return 2;
	}
	return take_all(p, half) == half ? 0 : 3;
}

TEST_F(cap, children_count)
{
	self->notes->ready = 0;
	EXPECT_EQ(0, in_child(fork_all, self->notes));
}

/* Tables alone are enough, where nothing but zeroes is read. */
static int read_far_apart(void *arg)
{
	struct notes *notes = arg;
	unsigned long i, nr = 2 * notes->cap;
	char *p;
	int fd;

	if (!become_user(ALICE))
		return 10;
	fd = device_open(O_RDWR);
	if (device_resize(fd, nr * HPAGE))
		return 1;
	p = mmap(NULL, nr * HPAGE, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return 2;
	for (i = 0; i < nr; i++)
		if (try_access(p + i * HPAGE, READS) == BUS)
			break;
	notes->taken = i;
	return i < nr && i > notes->cap / 2 ? 0 : 3;
}

TEST_F(cap, tables_count)
{
	EXPECT_EQ(0, in_child(read_far_apart, self->notes));
	EXPECT_GE(self->notes->cap, self->notes->taken);
}

/* Threads of chance meet at the cap, and none is lost in between. */
static int storm(void *arg)
{
	struct notes *notes = arg;
	unsigned int nr = notes->cap;
	pid_t pid[4];
	int status;

	if (!become_user(ALICE))
		return 10;
	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i])
			continue;
		for (int round = 0; round < 5; round++) {
			int fd;
			char *p = map_new(nr, &fd);

			if (!p)
				_exit(1);
			take_all(p, nr);
			munmap(p, nr * PAGE_SIZE);
			close(fd);
		}
		_exit(0);
	}
	for (int i = 0; i < 4; i++)
		if (waitpid(pid[i], &status, 0) != pid[i] || status)
			return 1;
	return 0;
}

TEST_F(cap, many_at_once)
{
	EXPECT_EQ(0, in_child(storm, self->notes));
}

TEST_HARNESS_MAIN
