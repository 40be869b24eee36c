// SPDX-License-Identifier: GPL-2.0
/* One frame of the pool, and the map of all. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"

static const struct field frame_fields[] = {
	FIELD(U32, VMLAB_A_FRAME_NUMBER, vmlab_frame, number, 0),
	FIELD(U64, VMLAB_A_FRAME_PFN, vmlab_frame, pfn, VMLAB_HAS_PFN),
	FIELD(U32, VMLAB_A_FRAME_STATE, vmlab_frame, state, 0),
	FIELD(U32, VMLAB_A_FRAME_HEAD, vmlab_frame, head, VMLAB_HAS_FRAME),
	FIELD(U32, VMLAB_A_FRAME_ORDER, vmlab_frame, order, VMLAB_HAS_ORDER),
	FIELD(U32, VMLAB_A_FRAME_TYPE, vmlab_frame, type, VMLAB_HAS_TYPE),
	FIELD(U32, VMLAB_A_FRAME_BLOCK_TYPE, vmlab_frame, block_type,
	      VMLAB_HAS_BLOCK_TYPE),
	FIELD(U32, VMLAB_A_FRAME_NODE, vmlab_frame, node, VMLAB_HAS_NODE),
	FIELD(U32, VMLAB_A_FRAME_ZONE, vmlab_frame, zone, VMLAB_HAS_ZONE),
	FIELD(U32, VMLAB_A_FRAME_REFS, vmlab_frame, refs, 0),
	FIELD(U32, VMLAB_A_FRAME_MAPS, vmlab_frame, maps, 0),
	FIELD(U32, VMLAB_A_FRAME_FLAGS, vmlab_frame, flags, 0),
	FIELD(U32, VMLAB_A_FRAME_INDEX, vmlab_frame, index, VMLAB_HAS_NUMBER),
	FIELD(U32, VMLAB_A_FRAME_OWNER, vmlab_frame, owner, 0),
	FIELD(TEXT, VMLAB_A_FRAME_CACHE, vmlab_frame, cache, 0),
	FIELD(TEXT, VMLAB_A_FRAME_SESSION, vmlab_frame, session, 0),
	FIELD(U32, VMLAB_A_FRAME_HANDLE, vmlab_frame, handle,
	      VMLAB_HAS_HANDLE),
	FIELD(U32, VMLAB_A_FRAME_UID, vmlab_frame, uid, VMLAB_HAS_UID),
	{ 0 },
};

int vmlab_frame(struct vmlab *v, __u64 number, bool by_pfn,
		struct vmlab_frame *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_FRAME_GET);
	struct attrs attrs;
	int err;

	if (msg && by_pfn)
		nla_put_u64(msg, VMLAB_A_FRAME_PFN, number);
	else if (msg)
		nla_put_u32(msg, VMLAB_A_FRAME_NUMBER, number);
	err = channel_do(v, msg, &attrs);
	if (err)
		return err;
	*out = (struct vmlab_frame){ .cache = "", .session = "" };
	fields_parse(attrs, frame_fields, out, &out->has);
	return 0;
}

struct cell_dump {
	vmlab_cell_fn fn;
	void *data;
};

static void cell_parse(const struct nlattr *nest, struct vmlab_cell *cell)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	memset(cell->count, 0, sizeof(cell->count));
	while ((a = attr_next(&attrs))) {
		unsigned int type = attr_type(a);

		if (type == VMLAB_A_CELL_FIRST)
			cell->first = attr_u32(a);
		else if (type >= VMLAB_A_CELL_FREE &&
			 type <= VMLAB_A_CELL_HOLE)
			cell->count[type - VMLAB_A_CELL_FREE] = attr_u32(a);
	}
}

static int cells_parse(struct attrs attrs, void *data)
{
	const struct cell_dump *dump = data;
	struct vmlab_cell cell = { 0 };
	const struct nlattr *a;
	int stop = 0;

	while (!stop && (a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_FRAMES_CELL_FRAMES:
			cell.nr = attr_u32(a);
			break;
		case VMLAB_A_FRAMES_CELL:
			cell_parse(a, &cell);
			stop = dump->fn(&cell, dump->data);
			break;
		}
	}
	return stop;
}

int vmlab_cells(struct vmlab *v, __u32 first, __u32 nr, __u32 cells,
		vmlab_cell_fn fn, void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_FRAMES_GET);
	struct cell_dump dump = { fn, data };

	if (msg) {
		nla_put_u32(msg, VMLAB_A_FRAMES_FIRST, first);
		nla_put_u32(msg, VMLAB_A_FRAMES_CELLS, cells);
	}
	if (msg && nr)
		nla_put_u32(msg, VMLAB_A_FRAMES_NR, nr);
	return channel_dump(v, msg, cells_parse, &dump);
}
