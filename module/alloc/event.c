// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Events and steps
 *
 * An event is told under the lock of the zone that it happened in. So who
 * listens sees the zone as the event leaves it; and once nobody is told any
 * more, to take each zone's lock once is to wait for those who still were.
 *
 * A step may be told from anywhere, and so there is nothing to wait for: who
 * has listened to steps may hear of some later.
 */
#include <vmlab/event.h>
#include <vmlab/zone.h>

#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/lockdep.h>

DEFINE_STATIC_KEY_FALSE(vml_event_key);

DEFINE_STATIC_KEY_FALSE(vml_step_key);

static vml_event_fn hooks[VML_LISTENERS] __read_mostly;
static vml_step_fn step_hook __read_mostly;

/* Who is in a former function holds the lock of a zone. */
static void wait_for_all(void)
{
	struct vml_zone *zone;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		spin_lock(&zone->lock);
		spin_unlock(&zone->lock);
	}
}

/**
 * vml_event_listen() - say who hears of events
 * @who: whose function it is
 * @fn: from now on instead of the one before; NULL for none
 *
 * Context: may sleep; not under any of the allocator's locks, and for each @who
 * not twice at once. When it returns, nobody is in the former function any more.
 */
void vml_event_listen(enum vml_listener who, vml_event_fn fn)
{
	vml_event_fn before = hooks[who];

	/* Pairs with vml_event_raise(): it calls what is ready to be called. */
	smp_store_release(&hooks[who], fn);
	if (fn && !before)
		static_branch_inc(&vml_event_key);
	if (!fn && before)
		static_branch_dec(&vml_event_key);
	wait_for_all();
}

/**
 * vml_step_listen() - say who hears of steps
 * @fn: from now on instead of whoever did, who may hear of some all the same;
 *	NULL for nobody
 *
 * Context: may sleep; not twice at once.
 */
void vml_step_listen(vml_step_fn fn)
{
	if (!fn) {
		static_branch_disable(&vml_step_key);
		return;
	}
	/* Pairs with vml_step_raise(). */
	smp_store_release(&step_hook, fn);
	static_branch_enable(&vml_step_key);
}

/**
 * vml_step_raise() - tell the one who listens; see vml_step()
 * @kind: what happened
 * @first: see &enum vmlab_story_step
 * @second: likewise
 * @third: likewise
 */
void vml_step_raise(enum vmlab_story_step kind, u64 first, u64 second,
		    u64 third)
{
	/* Pairs with vml_step_listen(). */
	smp_load_acquire(&step_hook)(kind, first, second, third);
}

/**
 * vml_event_raise() - tell those who listen; see vml_event()
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
	unsigned int who;
	vml_event_fn fn;

	lockdep_assert_held(&zone->lock);
	for (who = 0; who < VML_LISTENERS; who++) {
		/* Pairs with vml_event_listen(). */
		fn = smp_load_acquire(&hooks[who]);
		if (fn)
			fn(&event);
	}
}
