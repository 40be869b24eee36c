/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_TARGET_H
#define _VMLAB_TARGET_H

#include <linux/types.h>

struct cred;
struct file;
struct mm_struct;
struct task_struct;

/**
 * struct vml_target - a process that somebody may look at
 * @task: the thread that was named, with a reference
 * @mm: its memory, with a reference that keeps it usable (mmget())
 */
struct vml_target {
	struct task_struct *task;
	struct mm_struct *mm;
};

int vml_target_get(struct vml_target *target, u32 pid, bool admin,
		   const struct file *opener, const char **why);
void vml_target_put(struct vml_target *target);
bool vml_target_shows(const struct cred *viewer);

#endif /* _VMLAB_TARGET_H */
