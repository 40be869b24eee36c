/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_MUTEX_H
#define _STANDIN_LINUX_MUTEX_H

#include <assert.h>
#include <pthread.h>

#include <linux/smp.h>

/* Who sleeps must hold no spinlock. */
extern __thread int standin_locks;

struct mutex {
	pthread_mutex_t mutex;
};

static inline void mutex_init(struct mutex *lock)
{
	pthread_mutex_init(&lock->mutex, NULL);
}

static inline void mutex_lock(struct mutex *lock)
{
	assert(!standin_locks);
	pthread_mutex_lock(&lock->mutex);
}

static inline void mutex_unlock(struct mutex *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}

#endif /* _STANDIN_LINUX_MUTEX_H */
