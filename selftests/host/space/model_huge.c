// SPDX-License-Identifier: GPL-2.0
/*
 * What the model does with huge pages, where its spaces have room for them.
 */
#include <errno.h>
#include <string.h>

#include <vmlab/huge.h>

#include "model.h"

static void collapse(struct made *made, u32 index)
{
	u64 slot = vml_tree_get(&made->object->tree, index, NULL);
	int err = vml_object_collapse(made->object, index);

	must(!err || err == -ENOMEM || (!(slot & VML_SLOT_HUGE) &&
					(err == -EINVAL || err == -EBUSY)));
}

static void split(struct made *made, u32 index)
{
	u64 slot = vml_tree_get(&made->object->tree, index, NULL);
	int err = vml_object_split(made->object, index);

	must(err == (slot & VML_SLOT_HUGE ? 0 : -ENOENT) || err == -ENOMEM);
}

/* What is empty may be a block next; to collapse and split changes no content. */
void model_huge(struct model *m, u64 random)
{
	struct made *made = &m->made[draw(&random, OBJECTS)];
	u32 index = made->base + draw(&random, INDICES);

	machine.no_huge = !draw(&random, 4);
	if (!made->object)
		return;
	switch (draw(&random, 8)) {
	case 0:
		if (vml_object_punch(made->object, 0, U32_MAX))
			must(machine_is_full());
		else
			memset(made->words, 0, sizeof(made->words));
		break;
	case 1:
	case 2:
		split(made, index);
		break;
	default:
		collapse(made, index);
	}
}
