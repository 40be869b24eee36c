// SPDX-License-Identifier: GPL-2.0
/* vmlab areas */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>

#include "list.h"
#include "show.h"

static int take_area(const struct vmlab_area *area, void *data)
{
	struct vmlab_area copy = *area;

	copy.name = list_keep(data, area->name);
	return copy.name ? list_add(data, &copy) : -ENOMEM;
}

static int fill(struct vmlab *v, struct list *list, const void *query)
{
	return vmlab_areas(v, *(const pid_t *)query, take_area, list);
}

static void areas_json(const struct list *list, pid_t pid)
{
	struct json_object *o = js_object();
	struct json_object *array = js_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		js_push(array, area_json(list_at(list, i)));
	js_number(o, "pid", real_pid(pid));
	js_set(o, "areas", array);
	js_print(o);
}

/* What the area's rights and name do not say already. */
#define TELLING	(~(__u64)(VMLAB_AREA_FLAG_READ | VMLAB_AREA_FLAG_WRITE | \
			     VMLAB_AREA_FLAG_EXEC | VMLAB_AREA_FLAG_SHARED | \
			     VMLAB_AREA_FLAG_MAY_READ | \
			     VMLAB_AREA_FLAG_MAY_WRITE | \
			     VMLAB_AREA_FLAG_MAY_EXEC | \
			     VMLAB_AREA_FLAG_MAY_SHARE | \
			     VMLAB_AREA_FLAG_ACCOUNT | \
			     VMLAB_AREA_FLAG_SOFT_DIRTY | \
			     VMLAB_AREA_FLAG_HEAP | VMLAB_AREA_FLAG_STACK | \
			     VMLAB_AREA_FLAG_VDSO))

static void area_line(const struct vmlab_area *area)
{
	__u64 flags = area->flags & TELLING;

	say(COLOR_VALUE, "0x%012llx-0x%012llx", area->start,
	    area->end);
	printf(" %s %9s", area_rights(area), bytes_text(area->end - area->start));
	if (*area->name)
		say(COLOR_NAME, " %s", area->name);
	if (flags) {
		printf("  ");
		say_names(COLOR_DIM, &area_flag_names, flags);
	}
	putchar('\n');
}

static void areas_text(const struct list *list, pid_t pid)
{
	__u64 bytes = 0;
	size_t i;

	say(COLOR_TITLE, "Areas of process %u\n", real_pid(pid));
	for (i = 0; i < list->count; i++) {
		const struct vmlab_area *area = list_at(list, i);

		bytes += area->end - area->start;
		area_line(area);
	}
	printf("%zu areas, %s\n", list->count, bytes_text(bytes));
	say_text(COLOR_DIM, 0,
		 "An area is a promise of memory; whether pages stand behind it, \"vmlab walk PID START-END\" says.");
}

int cmd_areas(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_area) };
	int err = list_fetch(v, &list, fill, &o->pid);
	int status = STATUS_GOOD;

	if (err)
		status = refused(v, err);
	else if (print_json())
		areas_json(&list, o->pid);
	else
		areas_text(&list, o->pid);
	list_free(&list);
	return status;
}
