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

/* Of a memory's name, with the zero that ends it. */
#define VMLAB_MEMORY_NAME_MAX	32

/* Grows to what is mapped of it; a size that is set ends that. */
#define VMLAB_MEMORY_GROWS	0x1
/* fork() gives the child a copy, shared until one of them writes. */
#define VMLAB_MEMORY_FORK_COPY	0x2
/*
 * An aligned range of 2 MiB without content gets a block of the pool at the first
 * touch. Where Linux can, one entry maps it: in shared mappings that are made
 * from now on, which MAP_POPULATE and MADV_POPULATE_* then leave alone.
 */
#define VMLAB_MEMORY_HUGE	0x4
/* What a user may set. */
#define VMLAB_MEMORY_FLAGS	(VMLAB_MEMORY_FORK_COPY | VMLAB_MEMORY_HUGE)

/**
 * struct vmlab_memory - what a descriptor of /dev/vmlab stands for
 * @id: out: by which the vmlab command names it
 * @flags: in and out: VMLAB_MEMORY_*
 * @size: in and out: bytes; what lies beyond does not exist
 * @frames: out: how many frames of the pool have its content
 * @shared: out: of them, those that a clone has too
 * @tables: out: frames that lead to them
 * @parent: out: of what memory it is a clone, 0 for none
 * @mode: out: who may open it by its name, see open(2)
 * @dirty: out: of @frames, those that have what is nowhere else
 * @name: out: ends with a zero; empty without one
 */
struct vmlab_memory {
	__u32 id;
	__u32 flags;
	__u64 size;
	__u32 frames;
	__u32 shared;
	__u32 tables;
	__u32 parent;
	__u32 mode;
	__u32 dirty;
	char name[VMLAB_MEMORY_NAME_MAX];
};

/**
 * struct vmlab_name - a name for a memory, or one to be opened
 * @name: ends with a zero
 * @mode: for VMLAB_IOC_NAME: who else may open it, as in open(2)
 * @flags: must be zero
 */
struct vmlab_name {
	char name[VMLAB_MEMORY_NAME_MAX];
	__u32 mode;
	__u32 flags;
};

/**
 * struct vmlab_discard - bytes of a memory
 * @start: first, a multiple of 4096
 * @size: how many, a multiple of 4096
 */
struct vmlab_discard {
	__u64 start;
	__u64 size;
};

/**
 * struct vmlab_policy - on which nodes of the pool bytes of a memory shall be
 * @start: first, a multiple of 4096
 * @size: how many, a multiple of 4096; out for VMLAB_IOC_GET_POLICY: up to where
 *	the same is said
 * @mode: &enum vmlab_policy_mode; out for VMLAB_IOC_GET_POLICY
 * @flags: must be zero
 * @nodes: a bit for each node; none for the local one, one for that which is
 *	preferred; out for VMLAB_IOC_GET_POLICY
 */
struct vmlab_policy {
	__u64 start;
	__u64 size;
	__u32 mode;
	__u32 flags;
	__u64 nodes;
};

/* The most stories that wait for one descriptor. */
#define VMLAB_EVENTS_MAX	1024
/* The most steps of a story. */
#define VMLAB_EVENT_STEPS	96
/* As node and zone of a step: the allocator had no part in it. */
#define VMLAB_STEP_NOWHERE	0xff

/**
 * struct vmlab_events - that stories of faults shall be kept
 * @stories: how many at most, up to %VMLAB_EVENTS_MAX; 0 for none from now on
 * @flags: must be zero
 */
struct vmlab_events {
	__u32 stories;
	__u32 flags;
};

/**
 * struct vmlab_event_step - what happened in a fault
 * @kind: &enum vmlab_story_step
 * @node: where the allocator was at work
 * @zone: the same: &enum vmlab_zone_type
 * @ns: nanoseconds from the trap until it was done
 * @args: numbers, see &enum vmlab_story_step
 */
struct vmlab_event_step {
	__u16 kind;
	__u8 node;
	__u8 zone;
	__u32 ns;
	__u64 args[3];
};

