// SPDX-License-Identifier: GPL-2.0
/*
 * What the allocator does for one request, step by step. Who traces is alone
 * with the pool, so that each step begins where the one before it ended.
 */
#include "trace.h"

#include "session.h"

#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

static_assert(VMLAB_STEP_KIND_SPLIT == (int)VML_EVENT_SPLIT);
static_assert(VMLAB_STEP_KIND_MERGE == (int)VML_EVENT_MERGE);
static_assert(VMLAB_STEP_KIND_CLAIM == (int)VML_EVENT_CLAIM);
static_assert(VMLAB_STEP_KIND_STEAL == (int)VML_EVENT_STEAL);
static_assert(VMLAB_STEP_KIND_TAKE == (int)VML_EVENT_TAKE);
static_assert(VMLAB_STEP_KIND_GIVE == (int)VML_EVENT_GIVE);
static_assert(VMLAB_STEP_KIND_REFILL == (int)VML_EVENT_REFILL);
static_assert(VMLAB_STEP_KIND_DRAIN == (int)VML_EVENT_DRAIN);
static_assert(VMLAB_STEP_KIND_DRAIN + 1 == (int)VML_EVENTS);

/*
 * To begin to listen, and to end, patches code on all CPUs, which nobody shall
 * have done twice for each request. So the allocator goes on to tell for some
 * seconds after a trace, to nobody.
 */
#define LINGER	(10 * HZ)

static void end_to_listen(struct work_struct *work);

static DECLARE_DELAYED_WORK(linger, end_to_listen);
static DEFINE_MUTEX(listening_lock); /* protects what follows; after vml_hands */
static bool listening;
static struct task_struct *traced; /* read without the lock too */

static struct vml_trace *current_trace; /* only the task that is traced looks */

static void count_blocks(const struct vml_zone *zone, u32 blocks[VML_ORDERS])
{
	unsigned int type, order;

	for (order = 0; order < VML_ORDERS; order++) {
		blocks[order] = 0;
		for (type = 0; type < VML_TYPES; type++)
			blocks[order] += zone->area[type][order].nr;
	}
}

static void on_event(const struct vml_event *event)
{
	struct vml_trace *trace;
	struct vml_step_taken *step;
	u32 *blocks;

	if (READ_ONCE(traced) != current)
		return;
	trace = current_trace;
	if (trace->nr == VML_STEPS) {
		trace->lost++;
		return;
	}
	blocks = trace->blocks[event->zone - vml_zones.zone];
	step = &trace->steps[trace->nr++];
	step->event = *event;
	memcpy(step->before, blocks, sizeof(step->before));
	count_blocks(event->zone, step->after);
	memcpy(blocks, step->after, sizeof(step->after));
}

/**
 * vml_trace_new() - make room for a trace
 *
 * Return: for vml_trace_free(); or NULL.
 */
struct vml_trace *vml_trace_new(void)
{
	return kvzalloc(sizeof(struct vml_trace), GFP_KERNEL_ACCOUNT);
}

/**
 * vml_trace_free() - undo vml_trace_new()
 * @trace: the trace, stopped; or NULL
 */
void vml_trace_free(struct vml_trace *trace)
{
	kvfree(trace);
}

/**
 * vml_trace_start() - from now on keep what the allocator does for this task
 * @trace: from vml_trace_new()
 *
 * Context: vml_hands held for writing until vml_trace_stop(); may sleep.
 */
void vml_trace_start(struct vml_trace *trace)
{
	struct vml_zone *zone;

	lockdep_assert_held_write(&vml_hands);
	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		spin_lock(&zone->lock);
		count_blocks(zone, trace->blocks[zone - vml_zones.zone]);
		spin_unlock(&zone->lock);
	}
	current_trace = trace;
	mutex_lock(&listening_lock);
	WRITE_ONCE(traced, current);
	if (!listening)
		vml_event_listen(VML_LISTENER_TRACE, on_event);
	listening = true;
	mutex_unlock(&listening_lock);
}

/**
 * vml_trace_stop() - undo vml_trace_start()
 */
void vml_trace_stop(void)
{
	WRITE_ONCE(traced, NULL);
	schedule_delayed_work(&linger, LINGER);
}

static void end_to_listen(struct work_struct *work)
{
	mutex_lock(&listening_lock);
	if (listening && !traced) {
		vml_event_listen(VML_LISTENER_TRACE, NULL);
		listening = false;
	}
	mutex_unlock(&listening_lock);
}

/**
 * vml_trace_fini() - end to listen now
 *
 * Context: no request is under way.
 */
void vml_trace_fini(void)
{
	cancel_delayed_work_sync(&linger);
	end_to_listen(NULL);
}

/**
 * vml_trace_size() - bytes that vml_put_trace() puts
 * @trace: the trace, or NULL
 */
size_t vml_trace_size(const struct vml_trace *trace)
{
	return trace ? trace->nr * (7 * nla_total_size(sizeof(u32)) +
		       2 * nla_total_size(sizeof(trace->steps->after))) : 0;
}

static int put_step(struct sk_buff *skb, const struct vml_step_taken *step)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_BUDDY_STEP);
	const struct vml_event *e = &step->event;

	if (!nest || nla_put_u32(skb, VMLAB_A_STEP_KIND, e->kind) ||
	    vml_put_place(skb, VMLAB_A_STEP_NODE, VMLAB_A_STEP_ZONE, e->zone) ||
	    (e->frame != VML_NONE &&
	     nla_put_u32(skb, VMLAB_A_STEP_FRAME, e->frame)) ||
	    nla_put_u32(skb, VMLAB_A_STEP_FROM, e->from) ||
	    nla_put_u32(skb, VMLAB_A_STEP_TO, e->to) ||
	    nla_put(skb, VMLAB_A_STEP_BEFORE, sizeof(step->before),
		    step->before) ||
	    nla_put(skb, VMLAB_A_STEP_AFTER, sizeof(step->after), step->after))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vml_put_trace() - put the steps of a trace
 * @skb: where to
 * @trace: the trace, or NULL
 *
 * Return: 0 or -EMSGSIZE.
 */
int vml_put_trace(struct sk_buff *skb, const struct vml_trace *trace)
{
	u32 i;

	if (!trace)
		return 0;
	for (i = 0; i < trace->nr; i++)
		if (put_step(skb, &trace->steps[i]))
			return -EMSGSIZE;
	if (!trace->lost)
		return 0;
	return nla_put_u32(skb, VMLAB_A_BUDDY_LOST, trace->lost);
}
