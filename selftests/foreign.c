// SPDX-License-Identifier: GPL-2.0
/*
 * What others get of a mapping of /dev/vmlab: debuggers, /proc, and the parts of
 * Linux that would pin its pages, which nobody can.
 */
#include "harness.h"

#include "access.h"
#include "device.h"
#include "memory.h"
#include "world.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define RW	(PROT_READ | PROT_WRITE)
#define PAGES	8
#define SIZE	(PAGES * PAGE_SIZE)
#define OURS	1
#define MORE	2

FIXTURE(foreign) {
	struct world w;
	int fd;
	char *p;
	size_t mapped;
	pid_t child;	/* stopped; it maps the same */
	int mem;	/* of the child */
};

FIXTURE_VARIANT(foreign) {
	int share;
	const char *name;
	bool huge;	/* in a block, mapped by one entry where Linux can */
};

FIXTURE_VARIANT_ADD(foreign, shared) {
	.share = MAP_SHARED,
	.name = "foreign",
};

FIXTURE_VARIANT_ADD(foreign, private) {
	.share = MAP_PRIVATE,
};

FIXTURE_VARIANT_ADD(foreign, huge) {
	.share = MAP_SHARED,
	.huge = true,
};

/*
 * The child has written the upper half itself: of a private area, its own pages.
 * Of what it has only read, Linux makes a copy when a debugger writes there, but
 * as it knows no page behind the entry, it copies what the debugger itself has
 * at that address. So nobody should, and it is not tried here.
 */
static void be_traced(char *p)
{
	pages_fill(p + SIZE / 2, PAGES / 2, PAGES / 2, OURS);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	_exit(0);
}

FIXTURE_SETUP(foreign)
{
	char path[64];
	int status;

	ASSERT_EQ(0, world_open(&self->w));
	catch_signals();
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	if (variant->name)
		ASSERT_EQ(0, device_name(self->fd, variant->name, 0600));
	self->mapped = SIZE;
	if (variant->huge) {
		ASSERT_EQ(0, device_flags(self->fd, VMLAB_MEMORY_HUGE));
		self->mapped = HPAGE;
	} else {
		ASSERT_TRUE(file_fill(self->fd, 0, PAGES, OURS));
	}
	self->p = mmap(NULL, self->mapped, RW, variant->share, self->fd, 0);
	ASSERT_NE(MAP_FAILED, self->p);
	if (variant->huge)
		pages_fill(self->p, 0, PAGES, OURS);
	fflush(stdout);
	self->child = fork();
	if (!self->child)
		be_traced(self->p);
	ASSERT_EQ(self->child, waitpid(self->child, &status, 0));
	ASSERT_TRUE(WIFSTOPPED(status));
	snprintf(path, sizeof(path), "/proc/%d/mem", self->child);
	self->mem = open(path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->mem);
}

FIXTURE_TEARDOWN(foreign)
{
	const char *what;

	close(self->mem);
	kill(self->child, SIGKILL);
	waitpid(self->child, NULL, 0);
	munmap(self->p, self->mapped);
	close(self->fd);
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static bool is_shared(const FIXTURE_VARIANT(foreign) *variant)
{
	return variant->share == MAP_SHARED;
}

/* === Debuggers === */

TEST_F(foreign, peek)
{
	__u64 *words = (__u64 *)self->p;

	for (int i = 0; i < PAGES; i++) {
		__u64 *word = words + i * 512 + 7 * i;

		errno = 0;
		EXPECT_EQ(*word, ptrace(PTRACE_PEEKDATA, self->child, word, 0));
		EXPECT_EQ(0, errno);
	}
}

TEST_F(foreign, poke)
{
	__u64 *word = (__u64 *)(self->p + SIZE / 2) + 100;

	EXPECT_EQ(0, ptrace(PTRACE_POKEDATA, self->child, word, 4711));
	EXPECT_EQ(4711, ptrace(PTRACE_PEEKDATA, self->child, word, 0));
	EXPECT_EQ(is_shared(variant), *word == 4711);
}

TEST_F(foreign, mem)
{
	unsigned int first = is_shared(variant) ? 0 : PAGES / 2;
	off_t at = (off_t)self->p;
	char bytes[SIZE];

	EXPECT_EQ(SIZE, pread(self->mem, bytes, SIZE, at));
	EXPECT_TRUE(pages_hold(bytes, 0, PAGES, OURS));
	at += first * PAGE_SIZE;
	pages_fill(bytes, first, PAGES - first, MORE);
	EXPECT_EQ(SIZE - first * PAGE_SIZE,
		  pwrite(self->mem, bytes, SIZE - first * PAGE_SIZE, at));
	memset(bytes, 0, SIZE);
	EXPECT_EQ(SIZE - first * PAGE_SIZE,
		  pread(self->mem, bytes, SIZE - first * PAGE_SIZE, at));
	EXPECT_TRUE(pages_hold(bytes, first, PAGES - first, MORE));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES,
			       is_shared(variant) ? MORE : OURS));
}

