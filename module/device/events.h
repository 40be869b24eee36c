/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_DEVICE_EVENTS_H
#define _VMLAB_DEVICE_EVENTS_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct events_ring;
struct file;

/**
 * struct vml_events - stories that wait for who has a descriptor
 * @setup: held by who changes @ring
 * @lock: protects @ring for the others, and what is in it
 * @ring: they; NULL as long as none are wanted
 * @wait: who waits for them
 */
struct vml_events {
	struct mutex setup; /* held by who changes the ring */
	spinlock_t lock; /* protects it for the others */
	struct events_ring *ring;
	wait_queue_head_t wait;
};

void vml_events_init(struct vml_events *events);
void vml_events_fini(struct vml_events *events);
long vml_events_set(struct vml_events *events, struct file *file, u32 memory,
		    bool admin, const void __user *arg);
long vml_events_next(struct vml_events *events, void __user *arg);
bool vml_events_ready(struct vml_events *events);

#endif /* _VMLAB_DEVICE_EVENTS_H */
