// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Requests for frames
 *
 * A request goes through the zones that will do, in order, and takes from the
 * first that stays above its low watermark; as in Linux (mm/page_alloc.c).
 * When none does, it wakes reclaim and tries again down to the lowest
 * watermark, deeper if it cannot wait or is of high priority. Then it collects
 * what lies on per-CPU lists. At last, if it may sleep, it makes room by itself:
 * it compacts if it is for a larger block, has the slabs give back what they do
 * not use, and reclaims.
 *
 * Locking: the lock of a per-CPU list is taken before that of its zone; no two
 * of one kind are held at once. All are for process context: nothing is
 * allocated or freed in an interrupt. Ops are called without them, but for
 * the report.
 */
#include <vmlab/alloc.h>
#include <vmlab/compact.h>
#include <vmlab/pcp.h>
#include <vmlab/slab.h>

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>

/* How often a request reclaims before it fails; Linux: MAX_RECLAIM_RETRIES. */
#define RETRIES	16

static const struct vml_alloc_ops no_ops;
static const struct vml_alloc_ops *ops __read_mostly = &no_ops;
static u8 *cpu_nodes __read_mostly;
static atomic_t bugs[VML_BUGS];
static atomic64_t stats[VML_ALLOC_STATS];

/**
 * vml_alloc_set_ops() - say what higher floors do for the allocator
 * @new: stays in place until replaced; NULL for nothing
 *
 * Context: who takes ops back waits himself for those that may be in them.
 */
void vml_alloc_set_ops(const struct vml_alloc_ops *new)
{
	/* Who sees the ops in vml_alloc_get_ops() sees what they point to. */
	smp_store_release(&ops, new ? new : &no_ops);
}

/**
 * vml_alloc_get_ops() - what higher floors do for the allocator
 *
 * Return: never NULL; each of the ops may be.
 */
const struct vml_alloc_ops *vml_alloc_get_ops(void)
{
	/* Pairs with vml_alloc_set_ops(). */
	return smp_load_acquire(&ops);
}

/**
 * vml_alloc_report() - report a bug that was found, and count it
 * @bug: what it is
 * @frame: where; any pointer
 * @order: of the block, as the caller sees it
 *
 * Context: any.
 */
void vml_alloc_report(enum vml_bug bug, const struct vml_frame *frame,
		      unsigned int order)
{
	const struct vml_alloc_ops *o = vml_alloc_get_ops();

	atomic_inc(&bugs[bug]);
	if (o->report)
		o->report(bug, frame, order);
}

/**
 * vml_alloc_bugs() - how often a bug was found since the start
 * @bug: which
 */
u32 vml_alloc_bugs(enum vml_bug bug)
{
	return atomic_read(&bugs[bug]);
}

/**
 * vml_alloc_stat() - how often something happened since the start
 * @stat: what
 */
u64 vml_alloc_stat(enum vml_alloc_stat stat)
{
	return atomic64_read(&stats[stat]);
}

static void count(enum vml_alloc_stat stat)
{
	atomic64_inc(&stats[stat]);
}

/* === Allocate === */

static __always_inline struct vml_frame *
take(struct vml_zone *zone, unsigned int order, unsigned int type)
{
	struct vml_frame *frame;

	if (vml_pcp_holds(zone, order)) {
		frame = vml_pcp_take(zone, order, type);
		if (likely(frame))
			atomic_set(&frame->word,
				   vml_word_make(vml_frame_word(frame),
						 VML_USED, order, type));
	} else {
		spin_lock(&zone->lock);
		frame = vml_buddy_take(zone, order, type, VML_USED);
		zone->stat[VML_STAT_ALLOC] += !!frame;
		spin_unlock(&zone->lock);
	}
	return frame;
}

static bool is_bad(unsigned int order, u32 req)
{
	return order > VML_ORDER_MAX ||
	       (req & VML_REQ_TYPE) >= VML_REQ(0, VML_TYPES);
}

/* Not bad, nor to be counted apart, in one comparison. */
static __always_inline bool is_plain(unsigned int order, u32 req)
{
	static_assert((u32)VML_REQ_NODES > VML_REQ_TYPE);
	return order <= VML_ORDER_MAX &&
	       (req & (VML_REQ_NODES | VML_REQ_TYPE)) < VML_REQ(0, VML_TYPES);
}

/* A list that has but NULL, if there is no such zone. */
static __always_inline struct vml_zone *const *zones_for(u32 req)
{
	if (vml_zones.nr_nodes > 1 && !(req & VML_REQ_NODE))
		req |= VML_REQ_ON(cpu_nodes[raw_smp_processor_id()]);
	return vml_zones.by_place[req & VML_REQ_PLACE];
}

