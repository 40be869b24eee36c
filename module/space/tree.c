// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Trees
 *
 * A radix tree leads from an index to a frame. It is as high as its largest
 * index wants it, so that a small object has a single table.
 *
 * To copy a tree takes no longer than to copy a pointer: both have the same
 * root, which then has two references. One rule does the rest, as in file
 * systems that copy on write (O. Rodeh, B-trees, Shadowing, and Clones, 2008):
 * what has more than one reference is not changed but copied, and the copy has
 * a reference to all that the original leads to. So the first change copies
 * the tables on its way down, which makes those beside the way, and in the end
 * the frames, shared one by one.
 *
 * A slot is therefore a tree's own if all tables on the way to it and its frame
 * have a single reference each.
 *
 * In place of a lowest table there may be a block that has all that such a table
 * would lead to. To change a part of that, it must be split into single frames
 * and a table that leads to them. That changes what no tree means, so it needs no
 * copies: all tables that led to the block lead to that one table then, which is
 * shared as the block was, see vml_huge_split(). Were a shared block left whole,
 * its frames could not be told apart by their references, and each would be
 * copied even for the last one who has it.
 *
 * All trees that share anything are under one lock, the caller's, which is held
 * for every function here. What is changed in a tree must not be mapped through
 * it any more.
 */
#include <vmlab/alloc.h>
#include <vmlab/tree_walk.h>

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

static unsigned int height_for(u32 index)
{
	unsigned int height = 1;

	while (height < VML_TREE_HEIGHT && index >> height * VML_TREE_BITS)
		height++;
	return height;
}

static void write_slot(struct vml_frame *table, u32 i, u64 slot)
{
	u64 *slots = vml_table_slots(table);

	vml_table_count(table, slots[i], slot);
	slots[i] = slot;
}

/**
 * vml_tree_get() - look an index up
 * @tree: the tree
 * @index: any
 * @shared: set to whether another tree has the slot, or its frame, too; or NULL
 *
 * Return: the slot, 0 if it is empty. A huge one leads to the frame of the index.
 */
u64 vml_tree_get(const struct vml_tree *tree, u32 index, bool *shared)
{
	struct vml_frame *at = tree->root;
	unsigned int level = tree->height;
	bool any = false;
	u64 slot = 0;

	if (vml_tree_reaches(tree, index)) {
		do {
			any |= vml_frame_is_shared(at);
			slot = vml_table_slots(at)[vml_tree_index_of(index, --level)];
			at = vml_slot_frame(slot);
		} while (level && at && !(slot & VML_SLOT_HUGE));
		any |= at && vml_frame_is_shared(at);
	}
	if (shared)
		*shared = any;
	return vml_tree_part_of(slot, index);
}

/* How many tables it takes to set a slot of a level. */
static unsigned int lacking(const struct vml_tree *tree, u32 index,
			    unsigned int bottom)
{
	unsigned int height = max(height_for(index), bottom + 1);
	unsigned int level = tree->height, nr = 0;
	struct vml_frame *at = tree->root;

	if (!at)
		return height - bottom;
	if (height > level)
		return height - level + height - 1 - bottom;
	for (;;) {
		u64 slot;

		nr += nr || vml_frame_is_shared(at);
		if (--level == bottom)
			return nr;
		slot = vml_table_slots(at)[vml_tree_index_of(index, level)];
		at = vml_slot_frame(slot);
		if (!at)
			return nr + level - bottom;
		if (slot & VML_SLOT_HUGE)
			return nr + 1 + (nr || vml_frame_is_shared(at));
	}
}

/**
 * vml_tree_lacking() - how many tables it takes to set a slot
 * @tree: the tree
 * @index: of the slot
 *
 * Return: those that are missing, those that must be copied, and where a huge
 * slot must be split before, the one that this takes.
 */
unsigned int vml_tree_lacking(const struct vml_tree *tree, u32 index)
{
	return lacking(tree, index, 0);
}

