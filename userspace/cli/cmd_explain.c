// SPDX-License-Identifier: GPL-2.0
/* vmlab explain */
#include "cmd.h"

#include <stdio.h>

#include "show.h"
#include "space_show.h"
#include "teach.h"

static struct json_object *explain_json(const struct vmlab_explain *explain)
{
	struct json_object *o = js_object();
	struct json_object *array = js_array();
	__u32 i;

	for (i = 0; i < explain->nr_predictions; i++) {
		const struct vmlab_prediction *p = &explain->prediction[i];
		struct json_object *one = js_object();

		js_text(one, "access", name_of(&access_names, p->access));
		js_text(one, "outcome", name_of(&outcome_names, p->outcome));
		js_text(one, "why", name_of(&why_names, p->why));
		js_text(one, "text", teach_why(p->why));
		js_push(array, one);
	}
	js_number(o, "pid", explain->pid);
	js_hex(o, "address", explain->address);
	js_set(o, "predictions", array);
	if (explain->has & VMLAB_HAS_STATE)
		js_text(o, "state", name_of(&state_names, explain->state));
	else
		js_null(o, "state");
	js_number(o, "page_size", explain->page_size);
	js_names(o, "flags", &entry_flag_names, explain->flags);
	js_set(o, "area", explain->has & VMLAB_HAS_AREA ?
	       area_json(&explain->area) : NULL);
	return o;
}

/* === Of vmlab === */

/* That vmlab has no fault: the access works, or Linux sees to it alone. */
#define NO_FAULT	(VMLAB_STORY_OUTCOME_OVER_CAP + 1)

/* Does the real entry do? Also if it is that of a private copy of Linux's. */
static bool works(const struct vmlab_shadow *shadow, bool write)
{
	return shadow->state == VMLAB_STATE_PRESENT &&
	       (!write || shadow->flags & VMLAB_ENTRY_FLAG_RW);
}

/* How the fault would end; as vml_fault() decides. */
static __u32 would_end(const struct vmlab_shadow *shadow, bool write)
{
	__u32 rights = shadow->linux_area.flags;
	bool is_private = rights & VMLAB_SHADOW_AREA_FLAG_PRIVATE;

	if (works(shadow, write))
		return NO_FAULT;
	if (write && is_private)
		return shadow->state == VMLAB_STATE_PRESENT ? NO_FAULT :
		       VMLAB_STORY_OUTCOME_LENT;
	if (!shadow->has_content)
		return write ? VMLAB_STORY_OUTCOME_NEW :
		       VMLAB_STORY_OUTCOME_ZERO;
	if (write && shadow->content.shared)
		return VMLAB_STORY_OUTCOME_COPY;
	return write && shadow->entry & VMLAB_SHADOW_FLAG_PRESENT ?
	       VMLAB_STORY_OUTCOME_REUSE : VMLAB_STORY_OUTCOME_MINOR;
}

/* Does the area allow it? What may be written may be read, too. */
static bool is_allowed(const struct vmlab_shadow *shadow, bool write)
{
	__u32 rights = shadow->linux_area.flags;

	return rights & (write ? VMLAB_SHADOW_AREA_FLAG_WRITE :
			 VMLAB_SHADOW_AREA_FLAG_READ |
			 VMLAB_SHADOW_AREA_FLAG_WRITE |
			 VMLAB_SHADOW_AREA_FLAG_EXEC);
}

static void add_ends(struct json_object *o, const struct vmlab_shadow *shadow)
{
	struct json_object *ends = js_object();
	int write;

	for (write = 0; write < 2; write++) {
		const char *key = name_of(&access_names, write);
		__u32 end = would_end(shadow, write);

		if (!is_allowed(shadow, write) || end == NO_FAULT)
			js_null(ends, key);
		else
			js_text(ends, key,
				name_of(&story_outcome_names, end));
	}
	js_set(o, "would_end", ends);
}

