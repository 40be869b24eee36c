// SPDX-License-Identifier: GPL-2.0
/*
 * Several processes do at random what can be done to memories of /dev/vmlab and
 * to areas that show them, against a plain model of what each page holds.
 *
 *     model [STEPS [SEED]]
 *
 * Who works on a memory holds its lock, so that the model is exact; processes
 * that work on others go on meanwhile.
 */
#include <kselftest.h>

#include "model/model.h"
#include "world.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#define WORKERS		3
/* After so many steps of a process, the pool is checked. */
#define CHECKED		128

/* What memories this process has open. */
static unsigned int numbers[MEMORIES];

static void file_path(char *path, unsigned int number)
{
	sprintf(path, "/tmp/vmlab-model-%u", number);
}

/* === Steps; each has the lock of its memory === */

static void step_see(unsigned int memory)
{
	check_page(area_of(memory), dice(AREA_PAGES));
}

static void step_write(unsigned int memory)
{
	struct area *a = area_of(memory);
	unsigned int i = dice(AREA_PAGES);

	write_page(a, i, dice(WORDS));
	check_page(a, i);
}

static void step_map(unsigned int memory)
{
	struct area *a = area_of(memory);
	unsigned int first = dice(a->nr), nr = 1 + dice(a->nr - first);

	if (!dice(3)) {
		map_area(&areas[dice(AREAS)], memory);
		return;
	}
	map(a, first, nr, dice(PAGES - nr + 1));
	a->whole = false;
}

static void step_unmap(unsigned int memory)
{
	struct area *a = area_of(memory);
	unsigned int first = dice(a->nr), nr = 1 + dice(a->nr - first);

	clear(a, first, nr);
	a->whole = false;
	check_page(a, first);
}

static void step_protect(unsigned int memory)
{
	static const int prots[] = { PROT_NONE, PROT_READ, RW, RW };
	struct area *a = area_of(memory);
	unsigned int first = dice(a->nr), nr = 1 + dice(a->nr - first);
	int prot = prots[dice(4)];

	for (unsigned int i = first; i < first + nr; i++) {
		if (!a->page[i].mapped)
			continue;
		MUST(!mprotect(a->at + i * PAGE_SIZE, PAGE_SIZE, prot));
		a->page[i].prot = prot;
	}
	a->whole = false;
	write_page(a, first, dice(WORDS));
}

static void step_remap(unsigned int memory)
{
	struct area *a = area_of(memory);
	unsigned int i = a - areas, nr;
	char *to = place(i, a->at == place(i, false));

	nr = 1 + dice(AREA_PAGES);
	if (a->page[0].index + nr > PAGES)
		nr = PAGES - a->page[0].index;
	if (!a->whole)
		return;
	MUST(mremap(a->at, a->nr * PAGE_SIZE, nr * PAGE_SIZE, MREMAP_MAYMOVE |
		    MREMAP_FIXED, to) == to);
	place_clear(a->at, AREA_PAGES);
	a->at = to;
	for (i = nr; i < AREA_PAGES; i++)
		a->page[i] = (struct page) {};
	for (i = a->nr; i < nr; i++)
		a->page[i] = (struct page) {
			.mapped = true, .prot = RW,
			.index = a->page[0].index + i,
		};
	a->nr = nr;
	/* A memory that grows does so when its new end is touched. */
	if (board->memory[memory].flags & VMLAB_MEMORY_GROWS) {
		grow_to(&board->memory[memory],
			(a->page[0].index + nr) * PAGE_SIZE);
		check_page(a, nr - 1);
	}
	check_area(a);
}

static void step_advise(unsigned int memory)
{
	struct memory *m = &board->memory[memory];
	struct area *a = area_of(memory);
	unsigned int i = dice(a->nr);
	struct page *page = &a->page[i];
	char *p = a->at + i * PAGE_SIZE;

	if (!page->mapped)
		return;
	if (dice(2)) {
		MUST(!madvise(p, PAGE_SIZE, MADV_DONTNEED));
		page->own = false;
	} else if (!a->private && page->prot == RW &&
		   !(m->flags & VMLAB_MEMORY_FORK_COPY)) {
		MUST(!madvise(p, PAGE_SIZE, MADV_REMOVE));
		forget(m, page->index * PAGE_SIZE,
		       (page->index + 1) * PAGE_SIZE);
	}
	check_page(a, i);
}

