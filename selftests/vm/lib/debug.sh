# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The debugging kernel: the newest source under debug.config.

DEBUG_CONFIG=$VM_DIR/debug.config
DEBUG_CC=gcc-12
# Some checks are compiled in but find nothing unless they are switched on; those
# of the slab allocator only repeat, slowly, what KASAN does.
DEBUG_ARGUMENTS="panic_on_warn=1 page_owner=on page_poison=1 slub_debug=-"

# Print what names this kernel: a hash of everything that it is made from.
debug_kernel_id()
{
	local source=$1
	{
		cat "$DEBUG_CONFIG"
		basename "$source"
		"$DEBUG_CC" --version
	} | sha256sum | cut -c 1-12
}

# Print each answer of FRAGMENT that the configuration file RESULT lacks.
lost_answers()
{
	local fragment=$1 result=$2 line name
	while read -r line; do
		case $line in
		'# CONFIG_'*' is not set')
			name=${line#\# }
			grep -q "^${name%% *}=" "$result" && echo "$line"
			;;
		CONFIG_*)
			grep -qxF "$line" "$result" || echo "$line"
			;;
		esac
	done <"$fragment"
	return 0
}

configure_debug_kernel()
{
	local source=$1 build=$2 lost
	mkdir -p "$build"
	quietly make -C "$source" O="$build" CC="$DEBUG_CC" \
		KCONFIG_ALLCONFIG="$DEBUG_CONFIG" allnoconfig || return
	lost=$(lost_answers "$DEBUG_CONFIG" "$build/.config")
	[ -z "$lost" ] && return
	say "Kconfig overrode these answers of ${DEBUG_CONFIG##*/}:"
	echo "$lost" >&2
	return 1
}

# Objects are needed no more once the kernel is linked; what builds modules is
# in include/, scripts/ and tools/.
drop_objects()
{
	find "$1" \( -path "$1/scripts" -o -path "$1/tools" \) -prune -o \
		\( -name '*.o' -o -name '*.a' -o -name '.*.cmd' -o \
		   -name 'vmlinux*' -o -name '.tmp_vmlinux*' \) \
		-type f -exec rm -f {} +
}

# Bring the finished build under DIR into the layout of the cache. The release,
# written last, tells that the kernel is complete.
arrange_debug_kernel()
{
	local dir=$1 build=$1/build release
	release=$(cat "$build/include/config/kernel.release") &&
	cp "$build/arch/x86/boot/bzImage" "$dir/vmlinuz" &&
	quietly make -C "$build" INSTALL_MOD_PATH="$dir/modules" \
		modules_install &&
	ln -sfn "$dir/headers" "$dir/modules/lib/modules/$release/build" &&
	ln -sfn build "$dir/headers" &&
	drop_objects "$build" &&
	echo "$release" >"$dir/release.new" &&
	mv "$dir/release.new" "$dir/release"
}

# Build in place (a kernel tree knows its own path); what an interrupted build
# left there is built on.
build_debug_kernel()
{
	local source=$1 dir=$2 build=$2/build log=$2/build.log
	configure_debug_kernel "$source" "$build" || return
	say "building the debugging kernel (10 minutes or more; log: $log)"
	if ! make -C "$build" -j"$(nproc)" CC="$DEBUG_CC" \
			bzImage modules >"$log" 2>&1; then
		tail -n 30 "$log" >&2
		return 1
	fi
	arrange_debug_kernel "$dir"
}

# Find or build the debugging kernel out of SOURCE; print its directory.
make_debug_kernel()
{
	local source=$1 dir
	dir=$CACHE/kernels/debug/$(debug_kernel_id "$source")
	[ -e "$dir/release" ] || build_debug_kernel "$source" "$dir" || return
	# They are no part of what was built.
	echo "$DEBUG_ARGUMENTS" >"$dir/append.new"
	mv "$dir/append.new" "$dir/append"
	echo "$dir"
}
