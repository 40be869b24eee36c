/* SPDX-License-Identifier: GPL-2.0 */
/* Parts of answers about spaces that several have. */
#ifndef VMLAB_LIB_SPACES_H
#define VMLAB_LIB_SPACES_H

#include "attr.h"
#include "fields.h"
#include "vmlab_spaces.h"

void content_parse(const struct nlattr *nest, struct vmlab_content *content);
void space_area_parse(const struct nlattr *nest,
		      struct vmlab_space_area *area);
void step_parse(const struct nlattr *nest, struct vmlab_step *step);

#endif /* VMLAB_LIB_SPACES_H */
