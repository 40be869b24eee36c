// SPDX-License-Identifier: GPL-2.0
/*
 * All CPUs allocate and free at once, blocks of every order, objects and
 * mappings, while CPUs go offline and come back, the pool is compacted and its
 * invariants are checked. What a worker wrote into its objects must stay, and in
 * the end all must have been given back. A check after each operation leaves the
 * pool to one at a time, so most of it is done without.
 *
 *     parallel [SECONDS]
 */
#include <kselftest.h>

#include "world.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#define WORKERS		4
#define BLOCKS		64
#define OBJECTS		64
#define OBJECT_SIZE	72
#define PHASES		2
#define ACTS		10	/* at least */

/* What all share. */
struct board {
	struct {
		unsigned long done;
		unsigned long refused;
		unsigned long wrong;
	} worker[WORKERS];
	unsigned long switches;
	unsigned long checks;
	unsigned long moved;
	unsigned long broken;
	bool stop;
};

static struct board *board;

/* What a worker has. */
struct worker {
	int me;
	unsigned int seed;
	struct genl g;
	struct block block;
	__u32 blocks[BLOCKS];
	unsigned int nr_blocks;
	struct object objects[OBJECTS];
	unsigned int nr_objects;
	char cache[32];
};

static bool stopping(void)
{
	return __atomic_load_n(&board->stop, __ATOMIC_RELAXED);
}

/* An outcome is wrong unless it is the lack of memory. */
static bool went_well(struct worker *w, int ret, const char *what)
{
	board->worker[w->me].done++;
	if (ret >= 0)
		return true;
	if (ret == -ENOMEM) {
		board->worker[w->me].refused++;
		return false;
	}
	board->worker[w->me].wrong++;
	printf("# worker %d: %s: %d %s\n", w->me, what, ret, w->g.message);
	return false;
}

static void use_blocks(struct worker *w, unsigned int dice)
{
	const struct ask ask = {
		.order = dice / 1024 % ORDERS, .type = dice / 16384 % TYPES,
		.zone = dice / 65536 % ZONE_TYPES, .node = ANY,
		.flags = dice & 1 << 20 ? VMLAB_ALLOC_FLAG_RECLAIM : 0,
		.frame = ANY, .handle = ANY,
	};
	unsigned int i = dice / 16 % BLOCKS;
	int ret;

	if (i < w->nr_blocks) {
		ret = block_free(&w->g, ASK(.handle = w->blocks[i]), NULL);
		went_well(w, ret, "free");
		w->blocks[i] = w->blocks[--w->nr_blocks];
		return;
	}
	ret = block_alloc(&w->g, ask, &w->block);
	if (went_well(w, ret, "alloc"))
		w->blocks[w->nr_blocks++] = w->block.handle;
}

/* The byte that an object of a worker is filled with. */
static __u8 byte_of(const struct worker *w, __u32 handle)
{
	return handle * WORKERS + w->me;
}

static bool is_intact(struct worker *w, __u32 handle)
{
	__u8 bytes[OBJECT_SIZE];

	if (object_read(&w->g, NULL, handle, 0, OBJECT_SIZE, bytes))
		return false;
	for (int i = 0; i < OBJECT_SIZE; i++)
		if (bytes[i] != byte_of(w, handle))
			return false;
	return true;
}

static void use_watched_objects(struct worker *w, unsigned int dice)
{
	unsigned int i = dice / 16 % OBJECTS;
	struct object *o = &w->objects[i];

	if (i < w->nr_objects) {
		if (!is_intact(w, o->handle))
			went_well(w, -EILSEQ, "an object has changed");
		went_well(w, object_free(&w->g, NULL, NULL, o->handle),
			  "object free");
		*o = w->objects[--w->nr_objects];
		return;
	}
	o = &w->objects[w->nr_objects];
	if (!went_well(w, objects_alloc(&w->g, NULL, w->cache, 0, 1, o),
		       "object alloc"))
		return;
	w->nr_objects++;
	went_well(w, object_fill(&w->g, NULL, o->handle, 0, OBJECT_SIZE,
				 byte_of(w, o->handle)), "object write");
}

static void use_sizes(struct worker *w, unsigned int dice)
{
	struct object some[16];
	int nr = objects_alloc(&w->g, NULL, NULL, dice / 16 % 8192 + 1, 16,
			       some);

	if (!went_well(w, nr, "alloc by size"))
		return;
	for (int i = 0; i < nr; i++)
		went_well(w, object_free(&w->g, NULL, NULL, some[i].handle),
			  "free by size");
}

static void use_mapping(struct worker *w, unsigned int dice)
{
	struct mapping m;

	if (went_well(w, mapping_alloc(&w->g, NULL, dice / 16 % 262144 + 1,
				       &m), "vmalloc"))
		went_well(w, mapping_free(&w->g, NULL, m.handle), "vfree");
}

static void act(struct worker *w)
{
	unsigned int dice = rand_r(&w->seed);

	switch (dice % 16) {
	case 0:
		/* Who was moved off a CPU that went is not moved back. */
		pin_to_cpu(w->me);
		break;
	case 1:
		use_mapping(w, dice);
		break;
	case 2:
	case 3:
		use_sizes(w, dice);
		break;
	case 4:
	case 5:
	case 6:
	case 7:
		use_watched_objects(w, dice);
		break;
	default:
		use_blocks(w, dice);
	}
}

