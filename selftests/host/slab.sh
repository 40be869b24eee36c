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

tests="configs layouts generic dma colours constructor zeroed magazines lists
exhausted pressed busy no_memory no_addresses overruns underruns doubles used
foreign owners given_back slab_damages broken_links"

ktap_print_header
# shellcheck disable=SC2086
ktap_set_plan $((9 + $(wc -w <<<$tests)))
ktap_test_result "build allocator" build_objects
ktap_test_result "build unit tests" \
	build unit slab_unit.c slab_damage.c slab_pool.c
ktap_test_result "build property test" \
	build property slab_property.c slab_model.c slab_pool.c
ktap_test_result "build threads" \
	build_all threads gcc thread slab_threads.c slab_pool.c pool.c
ktap_test_result "build fuzzer" build_all fuzz clang fuzzer,address,undefined \
	slab_fuzz.c slab_model.c slab_pool.c pool.c
# shellcheck disable=SC2086
ktap_test_result "all unit tests are run" listed unit $tests
for test in $tests; do
	ktap_test_result "unit $test" say "$out/unit" "$test"
done
ktap_test_result "a million random operations" say "$out/property" "$seed"
ktap_test_result "threads" say "$out/threads"
ktap_test_result "fuzz" fuzz fuzz 2 1800
ktap_finished
