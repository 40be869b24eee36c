// SPDX-License-Identifier: GPL-2.0
#include "slab_show.h"

#include <ctype.h>
#include <stdio.h>

#include "pool_show.h"

static void counts_json(struct json_object *o, const struct vmlab_cache *cache)
{
	js_number(o, "slabs_full", cache->slabs_full);
	js_number(o, "slabs_partial", cache->slabs_partial);
	js_number(o, "slabs_empty", cache->slabs_empty);
	js_number(o, "live", cache->live);
	js_number(o, "cached", cache->cached);
	js_number(o, "free", cache->free);
	js_number(o, "allocs", cache->allocs);
	js_number(o, "frees", cache->frees);
	js_number(o, "refills", cache->refills);
	js_number(o, "flushes", cache->flushes);
	js_number(o, "grown", cache->grown);
	js_number(o, "reaped", cache->reaped);
	js_set(o, "bugs", counters_json(cache->bug, cache->nr_bugs));
	js_bool(o, "own", cache->own);
}

struct json_object *cache_json(const struct vmlab_cache *cache)
{
	struct json_object *o = js_object();

	js_text(o, "name", cache->name);
	js_number(o, "size", cache->size);
	js_number(o, "stride", cache->stride);
	js_number(o, "align", cache->align);
	js_names(o, "features", &cache_flag_names, cache->flags);
	js_number(o, "order", cache->order);
	js_number(o, "per_slab", cache->per_slab);
	js_number(o, "colours", cache->colours);
	counts_json(o, cache);
	return o;
}

struct json_object *object_json(const struct vmlab_object *object)
{
	struct json_object *o = js_object();

	js_number(o, "handle", object->handle);
	js_maybe(o, "frame", object->has & VMLAB_HAS_FRAME, object->frame);
	js_maybe(o, "number", object->has & VMLAB_HAS_NUMBER, object->number);
	js_number(o, "size", object->size);
	js_bool(o, "freed", object->freed);
	if (object->has & VMLAB_HAS_ADDRESS)
		js_hex(o, "address", object->address);
	else
		js_null(o, "address");
	return o;
}

struct json_object *bytes_json(__s32 offset, const __u8 *bytes, __u32 length)
{
	struct json_object *o = js_object();
	struct json_object *array = js_array();

	js_signed(o, "offset", offset);
	while (length--)
		js_push_number(array, *bytes++);
	js_set(o, "bytes", array);
	return o;
}

void cache_head(void)
{
	say(COLOR_NAME, "%-16s %6s %6s %5s %5s %6s %6s %6s %6s  %s\n", "cache",
	    "size", "stride", "order", "/slab", "slabs", "live", "cached",
	    "free", "features");
}

void cache_line(const struct vmlab_cache *cache)
{
	say(cache->own ? COLOR_VALUE : COLOR_PLAIN, "%-16s", cache->name);
	printf(" %6llu %6u %5u %5u %6u %6u %6u %6u  ", cache->size,
	       cache->stride, cache->order, cache->per_slab,
	       cache->slabs_full + cache->slabs_partial + cache->slabs_empty,
	       cache->live, cache->cached, cache->free);
	say_names(COLOR_DIM, &cache_flag_names, cache->flags);
	putchar('\n');
}

void cache_layout(const struct vmlab_cache *cache)
{
	__u64 slab = 4096ULL << cache->order;
	__u64 rest = slab - (__u64)cache->per_slab * cache->size;

	say(COLOR_TITLE, "Cache %s\n", cache->name);
	printf("  %llu bytes an object, aligned to %u, %u from one to the next\n",
	       cache->size, cache->align, cache->stride);
	printf("  %u in a slab of %s (order %u); %.1f%% of it is no object\n",
	       cache->per_slab, bytes_text(slab), cache->order,
	       100.0 * rest / slab);
	printf("  %u colour%s: slabs begin at as many offsets, for the sake of caches\n",
	       cache->colours, cache->colours == 1 ? "" : "s");
	if (!cache->flags)
		return;
	printf("  with ");
	say_names(COLOR_GOOD, &cache_flag_names, cache->flags);
	putchar('\n');
}

static void bugs_text(const struct vmlab_cache *cache)
{
	__u32 i;

	for (i = 0; i < cache->nr_bugs; i++) {
		if (cache->bug[i].value)
			say(COLOR_BAD, "  reported: %s, %llu time%s\n",
			    cache->bug[i].name, cache->bug[i].value,
			    cache->bug[i].value == 1 ? "" : "s");
	}
}

void cache_text(const struct vmlab_cache *cache)
{
	printf("  slabs    %u full, %u partial, %u empty; %llu made, %llu given back\n",
	       cache->slabs_full, cache->slabs_partial, cache->slabs_empty,
	       cache->grown, cache->reaped);
	printf("  objects  %u live, %u free in magazines, %u free in slabs\n",
	       cache->live, cache->cached, cache->free);
	printf("  so far   %llu allocated, %llu freed; magazines: %llu refills, %llu flushes\n",
	       cache->allocs, cache->frees, cache->refills, cache->flushes);
	bugs_text(cache);
}

void object_text(const struct vmlab_object *object)
{
	say(object->freed ? COLOR_DIM : COLOR_VALUE, "  object %u",
	    object->handle);
	if (object->has & VMLAB_HAS_NUMBER)
		printf(": number %u in the slab at frame %u", object->number,
		       object->frame);
	if (object->has & VMLAB_HAS_ADDRESS)
		printf(", at 0x%llx", object->address);
	puts(object->freed ? ", freed" : "");
}

#define DUMP_LINE	16

static void dump_line(const __u8 *bytes, __u32 length)
{
	__u32 i;

	for (i = 0; i < DUMP_LINE; i++) {
		if (i < length)
			say(COLOR_VALUE, " %02x", bytes[i]);
		else
			printf("   ");
	}
	printf("  ");
	for (i = 0; i < length; i++)
		putchar(isascii(bytes[i]) && isprint(bytes[i]) ? bytes[i] :
			'.');
	putchar('\n');
}

void bytes_dump(__s32 offset, const __u8 *bytes, __u32 length)
{
	__u32 at;

	for (at = 0; at < length; at += DUMP_LINE) {
		say(COLOR_NAME, "  %6d ", offset + (__s32)at);
		dump_line(bytes + at, length - at < DUMP_LINE ? length - at :
			  DUMP_LINE);
	}
}
