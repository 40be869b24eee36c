/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_ALLOC_H
#define _VMLAB_ALLOC_H

#include <vmlab/zone.h>

/**
 * enum vml_bug - what somebody did wrong
 * @VML_BUG_FOREIGN: freed what is no frame of the pool
 * @VML_BUG_DOUBLE: freed a block that is free
 * @VML_BUG_INSIDE: freed the middle of a block
 * @VML_BUG_ORDER: freed a block with an order that it does not have
 * @VML_BUG_MAPPED: freed a block that is still mapped
 * @VML_BUG_STATE: found by vml_alloc_check(): a frame in no state, or in two
 * @VML_BUG_REFS: found: references or maps that do not fit the state
 * @VML_BUG_BUDDY: found: two buddies both free
 * @VML_BUG_TYPE: found: a free block on the list of a type not its own
 * @VML_BUG_LIST: found: a list that does not hang together
 * @VML_BUG_COUNT: found: a counter that does not add up
 * @VML_BUGS: how many there are
 */
enum vml_bug {
	VML_BUG_FOREIGN,
	VML_BUG_DOUBLE,
	VML_BUG_INSIDE,
	VML_BUG_ORDER,
	VML_BUG_MAPPED,
	VML_BUG_STATE,
	VML_BUG_REFS,
	VML_BUG_BUDDY,
	VML_BUG_TYPE,
	VML_BUG_LIST,
	VML_BUG_COUNT,
	VML_BUGS
};

/**
 * enum vml_alloc_stat - what the allocator counts over all zones
 * @VML_STAT_SLOW: requests that no zone could serve from above its watermark
 * @VML_STAT_FAIL: requests that failed
 * @VML_STAT_WAKE: times that reclaim was woken for a zone
 * @VML_STAT_COLLECT: times that all per-CPU lists were emptied for a request
 * @VML_STAT_COMPACT: times that a request compacted
 * @VML_STAT_COMPACTED: of them, with success
 * @VML_STAT_SHRINK: times that a request shrank the slabs
 * @VML_STAT_RECLAIM: times that a request reclaimed
 * @VML_ALLOC_STATS: how many there are
 */
enum vml_alloc_stat {
	VML_STAT_SLOW,
	VML_STAT_FAIL,
	VML_STAT_WAKE,
	VML_STAT_COLLECT,
	VML_STAT_COMPACT,
	VML_STAT_COMPACTED,
	VML_STAT_SHRINK,
	VML_STAT_RECLAIM,
	VML_ALLOC_STATS
};

struct vml_slab_bug;

/**
 * struct vml_alloc_ops - what higher floors do for the allocator
 * @wake: a zone is below its low watermark; must not sleep
 * @reclaim: give frames back now; may sleep. Returns how many it freed, and 0
 *	to have the request fail
 * @zero: fill a block with zeroes; must not sleep
 * @migrate: move what a block holds to another of the same order, which has one
 *	reference and is the mover's until it succeeds; for blocks with
 *	%VML_FRAME_MOVABLE, see vml_frame_set_movable(). The mover has a
 *	reference to @from; the holder gives his up and takes that to @to. He
 *	may have freed @from meanwhile. May sleep. Returns 0, or -EAGAIN if that
 *	cannot be now
 * @who: the process that is at work, for the records of slabs
 * @slab_report: a bug in the use of a slab was found and refused; as @report
 * @report: a bug was found and refused; @frame may point anywhere and must not
 *	be followed unless vml_frame_valid(). Called under any of the
 *	allocator's locks: must not sleep, allocate or free
 *
 * Each may be NULL.
 */
struct vml_alloc_ops {
	void (*wake)(struct vml_zone *zone, unsigned int order);
	u32 (*reclaim)(unsigned int order, u32 req);
	void (*zero)(struct vml_frame *frame, unsigned int order);
	int (*migrate)(struct vml_frame *from, struct vml_frame *to,
		       unsigned int order);
	u32 (*who)(void);
	void (*slab_report)(const struct vml_slab_bug *bug);
	void (*report)(enum vml_bug bug, const struct vml_frame *frame,
		       unsigned int order);
};

/**
 * struct vml_alloc_config - the pool
 * @extents: its frames, by rising physical number
 * @nr_extents: how many extents
 * @nr_cpus: highest number that a CPU may have plus one
 * @cpu_node: by CPU, the node it is on, modulo how many there are; NULL for its
 *	own number
 * @min_free: see vml_zones_set_min_free()
 * @block_order: order of a page block, 0 to choose
 */
struct vml_alloc_config {
	const struct vml_extent *extents;
	unsigned int nr_extents;
	unsigned int nr_cpus;
	const u8 *cpu_node;
	u32 min_free;
	unsigned int block_order;
};

int vml_alloc_init(const struct vml_alloc_config *config);
u32 vml_alloc_fini(void);
void vml_alloc_set_ops(const struct vml_alloc_ops *ops);
const struct vml_alloc_ops *vml_alloc_get_ops(void);
struct vml_frame *vml_alloc(unsigned int order, u32 req);
void vml_free(struct vml_frame *frame, unsigned int order);
int vml_split(struct vml_frame *frame, u32 refs);
void vml_alloc_report(enum vml_bug bug, const struct vml_frame *frame,
		      unsigned int order);
u32 vml_alloc_bugs(enum vml_bug bug);
u64 vml_alloc_stat(enum vml_alloc_stat stat);
struct vml_zone *const *vml_alloc_zones(u32 req);
u32 vml_alloc_mark(const struct vml_zone *zone, enum vml_mark mark, u32 req);
u64 vml_alloc_bytes(void);
u32 vml_alloc_check(bool quiet);

/**
 * vml_put() - drop a reference to a block
 * @frame: its first frame
 *
 * Context: as vml_free().
 */
static inline void vml_put(struct vml_frame *frame)
{
	vml_free(frame, vml_word_order(vml_frame_word(frame)));
}

#endif /* _VMLAB_ALLOC_H */
