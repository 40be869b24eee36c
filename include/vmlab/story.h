/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_STORY_H
#define _VMLAB_STORY_H

#include <vmlab/event.h>
#include <vmlab/fault.h>

#include <linux/list.h>
#include <linux/types.h>
#include <linux/vmlab_ioctl.h>

/**
 * struct vml_story - what happened in a fault of the current task
 * @number: of the story
 * @memory: id of the memory that the area shows
 * @address: of the access
 * @access: VML_AREA_*, a bit of it
 * @outcome: how it ended
 * @start: when it began
 * @ns: how long it took
 * @nr: how many steps there are
 * @left_out: how many more there were
 * @steps: they; NULL where too many faults were under way at once, and nothing
 *	but @memory is known
 */
struct vml_story {
	u64 number;
	u32 memory;
	u32 access;
	u64 address;
	enum vmlab_story_outcome outcome;
	u64 start;
	u64 ns;
	u32 nr;
	u32 left_out;
	struct vmlab_event_step *steps;
};

/**
 * struct vml_story_listener - who hears of faults
 * @link: in the list of all
 * @tell: called as a fault ends, by the task that had it, with none of our locks
 *	held but the one of the list of listeners: may sleep, but not wait for
 *	anything that a fault may be waiting for
 */
struct vml_story_listener {
	struct list_head link;
	void (*tell)(struct vml_story_listener *listener,
		     const struct vml_story *story);
};

int vml_story_listen(struct vml_story_listener *listener);
void vml_story_unlisten(struct vml_story_listener *listener);
void vml_story_fini(void);

void vml_story_open(u32 memory, u64 address, u32 access) __cold;
void vml_story_close(enum vmlab_story_outcome outcome) __cold;
enum vmlab_story_outcome vml_story_outcome(enum vml_fault_kind kind);

/**
 * vml_story_begin() - a fault begins
 * @memory: id of the memory
 * @address: of the access
 * @access: VML_AREA_*, a bit of it
 *
 * Context: process; costs nothing while nobody listens.
 */
static __always_inline void vml_story_begin(u32 memory, u64 address, u32 access)
{
	if (static_branch_unlikely(&vml_step_key))
		vml_story_open(memory, address, access);
}

/**
 * vml_story_end() - it ends
 * @kind: how
 *
 * Context: process, none of our locks held; costs nothing while nobody listens.
 */
static __always_inline void vml_story_end(enum vml_fault_kind kind)
{
	if (static_branch_unlikely(&vml_step_key))
		vml_story_close(vml_story_outcome(kind));
}

#endif /* _VMLAB_STORY_H */
