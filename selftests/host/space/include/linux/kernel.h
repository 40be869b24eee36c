/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_KERNEL_H
#define _STANDIN_LINUX_KERNEL_H

#include <linux/compiler.h>
#include <linux/types.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define container_of(ptr, type, member)					\
	((type *)((char *)(ptr) - offsetof(type, member)))

#endif /* _STANDIN_LINUX_KERNEL_H */
