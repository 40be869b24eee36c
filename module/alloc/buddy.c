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
 */
#include <vmlab/buddy.h>

#include <linux/bitops.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>

/*
 * Halves a block of order @from until it has order @to; the upper halves are
 * free. The block itself is on no list, and as it was the smallest that would
 * do, the lists of the orders below, down to @to, are empty. An upper half
 * begins inside of an extent: it is no edge.
 */
static __always_inline void split(struct vml_zone *zone,
				  struct vml_frame *frame, unsigned int from,
				  unsigned int to, unsigned int type)
{
	u32 word = vml_word_make(vml_frame_word(frame) & VML_WORD_ZONE,
				 VML_FREE, from, type);
	u32 number = vml_frame_number(frame), bit = 1U << from, end = 1U << to;
	struct vml_area *area = &zone->area[type][from];

	zone->stat[VML_STAT_SPLIT] += from - to;
	zone->orders[type] |= bit - end;
	while (bit != end) {
		struct vml_frame *half;

		bit >>= 1;
		half = frame + bit;
		atomic_set(&half->word, --word);
		half->next = VML_NONE;
		half->prev = VML_NONE;
		--area;
		area->first = number + bit;
		area->nr = 1;
	}
}

/*
 * Where merging ends for a block: not beyond the last number, and if the block
 * begins an extent not below it. A power of two, the size of the largest block
 * that may come of it.
 */
static __always_inline u32 merge_end(u32 number, u32 word)
{
	u32 end = 1U << VML_ORDER_MAX;

	while (unlikely((number | (end - 1)) >= vml_frames.nr))
		end >>= 1;
	if (unlikely(word & VML_WORD_EDGE && number))
		end = min(end, number & -number);
	return end;
}

/*
 * A buddy that is free, but not as simply as most. One that begins an extent
 * is out of reach from below; from above it is where merging will end. In a
 * page block all free blocks are of one type; beyond, a block may meet a buddy
 * of another, and converts it.
 */
static noinline bool odd_buddy(struct vml_zone *zone, u32 other, u32 bit,
			       unsigned int type)
{
	struct vml_frame *buddy = vml_frame_at(other);
	u32 word = vml_frame_word(buddy);
	unsigned int order = __ffs(bit);

	if (vml_word_state(word) != VML_FREE || vml_word_order(word) != order ||
	    (word & VML_WORD_EDGE && other & bit))
		return false;
	if (vml_word_type(word) != type) {
		vml_area_del(zone, buddy, order, vml_word_type(word));
		vml_area_add(zone, buddy, order, type);
		vml_block_convert(zone, other, order, type);
	}
	return true;
}

/*
 * Merges a block, which is on no list and inside, with its buddy, and what
 * becomes of it with its buddy, as far as it goes; then it is free. @want is
 * what the word of a buddy must be, and carries the order; the lower of two
 * buddies' numbers is what they have in common. The lists that this empties
 * are marked so at the end.
 */
static __always_inline void merge(struct vml_zone *zone, u32 number, u32 word,
				  unsigned int order, unsigned int type)
{
	u32 want = vml_word_make(0, VML_FREE, order, type);
	u32 bit = 1U << order, end = merge_end(number, word), emptied = 0;
	struct vml_area *area = &zone->area[type][order];
	struct vml_frame *base = vml_frames.base, *buddy;

	for (; bit < end; bit <<= 1, want++, area++) {
		u32 other = number ^ bit;

		buddy = &base[other];
		word = vml_frame_word(buddy);
		if ((word ^ want) & ~(VML_WORD_ZONE | VML_WORD_FLAGS)) {
			if (vml_word_state(word) != VML_FREE ||
			    !odd_buddy(zone, other, bit, type))
				break;
			end = min(end, merge_end(other & number, word));
		}
		if (area->nr-- == 1) {
			area->first = VML_NONE;
			emptied |= bit;
		} else {
			vml_area_unlink(area, buddy);
		}
		atomic_set(&buddy->word,
			   vml_word_make(word, VML_INSIDE, 0, 0));
		number &= other;
	}
	zone->orders[type] &= ~emptied;
	zone->stat[VML_STAT_MERGE] += vml_word_order(want) - order;
	vml_area_add(zone, &base[number], vml_word_order(want), type);
}

/* Takes the first block off its list; what it is now, the caller says. */
static __always_inline void pop(struct vml_zone *zone, struct vml_frame *frame,
				unsigned int order, unsigned int type)
{
	struct vml_area *area = &zone->area[type][order];
	u32 next = frame->next;

	area->first = next;
	area->nr--;
	if (next != VML_NONE)
		vml_frame_at(next)->prev = VML_NONE;
	else
		zone->orders[type] &= ~(1U << order);
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
	unsigned int from, list = type;
	struct vml_frame *frame;
	u32 orders;

	lockdep_assert_held(&zone->lock);
	orders = zone->orders[type] >> order;
	if (unlikely(!orders)) {
		int other = vml_buddy_fall_back(zone, order, type);

		if (other < 0)
			return NULL;
		list = other;
		orders = zone->orders[list] >> order;
	}
	from = order + __ffs(orders);
	frame = vml_frame_at(zone->area[list][from].first);
	pop(zone, frame, from, list);
	split(zone, frame, from, order, list);
	WRITE_ONCE(zone->free, zone->free - (1U << order));
	atomic_set(&frame->word,
		   vml_word_make(vml_frame_word(frame), state, order, type));
	return frame;
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
	u32 number = vml_frame_number(frame);
	u32 word = vml_frame_word(frame);

	lockdep_assert_held(&zone->lock);
	atomic_set(&frame->word, vml_word_make(word, VML_INSIDE, 0, 0));
	WRITE_ONCE(zone->free, zone->free + (1U << order));
	merge(zone, number, word, order, *vml_block_type(zone, number));
}

/**
 * vml_buddy_release() - put frames that were never free on the free lists
 * @zone: their zone
 * @frame: the first
 * @nr: how many there are, all of one extent
 *
 * Context: takes zone->lock.
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
	}
}
