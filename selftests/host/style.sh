#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Style: checkpatch, sparse and the compiler's further warnings, shellcheck.

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"
cd "$top" || exit

# C that people write; what is generated has the generator's style, and headers
# that stand in for the kernel's have the kernel's names.
c_files()
{
	find module include uapi userspace selftests -name '*.[ch]' \
		! -name 'netlink_gen.*' ! -path uapi/linux/vmlab.h \
		! -path 'selftests/host/*/include/*' | sort
}

shell_files()
{
	grep -rlE '^#!/bin/(ba)?sh|^# shellcheck shell=' selftests userspace .ci \
		2>/dev/null | sort
}

# checkpatch does not know what __has_include() and the fixtures of the kselftest
# harness look like.
is_strange()
{
	local file line
	IFS=: read -r file line _ <<<"$1"
	sed -n "${line}p" "$file" | grep -qE 'FIXTURE_(DATA|VARIANT)|__has_include'
}

# check_files FILE TYPES: run checkpatch over the files, but for the types given
check_files()
{
	local complaint status=0
	# It leaves a cache where it runs.
	(cd "$dir" && xargs "$KSRC/scripts/checkpatch.pl" --no-tree --strict \
		--terse --no-summary --ignore "$1" --file 2>"$dir/err") |
		sed "s|^$top/||" >"$dir/checkpatch"
	while read -r complaint; do
		is_strange "$complaint" && continue
		echo "# $complaint"
		status=1
	done <"$dir/checkpatch"
	return $status
}

absolute()
{
	sed "s|^|$top/|"
}

# The kernel's code, with nothing left out but what compat.h is there for.
checkpatch_kernel()
{
	local status=0
	c_files | grep -E '^(module|include|uapi)/' | grep -v '/compat\.h$' |
		absolute | check_files NONE || status=1
	echo "$top/include/vmlab/compat.h" |
		check_files LINUX_VERSION_CODE,CONSTANT_COMPARISON,NEW_TYPEDEFS ||
		status=1
	return $status
}

# Programs have no BIT() and no u64, and say the names of what they test.
checkpatch_programs()
{
	c_files | grep -E '^(userspace|selftests)/' | absolute |
		check_files BIT_MACRO,PREFER_KERNEL_TYPES,EMBEDDED_FUNCTION_NAME,CAMELCASE,TYPO_SPELLING
}

# The copy that selftests/vm/module builds has its own objects; a second one is
# built anew with everything that warns.
warnings()
{
	local kernel
	kernel=$(selftests/vm/kernels get "$1") || return
	mkdir "$dir/$1"
	cp -r Kbuild Makefile module include uapi "$dir/$1/" || return
	find "$dir/$1" -name '*.o' -delete
	make -C "$kernel/headers" M="$dir/$1" C=2 W=1 KBUILD_MODPOST_WARN= \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules \
		>"$dir/out" 2>"$dir/warnings" || return
	grep -vE '^make|Skipping BTF' "$dir/warnings" >"$dir/left" || return 0
	sed 's/^/# /' "$dir/left" | head -n 40
	return 1
}

shells()
{
	shell_files | xargs shellcheck -x -P selftests/vm -P selftests/vm/lib \
		>"$dir/shellcheck" 2>&1 && return
	sed 's/^/# /' "$dir/shellcheck" | head -n 60
	return 1
}

# Files stay small enough to be read at one go.
lengths()
{
	local long
	long=$( (c_files; shell_files) | xargs wc -l |
		awk '$2 != "total" && $1 > 600 { print "# " $0 }')
	[ -z "$long" ] && return
	printf '%s\n' "$long"
	return 1
}

# Every file says its licence in its first two lines.
licences()
{
	local file status=0
	while read -r file; do
		head -n 2 "$file" | grep -q SPDX-License-Identifier && continue
		echo "# $file"
		status=1
	done < <(c_files; shell_files)
	return $status
}

ktap_print_header
ktap_set_plan 7
ktap_test_result "checkpatch of the module" checkpatch_kernel
ktap_test_result "checkpatch of the programs" checkpatch_programs
ktap_test_result "warnings on 6.1" warnings 6.1
ktap_test_result "warnings on 6.12" warnings 6.12
ktap_test_result "shellcheck" shells
ktap_test_result "lengths" lengths
ktap_test_result "licences" licences
ktap_finished
