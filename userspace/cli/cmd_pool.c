// SPDX-License-Identifier: GPL-2.0
/* vmlab pool, vmlab pool set */
#include "cmd.h"

#include <stdio.h>

#include "list.h"
#include "pool_show.h"
#include "show.h"
#include "teach.h"

/**
 * struct whole - all that is known of the pool
 * @pool: its sums
 * @extents: struct vmlab_extent
 * @zones: struct vmlab_zone
 */
struct whole {
	struct vmlab_pool pool;
	struct list extents;
	struct list zones;
};

static int take_extent(const struct vmlab_extent *extent, void *data)
{
	return list_add(data, extent);
}

static int take_zone(const struct vmlab_zone *zone, void *data)
{
	return list_add(data, zone);
}

static int fill_extents(struct vmlab *v, struct list *list, const void *query)
{
	(void)query;
	return vmlab_extents(v, take_extent, list);
}

static int fill_zones(struct vmlab *v, struct list *list, const void *query)
{
	(void)query;
	return vmlab_zones(v, take_zone, list);
}

static struct json_object *extents_json(const struct list *list,
					const struct options *o)
{
	struct json_object *array = js_array();
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct vmlab_extent *extent = list_at(list, i);
		struct json_object *one;

		if (!is_wanted(o, extent->node, extent->zone))
			continue;
		one = js_object();
		js_number(one, "first", extent->first);
		js_number(one, "frames", extent->nr);
		js_number(one, "node", extent->node);
		js_text(one, "zone", name_of(&zone_names, extent->zone));
		js_maybe(one, "pfn", extent->has & VMLAB_HAS_PFN, extent->pfn);
		js_push(array, one);
	}
	return array;
}

static struct json_object *orders_json(const struct vmlab_zone *zone)
{
	struct json_object *array = js_array();
	unsigned int order;

	for (order = 0; order < VMLAB_ORDERS; order++) {
		const struct vmlab_order *at = &zone->order[order];
		struct json_object *one = js_object();

		js_number(one, "order", order);
		js_number(one, "blocks", at->blocks);
		js_number(one, "unusable_per_mille", at->unusable);
		js_signed(one, "fragmentation_per_mille", at->fragmentation);
		js_maybe(one, "needs_frames", at->has & VMLAB_HAS_NEEDS,
			 at->needs);
		js_push(array, one);
	}
	return array;
}

static struct json_object *types_json(const struct vmlab_zone *zone)
{
	struct json_object *o = js_object();
	unsigned int type;

	for (type = 0; type < VMLAB_MIGRATE_TYPES; type++) {
		struct json_object *one = js_object();

		js_number(one, "page_blocks", zone->page_blocks[type]);
		js_numbers(one, "free_blocks", zone->blocks[type],
			   VMLAB_ORDERS);
		js_set(o, name_of(&type_names, type), one);
	}
	return o;
}

static struct json_object *cpus_json(const struct vmlab_zone *zone)
{
	struct json_object *array = js_array();
	__u32 i;

	for (i = 0; i < zone->nr_cpus; i++) {
		struct json_object *one = js_object();

		js_number(one, "cpu", zone->cpu[i].cpu);
		js_number(one, "frames", zone->cpu[i].frames);
		js_push(array, one);
	}
	return array;
}

static struct json_object *reserves_json(const struct vmlab_zone *zone)
{
	struct json_object *o = js_object();
	unsigned int type;

	for (type = 0; type < VMLAB_ZONE_TYPES; type++)
		js_number(o, name_of(&zone_names, type), zone->reserve[type]);
	return o;
}

static struct json_object *zone_json(const struct vmlab_zone *zone)
{
	struct json_object *o = js_object();

	js_number(o, "node", zone->node);
	js_text(o, "zone", name_of(&zone_names, zone->zone));
	js_number(o, "managed", zone->managed);
	js_number(o, "free", zone->free);
	js_number(o, "cached", zone->cached);
	js_number(o, "min", zone->min);
	js_number(o, "low", zone->low);
	js_number(o, "high", zone->high);
	js_set(o, "reserve", reserves_json(zone));
	js_number(o, "block_order", zone->block_order);
	js_set(o, "orders", orders_json(zone));
	js_set(o, "types", types_json(zone));
	js_number(o, "pcp_high", zone->pcp_high);
	js_number(o, "pcp_batch", zone->pcp_batch);
	js_set(o, "cpus", cpus_json(zone));
	js_set(o, "counters", counters_json(zone->counter, zone->nr_counters));
	return o;
}

static struct json_object *zones_json(const struct list *list,
				      const struct options *o)
{
	struct json_object *array = js_array();
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct vmlab_zone *zone = list_at(list, i);

		if (is_wanted(o, zone->node, zone->zone))
			js_push(array, zone_json(zone));
	}
	return array;
}

