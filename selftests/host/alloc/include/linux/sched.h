/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_SCHED_H
#define _STANDIN_LINUX_SCHED_H

#include <linux/build_bug.h>
#include <linux/spinlock.h>

/* It may sleep: nothing may be locked. */
#define cond_resched()	assert(!standin_locks)

#endif /* _STANDIN_LINUX_SCHED_H */
