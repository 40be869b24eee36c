#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Object caches as a program: unit tests, random operations beside a model,
# threads, and a fuzzer, each under the sanitizers that suit it.
#
#     slab.sh [SEED]

set -u
name=slab
seed=${1:-$(date +%s)}
# shellcheck source=selftests/host/lib/native.sh
. "$(dirname "$0")/lib/native.sh"

tests="configs layouts generic dma colours constructor zeroed unread magazines lists
exhausted pressed busy no_memory no_addresses overruns underruns doubles used
foreign owners given_back slab_damages broken_links"

ktap_print_header
# shellcheck disable=SC2086
ktap_set_plan $((9 + $(wc -w <<<$tests)))
ktap_test_result "build allocator" make_alloc address allocator
ktap_test_result "build unit tests" build address slab_unit
ktap_test_result "build property test" build address slab_property
ktap_test_result "build threads" build thread slab_threads
ktap_test_result "build fuzzer" build fuzzer slab_fuzz
start property say "$out/slab_property" "$seed"
start threads say "$out/slab_threads"
start fuzz fuzz slab_fuzz 2 1800
# shellcheck disable=SC2086
ktap_test_result "all unit tests are run" listed slab_unit $tests
for test in $tests; do
	ktap_test_result "unit $test" say "$out/slab_unit" "$test"
done
ktap_test_result "a million random operations" finish property
ktap_test_result "threads" finish threads
ktap_test_result "fuzz" finish fuzz
ktap_finished
