// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The buddy system
 *
 * Knuth, The Art of Computer Programming, volume 1, section 2.5, algorithms R
 * and S, as Linux refines them in mm/page_alloc.c. A block of order n has 2^n
 * frames and a number that is a multiple of 2^n; its buddy is the block whose
 * number differs in bit n alone. A request takes the smallest block that is
 * large enough and splits it in halves; a block that is freed merges with its
 * buddy for as long as that is free too.
 *
 * A word of bits says which lists have blocks, so that nothing loops over
 * orders to find one. The state of a buddy stands in its descriptor, so that
 * nothing searches a list to find it.
 *
 * What cannot be freed never gets here: vml_free() looks first.
 *
 * Taking and giving exist twice: what is rare and what tells of events stands
 * apart, so that the usual way keeps all in registers.
 */
#include <vmlab/buddy.h>
#include <vmlab/event.h>

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/sched.h>

/*
 * Halves a block of @nr frames, which was on the list @area, until it has @end;
 * the upper halves are free, and @word is what the word of the block would be if
 * it were. As it was the smallest that would do, the lists of the orders below,
 * down to that of @end, are empty. An upper half begins inside of an extent: it
 * is no edge.
 */
static __always_inline void split(struct vml_free_area *area,
				  struct vml_frame *frame, u32 word,
				  unsigned long nr, unsigned long end)
{
	unsigned long size = nr * sizeof(*frame);
	u64 lone = 1ULL << 32 | vml_frame_number(frame);

	do {
		struct vml_frame *half;

		nr >>= 1;
		size >>= 1;
		half = (void *)frame + size;
		atomic_set(&half->word, --word);
		half->next = VML_NONE;
		half->prev = VML_NONE;
		--area;
		area->both = lone + nr;
	} while (nr != end);
}

/*
 * The size of the largest block that may come of a block, in bytes of the array
 * of descriptors. One that begins an extent does not merge with what is below.
 */
static __always_inline unsigned long merge_end(u32 number, u32 word)
{
	u32 end = vml_frames.block;

	if (unlikely(word & VML_WORD_EDGE && number))
		end = min(end, number & -number);
	return end * sizeof(struct vml_frame);
}

static struct vml_frame *merge_odd(struct vml_zone *zone,
				   struct vml_frame *frame, unsigned int order,
				   unsigned int type);

/*
 * Merges a block, which is on no list, with its buddy, and what becomes of it
 * with its buddy, as far as it goes; then it is free. @want is what the word of
 * a buddy must be, and carries the order. Most lists that it goes through have
 * but that buddy and are struck out together at the end; one that has others is
 * struck out before, and so comes back. Places and sizes are counted in bytes of
 * the array of descriptors. Returns the first frame of what became of it.
 *
 * Where merging ends, what stood in the way may still be a buddy, if an odd
 * one. After the last of the buddies @word is of a lower order, and before the
 * first it is not that of a free block.
 */
static __always_inline struct vml_frame *merge(struct vml_zone *zone,
					       struct vml_frame *frame,
					       unsigned int order,
					       unsigned int type)
{
	u32 word = vml_frame_word(frame);
	u32 inside = vml_word_make(word & VML_WORD_ZONE, VML_INSIDE, 0, 0);
	u32 lone = vml_word_make(word & VML_WORD_ZONE, VML_FREE, order, type);
	unsigned long end = merge_end(vml_frame_number(frame), word);
	unsigned long nr = 1UL << order, size = nr * sizeof(*frame), place;
	struct vml_free_area *area = &zone->area[type][order];
	void *base = vml_frames.base;
	u32 want = lone;

	place = (void *)frame - base;
	atomic_set(&frame->word, inside | (word & VML_WORD_EDGE));
	for (; size < end; size <<= 1, want++, area++) {
		unsigned long other = place ^ size;
		struct vml_frame *buddy = base + other;

		word = vml_frame_word(buddy);
		if (word != want)
			break;
		if (unlikely(--area->nr)) {
			vml_area_unlink(area, buddy);
			zone->orders[type] ^= size / sizeof(*frame);
		}
		atomic_set(&buddy->word, inside);
		place &= other;
	}
	frame = base + place;
	zone->orders[type] ^= size / sizeof(*frame) - nr;
	zone->stat[VML_STAT_MERGE] += want - lone;
	if (unlikely(!((word ^ want) & (VML_WORD_STATE | VML_WORD_ORDER))))
		return merge_odd(zone, frame, vml_word_order(want), type);
	word = vml_frame_word(frame) & VML_WORD_EDGE;
	atomic_set(&frame->word, word | want);
	vml_area_link(area, frame);
	zone->orders[type] |= size / sizeof(*frame);
	return frame;
}

/*
 * Merges a block with a buddy of its order that is free but not as simply as
 * most, and goes on. One that begins an extent is out of reach from below; from
 * above it is where merging will end. In a page block all free blocks are of
 * one type; beyond, a block may meet a buddy of another, and converts it.
 *
 * This can happen but once for the edge and once for each order beyond that of
 * page blocks, so it does not call itself often.
 */