static void pool_json(const struct whole *whole, const struct options *opts)
{
	const struct vmlab_pool *pool = &whole->pool;
	struct json_object *o = js_object();

	js_text(o, "source", name_of(&pool_source_names, pool->source));
	js_number(o, "asked", pool->asked);
	js_number(o, "frames", pool->got);
	js_number(o, "numbers", pool->numbers);
	js_number(o, "nodes", pool->nodes);
	js_bool(o, "real_nodes", pool->real_nodes);
	js_number(o, "free", pool->free);
	js_number(o, "cached", pool->cached);
	js_number(o, "used", pool->used);
	js_number(o, "block_order", pool->block_order);
	js_number(o, "descriptor_bytes", pool->descriptor_bytes);
	js_number(o, "metadata_bytes", pool->metadata_bytes);
	js_number(o, "min_free", pool->min_free);
	js_number(o, "user_cap", pool->user_cap);
	js_number(o, "map_cap", pool->map_cap);
	js_bool(o, "strict", pool->strict);
	js_set(o, "extents", extents_json(&whole->extents, opts));
	js_set(o, "zones", zones_json(&whole->zones, opts));
	js_print(o);
}

static void label(const char *text)
{
	say(COLOR_NAME, "  %-10s", text);
}

static void sums_text(const struct vmlab_pool *pool)
{
	say(COLOR_TITLE, "Pool: %u frames, %s\n", pool->got,
	    frames_text(pool->got));
	label("from");
	printf("%s\n", teach_source(pool->source));
	label("asked");
	printf("%u frames; got %u in %u piece%s", pool->asked, pool->got,
	       pool->extents, pool->extents == 1 ? "" : "s");
	printf(" on %u node%s%s\n", pool->nodes, pool->nodes == 1 ? "" : "s",
	       pool->real_nodes ? " of the machine" : "");
	label("now");
	printf("%u free, %u on per-CPU lists, %u used\n", pool->free,
	       pool->cached, pool->used);
	label("metadata");
	printf("%s", bytes_text(pool->metadata_bytes));
	if (pool->got)
		printf(", %.1f bytes a frame (struct page alone takes 64)",
		       (double)pool->metadata_bytes / pool->got);
	putchar('\n');
	label("limits");
	printf("%u frames kept free; of one user, %u for sessions, %u for mappings\n",
	       pool->min_free, pool->user_cap, pool->map_cap);
	label("checks");
	printf("%s\n", pool->strict ? "after every operation by hand (strict)" :
	       "on request (vmlab check)");
}

static void extents_text(const struct list *list, const struct options *o)
{
	size_t i;

	say(COLOR_TITLE, "\nExtents\n");
	say(COLOR_NAME, "  %-19s %4s  %-8s %9s  %s\n", "frames", "node", "zone",
	    "size", "physical");
	for (i = 0; i < list->count; i++) {
		const struct vmlab_extent *extent = list_at(list, i);
		char text[32];

		if (!is_wanted(o, extent->node, extent->zone))
			continue;
		snprintf(text, sizeof(text), "%u-%u", extent->first,
			 extent->first + extent->nr - 1);
		printf("  %-19s %4u  %-8s %9s  ", text, extent->node,
		       name_of(&zone_names, extent->zone),
		       frames_text(extent->nr));
		if (extent->has & VMLAB_HAS_PFN)
			printf("0x%llx\n", extent->pfn << FRAME_SHIFT);
		else
			puts("-");
	}
}

#define BAR	48

static unsigned int bar_at(__u64 value, __u64 scale)
{
	__u64 at = scale ? value * BAR / scale : 0;

	return at < BAR ? at : BAR;
}

/*
 * The watermarks are a few hundredths of a zone: the bar ends at four times the
 * highest of them, or at the zone's size, and what is beyond is an arrow.
 */
static void marks_text(const struct vmlab_zone *zone)
{
	__u64 scale = 4ULL * zone->high;
	unsigned int i, full;

	if (!scale || scale > zone->managed)
		scale = zone->managed;
	full = bar_at(zone->free, scale);
	printf("  %-12s|", "watermarks");
	for (i = 0; i < BAR; i++) {
		enum color color = i < full ? COLOR_GOOD : COLOR_DIM;
		char mark = i < full ? '=' : '.';

		if (i == bar_at(zone->high, scale))
			mark = 'H';
		if (i == bar_at(zone->low, scale))
			mark = 'L';
		if (i == bar_at(zone->min, scale))
			mark = 'M';
		say(mark > '=' ? COLOR_VALUE : color, "%c", mark);
	}
	printf("%s %u free\n", zone->free > scale ? ">" : "|", zone->free);
	printf("  %-12sM min %u, L low %u, H high %u\n", "", zone->min,
	       zone->low, zone->high);
}

static void reserves_text(const struct vmlab_zone *zone)
{
	unsigned int type;

	for (type = 0; type < VMLAB_ZONE_TYPES; type++) {
		if (zone->reserve[type])
			printf("  %-12sand %u more for requests that may go to %s\n",
			       "", zone->reserve[type],
			       name_of(&zone_names, type));
	}
}

