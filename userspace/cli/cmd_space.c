// SPDX-License-Identifier: GPL-2.0
/* vmlab spaces, vmlab space: what vmlab manages of processes */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>

#include "list.h"
#include "pool_show.h"
#include "space_show.h"
#include "teach.h"

#define ENTRY_SIZE	8

static int take_space(const struct vmlab_space *space, void *data)
{
	struct vmlab_space copy = *space;

	copy.comm = list_keep(data, space->comm);
	return copy.comm ? list_add(data, &copy) : -ENOMEM;
}

static int fill_spaces(struct vmlab *v, struct list *list, const void *query)
{
	return vmlab_spaces(v, *(const pid_t *)query, take_space, list);
}

static struct json_object *tables_json(const struct vmlab_space *space)
{
	struct json_object *array = js_array();
	__u32 i;

	for (i = 0; i < space->nr_tables; i++) {
		struct json_object *o = js_object();

		js_number(o, "level", space->table[i].level);
		js_number(o, "tables", space->table[i].tables);
		js_number(o, "entries", space->table[i].entries);
		js_push(array, o);
	}
	return array;
}

static struct json_object *space_json(const struct vmlab_space *space)
{
	struct json_object *o = js_object();

	js_maybe(o, "pid", space->pid, space->pid);
	js_text(o, "comm", space->comm);
	js_number(o, "areas", space->areas);
	js_number(o, "resident", space->resident);
	js_number(o, "huge", space->huge);
	js_number(o, "levels", space->levels);
	js_number(o, "bits", space->bits);
	js_hex(o, "base", space->base);
	js_number(o, "span", space->span);
	js_set(o, "tables", tables_json(space));
	js_number(o, "table_bytes", space->table_bytes);
	js_number(o, "faults", space->faults);
	js_set(o, "counters", counters_json(space->counter,
					    space->nr_counters));
	return o;
}

static void spaces_json(const struct list *list)
{
	struct json_object *array = js_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		js_push(array, space_json(list_at(list, i)));
	js_print(array);
}

static void spaces_text(const struct list *list)
{
	size_t i;

	if (!list->count) {
		printf("No process maps an object. \"vmlab touch 16 --hold\" is one that does.\n");
		return;
	}
	say(COLOR_NAME, "%8s %-16s %6s %10s %10s %8s\n", "pid", "name",
	    "areas", "resident", "tables", "faults");
	for (i = 0; i < list->count; i++) {
		const struct vmlab_space *space = list_at(list, i);

		say(COLOR_VALUE, "%8u", space->pid);
		printf(" %-16s %6u %10s", space->comm, space->areas,
		       frames_text(space->resident));
		printf(" %10s %8llu\n", bytes_text(space->table_bytes),
		       space->faults);
	}
}

int cmd_spaces(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_space) };
	pid_t all = -1;
	int status = STATUS_GOOD;
	int err = list_fetch(v, &list, fill_spaces, &all);

	(void)o;
	if (err)
		status = refused(v, err);
	else if (print_json())
		spaces_json(&list);
	else
		spaces_text(&list);
	list_free(&list);
	return status;
}

/* === One of them === */

static int take_area(const struct vmlab_space_area *area, void *data)
{
	struct vmlab_space_area copy = *area;

	copy.name = list_keep(data, area->name);
	return copy.name ? list_add(data, &copy) : -ENOMEM;
}

static int fill_areas(struct vmlab *v, struct list *list, const void *query)
{
	return vmlab_space_areas(v, *(const pid_t *)query, take_area, list);
}

/* The area of the space that agrees with one of Linux; NULL if none does. */
static const struct vmlab_space_area *
partner(const struct list *areas, const struct vmlab_space_area *linux_area)
{
	size_t i;

	for (i = 0; i < areas->count; i++) {
		const struct vmlab_space_area *area = list_at(areas, i);

		if (!area->is_linux && areas_agree(linux_area, area))
			return area;
	}
	return NULL;
}

/* Tables that a page table needs if all of the areas is touched. */
static __u64 tables_for(const struct list *areas, unsigned int levels,
			unsigned int bits)
{
	__u64 tables = 1;
	unsigned int level;
	size_t i;

	for (level = 1; level < levels; level++) {
		unsigned int shift = 12 + level * bits;
		__u64 next = 0;

		for (i = 0; i < areas->count; i++) {
			const struct vmlab_space_area *area = list_at(areas, i);
			__u64 first = area->start >> shift;
			__u64 last = (area->end - 1) >> shift;

			if (area->is_linux)
				continue;
			if (first < next)
				first = next;
			if (last + 1 > first)
				tables += last + 1 - first;
			if (last + 1 > next)
				next = last + 1;
		}
	}
	return tables;
}

/* Eight bytes for each page from the first area to the last. */
static __u64 flat_bytes(const struct list *areas)
{
	__u64 start = ~0ULL, end = 0;
	size_t i;

	for (i = 0; i < areas->count; i++) {
		const struct vmlab_space_area *area = list_at(areas, i);

		if (area->start < start)
			start = area->start;
		if (area->end > end)
			end = area->end;
	}
	return end > start ? (end - start) / 4096 * ENTRY_SIZE : 0;
}

