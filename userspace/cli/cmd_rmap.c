// SPDX-License-Identifier: GPL-2.0
/* vmlab rmap: from a frame to all that lead to it */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>

#include "list.h"
#include "space_show.h"

/**
 * struct rmap - the answer
 * @list: struct vmlab_mapping: objects, then mappings
 * @lost: mappings that there was no room for
 */
struct rmap {
	struct list list;
	__u32 lost;
};

static int take_mapping(const struct vmlab_mapping *mapping, void *data)
{
	struct vmlab_mapping copy = *mapping;

	copy.comm = list_keep(data, mapping->comm);
	return copy.comm ? list_add(data, &copy) : -ENOMEM;
}

static void rmap_json(__u32 frame, const struct rmap *rmap)
{
	struct json_object *o = js_object();
	struct json_object *objects = js_array(), *mappings = js_array();
	size_t i;

	for (i = 0; i < rmap->list.count; i++) {
		const struct vmlab_mapping *m = list_at(&rmap->list, i);
		struct json_object *one;

		if (m->mapped) {
			one = shadow_entry_json(m->entry);
			js_maybe(one, "pid", m->pid, m->pid);
			js_text(one, "comm", m->comm);
			js_hex(one, "address", m->address);
			object_member(one, m->memory);
			js_push(mappings, one);
		} else {
			one = js_object();
			object_member(one, m->memory);
			js_number(one, "index", m->index);
			js_push(objects, one);
		}
	}
	js_number(o, "frame", frame);
	js_set(o, "objects", objects);
	js_set(o, "mappings", mappings);
	js_number(o, "lost", rmap->lost);
	js_print(o);
}

static void mapping_text(const struct vmlab_mapping *m)
{
	if (!m->mapped) {
		say(COLOR_NAME, "  object %u", m->memory);
		printf(" has it at index %u\n", m->index);
		return;
	}
	say(COLOR_VALUE, "  0x%012llx", m->address);
	printf(" of process %u, %s, by object %u: ", m->pid, m->comm,
	       m->memory);
	say_names(COLOR_GOOD, &shadow_flag_names, m->entry & SHADOW_FLAGS);
	putchar('\n');
}

static void rmap_text(__u32 frame, const struct rmap *rmap)
{
	size_t mapped = 0, i;

	say(COLOR_TITLE, "Frame %u\n", frame);
	for (i = 0; i < rmap->list.count; i++) {
		const struct vmlab_mapping *m = list_at(&rmap->list, i);

		mapped += m->mapped;
		mapping_text(m);
	}
	if (!mapped)
		printf("  no page table maps it\n");
	if (rmap->lost)
		printf("  %u more entries map it\n", rmap->lost);
}

/* The number in the pool of a frame that was named by that in the machine. */
static int number_of(struct vmlab *v, const struct options *o, __u32 *number)
{
	struct vmlab_frame frame;
	int err;

	*number = o->number;
	if (!o->by_pfn)
		return 0;
	err = vmlab_frame(v, o->number, true, &frame);
	if (!err)
		*number = frame.number;
	return err;
}

int cmd_rmap(struct vmlab *v, const struct options *o)
{
	struct rmap rmap = { .list.size = sizeof(struct vmlab_mapping) };
	int status = STATUS_GOOD;
	__u32 frame;
	int err = number_of(v, o, &frame);

	if (!err)
		err = vmlab_rmap(v, frame, take_mapping, &rmap.list,
				 &rmap.lost);
	if (err)
		status = refused(v, err);
	else if (print_json())
		rmap_json(frame, &rmap);
	else
		rmap_text(frame, &rmap);
	list_free(&rmap.list);
	return status;
}
