// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Events
 *
 * What is told is told under the lock of the zone that it happened in. So who
 * listens sees the zone as the event leaves it; and once nobody is told any
 * more, to take each zone's lock once is to wait for those who still were.
 */
#include <vmlab/event.h>
#include <vmlab/zone.h>

#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/lockdep.h>

DEFINE_STATIC_KEY_FALSE(vml_event_key);

static vml_event_fn hook __read_mostly;

/* Who had already seen that somebody listens holds the lock of a zone. */
static void stop(void)
{
	struct vml_zone *zone;

	static_branch_disable(&vml_event_key);
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		spin_lock(&zone->lock);
		spin_unlock(&zone->lock);
	}
}

/**
 * vml_event_listen() - say who hears of events
 * @fn: from now on instead of whoever did; NULL for nobody
 *
 * Context: may sleep; not under any of the allocator's locks, and not twice at
 * once. When it returns, nobody is in the former function any more.
 */
void vml_event_listen(vml_event_fn fn)
{
	stop();
	if (!fn)
		return;
	/* Pairs with vml_event_raise(): it calls what is ready to be called. */
	smp_store_release(&hook, fn);
	static_branch_enable(&vml_event_key);
}

/**
 * vml_event_raise() - tell the one who listens; see vml_event()
 * @kind: what happened
 * @zone: where
 * @frame: number of a frame, or VML_NONE
 * @from: see &enum vml_event_kind
 * @to: see &enum vml_event_kind
 *
 * Context: zone->lock held.
 */
void vml_event_raise(enum vml_event_kind kind, struct vml_zone *zone,
		     u32 frame, u32 from, u32 to)
{
	const struct vml_event event = {
		.kind = kind, .zone = zone, .frame = frame,
		.from = from, .to = to,
	};

	lockdep_assert_held(&zone->lock);
	/* Pairs with vml_event_listen(). */
	smp_load_acquire(&hook)(&event);
}
