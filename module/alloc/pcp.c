// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Per-CPU lists
 *
 * Each CPU keeps some free blocks of each zone to itself, hot in its cache,
 * so that most requests touch neither the lock of the zone nor the free lists.
 * The older literature calls them quicklists. As in Linux (mm/page_alloc.c):
 * an empty list takes a batch from the zone at once; when the lists of a CPU
 * hold more than the high mark, they give a batch back. A zone that runs low
 * gets back all but a batch. Unlike Linux's, the lists are linked one way: what
 * is given back is not the coldest, but a warm request has less to do.
 *
 * A list has a lock of its own, since others drain it: when a CPU goes away,
 * and when a request finds nothing else.
 */
#include <vmlab/event.h>
#include <vmlab/pcp.h>

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

/* The same for all zones. */
static unsigned int cpus;

/* Whether a zone has free blocks below an order, which are to be used first. */
static bool has_below(const struct vml_zone *zone, unsigned int type,
		      unsigned int order)
{
	return zone->orders[type] & (BIT(order) - 1);
}

/*
 * Whether single frames would all come out of one block of an order: then that is
 * taken at once. Who hears of events is told of each.
 */
static bool is_run(const struct vml_zone *zone, unsigned int type,
		   unsigned int order)
{
	return !static_branch_unlikely(&vml_event_key) &&
	       !has_below(zone, type, order) && zone->orders[type] >> order;
}

/* Takes the frames of such a block, and puts all but the first on the list. */
static struct vml_frame *take_run(struct vml_zone *zone, struct vml_pcp *pcp,
				  u32 *first, unsigned int type,
				  unsigned int order)
{
	struct vml_frame *frame = vml_buddy_take(zone, order, type, VML_CACHED);
	u32 number = vml_frame_number(frame), nr = 1U << order, i;
	u32 word = vml_frame_word(frame) & ~VML_WORD_ORDER;

	atomic_set(&frame->word, word);
	word &= ~VML_WORD_EDGE;
	for (i = nr - 1; i; i--) {
		atomic_set(&frame[i].word, word);
		frame[i].next = *first;
		*first = number + i;
	}
	zone->stat[VML_STAT_SPLIT] += nr - 1;
	pcp->count += nr - 1;
	pcp->allocs++;
	return frame;
}

/* Takes up to @nr blocks, and puts all but the first on the list. */
static struct vml_frame *take_some(struct vml_zone *zone, struct vml_pcp *pcp,
				   u32 *first, unsigned int order,
				   unsigned int type, u32 nr)
{
	struct vml_frame *taken = vml_buddy_take(zone, order, type, VML_CACHED);
	unsigned int whole = order + ilog2(nr);

	pcp->allocs += !!taken;
	/* What is left of a larger block goes whole next time. */
	while (taken && --nr && has_below(zone, type, whole)) {
		struct vml_frame *frame;

		frame = vml_buddy_take(zone, order, type, VML_CACHED);
		if (!frame)
			break;
		frame->next = *first;
		*first = vml_frame_number(frame);
		pcp->count += 1U << order;
	}
	return taken;
}

/**
 * vml_pcp_refill() - fill a list that is empty, and take from it
 * @zone: the zone
 * @pcp: the lists of a CPU
 * @order: of the list
 * @type: of the list
 *
 * Context: pcp->lock held; takes zone->lock.
 * Return: the first frame of a block, as vml_pcp_take(); or NULL.
 */
struct vml_frame *vml_pcp_refill(struct vml_zone *zone, struct vml_pcp *pcp,
				 unsigned int order, unsigned int type)
{
	u32 *first = &pcp->first[order * VML_PCP_TYPES + type];
	u32 high = READ_ONCE(zone->pcp_high), batch = READ_ONCE(zone->pcp_batch);
	u32 room = high - min(high, pcp->count);
	u32 nr = max(min(batch, room) >> order, 1U);
	struct vml_frame *taken;

	lockdep_assert_held(&pcp->lock);
	spin_lock(&zone->lock);
	zone->stat[VML_STAT_REFILL]++;
	vml_event(VML_EVENT_REFILL, zone, VML_NONE, order, nr);
	if (!order && is_run(zone, type, ilog2(nr)))
		taken = take_run(zone, pcp, first, type, ilog2(nr));
	else
		taken = take_some(zone, pcp, first, order, type, nr);
	spin_unlock(&zone->lock);
	return taken;
}

