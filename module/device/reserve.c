// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The frames of the pool
 *
 * Taken at load, from Linux's allocator or out of memory set aside at boot, as
 * the parameters say; and given back at unload. Nothing but these frames is
 * ever touched.
 */
#include "reserve.h"

#include <vmlab/pool.h>
#include <vmlab/zone.h>

#include <linux/bitops.h>
#include <linux/ctype.h>
#include <linux/moduleparam.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/topology.h>

#define FRAMES_DEFAULT	(64 << (20 - VML_FRAME_SHIFT))

static char *pool;
module_param(pool, charp, 0444);
MODULE_PARM_DESC(pool, "size of the pool, from 64K; K, M, G or T may follow (default 64M, or what zones= adds up to)");

static char *pool_phys;
module_param(pool_phys, charp, 0444);
MODULE_PARM_DESC(pool_phys, "memory set aside at boot: its address after memmap=, its name after reserve_mem=");

static char *zones;
module_param(zones, charp, 0444);
MODULE_PARM_DESC(zones, "sizes of the zones, as dma:4M,normal:48M,highmem:12M (default 1/16, 12/16 and 3/16 of the pool)");

static unsigned int nodes;
module_param(nodes, uint, 0444);
MODULE_PARM_DESC(nodes, "nodes to divide the pool in, up to 8 (default as many as the machine has, if the DMA zone fits in one)");

static struct vml_layout layout;

/* The nodes that have frames: one of the machine's may have had none to spare. */
static unsigned long full_nodes;

/* Sets the frames to what the user wants, or to 0 if he does not say. */
static int parse_sizes(u32 *frames)
{
	u32 in_zones;
	u64 bytes;
	int err;

	err = vml_layout_parse(&layout, zones, &in_zones);
	if (err)
		return err;
	*frames = in_zones;
	if (!pool)
		return 0;
	err = vml_size_parse("pool", pool, &bytes);
	if (err)
		return err;
	bytes >>= VML_FRAME_SHIFT;
	if (bytes < VML_POOL_MIN || bytes > VML_FRAMES_MAX) {
		pr_err("pool=%s: not between 64K, which is 16 frames, and 4T\n",
		       pool);
		return -EINVAL;
	}
	if (zones && bytes != in_zones) {
		pr_err("pool=%s is %llu frames, but zones=%s is %u in all\n",
		       pool, bytes, zones, in_zones);
		return -EINVAL;
	}
	*frames = bytes;
	return 0;
}

static int choose_source(u32 frames)
{
	int err;

	vml_pool.source = VML_POOL_BUDDY;
	if (pool_phys && !isdigit(*pool_phys)) {
		vml_pool.source = VML_POOL_RESERVE_MEM;
		err = vml_aside_name(pool_phys, &frames);
		if (err)
			return err;
	}
	vml_pool.asked = frames ? frames : FRAMES_DEFAULT;
	if (pool_phys && isdigit(*pool_phys)) {
		vml_pool.source = VML_POOL_MEMMAP;
		return vml_aside_address(pool_phys, vml_pool.asked);
	}
	return 0;
}

/*
 * Each node of the pool is on one of the machine's, if there are enough and the
 * frames are taken from there. A single one may be anywhere. Memory of Linux's
 * movable zone is for others: a node that has no other does not count.
 */
static int choose_nodes(void)
{
	unsigned int nr = 0;
	int nid;

	if (nodes > VML_NODES) {
		pr_err("nodes=%u: not between 1 and %u\n", nodes, VML_NODES);
		return -EINVAL;
	}
	for_each_node_state(nid, N_NORMAL_MEMORY)
		if (nr < VML_NODES)
			layout.nids[nr++] = nid;
	if (vml_pool.source != VML_POOL_BUDDY)
		nr = 1;
	layout.nodes = nodes;
	if (!nodes)
		layout.nodes = vml_layout_fits(&layout, nr) ? nr : 1;
	layout.real = layout.nodes > 1 && layout.nodes <= nr;
	if (vml_layout_fits(&layout, layout.nodes))
		return 0;
	pr_err("zones=: dma is on node 0 alone and larger than one of %u nodes\n",
	       nodes);
	return -EINVAL;
}

static int parse_parameters(void)
{
	u32 frames;
	int err;

	err = parse_sizes(&frames);
	if (err)
		return err;
	if (frames && frames < VML_POOL_MIN) {
		pr_err("zones=%s: fewer than %u frames in all\n", zones,
		       VML_POOL_MIN);
		return -EINVAL;
	}
	err = choose_source(frames);
	if (err)
		return err;
	return choose_nodes();
}

