/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the lower floors tell of their decisions. Who listens sets a hook; while
 * nobody does, an event costs one instruction that does nothing.
 *
 * Events are of the allocator, and told under the lock of a zone. Steps are of
 * faults, and told by whoever does something for the one that is under way.
 */
#ifndef _VMLAB_EVENT_H
#define _VMLAB_EVENT_H

#include <linux/compiler.h>
#include <linux/jump_label.h>
#include <linux/types.h>
#include <linux/vmlab.h>

struct vml_zone;

/**
 * enum vml_event_kind - what happened
 * @VML_EVENT_SPLIT: a free block of order @from was split down to order @to;
 *	the lowest part goes on, or with compaction the highest
 * @VML_EVENT_MERGE: a block of order @from merged with its buddies to @to, which
 *	is @from if it could not, and is on the free lists
 * @VML_EVENT_CLAIM: the page blocks around a free block changed their type from
 *	@from to @to
 * @VML_EVENT_STEAL: a request for type @to is about to take a block of type
 *	@from
 * @VML_EVENT_TAKE: a block of order @from left the free lists of type @to; if it
 *	is too large, it is split next
 * @VML_EVENT_GIVE: a block of order @from is about to come back
 * @VML_EVENT_REFILL: a per-CPU list of order @from is about to take up to @to
 *	blocks from the zone
 * @VML_EVENT_DRAIN: per-CPU lists are about to give @from frames back to the
 *	zone, down to @to
 * @VML_EVENTS: how many there are
 */
enum vml_event_kind {
	VML_EVENT_SPLIT,
	VML_EVENT_MERGE,
	VML_EVENT_CLAIM,
	VML_EVENT_STEAL,
	VML_EVENT_TAKE,
	VML_EVENT_GIVE,
	VML_EVENT_REFILL,
	VML_EVENT_DRAIN,
	VML_EVENTS
};

/**
 * struct vml_event - one event
 * @kind: what happened
 * @zone: where
 * @frame: number of the first frame of the block, after a merge of the merged
 *	one; or VML_NONE
 * @from: see &enum vml_event_kind
 * @to: see &enum vml_event_kind
 */
struct vml_event {
	enum vml_event_kind kind;
	struct vml_zone *zone;
	u32 frame;
	u32 from;
	u32 to;
};

/**
 * typedef vml_event_fn - hears of events
 * @event: gone when the function returns
 *
 * Called under the lock of the zone, and maybe that of a per-CPU list, once the
 * change is made unless it is about to be: must not sleep, allocate or free.
 * The counts of free blocks are right; the bits of their orders and the count of
 * free frames may be ahead of them.
 */
typedef void (*vml_event_fn)(const struct vml_event *event);

/**
 * enum vml_listener - who hears of events, each by a function of its own
 * @VML_LISTENER_TRACE: a request that is shown step by step
 * @VML_LISTENER_STORY: the stories of faults
 * @VML_LISTENERS: how many there are
 */
enum vml_listener {
	VML_LISTENER_TRACE,
	VML_LISTENER_STORY,
	VML_LISTENERS
};

DECLARE_STATIC_KEY_FALSE(vml_event_key);

void vml_event_listen(enum vml_listener who, vml_event_fn fn);
void vml_event_raise(enum vml_event_kind kind, struct vml_zone *zone,
		     u32 frame, u32 from, u32 to);

/**
 * vml_event() - tell that something happened
 * @kind: what
 * @zone: where
 * @frame: number of a frame, or VML_NONE
 * @from: see &enum vml_event_kind
 * @to: see &enum vml_event_kind
 *
 * Context: zone->lock held; costs nothing while nobody listens.
 */
static __always_inline void vml_event(enum vml_event_kind kind,
				      struct vml_zone *zone, u32 frame,
				      u32 from, u32 to)
{
	if (static_branch_unlikely(&vml_event_key))
		vml_event_raise(kind, zone, frame, from, to);
}

/**
 * typedef vml_step_fn - hears of steps
 * @kind: what happened
 * @first: see &enum vmlab_story_step
 * @second: likewise
 * @third: likewise
 *
 * Called under locks that spin, or none: must not sleep, allocate or free.
 */
typedef void (*vml_step_fn)(enum vmlab_story_step kind, u64 first, u64 second,
			    u64 third);

DECLARE_STATIC_KEY_FALSE(vml_step_key);

void vml_step_listen(vml_step_fn fn);
void vml_step_raise(enum vmlab_story_step kind, u64 first, u64 second,
		    u64 third) __cold;

/**
 * vml_step() - tell what was done for a fault
 * @kind: what
 * @first: see &enum vmlab_story_step
 * @second: likewise
 * @third: likewise
 *
 * Context: any but interrupts; costs nothing while nobody listens.
 */
static __always_inline void vml_step(enum vmlab_story_step kind, u64 first,
				     u64 second, u64 third)
{
	if (static_branch_unlikely(&vml_step_key))
		vml_step_raise(kind, first, second, third);
}

/**
 * vml_step_if() - tell what was done for a fault, if it was
 * @was: whether it was; asked only while somebody listens
 * @kind: as for vml_step()
 * @first: as there
 * @second: as there
 * @third: as there
 */
#define vml_step_if(was, kind, first, second, third)			\
do {									\
	if (static_branch_unlikely(&vml_step_key) && (was))		\
		vml_step_raise(kind, first, second, third);		\
} while (0)

#endif /* _VMLAB_EVENT_H */
