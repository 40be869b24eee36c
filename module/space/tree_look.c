// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Looking through trees
 *
 * Many slots at once, or one after the other. Nothing is changed; the locks are as
 * in tree.c.
 */
#include <vmlab/tree_walk.h>

#include <linux/minmax.h>

/**
 * vml_tree_row() - look up indices in a row
 * @tree: the tree
 * @index: the first
 * @nr: how many, up to 32, all of one lowest table
 * @slots: filled in, each as by vml_tree_get()
 *
 * Return: which are shared: a bit for each.
 */
u32 vml_tree_row(const struct vml_tree *tree, u32 index, u32 nr, u64 *slots)
{
	struct vml_frame *at = tree->root;
	unsigned int level = tree->height;
	u32 shared = 0, i;
	bool any = false;
	u64 slot = 0;

	if (!vml_tree_reaches(tree, index))
		at = NULL;
	for (; at && level > 1 && !(slot & VML_SLOT_HUGE); level--) {
		any |= vml_frame_is_shared(at);
		slot = vml_table_slots(at)[vml_tree_index_of(index, level - 1)];
		at = vml_slot_frame(slot);
	}
	any |= at && vml_frame_is_shared(at);
	for (i = 0; i < nr; i++) {
		slots[i] = vml_tree_part_of(slot, index + i);
		if (at && !(slot & VML_SLOT_HUGE))
			slots[i] = vml_table_slots(at)[vml_tree_index_of(index + i, 0)];
		if (slots[i] && (any || vml_frame_is_shared(vml_slot_block(slots[i]))))
			shared |= BIT(i);
	}
	return shared;
}

/**
 * vml_tree_next() - the next slot that is not empty
 * @tree: the tree
 * @index: where to begin; set to that of the slot
 * @last: where to end, inclusive
 *
 * A huge slot is the next one for each of its indices.
 *
 * Return: the slot, 0 if there is none.
 */
u64 vml_tree_next(const struct vml_tree *tree, u32 *index, u32 last)
{
	u64 at = *index;

	if (!tree->root)
		return 0;
	last = min(last, vml_tree_last_below(0, tree->height));
	while (at <= last) {
		struct vml_frame *table = tree->root;
		unsigned int level = tree->height - 1;
		u64 slot;

		for (;; level--) {
			slot = vml_table_slots(table)[vml_tree_index_of(at, level)];
			if (!slot || !level || slot & VML_SLOT_HUGE)
				break;
			table = vml_slot_frame(slot);
		}
		if (slot) {
			*index = at;
			return vml_tree_part_of(slot, at);
		}
		at = (u64)vml_tree_last_below(at, level) + 1;
	}
	return 0;
}

static void count(const struct vml_frame *table, unsigned int level,
		  bool shared, struct vml_tree_stat *stat)
{
	const u64 *slots = vml_table_slots(table);
	u32 i;

	shared |= vml_frame_is_shared(table);
	stat->tables++;
	stat->shared_tables += shared;
	for (i = 0; i < VML_TREE_SLOTS; i++) {
		const struct vml_frame *below = vml_slot_frame(slots[i]);
		u32 nr = vml_tree_is_huge(table, i) ? VML_TREE_SLOTS : 1;

		if (below && level && nr == 1)
			count(below, level - 1, shared, stat);
		if (!below || (level && nr == 1))
			continue;
		stat->frames += nr;
		stat->shared += shared || vml_frame_is_shared(below) ? nr : 0;
		stat->dirty += slots[i] & VML_SLOT_DIRTY ? nr : 0;
		stat->huge += nr > 1;
	}
}

/**
 * vml_tree_stat() - count what is in a tree
 * @tree: the tree
 * @stat: filled in
 */
void vml_tree_stat(const struct vml_tree *tree, struct vml_tree_stat *stat)
{
	*stat = (struct vml_tree_stat) { };
	if (tree->root)
		count(tree->root, tree->height - 1, false, stat);
}
