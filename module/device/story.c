// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Stories
 *
 * What the floors below tell of a fault is put together to one story, by the
 * task that the fault is of: each has the first free place of a table, and finds
 * it again by itself. Nobody else looks there until the story is told, which is
 * done by the task as well, once all locks are given up. So nothing is allocated
 * in a fault, and nobody waits.
 *
 * To begin to listen, and to end, patches code on all CPUs. Anybody may do so:
 * hence, when the last listener is gone, the floors go on to tell for some
 * seconds, to nobody.
 */
#include <vmlab/story.h>
#include <vmlab/zone.h>

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

/* How many faults may be under way of which all is told. */
#define PLACE_BITS	6
#define PLACES		BIT(PLACE_BITS)

#define LINGER		(10 * HZ)

/**
 * struct place - where a story is put together
 * @task: whose; NULL if it is free
 * @story: the story
 * @steps: of it
 */
struct place {
	struct task_struct *task;
	struct vml_story story;
	struct vmlab_event_step steps[VMLAB_EVENT_STEPS];
};

static void end_to_listen(struct work_struct *work);

static DECLARE_DELAYED_WORK(linger, end_to_listen);
static DEFINE_MUTEX(lock); /* protects what follows; taken before the next */
static bool listening;
static struct place *places; /* read without the lock by who has one */

static DECLARE_RWSEM(listeners_lock); /* protects what follows */
static LIST_HEAD(listeners);

static atomic64_t last_number;

/* === What is told === */

static struct place *place_at(u32 i)
{
	return &places[(hash_ptr(current, PLACE_BITS) + i) % PLACES];
}

static struct place *find_place(void)
{
	u32 i;

	for (i = 0; i < PLACES; i++)
		if (READ_ONCE(place_at(i)->task) == current)
			return place_at(i);
	return NULL;
}

static struct place *take_place(void)
{
	u32 i;

	for (i = 0; i < PLACES; i++)
		if (!READ_ONCE(place_at(i)->task) &&
		    !cmpxchg(&place_at(i)->task, NULL, current))
			return place_at(i);
	return NULL;
}

/* Of a step with its numbers; the caller fills in what else there is. */
static struct vmlab_event_step *add_step(enum vmlab_story_step kind, u64 first,
					 u64 second, u64 third)
{
	struct place *place = find_place();
	struct vml_story *story;
	struct vmlab_event_step *step;

	if (!place)
		return NULL;
	story = &place->story;
	if (story->nr == VMLAB_EVENT_STEPS) {
		story->left_out++;
		return NULL;
	}
	step = &story->steps[story->nr++];
	*step = (struct vmlab_event_step) {
		.kind = kind, .node = VMLAB_STEP_NOWHERE,
		.zone = VMLAB_STEP_NOWHERE,
		.ns = min_t(u64, ktime_get_ns() - story->start, U32_MAX),
		.args = { first, second, third },
	};
	return step;
}

static void on_step(enum vmlab_story_step kind, u64 first, u64 second,
		    u64 third)
{
	add_step(kind, first, second, third);
}

static void on_event(const struct vml_event *event)
{
	struct vmlab_event_step *step;

	BUILD_BUG_ON(VMLAB_STORY_STEP_SPLIT != (int)VML_EVENT_SPLIT);
	BUILD_BUG_ON(VMLAB_STORY_STEP_MERGE != (int)VML_EVENT_MERGE);
	BUILD_BUG_ON(VMLAB_STORY_STEP_CLAIM != (int)VML_EVENT_CLAIM);
	BUILD_BUG_ON(VMLAB_STORY_STEP_STEAL != (int)VML_EVENT_STEAL);
	BUILD_BUG_ON(VMLAB_STORY_STEP_TAKE != (int)VML_EVENT_TAKE);
	BUILD_BUG_ON(VMLAB_STORY_STEP_GIVE != (int)VML_EVENT_GIVE);
	BUILD_BUG_ON(VMLAB_STORY_STEP_REFILL != (int)VML_EVENT_REFILL);
	BUILD_BUG_ON(VMLAB_STORY_STEP_DRAIN != (int)VML_EVENT_DRAIN);
	BUILD_BUG_ON(VMLAB_STORY_STEP_DRAIN + 1 != (int)VML_EVENTS);

	step = add_step((enum vmlab_story_step)event->kind, event->frame,
			event->from, event->to);
	if (!step)
		return;
	step->node = event->zone->node;
	step->zone = event->zone->type;
}

/* === Stories === */

static void tell(const struct vml_story *story)
{
	struct vml_story_listener *listener;

	down_read(&listeners_lock);
	list_for_each_entry(listener, &listeners, link)
		listener->tell(listener, story);
	up_read(&listeners_lock);
}

static void tell_of_none(u32 memory)
{
	const struct vml_story story = { .memory = memory };

	tell(&story);
}

/**
 * vml_story_open() - begin a story of the current task
 * @memory: id of the memory
 * @address: of the access
 * @access: VML_AREA_*, a bit of it
 *
 * Context: process; may sleep.
 */
