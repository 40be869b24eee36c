/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A list that a dump fills. It is held whole before it is printed, so that it
 * can be asked for again when it changed meanwhile.
 */
#ifndef VMLAB_CLI_LIST_H
#define VMLAB_CLI_LIST_H

#include <stddef.h>

#include "vmlab.h"

/**
 * struct list - items of one size
 * @items: they
 * @size: bytes of each
 * @count: how many there are
 * @texts: the texts that they point to
 * @nr_texts: how many there are
 */
struct list {
	void *items;
	size_t size;
	size_t count;
	char **texts;
	size_t nr_texts;
};

/* Add a copy of @item; 0 or -ENOMEM. */
int list_add(struct list *list, const void *item);

/* A copy of @text that lives as long as the list, or NULL. */
const char *list_keep(struct list *list, const char *text);

void *list_at(const struct list *list, size_t i);
void list_free(struct list *list);

/* Asks once, and fills the list; 0 or an error. */
typedef int (*list_fill_fn)(struct vmlab *v, struct list *list,
			    const void *query);

/* Ask until the answer holds together, a few times at most. */
int list_fetch(struct vmlab *v, struct list *list, list_fill_fn fill,
	       const void *query);

#endif /* VMLAB_CLI_LIST_H */
