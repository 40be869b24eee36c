# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a guest's kernel log says about its kernel.

# How the kernel's complaints begin, after time and caller. Things that a test
# may bring about on purpose are not among them: the out-of-memory killer,
# failed and fault-injected allocations, programs killed by signals.
COMPLAINTS='
BUG[: ]
WARNING:
INFO: (task|rcu|suspicious|possible|trying|lockdep|NMI|Slab|Object|Freepointer)
kernel BUG
Kernel panic
Oops
general protection fault
(int3|invalid opcode|divide error|stack segment|double fault|traps: PANIC):
Unable to handle
unable to handle
-*\[ cut here \]
=+$
(UBSAN|KASAN|KCSAN|KMSAN|ODEBUG|DEBUG_LOCKS_WARN_ON|page_table_check)[:( ]
kmemleak: [0-9]+ new suspected
(rcu|watchdog|NMI watchdog|workqueue): (INFO|BUG|Watchdog)
refcount_t:
(list_add|list_del|slab|SLUB).*(corrupt|overwritten)
sysfs: cannot create duplicate
irq [0-9]+: nobody cared
'

# Print the lines of LOG in which the kernel complains; further arguments are
# options of grep.
complaints()
{
	local log=$1 line beginnings=
	shift
	while read -r line; do
		beginnings+=${line:+|$line}
	done <<<"$COMPLAINTS"
	grep -a -E "$@" \
		"^(\[ *[0-9]+\.[0-9]+\])?(\[ *[TC][0-9]+\])? *(${beginnings#|})" \
		"$log" | tr -d '\r'
}
