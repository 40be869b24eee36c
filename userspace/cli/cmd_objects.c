// SPDX-License-Identifier: GPL-2.0
/* vmlab objects, vmlab object: what programs map, and what is in it */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>

#include "list.h"
#include "space_show.h"
#include "term.h"

static int take_memory(const struct vmlab_memory_info *memory, void *data)
{
	struct vmlab_memory_info copy = *memory;

	copy.name = list_keep(data, memory->name);
	if (memory->file)
		copy.file = list_keep(data, memory->file);
	if (!copy.name || (memory->file && !copy.file))
		return -ENOMEM;
	return list_add(data, &copy);
}

static int fill_memories(struct vmlab *v, struct list *list, const void *query)
{
	return vmlab_memories(v, *(const __u32 *)query, take_memory, list);
}

static struct json_object *policies_json(const struct vmlab_memory_info *m)
{
	struct json_object *array = js_array();
	__u32 i;

	for (i = 0; i < m->nr_policies; i++) {
		const struct vmlab_policy_range *r = &m->policy[i];
		struct json_object *o = js_object();
		__u32 nodes[32], nr = 0, node;

		for (node = 0; node < 32; node++)
			if (r->nodes >> node & 1)
				nodes[nr++] = node;
		js_number(o, "first", r->first);
		js_number(o, "last", r->last);
		js_text(o, "mode", name_of(&policy_names, r->mode));
		js_numbers(o, "nodes", nodes, nr);
		js_push(array, o);
	}
	return array;
}

static struct json_object *file_json(const struct vmlab_memory_info *m)
{
	struct json_object *o = js_object();

	js_text(o, "path", m->file);
	js_number(o, "offset", m->offset);
	js_bool(o, "read_only", m->read_only);
	js_number(o, "reads", m->reads);
	js_number(o, "writes", m->writes);
	js_number(o, "errors", m->errors);
	js_number(o, "major", m->major);
	js_number(o, "readahead", m->readahead);
	js_number(o, "readahead_hits", m->readahead_hits);
	js_number(o, "readahead_waste", m->readahead_waste);
	return o;
}

static struct json_object *memory_json(const struct vmlab_memory_info *m)
{
	struct json_object *o = js_object();
	char mode[8];

	snprintf(mode, sizeof(mode), "%04o", m->mode);
	js_number(o, "id", m->id);
	js_text(o, "name", m->name);
	js_number(o, "uid", m->uid);
	js_number(o, "gid", m->gid);
	js_text(o, "mode", mode);
	js_names(o, "flags", &memory_flag_names, m->flags);
	js_number(o, "size", m->size);
	js_number(o, "frames", m->frames);
	js_number(o, "shared", m->shared);
	js_number(o, "dirty", m->dirty);
	js_number(o, "tables", m->tables);
	js_number(o, "shared_tables", m->shared_tables);
	js_number(o, "huge", m->huge);
	js_number(o, "areas", m->areas);
	js_maybe(o, "parent", m->parent, m->parent);
	js_number(o, "charged", m->charged);
	js_maybe(o, "cap", m->cap != ~0U, m->cap);
	js_set(o, "policies", policies_json(m));
	if (m->file)
		js_set(o, "file", file_json(m));
	return o;
}

static void objects_json(const struct list *list)
{
	struct json_object *array = js_array();
	size_t i;

	for (i = 0; i < list->count; i++)
		js_push(array, memory_json(list_at(list, i)));
	js_print(array);
}

static void memory_line(const struct vmlab_memory_info *m)
{
	say(COLOR_VALUE, "%6u", m->id);
	printf(" %6u  %04o  %10s %7u %7u %7u %6u %5u  ", m->uid, m->mode,
	       bytes_text(m->size), m->frames, m->shared, m->dirty, m->tables,
	       m->areas);
	if (*m->name)
		say(COLOR_NAME, "%s ", m->name);
	if (m->parent)
		printf("clone of %u ", m->parent);
	if (m->file)
		printf("of %s ", m->file);
	if (m->flags)
		say_names(COLOR_DIM, &memory_flag_names, m->flags);
	putchar('\n');
}

