#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The allocator as a program: unit tests, random operations beside a model,
# threads, and a fuzzer, each under the sanitizers that suit it.
#
#     alloc.sh [SEED]

set -u
name=alloc
seed=${1:-$(date +%s)}
# shellcheck source=selftests/host/lib/native.sh
. "$(dirname "$0")/lib/native.sh"

tests="tiny one_frame several_extents misaligned edges largest_order bad_pools
bad_requests watermarks reclaims reserves nodes refused references groups steals
per_cpu per_cpu_low fragmentation damages unmerged metadata events
stats"

ktap_print_header
# shellcheck disable=SC2086
ktap_set_plan $((9 + $(wc -w <<<$tests)))
ktap_test_result "build allocator" build_objects
ktap_test_result "build unit tests" build unit unit.c damage.c events.c
ktap_test_result "build property test" build property property.c model.c
ktap_test_result "build threads" \
	build_all threads gcc thread threads.c pool.c
ktap_test_result "build fuzzer" \
	build_all fuzz clang fuzzer,address,undefined fuzz.c model.c pool.c
# shellcheck disable=SC2086
ktap_test_result "all unit tests are run" listed unit $tests
for test in $tests; do
	ktap_test_result "unit $test" say "$out/unit" "$test"
done
ktap_test_result "a million random operations" say "$out/property" "$seed"
ktap_test_result "threads" say "$out/threads"
ktap_test_result "fuzz" fuzz fuzz 3 600
ktap_finished
