// SPDX-License-Identifier: GPL-2.0
/* vmlab buddy: blocks of frames by hand */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>

#include "list.h"
#include "picture.h"
#include "pool_show.h"
#include "show.h"

static struct json_object *block_json(const struct vmlab_block *block,
				      const struct vmlab_request *req)
{
	struct json_object *o = js_object();

	js_text(o, "session", req->session);
	js_number(o, "handle", block->handle);
	js_number(o, "frame", block->frame);
	js_number(o, "order", block->order);
	js_number(o, "node", block->node);
	js_text(o, "zone", name_of(&zone_names, block->zone));
	js_maybe(o, "pfn", block->has & VMLAB_HAS_PFN, block->pfn);
	js_set(o, "steps", req->trace ? steps_json(block) : NULL);
	js_maybe(o, "lost", req->trace, block->lost);
	return o;
}

static void block_line(const struct vmlab_block *block,
		       const struct vmlab_request *req)
{
	say(COLOR_TITLE, "%s", block_text(block->frame, block->order));
	printf(": %s in %s of node %u", frames_text(1ULL << block->order),
	       name_of(&zone_names, block->zone), block->node);
	if (block->has & VMLAB_HAS_PFN)
		printf(", pfn 0x%llx", block->pfn);
	printf("; handle %u of session \"%s\"\n", block->handle, req->session);
}

/* What was got is shown even if the next one is refused. */
static int alloc(struct vmlab *v, const struct vmlab_request *req, __u32 count)
{
	struct json_object *array = print_json() ? js_array() : NULL;
	struct vmlab_block block;
	int err = 0;

	while (count--) {
		err = vmlab_buddy_alloc(v, req, &block);
		if (err)
			break;
		if (array) {
			js_push(array, block_json(&block, req));
			continue;
		}
		if (req->trace)
			steps_text(&block);
		block_line(&block, req);
	}
	if (array)
		js_print(array);
	return err ? refused(v, err) : STATUS_GOOD;
}

int cmd_buddy_alloc(struct vmlab *v, const struct options *o)
{
	const struct vmlab_request req = request_of(o);

	return alloc(v, &req, o->count);
}

int cmd_trace_alloc(struct vmlab *v, const struct options *o)
{
	struct vmlab_request req = request_of(o);

	req.trace = true;
	return alloc(v, &req, 1);
}

static struct json_object *freed_json(const struct vmlab_block *block,
				      const struct vmlab_request *req)
{
	struct json_object *o = js_object();

	js_number(o, "frame", block->frame);
	js_number(o, "order", block->order);
	js_set(o, "steps", req->trace ? steps_json(block) : NULL);
	js_maybe(o, "lost", req->trace, block->lost);
	return o;
}

static int free_one(struct vmlab *v, const struct vmlab_request *req,
		    __u32 frame, struct json_object *array)
{
	struct vmlab_block block;
	int err = vmlab_buddy_free(v, req, frame, &block);

	if (err)
		return err;
	if (array) {
		js_push(array, freed_json(&block, req));
		return 0;
	}
	if (req->trace)
		steps_text(&block);
	say(COLOR_TITLE, "%s", block_text(block.frame, block.order));
	printf(": %s %s\n", frames_text(1ULL << block.order), req->unchecked ?
	       "handed to the allocator; \"vmlab check\" shows what it reports" :
	       "given back");
	return 0;
}

static int take_held(const struct vmlab_held *held, void *data)
{
	struct vmlab_held copy = *held;

	copy.cache = list_keep(data, held->cache);
	return copy.cache ? list_add(data, &copy) : -ENOMEM;
}

static int fill(struct vmlab *v, struct list *list, const void *query)
{
	return vmlab_held(v, query, take_held, list);
}

static int free_all(struct vmlab *v, const struct vmlab_request *req,
		    struct json_object *array)
{
	struct list list = { .size = sizeof(struct vmlab_held) };
	int err = list_fetch(v, &list, fill, req->session);
	size_t i;

	for (i = 0; !err && i < list.count; i++) {
		const struct vmlab_held *held = list_at(&list, i);

		if (held->kind == VMLAB_HELD_KIND_FRAMES)
			err = free_one(v, req, held->frame, array);
	}
	list_free(&list);
	return err;
}

