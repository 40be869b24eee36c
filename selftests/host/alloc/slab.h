/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the native tests of object caches share: a pool with memory, and what the
 * caches report.
 */
#ifndef SELFTESTS_ALLOC_SLAB_H
#define SELFTESTS_ALLOC_SLAB_H

#include <vmlab/cache.h>

#include "test.h"

/**
 * struct slab_heard - what the caches reported
 * @nr: by kind: reports
 * @last: the last of them
 * @name: its cache
 * @who: what the op answers
 * @expected: what vml_slab_check() finds is no surprise
 */
struct slab_heard {
	unsigned int nr[VML_SLAB_ERRORS];
	struct vml_slab_bug last;
	char name[VML_CACHE_NAME];
	u32 who;
	bool expected;
};

/* What vml_slab_check() is to look at while nobody else is there. */
#define EVERYTHING	(VML_CHECK_QUIET | VML_CHECK_GUARDS)

extern struct slab_heard slab_heard;

/* Starts a pool whose frames have memory, of 64 DMA frames and others. */
void slab_start(u32 frames, unsigned int cpus, u32 min_free);

/* Ends it; nothing may be in use, and all must be in order. */
void slab_end(void);

/* Ends it, and returns the objects that were still in use. */
u32 slab_abandon(void);

/* Where the memory begins, and how many bytes it has. */
extern unsigned char *slab_memory;
extern size_t slab_bytes;

/* Creates a cache; ends the program if that fails. */
struct vml_cache *slab_cache(const char *name, u32 size, u32 flags);

/* How a cache is now. */
struct vml_cache_info slab_info(struct vml_cache *cache);

/* All reports so far. */
unsigned int slab_reports(void);

#endif /* SELFTESTS_ALLOC_SLAB_H */
