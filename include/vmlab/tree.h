/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_TREE_H
#define _VMLAB_TREE_H

#include <vmlab/table.h>

#define VML_TREE_BITS	9	/* of the index, a level */
#define VML_TREE_SLOTS	BIT(VML_TREE_BITS)
#define VML_TREE_HEIGHT	4	/* at most: for all 32 bits */

/*
 * A slot of a tree:
 *
 *	 0	present: it leads to a table below, or in the lowest to a frame
 *	 1	dirty: the frame has what is nowhere else
 *	 2	huge: it leads to a block of order VML_TREE_BITS, which has all
 *		that a lowest table would lead to
 *	 3	writeback: what the frame has was copied out, and is being
 *		written to what is behind the object; until that is done, it is
 *		dirty too. Who writes to the frame first clears this bit
 *	43:12	number of the table's or the content's frame
 *
 * One that is 0 is empty. A huge slot is one level above the lowest, and says
 * the first frame of the block; asked for an index, it is given out with the
 * frame of that index.
 */
#define VML_SLOT_PRESENT	BIT(0)
#define VML_SLOT_DIRTY		BIT(1)
#define VML_SLOT_HUGE		BIT(2)
#define VML_SLOT_WRITEBACK	BIT(3)
#define VML_SLOT_SHIFT		12
#define VML_SLOT_FRAME		GENMASK(43, 12)

/**
 * vml_slot() - a slot that leads to a frame
 * @frame: the frame
 * @bits: VML_SLOT_*; present is added
 */
static inline u64 vml_slot(const struct vml_frame *frame, u64 bits)
{
	return (u64)vml_frame_number(frame) << VML_SLOT_SHIFT | bits |
	       VML_SLOT_PRESENT;
}

/**
 * vml_slot_frame() - the frame that a slot leads to
 * @slot: the slot
 *
 * Return: NULL if it is empty.
 */
static inline struct vml_frame *vml_slot_frame(u64 slot)
{
	if (!(slot & VML_SLOT_PRESENT))
		return NULL;
	return vml_frame_at((slot & VML_SLOT_FRAME) >> VML_SLOT_SHIFT);
}

/**
 * vml_slot_writable() - whether a frame may be written to without being noted
 * @slot: the slot that leads to it
 */
static inline bool vml_slot_writable(u64 slot)
{
	return (slot & (VML_SLOT_DIRTY | VML_SLOT_WRITEBACK)) == VML_SLOT_DIRTY;
}

/**
 * vml_slot_block() - the block that a slot leads to
 * @slot: the slot
 *
 * Return: its first frame; NULL if the slot is empty.
 */
static inline struct vml_frame *vml_slot_block(u64 slot)
{
	if (slot & VML_SLOT_HUGE)
		slot &= ~((u64)(VML_TREE_SLOTS - 1) << VML_SLOT_SHIFT);
	return vml_slot_frame(slot);
}

/**
 * struct vml_tree - from an index to a slot
 * @root: first frame of the top table, or NULL if all slots are empty
 * @height: levels of tables, 0 without any
 * @charge: for whom tables and content count, whatever is in it; or NULL
 */
struct vml_tree {
	struct vml_frame *root;
	unsigned int height;
	struct vml_charge *charge;
};

/**
 * struct vml_tree_stat - what is in a tree
 * @frames: frames of content
 * @shared: of them, those that another tree has too
 * @dirty: of them, those that are dirty
 * @huge: blocks of huge slots
 * @tables: tables
 * @shared_tables: of them, those that another tree has too
 */
struct vml_tree_stat {
	u32 frames;
	u32 shared;
	u32 dirty;
	u32 huge;
	u32 tables;
	u32 shared_tables;
};

u64 vml_tree_get(const struct vml_tree *tree, u32 index, bool *shared);
void vml_tree_write(const struct vml_tree *tree, struct vml_frame *table,
		    u32 index, u64 slot);
u32 vml_tree_row(const struct vml_tree *tree, u32 index, u32 nr, u64 *slots);
unsigned int vml_tree_lacking(const struct vml_tree *tree, u32 index);
unsigned int vml_tree_lacking_huge(const struct vml_tree *tree, u32 index);
int vml_tree_set(struct vml_tree *tree, u32 index, u64 slot,
		 struct vml_stock *stock);
unsigned int vml_tree_clear_lacking(const struct vml_tree *tree, u32 first,
				    u32 last);
int vml_tree_clear(struct vml_tree *tree, u32 first, u32 last,
		   struct vml_stock *stock);
bool vml_tree_cuts(const struct vml_tree *tree, u32 first, u32 last, u32 edge);
bool vml_tree_swap(struct vml_tree *tree, u32 index, u64 from, u64 to);
void vml_tree_share(struct vml_tree *to, const struct vml_tree *from);
void vml_tree_fini(struct vml_tree *tree);
u64 vml_tree_next(const struct vml_tree *tree, u32 *index, u32 last);
void vml_tree_stat(const struct vml_tree *tree, struct vml_tree_stat *stat);

#endif /* _VMLAB_TREE_H */
