// SPDX-License-Identifier: GPL-2.0
/* vmlab slab: caches of objects */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>

#include "list.h"
#include "pool_show.h"
#include "show.h"
#include "slab_show.h"

int cmd_slab_create(struct vmlab *v, const struct options *o)
{
	const struct vmlab_cache wanted = {
		.name = o->name,
		.size = o->bytes,
		.align = o->align,
		.flags = o->features,
	};
	struct vmlab_cache cache;
	int err = vmlab_slab_create(v, o->session, &wanted, &cache);

	if (err)
		return refused(v, err);
	if (print_json())
		js_print(cache_json(&cache));
	else
		cache_layout(&cache);
	return STATUS_GOOD;
}

int cmd_slab_destroy(struct vmlab *v, const struct options *o)
{
	int err = vmlab_slab_destroy(v, o->session, o->name);

	return err ? refused(v, err) :
	       done("Cache %s is gone.", o->name);
}

static int take_object(const struct vmlab_object *object, void *data)
{
	return list_add(data, object);
}

static void objects_print(const struct list *list)
{
	struct json_object *array;
	size_t i;

	if (!print_json()) {
		for (i = 0; i < list->count; i++)
			object_text(list_at(list, i));
		return;
	}
	array = js_array();
	for (i = 0; i < list->count; i++)
		js_push(array, object_json(list_at(list, i)));
	js_print(array);
}

/* The module allocates so many at most with one request. */
static int alloc_all(struct vmlab *v, const struct options *o,
		     struct list *list)
{
	__u32 left = o->count;
	int err = 0;

	while (!err && left) {
		__u32 count = left < VMLAB_OBJECTS_MAX ? left :
			      VMLAB_OBJECTS_MAX;
		size_t before = list->count;

		err = vmlab_slab_alloc(v, o->session, o->name, o->bytes, count,
				       take_object, list);
		if (list->count - before < count)
			break;
		left -= count;
	}
	return err;
}

int cmd_slab_alloc(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_object) };
	int err = alloc_all(v, o, &list);
	int status = STATUS_GOOD;

	if (!err || list.count)
		objects_print(&list);
	if (err)
		status = refused(v, err);
	else if (list.count < o->count)
		print_warning("there was memory for %zu of %u objects only.",
			      list.count, o->count);
	list_free(&list);
	return status;
}

int cmd_slab_free(struct vmlab *v, const struct options *o)
{
	int err = vmlab_slab_free(v, o->session, o->name, o->number);

	return err ? refused(v, err) :
	       done("Object %llu is free.", o->number);
}

int cmd_slab_shrink(struct vmlab *v, const struct options *o)
{
	struct json_object *answer;
	__u32 frames;
	int err = vmlab_slab_shrink(v, o->session, o->name, &frames);

	if (err)
		return refused(v, err);
	if (print_json()) {
		answer = js_object();
		js_number(answer, "frames", frames);
		js_print(answer);
	} else {
		printf("%u frames given back\n", frames);
	}
	return STATUS_GOOD;
}

int cmd_slab_write(struct vmlab *v, const struct options *o)
{
	int err = vmlab_slab_write(v, o->session, o->number, o->offset,
				   o->count, o->byte);

	return err ? refused(v, err) :
	       done("%u byte%s of 0x%02x written at offset %d of object %llu.",
		    o->count, o->count == 1 ? "" : "s", o->byte, o->offset,
		    o->number);
}

struct wanted {
	__u32 handle;
	__u64 size;
};

static int take_size(const struct vmlab_held *held, void *data)
{
	struct wanted *wanted = data;

	if (held->kind == VMLAB_HELD_KIND_OBJECT &&
	    held->handle == wanted->handle)
		wanted->size = held->size;
	return 0;
}

/* How much to read: what is asked for, or the object as far as it goes. */
static int read_length(struct vmlab *v, const struct options *o, __u32 *length)
{
	struct wanted wanted = { .handle = o->number };
	int err = 0;

	if (!(o->given & OPT_COUNT))
		err = vmlab_held(v, o->session, take_size, &wanted);
	*length = wanted.size ? wanted.size : o->count;
	if (*length > VMLAB_BYTES_MAX)
		*length = VMLAB_BYTES_MAX;
	return err;
}

int cmd_slab_read(struct vmlab *v, const struct options *o)
{
	__u8 bytes[VMLAB_BYTES_MAX];
	__u32 length;
	int err = read_length(v, o, &length);

	if (!err)
		err = vmlab_slab_read(v, o->session, o->number, o->offset,
				      length, bytes);
	if (err)
		return refused(v, err);
	if (print_json())
		js_print(bytes_json(o->offset, bytes, length));
	else
		bytes_dump(o->offset, bytes, length);
	return STATUS_GOOD;
}

static int take_cache(const struct vmlab_cache *cache, void *data)
{
	struct vmlab_cache copy = *cache;

	copy.name = list_keep(data, cache->name);
	return copy.name ? list_add(data, &copy) : -ENOMEM;
}

static int fill_caches(struct vmlab *v, struct list *list, const void *query)
{
	const struct options *o = query;

	return vmlab_caches(v, o->name, take_cache, list);
}

static int fill_objects(struct vmlab *v, struct list *list, const void *query)
{
	const struct options *o = query;

	return vmlab_objects(v, o->session, o->name, take_object, list);
}

static void caches_print(const struct list *list)
{
	struct json_object *array;
	size_t i;

	if (!print_json()) {
		cache_head();
		for (i = 0; i < list->count; i++)
			cache_line(list_at(list, i));
		return;
	}
	array = js_array();
	for (i = 0; i < list->count; i++)
		js_push(array, cache_json(list_at(list, i)));
	js_print(array);
}

int cmd_slab_list(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_cache) };
	int err = list_fetch(v, &list, fill_caches, o);
	int status = STATUS_GOOD;

	if (err)
		status = refused(v, err);
	else
		caches_print(&list);
	list_free(&list);
	return status;
}

static void show_print(const struct vmlab_cache *cache,
		       const struct list *objects)
{
	struct json_object *array, *o;
	size_t i;

	if (!print_json()) {
		cache_layout(cache);
		cache_text(cache);
		for (i = 0; i < objects->count; i++)
			object_text(list_at(objects, i));
		return;
	}
	o = cache_json(cache);
	array = js_array();
	for (i = 0; i < objects->count; i++)
		js_push(array, object_json(list_at(objects, i)));
	js_set(o, "objects", array);
	js_print(o);
}

int cmd_slab_show(struct vmlab *v, const struct options *o)
{
	struct list caches = { .size = sizeof(struct vmlab_cache) };
	struct list objects = { .size = sizeof(struct vmlab_object) };
	int status = STATUS_GOOD;
	int err;

	err = list_fetch(v, &caches, fill_caches, o);
	if (!err && caches.count)
		err = list_fetch(v, &objects, fill_objects, o);
	if (err) {
		status = refused(v, err);
	} else if (!caches.count) {
		print_error("there is no cache \"%s\"; \"vmlab slab list\" shows all.",
			    o->name);
		status = STATUS_REFUSED;
	} else {
		show_print(list_at(&caches, 0), &objects);
	}
	list_free(&caches);
	list_free(&objects);
	return status;
}
