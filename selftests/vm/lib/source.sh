# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The newest kernel's source, as Debian packages it.

# Print "PACKAGE VERSION" of the newest source on offer, 7.3 or newer.
newest_source()
{
	offered linux-source-7. 'linux-source-7\.([3-9]|[1-9][0-9]+)' |
		tail -n 1 | grep . && return
	say "the archive offers no kernel source from 7.3 on"
	return 1
}

# Find or unpack the newest source; print its directory.
make_source()
{
	local package version dir tmp
	read -r package version < <(newest_source) || return
	dir=$CACHE/sources/$version
	if [ ! -d "$dir" ]; then
		tmp=$(scratch_dir)
		unpack_packages "$tmp" "$package=$version" &&
			say "unpacking $package" &&
			tar -C "$tmp" -xf "$tmp/usr/src/$package.tar.xz" &&
			publish "$tmp/$package" "$dir"
		rm -rf "$tmp"
	fi
	[ -d "$dir" ] && echo "$dir"
}
