/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_BITOPS_H
#define _STANDIN_LINUX_BITOPS_H

static inline unsigned long __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static inline unsigned long __fls(unsigned long word)
{
	return 63 - __builtin_clzl(word);
}

static inline unsigned int hweight8(unsigned int word)
{
	return __builtin_popcount(word & 0xff);
}

#endif /* _STANDIN_LINUX_BITOPS_H */
