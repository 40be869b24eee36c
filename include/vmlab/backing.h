/* SPDX-License-Identifier: GPL-2.0 */
/* Objects with something behind them: a file, of which their frames are a cache. */
#ifndef _VMLAB_BACKING_H
#define _VMLAB_BACKING_H

#include <vmlab/attempt.h>

/**
 * struct vml_fetch - content that was read from behind an object
 * @object: the object, of which there is a reference
 * @drops: see &struct vml_object, from before it was read
 * @ahead: which indices
 * @frames: by index less @ahead.first; NULL for those that went into the object
 */
struct vml_fetch {
	struct vml_object *object;
	u32 drops;
	struct vml_ahead ahead;
	struct vml_frame *frames[VML_BATCH];
};

void vml_object_back(struct vml_object *object, u32 size);

int vml_fetch_want(struct vml_fault *f);
int vml_fetch(struct vml_fault *f);
u64 vml_fetch_place(struct vml_fault *f);

u32 vml_writeback_begin(struct vml_object *object, u32 *index, u32 last,
			void *to);
void vml_writeback_end(struct vml_object *object, u32 first, u32 last, bool done);
int vml_object_fetch(struct vml_object *object, u32 first, u32 last);
void vml_object_forget(struct vml_object *object, u32 first, u32 last);

#endif /* _VMLAB_BACKING_H */
