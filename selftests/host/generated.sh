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

# generate MODE PART: what the generator prints
generate()
{
	(cd "$dir" && /usr/bin/python3 "$generator" \
		--spec Documentation/netlink/specs/vmlab.yaml \
		--mode "$1" "--$2")
}

# Each file, the generator's mode and its part.
files="
uapi/linux/vmlab.h uapi header
module/control/netlink_gen.h kernel header
module/control/netlink_gen.c kernel source
"

