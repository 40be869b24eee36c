// SPDX-License-Identifier: GPL-2.0
/* The invariants of the pool, and the bugs that were reported. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"

static const struct field check_fields[] = {
	FIELD(U32, VMLAB_A_CHECK_BROKEN, vmlab_check, broken, 0),
	FIELD(U32, VMLAB_A_CHECK_FRAMES, vmlab_check, frames, 0),
	FIELD(U32, VMLAB_A_CHECK_CACHES, vmlab_check, caches, 0),
	FIELD(U64, VMLAB_A_CHECK_REPORTED, vmlab_check, reported, 0),
	{ 0 },
};

static const struct field report_fields[] = {
	FIELD(U64, VMLAB_A_REPORT_SEQUENCE, vmlab_report, sequence, 0),
	FIELD(U64, VMLAB_A_REPORT_WHEN, vmlab_report, when, 0),
	FIELD(U32, VMLAB_A_REPORT_BY, vmlab_report, by, 0),
	FIELD(U32, VMLAB_A_REPORT_BUG, vmlab_report, bug, 0),
	FIELD(U32, VMLAB_A_REPORT_SLAB_BUG, vmlab_report, slab_bug,
	      VMLAB_HAS_TYPE),
	FIELD(U32, VMLAB_A_REPORT_FRAME, vmlab_report, frame, VMLAB_HAS_FRAME),
	FIELD(U32, VMLAB_A_REPORT_ORDER, vmlab_report, order, VMLAB_HAS_ORDER),
	FIELD(TEXT, VMLAB_A_REPORT_CACHE, vmlab_report, cache, 0),
	FIELD(U64, VMLAB_A_REPORT_ADDRESS, vmlab_report, address,
	      VMLAB_HAS_ADDRESS),
	FIELD(U32, VMLAB_A_REPORT_NUMBER, vmlab_report, number,
	      VMLAB_HAS_NUMBER),
	FIELD(U32, VMLAB_A_REPORT_OFFSET, vmlab_report, offset,
	      VMLAB_HAS_OFFSET),
	FIELD(U32, VMLAB_A_REPORT_FOUND, vmlab_report, found, 0),
	FIELD(U32, VMLAB_A_REPORT_WANTED, vmlab_report, wanted, 0),
	FIELD(U32, VMLAB_A_REPORT_ALLOCATED_BY, vmlab_report, allocated_by, 0),
	FIELD(U32, VMLAB_A_REPORT_FREED_BY, vmlab_report, freed_by, 0),
	{ 0 },
};

int vmlab_check(struct vmlab *v, struct vmlab_check *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_CHECK);
	const struct nlattr *a;
	struct attrs attrs;
	int err = channel_do(v, msg, &attrs);

	if (err)
		return err;
	memset(out, 0, sizeof(*out));
	while ((a = attr_next(&attrs))) {
		struct vmlab_report *report = &out->report[out->nr_reports];

		if (field_take(check_fields, a, out, NULL) ||
		    attr_type(a) != VMLAB_A_CHECK_REPORT ||
		    out->nr_reports == VMLAB_REPORTS_MAX)
			continue;
		report->cache = "";
		fields_parse(attr_nest(a), report_fields, report,
			     &report->has);
		out->nr_reports++;
	}
	return 0;
}
