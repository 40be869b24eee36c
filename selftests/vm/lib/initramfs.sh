# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The initial RAM disk: busybox, the modules that reach the shared files, and
# guest/init.

INITRAMFS_MODULES=(virtio_pci virtio_console 9pnet_virtio 9p overlay)

# Print the files of the modules wanted out of KERNEL, in loading order.
module_files()
{
	local kernel=$1 release module
	release=$(cat "$kernel/release")
	for module in "${INITRAMFS_MODULES[@]}"; do
		modprobe -d "$kernel/modules" -S "$release" \
			--show-depends "$module" || return
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# Put the module FILE into DIRECTORY as the kernel wants it: not compressed.
# Print its name there.
add_module()
{
	local file=$1 dir=$2 name
	name=$(basename "${file%.ko*}").ko
	case $file in
	*.xz)  xz -dc "$file" ;;
	*.zst) zstd -dcq "$file" ;;
	*)     cat "$file" ;;
	esac >"$dir/$name"
	echo "$name"
}

build_initramfs()
{
	local kernel=$1 image=$2 busybox=$3 root files file
	files=$(module_files "$kernel") || return
	root=$(scratch_dir)
	mkdir "$root"/{bin,modules}
	cp "$busybox" "$root/bin/busybox"
	for file in sh mount umount mkdir ln cat insmod hostname ifconfig \
		    switch_root; do
		ln -s busybox "$root/bin/$file"
	done
	cp "$VM_DIR/guest/init" "$root/init"
	for file in $files; do
		add_module "$file" "$root/modules"
	done >"$root/modules/order"
	(cd "$root" && find . | quietly cpio -o -H newc -O "$image.new") &&
		mv "$image.new" "$image"
	rm -rf "$root"
	[ -e "$image" ]
}

# Build or find the RAM disk of KERNEL; print its file.
initramfs()
{
	local kernel=$1 busybox id image
	busybox=$(command -v busybox) || return
	id=$({ echo "$kernel"; cat "$kernel/release" "$VM_DIR/guest/init" \
	       "$VM_DIR/lib/initramfs.sh" "$busybox"; } |
	     sha256sum | cut -c 1-12)
	image=$CACHE/initramfs/$id.cpio
	mkdir -p "$CACHE/initramfs"
	[ -e "$image" ] ||
		with_lock "initramfs-$id" build_initramfs \
			"$kernel" "$image" "$busybox" || return
	echo "$image"
}
