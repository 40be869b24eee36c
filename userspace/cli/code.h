/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMLAB_CLI_CODE_H
#define VMLAB_CLI_CODE_H

#include "print.h"
#include "vmlab.h"

/* The kernel calls of a walk, a line each, as a kernel programmer writes them. */
typedef void (*code_fn)(const char *line, void *data);
void code_walk(const struct vmlab_walk *walk, code_fn fn, void *data);

void code_text(const struct vmlab_walk *walk);
struct json_object *code_json(const struct vmlab_walk *walk);

#endif /* VMLAB_CLI_CODE_H */
