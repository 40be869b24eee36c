#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Drive each command of the family with the kernel's own YNL client, which knows
# of vmlab only what the specification says.

set -u
here=$(cd "$(dirname "$0")" && pwd)
spec=$here/../uapi/netlink/specs/vmlab.yaml
ynl=${KSRC:?}/tools/net/ynl/pyynl/cli.py
schemas=$KSRC/Documentation/netlink
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# The client looks for the schema in the parent of the specification's directory.
mkdir "$dir/specs"
cp "$schemas"/*.yaml "$dir/"
cp "$spec" "$dir/specs/"
# shellcheck source=/dev/null
. "$KSRC/tools/testing/selftests/kselftest/ktap_helpers.sh"

# A process that holds still, with an address in it.
sleep 1000 &
pid=$!
trap 'kill $pid; rm -rf "$dir"' EXIT
address=$((0x$(awk '/\[stack\]/ { sub(/.*-/, "", $1); print $1 }' "/proc/$pid/maps") - 4096 * 2))

ynl()
{
	/usr/bin/python3 "$ynl" --spec "$dir/specs/vmlab.yaml" --output-json "$@"
}

driven=' '
# check COMMAND DO|DUMP REQUEST JQ-EXPRESSION: what the answer must fulfil
check()
{
	local command=$1 mode=$2 request=$3 expression=$4 answer
	driven+="$command "
	if answer=$(ynl "--$mode" "$command" --json "$request" 2>"$dir/err") &&
	   jq -e "$expression" <<<"$answer" >/dev/null 2>"$dir/jq"; then
		ktap_test_pass "$command"
	else
		head -c 2000 "$dir/err" "$dir/jq" | sed 's/^/# /'
		head -c 2000 <<<"$answer" | sed 's/^/# /'
		ktap_test_fail "$command"
	fi
}

# Every command of the specification, at the two columns where its list has them.
commands()
{
	awk '/^operations:/ { on = 1 } on && /^      name: / { print $2 }' "$spec"
}

# Has the specification a command that was not driven?
all_are_driven()
{
	local command status=0
	for command in $(commands); do
		[[ $driven == *" $command "* ]] && continue
		echo "# not driven: $command"
		status=1
	done
	[ -n "$(commands)" ] && return $status
}

refuses()
{
	! ynl --do walk --json '{"pid": 4194304, "address": 0}' \
		>"$dir/out" 2>&1 && grep -q 'no such process' "$dir/out"
}

ktap_print_header
ktap_set_plan 11
check info-get "do" '{"abi": 1}' \
	'.version != "" and .abi == 1 and (."paging-levels" | . == 4 or . == 5)'
check walk "do" "{\"pid\": $pid, \"address\": $address}" \
	".pid == $pid and (.level | length) > 1 and .area.name == \"[stack]\""
check range dump "{\"pid\": $pid, \"pages\": true}" \
	'[.[].run[]] | length > 5 and all(."page-size" > 0)'
check area-get dump "{\"pid\": $pid}" \
	'[.[].area[].name] | index("[stack]") != null'
check census "do" "{\"pid\": $pid}" \
	'(.table | length) >= 4 and ."table-bytes" >= 16384'
check explain "do" "{\"pid\": $pid, \"address\": $address}" \
	'.prediction | length == 3'
check addr-get "do" '{"address": 4096}' \
	'.region == "user-hole" or .region == "user"'
check top-get dump "{\"pid\": $pid, \"other\": 1}" \
	'length > 1 and all(.index >= 256) and any(.shared)'
check segment-get dump '{"cpu": 0}' \
	'length >= 15 and any(.kind == "tss-busy")'
ktap_test_result "every command of the specification" all_are_driven
ktap_test_result "a refusal in words" refuses
ktap_finished
