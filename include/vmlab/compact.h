/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_COMPACT_H
#define _VMLAB_COMPACT_H

#include <vmlab/alloc.h>

/**
 * struct vml_compact_result - what a compaction did
 * @scanned: frames that the migration scanner looked at
 * @isolated: blocks that were tried
 * @moved: frames moved
 * @failed: blocks that their holders would not move
 * @largest: largest order with a free block after, or -1
 * @met: whether the scanners met: there was nothing left to try
 */
struct vml_compact_result {
	u64 scanned;
	u32 isolated;
	u32 moved;
	u32 failed;
	int largest;
	bool met;
};

int vml_compact_zone(struct vml_zone *zone, int order,
		     struct vml_compact_result *result);
bool vml_compact_direct(unsigned int order, u32 req);

/**
 * vml_frame_set_movable() - say that ops->migrate() can move a block
 * @frame: its first frame, to which the caller has a reference
 *
 * What the caller has written before, as the owner and the index, those see who
 * move the block. It stays movable until it is freed, or moved: then the holder
 * says it anew.
 */
static inline void vml_frame_set_movable(struct vml_frame *frame)
{
	/* Pairs with compaction, which looks before it moves. */
	atomic_fetch_or_release(VML_FRAME_MOVABLE, &frame->word);
}

#endif /* _VMLAB_COMPACT_H */
