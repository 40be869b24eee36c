// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_FRAMES_GET: a map of the pool. It goes from block to block rather
 * than from frame to frame, and looks without a lock: where blocks change
 * meanwhile, some frames may be counted as what they were or became.
 */
#include "control.h"

#include <vmlab/frame.h>

#include <linux/log2.h>

#define CELLS_DEFAULT	1024

/* Blocks that one part of a dump looks at, however few cells come of it. */
#define BLOCKS		BIT(17)

/* What frames are counted as; each has an attribute in a cell. */
enum kind {
	KIND_FREE,
	KIND_CACHED,
	KIND_UNMOVABLE,
	KIND_MOVABLE,
	KIND_RECLAIMABLE,
	KIND_SLAB,
	KIND_VMALLOC,
	KIND_HOLE,
	KINDS
};

static const u16 kind_attrs[KINDS] = {
	[KIND_FREE] = VMLAB_A_CELL_FREE,
	[KIND_CACHED] = VMLAB_A_CELL_CACHED,
	[KIND_UNMOVABLE] = VMLAB_A_CELL_UNMOVABLE,
	[KIND_MOVABLE] = VMLAB_A_CELL_MOVABLE,
	[KIND_RECLAIMABLE] = VMLAB_A_CELL_RECLAIMABLE,
	[KIND_SLAB] = VMLAB_A_CELL_SLAB,
	[KIND_VMALLOC] = VMLAB_A_CELL_VMALLOC,
	[KIND_HOLE] = VMLAB_A_CELL_HOLE,
};

/**
 * struct frames_dump - a dump of a map
 * @dump: what every dump has
 * @cell_frames: frames in a cell
 * @first: the first frame of the cell that is being counted
 * @at: the next frame to look at
 * @end: number after the last one
 * @nr: by kind: frames of the cell seen so far
 */
struct frames_dump {
	struct vml_dump dump;
	u32 cell_frames;
	u32 first;
	u32 at;
	u32 end;
	u32 nr[KINDS];
};

/* The fewest frames in a cell of which there are not too many. */
static u32 fit_cells(u32 first, u32 end, u32 cells)
{
	u32 size = 1;

	while (((end - 1) / size - first / size) + 1 > cells)
		size *= 2;
	return size;
}

static void read_range(struct frames_dump *d, struct nlattr **attrs)
{
	u32 nr = vml_attr_u32(attrs[VMLAB_A_FRAMES_NR], U32_MAX);

	d->first = vml_attr_u32(attrs[VMLAB_A_FRAMES_FIRST], 0);
	if (d->first >= vml_frames.nr) {
		d->dump.err = -ERANGE;
		d->dump.why = "the pool has no frame of so high a number";
	} else if (!nr) {
		d->dump.err = -EINVAL;
		d->dump.why = "the range is empty";
	}
	d->end = min_t(u64, vml_frames.nr, (u64)d->first + nr);
}

static void read_cells(struct frames_dump *d, struct nlattr **attrs)
{
	u32 size = vml_attr_u32(attrs[VMLAB_A_FRAMES_CELL_FRAMES], 0);

	if (!size)
		size = fit_cells(d->first, d->end,
				 vml_attr_u32(attrs[VMLAB_A_FRAMES_CELLS],
					      CELLS_DEFAULT));
	if (!is_power_of_2(size)) {
		d->dump.err = -EINVAL;
		d->dump.why = "the frames in a cell must be a power of two";
		return;
	}
	d->cell_frames = size;
	d->at = d->first;
}

int vmlab_nl_frames_get_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = vml_dump_attrs(cb);
	struct frames_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	read_range(d, attrs);
	if (!d->dump.err)
		read_cells(d, attrs);
	return 0;
}

int vmlab_nl_frames_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

static enum kind kind_of(u32 word)
{
	switch (vml_word_state(word)) {
	case VML_HOLE:
		return KIND_HOLE;
	case VML_FREE:
		return KIND_FREE;
	case VML_CACHED:
		return KIND_CACHED;
	}
	if (word & VML_FRAME_SLAB)
		return KIND_SLAB;
	if (word & VML_FRAME_VMALLOC)
		return KIND_VMALLOC;
	return KIND_UNMOVABLE + min_t(u32, vml_word_type(word),
				      VML_RECLAIMABLE);
}

/* Counts the rest of the block that the next frame is in, as far as wanted. */
static void count_block(struct frames_dump *d, u32 end)
{
	struct vml_frame *frame = vml_frame_at(d->at);
	u32 word = vml_frame_word(frame), first = d->at, nr;

	if (vml_word_state(word) == VML_INSIDE) {
		frame = vml_frame_head(frame);
		first = vml_frame_number(frame);
		word = vml_frame_word(frame);
	}
	/* The block may be another by now: at least one frame is counted. */
	nr = 1U << min_t(u32, vml_word_order(word), VML_ORDER_MAX);
	nr = min(max(first + nr, d->at + 1), end) - d->at;
	d->nr[kind_of(word)] += nr;
	d->at += nr;
}

static u32 cell_end(const struct frames_dump *d)
{
	u64 end = ((u64)d->first / d->cell_frames + 1) * d->cell_frames;

	return min_t(u64, end, d->end);
}

/* Returns whether the cell is complete; else this part has worked enough. */
static bool count_cell(struct frames_dump *d, u32 *budget)
{
	u32 end = cell_end(d);

	for (; d->at < end && *budget; --*budget)
		count_block(d, end);
	return d->at == end;
}

static int put_cell(struct sk_buff *skb, const struct frames_dump *d)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_FRAMES_CELL);
	unsigned int i;

	if (!nest || nla_put_u32(skb, VMLAB_A_CELL_FIRST, d->first))
		goto cancel;
	for (i = 0; i < KINDS; i++)
		if (d->nr[i] && nla_put_u32(skb, kind_attrs[i], d->nr[i]))
			goto cancel;
	nla_nest_end(skb, nest);
	return 0;

cancel:
	if (nest)
		nla_nest_cancel(skb, nest);
	return -EMSGSIZE;
}

static void put_cells(struct sk_buff *skb, struct frames_dump *d)
{
	u32 budget = BLOCKS;

	while (d->first < d->end && count_cell(d, &budget)) {
		if (put_cell(skb, d))
			return;
		d->first = d->at;
		memset(d->nr, 0, sizeof(d->nr));
		if (!(budget & 1023))
			cond_resched();
	}
}

/* A message may have no cell: then the next one is not counted yet. */
int vmlab_nl_frames_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct frames_dump *d = vml_dump_get(cb);
	void *header;
	int err;

	err = vml_dump_error(cb);
	if (err || d->first == d->end)
		return err;
	header = vml_dump_message(skb, cb, VMLAB_CMD_FRAMES_GET);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VMLAB_A_FRAMES_CELL_FRAMES, d->cell_frames)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	put_cells(skb, d);
	vml_dump_send(skb, cb, header);
	return skb->len;
}
