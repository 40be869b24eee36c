/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_FRAME_H
#define _VMLAB_FRAME_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/types.h>

#define VML_ORDER_MAX	10
#define VML_ORDERS	(VML_ORDER_MAX + 1)

#define VML_NODES	8	/* at most */
#define VML_FRAMES_MAX	BIT(30)	/* 4 TiB */

/* The end of a list of frames. */
#define VML_NONE	U32_MAX

#define VML_FRAME_SHIFT	12
#define VML_FRAME_SIZE	BIT(VML_FRAME_SHIFT)

/**
 * enum vml_zone_type - kinds of zones, from the scarcest up
 * @VML_DMA: what old devices reach
 * @VML_NORMAL: all that the kernel maps
 * @VML_HIGHMEM: frames that must be mapped to be touched
 * @VML_ZONE_TYPES: how many there are
 */
enum vml_zone_type {
	VML_DMA,
	VML_NORMAL,
	VML_HIGHMEM,
	VML_ZONE_TYPES
};

/**
 * enum vml_type - what can be done about a frame that stands in the way
 * @VML_UNMOVABLE: nothing
 * @VML_MOVABLE: it can be copied elsewhere
 * @VML_RECLAIMABLE: its content can be dropped
 * @VML_TYPES: how many there are
 */
enum vml_type {
	VML_UNMOVABLE,
	VML_MOVABLE,
	VML_RECLAIMABLE,
	VML_TYPES
};

/**
 * enum vml_state - what a frame is; each is in exactly one state
 * @VML_HOLE: a number that no frame of the pool has
 * @VML_INSIDE: part of a larger block, but not its first frame
 * @VML_FREE: first frame of a block on a free list of its zone
 * @VML_CACHED: first frame of a block on a per-CPU list
 * @VML_USED: first frame of a block that somebody holds
 */
enum vml_state {
	VML_HOLE,
	VML_INSIDE,
	VML_FREE,
	VML_CACHED,
	VML_USED
};

/*
 * The word of a frame:
 *
 *	 3:0	order of the block, in its first frame
 *	 5:4	&enum vml_type; of a free block its list, else what was asked
 *	 8:6	&enum vml_state
 *	 9	edge: no block that begins below contains this frame
 *	14:10	number of the zone
 *	31:16	flags of whoever holds the block; the allocator clears them
 *
 * Only the one that owns the transition (the lock of the zone, of the per-CPU
 * list, or the last reference) changes the lower half; a holder changes flags
 * by atomic_or() and atomic_andnot().
 */
#define VML_WORD_ORDER		GENMASK(3, 0)
#define VML_WORD_TYPE		GENMASK(5, 4)
#define VML_WORD_TYPE_SHIFT	4
#define VML_WORD_STATE		GENMASK(8, 6)
#define VML_WORD_STATE_SHIFT	6
#define VML_WORD_EDGE		BIT(9)
#define VML_WORD_ZONE		GENMASK(14, 10)
#define VML_WORD_ZONE_SHIFT	10
#define VML_WORD_KEEP		(VML_WORD_EDGE | VML_WORD_ZONE)
#define VML_WORD_FLAGS		GENMASK(31, 16)

/* Flags of the holder, in the first frame of a block. */
#define VML_FRAME_MOVABLE	BIT(16)	/* ops->migrate can move what it holds */
#define VML_FRAME_SLAB		BIT(17)	/* a slab; owner is its cache */
#define VML_FRAME_VMALLOC	BIT(18)	/* part of a struct vml_vmap, its owner */
#define VML_FRAME_HAND		BIT(19)	/* held by hand, for a session */
#define VML_FRAME_TABLE		BIT(20)	/* a table at owner; index counts its slots */
#define VML_FRAME_CONTENT	BIT(21)	/* content of objects; owner is the family */

static_assert((VML_ORDER_MAX & VML_WORD_ORDER) == VML_ORDER_MAX);
static_assert(VML_WORD_TYPE >> VML_WORD_TYPE_SHIFT >= VML_TYPES);
static_assert(VML_NODES * VML_ZONE_TYPES <=
	      (VML_WORD_ZONE >> VML_WORD_ZONE_SHIFT) + 1);

