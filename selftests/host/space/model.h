/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program of operations on several spaces, beside a model that is too simple
 * to be wrong: arrays of words.
 */
#ifndef SELFTESTS_SPACE_MODEL_H
#define SELFTESTS_SPACE_MODEL_H

#include "machine.h"

#define OBJECTS	6
#ifndef INDICES
#define INDICES	80	/* of each object that are used, in a row */
#endif

/**
 * struct made - an object, and what it should have
 * @object: the object, or NULL
 * @held: whether the program has a reference to it
 * @shown: pages that show it
 * @base: first index that is used
 * @size: of the object, less @base
 * @words: by index less @base
 */
struct made {
	struct vml_object *object;
	bool held;
	unsigned int shown;
	u32 base;
	u32 size;
	u64 words[INDICES];
};

/**
 * struct page - what a page of a space should show
 * @made: the number of the object plus one, or 0
 * @index: less its base
 * @flags: VML_AREA_*
 * @untold: the space was not told, and hears of it at the next fault; until then
 *	the page has a reference of its own, as Linux's area would
 */
struct page {
	u32 made;
	u32 index;
	u32 flags;
	bool untold;
};

/**
 * struct model - what should be so
 * @made: the objects
 * @pages: by space
 * @last_word: that was written
 * @steps: operations so far
 * @kinds: how faults ended so far
 */
struct model {
	struct made made[OBJECTS];
	struct page pages[SPACES][PAGES];
	u64 last_word;
	unsigned long steps;
	unsigned long kinds[VML_FAULT_KINDS];
};

/* Draws a number below @n from the rest of the random bits. */
static inline unsigned int draw(u64 *random, unsigned int n)
{
	unsigned int drawn = *random % n;

	*random /= n;
	return drawn;
}

void model_start(struct model *m);

/* An operation of those that are about blocks, likewise. */
void model_huge(struct model *m, u64 random);

/* One operation, chosen and given its arguments by @random. */
void model_step(struct model *m, u64 random);

/* That all pages of all spaces read as they should. */
void model_read_all(struct model *m);

/* Gives everything back, whereupon the pool must be as it was. */
void model_end(struct model *m);

#endif /* SELFTESTS_SPACE_MODEL_H */
