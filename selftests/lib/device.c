// SPDX-License-Identifier: GPL-2.0
#include "device.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vmlab.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WORDS	(PAGE_SIZE / sizeof(__u64))

int device_open(int flags)
{
	int fd = open("/dev/vmlab", flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int device_call(int fd, unsigned long command, const void *arg)
{
	int ret = ioctl(fd, command, arg);

	return ret < 0 ? -errno : ret;
}

int device_stat(int fd, struct vmlab_memory *stat)
{
	return device_call(fd, VMLAB_IOC_GET, stat);
}

int device_resize(int fd, __u64 size)
{
	return device_call(fd, VMLAB_IOC_SET_SIZE, &size);
}

int device_flags(int fd, __u32 flags)
{
	return device_call(fd, VMLAB_IOC_SET_FLAGS, &flags);
}

int device_name(int fd, const char *name, __u32 mode)
{
	struct vmlab_name arg = { .mode = mode };

	snprintf(arg.name, sizeof(arg.name), "%s", name);
	return device_call(fd, VMLAB_IOC_NAME, &arg);
}

int device_named(const char *name, int flags)
{
	int fd = device_open(flags), ret;
	struct vmlab_name arg = {};

	if (fd < 0)
		return fd;
	snprintf(arg.name, sizeof(arg.name), "%s", name);
	ret = device_call(fd, VMLAB_IOC_OPEN, &arg);
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

int device_clone(int fd)
{
	return device_call(fd, VMLAB_IOC_CLONE, NULL);
}

int device_discard(int fd, __u64 start, __u64 size)
{
	struct vmlab_discard range = { .start = start, .size = size };

	return device_call(fd, VMLAB_IOC_DISCARD, &range);
}

int mapped_level(const void *address)
{
	struct vmlab_walk_entry entry = { .address = (unsigned long)address };
	struct vmlab_walk_vec vector = {
		.count = 1, .entries = (unsigned long)&entry,
	};
	int fd = device_open(O_RDWR);
	int ret = device_call(fd, VMLAB_IOC_WALK, &vector);

	close(fd);
	return !ret && entry.state == VMLAB_STATE_PRESENT ? entry.level : 0;
}

int device_attach(int fd, int file, __u64 offset, __u64 size, __u32 flags)
{
	struct vmlab_attach attach = {
		.fd = file, .flags = flags, .offset = offset, .size = size,
	};

	return device_call(fd, VMLAB_IOC_ATTACH, &attach);
}

int device_attached(int file, __u64 offset, __u64 size, __u32 flags)
{
	int fd = device_open(O_RDWR);
	int err = device_attach(fd, file, offset, size, flags);

	if (!err)
		return fd;
	close(fd);
	return err;
}

int device_backed(unsigned int nr, __u16 tag)
{
	int file = make_memfd(nr * PAGE_SIZE), fd = -EIO;

	if (file_fill(file, 0, nr, tag))
		fd = device_attached(file, 0, 0, 0);
	close(file);
	return fd;
}

static __u64 word(unsigned int page, __u16 tag, unsigned int i)
{
	return tag ? (__u64)tag << 48 | (__u64)page << 16 | i : 0;
}

void pages_fill(void *page, unsigned int first, unsigned int nr, __u16 tag)
{
	__u64 *words = page;

	for (unsigned int i = 0; i < nr * WORDS; i++)
		words[i] = word(first + i / WORDS, tag, i % WORDS);
}

bool pages_hold(const void *page, unsigned int first, unsigned int nr,
		__u16 tag)
{
	const __u64 *words = page;

	for (unsigned int i = 0; i < nr * WORDS; i++) {
		__u64 wanted = word(first + i / WORDS, tag, i % WORDS);

		if (words[i] == wanted)
			continue;
		printf("# page %u, word %lu: 0x%llx, not 0x%llx\n",
		       (unsigned int)(first + i / WORDS), i % WORDS, words[i],
		       wanted);
		return false;
	}
	return true;
}

bool file_fill(int fd, unsigned int first, unsigned int nr, __u16 tag)
{
	char page[PAGE_SIZE];

	for (unsigned int i = first; i < first + nr; i++) {
		pages_fill(page, i, 1, tag);
		if (pwrite(fd, page, PAGE_SIZE, i * PAGE_SIZE) != PAGE_SIZE)
			return false;
	}
	return true;
}

bool file_holds_pages(int fd, unsigned int first, unsigned int nr, __u16 tag)
{
	char page[PAGE_SIZE];

	for (unsigned int i = first; i < first + nr; i++) {
		ssize_t len = pread(fd, page, PAGE_SIZE, i * PAGE_SIZE);

		if (len != PAGE_SIZE) {
			printf("# page %u: %zd bytes\n", i, len);
			return false;
		}
		if (!pages_hold(page, i, 1, tag))
			return false;
	}
	return true;
}
