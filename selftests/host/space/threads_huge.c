// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that write to blocks which others meanwhile clone, split, collapse and
 * empty. The thread sanitizer watches, and so do the words, as in threads.c.
 *
 *     threads_huge [OPERATIONS]
 */
#include <errno.h>
#include <pthread.h>

#include "huge.h"

#define THREADS	4
#define STEP	64	/* of the pages that are used */

static struct vml_object *shown, *scratch;
static unsigned long operations = 2000;
static struct thread {
	u64 seen[2 * BLOCK];
	u64 random;
	unsigned int number;
	unsigned int space;
} threads[THREADS];

/* A page of the first two blocks, each of which one thread alone writes to. */
static void touch(struct thread *t)
{
	u32 random = next_random(&t->random);
	u32 page = random / 2 % (2 * BLOCK / STEP) * STEP + t->number;
	u64 word;

	if (random & 1) {
		must(machine_write(t->space, EDGE + page, ++t->seen[page]) <
		     VML_FAULT_BAD_AREA);
		return;
	}
	must(machine_read(t->space, EDGE + page, &word) < VML_FAULT_BAD_AREA);
	must(word == t->seen[page]);
}

/* What is emptied has what was written, or zeroes. */
static void touch_scratch(struct thread *t)
{
	u32 random = next_random(&t->random);
	u32 page = EDGE + 2 * BLOCK + random / 2 % BLOCK;
	u64 word = page;

	if (random & 1) {
		must(machine_write(t->space, page, word) < VML_FAULT_BAD_AREA);
		return;
	}
	must(machine_read(t->space, page, &word) < VML_FAULT_BAD_AREA);
	must(!word || word == page);
}

static void clone(struct thread *t)
{
	struct vml_object *copy = vml_object_clone(shown);
	u64 word = U64_MAX;
	u32 index = next_random(&t->random) % (2 * BLOCK);

	must(copy);
	must(!vml_object_write(copy, index, 0, &word, sizeof(word)));
	vml_object_put(copy);
}

static void disturb(struct thread *t)
{
	u32 random = next_random(&t->random), index = random / 8 % (2 * BLOCK);
	int err = 0;

	switch (random % 8) {
	case 0:
		err = vml_object_split(shown, index);
		break;
	case 1:
	case 2:
		err = vml_object_collapse(shown, index);
		break;
	case 3:
		clone(t);
		break;
	case 4:
		err = vml_object_punch(scratch, index, BLOCK);
		break;
	case 5:
		err = vml_object_collapse(scratch, index);
		break;
	case 6:
		machine_zap(t->space, EDGE + index, 1);
		break;
	default:
		__atomic_store_n(&machine.no_huge, random & 8,
				 __ATOMIC_RELAXED);
	}
	must(!err || err == -ENOENT || err == -EBUSY || err == -ENOMEM);
}

static void *work(void *arg)
{
	struct thread *t = arg;
	unsigned long i;

	standin_cpu = t->number;
	for (i = 0; i < operations; i++) {
		if (i % 16 == 0)
			disturb(t);
		else if (i % 4)
			touch(t);
		else
			touch_scratch(t);
	}
	must(!standin_locks);
	return NULL;
}

static void map(unsigned int space)
{
	must(!vml_area_map(&machine.spaces[space], address_of(space, EDGE),
			   address_of(space, EDGE + 2 * BLOCK), shown, 0, RW));
	must(!vml_area_map(&machine.spaces[space],
			   address_of(space, EDGE + 2 * BLOCK),
			   address_of(space, EDGE + 3 * BLOCK), scratch, 0,
			   RW));
}

int main(int argc, char **argv)
{
	pthread_t ids[THREADS];
	unsigned int i;

	if (argc > 1)
		operations = strtoul(argv[1], NULL, 0);
	machine_start(&shapes[0], FRAMES);
	shown = vml_object_create(2 * BLOCK);
	scratch = vml_object_create(3 * BLOCK);
	shown->huge = true;
	scratch->huge = true;
	map(0);
	map(1);
	for (i = 0; i < THREADS; i++) {
		threads[i] = (struct thread) {
			.random = i, .number = i, .space = i % 2
		};
		must(!pthread_create(&ids[i], NULL, work, &threads[i]));
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(ids[i], NULL);
	check_all();
	printf("# %lu real entries put in, of them %lu for blocks\n",
	       machine.inserts, machine.huge_inserts);
	vml_object_put(shown);
	vml_object_put(scratch);
	machine_end();
	return 0;
}