static void objects_text(const struct list *list)
{
	size_t i;

	if (!list->count) {
		printf("No program has /dev/vmlab open. \"vmlab touch 16\" is one that maps it.\n");
		return;
	}
	say(COLOR_NAME, "%6s %6s  %4s  %10s %7s %7s %7s %6s %5s\n", "object",
	    "user", "mode", "size", "frames", "shared", "dirty", "tables",
	    "areas");
	for (i = 0; i < list->count; i++)
		memory_line(list_at(list, i));
}

int cmd_objects(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_memory_info) };
	__u32 all = 0;
	int status = STATUS_GOOD;
	int err = list_fetch(v, &list, fill_memories, &all);

	(void)o;
	if (err)
		status = refused(v, err);
	else if (print_json())
		objects_json(&list);
	else
		objects_text(&list);
	list_free(&list);
	return status;
}

/* === One of them === */

static int take_content(const struct vmlab_content *content, void *data)
{
	return list_add(data, content);
}

static int fill_contents(struct vmlab *v, struct list *list, const void *query)
{
	return vmlab_contents(v, *(const __u32 *)query, take_content, list);
}

static void object_json(const struct vmlab_memory_info *memory,
			const struct list *contents)
{
	struct json_object *o = memory_json(memory);
	struct json_object *array = js_array();
	size_t i;

	for (i = 0; i < contents->count; i++)
		js_push(array, content_json(list_at(contents, i)));
	js_set(o, "content", array);
	js_print(o);
}

static const char *plural(__u64 nr)
{
	return nr == 1 ? "" : "s";
}

static void file_text(const struct vmlab_memory_info *m)
{
	printf("  a cache of ");
	say(COLOR_NAME, "%s", m->file);
	printf(" from byte %llu on%s\n", m->offset,
	       m->read_only ? ", which is only read" : "");
	printf("  %llu frame%s read from it, %llu written to it; %llu time%s that failed\n",
	       m->reads, plural(m->reads), m->writes, m->errors,
	       plural(m->errors));
	printf("  %llu major fault%s in its areas; ", m->major,
	       plural(m->major));
	printf("%llu frame%s read ahead: %llu hits, %llu wasted\n", m->readahead,
	       plural(m->readahead), m->readahead_hits, m->readahead_waste);
}

static void head_text(const struct vmlab_memory_info *m)
{
	say(COLOR_TITLE, "Object %u%s%s\n", m->id, *m->name ? ", named " : "",
	    m->name);
	printf("  of user %u, mode %04o, %s", m->uid, m->mode,
	       bytes_text(m->size));
	if (m->parent)
		printf(", a clone of object %u", m->parent);
	printf("; ");
	say_names(COLOR_GOOD, &memory_flag_names, m->flags);
	printf("\n  %u frame%s of content, %u of them shared with clones, %u dirty\n",
	       m->frames, plural(m->frames), m->shared, m->dirty);
	if (m->huge)
		printf("  %u of them in blocks of 2 MiB\n", m->huge * 512);
	printf("  %u table%s for them, %u of them shared; shown by %u area%s\n",
	       m->tables, plural(m->tables), m->shared_tables, m->areas,
	       plural(m->areas));
	printf("  all objects and page tables of the user take %u frame%s",
	       m->charged, plural(m->charged));
	if (m->cap != ~0U)
		printf(", and may take %u (map_cap)", m->cap);
	putchar('\n');
	if (m->file)
		file_text(m);
}

static void policies_text(const struct vmlab_memory_info *m)
{
	__u32 i, node;

	if (!m->nr_policies)
		return;
	say(COLOR_TITLE, "\nPolicies");
	printf(": on which nodes frames shall be; elsewhere the CPU's own\n");
	say(COLOR_NAME, "%10s %10s  %s\n", "first", "last", "mode and nodes");
	for (i = 0; i < m->nr_policies; i++) {
		const struct vmlab_policy_range *r = &m->policy[i];
		const char *before = " ";

		printf("%10u ", r->first);
		if (r->last == ~0U)
			printf("%10s  ", "all");
		else
			printf("%10u  ", r->last);
		say(COLOR_VALUE, "%s", name_of(&policy_names, r->mode));
		for (node = 0; node < 32; node++) {
			if (!(r->nodes >> node & 1))
				continue;
			printf("%s%u", before, node);
			before = ",";
		}
		putchar('\n');
	}
}

