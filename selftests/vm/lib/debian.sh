# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Debian's own kernels: image, modules and headers, unpacked from packages.

# Print "RELEASE VERSION" of the newest kernel of SERIES that the archive offers
# together with its headers; newer ones that still lack them are passed over.
newest_debian_kernel()
{
	local series=$1 image version release package
	while read -r image version; do
		release=${image#linux-image-}
		is_offered "linux-headers-$release" "$version" || continue
		for package in $(header_packages "$release" "$version"); do
			is_offered "${package%=*}" "${package#*=}" || continue 2
		done
		echo "$release $version"
		return
	done < <(offered "linux-image-$series." \
			 "linux-image-${series/./\\.}\\.[0-9.]+([+-][a-z0-9.]+)?-amd64" |
		 tac)
	say "the archive offers no complete kernel of series $series"
	return 1
}

# Print, as PACKAGE=VERSION, the headers of RELEASE and what they lean on: the
# headers common to all flavours and the build programs.
header_packages()
{
	local release=$1 version=$2
	echo "linux-headers-$release=$version"
	private_apt apt-cache show "linux-headers-$release=$version" |
		sed -n 's/^Depends: //p' | tr ',' '\n' | awk -v version="$version" '
			$1 ~ /^linux-(headers|kbuild)-/ { print $1 "=" version }'
}

# Bring the unpacked packages under TMP/root into the layout of the cache, to be
# found at DIR later. They expect to be installed, which this copy never is.
arrange_debian_kernel()
{
	local tmp=$1 dir=$2 release=$3 root=$1/root modules=$1/modules
	local headers=usr/src/linux-headers-$3
	rm -rf "${root:?}/usr/share" &&
	mv "$root/boot/vmlinuz-$release" "$tmp/vmlinuz" &&
	mkdir "$modules" &&
	mv "$root/lib" "$modules/lib" &&
	depmod -b "$modules" "$release" &&
	rm -f "$modules/lib/modules/$release"/{build,source} &&
	ln -s "$dir/headers" "$modules/lib/modules/$release/build" &&
	sed -i "s|/usr/src/|$dir/root/usr/src/|" "$root/$headers/Makefile" &&
	ln -s "root/$headers" "$tmp/headers" &&
	echo "$release" >"$tmp/release"
}

# Unpack the kernel RELEASE, package version VERSION, as the directory DIR.
unpack_debian_kernel()
{
	local dir=$1 release=$2 version=$3 tmp packages
	mapfile -t packages < <(header_packages "$release" "$version")
	tmp=$(scratch_dir)
	if unpack_packages "$tmp/root" "linux-image-$release=$version" \
			"${packages[@]}" &&
	   arrange_debian_kernel "$tmp" "$dir" "$release" &&
	   publish "$tmp" "$dir"; then
		return
	fi
	rm -rf "$tmp"
	return 1
}

# Find or unpack the newest kernel of SERIES; print its directory.
make_debian_kernel()
{
	local series=$1 release version dir
	read -r release version < <(newest_debian_kernel "$series") || return
	dir=$CACHE/kernels/$series/$release
	[ -e "$dir/release" ] ||
		unpack_debian_kernel "$dir" "$release" "$version" || return
	echo "$dir"
}
