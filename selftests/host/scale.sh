#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What an operation of the allocator costs must not grow with the pool: the
# instructions of each with 16 GiB of frames, beside those with 64 MiB; all in
# one piece, and in pieces of 4 MiB, as a host gives them that is in use.

set -u
name=scale
# shellcheck source=selftests/host/lib/native.sh
. "$(dirname "$0")/lib/native.sh"

small=$((64 << 8)) # frames
large=$((16 << 18))
piece=1024
bound=1.2

operations="frame object number frame-largest frames-3 frames-8 run-alloc
run-free frame-1% frame-50% frame-95% frame-holes"

# count FILE FRAMES EXTENT: the instructions of each operation
count()
{
	rm -f "$out/$1" "$out/$1".*
	say valgrind -q --tool=callgrind --instr-atstart=no \
		--callgrind-out-file="$out/$1" "$out/scale" "$2" "$3" || return
	awk '/^desc: Trigger: Client Request: / { name = $NF }
	     /^totals: / && name { print name, $2; name = "" }' \
		"$out/$1".* >"$out/$1"
}

# kept SMALL LARGE OPERATION: whether its cost is within the bound
kept()
{
	awk -v name="$3" -v bound="$bound" '
		$1 == name && FNR == NR { few = $2 }
		$1 == name && FNR != NR { many = $2 }
		END {
			if (!few || !many)
				exit 1
			printf "# %d and %d instructions: %.3f\n", few, many,
				many / few
			exit many / few > bound
		}' "$out/$1" "$out/$2"
}

ktap_print_header
# shellcheck disable=SC2086
ktap_set_plan $((5 + 2 * $(wc -w <<<$operations)))
ktap_test_result "build" build plain scale
start small count small "$small" "$small"
start large count large "$large" "$large"
start pieces count pieces "$small" "$piece"
start many count many "$large" "$piece"
ktap_test_result "count 64 MiB in one" finish small
ktap_test_result "count 16 GiB in one" finish large
ktap_test_result "count 64 MiB in pieces" finish pieces
ktap_test_result "count 16 GiB in pieces" finish many
for operation in $operations; do
	ktap_test_result "$operation" kept small large "$operation"
	ktap_test_result "$operation in pieces" kept pieces many "$operation"
done
ktap_finished