/**
 * vml_tree_lacking_huge() - how many tables it takes to set a huge slot
 * @tree: the tree
 * @index: any that the slot is for
 *
 * Return: as vml_tree_lacking().
 */
unsigned int vml_tree_lacking_huge(const struct vml_tree *tree, u32 index)
{
	return lacking(tree, index, 1);
}

/* Makes the tree high enough for a slot of a level. */
static void raise(struct vml_tree *tree, u32 index, unsigned int bottom,
		  struct vml_stock *stock)
{
	unsigned int height = max(height_for(index), bottom + 1);

	stock->charge = tree->charge;
	if (!tree->root) {
		tree->root = vml_stock_take(stock);
		tree->height = height;
	}
	for (; tree->height < height; tree->height++) {
		struct vml_frame *top = vml_stock_take(stock);

		write_slot(top, 0, vml_slot(tree->root, 0));
		tree->root = top;
	}
}

/* A copy has a reference to all that the table leads to, and one less to it. */
static struct vml_frame *copy(struct vml_frame *table, struct vml_stock *stock)
{
	struct vml_frame *new = vml_stock_take(stock);
	const u64 *slots = vml_table_slots(table);
	u32 i;

	for (i = 0; i < VML_TREE_SLOTS; i++)
		if (slots[i])
			vml_frame_get(vml_slot_frame(slots[i]));
	memcpy(vml_table_slots(new), slots, VML_FRAME_SIZE);
	new->index = table->index;
	vml_put(table);
	return new;
}

static void own_root(struct vml_tree *tree, struct vml_stock *stock)
{
	if (vml_frame_is_shared(tree->root))
		tree->root = copy(tree->root, stock);
}

/* The table below a slot of a table that is the tree's own, made so too. */
static struct vml_frame *own_below(struct vml_frame *table, u32 i,
				   struct vml_stock *stock)
{
	struct vml_frame *old = vml_slot_frame(vml_table_slots(table)[i]);
	struct vml_frame *new = old;

	if (!old)
		new = vml_stock_take(stock);
	else if (vml_frame_is_shared(old))
		new = copy(old, stock);
	if (new != old)
		write_slot(table, i, vml_slot(new, 0));
	return new;
}

/*
 * The table of a level on the way to an index, made the tree's own; NULL if a
 * block is in the way. The stock has as many tables as are lacking.
 */
static struct vml_frame *own_table(struct vml_tree *tree, u32 index,
				   unsigned int bottom, struct vml_stock *stock)
{
	struct vml_frame *table;
	unsigned int level;

	raise(tree, index, bottom, stock);
	own_root(tree, stock);
	table = tree->root;
	for (level = tree->height - 1; level > bottom; level--) {
		u32 i = vml_tree_index_of(index, level);

		if (vml_tree_is_huge(table, i))
			return NULL;
		table = own_below(table, i, stock);
	}
	return table;
}

/**
 * vml_tree_write() - fill a slot of a table that is the tree's own
 * @tree: the tree
 * @table: the lowest one, from vml_tree_own()
 * @index: of the slot
 * @slot: as for vml_tree_set()
 */
void vml_tree_write(const struct vml_tree *tree, struct vml_frame *table,
		    u32 index, u64 slot)
{
	u64 *at = vml_table_slots(table) + vml_tree_index_of(index, 0), old = *at;

	*at = slot;
	if (likely(!old))
		table->index++;
	else if (vml_slot_frame(old) != vml_slot_frame(slot))
		vml_charged_put(tree->charge, vml_slot_frame(old));
}

static int set_huge(const struct vml_tree *tree, struct vml_frame *table,
		    u32 index, u64 slot)
{
	u32 i = vml_tree_index_of(index, 1);
	u64 old = vml_table_slots(table)[i];

	if (old && !(old & VML_SLOT_HUGE))
		return -EEXIST;
	slot = vml_slot(vml_slot_block(slot), slot & ~VML_SLOT_FRAME);
	write_slot(table, i, slot);
	if (old && vml_slot_frame(old) != vml_slot_frame(slot))
		vml_charged_put(tree->charge, vml_slot_frame(old));
	return 0;
}