/* Of an address that is of vmlab, what it has there; else null. */
static void add_shadow(struct json_object *o, const struct vmlab_shadow *shadow)
{
	js_set(o, "shadow", shadow ? shadow_json(shadow) : NULL);
	if (shadow) {
		js_text(o, "mirror", name_of(&mirror_names, shadow->mirror));
		add_ends(o, shadow);
	} else {
		js_null(o, "mirror");
		js_null(o, "would_end");
	}
	js_print(o);
}

/* === Text === */

static enum color outcome_color(__u32 outcome)
{
	switch (outcome) {
	case VMLAB_OUTCOME_WORKS:
		return COLOR_GOOD;
	case VMLAB_OUTCOME_SIGSEGV:
	case VMLAB_OUTCOME_SIGBUS:
		return COLOR_BAD;
	default:
		return COLOR_VALUE;
	}
}

static const char *access_text(__u32 access)
{
	switch (access) {
	case VMLAB_ACCESS_READ:
		return "a read";
	case VMLAB_ACCESS_WRITE:
		return "a write";
	case VMLAB_ACCESS_EXEC:
		return "a jump";
	default:
		return name_of(&access_names, access);
	}
}

static void prediction_text(const struct vmlab_prediction *p)
{
	say(COLOR_NAME, "  %-8s ", access_text(p->access));
	say(outcome_color(p->outcome), "%s\n", teach_outcome(p->outcome));
	say_text(COLOR_PLAIN, 11, teach_why(p->why));
}

static void explain_text(const struct vmlab_explain *explain)
{
	__u32 i;

	say(COLOR_TITLE,
	    "At 0x%016llx of process %u, from user mode, would be\n",
	    explain->address, explain->pid);
	for (i = 0; i < explain->nr_predictions; i++)
		prediction_text(&explain->prediction[i]);
	if (explain->has & VMLAB_HAS_STATE) {
		printf("\n");
		say(COLOR_NAME, "  %-6s ", "entry");
		printf("%s", name_of(&state_names, explain->state));
		if (explain->page_size)
			printf(", %s: ", bytes_text(explain->page_size));
		say_names(COLOR_GOOD, &entry_flag_names, explain->flags);
		putchar('\n');
	}
	if (explain->has & VMLAB_HAS_AREA)
		area_text("area", &explain->area);
}

static void end_text(const struct vmlab_shadow *shadow, bool write)
{
	__u32 end = would_end(shadow, write);

	say(COLOR_NAME, "  %-8s ", access_text(write));
	if (!is_allowed(shadow, write))
		say(COLOR_BAD, "is not allowed; Linux sends SIGSEGV\n");
	else if (works(shadow, write))
		say(COLOR_GOOD, "works without a fault\n");
	else if (end == NO_FAULT)
		printf("gets a private copy from Linux; vmlab has no part in it\n");
	else
		printf("faults, and ends as %s: %s\n",
		       name_of(&story_outcome_names, end),
		       teach_story_outcome(end));
}

static void explain_shadow(const struct vmlab_shadow *shadow)
{
	say(COLOR_TITLE, "\nWhat vmlab has there\n");
	shadow_lines(shadow);
	end_text(shadow, false);
	end_text(shadow, true);
}

int cmd_explain(struct vmlab *v, const struct options *o)
{
	struct vmlab_explain explain;
	struct json_object *json = NULL;
	struct vmlab_shadow shadow;
	bool ours;
	int err = vmlab_explain(v, o->pid, o->address, &explain);

	if (err)
		return refused(v, err);
	/* Names in an answer live until the next question. */
	if (print_json())
		json = explain_json(&explain);
	else
		explain_text(&explain);
	ours = shadow_explain(v, o->pid, o->address, &shadow);
	if (json)
		add_shadow(json, ours ? &shadow : NULL);
	else if (ours)
		explain_shadow(&shadow);
	return STATUS_GOOD;
}
