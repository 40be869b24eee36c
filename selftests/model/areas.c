// SPDX-License-Identifier: GPL-2.0
/*
 * What pages of memories and areas hold, and that accesses find it.
 */
#include "model.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct board *board;
unsigned int me, seed;
const char *doing = "nothing";
int fds[MEMORIES];
struct area areas[AREAS];
struct memory snapshot, *copied;
static char *windows;
static sigjmp_buf back;

unsigned int dice(unsigned int sides)
{
	return (rand_r(&seed) ^ rand_r(&seed) << 11) % sides;
}

__u64 new_value(void)
{
	return __atomic_add_fetch(&board->last_value, 1, __ATOMIC_RELAXED);
}

/* === Contents === */

bool holds(const __u64 *page, const __u64 *word)
{
	for (unsigned int i = 0; i < PAGE_SIZE / sizeof(__u64); i++) {
		__u64 wanted = i % PER_WORD ? 0 : word[i / PER_WORD];

		if (page[i] == wanted)
			continue;
		printf("# word %u: %llu, not %llu\n", i, page[i], wanted);
		return false;
	}
	return true;
}

void forget(struct memory *m, __u64 from, __u64 to)
{
	for (; from < to && from < PAGES * PAGE_SIZE; from += STRIDE)
		m->word[from / PAGE_SIZE][from % PAGE_SIZE / STRIDE] = 0;
}

static bool is_in(const struct memory *m, unsigned int index)
{
	return index * PAGE_SIZE < m->size;
}

void grow_to(struct memory *m, __u64 size)
{
	if (m->flags & VMLAB_MEMORY_GROWS && size > m->size)
		m->size = size;
}

static struct memory *memory_of(const struct area *a)
{
	return copied && copied == &board->memory[a->memory] && !a->private ?
	       &snapshot : &board->memory[a->memory];
}

/* === Accesses === */

static void on_fault(int sig)
{
	siglongjmp(back, sig);
}

/* The signal that a look at a page brings, or 0, if it holds what it should. */
static int see(const char *p, const __u64 *word)
{
	int sig = sigsetjmp(back, 1);

	if (sig)
		return sig;
	return holds((const __u64 *)p, word) ? 0 : -1;
}

static int put(char *p, __u64 value)
{
	int sig = sigsetjmp(back, 1);

	if (!sig)
		__atomic_store_n((__u64 *)p, value, __ATOMIC_RELAXED);
	return sig;
}

static int expected(const struct area *a, const struct page *page, int prot)
{
	if (!page->mapped || !(page->prot & prot))
		return SIGSEGV;
	return page->own || is_in(memory_of(a), page->index) ? 0 : SIGBUS;
}

/* On x86, what may be written may be read. */
void check_page(struct area *a, unsigned int i)
{
	struct page *page = &a->page[i];
	const __u64 *word = page->own ? page->word :
			    memory_of(a)->word[page->index];

	MUST(see(a->at + i * PAGE_SIZE, word) == expected(a, page, RW));
}

void write_page(struct area *a, unsigned int i, unsigned int at)
{
	int sig = expected(a, &a->page[i], PROT_WRITE);
	struct memory *m = memory_of(a);
	struct page *page = &a->page[i];
	__u64 value = new_value();

	/* What is beyond the end in the last page is nobody's. */
	if (!sig && !page->own &&
	    page->index * PAGE_SIZE + at * STRIDE >= m->size)
		at = 0;
	MUST(put(a->at + i * PAGE_SIZE + at * STRIDE, value) == sig);
	if (sig)
		return;
	if (!a->private) {
		m->word[page->index][at] = value;
		return;
	}
	if (!page->own)
		memcpy(page->word, m->word[page->index], sizeof(page->word));
	page->own = true;
	page->word[at] = value;
}

void check_area(struct area *a)
{
	for (unsigned int i = 0; i < AREA_PAGES; i++)
		check_page(a, i);
}

/* === Areas === */

void places_init(void)
{
	struct sigaction action = { .sa_handler = on_fault };

	windows = map_anon(2 * AREAS * AREA_PAGES * PAGE_SIZE, PROT_NONE);
	MUST(windows);
	for (unsigned int i = 0; i < AREAS; i++)
		areas[i].at = place(i, false);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

char *place(unsigned int i, bool second)
{
	return windows + (2 * i + second) * AREA_PAGES * PAGE_SIZE;
}

void place_clear(char *p, unsigned int nr)
{
	MUST(mmap(p, nr * PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS |
		  MAP_NORESERVE | MAP_FIXED, -1, 0) == p);
}

void clear(struct area *a, unsigned int first, unsigned int nr)
{
	place_clear(a->at + first * PAGE_SIZE, nr);
	memset(a->page + first, 0, nr * sizeof(a->page[0]));
}

void drop(struct area *a)
{
	clear(a, 0, AREA_PAGES);
	a->number = 0;
}

/* To populate a private area makes copies of Linux's own, up to the end. */
void map(struct area *a, unsigned int first, unsigned int nr,
	 unsigned int index)
{
	struct memory *m = &board->memory[a->memory];
	int populate = dice(4) ? 0 : MAP_POPULATE;
	char *p = a->at + first * PAGE_SIZE;

	MUST(mmap(p, nr * PAGE_SIZE, RW, (a->private ? MAP_PRIVATE :
		  MAP_SHARED) | MAP_FIXED | populate, fds[a->memory],
		  index * PAGE_SIZE) == p);
	grow_to(m, (index + nr) * PAGE_SIZE);
	for (unsigned int i = 0; i < nr; i++) {
		struct page *page = &a->page[first + i];

		*page = (struct page) {
			.mapped = true, .prot = RW, .index = index + i,
			.own = populate && a->private && is_in(m, index + i),
		};
		memcpy(page->word, m->word[index + i], sizeof(page->word));
	}
}

void map_area(struct area *a, unsigned int memory)
{
	const struct memory *m = &board->memory[memory];
	unsigned int nr = 1 + dice(AREA_PAGES);

	drop(a);
	a->memory = memory;
	a->number = m->number;
	a->cuts = m->cuts;
	a->private = !dice(3);
	a->nr = nr;
	a->whole = true;
	map(a, 0, nr, dice(PAGES - nr + 1));
}

struct area *area_of(unsigned int memory)
{
	unsigned int start = dice(AREAS);

	for (unsigned int i = 0; i < AREAS; i++) {
		struct area *a = &areas[(start + i) % AREAS];

		if (a->number && a->memory == memory)
			return a;
	}
	map_area(&areas[start], memory);
	return &areas[start];
}