/**
 * struct vml_frame - descriptor of a frame
 * @word: order, type, state, zone and flags, see above
 * @refs: references to a used block; 0 in every other state
 * @maps: page-table entries that map it; 0 in every state but used
 * @next: number of the next frame on the list that this one is on
 * @prev: number of the previous one
 * @index: of the frame in its owner
 * @owner: whom the frame belongs to
 *
 * Who has the fields depends on the state of the frame:
 *
 *	========= ================ ======== ========= =============
 *	state     word             refs     links     owner, index
 *	========= ================ ======== ========= =============
 *	free      zone's lock      0        free list kept, unused
 *	cached    list's lock      0        list      kept, unused
 *	used      holder           counted  holder    holder
 *	inside    0 or as the head 0        holder    holder
 *	hole      0                0        unused    unused
 *	========= ================ ======== ========= =============
 *
 * Only the first frame of a block has references and an order. Links are
 * numbers, half the size of pointers: so a used frame has its links, owner and
 * index all at once, and nothing needs to share its place.
 */
struct vml_frame {
	atomic_t word;
	atomic_t refs;
	atomic_t maps;
	u32 next;
	u32 prev;
	u32 index;
	void *owner;
};

static_assert(sizeof(struct vml_frame) <= 32);

/**
 * struct vml_extent - frames that are contiguous and belong to one zone
 * @pfn: physical number of the first frame
 * @virt: where the kernel sees the first frame; rises with @pfn, or is NULL in
 *	all extents
 * @nr: number of frames
 * @node: the node
 * @zone: &enum vml_zone_type
 */
struct vml_extent {
	u64 pfn;
	void *virt;
	u32 nr;
	u8 node;
	u8 zone;
};

/**
 * struct vml_run - extents without a gap between them
 * @pfn: physical number of the first frame
 * @virt: where the kernel sees the first frame, or NULL
 * @first: number of the first frame in the pool
 * @nr: number of frames
 */
struct vml_run {
	u64 pfn;
	void *virt;
	u32 first;
	u32 nr;
};

/**
 * struct vml_slots - finds the run of a place in memory
 * @first: where the first run begins, in frames
 * @nr: how many slots the runs reach over
 * @shift: each has 1 << this frames
 * @run: by slot: index of the last run that begins before it or where it does;
 *	one more than there are slots
 */
struct vml_slots {
	u64 first;
	u32 nr;
	u32 shift;
	u16 *run;
};

/**
 * struct vml_frames - all descriptors
 * @base: descriptor of number 0
 * @nr: how many numbers there are, holes included
 * @block: frames of the largest block that there may be, a power of two; up to
 *	a multiple of it, descriptors of holes follow the last number
 * @nr_runs: how many runs
 * @room: how many @runs has room for: the extents that they were made of
 * @run_of: by number / VML_GRANULE: index of the run
 * @runs: by rising @pfn, @virt and @first
 * @by_pfn: finds them by physical number
 * @by_virt: by address / VML_FRAME_SIZE; empty in a pool without addresses
 */
struct vml_frames {
	struct vml_frame *base;
	u32 nr;
	u32 block;
	u32 nr_runs;
	u32 room;
	u16 *run_of;
	struct vml_run *runs;
	struct vml_slots by_pfn;
	struct vml_slots by_virt;
};

/* As many numbers in a row are of the same run, or of none. */
#define VML_GRANULE	16

extern struct vml_frames vml_frames;

int vml_frames_init(const struct vml_extent *extents, unsigned int nr);
void vml_frames_fini(void);
u64 vml_frames_bytes(void);
struct vml_frame *vml_pfn_frame(u64 pfn);
void *vml_frame_address(const struct vml_frame *frame);
const struct vml_run *vml_address_run(const void *address);
struct vml_frame *vml_address_frame(const void *address);
struct vml_frame *vml_frame_head(struct vml_frame *frame);

