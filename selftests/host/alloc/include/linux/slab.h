/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_SLAB_H
#define _STANDIN_LINUX_SLAB_H

#include <limits.h>
#include <stdlib.h>

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0

/* Allocations to succeed before one fails; negative: all succeed. */
extern long standin_memory;

/* Bytes allocated so far, those that were freed included. */
extern size_t standin_bytes;

static inline void *standin_alloc(size_t n, size_t size)
{
	if (!standin_memory)
		return NULL;
	if (standin_memory > 0)
		standin_memory--;
	__atomic_fetch_add(&standin_bytes, n * size, __ATOMIC_RELAXED);
	return calloc(n, size);
}

/* Has the same limit as the kernel's. */
static inline void *kvcalloc(size_t n, size_t size, int gfp)
{
	(void)gfp;
	return n > INT_MAX / size ? NULL : standin_alloc(n, size);
}

static inline void kvfree(void *p)
{
	free(p);
}

static inline void *kzalloc(size_t size, int gfp)
{
	return kvcalloc(1, size, gfp);
}

static inline void kfree(void *p)
{
	free(p);
}

#endif /* _STANDIN_LINUX_SLAB_H */
