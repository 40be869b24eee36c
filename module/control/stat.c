// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_STAT_GET: the counters, by name as in /proc/vmstat. */
#include "control.h"

#include <vmlab/pcp.h>
#include <vmlab/pool.h>

static const char *const zone_names[] = {
	[VML_STAT_SPLIT] = "split",
	[VML_STAT_MERGE] = "merge",
	[VML_STAT_CLAIM] = "claim",
	[VML_STAT_STEAL] = "steal",
	[VML_STAT_REFILL] = "pcp_refill",
	[VML_STAT_DRAIN] = "pcp_drain",
	[VML_STAT_ALLOC] = "alloc",
	[VML_STAT_FREE] = "free",
	[VML_STAT_MOVE] = "compact_moved",
	[VML_STAT_UNMOVED] = "compact_unmoved",
	[VML_STAT_NUMA_HIT] = "numa_hit",
	[VML_STAT_NUMA_MISS] = "numa_miss",
	[VML_STAT_NUMA_FOREIGN] = "numa_foreign",
	[VML_STAT_INTERLEAVE_HIT] = "interleave_hit",
	[VML_STAT_LOCAL_NODE] = "local_node",
	[VML_STAT_OTHER_NODE] = "other_node",
};

static_assert(ARRAY_SIZE(zone_names) == VML_ZONE_STATS);

static const char *const alloc_names[] = {
	[VML_STAT_SLOW] = "alloc_slow",
	[VML_STAT_FAIL] = "alloc_fail",
	[VML_STAT_WAKE] = "reclaim_wake",
	[VML_STAT_COLLECT] = "pcp_collect",
	[VML_STAT_COMPACT] = "compact_direct",
	[VML_STAT_COMPACTED] = "compact_direct_success",
	[VML_STAT_SHRINK] = "slab_shrink",
	[VML_STAT_RECLAIM] = "reclaim_direct",
};

static_assert(ARRAY_SIZE(alloc_names) == VML_ALLOC_STATS);

static const char *const bug_names[] = {
	[VML_BUG_FOREIGN] = "bug_foreign",
	[VML_BUG_DOUBLE] = "bug_double",
	[VML_BUG_INSIDE] = "bug_inside",
	[VML_BUG_ORDER] = "bug_order",
	[VML_BUG_MAPPED] = "bug_mapped",
	[VML_BUG_STATE] = "bug_state",
	[VML_BUG_REFS] = "bug_refs",
	[VML_BUG_BUDDY] = "bug_buddy",
	[VML_BUG_TYPE] = "bug_type",
	[VML_BUG_LIST] = "bug_list",
	[VML_BUG_COUNT] = "bug_count",
};

static_assert(ARRAY_SIZE(bug_names) == VML_BUGS);

/**
 * enum slab_sum - what is summed up over the caches
 * @SLAB_LIVE: objects in use
 * @SLAB_CACHED: objects in magazines
 * @SLAB_FRAMES: frames that slabs have
 * @SLAB_ALLOC: objects allocated
 * @SLAB_FREE: objects freed
 * @SLAB_REFILL: magazines refilled
 * @SLAB_FLUSH: magazines flushed
 * @SLAB_GROW: slabs made
 * @SLAB_REAP: slabs given back
 * @SLAB_BUG: bugs reported
 * @SLAB_SUMS: how many there are
 */
enum slab_sum {
	SLAB_LIVE,
	SLAB_CACHED,
	SLAB_FRAMES,
	SLAB_ALLOC,
	SLAB_FREE,
	SLAB_REFILL,
	SLAB_FLUSH,
	SLAB_GROW,
	SLAB_REAP,
	SLAB_BUG,
	SLAB_SUMS
};

static const char *const slab_names[] = {
	[SLAB_LIVE] = "nr_slab_objects",
	[SLAB_CACHED] = "nr_slab_cached",
	[SLAB_FRAMES] = "nr_slab_frames",
	[SLAB_ALLOC] = "slab_alloc",
	[SLAB_FREE] = "slab_free",
	[SLAB_REFILL] = "slab_refill",
	[SLAB_FLUSH] = "slab_flush",
	[SLAB_GROW] = "slab_grow",
	[SLAB_REAP] = "slab_reap",
	[SLAB_BUG] = "bug_slab",
};

static_assert(ARRAY_SIZE(slab_names) == SLAB_SUMS);

/**
 * struct stat_answer - what fill_stat() puts
 * @node: the only node whose zones count, or NULL
 * @free: frames on free lists
 * @cached: frames on per-CPU lists
 * @stat: by &enum vml_zone_stat, sums over the zones
 * @slab: by &enum slab_sum
 */
struct stat_answer {
	const struct nlattr *node;
	u64 free;
	u64 cached;
	u64 stat[VML_ZONE_STATS];
	u64 slab[SLAB_SUMS];
};

