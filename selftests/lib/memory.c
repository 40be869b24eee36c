// SPDX-License-Identifier: GPL-2.0
#include "memory.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#define MAP_HUGE_SIZE(shift)	((shift) << 26)

char *map_anon(size_t size, int prot)
{
	char *p = mmap(NULL, size, prot,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static char *map_aligned(size_t size, int advice)
{
	uintptr_t start;
	char *p = map_anon(size + HPAGE, PROT_READ | PROT_WRITE);

	if (!p)
		return NULL;
	start = ((uintptr_t)p + HPAGE - 1) & ~(HPAGE - 1);
	if (start > (uintptr_t)p)
		munmap(p, start - (uintptr_t)p);
	if (start < (uintptr_t)p + HPAGE)
		munmap((char *)start + size, (uintptr_t)p + HPAGE - start);
	p = (char *)start;
	if (madvise(p, size, advice)) {
		munmap(p, size);
		return NULL;
	}
	return p;
}

char *map_huge(size_t size)
{
	return map_aligned(size, MADV_HUGEPAGE);
}

char *map_small(size_t size)
{
	return map_aligned(size, MADV_NOHUGEPAGE);
}

char *map_hugetlb(size_t size, int shift, bool shared)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS |
		       MAP_HUGETLB | MAP_HUGE_SIZE(shift), -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

int make_file(size_t size)
{
	char path[] = "/tmp/vmlab-test-XXXXXX";
	char block[4096];
	int fd = mkstemp(path);

	if (fd < 0)
		return -1;
	unlink(path);
	memset(block, 'v', sizeof(block));
	for (size_t done = 0; done < size; done += sizeof(block)) {
		size_t rest = size - done;

		if (rest > sizeof(block))
			rest = sizeof(block);
		if (write(fd, block, rest) != (ssize_t)rest) {
			close(fd);
			return -1;
		}
	}
	return fd;
}

int make_memfd(size_t size)
{
	int fd = memfd_create("vmlab-test", MFD_CLOEXEC);

	if (fd >= 0 && ftruncate(fd, size)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void touch(void *start, size_t size)
{
	for (char *p = start; p < (char *)start + size; p += PAGE_SIZE)
		__atomic_store_n(p, 1, __ATOMIC_RELAXED);
}

void peek(const void *start, size_t size)
{
	const char *p = start;

	for (; p < (const char *)start + size; p += PAGE_SIZE)
		(void)__atomic_load_n(p, __ATOMIC_RELAXED);
}

bool page_out(void *start, size_t size)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	int cpus = get_nprocs();
	cpu_set_t old, one;
	bool ok = false;

	if (sched_getaffinity(0, sizeof(old), &old))
		return false;
	/*
	 * Pages that wait in a CPU's list of new ones are passed over, and
	 * MADV_PAGEOUT empties the list of the CPU it runs on only: ask again
	 * from each.
	 */
	for (int i = 0; i < 200; i++) {
		if (madvise(start, size, MADV_PAGEOUT))
			break;
		ok = pagemap_self(start) & PM_SWAP;
		if (ok)
			break;
		nanosleep(&pause, NULL);
		CPU_ZERO(&one);
		CPU_SET(i % cpus, &one);
		sched_setaffinity(0, sizeof(one), &one);
	}
	sched_setaffinity(0, sizeof(old), &old);
	return ok;
}

static void ignore(int sig)
{
}

bool poison(void *page)
{
	struct sigaction old, action = { .sa_handler = ignore };
	bool ok;

	/* Newer kernels tell the owner of the page at once, older do not. */
	sigaction(SIGBUS, &action, &old);
	ok = !madvise(page, PAGE_SIZE, MADV_HWPOISON);
	sigaction(SIGBUS, &old, NULL);
	return ok;
}

bool pagemap(pid_t pid, unsigned long address, __u64 *entries, size_t count)
{
	size_t len = count * sizeof(*entries);
	char path[64] = "/proc/self/pagemap";
	ssize_t got;
	int fd;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = pread(fd, entries, len, address / PAGE_SIZE * sizeof(*entries));
	close(fd);
	return got == (ssize_t)len;
}

__u64 pagemap_self(const void *address)
{
	__u64 entry = 0;

	pagemap(0, (unsigned long)address, &entry, 1);
	return entry;
}

bool kpages(const char *name, __u64 pfn, __u64 *values, size_t nr)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	size_t size = nr * sizeof(*values);
	ssize_t got;

	if (fd < 0)
		return false;
	got = pread(fd, values, size, pfn * sizeof(*values));
	close(fd);
	return got == (ssize_t)size;
}

bool kpage(const char *name, __u64 pfn, __u64 *value)
{
	return kpages(name, pfn, value, 1);
}

long status_kib(pid_t pid, const char *name)
{
	char path[64], line[256];
	long value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid ? pid : getpid());
	file = fopen(path, "re");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		size_t len = strlen(name);

		if (!strncmp(line, name, len) && line[len] == ':')
			value = strtol(line + len + 1, NULL, 10);
	}
	fclose(file);
	return value;
}

long ksm_pages(pid_t pid)
{
	char path[64];
	long pages = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/ksm_merging_pages", pid);
	file = fopen(path, "re");
	if (!file)
		return -1;
	if (fscanf(file, "%ld", &pages) != 1)
		pages = -1;
	fclose(file);
	return pages;
}

bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return ok;
}

bool file_holds(const char *path, const char *text)
{
	char line[512];
	bool found = false;
	FILE *file = fopen(path, "re");

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = strstr(line, text);
	fclose(file);
	return found;
}

bool kernel_at_least(int major, int minor)
{
	struct utsname uts;
	int a = 0, b = 0;

	if (uname(&uts) || sscanf(uts.release, "%d.%d", &a, &b) != 2)
		return false;
	return a > major || (a == major && b >= minor);
}
