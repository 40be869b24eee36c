/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_SLAB_H
#define _STANDIN_LINUX_SLAB_H

#include <stdlib.h>

#define GFP_KERNEL	0

/* Allocations to succeed before one fails; negative: all succeed. */
extern long standin_memory;

static inline void *kvcalloc(size_t n, size_t size, int gfp)
{
	(void)gfp;
	if (!standin_memory)
		return NULL;
	if (standin_memory > 0)
		standin_memory--;
	return calloc(n, size);
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
