// SPDX-License-Identifier: GPL-2.0
/* vmlab census */
#include "cmd.h"

#include <stdio.h>

static __u64 mapped_bytes(const struct vmlab_census *census)
{
	__u64 bytes = 0;
	__u32 i;

	for (i = 0; i < census->nr_mapped; i++)
		bytes += census->mapped[i].bytes;
	return bytes;
}

static double overhead(const struct vmlab_census *census)
{
	return 100.0 * census->table_bytes / mapped_bytes(census);
}

static struct json_object *tables_json(const struct vmlab_census *census)
{
	struct json_object *tables = js_object();
	__u32 i;

	for (i = 0; i < census->nr_tables; i++) {
		const struct vmlab_table *table = &census->table[i];
		struct json_object *o = js_object();

		js_number(o, "pages", table->pages);
		js_number(o, "entries_used", table->entries_used);
		js_number(o, "leaves", table->leaves);
		js_set(tables, name_of(&level_names, table->level), o);
	}
	return tables;
}

static struct json_object *mapped_json(const struct vmlab_census *census)
{
	struct json_object *o = js_object();
	__u32 i;

	for (i = 0; i < census->nr_mapped; i++) {
		char key[24];

		snprintf(key, sizeof(key), "%llu",
			 census->mapped[i].page_size);
		js_number(o, key, census->mapped[i].bytes);
	}
	return o;
}

static void census_json(const struct vmlab_census *census)
{
	struct json_object *o = js_object();

	js_number(o, "pid", census->pid);
	js_set(o, "tables", tables_json(census));
	js_number(o, "table_bytes", census->table_bytes);
	js_number(o, "accounted_bytes", census->accounted_bytes);
	js_set(o, "mapped_bytes", mapped_json(census));
	if (mapped_bytes(census))
		js_real(o, "overhead_percent", overhead(census));
	else
		js_null(o, "overhead_percent");
	js_number(o, "swapped_bytes", census->swapped_bytes);
	js_hex(o, "span_start", census->span_start);
	js_hex(o, "span_end", census->span_end);
	js_number(o, "span", census->span_end - census->span_start);
	js_number(o, "flat_table_bytes", census->flat_bytes);
	js_number(o, "area_bytes", census->area_bytes);
	js_print(o);
}

static void tables_text(const struct vmlab_census *census)
{
	__u32 i;

	say(COLOR_TITLE, "Page tables of process %u\n", census->pid);
	say(COLOR_NAME, "  %-6s %8s %12s %13s %9s %10s\n", "level", "tables",
	    "bytes", "entries used", "of 512", "leaves");
	for (i = 0; i < census->nr_tables; i++) {
		const struct vmlab_table *table = &census->table[i];

		printf("  %-6s %8llu %12s %13llu",
		       name_of(&level_names, table->level), table->pages,
		       bytes_text(table->pages * 4096), table->entries_used);
		if (table->pages)
			printf(" %8.1f%%", table->entries_used * 100.0 /
			       (table->pages * 512));
		else
			printf(" %9s", "-");
		printf(" %10llu\n", table->leaves);
	}
	printf("  all tables: %s", bytes_text(census->table_bytes));
	printf("; the kernel accounts %s to the process (VmPTE)\n",
	       bytes_text(census->accounted_bytes));
}

static void mapped_text(const struct vmlab_census *census)
{
	__u32 i;

	say(COLOR_TITLE, "\nMapped\n");
	for (i = 0; i < census->nr_mapped; i++) {
		const struct vmlab_mapped *mapped = &census->mapped[i];

		printf("  by pages of %-9s", bytes_text(mapped->page_size));
		printf(" %12s\n", bytes_text(mapped->bytes));
	}
	printf("  %-21s %12s\n", "in swap", bytes_text(census->swapped_bytes));
	printf("  %-21s %12s\n", "promised by areas",
	       bytes_text(census->area_bytes));
}

static void cost_text(const struct vmlab_census *census)
{
	char text[400];

	say(COLOR_TITLE, "\nWhat it costs\n");
	if (mapped_bytes(census))
		printf("  overhead: %.2f%% of what is mapped goes to tables\n",
		       overhead(census));
	else
		printf("  overhead: nothing is mapped\n");
	snprintf(text, sizeof(text),
		 "The areas lie between 0x%llx and 0x%llx. A table of a single level has eight bytes for every 4 KiB page of this span, used or not: it would take %s.",
		 census->span_start, census->span_end,
		 bytes_text(census->flat_bytes));
	say_text(COLOR_PLAIN, 2, text);
	if (!census->table_bytes || census->flat_bytes <= census->table_bytes)
		return;
	snprintf(text, sizeof(text),
		 "That is %.0f times as much as the tables of %u levels, which leave out what is empty.",
		 (double)census->flat_bytes / census->table_bytes,
		 census->nr_tables);
	say_text(COLOR_PLAIN, 2, text);
}

int cmd_census(struct vmlab *v, const struct options *o)
{
	struct vmlab_census census;
	int err = vmlab_census(v, o->pid, &census);

	if (err)
		return refused(v, err);
	if (print_json()) {
		census_json(&census);
		return STATUS_GOOD;
	}
	tables_text(&census);
	mapped_text(&census);
	cost_text(&census);
	return STATUS_GOOD;
}
