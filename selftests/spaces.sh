#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The commands about objects and spaces, on a process that maps some pages until
# the tests are over.

set -u
dir=$(mktemp -d)
# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"
# shellcheck source=selftests/lib/answers.sh
. "$(dirname "$0")/lib/answers.sh"
# shellcheck source=selftests/lib/command.sh
. "$(dirname "$0")/lib/command.sh"

# hold FD ARGUMENT…: a process that touches pages and then waits as long as the
# descriptor is open; sets pid and address
hold()
{
	local fd=$1
	shift
	rm -f "$dir/fifo" "$dir/held"
	mkfifo "$dir/fifo"
	"$@" <"$dir/fifo" >"$dir/held" &
	eval "exec $fd>\"\$dir/fifo\""
	# It prints what it saw when all is touched.
	until [ -s "$dir/held" ]; do
		[ -e /proc/$! ] || return 1
		sleep 0.05
	done
	field pid "$(<"$dir/held")"
	pid=$field
	field address "$(<"$dir/held")"
	address=$field
}

# Pages 0, 2 and 4 of 8.
if ! hold 7 "$vmlab" -j touch 8 0,2,4 --hold; then
	echo "Bail out! no process maps /dev/vmlab"
	exit 1
fi
trap 'exec 7>&-; rm -rf "$dir"' EXIT
ours=$pid
run 0 -j objects
field id "$out"
object=$field
printf -v untouched '0x%x' $((address + 7 * 4096))

# The frame of index 0.
frame_of_first()
{
	run 0 -j walk --shadow "$ours" "$address" || return
	field frame "${out#*\"shadow\"}"
	frame=$field
}

# Frames, by object, by space and by content, are as many.
object_adds_up()
{
	json '([.content[].nr] | add) == .frames and .frames >= 3 and
		.size == 32768 and .areas == 1 and .tables == 1 and
		.shared == 0 and .parent == null and .flags == ["grows"]' \
		object "$object" &&
	json ".[] | select(.id == $object) | .uid == 0 and .mode == \"0600\"" \
		objects
}

