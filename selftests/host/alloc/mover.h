/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A holder of blocks that can be moved: handles, and what is in their frames.
 */
#ifndef SELFTESTS_ALLOC_MOVER_H
#define SELFTESTS_ALLOC_MOVER_H

#include <pthread.h>

#include <vmlab/compact.h>

#include "test.h"

#define MOVER_HANDLES	4096
#define MOVER_FRAMES	8192

/**
 * struct handle - a block that is held, wherever it is at the moment
 * @lock: protects the rest
 * @frame: its first frame, or NULL
 * @order: its order
 * @mark: what its frames are marked with
 * @movable: it has been said to be movable
 * @refuses: yet it cannot be moved now
 */
struct handle {
	pthread_mutex_t lock;
	struct vml_frame *frame;
	unsigned int order;
	u32 mark;
	bool movable;
	bool refuses;
};

/**
 * struct mover - all handles
 * @handles: free ones have no frame
 * @content: by number of the frame: the mark, and which frame of the handle it
 *	is; 0 if it is nobody's
 * @moved: frames moved
 * @refused: blocks that were not
 * @during: called in each move first, or NULL
 */
struct mover {
	struct handle handles[MOVER_HANDLES];
	u64 content[MOVER_FRAMES];
	u32 moved;
	u32 refused;
	void (*during)(struct handle *handle);
};

extern struct mover mover;

/* Starts a pool, of which mover moves what is movable. */
void mover_start(const struct vml_extent *extents, unsigned int nr,
		 unsigned int cpus, unsigned int block_order);

/* Frees what is held, and ends the pool. */
void mover_end(void);

/* Stops or starts reclaim, which here never finds anything. */
void mover_reclaim(bool on);

/* Allocates a block for a handle that is free; returns whether there was one. */
bool mover_take(u32 i, unsigned int order, u32 req, bool movable);

/* Frees the block of a handle, if it has one. */
void mover_give(u32 i);

/* That all is where it should be. */
void mover_check(void);

#endif /* SELFTESTS_ALLOC_MOVER_H */
