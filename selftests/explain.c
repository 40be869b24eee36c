// SPDX-License-Identifier: GPL-2.0
/*
 * Predictions against what then happens: for many kinds of memory a read, a
 * write and an execution are predicted, done, and the faults that the kernel
 * counted for them or the signal that came are compared.
 */
#include "harness.h"

#include "access.h"
#include "client.h"
#include "memory.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL	102
#endif

#define RW		(PROT_READ | PROT_WRITE)
#define RWX		(RW | PROT_EXEC)
#define OUT(name)	VMLAB_OUTCOME_##name
#define WHY(name)	VMLAB_WHY_##name
#define ANY		(~0U)

FIXTURE(explain) {
	struct genl g;
	struct explain e;
};

FIXTURE_SETUP(explain)
{
	ASSERT_EQ(0, genl_open(&self->g));
}

FIXTURE_TEARDOWN(explain)
{
	genl_close(&self->g);
}

static enum reality reality_of(__u32 outcome)
{
	switch (outcome) {
	case OUT(WORKS):
		return WORKED;
	case OUT(MINOR_FAULT):
	case OUT(COPY_ON_WRITE):
	case OUT(STACK_GROWTH):
		return MINOR;
	case OUT(MAJOR_FAULT):
		return MAJOR;
	case OUT(SIGSEGV):
		return SEGV;
	case OUT(SIGBUS):
		return BUS;
	}
	return OTHER;
}

/* What a mapping is expected to answer for each access; ANY leaves it open. */
struct expectation {
	__u32 outcome[3];
	__u32 why[3];
};

/*
 * Predict each access to memory that @make makes anew, do it, compare. What is
 * done to other memory before only touches all that the access itself needs.
 */
static void check(struct __test_metadata *_metadata,
		  FIXTURE_DATA(explain) *self, char *(*make)(void),
		  struct expectation want)
{
	static const char * const names[] = { "read", "write", "execution" };
	char *warm = map_anon(PAGE_SIZE, RWX);

	catch_signals();
	ASSERT_NE(NULL, warm);
	for (int access = 0; access < 3; access++) {
		enum reality reality;
		char *p = make();
		__u32 outcome;

		if (!p)
			SKIP(return, "this kernel or machine has it not");
		for (int i = 0; i < 3; i++)
			try_access(warm, i);
		ASSERT_EQ(0, client_explain(&self->g, 0, (unsigned long)p,
					    &self->e));
		outcome = self->e.outcome[access];
		reality = try_access(p, access);
		EXPECT_EQ(reality, reality_of(outcome)) {
			TH_LOG("%s: predicted %u because of %u",
			       names[access], outcome, self->e.why[access]);
		}
		if (want.outcome[access] != ANY)
			EXPECT_EQ(want.outcome[access], outcome);
		if (want.why[access] != ANY)
			EXPECT_EQ(want.why[access], self->e.why[access]) {
				TH_LOG("of the %s", names[access]);
			}
	}
}

#define CHECK(make, ...)						\
	check(_metadata, self, make, (struct expectation){ __VA_ARGS__ })

static char *small(int prot)
{
	char *p = map_small(2 * MIB);

	return p && !mprotect(p, 2 * MIB, prot) ? p : NULL;
}

static char *make_untouched(void)
{
	return small(RWX);
}

TEST_F(explain, untouched)
{
	CHECK(make_untouched,
	      { OUT(MINOR_FAULT), OUT(MINOR_FAULT), OUT(MINOR_FAULT) },
	      { WHY(FIRST_TOUCH_ZERO), WHY(FIRST_TOUCH_FRAME),
		WHY(FIRST_TOUCH_ZERO) });
}

static char *make_zero(void)
{
	char *p = small(RWX);

	peek(p, 1);
	return p;
}

TEST_F(explain, zero_page)
{
	CHECK(make_zero, { OUT(WORKS), ANY, OUT(WORKS) },
	      { WHY(MAPPED), WHY(ZERO_PAGE_WRITE), WHY(MAPPED) });
}

static char *make_written(void)
{
	char *p = small(RWX);

	memset(p, 0, PAGE_SIZE);
	return p;
}

TEST_F(explain, written)
{
	CHECK(make_written, { OUT(WORKS), OUT(WORKS), OUT(WORKS) },
	      { WHY(MAPPED), WHY(MAPPED), WHY(MAPPED) });
}

/* Execution of what may not be executed, with and without a page. */
static char *make_no_execute(void)
{
	char *p = small(RW);

	touch(p, 1);
	return p;
}

static char *make_no_execute_untouched(void)
{
	return small(RW);
}