/**
 * vml_frame_at() - the descriptor of a number
 * @number: below vml_frames.nr
 */
static inline struct vml_frame *vml_frame_at(u32 number)
{
	return &vml_frames.base[number];
}

/**
 * vml_frame_number() - the number of a frame in the pool
 * @frame: its descriptor
 */
static inline u32 vml_frame_number(const struct vml_frame *frame)
{
	return frame - vml_frames.base;
}

/**
 * vml_number_run() - the run of a frame
 * @number: of the frame, not a hole
 */
static inline const struct vml_run *vml_number_run(u32 number)
{
	return &vml_frames.runs[vml_frames.run_of[number / VML_GRANULE]];
}

/**
 * vml_number_pfn() - the physical number of a frame
 * @number: its number in the pool, not a hole
 */
static inline u64 vml_number_pfn(u32 number)
{
	const struct vml_run *run = vml_number_run(number);

	return run->pfn + (number - run->first);
}

/**
 * vml_frame_pfn() - the physical number of a frame
 * @frame: not a hole
 */
static inline u64 vml_frame_pfn(const struct vml_frame *frame)
{
	return vml_number_pfn(vml_frame_number(frame));
}

/**
 * vml_run_number() - the number of the frame that the kernel sees at an address
 * @run: the run that it may be in; with @virt
 * @address: any pointer; not followed
 *
 * Return: VML_NONE if it is not in the run.
 */
static inline u32 vml_run_number(const struct vml_run *run, const void *address)
{
	uintptr_t offset = (uintptr_t)address - (uintptr_t)run->virt;

	offset >>= VML_FRAME_SHIFT;
	return offset < run->nr ? run->first + (u32)offset : VML_NONE;
}

/**
 * vml_frame_valid() - whether a pointer is one to a descriptor
 * @frame: any pointer; not followed
 */
static inline bool vml_frame_valid(const struct vml_frame *frame)
{
	uintptr_t offset = (uintptr_t)frame - (uintptr_t)vml_frames.base;

	return offset < (uintptr_t)vml_frames.nr * sizeof(*frame) &&
	       !(offset % sizeof(*frame));
}

static inline u32 vml_frame_word(const struct vml_frame *frame)
{
	return atomic_read(&frame->word);
}

static inline unsigned int vml_word_state(u32 word)
{
	return (word & VML_WORD_STATE) >> VML_WORD_STATE_SHIFT;
}

static inline unsigned int vml_word_order(u32 word)
{
	return word & VML_WORD_ORDER;
}

static inline unsigned int vml_word_type(u32 word)
{
	return (word & VML_WORD_TYPE) >> VML_WORD_TYPE_SHIFT;
}

static inline unsigned int vml_word_zone(u32 word)
{
	return (word & VML_WORD_ZONE) >> VML_WORD_ZONE_SHIFT;
}

/**
 * vml_word_make() - the word of the first frame of a block
 * @old: its word before: zone and edge are kept
 * @state: &enum vml_state
 * @order: of the block
 * @type: &enum vml_type
 */
static inline u32 vml_word_make(u32 old, unsigned int state, unsigned int order,
				unsigned int type)
{
	return (old & VML_WORD_KEEP) | state << VML_WORD_STATE_SHIFT |
	       type << VML_WORD_TYPE_SHIFT | order;
}

/**
 * vml_frame_get() - take another reference to a block
 * @frame: its first frame, to which the caller has a reference
 */
static inline void vml_frame_get(struct vml_frame *frame)
{
	atomic_inc(&frame->refs);
}

/**
 * vml_frame_tryget() - take a reference to a block that may be free by now
 * @frame: its first frame
 *
 * The block may meanwhile be another's: look again after.
 *
 * Return: false if nobody holds it.
 */
static inline bool vml_frame_tryget(struct vml_frame *frame)
{
	return atomic_add_unless(&frame->refs, 1, 0);
}

#endif /* _VMLAB_FRAME_H */
