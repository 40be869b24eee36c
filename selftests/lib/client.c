// SPDX-License-Identifier: GPL-2.0
#include "client.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

static void read_level(struct attrs row, struct level *level)
{
	struct attr a;

	while (attr_next(&row, &a)) {
		switch (a.type) {
		case VMLAB_A_LEVEL_LEVEL:
			level->level = attr_u32(&a);
			break;
		case VMLAB_A_LEVEL_INDEX:
			level->index = attr_u32(&a);
			break;
		case VMLAB_A_LEVEL_ENTRY:
			level->entry = attr_u64(&a);
			break;
		case VMLAB_A_LEVEL_FLAGS:
			level->flags = attr_u64(&a);
			break;
		case VMLAB_A_LEVEL_FOLDED:
			level->folded = true;
			break;
		case VMLAB_A_LEVEL_PKEY:
			level->pkey = attr_u32(&a);
			break;
		case VMLAB_A_LEVEL_TABLE:
			level->table = attr_u64(&a);
			level->has_table = true;
			break;
		}
	}
}

static void read_area(struct attrs row, struct area *area)
{
	struct attr a;

	memset(area, 0, sizeof(*area));
	area->there = true;
	while (attr_next(&row, &a)) {
		switch (a.type) {
		case VMLAB_A_AREA_START:
			area->start = attr_u64(&a);
			break;
		case VMLAB_A_AREA_END:
			area->end = attr_u64(&a);
			break;
		case VMLAB_A_AREA_FLAGS:
			area->flags = attr_u64(&a);
			break;
		case VMLAB_A_AREA_OFFSET:
			area->offset = attr_u64(&a);
			break;
		case VMLAB_A_AREA_INODE:
			area->inode = attr_u64(&a);
			break;
		case VMLAB_A_AREA_PAGE_SIZE:
			area->page_size = attr_u64(&a);
			break;
		case VMLAB_A_AREA_PKEY:
			area->pkey = attr_u32(&a);
			break;
		case VMLAB_A_AREA_NAME:
			attr_string(&a, area->name, sizeof(area->name));
			break;
		}
	}
}

static void read_page(struct attrs row, struct page *page)
{
	struct attr a;

	page->there = true;
	while (attr_next(&row, &a)) {
		switch (a.type) {
		case VMLAB_A_PAGE_FLAGS:
			page->flags = attr_u64(&a);
			break;
		case VMLAB_A_PAGE_REFCOUNT:
			page->refcount = attr_u32(&a);
			break;
		case VMLAB_A_PAGE_MAPCOUNT:
			page->mapcount = attr_u32(&a);
			break;
		case VMLAB_A_PAGE_ORDER:
			page->order = attr_u32(&a);
			break;
		case VMLAB_A_PAGE_KIND:
			page->kind = attr_u32(&a);
			break;
		case VMLAB_A_PAGE_INFERRED:
			page->inferred = true;
			break;
		}
	}
}

static void read_root(struct attrs row, struct root *root)
{
	struct attr a;

	root->there = true;
	while (attr_next(&row, &a)) {
		switch (a.type) {
		case VMLAB_A_ROOT_TABLE:
			root->table = attr_u64(&a);
			root->has_table = true;
			break;
		case VMLAB_A_ROOT_USER_TABLE:
			root->user_table = attr_u64(&a);
			root->has_user_table = true;
			break;
		case VMLAB_A_ROOT_USER_ENTRY:
			root->user_entry = attr_u64(&a);
			break;
		case VMLAB_A_ROOT_ISOLATED:
			root->isolated = true;
			break;
		}
	}
}

/* Attributes of a walk that hold more than one number. */
static void read_walk_nest(const struct attr *a, struct walk *walk)
{
	struct attrs row = attr_nest(a);

	switch (a->type) {
	case VMLAB_A_WALK_LEVEL:
		if (walk->nr_levels < LEVELS)
			read_level(row, &walk->level[walk->nr_levels]);
		walk->nr_levels++;
		break;
	case VMLAB_A_WALK_AREA:
		read_area(row, &walk->area);
		break;
	case VMLAB_A_WALK_AREA_BELOW:
		read_area(row, &walk->below);
		break;
	case VMLAB_A_WALK_AREA_ABOVE:
		read_area(row, &walk->above);
		break;
	case VMLAB_A_WALK_PAGE:
		read_page(row, &walk->page);
		break;
	case VMLAB_A_WALK_ROOT:
		read_root(row, &walk->root);
		break;
	}
}

