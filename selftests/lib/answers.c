// SPDX-License-Identifier: GPL-2.0
/* Answers to the commands that say one thing about one process or address. */
#include "client.h"

#include <string.h>

const char *state_name(__u32 state)
{
	static const char * const names[] = {
		"none", "present", "zero", "prot-none", "swap", "migration",
		"hwpoison", "device", "marker", "guard", "bad",
	};

	return state < sizeof(names) / sizeof(*names) ? names[state] : "?";
}

static void read_table(struct attrs row, struct census *census)
{
	__u64 pages = 0, used = 0, leaves = 0;
	__u32 level = 0;
	struct attr a;

	while (attr_next(&row, &a)) {
		switch (a.type) {
		case VMLAB_A_TABLE_LEVEL:
			level = attr_u32(&a);
			break;
		case VMLAB_A_TABLE_PAGES:
			pages = attr_u64(&a);
			break;
		case VMLAB_A_TABLE_ENTRIES_USED:
			used = attr_u64(&a);
			break;
		case VMLAB_A_TABLE_LEAVES:
			leaves = attr_u64(&a);
			break;
		}
	}
	if (level > LEVELS)
		return;
	census->pages[level] = pages;
	census->used[level] = used;
	census->leaves[level] = leaves;
}

static void read_mapped(struct attrs row, struct census *census)
{
	struct attr size, bytes;

	if (!attr_find(row, VMLAB_A_MAPPED_PAGE_SIZE, &size) ||
	    !attr_find(row, VMLAB_A_MAPPED_BYTES, &bytes))
		return;
	switch (attr_u64(&size)) {
	case 1UL << 12:
		census->mapped_4k = attr_u64(&bytes);
		break;
	case 1UL << 21:
		census->mapped_2m = attr_u64(&bytes);
		break;
	case 1UL << 30:
		census->mapped_1g = attr_u64(&bytes);
		break;
	}
}

static __u64 *census_number(struct census *census, __u16 type)
{
	switch (type) {
	case VMLAB_A_CENSUS_TABLE_BYTES:
		return &census->table_bytes;
	case VMLAB_A_CENSUS_ACCOUNTED_BYTES:
		return &census->accounted_bytes;
	case VMLAB_A_CENSUS_SWAPPED_BYTES:
		return &census->swapped_bytes;
	case VMLAB_A_CENSUS_SPAN_START:
		return &census->span_start;
	case VMLAB_A_CENSUS_SPAN_END:
		return &census->span_end;
	case VMLAB_A_CENSUS_FLAT_BYTES:
		return &census->flat_bytes;
	case VMLAB_A_CENSUS_AREA_BYTES:
		return &census->area_bytes;
	}
	return NULL;
}

int client_census(struct genl *g, __u32 pid, struct census *census)
{
	struct attrs row;
	struct attr a;
	int ret;

	memset(census, 0, sizeof(*census));
	genl_new(g, VMLAB_CMD_CENSUS, 0);
	genl_u32(g, VMLAB_A_CENSUS_PID, pid);
	ret = genl_call(g);
	if (ret)
		return ret;
	for (row = genl_reply(g); attr_next(&row, &a);) {
		__u64 *number = census_number(census, a.type);

		if (number)
			*number = attr_u64(&a);
		else if (a.type == VMLAB_A_CENSUS_TABLE)
			read_table(attr_nest(&a), census);
		else if (a.type == VMLAB_A_CENSUS_MAPPED)
			read_mapped(attr_nest(&a), census);
	}
	return 0;
}

static void read_prediction(struct attrs row, struct explain *explain)
{
	__u32 access = VMLAB_ACCESS_EXEC + 1, outcome = ~0U, why = ~0U;
	struct attr a;

	while (attr_next(&row, &a)) {
		switch (a.type) {
		case VMLAB_A_PREDICTION_ACCESS:
			access = attr_u32(&a);
			break;
		case VMLAB_A_PREDICTION_OUTCOME:
			outcome = attr_u32(&a);
			break;
		case VMLAB_A_PREDICTION_WHY:
			why = attr_u32(&a);
			break;
		}
	}
	if (access > VMLAB_ACCESS_EXEC)
		return;
	explain->outcome[access] = outcome;
	explain->why[access] = why;
}

int client_explain(struct genl *g, __u32 pid, __u64 address,
		   struct explain *explain)
{
	struct attrs row;
	struct attr a;
	int ret;

	memset(explain, 0xff, sizeof(*explain));
	genl_new(g, VMLAB_CMD_EXPLAIN, 0);
	genl_u32(g, VMLAB_A_EXPLAIN_PID, pid);
	genl_u64(g, VMLAB_A_EXPLAIN_ADDRESS, address);
	ret = genl_call(g);
	if (ret)
		return ret;
	for (row = genl_reply(g); attr_next(&row, &a);) {
		switch (a.type) {
		case VMLAB_A_EXPLAIN_PREDICTION:
			read_prediction(attr_nest(&a), explain);
			break;
		case VMLAB_A_EXPLAIN_STATE:
			explain->state = attr_u32(&a);
			break;
		case VMLAB_A_EXPLAIN_PAGE_SIZE:
			explain->page_size = attr_u64(&a);
			break;
		case VMLAB_A_EXPLAIN_FLAGS:
			explain->flags = attr_u64(&a);
			break;
		}
	}
	return 0;
}

static void read_place_more(const struct attr *a, struct place *place)
{
	switch (a->type) {
	case VMLAB_A_ADDR_CACHE:
		place->cache = attr_u32(a);
		place->has_cache = true;
		break;
	case VMLAB_A_ADDR_STATE:
		place->state = attr_u32(a);
		place->has_state = true;
		break;
	case VMLAB_A_ADDR_PAGE_SIZE:
		place->page_size = attr_u64(a);
		break;
	case VMLAB_A_ADDR_PHYSICAL:
		place->physical = attr_u64(a);
		place->has_physical = true;
		break;
	case VMLAB_A_ADDR_FLAGS:
		place->flags = attr_u64(a);
		break;
	}
}

int client_addr(struct genl *g, __u64 address, struct place *place)
{
	struct attrs row;
	struct attr a;
	int ret;

	memset(place, 0, sizeof(*place));
	genl_new(g, VMLAB_CMD_ADDR_GET, 0);
	genl_u64(g, VMLAB_A_ADDR_ADDRESS, address);
	ret = genl_call(g);
	if (ret)
		return ret;
	for (row = genl_reply(g); attr_next(&row, &a);) {
		switch (a.type) {
		case VMLAB_A_ADDR_ADDRESS:
			place->address = attr_u64(&a);
			break;
		case VMLAB_A_ADDR_REGION:
			place->region = attr_u32(&a);
			break;
		case VMLAB_A_ADDR_START:
			place->start = attr_u64(&a);
			break;
		case VMLAB_A_ADDR_END:
			place->end = attr_u64(&a);
			break;
		case VMLAB_A_ADDR_DETAIL:
			attr_string(&a, place->detail, sizeof(place->detail));
			break;
		default:
			read_place_more(&a, place);
		}
	}
	return 0;
}
