// SPDX-License-Identifier: GPL-2.0
/* vmlab check */
#include "cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "teach.h"

/* Bytes for the details of a report. */
#define DETAILS	320

static const char *bug_name(const struct vmlab_report *report)
{
	return report->has & VMLAB_HAS_TYPE ?
	       name_of(&slab_bug_names, report->slab_bug) :
	       name_of(&frame_bug_names, report->bug);
}

static const char *bug_text(const struct vmlab_report *report)
{
	return report->has & VMLAB_HAS_TYPE ?
	       teach_slab_bug(report->slab_bug) :
	       teach_frame_bug(report->bug);
}

/* Only some bugs leave a byte that is not what it should be. */
static bool is_spoilt(const struct vmlab_report *report)
{
	return report->has & VMLAB_HAS_OFFSET &&
	       report->found != report->wanted;
}

static struct json_object *report_json(const struct vmlab_report *report)
{
	struct json_object *o = js_object();
	bool at = is_spoilt(report);

	js_number(o, "sequence", report->sequence);
	js_number(o, "when", report->when);
	js_number(o, "by", report->by);
	js_text(o, "of", report->has & VMLAB_HAS_TYPE ? "object" : "frame");
	js_text(o, "bug", bug_name(report));
	js_text(o, "text", bug_text(report));
	js_maybe(o, "frame", report->has & VMLAB_HAS_FRAME, report->frame);
	js_maybe(o, "order", report->has & VMLAB_HAS_ORDER, report->order);
	if (*report->cache)
		js_text(o, "cache", report->cache);
	else
		js_null(o, "cache");
	js_maybe(o, "number", report->has & VMLAB_HAS_NUMBER, report->number);
	if (at)
		js_signed(o, "offset", report->offset);
	else
		js_null(o, "offset");
	js_maybe(o, "found", at, report->found);
	js_maybe(o, "wanted", at, report->wanted);
	js_maybe(o, "allocated_by", report->allocated_by,
		 report->allocated_by);
	js_maybe(o, "freed_by", report->freed_by, report->freed_by);
	return o;
}

static void check_json(const struct vmlab_check *check)
{
	struct json_object *o = js_object();
	struct json_object *array = js_array();
	__u32 i;

	js_number(o, "broken", check->broken);
	js_number(o, "frames", check->frames);
	js_number(o, "caches", check->caches);
	js_number(o, "reported", check->reported);
	for (i = 0; i < check->nr_reports; i++)
		js_push(array, report_json(&check->report[i]));
	js_set(o, "reports", array);
	js_print(o);
}

/* One more thing to say, after those before it. */
__printf(2, 3)
static void add(char *text, const char *format, ...)
{
	size_t len = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + len, DETAILS - len, format, args);
	va_end(args);
}

static void details(const struct vmlab_report *report, char *text)
{
	*text = '\0';
	add(text, "by process %u", report->by);
	if (*report->cache)
		add(text, ", cache %s", report->cache);
	if (report->has & VMLAB_HAS_FRAME)
		add(text, ", frame %u", report->frame);
	if (report->has & VMLAB_HAS_ORDER)
		add(text, ", order %u", report->order);
	if (report->has & VMLAB_HAS_NUMBER)
		add(text, ", object %u", report->number);
	if (is_spoilt(report))
		add(text, ", offset %d: 0x%02x is there, not 0x%02x",
		    report->offset, report->found, report->wanted);
	if (report->allocated_by)
		add(text, "; allocated by process %u", report->allocated_by);
	if (report->freed_by)
		add(text, "; freed by process %u", report->freed_by);
}

static void report_text(const struct vmlab_report *report)
{
	time_t when = report->when;
	char text[DETAILS] = "";
	struct tm tm;

	if (localtime_r(&when, &tm))
		strftime(text, sizeof(text), "%F %T", &tm);
	say(COLOR_DIM, "  %3llu %s ", report->sequence, text);
	say(COLOR_BAD, "%s\n", bug_text(report));
	details(report, text);
	say_text(COLOR_PLAIN, 6, text);
}

static void check_text(const struct vmlab_check *check)
{
	__u32 i;

	if (check->broken)
		say(COLOR_BAD, "%u invariant%s broken", check->broken,
		    check->broken == 1 ? " is" : "s are");
	else
		say(COLOR_GOOD, "All is well");
	printf(": %u frames and %u caches looked at\n", check->frames,
	       check->caches);
	if (!check->reported) {
		printf("No bug was reported since the module was loaded.\n");
		return;
	}
	printf("%llu bug%s reported since the module was loaded; the latest:\n",
	       check->reported, check->reported == 1 ? " was" : "s were");
	for (i = 0; i < check->nr_reports; i++)
		report_text(&check->report[i]);
}

int cmd_check(struct vmlab *v, const struct options *o)
{
	struct vmlab_check check;
	int err = vmlab_check(v, &check);

	(void)o;
	if (err)
		return refused(v, err);
	if (print_json())
		check_json(&check);
	else
		check_text(&check);
	return check.broken ? STATUS_BROKEN : STATUS_GOOD;
}
