// SPDX-License-Identifier: GPL-2.0
#include "space_show.h"

#include <stdio.h>

#include "teach.h"

const char *space_rights(__u32 flags)
{
	static char text[5];

	text[0] = flags & VMLAB_SHADOW_AREA_FLAG_READ ? 'r' : '-';
	text[1] = flags & VMLAB_SHADOW_AREA_FLAG_WRITE ? 'w' : '-';
	text[2] = flags & VMLAB_SHADOW_AREA_FLAG_EXEC ? 'x' : '-';
	text[3] = flags & VMLAB_SHADOW_AREA_FLAG_PRIVATE ? 'p' : 's';
	return text;
}

void object_member(struct json_object *o, __u32 memory)
{
	js_maybe(o, "object", memory, memory);
}

struct json_object *shadow_entry_json(__u64 entry)
{
	struct json_object *o = js_object();

	js_hex(o, "entry", entry);
	js_names(o, "flags", &shadow_flag_names, entry & SHADOW_FLAGS);
	return o;
}

struct json_object *space_area_json(const struct vmlab_space_area *area)
{
	struct json_object *o = js_object();

	js_hex(o, "start", area->start);
	js_hex(o, "end", area->end);
	js_text(o, "rights", space_rights(area->flags));
	object_member(o, area->memory);
	js_text(o, "name", area->name);
	js_number(o, "index", area->index);
	return o;
}

struct json_object *content_json(const struct vmlab_content *content)
{
	struct json_object *o = js_object();

	js_number(o, "first", content->first);
	js_number(o, "nr", content->nr);
	js_bool(o, "shared", content->shared);
	js_bool(o, "dirty", content->dirty);
	js_bool(o, "huge", content->huge);
	js_maybe(o, "frame", content->has & VMLAB_HAS_FRAME, content->frame);
	return o;
}

/* Who may write may read; and to vmlab, who writes to a private area reads. */
static __u32 rights_of(const struct vmlab_space_area *area)
{
	__u32 flags = area->flags;

	if (flags & VMLAB_SHADOW_AREA_FLAG_WRITE)
		flags |= VMLAB_SHADOW_AREA_FLAG_READ;
	if (flags & VMLAB_SHADOW_AREA_FLAG_PRIVATE)
		flags &= ~(__u32)VMLAB_SHADOW_AREA_FLAG_WRITE;
	return flags;
}

bool areas_agree(const struct vmlab_space_area *linux_area,
		 const struct vmlab_space_area *ours)
{
	__u64 before = linux_area->start - ours->start;

	return ours->start <= linux_area->start &&
	       ours->end >= linux_area->end &&
	       ours->memory == linux_area->memory &&
	       ours->index + (before >> 12) == linux_area->index &&
	       rights_of(ours) == rights_of(linux_area);
}