/* Gives back until @left frames are left, from each list in turn. */
static void drain(struct vml_zone *zone, struct vml_pcp *pcp, u32 left)
{
	lockdep_assert_held(&pcp->lock);
	if (pcp->count <= left)
		return;
	spin_lock(&zone->lock);
	zone->stat[VML_STAT_DRAIN]++;
	vml_event(VML_EVENT_DRAIN, zone, VML_NONE, pcp->count - left, left);
	while (pcp->count > left) {
		unsigned int i = pcp->next++ % VML_PCP_LISTS;
		struct vml_frame *frame;

		if (pcp->first[i] == VML_NONE)
			continue;
		frame = vml_frame_at(pcp->first[i]);
		pcp->first[i] = frame->next;
		pcp->count -= 1U << (i / VML_PCP_TYPES);
		vml_buddy_give(zone, frame, i / VML_PCP_TYPES);
	}
	spin_unlock(&zone->lock);
}

/**
 * vml_pcp_trim() - give back what is too much
 * @zone: the zone
 * @pcp: the lists of a CPU
 *
 * Context: pcp->lock held; takes zone->lock.
 */
void vml_pcp_trim(struct vml_zone *zone, struct vml_pcp *pcp)
{
	u32 high = READ_ONCE(zone->pcp_high);
	u32 batch = READ_ONCE(zone->pcp_batch);

	if (pcp->count > high)
		drain(zone, pcp, high > batch ? high - batch : 0);
	if (READ_ONCE(zone->free) < READ_ONCE(zone->marks[VML_MARK_LOW]))
		drain(zone, pcp, min(high, batch));
}

/**
 * vml_pcp_set() - set the marks of the lists of a zone
 * @zone: the zone
 * @high: frames that a CPU may hold, or 0 to have no lists
 * @batch: frames that it takes or gives back at once
 *
 * What is on the lists goes back first.
 *
 * Context: may race with allocations, but not with itself.
 */
void vml_pcp_set(struct vml_zone *zone, u32 high, u32 batch)
{
	WRITE_ONCE(zone->pcp_batch, batch);
	WRITE_ONCE(zone->pcp_high, high);
	vml_pcp_drain_zone(zone);
}

/**
 * vml_pcp_set_default() - choose the marks of the lists of a zone
 * @zone: the zone
 *
 * A batch is, as in Linux, some 0.1 per cent of the zone, up to half a
 * megabyte, but 8 frames at least. All CPUs together hold an eighth of the zone
 * at most; one so small that this is nothing has no lists.
 *
 * Context: as vml_pcp_set().
 */
void vml_pcp_set_default(struct vml_zone *zone)
{
	u32 batch = clamp(zone->managed / 1024, 32U, 256U) / 4;
	u32 most = zone->managed / (8 * cpus), high;

	batch = rounddown_pow_of_two(batch + batch / 2);
	high = min(max(zone->marks[VML_MARK_LOW] / cpus, batch * 4), most);
	vml_pcp_set(zone, high, min(batch, max(high / 2, 1U)));
}

/**
 * vml_pcp_drain_zone() - empty the lists of all CPUs for a zone
 * @zone: the zone
 *
 * Context: takes the locks of the lists and of the zone.
 */
void vml_pcp_drain_zone(struct vml_zone *zone)
{
	unsigned int cpu;

	for (cpu = 0; cpu < cpus; cpu++) {
		spin_lock(&zone->pcps[cpu].lock);
		drain(zone, &zone->pcps[cpu], 0);
		spin_unlock(&zone->pcps[cpu].lock);
	}
}

