// SPDX-License-Identifier: GPL-2.0
/* Real entries compared with shadow ones, and shadow ones with objects. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"
#include "vmlab_spaces.h"

static const struct field verified_fields[] = {
	FIELD(U32, VMLAB_A_VERIFY_PID, vmlab_verified, pid, 0),
	FIELD(TEXT, VMLAB_A_VERIFY_COMM, vmlab_verified, comm, 0),
	FIELD(U64, VMLAB_A_VERIFY_SAME, vmlab_verified, same,
	      VMLAB_HAS_NUMBER),
	FIELD(U64, VMLAB_A_VERIFY_MISSING, vmlab_verified, missing, 0),
	FIELD(U64, VMLAB_A_VERIFY_COPIES, vmlab_verified, copies, 0),
	FIELD(U64, VMLAB_A_VERIFY_VIOLATIONS, vmlab_verified, violations, 0),
	{ 0 },
};

static const struct field violation_fields[] = {
	FIELD(U64, VMLAB_A_VIOLATION_ADDRESS, vmlab_violation, address, 0),
	FIELD(U32, VMLAB_A_VIOLATION_MIRROR, vmlab_violation, mirror, 0),
	FIELD(U64, VMLAB_A_VIOLATION_REAL, vmlab_violation, real, 0),
	FIELD(U64, VMLAB_A_VIOLATION_ENTRY, vmlab_violation, entry, 0),
	{ 0 },
};

struct verify_dump {
	vmlab_verified_fn fn;
	void *data;
};

static int verified_parse(struct attrs attrs, void *data)
{
	const struct verify_dump *dump = data;
	struct vmlab_verified out = { .comm = "" };
	const struct nlattr *a;
	__u32 has = 0;

	while ((a = attr_next(&attrs))) {
		if (field_take(verified_fields, a, &out, &has) ||
		    attr_type(a) != VMLAB_A_VERIFY_VIOLATION ||
		    out.nr_violations == VMLAB_VIOLATIONS_MAX)
			continue;
		fields_parse(attr_nest(a), violation_fields,
			     &out.violation[out.nr_violations++], NULL);
	}
	out.last = has & VMLAB_HAS_NUMBER;
	return dump->fn(&out, dump->data);
}

int vmlab_verify(struct vmlab *v, pid_t pid, vmlab_verified_fn fn, void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_VERIFY);
	struct verify_dump dump = { fn, data };

	if (msg && pid >= 0)
		nla_put_u32(msg, VMLAB_A_VERIFY_PID, pid);
	return channel_dump(v, msg, verified_parse, &dump);
}
