#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Drive each command of the family with the kernel's own YNL client, which knows
# of vmlab only what the specification says. One client serves all requests, as
# to read the specification takes longer than all of them.

set -u
here=$(cd "$(dirname "$0")" && pwd)
spec=$here/../uapi/netlink/specs/vmlab.yaml
pyynl=${KSRC:?}/tools/net/ynl/pyynl
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# Another user's client reads the specification too.
chmod 755 "$dir"
cp "$spec" "$dir/vmlab.yaml"
# shellcheck source=/dev/null
. "$KSRC/tools/testing/selftests/kselftest/ktap_helpers.sh"
# shellcheck source=selftests/lib/answers.sh
. "$here/lib/answers.sh"

# A process that holds still, with an address in it.
sleep 1000 &
pid=$!
trap 'kill $pid; rm -rf "$dir"' EXIT
# Its stack is where it stays once it sleeps: in clock_nanosleep().
until grep -q '^230 ' "/proc/$pid/syscall"; do
	sleep 0.1
done
address=$((0x$(awk '/\[stack\]/ { sub(/.*-/, "", $1); print $1 }' "/proc/$pid/maps") - 4096 * 2))

# Answers each line "do|dump COMMAND REQUEST" with one: "ok ANSWER" or "no WORDS".
# With a file named by ANSWER, that has the line, and an empty one tells of it: the
# shell reads a pipe byte by byte.
cat >"$dir/client.py" <<END
import json, os, sys
sys.path.append("$pyynl")
from lib import YnlFamily, NlError

class Encoder(json.JSONEncoder):
    def default(self, o):
        return o.hex() if isinstance(o, bytes) else sorted(o)

if len(sys.argv) > 1:
    os.setgroups([])
    os.setuid(int(sys.argv[1]))
family = YnlFamily("$dir/vmlab.yaml", schema='')

def say(*words):
    if "ANSWER" in os.environ:
        with open(os.environ["ANSWER"], "w") as f:
            print(*words, file=f)
        words = ()
    print(*words, flush=True)

for line in sys.stdin:
    mode, command, request = line.split(' ', 2)
    try:
        answer = getattr(family, mode)(command, json.loads(request))
        say("ok", json.dumps(answer, cls=Encoder))
    except NlError as e:
        say("no", str(e).replace("\\n", " "))
END
coproc client { ANSWER=$dir/answer /usr/bin/python3 "$dir/client.py" 2>"$dir/err"; }
# Those of a coprocess are closed in subshells; copies are not.
exec {client_in}>&"${client[1]}" {client_out}<&"${client[0]}"

