// SPDX-License-Identifier: GPL-2.0
/*
 * Threads in two spaces that show one object, which they clone and discard
 * meanwhile. The thread sanitizer watches, and so do the words: each page is
 * written by one thread, with words that rise, so that nobody may ever read a
 * lesser word than he read before; and a clone reads the same for ever.
 *
 *     threads [OPERATIONS]
 *
 * As many each thread, under each geometry.
 */
#include <pthread.h>
#include <string.h>

#include "machine.h"

#define THREADS		4
#define SCRATCH		16	/* pages from there on show what is punched */
#define CLONES		2	/* the space that shows clones, after the others */

static struct vml_object *object, *scratch;
static unsigned long operations = 15000;
static struct thread {
	u64 seen[PAGES];
	u64 random;
	unsigned int number;
	unsigned int space;
	struct vml_object *kept;
} threads[THREADS];

static void must_be(enum vml_fault_kind kind)
{
	must(kind < VML_FAULT_BAD_AREA);
}

static void show(unsigned int space, unsigned int page, unsigned int nr)
{
	struct vml_object *of = page < SCRATCH ? object : scratch;

	must(!vml_area_map(&machine.spaces[space], address_of(space, page),
			   address_of(space, page + nr), of, 500 + page, RW));
}

/* By a mapping, or without. */
static void write_word(struct thread *t, unsigned int page, u64 word)
{
	if (next_random(&t->random) % 4)
		must_be(machine_write(t->space, page, word));
	else
		must(!vml_object_write(object, 500 + page,
				       (500 + page) % 512 * sizeof(word),
				       &word, sizeof(word)));
}

static void read_word(struct thread *t, unsigned int page, u64 *word)
{
	if (next_random(&t->random) % 4)
		must_be(machine_read(t->space, page, word));
	else
		must(!vml_object_read(object, 500 + page,
				      (500 + page) % 512 * sizeof(*word), word,
				      sizeof(*word)));
}

/* Reads or writes a page that is not punched. */
static void touch(struct thread *t, unsigned int page)
{
	u64 word;

	if (page % THREADS == t->number && next_random(&t->random) & 1) {
		write_word(t, page, t->seen[page] + 1);
		t->seen[page]++;
		return;
	}
	read_word(t, page, &word);
	must(word >= t->seen[page]);
	/* Nobody else writes here. */
	must(page % THREADS != t->number || word == t->seen[page]);
	t->seen[page] = word;
}

/* A page that is punched has what was written last, or zeroes. */
static void touch_scratch(struct thread *t, unsigned int page)
{
	u64 word;

	if (next_random(&t->random) & 1) {
		must_be(machine_write(t->space, page, page));
	} else {
		must_be(machine_read(t->space, page, &word));
		must(!word || word == page);
	}
}

/* Unmaps some pages and maps them again: their content stays. */
static void remap(struct thread *t)
{
	unsigned int page = next_random(&t->random) % (SCRATCH - 4);

	pthread_rwlock_wrlock(&machine.mm[t->space]);
	machine_zap(t->space, page, 4);
	must(!vml_area_unmap(&machine.spaces[t->space],
			     address_of(t->space, page),
			     address_of(t->space, page + 4)));
	/* Or else the next fault brings it back, which has it in view. */
	if (page & 1)
		show(t->space, page, 4);
	pthread_rwlock_unlock(&machine.mm[t->space]);
}

/* Protects some pages, and takes it back. */
static void protect(struct thread *t)
{
	unsigned int page = next_random(&t->random) % (SCRATCH - 4);
	u64 start = address_of(t->space, page);
	u64 end = address_of(t->space, page + 4);

	pthread_rwlock_wrlock(&machine.mm[t->space]);
	machine_zap(t->space, page, 4);
	must(!vml_area_protect(&machine.spaces[t->space], start, end,
			       VML_AREA_READ));
	must(!vml_area_protect(&machine.spaces[t->space], start, end, RW));
	pthread_rwlock_unlock(&machine.mm[t->space]);
}

