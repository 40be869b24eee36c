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
 * All trees that share anything are under one lock, the caller's, which is held
 * for every function here. What is changed in a tree must not be mapped through
 * it any more.
 */
#include <vmlab/alloc.h>
#include <vmlab/tree.h>

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

static u32 index_of(u32 index, unsigned int level)
{
	return index >> level * VML_TREE_BITS & (VML_TREE_SLOTS - 1);
}

/* The last index below a slot of a level, given any that is below it. */
static u32 last_below(u32 index, unsigned int level)
{
	return index | (u32)(BIT(level * VML_TREE_BITS) - 1);
}

static unsigned int height_for(u32 index)
{
	unsigned int height = 1;

	while (height < VML_TREE_HEIGHT && index >> height * VML_TREE_BITS)
		height++;
	return height;
}

static bool is_shared(const struct vml_frame *frame)
{
	return atomic_read(&frame->refs) > 1;
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
 * Return: the slot, 0 if it is empty.
 */
u64 vml_tree_get(const struct vml_tree *tree, u32 index, bool *shared)
{
	struct vml_frame *at = tree->root;
	unsigned int level = tree->height;
	bool any = false;
	u64 slot = 0;

	if (level && height_for(index) <= level) {
		do {
			any |= is_shared(at);
			slot = vml_table_slots(at)[index_of(index, --level)];
			at = vml_slot_frame(slot);
		} while (level && at);
		any |= at && is_shared(at);
	}
	if (shared)
		*shared = any;
	return slot;
}

/**
 * vml_tree_lacking() - how many tables it takes to set a slot
 * @tree: the tree
 * @index: of the slot
 *
 * Return: those that are missing, and those that must be copied.
 */
unsigned int vml_tree_lacking(const struct vml_tree *tree, u32 index)
{
	unsigned int height = height_for(index), level = tree->height;
	struct vml_frame *at = tree->root;

	if (!at)
		return height;
	if (height > level)
		return height - level + height - 1;
	while (!is_shared(at)) {
		if (!--level)
			return 0;
		at = vml_slot_frame(vml_table_slots(at)[index_of(index, level)]);
		if (!at)
			break;
	}
	return level;
}

/* Makes the tree high enough for an index. */
static void raise(struct vml_tree *tree, u32 index, struct vml_stock *stock)
{
	unsigned int height = height_for(index);

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
	if (is_shared(tree->root))
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
	else if (is_shared(old))
		new = copy(old, stock);
	if (new != old)
		write_slot(table, i, vml_slot(new, 0));
	return new;
}

/**
 * vml_tree_set() - fill a slot
 * @tree: the tree
 * @index: of the slot
 * @slot: what it shall be, not empty; the tree takes over a reference to its
 *	frame, unless the slot had it before
 * @stock: of order 0; its tables may be used
 *
 * A frame that was there before loses the tree's reference.
 *
 * Return: 0, or -EAGAIN if the stock has fewer tables than are lacking.
 */
int vml_tree_set(struct vml_tree *tree, u32 index, u64 slot,
		 struct vml_stock *stock)
{
	struct vml_frame *table, *old;
	unsigned int level;

	if (vml_tree_lacking(tree, index) > stock->nr)
		return -EAGAIN;
	raise(tree, index, stock);
	own_root(tree, stock);
	table = tree->root;
	for (level = tree->height - 1; level; level--)
		table = own_below(table, index_of(index, level), stock);
	index = index_of(index, 0);
	old = vml_slot_frame(vml_table_slots(table)[index]);
	write_slot(table, index, slot);
	if (old && old != vml_slot_frame(slot))
		vml_put(old);
	return 0;
}

/* Drops a reference to a table, and with the last one those that it has. */
static void release(struct vml_frame *table, unsigned int level)
{
	const u64 *slots = vml_table_slots(table);
	u32 i;

	for (i = 0; !is_shared(table) && i < VML_TREE_SLOTS; i++) {
		struct vml_frame *below = vml_slot_frame(slots[i]);

		if (below && level)
			release(below, level - 1);
		else if (below)
			vml_put(below);
	}
	vml_put(table);
}

/**
 * vml_tree_fini() - empty a tree
 * @tree: the tree
 */
void vml_tree_fini(struct vml_tree *tree)
{
	if (tree->root)
		release(tree->root, tree->height - 1);
	*tree = (struct vml_tree) { };
}

/* The table is the tree's own, and both indices are below it. */
static void clear(struct vml_frame *table, unsigned int level, u32 first,
		  u32 last, struct vml_stock *stock)
{
	u32 i = index_of(first, level), end = index_of(last, level);

	for (; i <= end; i++, first = last_below(first, level) + 1) {
		u32 to = min(last, last_below(first, level));
		struct vml_frame *below;

		below = vml_slot_frame(vml_table_slots(table)[i]);
		if (!below)
			continue;
		if (!level) {
			vml_put(below);
		} else if (to - first == BIT(level * VML_TREE_BITS) - 1) {
			release(below, level - 1);
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

/* Whether a tree has anything from an index on. */
static bool meets(const struct vml_tree *tree, u32 first)
{
	return tree->root && height_for(first) <= tree->height;
}

static bool covers(const struct vml_tree *tree, u32 first, u32 last)
{
	return !first && last >= last_below(0, tree->height);
}

/* How many tables on the way to an index must be copied, in a tree of some. */
static unsigned int shared_below(const struct vml_tree *tree, u32 index)
{
	struct vml_frame *at = tree->root;
	unsigned int level = tree->height;
	bool any = false;
	unsigned int nr = 0;

	while (at && level) {
		any |= is_shared(at);
		nr += any;
		at = vml_slot_frame(vml_table_slots(at)[index_of(index, --level)]);
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
 * tree that shares none of them.
 */
unsigned int vml_tree_clear_lacking(const struct vml_tree *tree, u32 first,
				    u32 last)
{
	if (!meets(tree, first) || covers(tree, first, last))
		return 0;
	return shared_below(tree, first) +
	       shared_below(tree, min(last, last_below(0, tree->height)));
}

/**
 * vml_tree_clear() - empty the slots of a range
 * @tree: the tree
 * @first: first index
 * @last: last index
 * @stock: of order 0; its tables may be used, and those that became empty are
 *	put in
 *
 * Return: 0, or -EAGAIN if the stock has fewer tables than
 * vml_tree_clear_lacking().
 */
int vml_tree_clear(struct vml_tree *tree, u32 first, u32 last,
		   struct vml_stock *stock)
{
	if (vml_tree_clear_lacking(tree, first, last) > stock->nr)
		return -EAGAIN;
	if (!meets(tree, first))
		return 0;
	if (covers(tree, first, last)) {
		vml_tree_fini(tree);
		return 0;
	}
	last = min(last, last_below(0, tree->height));
	own_root(tree, stock);
	clear(tree->root, tree->height - 1, first, last, stock);
	if (!tree->root->index) {
		vml_stock_give(stock, tree->root);
		*tree = (struct vml_tree) { };
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

/**
 * vml_tree_next() - the next slot that is not empty
 * @tree: the tree
 * @index: where to begin; set to that of the slot
 * @last: where to end, inclusive
 *
 * Return: the slot, 0 if there is none.
 */
u64 vml_tree_next(const struct vml_tree *tree, u32 *index, u32 last)
{
	u64 at = *index;

	if (!tree->root)
		return 0;
	last = min(last, last_below(0, tree->height));
	while (at <= last) {
		struct vml_frame *table = tree->root;
		unsigned int level = tree->height - 1;
		u64 slot;

		for (;; level--) {
			slot = vml_table_slots(table)[index_of(at, level)];
			if (!slot || !level)
				break;
			table = vml_slot_frame(slot);
		}
		if (slot) {
			*index = at;
			return slot;
		}
		at = (u64)last_below(at, level) + 1;
	}
	return 0;
}

static void count(const struct vml_frame *table, unsigned int level,
		  bool shared, struct vml_tree_stat *stat)
{
	const u64 *slots = vml_table_slots(table);
	u32 i;

	shared |= is_shared(table);
	stat->tables++;
	stat->shared_tables += shared;
	for (i = 0; i < VML_TREE_SLOTS; i++) {
		const struct vml_frame *below = vml_slot_frame(slots[i]);

		if (!below)
			continue;
		if (level) {
			count(below, level - 1, shared, stat);
			continue;
		}
		stat->frames++;
		stat->shared += shared || is_shared(below);
		stat->dirty += !!(slots[i] & VML_SLOT_DIRTY);
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