/**
 * vml_alloc_zones() - where a request looks for frames
 * @req: VML_REQ_*
 *
 * Context: any; without a node in @req, those of the CPU's own come first.
 * Return: the zones in order, up to a NULL; those that vml_req_allows().
 */
struct vml_zone *const *vml_alloc_zones(u32 req)
{
	return zones_for(req);
}

/**
 * vml_alloc_mark() - how far down a request may go
 * @zone: in this zone
 * @mark: that it is held to: the lowest one is not the end for all requests
 * @req: the request, VML_REQ_*
 *
 * Context: any.
 * Return: free frames that must be left, beside what vml_zone_ok() adds.
 */
u32 vml_alloc_mark(const struct vml_zone *zone, enum vml_mark mark, u32 req)
{
	u32 min = READ_ONCE(zone->marks[mark]);

	if (mark == VML_MARK_MIN && req & VML_REQ_HIGH)
		min -= min / 2;
	if (mark == VML_MARK_MIN && req & VML_REQ_ATOMIC)
		min -= min / 4;
	return min;
}

static bool may_take(struct vml_zone *zone, unsigned int order,
		     enum vml_mark mark, u32 req)
{
	if (mark == VML_MARK_MIN && req & VML_REQ_RECLAIMER)
		return true;
	return vml_zone_ok(zone, order, vml_alloc_mark(zone, mark, req),
			   vml_req_zone(req));
}

static void count_in(struct vml_zone *zone, enum vml_zone_stat stat)
{
	spin_lock(&zone->lock);
	zone->stat[stat]++;
	spin_unlock(&zone->lock);
}

/* As zone_statistics() of Linux, but that only what went astray is counted. */
static void count_node(struct vml_zone *zone, struct vml_zone *wanted, u32 req)
{
	if (zone->node != wanted->node) {
		count_in(zone, VML_STAT_NUMA_MISS);
		count_in(wanted, VML_STAT_NUMA_FOREIGN);
	} else if (req & VML_REQ_INTERLEAVE) {
		count_in(zone, VML_STAT_INTERLEAVE_HIT);
	}
	if (zone->node != cpu_nodes[raw_smp_processor_id()])
		count_in(zone, VML_STAT_OTHER_NODE);
}

static noinline struct vml_frame *
take_any(unsigned int order, u32 req, enum vml_mark mark)
{
	struct vml_zone *const *zones = zones_for(req), *wanted = NULL;
	struct vml_frame *frame;

	for (; *zones; zones++) {
		if (!vml_req_allows(req, *zones))
			continue;
		if (!wanted)
			wanted = *zones;
		if (!may_take(*zones, order, mark, req))
			continue;
		frame = take(*zones, order, vml_req_type(req));
		if (!frame)
			continue;
		if (vml_zones.nr_nodes > 1)
			count_node(*zones, wanted, req);
		return frame;
	}
	return NULL;
}

static void wake_reclaim(const struct vml_alloc_ops *o, unsigned int order,
			 u32 req)
{
	struct vml_zone *const *zones;

	if (!o->wake)
		return;
	for (zones = zones_for(req); *zones; zones++) {
		if (!vml_req_allows(req, *zones) ||
		    vml_zone_ok(*zones, order,
				READ_ONCE((*zones)->marks[VML_MARK_LOW]),
				vml_req_zone(req)))
			continue;
		count(VML_STAT_WAKE);
		o->wake(*zones, order);
	}
}

static bool compact(unsigned int order, u32 req)
{
	if (!order)
		return false;
	count(VML_STAT_COMPACT);
	if (!vml_compact_direct(order, req))
		return false;
	count(VML_STAT_COMPACTED);
	return true;
}

/* Returns whether it is worth while to try again. */
static bool make_room(const struct vml_alloc_ops *o, unsigned int order,
		      u32 req)
{
	if (compact(order, req))
		return true;
	count(VML_STAT_SHRINK);
	if (vml_slab_shrink())
		return true;
	if (!o->reclaim)
		return false;
	count(VML_STAT_RECLAIM);
	return o->reclaim(order, req);
}

static struct vml_frame *take_slowly(unsigned int order, u32 req)
{
	const struct vml_alloc_ops *o = vml_alloc_get_ops();
	struct vml_frame *frame;
	unsigned int i;

	frame = take_any(order, req, VML_MARK_LOW);
	if (frame)
		return frame;
	count(VML_STAT_SLOW);
	wake_reclaim(o, order, req);
	frame = take_any(order, req, VML_MARK_MIN);
	if (frame)
		return frame;
	for (i = 0; i <= RETRIES; i++) {
		count(VML_STAT_COLLECT);
		vml_pcp_drain_all();
		frame = take_any(order, req, VML_MARK_MIN);
		if (frame)
			return frame;
		if (!(req & VML_REQ_RECLAIM) || !make_room(o, order, req))
			break;
	}
	count(VML_STAT_FAIL);
	return NULL;
}

