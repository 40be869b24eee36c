/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A pool to try things on: how it was at the start, that all came back at the
 * end, and who else is there.
 */
#ifndef SELFTESTS_LIB_WORLD_H
#define SELFTESTS_LIB_WORLD_H

#include "pool.h"

#include <sys/types.h>

struct world {
	struct genl g;
	struct pool pool;
	int nr_zones;
	struct zone zone[ZONES];	/* at the start */
	__u64 reported;		/* bugs so far; who provokes some adds them */
	unsigned int sessions;
	int kmsg;
	struct check check;
	struct block block;
};

/* 0, or a negative errno. */
int world_open(struct world *w);
/*
 * End the socket's session, wait for all to be given back, and check: NULL if
 * the pool is as it was, else what differs.
 */
const char *world_close(struct world *w);
/* Have per-CPU lists and slabs give back all that they need not hold. */
int world_settle(struct genl *g);
/* Are the free blocks of each order as many as at the start? */
bool world_is_as_before(struct world *w);

/* Begin to read the kernel's log at its end. */
int kmsg_open(void);
/* Is there a line, of those not read yet, with all the words up to a NULL? */
bool kmsg_tells(int fd, ...);

/* The highest number of a CPU that is online. */
int last_cpu(void);
bool pin_to_cpu(int cpu);
bool switch_cpu(int cpu, bool on);

/* Become a user without any capability. */
bool become_user(uid_t uid);
/* The exit status of @work in a child, or 98. */
int in_child(int (*work)(void *arg), void *arg);
/* Wait for something to come about; false if it has not in 20 seconds. */
bool wait_until(bool (*is_so)(void *arg), void *arg);

/* Load or unload the module; a negative errno. NULL is without parameters. */
int module_load(const char *path, const char *parameters);
int module_unload(void);

#endif /* SELFTESTS_LIB_WORLD_H */
