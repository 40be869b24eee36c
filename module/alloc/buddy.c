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
 * free. The block itself is on no list.
 */
static __always_inline void split(struct vml_zone *zone,
				  struct vml_frame *frame, unsigned int from,
				  unsigned int to, unsigned int type)
{
	zone->stat[VML_STAT_SPLIT] += from - to;
	while (from > to) {
		from--;
		vml_area_add(zone, frame + (1U << from), from, type);
	}
}

/*
 * Merges a block, which is on no list and inside, with its buddy, and what
 * becomes of it with its buddy, as far as it goes; then it is free. In a page
 * block all are of one type; beyond, one may meet a buddy of another type, and
 * converts it.
 */
static __always_inline void merge(struct vml_zone *zone,
				  struct vml_frame *frame, unsigned int order,
				  unsigned int type)
{
	u32 number = vml_frame_number(frame);
	unsigned int start = order;

	for (; order < VML_ORDER_MAX; order++) {
		u32 bit = 1U << order, word;
		u32 buddy = number ^ bit;

		if (buddy >= vml_frames.nr)
			break;
		word = vml_frame_word(vml_frame_at(buddy));
		if ((word & (VML_WORD_STATE | VML_WORD_ORDER)) !=
		    (VML_FREE << VML_WORD_STATE_SHIFT | order))
			break;
		if (vml_frame_word(vml_frame_at(number | bit)) & VML_WORD_EDGE)
			break;
		vml_area_del(zone, vml_frame_at(buddy), order,
			     vml_word_type(word));
		number &= ~bit;
	}
	zone->stat[VML_STAT_MERGE] += order - start;
	if (unlikely(order > zone->block_order))
		vml_block_convert(zone, number, order, type);
	vml_area_add(zone, vml_frame_at(number), order, type);
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
	vml_area_del(zone, frame, from, list);
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
	merge(zone, frame, order, *vml_block_type(zone, number));
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