static __always_inline struct vml_frame *prepare(struct vml_frame *frame)
{
	frame->owner = NULL;
	frame->index = 0;
	/* Pairs with vml_frame_tryget(): the new holder's frame is whole. */
	atomic_set_release(&frame->refs, 1);
	return frame;
}

static __always_inline struct vml_frame *zeroed(struct vml_frame *frame,
						unsigned int order, u32 req)
{
	const struct vml_alloc_ops *o;

	if (!(req & VML_REQ_ZERO))
		return frame;
	o = vml_alloc_get_ops();
	if (o->zero)
		o->zero(frame, order);
	return frame;
}

/* What the first zone that comes to mind does not have. */
static noinline struct vml_frame *alloc_slowly(unsigned int order, u32 req)
{
	struct vml_frame *frame = take_slowly(order, req);

	return frame ? zeroed(prepare(frame), order, req) : NULL;
}

/**
 * vml_alloc() - allocate a block of 2^order frames
 * @order: up to VML_ORDER_MAX
 * @req: what the frames are for, VML_REQ_*
 *
 * The block has one reference, held by the caller; no maps, owner or flags.
 *
 * A request that names no node gets one of the CPU's own in the short way, so
 * that there is nothing to count: hits are what is not a miss.
 *
 * Context: process; may sleep only with VML_REQ_RECLAIM.
 * Return: its first frame; or NULL if there is none, or no such request.
 */
struct vml_frame *vml_alloc(unsigned int order, u32 req)
{
	struct vml_frame *frame;
	struct vml_zone *zone;

	if (unlikely(!is_plain(order, req)))
		return is_bad(order, req) ? NULL : alloc_slowly(order, req);
	zone = *zones_for(req);
	if (unlikely(!zone ||
		     !vml_zone_ok(zone, order,
				  READ_ONCE(zone->marks[VML_MARK_LOW]),
				  vml_req_zone(req))))
		return alloc_slowly(order, req);
	frame = take(zone, order, vml_req_type(req));
	if (unlikely(!frame))
		return alloc_slowly(order, req);
	return zeroed(prepare(frame), order, req);
}

/* === Free === */

static noinline void refuse(struct vml_frame *frame, unsigned int order)
{
	u32 word = vml_frame_valid(frame) ? vml_frame_word(frame) : 0;

	switch (vml_word_state(word)) {
	case VML_HOLE:
		vml_alloc_report(VML_BUG_FOREIGN, frame, order);
		break;
	case VML_INSIDE:
		vml_alloc_report(VML_BUG_INSIDE, frame, order);
		break;
	default:
		vml_alloc_report(VML_BUG_DOUBLE, frame, order);
	}
}

/* Only what somebody holds has an order that can be mistaken. */
static noinline void refuse_order(struct vml_frame *frame, unsigned int order)
{
	if (atomic_read(&frame->refs))
		vml_alloc_report(VML_BUG_ORDER, frame, order);
	else
		refuse(frame, order);
}

/* What can still be read wrong is given back to whoever holds it. */
static noinline void give_up(struct vml_frame *frame, unsigned int order)
{
	bool mapped = atomic_read(&frame->maps);

	atomic_set_release(&frame->refs, 1);
	vml_alloc_report(mapped ? VML_BUG_MAPPED : VML_BUG_ORDER, frame, order);
}

/**
 * vml_free() - drop a reference to a block, and free it if that was the last
 * @frame: its first frame
 * @order: of the block
 *
 * What cannot be freed is reported and left as it is, and so is a block with a
 * wrong order while others have references. Only a block in use has references,
 * so taking the last one away decides, among any number of callers at once, who
 * frees it.
 *
 * Context: process; does not sleep.
 */
void vml_free(struct vml_frame *frame, unsigned int order)
{
	struct vml_zone *zone;
	int left;
	u32 word;

	if (unlikely(!vml_frame_valid(frame)))
		return refuse(frame, order);
	if (unlikely(vml_word_order(vml_frame_word(frame)) != order))
		return refuse_order(frame, order);
	left = atomic_dec_if_positive(&frame->refs);
	if (unlikely(left < 0))
		return refuse(frame, order);
	if (left)
		return;
	/* Who had no reference may by now have one to another's block. */
	word = vml_frame_word(frame);
	if (unlikely(vml_word_order(word) != order ||
		     atomic_read(&frame->maps)))
		return give_up(frame, order);

	zone = &vml_zones.zone[vml_word_zone(word)];
	if (vml_pcp_holds(zone, order)) {
		vml_pcp_give(zone, frame, word);
	} else {
		spin_lock(&zone->lock);
		vml_buddy_give(zone, frame, order);
		zone->stat[VML_STAT_FREE]++;
		spin_unlock(&zone->lock);
	}
}

/* === Split === */

