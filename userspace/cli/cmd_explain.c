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

/* Of an address that is of vmlab, what it has there; else null. */
static void add_shadow(struct json_object *o, const struct vmlab_shadow *shadow)
{
	js_set(o, "shadow", shadow ? shadow_json(shadow) : NULL);
	if (shadow)
		js_text(o, "mirror", name_of(&mirror_names, shadow->mirror));
	else
		js_null(o, "mirror");
	js_print(o);
}

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

static void explain_shadow(const struct vmlab_shadow *shadow)
{
	say(COLOR_TITLE, "\nWhat vmlab has there\n");
	shadow_lines(shadow);
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
