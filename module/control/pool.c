// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_POOL_GET, VMLAB_CMD_POOL_SET, VMLAB_CMD_EXTENT_GET: what the pool is
 * made of, and how it is run.
 */
#include "session.h"

#include <vmlab/charge.h>
#include <vmlab/pcp.h>
#include <vmlab/pool.h>

static_assert(VMLAB_POOL_SOURCE_BUDDY == (int)VML_POOL_BUDDY);
static_assert(VMLAB_POOL_SOURCE_MEMMAP == (int)VML_POOL_MEMMAP);
static_assert(VMLAB_POOL_SOURCE_RESERVE_MEM == (int)VML_POOL_RESERVE_MEM);

/**
 * struct pool_answer - what fill_pool() puts
 * @nodes: how many nodes have frames
 * @managed: frames of the zones that are wanted
 * @free: of them, on free lists
 * @cached: of them, on per-CPU lists
 * @metadata: bytes that the page allocator keeps
 * @block_order: order of a page block
 */
struct pool_answer {
	u32 nodes;
	u32 managed;
	u32 free;
	u32 cached;
	u64 metadata;
	u32 block_order;
};

static u32 cached_in(struct vml_zone *zone)
{
	unsigned int cpu;
	u32 cached = 0;

	for (cpu = 0; cpu < vml_pcp_cpus(); cpu++)
		cached += vml_pcp_count(zone, cpu);
	return cached;
}

static void count_pool(struct pool_answer *a, const struct nlattr *node)
{
	struct vml_zone *zone;
	u32 seen = 0;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		seen |= BIT(zone->node);
		a->block_order = zone->block_order;
		if (!vml_zone_wanted(zone, node, NULL))
			continue;
		a->managed += zone->managed;
		a->free += READ_ONCE(zone->free);
		a->cached += cached_in(zone);
	}
	a->nodes = hweight32(seen);
	a->metadata = vml_alloc_bytes();
}

static int put_source(struct sk_buff *skb)
{
	if (nla_put_u32(skb, VMLAB_A_POOL_SOURCE, vml_pool.source) ||
	    nla_put_u32(skb, VMLAB_A_POOL_ASKED, vml_pool.asked) ||
	    nla_put_u32(skb, VMLAB_A_POOL_GOT, vml_pool.got) ||
	    nla_put_u32(skb, VMLAB_A_POOL_EXTENTS, vml_pool.nr_extents) ||
	    (vml_pool.real_nodes &&
	     nla_put_flag(skb, VMLAB_A_POOL_REAL_NODES)))
		return -EMSGSIZE;
	return 0;
}

/* While others allocate, the three counts are not of one moment. */
static int put_totals(struct sk_buff *skb, const struct pool_answer *a)
{
	u32 unused = a->free + a->cached;

	if (nla_put_u32(skb, VMLAB_A_POOL_FREE, a->free) ||
	    nla_put_u32(skb, VMLAB_A_POOL_CACHED, a->cached) ||
	    nla_put_u32(skb, VMLAB_A_POOL_USED,
			a->managed - min(unused, a->managed)))
		return -EMSGSIZE;
	return 0;
}

static int fill_pool(struct sk_buff *skb, const void *data)
{
	const struct pool_answer *a = data;

	if (put_source(skb) || put_totals(skb, a) ||
	    nla_put_u32(skb, VMLAB_A_POOL_NODES, a->nodes) ||
	    nla_put_u32(skb, VMLAB_A_POOL_NUMBERS, vml_frames.nr) ||
	    nla_put_u64_64bit(skb, VMLAB_A_POOL_DESCRIPTOR_BYTES,
			      (u64)vml_frames.nr * sizeof(*vml_frames.base),
			      VMLAB_A_POOL_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_POOL_METADATA_BYTES, a->metadata,
			      VMLAB_A_POOL_PAD) ||
	    nla_put_u32(skb, VMLAB_A_POOL_MIN_FREE, vml_zones.min_free) ||
	    nla_put_u32(skb, VMLAB_A_POOL_STRICT, vml_pool_strict()) ||
	    nla_put_u32(skb, VMLAB_A_POOL_BLOCK_ORDER, a->block_order) ||
	    nla_put_u32(skb, VMLAB_A_POOL_USER_CAP, vml_user_frames()) ||
	    nla_put_u32(skb, VMLAB_A_POOL_MAP_CAP, READ_ONCE(vml_charge_cap)))
		return -EMSGSIZE;
	return 0;
}

int vmlab_nl_pool_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct pool_answer answer = { };

	count_pool(&answer, info->attrs[VMLAB_A_POOL_NODE]);
	if (!answer.managed)
		return vml_refuse(skb, -ENOENT,
				  "the pool has no such node");
	return vml_reply(info, 512, fill_pool, &answer);
}

/* === Settings === */