/* A descriptor, of the memory or of what is behind it, has the page. */
static void check_pread(int fd, const struct memory *m, unsigned int index)
{
	static __u64 bytes[PAGE_SIZE / sizeof(__u64)];
	__u64 at = index * PAGE_SIZE, wanted;

	wanted = at >= m->size ? 0 : m->size - at;
	if (wanted > PAGE_SIZE)
		wanted = PAGE_SIZE;
	memset(bytes, 0, sizeof(bytes));
	MUST(pread(fd, bytes, PAGE_SIZE, at) == wanted);
	MUST(holds(bytes, m->word[index]));
}

static int open_file(const struct memory *m, int flags)
{
	char path[64];
	int file;

	file_path(path, m->number);
	file = open(path, flags, 0600);
	MUST(file >= 0);
	return file;
}

/* What a shared area shows is in the file after msync(), and all after fsync(). */
static void step_sync(unsigned int memory)
{
	struct memory *m = &board->memory[memory];
	struct area *a = area_of(memory);
	int file;

	MUST(!msync(a->at, AREA_PAGES * PAGE_SIZE, MS_SYNC));
	if (!m->backed) {
		MUST(!fsync(fds[memory]));
		return;
	}
	file = open_file(m, O_RDONLY);
	for (unsigned int i = 0; !a->private && i < AREA_PAGES; i++)
		if (a->page[i].mapped)
			check_pread(file, m, a->page[i].index);
	MUST(!fsync(fds[memory]));
	for (unsigned int i = 0; i < PAGES; i++)
		check_pread(file, m, i);
	close(file);
}

static void step_pread(unsigned int memory)
{
	check_pread(fds[memory], &board->memory[memory], dice(PAGES));
}

/* Words that may lie across the end of a page, or the memory. */
static void step_pwrite(unsigned int memory)
{
	struct memory *m = &board->memory[memory];
	static __u64 bytes[WORDS * PER_WORD];
	unsigned int first = dice(PAGES * WORDS - WORDS);
	unsigned int nr = 1 + dice(WORDS), i;
	__u64 at = first * STRIDE, wanted = nr * STRIDE;
	ssize_t ret;

	for (i = 0; i < nr; i++)
		bytes[i * PER_WORD] = new_value();
	grow_to(m, at + wanted);
	if (at + wanted > m->size)
		wanted = at < m->size ? m->size - at : 0;
	ret = pwrite(fds[memory], bytes, nr * STRIDE, at);
	MUST(wanted ? ret == wanted : ret < 0 && errno == ENOSPC);
	for (i = 0; i < wanted / STRIDE; i++)
		m->word[(first + i) / WORDS][(first + i) % WORDS] =
			bytes[i * PER_WORD];
}

static void step_discard(unsigned int memory)
{
	unsigned int first = dice(PAGES), nr = 1 + dice(PAGES - first);

	MUST(!device_discard(fds[memory], first * PAGE_SIZE, nr * PAGE_SIZE));
	/* Of what a file has, nothing goes but what can be read again. */
	if (!board->memory[memory].backed)
		forget(&board->memory[memory], first * PAGE_SIZE,
		       (first + nr) * PAGE_SIZE);
}

static void step_resize(unsigned int memory)
{
	struct memory *m = &board->memory[memory];
	__u64 size = (1 + dice(PAGES * WORDS)) * STRIDE;

	if (m->backed) {
		MUST(device_resize(fds[memory], size) == -EOPNOTSUPP);
		return;
	}
	MUST(!device_resize(fds[memory], size));
	forget(m, size, PAGES * PAGE_SIZE);
	m->cuts += size < m->size;
	m->size = size;
	m->flags &= ~VMLAB_MEMORY_GROWS;
}

static void be_child(unsigned int memory, int fd)
{
	char byte;

	copied = snapshot.flags & VMLAB_MEMORY_FORK_COPY ?
		 &board->memory[memory] : NULL;
	MUST(read(fd, &byte, 1) == 1);
	for (unsigned int i = 0; i < AREAS; i++) {
		if (!areas[i].number || areas[i].memory != memory)
			continue;
		check_area(&areas[i]);
		for (unsigned int j = 0; j < 4; j++)
			write_page(&areas[i], dice(AREA_PAGES), dice(WORDS));
		check_area(&areas[i]);
	}
	_exit(0);
}