space_adds_up()
{
	json ".pid == $ours and .comm == \"vmlab\" and .areas == 1 and
		.resident == .tables[-1].entries and .resident >= 3 and
		.table_bytes == ([.tables[].tables] | add) * 4096 and
		(.counters | .new >= 3 and .bad_area == 0) and
		(.linux_areas | length == 1 and all(.agrees and
			.start == \"$address\" and .rights == \"rw-s\")) and
		(.vmlab_areas | length == 1 and all(.object == $object and
			.index == 0 and .counters.new >= 3))" space "$ours" &&
	json "any(.pid == $ours)" spaces
}

# The real walk is that of "walk" without --shadow.
walks_agree()
{
	local entry
	frame_of_first || return
	must ".holds and .mirror == \"same\" and .shadow.index == 0 and
		.shadow.content.frame == .shadow.frame and
		(.shadow.flags | index(\"write\") and index(\"dirty\")) and
		(.real.flags | index(\"RW\"))" "$out" "walk --shadow" || return
	run 0 -j walk "$ours" "$address" || return
	field pfn "$out"
	json ".pfn == $field and .owner == \"content\" and .maps == 1 and
		.index == 0" frame "$frame"
	field entry "${out##*\"pte\"}"
	entry=$field
	json ".real.levels[-1].entry == \"$entry\" or \"$entry\" == \"\"" \
		walk --shadow "$ours" "$address"
}

nothing_is_empty()
{
	json '.mirror == "empty" or .mirror == "same" or .mirror == "missing"' \
		walk --shadow "$ours" "$untouched"
}

mirror_is_true()
{
	json '.broken == 0 and .violations == [] and
		(.processes | any(.pid == '"$ours"' and .same >= 3))' verify &&
	json '.broken == 0 and (.processes | length == 1 and
		all(.pid == '"$ours"'))' verify "$ours"
}

frame_leads_back()
{
	frame_of_first &&
	json ".objects == [{\"object\": $object, \"index\": 0}] and
		(.mappings | length == 1 and all(.pid == $ours and
			.address == \"$address\" and .object == $object)) and
		.lost == 0" rmap "$frame" &&
	text rmap "$frame"
}

# Each page once, in every order; the pool has them when all were written to.
touches_add_up()
{
	local pattern
	for pattern in forward backward random; do
		json '(.touched | sort) == [range(64)] and
			(.faulted | length == 64) and .resident_before == 0 and
			.resident_after == 64 and
			(.counters | .new + .ahead == 64)' \
			touch 64 --pattern $pattern || return
	done
}

order_is_kept()
{
	json '.touched == [3, 1, 3] and .faulted[2] == 0' touch 8 3,1,3 &&
	json '.touched[:3] == [15, 14, 13]' touch 16 --pattern backward &&
	json '.counters.zero == 4 and .counters.new == 0' \
		touch 4 --access read
}

# With a file behind: in sequence 1, 2, 4 and so on are read at once, up to edges
# that depend on the address.
files_are_read()
{
	head -c 64K /dev/zero >"$dir/file"
	hold 8 "$vmlab" -j touch 16 --file "$dir/file" --hold || return
	must '.resident_after == 16 and (.counters |
		.major < 8 and .major + .readahead == 16 and
		.readahead_hits > 0 and .readahead_waste == 0 and
		.zero == 0 and .new == 0)' "$(<"$dir/held")" "touch --file" &&
	json '[.[] | select(.file)] | length == 1 and (.[0] |
		.frames == 16 and .dirty == 0 and .size == 65536 and (.file |
		.path == "'"$dir/file"'" and .offset == 0 and .read_only and
		.reads == 16 and .writes == 0 and .errors == 0 and
		.major < 8 and .major + .readahead == 16 and
		.readahead_hits > 0 and .readahead_waste == 0))' objects &&
	json ".broken == 0" verify "$pid" &&
	text objects && [[ $out == *" of $dir/file "* ]]
	status=$?
	exec 8>&-
	wait "$pid"
	return $status
}

# The zero frame for the read that comes first, then a copy of Linux's own.
policy_is_kept()
{
	json '.resident_after == 4' touch 4 --policy interleave:all &&
	json '.resident_after == 4' touch 4 --policy local &&
	hold 8 "$vmlab" -j touch 4 --policy bind:0 --hold || return
	json '.policies == [{"first": 0, "last": 3, "mode": "bind",
			     "nodes": [0]}] and .charged > 4 and .cap == null' \
		object "$("$vmlab" -j objects | jq '.[-1].id')"
	local status=$?
	exec 8>&-
	return $status
}

private_is_copied()
{
	hold 8 "$vmlab" -j touch 4 --private --hold || return
	json ".broken == 0 and (.processes | all(.copies == 4 and .same == 0))" \
		verify "$pid" &&
	json '.linux_areas | all(.agrees and .rights == "rw-p")' space "$pid" &&
	json '.mirror == "copy" and .holds' walk --shadow "$pid" "$address"
	local status=$?
	exec 8>&-
	return $status
}

# Two blocks, of which Linux 6.12 and later map one by an entry of its own.
blocks_are_told()
{
	local expect='.huge == 2 and .small == 0 and .small_why == []' status=0
	[[ $(uname -r) != 6.1.* ]] || expect='.huge == 0 and .small == 2 and
		.small_why == ["kernel"]'
	hold 8 "$vmlab" -j touch 1024 0,600 --huge --hold || return
	json ".huge == (.vmlab_areas[0].huge) and (.counters | .huge == 2 and
		.huge_fallback == 0) and (.vmlab_areas[0] | $expect)" \
		space "$pid" &&
	json ".broken == 0 and (.processes | all(.same > 0))" verify "$pid" &&
	inside_leads_back &&
	text space "$pid" &&
	blocks_come_and_go || status=1
	exec 8>&-
	return $status
}

# Page 7 of a block, of the two walks and from its frame.
inside_leads_back()
{
	local page=7 huge=true inside
	[[ $(uname -r) != 6.1.* ]] || huge=false
	printf -v inside '0x%x' $((address + page * 4096))
	json ".mirror == \"same\" and .shadow.content.huge and
		.shadow.index == $page and
		(.real.page_size == 2097152) == $huge and
		(.shadow.flags | index(\"huge\") != null) == $huge and
		(.shadow.levels | length == 3) == $huge" \
		walk --shadow "$pid" "$inside" || return
	field frame "${out#*\"shadow\"}"
	json ".objects == [{\"object\": .objects[0].object, \"index\": $page}] and
		(.mappings | length == 1 and all(.address == \"$inside\" and
			.pid == $pid))" rmap "$field"
}

# Of the process, and of the object that it maps.
blocks_come_and_go()
{
	local id
	run 0 -j space "$pid" || return
	field object "$out"
	id=$field
	json '.huge == 2 and .frames == 1024 and (.flags | index("huge")) and
		(.content | all(.huge))' object "$id" &&
	json "map([.object, .index]) == [[$id, 0]]" split "$pid" "$address" &&
	json '.huge == 1 and .frames == 1024 and ([.content[] |
		select(.huge) | .nr] | add) == 512' object "$id" &&
	refused 2 'in no block' split "object:$id" 4096 &&
	json "map([.object, .index]) == [[$id, 0], [$id, 512]]" \
		collapse "object:$id" 0-0x400000 &&
	json '.huge == 2' object "$id" &&
	text split "object:$id" 0x200000 &&
	refused 2 'ends before the block' collapse "object:$id" 0x400000 &&
	refused 1 'for walks' collapse "$pid" all
}

explanation_has_both()
{
	json ".mirror == \"same\" and .shadow.area.object == $object and
		.state == \"present\" and
		.would_end == {read: null, write: null}" \
		explain "$ours" "$address" &&
	json '.would_end == {read: "zero", write: "new"}' \
		explain "$ours" "$untouched" &&
	json '.mirror == null and .shadow == null' explain "$ours" 0x1000 &&
	text explain "$ours" "$address"
}

# A command that says nothing: what it touches is told by others.
# shellcheck disable=SC2016  # for sh
quiet=(sh -c 'exec vmlab touch "$@" >/dev/null' sh)

tells_stories()
{
	run 0 trace -- "${quiet[@]}" 2 1 &&
		[[ $out == *" trap "*" area "*" slot "*" frame "*" place "*" set "*" real "*"1 stories told"* ]]
}

# The stories of several lines, as one answer.
stories()
{
	out=${out%$'\n'}
	out=[${out//$'\n'/,}]
}

stories_add_up()
{
	run 0 -j trace -- "${quiet[@]}" 8 0,4,2 && stories &&
		must 'length == 3 and [.[].seq] == [1, 2, 3] and
			all(.outcome == "new" and .comm == "vmlab" and
			.lost == 0 and .dropped == 0 and .left_out == 0 and
			.steps[0].kind == "trap" and
			([.steps[].ns] | add) <= .ns and
			(.steps | any(.kind == "place")) and
			(.steps | all(.text != "")))' "$out" "trace"
}

only_zeroes()
{
	run 0 -j trace --kinds zero -- "${quiet[@]}" 3 --access read &&
		stories &&
		must 'length == 3 and all(.outcome == "zero")' "$out" "trace" &&
		run 0 trace --kinds copy,lent -- "${quiet[@]}" 3 &&
		[[ $out == "0 stories told"* ]] &&
		run 0 -j trace --count 1 -- "${quiet[@]}" 3 && stories &&
		must 'length == 1' "$out" "trace --count 1"
}

# trace_of PID: one that has begun; sets tracer
trace_of()
{
	"$vmlab" trace "$1" >"$dir/out" 2>"$dir/err" 7>&- 8>&- &
	tracer=$!
	# It waits in poll().
	until grep -q '^7 ' /proc/$tracer/syscall; do
		[ -e /proc/$tracer ] || return 1
		sleep 0.05
	done 2>/dev/null
}

ends_with_process()
{
	hold 8 "$vmlab" -j touch 4 --hold || return
	trace_of "$pid" || return
	exec 8>&-
	wait $tracer && [ "$(<"$dir/out")" = "0 stories told" ]
}

ends_by_signal()
{
	trace_of "$ours" && kill "$tracer" && wait "$tracer" &&
		[ "$(<"$dir/out")" = "0 stories told" ]
}

nobody_traces_his_own()
{
	local status=0
	chmod 666 /dev/vmlab
	as_nobody -j trace --count 2 -- "${quiet[@]}" 8 0,4,2 || status=1
	chmod 660 /dev/vmlab
	[ $status = 0 ] && stories &&
		must 'length == 2 and all(.outcome == "new")' "$out" "trace"
}

nobody_sees_his_own()
{
	local status=0
	chmod 666 /dev/vmlab
	hold 9 setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$vmlab" -j touch 4 --hold || return
	chmod 660 /dev/vmlab
	as_nobody -j objects &&
		must 'length == 1 and all(.uid == 65534 and .charged > 4 and
			.charged < .cap)' "$out" "objects as nobody" &&
	as_nobody -j spaces &&
		must "length == 1 and all(.pid == $pid)" "$out" \
			"spaces as nobody" &&
	as_nobody -j walk --shadow "$pid" "$address" &&
		must '.real.pfn == null and .shadow.frame == null and
			.mirror == "same" and (.shadow.levels |
				all(.table == null))' "$out" \
			"walk --shadow as nobody" &&
	as_nobody -j verify "$pid" &&
		must '.broken == 0' "$out" "verify as nobody" || status=1
	exec 9>&-
	return $status
}

# nobody_may_not PATTERN ARGUMENT…
nobody_may_not()
{
	local pattern=$1 status=0
	shift
	as_nobody "$@" || status=$?
	[ $status = 2 ] && [[ $err =~ $pattern ]]
}

add "objects" text objects
add "object" text object "$object"
add "object, JSON" object_adds_up
add "object that is not there" refused 2 'no such object' object 4000000000
add "spaces" text spaces
add "space" text space "$ours"
add "space, JSON" space_adds_up
add "space of a process without" refused 2 'maps no object' space 1
add "two walks" text walk --shadow "$ours" "$address"
add "two walks, JSON" walks_agree
add "two walks to what was not touched" nothing_is_empty
add "two walks to what is Linux's" refused 2 'no object .* 0x1000' walk --shadow "$ours" 0x1000
add "two walks of a process without" refused 2 'maps no object' walk --shadow 1 0x1000
add "verify" text verify
add "verify, JSON" mirror_is_true
add "verify a process without" refused 2 'maps no object' verify 1
add "from a frame to its mappings" frame_leads_back
add "frame that is no content" refused 2 'no object' rmap 0
add "mappings of no frame" refused 2 'no such frame' rmap 4000000000
add "explain has both sides" explanation_has_both
add "touch" text touch 16
add "touch, JSON" touches_add_up
add "touch in an order" order_is_kept
add "touch in private" private_is_copied
add "touch on a node" policy_is_kept
add "touch on a node that there is not" refused 2 'no such node' touch 4 --policy bind:0,7
add "touch by no policy" refused 2 'no policy' touch 4 --policy bound:1
add "blocks" blocks_are_told
add "block of an object that is not there" refused 2 'no such object' split object:4000000000 0
add "block where none is" refused 2 'no object .* 0x1000' collapse "$ours" 0x1000
add "touch of a file" files_are_read
add "touch of a file in private" text touch 4 --file "$dir/file" --private --access write
add "touch of a file too short" refused 2 'only 16 pages' touch 17 --file "$dir/file"
add "touch of a file to write" refused 2 'only read' touch 4 --file "$dir/file" --access write
add "touch of no file" refused 2 'cannot use' touch 4 --file "$dir/none"
add "touch of a page too far" refused 1 'no page' touch 4 4
add "trace of a command" tells_stories
add "trace, JSON" stories_add_up
add "trace of some faults" only_zeroes
add "trace ends with the process" ends_with_process
add "trace ends by a signal" ends_by_signal
add "trace without anybody" refused 1 'give a PID' trace
add "trace of two" refused 1 'give a PID' trace all -- true
add "trace of nobody" refused 2 'no such process' trace 4194304
add "trace of no program" refused 2 'cannot run' trace -- /no/such/program
add "nobody traces his own" nobody_traces_his_own
add "nobody traces no other" nobody_may_not "CAP_SYS_PTRACE" trace "$ours"
add "nobody sees his own" nobody_sees_his_own
add "nobody sees no other object" nobody_may_not "another user's" object "$object"
add "nobody sees no other space" nobody_may_not "CAP_SYS_PTRACE" space "$ours"
add "nobody splits no other's blocks" nobody_may_not "another user's" split "object:$object" 0
add "nobody verifies not all" nobody_may_not "CAP_SYS_ADMIN" verify
add "nobody sees not who maps" nobody_may_not "CAP_SYS_ADMIN" rmap 0

all_tests