static void one_json(const struct vmlab_space *space, const struct list *areas)
{
	struct json_object *o = space_json(space);
	struct json_object *ours = js_array(), *linux_areas = js_array();
	size_t i;

	for (i = 0; i < areas->count; i++) {
		const struct vmlab_space_area *area = list_at(areas, i);
		struct json_object *one = space_area_json(area);

		if (area->is_linux) {
			js_bool(one, "agrees", partner(areas, area));
			js_push(linux_areas, one);
		} else {
			js_number(one, "huge", area->huge);
			js_number(one, "small", area->small);
			js_names(one, "small_why", &small_why_names, area->why);
			js_set(one, "counters",
			       counters_json(area->counter, area->nr_counters));
			js_push(ours, one);
		}
	}
	js_number(o, "flat_table_bytes", flat_bytes(areas));
	js_number(o, "four_level_bytes", tables_for(areas, 4, 9) * 4096);
	js_set(o, "vmlab_areas", ours);
	js_set(o, "linux_areas", linux_areas);
	js_print(o);
}

static void tables_text(const struct vmlab_space *space,
			const struct list *areas)
{
	__u32 i;

	say(COLOR_TITLE, "Shadow page tables of process %u, %s\n", space->pid,
	    space->comm);
	printf("  %u level%s of %u bits from 0x%llx, for %s\n", space->levels,
	       space->levels == 1 ? "" : "s", space->bits, space->base,
	       bytes_text(space->span));
	say(COLOR_NAME, "  %-6s %8s %12s %13s %9s\n", "level", "tables", "bytes",
	    "entries used", "of all");
	for (i = 0; i < space->nr_tables; i++) {
		const struct vmlab_shadow_table *table = &space->table[i];
		__u64 slots = (__u64)table->tables * space->slots;

		printf("  %-6u %8u %12s %13llu", table->level + 1,
		       table->tables, bytes_text(slots * ENTRY_SIZE),
		       table->entries);
		if (slots)
			printf(" %8.1f%%\n", 100.0 * table->entries / slots);
		else
			printf(" %9s\n", "-");
	}
	printf("  all tables: %s", bytes_text(space->table_bytes));
	printf(" for %llu resident frames, %s\n", space->resident,
	       frames_text(space->resident));
	if (space->huge)
		printf("  %llu entries map a block of 2 MiB each\n",
		       space->huge);
	printf("  with all areas touched, four levels of 9 bits would take %s;\n",
	       frames_text(tables_for(areas, 4, 9)));
	printf("  a table of a single level, from the first area to the last, %s\n",
	       bytes_text(flat_bytes(areas)));
}

static void counters_text(const struct vmlab_counter *counter, __u32 nr)
{
	__u32 i;

	for (i = 0; i < nr; i++) {
		if (counter[i].value)
			printf("  %-12s %8llu  %s\n", counter[i].name,
			       counter[i].value,
			       teach_counter(counter[i].name));
	}
}

static void area_line(const struct list *areas,
		      const struct vmlab_space_area *area)
{
	const struct vmlab_space_area *ours;

	printf("  %-5s ", area->is_linux ? "Linux" : "vmlab");
	say(COLOR_VALUE, "0x%012llx-0x%012llx", area->start, area->end);
	printf(" %s %6u %8u  ", space_rights(area->flags), area->memory,
	       area->index);
	if (*area->name)
		say(COLOR_NAME, "%s ", area->name);
	if (!area->is_linux) {
		putchar('\n');
		return;
	}
	ours = partner(areas, area);
	if (!ours)
		say(COLOR_DIM, "not followed yet\n");
	else if (ours->start == area->start && ours->end == area->end)
		say(COLOR_GOOD, "agrees\n");
	else
		say(COLOR_GOOD, "agrees with part\n");
}

/* How blocks of 2 MiB are mapped. */
static void blocks_text(const struct vmlab_space_area *area)
{
	unsigned int bit;

	if (!area->huge && !area->small)
		return;
	say(COLOR_TITLE, "\nBlocks of 2 MiB from 0x%llx\n", area->start);
	if (area->huge)
		printf("  %u mapped by one entry each\n", area->huge);
	if (!area->small)
		return;
	printf("  %u mapped by small entries, as\n", area->small);
	for (bit = 0; bit < 32; bit++) {
		if (area->why & 1U << bit)
			printf("    %s\n", teach_small(bit));
	}
}

static void areas_text(const struct list *areas)
{
	size_t i;

	say(COLOR_TITLE, "\nAreas");
	printf(", Linux's and vmlab's own, which merges what fits together\n");
	say(COLOR_NAME, "  %-5s %-29s %-4s %6s %8s\n", "whose", "range", "",
	    "object", "index");
	for (i = 0; i < areas->count; i++)
		area_line(areas, list_at(areas, i));
	for (i = 0; i < areas->count; i++)
		blocks_text(list_at(areas, i));
	for (i = 0; i < areas->count; i++) {
		const struct vmlab_space_area *area = list_at(areas, i);

		if (!area->nr_counters)
			continue;
		say(COLOR_TITLE, "\nFaults from 0x%llx\n", area->start);
		counters_text(area->counter, area->nr_counters);
	}
}

int cmd_space(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_space) };
	struct list areas = { .size = sizeof(struct vmlab_space_area) };
	int status = STATUS_GOOD;
	int err = list_fetch(v, &list, fill_spaces, &o->pid);

	if (!err)
		err = list_fetch(v, &areas, fill_areas, &o->pid);
	if (err) {
		status = refused(v, err);
	} else if (print_json()) {
		one_json(list_at(&list, 0), &areas);
	} else {
		const struct vmlab_space *space = list_at(&list, 0);

		tables_text(space, &areas);
		say(COLOR_TITLE, "\nFaults\n");
		counters_text(space->counter, space->nr_counters);
		areas_text(&areas);
	}
	list_free(&areas);
	list_free(&list);
	return status;
}