static void read_walk(struct attrs row, struct walk *walk)
{
	struct attr a;

	while (attr_next(&row, &a)) {
		switch (a.type) {
		case VMLAB_A_WALK_PID:
			walk->pid = attr_u32(&a);
			break;
		case VMLAB_A_WALK_ADDRESS:
			walk->address = attr_u64(&a);
			break;
		case VMLAB_A_WALK_STATE:
			walk->state = attr_u32(&a);
			break;
		case VMLAB_A_WALK_PAGE_SIZE:
			walk->page_size = attr_u64(&a);
			break;
		case VMLAB_A_WALK_FLAGS:
			walk->flags = attr_u64(&a);
			break;
		case VMLAB_A_WALK_PFN:
			walk->pfn = attr_u64(&a);
			walk->has_pfn = true;
			break;
		case VMLAB_A_WALK_PHYSICAL:
			walk->physical = attr_u64(&a);
			walk->has_physical = true;
			break;
		case VMLAB_A_WALK_SWAP_TYPE:
			walk->swap_type = attr_u32(&a);
			break;
		case VMLAB_A_WALK_SWAP_OFFSET:
			walk->swap_offset = attr_u64(&a);
			walk->has_swap = true;
			break;
		default:
			read_walk_nest(&a, walk);
		}
	}
}

int client_walk(struct genl *g, __u32 pid, __u64 address, __u32 with,
		struct walk *walk)
{
	int ret;

	memset(walk, 0, sizeof(*walk));
	genl_new(g, VMLAB_CMD_WALK, 0);
	genl_u32(g, VMLAB_A_WALK_PID, pid);
	genl_u64(g, VMLAB_A_WALK_ADDRESS, address);
	if (with)
		genl_u32(g, VMLAB_A_WALK_WITH, with);
	ret = genl_call(g);
	if (!ret)
		read_walk(genl_reply(g), walk);
	return ret;
}

static void read_run(struct attrs row, struct run *run)
{
	struct attr a;

	memset(run, 0, sizeof(*run));
	while (attr_next(&row, &a)) {
		switch (a.type) {
		case VMLAB_A_RUN_START:
			run->start = attr_u64(&a);
			break;
		case VMLAB_A_RUN_END:
			run->end = attr_u64(&a);
			break;
		case VMLAB_A_RUN_STATE:
			run->state = attr_u32(&a);
			break;
		case VMLAB_A_RUN_PAGE_SIZE:
			run->page_size = attr_u64(&a);
			break;
		case VMLAB_A_RUN_FLAGS:
			run->flags = attr_u64(&a);
			break;
		case VMLAB_A_RUN_PFN:
			run->pfn = attr_u64(&a);
			run->has_pfn = true;
			break;
		case VMLAB_A_RUN_PKEY:
			run->pkey = attr_u32(&a);
			break;
		case VMLAB_A_RUN_SWAP_TYPE:
			run->swap_type = attr_u32(&a);
			break;
		case VMLAB_A_RUN_SWAP_OFFSET:
			run->swap_offset = attr_u64(&a);
			run->has_swap = true;
			break;
		case VMLAB_A_RUN_NUMBERS:
			run->numbers = a.data;
			run->nr_numbers = a.len / sizeof(__u64);
			break;
		}
	}
}

__u64 run_number(const struct run *run, size_t i)
{
	__u64 number;

	memcpy(&number, run->numbers + i * sizeof(number), sizeof(number));
	return number;
}

int client_runs(struct attrs reply, run_fn fn, void *arg)
{
	struct attr a;
	struct run run;
	int ret = 0;

	while (!ret && attr_next(&reply, &a)) {
		if (a.type != VMLAB_A_RANGE_RUN)
			continue;
		read_run(attr_nest(&a), &run);
		ret = fn ? fn(&run, arg) : 0;
	}
	return ret;
}

void client_range_request(struct genl *g, const struct range *range)
{
	genl_new(g, VMLAB_CMD_RANGE, 0);
	genl_u32(g, VMLAB_A_RANGE_PID, range->pid);
	if (range->start || range->end) {
		genl_u64(g, VMLAB_A_RANGE_START, range->start);
		genl_u64(g, VMLAB_A_RANGE_END, range->end);
	}
	if (range->states)
		genl_u32(g, VMLAB_A_RANGE_STATES, range->states);
	if (range->sizes)
		genl_u32(g, VMLAB_A_RANGE_SIZES, range->sizes);
	if (range->flags)
		genl_u64(g, VMLAB_A_RANGE_FLAGS, range->flags);
	if (range->clear_flags)
		genl_u64(g, VMLAB_A_RANGE_CLEAR_FLAGS, range->clear_flags);
	if (range->pages)
		genl_put(g, VMLAB_A_RANGE_PAGES, NULL, 0);
}

struct sink {
	run_fn run;
	area_fn area;
	top_fn top;
	segment_fn segment;
	void *arg;
};

static int take_runs(struct attrs reply, void *arg)
{
	struct sink *sink = arg;

	return client_runs(reply, sink->run, sink->arg);
}

