/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_ZONE_H
#define _VMLAB_ZONE_H

#include <vmlab/frame.h>

#include <linux/compiler.h>
#include <linux/spinlock.h>

struct vml_pcp;

#define VML_ZONES	(VML_NODES * VML_ZONE_TYPES)

/*
 * What a request for frames says:
 *
 *	 1:0	&enum vml_zone_type, the highest zone that will do
 *	 5:2	number of the preferred node plus one, or 0 for the CPU's own
 *	 6	that node and no other
 *	 8:7	&enum vml_type
 *	 9	may reclaim, and so sleep
 *	10	the frames shall be zeroed
 *	11	cannot wait: a quarter of the reserve may be used
 *	12	high priority: half of the reserve may be used
 *	13	by reclaim itself: the whole reserve may be used
 *	14	by a policy that interleaves, which counts its hits
 *	31:24	a bit for each node that will do; none set for all
 */
#define VML_REQ_ZONE		GENMASK(1, 0)
#define VML_REQ_NODE		GENMASK(5, 2)
#define VML_REQ_NODE_SHIFT	2
#define VML_REQ_THISNODE	BIT(6)
#define VML_REQ_PLACE		(VML_REQ_THISNODE | VML_REQ_NODE | VML_REQ_ZONE)
#define VML_REQ_TYPE		GENMASK(8, 7)
#define VML_REQ_TYPE_SHIFT	7
#define VML_REQ_RECLAIM		BIT(9)
#define VML_REQ_ZERO		BIT(10)
#define VML_REQ_ATOMIC		BIT(11)
#define VML_REQ_HIGH		BIT(12)
#define VML_REQ_RECLAIMER	BIT(13)
#define VML_REQ_INTERLEAVE	BIT(14)
#define VML_REQ_NODES		GENMASK(31, 24)
#define VML_REQ_NODES_SHIFT	24

/* The requests that are usual, to be or-ed with the above. */
#define VML_REQ(zone, type)	((u32)(zone) | (u32)(type) << VML_REQ_TYPE_SHIFT)
#define VML_REQ_AMONG(nodes)	((u32)(nodes) << VML_REQ_NODES_SHIFT)
#define VML_REQ_KERNEL		VML_REQ(VML_NORMAL, VML_UNMOVABLE)
#define VML_REQ_USER		VML_REQ(VML_HIGHMEM, VML_MOVABLE)

/* Who names a node has it seen to that all is counted: see vml_alloc(). */
#define VML_REQ_ON(node)	((u32)((node) + 1) << VML_REQ_NODE_SHIFT | \
				 (u32)VML_REQ_NODES)

static inline unsigned int vml_req_zone(u32 req)
{
	return req & VML_REQ_ZONE;
}

static inline unsigned int vml_req_type(u32 req)
{
	return (req & VML_REQ_TYPE) >> VML_REQ_TYPE_SHIFT;
}

/**
 * enum vml_mark - watermarks of a zone, in free frames
 * @VML_MARK_MIN: what is below is for those that cannot wait
 * @VML_MARK_LOW: below, reclaim is woken
 * @VML_MARK_HIGH: above, reclaim sleeps
 * @VML_MARKS: how many there are
 */
enum vml_mark {
	VML_MARK_MIN,
	VML_MARK_LOW,
	VML_MARK_HIGH,
	VML_MARKS
};

/**
 * enum vml_zone_stat - what a zone counts
 * @VML_STAT_SPLIT: blocks split in two
 * @VML_STAT_MERGE: pairs of buddies merged
 * @VML_STAT_CLAIM: page blocks that changed their type
 * @VML_STAT_STEAL: blocks taken from another type that kept the rest
 * @VML_STAT_REFILL: per-CPU lists refilled
 * @VML_STAT_DRAIN: per-CPU lists drained
 * @VML_STAT_ALLOC: blocks allocated; those from per-CPU lists are counted there
 * @VML_STAT_FREE: blocks freed, likewise
 * @VML_STAT_MOVE: frames that compaction moved
 * @VML_STAT_UNMOVED: blocks that their holders would not move
 * @VML_STAT_NUMA_HIT: blocks allocated here for requests that wanted this node;
 *	as what follows, in the sense of Linux's numastat
 * @VML_STAT_NUMA_MISS: blocks allocated here for requests that wanted another
 * @VML_STAT_NUMA_FOREIGN: blocks allocated elsewhere though they wanted this one
 * @VML_STAT_INTERLEAVE_HIT: of the hits, those of policies that interleave
 * @VML_STAT_LOCAL_NODE: blocks allocated here by CPUs of this node
 * @VML_STAT_OTHER_NODE: blocks allocated here by CPUs of others
 * @VML_ZONE_STATS: how many there are
 */
enum vml_zone_stat {
	VML_STAT_SPLIT,
	VML_STAT_MERGE,
	VML_STAT_CLAIM,
	VML_STAT_STEAL,
	VML_STAT_REFILL,
	VML_STAT_DRAIN,
	VML_STAT_ALLOC,
	VML_STAT_FREE,
	VML_STAT_MOVE,
	VML_STAT_UNMOVED,
	VML_STAT_NUMA_HIT,
	VML_STAT_NUMA_MISS,
	VML_STAT_NUMA_FOREIGN,
	VML_STAT_INTERLEAVE_HIT,
	VML_STAT_LOCAL_NODE,
	VML_STAT_OTHER_NODE,
	VML_ZONE_STATS
};

