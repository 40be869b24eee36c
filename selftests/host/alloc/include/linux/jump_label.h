/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_JUMP_LABEL_H
#define _STANDIN_LINUX_JUMP_LABEL_H

#include <linux/compiler.h>
#include <linux/types.h>

/* No code is patched: a branch that is seldom taken. */
struct static_key_false {
	int enabled;
};

#define DECLARE_STATIC_KEY_FALSE(name)	extern struct static_key_false name
#define DEFINE_STATIC_KEY_FALSE(name)	struct static_key_false name

#define static_branch_unlikely(key)	unlikely(READ_ONCE((key)->enabled))
#define static_branch_enable(key)	WRITE_ONCE((key)->enabled, 1)
#define static_branch_disable(key)	WRITE_ONCE((key)->enabled, 0)
#define static_branch_inc(key)						\
	__atomic_add_fetch(&(key)->enabled, 1, __ATOMIC_SEQ_CST)
#define static_branch_dec(key)						\
	__atomic_sub_fetch(&(key)->enabled, 1, __ATOMIC_SEQ_CST)

#endif /* _STANDIN_LINUX_JUMP_LABEL_H */