/* A clone shows what was, and to write to it is nobody else's concern. */
static void snapshot(struct thread *t)
{
	struct vml_object *clone = vml_object_clone(object);
	struct vml_space *space = &machine.spaces[CLONES];
	u64 first[SCRATCH], word;
	unsigned int page;

	must(clone);
	must(!vml_area_map(space, address_of(CLONES, 0),
			   address_of(CLONES, SCRATCH), clone, 500, RW));
	for (page = 0; page < SCRATCH; page++) {
		must_be(machine_read(CLONES, page, &first[page]));
		must(first[page] >= t->seen[page]);
	}
	for (page = 0; page < SCRATCH; page++) {
		must_be(machine_read(CLONES, page, &word));
		must(word == first[page]);
		must_be(machine_write(CLONES, page, U64_MAX));
	}
	machine_zap(CLONES, 0, PAGES);
	must(!vml_area_unmap(space, address_of(CLONES, 0),
			     address_of(CLONES, SCRATCH)));
	vml_object_put(clone);
}

/* Clones, and forgets the clone before. */
static void keep(struct thread *t)
{
	if (t->kept)
		vml_object_put(t->kept);
	t->kept = next_random(&t->random) & 1 ? vml_object_clone(object) : NULL;
}

static void disturb(struct thread *t)
{
	u32 random = next_random(&t->random);

	switch (random % 8) {
	case 0:
	case 1:
		remap(t);
		break;
	case 2:
		protect(t);
		break;
	case 3:
		if (!t->number)
			snapshot(t);
		else
			keep(t);
		break;
	case 4:
		must(!vml_object_punch(scratch, 500 + SCRATCH +
				       random / 8 % (PAGES - SCRATCH), 5));
		break;
	default:
		machine_zap(t->space, random / 8 % PAGES, 1);
	}
}

static void *work(void *arg)
{
	struct thread *t = arg;
	const struct vml_view view = {
		.start = address_of(t->space, 0),
		.end = address_of(t->space, SCRATCH), .object = object,
		.index = 500, .flags = RW,
	};
	unsigned long i;

	standin_cpu = t->number;
	for (i = 0; i < operations; i++) {
		unsigned int page = next_random(&t->random) % (2 * SCRATCH);

		if (i % 16 == 0) {
			disturb(t);
			continue;
		}
		machine_view = page < SCRATCH ? &view : NULL;
		if (page < SCRATCH)
			touch(t, page);
		else
			touch_scratch(t, page);
		machine_view = NULL;
	}
	if (t->kept)
		vml_object_put(t->kept);
	must(!standin_locks);
	return NULL;
}

static long long faults(enum vml_fault_kind kind)
{
	long long sum = 0;
	unsigned int s;

	for (s = 0; s < SPACES; s++)
		sum += atomic64_read(&machine.spaces[s].counts.faults[kind]);
	return sum;
}

static void run(const struct shape *shape)
{
	pthread_t ids[THREADS];
	unsigned int i;

	machine_start(shape, 1024);
	object = vml_object_create(1000);
	scratch = vml_object_create(1000);
	for (i = 0; i < CLONES; i++) {
		show(i, 0, SCRATCH);
		show(i, SCRATCH, PAGES - SCRATCH);
	}
	for (i = 0; i < THREADS; i++) {
		threads[i] = (struct thread) {
			.random = i, .number = i, .space = i % CLONES
		};
		must(!pthread_create(&ids[i], NULL, work, &threads[i]));
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(ids[i], NULL);
	check_all();
	printf("# %s: %lu real entries put in, %lu times some taken away\n",
	       shape->name, machine.inserts, machine.zaps);
	printf("#   faults %lld zero, %lld new, %lld copy, %lld reuse\n",
	       faults(VML_FAULT_ZERO), faults(VML_FAULT_NEW),
	       faults(VML_FAULT_COPY), faults(VML_FAULT_REUSE));
	vml_object_put(object);
	vml_object_put(scratch);
	machine_end();
}

int main(int argc, char **argv)
{
	unsigned int i;

	if (argc > 1)
		operations = strtoul(argv[1], NULL, 0);
	for (i = 0; i < SHAPES; i++)
		run(&shapes[i]);
	return 0;
}
