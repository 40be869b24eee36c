// SPDX-License-Identifier: GPL-2.0
/* Walks over a range of addresses. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

/**
 * struct range_dump - a dump on its way
 * @fn: who wants the runs
 * @data: for @fn
 * @merge: join equal neighbours
 * @held: @last has not been handed out yet
 * @last: the run that the next one may continue
 */
struct range_dump {
	vmlab_run_fn fn;
	void *data;
	bool merge;
	bool held;
	struct vmlab_run last;
};

static void run_parse(const struct nlattr *nest, struct vmlab_run *run)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	*run = (struct vmlab_run){ 0 };
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_RUN_START:
			run->start = attr_u64(a);
			break;
		case VMLAB_A_RUN_END:
			run->end = attr_u64(a);
			break;
		case VMLAB_A_RUN_STATE:
			run->state = attr_u32(a);
			break;
		case VMLAB_A_RUN_PAGE_SIZE:
			run->page_size = attr_u64(a);
			break;
		case VMLAB_A_RUN_FLAGS:
			run->flags = attr_u64(a);
			break;
		case VMLAB_A_RUN_PFN:
			run->pfn = attr_u64(a);
			run->has |= VMLAB_HAS_PFN;
			break;
		case VMLAB_A_RUN_PKEY:
			run->pkey = attr_u32(a);
			run->has |= VMLAB_HAS_PKEY;
			break;
		case VMLAB_A_RUN_SWAP_TYPE:
			run->swap_type = attr_u32(a);
			break;
		case VMLAB_A_RUN_SWAP_OFFSET:
			run->swap_offset = attr_u64(a);
			run->has |= VMLAB_HAS_SWAP;
			break;
		case VMLAB_A_RUN_NUMBERS:
			run->numbers = attr_data(a);
			run->nr_numbers = attr_len(a) / sizeof(__u64);
			break;
		}
	}
}

__u64 vmlab_run_leaves(const struct vmlab_run *run)
{
	__u64 bytes = run->end - run->start;

	return run->page_size ? (bytes + run->page_size - 1) / run->page_size :
				1;
}

/* Which number of a leaf counts frames, and which slots of a swap area. */
static bool is_swapped(const struct vmlab_run *run)
{
	return run->state == VMLAB_STATE_SWAP;
}

void vmlab_run_leaf(const struct vmlab_run *run, __u64 i,
		    struct vmlab_run *leaf)
{
	const char *number = run->numbers;
	__u64 slots = run->page_size / 4096;
	__u64 *where;

	*leaf = *run;
	leaf->numbers = NULL;
	leaf->nr_numbers = 0;
	leaf->start = run->start + i * run->page_size;
	leaf->end = leaf->start + run->page_size;
	if (leaf->end > run->end || leaf->end < leaf->start)
		leaf->end = run->end;
	if (i >= run->nr_numbers) {
		leaf->pfn += i * slots;
		leaf->swap_offset += i * slots;
		return;
	}
	where = is_swapped(run) ? &leaf->swap_offset : &leaf->pfn;
	memcpy(where, number + i * sizeof(*where), sizeof(*where));
	leaf->has |= is_swapped(run) ? VMLAB_HAS_SWAP : VMLAB_HAS_PFN;
}

static bool is_same(const struct vmlab_run *a, const struct vmlab_run *b)
{
	return a->end == b->start && a->state == b->state &&
	       a->page_size == b->page_size && a->flags == b->flags &&
	       a->pkey == b->pkey && a->swap_type == b->swap_type;
}

/*
 * The kernel ends a run where a message ends. @next has the same state, size
 * and flags; numbers survive only where they count on.
 */
static void run_join(struct vmlab_run *run, const struct vmlab_run *next)
{
	__u64 pages = (run->end - run->start) / 4096;
	__u32 keep = run->has & next->has;

	if (run->pfn + pages != next->pfn)
		keep &= ~VMLAB_HAS_PFN;
	if (run->swap_offset + pages != next->swap_offset)
		keep &= ~VMLAB_HAS_SWAP;
	run->has = keep;
	run->end = next->end;
}

static int run_flush(struct range_dump *dump)
{
	if (!dump->held)
		return 0;
	dump->held = false;
	return dump->fn(&dump->last, dump->data);
}

static int run_take(struct range_dump *dump, const struct vmlab_run *run)
{
	int stop;

	if (!dump->merge)
		return dump->fn(run, dump->data);
	if (dump->held && is_same(&dump->last, run)) {
		run_join(&dump->last, run);
		return 0;
	}
	stop = run_flush(dump);
	dump->last = *run;
	dump->held = true;
	return stop;
}

static int runs_parse(struct attrs attrs, void *data)
{
	const struct nlattr *a;
	struct vmlab_run run;
	int stop;

	while ((a = attr_next(&attrs))) {
		if (attr_type(a) != VMLAB_A_RANGE_RUN)
			continue;
		run_parse(a, &run);
		stop = run_take(data, &run);
		if (stop)
			return stop;
	}
	return 0;
}

static void range_put(struct nl_msg *msg, const struct vmlab_range *range)
{
	nla_put_u32(msg, VMLAB_A_RANGE_PID, range->pid);
	nla_put_u64(msg, VMLAB_A_RANGE_START, range->start);
	nla_put_u64(msg, VMLAB_A_RANGE_END, range->end);
	if (range->states)
		nla_put_u32(msg, VMLAB_A_RANGE_STATES, range->states);
	if (range->sizes)
		nla_put_u32(msg, VMLAB_A_RANGE_SIZES, range->sizes);
	if (range->flags)
		nla_put_u64(msg, VMLAB_A_RANGE_FLAGS, range->flags);
	if (range->clear_flags)
		nla_put_u64(msg, VMLAB_A_RANGE_CLEAR_FLAGS, range->clear_flags);
	if (range->pages)
		nla_put_flag(msg, VMLAB_A_RANGE_PAGES);
}

int vmlab_range(struct vmlab *v, const struct vmlab_range *range,
		vmlab_run_fn fn, void *data)
{
	struct range_dump dump = { fn, data, .merge = !range->pages };
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_RANGE);
	int err;

	if (msg)
		range_put(msg, range);
	err = channel_dump(v, msg, runs_parse, &dump);
	/* What came before an error was true; the caller said when to stop. */
	if (err <= 0) {
		int stop = run_flush(&dump);

		return err ? err : stop;
	}
	return err;
}
