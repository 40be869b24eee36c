/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_SLAB_H
#define _STANDIN_LINUX_SLAB_H

#include <limits.h>
#include <stdlib.h>

typedef int gfp_t;

#define GFP_KERNEL		0
#define GFP_KERNEL_ACCOUNT	0
#define __GFP_NOFAIL		1

/* Allocations to succeed before one fails; negative: all succeed. */
extern long standin_memory;

/* Bytes allocated so far, those that were freed included. */
extern size_t standin_bytes;

static inline void *standin_alloc(size_t n, size_t size, gfp_t gfp)
{
	if (!standin_memory && !(gfp & __GFP_NOFAIL))
		return NULL;
	if (standin_memory > 0)
		standin_memory--;
	__atomic_fetch_add(&standin_bytes, n * size, __ATOMIC_RELAXED);
	return calloc(n, size);
}

/* Has the same limit as the kernel's. */
static inline void *kvcalloc(size_t n, size_t size, gfp_t gfp)
{
	return n > INT_MAX / size ? NULL : standin_alloc(n, size, gfp);
}

static inline void kvfree(void *p)
{
	free(p);
}

static inline void *kzalloc(size_t size, gfp_t gfp)
{
	return kvcalloc(1, size, gfp);
}

static inline void kfree(void *p)
{
	free(p);
}

#endif /* _STANDIN_LINUX_SLAB_H */
