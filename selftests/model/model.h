/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The model of memories and of areas that show them; see model.c.
 */
#ifndef SELFTESTS_MODEL_MODEL_H
#define SELFTESTS_MODEL_MODEL_H

#include "../lib/device.h"
#include "../lib/memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define RW		(PROT_READ | PROT_WRITE)
#define MEMORIES	4
#define AREAS		4	/* of each process */
#define AREA_PAGES	24
#define PAGES		40	/* of a memory */
/* What can be told of a page: a few words, this far apart; the rest is zero. */
#define WORDS		8
#define STRIDE		(PAGE_SIZE / WORDS)
#define PER_WORD	(STRIDE / sizeof(__u64))

struct memory {
	pthread_mutex_t lock; /* protects what follows, and the memory */
	unsigned int number;	/* in its name; another for each memory */
	__u32 flags;
	bool backed;		/* there is a file behind it */
	__u64 size;
	unsigned int cuts;	/* how often it was made shorter */
	__u64 word[PAGES][WORDS];
};

/* A page of an area: what it shows, with which rights, or its own content. */
struct page {
	bool mapped;
	int prot;
	unsigned int index;
	bool own;
	__u64 word[WORDS];
};

struct area {
	char *at;
	unsigned int memory;
	unsigned int number;
	unsigned int cuts;
	unsigned int nr;
	bool private;
	bool whole;	/* Linux has one area for all of it */
	struct page page[AREA_PAGES];
};

/* What all processes share. */
struct board {
	struct memory memory[MEMORIES];
	unsigned int last_number;
	unsigned long limit, steps, checks;
	__u64 last_value;
	unsigned long nr[32];
};

extern struct board *board;

/* Of this process. */
extern unsigned int me, seed;
extern const char *doing;
extern int fds[MEMORIES];
extern struct area areas[AREAS];
/* In a child: what its copy of a memory shows, and of which. */
extern struct memory snapshot, *copied;

#define MUST(what)							\
do {									\
	if (!(what)) {							\
		printf("# worker %u, %s: not %s (line %d, errno %d)\n",	\
		       me, doing, #what, __LINE__, errno);		\
		fflush(stdout);						\
		_exit(1);						\
	}								\
} while (0)

unsigned int dice(unsigned int sides);
__u64 new_value(void);

/* Has the page exactly these words? */
bool holds(const __u64 *page, const __u64 *word);
/* Empty a memory from one byte to another; both are those of words. */
void forget(struct memory *m, __u64 from, __u64 to);
void grow_to(struct memory *m, __u64 size);

/* Accesses to page @i of an area bring what the model says. */
void check_page(struct area *a, unsigned int i);
void write_page(struct area *a, unsigned int i, unsigned int at);
void check_area(struct area *a);

/* Find places for the areas of this process. */
void places_init(void);
/* Where area @i is, or where it can be moved. */
char *place(unsigned int i, bool second);
/* Nothing is mapped there; the place is kept. */
void place_clear(char *p, unsigned int nr);
void clear(struct area *a, unsigned int first, unsigned int nr);
void drop(struct area *a);
void map(struct area *a, unsigned int first, unsigned int nr,
	 unsigned int index);
void map_area(struct area *a, unsigned int memory);
/* An area of the memory, a new one if there is none. */
struct area *area_of(unsigned int memory);

#endif /* SELFTESTS_MODEL_MODEL_H */
