// SPDX-License-Identifier: GPL-2.0
/* Blocks of frames by hand, and what a session holds. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"

static const struct field block_fields[] = {
	FIELD(U32, VMLAB_A_BUDDY_ORDER, vmlab_block, order, 0),
	FIELD(U32, VMLAB_A_BUDDY_NODE, vmlab_block, node, 0),
	FIELD(U32, VMLAB_A_BUDDY_ZONE, vmlab_block, zone, 0),
	FIELD(U32, VMLAB_A_BUDDY_FRAME, vmlab_block, frame, 0),
	FIELD(U64, VMLAB_A_BUDDY_PFN, vmlab_block, pfn, VMLAB_HAS_PFN),
	FIELD(U32, VMLAB_A_BUDDY_HANDLE, vmlab_block, handle, 0),
	FIELD(U32, VMLAB_A_BUDDY_LOST, vmlab_block, lost, 0),
	{ 0 },
};

static const struct field step_fields[] = {
	FIELD(U32, VMLAB_A_STEP_KIND, vmlab_trace, kind, 0),
	FIELD(U32, VMLAB_A_STEP_NODE, vmlab_trace, node, 0),
	FIELD(U32, VMLAB_A_STEP_ZONE, vmlab_trace, zone, 0),
	FIELD(U32, VMLAB_A_STEP_FRAME, vmlab_trace, frame, VMLAB_HAS_FRAME),
	FIELD(U32, VMLAB_A_STEP_FROM, vmlab_trace, from, 0),
	FIELD(U32, VMLAB_A_STEP_TO, vmlab_trace, to, 0),
	FIELD(ORDERS, VMLAB_A_STEP_BEFORE, vmlab_trace, before, 0),
	FIELD(ORDERS, VMLAB_A_STEP_AFTER, vmlab_trace, after, 0),
	{ 0 },
};

static void block_parse(struct attrs attrs, struct vmlab_block *out)
{
	const struct nlattr *a;

	memset(out, 0, sizeof(*out));
	while ((a = attr_next(&attrs))) {
		struct vmlab_trace *step = &out->step[out->nr_steps];

		if (field_take(block_fields, a, out, &out->has) ||
		    attr_type(a) != VMLAB_A_BUDDY_STEP ||
		    out->nr_steps == VMLAB_STEPS_MAX)
			continue;
		fields_parse(attr_nest(a), step_fields, step,
			     &step->has);
		out->nr_steps++;
	}
}

static int block_do(struct vmlab *v, struct nl_msg *msg,
		    struct vmlab_block *out)
{
	struct attrs attrs;
	int err = channel_do(v, msg, &attrs);

	if (!err)
		block_parse(attrs, out);
	return err;
}

int vmlab_buddy_alloc(struct vmlab *v, const struct vmlab_request *req,
		      struct vmlab_block *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_BUDDY_ALLOC);

	if (msg) {
		nla_put_string(msg, VMLAB_A_BUDDY_SESSION, req->session);
		nla_put_u32(msg, VMLAB_A_BUDDY_ORDER, req->order);
	}
	if (msg && req->has & VMLAB_HAS_NODE)
		nla_put_u32(msg, VMLAB_A_BUDDY_NODE, req->node);
	if (msg && req->has & VMLAB_HAS_ZONE)
		nla_put_u32(msg, VMLAB_A_BUDDY_ZONE, req->zone);
	if (msg && req->has & VMLAB_HAS_TYPE)
		nla_put_u32(msg, VMLAB_A_BUDDY_TYPE, req->type);
	if (msg && req->flags)
		nla_put_u32(msg, VMLAB_A_BUDDY_FLAGS, req->flags);
	if (msg && req->trace)
		nla_put_flag(msg, VMLAB_A_BUDDY_TRACE);
	return block_do(v, msg, out);
}

int vmlab_buddy_free(struct vmlab *v, const struct vmlab_request *req,
		     __u32 frame, struct vmlab_block *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_BUDDY_FREE);

	if (msg) {
		nla_put_string(msg, VMLAB_A_BUDDY_SESSION, req->session);
		nla_put_u32(msg, VMLAB_A_BUDDY_FRAME, frame);
	}
	if (msg && req->has & VMLAB_HAS_ORDER)
		nla_put_u32(msg, VMLAB_A_BUDDY_ORDER, req->order);
	if (msg && req->trace)
		nla_put_flag(msg, VMLAB_A_BUDDY_TRACE);
	if (msg && req->unchecked)
		nla_put_flag(msg, VMLAB_A_BUDDY_UNCHECKED);
	return block_do(v, msg, out);
}

struct held_dump {
	vmlab_held_fn fn;
	void *data;
};

static const struct field held_fields[] = {
	FIELD(U32, VMLAB_A_HELD_KIND, vmlab_held, kind, 0),
	FIELD(U32, VMLAB_A_HELD_HANDLE, vmlab_held, handle, 0),
	FIELD(U32, VMLAB_A_HELD_FRAME, vmlab_held, frame, VMLAB_HAS_FRAME),
	FIELD(U32, VMLAB_A_HELD_ORDER, vmlab_held, order, VMLAB_HAS_ORDER),
	FIELD(U32, VMLAB_A_HELD_TYPE, vmlab_held, type, VMLAB_HAS_TYPE),
	FIELD(U32, VMLAB_A_HELD_NODE, vmlab_held, node, VMLAB_HAS_NODE),
	FIELD(U32, VMLAB_A_HELD_ZONE, vmlab_held, zone, VMLAB_HAS_ZONE),
	FIELD(U32, VMLAB_A_HELD_NR, vmlab_held, nr, 0),
	FIELD(U64, VMLAB_A_HELD_SIZE, vmlab_held, size, 0),
	FIELD(U32, VMLAB_A_HELD_RUNS, vmlab_held, runs, 0),
	FIELD(U32, VMLAB_A_HELD_MOVED, vmlab_held, moved, 0),
	FIELD(TEXT, VMLAB_A_HELD_CACHE, vmlab_held, cache, 0),
	FIELD(U32, VMLAB_A_HELD_NUMBER, vmlab_held, number, VMLAB_HAS_NUMBER),
	FIELD(U64, VMLAB_A_HELD_ADDRESS, vmlab_held, address,
	      VMLAB_HAS_ADDRESS),
	FIELD(U64, VMLAB_A_HELD_PFN, vmlab_held, pfn, VMLAB_HAS_PFN),
	{ 0 },
};

static int held_parse(struct attrs attrs, void *data)
{
	const struct held_dump *dump = data;
	struct vmlab_held held = { .cache = "" };

	fields_parse(attrs, held_fields, &held, &held.has);
	return dump->fn(&held, dump->data);
}

int vmlab_held(struct vmlab *v, const char *session, vmlab_held_fn fn,
	       void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_HELD_GET);
	struct held_dump dump = { fn, data };

	if (msg)
		nla_put_string(msg, VMLAB_A_HELD_SESSION, session);
	return channel_dump(v, msg, held_parse, &dump);
}
