// SPDX-License-Identifier: GPL-2.0
/* vmlab vmalloc */
#include "cmd.h"

#include <stdio.h>

#include "pool_show.h"
#include "show.h"

static void vmalloc_json(const struct vmlab_vmalloc *map, const char *session)
{
	struct json_object *o = js_object();

	js_text(o, "session", session);
	js_number(o, "handle", map->handle);
	js_number(o, "size", map->size);
	js_number(o, "frames", map->nr);
	js_number(o, "runs", map->runs);
	js_number(o, "largest_run", map->largest_run);
	js_maybe(o, "order", map->has & VMLAB_HAS_ORDER, map->order);
	js_bool(o, "contiguous", map->contiguous);
	if (map->has & VMLAB_HAS_ADDRESS)
		js_hex(o, "address", map->address);
	else
		js_null(o, "address");
	js_print(o);
}

/* What would have become of the same request for contiguous frames. */
static void twin_text(const struct vmlab_vmalloc *map)
{
	char text[320];

	if (!(map->has & VMLAB_HAS_ORDER))
		snprintf(text, sizeof(text),
			 "The same in physically contiguous frames cannot be had: the largest block is of order %u, %s.",
			 VMLAB_ORDER_MAX,
			 frames_text(1ULL << VMLAB_ORDER_MAX));
	else
		snprintf(text, sizeof(text),
			 "The same in physically contiguous frames is a block of order %u, %s: one %s have been had.",
			 map->order, frames_text(1ULL << map->order),
			 map->contiguous ? "could" : "could not");
	say_text(map->contiguous ? COLOR_GOOD : COLOR_BAD, 2, text);
}

static void vmalloc_text(const struct vmlab_vmalloc *map, const char *session)
{
	say(COLOR_TITLE, "%s", bytes_text(map->size));
	printf(" in one piece for the kernel");
	if (map->has & VMLAB_HAS_ADDRESS)
		printf(", at 0x%llx", map->address);
	printf("; handle %u of session \"%s\"\n", map->handle, session);
	printf("  %u frame%s in %u piece%s of physical memory; the largest has %u\n",
	       map->nr, map->nr == 1 ? "" : "s", map->runs,
	       map->runs == 1 ? "" : "s", map->largest_run);
	twin_text(map);
	if (map->runs > 1)
		say_text(COLOR_DIM, 2,
			 "The page table makes the frames neighbours, one entry each; a device that knows no page table sees them scattered.");
}

int cmd_vmalloc(struct vmlab *v, const struct options *o)
{
	struct vmlab_vmalloc map;
	int err = vmlab_vmalloc(v, o->session, o->bytes, &map);

	if (err)
		return refused(v, err);
	if (print_json())
		vmalloc_json(&map, o->session);
	else
		vmalloc_text(&map, o->session);
	return STATUS_GOOD;
}

int cmd_vmalloc_free(struct vmlab *v, const struct options *o)
{
	int err = vmlab_vmalloc_free(v, o->session, o->number);

	return err ? refused(v, err) :
	       done("Mapping %llu is undone, its frames are given back.",
		    o->number);
}
