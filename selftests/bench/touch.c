// SPDX-License-Identifier: GPL-2.0
/*
 * Count the instructions that a page costs when it is touched: in memory of
 * /dev/vmlab, and in memory that Linux has for the same use.
 *
 * The guest counts each instruction as a nanosecond, so a clock is a counter.
 * Prints lines of "name instructions units".
 */
#include <error.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/vmlab_ioctl.h>

#define PAGE	4096UL
#define PAGES	2048UL
#define BLOCK	(512 * PAGE)

static uint32_t order[PAGES];

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* An order without locality, the same in each run. */
static void shuffle(void)
{
	uint64_t state = 1;

	for (uint32_t i = 0; i < PAGES; i++)
		order[i] = i;
	for (uint32_t i = PAGES - 1; i; i--) {
		uint32_t j, was = order[i];

		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		j = (state >> 33) % (i + 1);
		order[i] = order[j];
		order[j] = was;
	}
}

/* === Kinds of memory === */

static char *map(int fd, int flags)
{
	char *at = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, flags, fd,
			0);

	if (at == MAP_FAILED)
		error(1, errno, "mmap");
	return at;
}

static int open_vmlab(uint32_t flags)
{
	int fd = open("/dev/vmlab", O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, VMLAB_IOC_SET_FLAGS, &flags))
		error(1, errno, "/dev/vmlab");
	return fd;
}

static char *vmlab(void)
{
	int fd = open_vmlab(0);
	char *at = map(fd, MAP_SHARED);

	close(fd);
	return at;
}

static char *vmlab_fork(void)
{
	int fd = open_vmlab(VMLAB_MEMORY_FORK_COPY);
	char *at = map(fd, MAP_SHARED);

	close(fd);
	return at;
}

static char *vmlab_huge(void)
{
	int fd = open_vmlab(VMLAB_MEMORY_HUGE);
	char *at = map(fd, MAP_SHARED);

	close(fd);
	return at;
}

static char *shmem(void)
{
	return map(-1, MAP_SHARED | MAP_ANONYMOUS);
}

static char *anonymous(void)
{
	char *at = map(-1, MAP_PRIVATE | MAP_ANONYMOUS);

	madvise(at, PAGES * PAGE, MADV_NOHUGEPAGE);
	return at;
}

/* At a multiple of a huge page, which mmap() may not choose by itself. */
static char *anonymous_huge(void)
{
	char *at = mmap(NULL, PAGES * PAGE + BLOCK, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uintptr_t start = ((uintptr_t)at + BLOCK - 1) & ~(BLOCK - 1);

	if (at == MAP_FAILED)
		error(1, errno, "mmap");
	at = mmap((void *)start, PAGES * PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (at == MAP_FAILED || madvise(at, PAGES * PAGE, MADV_HUGEPAGE))
		error(1, errno, "memory for huge pages");
	return at;
}

/* === Ways to touch it === */

static void write_to(char *at)
{
	__atomic_store_n(at, 1, __ATOMIC_RELAXED);
}

static void read_from(const char *at)
{
	(void)__atomic_load_n(at, __ATOMIC_RELAXED);
}

static uint64_t write_random(char *at)
{
	uint64_t start = now();

	for (uint32_t i = 0; i < PAGES; i++)
		write_to(at + order[i] * PAGE);
	return now() - start;
}

static uint64_t write_in_order(char *at)
{
	uint64_t start = now();

	for (uint32_t i = 0; i < PAGES; i++)
		write_to(at + i * PAGE);
	return now() - start;
}

static uint64_t read_in_order(char *at)
{
	uint64_t start = now();

	for (uint32_t i = 0; i < PAGES; i++)
		read_from(at + i * PAGE);
	return now() - start;
}

/* What a child spends on memory that its parent filled. */
static uint64_t in_child(char *at, uint64_t (*touch)(char *))
{
	uint64_t spent;
	int ends[2];
	pid_t pid;

	write_in_order(at);
	if (pipe(ends))
		error(1, errno, "pipe");
	pid = fork();
	if (pid < 0)
		error(1, errno, "fork");
	if (!pid) {
		spent = touch(at);
		if (write(ends[1], &spent, sizeof(spent)) != sizeof(spent))
			_exit(1);
		_exit(0);
	}
	if (read(ends[0], &spent, sizeof(spent)) != sizeof(spent))
		error(1, 0, "the child failed");
	wait(NULL);
	close(ends[0]);
	close(ends[1]);
	return spent;
}

static uint64_t read_by_child(char *at)
{
	return in_child(at, read_in_order);
}

static uint64_t write_by_child(char *at)
{
	return in_child(at, write_random);
}

/* Runs once to warm up and once to measure. */
static void measure(const char *name, char *(*make)(void),
		    uint64_t (*touch)(char *))
{
	uint64_t spent = 0;

	for (int i = 0; i < 2; i++) {
		char *at = make();

		spent = touch(at);
		munmap(at, PAGES * PAGE);
	}
	printf("%s %llu %lu\n", name, (unsigned long long)spent, PAGES);
}

int main(void)
{
	shuffle();
	measure("touch", vmlab, write_random);
	measure("shmem", shmem, write_random);
	measure("touch-in-order", vmlab, write_in_order);
	measure("touch-huge", vmlab_huge, write_in_order);
	measure("anonymous-huge", anonymous_huge, write_in_order);
	measure("touch-read", vmlab, read_by_child);
	measure("shmem-read", shmem, read_by_child);
	measure("touch-copy", vmlab_fork, write_by_child);
	measure("anonymous-copy", anonymous, write_by_child);
	return 0;
}
