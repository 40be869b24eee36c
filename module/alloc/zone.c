// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Zones
 *
 * As in Linux (mm/page_alloc.c): each zone keeps a share of min_free for those
 * that cannot wait, in proportion to its size, and wakes reclaim somewhat
 * above that. A request that could also be served from a higher zone must
 * leave more in a lower one, the larger the higher zones are: what it took
 * there, those that need the lower zone could get nowhere else.
 *
 * When a zone has too little, the lower zones of the same node are tried, and
 * then the next nodes.
 */
#include <vmlab/zone.h>

#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

struct vml_zones vml_zones;

/* For requests that name what does not exist. */
static struct vml_zone *const no_zones[1];

/* A request leaves one in so many frames of the higher zones in a lower one. */
static const u32 reserve_ratio[VML_ZONE_TYPES] = {
	[VML_DMA] = 256,
	[VML_NORMAL] = 32,
	[VML_HIGHMEM] = 1,
};

static void init_zone(struct vml_zone *zone, unsigned int number)
{
	spin_lock_init(&zone->lock);
	zone->node = number / VML_ZONE_TYPES;
	zone->type = number % VML_ZONE_TYPES;
	zone->first_block = VML_NONE;
}

/* Until the blocks are known, first_block and nr_blocks are frame numbers. */
static void add_extent(const struct vml_extent *e)
{
	struct vml_zone *zone;
	u32 first = vml_frame_number(vml_pfn_frame(e->pfn));

	zone = &vml_zones.zone[e->node * VML_ZONE_TYPES + e->zone];
	zone->managed += e->nr;
	zone->first_block = min(zone->first_block, first);
	zone->nr_blocks = first + e->nr;
	vml_zones.nr_nodes = max(vml_zones.nr_nodes, e->node + 1U);
}

/* Grouping makes sense only if a zone has some page blocks to choose from. */
static unsigned int default_block_order(void)
{
	unsigned int order = VML_ORDER_MAX - 1;
	struct vml_zone *zone;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		order = min_t(unsigned int, order,
			      ilog2(max(zone->managed / 8, 2U)));
	return order;
}

/* All page blocks are movable until somebody claims them. */
static int init_blocks(struct vml_zone *zone, unsigned int order)
{
	u32 i, last = (zone->nr_blocks - 1) >> order;

	zone->block_order = order;
	zone->first_block >>= order;
	zone->nr_blocks = last - zone->first_block + 1;
	zone->blocks = kvcalloc(zone->nr_blocks, 1, GFP_KERNEL);
	if (!zone->blocks)
		return -ENOMEM;
	for (i = 0; i < zone->nr_blocks; i++)
		zone->blocks[i] = VML_MOVABLE;
	return 0;
}

/* Adds the zones of a node, the highest first. */
static struct vml_zone **add_node(struct vml_zone **next, unsigned int node,
				  unsigned int highest)
{
	struct vml_zone *first = &vml_zones.zone[node * VML_ZONE_TYPES];
	unsigned int type;

	for (type = highest + 1; type--; )
		if (first[type].managed)
			*next++ = &first[type];
	return next;
}

static void init_list(unsigned int node, unsigned int highest)
{
	struct vml_zone **next = vml_zones.lists[node][highest];
	unsigned int i;

	add_node(vml_zones.own[node][highest], node, highest);
	for (i = 0; i < vml_zones.nr_nodes; i++)
		next = add_node(next, (node + i) % vml_zones.nr_nodes, highest);
}

static void set_place(u32 place, unsigned int node, unsigned int highest)
{
	vml_zones.by_place[place | highest] = vml_zones.lists[node][highest];
	vml_zones.by_place[place | highest | VML_REQ_THISNODE] =
		vml_zones.own[node][highest];
}

static void init_lists(void)
{
	unsigned int node, highest, place;

	for (place = 0; place <= VML_REQ_PLACE; place++)
		vml_zones.by_place[place] = no_zones;
	for (highest = 0; highest < VML_ZONE_TYPES; highest++) {
		for (node = 0; node < vml_zones.nr_nodes; node++) {
			init_list(node, highest);
			set_place(VML_REQ_ON(node) & VML_REQ_PLACE, node,
				  highest);
		}
		set_place(0, 0, highest);
	}
}