int client_range(struct genl *g, const struct range *range, run_fn fn,
		 void *arg)
{
	struct sink sink = { .run = fn, .arg = arg };

	client_range_request(g, range);
	return genl_dump(g, take_runs, &sink);
}

static int take_areas(struct attrs reply, void *arg)
{
	struct sink *sink = arg;
	struct area area;
	struct attr a;
	int ret = 0;

	while (!ret && attr_next(&reply, &a)) {
		if (a.type != VMLAB_A_AREAS_AREA)
			continue;
		read_area(attr_nest(&a), &area);
		ret = sink->area(&area, sink->arg);
	}
	return ret;
}

int client_areas(struct genl *g, __u32 pid, area_fn fn, void *arg)
{
	struct sink sink = { .area = fn, .arg = arg };

	genl_new(g, VMLAB_CMD_AREA_GET, 0);
	genl_u32(g, VMLAB_A_AREAS_PID, pid);
	return genl_dump(g, take_areas, &sink);
}

static int take_top(struct attrs row, void *arg)
{
	struct sink *sink = arg;
	struct top top = { 0 };
	struct attr a;

	while (attr_next(&row, &a)) {
		switch (a.type) {
		case VMLAB_A_TOP_INDEX:
			top.index = attr_u32(&a);
			break;
		case VMLAB_A_TOP_START:
			top.start = attr_u64(&a);
			break;
		case VMLAB_A_TOP_ENTRY:
			top.entry = attr_u64(&a);
			break;
		case VMLAB_A_TOP_OTHER_ENTRY:
			top.other_entry = attr_u64(&a);
			top.has_other = true;
			break;
		case VMLAB_A_TOP_SHARED:
			top.shared = true;
			break;
		case VMLAB_A_TOP_REGION:
			top.region = attr_u32(&a);
			break;
		case VMLAB_A_TOP_FLAGS:
			top.flags = attr_u64(&a);
			break;
		}
	}
	return sink->top(&top, sink->arg);
}

int client_top(struct genl *g, __u32 pid, __u32 other, top_fn fn, void *arg)
{
	struct sink sink = { .top = fn, .arg = arg };

	genl_new(g, VMLAB_CMD_TOP_GET, 0);
	genl_u32(g, VMLAB_A_TOP_PID, pid);
	if (other)
		genl_u32(g, VMLAB_A_TOP_OTHER, other);
	return genl_dump(g, take_top, &sink);
}

static int take_segment(struct attrs row, void *arg)
{
	struct sink *sink = arg;
	struct segment s = { 0 };
	struct attr a;

	while (attr_next(&row, &a)) {
		switch (a.type) {
		case VMLAB_A_SEGMENT_INDEX:
			s.index = attr_u32(&a);
			break;
		case VMLAB_A_SEGMENT_SELECTOR:
			s.selector = attr_u32(&a);
			break;
		case VMLAB_A_SEGMENT_RAW:
			s.raw = attr_u64(&a);
			break;
		case VMLAB_A_SEGMENT_BASE:
			s.base = attr_u64(&a);
			break;
		case VMLAB_A_SEGMENT_LIMIT:
			s.limit = attr_u64(&a);
			break;
		case VMLAB_A_SEGMENT_KIND:
			s.kind = attr_u32(&a);
			break;
		case VMLAB_A_SEGMENT_DPL:
			s.dpl = attr_u32(&a);
			break;
		case VMLAB_A_SEGMENT_FLAGS:
			s.flags = attr_u32(&a);
			break;
		case VMLAB_A_SEGMENT_NAME:
			attr_string(&a, s.name, sizeof(s.name));
			break;
		}
	}
	return sink->segment(&s, sink->arg);
}

int client_gdt(struct genl *g, __u32 cpu, segment_fn fn, void *arg)
{
	struct sink sink = { .segment = fn, .arg = arg };

	genl_new(g, VMLAB_CMD_SEGMENT_GET, 0);
	genl_u32(g, VMLAB_A_SEGMENT_CPU, cpu);
	return genl_dump(g, take_segment, &sink);
}

int client_ldt(struct genl *g, __u32 pid, segment_fn fn, void *arg)
{
	struct sink sink = { .segment = fn, .arg = arg };

	genl_new(g, VMLAB_CMD_SEGMENT_GET, 0);
	genl_u32(g, VMLAB_A_SEGMENT_PID, pid);
	return genl_dump(g, take_segment, &sink);
}

int client_ioctl(int fd, __u32 pid, struct vmlab_walk_entry *entries,
		 __u32 count)
{
	struct vmlab_walk_vec vec = {
		.pid = pid,
		.count = count,
		.entries = (__u64)(unsigned long)entries,
	};

	return ioctl(fd, VMLAB_IOC_WALK, &vec) ? -errno : 0;
}
