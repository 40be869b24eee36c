// SPDX-License-Identifier: GPL-2.0
/* vmlab compact */
#include "cmd.h"

#include <stdio.h>

#include "pool_show.h"

static struct json_object *zone_json(const struct vmlab_compacted *zone)
{
	struct json_object *o = js_object();

	js_number(o, "node", zone->node);
	js_text(o, "zone", name_of(&zone_names, zone->zone));
	js_number(o, "scanned", zone->scanned);
	js_number(o, "isolated", zone->isolated);
	js_number(o, "moved", zone->moved);
	js_number(o, "failed", zone->failed);
	js_signed(o, "largest", zone->largest);
	js_bool(o, "met", zone->met);
	js_numbers(o, "before", zone->before, VMLAB_ORDERS);
	js_numbers(o, "after", zone->after, VMLAB_ORDERS);
	return o;
}

static void zone_text(const struct vmlab_compacted *zone)
{
	say(COLOR_TITLE, "Zone %s of node %u\n",
	    name_of(&zone_names, zone->zone), zone->node);
	printf("  the migration scanner, from below, looked at %llu frames and moved %u\n",
	       zone->scanned, zone->moved);
	if (zone->failed)
		printf("  %u of %u blocks could not be moved\n", zone->failed,
		       zone->isolated);
	printf("  %s\n", zone->met ?
	       "it met the free scanner, which comes from above: nothing is left to try" :
	       "it stopped before it met the free scanner, which comes from above");
	if (zone->largest < 0)
		printf("  nothing is free\n");
	else
		printf("  the largest free block is of order %d, %s\n",
		       zone->largest, frames_text(1ULL << zone->largest));
	orders_change(zone->before, zone->after);
}

static void compact_print(const struct vmlab_compact *compact)
{
	struct json_object *array;
	__u32 i;

	if (!print_json()) {
		for (i = 0; i < compact->nr_zones; i++)
			zone_text(&compact->zone[i]);
		return;
	}
	array = js_array();
	for (i = 0; i < compact->nr_zones; i++)
		js_push(array, zone_json(&compact->zone[i]));
	js_print(array);
}

int cmd_compact(struct vmlab *v, const struct options *o)
{
	const struct vmlab_request req = request_of(o);
	struct vmlab_compact compact;
	int err = vmlab_compact(v, &req, &compact);

	if (err)
		return refused(v, err);
	compact_print(&compact);
	return STATUS_GOOD;
}