TEST_F(explain, no_execute)
{
	CHECK(make_no_execute, { OUT(WORKS), OUT(WORKS), OUT(SIGSEGV) },
	      { ANY, ANY, ANY });
	CHECK(make_no_execute_untouched, { ANY, ANY, OUT(SIGSEGV) },
	      { ANY, ANY, WHY(NO_RIGHT) });
}

static char *make_read_only(void)
{
	char *p = small(RW);

	touch(p, 1);
	return mprotect(p, PAGE_SIZE, PROT_READ) ? NULL : p;
}

TEST_F(explain, read_only)
{
	CHECK(make_read_only, { OUT(WORKS), OUT(SIGSEGV), OUT(SIGSEGV) },
	      { WHY(MAPPED), WHY(NO_RIGHT), WHY(NO_RIGHT) });
}

static char *make_prot_none(void)
{
	char *p = small(RW);

	touch(p, 1);
	return mprotect(p, PAGE_SIZE, PROT_NONE) ? NULL : p;
}

TEST_F(explain, prot_none)
{
	CHECK(make_prot_none, { OUT(SIGSEGV), OUT(SIGSEGV), OUT(SIGSEGV) },
	      { WHY(NO_RIGHT), WHY(NO_RIGHT), WHY(NO_RIGHT) });
}

/* Made writable again: the right is there, the entry has it not yet. */
static char *make_restored(void)
{
	char *p = make_read_only();

	return mprotect(p, PAGE_SIZE, RWX) ? NULL : p;
}

TEST_F(explain, rights_restored)
{
	CHECK(make_restored, { OUT(WORKS), ANY, OUT(WORKS) },
	      { ANY, ANY, ANY });
}

static char *make_hole(void)
{
	char *p = small(RW);

	return munmap(p, PAGE_SIZE) ? NULL : p;
}

TEST_F(explain, hole)
{
	CHECK(make_hole, { OUT(SIGSEGV), OUT(SIGSEGV), OUT(SIGSEGV) },
	      { WHY(NO_AREA), WHY(NO_AREA), WHY(NO_AREA) });
}

static char *make_kernel_address(void)
{
	return (char *)0xffff888000100000UL;
}

TEST_F(explain, kernel_address)
{
	CHECK(make_kernel_address, { OUT(SIGSEGV), OUT(SIGSEGV), OUT(SIGSEGV) },
	      { WHY(KERNEL_ADDRESS), WHY(KERNEL_ADDRESS),
		WHY(KERNEL_ADDRESS) });
}

static char *make_forked(void)
{
	char *p = make_written();

	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	return p;
}

TEST_F(explain, shared_by_fork)
{
	CHECK(make_forked, { OUT(WORKS), OUT(COPY_ON_WRITE), OUT(WORKS) },
	      { WHY(MAPPED), WHY(SHARED_PAGE_WRITE), WHY(MAPPED) });
}

/*
 * The child has gone, so that the write needs no copy. (Not even where a batch
 * that awaits the LRU list still has a reference: the fault drains it.)
 */
static char *make_last_owner(void)
{
	char *p = make_written();
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	return p;
}

TEST_F(explain, last_owner)
{
	CHECK(make_last_owner, { OUT(WORKS), OUT(MINOR_FAULT), OUT(WORKS) },
	      { WHY(MAPPED), WHY(LAST_OWNER_WRITE), WHY(MAPPED) });
}

static char *make_swapped(void)
{
	char *p = make_written();

	memset(p, 0, PAGE_SIZE);
	p[100] = 1;
	return page_out(p, PAGE_SIZE) ? p : NULL;
}

TEST_F(explain, in_swap)
{
	CHECK(make_swapped,
	      { OUT(MAJOR_FAULT), OUT(MAJOR_FAULT), OUT(MAJOR_FAULT) },
	      { WHY(IN_SWAP), WHY(IN_SWAP), WHY(IN_SWAP) });
}

static char *make_thp_untouched(void)
{
	char *p = map_huge(HPAGE);

	return p && !mprotect(p, HPAGE, RWX) ? p : NULL;
}

TEST_F(explain, huge_untouched)
{
	CHECK(make_thp_untouched,
	      { OUT(MINOR_FAULT), OUT(MINOR_FAULT), OUT(MINOR_FAULT) },
	      { WHY(FIRST_TOUCH_HUGE), WHY(FIRST_TOUCH_HUGE),
		WHY(FIRST_TOUCH_HUGE) });
}

static char *make_thp(void)
{
	char *p = make_thp_untouched();

	if (p)
		memset(p, 0, HPAGE);
	return p;
}

TEST_F(explain, huge)
{
	CHECK(make_thp, { OUT(WORKS), OUT(WORKS), OUT(WORKS) },
	      { WHY(MAPPED), WHY(MAPPED), WHY(MAPPED) });
}