/**
 * vml_pcp_drain_cpu() - empty the lists of a CPU, which has gone offline
 * @cpu: its number
 *
 * Context: takes the locks of the lists and of the zones.
 */
void vml_pcp_drain_cpu(unsigned int cpu)
{
	struct vml_zone *zone;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		spin_lock(&zone->pcps[cpu].lock);
		drain(zone, &zone->pcps[cpu], 0);
		spin_unlock(&zone->pcps[cpu].lock);
	}
}

/**
 * vml_pcp_drain_all() - empty all lists
 *
 * Context: takes the locks of the lists and of the zones.
 */
void vml_pcp_drain_all(void)
{
	struct vml_zone *zone;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		vml_pcp_drain_zone(zone);
}

/**
 * vml_pcp_count() - frames that the lists of a CPU hold
 * @zone: the zone
 * @cpu: below vml_pcp_cpus()
 *
 * Context: takes the lock of the lists.
 */
u32 vml_pcp_count(struct vml_zone *zone, unsigned int cpu)
{
	u32 count;

	spin_lock(&zone->pcps[cpu].lock);
	count = zone->pcps[cpu].count;
	spin_unlock(&zone->pcps[cpu].lock);
	return count;
}

/**
 * vml_pcp_stats() - what a zone and its per-CPU lists count
 * @zone: the zone
 * @stat: filled in, by &enum vml_zone_stat
 *
 * Context: takes the lock of the zone and those of the lists, one at a time.
 */
void vml_pcp_stats(struct vml_zone *zone, u64 stat[VML_ZONE_STATS])
{
	unsigned int cpu;

	spin_lock(&zone->lock);
	memcpy(stat, zone->stat, sizeof(zone->stat));
	spin_unlock(&zone->lock);
	for (cpu = 0; cpu < cpus; cpu++) {
		struct vml_pcp *pcp = &zone->pcps[cpu];

		spin_lock(&pcp->lock);
		stat[VML_STAT_ALLOC] += pcp->allocs;
		stat[VML_STAT_FREE] += pcp->frees;
		spin_unlock(&pcp->lock);
	}
	stat[VML_STAT_NUMA_HIT] = stat[VML_STAT_ALLOC] -
				  stat[VML_STAT_NUMA_MISS];
	stat[VML_STAT_LOCAL_NODE] = stat[VML_STAT_ALLOC] -
				    stat[VML_STAT_OTHER_NODE];
}

/**
 * vml_pcp_cpus() - how many CPUs have lists
 */
unsigned int vml_pcp_cpus(void)
{
	return cpus;
}

static void init_pcp(struct vml_pcp *pcp)
{
	unsigned int i;

	spin_lock_init(&pcp->lock);
	for (i = 0; i < VML_PCP_LISTS; i++)
		pcp->first[i] = VML_NONE;
}

/**
 * vml_pcps_init() - give each CPU empty lists in each zone
 * @nr_cpus: highest number that a CPU may have plus one
 *
 * Context: may sleep; once, after the watermarks are set.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int vml_pcps_init(unsigned int nr_cpus)
{
	struct vml_zone *zone;
	unsigned int cpu;

	if (!nr_cpus)
		return -EINVAL;
	cpus = nr_cpus;
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		zone->pcps = kvcalloc(nr_cpus, sizeof(*zone->pcps), GFP_KERNEL);
		if (!zone->pcps)
			goto fini;
		for (cpu = 0; cpu < nr_cpus; cpu++)
			init_pcp(&zone->pcps[cpu]);
		vml_pcp_set_default(zone);
	}
	return 0;

fini:
	vml_pcps_fini();
	return -ENOMEM;
}

/**
 * vml_pcps_fini() - take the lists away
 *
 * Context: may sleep; nothing is allocated or freed any more.
 */
void vml_pcps_fini(void)
{
	struct vml_zone *zone;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		kvfree(zone->pcps);
		zone->pcps = NULL;
	}
	cpus = 0;
}
