/* SPDX-License-Identifier: GPL-2.0 */
/* What several commands show of spaces and objects. */
#ifndef VMLAB_CLI_SPACE_SHOW_H
#define VMLAB_CLI_SPACE_SHOW_H

#include "print.h"
#include "vmlab.h"

/* "rw-p", as in /proc/PID/maps. The text is overwritten. */
const char *space_rights(__u32 flags);

/* The bits of a shadow entry, without its frame. */
#define SHADOW_FLAGS	0xfffULL

struct json_object *shadow_entry_json(__u64 entry);
struct json_object *space_area_json(const struct vmlab_space_area *area);
struct json_object *content_json(const struct vmlab_content *content);

/* An object as a member: its number, or null. */
void object_member(struct json_object *o, __u32 memory);

/* Does an area of a space cover one of Linux, and show the same with its rights? */
bool areas_agree(const struct vmlab_space_area *linux_area,
		 const struct vmlab_space_area *ours);

/* What vmlab has at an address that is of it; false if it has nothing there. */
bool shadow_explain(struct vmlab *v, pid_t pid, __u64 address,
		    struct vmlab_shadow *shadow);
struct json_object *shadow_json(const struct vmlab_shadow *shadow);
void shadow_lines(const struct vmlab_shadow *shadow);

#endif /* VMLAB_CLI_SPACE_SHOW_H */
