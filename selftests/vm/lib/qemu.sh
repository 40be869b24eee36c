# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154  # the options are boot's
# shellcheck disable=SC2054  # QEMU wants commas within a word
#
# How QEMU is called.

# No file of a guest grows beyond this (KiB): a test gone wild fills no disk.
MAX_OUTPUT=$((4 << 20))

# Print, a line each, what decides how the guest's processors run. Where the
# machine has no hardware support of its own, /dev/kvm is not to be trusted.
acceleration()
{
	if [ -n "$icount" ]; then
		printf '%s\n' -accel tcg,thread=single \
			-icount shift=0,sleep=off -smp 1
	elif grep -qwE 'vmx|svm' /proc/cpuinfo && [ -w /dev/kvm ]; then
		printf '%s\n' -accel kvm -smp "$smp"
	else
		printf '%s\n' -accel tcg,thread=multi -smp "$smp"
	fi
}

kernel_arguments()
{
	echo console=ttyS0 loglevel=7 printk.time=1 printk.devkmsg=on
	# A kernel that fails ends the guest at once.
	echo oops=panic panic=-1
	# Emulated processors are slow but steady, and seldom all run at a time.
	echo tsc=reliable random.trust_cpu=on rcupdate.rcu_cpu_stall_timeout=60
	cat "$kernel_dir/append" 2>/dev/null
	echo "$append"
}

# Run a guest out of DIRECTORY, for no longer than the time allowed.
qemu()
{
	local dir=$1 arguments
	mapfile -t arguments < <(acceleration)
	arguments+=(
		-nodefaults -no-user-config -display none -no-reboot
		-machine q35 -cpu "$cpu" -m "$mem"
		-kernel "$kernel_dir/vmlinuz" -initrd "$image"
		-append "$(kernel_arguments | tr '\n' ' ')"
		-serial "file:$dir/kernel.log"
		-fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap
		-device virtio-9p-pci,fsdev=host,mount_tag=host
		-fsdev "local,id=run,path=$dir/share,security_model=none"
		-device virtio-9p-pci,fsdev=run,mount_tag=run
	)
	[ -z "$interactive" ] || arguments+=(
		-chardev stdio,id=terminal,signal=off
		-device virtio-serial-pci -device virtconsole,chardev=terminal
	)
	ulimit -f $MAX_OUTPUT
	exec timeout --foreground --kill-after=5 "$timeout" \
		qemu-system-x86_64 "${arguments[@]}" "${qemu_arguments[@]}"
}
