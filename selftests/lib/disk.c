// SPDX-License-Identifier: GPL-2.0
#include "disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"

#define DEVICE	"vmlab-disk"

static bool run_all(const char *const *commands)
{
	char line[256];

	for (; *commands; commands++) {
		snprintf(line, sizeof(line), "{ %s; } >/dev/null 2>&1",
			 *commands);
		if (!system(line))
			continue;
		printf("# failed: %s\n", *commands);
		return false;
	}
	return true;
}

/* Without a journal, which would end the file system at the first error. */
static bool make(void)
{
	static const char *const commands[] = {
		"modprobe -q loop; modprobe -q dm-mod; modprobe -q ext4; true",
		"truncate -s 12M " DISK ".image",
		"losetup --find --show " DISK ".image >" DISK ".loop",
		"echo 0 24576 error >" DISK ".fails",
		"echo 0 24576 linear $(cat " DISK ".loop) 0 >" DISK ".works",
		"dmsetup --noudevrules --noudevsync create " DEVICE " " DISK ".works",
		"dmsetup mknodes",
		"mkfs.ext4 -q -m 0 -O ^has_journal /dev/mapper/" DEVICE,
		"mkdir " DISK " && mount /dev/mapper/" DEVICE " " DISK,
		NULL
	};

	return run_all(commands);
}

static bool end(void)
{
	static const char *const commands[] = {
		"umount " DISK " && rmdir " DISK,
		"dmsetup --noudevrules --noudevsync remove --retry " DEVICE,
		"losetup -d $(cat " DISK ".loop) && rm " DISK ".*",
		NULL
	};

	return run_all(commands);
}

/* The harness does not come back from its tests, so they have a process. */
int disk_run(int argc, char **argv, int (*run)(int argc, char **argv))
{
	int status = 0;
	pid_t pid;

	if (!make()) {
		printf("Bail out! no disk can be made\n");
		return 1;
	}
	fflush(stdout);
	pid = fork();
	if (!pid)
		exit(run(argc, argv));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		status = 1;
	/* That it can be unmounted says that no file of it is held. */
	if (!end()) {
		printf("# the disk is still in use\n");
		return 1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

bool disk_switch(bool works)
{
	const char *const commands[] = {
		"dmsetup suspend --noflush --nolockfs " DEVICE,
		works ? "dmsetup load " DEVICE " " DISK ".works" :
			"dmsetup load " DEVICE " " DISK ".fails",
		"dmsetup resume " DEVICE,
		NULL
	};

	return run_all(commands);
}

int disk_fill(const char *path)
{
	int file = open(path, O_RDWR | O_CREAT, 0600);
	static char block[MIB];
	size_t size = sizeof(block);

	while (size >= PAGE_SIZE)
		if (write(file, block, size) != (ssize_t)size)
			size /= 2;
	fsync(file);
	return file;
}
