/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_BUILD_BUG_H
#define _STANDIN_LINUX_BUILD_BUG_H

#include <assert.h>

#undef static_assert
#define static_assert(condition, ...)	_Static_assert(condition, #condition)

#endif /* _STANDIN_LINUX_BUILD_BUG_H */
