// SPDX-License-Identifier: GPL-2.0
/* vmlab walk: to one address. The ranges are in walk_range.c. */
#include "cmd.h"

#include <stdio.h>

#include "code.h"
#include "show.h"

static struct json_object *step_json(const struct vmlab_step *step)
{
	struct json_object *o = js_object();

	js_text(o, "name", name_of(&level_names, step->level));
	js_number(o, "index", step->index);
	js_hex(o, "entry", step->entry);
	js_names(o, "flags", &entry_flag_names, step->flags);
	js_bool(o, "folded", step->folded);
	if (step->has & VMLAB_HAS_PKEY)
		js_number(o, "pkey", step->pkey);
	else
		js_null(o, "pkey");
	if (step->has & VMLAB_HAS_TABLE)
		js_hex(o, "table", step->table);
	else
		js_null(o, "table");
	return o;
}

static struct json_object *page_json(const struct vmlab_page *page)
{
	struct json_object *o = js_object();

	js_names(o, "flags", &page_flag_names, page->flags);
	js_signed(o, "refcount", page->refcount);
	js_signed(o, "mapcount", page->mapcount);
	js_number(o, "order", page->order);
	js_text(o, "kind", name_of(&page_kind_names, page->kind));
	js_bool(o, "inferred", page->inferred);
	return o;
}

static void hex_or_null(struct json_object *o, const char *key, bool known,
			__u64 value)
{
	if (known)
		js_hex(o, key, value);
	else
		js_null(o, key);
}

static struct json_object *root_json(const struct vmlab_root *root)
{
	struct json_object *o = js_object();

	hex_or_null(o, "table", root->has & VMLAB_HAS_TABLE, root->table);
	if (root->has & VMLAB_HAS_PCID)
		js_number(o, "pcid", root->pcid);
	else
		js_null(o, "pcid");
	js_bool(o, "isolated", root->isolated);
	hex_or_null(o, "user_table", root->has & VMLAB_HAS_USER_TABLE,
		    root->user_table);
	hex_or_null(o, "user_entry", root->has & VMLAB_HAS_USER_ENTRY,
		    root->user_entry);
	return o;
}

static void part(struct json_object *o, const char *key,
		 const struct vmlab_walk *walk, __u32 has,
		 const struct vmlab_area *area)
{
	js_set(o, key, walk->has & has ? area_json(area) : NULL);
}

static void walk_json(const struct vmlab_walk *walk, bool code)
{
	struct json_object *o = js_object();
	struct json_object *levels = js_array();
	__u32 i;

	js_number(o, "pid", walk->pid);
	js_hex(o, "address", walk->address);
	part(o, "area", walk, VMLAB_HAS_AREA, &walk->area);
	part(o, "area_below", walk, VMLAB_HAS_BELOW, &walk->below);
	part(o, "area_above", walk, VMLAB_HAS_ABOVE, &walk->above);
	for (i = 0; i < walk->nr_steps; i++)
		js_push(levels, step_json(&walk->step[i]));
	js_set(o, "levels", levels);
	js_text(o, "state", name_of(&state_names, walk->state));
	js_number(o, "page_size", walk->page_size);
	if (walk->has & VMLAB_HAS_PFN)
		js_number(o, "pfn", walk->pfn);
	else
		js_null(o, "pfn");
	hex_or_null(o, "physical", walk->has & VMLAB_HAS_PHYSICAL,
		    walk->physical);
	js_set(o, "swap", walk->has & VMLAB_HAS_SWAP ?
	       swap_json(walk->swap_type, walk->swap_offset) : NULL);
	js_set(o, "page", walk->has & VMLAB_HAS_PAGE ?
	       page_json(&walk->page) : NULL);
	js_set(o, "root", walk->has & VMLAB_HAS_ROOT ?
	       root_json(&walk->root) : NULL);
	if (code)
		js_set(o, "code", code_json(walk));
	js_print(o);
}

int walk_one(struct vmlab *v, const struct options *o)
{
	bool code = o->given & OPT_CODE;
	struct vmlab_walk walk;
	int err;

	err = vmlab_walk(v, o->pid, o->address, VMLAB_WITH_ALL, &walk);
	if (err)
		return refused(v, err);
	if (print_json())
		walk_json(&walk, code);
	else
		walk_text(&walk, code);
	return STATUS_GOOD;
}

int cmd_walk(struct vmlab *v, const struct options *o)
{
	if (o->has_range)
		return walk_range(v, o);
	if (o->given & OPT_SHADOW)
		return walk_shadow(v, o);
	return walk_one(v, o);
}
