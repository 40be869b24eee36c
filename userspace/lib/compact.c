// SPDX-License-Identifier: GPL-2.0
/* Compaction. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"

static const struct field compacted_fields[] = {
	FIELD(U32, VMLAB_A_COMPACTED_NODE, vmlab_compacted, node, 0),
	FIELD(U32, VMLAB_A_COMPACTED_ZONE, vmlab_compacted, zone, 0),
	FIELD(U64, VMLAB_A_COMPACTED_SCANNED, vmlab_compacted, scanned, 0),
	FIELD(U32, VMLAB_A_COMPACTED_ISOLATED, vmlab_compacted, isolated, 0),
	FIELD(U32, VMLAB_A_COMPACTED_MOVED, vmlab_compacted, moved, 0),
	FIELD(U32, VMLAB_A_COMPACTED_FAILED, vmlab_compacted, failed, 0),
	FIELD(U32, VMLAB_A_COMPACTED_LARGEST, vmlab_compacted, largest, 0),
	FIELD(FLAG, VMLAB_A_COMPACTED_MET, vmlab_compacted, met, 0),
	FIELD(ORDERS, VMLAB_A_COMPACTED_BEFORE, vmlab_compacted, before, 0),
	FIELD(ORDERS, VMLAB_A_COMPACTED_AFTER, vmlab_compacted, after, 0),
	{ 0 },
};

int vmlab_compact(struct vmlab *v, const struct vmlab_request *req,
		  struct vmlab_compact *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_COMPACT);
	const struct nlattr *a;
	struct attrs attrs;
	int err;

	if (msg && req->has & VMLAB_HAS_NODE)
		nla_put_u32(msg, VMLAB_A_COMPACT_NODE, req->node);
	if (msg && req->has & VMLAB_HAS_ZONE)
		nla_put_u32(msg, VMLAB_A_COMPACT_ZONE, req->zone);
	if (msg && req->has & VMLAB_HAS_ORDER)
		nla_put_u32(msg, VMLAB_A_COMPACT_ORDER, req->order);
	err = channel_do(v, msg, &attrs);
	if (err)
		return err;
	memset(out, 0, sizeof(*out));
	while ((a = attr_next(&attrs))) {
		if (attr_type(a) == VMLAB_A_COMPACT_ZONE_RESULT &&
		    out->nr_zones < VMLAB_ZONES_MAX)
			fields_parse(attr_nest(a), compacted_fields,
				     &out->zone[out->nr_zones++], NULL);
	}
	return 0;
}
