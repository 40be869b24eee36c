/* SPDX-License-Identifier: GPL-2.0 */
/* How an index leads through the tables of a tree: for those that walk them. */
#ifndef _VMLAB_TREE_WALK_H
#define _VMLAB_TREE_WALK_H

#include <vmlab/tree.h>

/**
 * vml_tree_index_of() - which slot of a table an index leads to
 * @index: the index
 * @level: of the table, 0 being the lowest
 */
static inline u32 vml_tree_index_of(u32 index, unsigned int level)
{
	return index >> level * VML_TREE_BITS & (VML_TREE_SLOTS - 1);
}

/**
 * vml_tree_last_below() - the last index below a slot
 * @index: any that is below it
 * @level: of the slot
 */
static inline u32 vml_tree_last_below(u32 index, unsigned int level)
{
	return index | (u32)(BIT(level * VML_TREE_BITS) - 1);
}

/**
 * vml_tree_part_of() - of what a huge slot leads to, the part that an index has
 * @slot: the slot, huge or not
 * @index: the index
 */
static inline u64 vml_tree_part_of(u64 slot, u32 index)
{
	if (slot & VML_SLOT_HUGE)
		slot += (u64)vml_tree_index_of(index, 0) << VML_SLOT_SHIFT;
	return slot;
}

/**
 * vml_tree_is_huge() - whether a slot of a table leads to a block
 * @table: the table
 * @i: which slot
 */
static inline bool vml_tree_is_huge(const struct vml_frame *table, u32 i)
{
	return vml_table_slots(table)[i] & VML_SLOT_HUGE;
}

/**
 * vml_tree_reaches() - whether a tree is high enough for an index
 * @tree: the tree
 * @index: the index
 */
static inline bool vml_tree_reaches(const struct vml_tree *tree, u32 index)
{
	return tree->height && !((u64)index >> tree->height * VML_TREE_BITS);
}

/**
 * vml_frame_is_shared() - whether more than one leads to a block
 * @frame: its first frame
 */
static inline bool vml_frame_is_shared(const struct vml_frame *frame)
{
	return atomic_read(&frame->refs) > 1;
}

/**
 * vml_tree_own() - the lowest table on the way to an index, if it can be written
 * @tree: the tree
 * @index: any
 *
 * So it mostly is. It stays that as long as nobody shares the tree, clears any of
 * it or sets another of the table's slots.
 *
 * Return: its frame; NULL if tables are lacking, or a block is there.
 */
static inline struct vml_frame *vml_tree_own(const struct vml_tree *tree,
					     u32 index)
{
	struct vml_frame *at = tree->root;
	unsigned int level = tree->height;

	if (!vml_tree_reaches(tree, index))
		return NULL;
	while (!vml_frame_is_shared(at)) {
		u64 slot;

		if (!--level)
			return at;
		slot = vml_table_slots(at)[vml_tree_index_of(index, level)];
		at = vml_slot_frame(slot);
		if (!at || slot & VML_SLOT_HUGE)
			return NULL;
	}
	return NULL;
}

#endif /* _VMLAB_TREE_WALK_H */
