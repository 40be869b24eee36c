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
ktap_test_result "build allocator" make_alloc address allocator
ktap_test_result "build unit tests" build address compact
ktap_test_result "build property test" build address compact_property
ktap_test_result "build threads" build thread compact_threads
start property say "$out/compact_property" "$seed"
start threads say "$out/compact_threads"
# shellcheck disable=SC2086
ktap_test_result "all unit tests are run" listed compact $tests
for test in $tests; do
	ktap_test_result "unit $test" say "$out/compact" "$test"
done
ktap_test_result "random operations" finish property
ktap_test_result "threads" finish threads
ktap_finished
