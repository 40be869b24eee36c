/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_TYPES_H
#define _STANDIN_LINUX_TYPES_H

/* The system's own, and the kernel's names. */
#include_next <linux/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef int32_t s32;
typedef unsigned long long u64;

struct standin_atomic {
	int counter;
};

#define atomic_t struct standin_atomic

struct standin_atomic64 {
	long long counter;
};

#define atomic64_t struct standin_atomic64

#endif /* _STANDIN_LINUX_TYPES_H */