/* Beyond the end of the memory there is nothing to be read. */
TEST_F(foreign, mem_beyond_the_end)
{
	char bytes[SIZE];

	if (!is_shared(variant))
		return;
	ASSERT_EQ(0, device_resize(self->fd, SIZE / 2));
	EXPECT_EQ(SIZE / 2, pread(self->mem, bytes, SIZE, (off_t)self->p));
	EXPECT_EQ(-1, pread(self->mem, bytes, 1, (off_t)self->p + SIZE / 2));
	EXPECT_EQ(EIO, errno);
}

/* === /proc === */

/* The line of /proc/PID/NAME that begins with the area's address. */
static bool find_line(pid_t pid, const char *name, const char *p, char *line,
		      int size)
{
	char path[64], start[32];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	snprintf(start, sizeof(start), "%lx-", (unsigned long)p);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, size, file))
		found = !strncmp(line, start, strlen(start));
	fclose(file);
	return found;
}

TEST_F(foreign, name)
{
	char line[512], wanted[64];
	struct vmlab_memory stat;

	ASSERT_EQ(0, device_stat(self->fd, &stat));
	if (variant->name)
		snprintf(wanted, sizeof(wanted), " [vmlab:%s]\n",
			 variant->name);
	else
		snprintf(wanted, sizeof(wanted), " [vmlab:%u]\n", stat.id);
	ASSERT_TRUE(find_line(getpid(), "smaps", self->p, line, sizeof(line)));
	EXPECT_NE(NULL, strstr(line, wanted)) TH_LOG("%s", line);
	ASSERT_TRUE(find_line(self->child, "maps", self->p, line,
			      sizeof(line)));
	EXPECT_NE(NULL, strstr(line, wanted)) TH_LOG("%s", line);
}

/* Entries are present, with the frames that vmlab says. */
TEST_F(foreign, pagemap)
{
	struct frame frame;

	peek(self->p, SIZE);
	for (int i = 0; i < PAGES; i++) {
		__u64 entry = pagemap_self(self->p + i * PAGE_SIZE);

		ASSERT_NE(0, entry & PM_PRESENT);
		ASSERT_EQ(0, frame_of_pfn(&self->w.g, PM_PFN(entry), &frame));
		EXPECT_EQ(variant->huge && i ? VMLAB_FRAME_STATE_INSIDE :
					       VMLAB_FRAME_STATE_USED,
			  frame.state);
	}
}

/* === Who would pin a page === */

/* As Linux puts it that there is an entry, but no page behind it. */
static bool is_no_page(int error)
{
	return error == EFAULT || error == EEXIST;
}

/* Linux finds no page behind the entries, and nothing is copied. */
TEST_F(foreign, process_vm)
{
	char bytes[SIZE] = "";
	struct iovec local = { bytes, SIZE }, remote = { self->p, SIZE };

	peek(self->p, SIZE);
	EXPECT_EQ(-1, process_vm_readv(self->child, &local, 1, &remote, 1, 0));
	if (errno != EFAULT)
		SKIP(return, "process_vm_readv(): %s", strerror(errno));
	if (is_shared(variant)) {
		EXPECT_EQ(-1, process_vm_writev(self->child, &local, 1, &remote,
						1, 0));
		EXPECT_EQ(EFAULT, errno);
	}
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
}

TEST_F(foreign, vmsplice)
{
	struct iovec iov = { self->p, SIZE };
	int fds[2];

	ASSERT_EQ(0, pipe(fds));
	EXPECT_EQ(-1, vmsplice(fds[1], &iov, 1, 0));
	EXPECT_TRUE(is_no_page(errno)) TH_LOG("%d", errno);
	close(fds[0]);
	close(fds[1]);
}

/* A disk in memory, opened so that data goes to and from the buffer itself. */
static int open_direct(void)
{
	char path[64] = "";
	FILE *losetup;
	int fd;

	if (system("modprobe -q loop; truncate -s 1M /tmp/vmlab-direct"))
		return -1;
	losetup = popen("losetup --find --show /tmp/vmlab-direct", "re");
	if (!losetup || fscanf(losetup, "%63s", path) != 1)
		return -1;
	pclose(losetup);
	fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	/* It goes with the descriptor. */
	return system("losetup -D; rm /tmp/vmlab-direct") ? -1 : fd;
}

