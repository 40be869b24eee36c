// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: when and where requests compact.
 */
#include <linux/minmax.h>

#include "compact.h"

void direct(void)
{
	struct vml_frame *frame;

	start_thin(0);
	must(vml_compact_direct(9, WAITS));
	must(mover.moved == 256);
	must(vml_compact_direct(9, WAITS));
	must(vml_compact_direct(3, WAITS));
	must(mover.moved == 256);
	frame = vml_alloc(9, ANY);
	must(frame);
	/* Too little is left above the watermark. */
	must(!vml_compact_direct(10, WAITS));
	vml_zones_set_min_free(2048);
	must(!vml_compact_direct(8, WAITS));
	must(mover.moved == 256);
	must(vml_compact_direct(8, ANY | VML_REQ_RECLAIM));
	vml_free(frame, 9);
	mover_end();
}

/* A request that may sleep compacts by itself, and takes what comes of it. */
void request(void)
{
	struct vml_frame *frame;

	start_thin(0);
	must(!vml_alloc(9, VML_REQ_USER));
	must(!mover.moved);
	frame = vml_alloc(9, WAITS);
	must(frame && mover.moved == 256);
	vml_free(frame, 9);
	mover_check();
	mover_end();
}

/* Free blocks that are large speak for reclaim, if there is any. */
void scarce(void)
{
	start_thin(8);
	mover_reclaim(true);
	must(!vml_compact_direct(9, WAITS));
	must(!mover.moved);
	mover_reclaim(false);
	must(vml_compact_direct(9, WAITS));
	mover_end();

	start_thin(2);
	mover_reclaim(true);
	must(vml_compact_direct(3, WAITS));
	must(vml_compact_direct(9, WAITS));
	mover_end();
}

void zones(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 0, .nr = 512, .zone = VML_DMA },
		{ .pfn = 512, .nr = 1024, .zone = VML_NORMAL },
		{ .pfn = 4096, .nr = 1024, .node = 1, .zone = VML_NORMAL },
	};
	struct vml_zone *zone;

	mover_start(extents, 3, 2, 9);
	vml_zones_set_min_free(0);
	must(fill(0, ANY) == 2560);
	pin(8);
	pin(512 + 8);
	pin(1024 + 8);
	thin_from(0);
	zone = &vml_zones.zone[VML_ZONE_TYPES + VML_NORMAL];
	must(!vml_compact_direct(9, WAITS | VML_REQ_ON(0) | VML_REQ_THISNODE));
	must(!vml_compact_direct(8, VML_REQ(VML_DMA, VML_MOVABLE) |
				 VML_REQ_RECLAIM | VML_REQ_ON(2)));
	must(!mover.moved && !(zone->orders[VML_MOVABLE] >> 9));
	must(vml_compact_direct(9, WAITS | VML_REQ_ON(0)));
	must(zone->orders[VML_MOVABLE] >> 9);
	/* Without a node, the one that the CPU is on. */
	standin_cpu = 1;
	must(vml_compact_direct(9, WAITS | VML_REQ_THISNODE));
	standin_cpu = 0;
	must(!vml_compact_direct(9, WAITS | VML_REQ_THISNODE));
	mover_end();
}

/* How often a request is turned away until one compacts again, in vain. */
static u32 put_off(unsigned int order)
{
	u32 before = mover.refused, times = 0;

	for (;;) {
		must(!vml_compact_direct(order, ANY | VML_REQ_RECLAIM));
		if (mover.refused != before)
			return times;
		must(++times < 100);
	}
}

void deferred(void)
{
	unsigned int i;

	start_thin(0);
	refuse(true);
	must(put_off(9) == 0);
	for (i = 1; i < 9; i++)
		must(put_off(9) == (1U << min(i, 6U)) - 1);
	/* A lower order may do better, and does not. */
	must(put_off(8) == 0);
	must(put_off(8) == 63);

	refuse(false);
	must(!vml_compact_direct(9, WAITS));
	must(compact(first_zone(), 9).largest == 9);
	/* And with success all is forgotten. */
	refuse(true);
	must(put_off(10) == 0);
	must(put_off(10) == 1);
	mover_end();
}
