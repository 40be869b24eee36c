// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Frames from Linux's allocator
 *
 * The largest blocks first: as many as were asked for, or as can be had while a
 * share of the machine's memory stays available to the host; and of each node's,
 * where it matters from which they are. The requests neither retry nor touch the
 * reserves, so nothing is killed for them.
 *
 * Until it is known how many there are, the blocks are linked through their
 * first pages, which are ours: where memory is short, no other is needed.
 */
#include "reserve.h"

#include <linux/gfp.h>
#include <linux/list_sort.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/vmstat.h>

/* One in so many frames of the machine stays with the host. */
#define HOST_SHARE	16

/* Frames to give back between two chances for others to run. */
#define FRAMES_AT_ONCE	1024

struct blocks {
	struct list_head list;
	u32 nr;
	u32 frames;
};

static void give_back(struct page *page, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		__free_page(page + i);
		if (i % FRAMES_AT_ONCE == 0)
			cond_resched();
	}
}

/*
 * Of a single node Linux does not say what is available: what is free, and what
 * files have, in the zones that a kernel's request may be served from.
 */
static bool node_can_spare(int nid, u32 frames)
{
	struct zone *zone = NODE_DATA(nid)->node_zones;
	struct zone *end = zone + ZONE_NORMAL + 1;
	unsigned long all = 0, available = 0;

	for (; zone < end; zone++) {
		all += zone_managed_pages(zone);
		available += zone_page_state(zone, NR_FREE_PAGES) +
			     zone_page_state(zone, NR_ZONE_INACTIVE_FILE) +
			     zone_page_state(zone, NR_ZONE_ACTIVE_FILE);
	}
	return available >= all / HOST_SHARE + frames;
}

static bool host_can_spare(int nid, u32 frames)
{
	return si_mem_available() >=
	       (long)(totalram_pages() / HOST_SHARE + frames) &&
	       (nid == NUMA_NO_NODE || node_can_spare(nid, frames));
}

static bool take_block(struct blocks *blocks, int nid, unsigned int order)
{
	gfp_t gfp = GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN |
		    __GFP_NOMEMALLOC;
	struct page *page;

	if (nid != NUMA_NO_NODE)
		gfp |= __GFP_THISNODE;
	page = alloc_pages_node(nid, gfp, order);
	if (!page)
		return false;
	/* Each of them stands alone from now on. */
	split_page(page, order);
	set_page_private(page, order);
	list_add(&page->lru, &blocks->list);
	blocks->nr++;
	blocks->frames += 1U << order;
	return true;
}

/*
 * Blocks so small that there could be more of them than the pool can have runs
 * are left to the host.
 */
static unsigned int smallest_order(u32 asked)
{
	return asked > U16_MAX ? ilog2(asked / U16_MAX) + 1 : 0;
}

/* Take frames of one node of the machine; the order only ever falls. */
static void take_from(struct blocks *blocks, int nid, u32 asked,
		      unsigned int smallest)
{
	unsigned int order = min(MAX_PAGE_ORDER, VML_ORDER_MAX);
	u32 end = blocks->frames + asked;

	while (blocks->frames < end && !fatal_signal_pending(current)) {
		order = min_t(unsigned int, order, ilog2(end - blocks->frames));
		if (!host_can_spare(nid, 1U << order))
			break;
		if (!take_block(blocks, nid, order)) {
			if (order <= smallest)
				break;
			order--;
		}
		cond_resched();
	}
}

static void take_all(struct blocks *blocks, const struct vml_layout *layout,
		     u32 asked)
{
	unsigned int nr = layout->real ? layout->nodes : 1;
	unsigned int i;

	for (i = 0; i < nr; i++)
		take_from(blocks, layout->real ? layout->nids[i] : NUMA_NO_NODE,
			  asked / nr + (i < asked % nr), smallest_order(asked));
}

/* === From blocks to pieces === */

static int compare_blocks(void *unused, const struct list_head *a,
			  const struct list_head *b)
{
	unsigned long pfn_a = page_to_pfn(list_entry(a, struct page, lru));
	unsigned long pfn_b = page_to_pfn(list_entry(b, struct page, lru));

	return pfn_a < pfn_b ? -1 : 1;
}

static u8 node_of(const struct vml_layout *layout, struct page *page)
{
	unsigned int node;

	if (layout->real)
		for (node = 0; node < layout->nodes; node++)
			if (layout->nids[node] == page_to_nid(page))
				return node;
	return 0;
}

/* Blocks next to each other become one piece. */
static unsigned int join_blocks(struct blocks *blocks,
				const struct vml_layout *layout,
				struct vml_extent *pieces)
{
	struct vml_extent *next = pieces;
	struct page *page, *safe;

	list_sort(NULL, &blocks->list, compare_blocks);
	list_for_each_entry_safe(page, safe, &blocks->list, lru) {
		struct vml_extent block = {
			.pfn = page_to_pfn(page),
			.virt = page_address(page),
			.nr = 1U << page_private(page),
			.node = node_of(layout, page)
		};

		set_page_private(page, 0);
		list_del(&page->lru);
		if (next > pieces && next[-1].pfn + next[-1].nr == block.pfn &&
		    next[-1].node == block.node)
			next[-1].nr += block.nr;
		else
			*next++ = block;
	}
	return next - pieces;
}

static void give_back_blocks(struct blocks *blocks)
{
	struct page *page, *safe;

	list_for_each_entry_safe(page, safe, &blocks->list, lru) {
		u32 nr = 1U << page_private(page);

		set_page_private(page, 0);
		list_del(&page->lru);
		give_back(page, nr);
	}
}

/**
 * vml_take() - take frames from Linux's allocator
 * @layout: says from which of the machine's nodes
 * @asked: how many frames
 * @pieces: set to what was got, by rising physical number; to be freed with
 *	kvfree()
 * @nr: set to the number of pieces
 *
 * May get less than was asked for, but no less than VML_POOL_MIN.
 *
 * Context: may sleep.
 * Return: 0; -EINTR if the caller is killed meanwhile; or -ENOMEM with a message
 * in the kernel's log.
 */
int vml_take(const struct vml_layout *layout, u32 asked,
	     struct vml_extent **pieces, unsigned int *nr)
{
	struct blocks blocks = { .list = LIST_HEAD_INIT(blocks.list) };
	int err = -ENOMEM;

	take_all(&blocks, layout, asked);
	if (fatal_signal_pending(current)) {
		err = -EINTR;
		goto give_back_blocks;
	}
	if (blocks.frames < VML_POOL_MIN) {
		pr_err("the host is too full: of %ld KiB available to it, it keeps up to %lu KiB%s\n",
		       si_mem_available() * (long)(PAGE_SIZE / 1024),
		       totalram_pages() / HOST_SHARE * (PAGE_SIZE / 1024),
		       layout->real ? ", and as large a share of each node" :
				      "");
		goto give_back_blocks;
	}
	*pieces = kvcalloc(blocks.nr, sizeof(**pieces), GFP_KERNEL);
	if (!*pieces) {
		pr_err("no memory to describe %u blocks\n", blocks.nr);
		goto give_back_blocks;
	}
	*nr = join_blocks(&blocks, layout, *pieces);
	return 0;

give_back_blocks:
	give_back_blocks(&blocks);
	return err;
}

/**
 * vml_give_back() - give frames back to Linux's allocator
 * @extents: made of those that vml_take() took
 * @nr: how many extents
 *
 * Context: may sleep; nothing uses the frames any more.
 */
void vml_give_back(const struct vml_extent *extents, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		give_back(pfn_to_page(extents[i].pfn), extents[i].nr);
}
