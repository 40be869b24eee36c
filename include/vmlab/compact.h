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

#endif /* _VMLAB_COMPACT_H */
