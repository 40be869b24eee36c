/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_EXPLAIN_H
#define _VMLAB_EXPLAIN_H

#include <vmlab/vma.h>
#include <vmlab/walk.h>

struct vml_target;

#define VML_ACCESSES	(VMLAB_ACCESS_EXEC + 1)

/**
 * struct vml_prediction - what an access would lead to
 * @outcome: &enum vmlab_outcome
 * @why: &enum vmlab_why
 */
struct vml_prediction {
	u8 outcome;
	u8 why;
};

/**
 * struct vml_explanation - what accesses at one address would lead to
 * @walk: the walk there; not done for an address outside the user half
 * @area: the area that holds it, or the one above that may grow
 * @has_area: @area is filled in
 * @access: by &enum vmlab_access
 */
struct vml_explanation {
	struct vml_walk walk;
	struct vml_area area;
	bool has_area;
	struct vml_prediction access[VML_ACCESSES];
};

int vml_explain(const struct vml_target *target, u64 addr, bool admin,
		struct vml_explanation *ex);

#endif /* _VMLAB_EXPLAIN_H */
