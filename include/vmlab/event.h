/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the lower floors tell of their decisions. Who listens sets a hook; while
 * nobody does, an event costs one instruction that does nothing.
 */
#ifndef _VMLAB_EVENT_H
#define _VMLAB_EVENT_H

#include <linux/jump_label.h>
#include <linux/types.h>

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

DECLARE_STATIC_KEY_FALSE(vml_event_key);

void vml_event_listen(vml_event_fn fn);
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

#endif /* _VMLAB_EVENT_H */