void vml_story_open(u32 memory, u64 address, u32 access)
{
	struct place *place;

	if (list_empty_careful(&listeners))
		return;
	place = find_place() ?: take_place();
	if (!place) {
		tell_of_none(memory);
		return;
	}
	place->story = (struct vml_story) {
		.number = atomic64_inc_return(&last_number),
		.memory = memory, .address = address, .access = access,
		.start = ktime_get_ns(), .steps = place->steps,
	};
	on_step(VMLAB_STORY_STEP_TRAP, address, access, memory);
}

/**
 * vml_story_outcome() - as stories have it
 * @kind: how a fault ended
 */
enum vmlab_story_outcome vml_story_outcome(enum vml_fault_kind kind)
{
	static const u8 outcomes[] = {
		[VML_FAULT_MINOR] = VMLAB_STORY_OUTCOME_MINOR,
		[VML_FAULT_ZERO] = VMLAB_STORY_OUTCOME_ZERO,
		[VML_FAULT_NEW] = VMLAB_STORY_OUTCOME_NEW,
		[VML_FAULT_COPY] = VMLAB_STORY_OUTCOME_COPY,
		[VML_FAULT_REUSE] = VMLAB_STORY_OUTCOME_REUSE,
		[VML_FAULT_BAD_AREA] = VMLAB_STORY_OUTCOME_BAD_AREA,
		[VML_FAULT_BAD_RIGHTS] = VMLAB_STORY_OUTCOME_BAD_RIGHTS,
		[VML_FAULT_BEYOND] = VMLAB_STORY_OUTCOME_BEYOND,
		[VML_FAULT_NO_MEMORY] = VMLAB_STORY_OUTCOME_NO_MEMORY,
		[VML_FAULT_OVER_CAP] = VMLAB_STORY_OUTCOME_OVER_CAP,
		[VML_FAULT_MAJOR] = VMLAB_STORY_OUTCOME_MAJOR,
		[VML_FAULT_IO] = VMLAB_STORY_OUTCOME_IO,
	};

	static_assert(ARRAY_SIZE(outcomes) == VML_FAULT_KINDS);
	return outcomes[kind];
}

/**
 * vml_story_close() - end the story of the current task, if it has one
 * @outcome: how the fault ended
 *
 * Context: process, none of our locks held; may sleep.
 */
void vml_story_close(enum vmlab_story_outcome outcome)
{
	struct place *place = find_place();

	if (!place)
		return;
	place->story.outcome = outcome;
	place->story.ns = ktime_get_ns() - place->story.start;
	tell(&place->story);
	/* Pairs with the cmpxchg() of who has it next. */
	smp_store_release(&place->task, NULL);
}

/* === Who listens === */

/* Once there are places, there are for good: somebody may be looking there. */
static int begin_to_listen(void)
{
	lockdep_assert_held(&lock);
	if (!places)
		places = kvcalloc(PLACES, sizeof(*places), GFP_KERNEL);
	if (!places)
		return -ENOMEM;
	if (!listening) {
		vml_event_listen(VML_LISTENER_STORY, on_event);
		vml_step_listen(on_step);
	}
	listening = true;
	return 0;
}

static void stop(void)
{
	lockdep_assert_held(&lock);
	if (!listening)
		return;
	vml_step_listen(NULL);
	vml_event_listen(VML_LISTENER_STORY, NULL);
	listening = false;
}

static bool is_any_taken(void)
{
	u32 i;

	for (i = 0; i < PLACES; i++)
		if (READ_ONCE(places[i].task))
			return true;
	return false;
}

/* A story that has begun shall end: its place must become free. */
static void end_to_listen(struct work_struct *work)
{
	mutex_lock(&lock);
	if (list_empty_careful(&listeners)) {
		if (listening && is_any_taken())
			schedule_delayed_work(&linger, LINGER);
		else
			stop();
	}
	mutex_unlock(&lock);
}

/**
 * vml_story_listen() - hear of each fault from now on
 * @listener: filled in, but for the list
 *
 * Context: process; may sleep.
 * Return: 0 or -ENOMEM.
 */
int vml_story_listen(struct vml_story_listener *listener)
{
	int err;

	mutex_lock(&lock);
	err = begin_to_listen();
	if (!err) {
		down_write(&listeners_lock);
		list_add_tail(&listener->link, &listeners);
		up_write(&listeners_lock);
	}
	mutex_unlock(&lock);
	return err;
}

/**
 * vml_story_unlisten() - hear of none any more
 * @listener: that listens
 *
 * Context: process; waits for those who just tell it.
 */
void vml_story_unlisten(struct vml_story_listener *listener)
{
	down_write(&listeners_lock);
	list_del(&listener->link);
	up_write(&listeners_lock);
	schedule_delayed_work(&linger, LINGER);
}

/**
 * vml_story_fini() - end to tell
 *
 * Context: process; nobody listens, and nothing is mapped.
 */
void vml_story_fini(void)
{
	cancel_delayed_work_sync(&linger);
	mutex_lock(&lock);
	stop();
	mutex_unlock(&lock);
	kvfree(places);
	places = NULL;
}