/**
 * struct vml_free_area - the free blocks of one type and order
 * @first: number of the first if there are any; @next and @prev of the blocks'
 *	first frames link them
 * @nr: how many there are
 * @both: the two in one word, @nr above @first as x86-64 has them: split() sets
 *	lists in one store
 */
struct vml_free_area {
	union {
		struct {
			u32 first;
			u32 nr;
		};
		u64 both;
	};
};

/**
 * struct vml_zone - frames of a node that serve the same purposes
 * @managed: frames in it
 * @marks: by &enum vml_mark
 * @reserve: by highest zone of the request: frames that it must leave here
 * @pcps: by CPU, the per-CPU lists
 * @pcp_high: frames on a CPU's lists above which it gives some back, 0 for no
 *	lists at all
 * @pcp_batch: how many it gives back or takes at once
 * @blocks: by number of the page block less @first_block: its &enum vml_type
 * @first_block: number of the page block of the first frame
 * @nr_blocks: how many page blocks the zone reaches over
 * @block_order: order of a page block
 * @node: the node
 * @type: &enum vml_zone_type
 * @lock: protects what follows, @blocks, and the free frames
 * @free: frames on the free lists; read without the lock too
 * @orders: by type: bit n is set if there are free blocks of order n
 * @area: by type and order: the free blocks
 * @stat: by &enum vml_zone_stat; hits and what is local are not kept but come of
 *	the others, see vml_pcp_stats()
 * @compacting: a compaction is under way
 * @defer_order: the lowest order for which compaction failed lately
 * @defer_shift: one in 1 << this requests for such orders compacts
 * @considered: how many did not, since the last that did
 *
 * @pcp_high and @pcp_batch change at any time and are read with READ_ONCE().
 */
struct vml_zone {
	u32 managed;
	u32 marks[VML_MARKS];
	u32 reserve[VML_ZONE_TYPES];
	struct vml_pcp *pcps;
	u32 pcp_high;
	u32 pcp_batch;
	u8 *blocks;
	u32 first_block;
	u32 nr_blocks;
	u8 block_order;
	u8 node;
	u8 type;

	spinlock_t lock; /* protects what follows, see above */
	u32 free;
	u32 orders[VML_TYPES];
	struct vml_free_area area[VML_TYPES][VML_ORDERS];
	u64 stat[VML_ZONE_STATS];
	bool compacting;
	u8 defer_order;
	u8 defer_shift;
	u8 considered;
};

/**
 * struct vml_zones - all zones
 * @zone: by node * VML_ZONE_TYPES + type; empty ones have no frames
 * @lists: by node and highest zone: where to look, in order, up to a NULL
 * @own: the same without the other nodes
 * @by_place: by VML_REQ_PLACE: the list; an empty one for what does not exist,
 *	and for no node that of node 0
 * @nr_nodes: highest node with frames plus one
 * @min_free: what the lowest watermarks add up to, HIGHMEM apart
 */
struct vml_zones {
	struct vml_zone zone[VML_ZONES];
	struct vml_zone *lists[VML_NODES][VML_ZONE_TYPES][VML_ZONES + 1];
	struct vml_zone *own[VML_NODES][VML_ZONE_TYPES][VML_ZONE_TYPES + 1];
	struct vml_zone *const *by_place[VML_REQ_PLACE + 1];
	u32 nr_nodes;
	u32 min_free;
};

extern struct vml_zones vml_zones;

int vml_zones_init(const struct vml_extent *extents, unsigned int nr,
		   unsigned int block_order);
void vml_zones_fini(void);
void vml_zones_set_min_free(u32 min_free);
struct vml_zone *vml_zone_next(struct vml_zone *zone);

/**
 * vml_frame_zone() - the zone of a frame
 * @frame: not a hole
 */
static inline struct vml_zone *vml_frame_zone(const struct vml_frame *frame)
{
	return &vml_zones.zone[vml_word_zone(vml_frame_word(frame))];
}

/**
 * vml_req_allows() - whether a request may be served by a zone's node
 * @req: VML_REQ_*
 * @zone: of those where it looks for frames
 */
static inline bool vml_req_allows(u32 req, const struct vml_zone *zone)
{
	u32 nodes = req >> VML_REQ_NODES_SHIFT;

	return !nodes || nodes & BIT(zone->node);
}

/**
 * vml_zone_ok() - whether a zone may serve a request
 * @zone: the zone
 * @order: of the request
 * @mark: free frames that must be left
 * @highest: the highest zone that the request would take
 *
 * Says nothing of how the free frames hang together.
 *
 * Context: any; without the lock a guess, as everywhere in Linux.
 */
static inline bool vml_zone_ok(struct vml_zone *zone, unsigned int order,
			       u32 mark, unsigned int highest)
{
	return READ_ONCE(zone->free) >=
	       mark + READ_ONCE(zone->reserve[highest]) + (1U << order);
}

#endif /* _VMLAB_ZONE_H */
