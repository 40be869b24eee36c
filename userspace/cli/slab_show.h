/* SPDX-License-Identifier: GPL-2.0 */
/* How caches and objects look. */
#ifndef VMLAB_CLI_SLAB_SHOW_H
#define VMLAB_CLI_SLAB_SHOW_H

#include "print.h"
#include "vmlab.h"

struct json_object *cache_json(const struct vmlab_cache *cache);
struct json_object *object_json(const struct vmlab_object *object);
struct json_object *bytes_json(__s32 offset, const __u8 *bytes, __u32 length);

/* The head of a table of caches, and a line of it. */
void cache_head(void);
void cache_line(const struct vmlab_cache *cache);

/* How its objects lie in a slab, and what became of them so far. */
void cache_layout(const struct vmlab_cache *cache);
void cache_text(const struct vmlab_cache *cache);

void object_text(const struct vmlab_object *object);
void bytes_dump(__s32 offset, const __u8 *bytes, __u32 length);

#endif /* VMLAB_CLI_SLAB_SHOW_H */