static void set_zone(struct vml_zone *zone, struct nlattr **attrs)
{
	u32 high = vml_attr_u32(attrs[VMLAB_A_POOL_PCP_HIGH], zone->pcp_high);
	u32 batch = vml_attr_u32(attrs[VMLAB_A_POOL_PCP_BATCH],
				 zone->pcp_batch);

	if (attrs[VMLAB_A_POOL_PCP_HIGH] || attrs[VMLAB_A_POOL_PCP_BATCH])
		vml_pcp_set(zone, high, batch);
	else if (attrs[VMLAB_A_POOL_DRAIN])
		vml_pcp_drain_zone(zone);
}

static int check_settings(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	u32 min_free = vml_attr_u32(attrs[VMLAB_A_POOL_MIN_FREE], 0);
	u32 high = vml_attr_u32(attrs[VMLAB_A_POOL_PCP_HIGH], 0);
	u32 batch = vml_attr_u32(attrs[VMLAB_A_POOL_PCP_BATCH], 1);

	if ((attrs[VMLAB_A_POOL_MIN_FREE] || attrs[VMLAB_A_POOL_STRICT]) &&
	    (attrs[VMLAB_A_POOL_NODE] || attrs[VMLAB_A_POOL_ZONE]))
		return vml_refuse(skb, -EINVAL,
				  "min-free and strict are of the whole pool: name neither node nor zone");
	if (min_free > vml_pool.got / 2)
		return vml_refuse(skb, -EINVAL,
				  "min-free is at most half of the pool, %u frames",
				  vml_pool.got / 2);
	if (high > vml_pool.got)
		return vml_refuse(skb, -EINVAL,
				  "pcp-high is at most the pool, %u frames",
				  vml_pool.got);
	if (!batch || batch > vml_pool.got)
		return vml_refuse(skb, -EINVAL,
				  "pcp-batch is from 1 to %u frames",
				  vml_pool.got);
	if (vml_zone_any(attrs[VMLAB_A_POOL_NODE], attrs[VMLAB_A_POOL_ZONE]))
		return 0;
	return vml_refuse(skb, -ENOENT, "the pool has no such zone");
}

int vmlab_nl_pool_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct vml_zone *zone;
	int err;

	err = vml_require_admin(skb, info, "to change the pool needs CAP_SYS_ADMIN");
	if (!err)
		err = check_settings(skb, info);
	if (err)
		return err;
	err = vml_hands_take(true);
	if (err)
		return err;
	if (attrs[VMLAB_A_POOL_MIN_FREE])
		vml_zones_set_min_free(nla_get_u32(attrs[VMLAB_A_POOL_MIN_FREE]));
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		if (vml_zone_wanted(zone, attrs[VMLAB_A_POOL_NODE],
				    attrs[VMLAB_A_POOL_ZONE]))
			set_zone(zone, attrs);
	if (attrs[VMLAB_A_POOL_STRICT])
		vml_pool_set_strict(nla_get_u32(attrs[VMLAB_A_POOL_STRICT]));
	vml_hands_drop(true);
	return 0;
}

/* === Extents === */

/**
 * struct extent_dump - a dump of extents
 * @dump: what every dump has
 * @node: the only node wanted, or VML_NODES
 * @at: the next extent
 */
struct extent_dump {
	struct vml_dump dump;
	u32 node;
	unsigned int at;
};

int vmlab_nl_extent_get_start(struct netlink_callback *cb)
{
	struct nlattr *node = vml_dump_attrs(cb)[VMLAB_A_EXTENT_NODE];
	struct extent_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->node = vml_attr_u32(node, VML_NODES);
	if (node && !vml_zone_any(node, NULL)) {
		d->dump.err = -ENOENT;
		d->dump.why = "the pool has no such node";
	}
	return 0;
}

int vmlab_nl_extent_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

static int put_extent(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct vml_extent *e, bool admin)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_EXTENT_GET);

	if (!header)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VMLAB_A_EXTENT_NODE, e->node) ||
	    nla_put_u32(skb, VMLAB_A_EXTENT_ZONE, e->zone) ||
	    nla_put_u32(skb, VMLAB_A_EXTENT_FIRST,
			vml_frame_number(vml_pfn_frame(e->pfn))) ||
	    nla_put_u32(skb, VMLAB_A_EXTENT_NR, e->nr) ||
	    (admin && nla_put_u64_64bit(skb, VMLAB_A_EXTENT_PFN, e->pfn,
					VMLAB_A_EXTENT_PAD))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

int vmlab_nl_extent_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct extent_dump *d = vml_dump_get(cb);
	int err = vml_dump_error(cb);

	if (err)
		return err;
	for (; d->at < vml_pool.nr_extents; d->at++) {
		const struct vml_extent *e = &vml_pool.extents[d->at];

		if (d->node != VML_NODES && d->node != e->node)
			continue;
		if (put_extent(skb, cb, e, d->dump.admin))
			break;
	}
	return skb->len;
}
