#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The allocator as a program: unit tests, random operations beside a model,
# threads, and a fuzzer, each under the sanitizers that suit it.
#
#     alloc.sh [SEED]

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
out=$top/build/host/alloc
seed=${1:-$(date +%s)}
# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"
cd "$top" || exit
mkdir -p "$out"

tests="tiny one_frame several_extents misaligned edges largest_order bad_pools
bad_requests watermarks reclaims reserves nodes refused references groups steals
per_cpu per_cpu_low fragmentation damages unmerged metadata"
warnings="-Wall -Wextra -Werror"

# say COMMAND…: run it for half a minute at most, its output as comments
say()
{
	local status
	timeout -k 5 30 "$@" >"$out/said" 2>&1
	status=$?
	sed 's/^# //; s/^/# /' "$out/said" | tail -n 20
	return $status
}

# compile COMPILER SANITIZERS ARGUMENT…
compile()
{
	local cc=$1 sanitizers=$2
	shift 2
	# shellcheck disable=SC2086
	say "$cc" -g -O1 "-fsanitize=$sanitizers" -fno-sanitize-recover=all \
		$warnings -pthread -I"$top/selftests/host/alloc/include" \
		-I"$top/include" "$@"
}

# The allocator for the programs that are watched by the address sanitizer.
build_objects()
{
	rm -rf "$out/objects"
	mkdir "$out/objects"
	(cd "$out/objects" && compile gcc address,undefined -c \
		"$top"/module/alloc/*.c "$top/selftests/host/alloc/pool.c")
}

# build NAME SOURCE…: from those objects
build()
{
	local name=$1
	shift
	compile gcc address,undefined "$out"/objects/*.o \
		"${@/#/selftests/host/alloc/}" -o "$out/$name"
}

# build_all NAME COMPILER SANITIZERS SOURCE…: with the allocator compiled anew
build_all()
{
	local name=$1 cc=$2 sanitizers=$3
	shift 3
	compile "$cc" "$sanitizers" module/alloc/*.c \
		"${@/#/selftests/host/alloc/}" -o "$out/$name"
}

listed()
{
	[ "$("$out/unit" | xargs)" = "$(xargs <<<"$tests")" ]
}

fuzz()
{
	rm -rf "$out/corpus"
	mkdir "$out/corpus"
	say "$out/fuzz" -seed="$((seed % 4294967296))" -max_total_time=3 \
		-max_len=600 -timeout=10 -print_pcs=0 -print_funcs=0 \
		-artifact_prefix="$out/" "$out/corpus" || return
	grep -q '^Done [1-9][0-9]* runs' "$out/said"
}

ktap_print_header
# shellcheck disable=SC2086
ktap_set_plan $((9 + $(wc -w <<<$tests)))
ktap_test_result "build allocator" build_objects
ktap_test_result "build unit tests" build unit unit.c damage.c
ktap_test_result "build property test" build property property.c model.c
ktap_test_result "build threads" \
	build_all threads gcc thread threads.c pool.c
ktap_test_result "build fuzzer" \
	build_all fuzz clang fuzzer,address,undefined fuzz.c model.c pool.c
ktap_test_result "all unit tests are run" listed
for name in $tests; do
	ktap_test_result "unit $name" say "$out/unit" "$name"
done
ktap_test_result "a million random operations" say "$out/property" "$seed"
ktap_test_result "threads" say "$out/threads"
ktap_test_result "fuzz" fuzz
ktap_finished
