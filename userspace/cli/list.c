// SPDX-License-Identifier: GPL-2.0
#include "list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

/* Room is doubled whenever the count reaches a power of two. */
static void *grow(void *items, size_t count, size_t size)
{
	if (count & (count - 1))
		return items;
	return reallocarray(items, count ? count * 2 : 1, size);
}

int list_add(struct list *list, const void *item)
{
	void *items = grow(list->items, list->count, list->size);

	if (!items)
		return -ENOMEM;
	list->items = items;
	list->count++;
	memcpy(list_at(list, list->count - 1), item, list->size);
	return 0;
}

const char *list_keep(struct list *list, const char *text)
{
	char **texts = grow(list->texts, list->nr_texts, sizeof(*texts));

	if (!texts)
		return NULL;
	list->texts = texts;
	texts[list->nr_texts] = strdup(text);
	return texts[list->nr_texts] ? texts[list->nr_texts++] : NULL;
}

void *list_at(const struct list *list, size_t i)
{
	return (char *)list->items + i * list->size;
}

void list_free(struct list *list)
{
	while (list->nr_texts)
		free(list->texts[--list->nr_texts]);
	free(list->texts);
	free(list->items);
	list->texts = NULL;
	list->items = NULL;
	list->count = 0;
}

int list_fetch(struct vmlab *v, struct list *list, list_fill_fn fill,
	       const void *query)
{
	int tries = DUMP_TRIES;
	int err;

	for (;;) {
		err = fill(v, list, query);
		if (err || !vmlab_interrupted(v))
			return err;
		if (!--tries)
			break;
		list_free(list);
	}
	warn_interrupted();
	return 0;
}
