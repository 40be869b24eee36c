# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Tests of answers in JSON, for scripts that have a directory $dir. To start jq
# takes a guest longer than all that is asked of it: what answers must fulfil is
# collected, and one jq says in the end whether they do. So the results come at
# the end; until then comments name the test that is under way. Forks and programs
# are as dear: what bash can do itself is left to it.

names=() statuses=()
# What must be fulfilled: by which test, and what to say if it is not.
expressions=() tests_of=() words=()

# test_begins NAME
test_begins()
{
	names+=("$1")
	echo "# $1"
}

# test_ends STATUS
test_ends()
{
	statuses+=("$1")
}

# must EXPRESSION ANSWER WORDS: for the test that is under way to pass, the jq
# expression must be true of the answer; the words say what that was
must()
{
	tests_of+=("${#statuses[@]}")
	expressions+=("$1")
	printf '%s\x1e' "$2" >>"${dir:?}/answers"
	words+=("$3: not $1"$'\n'"${2:0:1500}")
}

# field KEY JSON: set $field to the first value of KEY
# shellcheck disable=SC2034  # for those who read this file
field()
{
	field=
	[[ $2 =~ \"$1\":\ *\"?([^],}\"]*) ]] && field=${BASH_REMATCH[1]}
}

# Print "true" or "false" for each expression. What jq -e takes for failure is
# false: an error, no answer, null.
# shellcheck disable=SC2016  # jq's variables
verdicts()
{
	local i
	{
		printf '%s\n' 'split("\u001e") as $answer | ['
		for i in "${!expressions[@]}"; do
			printf '(try ($answer[%d] | [select(test("\\\\S")) |
				fromjson | (%s)] | last) catch false),\n' \
				"$i" "${expressions[i]}"
		done
		echo "null] | .[:-1][] | if . then true else false end"
	} >"$dir/program"
	touch "$dir/answers"
	jq -Rsf "$dir/program" "$dir/answers"
}

# Print the results of all tests.
report()
{
	local i verdict
	mapfile -t verdict < <(verdicts)
	for i in "${!expressions[@]}"; do
		[ "${verdict[i]-}" = true ] && continue
		statuses[tests_of[i]]=1
		printf '%s\n' "${words[i]}" | sed 's/^/# /'
	done
	for i in "${!names[@]}"; do
		if [ "${statuses[i]}" = 0 ]; then
			ktap_test_pass "${names[i]}"
		else
			ktap_test_fail "${names[i]}"
		fi
	done
}
