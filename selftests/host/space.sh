#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Spaces as a program, on a machine that is made up: unit tests, random programs
# beside a model, threads, and a fuzzer, each under the sanitizers that suit it.
#
#     space.sh [SEED]

set -u
name=space
seed=${1:-$(date +%s)}
# shellcheck source=selftests/host/lib/native.sh
. "$(dirname "$0")/lib/native.sh"

tests="area_map area_merge area_unmap area_protect area_move area_sync area_hole area_find
area_refused area_no_memory ptable_geometries ptable_entries ptable_grows
ptable_range ptable_next ptable_walk ptable_huge ptable_collapse ptable_refused
ptable_cost tree_heights tree_share tree_clear tree_next tree_no_memory
object_clone object_content object_family fault_kinds fault_bad fault_shared
fault_clone fault_last_owner fault_fork fault_attempts fault_views
fault_private fault_bytes fault_memory fault_overtaken rmap_finds
rmap_stops
story_kinds story_around story_ahead story_bad story_stale story_waits
prefetch_around prefetch_edges prefetch_holes prefetch_ahead prefetch_waste
prefetch_memory policy_ranges policy_limits policy_places policy_binds
policy_ahead policy_clone charge_counts charge_refuses charge_ahead
charge_clones charge_tables charge_accounts
backing_faults backing_ahead backing_willneed
backing_writeback backing_forget backing_errors backing_overtaken
backing_memory backing_random"

# With spaces that have room for blocks.
tests_huge="tree_heights_huge tree_places tree_clears object_splits object_cuts
object_collapses object_no_memory object_counts fault_huge fault_huge_small
fault_huge_unwanted fault_huge_clone fault_huge_parts fault_huge_views"
room="-DPAGES=1600 -DINDICES=1600"

here=selftests/host/space
# The kernel's own trees, which it has for programs too.
trees="$KSRC/tools/lib/rbtree.c"
machine="selftests/host/alloc/pool.c $here/machine.c"

# compile_space COMPILER SANITIZERS ARGUMENT…
compile_space()
{
	local cc=$1 sanitizers=$2
	shift 2
	compile "$cc" "$sanitizers" -Wno-unused-parameter \
		-I"$top/$here/include" -idirafter "$KSRC/tools/include" "$@"
}

# What the programs have in common that are watched by the address sanitizer.
build_common()
{
	rm -rf "$out/objects"
	mkdir "$out/objects"
	# shellcheck disable=SC2086
	(cd "$out/objects" && compile_space gcc address,undefined -c "$trees" \
		"$top"/module/alloc/*.c "$top"/module/space/*.c \
		${machine//selftests/"$top"/selftests})
}

# build_with PROGRAM SOURCE…
build_with()
{
	local program=$1
	shift
	compile_space gcc address,undefined "$out"/objects/*.o "$@" \
		-o "$out/$program"
}

# build_huge PROGRAM SOURCE…: with room for blocks
build_huge()
{
	local program=$1
	shift
	# shellcheck disable=SC2046,SC2086
	compile_space gcc address,undefined $room \
		$(find "$out/objects" -name '*.o' ! -name machine.o) \
		$here/machine.c "$@" -o "$out/$program"
}

# build_whole PROGRAM COMPILER SANITIZERS SOURCE…: in a folder of its own, as
# these are built beside each other
build_whole()
{
	local program=$1 cc=$2 sanitizers=$3 out=$out/$1.build
	shift 3
	mkdir -p "$out"
	# shellcheck disable=SC2086
	compile_space "$cc" "$sanitizers" "$trees" module/alloc/*.c \
		module/space/*.c $machine "$@" -o "$out/../$program"
}

build_whole threads gcc thread $here/threads.c >"$out/threads.log" &
threads=$!
# shellcheck disable=SC2086
build_whole threads_huge gcc thread $room $here/threads_huge.c \
	>"$out/threads_huge.log" &
threads_huge=$!
build_whole threads_backing gcc thread $here/threads_backing.c \
	>"$out/threads_backing.log" &
threads_backing=$!
build_whole fuzz clang fuzzer,address $here/fuzz.c $here/model*.c \
	>"$out/fuzz.log" &
fuzzer=$!

# built PROGRAM JOB: wait for it, and show what it said
built()
{
	local status
	wait "$2"
	status=$?
	cat "$out/$1.log"
	return $status
}

ktap_print_header
# shellcheck disable=SC2086
ktap_set_plan $((17 + $(wc -w <<<"$tests $tests_huge")))
ktap_test_result "build spaces" build_common
ktap_test_result "build unit tests" build_with unit $here/unit*.c
ktap_test_result "build property test" \
	build_with property $here/property.c $here/model*.c
ktap_test_result "build tests of huge pages" build_huge huge $here/huge*.c
ktap_test_result "build property test of huge pages" \
	build_huge property_huge $here/property.c $here/model*.c
ktap_test_result "build threads" built threads $threads
ktap_test_result "build threads of huge pages" built threads_huge $threads_huge
ktap_test_result "build threads of what is behind objects" \
	built threads_backing $threads_backing
ktap_test_result "build fuzzer" built fuzz $fuzzer
# shellcheck disable=SC2086
ktap_test_result "all unit tests are run" listed unit $tests
for test in $tests; do
	ktap_test_result "unit $test" say "$out/unit" "$test"
done
# shellcheck disable=SC2086
ktap_test_result "all tests of huge pages are run" listed huge $tests_huge
for test in $tests_huge; do
	ktap_test_result "huge $test" say "$out/huge" "$test"
done
ktap_test_result "random programs" say "$out/property" "$seed"
ktap_test_result "random programs with huge pages" \
	say "$out/property_huge" "$seed" 60000
ktap_test_result "threads" say "$out/threads"
ktap_test_result "threads of huge pages" say "$out/threads_huge"
ktap_test_result "threads of what is behind objects" \
	say "$out/threads_backing"
ktap_test_result "fuzz" fuzz fuzz 2 400 -len_control=0
ktap_finished
