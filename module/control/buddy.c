// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_BUDDY_ALLOC, VMLAB_CMD_BUDDY_FREE: blocks of frames by hand. */
#include "session.h"
#include "trace.h"

#include <vmlab/alloc.h>
#include <vmlab/buddy.h>
#include <vmlab/pool.h>

static_assert(VMLAB_ORDER_MAX == VML_ORDER_MAX);
static_assert(VMLAB_ZONE_TYPE_HIGHMEM + 1 == (int)VML_ZONE_TYPES);
static_assert(VMLAB_MIGRATE_TYPE_RECLAIMABLE + 1 == (int)VML_TYPES);

/**
 * struct block - a block that a request allocates or frees
 * @order: of it
 * @req: what is asked for
 * @frame: number of its first frame
 * @pfn: physical number of that, if it may be shown
 * @handle: by which it is held
 * @zone: where it is
 * @trace: the steps, if they are asked for
 */
struct block {
	unsigned int order;
	u32 req;
	u32 frame;
	u64 pfn;
	u32 handle;
	struct vml_zone *zone;
	struct vml_trace *trace;
};

/* With or without a trace; alone for the former. */
static int begin(struct vml_hand *hand, struct sk_buff *skb,
		 struct genl_info *info, unsigned int how, struct block *b)
{
	int err;

	if (info->attrs[VMLAB_A_BUDDY_TRACE]) {
		b->trace = vml_trace_new();
		if (!b->trace)
			return -ENOMEM;
		how |= VML_HAND_ALONE;
	}
	err = vml_hand_begin(hand, skb, info, VMLAB_A_BUDDY_SESSION, how);
	if (err)
		vml_trace_free(b->trace);
	return err;
}

/* === Allocate === */

static int read_request(struct genl_info *info, struct block *b)
{
	static const struct {
		u32 flag;
		u32 req;
	} bits[] = {
		{ VMLAB_ALLOC_FLAG_THIS_NODE,	VML_REQ_THISNODE },
		{ VMLAB_ALLOC_FLAG_RECLAIM,	VML_REQ_RECLAIM },
		{ VMLAB_ALLOC_FLAG_ZERO,	VML_REQ_ZERO },
		{ VMLAB_ALLOC_FLAG_ATOMIC,	VML_REQ_ATOMIC },
		{ VMLAB_ALLOC_FLAG_HIGH,	VML_REQ_HIGH },
	};
	struct nlattr **attrs = info->attrs;
	u32 flags = vml_attr_u32(attrs[VMLAB_A_BUDDY_FLAGS], 0);
	u32 type = vml_attr_u32(attrs[VMLAB_A_BUDDY_TYPE], VML_UNMOVABLE);
	size_t i;

	b->order = vml_attr_u32(attrs[VMLAB_A_BUDDY_ORDER], 0);
	b->req = VML_REQ(vml_attr_u32(attrs[VMLAB_A_BUDDY_ZONE], VML_NORMAL),
			 type);
	for (i = 0; i < ARRAY_SIZE(bits); i++)
		if (flags & bits[i].flag)
			b->req |= bits[i].req;
	if (attrs[VMLAB_A_BUDDY_NODE]) {
		u32 node = nla_get_u32(attrs[VMLAB_A_BUDDY_NODE]);

		if (node >= vml_zones.nr_nodes) {
			NL_SET_ERR_MSG_ATTR(info->extack,
					    attrs[VMLAB_A_BUDDY_NODE],
					    "the pool has no such node");
			return -EINVAL;
		}
		b->req |= VML_REQ_ON(node);
	}
	return 0;
}

/* Looked at after the fact: what others do meanwhile may make it wrong. */
static int say_why(struct vml_hand *hand, const struct block *b)
{
	struct vml_zone *const *zones = vml_alloc_zones(b->req);
	u32 free = 0, ok = 0;

	if (!*zones)
		return vml_hand_refuse(hand, -ENOMEM,
				       "there is no zone for such a request");
	for (; *zones; zones++) {
		free += READ_ONCE((*zones)->free);
		if (vml_zone_ok(*zones, b->order,
				vml_alloc_mark(*zones, VML_MARK_MIN, b->req),
				vml_req_zone(b->req)))
			ok++;
	}
	if (!ok)
		return vml_hand_refuse(hand, -ENOMEM,
				       "%u frames are free, but no zone that will do stays above its watermark and its reserve with %u less",
				       free, 1U << b->order);
	return vml_hand_refuse(hand, -ENOMEM,
			       "fragmented: %u frames are free in the zones that will do, but no block of order %u",
			       free, b->order);
}

