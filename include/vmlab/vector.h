/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_VECTOR_H
#define _VMLAB_VECTOR_H

#include <linux/types.h>
#include <linux/vmlab_ioctl.h>

long vml_walk_vector(const struct vmlab_walk_vec __user *arg,
		     bool opened_by_admin);

#endif /* _VMLAB_VECTOR_H */