# ynl DO|DUMP COMMAND REQUEST: set answer, or fail with the words of refusal in it
ynl()
{
	local line
	echo "$1 $2 ${3//$'\n'/ }" >&"$client_in" &&
		read -r <&"$client_out" || return
	IFS= read -r -d '' line <"$dir/answer"
	line=${line%$'\n'}
	answer=${line#?? }
	[ "${line%% *}" = ok ]
}

# result NAME COMMAND…
result()
{
	local status=0
	test_begins "$1"
	shift
	"$@" || status=1
	test_ends $status
}

driven=' '
# check COMMAND DO|DUMP REQUEST JQ-EXPRESSION: what the answer must fulfil
check()
{
	driven+="$1 "
	result "$1" fulfils "$@"
}

fulfils()
{
	if ! ynl "$2" "$1" "$3"; then
		echo "# $1: ${answer:0:2000}"
		head -c 2000 "$dir/err" | sed 's/^/# /'
		return 1
	fi
	must "$4" "$answer" "$1"
}

# Every command of the specification, at the two columns where its list has them.
commands()
{
	awk '/^[a-z]/ { on = $1 == "operations:" }
		on && /^      name: / { name = $2 }
		on && /^      (do|dump):/ { print name }' "$spec"
}

# Has the specification a command that was not driven?
all_are_driven()
{
	local command status=0
	for command in $(commands); do
		[[ $driven == *" $command "* ]] && continue
		echo "# not driven: $command"
		status=1
	done
	[ -n "$(commands)" ] && return $status
}

# refuse NAME COMMAND DO|DUMP REQUEST WORDS: the answer must be a refusal with them
refuse()
{
	result "$1" refuses "${@:2}"
}

refuses()
{
	! ynl "$2" "$1" "$3" && [[ $answer =~ $4 ]] && return
	echo "# $1: ${answer:0:2000}"
	head -c 2000 "$dir/err" | sed 's/^/# /'
	return 1
}

# ask KEY DO|DUMP COMMAND REQUEST: set $field to the first value of KEY that the
# answer has
ask()
{
	ynl "${@:2}" && field "$1" "$answer"
}

# held KIND: set $field to the handle of the first thing of the kind that the
# session holds
held()
{
	field=
	ynl dump held-get '{"session": "ynl"}' &&
		[[ $answer =~ \{([^{}]*\"kind\":\ \"$1\"[^{}]*)\} ]] &&
		field handle "${BASH_REMATCH[1]}"
}

# other [UID]: answer the requests of standard input by a client of its own
other()
{
	/usr/bin/python3 "$dir/client.py" "$@" >"$dir/out" 2>"$dir/err2"
}

# What one user holds, a session of another of the same name does not have.
is_not_for_others()
{
	echo 'dump held-get {"session": "ynl"}' | other 65534
	grep -q '^no .*no session of this name' "$dir/out" && return
	sed 's/^/# /' "$dir/out" "$dir/err2"
	return 1
}

# A user's cap is a part of the pool, and what takes physical numbers is refused.
is_limited()
{
	ask user-cap "do" pool-get '{}'
	other 65534 <<-END
	do buddy-alloc {"order": 0}
	do pool-get {}
	do vmalloc {"size": $((field * 4096))}
	do compact {}
	do check {}
	do buddy-free {"frame": 0, "unchecked": true}
	do frame-get {"pfn": 1}
	END
	[ "$(grep -c '^ok ' "$dir/out")" = 2 ] &&
		! grep -q '"pfn"' "$dir/out" &&
		grep -q '^no .*may hold' "$dir/out" &&
		[ "$(grep -c '^no .*CAP_SYS_ADMIN' "$dir/out")" = 4 ] && return
	sed 's/^/# /' "$dir/out" "$dir/err2"
	return 1
}

# What belongs to a socket is given back by the time that it is closed.
ends_with_its_socket()
{
	local before after
	ask used "do" pool-get '{}' && before=$field || return
	echo 'do buddy-alloc {"order": 3}' | other
	grep -q '^ok ' "$dir/out" || return
	ask used "do" pool-get '{}' && after=$field || return
	[ "$before" = "$after" ] && return
	echo "# used before: $before, after: $after"
	return 1
}

# A session that was made for a request which failed is gone with it.
leaves_no_session()
{
	! ynl "do" slab-alloc '{"session": "failed", "cache": "none"}' &&
		ynl dump session-get '{}' &&
		must 'all(.name != "failed")' "$answer" sessions && return
	echo "# it succeeded, or left a session"
	return 1
}

# What belongs to a socket can be given back by the number of its port.
ends_by_port()
{
	ynl "do" buddy-alloc '{"order": 0}' &&
		ask portid dump session-get '{}' &&
		ynl "do" session-end "{\"portid\": $field}" &&
		ynl dump session-get '{}' &&
		must 'all(.portid | not)' "$answer" sessions
}

ktap_print_header
ktap_set_plan 71
check info-get "do" '{"abi": 3}' \
	'.version != "" and .abi == 3 and (."paging-levels" | . == 4 or . == 5)'
check walk "do" "{\"pid\": $pid, \"address\": $address}" \
	".pid == $pid and (.level | length) > 1 and .area.name == \"[stack]\""
check range dump "{\"pid\": $pid, \"pages\": true}" \
	'[.[].run[]] | length > 5 and all(."page-size" > 0)'
check area-get dump "{\"pid\": $pid}" \
	'[.[].area[].name] | index("[stack]") != null'
check census "do" "{\"pid\": $pid}" \
	'(.table | length) >= 4 and ."table-bytes" >= 16384'
check explain "do" "{\"pid\": $pid, \"address\": $address}" \
	'.prediction | length == 3'
check addr-get "do" '{"address": 4096}' \
	'.region == "user-hole" or .region == "user"'
check top-get dump "{\"pid\": $pid, \"other\": 1}" \
	'length > 1 and all(.index >= 256) and any(.shared)'
check segment-get dump '{"cpu": 0}' \
	'length >= 15 and any(.kind == "tss-busy")'

# The pool.
check pool-get "do" '{}' \
	'.got >= 16 and .free + .cached + .used == .got and .nodes >= 1 and
	 ."descriptor-bytes" >= .numbers * 24'
check extent-get dump '{}' 'length >= 1 and (map(.nr) | add) >= 16 and all(.pfn)'
check zone-get dump '{}' \
	'length >= 1 and all((.order | length) == 11 and .min <= .low and
	 .free == ([.order[] | .blocks * pow(2; .order)] | add))'
ask first dump extent-get '{}'
check frame-get "do" "{\"number\": $field}" '.pfn and .state != "hole"'
check frames-get dump '{"cells": 16}' \
	'[.[].cell[]?] | length > 0 and length <= 16'
check stat-get "do" '{}' \
	'[.counter[].name] | index("split") and index("nr_free")'
check pool-set "do" '{"strict": 1}' '. == null'

# Blocks by hand, checked after each step from here on.
check buddy-alloc "do" \
	'{"session": "ynl", "order": 4, "type": "movable", "trace": true}' \
	'.order == 4 and .handle == 1 and .frame % 16 == 0 and
	 any(.step[]; .kind == "take" and (.after | length) == 11)'
check held-get dump '{"session": "ynl"}' \
	'length == 1 and .[0].kind == "frames" and .[0].nr == 16'
ask frame dump held-get '{"session": "ynl"}'
frame=$field
check frame-get "do" "{\"number\": $((frame + 1))}" \
	".state == \"inside\" and .head == $frame and .owner == \"hand\" and
	 .session == \"ynl\" and .handle == 1"
result "another's" is_not_for_others
refuse "free the middle" buddy-free "do" \
	"{\"session\": \"ynl\", \"frame\": $((frame + 1))}" \
	"frame $((frame + 1)) is inside the block that begins at frame $frame"
refuse "free with a wrong order" buddy-free "do" \
	"{\"session\": \"ynl\", \"frame\": $frame, \"order\": 3}" \
	"has order 4, not 3"
check compact "do" '{}' 'all(."zone-result"[]; (.before | length) == 11)'
check buddy-free "do" '{"session": "ynl", "handle": 1, "trace": true}' \
	'.order == 4 and any(.step[]; .kind == "merge")'
refuse "free twice" buddy-free "do" \
	'{"session": "ynl", "handle": 1}' 'holds nothing by the handle 1'
refuse "free twice, unchecked" buddy-free "do" \
	"{\"session\": \"ynl\", \"frame\": $frame, \"unchecked\": true}" \
	'reported: this is'
check check "do" '{}' \
	'.broken == 0 and .caches >= 11 and (.report[-1].bug | . == "double" or . == "inside")'
result "what the socket held" ends_with_its_socket
result "a user without rights" is_limited

# Mappings.
check vmalloc "do" '{"session": "ynl", "size": 65536}' \
	'.nr == 16 and .order == 4 and ."largest-run" >= 1 and .runs >= 1'
held vmalloc
check vmalloc-free "do" "{\"session\": \"ynl\", \"handle\": $field}" \
	'. == null'
refuse "more than there is" vmalloc "do" \
	'{"session": "ynl", "size": 1152921504606846976}' 'whole pool'

# Objects, and what is done wrong with them.
check slab-create "do" '{"session": "ynl", "cache": "ynl", "size": 100,
	"flags": ["redzone", "poison", "owner"]}' \
	'.size == 100 and .stride >= 116 and ."per-slab" > 1'
refuse "a name that is taken" slab-create "do" \
	'{"session": "ynl", "cache": "ynl", "size": 8}' 'a cache ynl already'
check slab-alloc "do" '{"session": "ynl", "cache": "ynl", "count": 2}' \
	'.object | length == 2'
ask handle dump object-get '{"session": "ynl", "cache": "ynl"}'
object=$field
handle="\"session\": \"ynl\", \"handle\": $object"
check object-get dump '{"session": "ynl", "cache": "ynl"}' \
	'[.[].object[]] | length == 2 and all(.size == 100)'
check slab-write "do" "{$handle, \"offset\": 0, \"length\": 100, \"value\": 65}" \
	'. == null'
check slab-read "do" "{$handle, \"offset\": 98, \"length\": 4}" \
	'.bytes == "4141bbbb"'
refuse "write beyond the guard" slab-write "do" \
	"{$handle, \"offset\": 4000}" "offsets of object $object"
check slab-get dump '{"cache": "ynl"}' \
	'length == 1 and .[0].live == 2 and .[0].own'
check slab-free "do" "{$handle}" '. == null'
refuse "free an object twice" slab-free "do" "{$handle}" \
	'cache ynl: object .* freed twice'
refuse "destroy what is in use" slab-destroy "do" \
	'{"session": "ynl", "cache": "ynl"}' '1 objects of cache ynl are in use'
check slab-shrink "do" '{"session": "ynl", "cache": "ynl"}' '.frames >= 0'
held object
ynl "do" slab-free "{\"session\": \"ynl\", \"handle\": $field}"
check slab-destroy "do" '{"session": "ynl", "cache": "ynl"}' '. == null'

# Objects of a cache without poison, where others' frames were before.
ynl "do" slab-create '{"session": "ynl", "cache": "ynl", "size": 16,
	"flags": ["redzone"]}'
ynl "do" slab-alloc '{"session": "ynl", "cache": "ynl"}'
held object
handle="\"session\": \"ynl\", \"handle\": $field"
check slab-read "do" "{$handle, \"length\": 16}" \
	'.bytes == "00000000000000000000000000000000"'
ynl "do" slab-free "{$handle}"
ynl "do" slab-destroy '{"session": "ynl", "cache": "ynl"}'

refuse "a node that there is not" extent-get dump '{"node": 9}' 'no such node'
refuse "a zone that there is not" zone-get dump '{"node": 9}' 'no such zone'
refuse "strict in one node" pool-set "do" '{"node": 0, "strict": 1}' \
	'of the whole pool'
result "a session for nothing" leaves_no_session
result "a socket's session" ends_by_port
check session-get dump '{}' \
	'any(.[]; .name == "ynl" and .uid == 0 and .frames == 0 and .caches == 0)'
check session-end "do" '{"name": "ynl"}' '. == null'
ynl "do" pool-set '{"strict": 0}'
refuse "a session that ended" held-get dump \
	'{"session": "ynl"}' 'no session of this name'

# A process that maps eight pages until its input ends, when this script does.
exec {input}> >(exec vmlab -j touch 8 --hold >"$dir/mapper")
until [ -s "$dir/mapper" ]; do
	sleep 0.05
done
field pid "$(<"$dir/mapper")"
mapper=$field
field address "$(<"$dir/mapper")"
printf -v mapped '%d' "$field"
check memory-get dump '{}' \
	'length == 1 and all(.size == 32768 and .frames == 8 and .areas == 1 and
		.flags == ["grows"])'
ask id dump memory-get '{}'
check content-get dump "{\"id\": $field}" \
	'[.[].run[]] | length >= 1 and (map(.nr) | add) == 8 and all(.dirty)'
ask frame dump content-get "{\"id\": $field}"
check rmap-get dump "{\"frame\": $field}" \
	"([.[].memory[]?] | length == 1) and
	 ([.[].mapping[]?] | length == 1 and all(.pid == $mapper))"
check space-get dump "{\"pid\": $mapper}" \
	'length == 1 and all(.resident == 8 and .faults >= 1 and
		(.table[-1] | .entries == 8))'
