/* SPDX-License-Identifier: GPL-2.0 */
/* Pictures of what the buddy allocator does. */
#ifndef VMLAB_CLI_PICTURE_H
#define VMLAB_CLI_PICTURE_H

#include "print.h"
#include "vmlab.h"

struct json_object *steps_json(const struct vmlab_block *block);

/* Each step: the blocks, then the free lists before and after. */
void steps_text(const struct vmlab_block *block);

#endif /* VMLAB_CLI_PICTURE_H */
