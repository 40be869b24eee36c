/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks of a program with one thread, which cost next to nothing, so that they
 * do not hide what the rest costs.
 */
#ifndef _STANDIN_SINGLE_LINUX_SPINLOCK_H
#define _STANDIN_SINGLE_LINUX_SPINLOCK_H

#include <stdbool.h>

#include <linux/smp.h>

typedef struct {
	int held;
} spinlock_t;

#define DEFINE_SPINLOCK(name)	spinlock_t name = { 0 }

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->held = 0;
}

static inline bool standin_is_held(spinlock_t *lock)
{
	return lock->held;
}

static inline void spin_lock(spinlock_t *lock)
{
	__atomic_store_n(&lock->held, 1, __ATOMIC_RELAXED);
}

static inline void spin_unlock(spinlock_t *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELAXED);
}

#endif /* _STANDIN_SINGLE_LINUX_SPINLOCK_H */
