// SPDX-License-Identifier: GPL-2.0
/* The descriptors of a GDT or an LDT. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

struct segment_dump {
	vmlab_segment_fn fn;
	void *data;
};

static int segment_parse(struct attrs attrs, void *data)
{
	const struct segment_dump *dump = data;
	struct vmlab_segment segment = { .name = "" };
	const struct nlattr *a;

	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_SEGMENT_INDEX:
			segment.index = attr_u32(a);
			break;
		case VMLAB_A_SEGMENT_SELECTOR:
			segment.selector = attr_u32(a);
			break;
		case VMLAB_A_SEGMENT_RAW:
			segment.raw = attr_u64(a);
			break;
		case VMLAB_A_SEGMENT_BASE:
			segment.base = attr_u64(a);
			break;
		case VMLAB_A_SEGMENT_LIMIT:
			segment.limit = attr_u64(a);
			break;
		case VMLAB_A_SEGMENT_KIND:
			segment.kind = attr_u32(a);
			break;
		case VMLAB_A_SEGMENT_DPL:
			segment.dpl = attr_u32(a);
			break;
		case VMLAB_A_SEGMENT_FLAGS:
			segment.flags = attr_u32(a);
			break;
		case VMLAB_A_SEGMENT_NAME:
			segment.name = attr_text(a);
			break;
		}
	}
	return dump->fn(&segment, dump->data);
}

int vmlab_segments(struct vmlab *v, enum vmlab_segment_table table,
		   __u32 number, vmlab_segment_fn fn, void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_SEGMENT_GET);
	struct segment_dump dump = { fn, data };

	if (msg && table == VMLAB_TABLE_GDT_OF_CPU)
		nla_put_u32(msg, VMLAB_A_SEGMENT_CPU, number);
	if (msg && table == VMLAB_TABLE_LDT)
		nla_put_u32(msg, VMLAB_A_SEGMENT_PID, number);
	return channel_dump(v, msg, segment_parse, &dump);
}
