/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memories of /dev/vmlab, and pages that tell where they belong.
 */
#ifndef SELFTESTS_LIB_DEVICE_H
#define SELFTESTS_LIB_DEVICE_H

#include <linux/types.h>
#include <linux/vmlab_ioctl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A new descriptor, or a negative errno; @flags of open(2). */
int device_open(int flags);
/* An ioctl: what it returns, or a negative errno. */
int device_call(int fd, unsigned long command, const void *arg);
int device_stat(int fd, struct vmlab_memory *stat);
int device_resize(int fd, __u64 size);
int device_flags(int fd, __u32 flags);
int device_name(int fd, const char *name, __u32 mode);
/* A new descriptor of what has a name. */
int device_named(const char *name, int flags);
int device_clone(int fd);
int device_discard(int fd, __u64 start, __u64 size);
/* Put a part of a file behind a memory. */
int device_attach(int fd, int file, __u64 offset, __u64 size, __u32 flags);
/* A new descriptor, of a memory with that behind it. */
int device_attached(int file, __u64 offset, __u64 size, __u32 flags);
/* The same with a new file behind it, of @nr pages filled with @tag. */
int device_backed(unsigned int nr, __u16 tag);

/* The level of the entry that maps an address of ours; 0 if there is none. */
int mapped_level(const void *address);

/*
 * Pages from @page on, of which the first is number @first of its memory, are
 * filled with @tag; each word then tells tag, page, and its own place. With tag
 * 0 they are zeroes.
 */
void pages_fill(void *page, unsigned int first, unsigned int nr, __u16 tag);
bool pages_hold(const void *page, unsigned int first, unsigned int nr,
		__u16 tag);
/* The same by pwrite() and pread(). */
bool file_fill(int fd, unsigned int first, unsigned int nr, __u16 tag);
bool file_holds_pages(int fd, unsigned int first, unsigned int nr, __u16 tag);

#endif /* SELFTESTS_LIB_DEVICE_H */
