# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Tests of the command as people and scripts use it. Needs a directory $dir, and
# what answers.sh has.

: "${dir:?}"
vmlab=$(command -v vmlab)

# run STATUS ARGUMENT…: run vmlab, compare the exit status, and keep what it prints,
# in files and in the variables out and err
run()
{
	local want=$1 status=0
	shift
	vmlab "$@" >"$dir/out" 2>"$dir/err" </dev/null || status=$?
	printed
	[ $status = "$want" ] && return
	echo "# vmlab $*: status $status, not $want"
	echo "# $err"
	return 1
}

# Set out and err to what was printed into the files.
printed()
{
	IFS= read -r -d '' out <"$dir/out"
	IFS= read -r -d '' err <"$dir/err"
	err=${err%$'\n'}
}

# json EXPRESSION ARGUMENT…: run it with -j; its answer must fulfil EXPRESSION
json()
{
	local expression=$1
	shift
	run 0 -j "$@" && must "$expression" "$out" "vmlab -j $*"
}

# Text for people: without colour in a pipe, nothing on standard error.
text()
{
	run 0 "$@" && [ -n "$out" ] && [ -z "$err" ] && ! has_colour
}

has_colour()
{
	[[ $out == *$'\e'* ]]
}

# refused STATUS PATTERN ARGUMENT…: the sentence on standard error
refused()
{
	local status=$1 pattern=$2
	shift 2
	run "$status" "$@" && [[ $err =~ $pattern ]] && return
	echo "# vmlab $*: '$err' is not like '$pattern'"
	return 1
}

as_nobody()
{
	local status=0
	# shellcheck disable=SC2024
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$vmlab" "$@" >"$dir/out" 2>"$dir/err" || status=$?
	printed
	return $status
}

tests=()
# Add a test: its name, then the function and arguments.
add()
{
	tests+=("${*@Q}")
}

# Run all that were added, and report them.
all_tests()
{
	local test status words
	ktap_print_header
	ktap_set_plan ${#tests[@]}
	for test in "${tests[@]}"; do
		eval "words=($test)"
		test_begins "${words[0]}"
		status=0
		"${words[@]:1}" || status=1
		test_ends $status
	done
	report
	ktap_finished
}
