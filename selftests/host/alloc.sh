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
bad_requests watermarks reclaims reserves nodes odd_nodes refused references
groups steals per_cpu per_cpu_low fragmentation damages unmerged metadata events
stats splits"

ktap_print_header
# shellcheck disable=SC2086
ktap_set_plan $((9 + $(wc -w <<<$tests)))
ktap_test_result "build allocator" make_alloc address allocator
ktap_test_result "build unit tests" build address unit
ktap_test_result "build property test" build address property
ktap_test_result "build threads" build thread threads
ktap_test_result "build fuzzer" build fuzzer fuzz
start property say "$out/property" "$seed"
start threads say "$out/threads"
start fuzz fuzz fuzz 3 600
# shellcheck disable=SC2086
ktap_test_result "all unit tests are run" listed unit $tests
for test in $tests; do
	ktap_test_result "unit $test" say "$out/unit" "$test"
done
ktap_test_result "a million random operations" finish property
ktap_test_result "threads" finish threads
ktap_test_result "fuzz" finish fuzz
ktap_finished
