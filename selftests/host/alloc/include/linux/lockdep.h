/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_LOCKDEP_H
#define _STANDIN_LINUX_LOCKDEP_H

#include <linux/build_bug.h>

#define lockdep_assert_held(lock)	assert(standin_is_held(lock))

#endif /* _STANDIN_LINUX_LOCKDEP_H */