TEST_F(foreign, direct)
{
	int fd = open_direct();

	ASSERT_LE(0, fd);
	peek(self->p, SIZE);
	EXPECT_EQ(-1, pwrite(fd, self->p, SIZE, 0));
	EXPECT_TRUE(is_no_page(errno)) TH_LOG("%d", errno);
	if (is_shared(variant)) {
		EXPECT_EQ(-1, pread(fd, self->p, SIZE, 0));
		EXPECT_TRUE(is_no_page(errno)) TH_LOG("%d", errno);
	}
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	close(fd);
}

/* A lock between processes has to know the page that it is in. */
TEST_F(foreign, futex)
{
	__u32 *word = (__u32 *)self->p;
	long ret;

	*word = 1;
	ret = syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	EXPECT_EQ(0, ret);
	if (!is_shared(variant))
		return;
	ret = syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
	EXPECT_EQ(-1, ret);
	EXPECT_TRUE(is_no_page(errno)) TH_LOG("%d", errno);
}

/* Linux does as if: there is nothing that it would move or swap out. */
TEST_F(foreign, mlock)
{
	EXPECT_EQ(0, mlock(self->p, SIZE));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	EXPECT_EQ(0, munlock(self->p, SIZE));
}

/* Advice that is not for such areas, or does nothing there. */
TEST_F(foreign, advice)
{
	static const struct {
		int advice;
		int error;
	} tries[] = {
		{ MADV_FREE, EINVAL },
		{ MADV_DODUMP, EINVAL },
		{ MADV_COLD, 0 },
		{ MADV_PAGEOUT, 0 },
	};

	ASSERT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
	for (int i = 0; i < 4; i++) {
		errno = 0;
		madvise(self->p, SIZE, tries[i].advice);
		EXPECT_EQ(tries[i].error, errno)
			TH_LOG("advice %d", tries[i].advice);
	}
	EXPECT_EQ(-1, madvise(self->p, SIZE, MADV_HWPOISON));
	EXPECT_TRUE(is_no_page(errno)) TH_LOG("%d", errno);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, OURS));
}

static bool is_verified(void)
{
	return !system("vmlab verify >/dev/null");
}

/*
 * Linux hides what may not be read, and shows it again. Should a neighbour be
 * looked at in between by who may do all, nothing is forgotten meanwhile.
 */
TEST_F(foreign, hidden_and_shown_again)
{
	int memory = open("/proc/self/mem", O_RDWR);
	char byte;

	ASSERT_LE(0, memory);
	pages_fill(self->p, 0, 1, MORE);
	ASSERT_EQ(0, mprotect(self->p, SIZE, PROT_NONE));
	ASSERT_EQ(1, pread(memory, &byte, 1,
			   (uintptr_t)self->p + PAGE_SIZE));
	ASSERT_EQ(0, mprotect(self->p, SIZE, RW));
	EXPECT_TRUE(is_verified());
	EXPECT_TRUE(pages_hold(self->p, 0, 1, MORE));
	ASSERT_EQ(0, device_discard(self->fd, 0, SIZE));
	EXPECT_TRUE(pages_hold(self->p, 0, 1, variant->share == MAP_SHARED ? 0 : MORE));
	close(memory);
}

/* The same with the right to write. */
TEST_F(foreign, no_writing_and_writing_again)
{
	pages_fill(self->p, 0, 1, MORE);
	ASSERT_EQ(0, mprotect(self->p, SIZE, PROT_READ));
	EXPECT_TRUE(pages_hold(self->p + PAGE_SIZE, 1, 1, OURS));
	ASSERT_EQ(0, mprotect(self->p, SIZE, RW));
	EXPECT_TRUE(is_verified());
	EXPECT_TRUE(pages_hold(self->p, 0, 1, MORE));
}

/* An index has 32 bits. */
TEST_F(foreign, grown_beyond_all_indices)
{
	off_t last = 0xfffffffeLL * PAGE_SIZE;
	char *to = map_anon(4 * PAGE_SIZE, PROT_NONE), *p;

	ASSERT_NE(NULL, to);
	p = mmap(NULL, PAGE_SIZE, RW, variant->share, self->fd, last);
	ASSERT_NE(MAP_FAILED, p);
	EXPECT_EQ(MAP_FAILED, mremap(p, PAGE_SIZE, 4 * PAGE_SIZE,
				     MREMAP_MAYMOVE | MREMAP_FIXED, to));
	EXPECT_EQ(ENOMEM, errno);
	EXPECT_EQ(0, munmap(p, PAGE_SIZE));
	munmap(to, 4 * PAGE_SIZE);
}

TEST_HARNESS_MAIN
