/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory to look at, and what the kernel itself says of it.
 */
#ifndef SELFTESTS_LIB_MEMORY_H
#define SELFTESTS_LIB_MEMORY_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifndef PAGE_SIZE
#define PAGE_SIZE	4096UL
#endif
#define KIB	(1UL << 10)
#define MIB	(1UL << 20)
#define GIB	(1UL << 30)
#define HPAGE	(2 * MIB)

#define PM_SOFT_DIRTY	(1ULL << 55)
#define PM_EXCLUSIVE	(1ULL << 56)
#define PM_UFFD_WP	(1ULL << 57)
#define PM_FILE		(1ULL << 61)
#define PM_SWAP		(1ULL << 62)
#define PM_PRESENT	(1ULL << 63)
#define PM_PFN(entry)	((entry) & ((1ULL << 55) - 1))
#define PM_SWAP_TYPE(entry)	((entry) & 31)
#define PM_SWAP_OFFSET(entry)	(PM_PFN(entry) >> 5)

#define KPF_KSM		(1ULL << 21)
#define KPF_ZERO_PAGE	(1ULL << 24)

/* Private anonymous memory; NULL where there is none. */
char *map_anon(size_t size, int prot);
/* The same on a boundary of 2 MiB, with MADV_HUGEPAGE or MADV_NOHUGEPAGE. */
char *map_huge(size_t size);
char *map_small(size_t size);
/* 2 MiB or 1 GiB pages of the hugetlb pool; @shift is 21 or 30. */
char *map_hugetlb(size_t size, int shift, bool shared);
/* A new file of @size random bytes on a disk or tmpfs, unlinked. */
int make_file(size_t size);
int make_memfd(size_t size);
void touch(void *start, size_t size);
void peek(const void *start, size_t size);
/* Push pages out to swap; true when the page at @start has gone. */
bool page_out(void *start, size_t size);
/* Declare the frame of a touched page broken. */
bool poison(void *page);

/* Entries of /proc/PID/pagemap; PID 0 is the caller. */
bool pagemap(pid_t pid, unsigned long address, __u64 *entries, size_t count);
__u64 pagemap_self(const void *address);
/* One number, or several, of /proc/kpageflags or /proc/kpagecount. */
bool kpage(const char *name, __u64 pfn, __u64 *value);
bool kpages(const char *name, __u64 pfn, __u64 *values, size_t nr);

/* A number after "NAME:" in /proc/PID/status, or -1. */
long status_kib(pid_t pid, const char *name);
/* Pages of a process that are merged, or -1 where the kernel does not say. */
long ksm_pages(pid_t pid);
bool write_text(const char *path, const char *text);
bool file_holds(const char *path, const char *text);
bool kernel_at_least(int major, int minor);

#endif /* SELFTESTS_LIB_MEMORY_H */
