// SPDX-License-Identifier: GPL-2.0
/*
 * A storm: processes that map, unmap, fork, exec, exit, collapse and split huge
 * pages, while walkers dump them without pause. Each process also has pages that
 * hold still; whatever happens around them, every answer about those must be the
 * one that /proc gave before.
 *
 *     storm [SECONDS]
 */
#include <kselftest.h>

#include "client.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define RW		(PROT_READ | PROT_WRITE)
#define VICTIMS		4
#define WALKERS		2
#define STILL_PAGES	64
#define STORM_SIZE	(8 * HPAGE)
/* Places that every victim maps its memory at, so that walkers know them. */
#define STILL		((char *)0x200000000000UL)
#define STORM		((char *)0x200040000000UL)

/* What walkers and victims share. */
struct board {
	struct {
		pid_t pid;
		bool ready;
		__u64 pfn[STILL_PAGES];
		unsigned long acts;
	} victim[VICTIMS];
	struct {
		unsigned long dumps;
		unsigned long walks;
		unsigned long gone;
		unsigned long interrupted;
		unsigned long wrong;
	} walker[WALKERS];
	bool stop;
};

static struct board *board;

static bool stopping(void)
{
	return __atomic_load_n(&board->stop, __ATOMIC_RELAXED);
}

static char *map_at(char *where, size_t size)
{
	return mmap(where, size, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		    -1, 0);
}

static void fork_and_leave(unsigned int dice)
{
	pid_t child = fork();

	if (!child) {
		touch(STORM, STORM_SIZE / 4);
		if (dice & 1)
			execl("/bin/true", "true", NULL);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

static void split(char *p)
{
	char command[64];

	snprintf(command, sizeof(command), "%d,0x%lx,0x%lx", getpid(),
		 (unsigned long)p, (unsigned long)p + HPAGE);
	write_text("/sys/kernel/debug/split_huge_pages", command);
}

/* One step of a victim, on a huge page's worth of memory or a part of it. */
static void act(unsigned int dice)
{
	char *p = STORM + dice / 16 % 8 * HPAGE;
	size_t part = (dice / 128 % 511 + 1) * PAGE_SIZE;

	switch (dice % 16) {
	case 0:
		munmap(p, HPAGE);
		break;
	case 1:
	case 2:
		map_at(p, HPAGE);
		madvise(p, HPAGE, dice & 256 ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
		touch(p, HPAGE);
		break;
	case 3:
		munmap(p + part, PAGE_SIZE);
		break;
	case 4:
	case 5:
		madvise(p, HPAGE, MADV_COLLAPSE);
		break;
	case 6:
		madvise(p, part, MADV_DONTNEED);
		break;
	case 7:
		madvise(p, HPAGE, MADV_DONTNEED);
		break;
	case 8:
		madvise(p, part, MADV_PAGEOUT);
		break;
	case 9:
		split(p);
		break;
	case 10:
		mprotect(p, part, PROT_READ);
		mprotect(p, part, RW);
		break;
	case 11:
		mprotect(p, HPAGE, PROT_NONE);
		mprotect(p, HPAGE, RW);
		break;
	case 12:
		mremap(p, HPAGE, HPAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		       STORM + STORM_SIZE);
		mremap(STORM + STORM_SIZE, HPAGE, HPAGE,
		       MREMAP_MAYMOVE | MREMAP_FIXED, p);
		break;
	case 13:
		fork_and_leave(dice / 16);
		break;
	default:
		map_at(p, part);
		touch(p, part);
		break;
	}
}

/*
 * Prepare what holds still: locked pages with a frame that a fork does not
 * share and nothing moves.
 */
static bool hold_still(int me)
{
	if (map_at(STILL, 2 * MIB) != STILL ||
	    madvise(STILL, 2 * MIB, MADV_NOHUGEPAGE) ||
	    madvise(STILL, 2 * MIB, MADV_DONTFORK))
		return false;
	for (int i = 0; i < STILL_PAGES; i++)
		memset(STILL + i * PAGE_SIZE, me + i, PAGE_SIZE);
	if (mlock(STILL, STILL_PAGES * PAGE_SIZE))
		return false;
	for (int i = 0; i < STILL_PAGES; i++)
		board->victim[me].pfn[i] =
			PM_PFN(pagemap_self(STILL + i * PAGE_SIZE));
	return true;
}

static void victim(int me)
{
	unsigned int seed = 4711 + me;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!hold_still(me))
		_exit(1);
	if (map_at(STORM, STORM_SIZE) != STORM)
		_exit(1);
	board->victim[me].pid = getpid();
	__atomic_store_n(&board->victim[me].ready, true, __ATOMIC_RELEASE);
	while (!stopping()) {
		/* A write to what another step unmapped or closed. */
		act(rand_r(&seed) ^ rand_r(&seed) << 8);
		board->victim[me].acts++;
		for (char *p = STORM; p < STORM + STORM_SIZE; p += HPAGE)
			if (msync(p, HPAGE, MS_ASYNC))
				map_at(p, HPAGE);
	}
	for (int i = 0; i < STILL_PAGES; i++)
		if (STILL[i * PAGE_SIZE] != (char)(me + i))
			_exit(2);
	_exit(0);
}

/* A run as a walker sees it: in order, and true of what holds still. */
struct sight {
	int me;
	int whose;
	__u64 end;
	unsigned int still;
	bool wrong;
};

static void see_still(const struct run *run, struct sight *sight)
{
	const __u64 *pfn = board->victim[sight->whose].pfn;
	__u64 still = (unsigned long)STILL;

	for (__u64 at = run->start; at < run->end; at += PAGE_SIZE) {
		size_t i = (at - still) / PAGE_SIZE;
		size_t j = (at - run->start) / PAGE_SIZE;
		__u64 number = run->has_pfn ? run->pfn + j :
			       j < run->nr_numbers ? run_number(run, j) : 0;

		if (i >= STILL_PAGES)
			continue;
		sight->still++;
		if (run->state != VMLAB_STATE_PRESENT ||
		    run->page_size != PAGE_SIZE || number != pfn[i])
			sight->wrong = true;
	}
}

static int see(const struct run *run, void *arg)
{
	struct sight *sight = arg;
	__u64 still = (unsigned long)STILL;

	if (run->start < sight->end || run->end <= run->start ||
	    run->state > VMLAB_STATE_BAD || run->state == VMLAB_STATE_BAD)
		sight->wrong = true;
	sight->end = run->end;
	if (run->end > still && run->start < still + 2 * MIB)
		see_still(run, sight);
	return 0;
}

static void dump(struct genl *g, int me, int whose)
{
	struct range range = {
		.pid = board->victim[whose].pid,
		.pages = true,
	};
	struct sight sight = { .me = me, .whose = whose };
	int ret = client_range(g, &range, see, &sight);

	if (ret == -ESRCH && stopping())
		return;
	board->walker[me].dumps++;
	board->walker[me].interrupted += g->interrupted;
	if (!ret && !sight.wrong && sight.still == STILL_PAGES)
		return;
	board->walker[me].wrong++;
	printf("# dump of %d: %d '%s', %u pages held still\n", range.pid, ret,
	       g->message, sight.still);
}

static void walk(struct genl *g, int me, int whose, unsigned int dice)
{
	pid_t pid = board->victim[whose].pid;
	unsigned int i = dice % STILL_PAGES;
	struct census census;
	struct walk w;
	int ret;

	board->walker[me].walks++;
	ret = client_walk(g, pid, (unsigned long)STILL + i * PAGE_SIZE, 0, &w);
	if ((ret || w.state != VMLAB_STATE_PRESENT ||
	     w.pfn != board->victim[whose].pfn[i]) && !stopping()) {
		board->walker[me].wrong++;
		printf("# page %u of %d: %d, %s, pfn %llx\n", i, pid, ret,
		       state_name(w.state), w.pfn);
	}
	/* What moves: any answer will do, no failure. */
	ret = client_walk(g, pid, (unsigned long)STORM +
			  dice % (STORM_SIZE / 64) * 64, 0, &w);
	if (!ret && dice % 64 == 0)
		ret = client_census(g, pid, &census);
	if (ret && !stopping()) {
		board->walker[me].wrong++;
		printf("# walk or census of %d: %d '%s'\n", pid, ret,
		       g->message);
	}
}

/* Children of the victims come and go; look at whatever has a near PID. */
static void glance(struct genl *g, int me, pid_t pid)
{
	struct range range = { .pid = pid };

	if (client_range(g, &range, NULL, NULL))
		board->walker[me].gone++;
}

static void walker(int me)
{
	unsigned int seed = 42 + me;
	static struct genl g;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (genl_open(&g))
		_exit(1);
	while (!stopping()) {
		unsigned int dice = rand_r(&seed);
		int whose = dice % VICTIMS;

		dump(&g, me, whose);
		for (int i = 0; i < 32; i++)
			walk(&g, me, whose, rand_r(&seed));
		for (int i = 1; i < 4; i++)
			glance(&g, me, getpid() + rand_r(&seed) % 512);
	}
	_exit(board->walker[me].wrong != 0);
}

static pid_t start(void (*work)(int me), int me)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		work(me);
		_exit(1);
	}
	return pid;
}

