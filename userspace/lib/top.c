// SPDX-License-Identifier: GPL-2.0
/* The top-level entries of the kernel half. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

struct top_dump {
	vmlab_top_fn fn;
	void *data;
};

static int top_parse(struct attrs attrs, void *data)
{
	const struct top_dump *dump = data;
	struct vmlab_top top = { 0 };
	const struct nlattr *a;

	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_TOP_INDEX:
			top.index = attr_u32(a);
			break;
		case VMLAB_A_TOP_START:
			top.start = attr_u64(a);
			break;
		case VMLAB_A_TOP_ENTRY:
			top.entry = attr_u64(a);
			break;
		case VMLAB_A_TOP_OTHER_ENTRY:
			top.other_entry = attr_u64(a);
			top.has |= VMLAB_HAS_OTHER;
			break;
		case VMLAB_A_TOP_SHARED:
			top.shared = true;
			break;
		case VMLAB_A_TOP_REGION:
			top.region = attr_u32(a);
			break;
		case VMLAB_A_TOP_FLAGS:
			top.flags = attr_u64(a);
			break;
		}
	}
	return dump->fn(&top, dump->data);
}

int vmlab_tops(struct vmlab *v, pid_t pid, pid_t other, vmlab_top_fn fn,
	       void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_TOP_GET);
	struct top_dump dump = { fn, data };

	if (msg) {
		nla_put_u32(msg, VMLAB_A_TOP_PID, pid);
		if (other >= 0)
			nla_put_u32(msg, VMLAB_A_TOP_OTHER, other);
	}
	return channel_dump(v, msg, top_parse, &dump);
}