/* How many indices a character of the picture stands for: a power of two. */
static __u64 scale_of(__u64 indices, unsigned int cells)
{
	__u64 scale = 1;

	while (indices > scale * cells)
		scale *= 2;
	return scale;
}

/* What most of the content from @first on is; a blank of nothing. */
static char cell_of(const struct list *contents, size_t *at, __u64 first,
		    __u64 scale)
{
	__u64 own = 0, shared = 0;

	for (; *at < contents->count; (*at)++) {
		const struct vmlab_content *c = list_at(contents, *at);
		__u64 start = c->first > first ? c->first : first;
		__u64 end = (__u64)c->first + c->nr;

		if (start >= first + scale)
			break;
		if (end > first + scale)
			end = first + scale;
		if (end > start)
			*(c->shared ? &shared : &own) += end - start;
		if ((__u64)c->first + c->nr > first + scale)
			break;
	}
	if (!own && !shared)
		return '.';
	if (own >= shared)
		return 2 * own >= scale ? 'F' : 'f';
	return 2 * shared >= scale ? 'S' : 's';
}

static void picture(const struct vmlab_memory_info *m,
		    const struct list *contents)
{
	struct term term = term_size();
	__u64 indices = (m->size + 4095) >> 12;
	unsigned int width = term.columns > 30 ? term.columns - 14 : 16;
	__u64 scale = scale_of(indices, width * 12);
	__u64 first;
	size_t at = 0;

	if (!indices)
		return;
	say(COLOR_TITLE, "\nIndices");
	printf(": a character is %llu page%s; F has frames, S shared ones, . nothing\n",
	       scale, scale == 1 ? "" : "s");
	for (first = 0; first < indices; first += scale) {
		if (first / scale % width == 0)
			printf("%s%10llu  ", first ? "\n" : "", first);
		putchar(cell_of(contents, &at, first, scale));
	}
	putchar('\n');
}

static void runs_text(const struct list *contents)
{
	size_t i;

	if (!contents->count)
		return;
	say(COLOR_NAME, "\n%10s %10s  %-8s %-6s %-6s %s\n", "index",
	    "pages", "whose", "dirty", "huge", "frames");
	for (i = 0; i < contents->count; i++) {
		const struct vmlab_content *c = list_at(contents, i);

		printf("%10u %10u  %-8s %-6s %-6s ", c->first, c->nr,
		       c->shared ? "shared" : "own", c->dirty ? "yes" : "no",
		       c->huge ? "yes" : "no");
		if (!(c->has & VMLAB_HAS_FRAME))
			printf("%s\n", c->nr > 1 ? "scattered" : "-");
		else if (c->nr > 1)
			printf("%u-%u\n", c->frame, c->frame + c->nr - 1);
		else
			printf("%u\n", c->frame);
	}
}

int cmd_object(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_memory_info) };
	struct list contents = { .size = sizeof(struct vmlab_content) };
	__u32 id = o->number;
	int status = STATUS_GOOD;
	int err = list_fetch(v, &list, fill_memories, &id);

	if (!err)
		err = list_fetch(v, &contents, fill_contents, &id);
	if (err) {
		status = refused(v, err);
	} else if (!list.count) {
		print_error("object %u went away.", id);
		status = STATUS_REFUSED;
	} else if (print_json()) {
		object_json(list_at(&list, 0), &contents);
	} else {
		head_text(list_at(&list, 0));
		policies_text(list_at(&list, 0));
		picture(list_at(&list, 0), &contents);
		runs_text(&contents);
	}
	list_free(&contents);
	list_free(&list);
	return status;
}
