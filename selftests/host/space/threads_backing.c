// SPDX-License-Identifier: GPL-2.0
/*
 * Threads in two spaces that show one object with something behind it, which is
 * written back, forgotten and read again meanwhile. The thread sanitizer watches,
 * and so do the words: each page is written by one thread, with words that rise.
 * Nobody may ever read a lesser word than he read before, wherever it comes from,
 * and in the end what is behind is what was written last.
 *
 *     threads_backing [OPERATIONS]
 *
 * As many each thread.
 */
#include <string.h>

#include <vmlab/backing.h>

#include "machine.h"

#define THREADS		4

static struct vml_object *object;
static unsigned long operations = 30000;
/* Of those who write back, as there may be one only. */
static pthread_mutex_t writeback = PTHREAD_MUTEX_INITIALIZER;
static struct thread {
	u64 seen[PAGES];
	u64 random;
	unsigned int number;
	unsigned int space;
} threads[THREADS];

static void write_word(struct thread *t, unsigned int page, u64 word)
{
	if (next_random(&t->random) % 4)
		must(machine_write(t->space, page, word) < VML_FAULT_BAD_AREA);
	else
		must(!vml_object_write(object, page, page * sizeof(word), &word,
				       sizeof(word)));
}

static void read_word(struct thread *t, unsigned int page, u64 *word)
{
	if (next_random(&t->random) % 4)
		must(machine_read(t->space, page, word) < VML_FAULT_BAD_AREA);
	else
		must(!vml_object_read(object, page, page * sizeof(*word), word,
				      sizeof(*word)));
}

static void touch(struct thread *t, unsigned int page)
{
	bool mine = page % THREADS == t->number;
	u64 word;

	if (mine && next_random(&t->random) & 1) {
		write_word(t, page, ++t->seen[page]);
		return;
	}
	read_word(t, page, &word);
	must(mine ? word == t->seen[page] : word >= t->seen[page]);
	t->seen[page] = word;
}

static void disturb(struct thread *t)
{
	u32 first = next_random(&t->random) % PAGES;
	u32 last = first + next_random(&t->random) % (PAGES - first);
	u32 random = next_random(&t->random);

	switch (random % 8) {
	case 0 ... 2:
		pthread_mutex_lock(&writeback);
		machine_write_back(object, first, last, random & 8);
		pthread_mutex_unlock(&writeback);
		break;
	case 3 ... 5:
		vml_object_forget(object, first, last);
		break;
	case 6:
		must(!vml_object_fetch(object, first, last));
		break;
	default:
		machine_zap(t->space, first, last - first + 1);
	}
}

static void *work(void *arg)
{
	struct thread *t = arg;
	unsigned long i;

	standin_cpu = t->number;
	for (i = 0; i < operations; i++) {
		if (i % 8)
			touch(t, next_random(&t->random) % PAGES);
		else
			disturb(t);
	}
	must(!standin_locks);
	return NULL;
}

static void show(unsigned int space)
{
	must(!vml_area_map(&machine.spaces[space], address_of(space, 0),
			   address_of(space, PAGES), object, 0, RW));
}

static void check_behind(void)
{
	unsigned int page;

	check_all();
	machine_write_back(object, 0, U32_MAX, false);
	for (page = 0; page < PAGES; page++)
		must(machine.behind[page] == threads[page % THREADS].seen[page]);
	check_all();
	printf("# %lu read, %lu real entries put in, %lu times some taken away\n",
	       machine.fetches, machine.inserts, machine.zaps);
}

int main(int argc, char **argv)
{
	pthread_t ids[THREADS];
	unsigned int i;

	if (argc > 1)
		operations = strtoul(argv[1], NULL, 0);
	machine_start(&shapes[0], 1024);
	machine.nr_behind = PAGES;
	object = vml_object_create(0);
	vml_object_back(object, PAGES);
	show(0);
	show(1);
	for (i = 0; i < THREADS; i++) {
		threads[i] = (struct thread) {
			.random = i, .number = i, .space = i % 2
		};
		must(!pthread_create(&ids[i], NULL, work, &threads[i]));
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(ids[i], NULL);
	check_behind();
	vml_object_put(object);
	machine_end();
	return 0;
}
