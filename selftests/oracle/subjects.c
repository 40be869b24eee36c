// SPDX-License-Identifier: GPL-2.0
/* The processes that the oracle compares: programs of the machine, and ours. */
#include "oracle.h"

#include "memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <time.h>
#include <unistd.h>

#define RW	(PROT_READ | PROT_WRITE)

static void *thread(void *arg)
{
	char *p = malloc(300000);

	memset(p, 1, 300000);
	pthread_barrier_wait(arg);
	pause();
	return p;
}

static bool make_threads(void)
{
	static pthread_barrier_t barrier;
	pthread_t id;

	pthread_barrier_init(&barrier, NULL, 7);
	for (int i = 0; i < 6; i++)
		if (pthread_create(&id, NULL, thread, &barrier))
			return false;
	pthread_barrier_wait(&barrier);
	return true;
}

/* Whole ones, one mapped by small entries, one with a hole, one read only. */
static bool make_thp(void)
{
	char *p = map_huge(6 * HPAGE);

	if (!p)
		return false;
	touch(p, 6 * HPAGE);
	return !mprotect(p + HPAGE + 8 * PAGE_SIZE, PAGE_SIZE, PROT_READ) &&
	       !munmap(p + 2 * HPAGE + 9 * PAGE_SIZE, 7 * PAGE_SIZE) &&
	       !madvise(p + 3 * HPAGE, HPAGE / 2, MADV_DONTNEED) &&
	       !mprotect(p + 4 * HPAGE, HPAGE, PROT_READ);
}

static bool make_zero(void)
{
	char *p = map_huge(2 * HPAGE), *q = map_small(2 * MIB);

	if (!p || !q)
		return false;
	peek(p, HPAGE);
	peek(q, MIB);
	touch(q + 10 * PAGE_SIZE, 3 * PAGE_SIZE);
	return true;
}

static bool make_hugetlb_2m(void)
{
	char *p = map_hugetlb(4 * HPAGE, 21, false);
	char *q = map_hugetlb(4 * HPAGE, 21, true);

	if (!p || !q)
		return false;
	touch(p, 3 * HPAGE);
	touch(q + HPAGE, 2 * HPAGE);
	return !mprotect(p + HPAGE, HPAGE, PROT_READ);
}

static bool make_hugetlb_1g(void)
{
	char *p = map_hugetlb(GIB, 30, false);

	if (!p)
		return false;
	touch(p, 1);
	return true;
}

/* Two processes over one memory; the child sees other pages than its parent. */
static bool make_shared(void)
{
	int fd = make_memfd(4 * MIB), ready[2];
	int id = shmget(IPC_PRIVATE, MIB, 0600);
	char *p, *q, *sysv, byte;

	if (fd < 0 || id < 0 || pipe(ready))
		return false;
	p = mmap(NULL, 4 * MIB, RW, MAP_SHARED, fd, 0);
	q = mmap(NULL, 4 * MIB, RW, MAP_PRIVATE, fd, 0);
	sysv = shmat(id, NULL, 0);
	shmctl(id, IPC_RMID, NULL);
	if (p == MAP_FAILED || q == MAP_FAILED || sysv == (void *)-1)
		return false;
	touch(p, 2 * MIB);
	touch(sysv, MIB / 2);
	if (!fork()) {
		touch(p + MIB, 2 * MIB);
		(void)!write(ready[1], "", 1);
		(void)!read(0, &byte, 1);
		_exit(0);
	}
	(void)!read(ready[0], &byte, 1);
	peek(q, 2 * MIB);
	touch(q, 64 * PAGE_SIZE);
	return true;
}

/* Pages in swap, pages that came back and kept their slot, dirty again. */
static bool make_swap(void)
{
	const int pages = 512;
	char *p = map_small(pages * PAGE_SIZE);

	if (!p)
		return false;
	for (int i = 0; i < pages; i++)
		memset(p + i * PAGE_SIZE, i, 64);
	if (!page_out(p, pages * PAGE_SIZE))
		return false;
	peek(p, 100 * PAGE_SIZE);
	touch(p + 100 * PAGE_SIZE, 50 * PAGE_SIZE);
	return true;
}

static bool make_prot_none(void)
{
	char *p = map_small(2 * MIB), *q = map_huge(2 * HPAGE);

	if (!p || !q)
		return false;
	touch(p, MIB);
	touch(q, 2 * HPAGE);
	return !mprotect(p + MIB / 2, MIB, PROT_NONE) &&
	       !mprotect(q, HPAGE, PROT_NONE) &&
	       !mprotect(q + HPAGE, 16 * PAGE_SIZE, PROT_NONE);
}

static bool make_ksm(void)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	char *p = map_small(2 * MIB);

	if (!p)
		return false;
	for (int i = 0; i < 256; i++)
		memset(p + i * PAGE_SIZE, i % 3 + 'a', PAGE_SIZE);
	if (madvise(p, MIB, MADV_MERGEABLE))
		return false;
	for (int i = 0; i < 600; i++) {
		if (ksm_pages(getpid()) >= 256)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* Shared and private, clean, dirty, copied, and beyond the end of the file. */
static bool make_file_mappings(void)
{
	int fd = make_file(MIB + 100);
	char *shared, *private;

	if (fd < 0)
		return false;
	shared = mmap(NULL, 2 * MIB, RW, MAP_SHARED, fd, 0);
	private = mmap(NULL, 2 * MIB, RW, MAP_PRIVATE, fd, 0);
	if (shared == MAP_FAILED || private == MAP_FAILED)
		return false;
	peek(shared, MIB / 2);
	touch(shared, 20 * PAGE_SIZE);
	peek(private, MIB);
	touch(private + MIB / 2, 30 * PAGE_SIZE);
	return true;
}

/* Copy on write, seen from the parent. */
static bool make_forked(void)
{
	char *p = map_small(4 * MIB), *q = map_huge(2 * HPAGE), byte;
	int ready[2];

	if (!p || !q || pipe(ready))
		return false;
	touch(p, 4 * MIB);
	touch(q, 2 * HPAGE);
	if (!fork()) {
		touch(p, MIB);
		touch(q, 1);
		(void)!write(ready[1], "", 1);
		(void)!read(0, &byte, 1);
		_exit(0);
	}
	(void)!read(ready[0], &byte, 1);
	touch(p + 2 * MIB, MIB);
	return true;
}

const struct subject subjects[] = {
	{ "shell", { "/bin/bash", "-c",
		"for i in {1..500}; do a[i]=$i; done; echo; read -r line" } },
	{ "python3", { "/usr/bin/python3", "-c",
		"import json, re, sys\nx = [str(i) for i in range(20000)]\n"
		"print(flush=True)\nsys.stdin.read()" } },
	{ "threads", .make = make_threads },
	{ "thp", .make = make_thp },
	{ "zero pages", .make = make_zero },
	{ "hugetlb 2 MiB", .make = make_hugetlb_2m },
	{ "hugetlb 1 GiB", .make = make_hugetlb_1g },
	{ "shared memory", .make = make_shared },
	{ "swap", .make = make_swap },
	{ "PROT_NONE", .make = make_prot_none },
	{ "KSM", .make = make_ksm },
	{ "file mappings", .make = make_file_mappings },
	{ "forked", .make = make_forked },
};

const unsigned int nr_subjects = sizeof(subjects) / sizeof(*subjects);
