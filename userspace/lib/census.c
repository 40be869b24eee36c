// SPDX-License-Identifier: GPL-2.0
/* The tables of a process, counted. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

static void table_parse(const struct nlattr *nest, struct vmlab_table *table)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_TABLE_LEVEL:
			table->level = attr_u32(a);
			break;
		case VMLAB_A_TABLE_PAGES:
			table->pages = attr_u64(a);
			break;
		case VMLAB_A_TABLE_ENTRIES_USED:
			table->entries_used = attr_u64(a);
			break;
		case VMLAB_A_TABLE_LEAVES:
			table->leaves = attr_u64(a);
			break;
		}
	}
}

static void mapped_parse(const struct nlattr *nest, struct vmlab_mapped *mapped)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_MAPPED_PAGE_SIZE:
			mapped->page_size = attr_u64(a);
			break;
		case VMLAB_A_MAPPED_BYTES:
			mapped->bytes = attr_u64(a);
			break;
		}
	}
}

static void census_part(const struct nlattr *a, struct vmlab_census *out)
{
	switch (attr_type(a)) {
	case VMLAB_A_CENSUS_TABLE:
		if (out->nr_tables < VMLAB_LEVELS_MAX)
			table_parse(a, &out->table[out->nr_tables++]);
		break;
	case VMLAB_A_CENSUS_MAPPED:
		if (out->nr_mapped < VMLAB_LEVELS_MAX)
			mapped_parse(a, &out->mapped[out->nr_mapped++]);
		break;
	}
}

static void census_parse(struct attrs attrs, struct vmlab_census *out)
{
	const struct nlattr *a;

	memset(out, 0, sizeof(*out));
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_CENSUS_PID:
			out->pid = attr_u32(a);
			break;
		case VMLAB_A_CENSUS_TABLE_BYTES:
			out->table_bytes = attr_u64(a);
			break;
		case VMLAB_A_CENSUS_ACCOUNTED_BYTES:
			out->accounted_bytes = attr_u64(a);
			break;
		case VMLAB_A_CENSUS_SWAPPED_BYTES:
			out->swapped_bytes = attr_u64(a);
			break;
		case VMLAB_A_CENSUS_SPAN_START:
			out->span_start = attr_u64(a);
			break;
		case VMLAB_A_CENSUS_SPAN_END:
			out->span_end = attr_u64(a);
			break;
		case VMLAB_A_CENSUS_FLAT_BYTES:
			out->flat_bytes = attr_u64(a);
			break;
		case VMLAB_A_CENSUS_AREA_BYTES:
			out->area_bytes = attr_u64(a);
			break;
		default:
			census_part(a, out);
		}
	}
}

int vmlab_census(struct vmlab *v, pid_t pid, struct vmlab_census *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_CENSUS);
	struct attrs attrs;
	int err;

	if (msg)
		nla_put_u32(msg, VMLAB_A_CENSUS_PID, pid);
	err = channel_do(v, msg, &attrs);
	if (!err)
		census_parse(attrs, out);
	return err;
}
