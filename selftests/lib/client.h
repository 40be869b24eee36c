/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The answers of the vmlab family as plain structures.
 */
#ifndef SELFTESTS_LIB_CLIENT_H
#define SELFTESTS_LIB_CLIENT_H

#include "genl.h"

#include <linux/vmlab.h>
#include <linux/vmlab_ioctl.h>

#define LEVELS	5

struct level {
	__u32 level;
	__u32 index;
	__u32 pkey;
	__u64 entry;
	__u64 flags;
	__u64 table;
	bool folded;
	bool has_table;
};

struct area {
	bool there;
	__u64 start;
	__u64 end;
	__u64 flags;
	__u64 offset;
	__u64 inode;
	__u64 page_size;
	__u32 pkey;
	char name[256];
};

struct page {
	bool there;
	bool inferred;
	__u64 flags;
	__u32 refcount;
	__u32 mapcount;
	__u32 order;
	__u32 kind;
};

struct root {
	bool there;
	bool isolated;
	bool has_table;
	bool has_user_table;
	__u64 table;
	__u64 user_table;
	__u64 user_entry;
};

struct walk {
	__u32 pid;
	__u64 address;
	unsigned int nr_levels;
	struct level level[LEVELS];
	__u32 state;
	__u64 page_size;
	__u64 flags;		/* of the entry in which the walk ended */
	bool has_pfn;
	bool has_physical;
	bool has_swap;
	__u64 pfn;
	__u64 physical;
	__u32 swap_type;
	__u64 swap_offset;
	struct area area;
	struct area below;
	struct area above;
	struct page page;
	struct root root;
};

struct run {
	__u64 start;
	__u64 end;
	__u32 state;
	__u64 page_size;
	__u64 flags;
	bool has_pfn;
	bool has_swap;
	__u64 pfn;
	__u32 pkey;
	__u32 swap_type;
	__u64 swap_offset;
	const char *numbers;	/* unaligned: use run_number() */
	size_t nr_numbers;
};

struct range {
	__u32 pid;
	__u64 start;
	__u64 end;
	__u32 states;
	__u32 sizes;
	__u64 flags;
	__u64 clear_flags;
	bool pages;
};

struct explain {
	__u32 outcome[3];
	__u32 why[3];
	__u32 state;
	__u64 page_size;
	__u64 flags;
	struct area area;
};

struct place {
	__u64 address;
	__u32 region;
	__u64 start;
	__u64 end;
	char detail[128];
	bool has_cache;
	bool has_state;
	bool has_physical;
	__u32 cache;
	__u32 state;
	__u64 page_size;
	__u64 physical;
	__u64 flags;
};

struct census {
	__u64 pages[LEVELS + 1];	/* by enum vmlab_level */
	__u64 used[LEVELS + 1];
	__u64 leaves[LEVELS + 1];
	__u64 table_bytes;
	__u64 accounted_bytes;
	__u64 mapped_4k;
	__u64 mapped_2m;
	__u64 mapped_1g;
	__u64 swapped_bytes;
	__u64 span_start;
	__u64 span_end;
	__u64 flat_bytes;
	__u64 area_bytes;
};

struct top {
	__u32 index;
	__u64 start;
	__u64 entry;
	__u64 other_entry;
	__u32 region;
	__u64 flags;
	bool shared;
	bool has_other;
};

struct segment {
	__u32 index;
	__u32 selector;
	__u64 raw;
	__u64 base;
	__u64 limit;
	__u32 kind;
	__u32 dpl;
	__u32 flags;
	char name[64];
};

typedef int (*run_fn)(const struct run *run, void *arg);
typedef int (*area_fn)(const struct area *area, void *arg);
typedef int (*top_fn)(const struct top *top, void *arg);
typedef int (*segment_fn)(const struct segment *segment, void *arg);

/* All parts of the answer where @with is 0. */
int client_walk(struct genl *g, __u32 pid, __u64 address, __u32 with,
		struct walk *walk);
void client_range_request(struct genl *g, const struct range *range);
int client_range(struct genl *g, const struct range *range, run_fn fn,
		 void *arg);
/* Hand the runs of one message of a range dump to @fn. */
int client_runs(struct attrs reply, run_fn fn, void *arg);
__u64 run_number(const struct run *run, size_t i);
int client_areas(struct genl *g, __u32 pid, area_fn fn, void *arg);
int client_census(struct genl *g, __u32 pid, struct census *census);
int client_explain(struct genl *g, __u32 pid, __u64 address,
		   struct explain *explain);
int client_addr(struct genl *g, __u64 address, struct place *place);
/* Compare with the process @other where it is not 0. */
int client_top(struct genl *g, __u32 pid, __u32 other, top_fn fn, void *arg);
int client_gdt(struct genl *g, __u32 cpu, segment_fn fn, void *arg);
int client_ldt(struct genl *g, __u32 pid, segment_fn fn, void *arg);

/* VMLAB_IOC_WALK on an open /dev/vmlab; 0 or a negative errno. */
int client_ioctl(int fd, __u32 pid, struct vmlab_walk_entry *entries,
		 __u32 count);

const char *state_name(__u32 state);

#endif /* SELFTESTS_LIB_CLIENT_H */
