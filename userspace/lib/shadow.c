// SPDX-License-Identifier: GPL-2.0
/* The real and the shadow walk to an address. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "spaces.h"

static const struct field shadow_fields[] = {
	FIELD(U32, VMLAB_A_SHADOW_PID, vmlab_shadow, pid, 0),
	FIELD(U64, VMLAB_A_SHADOW_ADDRESS, vmlab_shadow, address, 0),
	FIELD(U32, VMLAB_A_SHADOW_STATE, vmlab_shadow, state, 0),
	FIELD(U64, VMLAB_A_SHADOW_PAGE_SIZE, vmlab_shadow, page_size, 0),
	FIELD(U64, VMLAB_A_SHADOW_FLAGS, vmlab_shadow, flags, 0),
	FIELD(U64, VMLAB_A_SHADOW_PFN, vmlab_shadow, pfn, VMLAB_HAS_PFN),
	FIELD(U64, VMLAB_A_SHADOW_ENTRY, vmlab_shadow, entry, 0),
	FIELD(U32, VMLAB_A_SHADOW_FRAME, vmlab_shadow, frame, VMLAB_HAS_FRAME),
	FIELD(U32, VMLAB_A_SHADOW_INDEX, vmlab_shadow, index, 0),
	FIELD(U32, VMLAB_A_SHADOW_MIRROR, vmlab_shadow, mirror, 0),
	{ 0 },
};

static const struct field step_fields[] = {
	FIELD(U32, VMLAB_A_SHADOW_LEVEL_LEVEL, vmlab_shadow_step, level, 0),
	FIELD(U32, VMLAB_A_SHADOW_LEVEL_INDEX, vmlab_shadow_step, index, 0),
	FIELD(U64, VMLAB_A_SHADOW_LEVEL_ENTRY, vmlab_shadow_step, entry, 0),
	FIELD(U32, VMLAB_A_SHADOW_LEVEL_TABLE, vmlab_shadow_step, table,
	      VMLAB_HAS_TABLE),
	{ 0 },
};

static void steps_part(const struct nlattr *a, struct vmlab_shadow *out)
{
	struct vmlab_shadow_step *step;

	switch (attr_type(a)) {
	case VMLAB_A_SHADOW_LEVEL:
		if (out->nr_steps < VMLAB_LEVELS_MAX)
			step_parse(a, &out->step[out->nr_steps++]);
		break;
	case VMLAB_A_SHADOW_SHADOW_LEVEL:
		if (out->nr_shadow_steps == VMLAB_SHADOW_LEVELS_MAX)
			break;
		step = &out->shadow_step[out->nr_shadow_steps++];
		fields_parse(attr_nest(a), step_fields, step, &step->has);
		break;
	}
}

static void shadow_part(const struct nlattr *a, struct vmlab_shadow *out)
{
	switch (attr_type(a)) {
	case VMLAB_A_SHADOW_AREA:
		space_area_parse(a, &out->area);
		out->has |= VMLAB_HAS_AREA;
		break;
	case VMLAB_A_SHADOW_LINUX:
		space_area_parse(a, &out->linux_area);
		out->has_linux = true;
		break;
	case VMLAB_A_SHADOW_RUN:
		content_parse(a, &out->content);
		out->has_content = true;
		break;
	default:
		steps_part(a, out);
	}
}

int vmlab_shadow(struct vmlab *v, pid_t pid, __u64 address,
		 struct vmlab_shadow *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_SHADOW_WALK);
	const struct nlattr *a;
	struct attrs attrs;
	int err;

	if (msg) {
		nla_put_u32(msg, VMLAB_A_SHADOW_PID, pid);
		nla_put_u64(msg, VMLAB_A_SHADOW_ADDRESS, address);
	}
	err = channel_do(v, msg, &attrs);
	if (err)
		return err;
	memset(out, 0, sizeof(*out));
	while ((a = attr_next(&attrs))) {
		if (!field_take(shadow_fields, a, out, &out->has))
			shadow_part(a, out);
	}
	return 0;
}
