// SPDX-License-Identifier: GPL-2.0
/* vmlab walk over a range. It is printed as it comes: it may be long. */
#include "cmd.h"

#include <stdio.h>

#include "show.h"

/**
 * struct totals - what was printed
 * @range: what was asked for
 * @runs: lines
 * @bytes: bytes that they cover
 * @began: the head was printed
 */
struct totals {
	const struct vmlab_range *range;
	__u64 runs;
	__u64 bytes;
	bool began;
};

static void run_json(const struct vmlab_run *run)
{
	struct json_object *o = js_object();

	js_hex(o, "start", run->start);
	js_hex(o, "end", run->end);
	js_text(o, "state", name_of(&state_names, run->state));
	js_number(o, "page_size", run->page_size);
	js_names(o, "flags", &entry_flag_names, run->flags);
	if (run->has & VMLAB_HAS_PFN)
		js_number(o, "pfn", run->pfn);
	else
		js_null(o, "pfn");
	js_set(o, "swap", run->has & VMLAB_HAS_SWAP ?
	       swap_json(run->swap_type, run->swap_offset) : NULL);
	if (run->has & VMLAB_HAS_PKEY)
		js_number(o, "pkey", run->pkey);
	else
		js_null(o, "pkey");
	js_element(o);
}

static void run_text(const struct vmlab_run *run)
{
	__u64 leaves = vmlab_run_leaves(run);

	say(COLOR_VALUE, "0x%012llx-0x%012llx", run->start, run->end);
	printf("  %-9s %7llu x %-7s", name_of(&state_names, run->state),
	       leaves, bytes_text(run->page_size));
	if (run->has & VMLAB_HAS_PFN)
		printf(" pfn 0x%-8llx", run->pfn);
	else if (run->has & VMLAB_HAS_SWAP)
		printf(" swap %u:%-6llu", run->swap_type, run->swap_offset);
	else
		printf(" %-14s", "-");
	putchar(' ');
	say_names(COLOR_GOOD, &entry_flag_names, run->flags);
	if (run->has & VMLAB_HAS_PKEY && run->pkey)
		printf(" key %u", run->pkey);
	putchar('\n');
}

static void range_head(const struct vmlab_range *range)
{
	struct json_object *head;

	if (!print_json()) {
		say(COLOR_TITLE, "%-29s  %-9s %-17s %-14s %s\n", "range",
		    "state", "     pages", "frame", "flags");
		return;
	}
	head = js_object();
	js_number(head, "pid", real_pid(range->pid));
	js_hex(head, "start", range->start);
	js_hex(head, "end", range->end);
	js_stream(head, "ranges");
}

/* Where the kernel refuses at once nothing is printed, not even this. */
static void range_begin(struct totals *totals)
{
	if (!totals->began)
		range_head(totals->range);
	totals->began = true;
}

static void put(const struct vmlab_run *run, struct totals *totals)
{
	totals->runs++;
	totals->bytes += run->end - run->start;
	if (print_json())
		run_json(run);
	else
		run_text(run);
}

static int take_run(const struct vmlab_run *run, void *data)
{
	struct totals *totals = data;
	bool pages = totals->range->pages;
	__u64 leaves = pages ? vmlab_run_leaves(run) : 0;
	struct vmlab_run leaf;
	__u64 i;

	range_begin(totals);
	if (!pages)
		put(run, totals);
	for (i = 0; i < leaves && !print_failed(); i++) {
		vmlab_run_leaf(run, i, &leaf);
		put(&leaf, totals);
	}
	return print_failed();
}

static void range_end(struct vmlab *v, struct totals *totals, int err)
{
	struct json_object *tail;

	if (err < 0 && !totals->began)
		return;
	range_begin(totals);
	if (!print_json()) {
		printf("%llu %s, %s\n", totals->runs,
		       totals->range->pages ? "pages" : "ranges",
		       bytes_text(totals->bytes));
		return;
	}
	tail = js_object();
	js_bool(tail, "interrupted", vmlab_interrupted(v));
	js_bool(tail, "complete", !err);
	js_stream_end(tail);
}

static int whole_process(struct vmlab *v, struct vmlab_range *range)
{
	struct vmlab_info info;
	int err = vmlab_info(v, &info);

	if (!err)
		range->end = info.user_end;
	return err;
}

int walk_range(struct vmlab *v, const struct options *o)
{
	struct vmlab_range range = {
		.pid = o->pid,
		.start = o->start,
		.end = o->end,
		.flags = o->flags,
		.clear_flags = o->clear_flags,
		.states = o->states,
		.sizes = o->sizes,
		.pages = o->given & OPT_PAGES,
	};
	struct totals totals = { .range = &range };
	int err = 0;

	if (!range.end)
		err = whole_process(v, &range);
	if (err)
		return refused(v, err);
	err = vmlab_range(v, &range, take_run, &totals);
	range_end(v, &totals, err);
	if (err < 0)
		return refused(v, err);
	if (vmlab_interrupted(v))
		warn_interrupted();
	return STATUS_GOOD;
}
