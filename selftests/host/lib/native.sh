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
# Where the allocator's objects are, which the scripts share.
shared=$top/build/host/alloc
declare -A started

warnings="-Wall -Wextra -Werror"

# Seconds until a program is taken for hung, and a compiler.
limit=300
limit_build=900

# say COMMAND…: run it up to the limit, its output as comments
say()
{
	local status said=${said:-$out/said}
	timeout -k 5 "$limit" "$@" >"$said" 2>&1
	status=$?
	sed 's/^# //; s/^/# /' "$said" | tail -n 20
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
		-I"$top/include" -I"$top/uapi" "$@"
}

# make_alloc WAY TARGET: what others have made already is not made anew
make_alloc()
{
	local limit=$limit_build
	mkdir -p "$shared"
	say flock "$shared" make -s -O -j"$(nproc)" -C selftests/host/alloc \
		O="$shared" WAY="$1" "$2"
}

# build WAY PROGRAM: one of the allocator; it is $out/PROGRAM then
build()
{
	rm -f "$out/$2"
	make_alloc "$1" "$2" && ln "$shared/$1/$2" "$out/$2"
}

# start NAME COMMAND…: run it beside what follows, until finish NAME
start()
{
	local said=$out/said.$1
	"${@:2}" >"$out/log.$1" &
	started[$1]=$!
}

# finish NAME: wait for it, print what it said, and return what it did
finish()
{
	local status
	wait "${started[$1]}"
	status=$?
	cat "$out/log.$1"
	return $status
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
	grep -q '^Done [1-9][0-9]* runs' "${said:-$out/said}"
}
