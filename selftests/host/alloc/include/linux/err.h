/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_ERR_H
#define _STANDIN_LINUX_ERR_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *p)
{
	return (long)p;
}

static inline bool IS_ERR(const void *p)
{
	return (uintptr_t)p >= (uintptr_t)-4095L;
}

#endif /* _STANDIN_LINUX_ERR_H */
