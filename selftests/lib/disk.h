/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small disk, with a file system, that can be made to fail.
 */
#ifndef SELFTESTS_LIB_DISK_H
#define SELFTESTS_LIB_DISK_H

#include <stdbool.h>

#define DISK	"/tmp/vmlab-disk"

/* Make it and mount it on DISK; unmount it and take it away. */
bool disk_make(void);
bool disk_end(void);
/* Have all that is read and written from now on fail, or work again. */
bool disk_switch(bool works);
/* A new file that takes all the room there is. */
int disk_fill(const char *path);

#endif /* SELFTESTS_LIB_DISK_H */
