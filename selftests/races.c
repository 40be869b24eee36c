// SPDX-License-Identifier: GPL-2.0
/*
 * Races for the pages of one memory: threads write to them without pause, while
 * one more thread does what takes pages away, copies or moves them. What a
 * thread wrote last must be there when it comes back, unless somebody threw it
 * away meanwhile; and a copy must be of one moment.
 *
 *     races [SECONDS [NAME]]
 *
 * SECONDS for each of the races, of which NAME is one.
 */
#include <kselftest.h>

#include "device.h"
#include "memory.h"
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#define RW	(PROT_READ | PROT_WRITE)
#define WRITERS	3
#define PAGES	16
#define HUGE_PAGES	.pages = PAGES, .flags = VMLAB_MEMORY_HUGE
/* Each has a word of each page; so do children. */
#define CHILD	WRITERS
/* What each must have done, however slow the machine is. */
#define WRITES	1000
#define ACTS	10
/* So many writes, then a pause that lets others come to it on a busy machine. */
#define BURST	64

/* The number of the latest write to each word: begun, and done. */
struct counts {
	__u64 begun[WRITERS][PAGES];
	__u64 done[WRITERS][PAGES];
};

struct race {
	const char *name;
	/* One thing that is done against the writers; false is a failure. */
	bool (*act)(unsigned int dice);
	unsigned int pages;
	__u32 flags;
	bool private;
	bool lossy;
};

struct writer {
	unsigned int me;
	unsigned int seed;
	__u64 expected[PAGES];
	__u64 written[PAGES];	/* the epoch */
	unsigned long writes;
	unsigned long faults;
	unsigned long wrong;
};

/* What children see as well. */
struct board {
	struct counts counts;
	__u64 seen[WRITERS][PAGES];
	__u64 child[PAGES];	/* what the latest child wrote */
};

static struct board *board;
static const struct race *race;
static int fd;
static char *window;	/* two places to map to */
static char *base;	/* where the memory is mapped now */
static __u64 epoch;	/* odd while pages are thrown away */
static bool stop;
static unsigned long acts, failures;
static struct genl channel;
static __thread sigjmp_buf back;

/* Pages in a row; but spread over two blocks where there are huge ones. */
static size_t apart(void)
{
	return race->flags & VMLAB_MEMORY_HUGE ? 2 * HPAGE / PAGES : PAGE_SIZE;
}

static size_t size(void)
{
	return race->pages * apart();
}

static __u64 *word_at(char *p, unsigned int owner, unsigned int page)
{
	return (__u64 *)(p + page * apart()) + 64 * owner + page;
}

