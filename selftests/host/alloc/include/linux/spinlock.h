/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_SPINLOCK_H
#define _STANDIN_LINUX_SPINLOCK_H

#include <pthread.h>
#include <stdbool.h>

#include <linux/build_bug.h>
#include <linux/smp.h>

/* Counts locks that a thread holds; at the end of each test there are none. */
extern __thread int standin_locks;

struct standin_lock {
	pthread_mutex_t mutex;
	pthread_t holder;
	bool held;
};

#define spinlock_t struct standin_lock

#define DEFINE_SPINLOCK(name)						\
	struct standin_lock name = { .mutex = PTHREAD_MUTEX_INITIALIZER }

static inline void spin_lock_init(spinlock_t *lock)
{
	pthread_mutex_init(&lock->mutex, NULL);
	lock->held = false;
}

static inline bool standin_is_held(spinlock_t *lock)
{
	return __atomic_load_n(&lock->held, __ATOMIC_RELAXED) &&
	       pthread_equal(lock->holder, pthread_self());
}

static inline void spin_lock(spinlock_t *lock)
{
	pthread_mutex_lock(&lock->mutex);
	lock->holder = pthread_self();
	__atomic_store_n(&lock->held, true, __ATOMIC_RELAXED);
	standin_locks++;
}

static inline void spin_unlock(spinlock_t *lock)
{
	assert(standin_is_held(lock));
	__atomic_store_n(&lock->held, false, __ATOMIC_RELAXED);
	standin_locks--;
	pthread_mutex_unlock(&lock->mutex);
}

#endif /* _STANDIN_LINUX_SPINLOCK_H */