static bool ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && !status;
}

static bool all_ready(pid_t *pids)
{
	for (int i = 0; i < VICTIMS; i++) {
		while (!__atomic_load_n(&board->victim[i].ready,
					__ATOMIC_ACQUIRE)) {
			if (waitpid(pids[i], NULL, WNOHANG))
				return false;
			sched_yield();
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 60;
	pid_t victims[VICTIMS], walkers[WALKERS];

	ksft_print_header();
	ksft_set_plan(VICTIMS + WALKERS);
	/* Compaction moves even locked pages, unless told not to. */
	write_text("/proc/sys/vm/compact_unevictable_allowed", "0");
	board = mmap(NULL, sizeof(*board), RW, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (board == MAP_FAILED)
		ksft_exit_fail_msg("no memory\n");
	for (int i = 0; i < VICTIMS; i++)
		victims[i] = start(victim, i);
	if (!all_ready(victims))
		ksft_exit_fail_msg("a victim did not start\n");
	for (int i = 0; i < WALKERS; i++)
		walkers[i] = start(walker, i);
	while ((seconds = sleep(seconds)))
		;
	__atomic_store_n(&board->stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < WALKERS; i++) {
		bool ok = ended_well(walkers[i]);

		ksft_print_msg("walker %d: %lu dumps, %lu of them interrupted\n",
			       i, board->walker[i].dumps,
			       board->walker[i].interrupted);
		ksft_print_msg("%lu walks, %lu others gone, %lu wrong\n",
			       board->walker[i].walks, board->walker[i].gone,
			       board->walker[i].wrong);
		ksft_test_result(ok && board->walker[i].dumps,
				 "walker %d\n", i);
	}
	for (int i = 0; i < VICTIMS; i++) {
		bool ok = ended_well(victims[i]);

		ksft_print_msg("victim %d: %lu acts\n", i,
			       board->victim[i].acts);
		ksft_test_result(ok && board->victim[i].acts, "victim %d\n", i);
	}
	ksft_finished();
}
