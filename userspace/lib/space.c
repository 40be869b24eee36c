// SPDX-License-Identifier: GPL-2.0
/* The processes that map objects, and their areas. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "spaces.h"

static const struct field space_fields[] = {
	FIELD(U32, VMLAB_A_SPACE_PID, vmlab_space, pid, 0),
	FIELD(TEXT, VMLAB_A_SPACE_COMM, vmlab_space, comm, 0),
	FIELD(U32, VMLAB_A_SPACE_AREAS, vmlab_space, areas, 0),
	FIELD(U64, VMLAB_A_SPACE_RESIDENT, vmlab_space, resident, 0),
	FIELD(U64, VMLAB_A_SPACE_TABLE_BYTES, vmlab_space, table_bytes, 0),
	FIELD(U32, VMLAB_A_SPACE_LEVELS, vmlab_space, levels, 0),
	FIELD(U32, VMLAB_A_SPACE_BITS, vmlab_space, bits, 0),
	FIELD(U32, VMLAB_A_SPACE_SLOTS, vmlab_space, slots, 0),
	FIELD(U64, VMLAB_A_SPACE_BASE, vmlab_space, base, 0),
	FIELD(U64, VMLAB_A_SPACE_SPAN, vmlab_space, span, 0),
	FIELD(U64, VMLAB_A_SPACE_HUGE, vmlab_space, huge, 0),
	FIELD(U64, VMLAB_A_SPACE_FAULTS, vmlab_space, faults, 0),
	{ 0 },
};

static const struct field table_fields[] = {
	FIELD(U32, VMLAB_A_SHADOW_TABLE_LEVEL, vmlab_shadow_table, level, 0),
	FIELD(U32, VMLAB_A_SHADOW_TABLE_TABLES, vmlab_shadow_table, tables, 0),
	FIELD(U64, VMLAB_A_SHADOW_TABLE_ENTRIES, vmlab_shadow_table, entries,
	      0),
	{ 0 },
};

static const struct field area_fields[] = {
	FIELD(U64, VMLAB_A_SHADOW_AREA_START, vmlab_space_area, start, 0),
	FIELD(U64, VMLAB_A_SHADOW_AREA_END, vmlab_space_area, end, 0),
	FIELD(U32, VMLAB_A_SHADOW_AREA_FLAGS, vmlab_space_area, flags, 0),
	FIELD(U32, VMLAB_A_SHADOW_AREA_MEMORY, vmlab_space_area, memory, 0),
	FIELD(U32, VMLAB_A_SHADOW_AREA_INDEX, vmlab_space_area, index, 0),
	FIELD(U32, VMLAB_A_SHADOW_AREA_HUGE, vmlab_space_area, huge, 0),
	FIELD(U32, VMLAB_A_SHADOW_AREA_SMALL, vmlab_space_area, small, 0),
	FIELD(U32, VMLAB_A_SHADOW_AREA_SMALL_WHY, vmlab_space_area, why, 0),
	FIELD(TEXT, VMLAB_A_SHADOW_AREA_NAME, vmlab_space_area, name, 0),
	{ 0 },
};

/* === Spaces === */

static void space_part(const struct nlattr *a, struct vmlab_space *space)
{
	switch (attr_type(a)) {
	case VMLAB_A_SPACE_TABLE:
		if (space->nr_tables < VMLAB_SHADOW_LEVELS_MAX)
			fields_parse(attr_nest(a), table_fields,
				     &space->table[space->nr_tables++], NULL);
		break;
	case VMLAB_A_SPACE_COUNTER:
		if (space->nr_counters < VMLAB_SPACE_COUNTERS_MAX)
			counter_parse(a, &space->counter[space->nr_counters++]);
		break;
	}
}

struct space_dump {
	vmlab_space_fn fn;
	void *data;
};

static int space_parse(struct attrs attrs, void *data)
{
	const struct space_dump *dump = data;
	struct vmlab_space space = { .comm = "" };
	const struct nlattr *a;

	while ((a = attr_next(&attrs))) {
		if (!field_take(space_fields, a, &space, NULL))
			space_part(a, &space);
	}
	return dump->fn(&space, dump->data);
}

int vmlab_spaces(struct vmlab *v, pid_t pid, vmlab_space_fn fn, void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_SPACE_GET);
	struct space_dump dump = { fn, data };

	if (msg && pid >= 0)
		nla_put_u32(msg, VMLAB_A_SPACE_PID, pid);
	return channel_dump(v, msg, space_parse, &dump);
}

/* === Areas === */

void space_area_parse(const struct nlattr *nest, struct vmlab_space_area *area)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	memset(area, 0, sizeof(*area));
	area->name = "";
	while ((a = attr_next(&attrs))) {
		if (field_take(area_fields, a, area, NULL) ||
		    attr_type(a) != VMLAB_A_SHADOW_AREA_COUNTER ||
		    area->nr_counters == VMLAB_SPACE_COUNTERS_MAX)
			continue;
		counter_parse(a, &area->counter[area->nr_counters++]);
	}
}

struct area_dump {
	vmlab_space_area_fn fn;
	void *data;
};

static int areas_parse(struct attrs attrs, void *data)
{
	const struct area_dump *dump = data;
	struct vmlab_space_area area;
	const struct nlattr *a;
	int stop = 0;

	while (!stop && (a = attr_next(&attrs))) {
		unsigned int type = attr_type(a);

		if (type != VMLAB_A_SPACE_AREAS_AREA &&
		    type != VMLAB_A_SPACE_AREAS_LINUX)
			continue;
		space_area_parse(a, &area);
		area.is_linux = type == VMLAB_A_SPACE_AREAS_LINUX;
		stop = dump->fn(&area, dump->data);
	}
	return stop;
}

int vmlab_space_areas(struct vmlab *v, pid_t pid, vmlab_space_area_fn fn,
		      void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_SPACE_AREA_GET);
	struct area_dump dump = { fn, data };

	if (msg)
		nla_put_u32(msg, VMLAB_A_SPACE_AREAS_PID, pid);
	return channel_dump(v, msg, areas_parse, &dump);
}
