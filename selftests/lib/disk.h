/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small disk, with a file system, that can be made to fail.
 */
#ifndef SELFTESTS_LIB_DISK_H
#define SELFTESTS_LIB_DISK_H

#include <stdbool.h>

#define DISK	"/tmp/vmlab-disk"

/* Make it, mount it on DISK, run tests, and take it away; returns a status. */
int disk_run(int argc, char **argv, int (*run)(int argc, char **argv));
/* Have all that is read and written from now on fail, or work again. */
bool disk_switch(bool works);
/* A new file that takes all the room there is. */
int disk_fill(const char *path);

#endif /* SELFTESTS_LIB_DISK_H */
