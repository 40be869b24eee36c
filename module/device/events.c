// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_IOC_EVENTS, VMLAB_IOC_EVENT: stories of the faults on what a descriptor
 * stands for, as far as who asked may look at the processes that have them.
 */
#include "events.h"

#include <vmlab/story.h>
#include <vmlab/target.h>

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

/**
 * struct events_ring - stories in the order they came
 * @listener: hears of them
 * @events: who they are for
 * @memory: id of the memory whose faults they are
 * @admin: those of all processes
 * @opener: who opened the descriptor
 * @asker: who asked for stories
 * @ns: in which processes have the numbers that are told
 * @room: for how many
 * @first: where the oldest is
 * @nr: how many wait
 * @lost: how many there was no room for
 * @event: they
 */
struct events_ring {
	struct vml_story_listener listener;
	struct vml_events *events;
	u32 memory;
	bool admin;
	const struct cred *opener;
	const struct cred *asker;
	struct pid_namespace *ns;
	u32 room;
	u32 first;
	u32 nr;
	u64 lost;
	struct vmlab_event event[];
};

static bool is_wanted(const struct events_ring *ring,
		      const struct vml_story *story)
{
	if (story->memory != ring->memory)
		return false;
	return ring->admin || (task_tgid_nr_ns(current, ring->ns) &&
			       vml_target_shows(ring->asker) &&
			       vml_target_shows(ring->opener));
}

static void fill(struct vmlab_event *event, const struct events_ring *ring,
		 const struct vml_story *story)
{
	*event = (struct vmlab_event) {
		.number = story->number, .address = story->address,
		.ns = story->ns, .lost = ring->lost,
		.pid = task_tgid_nr_ns(current, ring->ns),
		.tid = task_pid_nr_ns(current, ring->ns),
		.memory = story->memory, .access = ilog2(story->access),
		.outcome = story->outcome, .left_out = story->left_out,
		.nr_steps = story->nr,
	};
	memcpy(event->steps, story->steps, story->nr * sizeof(*event->steps));
}

static void keep(struct vml_story_listener *listener,
		 const struct vml_story *story)
{
	struct events_ring *ring = container_of(listener, struct events_ring,
						listener);
	struct vml_events *events = ring->events;

	if (!is_wanted(ring, story))
		return;
	spin_lock(&events->lock);
	if (!story->steps || ring->nr == ring->room) {
		ring->lost++;
	} else {
		fill(&ring->event[(ring->first + ring->nr++) % ring->room],
		     ring, story);
		ring->lost = 0;
	}
	spin_unlock(&events->lock);
	wake_up_interruptible_poll(&events->wait, EPOLLPRI);
}

static void free_ring(struct events_ring *ring)
{
	if (!ring)
		return;
	put_cred(ring->opener);
	put_cred(ring->asker);
	put_pid_ns(ring->ns);
	kvfree(ring);
}

static struct events_ring *new_ring(struct vml_events *events,
				    struct file *file, u32 room)
{
	struct events_ring *ring;

	ring = kvzalloc(struct_size(ring, event, room), GFP_KERNEL_ACCOUNT);
	if (!ring)
		return NULL;
	ring->listener.tell = keep;
	ring->events = events;
	ring->opener = get_cred(file->f_cred);
	ring->asker = get_current_cred();
	ring->ns = get_pid_ns(task_active_pid_ns(current));
	ring->room = room;
	return ring;
}

/* Has another ring, or none, instead of the one that there was. */
static int exchange(struct vml_events *events, struct events_ring *ring)
{
	struct events_ring *before = events->ring;
	int err;

	lockdep_assert_held(&events->setup);
	err = ring ? vml_story_listen(&ring->listener) : 0;
	if (err)
		return err;
	if (before)
		vml_story_unlisten(&before->listener);
	spin_lock(&events->lock);
	events->ring = ring;
	spin_unlock(&events->lock);
	free_ring(before);
	return 0;
}

/**
 * vml_events_set() - keep so many stories from now on
 * @events: of the descriptor
 * @file: its file
 * @memory: id of what it stands for
 * @admin: who opened it had CAP_SYS_ADMIN
 * @arg: &struct vmlab_events of the caller
 *
 * Return: 0 or a negative errno.
 */
long vml_events_set(struct vml_events *events, struct file *file, u32 memory,
		    bool admin, const void __user *arg)
{
	struct events_ring *ring = NULL;
	struct vmlab_events wanted;
	int err;

	if (copy_from_user(&wanted, arg, sizeof(wanted)))
		return -EFAULT;
	if (wanted.flags || wanted.stories > VMLAB_EVENTS_MAX)
		return -EINVAL;
	if (wanted.stories) {
		ring = new_ring(events, file, wanted.stories);
		if (!ring)
			return -ENOMEM;
		ring->memory = memory;
		ring->admin = admin && capable(CAP_SYS_ADMIN);
	}
	mutex_lock(&events->setup);
	err = exchange(events, ring);
	mutex_unlock(&events->setup);
	if (err)
		free_ring(ring);
	return err;
}

static bool take(struct vml_events *events, struct vmlab_event *event)
{
	struct events_ring *ring;
	bool any;

	spin_lock(&events->lock);
	ring = events->ring;
	any = ring && ring->nr;
	if (any) {
		*event = ring->event[ring->first];
		ring->first = (ring->first + 1) % ring->room;
		ring->nr--;
	}
	spin_unlock(&events->lock);
	return any;
}

/**
 * vml_events_next() - fetch the oldest story
 * @events: of the descriptor
 * @arg: where to, a &struct vmlab_event of the caller
 *
 * Return: 0; -EAGAIN if there is none; -EFAULT, -ENOMEM.
 */
long vml_events_next(struct vml_events *events, void __user *arg)
{
	struct vmlab_event *event = kmalloc(sizeof(*event), GFP_KERNEL);
	long err = -EAGAIN;

	if (!event)
		return -ENOMEM;
	if (take(events, event))
		err = copy_to_user(arg, event, sizeof(*event)) ? -EFAULT : 0;
	kfree(event);
	return err;
}

/**
 * vml_events_ready() - whether there is a story to be fetched
 * @events: of the descriptor
 */
bool vml_events_ready(struct vml_events *events)
{
	bool ready;

	spin_lock(&events->lock);
	ready = events->ring && events->ring->nr;
	spin_unlock(&events->lock);
	return ready;
}

/**
 * vml_events_init() - nothing is wanted yet
 * @events: to be filled in
 */
void vml_events_init(struct vml_events *events)
{
	mutex_init(&events->setup);
	spin_lock_init(&events->lock);
	init_waitqueue_head(&events->wait);
	events->ring = NULL;
}

/**
 * vml_events_fini() - nothing is wanted any more
 * @events: of a descriptor that nobody has any more
 */
void vml_events_fini(struct vml_events *events)
{
	mutex_lock(&events->setup);
	exchange(events, NULL);
	mutex_unlock(&events->setup);
	mutex_destroy(&events->setup);
}
