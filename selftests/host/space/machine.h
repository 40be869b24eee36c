/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A machine that the space floor believes in: frames with content, and real
 * page tables, one array of entries a space.
 */
#ifndef SELFTESTS_SPACE_MACHINE_H
#define SELFTESTS_SPACE_MACHINE_H

#include <pthread.h>

#include "../alloc/test.h"

#include <vmlab/space.h>

#define SPACES	3
#ifndef PAGES
#define PAGES	64	/* of each space, in a row */
#endif

#define BEHIND	128

#define RW	(VML_AREA_READ | VML_AREA_WRITE)

/**
 * struct real - a real entry
 * @frame: that it maps, or NULL
 * @write: whether it may be written to
 * @huge: it is part of one for a whole block
 * @object: that the area shows
 * @index: of the object
 */
struct real {
	struct vml_frame *frame;
	bool write;
	bool huge;
	struct vml_object *object;
	u32 index;
};

/**
 * struct machine - all of it
 * @spaces: the spaces
 * @base: by space, the first address of its pages
 * @real: the real entries; @lock protects them
 * @lock: as it says
 * @mm: by space, held for reading by faults, for writing by who changes areas
 * @inserts: real entries put in so far
 * @faults: so far
 * @zaps: calls so far to take some away
 * @released: objects so far that were given back
 * @huge_inserts: of them, those for a whole block
 * @fail_insert: the next one fails
 * @no_huge: none can be for a whole block that is not there
 * @behind: by index, what is behind an object that is backed: one word
 * @nr_behind: how many indices there are
 * @fetches: so far
 * @fail_fetch: how the next one fails, or 0
 * @fetching: called, once, in the next one, when it has read
 * @frames: of the pool
 * @reclaim: called, once, when it has none left; frees some
 */
struct machine {
	struct vml_space spaces[SPACES];
	u64 base[SPACES];
	struct real real[SPACES][PAGES];
	pthread_mutex_t lock;
	pthread_rwlock_t mm[SPACES];
	unsigned long inserts;
	unsigned long huge_inserts;
	unsigned long faults;
	unsigned long zaps;
	unsigned long released;
	bool fail_insert;
	bool no_huge;
	u64 behind[BEHIND];
	u32 nr_behind;
	unsigned long fetches;
	int fail_fetch;
	void (*fetching)(void);
	u32 frames;
	void (*reclaim)(void);
};

extern struct machine machine;

/* Of the next pool: 1, or 2 of equal size. CPUs are on them by turns. */
extern unsigned int machine_nodes;

/* What a thread's faults have in view; or NULL. */
extern __thread const struct vml_view *machine_view;

/* Shapes of page tables that tests go through; their pages straddle tables. */
struct shape {
	const char *name;
	u64 base;
	u64 span;
	u64 pages;
};

#define SHAPES	4
extern const struct shape shapes[SHAPES];

/* A pool of @frames, and the spaces, all of one shape. */
void machine_start(const struct shape *shape, u32 frames);
void machine_end(void);

static inline u64 address_of(unsigned int space, unsigned int page)
{
	return machine.base[space] + (u64)page * VML_FRAME_SIZE;
}

/* The content of a frame. */
u64 *content(struct vml_frame *frame);

/* Whether a real entry is allowed by the shadow one. */
bool is_allowed(unsigned int space, unsigned int page, const struct real *real);

/* What Linux does before it tells: real entries of a range go. */
void machine_zap(unsigned int space, unsigned int page, unsigned int nr);

/* One access to a word, by the real entry or by a fault that puts it in. */
enum vml_fault_kind machine_read(unsigned int space, unsigned int page,
				 u64 *word);
enum vml_fault_kind machine_write(unsigned int space, unsigned int page,
				  u64 word);

/* Writes what is dirty of an object to what is behind, or fails to. */
u32 machine_write_back(struct vml_object *object, u32 first, u32 last,
		       bool fail);

/* No real entry says more than the shadow one. */
void check_real(void);

/* All that shall hold between objects, areas, shadow entries and frames. */
void check_all(void);

/* Frames that the tables of all page tables take. */
u32 frames_of_spaces(void);

/* Whether the pool could not have served all that any operation may need. */
bool machine_is_full(void);

#endif /* SELFTESTS_SPACE_MACHINE_H */
