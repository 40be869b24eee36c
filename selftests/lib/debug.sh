# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# On the debugging kernel a process takes several times as long as on others. What
# its checks have nothing to do with is left to those.

is_debug()
{
	grep -q page_owner=on /proc/cmdline
}
