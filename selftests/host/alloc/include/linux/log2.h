/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_LOG2_H
#define _STANDIN_LINUX_LOG2_H

#define ilog2(n)		(63 - __builtin_clzl(n))
#define rounddown_pow_of_two(n)	(1UL << ilog2(n))

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n > 1 ? 2UL << ilog2(n - 1) : 1UL;
}

#endif /* _STANDIN_LINUX_LOG2_H */
