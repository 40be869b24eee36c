// SPDX-License-Identifier: GPL-2.0
/* vmlab collapse, vmlab split */
#include "cmd.h"

#include <stdio.h>

#define BLOCK_BYTES	(2ULL << 20)
#define BLOCK_PAGES	512

typedef int (*change_fn)(struct vmlab *v, const struct vmlab_huge_place *place,
			 struct vmlab_huge *out);

static struct json_object *block_json(const struct vmlab_huge *block)
{
	struct json_object *o = js_object();

	js_number(o, "object", block->memory);
	js_number(o, "index", block->index);
	return o;
}

/* Changes all blocks of the range, as far as it goes. */
static int change_all(struct vmlab *v, const struct options *o, change_fn change,
		      const char *done)
{
	struct json_object *array = print_json() ? js_array() : NULL;
	struct vmlab_huge_place place = { .memory = o->number, .pid = o->pid };
	__u64 at = o->has_range ? o->start : o->address;
	__u64 last = o->has_range ? o->end - 1 : at;
	struct vmlab_huge block;
	int err = 0;

	for (;; at = (at | (BLOCK_BYTES - 1)) + 1) {
		place.address = at;
		err = change(v, &place, &block);
		if (err)
			break;
		if (array)
			js_push(array, block_json(&block));
		else
			printf("Pages %u to %u of object %u %s.\n", block.index,
			       block.index + BLOCK_PAGES - 1, block.memory,
			       done);
		if ((at | (BLOCK_BYTES - 1)) >= last)
			break;
	}
	if (array)
		js_print(array);
	return err ? refused(v, err) : STATUS_GOOD;
}

static int run(struct vmlab *v, const struct options *o, change_fn change,
	       const char *done)
{
	if (o->has_range && !o->end) {
		print_error("\"all\" is for walks; give an address or START-END.");
		return STATUS_USAGE;
	}
	return change_all(v, o, change, done);
}

int cmd_collapse(struct vmlab *v, const struct options *o)
{
	return run(v, o, vmlab_collapse, "are one block");
}

int cmd_split(struct vmlab *v, const struct options *o)
{
	return run(v, o, vmlab_split, "are single frames");
}
