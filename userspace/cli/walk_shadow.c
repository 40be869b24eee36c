// SPDX-License-Identifier: GPL-2.0
/* vmlab walk --shadow: two walks beside each other */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "space_show.h"
#include "teach.h"

/* Width of what stands on the left. */
#define COLUMN	38
#define ROWS	(VMLAB_LEVELS_MAX + 1)

/* === JSON === */

static struct json_object *real_json(const struct vmlab_shadow *shadow)
{
	struct json_object *o = js_object(), *levels = js_array();
	__u32 i;

	for (i = 0; i < shadow->nr_steps; i++) {
		const struct vmlab_step *step = &shadow->step[i];
		struct json_object *one = js_object();

		js_text(one, "name", name_of(&level_names, step->level));
		js_number(one, "index", step->index);
		js_hex(one, "entry", step->entry);
		js_names(one, "flags", &entry_flag_names, step->flags);
		js_bool(one, "folded", step->folded);
		js_push(levels, one);
	}
	js_set(o, "levels", levels);
	js_text(o, "state", name_of(&state_names, shadow->state));
	js_number(o, "page_size", shadow->page_size);
	js_names(o, "flags", &entry_flag_names, shadow->flags);
	js_maybe(o, "pfn", shadow->has & VMLAB_HAS_PFN, shadow->pfn);
	js_set(o, "area", shadow->has_linux ?
	       space_area_json(&shadow->linux_area) : NULL);
	return o;
}

static struct json_object *walked_json(const struct vmlab_shadow *shadow)
{
	struct json_object *levels = js_array();
	__u32 i;

	for (i = 0; i < shadow->nr_shadow_steps; i++) {
		const struct vmlab_shadow_step *step = &shadow->shadow_step[i];
		struct json_object *one = shadow_entry_json(step->entry);

		js_number(one, "level", step->level + 1);
		js_number(one, "index", step->index);
		js_maybe(one, "table", step->has & VMLAB_HAS_TABLE,
			 step->table);
		js_push(levels, one);
	}
	return levels;
}

struct json_object *shadow_json(const struct vmlab_shadow *shadow)
{
	struct json_object *o = shadow_entry_json(shadow->entry);

	js_set(o, "levels", walked_json(shadow));
	js_maybe(o, "frame", shadow->has & VMLAB_HAS_FRAME, shadow->frame);
	js_set(o, "area", shadow->has & VMLAB_HAS_AREA ?
	       space_area_json(&shadow->area) : NULL);
	js_maybe(o, "index", shadow->has & VMLAB_HAS_AREA, shadow->index);
	js_set(o, "content", shadow->has_content ?
	       content_json(&shadow->content) : NULL);
	return o;
}

static void walk_json(const struct vmlab_shadow *shadow)
{
	struct json_object *o = js_object();

	js_number(o, "pid", shadow->pid);
	js_hex(o, "address", shadow->address);
	js_set(o, "real", real_json(shadow));
	js_set(o, "shadow", shadow_json(shadow));
	js_text(o, "mirror", name_of(&mirror_names, shadow->mirror));
	js_bool(o, "holds", shadow->mirror <= VMLAB_MIRROR_COPY);
	js_print(o);
}

/* === Text === */

/* "P RW US", at most @size - 1 letters. */
static void names_text(char *text, size_t size, const struct names *names,
		       __u64 bits)
{
	size_t len = 0;
	unsigned int bit;

	*text = '\0';
	for (bit = 0; bit < names->count && len < size; bit++) {
		if (bits >> bit & 1)
			len += snprintf(text + len, size - len, "%s%s",
					len ? " " : "", names->name[bit]);
	}
}

/* The lowest level is row 1; where the p4d is folded, the pgd takes its row. */
static const struct vmlab_step *real_at(const struct vmlab_shadow *shadow,
					unsigned int row)
{
	bool folded = false;
	__u32 i;

	for (i = 0; i < shadow->nr_steps; i++)
		folded |= shadow->step[i].folded;
	for (i = 0; i < shadow->nr_steps; i++) {
		const struct vmlab_step *step = &shadow->step[i];
		unsigned int level = step->level;

		if (folded && level == VMLAB_LEVEL_PGD)
			level--;
		if (!step->folded && level == row)
			return step;
	}
	return NULL;
}

