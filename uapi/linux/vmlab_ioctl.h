/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * ioctls of /dev/vmlab. The netlink family is described in
 * netlink/specs/vmlab.yaml, from which linux/vmlab.h is generated; the
 * enumerations that the structures below name are defined there.
 */
#ifndef _UAPI_LINUX_VMLAB_IOCTL_H
#define _UAPI_LINUX_VMLAB_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The most addresses that one VMLAB_IOC_WALK takes. */
#define VMLAB_WALK_MAX	65536

/**
 * struct vmlab_walk_entry - one address, and where its walk ended
 * @address: in: any address, user or (with CAP_SYS_ADMIN) kernel
 * @entry: out: the raw entry at which the walk ended; without CAP_SYS_ADMIN
 *	the bits that name a frame or a swap slot are zero
 * @number: out: frame number of the 4 KiB page at @address, or offset in the
 *	swap area; zero without CAP_SYS_ADMIN and where there is none
 * @flags: out: bits of &enum vmlab_entry_flag
 * @level: out: &enum vmlab_level of @entry
 * @state: out: &enum vmlab_state
 * @swap_type: out: number of the swap area; zero without CAP_SYS_ADMIN
 * @pkey: out: protection key of a leaf
 */
struct vmlab_walk_entry {
	__u64 address;
	__u64 entry;
	__u64 number;
	__u32 flags;
	__u8 level;
	__u8 state;
	__u8 swap_type;
	__u8 pkey;
};

/**
 * struct vmlab_walk_vec - walk many addresses of one process in one call
 * @pid: process or thread in the caller's PID namespace, 0 for the caller
 * @count: number of @entries, 1 to %VMLAB_WALK_MAX
 * @flags: must be zero
 * @pad: must be zero
 * @entries: address of an array of &struct vmlab_walk_entry
 */
struct vmlab_walk_vec {
	__u32 pid;
	__u32 count;
	__u32 flags;
	__u32 pad;
	__u64 entries;
};

#define VMLAB_IOC		0xE7
#define VMLAB_IOC_WALK		_IOW(VMLAB_IOC, 0x01, struct vmlab_walk_vec)

#endif /* _UAPI_LINUX_VMLAB_IOCTL_H */
