#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The command, as people and scripts use it: text and JSON of each subcommand,
# exit statuses, sentences of refusal.

set -u
dir=$(mktemp -d)
# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"
# shellcheck source=selftests/lib/answers.sh
. "$(dirname "$0")/lib/answers.sh"
# shellcheck source=selftests/lib/debug.sh
. "$(dirname "$0")/lib/debug.sh"
# shellcheck source=selftests/lib/command.sh
. "$(dirname "$0")/lib/command.sh"

sleep 1000 &
pid=$!
trap 'kill $pid; rm -rf "$dir"' EXIT
sleep 0.2
stack=$(awk '/\[stack\]/ { sub(/.*-/, "", $1); print $1 }' "/proc/$pid/maps")
printf -v address '0x%x' $((0x$stack - 4096))
text=$(awk '/ r-xp / { sub(/-.*/, "", $1); print $1; exit }' "/proc/$pid/maps")

# shellcheck disable=SC2016  # jq's variables
json_walk='
	(keys | contains(["pid", "address", "area", "levels", "state",
			  "page_size", "pfn", "physical", "page"])) and
	.pid == '$pid' and .address == "'$address'" and
	(.area | .name == "[stack]" and (.start | startswith("0x")) and
	 (.end | startswith("0x")) and (.flags | type) == "array") and
	(.levels | length == 5 and all(
		(.name | type) == "string" and (.index | type) == "number" and
		(.entry | startswith("0x")) and (.flags | type) == "array" and
		(.folded | type) == "boolean")) and
	([.levels[].name] == ["pgd", "p4d", "pud", "pmd", "pte"]) and
	.state == "present" and .page_size == 4096 and
	(.pfn | type) == "number" and (.physical | startswith("0x")) and
	(.page | (.flags | index("anon") != null or index("mmap") != null) and
	 .refcount >= 1 and .mapcount >= 1 and .order == 0)'

# The frame that the entry names, shifted, plus the offset is the answer; and
# /proc/PID/pagemap says so as well.
agrees_with_pagemap()
{
	local entry pfn physical
	entry=$(dd if="/proc/$pid/pagemap" bs=8 skip=$((address >> 12)) count=1 \
		status=none | od -An -t u8)
	pfn=$((entry & ((1 << 55) - 1)))
	printf -v physical '0x%x' $((pfn << 12))
	json ".pfn == $pfn and .physical == \"$physical\"" walk "$pid" "$address"
}

arithmetic_is_shown()
{
	run 0 -j walk "$pid" "$address" && field physical "$out" &&
		[ $((field)) -gt 0 ] &&
	run 0 walk "$pid" "$address" && [[ $out == *"${field#0x}"* ]]
}

json_ranges='.ranges | length > 3 and
	all((.start | startswith("0x")) and (.end | startswith("0x")) and
	    (.state | type) == "string" and (.page_size | type) == "number" and
	    (.flags | type) == "array" and has("pfn"))'

# Neighbours that are equal would have been one.
is_merged()
{
	# shellcheck disable=SC2016  # jq's variables
	json '[.ranges[] | [.start, .end, .state, .page_size, .flags]] |
		. as $r | [range(1; length)] |
		all($r[. - 1][1] != $r[.][0] or $r[. - 1][2:] != $r[.][2:])' \
		walk "$pid" all
}

pages_are_leaves()
{
	local pages
	json '.ranges | all(.pfn != null)' walk "$pid" all --pages --state present ||
		return
	pages=$(size_of "$dir/out")
	run 0 -j walk "$pid" all --state present &&
		[ "$pages" = "$(size_of "$dir/out")" ]
}

size_of()
{
	local start end sum=0
	while read -r start end; do
		sum=$((sum + end - start))
	done < <(jq -r '.ranges[] | "\(.start) \(.end)"' "$1")
	echo $sum
}

self_is_vmlab()
{
	json '.pid > 1 and .state == "none"' walk self 0x1000
}

# Colour is for terminals, unless NO_COLOR is set to something.
on_terminal()
{
	TERM=linux script -qec "vmlab $*" /dev/null >"$dir/out" </dev/null || return
	printed
}

colour()
{
	on_terminal walk "$pid" "$address" && has_colour &&
	run 0 -c=always walk "$pid" "$address" && has_colour &&
	on_terminal -c=never walk "$pid" "$address" &&
		! has_colour
}

no_color()
{
	NO_COLOR=1 on_terminal walk "$pid" "$address" &&
		! has_colour &&
	NO_COLOR='' on_terminal walk "$pid" "$address" &&
		has_colour
}