/**
 * vml_split() - make single frames of a block that is in use
 * @frame: its first frame
 * @refs: how many references there are, all of which are the caller's
 *
 * Each frame becomes a block of order 0 with one reference, the caller's, and
 * with the type, the flags and the owner of the block; its index is that of the
 * block and as far on as the frame. Freed one by one, they merge again.
 *
 * References are counted by block. So there must be none whose holder does not
 * know of this, and while there are none at all, nobody gets one: in Linux,
 * folio_ref_freeze().
 *
 * Context: process; does not sleep; takes the zone's lock. The caller sees to it
 * that nobody maps the block meanwhile.
 * Return: 0; -EBUSY if it is mapped, or has another number of references: then
 * it is left as it was.
 */
int vml_split(struct vml_frame *frame, u32 refs)
{
	struct vml_zone *zone = vml_frame_zone(frame);
	u32 word, i;

	if (atomic_read(&frame->maps) ||
	    atomic_cmpxchg(&frame->refs, refs, 0) != (int)refs)
		return -EBUSY;
	word = vml_frame_word(frame) & ~VML_WORD_KEEP;
	i = 1U << vml_word_order(word);
	word &= ~VML_WORD_ORDER;
	spin_lock(&zone->lock);
	zone->stat[VML_STAT_ALLOC] += i - 1;
	while (i--) {
		struct vml_frame *single = frame + i;

		atomic_set(&single->word, word |
			   (vml_frame_word(single) & VML_WORD_KEEP));
		single->owner = frame->owner;
		single->index = frame->index + i;
		/* Pairs with vml_frame_tryget(), as in prepare(). */
		atomic_set_release(&single->refs, 1);
	}
	spin_unlock(&zone->lock);
	return 0;
}

/* === Start and end === */

static int init_cpus(const struct vml_alloc_config *config)
{
	unsigned int cpu;
	int err = vml_pcps_init(config->nr_cpus);

	if (err)
		return err;
	cpu_nodes = kvcalloc(config->nr_cpus, 1, GFP_KERNEL);
	if (!cpu_nodes) {
		vml_pcps_fini();
		return -ENOMEM;
	}
	for (cpu = 0; cpu < config->nr_cpus; cpu++) {
		u32 node = config->cpu_node ? config->cpu_node[cpu] : cpu;

		/* On a node that there is not, all requests would fail. */
		cpu_nodes[cpu] = node % vml_zones.nr_nodes;
	}
	return 0;
}

static void release_extents(const struct vml_alloc_config *config)
{
	unsigned int i;

	for (i = 0; i < config->nr_extents; i++) {
		const struct vml_extent *e = &config->extents[i];
		struct vml_frame *frame = vml_pfn_frame(e->pfn);

		vml_buddy_release(vml_frame_zone(frame), frame, e->nr);
	}
}

/**
 * vml_alloc_init() - start the allocator with the frames of the pool
 * @config: read only meanwhile
 *
 * Context: may sleep; once.
 * Return: 0, -EINVAL, -E2BIG or -ENOMEM.
 */
int vml_alloc_init(const struct vml_alloc_config *config)
{
	int err;

	err = vml_frames_init(config->extents, config->nr_extents);
	if (err)
		return err;
	err = vml_zones_init(config->extents, config->nr_extents,
			     config->block_order);
	if (err)
		goto fini_frames;
	vml_zones_set_min_free(config->min_free);
	err = init_cpus(config);
	if (err)
		goto fini_zones;
	release_extents(config);
	return 0;

fini_zones:
	vml_zones_fini();
fini_frames:
	vml_frames_fini();
	return err;
}

/**
 * vml_alloc_bytes() - what the allocator keeps of the pool
 *
 * Context: between vml_alloc_init() and vml_alloc_fini().
 * Return: the bytes that it allocated, and those of the zones.
 */
u64 vml_alloc_bytes(void)
{
	u64 bytes = sizeof(vml_zones) + vml_frames_bytes();
	struct vml_zone *zone;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		bytes += zone->nr_blocks * sizeof(*zone->blocks) +
			 vml_pcp_cpus() * sizeof(*zone->pcps);
	return bytes + vml_pcp_cpus() * sizeof(*cpu_nodes);
}

/**
 * vml_alloc_fini() - end the allocator
 *
 * Context: may sleep; nothing is allocated or freed any more.
 * Return: how many frames somebody still held.
 */
u32 vml_alloc_fini(void)
{
	struct vml_zone *zone;
	u32 held = 0;

	vml_pcp_drain_all();
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		held += zone->managed - zone->free;
	kvfree(cpu_nodes);
	cpu_nodes = NULL;
	vml_pcps_fini();
	vml_zones_fini();
	vml_frames_fini();
	memset(bugs, 0, sizeof(bugs));
	memset(stats, 0, sizeof(stats));
	return held;
}
