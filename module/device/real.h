/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_DEVICE_REAL_H
#define _VMLAB_DEVICE_REAL_H

#include <vmlab/space.h>

extern const struct vml_space_ops vml_real_ops;

#endif /* _VMLAB_DEVICE_REAL_H */
