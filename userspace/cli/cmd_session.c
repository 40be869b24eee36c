// SPDX-License-Identifier: GPL-2.0
/* vmlab session */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>

#include "list.h"
#include "show.h"

static int take_session(const struct vmlab_session *session, void *data)
{
	struct vmlab_session copy = *session;

	copy.name = list_keep(data, session->name);
	return copy.name ? list_add(data, &copy) : -ENOMEM;
}

static int fill(struct vmlab *v, struct list *list, const void *query)
{
	(void)query;
	return vmlab_sessions(v, take_session, list);
}

static struct json_object *session_json(const struct vmlab_session *session)
{
	struct json_object *o = js_object();

	if (*session->name)
		js_text(o, "name", session->name);
	else
		js_null(o, "name");
	js_maybe(o, "port", session->has & VMLAB_HAS_PORT, session->portid);
	js_number(o, "uid", session->uid);
	js_number(o, "blocks", session->blocks);
	js_number(o, "frames", session->frames);
	js_number(o, "vmallocs", session->vmallocs);
	js_number(o, "objects", session->objects);
	js_number(o, "caches", session->caches);
	return o;
}

static void session_text(const struct vmlab_session *session)
{
	char port[24];

	snprintf(port, sizeof(port), "(socket %u)", session->portid);
	say(COLOR_VALUE, "  %-20s", *session->name ? session->name : port);
	printf(" %6u %7u %8u %9u %8u %7u\n", session->uid, session->blocks,
	       session->frames, session->vmallocs, session->objects,
	       session->caches);
}

static void list_print(const struct list *list)
{
	struct json_object *array;
	size_t i;

	if (print_json()) {
		array = js_array();
		for (i = 0; i < list->count; i++)
			js_push(array, session_json(list_at(list, i)));
		js_print(array);
		return;
	}
	say(COLOR_NAME, "  %-20s %6s %7s %8s %9s %8s %7s\n", "session", "user",
	    "blocks", "frames", "mappings", "objects", "caches");
	for (i = 0; i < list->count; i++)
		session_text(list_at(list, i));
	if (!list->count)
		printf("  none\n");
}

int cmd_session_list(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_session) };
	int err = list_fetch(v, &list, fill, o);
	int status = STATUS_GOOD;

	if (err)
		status = refused(v, err);
	else
		list_print(&list);
	list_free(&list);
	return status;
}

int cmd_session_end(struct vmlab *v, const struct options *o)
{
	const char *name = o->name ? o->name : o->session;
	int err = vmlab_session_end(v, name);

	return err ? refused(v, err) :
	       done("Session \"%s\" is ended; what it held is given back.",
		    name);
}