static int give_back(struct vmlab *v, const struct vmlab_request *req,
		     const struct options *o)
{
	struct json_object *array = print_json() ? js_array() : NULL;
	__u64 frame = o->number;
	struct vmlab_frame found;
	int err = 0;

	if (!o->all && o->by_pfn) {
		err = vmlab_frame(v, frame, true, &found);
		frame = found.number;
	}
	if (!err)
		err = o->all ? free_all(v, req, array) :
		      free_one(v, req, frame, array);
	if (array)
		js_print(array);
	return err ? refused(v, err) : STATUS_GOOD;
}

int cmd_buddy_free(struct vmlab *v, const struct options *o)
{
	const struct vmlab_request req = request_of(o);

	return give_back(v, &req, o);
}

int cmd_trace_free(struct vmlab *v, const struct options *o)
{
	struct vmlab_request req = request_of(o);

	req.trace = true;
	return give_back(v, &req, o);
}

static struct json_object *held_json(const struct vmlab_held *held)
{
	struct json_object *o = js_object();
	bool frames = held->kind == VMLAB_HELD_KIND_FRAMES;
	bool mapping = held->kind == VMLAB_HELD_KIND_VMALLOC;

	js_text(o, "kind", name_of(&held_names, held->kind));
	js_number(o, "handle", held->handle);
	js_maybe(o, "frame", held->has & VMLAB_HAS_FRAME, held->frame);
	js_maybe(o, "order", frames, held->order);
	if (frames)
		js_text(o, "type", name_of(&type_names, held->type));
	else
		js_null(o, "type");
	js_maybe(o, "moved", frames, held->moved);
	js_maybe(o, "frames", frames || mapping, frames ? 1ULL << held->order :
		 held->nr);
	js_maybe(o, "size", !frames, held->size);
	js_maybe(o, "runs", mapping, held->runs);
	if (*held->cache)
		js_text(o, "cache", held->cache);
	else
		js_null(o, "cache");
	js_maybe(o, "number", held->has & VMLAB_HAS_NUMBER, held->number);
	js_maybe(o, "pfn", held->has & VMLAB_HAS_PFN, held->pfn);
	if (held->has & VMLAB_HAS_ADDRESS)
		js_hex(o, "address", held->address);
	else
		js_null(o, "address");
	return o;
}

static void held_text(const struct vmlab_held *held)
{
	printf("  %6u  ", held->handle);
	say(COLOR_NAME, "%-8s", name_of(&held_names, held->kind));
	switch (held->kind) {
	case VMLAB_HELD_KIND_FRAMES:
		say(COLOR_VALUE, "%s",
		    block_text(held->frame, held->order));
		printf(" order %u, %s", held->order,
		       name_of(&type_names, held->type));
		if (held->moved)
			printf(", moved %u time%s", held->moved,
			       held->moved == 1 ? "" : "s");
		break;
	case VMLAB_HELD_KIND_VMALLOC:
		printf("%s: %u frames in %u piece%s", bytes_text(held->size),
		       held->nr, held->runs, held->runs == 1 ? "" : "s");
		break;
	default:
		printf("%s, %s: number %u in the slab at frame %u",
		       held->cache, bytes_text(held->size), held->number,
		       held->frame);
	}
	putchar('\n');
}

static void list_print(const struct list *list, const char *session)
{
	struct json_object *array;
	size_t i;

	if (!print_json()) {
		say(COLOR_TITLE, "Session \"%s\" holds%s\n", session,
		    list->count ? "" : " nothing");
		for (i = 0; i < list->count; i++)
			held_text(list_at(list, i));
		return;
	}
	array = js_array();
	for (i = 0; i < list->count; i++)
		js_push(array, held_json(list_at(list, i)));
	js_print(array);
}

int cmd_buddy_list(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_held) };
	int err = list_fetch(v, &list, fill, o->session);
	int status = STATUS_GOOD;

	if (err)
		status = refused(v, err);
	else
		list_print(&list, o->session);
	list_free(&list);
	return status;
}
