// SPDX-License-Identifier: GPL-2.0
/*
 * Count the instructions of an operation of vmlab and of what Linux offers for
 * the same job, in one run.
 *
 * The guest that this runs in counts each instruction as a nanosecond, so a
 * clock is a counter. Results are lines of "name instructions units".
 *
 *     bench [MIB [NAME]]
 *
 * MIB is the size of the region to walk, 1024 unless told; NAME measures one
 * operation alone, five thousand times, for a profiler to look at.
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <linux/vmlab.h>
#include <linux/vmlab_ioctl.h>

#include "vmlab.h"
#include "pagemap_scan.h"

#define PAGE		4096UL
#define WALKS		2000UL
#define VECTOR		64UL

/**
 * struct bench - what the operations work on
 * @region: memory that was touched at 4 KiB
 * @size: its bytes
 * @only: the one operation to measure, or NULL for all
 * @vmlab: the channel
 * @device: /dev/vmlab
 * @pagemap: /proc/self/pagemap
 * @order: addresses in @region, in an order without locality
 * @sink: what keeps results from being optimised away
 */
struct bench {
	char *region;
	uint64_t size;
	const char *only;
	struct vmlab *vmlab;
	int device;
	int pagemap;
	uint64_t order[WALKS];
	uint64_t sink;
};

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* Runs once to warm up and once to measure. */
static void measure(const char *name, void (*op)(struct bench *),
		    struct bench *b, uint64_t units)
{
	unsigned int warm = b->only ? 5000 : 1;
	uint64_t start;

	if (b->only && strcmp(b->only, name))
		return;
	while (warm--)
		op(b);
	start = now();
	op(b);
	printf("%s %llu %llu\n", name, (unsigned long long)(now() - start),
	       (unsigned long long)units);
	fflush(stdout);
}

/* === One address === */

static void pread_pagemap(struct bench *b)
{
	uint64_t entry;
	size_t i;

	for (i = 0; i < WALKS; i++) {
		if (pread(b->pagemap, &entry, sizeof(entry),
			  b->order[i] / PAGE * sizeof(entry)) != sizeof(entry))
			error(2, errno, "pagemap");
		b->sink += entry;
	}
}

static void walk_with(struct bench *b, uint32_t with)
{
	struct vmlab_walk walk;
	size_t i;

	for (i = 0; i < WALKS; i++) {
		if (vmlab_walk(b->vmlab, 0, b->order[i], with, &walk))
			error(2, 0, "walk: %s", vmlab_error(b->vmlab));
		b->sink += walk.pfn;
	}
}

/* What pagemap tells: state, flags and frame. */
static void walk_leaf(struct bench *b)
{
	walk_with(b, 0);
}

static void walk_all(struct bench *b)
{
	walk_with(b, VMLAB_WITH_LEVELS | VMLAB_WITH_AREA | VMLAB_WITH_PAGE |
		     VMLAB_WITH_ROOT);
}

static void walk_vector(struct bench *b, size_t count)
{
	struct vmlab_walk_entry entries[VECTOR];
	struct vmlab_walk_vec vec = {
		.count = count, .entries = (uintptr_t)entries,
	};
	size_t i, j;

	for (i = 0; i + count <= WALKS; i += count) {
		for (j = 0; j < count; j++)
			entries[j].address = b->order[i + j];
		if (ioctl(b->device, VMLAB_IOC_WALK, &vec))
			error(2, errno, "ioctl");
		b->sink += entries[0].number;
	}
}

static void ioctl_one(struct bench *b)
{
	walk_vector(b, 1);
}

static void ioctl_many(struct bench *b)
{
	walk_vector(b, VECTOR);
}

/* === A range === */

static void read_pagemap(struct bench *b)
{
	static uint64_t entries[8192];
	uint64_t offset = (uintptr_t)b->region / PAGE * sizeof(*entries);
	uint64_t end = offset + b->size / PAGE * sizeof(*entries);
	ssize_t n;

	for (; offset < end; offset += n) {
		n = pread(b->pagemap, entries, sizeof(entries), offset);
		if (n <= 0)
			error(2, errno, "pagemap");
		b->sink += entries[0];
	}
}