static struct vml_frame *alloc_traced(const struct block *b)
{
	struct vml_frame *frame;

	if (b->trace)
		vml_trace_start(b->trace);
	frame = vml_alloc(b->order, b->req);
	if (b->trace)
		vml_trace_stop();
	return frame;
}

static int alloc_block(struct vml_hand *hand, struct block *b)
{
	struct vml_frame *frame;
	struct vml_held *held;
	int err;

	held = vml_held_prepare(hand, VMLAB_HELD_KIND_FRAMES, 1U << b->order,
				&err);
	if (!held)
		return err;
	frame = alloc_traced(b);
	if (!frame) {
		vml_held_cancel(held);
		return say_why(hand, b);
	}
	held->frame = frame;
	held->order = b->order;
	held->movable = vml_req_type(b->req) == VML_MOVABLE;
	b->frame = vml_frame_number(frame);
	b->pfn = vml_frame_pfn(frame);
	b->zone = vml_frame_zone(frame);
	err = vml_held_add(held, &b->handle);
	if (err) {
		vml_held_cancel(held);
		vml_free(frame, b->order);
	}
	return err;
}

/**
 * struct block_answer - what fill_block() puts
 * @block: the block
 * @admin: its physical number may be shown
 */
struct block_answer {
	const struct block *block;
	bool admin;
};

static int fill_block(struct sk_buff *skb, const void *data)
{
	const struct block_answer *a = data;
	const struct block *b = a->block;

	if (nla_put_u32(skb, VMLAB_A_BUDDY_ORDER, b->order) ||
	    nla_put_u32(skb, VMLAB_A_BUDDY_FRAME, b->frame) ||
	    nla_put_u32(skb, VMLAB_A_BUDDY_HANDLE, b->handle) ||
	    vml_put_place(skb, VMLAB_A_BUDDY_NODE, VMLAB_A_BUDDY_ZONE,
			  b->zone) ||
	    (a->admin && nla_put_u64_64bit(skb, VMLAB_A_BUDDY_PFN, b->pfn,
					   VMLAB_A_BUDDY_PAD)))
		return -EMSGSIZE;
	return vml_put_trace(skb, b->trace);
}

int vmlab_nl_buddy_alloc_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct block b = { };
	struct block_answer answer = { .block = &b };
	struct vml_hand hand;
	int err;

	err = read_request(info, &b);
	if (!err)
		err = begin(&hand, skb, info, VML_HAND_CREATE, &b);
	if (err)
		return err;
	answer.admin = hand.admin;
	err = vml_hand_end(&hand, alloc_block(&hand, &b));
	if (!err)
		err = vml_reply(info, 128 + vml_trace_size(b.trace),
				fill_block, &answer);
	vml_trace_free(b.trace);
	return err;
}

/* === Free === */

static void free_traced(struct vml_frame *frame, const struct block *b)
{
	if (b->trace)
		vml_trace_start(b->trace);
	vml_free(frame, b->order);
	if (b->trace)
		vml_trace_stop();
}

static int not_yours(struct vml_hand *hand, struct vml_frame *frame)
{
	u32 number = vml_frame_number(frame);
	u32 state = vml_word_state(vml_frame_word(frame));

	switch (state) {
	case VML_HOLE:
		return vml_hand_refuse(hand, -ENOENT,
				       "%u is a hole: the pool has no such frame",
				       number);
	case VML_INSIDE:
		return vml_hand_refuse(hand, -EINVAL,
				       "frame %u is inside the block that begins at frame %u",
				       number,
				       vml_frame_number(vml_frame_head(frame)));
	case VML_USED:
		return vml_hand_refuse(hand, -ENOENT,
				       "frame %u is not yours", number);
	default:
		return vml_hand_refuse(hand, -ENOENT,
				       "frame %u is not yours: it is free",
				       number);
	}
}

static struct vml_frame *named_frame(struct vml_hand *hand, int *err)
{
	u32 number = nla_get_u32(hand->info->attrs[VMLAB_A_BUDDY_FRAME]);

	*err = 0;
	if (number < vml_frames.nr)
		return vml_frame_at(number);
	*err = vml_hand_refuse(hand, -ENOENT,
			       "there is no frame %u: the last one is %u",
			       number, vml_frames.nr - 1);
	return NULL;
}

