/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stories of faults, as they come to a socket.
 */
#ifndef SELFTESTS_LIB_STORIES_H
#define SELFTESTS_LIB_STORIES_H

#include "genl.h"

#include <linux/vmlab.h>
#include <linux/vmlab_ioctl.h>

struct story {
	__u64 seq;
	__u64 dropped;
	bool to_group;
	char comm[32];
	struct vmlab_event event;
};

struct totals {
	__u64 told;
	__u64 lost;
	__u64 dropped;
};

/* Whose faults: of a process, or of all, or for the group; 0 for no limits. */
int story_start(struct genl *g, __u32 pid, __u32 outcomes, __u32 rate);
int story_start_all(struct genl *g);
int story_start_group(struct genl *g);
/* Forget what has come, and stop. */
int story_stop(struct genl *g, struct totals *totals);
/* 1; 0 if none has come; -ENOBUFS where some did not fit, and others do. */
int story_next(struct genl *g, struct story *story);
/* Join the group; a negative errno. */
int story_join(struct genl *g);

/* NULL if the fault's own steps have these names and no others, else what it is. */
const char *story_chain(const struct vmlab_event *e, const char *wanted);
/* The numbers of the last step of a kind; zeroes if there is none. */
const __u64 *story_step(const struct vmlab_event *e, __u32 kind);

#endif /* SELFTESTS_LIB_STORIES_H */