static void give_back(const struct vml_extent *extents, unsigned int nr)
{
	if (vml_pool.source == VML_POOL_BUDDY)
		vml_give_back(extents, nr);
	else
		vml_aside_give_back();
}

static u32 zone_frames(unsigned int node, unsigned int zone)
{
	u32 frames = 0;
	unsigned int i;

	for (i = 0; i < vml_pool.nr_extents; i++)
		if (vml_pool.extents[i].node == node &&
		    vml_pool.extents[i].zone == zone)
			frames += vml_pool.extents[i].nr;
	return frames;
}

static void announce(void)
{
	static const char *const sources[] = {
		[VML_POOL_BUDDY] = "from Linux's allocator",
		[VML_POOL_MEMMAP] = "set aside by memmap=",
		[VML_POOL_RESERVE_MEM] = "set aside by reserve_mem=",
	};
	unsigned int node;

	if (vml_pool.got < vml_pool.asked)
		pr_warn("asked for %u frames, got %u: %s can spare no more\n",
			vml_pool.asked, vml_pool.got,
			layout.real ? "a node of the host" : "the host");
	pr_info("pool of %u frames %s, %u extent%s, %u %snode%s\n",
		vml_pool.got, sources[vml_pool.source], vml_pool.nr_extents,
		vml_pool.nr_extents > 1 ? "s" : "", layout.nodes,
		layout.real ? "real " : "", layout.nodes > 1 ? "s" : "");
	for (node = 0; node < layout.nodes; node++)
		pr_info("node %u: dma %u, normal %u, highmem %u frames\n", node,
			zone_frames(node, VML_DMA),
			zone_frames(node, VML_NORMAL),
			zone_frames(node, VML_HIGHMEM));
}

/**
 * vml_reserve() - take the frames of the pool, as the parameters say
 *
 * Describes them in vml_pool. What is wrong stands in the kernel's log.
 *
 * Context: may sleep; once.
 * Return: 0; -EINVAL for parameters that make no sense or memory that is not
 * set aside; -ENXIO for a name that is not known; -EBUSY for memory in use;
 * -ENOMEM if the host is too full; -EINTR if the caller is killed, which needs
 * no word.
 */
int vml_reserve(void)
{
	struct vml_extent *pieces, *extents;
	unsigned int i, nr = 1;
	int err;

	err = parse_parameters();
	if (err)
		return err;
	if (vml_pool.source == VML_POOL_BUDDY)
		err = vml_take(&layout, vml_pool.asked, &pieces, &nr);
	else
		err = vml_aside_take(&pieces);
	if (err)
		return err;
	extents = kvcalloc(nr + VML_ZONES, sizeof(*extents), GFP_KERNEL);
	if (!extents) {
		pr_err("no memory to describe %u pieces\n", nr);
		give_back(pieces, nr);
		kvfree(pieces);
		return -ENOMEM;
	}
	vml_pool.extents = extents;
	vml_pool.nr_extents = vml_layout_cut(&layout, pieces, nr, extents);
	vml_pool.real_nodes = layout.real;
	vml_pool.got = 0;
	full_nodes = 0;
	for (i = 0; i < vml_pool.nr_extents; i++) {
		vml_pool.got += extents[i].nr;
		full_nodes |= BIT(extents[i].node);
	}
	kvfree(pieces);
	announce();
	return 0;
}

/**
 * vml_unreserve() - give all frames back
 *
 * Context: may sleep; nothing uses a frame any more.
 */
void vml_unreserve(void)
{
	give_back(vml_pool.extents, vml_pool.nr_extents);
	kvfree(vml_pool.extents);
	vml_pool = (struct vml_pool) { };
}

/**
 * vml_reserve_nearest() - the node of the pool nearest to one of the machine
 * @nid: the machine's, or NUMA_NO_NODE
 *
 * Only where the pool's nodes are real.
 *
 * Return: one that has frames.
 */
u8 vml_reserve_nearest(int nid)
{
	unsigned int node, nearest = __ffs(full_nodes);

	if (nid == NUMA_NO_NODE)
		return nearest;
	for_each_set_bit(node, &full_nodes, layout.nodes)
		if (node_distance(nid, layout.nids[node]) <
		    node_distance(nid, layout.nids[nearest]))
			nearest = node;
	return nearest;
}

/**
 * vml_reserve_on() - the nodes of the pool that are on one of the machine's
 * @nid: the machine's
 *
 * Only where the pool's nodes are real.
 *
 * Return: a bit for each that has frames.
 */
u8 vml_reserve_on(int nid)
{
	unsigned int node;
	u8 nodes = 0;

	for_each_set_bit(node, &full_nodes, layout.nodes)
		if (layout.nids[node] == nid)
			nodes |= BIT(node);
	return nodes;
}
