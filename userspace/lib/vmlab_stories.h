/* SPDX-License-Identifier: GPL-2.0 */
/* What happens in faults, told as they end. */
#ifndef VMLAB_STORIES_H
#define VMLAB_STORIES_H

#include <stdbool.h>
#include <linux/types.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vmlab;

/* The most steps that a story has. */
#define VMLAB_STORY_PARTS_MAX	96

/**
 * struct vmlab_story_request - whose faults shall be told of
 * @pid: the process, 0 for the caller
 * @all: instead, those of all processes that the caller may look at
 * @outcomes: only those that end so, bits of &enum vmlab_story_outcome; 0 for all
 * @rate: how many a second; 0 for VMLAB_STORY_RATE
 */
struct vmlab_story_request {
	pid_t pid;
	bool all;
	__u32 outcomes;
	__u32 rate;
};

/**
 * struct vmlab_story_part - a step of a story
 * @kind: &enum vmlab_story_step
 * @ns: nanoseconds from the trap until it was done
 * @has_zone: the allocator did it
 * @node: where
 * @zone: the same: &enum vmlab_zone_type
 * @args: its numbers, see &enum vmlab_story_step
 */
struct vmlab_story_part {
	__u32 kind;
	__u32 ns;
	bool has_zone;
	__u32 node;
	__u32 zone;
	__u64 args[3];
};

/**
 * struct vmlab_story - what happened in a fault
 * @number: of the story
 * @seq: counts what this listener should have heard, from 1
 * @lost: stories since the last one that there was no room for
 * @dropped: the same, that came too fast
 * @address: of the access
 * @ns: nanoseconds from the trap to the end
 * @pid: the process
 * @tid: its thread
 * @access: &enum vmlab_access
 * @memory: id of the object
 * @outcome: &enum vmlab_story_outcome
 * @left_out: how many steps there was no room for
 * @nr: how many there are
 * @comm: the thread's name
 * @part: the steps
 */
struct vmlab_story {
	__u64 number;
	__u64 seq;
	__u64 lost;
	__u64 dropped;
	__u64 address;
	__u64 ns;
	__u32 pid;
	__u32 tid;
	__u32 access;
	__u32 memory;
	__u32 outcome;
	__u32 left_out;
	__u32 nr;
	char comm[16];
	struct vmlab_story_part part[VMLAB_STORY_PARTS_MAX];
};

/**
 * struct vmlab_story_totals - what came of listening
 * @told: stories that were sent
 * @lost: those that there was no room for
 * @dropped: those that came too fast
 */
struct vmlab_story_totals {
	__u64 told;
	__u64 lost;
	__u64 dropped;
};

/**
 * vmlab_story_start() - begin to hear of faults
 * @v: the handle, which is used for nothing else until vmlab_story_stop()
 * @req: whose
 *
 * Return: 0 or a negative errno.
 */
int vmlab_story_start(struct vmlab *v, const struct vmlab_story_request *req);

/**
 * vmlab_story_next() - take a story that has come
 * @v: the handle
 * @out: filled in
 *
 * Return: 1; 0 if none has come yet; or a negative errno.
 */
int vmlab_story_next(struct vmlab *v, struct vmlab_story *out);

/**
 * vmlab_story_stop() - hear no more
 * @v: the handle
 * @out: filled in
 *
 * Stories that were not taken are forgotten.
 *
 * Return: 0 or a negative errno.
 */
int vmlab_story_stop(struct vmlab *v, struct vmlab_story_totals *out);

/**
 * vmlab_fd() - the descriptor to poll(2) for stories
 * @v: the handle
 */
int vmlab_fd(const struct vmlab *v);

#ifdef __cplusplus
}
#endif

#endif /* VMLAB_STORIES_H */
