// SPDX-License-Identifier: GPL-2.0
/*
 * For programs that open a file by its name and map it: to be preloaded, so that
 * where they open what VMLAB_FILE names, they get a memory with that file behind
 * it. Else they see the file itself: what stat() tells of it is right.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/vmlab_ioctl.h>

typedef int (*open_fn)(const char *path, int flags, ...);

static int open_behind(open_fn really, int file)
{
	struct vmlab_attach attach = { .fd = file };
	int fd = really("/dev/vmlab", O_RDWR | O_CLOEXEC);

	if (fd >= 0 && ioctl(fd, VMLAB_IOC_ATTACH, &attach)) {
		close(fd);
		fd = -1;
	}
	close(file);
	return fd;
}

static int open_one(const char *name, const char *path, int flags, int mode)
{
	open_fn really = (open_fn)dlsym(RTLD_NEXT, name);
	const char *wanted = getenv("VMLAB_FILE");

	if (!wanted || strcmp(path, wanted) || flags & (O_CREAT | O_TRUNC))
		return really(path, flags, mode);
	return open_behind(really, really(path, O_RDWR | O_CLOEXEC));
}

static int mode_of(int flags, va_list args)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, int) : 0;
}

int open(const char *path, int flags, ...)
{
	va_list args;
	int mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	return open_one("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list args;
	int mode;

	va_start(args, flags);
	mode = mode_of(flags, args);
	va_end(args);
	return open_one("open64", path, flags, mode);
}
