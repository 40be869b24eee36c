/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations on the allocator, beside a model that is too simple to be wrong:
 * which physical frames are held.
 */
#ifndef SELFTESTS_ALLOC_MODEL_H
#define SELFTESTS_ALLOC_MODEL_H

#include "test.h"

#define MODEL_PFNS	8192
#define MODEL_BLOCKS	1024

/**
 * struct held - a block that the model holds
 * @frame: its first frame
 * @order: its order
 * @refs: references to it
 */
struct held {
	struct vml_frame *frame;
	unsigned int order;
	unsigned int refs;
};

/**
 * struct model - what should be so
 * @zone_of: by physical number: node * VML_ZONE_TYPES + zone, plus one; 0 is
 *	none of the pool
 * @taken: by physical number: held
 * @blocks: what is held, in no order
 * @nr: how many
 * @total: frames of the pool
 * @frames: frames that are held
 */
struct model {
	unsigned char zone_of[MODEL_PFNS];
	unsigned char taken[MODEL_PFNS];
	struct held blocks[MODEL_BLOCKS];
	unsigned int nr;
	u32 total;
	u32 frames;
};

void model_start(struct model *m, const struct vml_extent *extents,
		 unsigned int nr);

/* One operation, chosen and given its arguments by @random. */
void model_step(struct model *m, u32 random);

/* All invariants, and that allocator and model agree. */
void model_check(struct model *m);

/* Gives everything back. */
void model_end(struct model *m);

#endif /* SELFTESTS_ALLOC_MODEL_H */
