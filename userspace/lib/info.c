// SPDX-License-Identifier: GPL-2.0
/* What runs here. */
#include "channel.h"

#include <errno.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

static void info_parse(struct attrs attrs, struct vmlab_info *out)
{
	const struct nlattr *a;

	*out = (struct vmlab_info){ .version = "", .release = "" };
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_INFO_VERSION:
			out->version = attr_text(a);
			break;
		case VMLAB_A_INFO_RELEASE:
			out->release = attr_text(a);
			break;
		case VMLAB_A_INFO_ABI:
			out->abi = attr_u32(a);
			break;
		case VMLAB_A_INFO_PAGING_LEVELS:
			out->paging_levels = attr_u32(a);
			break;
		case VMLAB_A_INFO_VIRTUAL_BITS:
			out->virtual_bits = attr_u32(a);
			break;
		case VMLAB_A_INFO_PHYSICAL_BITS:
			out->physical_bits = attr_u32(a);
			break;
		case VMLAB_A_INFO_FEATURES:
			out->features = attr_u64(a);
			break;
		case VMLAB_A_INFO_USER_END:
			out->user_end = attr_u64(a);
			break;
		case VMLAB_A_INFO_WALK_PAGE_SIZES:
			out->page_sizes = attr_u32(a);
			break;
		}
	}
}

int vmlab_info(struct vmlab *v, struct vmlab_info *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_INFO_GET);
	struct attrs attrs;
	int err;

	if (msg)
		nla_put_u32(msg, VMLAB_A_INFO_ABI, VMLAB_ABI);
	err = channel_do(v, msg, &attrs);
	if (!err)
		info_parse(attrs, out);
	return err;
}