static const struct vmlab_shadow_step *
shadow_at(const struct vmlab_shadow *shadow, unsigned int row)
{
	__u32 i;

	for (i = 0; i < shadow->nr_shadow_steps; i++) {
		if (shadow->shadow_step[i].level + 1 == row)
			return &shadow->shadow_step[i];
	}
	return NULL;
}

static void row_text(const struct vmlab_step *real,
		     const struct vmlab_shadow_step *step)
{
	char left[2][COLUMN] = { "", "" }, right[COLUMN] = "";

	if (real) {
		snprintf(left[0], COLUMN, "%-4s [%3u] 0x%016llx",
			 name_of(&level_names, real->level), real->index,
			 real->entry);
		names_text(left[1], COLUMN, &entry_flag_names, real->flags);
	}
	if (step)
		names_text(right, COLUMN, &shadow_flag_names,
			   step->entry & SHADOW_FLAGS);
	printf("  %-*s", COLUMN, left[0]);
	if (step)
		printf("%-2u [%3u] 0x%016llx", step->level + 1, step->index,
		       step->entry);
	printf("\n    ");
	say(COLOR_GOOD, "%-*s%s\n", COLUMN - 2, left[1], right);
}

static void rows_text(const struct vmlab_shadow *shadow)
{
	unsigned int row;

	say(COLOR_NAME, "  %-*s%s\n", COLUMN, "real", "shadow");
	for (row = ROWS; row; row--) {
		const struct vmlab_step *real = real_at(shadow, row);
		const struct vmlab_shadow_step *step = shadow_at(shadow, row);

		if (real || step)
			row_text(real, step);
	}
	printf("  ");
	say(COLOR_VALUE, "%-*s", COLUMN, name_of(&state_names, shadow->state));
	if (shadow->has & VMLAB_HAS_FRAME)
		printf("frame %u", shadow->frame);
	if (shadow->has & VMLAB_HAS_PFN)
		printf("\n  pfn 0x%llx", shadow->pfn);
	putchar('\n');
}

static void content_lines(const struct vmlab_shadow *shadow)
{
	const struct vmlab_content *content = &shadow->content;

	say(COLOR_NAME, "  %-8s ", "content");
	if (!shadow->has_content) {
		printf("nothing at index %u: who looks sees zeroes\n",
		       shadow->index);
		return;
	}
	if (content->has & VMLAB_HAS_FRAME)
		printf("frame %u ", content->frame);
	printf("at index %u, %s, %s%s\n", shadow->index,
	       content->shared ? "shared with a clone" : "the object's own",
	       content->dirty ? "dirty" : "clean",
	       content->huge ? ", in a block of 2 MiB" : "");
}

void shadow_lines(const struct vmlab_shadow *shadow)
{
	const struct vmlab_space_area *area = &shadow->area;

	say(COLOR_NAME, "  %-8s ", "vmlab");
	if (shadow->has & VMLAB_HAS_AREA) {
		printf("0x%llx-0x%llx %s, object %u", area->start, area->end,
		       space_rights(area->flags), area->memory);
		printf("%s%s, from index %u\n", *area->name ? " " : "",
		       area->name, area->index);
		content_lines(shadow);
	} else {
		printf("no area yet; the next fault makes it\n");
	}
	say(COLOR_NAME, "  %-8s ", "entry");
	say_names(COLOR_GOOD, &shadow_flag_names, shadow->entry & SHADOW_FLAGS);
	putchar('\n');
	say(COLOR_NAME, "  %-8s ", "mirror");
	say(shadow->mirror <= VMLAB_MIRROR_COPY ? COLOR_GOOD : COLOR_BAD, "%s\n",
	    name_of(&mirror_names, shadow->mirror));
	say_text(COLOR_PLAIN, 11, teach_mirror(shadow->mirror));
}

int walk_shadow(struct vmlab *v, const struct options *o)
{
	struct vmlab_shadow shadow;
	int err = vmlab_shadow(v, o->pid, o->address, &shadow);

	if (err)
		return refused(v, err);
	if (print_json()) {
		walk_json(&shadow);
		return STATUS_GOOD;
	}
	say(COLOR_TITLE, "Two walks to 0x%016llx of process %u\n",
	    shadow.address, shadow.pid);
	rows_text(&shadow);
	putchar('\n');
	shadow_lines(&shadow);
	return STATUS_GOOD;
}

bool shadow_explain(struct vmlab *v, pid_t pid, __u64 address,
		    struct vmlab_shadow *shadow)
{
	return !vmlab_shadow(v, pid, address, shadow);
}
