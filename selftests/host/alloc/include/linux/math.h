/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_MATH_H
#define _STANDIN_LINUX_MATH_H

#define DIV_ROUND_UP(n, d)						\
({									\
	__typeof__(d) div_d = (d);					\
	((n) + div_d - 1) / div_d;					\
})
#define round_up(x, y)		((((x) - 1) | ((__typeof__(x))((y) - 1))) + 1)

static inline unsigned long int_sqrt(unsigned long x)
{
	unsigned long root = 0;
	unsigned long bit;

	for (bit = 1UL << 31; bit; bit >>= 1)
		if ((root | bit) * (root | bit) <= x)
			root |= bit;
	return root;
}

#endif /* _STANDIN_LINUX_MATH_H */
