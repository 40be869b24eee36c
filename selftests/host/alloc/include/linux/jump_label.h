/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_JUMP_LABEL_H
#define _STANDIN_LINUX_JUMP_LABEL_H

#include <linux/compiler.h>
#include <linux/types.h>

/* No code is patched: a branch that is seldom taken. */
struct static_key_false {
	bool enabled;
};

#define DECLARE_STATIC_KEY_FALSE(name)	extern struct static_key_false name
#define DEFINE_STATIC_KEY_FALSE(name)	struct static_key_false name

#define static_branch_unlikely(key)	unlikely(READ_ONCE((key)->enabled))
#define static_branch_enable(key)	WRITE_ONCE((key)->enabled, true)
#define static_branch_disable(key)	WRITE_ONCE((key)->enabled, false)

#endif /* _STANDIN_LINUX_JUMP_LABEL_H */
