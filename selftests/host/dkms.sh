#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# DKMS adds, builds and installs the tree for each Debian kernel, in trees of its
# own, so that nothing on this machine changes.

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")
source=$dir/src/vmlab-$version
kernels="6.1 6.12"

# What "make sources" hands over.
mkdir -p "$dir/src" "$dir/dkms" "$dir/modules"
make -C "$top" DESTDIR="$dir/made" SUDO= sources >"$dir/log" 2>&1 &&
	mv "$dir/made/usr/src/vmlab-$version" "$source"

dkms_here()
{
	dkms "$@" --dkmstree "$dir/dkms" --sourcetree "$dir/src" \
		--installtree "$dir/modules" >>"$dir/log" 2>&1
}

attempt()
{
	: >"$dir/log"
	"$@" && return
	tail -n 30 "$dir/log" "$dir"/dkms/vmlab/*/build/make.log 2>/dev/null |
		sed 's/^/# /'
	return 1
}

# for_kernel ACTION KERNEL
for_kernel()
{
	local kernel release
	kernel=$("$top/selftests/vm/kernels" get "$2") || return
	release=$(cat "$kernel/release")
	mkdir -p "$dir/modules/$release"
	dkms_here "$1" "vmlab/$version" -k "$release" \
		--kernelsourcedir "$kernel/headers" --no-depmod
}

is_installed()
{
	local kernel
	kernel=$("$top/selftests/vm/kernels" get "$1") || return
	dkms status --dkmstree "$dir/dkms" --sourcetree "$dir/src" \
		--installtree "$dir/modules" |
		tee -a "$dir/log" |
		grep -q "^vmlab/$version, $(cat "$kernel/release"), x86_64: installed" &&
	find "$dir/modules" -name 'vmlab.ko*' | grep -q "$(cat "$kernel/release")"
}

# Everything that DKMS would change were it not for the trees of our own.
state_of_machine()
{
	find /var/lib/dkms /lib/modules /usr/src -maxdepth 3 -newer "$dir/start" 2>/dev/null
}

is_untouched()
{
	state_of_machine >"$dir/changed"
	[ ! -s "$dir/changed" ] && return
	sed 's/^/# changed: /' "$dir/changed"
	return 1
}

touch "$dir/start"
ktap_print_header
ktap_set_plan 8
ktap_test_result "add" attempt dkms_here add "vmlab/$version"
for series in $kernels; do
	ktap_test_result "build for $series" attempt for_kernel build "$series"
	ktap_test_result "install for $series" attempt for_kernel install "$series"
	ktap_test_result "status of $series" attempt is_installed "$series"
done
ktap_test_result "the machine is as it was" is_untouched
ktap_finished