json_has_no_colour()
{
	run 0 -j -c=always walk "$pid" "$address" && ! has_colour
}

pretty_is_the_same()
{
	local flat newlines
	run 0 -j walk "$pid" "$address" || return
	flat=$out
	run 0 -j -p walk "$pid" "$address" || return
	newlines=${out//[!$'\n']/}
	[ ${#newlines} -gt 10 ] &&
		must '.[0].area != null and .[0].area == .[1].area' \
			"[$flat,$out]" "vmlab -j -p walk"
}

full_disk()
{
	local status=0
	vmlab info >/dev/full 2>"$dir/err" || status=$?
	[ $status != 0 ] && [ -s "$dir/err" ]
}

closed_pipe()
{
	local status
	vmlab -j walk "$pid" all --pages 2>"$dir/err" | head -c 10 >/dev/null
	status=${PIPESTATUS[0]}
	[ "$status" != 0 ] || [ ! -s "$dir/err" ]
}

code_is_shown()
{
	run 0 walk --code "$pid" "$address" &&
		[[ $out == *pgd_offset* && $out == *pte_offset* ]]
}

ends_with_the_process()
{
	sleep 0 &
	local other=$!
	wait $other
	refused 2 '^Error: .*process' walk $other 0x1000
}

without_module()
{
	local status=0
	rmmod vmlab && refused 2 '^Error: .*(load|modprobe|insmod)' info ||
		status=1
	insmod "$VMLAB_KO" && [ $status = 0 ]
}

nobody_sees_no_frames()
{
	as_nobody -j walk self all --pages &&
	must '.ranges | length > 3 and all(.pfn == null)' "$out" "walk as nobody"
}

nobody_is_refused()
{
	local status=0
	as_nobody walk 1 0x1000 || status=$?
	[ $status = 2 ] && [[ $err == "Error: "* ]]
}

# What the module uses itself.
run 0 -j pool
field used "$out"
used=$field

# The tests of the pool run one after another on one session.
export VMLAB_SESSION=cli-test

# shellcheck disable=SC2016  # jq's variables
json_pool='
	(.free + .cached + .used == .frames) and
	([.zones[].managed] | add) == .frames and
	([.extents[].frames] | add) == .frames and
	([.zones[].free] | add) == .free and
	(.zones | all(.min <= .low and .low <= .high and
		(.orders | length == 11) and
		([.types[].free_blocks] | transpose | map(add)) ==
			[.orders[].blocks] and
		([.orders[] | .blocks * pow(2; .order)] | add) == .free))'

# All frames are in the map, whatever the size of the terminal.
map_has_all()
{
	local size lines width
	run 0 -j pool && field frames "$out" || return
	for size in "80 24" "40 10" "200 60"; do
		COLUMNS=${size% *} LINES=${size#* } \
			json "([.[] | to_entries[] |
			      select(.key != \"first\" and .key != \"hole\").value] |
			      add) == $field" frames || return
		COLUMNS=${size% *} LINES=${size#* } run 0 frames || return
		read -r lines width < <(wc -lL <"$dir/out")
		[ "$width" -le "${size% *}" ] && [ "$lines" -lt "${size#* }" ] ||
			return
	done
}

# A block is the session's from buddy alloc to buddy free.
block_comes_and_goes()
{
	local frame pfn
	run 0 -j buddy alloc 5 --type movable && field pfn "$out" || return
	pfn=$field
	field frame "$out" && frame=$field || return
	json ".state == \"used\" and .order == 5 and .owner == \"hand\" and
	      .session == \"$VMLAB_SESSION\" and .type == \"movable\" and
	      .refs == 1" frame "$frame" &&
	json "map(select(.frame == $frame and .frames == 32)) | length == 1" \
		buddy list &&
	json ".number == $frame" frame "pfn:$pfn" || return
	refused 2 "frame $((frame + 1)) is inside .* frame $frame" \
		buddy free $((frame + 1)) &&
	run 0 buddy free "$frame" &&
	refused 2 "frame $frame is not yours: it is free\\.$" buddy free "$frame"
}

# Without per-CPU lists each step of one block can be followed: each split makes
# one free block of each order below, each merge takes them away again.
trace_shows_each_step()
{
	local frame
	run 0 pool set --pcp-high 0 --zone normal &&
	json '.[0] | .lost == 0 and (.steps | length > 0 and
		all((.before | length) == 11 and (.after | length) == 11)) and
		(.steps[-1] | .kind == "take" or .kind == "split")' \
		buddy trace alloc 3 && frame=$(jq '.[0].frame' "$dir/out") || return
	run 0 buddy trace free "$frame" || return
	[[ $out == *"XOR 2^"* && $out == *$'\n  change'* ]] || return
	if [ "$(wc -L <"$dir/out")" -gt 80 ]; then
		sed 's/^/# /' "$dir/out"
		return 1
	fi
	run 0 -j buddy alloc 3 --trace && frame=$(jq '.[0].frame' "$dir/out") ||
		return
	json '.[0].steps | .[0].kind == "give" and .[-1].kind == "merge" and
		(.[-1] | .to >= .from)' buddy trace free "$frame"
}

buddy_free_all()
{
	run 0 buddy alloc 0 --count 5 && run 0 buddy free all &&
		json 'length == 0' buddy list
}

sessions_are_apart()
{
	local frame
	run 0 -j buddy alloc 0 --session cli-other && field frame "$out" || return
	frame=$field
	refused 2 "frame $frame is not yours" buddy free "$frame" &&
	json 'any(.name == "cli-other" and .blocks == 1)' session list &&
	run 0 session end cli-other &&
	json 'all(.name != "cli-other")' session list &&
	json '.state != "used"' frame "$frame"
}

cache_comes_and_goes()
{
	run 0 slab create cli-cache 100 &&
	json 'length == 3 and all(.size == 100)' slab alloc cli-cache --count 3 &&
	json 'map(select(.name == "cli-cache"))[0].live == 3' slab list &&
	refused 2 'in use' slab destroy cli-cache || return
	run 0 -j slab show cli-cache || return
	jq -r '.objects[].handle' "$dir/out" >"$dir/handles"
	while read -r handle; do
		run 0 slab free "$handle" || return
	done <"$dir/handles"
	run 0 slab shrink cli-cache && run 0 slab destroy cli-cache &&
	refused 2 'no cache' slab show cli-cache
}

# What is spoilt is named with cache and offset, and remembered.
overrun_is_reported()
{
	local handle
	run 0 slab create cli-debug 100 --features redzone,poison,owner &&
	run 0 -j slab alloc cli-debug && field handle "$out" || return
	handle=$field
	run 0 slab write "$handle" 0x41 --offset 100 &&
	json '.offset == 100 and .bytes == [65]' \
		slab read "$handle" --offset 100 --count 1 &&
	refused 2 '^Error: .*cli-debug.*offset 100' slab free "$handle" &&
	refused 2 '^Error: .*cli-debug.*freed twice' slab free "$handle" &&
	json '.broken == 0 and (.reports | any(.cache == "cli-debug" and
		.bug == "overrun" and .offset == 100 and .found == 65))' check &&
	text check
}

mapping_comes_and_goes()
{
	json '.frames == 25 and .runs >= 1 and .largest_run >= 1 and
	      .order == 5 and (.contiguous | type) == "boolean"' vmalloc 100K &&
		field handle "$out" && run 0 vmalloc free "$field"
}

compaction_reports()
{
	json 'all((.before | length) == 11 and (.after | length) == 11 and
		  (.moved | type) == "number")' compact && text compact
}

stat_counts()
{
	run 0 -j stat 1 1 || return
	json '.counters.nr_free > 0 and (.zones | length > 0)' stat &&
	run 0 stat 1 2 && [ "${out//[!$'\n']/}" = $'\n\n\n' ]
}

strict_is_shown()
{
	run 0 pool set --strict on && json '.strict' pool &&
	run 0 buddy alloc 0 && run 0 pool set --strict off &&
	json '.strict | not' pool
}

nobody_is_held_short()
{
	local status=0
	as_nobody compact || status=$?
	[ $status = 2 ] && [[ $err == "Error: "* ]] || return
	status=0
	as_nobody check || status=$?
	[ $status = 2 ] && [[ $err == *CAP_SYS_ADMIN* ]] || return
	as_nobody -j pool &&
		must '.extents | all(.pfn == null)' "$out" "pool as nobody" ||
		return
	status=0
	as_nobody buddy alloc 6 --count 1000 || status=$?
	[ $status = 2 ] && [[ $err == "Error: "*user_cap* ]] || status=0
	as_nobody session end && [ $status = 2 ]
}

# What is between the command and its user, and does not reach the kernel.
add_manners()
{
	add "pretty JSON is the same" pretty_is_the_same
	add "colour" colour
	add "NO_COLOR" no_color
	add "no colour in JSON" json_has_no_colour
	add "full disk" full_disk
	add "closed pipe" closed_pipe
	add "wrong command" refused 1 . nonsense
	add "no command" refused 1 .
	add "missing argument" refused 1 . walk "$pid"
	add "malformed address" refused 1 . walk "$pid" 0xyz
	add "malformed PID" refused 1 . walk 12x 0x1000
	add "address of more than 64 bits" refused 1 . walk "$pid" 0x10000000000000000
	add "range backwards" refused 1 . walk "$pid" 0x2000-0x1000
	add "unknown state" refused 1 . walk "$pid" all --state wet
	add "unknown option" refused 1 . --wet info
	add "nothing to set" refused 1 'nothing to set' pool set
	add "command of one word" refused 1 'another word' buddy
}

is_debug || add_manners
add "info" text info
add "info, JSON" json '.version != "" and (.paging_levels | . == 4 or . == 5)' info
add "walk" text walk "$pid" "$address"
add "walk, JSON" json "$json_walk" walk "$pid" "$address"
add "walk agrees with pagemap" agrees_with_pagemap
add "walk shows its arithmetic" arithmetic_is_shown
add "walk of nothing" json '.pfn == null and .physical == null and .page == null and .area == null and .state == "none"' walk "$pid" 0x1000
add "walk of the kernel" text walk "$pid" 0xffffffffff600000
add "walk of self" self_is_vmlab
add "walk --code" code_is_shown
add "ranges" text walk "$pid" all
add "ranges, JSON" json "$json_ranges" walk "$pid" all
add "ranges are merged" is_merged
add "ranges from here to there" json '.ranges | length == 1' walk "$pid" "$address-0x$stack"
add "ranges with pages" pages_are_leaves
add "ranges by state" json '.ranges | all(.state == "zero")' walk "$pid" all --state zero
add "ranges by size" json '.ranges | length > 0 and all(.page_size == 4096)' walk "$pid" all --size 4k
add "ranges by flag" json '.ranges | length > 0 and all(.flags | index("NX") == null)' walk "$pid" all --no-flag NX
add "areas" text areas "$pid"
add "areas, JSON" json '[.areas[].name] | index("[stack]") != null' areas "$pid"
add "census" text census "$pid"
add "census, JSON" json '(.tables.pte | .pages > 0 and .entries_used > 0) and .table_bytes > 4096 and (.mapped_bytes["4096"] > 0) and .overhead_percent > 0' census "$pid"
add "explain" text explain "$pid" "$address"
add "explain, JSON" json '.predictions | length == 3' explain "$pid" "0x$text"
add "addr" text addr 0xffffffffff600000
add "addr, JSON" json '.region == "vsyscall"' addr 0xffffffffff600000
add "kernel" text kernel "$pid"
add "kernel of two" text kernel "$pid" 1
add "kernel, JSON" json '.entries | length > 1 and all(.shared)' kernel "$pid" 1
add "segments" text segments
add "segments of a process" text segments "$pid"
add "segments, JSON" json '.segments | length >= 15' segments
add "kernel thread" refused 2 '^Error: .*memory' census 2
add "process that is gone" ends_with_the_process
add "pool" text pool
add "pool, JSON" json "$json_pool" pool
add "pool of one zone" json '.zones | length >= 1 and all(.zone == "dma")' pool --zone dma
add "map" text frames
add "map has all frames" map_has_all
add "map of a range" json '.[0].first == 64 and (map(.free) | add) <= 64' frames 64-128
add "frame" text frame 0
add "frame that is not there" refused 2 'no frame 4000000000' frame 4000000000
add "block" block_comes_and_goes
add "trace" trace_shows_each_step
add "all blocks" buddy_free_all
add "sessions" sessions_are_apart
add "cache" cache_comes_and_goes
add "overrun" overrun_is_reported
add "mapping" mapping_comes_and_goes
add "mapping that is not there" refused 2 'handle 4000' vmalloc free 4000
add "compaction" compaction_reports
add "counters" stat_counts
add "strict" strict_is_shown
add "refusal keeps to the point" refused 2 '^Error: [^;]*handle 4000\.$' slab free 4000
add "nobody is held short" nobody_is_held_short
add "end of the session" run 0 session end
add "session that is ended" refused 2 'session' session end
add "pool is whole again" json ".used == $used" pool
add "nobody sees no frames" nobody_sees_no_frames
add "nobody is refused" nobody_is_refused
add "module not loaded" without_module

all_tests
