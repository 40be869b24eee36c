# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every script of the guest rig shares: where the cache is, how to speak,
# and files that are either complete or absent.

# depmod and modprobe are there, where not every user looks.
PATH=$PATH:/usr/sbin:/sbin
VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034  # for those who read this file
CHECKOUT=$(cd "$VM_DIR/../.." && pwd)
CACHE=${VMLAB_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/vmlab}

# Standard output belongs to results; everything said goes to standard error.
say()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

# Run a command while holding the lock NAME; other holders are waited for.
with_lock()
{
	local name=$1
	shift
	mkdir -p "$CACHE/locks"
	(
		exec {lock}>"$CACHE/locks/$name"
		if ! flock -n "$lock"; then
			say "waiting for another run that holds the lock '$name'"
			flock "$lock"
		fi
		"$@"
	)
}

# Make an empty directory in the cache, on the same file system as everything
# that it may later be renamed to. Its maker removes or renames it.
scratch_dir()
{
	mkdir -p "$CACHE/scratch"
	mktemp -d "$CACHE/scratch/XXXXXX"
}

# Give the finished SCRATCH directory its place: it is complete or absent.
publish()
{
	local scratch=$1 place=$2
	mkdir -p "${place%/*}" &&
	chmod 755 "$scratch" &&
	rm -rf "$place" &&
	mv -T "$scratch" "$place"
}

# Run a command silently; show what it printed only if it fails.
quietly()
{
	local output
	output=$("$@" 2>&1) && return
	printf '%s\n' "$output" >&2
	return 1
}

# Print the compiler that built the kernel of HEADERS, where this machine has it.
compiler()
{
	local cc
	cc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([^ "]*\).*/\1/p' "$1/.config")
	command -v "$cc" || command -v gcc
}
