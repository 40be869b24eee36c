// SPDX-License-Identifier: GPL-2.0
/* vmlab kernel */
#include "cmd.h"

#include <stdio.h>

#include "list.h"

static int take_top(const struct vmlab_top *top, void *data)
{
	if (!top->entry && !top->other_entry)
		return 0;
	return list_add(data, top);
}

static int fill(struct vmlab *v, struct list *list, const void *query)
{
	const struct options *o = query;

	return vmlab_tops(v, o->pid, o->other, take_top, list);
}

static bool compares(const struct options *o)
{
	return o->other >= 0;
}

static struct json_object *top_json(const struct vmlab_top *top, bool compare)
{
	struct json_object *o = js_object();

	js_number(o, "index", top->index);
	js_hex(o, "start", top->start);
	js_hex(o, "entry", top->entry);
	js_names(o, "flags", &entry_flag_names, top->flags);
	js_text(o, "region", name_of(&region_names, top->region));
	if (compare) {
		js_hex(o, "other_entry", top->other_entry);
		js_bool(o, "shared", top->shared);
	} else {
		js_null(o, "other_entry");
		js_null(o, "shared");
	}
	return o;
}

static void kernel_json(const struct list *list, const struct options *o)
{
	struct json_object *top = js_object();
	struct json_object *array = js_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		js_push(array, top_json(list_at(list, i), compares(o)));
	js_number(top, "pid", real_pid(o->pid));
	if (compares(o))
		js_number(top, "other", real_pid(o->other));
	else
		js_null(top, "other");
	js_set(top, "entries", array);
	js_print(top);
}

static void top_text(const struct vmlab_top *top, bool compare)
{
	printf("  [%3u] ", top->index);
	say(COLOR_VALUE, "0x%016llx", top->start);
	printf("  0x%016llx  ", top->entry);
	if (compare && top->shared)
		say(COLOR_GOOD, "shared   ");
	else if (compare)
		say(COLOR_BAD, "not      ");
	say(COLOR_NAME, "%-15s ", name_of(&region_names, top->region));
	say_names(COLOR_DIM, &entry_flag_names, top->flags);
	putchar('\n');
	if (compare && !top->shared)
		printf("  %24s  0x%016llx  in the other\n", "",
		       top->other_entry);
}

static void kernel_text(const struct list *list, const struct options *o)
{
	size_t shared = 0;
	size_t i;

	say(COLOR_TITLE, "Kernel half of the top table of process %u",
	    real_pid(o->pid));
	if (compares(o))
		say(COLOR_TITLE, " beside that of %u", real_pid(o->other));
	putchar('\n');
	say(COLOR_NAME, "  index %-18s  %-18s  %s%-15s %s\n", "from address",
	    "entry", compares(o) ? "shared?  " : "", "region", "flags");
	for (i = 0; i < list->count; i++) {
		const struct vmlab_top *top = list_at(list, i);

		shared += top->shared;
		top_text(top, compares(o));
	}
	printf("%zu of 256 entries are in use", list->count);
	if (compares(o))
		printf("; %zu of them lead to the same tables in both", shared);
	putchar('\n');
	say_text(COLOR_DIM, 0,
		 "Every process has the kernel in the upper half of its address space, and the tables below these entries exist once: that is why entering the kernel needs no other address space, and why a new process copies 256 entries and no more.");
}

int cmd_kernel(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_top) };
	int err = list_fetch(v, &list, fill, o);
	int status = STATUS_GOOD;

	if (err)
		status = refused(v, err);
	else if (print_json())
		kernel_json(&list, o);
	else
		kernel_text(&list, o);
	list_free(&list);
	return status;
}
