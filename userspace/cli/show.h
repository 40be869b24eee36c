/* SPDX-License-Identifier: GPL-2.0 */
/* What several commands show: areas, entries, addresses. */
#ifndef VMLAB_CLI_SHOW_H
#define VMLAB_CLI_SHOW_H

#include "print.h"
#include "vmlab.h"

struct json_object *area_json(const struct vmlab_area *area);
struct json_object *swap_json(__u32 type, __u64 offset);

/* That is done what has no other answer. Returns STATUS_GOOD. */
int done(const char *format, ...) __printf(1, 2);

/* "rw-p", as in /proc/PID/maps. The text is overwritten. */
const char *area_rights(const struct vmlab_area *area);

/* One line for the area, and one for what its flags and file are. */
void area_text(const char *label, const struct vmlab_area *area);

#endif /* VMLAB_CLI_SHOW_H */
