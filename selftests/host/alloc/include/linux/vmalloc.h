/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_VMALLOC_H
#define _STANDIN_LINUX_VMALLOC_H

#include <linux/slab.h>

#define vcalloc(n, size)	standin_alloc((n), (size), GFP_KERNEL)

#endif /* _STANDIN_LINUX_VMALLOC_H */
