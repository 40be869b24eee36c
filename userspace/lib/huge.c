// SPDX-License-Identifier: GPL-2.0
/* Blocks by command. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"
#include "vmlab_spaces.h"

static const struct field block_fields[] = {
	FIELD(U32, VMLAB_A_BLOCK_MEMORY, vmlab_huge, memory, 0),
	FIELD(U32, VMLAB_A_BLOCK_INDEX, vmlab_huge, index, 0),
	{ 0 },
};

static int change_block(struct vmlab *v, int command,
			const struct vmlab_huge_place *place,
			struct vmlab_huge *out)
{
	struct nl_msg *msg = channel_request(v, command);
	struct attrs attrs;
	int err;

	if (msg && place->memory)
		nla_put_u32(msg, VMLAB_A_BLOCK_MEMORY, place->memory);
	else if (msg)
		nla_put_u32(msg, VMLAB_A_BLOCK_PID, place->pid);
	if (msg)
		nla_put_u64(msg, VMLAB_A_BLOCK_ADDRESS, place->address);
	err = channel_do(v, msg, &attrs);
	if (err)
		return err;
	memset(out, 0, sizeof(*out));
	fields_parse(attrs, block_fields, out, NULL);
	return 0;
}

int vmlab_collapse(struct vmlab *v, const struct vmlab_huge_place *place,
		   struct vmlab_huge *out)
{
	return change_block(v, VMLAB_CMD_COLLAPSE, place, out);
}

int vmlab_split(struct vmlab *v, const struct vmlab_huge_place *place,
		struct vmlab_huge *out)
{
	return change_block(v, VMLAB_CMD_SPLIT, place, out);
}