static int work(int me)
{
	static struct worker w;
	struct cache cache = {
		.size = OBJECT_SIZE,
		.flags = VMLAB_CACHE_FLAG_REDZONE | VMLAB_CACHE_FLAG_POISON,
	};

	w.me = me;
	w.seed = getpid();
	if (genl_open(&w.g))
		return 1;
	snprintf(w.cache, sizeof(w.cache), "parallel-%d", me);
	snprintf(cache.name, sizeof(cache.name), "%s", w.cache);
	if (cache_create(&w.g, NULL, &cache))
		return 2;
	pin_to_cpu(me);
	while (!stopping())
		act(&w);
	/* Half of the objects are left to the end of the socket. */
	while (w.nr_objects > OBJECTS / 4)
		use_watched_objects(&w, 0);
	return board->worker[me].wrong ? 3 : 0;
}

/* The pool stays sound meanwhile, and movable blocks move. */
static int look_after(int me)
{
	static struct compacted compacted[ZONES];
	static struct check check;
	static struct genl g;
	int nr;

	if (genl_open(&g))
		return 1;
	while (!stopping()) {
		if (pool_check(&g, &check) || check.broken) {
			printf("# check: %u broken %s\n", check.broken,
			       g.message);
			board->broken++;
		}
		board->checks++;
		nr = compact(&g, ANY, ANY, ANY, compacted, ZONES);
		for (int i = 0; i < nr; i++)
			board->moved += compacted[i].moved;
		/* A worker's request may be compacting the zone. */
		if ((nr < 0 && nr != -EBUSY) || pool_drain(&g)) {
			printf("# compact or drain: %d %s\n", nr, g.message);
			return 2;
		}
	}
	return board->broken ? 3 : 0;
}

static int switch_cpus(int me)
{
	unsigned int seed = getpid();

	while (!stopping()) {
		int cpu = 1 + rand_r(&seed) % (WORKERS - 1);

		if (!switch_cpu(cpu, false))
			return 1;
		if (!switch_cpu(cpu, true))
			return 2;
		board->switches++;
	}
	return 0;
}

static pid_t start(int (*what)(int me), int me)
{
	pid_t pid;
	int ret;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ret = what(me);
		fflush(stdout);
		_exit(ret);
	}
	return pid;
}

static bool ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && !status;
}

/* Has each done something? On a slow machine that takes a while. */
static bool all_have_acted(void *arg)
{
	for (int i = 0; i < WORKERS; i++)
		if (__atomic_load_n(&board->worker[i].done, __ATOMIC_RELAXED) <
		    ACTS)
			return false;
	return __atomic_load_n(&board->switches, __ATOMIC_RELAXED) &&
	       __atomic_load_n(&board->checks, __ATOMIC_RELAXED);
}

static void wait_for(time_t seconds)
{
	struct timespec left = { .tv_sec = seconds };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
	wait_until(all_have_acted, NULL);
}

static void tell(void)
{
	for (int i = 0; i < WORKERS; i++)
		ksft_print_msg("worker %d: %lu done, %lu refused, %lu wrong\n",
			       i, board->worker[i].done,
			       board->worker[i].refused,
			       board->worker[i].wrong);
	ksft_print_msg("%lu switches of CPUs, %lu checks, %lu frames moved\n",
		       board->switches, board->checks, board->moved);
}

static void run_phase(struct world *w, __u32 strict, time_t seconds)
{
	const char *name = strict ? "checked each time" : "at full speed";
	pid_t workers[WORKERS], keeper, switcher;

	memset(board, 0, sizeof(*board));
	if (pool_set(&w->g, VMLAB_A_POOL_STRICT, strict))
		ksft_exit_fail_msg("strict cannot be set\n");
	for (int i = 0; i < WORKERS; i++)
		workers[i] = start(work, i);
	keeper = start(look_after, 0);
	switcher = start(switch_cpus, 0);
	wait_for(seconds);
	__atomic_store_n(&board->stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < WORKERS; i++) {
		bool ok = ended_well(workers[i]);

		ksft_test_result(ok && board->worker[i].done >= ACTS &&
				 board->worker[i].done >
				 board->worker[i].refused,
				 "worker %d %s\n", i, name);
	}
	ksft_test_result(ended_well(keeper) && board->checks,
			 "sound meanwhile, %s\n", name);
	ksft_test_result(ended_well(switcher) && board->switches,
			 "CPUs switched, %s\n", name);
	tell();
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 10;
	static struct world w;
	const char *what;

	ksft_print_header();
	ksft_set_plan(PHASES * (WORKERS + 2) + 1);
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED)
		ksft_exit_fail_msg("no memory\n");
	if (world_open(&w))
		ksft_exit_fail_msg("no pool\n");
	run_phase(&w, 0, seconds - seconds / 4);
	run_phase(&w, 1, seconds / 4);
	if (pool_set(&w.g, VMLAB_A_POOL_STRICT, w.pool.strict))
		ksft_print_msg("strict cannot be set\n");
	what = world_close(&w);
	if (what)
		ksft_print_msg("%s: %u broken\n", what, w.check.broken);
	ksft_test_result(!what, "all was given back\n");
	ksft_finished();
}
