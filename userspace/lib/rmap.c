// SPDX-License-Identifier: GPL-2.0
/* All that lead to a frame. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"
#include "vmlab_spaces.h"

static const struct field mapping_fields[] = {
	FIELD(U32, VMLAB_A_MAPPING_PID, vmlab_mapping, pid, 0),
	FIELD(TEXT, VMLAB_A_MAPPING_COMM, vmlab_mapping, comm, 0),
	FIELD(U64, VMLAB_A_MAPPING_ADDRESS, vmlab_mapping, address, 0),
	FIELD(U64, VMLAB_A_MAPPING_ENTRY, vmlab_mapping, entry, 0),
	FIELD(U32, VMLAB_A_MAPPING_MEMORY, vmlab_mapping, memory, 0),
	{ 0 },
};

struct rmap_dump {
	vmlab_mapping_fn fn;
	void *data;
	__u32 *lost;
};

static int rmap_parse(struct attrs attrs, void *data)
{
	const struct rmap_dump *dump = data;
	struct vmlab_mapping mapping;
	const struct nlattr *a;
	__u32 index = 0;
	int stop = 0;

	while (!stop && (a = attr_next(&attrs))) {
		mapping = (struct vmlab_mapping){ .index = index, .comm = "" };
		switch (attr_type(a)) {
		case VMLAB_A_RMAP_INDEX:
			index = attr_u32(a);
			break;
		case VMLAB_A_RMAP_MEMORY:
			mapping.memory = attr_u32(a);
			stop = dump->fn(&mapping, dump->data);
			break;
		case VMLAB_A_RMAP_MAPPING:
			mapping.mapped = true;
			fields_parse(attr_nest(a), mapping_fields, &mapping,
				     NULL);
			stop = dump->fn(&mapping, dump->data);
			break;
		case VMLAB_A_RMAP_LOST:
			*dump->lost = attr_u32(a);
			break;
		}
	}
	return stop;
}

int vmlab_rmap(struct vmlab *v, __u32 frame, vmlab_mapping_fn fn, void *data,
	       __u32 *lost)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_RMAP_GET);
	struct rmap_dump dump = { fn, data, lost };

	*lost = 0;
	if (msg)
		nla_put_u32(msg, VMLAB_A_RMAP_FRAME, frame);
	return channel_dump(v, msg, rmap_parse, &dump);
}
