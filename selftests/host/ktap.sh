#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The judge of all other tests: what must not count as a pass does not.

set -u
tests=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"
printf '6.1\tp:may\treason\n' >"$dir/skips"

# check NAME TOTAL LINE…: the verdict on a program that printed the lines
check()
{
	local name=$1 want=$2 got
	shift 2
	got=$(printf '%s\n' "$@" |
		awk -v kernel=6.1 -v expected=p -v skips="$dir/skips" \
			-f "$tests/ktap.awk" | tail -n 1)
	if [ "$got" = "total $want" ]; then
		ktap_test_pass "$name"
	else
		echo "# '$got', not 'total $want'"
		ktap_test_fail "$name"
	fi
}

begin="### begin p"
end="### end p"
ktap_print_header
ktap_set_plan 18
check "all passed" "2 0 0" "$begin" 1..2 "ok 1 a" "ok 2 b" "$end 0"
check "one failed" "1 1 0" "$begin" 1..2 "ok 1 a" "not ok 2 b" "$end 1"
check "skip that is allowed" "1 0 1" \
	"$begin" 1..2 "ok 1 a" "ok 2 may # SKIP no" "$end 0"
check "skip that is not" "1 1 0" \
	"$begin" 1..2 "ok 1 a" "ok 2 must # SKIP no" "$end 0"
check "all skipped" "0 1 1" "$begin" 1..1 "ok 1 may # SKIP no" "$end 0"
check "skipped as a whole" "0 1 0" "$begin" "1..0 # SKIP no" "$end 4"
check "crashed before the plan" "0 1 0" "$begin" "$end 139"
check "crashed half way" "1 1 0" "$begin" 1..3 "ok 1 a" "$end 139"
check "guest lost half way" "1 1 0" "$begin" 1..3 "ok 1 a"
check "guest lost, and another after it" "2 1 0" \
	"$begin" 1..3 "ok 1 a" "### begin q" 1..1 "ok 1 a" "### end q 0"
check "seconds are no status" "1 0 0" "$begin" 1..1 "ok 1 a" "$end 0 17"
check "never ran" "0 1 0" ""
check "failed without saying" "1 1 0" "$begin" 1..1 "ok 1 a" "$end 1"
check "more than planned" "2 1 0" "$begin" 1..1 "ok 1 a" "ok 2 b" "$end 0"
check "expected to fail" "0 1 0" "$begin" 1..1 "ok 1 a # XFAIL" "$end 0"
check "bailed out" "1 2 0" "$begin" 1..2 "ok 1 a" "Bail out! no" "$end 1"
check "says total" "0 1 0" "$begin" 1..1 "# why" "total 9 0 0" "not ok 1 a" "$end 1"
check "carriage returns" "1 0 0" $'### begin p\r' $'1..1\r' $'ok 1 a\r' $'### end p 0\r'
ktap_finished
