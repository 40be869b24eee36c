#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The floors of the house: no folder of the module includes or calls one above
# it. Read from the sources' includes and from the objects' symbols.

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"

folders="alloc space reclaim device walk control main"
# What alloc, space and reclaim, which know nothing of Linux, may include of it;
# linux/sched.h for cond_resched(), where they go through the whole pool, and
# linux/vmalloc.h for tables that are too large for others.
plain='linux/(array_size|atomic|bitfield|bitmap|bitops|bits|bug|build_bug|cache
cleanup|compiler|compiler_types|const|container_of|err|errno|export|find|hash
hashtable|init|interval_tree_generic|jump_label|kernel|kref|limits|list|list_sort
llist|lockdep|log2|math|math64|minmax|mutex|overflow|percpu_counter|prefetch
printk|radix-tree|random|rbtree|rbtree_augmented|rculist|rcupdate|refcount|rwsem
sched|seqlock|slab|sort|spinlock|static_key|stddef|string|types|vmalloc
xarray)\.h'
plain=$(tr '\n' '|' <<<"$plain" | sed 's/|$//')

# The height of a folder; device and walk stand on the same floor.
floor_of()
{
	case $1 in
	alloc)       echo 1 ;;
	space)       echo 2 ;;
	reclaim)     echo 3 ;;
	device|walk) echo 4 ;;
	control)     echo 5 ;;
	main)        echo 6 ;;
	esac
}

# May FROM lean on TO? On its own floor and on what is below.
may_use()
{
	[ "$(floor_of "$1")" -ge "$(floor_of "$2")" ]
}

# The folder of a source file or object.
folder_of()
{
	local path=${1##*module/}
	if [[ $path == */* ]]; then
		echo "${path%%/*}"
	else
		echo main
	fi
}

sources()
{
	find "$top/module" -name '*.[ch]'
}


includes()
{
	sed -nE 's/^[ \t]*#[ \t]*include[ \t]+[<"]([^>"]+)[>"].*/\1/p' "$1"
}

# A file may include its own folder's headers, and those of folders below.
check_includes()
{
	local file header from to status=0
	while read -r file; do
		from=$(folder_of "$file")
		while read -r header; do
			case $header in
			module/*)         to=$(folder_of "$header") ;;
			vmlab/*)          to= ;;
			../*)             to=$(basename "$(dirname "$header")") ;;
			*)                continue ;;
			esac
			[ -n "$to" ] || continue
			may_use "$from" "$to" && continue
			echo "# ${file#"$top"/} includes $header"
			status=1
		done < <(includes "$file")
	done < <(sources)
	return $status
}

# alloc, space and reclaim are plain: no MMU, no VFS, no netlink, no conditions.
check_plain()
{
	local file header status=0
	while read -r file; do
		case $(folder_of "$file") in alloc|space|reclaim) ;; *) continue ;; esac
		while read -r header; do
			[[ $header =~ ^vmlab/|^linux/vmlab ]] && continue
			[[ $header =~ ^($plain)$ ]] && continue
			echo "# ${file#"$top"/} includes $header"
			status=1
		done < <(includes "$file")
		if grep -nE '__KERNEL__|LINUX_VERSION_CODE|KERNEL_VERSION' "$file"; then
			echo "# in ${file#"$top"/}"
			status=1
		fi
	done < <(sources)
	return $status
}

# Version checks are for include/vmlab/compat.h alone.
check_versions()
{
	local found
	found=$(grep -rnE 'LINUX_VERSION_CODE|KERNEL_VERSION' "$top/module" \
		"$top/include" --include='*.[ch]' | grep -v '/compat\.h:')
	[ -z "$found" ] && return
	printf '%s\n' "$found" | sed "s|^$top/|# |"
	return 1
}

# Print "FOLDER SYMBOL" for each object's symbols of the kinds in PATTERN.
symbols()
{
	local object
	while read -r object; do
		nm "$object" | awk -v pattern="$1" -v folder="$(folder_of "$object")" '
			$(NF - 1) ~ pattern { print folder, $NF }'
	done < <(find "$objects/module" -name '*.o' ! -name '*.mod.o' ! -name '.*')
}

# No call or reference goes up.
check_symbols()
{
	local from symbol to status=0 links
	symbols '^[A-TV-Z]$' | awk '{ print $2, $1 }' | sort -u >"$dir/defined"
	symbols '^U$' | awk '{ print $2, $1 }' | sort -u >"$dir/needed"
	links=$(join "$dir/needed" "$dir/defined")
	[ -n "$links" ] || { echo "# no symbols found"; return 1; }
	while read -r symbol from to; do
		may_use "$from" "$to" && continue
		echo "# $from calls $symbol of $to"
		status=1
	done <<<"$links"
	return $status
}

# A folder that none of the floors knows has no business in the module.
check_folders()
{
	local folder status=0
	while read -r folder; do
		[[ " $folders " == *" $folder "* ]] && continue
		echo "# module/$folder is on no floor"
		status=1
	done < <(find "$top/module" -mindepth 1 -maxdepth 1 -type d -printf '%f\n')
	return $status
}

kernel=$("$top/selftests/vm/kernels" get 6.12) &&
	objects=$(dirname "$("$top/selftests/vm/module" "$kernel")")

ktap_print_header
ktap_set_plan 5
ktap_test_result "folders are floors" check_folders
ktap_test_result "no include goes up" check_includes
ktap_test_result "no call goes up" check_symbols
ktap_test_result "plain floors are plain" check_plain
ktap_test_result "no version checks" check_versions
ktap_finished
