#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Compaction as a program: unit tests, random operations beside a model, and
# threads, each under the sanitizers that suit it.
#
#     compact.sh [SEED]

set -u
name=compact
seed=${1:-$(date +%s)}
# shellcheck source=selftests/host/lib/native.sh
. "$(dirname "$0")/lib/native.sh"

tests="every_second whole larger_blocks tiny extents edges unmovable refusing
page_blocks whole_page_blocks cached freed_meanwhile freed_elsewhere referenced
mapped bad_calls direct request scarce zones deferred"

ktap_print_header
# shellcheck disable=SC2086
ktap_set_plan $((7 + $(wc -w <<<$tests)))
ktap_test_result "build allocator" build_objects
ktap_test_result "build unit tests" \
	build unit compact.c compact_requests.c mover.c
ktap_test_result "build property test" build property compact_property.c mover.c
ktap_test_result "build threads" \
	build_all threads gcc thread compact_threads.c mover.c pool.c
# shellcheck disable=SC2086
ktap_test_result "all unit tests are run" listed unit $tests
for test in $tests; do
	ktap_test_result "unit $test" say "$out/unit" "$test"
done
ktap_test_result "random operations" say "$out/property" "$seed"
ktap_test_result "threads" say "$out/threads"
ktap_finished
