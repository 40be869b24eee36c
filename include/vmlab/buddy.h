/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_BUDDY_H
#define _VMLAB_BUDDY_H

#include <vmlab/zone.h>

/**
 * struct vml_buddy_info - the free blocks of a zone at one moment
 * @free: frames that are free
 * @blocks: free blocks by type and order
 */
struct vml_buddy_info {
	u32 free;
	u32 blocks[VML_TYPES][VML_ORDERS];
};

/* What vml_buddy_needs() says of an order that no reclaim can yield. */
#define VML_NEEDS_NEVER	U32_MAX

struct vml_frame *vml_buddy_take(struct vml_zone *zone, unsigned int order,
				 unsigned int type, unsigned int state);
void vml_buddy_give(struct vml_zone *zone, struct vml_frame *frame,
		    unsigned int order);
void vml_buddy_release(struct vml_zone *zone, struct vml_frame *frame, u32 nr);
int vml_buddy_fall_back(struct vml_zone *zone, unsigned int order,
			unsigned int type);

void vml_buddy_info(struct vml_zone *zone, struct vml_buddy_info *info);
u32 vml_buddy_free_blocks(const struct vml_buddy_info *info,
			  unsigned int order);
unsigned int vml_buddy_unusable(const struct vml_buddy_info *info,
				unsigned int order);
int vml_buddy_fragmentation(const struct vml_buddy_info *info,
			    unsigned int order);
void vml_buddy_needs(struct vml_zone *zone, u32 needs[VML_ORDERS]);

/**
 * vml_block_type() - where the type of the page block of a frame is kept
 * @zone: of the frame
 * @number: of the frame
 */
static inline u8 *vml_block_type(struct vml_zone *zone, u32 number)
{
	return &zone->blocks[(number >> zone->block_order) -
			     zone->first_block];
}

/**
 * vml_block_convert() - give page blocks a type
 * @zone: of the frames, locked
 * @number: of the first frame
 * @order: of a block that covers whole page blocks, or is in one
 * @type: &enum vml_type
 */
static inline void vml_block_convert(struct vml_zone *zone, u32 number,
				     unsigned int order, unsigned int type)
{
	u8 *at = vml_block_type(zone, number);
	u32 nr = 1;

	if (order > zone->block_order)
		nr <<= order - zone->block_order;
	while (nr--)
		WRITE_ONCE(*at++, type);
}

/**
 * vml_area_unlink() - undo the links to a free block
 * @area: that it is in; the caller counts
 * @frame: its first frame
 */
static __always_inline void vml_area_unlink(struct vml_free_area *area,
					    struct vml_frame *frame)
{
	u32 next = frame->next, prev = frame->prev;

	if (prev != VML_NONE)
		vml_frame_at(prev)->next = next;
	else
		area->first = next;
	if (next != VML_NONE)
		vml_frame_at(next)->prev = prev;
}

/**
 * vml_area_link() - put a free block on a list
 * @area: the list
 * @frame: its first frame, on no list
 */
static __always_inline void vml_area_link(struct vml_free_area *area,
					  struct vml_frame *frame)
{
	u32 number = vml_frame_number(frame);

	frame->prev = VML_NONE;
	frame->next = VML_NONE;
	if (area->nr++) {
		frame->next = area->first;
		vml_frame_at(area->first)->prev = number;
	}
	area->first = number;
}

/**
 * vml_area_add() - put a free block on the list of its order and type
 * @zone: its zone, locked
 * @frame: its first frame, on no list
 * @order: of the block
 * @type: the list, &enum vml_type
 */
static __always_inline void vml_area_add(struct vml_zone *zone,
					 struct vml_frame *frame,
					 unsigned int order, unsigned int type)
{
	u32 word = vml_frame_word(frame);

	atomic_set(&frame->word, vml_word_make(word, VML_FREE, order, type));
	vml_area_link(&zone->area[type][order], frame);
	zone->orders[type] |= 1U << order;
}

/**
 * vml_area_del() - take a free block off its list
 * @zone: its zone, locked
 * @frame: its first frame, which is %VML_INSIDE after
 * @order: of the block
 * @type: the list, &enum vml_type
 */
static __always_inline void vml_area_del(struct vml_zone *zone,
					 struct vml_frame *frame,
					 unsigned int order, unsigned int type)
{
	struct vml_free_area *area = &zone->area[type][order];
	u32 word = vml_frame_word(frame);

	vml_area_unlink(area, frame);
	if (!--area->nr)
		zone->orders[type] &= ~(1U << order);
	atomic_set(&frame->word, vml_word_make(word, VML_INSIDE, 0, 0));
}

#endif /* _VMLAB_BUDDY_H */
