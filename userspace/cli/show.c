// SPDX-License-Identifier: GPL-2.0
#include "show.h"

#include <stdarg.h>
#include <stdio.h>

#include "cmd.h"

/* The rights are four letters already, and the limits of them say little. */
#define RIGHTS	(VMLAB_AREA_FLAG_READ | VMLAB_AREA_FLAG_WRITE | \
		 VMLAB_AREA_FLAG_EXEC | VMLAB_AREA_FLAG_SHARED | \
		 VMLAB_AREA_FLAG_MAY_READ | VMLAB_AREA_FLAG_MAY_WRITE | \
		 VMLAB_AREA_FLAG_MAY_EXEC | VMLAB_AREA_FLAG_MAY_SHARE)

struct json_object *area_json(const struct vmlab_area *area)
{
	struct json_object *o = js_object();

	js_hex(o, "start", area->start);
	js_hex(o, "end", area->end);
	js_names(o, "flags", &area_flag_names, area->flags);
	js_text(o, "name", area->name);
	js_hex(o, "offset", area->offset);
	js_number(o, "inode", area->inode);
	js_number(o, "device_major", area->device_major);
	js_number(o, "device_minor", area->device_minor);
	if (area->has & VMLAB_HAS_PKEY)
		js_number(o, "pkey", area->pkey);
	else
		js_null(o, "pkey");
	if (area->page_size)
		js_number(o, "page_size", area->page_size);
	else
		js_null(o, "page_size");
	return o;
}

struct json_object *swap_json(__u32 type, __u64 offset)
{
	struct json_object *o = js_object();

	js_number(o, "type", type);
	js_number(o, "offset", offset);
	return o;
}

int done(const char *format, ...)
{
	struct json_object *o;
	va_list args;

	if (print_json()) {
		o = js_object();
		js_bool(o, "done", true);
		js_print(o);
		return STATUS_GOOD;
	}
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	return STATUS_GOOD;
}

const char *area_rights(const struct vmlab_area *area)
{
	static char text[5];

	text[0] = area->flags & VMLAB_AREA_FLAG_READ ? 'r' : '-';
	text[1] = area->flags & VMLAB_AREA_FLAG_WRITE ? 'w' : '-';
	text[2] = area->flags & VMLAB_AREA_FLAG_EXEC ? 'x' : '-';
	text[3] = area->flags & VMLAB_AREA_FLAG_SHARED ? 's' : 'p';
	return text;
}

void area_text(const char *label, const struct vmlab_area *area)
{
	say(COLOR_NAME, "  %-6s ", label);
	say(COLOR_VALUE, "0x%016llx-0x%016llx", area->start,
	    area->end);
	printf(" %s %s", area_rights(area), bytes_text(area->end - area->start));
	if (*area->name)
		printf(" %s", area->name);
	putchar('\n');
	if (area->flags & ~RIGHTS) {
		printf("         ");
		say_names(COLOR_DIM, &area_flag_names, area->flags & ~RIGHTS);
		putchar('\n');
	}
	if (area->inode)
		say(COLOR_DIM,
		    "         file: inode %llu on device %u:%u, from offset 0x%llx\n",
		    area->inode, area->device_major, area->device_minor,
		    area->offset);
	if (area->page_size)
		say(COLOR_DIM, "         hugetlb pages of %s\n",
		    bytes_text(area->page_size));
}