static struct vml_held *named_block(struct vml_hand *hand, int *err)
{
	struct vml_frame *frame;
	struct vml_held *held;

	if (hand->info->attrs[VMLAB_A_BUDDY_HANDLE])
		return vml_held_find(hand, VMLAB_HELD_KIND_FRAMES,
				     VMLAB_A_BUDDY_HANDLE, err);
	*err = vml_require(hand->info, VMLAB_A_BUDDY_FRAME,
			   "the number of a frame or a handle is needed");
	if (*err)
		return NULL;
	frame = named_frame(hand, err);
	if (!frame)
		return NULL;
	held = vml_held_by_frame(hand->session, frame);
	if (!held)
		*err = not_yours(hand, frame);
	return held;
}

static int check_order(struct vml_hand *hand, const struct vml_held *held)
{
	struct nlattr *order = hand->info->attrs[VMLAB_A_BUDDY_ORDER];

	if (!order || nla_get_u32(order) == held->order)
		return 0;
	return vml_hand_refuse(hand, -EINVAL,
			       "the block at frame %u has order %u, not %u",
			       vml_frame_number(held->frame), held->order,
			       nla_get_u32(order));
}

static int free_block(struct vml_hand *hand, struct block *b)
{
	struct vml_session *s = hand->session;
	struct vml_frame *frame;
	struct vml_held *held;
	int err;

	mutex_lock(&s->lock);
	held = named_block(hand, &err);
	if (held)
		err = check_order(hand, held);
	if (!err) {
		frame = held->frame;
		b->frame = vml_frame_number(frame);
		b->order = held->order;
		vml_held_remove(held);
	}
	mutex_unlock(&s->lock);
	if (!err)
		free_traced(frame, b);
	return err;
}

/*
 * What the allocator refuses is handed to it, so that it reports. A block in use
 * it would free, whoever holds it; this it does not get.
 */
static int free_unchecked(struct vml_hand *hand, struct block *b)
{
	struct nlattr *order = hand->info->attrs[VMLAB_A_BUDDY_ORDER];
	u64 since = vml_pool_reported();
	struct vml_frame *frame;
	u32 word;
	int err;

	err = vml_require(hand->info, VMLAB_A_BUDDY_FRAME,
			  "the number of a frame is needed");
	if (err)
		return err;
	b->frame = nla_get_u32(hand->info->attrs[VMLAB_A_BUDDY_FRAME]);
	frame = vml_frames.base + b->frame;
	word = vml_frame_valid(frame) ? vml_frame_word(frame) : 0;
	b->order = vml_attr_u32(order, vml_word_order(word));
	if (vml_word_state(word) == VML_USED &&
	    vml_word_order(word) == b->order)
		return vml_hand_refuse(hand, -EBUSY,
				       "frame %u is in use, and its block has order %u: there is nothing wrong to report",
				       b->frame, b->order);
	if (vml_word_state(word) == VML_USED &&
	    !(word & VML_FRAME_HAND))
		return vml_hand_refuse(hand, -EBUSY,
				       "frame %u is in use, and not by hand",
				       b->frame);
	free_traced(frame, b);
	return vml_report_refuse(hand, -EINVAL, since, NULL) ?: -EINVAL;
}

static int fill_freed(struct sk_buff *skb, const void *data)
{
	const struct block *b = data;

	if (nla_put_u32(skb, VMLAB_A_BUDDY_ORDER, b->order) ||
	    nla_put_u32(skb, VMLAB_A_BUDDY_FRAME, b->frame))
		return -EMSGSIZE;
	return vml_put_trace(skb, b->trace);
}

int vmlab_nl_buddy_free_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool unchecked = info->attrs[VMLAB_A_BUDDY_UNCHECKED];
	struct block b = { };
	struct vml_hand hand;
	int err;

	if (unchecked) {
		err = vml_require_admin(skb, info,
					"to free unchecked needs CAP_SYS_ADMIN");
		if (err)
			return err;
	}
	err = begin(&hand, skb, info,
		    unchecked ? VML_HAND_ALONE | VML_HAND_CREATE : 0, &b);
	if (err)
		return err;
	err = vml_hand_end(&hand, unchecked ? free_unchecked(&hand, &b) :
					      free_block(&hand, &b));
	if (!err)
		err = vml_reply(info, 64 + vml_trace_size(b.trace), fill_freed,
				&b);
	vml_trace_free(b.trace);
	return err;
}