static void step_fork(unsigned int memory)
{
	struct area *a = area_of(memory);
	int pipes[2], status;
	pid_t child;

	MUST(!pipe(pipes));
	snapshot = board->memory[memory];
	child = fork();
	if (!child)
		be_child(memory, pipes[0]);
	write_page(a, dice(AREA_PAGES), dice(WORDS));
	MUST(child > 0 && write(pipes[1], "", 1) == 1);
	MUST(waitpid(child, &status, 0) == child && !status);
	close(pipes[0]);
	close(pipes[1]);
	check_area(a);
}

/* Who still has the memory has the file too. */
static void drop_file(struct memory *m)
{
	char path[64];

	if (!m->backed)
		return;
	file_path(path, m->number);
	unlink(path);
	m->backed = false;
}

static void adopt(unsigned int memory, int fd, struct memory *m)
{
	char name[VMLAB_MEMORY_NAME_MAX];

	drop_file(m);
	m->number = __atomic_add_fetch(&board->last_number, 1,
				       __ATOMIC_RELAXED);
	snprintf(name, sizeof(name), "model-%u", m->number);
	MUST(!device_name(fd, name, 0600));
	if (numbers[memory])
		close(fds[memory]);
	fds[memory] = fd;
	numbers[memory] = m->number;
}

/* Have a new file be behind the memory, which has its content then. */
static void attach(int fd, struct memory *m)
{
	int file = open_file(m, O_RDWR | O_CREAT | O_EXCL);
	__u64 word[PER_WORD] = { };

	m->size = (1 + dice(PAGES * WORDS)) * STRIDE;
	for (unsigned int i = 0; i < m->size / STRIDE; i++) {
		word[0] = new_value();
		m->word[i / WORDS][i % WORDS] = word[0];
		MUST(write(file, word, sizeof(word)) == sizeof(word));
	}
	MUST(!device_attach(fd, file, 0, 0, 0));
	close(file);
	m->backed = true;
	m->flags = 0;
}

/* Another memory in its place: it is empty, or has what a file has. */
static void step_new(unsigned int memory)
{
	struct memory *m = &board->memory[memory];
	int fd = device_open(O_RDWR);

	MUST(fd >= 0);
	forget(m, 0, PAGES * PAGE_SIZE);
	adopt(memory, fd, m);
	if (!dice(3)) {
		attach(fd, m);
		return;
	}
	m->flags = dice(2) ? VMLAB_MEMORY_FORK_COPY : 0;
	MUST(!device_flags(fd, m->flags));
	m->flags |= VMLAB_MEMORY_GROWS;
	m->size = 0;
}

static void enter(unsigned int memory);

/* Another memory in its place, a clone of one whose lock is taken first. */
static void step_clone(unsigned int memory)
{
	struct memory *m = &board->memory[memory], *from;
	unsigned int other = memory + 1 + dice(MEMORIES);
	int fd;

	if (other >= MEMORIES)
		return;
	enter(other);
	from = &board->memory[other];
	fd = device_clone(fds[other]);
	MUST(from->backed ? fd == -EOPNOTSUPP : fd >= 0);
	if (fd < 0) {
		pthread_mutex_unlock(&from->lock);
		return;
	}
	m->flags = from->flags;
	m->size = from->size;
	memcpy(m->word, from->word, sizeof(m->word));
	pthread_mutex_unlock(&from->lock);
	adopt(memory, fd, m);
}

/* === Running them === */

/* Lock a memory, and forget what this process has of one that it replaced. */
static void enter(unsigned int memory)
{
	struct memory *m = &board->memory[memory];
	char name[VMLAB_MEMORY_NAME_MAX];

	pthread_mutex_lock(&m->lock);
	for (unsigned int i = 0; i < AREAS; i++) {
		struct area *a = &areas[i];

		/* Which copies of its own Linux keeps then is its affair. */
		if (a->number && a->memory == memory &&
		    (a->number != m->number ||
		     (a->private && a->cuts != m->cuts)))
			drop(a);
	}
	if (!m->number || numbers[memory] == m->number)
		return;
	if (numbers[memory])
		close(fds[memory]);
	snprintf(name, sizeof(name), "model-%u", m->number);
	fds[memory] = device_named(name, O_RDWR);
	MUST(fds[memory] >= 0);
	numbers[memory] = m->number;
}

