#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What can be said of the command without a kernel: usage, help, the manual and
# completion.

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
vmlab=$top/build/bin/vmlab
man=$top/userspace/man
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"

# status WANT ARGUMENT…
status()
{
	local want=$1 status=0
	shift
	"$vmlab" "$@" >"$dir/out" 2>"$dir/err" </dev/null || status=$?
	[ $status = "$want" ] && return
	echo "# vmlab $*: status $status, not $want"
	sed 's/^/# /' "$dir/err"
	return 1
}

wrong_usage()
{
	local words
	while read -r words; do
		# shellcheck disable=SC2086  # several arguments
		status 1 $words && [ -s "$dir/err" ] && [ ! -s "$dir/out" ] ||
			return 1
	done <<-END
	nonsense
	--nonsense
	walk
	walk self
	walk self 0x
	walk self 12junk
	walk self -1
	walk self 0x10000000000000000
	walk -1 0x1000
	walk 99999999999 0x1000
	walk self 0x2000-0x1000
	walk self 0x1000-0x2000 --state wet
	walk self 0x1000-0x2000 --size 3k
	walk self 0x1000-0x2000 --flag WET
	areas
	areas 1 2
	census
	explain self
	addr
	addr walk
	kernel
	segments --cpu x
	segments --cpu 4294967296
	pool extra
	pool --zone wet
	pool --node 8
	pool set --strict perhaps
	pool set --min-free lots
	frames 12
	frames 20-10
	frame
	frame pfn:
	frame 4294967296
	buddy
	buddy nonsense
	buddy alloc
	buddy alloc 11
	buddy alloc -- -1
	buddy alloc 0 --type sticky
	buddy alloc 0 --type movable,unmovable
	buddy alloc 0 --request please
	buddy alloc 0 --features redzone
	buddy free
	buddy trace
	buddy trace 0
	slab create
	slab create name
	slab create name 0
	slab create name 12Q
	slab create name 100 --features magic
	slab write 1
	slab write 1 256
	slab write 1 0 --offset x
	vmalloc
	vmalloc 0
	vmalloc 99999999999G
	compact --order 11
	stat 0
	stat 1 0
	session
	check --trace
	walk self 0x1000 --shadow --code
	walk self 0x1000-0x2000 --shadow
	objects 1
	object
	object 0
	object x
	spaces 1
	space
	verify x
	verify 1 2
	rmap
	collapse
	collapse self
	collapse object:0 0
	collapse object:x 0
	split 1 x
	split 1 2 3
	touch
	touch 0
	touch 1048577
	touch 4 --pattern zigzag
	touch 4 --access jump
	touch 4 --seed x
	END
}

# All commands, those of several words too, each on a line.
commands()
{
	local word
	for word in $("$vmlab" --complete "$@"); do
		[[ $word == -* ]] && continue
		echo "$@" "$word"
		commands "$@" "$word"
	done
}

help_of_all()
{
	local command
	status 0 --help && [ -s "$dir/out" ] || return
	cp "$dir/out" "$dir/help"
	while read -r command; do
		grep -q -- "$command" "$dir/help" || return
		# shellcheck disable=SC2086  # several words
		status 0 $command --help && [ -s "$dir/out" ] || return
	done < <(commands)
}

version()
{
	status 0 -V && grep -q '[0-9]' "$dir/out"
}

# Without the module a sentence says what to do.
not_loaded()
{
	[ -e /sys/module/vmlab ] && return
	status 2 info && grep -q '^Error: ' "$dir/err" &&
		grep -qE 'insmod|modprobe|load' "$dir/err"
}

manual_names_all()
{
	local command
	mandoc -T utf8 "$man/vmlab.8" | col -b >"$dir/man"
	while read -r command; do
		grep -q "vmlab \[options\] $command" "$dir/man" && continue
		echo "# vmlab.8 has no $command"
		return 1
	done < <(commands)
}

manual_names_options()
{
	local command option
	mandoc -T utf8 "$man/vmlab.8" | col -b >"$dir/man"
	while read -r command; do
		# shellcheck disable=SC2086  # several words
		for option in $("$vmlab" --complete $command); do
			grep -qF -- "$option" "$dir/man" && continue
			echo "# vmlab.8 has no $option of $command"
			return 1
		done
	done < <(commands)
}

manual_names_parameters()
{
	local parameter
	mandoc -T utf8 "$man/vmlab.4" | col -b >"$dir/man"
	while read -r parameter; do
		grep -q "^ *$parameter=" "$dir/man" && continue
		echo "# vmlab.4 has no $parameter="
		return 1
	done < <(sed -n 's/^module_param(\([a-z_]*\),.*/\1/p' "$top"/module/*/*.c)
}

manuals_are_clean()
{
	local page status=0
	for page in "$man"/*.[0-9]; do
		mandoc -T lint -W warning "$page" >"$dir/lint" 2>&1 || status=1
		sed 's/^/# /' "$dir/lint"
	done
	return $status
}

# What completion offers for "vmlab WORDS…", the last of them incomplete.
offers()
{
	PATH=$top/build/bin:$PATH bash -c '
		[ ! -r /usr/share/bash-completion/bash_completion ] ||
			. /usr/share/bash-completion/bash_completion
		. "$1"
		shift
		COMP_WORDS=(vmlab "$@")
		COMP_CWORD=$#
		COMP_LINE="vmlab $*"
		COMP_POINT=${#COMP_LINE}
		function=$(complete -p vmlab | sed "s/.*-F \([^ ]*\).*/\1/")
		"$function" vmlab "${@: -1}" "${@: -2:1}" 2>/dev/null
		printf "%s\n" "${COMPREPLY[@]}"' - \
		"$top/userspace/completion/vmlab.bash" "$@"
}

completion_names_all()
{
	local command
	offers "" >"$dir/offers"
	for command in $("$vmlab" --complete); do
		grep -qE "^$command *$" "$dir/offers" && continue
		echo "# not offered: $command"
		return 1
	done
}

completion_of_options()
{
	offers walk self all -- >"$dir/offers"
	grep -q -- '^--pages' "$dir/offers"
}

# The words that a command of several words goes on with, and the names that an
# option takes.
completion_goes_on()
{
	offers buddy "" >"$dir/offers"
	grep -q '^alloc' "$dir/offers" && grep -q '^trace' "$dir/offers" ||
		return
	offers buddy trace "f" >"$dir/offers"
	[ "$(tr -d ' ' <"$dir/offers")" = free ] || return
	offers buddy alloc 3 --type "" >"$dir/offers"
	grep -q '^movable' "$dir/offers"
}

ktap_print_header
ktap_set_plan 11
ktap_test_result "wrong usage is status 1" wrong_usage
ktap_test_result "help" help_of_all
ktap_test_result "version" version
ktap_test_result "module not loaded" not_loaded
ktap_test_result "manual names every command" manual_names_all
ktap_test_result "manual names every option" manual_names_options
ktap_test_result "manual names every parameter" manual_names_parameters
ktap_test_result "manuals are clean" manuals_are_clean
ktap_test_result "completion names every command" completion_names_all
ktap_test_result "completion of options" completion_of_options
ktap_test_result "completion goes on" completion_goes_on
ktap_finished