static void indices_text(const struct vmlab_zone *zone)
{
	unsigned int order;

	printf("  %-12s", "unusable %");
	for (order = 0; order < VMLAB_ORDERS; order++)
		printf("%6.1f", zone->order[order].unusable / 10.0);
	printf("\n  %-12s", "fragmented");
	for (order = 0; order < VMLAB_ORDERS; order++) {
		if (zone->order[order].fragmentation < 0)
			say(COLOR_DIM, "%6s", "no");
		else
			printf("%6.2f",
			       zone->order[order].fragmentation / 1000.0);
	}
	printf("\n  %-12s", "needs frames");
	for (order = 0; order < VMLAB_ORDERS; order++) {
		const struct vmlab_order *at = &zone->order[order];

		if (!(at->has & VMLAB_HAS_NEEDS))
			say(COLOR_BAD, "%6s", "never");
		else
			say(at->needs ? COLOR_VALUE : COLOR_DIM, "%6u",
			    at->needs);
	}
	putchar('\n');
}

static void cpus_text(const struct vmlab_zone *zone)
{
	__u32 i;

	printf("  %-12s", "per CPU");
	if (!zone->pcp_high) {
		printf("no lists\n");
		return;
	}
	printf("up to %u frame%s, %u at once;", zone->pcp_high,
	       zone->pcp_high == 1 ? "" : "s", zone->pcp_batch);
	for (i = 0; i < zone->nr_cpus; i++)
		printf(" CPU %u: %u", zone->cpu[i].cpu, zone->cpu[i].frames);
	puts(zone->nr_cpus ? "" : " now empty");
}

static void zone_text(const struct vmlab_zone *zone)
{
	__u32 blocks[VMLAB_ORDERS];
	unsigned int i;

	say(COLOR_TITLE, "\nZone %s of node %u: %u frame%s, %s\n",
	    name_of(&zone_names, zone->zone), zone->node, zone->managed,
	    zone->managed == 1 ? "" : "s", frames_text(zone->managed));
	marks_text(zone);
	reserves_text(zone);
	orders_head("order");
	for (i = 0; i < VMLAB_MIGRATE_TYPES; i++)
		orders_line(name_of(&type_names, i), zone->blocks[i]);
	for (i = 0; i < VMLAB_ORDERS; i++)
		blocks[i] = zone->order[i].blocks;
	orders_line("all", blocks);
	indices_text(zone);
	printf("  %-12s", "page blocks");
	for (i = 0; i < VMLAB_MIGRATE_TYPES; i++)
		printf("%s%u %s", i ? ", " : "", zone->page_blocks[i],
		       name_of(&type_names, i));
	printf(", of order %u\n", zone->block_order);
	cpus_text(zone);
}

static void pool_text(const struct whole *whole, const struct options *o)
{
	size_t i;

	sums_text(&whole->pool);
	extents_text(&whole->extents, o);
	for (i = 0; i < whole->zones.count; i++) {
		const struct vmlab_zone *zone = list_at(&whole->zones, i);

		if (is_wanted(o, zone->node, zone->zone))
			zone_text(zone);
	}
	putchar('\n');
	say_text(COLOR_DIM, 0, teach_pool());
}

int cmd_pool(struct vmlab *v, const struct options *o)
{
	struct whole whole = {
		.extents.size = sizeof(struct vmlab_extent),
		.zones.size = sizeof(struct vmlab_zone),
	};
	int status = STATUS_GOOD;
	int err;

	err = vmlab_pool(v, &whole.pool);
	if (!err)
		err = list_fetch(v, &whole.extents, fill_extents, NULL);
	if (!err)
		err = list_fetch(v, &whole.zones, fill_zones, NULL);
	if (err)
		status = refused(v, err);
	else if (print_json())
		pool_json(&whole, o);
	else
		pool_text(&whole, o);
	list_free(&whole.extents);
	list_free(&whole.zones);
	return status;
}

int cmd_pool_set(struct vmlab *v, const struct options *o)
{
	struct vmlab_tune tune = {
		.has = request_of(o).has,
		.node = o->node,
		.zone = o->zone,
		.min_free = o->min_free,
		.pcp_high = o->pcp_high,
		.pcp_batch = o->pcp_batch,
		.strict = o->strict,
		.set_min_free = o->given & OPT_MIN_FREE,
		.set_pcp_high = o->given & OPT_PCP_HIGH,
		.set_pcp_batch = o->given & OPT_PCP_BATCH,
		.set_strict = o->given & OPT_STRICT,
		.drain = o->given & OPT_DRAIN,
	};
	int err;

	if (!(o->given & OPT_TUNE)) {
		print_error("nothing to set; see \"vmlab pool set --help\".");
		return STATUS_USAGE;
	}
	err = vmlab_pool_set(v, &tune);
	return err ? refused(v, err) : done("The pool is set.");
}
