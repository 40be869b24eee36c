// SPDX-License-Identifier: GPL-2.0
/* The frames that vmlab holds: all of them, their extents and their zones. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"

static const struct field pool_fields[] = {
	FIELD(U32, VMLAB_A_POOL_SOURCE, vmlab_pool, source, 0),
	FIELD(U32, VMLAB_A_POOL_ASKED, vmlab_pool, asked, 0),
	FIELD(U32, VMLAB_A_POOL_GOT, vmlab_pool, got, 0),
	FIELD(U32, VMLAB_A_POOL_EXTENTS, vmlab_pool, extents, 0),
	FIELD(U32, VMLAB_A_POOL_NODES, vmlab_pool, nodes, 0),
	FIELD(FLAG, VMLAB_A_POOL_REAL_NODES, vmlab_pool, real_nodes, 0),
	FIELD(U32, VMLAB_A_POOL_NUMBERS, vmlab_pool, numbers, 0),
	FIELD(U64, VMLAB_A_POOL_DESCRIPTOR_BYTES, vmlab_pool,
	      descriptor_bytes, 0),
	FIELD(U64, VMLAB_A_POOL_METADATA_BYTES, vmlab_pool, metadata_bytes, 0),
	FIELD(U32, VMLAB_A_POOL_MIN_FREE, vmlab_pool, min_free, 0),
	FIELD(U32, VMLAB_A_POOL_STRICT, vmlab_pool, strict, 0),
	FIELD(U32, VMLAB_A_POOL_FREE, vmlab_pool, free, 0),
	FIELD(U32, VMLAB_A_POOL_CACHED, vmlab_pool, cached, 0),
	FIELD(U32, VMLAB_A_POOL_USED, vmlab_pool, used, 0),
	FIELD(U32, VMLAB_A_POOL_BLOCK_ORDER, vmlab_pool, block_order, 0),
	FIELD(U32, VMLAB_A_POOL_USER_CAP, vmlab_pool, user_cap, 0),
	FIELD(U32, VMLAB_A_POOL_MAP_CAP, vmlab_pool, map_cap, 0),
	{ 0 },
};

int vmlab_pool(struct vmlab *v, struct vmlab_pool *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_POOL_GET);
	struct attrs attrs;
	int err = channel_do(v, msg, &attrs);

	if (err)
		return err;
	memset(out, 0, sizeof(*out));
	fields_parse(attrs, pool_fields, out, NULL);
	return 0;
}

static void put_tune(struct nl_msg *msg, const struct vmlab_tune *tune)
{
	if (tune->has & VMLAB_HAS_NODE)
		nla_put_u32(msg, VMLAB_A_POOL_NODE, tune->node);
	if (tune->has & VMLAB_HAS_ZONE)
		nla_put_u32(msg, VMLAB_A_POOL_ZONE, tune->zone);
	if (tune->set_min_free)
		nla_put_u32(msg, VMLAB_A_POOL_MIN_FREE, tune->min_free);
	if (tune->set_pcp_high)
		nla_put_u32(msg, VMLAB_A_POOL_PCP_HIGH, tune->pcp_high);
	if (tune->set_pcp_batch)
		nla_put_u32(msg, VMLAB_A_POOL_PCP_BATCH, tune->pcp_batch);
	if (tune->drain)
		nla_put_flag(msg, VMLAB_A_POOL_DRAIN);
	if (tune->set_strict)
		nla_put_u32(msg, VMLAB_A_POOL_STRICT, tune->strict);
}

int vmlab_pool_set(struct vmlab *v, const struct vmlab_tune *tune)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_POOL_SET);

	if (msg)
		put_tune(msg, tune);
	return channel_tell(v, msg);
}

struct extent_dump {
	vmlab_extent_fn fn;
	void *data;
};

static const struct field extent_fields[] = {
	FIELD(U32, VMLAB_A_EXTENT_NODE, vmlab_extent, node, 0),
	FIELD(U32, VMLAB_A_EXTENT_ZONE, vmlab_extent, zone, 0),
	FIELD(U32, VMLAB_A_EXTENT_FIRST, vmlab_extent, first, 0),
	FIELD(U32, VMLAB_A_EXTENT_NR, vmlab_extent, nr, 0),
	FIELD(U64, VMLAB_A_EXTENT_PFN, vmlab_extent, pfn, VMLAB_HAS_PFN),
	{ 0 },
};

static int extent_parse(struct attrs attrs, void *data)
{
	const struct extent_dump *dump = data;
	struct vmlab_extent extent = { 0 };

	fields_parse(attrs, extent_fields, &extent, &extent.has);
	return dump->fn(&extent, dump->data);
}

int vmlab_extents(struct vmlab *v, vmlab_extent_fn fn, void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_EXTENT_GET);
	struct extent_dump dump = { fn, data };

	return channel_dump(v, msg, extent_parse, &dump);
}

static const struct field zone_fields[] = {
	FIELD(U32, VMLAB_A_ZONE_NODE, vmlab_zone, node, 0),
	FIELD(U32, VMLAB_A_ZONE_ZONE, vmlab_zone, zone, 0),
	FIELD(U32, VMLAB_A_ZONE_MANAGED, vmlab_zone, managed, 0),
	FIELD(U32, VMLAB_A_ZONE_FREE, vmlab_zone, free, 0),
	FIELD(U32, VMLAB_A_ZONE_CACHED, vmlab_zone, cached, 0),
	FIELD(U32, VMLAB_A_ZONE_MIN, vmlab_zone, min, 0),
	FIELD(U32, VMLAB_A_ZONE_LOW, vmlab_zone, low, 0),
	FIELD(U32, VMLAB_A_ZONE_HIGH, vmlab_zone, high, 0),
	FIELD(U32, VMLAB_A_ZONE_BLOCK_ORDER, vmlab_zone, block_order, 0),
	FIELD(U32, VMLAB_A_ZONE_PCP_HIGH, vmlab_zone, pcp_high, 0),
	FIELD(U32, VMLAB_A_ZONE_PCP_BATCH, vmlab_zone, pcp_batch, 0),
	{ 0 },
};

static const struct field order_fields[] = {
	FIELD(U32, VMLAB_A_ZONE_ORDER_BLOCKS, vmlab_order, blocks, 0),
	FIELD(U32, VMLAB_A_ZONE_ORDER_UNUSABLE, vmlab_order, unusable, 0),
	FIELD(U32, VMLAB_A_ZONE_ORDER_FRAGMENTATION, vmlab_order,
	      fragmentation, 0),
	FIELD(U32, VMLAB_A_ZONE_ORDER_NEEDS, vmlab_order, needs,
	      VMLAB_HAS_NEEDS),
	{ 0 },
};

static const struct field cpu_fields[] = {
	FIELD(U32, VMLAB_A_ZONE_CPU_CPU, vmlab_cpu, cpu, 0),
	FIELD(U32, VMLAB_A_ZONE_CPU_FRAMES, vmlab_cpu, frames, 0),
	{ 0 },
};

/* What a nest says it is about: the u32 of type @key, or something too large. */
static __u32 nest_key(const struct nlattr *nest, unsigned int key)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	while ((a = attr_next(&attrs))) {
		if (attr_type(a) == key)
			return attr_u32(a);
	}
	return ~0U;
}

