// SPDX-License-Identifier: GPL-2.0
#include "pool_show.h"

#include <stdio.h>

const char *frames_text(__u64 frames)
{
	return bytes_text(frames << FRAME_SHIFT);
}

const char *block_text(__u32 frame, unsigned int order)
{
	static char texts[2][32];
	static unsigned int turn;
	char *text = texts[turn++ % 2];

	if (order)
		snprintf(text, sizeof(texts[0]), "%u-%u", frame,
			 frame + (1U << order) - 1);
	else
		snprintf(text, sizeof(texts[0]), "%u", frame);
	return text;
}

struct vmlab_request request_of(const struct options *o)
{
	struct vmlab_request req = {
		.session = o->session,
		.order = o->order,
		.node = o->node,
		.zone = o->zone,
		.type = o->type,
		.flags = o->request,
		.trace = o->given & OPT_TRACE,
		.unchecked = o->given & OPT_UNCHECKED,
	};

	if (o->given & OPT_NODE)
		req.has |= VMLAB_HAS_NODE;
	if (o->given & OPT_ZONE)
		req.has |= VMLAB_HAS_ZONE;
	if (o->given & OPT_TYPE)
		req.has |= VMLAB_HAS_TYPE;
	if (o->given & OPT_ORDER)
		req.has |= VMLAB_HAS_ORDER;
	return req;
}

bool is_wanted(const struct options *o, __u32 node, __u32 zone)
{
	return (!(o->given & OPT_NODE) || o->node == node) &&
	       (!(o->given & OPT_ZONE) || o->zone == zone);
}

void orders_head(const char *label)
{
	unsigned int order;

	say(COLOR_NAME, "  %-12s", label);
	for (order = 0; order < VMLAB_ORDERS; order++)
		say(COLOR_NAME, "%6u", order);
	putchar('\n');
}

void orders_line(const char *label, const __u32 *value)
{
	unsigned int order;

	printf("  %-12s", label);
	for (order = 0; order < VMLAB_ORDERS; order++)
		say(value[order] ? COLOR_VALUE : COLOR_DIM, "%6u",
		    value[order]);
	putchar('\n');
}

void orders_change(const __u32 *before, const __u32 *after)
{
	unsigned int order;

	orders_head("free blocks");
	orders_line("before", before);
	orders_line("after", after);
	printf("  %-12s", "change");
	for (order = 0; order < VMLAB_ORDERS; order++) {
		int change = (int)(after[order] - before[order]);

		if (change)
			say(change > 0 ? COLOR_GOOD : COLOR_BAD, "%+6d",
			    change);
		else
			say(COLOR_DIM, "%6s", ".");
	}
	putchar('\n');
}

struct json_object *counters_json(const struct vmlab_counter *counter,
				  __u32 nr)
{
	struct json_object *o = js_object();

	for (; nr--; counter++)
		js_number(o, counter->name, counter->value);
	return o;
}
