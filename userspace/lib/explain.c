// SPDX-License-Identifier: GPL-2.0
/* What accesses at an address would lead to. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

static void prediction_parse(const struct nlattr *nest,
			     struct vmlab_prediction *prediction)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_PREDICTION_ACCESS:
			prediction->access = attr_u32(a);
			break;
		case VMLAB_A_PREDICTION_OUTCOME:
			prediction->outcome = attr_u32(a);
			break;
		case VMLAB_A_PREDICTION_WHY:
			prediction->why = attr_u32(a);
			break;
		}
	}
}

static void explain_parse(struct attrs attrs, struct vmlab_explain *out)
{
	const struct nlattr *a;

	memset(out, 0, sizeof(*out));
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_EXPLAIN_PID:
			out->pid = attr_u32(a);
			break;
		case VMLAB_A_EXPLAIN_ADDRESS:
			out->address = attr_u64(a);
			break;
		case VMLAB_A_EXPLAIN_PREDICTION:
			if (out->nr_predictions < VMLAB_PREDICTIONS_MAX)
				prediction_parse(a, &out->prediction[out->nr_predictions++]);
			break;
		case VMLAB_A_EXPLAIN_STATE:
			out->state = attr_u32(a);
			out->has |= VMLAB_HAS_STATE;
			break;
		case VMLAB_A_EXPLAIN_PAGE_SIZE:
			out->page_size = attr_u64(a);
			break;
		case VMLAB_A_EXPLAIN_FLAGS:
			out->flags = attr_u64(a);
			break;
		case VMLAB_A_EXPLAIN_AREA:
			area_parse(a, &out->area);
			out->has |= VMLAB_HAS_AREA;
			break;
		}
	}
}

int vmlab_explain(struct vmlab *v, pid_t pid, __u64 address,
		  struct vmlab_explain *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_EXPLAIN);
	struct attrs attrs;
	int err;

	if (msg) {
		nla_put_u32(msg, VMLAB_A_EXPLAIN_PID, pid);
		nla_put_u64(msg, VMLAB_A_EXPLAIN_ADDRESS, address);
	}
	err = channel_do(v, msg, &attrs);
	if (!err)
		explain_parse(attrs, out);
	return err;
}
