# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the checks of module/alloc as a program share: compilers, sanitizers, a
# fuzzer. Sourced by them; needs KSRC, and of the sourcing script its name $name
# and a $seed. Stands in the top folder, and works in $out.

# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
out=$top/build/host/${name:?}
cd "$top" || exit
mkdir -p "$out"

warnings="-Wall -Wextra -Werror"

# Seconds that a program may run, and a compiler.
limit=30
limit_build=120

# say COMMAND…: run it up to the limit, its output as comments
say()
{
	local status
	timeout -k 5 "$limit" "$@" >"$out/said" 2>&1
	status=$?
	sed 's/^# //; s/^/# /' "$out/said" | tail -n 20
	return $status
}

# compile COMPILER SANITIZERS ARGUMENT…
compile()
{
	local cc=$1 sanitizers=$2 limit=$limit_build
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

# build PROGRAM SOURCE…: from those objects
build()
{
	local program=$1
	shift
	compile gcc address,undefined "$out"/objects/*.o \
		"${@/#/selftests/host/alloc/}" -o "$out/$program"
}

# build_all PROGRAM COMPILER SANITIZERS SOURCE…: with the allocator compiled anew
build_all()
{
	local program=$1 cc=$2 sanitizers=$3
	shift 3
	compile "$cc" "$sanitizers" module/alloc/*.c \
		"${@/#/selftests/host/alloc/}" -o "$out/$program"
}

# listed PROGRAM TEST…: whether these are all unit tests that it has
listed()
{
	local program=$1
	shift
	[ "$("$out/$program" | xargs)" = "$(xargs <<<"$*")" ]
}

# fuzz PROGRAM SECONDS BYTES OPTION…: run it on inputs of that length at most
fuzz()
{
	rm -rf "$out/corpus"
	mkdir "$out/corpus"
	say "$out/$1" -seed="$((${seed:?} % 4294967296))" \
		-max_total_time="$2" -max_len="$3" -timeout=10 -print_pcs=0 \
		-print_funcs=0 -artifact_prefix="$out/" "${@:4}" "$out/corpus" || return
	grep -q '^Done [1-9][0-9]* runs' "$out/said"
}