static u64 cached_in(struct vml_zone *zone)
{
	unsigned int cpu;
	u64 cached = 0;

	for (cpu = 0; cpu < vml_pcp_cpus(); cpu++)
		cached += vml_pcp_count(zone, cpu);
	return cached;
}

static void sum_zones(struct stat_answer *a)
{
	u64 stat[VML_ZONE_STATS];
	struct vml_zone *zone;
	unsigned int i;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		if (!vml_zone_wanted(zone, a->node, NULL))
			continue;
		a->free += READ_ONCE(zone->free);
		a->cached += cached_in(zone);
		vml_pcp_stats(zone, stat);
		for (i = 0; i < VML_ZONE_STATS; i++)
			a->stat[i] += stat[i];
	}
}

static void sum_cache(struct stat_answer *a, const struct vml_cache_info *c)
{
	u64 slabs = (u64)c->slabs_full + c->slabs_partial + c->slabs_empty;
	unsigned int i;

	a->slab[SLAB_LIVE] += c->live;
	a->slab[SLAB_CACHED] += c->cached;
	a->slab[SLAB_FRAMES] += slabs << c->order;
	a->slab[SLAB_ALLOC] += c->allocs;
	a->slab[SLAB_FREE] += c->frees;
	a->slab[SLAB_REFILL] += c->refills;
	a->slab[SLAB_FLUSH] += c->flushes;
	a->slab[SLAB_GROW] += c->grown;
	a->slab[SLAB_REAP] += c->reaped;
	for (i = 0; i < VML_SLAB_ERRORS; i++)
		a->slab[SLAB_BUG] += c->errors[i];
}

static void sum_caches(struct stat_answer *a)
{
	struct vml_cache_info info;
	unsigned int i;

	for (i = 0; vml_cache_list(i, &info, 1); i++)
		sum_cache(a, &info);
}

static int put_list(struct sk_buff *skb, int attr, const char *const *names,
		    const u64 *values, unsigned int nr)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr && !err; i++)
		err = vml_put_counter(skb, attr, names[i], values[i]);
	return err;
}

/**
 * vml_put_zone_counters() - put what a zone counts
 * @skb: where to
 * @attr: the attribute, which nests a counter
 * @zone: the zone
 *
 * Return: 0 or -EMSGSIZE.
 */
int vml_put_zone_counters(struct sk_buff *skb, int attr, struct vml_zone *zone)
{
	u64 stat[VML_ZONE_STATS];

	vml_pcp_stats(zone, stat);
	return put_list(skb, attr, zone_names, stat, VML_ZONE_STATS);
}

static int put_zone(struct sk_buff *skb, struct vml_zone *zone)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_STAT_ZONE);

	if (!nest ||
	    vml_put_place(skb, VMLAB_A_ZONE_COUNTERS_NODE,
			  VMLAB_A_ZONE_COUNTERS_ZONE, zone) ||
	    vml_put_counter(skb, VMLAB_A_ZONE_COUNTERS_COUNTER, "nr_free",
			    READ_ONCE(zone->free)) ||
	    vml_put_counter(skb, VMLAB_A_ZONE_COUNTERS_COUNTER, "nr_pcp",
			    cached_in(zone)) ||
	    vml_put_zone_counters(skb, VMLAB_A_ZONE_COUNTERS_COUNTER, zone))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_alloc(struct sk_buff *skb)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < VML_ALLOC_STATS && !err; i++)
		err = vml_put_counter(skb, VMLAB_A_STAT_COUNTER, alloc_names[i],
				      vml_alloc_stat(i));
	for (i = 0; i < VML_BUGS && !err; i++)
		err = vml_put_counter(skb, VMLAB_A_STAT_COUNTER, bug_names[i],
				      vml_alloc_bugs(i));
	return err;
}

static int fill_stat(struct sk_buff *skb, const void *data)
{
	const struct stat_answer *a = data;
	struct vml_zone *zone;

	if (vml_put_counter(skb, VMLAB_A_STAT_COUNTER, "nr_free", a->free) ||
	    vml_put_counter(skb, VMLAB_A_STAT_COUNTER, "nr_pcp", a->cached) ||
	    put_list(skb, VMLAB_A_STAT_COUNTER, zone_names, a->stat,
		     VML_ZONE_STATS) ||
	    put_list(skb, VMLAB_A_STAT_COUNTER, slab_names, a->slab,
		     SLAB_SUMS) ||
	    put_alloc(skb))
		return -EMSGSIZE;
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		if (vml_zone_wanted(zone, a->node, NULL) && put_zone(skb, zone))
			return -EMSGSIZE;
	return 0;
}

int vmlab_nl_stat_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct stat_answer answer = { .node = info->attrs[VMLAB_A_STAT_NODE] };

	if (answer.node && nla_get_u32(answer.node) >= vml_zones.nr_nodes)
		return vml_refuse(skb, -ENOENT,
				  "the pool has no such node");
	sum_zones(&answer);
	sum_caches(&answer);
	return vml_reply(info, 4096, fill_stat, &answer);
}
