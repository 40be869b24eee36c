/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Read, write or execute a byte and see what comes of it.
 */
#ifndef SELFTESTS_LIB_ACCESS_H
#define SELFTESTS_LIB_ACCESS_H

/* Nothing, a fault that the kernel counted, or a signal. */
enum reality { WORKED, MINOR, MAJOR, SEGV, BUS, OTHER };

void catch_signals(void);
/* @access is of enum vmlab_access; what is executed must be zeroes. */
enum reality try_access(char *p, int access);

#endif /* SELFTESTS_LIB_ACCESS_H */