static __u64 get(const __u64 *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static void set(__u64 *word, __u64 value)
{
	__atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static __u64 value(unsigned int owner, unsigned int page, __u64 nr)
{
	return nr ? (__u64)(owner + 1) << 56 | (__u64)page << 48 | nr : 0;
}

static void on_fault(int sig)
{
	siglongjmp(back, 1);
}

/* === Those who write === */

/* Is what was found what had been written, or nothing, if that may be? */
static bool is_right(struct writer *w, unsigned int page, __u64 found)
{
	if (found == value(w->me, page, w->expected[page]))
		return true;
	if (found || !race->lossy)
		return false;
	return w->written[page] & 1 ||
	       w->written[page] != get(&epoch);
}

static void tell_wrong(struct writer *w, unsigned int page, __u64 found)
{
	if (!w->wrong++)
		printf("# writer %u, page %u: 0x%llx, not 0x%llx\n", w->me,
		       page, found, value(w->me, page, w->expected[page]));
}

static void write_next(struct writer *w, unsigned int page, __u64 *word)
{
	struct counts *counts = &board->counts;
	__u64 next = counts->begun[w->me][page] + 1;
	__u64 now = get(&epoch);

	/* If the write faults, it did not come about, and is begun again. */
	set(&counts->begun[w->me][page], next);
	set(word, value(w->me, page, next));
	w->expected[page] = next;
	w->written[page] = now;
	set(&counts->done[w->me][page], next);
	w->writes++;
}

static void step(struct writer *w)
{
	unsigned int page = rand_r(&w->seed) % race->pages;
	__u64 *word;
	__u64 found;

	word = word_at(__atomic_load_n(&base, __ATOMIC_SEQ_CST), w->me, page);
	if (sigsetjmp(back, 0)) {
		w->faults++;
		return;
	}
	found = get(word);
	if (!is_right(w, page, found))
		tell_wrong(w, page, found);
	if (!found)
		w->expected[page] = 0;
	write_next(w, page, word);
}

static bool stopping(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void *write_all(void *arg)
{
	const struct timespec pause = { .tv_nsec = 50000 };
	struct writer *w = arg;

	pin_to_cpu(w->me);
	for (unsigned int i = 1; !stopping(); i++) {
		step(w);
		if (i % BURST == 0)
			nanosleep(&pause, NULL);
	}
	return NULL;
}

/* === What is done against them === */

static bool map_at(char *p, unsigned int first, unsigned int nr)
{
	int share = race->private ? MAP_PRIVATE : MAP_SHARED;

	p += first * apart();
	return mmap(p, nr * apart(), RW, share | MAP_FIXED, fd,
		    first * apart()) == p;
}

static bool do_munmap(unsigned int dice)
{
	unsigned int first = dice % race->pages;
	unsigned int nr = dice / 64 % (race->pages - first) + 1;

	if (dice & 32 && munmap(base + first * apart(), nr * apart()))
		return false;
	return map_at(base, first, nr);
}

static bool do_mprotect(unsigned int dice)
{
	unsigned int first = dice % race->pages;
	unsigned int nr = dice / 64 % (race->pages - first) + 1;
	char *p = base + first * apart();

	return !mprotect(p, nr * apart(), dice & 32 ? PROT_READ : PROT_NONE) &&
	       !mprotect(p, nr * apart(), RW);
}

static bool do_dontneed(unsigned int dice)
{
	return !madvise(base, size(), MADV_DONTNEED);
}

/* From one place to the other, as the area is when nothing split it. */
static bool do_mremap(unsigned int dice)
{
	char *to = base == window ? window + size() : window;

	if (mremap(base, size(), size(), MREMAP_MAYMOVE | MREMAP_FIXED, to) !=
	    to)
		return false;
	__atomic_store_n(&base, to, __ATOMIC_SEQ_CST);
	return true;
}

static void throw_away(bool begin)
{
	__u64 now = __atomic_add_fetch(&epoch, 1, __ATOMIC_SEQ_CST);

	if (begin != (now & 1))
		ksft_exit_fail_msg("lost count of epochs\n");
}

static bool do_discard(unsigned int dice)
{
	unsigned int first = dice % race->pages;
	unsigned int nr = dice / 64 % (race->pages - first) + 1;
	bool ok;

	throw_away(true);
	ok = !device_discard(fd, first * apart(), nr * apart());
	throw_away(false);
	return ok;
}

/* To a whole number of words. */
static bool do_resize(unsigned int dice)
{
	bool ok;

	throw_away(true);
	ok = !device_resize(fd, dice % size() / 8 * 8) &&
	     !device_resize(fd, size());
	throw_away(false);
	return ok;
}

/* Are words as they were at one moment between @before and now? */
static bool is_between(__u64 seen[WRITERS][PAGES], const struct counts *before)
{
	for (unsigned int i = 0; i < WRITERS; i++) {
		for (unsigned int page = 0; page < race->pages; page++) {
			__u64 nr = seen[i][page] & ((1ULL << 48) - 1);
			__u64 now = get(&board->counts.begun[i][page]);

			if (seen[i][page] == value(i, page, nr) &&
			    nr >= before->done[i][page] && nr <= now)
				continue;
			printf("# copy of writer %u, page %u: 0x%llx, not from %llu to %llu\n",
			       i, page, seen[i][page], before->done[i][page],
			       now);
			return false;
		}
	}
	return true;
}

static void look(char *p, __u64 seen[WRITERS][PAGES])
{
	for (unsigned int i = 0; i < WRITERS; i++)
		for (unsigned int page = 0; page < race->pages; page++)
			seen[i][page] = get(word_at(p, i, page));
}

/* A copy that nobody else has does not change, unless it is written to. */
static bool holds_still(char *p, __u64 seen[WRITERS][PAGES])
{
	for (unsigned int i = 0; i < WRITERS; i++)
		for (unsigned int page = 0; page < race->pages; page++)
			if (get(word_at(p, i, page)) != seen[i][page])
				return false;
	for (unsigned int page = 0; page < race->pages; page += 2) {
		for (unsigned int i = 0; i < WRITERS; i++) {
			seen[i][page] = ~0ULL;
			set(word_at(p, i, page), ~0ULL);
		}
	}
	for (unsigned int i = 0; i < WRITERS; i++)
		for (unsigned int page = 0; page < race->pages; page++)
			if (get(word_at(p, i, page)) != seen[i][page])
				return false;
	return true;
}

static bool do_clone(unsigned int dice)
{
	static __u64 seen[WRITERS][PAGES];
	struct counts before = board->counts;
	int clone = device_clone(fd);
	bool ok;
	char *p;

	if (clone < 0)
		return false;
	p = mmap(NULL, size(), RW, MAP_SHARED, clone, 0);
	close(clone);
	if (p == MAP_FAILED)
		return false;
	look(p, seen);
	ok = is_between(seen, &before) && holds_still(p, seen);
	munmap(p, size());
	return ok;
}

static void look_in_child(void)
{
	static __u64 seen[WRITERS][PAGES];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	look(base, board->seen);
	memcpy(seen, board->seen, sizeof(seen));
	_exit(!holds_still(base, seen));
}

static bool ended_well(pid_t child)
{
	int status;

	return child > 0 && waitpid(child, &status, 0) == child && !status;
}

static bool do_fork_copy(unsigned int dice)
{
	struct counts before = board->counts;
	pid_t child;

	child = fork();
	if (!child)
		look_in_child();
	return ended_well(child) && is_between(board->seen, &before);
}

static void write_in_child(unsigned int dice)
{
	for (unsigned int i = 0; i < race->pages; i++) {
		unsigned int page = (dice + i) % race->pages;
		__u64 *word = word_at(base, CHILD, page);

		if (get(word) != value(CHILD, page, board->child[page]))
			_exit(1);
		set(word, value(CHILD, page, ++board->child[page]));
	}
	_exit(0);
}

static bool do_fork(unsigned int dice)
{
	pid_t child = fork();

	if (!child)
		write_in_child(dice);
	if (!ended_well(child))
		return false;
	for (unsigned int page = 0; page < race->pages; page++)
		if (get(word_at(base, CHILD, page)) !=
		    value(CHILD, page, board->child[page]))
			return false;
	return true;
}

/* Makes a block of single frames and single frames of a block. */
static bool do_collapse(unsigned int dice)
{
	char *p = base + dice / 2 % race->pages * apart();
	int ret;

	genl_new(&channel, dice & 1 ? VMLAB_CMD_COLLAPSE : VMLAB_CMD_SPLIT, 0);
	genl_u64(&channel, VMLAB_A_BLOCK_ADDRESS, (unsigned long)p);
	ret = genl_call(&channel);
	return !ret || (ret == -ENOENT && !(dice & 1));
}

static const struct race races[] = {
	{ "one page", do_dontneed, .pages = 1 },
	{ "one page thrown away", do_discard, .pages = 1, .lossy = true },
	{ "dontneed", do_dontneed, .pages = PAGES },
	{ "munmap", do_munmap, .pages = PAGES },
	{ "mprotect", do_mprotect, .pages = PAGES },
	{ "mremap", do_mremap, .pages = PAGES },
	{ "mremap of copies", do_mremap, .pages = PAGES, .private = true },
	{ "discard", do_discard, .pages = PAGES, .lossy = true },
	{ "truncation", do_resize, .pages = PAGES, .lossy = true },
	{ "clone", do_clone, .pages = PAGES },
	{ "fork", do_fork, .pages = PAGES },
	{ "fork with a copy", do_fork_copy, .pages = PAGES,
	  .flags = VMLAB_MEMORY_FORK_COPY },
	{ "fork, private", do_fork_copy, .pages = PAGES, .private = true },
	{ "huge: dontneed", do_dontneed, HUGE_PAGES },
	{ "huge: munmap", do_munmap, HUGE_PAGES },
	{ "huge: mprotect", do_mprotect, HUGE_PAGES },
	{ "huge: mremap", do_mremap, HUGE_PAGES },
	{ "huge: discard", do_discard, HUGE_PAGES, .lossy = true },
	{ "huge: truncation", do_resize, HUGE_PAGES, .lossy = true },
	{ "huge: clone", do_clone, HUGE_PAGES },
	{ "huge: collapse and split", do_collapse, HUGE_PAGES },
	{ "huge: fork with a copy", do_fork_copy, .pages = PAGES,
	  .flags = VMLAB_MEMORY_HUGE | VMLAB_MEMORY_FORK_COPY },
};

/* === Running them === */

static void *act_all(void *arg)
{
	unsigned int seed = 1;

	pin_to_cpu(last_cpu());
	while (!stopping()) {
		if (!race->act(rand_r(&seed)))
			failures++;
		__atomic_add_fetch(&acts, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static bool set_up(void)
{
	memset(board, 0, sizeof(*board));
	fd = device_open(O_RDWR);
	stop = false;
	epoch = 0;
	acts = 0;
	failures = 0;
	if (fd < 0 || device_flags(fd, race->flags))
		return false;
	window = map_anon(2 * size() + HPAGE, PROT_NONE);
	if (!window)
		return false;
	base = (char *)(((unsigned long)window + HPAGE - 1) & ~(HPAGE - 1));
	munmap(window, base - window);
	munmap(base + 2 * size(), window + HPAGE - base);
	window = base;
	return map_at(base, 0, race->pages);
}

static bool have_acted(void *arg)
{
	const struct writer *writers = arg;

	for (int i = 0; i < WRITERS; i++)
		if (__atomic_load_n(&writers[i].writes, __ATOMIC_RELAXED) <
		    WRITES)
			return false;
	return __atomic_load_n(&acts, __ATOMIC_RELAXED) >= ACTS;
}

static void wait_for(time_t seconds, struct writer *writers)
{
	struct timespec left = { .tv_sec = seconds };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
	/* On a busy machine that may take a while. */
	for (int i = 0; i < 5 && !wait_until(have_acted, writers); i++)
		;
}

/* All at rest: each word has what was written last. */
static bool is_all_there(struct writer *writers)
{
	bool ok = true;

	for (unsigned int i = 0; i < WRITERS; i++) {
		struct writer *w = &writers[i];

		for (unsigned int page = 0; page < race->pages; page++) {
			__u64 found = get(word_at(base, i, page));

			if (!is_right(w, page, found))
				tell_wrong(w, page, found);
		}
		ok = ok && !w->wrong;
	}
	return ok;
}

static bool run(time_t seconds)
{
	static struct writer writers[WRITERS];
	pthread_t threads[WRITERS + 1];
	unsigned long faults = 0, writes = 0;
	bool ok;

	if (!set_up())
		return false;
	memset(writers, 0, sizeof(writers));
	for (unsigned int i = 0; i < WRITERS; i++) {
		writers[i].me = i;
		writers[i].seed = i + 1;
		pthread_create(&threads[i], NULL, write_all, &writers[i]);
	}
	pthread_create(&threads[WRITERS], NULL, act_all, NULL);
	wait_for(seconds, writers);
	ok = have_acted(writers);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i <= WRITERS; i++)
		pthread_join(threads[i], NULL);
	ok = is_all_there(writers) && ok && !failures;
	for (int i = 0; i < WRITERS; i++) {
		writes += writers[i].writes;
		faults += writers[i].faults;
	}
	ksft_print_msg("%lu writes, %lu faulted, against %lu acts, %lu of them failed\n",
		       writes, faults, acts, failures);
	munmap(window, 2 * size());
	close(fd);
	return ok;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_fault,
				    .sa_flags = SA_NODEFER };
	int seconds = argc > 1 ? atoi(argv[1]) : 2;
	static struct world w;
	const char *what;

	ksft_print_header();
	ksft_set_plan(argc > 2 ? 2 : NR(races) + 1);
	board = mmap(NULL, sizeof(*board), RW, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (board == MAP_FAILED || world_open(&w) || genl_open(&channel))
		ksft_exit_fail_msg("no memory or no pool\n");
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	for (race = races; race < races + NR(races); race++)
		if (argc < 3 || !strcmp(argv[2], race->name))
			ksft_test_result(run(seconds), "%s\n", race->name);
	genl_close(&channel);
	what = world_close(&w);
	ksft_test_result(!what, "all frames came back: %s\n", what ?: "yes");
	ksft_finished();
}
