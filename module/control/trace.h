/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_CONTROL_TRACE_H
#define _VMLAB_CONTROL_TRACE_H

#include <vmlab/event.h>
#include <vmlab/zone.h>

struct sk_buff;

/* Steps that are kept; the answer has room for as many. */
#define VML_STEPS	320

/**
 * struct vml_step_taken - something that the allocator did
 * @event: what it told
 * @before: by order: free blocks of the zone after the step before
 * @after: the same after this step
 */
struct vml_step_taken {
	struct vml_event event;
	u32 before[VML_ORDERS];
	u32 after[VML_ORDERS];
};

/**
 * struct vml_trace - what the allocator did for a task
 * @nr: how many steps
 * @lost: how many more there were
 * @blocks: by zone and order: free blocks after its last step
 * @steps: the steps
 */
struct vml_trace {
	u32 nr;
	u32 lost;
	u32 blocks[VML_ZONES][VML_ORDERS];
	struct vml_step_taken steps[VML_STEPS];
};

struct vml_trace *vml_trace_new(void);
void vml_trace_free(struct vml_trace *trace);
void vml_trace_start(struct vml_trace *trace);
void vml_trace_stop(void);
void vml_trace_fini(void);
size_t vml_trace_size(const struct vml_trace *trace);
int vml_put_trace(struct sk_buff *skb, const struct vml_trace *trace);

#endif /* _VMLAB_CONTROL_TRACE_H */