static void set_reserves(struct vml_zone *zone)
{
	struct vml_zone *higher = zone;
	u32 above = 0;
	unsigned int type;

	for (type = zone->type + 1; type < VML_ZONE_TYPES; type++) {
		above += (++higher)->managed;
		WRITE_ONCE(zone->reserve[type],
			   above / reserve_ratio[zone->type]);
	}
}

/* Frames outside HIGHMEM, or all if there are no others. */
static u32 lowmem(void)
{
	u32 low = 0, all = 0;
	struct vml_zone *zone;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		all += zone->managed;
		if (zone->type != VML_HIGHMEM)
			low += zone->managed;
	}
	return low ? low : all;
}

/*
 * HIGHMEM is needed by nobody that cannot wait, and keeps only what reclaim
 * takes at a time. No zone keeps more than half of its frames.
 */
static u32 min_mark(const struct vml_zone *zone)
{
	u32 mark;

	if (zone->type == VML_HIGHMEM)
		mark = min(clamp(zone->managed / 1024, 32U, 128U),
			   zone->managed / 16);
	else
		mark = div_u64((u64)vml_zones.min_free * zone->managed,
			       lowmem());
	return min(mark, zone->managed / 2);
}

static void set_marks(struct vml_zone *zone)
{
	u32 mark = min_mark(zone);
	u32 step = max3(mark / 4, zone->managed / 1000,
			min(zone->managed / 8, 1U));

	WRITE_ONCE(zone->marks[VML_MARK_MIN], mark);
	WRITE_ONCE(zone->marks[VML_MARK_LOW], mark + step);
	WRITE_ONCE(zone->marks[VML_MARK_HIGH], mark + 2 * step);
}

/**
 * vml_zones_set_min_free() - say how much is kept for those that cannot wait
 * @min_free: frames, over all zones but HIGHMEM; VML_NONE for what Linux would
 *	take, the square root of 16 times the size in KiB
 *
 * Sets the watermarks anew. A small pool keeps a sixteenth at most.
 *
 * Context: may race with allocations, but not with itself.
 */
void vml_zones_set_min_free(u32 min_free)
{
	struct vml_zone *zone;

	if (min_free == VML_NONE)
		min_free = min_t(u32, int_sqrt(lowmem() * 4UL * 16) / 4,
				 lowmem() / 16);
	vml_zones.min_free = min_free;
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		set_marks(zone);
}

/**
 * vml_zones_init() - sort the frames of the pool in zones
 * @extents: those that vml_frames_init() took
 * @nr: how many there are
 * @block_order: of the page blocks that have one migrate type, or 0 to choose
 *
 * The zones are empty until frames are freed into them. Watermarks are 0.
 *
 * Context: may sleep; once, after vml_frames_init().
 * Return: 0, -EINVAL, or -ENOMEM.
 */
int vml_zones_init(const struct vml_extent *extents, unsigned int nr,
		   unsigned int block_order)
{
	struct vml_zone *zone;
	unsigned int i;
	int err = 0;

	if (block_order > VML_ORDER_MAX)
		return -EINVAL;
	for (i = 0; i < VML_ZONES; i++)
		init_zone(&vml_zones.zone[i], i);
	for (i = 0; i < nr; i++)
		add_extent(&extents[i]);
	if (!block_order)
		block_order = default_block_order();
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		err = init_blocks(zone, block_order);
		if (err)
			goto fini;
		set_reserves(zone);
	}
	init_lists();
	return 0;

fini:
	vml_zones_fini();
	return err;
}

/**
 * vml_zone_next() - go through the zones that have frames
 * @zone: one of them, or NULL to begin
 *
 * Context: any.
 * Return: NULL after the last.
 */
struct vml_zone *vml_zone_next(struct vml_zone *zone)
{
	zone = zone ? zone + 1 : vml_zones.zone;
	while (zone < vml_zones.zone + VML_ZONES && !zone->managed)
		zone++;
	return zone < vml_zones.zone + VML_ZONES ? zone : NULL;
}

/**
 * vml_zones_fini() - forget all zones
 *
 * Context: may sleep; nothing uses a zone any more.
 */
void vml_zones_fini(void)
{
	unsigned int i;

	for (i = 0; i < VML_ZONES; i++)
		kvfree(vml_zones.zone[i].blocks);
	memset(&vml_zones, 0, sizeof(vml_zones));
}
