// SPDX-License-Identifier: GPL-2.0
/* The counters. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"

static void zone_parse(const struct nlattr *nest, struct vmlab_zone_stat *zone)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_ZONE_COUNTERS_NODE:
			zone->node = attr_u32(a);
			break;
		case VMLAB_A_ZONE_COUNTERS_ZONE:
			zone->zone = attr_u32(a);
			break;
		case VMLAB_A_ZONE_COUNTERS_COUNTER:
			if (zone->nr_counters < VMLAB_COUNTERS_MAX)
				counter_parse(a,
					      &zone->counter[zone->nr_counters++]);
			break;
		}
	}
}

int vmlab_stat(struct vmlab *v, struct vmlab_stat *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_STAT_GET);
	const struct nlattr *a;
	struct attrs attrs;
	int err = channel_do(v, msg, &attrs);

	if (err)
		return err;
	memset(out, 0, sizeof(*out));
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_STAT_COUNTER:
			if (out->nr_counters < VMLAB_COUNTERS_MAX)
				counter_parse(a,
					      &out->counter[out->nr_counters++]);
			break;
		case VMLAB_A_STAT_ZONE:
			if (out->nr_zones < VMLAB_ZONES_MAX)
				zone_parse(a, &out->zone[out->nr_zones++]);
			break;
		}
	}
	return 0;
}