check space-area-get dump "{\"pid\": $mapper}" \
	'[.[] | .area[]?, .linux[]?] | length == 2 and
	 (map([.start, .end, .flags, .memory, .index]) | .[0] == .[1])'
check shadow-walk "do" "{\"pid\": $mapper, \"address\": $mapped}" \
	'.mirror == "same" and .index == 0 and (.level | length) >= 4 and
	 .run.frame == .frame'
check verify dump '{}' \
	"any(.pid == $mapper and .same == 8 and .violations == 0)"
refuse "an object that there is not" content-get dump \
	'{"id": 4000000000}' 'no such object'
exec {input}>&-

# One that maps a block.
exec {input}> >(exec vmlab -j touch 512 0 --huge --hold >"$dir/huge")
until [ -s "$dir/huge" ]; do
	sleep 0.05
done
field pid "$(<"$dir/huge")"
mapper=$field
field address "$(<"$dir/huge")"
printf -v mapped '%d' "$field"
check split "do" "{\"pid\": $mapper, \"address\": $mapped}" '.index == 0'
check collapse "do" "{\"pid\": $mapper, \"address\": $mapped}" \
	'.index == 0 and .memory > 0'
refuse "a block of nothing" split "do" \
	"{\"pid\": $mapper, \"address\": 4096}" 'no object .* 0x1000'
exec {input}>&-
check story-start "do" '{"all": true, "outcomes": 1, "rate": 5}' '. == null'
refuse "to hear twice" story-start "do" '{"pid": 0}' 'already'
check story-stop "do" '{}' '.told == 0 and .lost == 0 and .dropped == 0'
refuse "to hear of nobody" story-start "do" '{}' 'one is needed'

result "every command of the specification" all_are_driven
refuse "a refusal in words" walk "do" \
	'{"pid": 4194304, "address": 0}' 'no such process'
report
ktap_finished