/**
 * vml_tree_set() - fill a slot
 * @tree: the tree
 * @index: of the slot; if that is huge, any that it is for
 * @slot: what it shall be, not empty; the tree takes over a reference to its
 *	block, unless the slot had it before
 * @stock: of order 0; its tables may be used
 *
 * A frame that was there before loses the tree's reference.
 *
 * Return: 0; -EAGAIN if the stock has fewer tables than are lacking, -EEXIST if
 * there is a huge slot, or for a huge one, others in its place.
 */
int vml_tree_set(struct vml_tree *tree, u32 index, u64 slot,
		 struct vml_stock *stock)
{
	unsigned int level = slot & VML_SLOT_HUGE ? 1 : 0;
	struct vml_frame *table;

	if (lacking(tree, index, level) > stock->nr)
		return -EAGAIN;
	table = own_table(tree, index, level, stock);
	if (!table)
		return -EEXIST;
	if (level)
		return set_huge(tree, table, index, slot);
	vml_tree_write(tree, table, index, slot);
	return 0;
}

/* Drops a reference to a table, and with the last one those that it has. */
static void release(struct vml_charge *charge, struct vml_frame *table,
		    unsigned int level)
{
	const u64 *slots = vml_table_slots(table);
	u32 i;

	for (i = 0; !vml_frame_is_shared(table) && i < VML_TREE_SLOTS; i++) {
		struct vml_frame *below = vml_slot_frame(slots[i]);

		if (below && level && !vml_tree_is_huge(table, i))
			release(charge, below, level - 1);
		else if (below)
			vml_charged_put(charge, below);
	}
	vml_charged_put(charge, table);
}

/**
 * vml_tree_fini() - empty a tree
 * @tree: the tree
 */
void vml_tree_fini(struct vml_tree *tree)
{
	if (tree->root)
		release(tree->charge, tree->root, tree->height - 1);
	*tree = (struct vml_tree) { .charge = tree->charge };
}

/**
 * vml_tree_swap() - have a table in place of a block, or a block for a table
 * @tree: the tree
 * @index: any that is below
 * @from: what the slot must be, one level above the lowest
 * @to: what it shall be, and means the same
 *
 * As nothing changes for any tree, tables on the way may be shared. The caller
 * does it in all trees that lead to @from, and counts their references.
 *
 * Return: whether a slot was changed: not if this was done through another tree.
 */
bool vml_tree_swap(struct vml_tree *tree, u32 index, u64 from, u64 to)
{
	struct vml_frame *at = tree->root;
	unsigned int level = tree->height;
	u64 *slot;

	if (level < 2 || height_for(index) > level)
		return false;
	while (--level > 1) {
		at = vml_slot_frame(vml_table_slots(at)[vml_tree_index_of(index, level)]);
		if (!at)
			return false;
	}
	slot = &vml_table_slots(at)[vml_tree_index_of(index, 1)];
	if (*slot != from)
		return false;
	*slot = to;
	return true;
}

/* The table is the tree's own, and both indices are below it. */
static void clear(struct vml_frame *table, unsigned int level, u32 first,
		  u32 last, struct vml_stock *stock)
{
	u32 i = vml_tree_index_of(first, level), end = vml_tree_index_of(last, level);

	for (; i <= end; i++, first = vml_tree_last_below(first, level) + 1) {
		u32 to = min(last, vml_tree_last_below(first, level));
		struct vml_frame *below;

		below = vml_slot_frame(vml_table_slots(table)[i]);
		if (!below)
			continue;
		if (!level || vml_tree_is_huge(table, i)) {
			vml_charged_put(stock->charge, below);
		} else if (to - first == BIT(level * VML_TREE_BITS) - 1) {
			release(stock->charge, below, level - 1);
		} else {
			below = own_below(table, i, stock);
			clear(below, level - 1, first, to, stock);
			if (below->index)
				continue;
			vml_stock_give(stock, below);
		}
		write_slot(table, i, 0);
	}
}

