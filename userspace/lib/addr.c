// SPDX-License-Identifier: GPL-2.0
/* What an address belongs to. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

/* The last entry of the walk to the address, where there was a walk. */
static void addr_entry(const struct nlattr *a, struct vmlab_addr *out)
{
	switch (attr_type(a)) {
	case VMLAB_A_ADDR_CACHE:
		out->cache = attr_u32(a);
		out->has |= VMLAB_HAS_CACHE;
		break;
	case VMLAB_A_ADDR_STATE:
		out->state = attr_u32(a);
		out->has |= VMLAB_HAS_STATE;
		break;
	case VMLAB_A_ADDR_PAGE_SIZE:
		out->page_size = attr_u64(a);
		break;
	case VMLAB_A_ADDR_PHYSICAL:
		out->physical = attr_u64(a);
		out->has |= VMLAB_HAS_PHYSICAL;
		break;
	case VMLAB_A_ADDR_FLAGS:
		out->flags = attr_u64(a);
		break;
	}
}

static void addr_parse(struct attrs attrs, struct vmlab_addr *out)
{
	const struct nlattr *a;

	*out = (struct vmlab_addr){ .detail = "" };
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_ADDR_ADDRESS:
			out->address = attr_u64(a);
			break;
		case VMLAB_A_ADDR_PID:
			out->pid = attr_u32(a);
			out->has |= VMLAB_HAS_PID;
			break;
		case VMLAB_A_ADDR_REGION:
			out->region = attr_u32(a);
			break;
		case VMLAB_A_ADDR_START:
			out->start = attr_u64(a);
			break;
		case VMLAB_A_ADDR_END:
			out->end = attr_u64(a);
			out->has |= VMLAB_HAS_REGION;
			break;
		case VMLAB_A_ADDR_DETAIL:
			out->detail = attr_text(a);
			break;
		default:
			addr_entry(a, out);
		}
	}
}

int vmlab_addr(struct vmlab *v, pid_t pid, __u64 address,
	       struct vmlab_addr *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_ADDR_GET);
	struct attrs attrs;
	int err;

	if (msg) {
		nla_put_u64(msg, VMLAB_A_ADDR_ADDRESS, address);
		nla_put_u32(msg, VMLAB_A_ADDR_PID, pid);
	}
	err = channel_do(v, msg, &attrs);
	if (!err)
		addr_parse(attrs, out);
	return err;
}
