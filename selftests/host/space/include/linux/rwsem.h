/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_RWSEM_H
#define _STANDIN_LINUX_RWSEM_H

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

#include <linux/lockdep.h>
#include <linux/spinlock.h>

struct rw_semaphore {
	pthread_rwlock_t lock;
	pthread_t writer;
	bool written;
	int readers;
};

static inline void init_rwsem(struct rw_semaphore *sem)
{
	pthread_rwlock_init(&sem->lock, NULL);
	sem->written = false;
	sem->readers = 0;
}

static inline void down_read(struct rw_semaphore *sem)
{
	assert(!standin_locks);
	pthread_rwlock_rdlock(&sem->lock);
	__atomic_fetch_add(&sem->readers, 1, __ATOMIC_RELAXED);
}

static inline void up_read(struct rw_semaphore *sem)
{
	__atomic_fetch_sub(&sem->readers, 1, __ATOMIC_RELAXED);
	pthread_rwlock_unlock(&sem->lock);
}

static inline void down_write(struct rw_semaphore *sem)
{
	assert(!standin_locks);
	pthread_rwlock_wrlock(&sem->lock);
	sem->writer = pthread_self();
	__atomic_store_n(&sem->written, true, __ATOMIC_RELAXED);
}

static inline void up_write(struct rw_semaphore *sem)
{
	__atomic_store_n(&sem->written, false, __ATOMIC_RELAXED);
	pthread_rwlock_unlock(&sem->lock);
}

static inline bool standin_is_written(struct rw_semaphore *sem)
{
	return __atomic_load_n(&sem->written, __ATOMIC_RELAXED) &&
	       pthread_equal(sem->writer, pthread_self());
}

/* As far as one can tell: readers have no names. */
static inline bool standin_is_down(struct rw_semaphore *sem)
{
	return standin_is_written(sem) ||
	       __atomic_load_n(&sem->readers, __ATOMIC_RELAXED);
}

#undef lockdep_assert_held
#define lockdep_assert_held(lock)					\
	assert(_Generic((lock), struct rw_semaphore *: standin_is_down,	\
			spinlock_t *: standin_is_held)(lock))
#define lockdep_assert_held_write(lock)	assert(standin_is_written(lock))

#endif /* _STANDIN_LINUX_RWSEM_H */