/**
 * struct vmlab_event - the story of a fault
 * @number: of the story
 * @address: of the access
 * @ns: nanoseconds from the trap to the end
 * @lost: stories since the last one that was fetched for which there was no room
 * @pid: the process that had the fault, in the PID namespace of who asked for
 *	stories
 * @tid: its thread
 * @memory: id of the memory
 * @access: &enum vmlab_access
 * @outcome: &enum vmlab_story_outcome
 * @left_out: how many steps are not among @steps
 * @nr_steps: how many are
 * @pad: zero
 * @steps: in their order
 */
struct vmlab_event {
	__u64 number;
	__u64 address;
	__u64 ns;
	__u64 lost;
	__u32 pid;
	__u32 tid;
	__u32 memory;
	__u32 access;
	__u32 outcome;
	__u32 left_out;
	__u32 nr_steps;
	__u32 pad;
	struct vmlab_event_step steps[VMLAB_EVENT_STEPS];
};

/* What is written to the memory is not written to the file, and cannot be. */
#define VMLAB_ATTACH_READ	0x1

/**
 * struct vmlab_attach - a part of a file that shall be behind a memory
 * @fd: of a regular file, open for reading, and without %VMLAB_ATTACH_READ for
 *	writing too
 * @flags: VMLAB_ATTACH_*
 * @offset: in the file, of the memory's first byte; a multiple of 4096
 * @size: how many bytes; 0 for all up to the end of the file
 */
struct vmlab_attach {
	__s32 fd;
	__u32 flags;
	__u64 offset;
	__u64 size;
};

#define VMLAB_IOC		0xE7
#define VMLAB_IOC_WALK		_IOW(VMLAB_IOC, 0x01, struct vmlab_walk_vec)

/* What the descriptor stands for. */
#define VMLAB_IOC_GET		_IOR(VMLAB_IOC, 0x10, struct vmlab_memory)
/* Set the size; the argument points to it. As ftruncate(2). */
#define VMLAB_IOC_SET_SIZE	_IOW(VMLAB_IOC, 0x11, __u64)
/* Set VMLAB_MEMORY_FLAGS; the argument points to them. */
#define VMLAB_IOC_SET_FLAGS	_IOW(VMLAB_IOC, 0x12, __u32)
/* Give the memory a name, before it is mapped for the first time. */
#define VMLAB_IOC_NAME		_IOW(VMLAB_IOC, 0x13, struct vmlab_name)
/* Let a descriptor that was not used yet stand for what has a name. */
#define VMLAB_IOC_OPEN		_IOW(VMLAB_IOC, 0x14, struct vmlab_name)
/* Return a new descriptor, of what the memory is now; O_CLOEXEC is set. */
#define VMLAB_IOC_CLONE		_IO(VMLAB_IOC, 0x15)
/*
 * Empty a range: who looks there then sees zeroes. Of a memory with a file behind
 * it, what is the same in both is dropped, and will be read again.
 */
#define VMLAB_IOC_DISCARD	_IOW(VMLAB_IOC, 0x16, struct vmlab_discard)
/* Have a file be behind a memory that has no size yet, nor was mapped. */
#define VMLAB_IOC_ATTACH	_IOW(VMLAB_IOC, 0x18, struct vmlab_attach)

/* Say where frames that are not there yet shall be, as mbind(2). */
#define VMLAB_IOC_SET_POLICY	_IOW(VMLAB_IOC, 0x20, struct vmlab_policy)
/* What was said of the start. */
#define VMLAB_IOC_GET_POLICY	_IOWR(VMLAB_IOC, 0x21, struct vmlab_policy)

/*
 * Keep the stories of faults on what the descriptor stands for, of all processes
 * that the caller may look at; poll(2) says POLLPRI while there are any. Those
 * that were kept are forgotten.
 */
#define VMLAB_IOC_EVENTS	_IOW(VMLAB_IOC, 0x30, struct vmlab_events)
/* Fetch the oldest; EAGAIN if there is none. */
#define VMLAB_IOC_EVENT		_IOR(VMLAB_IOC, 0x31, struct vmlab_event)

#endif /* _UAPI_LINUX_VMLAB_IOCTL_H */