static noinline struct vml_frame *merge_odd(struct vml_zone *zone,
					    struct vml_frame *frame,
					    unsigned int order,
					    unsigned int type)
{
	u32 number = vml_frame_number(frame), other = number ^ 1U << order;
	struct vml_frame *buddy = vml_frame_at(other);
	u32 word = vml_frame_word(buddy);

	if (word & VML_WORD_EDGE && other > number) {
		vml_area_add(zone, frame, order, type);
		return frame;
	}
	vml_area_del(zone, buddy, order, vml_word_type(word));
	vml_block_convert(zone, other, order, type);
	zone->stat[VML_STAT_MERGE]++;
	frame = min(frame, buddy);
	return merge(zone, frame, order + 1, type);
}

/* Takes the first block off a list; returns whether that has others. */
static __always_inline bool pop(struct vml_free_area *area,
				struct vml_frame *frame)
{
	if (!--area->nr)
		return false;
	area->first = frame->next;
	vml_frame_at(area->first)->prev = VML_NONE;
	return true;
}

/* Takes a block of type @list, which has one, for a request of type @type. */
static __always_inline struct vml_frame *take(struct vml_zone *zone,
					      unsigned int order,
					      unsigned int list,
					      unsigned int type,
					      unsigned int state, bool tell)
{
	u32 orders = zone->orders[list], word;
	unsigned int from = order + __ffs(orders >> order);
	unsigned long nr_from = 1UL << from, nr = 1UL << order;
	struct vml_free_area *area = &zone->area[list][from];
	struct vml_frame *frame;

	/* Else gcc computes it twice, and runs out of registers. */
	OPTIMIZER_HIDE_VAR(area);
	frame = vml_frame_at(area->first);
	if (!pop(area, frame))
		orders ^= nr_from;
	zone->orders[list] = orders | (nr_from - nr);
	if (tell)
		vml_event(VML_EVENT_TAKE, zone, vml_frame_number(frame), from,
			  list);
	if (from != order) {
		zone->stat[VML_STAT_SPLIT] += from - order;
		word = vml_frame_word(frame) & VML_WORD_ZONE;
		word = vml_word_make(word, VML_FREE, from, list);
		split(area, frame, word, nr_from, nr);
		if (tell)
			vml_event(VML_EVENT_SPLIT, zone,
				  vml_frame_number(frame), from, order);
	}
	WRITE_ONCE(zone->free, zone->free - nr);
	atomic_set(&frame->word,
		   vml_word_make(vml_frame_word(frame), state, order, type));
	return frame;
}

/* For want of a block of that type, or because somebody listens. */
static noinline struct vml_frame *
take_slowly(struct vml_zone *zone, unsigned int order, unsigned int type,
	    unsigned int state)
{
	int list = type;

	if (!(zone->orders[type] >> order))
		list = vml_buddy_fall_back(zone, order, type);
	if (list < 0)
		return NULL;
	return take(zone, order, list, type, state, true);
}

/**
 * vml_buddy_take() - take a block off the free lists
 * @zone: the zone
 * @order: of the block
 * @type: &enum vml_type that is asked for
 * @state: what the block becomes, %VML_USED or %VML_CACHED
 *
 * Context: zone->lock held.
 * Return: NULL if there is none.
 */
struct vml_frame *vml_buddy_take(struct vml_zone *zone, unsigned int order,
				 unsigned int type, unsigned int state)
{
	lockdep_assert_held(&zone->lock);
	if (static_branch_unlikely(&vml_event_key) ||
	    unlikely(!(zone->orders[type] >> order)))
		return take_slowly(zone, order, type, state);
	return take(zone, order, type, type, state, false);
}

static noinline void give_telling(struct vml_zone *zone,
				  struct vml_frame *frame, unsigned int order)
{
	u32 number = vml_frame_number(frame);

	vml_event(VML_EVENT_GIVE, zone, number, order, order);
	frame = merge(zone, frame, order, *vml_block_type(zone, number));
	vml_event(VML_EVENT_MERGE, zone, vml_frame_number(frame), order,
		  vml_word_order(vml_frame_word(frame)));
}

/**
 * vml_buddy_give() - put a block back on the free lists
 * @zone: its zone
 * @frame: its first frame, on no list, with no references
 * @order: of the block
 *
 * It goes to the lists of its page block's type, whatever it was used for.
 *
 * Context: zone->lock held.
 */
void vml_buddy_give(struct vml_zone *zone, struct vml_frame *frame,
		    unsigned int order)
{
	lockdep_assert_held(&zone->lock);
	WRITE_ONCE(zone->free, zone->free + (1UL << order));
	if (static_branch_unlikely(&vml_event_key))
		give_telling(zone, frame, order);
	else
		merge(zone, frame, order,
		      *vml_block_type(zone, vml_frame_number(frame)));
}

/**
 * vml_buddy_release() - put frames that were never free on the free lists
 * @zone: their zone
 * @frame: the first
 * @nr: how many there are, all of one extent
 *
 * Context: may sleep; takes zone->lock.
 */
void vml_buddy_release(struct vml_zone *zone, struct vml_frame *frame, u32 nr)
{
	u32 number = vml_frame_number(frame);

	while (nr) {
		unsigned int order = min_t(unsigned int, __fls(nr),
					   VML_ORDER_MAX);

		if (number)
			order = min_t(unsigned int, order, __ffs(number));
		spin_lock(&zone->lock);
		vml_buddy_give(zone, vml_frame_at(number), order);
		spin_unlock(&zone->lock);
		number += 1U << order;
		nr -= 1U << order;
		cond_resched();
	}
}
