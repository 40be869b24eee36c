#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is generated from the specification is what the kernel's own generator
# makes of it today. With --update: write it anew instead of comparing.

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
spec=uapi/netlink/specs/vmlab.yaml
generator=${KSRC:?}/tools/net/ynl/pyynl/ynl_gen_c.py
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# The generator names the specification by its path under a kernel source, finds
# the schema two directories up, and looks upwards for MAINTAINERS until it has it.
prepare()
{
	mkdir -p "$dir/Documentation/netlink/specs"
	touch "$dir/MAINTAINERS"
	cp "$KSRC"/Documentation/netlink/*.yaml "$dir/Documentation/netlink/"
	cp "$top/$spec" "$dir/Documentation/netlink/specs/"
}

# generate FILE MODE PART: write FILE, whose name the source takes its header's
# name from, to the scratch directory. The generator has multicast groups static
# for the family that it makes for kernels since 6.2; ours is in another file.
generate()
{
	(cd "$dir" && /usr/bin/python3 "$generator" \
		--spec Documentation/netlink/specs/vmlab.yaml \
		--mode "$2" "--$3" -o "$(basename "$1")" &&
		sed -i -e 's/^static \(const struct genl_multicast_group\)/\1/' \
		-e '/^#endif .*_GEN_H/i extern const struct genl_multicast_group vmlab_nl_mcgrps[];\n' \
			"$(basename "$1")")
}

# Each file, the generator's mode and its part.
files="
uapi/linux/vmlab.h uapi header
module/control/netlink_gen.h kernel header
module/control/netlink_gen.c kernel source
"

prepare
if [ "${1-}" = --update ]; then
	while read -r file mode part; do
		[ -n "$file" ] || continue
		generate "$file" "$mode" "$part" &&
			cp "$dir/$(basename "$file")" "$top/$file"
	done <<<"$files"
	exit
fi

# shellcheck source=/dev/null
. "$KSRC/tools/testing/selftests/kselftest/ktap_helpers.sh"
ktap_print_header
ktap_set_plan 4

is_valid()
{
	(cd "$dir" && /usr/bin/python3 "$KSRC/tools/net/ynl/pyynl/cli.py" \
		--spec Documentation/netlink/specs/vmlab.yaml --validate) \
		>"$dir/out" 2>&1 && return
	sed 's/^/# /' "$dir/out" | tail -n 20
	return 1
}

is_current()
{
	generate "$@" >"$dir/err" 2>&1 &&
		diff -u "$top/$1" "$dir/$(basename "$1")" >"$dir/diff" && return
	head -n 40 "$dir/err" "$dir/diff" | sed 's/^/# /'
	return 1
}

ktap_test_result "$spec" is_valid
while read -r file mode part; do
	[ -z "$file" ] || ktap_test_result "$file" is_current "$file" "$mode" "$part"
done <<<"$files"
ktap_finished