static bool covers(const struct vml_tree *tree, u32 first, u32 last)
{
	return !first && last >= vml_tree_last_below(0, tree->height);
}

/* Whether a range has, of what a huge slot is for, a part only. */
static bool is_part(u32 first, u32 last, u32 index)
{
	u32 end = vml_tree_last_below(index, 1);

	return last < end || first > end - (VML_TREE_SLOTS - 1);
}

/**
 * vml_tree_cuts() - whether a range has a part only of what a huge slot is for
 * @tree: the tree
 * @first: first index
 * @last: last index
 * @edge: which of the two to look at
 */
bool vml_tree_cuts(const struct vml_tree *tree, u32 first, u32 last, u32 edge)
{
	return is_part(first, last, edge) &&
	       vml_tree_get(tree, edge, NULL) & VML_SLOT_HUGE;
}

/*
 * How many tables on the way to an index must be copied, in a tree of some, and
 * what it takes to split a huge slot there if there is one.
 */
static unsigned int shared_below(const struct vml_tree *tree, u32 index,
				 bool part)
{
	struct vml_frame *at = tree->root;
	unsigned int level = tree->height;
	unsigned int nr = 0;

	while (at && level) {
		u64 slot = vml_table_slots(at)[vml_tree_index_of(index, --level)];

		nr += nr || vml_frame_is_shared(at);
		at = vml_slot_frame(slot);
		if (slot & VML_SLOT_HUGE)
			return part ? nr + 1 + (nr || vml_frame_is_shared(at)) : nr;
	}
	return nr;
}

/**
 * vml_tree_clear_lacking() - how many tables it takes to empty a range
 * @tree: the tree
 * @first: first index
 * @last: last index
 *
 * Return: those on the way to both edges that must be copied, or more; 0 for a
 * tree that shares none of them. Where a huge slot must be split before, those
 * that this takes are among them.
 */
unsigned int vml_tree_clear_lacking(const struct vml_tree *tree, u32 first,
				    u32 last)
{
	if (!vml_tree_reaches(tree, first) || covers(tree, first, last))
		return 0;
	last = min(last, vml_tree_last_below(0, tree->height));
	return shared_below(tree, first, is_part(first, last, first)) +
	       shared_below(tree, last, is_part(first, last, last));
}

/**
 * vml_tree_clear() - empty the slots of a range
 * @tree: the tree
 * @first: first index
 * @last: last index
 * @stock: of order 0; its tables may be used, and those that became empty are
 *	put in
 *
 * Return: 0; -EAGAIN if the stock has fewer tables than
 * vml_tree_clear_lacking(), -EEXIST if a huge slot lies partly in the range.
 */
int vml_tree_clear(struct vml_tree *tree, u32 first, u32 last,
		   struct vml_stock *stock)
{
	if (vml_tree_clear_lacking(tree, first, last) > stock->nr)
		return -EAGAIN;
	if (!vml_tree_reaches(tree, first))
		return 0;
	if (covers(tree, first, last)) {
		vml_tree_fini(tree);
		return 0;
	}
	last = min(last, vml_tree_last_below(0, tree->height));
	if (vml_tree_cuts(tree, first, last, first) ||
	    vml_tree_cuts(tree, first, last, last))
		return -EEXIST;
	stock->charge = tree->charge;
	own_root(tree, stock);
	clear(tree->root, tree->height - 1, first, last, stock);
	if (!tree->root->index) {
		vml_stock_give(stock, tree->root);
		*tree = (struct vml_tree) { .charge = tree->charge };
	}
	return 0;
}

/**
 * vml_tree_share() - copy a tree
 * @to: the copy, filled in
 * @from: the original
 *
 * Takes no time and no memory; the changes that follow do.
 */
void vml_tree_share(struct vml_tree *to, const struct vml_tree *from)
{
	*to = *from;
	if (to->root)
		vml_frame_get(to->root);
}
