// SPDX-License-Identifier: GPL-2.0
/* vmlab segments */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>

#include "list.h"

static const char *const lesson[] = {
	"A segment once was the first step of translation: base + offset, checked against the limit, gave the linear address that paging then took. In 64-bit mode the processor treats the base of CS, DS, ES and SS as 0 and checks no limit, so that linear and virtual address are the same; only FS and GS keep a base, which is in a register (MSR) of 64 bits and not here. What is left of a descriptor is the privilege level, the choice of 64, 32 or 16-bit code (L, D), and the system descriptors: the TSS, which names the stacks for interrupts, and the LDT.",
};

static int take_segment(const struct vmlab_segment *segment, void *data)
{
	struct vmlab_segment copy = *segment;

	copy.name = list_keep(data, segment->name);
	return copy.name ? list_add(data, &copy) : -ENOMEM;
}

static int fill(struct vmlab *v, struct list *list, const void *query)
{
	const struct options *o = query;

	if (o->has_pid)
		return vmlab_segments(v, VMLAB_TABLE_LDT, o->pid, take_segment,
				      list);
	if (o->given & OPT_CPU)
		return vmlab_segments(v, VMLAB_TABLE_GDT_OF_CPU, o->cpu,
				      take_segment, list);
	return vmlab_segments(v, VMLAB_TABLE_GDT, 0, take_segment, list);
}

static struct json_object *segment_json(const struct vmlab_segment *segment)
{
	struct json_object *o = js_object();

	js_number(o, "index", segment->index);
	js_hex(o, "selector", segment->selector);
	js_hex(o, "raw", segment->raw);
	js_hex(o, "base", segment->base);
	js_hex(o, "limit", segment->limit);
	js_text(o, "kind", name_of(&segment_kind_names, segment->kind));
	js_number(o, "dpl", segment->dpl);
	js_names(o, "flags", &segment_flag_names, segment->flags);
	js_text(o, "name", segment->name);
	return o;
}

static void segments_json(const struct list *list, const struct options *o)
{
	struct json_object *top = js_object();
	struct json_object *array = js_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		js_push(array, segment_json(list_at(list, i)));
	js_text(top, "table", o->has_pid ? "ldt" : "gdt");
	if (o->has_pid)
		js_number(top, "pid", real_pid(o->pid));
	else
		js_null(top, "pid");
	if (o->given & OPT_CPU)
		js_number(top, "cpu", o->cpu);
	else
		js_null(top, "cpu");
	js_set(top, "segments", array);
	js_text(top, "text", *lesson);
	js_print(top);
}

static void segment_text(const struct vmlab_segment *segment)
{
	if (segment->kind == VMLAB_SEGMENT_KIND_EMPTY)
		return;
	printf("  [%2u] 0x%04x ", segment->index, segment->selector);
	say(COLOR_VALUE, "0x%016llx ", segment->raw);
	say(COLOR_NAME, "%-14s ", name_of(&segment_kind_names, segment->kind));
	printf("DPL %u  %s\n", segment->dpl, segment->name);
	if (segment->kind == VMLAB_SEGMENT_KIND_UPPER_HALF)
		return;
	printf("       base 0x%llx, limit 0x%llx: ",
	       segment->base, segment->limit);
	say_names(COLOR_DIM, &segment_flag_names, segment->flags);
	putchar('\n');
}

static void segments_title(const struct options *o)
{
	if (o->has_pid)
		say(COLOR_TITLE, "LDT of process %u\n", real_pid(o->pid));
	else if (o->given & OPT_CPU)
		say(COLOR_TITLE, "GDT of CPU %u\n", o->cpu);
	else
		say(COLOR_TITLE, "GDT of the first CPU\n");
}

static void segments_text(const struct list *list, const struct options *o)
{
	size_t empty = 0;
	size_t i;

	segments_title(o);
	for (i = 0; i < list->count; i++) {
		const struct vmlab_segment *segment = list_at(list, i);

		empty += segment->kind == VMLAB_SEGMENT_KIND_EMPTY;
		segment_text(segment);
	}
	if (list->count)
		printf("  %zu slots, %zu of them empty\n", list->count, empty);
	else
		printf("  none: modify_ldt(2) has made no descriptor\n");
	putchar('\n');
	say_text(COLOR_PLAIN, 0, *lesson);
}

int cmd_segments(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_segment) };
	int err = list_fetch(v, &list, fill, o);
	int status = STATUS_GOOD;

	if (err)
		status = refused(v, err);
	else if (print_json())
		segments_json(&list, o);
	else
		segments_text(&list, o);
	list_free(&list);
	return status;
}