static void scan_pagemap(struct bench *b)
{
	struct page_region regions[512];
	struct pm_scan_arg arg = {
		.size = sizeof(arg),
		.start = (uintptr_t)b->region,
		.end = (uintptr_t)b->region + b->size,
		.vec = (uintptr_t)regions,
		.vec_len = 512,
		.category_mask = PAGE_IS_PRESENT,
		.return_mask = PAGE_IS_PRESENT | PAGE_IS_SWAPPED |
			       PAGE_IS_FILE | PAGE_IS_PFNZERO,
	};

	while (arg.start < (uintptr_t)b->region + b->size) {
		if (ioctl(b->pagemap, PAGEMAP_SCAN, &arg) < 0)
			error(2, errno, "PAGEMAP_SCAN");
		arg.start = arg.walk_end;
	}
}

static int add_run(const struct vmlab_run *run, void *data)
{
	uint64_t *sum = data;

	*sum += run->end - run->start;
	return 0;
}

static void range(struct bench *b, bool pages)
{
	struct vmlab_range range = {
		.start = (uintptr_t)b->region,
		.end = (uintptr_t)b->region + b->size,
		.states = ~VMLAB_STATES_NONE & 0x7ff,
		.pages = pages,
	};
	uint64_t sum = 0;

	if (vmlab_range(b->vmlab, &range, add_run, &sum))
		error(2, 0, "range: %s", vmlab_error(b->vmlab));
	if (sum != b->size)
		error(2, 0, "range: %llu bytes", (unsigned long long)sum);
}

static void range_merged(struct bench *b)
{
	range(b, false);
}

static void range_pages(struct bench *b)
{
	range(b, true);
}

static void prepare(struct bench *b)
{
	uint64_t x = 88172645463325252ULL;
	size_t i;

	b->region = mmap(NULL, b->size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (b->region == MAP_FAILED)
		error(2, errno, "mmap");
	madvise(b->region, b->size, MADV_NOHUGEPAGE);
	for (i = 0; i < b->size / PAGE; i++)
		b->region[i * PAGE] = 1;
	for (i = 0; i < WALKS; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		b->order[i] = (uintptr_t)b->region + x % (b->size / PAGE) * PAGE;
	}
	if (vmlab_open(&b->vmlab))
		error(2, 0, "%s", vmlab_error(b->vmlab));
	b->device = open("/dev/vmlab", O_RDWR);
	b->pagemap = open("/proc/self/pagemap", O_RDONLY);
	if (b->device < 0 || b->pagemap < 0)
		error(2, errno, "open");
}

static bool has_pagemap_scan(const struct bench *b)
{
	struct pm_scan_arg arg = { .size = sizeof(arg) };

	return ioctl(b->pagemap, PAGEMAP_SCAN, &arg) >= 0 || errno != ENOTTY;
}

int main(int argc, char **argv)
{
	static struct bench b = { .size = 1ULL << 30 };
	uint64_t pages;

	if (argc > 1)
		b.size = strtoull(argv[1], NULL, 0) << 20;
	if (!b.size)
		error(1, 0, "usage: bench [MIB [NAME]]");
	if (argc > 2)
		b.only = argv[2];
	pages = b.size / PAGE;

	prepare(&b);
	measure("pagemap-pread", pread_pagemap, &b, WALKS);
	measure("walk", walk_leaf, &b, WALKS);
	measure("walk-all", walk_all, &b, WALKS);
	measure("ioctl-1", ioctl_one, &b, WALKS);
	measure("ioctl-64", ioctl_many, &b, WALKS / VECTOR * VECTOR);
	measure("pagemap-read", read_pagemap, &b, pages);
	measure("range", range_merged, &b, pages);
	measure("range-pages", range_pages, &b, pages);
	if (has_pagemap_scan(&b))
		measure("pagemap-scan", scan_pagemap, &b, pages);
	return 0;
}