static void reserve_parse(const struct nlattr *nest, struct vmlab_zone *zone)
{
	__u32 type = nest_key(nest, VMLAB_A_ZONE_RESERVE_ZONE);

	if (type < VMLAB_ZONE_TYPES)
		zone->reserve[type] = nest_key(nest,
					       VMLAB_A_ZONE_RESERVE_FRAMES);
}

static void order_parse(const struct nlattr *nest, struct vmlab_zone *zone)
{
	__u32 order = nest_key(nest, VMLAB_A_ZONE_ORDER_ORDER);

	if (order < VMLAB_ORDERS)
		fields_parse(attr_nest(nest), order_fields,
			     &zone->order[order], &zone->order[order].has);
}

static void blocks_parse(const struct nlattr *nest, struct vmlab_zone *zone)
{
	__u32 type = nest_key(nest, VMLAB_A_ZONE_BLOCKS_TYPE);
	const struct field fields[] = {
		{ VMLAB_A_ZONE_BLOCKS_FREE, FIELD_ORDERS, 0, 0 },
		{ 0 },
	};

	if (type >= VMLAB_MIGRATE_TYPES)
		return;
	zone->page_blocks[type] = nest_key(nest,
					   VMLAB_A_ZONE_BLOCKS_PAGE_BLOCKS);
	fields_parse(attr_nest(nest), fields, zone->blocks[type], NULL);
}

static void zone_part(const struct nlattr *a, struct vmlab_zone *zone)
{
	switch (attr_type(a)) {
	case VMLAB_A_ZONE_RESERVE:
		reserve_parse(a, zone);
		break;
	case VMLAB_A_ZONE_ORDER:
		order_parse(a, zone);
		break;
	case VMLAB_A_ZONE_BLOCKS:
		blocks_parse(a, zone);
		break;
	case VMLAB_A_ZONE_CPU:
		if (zone->nr_cpus < VMLAB_CPUS_MAX)
			fields_parse(attr_nest(a), cpu_fields,
				     &zone->cpu[zone->nr_cpus++], NULL);
		break;
	case VMLAB_A_ZONE_COUNTER:
		if (zone->nr_counters < VMLAB_COUNTERS_MAX)
			counter_parse(a, &zone->counter[zone->nr_counters++]);
		break;
	}
}

struct zone_dump {
	vmlab_zone_fn fn;
	void *data;
};

static int zone_parse(struct attrs attrs, void *data)
{
	const struct zone_dump *dump = data;
	struct vmlab_zone zone = { 0 };
	const struct nlattr *a;

	while ((a = attr_next(&attrs))) {
		if (!field_take(zone_fields, a, &zone, NULL))
			zone_part(a, &zone);
	}
	return dump->fn(&zone, dump->data);
}

int vmlab_zones(struct vmlab *v, vmlab_zone_fn fn, void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_ZONE_GET);
	struct zone_dump dump = { fn, data };

	return channel_dump(v, msg, zone_parse, &dump);
}