static const struct {
	const char *name;
	void (*step)(unsigned int memory);
	unsigned int weight;
} steps[] = {
	{ "see", step_see, 24 }, { "write", step_write, 24 },
	{ "map", step_map, 5 }, { "unmap", step_unmap, 4 },
	{ "protect", step_protect, 6 }, { "remap", step_remap, 4 },
	{ "advise", step_advise, 6 }, { "sync", step_sync, 2 },
	{ "pread", step_pread, 8 }, { "pwrite", step_pwrite, 8 },
	{ "discard", step_discard, 2 }, { "resize", step_resize, 2 },
	{ "fork", step_fork, 1 }, { "new", step_new, 1 },
	{ "clone", step_clone, 3 },
};

static unsigned int choose(void)
{
	unsigned int sum = 0, at;

	for (unsigned int i = 0; i < NR(steps); i++)
		sum += steps[i].weight;
	at = dice(sum);
	for (unsigned int i = 0; ; at -= steps[i++].weight)
		if (at < steps[i].weight)
			return i;
}

static void check_pool(struct genl *g)
{
	static struct check check;

	MUST(!pool_check(g, &check) && !check.broken);
	MUST(!system("vmlab verify >/dev/null"));
	__atomic_add_fetch(&board->checks, 1, __ATOMIC_RELAXED);
}

static void work(void)
{
	static struct genl g;

	MUST(!genl_open(&g));
	places_init();
	for (unsigned long nr = 0;
	     __atomic_add_fetch(&board->steps, 1, __ATOMIC_RELAXED) <=
	     board->limit; nr++) {
		unsigned int i = choose(), memory = dice(MEMORIES);

		doing = steps[i].name;
		enter(memory);
		if (!board->memory[memory].number)
			step_new(memory);
		steps[i].step(memory);
		pthread_mutex_unlock(&board->memory[memory].lock);
		__atomic_add_fetch(&board->nr[i], 1, __ATOMIC_RELAXED);
		if (nr % CHECKED == CHECKED - 1)
			check_pool(&g);
	}
}

static pid_t start(unsigned int number, unsigned int first_seed)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	me = number;
	seed = first_seed + number;
	work();
	fflush(stdout);
	_exit(0);
}

/* One that fails may hold a lock: then the others are ended. */
static bool run(unsigned int first_seed)
{
	pid_t pids[WORKERS];
	bool ok = true;
	int status;

	fflush(stdout);
	for (unsigned int i = 0; i < WORKERS; i++)
		pids[i] = start(i, first_seed);
	for (unsigned int i = 0; i < WORKERS; i++) {
		if (wait(&status) > 0 && !status)
			continue;
		for (unsigned int j = 0; ok && j < WORKERS; j++)
			kill(pids[j], SIGKILL);
		ok = false;
	}
	return ok;
}

int main(int argc, char **argv)
{
	unsigned int first_seed = argc > 2 ? atoi(argv[2]) : time(NULL);
	pthread_mutexattr_t attr;
	static struct world w;
	const char *what;
	bool ok;

	ksft_print_header();
	ksft_set_plan(3);
	board = mmap(NULL, sizeof(*board), RW, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (board == MAP_FAILED || world_open(&w))
		ksft_exit_fail_msg("no memory or no pool\n");
	board->limit = argc > 1 ? atol(argv[1]) : 20000;
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	for (unsigned int i = 0; i < MEMORIES; i++)
		pthread_mutex_init(&board->memory[i].lock, &attr);
	ksft_print_msg("%lu steps, seed %u\n", board->limit, first_seed);
	ok = run(first_seed);
	ksft_test_result(ok, "all as the model says\n");
	for (unsigned int i = 0; i < NR(steps); i++) {
		ksft_print_msg("%lu times %s\n", board->nr[i], steps[i].name);
		ok = ok && board->nr[i];
	}
	ksft_print_msg("%lu checks\n", board->checks);
	ksft_test_result(ok && board->checks, "each was done\n");
	for (unsigned int i = 0; i < MEMORIES; i++)
		drop_file(&board->memory[i]);
	what = world_close(&w);
	ksft_test_result(!what, "all frames came back: %s\n", what ?: "yes");
	ksft_finished();
}
