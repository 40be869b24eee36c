// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_ZONE_GET: the zones, their watermarks and their free lists. */
#include "control.h"

#include <vmlab/pcp.h>

/**
 * struct zone_dump - a dump of zones
 * @dump: what every dump has
 * @node: the only node wanted, or VML_NODES
 * @type: the only kind of zone wanted, or VML_ZONE_TYPES
 * @zone: the one before the next
 */
struct zone_dump {
	struct vml_dump dump;
	u32 node;
	u32 type;
	struct vml_zone *zone;
};

/* What a zone takes in a message, the CPUs apart. */
#define ZONE_SIZE	4096
#define CPU_SIZE	32

int vmlab_nl_zone_get_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = vml_dump_attrs(cb);
	struct zone_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->node = vml_attr_u32(attrs[VMLAB_A_ZONE_NODE], VML_NODES);
	d->type = vml_attr_u32(attrs[VMLAB_A_ZONE_ZONE], VML_ZONE_TYPES);
	if (!vml_zone_any(attrs[VMLAB_A_ZONE_NODE], attrs[VMLAB_A_ZONE_ZONE])) {
		d->dump.err = -ENOENT;
		d->dump.why = "the pool has no such zone";
	}
	cb->min_dump_alloc = min_t(u32, ZONE_SIZE + CPU_SIZE * vml_pcp_cpus(),
				   SZ_32K);
	return 0;
}

int vmlab_nl_zone_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

static int put_marks(struct sk_buff *skb, const struct vml_zone *zone)
{
	unsigned int type;

	if (nla_put_u32(skb, VMLAB_A_ZONE_MIN, zone->marks[VML_MARK_MIN]) ||
	    nla_put_u32(skb, VMLAB_A_ZONE_LOW, zone->marks[VML_MARK_LOW]) ||
	    nla_put_u32(skb, VMLAB_A_ZONE_HIGH, zone->marks[VML_MARK_HIGH]))
		return -EMSGSIZE;
	for (type = zone->type + 1; type < VML_ZONE_TYPES; type++) {
		struct nlattr *nest = nla_nest_start(skb, VMLAB_A_ZONE_RESERVE);

		if (!nest ||
		    nla_put_u32(skb, VMLAB_A_ZONE_RESERVE_ZONE, type) ||
		    nla_put_u32(skb, VMLAB_A_ZONE_RESERVE_FRAMES,
				zone->reserve[type]))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int put_order(struct sk_buff *skb, const struct vml_buddy_info *info,
		     unsigned int order, u32 needs)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_ZONE_ORDER);

	if (!nest || nla_put_u32(skb, VMLAB_A_ZONE_ORDER_ORDER, order) ||
	    nla_put_u32(skb, VMLAB_A_ZONE_ORDER_BLOCKS,
			vml_buddy_free_blocks(info, order)) ||
	    nla_put_u32(skb, VMLAB_A_ZONE_ORDER_UNUSABLE,
			vml_buddy_unusable(info, order)) ||
	    nla_put_s32(skb, VMLAB_A_ZONE_ORDER_FRAGMENTATION,
			vml_buddy_fragmentation(info, order)) ||
	    (needs != VML_NEEDS_NEVER &&
	     nla_put_u32(skb, VMLAB_A_ZONE_ORDER_NEEDS, needs)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_orders(struct sk_buff *skb, struct vml_zone *zone,
		      const struct vml_buddy_info *info)
{
	u32 needs[VML_ORDERS];
	unsigned int order;
	int err = 0;

	vml_buddy_needs(zone, needs);
	for (order = 0; order < VML_ORDERS && !err; order++)
		err = put_order(skb, info, order, needs[order]);
	return err;
}

static u32 count_blocks(struct vml_zone *zone, unsigned int type)
{
	u32 i, nr = 0;

	for (i = 0; i < zone->nr_blocks; i++)
		nr += READ_ONCE(zone->blocks[i]) == type;
	return nr;
}

static int put_types(struct sk_buff *skb, struct vml_zone *zone,
		     const struct vml_buddy_info *info)
{
	unsigned int type;

	for (type = 0; type < VML_TYPES; type++) {
		struct nlattr *nest = nla_nest_start(skb, VMLAB_A_ZONE_BLOCKS);

		if (!nest ||
		    nla_put_u32(skb, VMLAB_A_ZONE_BLOCKS_TYPE, type) ||
		    nla_put_u32(skb, VMLAB_A_ZONE_BLOCKS_PAGE_BLOCKS,
				count_blocks(zone, type)) ||
		    nla_put(skb, VMLAB_A_ZONE_BLOCKS_FREE,
			    sizeof(info->blocks[type]), info->blocks[type]))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int put_list(struct sk_buff *skb, unsigned int cpu, u32 frames)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_ZONE_CPU);

	if (!nest || nla_put_u32(skb, VMLAB_A_ZONE_CPU_CPU, cpu) ||
	    nla_put_u32(skb, VMLAB_A_ZONE_CPU_FRAMES, frames))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_cpus(struct sk_buff *skb, struct vml_zone *zone)
{
	unsigned int cpu;
	u32 cached = 0;

	for (cpu = 0; cpu < vml_pcp_cpus(); cpu++) {
		u32 frames = vml_pcp_count(zone, cpu);

		cached += frames;
		if (frames && put_list(skb, cpu, frames))
			return -EMSGSIZE;
	}
	if (nla_put_u32(skb, VMLAB_A_ZONE_CACHED, cached) ||
	    nla_put_u32(skb, VMLAB_A_ZONE_PCP_HIGH,
			READ_ONCE(zone->pcp_high)) ||
	    nla_put_u32(skb, VMLAB_A_ZONE_PCP_BATCH,
			READ_ONCE(zone->pcp_batch)))
		return -EMSGSIZE;
	return 0;
}

static int put_zone(struct sk_buff *skb, struct vml_zone *zone)
{
	struct vml_buddy_info info;

	vml_buddy_info(zone, &info);
	if (vml_put_place(skb, VMLAB_A_ZONE_NODE, VMLAB_A_ZONE_ZONE, zone) ||
	    nla_put_u32(skb, VMLAB_A_ZONE_MANAGED, zone->managed) ||
	    nla_put_u32(skb, VMLAB_A_ZONE_FREE, info.free) ||
	    nla_put_u32(skb, VMLAB_A_ZONE_BLOCK_ORDER, zone->block_order) ||
	    put_marks(skb, zone) || put_orders(skb, zone, &info) ||
	    put_types(skb, zone, &info) || put_cpus(skb, zone))
		return -EMSGSIZE;
	return vml_put_zone_counters(skb, VMLAB_A_ZONE_COUNTER, zone);
}

static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       struct vml_zone *zone)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_ZONE_GET);

	if (!header)
		return -EMSGSIZE;
	if (put_zone(skb, zone)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

static bool is_wanted(const struct zone_dump *d, const struct vml_zone *zone)
{
	return (d->node == VML_NODES || d->node == zone->node) &&
	       (d->type == VML_ZONE_TYPES || d->type == zone->type);
}

int vmlab_nl_zone_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct zone_dump *d = vml_dump_get(cb);
	struct vml_zone *zone;
	int err = vml_dump_error(cb);

	if (err || d->dump.done)
		return err;
	while ((zone = vml_zone_next(d->zone))) {
		if (is_wanted(d, zone) && put_message(skb, cb, zone))
			return skb->len ? skb->len : -EMSGSIZE;
		d->zone = zone;
	}
	d->dump.done = true;
	return skb->len;
}
