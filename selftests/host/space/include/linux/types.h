/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_SPACE_LINUX_TYPES_H
#define _STANDIN_SPACE_LINUX_TYPES_H

#include_next <linux/types.h>

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#endif /* _STANDIN_SPACE_LINUX_TYPES_H */
