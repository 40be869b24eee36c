#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where the pool's frames come from, in a guest with two NUMA nodes, memory set
# aside by memmap= and by reserve_mem=, and vmlab not loaded: every form of pool,
# every refusal, and that the host has back after what it had before.

set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# It is loaded so often that what it says to debuggers would cost minutes. So do
# processes in a guest: what is done for each load is left to the shell, where it
# can do it.
ko=$dir/vmlab.ko
strip --strip-debug -o "$ko" "${VMLAB_KO:?}" || exit
# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"
# shellcheck source=selftests/lib/debug.sh
. "$(dirname "$0")/lib/debug.sh"

einval="Invalid parameters"
enomem="Cannot allocate memory"
ebusy="Device or resource busy"
enxio="No such device or address"

# Print the value of a field of /proc/meminfo, in KiB.
meminfo()
{
	local field value rest
	while read -r field value rest; do
		[ "$field" != "$1:" ] || echo "$value"
	done </proc/meminfo
}

total=$(meminfo MemTotal)
aside=$(grep -o 'memmap=[^ ]*' /proc/cmdline)
aside=${aside#*\$}

# Stands in the kernel's log where the latest load begins.
mark="reserve.sh: load"

# load PARAMETER…: load vmlab
load()
{
	log=
	echo "<6>$mark" >/dev/kmsg
	insmod "$ko" "$@" 2>"$dir/err"
}

unload()
{
	rmmod vmlab
}

# Does a line that vmlab wrote to the log since the latest load match PATTERN?
says()
{
	local pattern=$1 line prefix='^\[[^]]*\](\[[^]]*\])* *vmlab: '
	: "${log:=$(dmesg --read-clear)}"
	while read -r line; do
		[[ $line =~ $prefix ]] || continue
		[[ ${line#"${BASH_REMATCH[0]}"} =~ $pattern ]] && return
	done <<<"${log##*"$mark"}"
	echo "# no line is like '$pattern':"
	printf '%s\n' "${log##*"$mark"}" | sed 's/^/# /'
	return 1
}

# loads PATTERN PARAMETER…: it loads, says so, and unloads
loads()
{
	local pattern=$1 status=0
	shift
	if ! load "$@"; then
		sed 's/^/# /' "$dir/err"
		says "loaded $*"
		return 1
	fi
	says "$pattern" || status=1
	unload || status=1
	return $status
}

# refused ERROR PATTERN PARAMETER…: it does not load, and says why
refused()
{
	local error=$1 pattern=$2
	shift 2
	if load "$@"; then
		echo "# loaded $*"
		unload
		return 1
	fi
	if [[ $(<"$dir/err") != *"$error"* ]]; then
		sed 's/^/# /' "$dir/err"
		return 1
	fi
	says "$pattern"
}

# The zones of a node of so many frames in the default proportions.
default_zones()
{
	echo "dma $(($1 / 16)), normal $(($1 * 12 / 16)), highmem $(($1 * 3 / 16)) "
}

# Print the frames that are free, in the zones and on per-CPU lists. Pages of
# files would come and go meanwhile.
free_frames()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '$1 == "nr_free_pages" || $1 == "count:" { sum += $2 }
	     END { print sum }' /proc/zoneinfo
}

# free_on NODE: free frames of a NUMA node
free_on()
{
	awk -v node="$1," '
		$1 == "Node" { here = $2 == node }
		here && ($1 == "nr_free_pages" || $1 == "count:") { sum += $2 }
		END { print sum }' /proc/zoneinfo
}

half_the_memory()
{
	local frames=$((total / 8))
	loads "^pool of $frames frames from Linux's allocator" \
		nodes=1 pool=$((frames * 4))K
}

# Each node of the pool takes its half from a node of the machine.
numa_nodes()
{
	local frames=16384 before after node status=0
	for node in 0 1; do
		before[node]=$(free_on $node)
	done
	load pool=$((2 * frames * 4))K || return
	for node in 0 1; do
		after=$(free_on $node)
		# What else is allocated comes on top. The sum is known, so if no
		# node gave less than half of it, none gave more.
		if [ $((before[node] - after)) -lt $((frames - frames / 16)) ]; then
			echo "# node $node: from ${before[node]} to $after free"
			status=1
		fi
	done
	says "^pool of $((2 * frames)) frames .* 2 real nodes$" &&
		says "^node 0: dma $((2 * frames / 16)), " &&
		says "^node 1: dma 0, " || status=1
	unload || status=1
	return $status
}

# A pool larger than the machine: it gets what the host can spare, nothing is
# killed for it, and the host keeps some.
more_than_there_is()
{
	local killed status=0
	killed=$(grep '^oom_kill ' /proc/vmstat)
	load nodes=1 pool=$((total * 2))K || return
	says "^asked for $((total / 2)) frames, got [0-9]+: " || status=1
	if [ "$(meminfo MemAvailable)" -lt $((total / 32)) ]; then
		echo "# $(meminfo MemAvailable) KiB of $total are available"
		status=1
	fi
	unload || status=1
	[ "$killed" = "$(grep '^oom_kill ' /proc/vmstat)" ] || status=1
	return $status
}

# What takes huge pages of the whole machine, and of a node.
huge_of_all=/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
huge_of_node=/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages

# Print what node 1 could give, in KiB.
available_on_node()
{
	awk '$3 == "MemFree:" || $3 ~ /^(Ina|A)ctive\(file\):$/ { sum += $4 }
	     END { print sum }' /sys/devices/system/node/node1/meminfo
}

# fill LIMIT HUGE OPTIONS COMMAND…: leave less of what COMMAND prints, in KiB. Huge
# pages take much at once, but the last few MiB may be too much in pieces for them.
# What Linux keeps free for itself must be less than what shall be left.
fill()
{
	local limit=$1 huge=$2 options=$3 i=0
	shift 3
	min_free=$(</proc/sys/vm/min_free_kbytes)
	echo 4096 >/proc/sys/vm/min_free_kbytes
	echo $((($("$@") - limit) / 2048)) >"$huge"
	mkdir -p "$dir/full"
	mount -t tmpfs -o "size=100%$options" tmpfs "$dir/full" || return
	while [ "$("$@")" -ge "$limit" ]; do
		[ $((i++)) -lt 32 ] &&
			head -c 4M /dev/zero >"$dir/full/$i" || return
	done
}

# unfill HUGE
unfill()
{
	umount "$dir/full"
	echo 0 >"$1"
	echo "$min_free" >/proc/sys/vm/min_free_kbytes
}

# A host that needs all its memory itself keeps it.
too_full()
{
	local status=0
	fill $((total / 16)) $huge_of_all '' meminfo MemAvailable || status=1
	refused "$enomem" "^the host is too full: " pool=64K || status=1
	unfill $huge_of_all
	loads "^pool of 16 frames" pool=64K || status=1
	return $status
}

# Where one node of the machine has nothing to spare, its processor is served all
# the same; and the other gives no more than its half.
one_node_full()
{
	local status=0
	fill $((total / 32 - 1024)) $huge_of_node ,mpol=prefer:1 \
		available_on_node || status=1
	if load pool=64M; then
		says "^asked for 16384 frames, got 8192: a node of the host can spare no more$" &&
			says "^node 1: dma 0, normal 0, highmem 0 frames$" &&
			taskset -c 1 vmlab buddy alloc 0 >/dev/null || status=1
		unload || status=1
	else
		status=1
	fi
	unfill $huge_of_node
	return $status
}

# What memmap= set aside is claimed for as long as vmlab has it.
memmap()
{
	local status=0
	load pool_phys="$aside" || return
	says "^pool of 16384 frames set aside by memmap=, .* 1 node$" || status=1
	grep -q ' : vmlab$' /proc/iomem || status=1
	unload || status=1
	! grep -q ' : vmlab$' /proc/iomem || status=1
	return $status
}

beyond_memmap()
{
	refused "$einval" "^pool_phys=.*not all of the 65540 KiB there are reserved" \
		pool_phys="$aside" pool=65540K &&
	refused "$einval" "^pool_phys=.*not all of the 65536 KiB there are reserved" \
		pool_phys=$((aside - 4096))
}

reserve_mem()
{
	if ! grep -q 'reserve_mem=' /proc/cmdline; then
		refused "$enxio" "^pool_phys=vmlab: nothing was set aside" \
			pool_phys=vmlab
		return
	fi
	loads "^pool of 8192 frames set aside by reserve_mem=, .* 1 node$" \
		pool_phys=vmlab &&
	loads "^pool of 16 frames set aside by reserve_mem=, .* 1 node$" \
		pool_phys=vmlab pool=64K &&
	loads "^pool of 8192 frames set aside by reserve_mem=, .* 8 nodes$" \
		pool_phys=vmlab nodes=8 &&
	refused "$einval" "^pool_phys=vmlab: .* 8192 were set aside" \
		pool_phys=vmlab pool=64M &&
	refused "$einval" "^pool_phys=tiny: of 16 frames .* 0 were set aside" \
		pool_phys=tiny
}

# A processor goes and comes back while there is a pool.
hotplug()
{
	local cpu=/sys/devices/system/cpu/cpu1/online status=0
	load || return
	echo 0 >$cpu && echo 1 >$cpu || status=1
	unload || status=1
	return $status
}

# cycle N PARAMETER…: load and unload so often; print how many frames fewer are
# free then
cycle()
{
	local n=$1 before i
	shift
	before=$(free_frames)
	for i in $(seq "$n"); do
		load "$@" && unload || return
	done
	echo $((before - $(free_frames)))
}

# The host itself takes and gives a few frames all the time. Half of its memory
# is so much more that a single block lost would show.
accounting()
{
	local lost cycles=4
	! is_debug || cycles=2
	lost=$(cycle $cycles nodes=1 pool=$((total / 2))K) || return
	echo "# $lost frames fewer"
	[ "$lost" -lt 64 ]
}

# A single frame lost each time shows every time; what Linux takes meanwhile does
# not, and does not grow with the number of cycles.
accounting_of_frames()
{
	local lost cycles=20
	for _ in 1 2 3; do
		lost=$(cycle $cycles pool=64K) || return
		echo "# $lost frames fewer"
		[ "$lost" -ge $cycles ] || return 0
	done
	return 1
}

# Print the first physical number and the size of each extent of the pool.
extents()
{
	vmlab -j pool | jq -r '.extents[] | "\(.pfn) \(.frames)"'
}

# kpageflags EXTENTS: count, by /proc/kpageflags, the frames, those of them that are
# free, and those that are on a list of Linux's, of a slab, or nowhere
kpageflags()
{
	local pfn frames
	while read -r pfn frames; do
		dd if=/proc/kpageflags iflag=skip_bytes,count_bytes bs=64K \
			skip=$((pfn * 8)) count=$((frames * 8)) status=none
	done <<<"$1" | od -A n -v -w8 -t u8 | awk '
		function bit(n) { return int($1 / 2 ^ n) % 2 }
		bit(10) { free++ }
		bit(5) || bit(7) || bit(20) { other++ }
		END { print NR, free + 0, other + 0 }'
}

# The frames are in use by nobody else while there is the pool, and free after: half
# of them at least, as some 6000 may wait on each of Linux's per-CPU lists, of which
# nothing tells.
whose_frames()
{
	local frames=32768 where nr free other status=0
	load nodes=1 pool=$((frames * 4))K || return
	where=$(extents)
	read -r nr free other < <(kpageflags "$where")
	if [ "$nr $free $other" != "$frames 0 0" ]; then
		echo "# of $nr frames $free are free and $other others'"
		status=1
	fi
	unload || status=1
	read -r nr free other < <(kpageflags "$where")
	if [ "$free" -lt $((frames / 2)) ]; then
		echo "# of $nr frames $free are free after"
		status=1
	fi
	return $status
}

# owned_pages [PFN COUNT]: count the pages that are owned as those of a pool on
# real nodes, which asks in a way that nobody else in insmod does; of all pages, or
# of so many from one on. With page_owner=on Linux knows who allocated each.
owned_pages()
{
	dd if=/sys/kernel/debug/page_owner iflag=skip_bytes bs=4K \
		skip="${1:-0}" ${2:+count="$2"} status=none |
		grep -cE '\|__GFP_NORETRY\|__GFP_NOMEMALLOC\|__GFP_THISNODE\).*\(insmod\)'
}

no_page_is_left()
{
	local frames=512 status=0 n=0 pfn nr
	load pool=$((frames * 4))K || return
	while read -r pfn nr; do
		n=$((n + $(owned_pages "$pfn" "$nr")))
	done < <(extents)
	[ "$n" = $frames ] || { echo "# $n pages owned, not $frames"; status=1; }
	unload || status=1
	n=$(owned_pages)
	[ "$n" = 0 ] || { echo "# $n pages still owned"; status=1; }
	return $status
}

tests=()
name=()
# Add a test: its name, then the function and arguments.
add()
{
	name+=("$1")
	shift
	tests+=("${*@Q}")
}

# What a kernel's checks of memory have nothing to do with, but cost minutes.
add_refusals()
{
	local bad
	for bad in 16 60K 9T -5 12X 0x '' 99999999999999999999 17592186044416M; do
		add "pool=$bad" refused "$einval" "^pool=$bad: not " pool="$bad"
	done
	add "no size" refused "$einval" "^zones=: 'normal' is not like" zones=normal
	add "no zone" refused "$einval" "^zones=: 'dma32' is none of" zones=dma32:4M
	add "empty zones" refused "$einval" "^zones=: '' is not like" zones=
	add "zone of nothing" refused "$einval" "^zones=: dma of 4095 is not between" \
		zones=dma:4095
	add "zone twice" refused "$einval" "^zones=: dma is there twice" \
		zones=dma:1M,dma:1M
	add "zones too large" refused "$einval" "^zones=.*: more than 4T in all" \
		zones=dma:3T,normal:3T
	add "zones too small" refused "$einval" "^zones=.*: fewer than 16 frames" \
		zones=dma:4K,normal:4K
	add "zones are not the pool" refused "$einval" \
		"^pool=8M is 2048 frames, but zones=normal:4M is 1024 in all" \
		zones=normal:4M pool=8M
	add "dma larger than its node" refused "$einval" "^zones=: dma is on node 0 alone" \
		zones=dma:4M nodes=2
	add "nodes=9" refused "$einval" "^nodes=9: not between 1 and 8" nodes=9
	add "nodes=-1" refused "$einval" "\`-1' invalid for parameter \`nodes'" nodes=-1
	add "strict=2" refused "$einval" "\`2' invalid for parameter \`strict'" strict=2
	add "min_free is no size" refused "$einval" "^min_free=x: not a number" min_free=x
	add "min_free too large" refused "$einval" "^min_free=3M: more than half" \
		min_free=3M pool=4M
}

add "default" loads "^pool of 16384 frames from Linux's allocator, " nodes=1
add "default zones" loads "^node 0: $(default_zones 16384)" nodes=1
add "sixteen frames" loads "^node 0: $(default_zones 16)" pool=64K nodes=1
add "no whole number of frames" loads "^pool of 24 frames" pool=100000
add "half the memory" half_the_memory
add "more than there is" more_than_there_is
add "a host too full to give" too_full
add "two NUMA nodes" numa_nodes
add "one node too full to give" one_node_full
add "one node of two" loads " 1 node$" nodes=1 pool=1M
add "more nodes than the machine has" loads " 4 nodes$" nodes=4
add "eight nodes of two frames" loads "^node 7: dma 0, normal 2, highmem 0 " \
	pool=64K nodes=8
add "zones" loads "^node 0: dma 1024, normal 12288, highmem 3072 " \
	zones=dma:4M,normal:48M,highmem:12M nodes=1
add "zones and the pool agree" loads "^node 0: dma 256, normal 768, highmem 0 " \
	zones=normal:3M,dma:1M pool=4M nodes=1
add "highmem alone" loads "^node 1: dma 0, normal 0, highmem 128 " \
	zones=highmem:1M
add "dma alone" loads "^node 0: dma 4096, normal 0, highmem 0 " zones=dma:16M
add "decimal with zeroes" loads "^pool of 20 frames" pool=080K nodes=1
add "an odd frame" loads "^node 0: dma 0, normal 17, highmem 0 " \
	zones=normal:0x11000 nodes=1
add "memmap" memmap
add "beyond memmap" beyond_memmap
add "memmap in nodes" loads "^node 1: dma 0, normal 6554, highmem 1638 " \
	pool_phys="$aside" nodes=2
add "reserve_mem" reserve_mem
add "min_free" loads "^pool of 16384 frames" min_free=1M

add "address in RAM" refused "$einval" "^pool_phys=.* reserved; was Linux booted" \
	pool_phys=$((aside - (64 << 20)))
add "address of the BIOS" refused "$ebusy" "^pool_phys=0xf0000: somebody else" \
	pool_phys=0xf0000 pool=64K
add "address of nothing" refused "$einval" "^pool_phys=64T: not all" pool_phys=64T
add "no page" refused "$einval" "^pool_phys=0x1001: not the address of a page" \
	pool_phys=0x1001
add "no such name" refused "$enxio" "^pool_phys=nobody: nothing was set aside" \
	pool_phys=nobody
if is_debug; then
	add "no page is left" no_page_is_left
else
	add_refusals
fi
add "a processor offline" hotplug
add "the frames are its own" whose_frames
add "the host has all blocks back" accounting
# There, each page was looked for already.
is_debug || add "the host has all frames back" accounting_of_frames

ktap_print_header
ktap_set_plan ${#tests[@]}
for i in "${!tests[@]}"; do
	if eval "${tests[i]}"; then
		ktap_test_pass "${name[i]}"
	else
		ktap_test_fail "${name[i]}"
	fi
done
ktap_finished
