// SPDX-License-Identifier: GPL-2.0
/* vmlab stat */
#include "cmd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pool_show.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static struct json_object *stat_json(const struct vmlab_stat *stat)
{
	struct json_object *o = js_object();
	struct json_object *array = js_array();
	__u32 i;

	js_set(o, "counters", counters_json(stat->counter, stat->nr_counters));
	for (i = 0; i < stat->nr_zones; i++) {
		const struct vmlab_zone_stat *zone = &stat->zone[i];
		struct json_object *one = js_object();

		js_number(one, "node", zone->node);
		js_text(one, "zone", name_of(&zone_names, zone->zone));
		js_set(one, "counters",
		       counters_json(zone->counter, zone->nr_counters));
		js_push(array, one);
	}
	js_set(o, "zones", array);
	return o;
}

static void stat_text(const struct vmlab_stat *stat)
{
	__u32 i;

	for (i = 0; i < stat->nr_counters; i++)
		printf("%s %llu\n", stat->counter[i].name,
		       stat->counter[i].value);
}

static bool has_counter(const struct vmlab_stat *stat, const char *name,
			__u64 *value)
{
	__u32 i;

	for (i = 0; i < stat->nr_counters; i++) {
		if (strcmp(stat->counter[i].name, name))
			continue;
		*value = stat->counter[i].value;
		return true;
	}
	return false;
}

/* A gauge says how much there is; a counter, how often something happened. */
static bool is_gauge(const char *name)
{
	return !strncmp(name, "nr_", 3);
}

/* Make of @now what happened since @before; of gauges, what they are. */
static void subtract(struct vmlab_counter *now, __u32 nr,
		     const struct vmlab_counter *before, __u32 nr_before)
{
	__u32 i;

	for (i = 0; i < nr && i < nr_before; i++) {
		if (!is_gauge(now[i].name))
			now[i].value -= before[i].value;
	}
}

static void since(struct vmlab_stat *now, const struct vmlab_stat *before)
{
	__u32 i;

	subtract(now->counter, now->nr_counters, before->counter,
		 before->nr_counters);
	for (i = 0; i < now->nr_zones && i < before->nr_zones; i++)
		subtract(now->zone[i].counter, now->zone[i].nr_counters,
			 before->zone[i].counter, before->zone[i].nr_counters);
}

/* What vmlab stat INTERVAL shows, of what the module counts. */
static const struct column {
	const char *title;
	const char *counter;
	int width;
} columns[] = {
	{ "free", "nr_free", 8 },
	{ "pcp", "nr_pcp", 6 },
	{ "alloc", "alloc", 7 },
	{ "freed", "free", 7 },
	{ "split", "split", 6 },
	{ "merge", "merge", 6 },
	{ "steal", "steal", 6 },
	{ "refill", "pcp_refill", 7 },
	{ "drain", "pcp_drain", 6 },
	{ "fail", "alloc_fail", 5 },
	{ "objects", "slab_alloc", 8 },
	{ "moved", "compact_moved", 6 },
};

#define HEAD_EVERY	20

static void line_text(const struct vmlab_stat *stat, __u64 line)
{
	const struct column *column;
	__u64 value;

	for (column = columns; column < columns + COUNT(columns); column++) {
		if (!(line % HEAD_EVERY) &&
		    has_counter(stat, column->counter, &value))
			say(COLOR_NAME, "%*s", column->width, column->title);
	}
	if (!(line % HEAD_EVERY))
		putchar('\n');
	for (column = columns; column < columns + COUNT(columns); column++) {
		if (has_counter(stat, column->counter, &value))
			printf("%*llu", column->width, value);
	}
	putchar('\n');
}

/* The first line is since the module was loaded, as vmstat(8) has it. */
static int watch(struct vmlab *v, const struct options *o)
{
	struct vmlab_stat before = { 0 };
	struct vmlab_stat now, shown;
	__u64 line;
	int err;

	for (line = 0; !o->times || line < o->times; line++) {
		if (line)
			sleep(o->interval);
		err = vmlab_stat(v, &now);
		if (err)
			return refused(v, err);
		shown = now;
		since(&shown, &before);
		before = now;
		if (print_json())
			js_print(stat_json(&shown));
		else
			line_text(&shown, line);
		fflush(stdout);
		if (print_failed())
			break;
	}
	return STATUS_GOOD;
}

int cmd_stat(struct vmlab *v, const struct options *o)
{
	struct vmlab_stat stat;
	int err;

	if (o->interval)
		return watch(v, o);
	err = vmlab_stat(v, &stat);
	if (err)
		return refused(v, err);
	if (print_json())
		js_print(stat_json(&stat));
	else
		stat_text(&stat);
	return STATUS_GOOD;
}