static char *make_hugetlb(void)
{
	static char *p;

	if (p)
		munmap(p, HPAGE);
	p = map_hugetlb(HPAGE, 21, false);
	return p;
}

TEST_F(explain, hugetlb_untouched)
{
	CHECK(make_hugetlb,
	      { OUT(MINOR_FAULT), OUT(MINOR_FAULT), OUT(SIGSEGV) },
	      { WHY(HUGETLB_RESERVE), WHY(HUGETLB_RESERVE), WHY(NO_RIGHT) });
}

static char *make_shmem(void)
{
	int fd = make_memfd(2 * PAGE_SIZE);
	char *p = mmap(NULL, 2 * PAGE_SIZE, RWX, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

TEST_F(explain, shmem_untouched)
{
	CHECK(make_shmem,
	      { OUT(MINOR_FAULT), OUT(MINOR_FAULT), OUT(MINOR_FAULT) },
	      { WHY(SHMEM_ABSENT), WHY(SHMEM_ABSENT), WHY(SHMEM_ABSENT) });
}

static char *make_shmem_beyond(void)
{
	int fd = make_memfd(PAGE_SIZE);
	char *p = mmap(NULL, 2 * PAGE_SIZE, RWX, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p + PAGE_SIZE;
}

TEST_F(explain, shmem_beyond_end)
{
	CHECK(make_shmem_beyond, { OUT(SIGBUS), OUT(SIGBUS), OUT(SIGBUS) },
	      { WHY(BEYOND_FILE), WHY(BEYOND_FILE), WHY(BEYOND_FILE) });
}

/* A file on the disk of the machine, not in memory only. */
static char *map_program(int prot, size_t size, off_t offset)
{
	int fd = open("/bin/bash", O_RDONLY | O_CLOEXEC);
	char *p = mmap(NULL, size, prot, MAP_PRIVATE, fd, offset);

	return p == MAP_FAILED ? NULL : p;
}

static char *make_file_cached(void)
{
	char *p = map_program(RWX, 16 * PAGE_SIZE, 0);
	char *q = map_program(PROT_READ, 16 * PAGE_SIZE, 0);

	/* Zeroes, for one that executes them. */
	if (p && q)
		peek(q, 16 * PAGE_SIZE);
	return p;
}

TEST_F(explain, file_cached)
{
	struct explain e;
	char *p = make_file_cached();

	ASSERT_NE(NULL, p);
	catch_signals();
	ASSERT_EQ(0, client_explain(&self->g, 0, (unsigned long)p, &e));
	EXPECT_EQ(OUT(MINOR_FAULT), e.outcome[VMLAB_ACCESS_READ]);
	EXPECT_EQ(WHY(FILE_PAGE_CACHED), e.why[VMLAB_ACCESS_READ]);
	EXPECT_EQ(MINOR, try_access(p, VMLAB_ACCESS_READ));
	p = make_file_cached();
	ASSERT_EQ(0, client_explain(&self->g, 0, (unsigned long)p, &e));
	EXPECT_EQ(MINOR, reality_of(e.outcome[VMLAB_ACCESS_WRITE]));
	EXPECT_EQ(MINOR, try_access(p, VMLAB_ACCESS_WRITE));
}

TEST_F(explain, file_absent)
{
	struct explain e;
	char *p;
	int fd = open("/usr/bin/perl", O_RDONLY | O_CLOEXEC);
	off_t offset = 512 * PAGE_SIZE;

	ASSERT_LE(0, fd);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	p = mmap(NULL, 16 * PAGE_SIZE, PROT_READ, MAP_PRIVATE, fd, offset);
	ASSERT_NE(MAP_FAILED, p);
	catch_signals();
	ASSERT_EQ(0, client_explain(&self->g, 0, (unsigned long)p, &e));
	EXPECT_EQ(OUT(MAJOR_FAULT), e.outcome[VMLAB_ACCESS_READ]);
	EXPECT_EQ(WHY(FILE_PAGE_ABSENT), e.why[VMLAB_ACCESS_READ]);
	EXPECT_EQ(OUT(SIGSEGV), e.outcome[VMLAB_ACCESS_WRITE]);
	EXPECT_EQ(MAJOR, try_access(p, VMLAB_ACCESS_READ));
}

static char *make_beyond_file(void)
{
	int fd = make_file(PAGE_SIZE + 1);
	char *p = mmap(NULL, 4 * PAGE_SIZE, RWX, MAP_PRIVATE, fd, 0);

	return p == MAP_FAILED ? NULL : p + 2 * PAGE_SIZE;
}

TEST_F(explain, beyond_file)
{
	CHECK(make_beyond_file, { OUT(SIGBUS), OUT(SIGBUS), OUT(SIGBUS) },
	      { WHY(BEYOND_FILE), WHY(BEYOND_FILE), WHY(BEYOND_FILE) });
}

static char *make_beyond_data(void)
{
	int fd = make_file(PAGE_SIZE + 1);
	char *p = mmap(NULL, 4 * PAGE_SIZE, RW, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p + 2 * PAGE_SIZE;
}

TEST_F(explain, beyond_data)
{
	CHECK(make_beyond_data, { OUT(SIGBUS), OUT(SIGBUS), OUT(SIGBUS) },
	      { WHY(BEYOND_FILE), WHY(BEYOND_FILE), ANY });
}

static char *make_stack(size_t room)
{
	char *p = map_anon(64 * MIB, PROT_NONE);

	if (!p || munmap(p, 64 * MIB))
		return NULL;
	p = mmap(p + 60 * MIB, PAGE_SIZE, RW, MAP_PRIVATE | MAP_ANONYMOUS |
		 MAP_GROWSDOWN | MAP_FIXED, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	touch(p, 1);
	return p - room;
}

static char *make_growing(void)
{
	return make_stack(3 * PAGE_SIZE);
}

TEST_F(explain, stack_growth)
{
	CHECK(make_growing,
	      { OUT(STACK_GROWTH), OUT(STACK_GROWTH), OUT(SIGSEGV) },
	      { WHY(STACK_ABOVE), WHY(STACK_ABOVE), ANY });
}

static char *make_beyond_limit(void)
{
	return make_stack(20 * MIB);
}

TEST_F(explain, stack_limit)
{
	const struct rlimit limit = { 8 * MIB, 8 * MIB };

	ASSERT_EQ(0, setrlimit(RLIMIT_STACK, &limit));
	CHECK(make_beyond_limit, { OUT(SIGSEGV), OUT(SIGSEGV), OUT(SIGSEGV) },
	      { WHY(STACK_LIMIT), WHY(STACK_LIMIT), WHY(STACK_LIMIT) });
}

static char *make_guard(void)
{
	char *p = small(RW);

	return madvise(p, PAGE_SIZE, MADV_GUARD_INSTALL) ? NULL : p;
}

TEST_F(explain, guard)
{
	CHECK(make_guard, { OUT(SIGSEGV), OUT(SIGSEGV), OUT(SIGSEGV) },
	      { WHY(GUARDED), WHY(GUARDED), ANY });
}

/*
 * x86 checks the right to execute only of an entry that is there: what has none
 * is first faulted in.
 */
static char *make_poisoned(void)
{
	char *p = small(RW);

	touch(p, 1);
	return poison(p) ? p : NULL;
}

TEST_F(explain, poisoned)
{
	CHECK(make_poisoned, { OUT(SIGBUS), OUT(SIGBUS), OUT(SIGBUS) },
	      { WHY(POISONED), WHY(POISONED), WHY(POISONED) });
}

static char *make_closed_key(void)
{
	static int key = -1;
	char *p = make_written();

	if (key < 0)
		key = pkey_alloc(0, 0);
	if (key < 0 || pkey_mprotect(p, PAGE_SIZE, RWX, key))
		return NULL;
	pkey_set(key, PKEY_DISABLE_ACCESS);
	return p;
}

/* A key closes data, never the fetching of instructions. */
TEST_F(explain, protection_key)
{
	CHECK(make_closed_key, { OUT(SIGSEGV), OUT(SIGSEGV), OUT(WORKS) },
	      { WHY(PROTECTION_KEY), WHY(PROTECTION_KEY), ANY });
}

/* Nobody answers this userfaultfd, so that the access is left undone. */
TEST_F(explain, userfault)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	char *p = small(RW);
	int fd = syscall(__NR_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	ASSERT_NE(NULL, p);
	reg.range.start = (unsigned long)p;
	reg.range.len = 2 * MIB;
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api))
		SKIP(return, "no userfaultfd");
	ASSERT_EQ(0, ioctl(fd, UFFDIO_REGISTER, &reg));
	ASSERT_EQ(0, client_explain(&self->g, 0, (unsigned long)p, &self->e));
	EXPECT_EQ(OUT(USERFAULT), self->e.outcome[VMLAB_ACCESS_READ]);
	EXPECT_EQ(OUT(USERFAULT), self->e.outcome[VMLAB_ACCESS_WRITE]);
	EXPECT_EQ(WHY(UFFD), self->e.why[VMLAB_ACCESS_READ]);
	close(fd);
}

TEST_HARNESS_MAIN
