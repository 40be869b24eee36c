/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_LIMITS_H
#define _STANDIN_LINUX_LIMITS_H

#include_next <linux/limits.h>

#include <limits.h>
#include <stdint.h>

#define U16_MAX	UINT16_MAX
#define U32_MAX	UINT32_MAX
#define U64_MAX	(~0ULL)

#endif /* _STANDIN_LINUX_LIMITS_H */
