/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the native tests of the allocator share.
 */
#ifndef SELFTESTS_ALLOC_TEST_H
#define SELFTESTS_ALLOC_TEST_H

#include <stdio.h>
#include <stdlib.h>

#include <vmlab/alloc.h>
#include <vmlab/pcp.h>

/* Says where, and ends the program: a broken allocator cannot go on. */
#define must(condition)							\
do {									\
	if (!(condition)) {						\
		printf("# %s:%d: %s\n", __FILE__, __LINE__, #condition);\
		fflush(stdout);						\
		abort();						\
	}								\
} while (0)

/**
 * struct heard - what the allocator told its ops
 * @bugs: by kind: reports
 * @wakes: times that reclaim was woken
 * @zeroed: frames that were to be zeroed
 * @reclaims: times that frames were asked for
 * @expected: what vml_alloc_check() finds is no surprise
 * @victim: what reclaim frees the next time, or NULL
 * @victim_order: its order
 */
struct heard {
	unsigned int bugs[VML_BUGS];
	unsigned int wakes;
	unsigned int zeroed;
	unsigned int reclaims;
	bool expected;
	struct vml_frame *victim;
	unsigned int victim_order;
};

extern struct heard heard;

/* Starts a pool; ends the program if that fails. */
void pool_start(const struct vml_extent *extents, unsigned int nr,
		unsigned int cpus, unsigned int block_order, u32 min_free);

/* Ends the pool, in which all must be in order and nothing be held. */
void pool_end(void);

/* Switches per-CPU lists on or off in all zones. */
void pool_cache(u32 high, u32 batch);

/* Frames that are free, on per-CPU lists or not. */
u32 pool_free(void);

/* A small generator of random numbers, the same everywhere. */
u32 next_random(u64 *state);

#endif /* SELFTESTS_ALLOC_TEST_H */
