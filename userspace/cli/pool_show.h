/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands about the pool share. */
#ifndef VMLAB_CLI_POOL_SHOW_H
#define VMLAB_CLI_POOL_SHOW_H

#include "options.h"
#include "vmlab.h"

#define FRAME_SHIFT	12

/* "64 MiB". The text is overwritten. */
const char *frames_text(__u64 frames);

/* The block of 2^@order frames: "2048-2055". Two texts in turn. */
const char *block_text(__u32 frame, unsigned int order);

/* What of the pool the options ask for; sets @has to match. */
struct vmlab_request request_of(const struct options *o);

/* Does it lie where --zone and --node say? */
bool is_wanted(const struct options *o, __u32 node, __u32 zone);

/* The head of a table with a column for each order, and a line of it. */
void orders_head(const char *label);
void orders_line(const char *label, const __u32 *value);

/* The free blocks before and after something, and what changed. */
void orders_change(const __u32 *before, const __u32 *after);

struct json_object *counters_json(const struct vmlab_counter *counter,
				  __u32 nr);

#endif /* VMLAB_CLI_POOL_SHOW_H */
