// SPDX-License-Identifier: GPL-2.0
/* vmlab frame: one frame, field by field */
#include "cmd.h"

#include <stdio.h>

#include "pool_show.h"
#include "teach.h"

static void name_json(struct json_object *o, const char *key, bool known,
		      const struct names *names, __u32 value)
{
	if (known)
		js_text(o, key, name_of(names, value));
	else
		js_null(o, key);
}

static void text_json(struct json_object *o, const char *key, const char *text)
{
	if (*text)
		js_text(o, key, text);
	else
		js_null(o, key);
}

static void frame_json(const struct vmlab_frame *frame)
{
	struct json_object *o = js_object();
	__u32 has = frame->has;

	js_number(o, "number", frame->number);
	js_maybe(o, "pfn", has & VMLAB_HAS_PFN, frame->pfn);
	js_text(o, "state", name_of(&frame_state_names, frame->state));
	js_maybe(o, "head", has & VMLAB_HAS_FRAME, frame->head);
	js_maybe(o, "order", has & VMLAB_HAS_ORDER, frame->order);
	name_json(o, "type", has & VMLAB_HAS_TYPE, &type_names, frame->type);
	name_json(o, "block_type", has & VMLAB_HAS_BLOCK_TYPE, &type_names,
		  frame->block_type);
	js_maybe(o, "node", has & VMLAB_HAS_NODE, frame->node);
	name_json(o, "zone", has & VMLAB_HAS_ZONE, &zone_names, frame->zone);
	js_number(o, "refs", frame->refs);
	js_number(o, "maps", frame->maps);
	js_names(o, "flags", &frame_flag_names, frame->flags);
	js_maybe(o, "index", has & VMLAB_HAS_NUMBER, frame->index);
	js_text(o, "owner", name_of(&owner_names, frame->owner));
	text_json(o, "cache", frame->cache);
	text_json(o, "session", frame->session);
	js_maybe(o, "handle", has & VMLAB_HAS_HANDLE, frame->handle);
	js_maybe(o, "uid", has & VMLAB_HAS_UID, frame->uid);
	js_print(o);
}

static void label(const char *text)
{
	say(COLOR_NAME, "  %-8s ", text);
}

static void block_lines(const struct vmlab_frame *frame)
{
	if (!(frame->has & VMLAB_HAS_ORDER))
		return;
	label("block");
	printf("%s: order %u, %u frame%s, %s\n",
	       block_text(frame->head, frame->order), frame->order,
	       1U << frame->order, frame->order ? "s" : "",
	       frames_text(1ULL << frame->order));
	label("buddy");
	if (frame->order == VMLAB_ORDER_MAX)
		printf("none: there is no larger order to make\n");
	else
		printf("the block of order %u at %u XOR 2^%u = %u\n",
		       frame->order, frame->head, frame->order,
		       frame->head ^ 1U << frame->order);
}

static void place_lines(const struct vmlab_frame *frame)
{
	if (frame->has & VMLAB_HAS_ZONE) {
		label("zone");
		printf("%s of node %u: %s\n",
		       name_of(&zone_names, frame->zone), frame->node,
		       teach_zone(frame->zone));
	}
	if (frame->has & VMLAB_HAS_TYPE) {
		label("type");
		printf("%s: %s\n", name_of(&type_names, frame->type),
		       teach_type(frame->type));
	}
	if (frame->has & VMLAB_HAS_BLOCK_TYPE) {
		label("around");
		printf("the page block is %s\n",
		       name_of(&type_names, frame->block_type));
	}
	if (frame->has & VMLAB_HAS_PFN) {
		label("physical");
		printf("pfn 0x%llx, address 0x%llx\n", frame->pfn,
		       frame->pfn << FRAME_SHIFT);
	}
}

static void owner_lines(const struct vmlab_frame *frame)
{
	label("owner");
	printf("%s", teach_owner(frame->owner));
	if (*frame->cache)
		printf(" %s", frame->cache);
	if (*frame->session)
		printf(" \"%s\"", frame->session);
	if (frame->has & VMLAB_HAS_HANDLE)
		printf(", handle %u", frame->handle);
	if (frame->has & VMLAB_HAS_UID)
		printf(", of user %u", frame->uid);
	if (frame->owner == VMLAB_OWNER_VMALLOC &&
	    frame->has & VMLAB_HAS_NUMBER)
		printf(", page %u of it", frame->index);
	if (frame->owner == VMLAB_OWNER_CONTENT &&
	    frame->has & VMLAB_HAS_NUMBER)
		printf(", at index %u; see \"vmlab rmap %u\"", frame->index,
		       frame->number);
	putchar('\n');
}

static void frame_text(const struct vmlab_frame *frame)
{
	say(COLOR_TITLE, "Frame %u of the pool\n", frame->number);
	label("state");
	say(COLOR_VALUE, "%s\n", name_of(&frame_state_names, frame->state));
	say_text(COLOR_PLAIN, 11, teach_frame_state(frame->state));
	block_lines(frame);
	place_lines(frame);
	if (frame->state == VMLAB_FRAME_STATE_HOLE)
		return;
	label("counts");
	printf("%u reference%s, %u page-table entr%s\n", frame->refs,
	       frame->refs == 1 ? "" : "s", frame->maps,
	       frame->maps == 1 ? "y maps it" : "ies map it");
	label("flags");
	say_names(COLOR_GOOD, &frame_flag_names, frame->flags);
	putchar('\n');
	owner_lines(frame);
}

int cmd_frame(struct vmlab *v, const struct options *o)
{
	struct vmlab_frame frame;
	int err = vmlab_frame(v, o->number, o->by_pfn, &frame);

	if (err)
		return refused(v, err);
	if (print_json())
		frame_json(&frame);
	else
		frame_text(&frame);
	return STATUS_GOOD;
}
