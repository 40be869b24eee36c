/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_COMPILER_H
#define _STANDIN_LINUX_COMPILER_H

#include <sys/cdefs.h>

/* Relaxed atomics are what the kernel means, and what TSan understands. */
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value)	__atomic_store_n(&(x), (value), __ATOMIC_RELAXED)
/* As strong as the kernel's. */
#define smp_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
/* As strong as the kernel's. */
#define smp_store_release(p, value)					\
	__atomic_store_n((p), (value), __ATOMIC_RELEASE)

#define OPTIMIZER_HIDE_VAR(var)	((void)(var))

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
/* __always_inline is in glibc's. */
#define noinline		__attribute_noinline__
#define __cold			__attribute__((cold))

#endif /* _STANDIN_LINUX_COMPILER_H */
