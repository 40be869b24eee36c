// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Huge pages
 *
 * Where an object shall have them, the first write to an empty range of
 * VML_TREE_SLOTS indices, aligned, gives it one block of the pool: one slot of
 * the tree, one shadow entry, one real entry and one fault take the place of 512.
 * If the pool has no such block at hand, the range gets frames one by one, as
 * ever. In Linux: do_huge_pmd_anonymous_page() in mm/huge_memory.c.
 *
 * How a block is mapped is each space's own business. A shadow entry is huge only
 * where the real one is: where the area does not have the whole block, or not at
 * a multiple of its size, where the geometry or the kernel has no such entries,
 * or others are in the way, entries are small and lead into the block, all of them
 * at once when it is new. So when Linux takes small entries away one by one, each
 * has a shadow of its own.
 *
 * A block is one thing with one count of references, for a family that shares
 * it too. What concerns a part of it splits it before: emptying a part, cutting
 * it off, a write by one who shares it. Then all entries for it are taken away,
 * in all spaces, and it becomes single frames that are shared as it was. Real
 * entries come back one by one. (Linux splits the entry of the one who writes
 * and leaves the block whole until nobody has all of it: its deferred split
 * queue.)
 *
 * To collapse is the way back: what an object alone has is copied into a new
 * block; see collapse_huge_page() in mm/khugepaged.c.
 */
#include <vmlab/alloc.h>
#include <vmlab/event.h>
#include <vmlab/huge.h>
#include <vmlab/rmap.h>

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/sched.h>

static_assert(VML_TREE_BITS == VML_HUGE_ORDER, "one block for both");

/* The first index of the block that an index would be in. */
static u32 first_of(u32 index)
{
	return index & ~(u32)(VML_TREE_SLOTS - 1);
}

/* Whether the range of a block ends at some index, or before. */
static bool ends_before(u32 first, u64 end)
{
	u64 after = (u64)first + VML_TREE_SLOTS;

	return after <= end;
}

static bool has_all(const struct vml_space_area *area, u32 first)
{
	return first >= area->index &&
	       ends_before(first, area->index + (u64)vml_area_nr(area));
}

static u64 get(struct vml_object *object, u32 index)
{
	u64 slot;

	spin_lock(&object->family->lock);
	slot = vml_tree_get(&object->tree, index, NULL);
	spin_unlock(&object->family->lock);
	return slot;
}

static struct vml_frame *new_block(struct vml_object *object, u32 index,
				   u32 more)
{
	return vml_alloc(VML_HUGE_ORDER, VML_REQ_USER | VML_REQ_ZERO | more |
			 vml_object_place(object, index, VML_HUGE_ORDER));
}

/* Puts a block, which the caller's reference goes to, into an empty range. */
static int set(struct vml_object *object, u32 first, struct vml_frame *block,
	       u64 bits, struct vml_stock *stock)
{
	block->owner = object->family;
	block->index = first;
	atomic_or(VML_FRAME_CONTENT, &block->word);
	return vml_tree_set(&object->tree, first,
			    vml_slot(block, bits | VML_SLOT_HUGE), stock);
}

/* === For faults === */

/**
 * vml_huge_wanted() - whether a block should go to an index without content
 * @object: the object
 * @area: that shows the index; NULL if none does
 * @index: the index
 *
 * Context: the lock of the index held, and the space's; takes the family's lock.
 */
bool vml_huge_wanted(struct vml_object *object,
		     const struct vml_space_area *area, u32 index)
{
	u32 first = first_of(index), at = first;
	bool empty;

	if (!READ_ONCE(object->huge) || !area || !has_all(area, first) ||
	    !ends_before(first, object->size))
		return false;
	spin_lock(&object->family->lock);
	empty = !vml_tree_next(&object->tree, &at, first + VML_TREE_SLOTS - 1);
	spin_unlock(&object->family->lock);
	return empty;
}

/**
 * vml_huge_place() - give an index a block of zeroes
 * @object: the object
 * @index: for which vml_huge_wanted()
 * @stock: of order 0, with as many tables as vml_tree_lacking()
 *
 * Takes a block that the pool has at hand, and neither reclaims nor compacts:
 * small frames do too. What showed the zeroes that were there goes.
 *
 * Context: process; the lock of the index held since it was wanted. Takes the
 * family's lock, and page tables' in turn.
 * Return: the slot that the index has then, or 0 if there is no block.
 */
u64 vml_huge_place(struct vml_object *object, u32 index,
		   struct vml_stock *stock)
{
	struct vml_frame *block = new_block(object, index, 0);
	u32 first = first_of(index);
	int err;

	if (!block)
		return 0;
	if (!vml_charge_try(object->tree.charge, VML_TREE_SLOTS)) {
		vml_put(block);
		return 0;
	}
	vml_rmap_unmap(object, first, VML_TREE_SLOTS);
	/* Others may meanwhile have added tables, but not shared them. */
	spin_lock(&object->family->lock);
	err = set(object, first, block, VML_SLOT_DIRTY, stock);
	spin_unlock(&object->family->lock);
	if (err) {
		vml_charge_sub(object->tree.charge, VML_TREE_SLOTS);
		vml_put(block);
		return 0;
	}
	return get(object, index);
}

/* Whether an entry will do that is there for the same block. */
static bool will_do(u64 there, u64 entry)
{
	return there & VML_ENTRY_HUGE &&
	       vml_entry_frame(there) == vml_entry_frame(entry) &&
	       (there & VML_ENTRY_WRITE || !(entry & VML_ENTRY_WRITE));
}

/* Where the block begins that an address would be in. */
static u64 start_of(u64 address)
{
	return address & ~((VML_FRAME_SIZE << VML_HUGE_ORDER) - 1);
}

/**
 * vml_huge_fits() - whether one entry can map a block at an address
 * @area: that shows the address
 * @view: see vml_fault()
 * @address: any where the block would be
 *
 * Context: the space's lock held.
 */
bool vml_huge_fits(const struct vml_space_area *area,
		   const struct vml_view *view, u64 address)
{
	u64 start = start_of(address);
	u64 end = start + (VML_FRAME_SIZE << VML_HUGE_ORDER);

	return vml_space_ops->insert_huge &&
	       vml_geometry_huge(&area->space->ptable.geometry) &&
	       start >= area->start && end <= area->end &&
	       !(vml_area_index(area, start) & (VML_TREE_SLOTS - 1)) &&
	       (!view || (view->huge && start >= view->start &&
			  end <= view->end));
}

/* Takes the huge entry that is at an address away, the real one first. */
static void hide(struct vml_space_area *area, u64 address)
{
	struct vml_ptable *pt = &area->space->ptable;

	if (!(vml_ptable_get(pt, address, NULL) & VML_ENTRY_HUGE))
		return;
	vml_space_ops->zap(area->object,
			   first_of(vml_area_index(area, address)),
			   VML_TREE_SLOTS);
	vml_ptable_clear(pt, address, address + VML_FRAME_SIZE);
}

/**
 * vml_huge_show() - map a block by one entry, shadow and real
 * @area: that shows the address
 * @view: see vml_fault()
 * @address: any where the block is
 * @slot: that the index there has, a huge one
 * @bits: of the entry, VML_ENTRY_*; huge is added
 * @stock: of the order of the space's page table; its tables may be used
 * @arg: for ops->insert_huge
 *
 * Context: process; the space's lock held, and the lock of the index. Takes the
 * page table's; may sleep, as the op does.
 * Return: 0; -EAGAIN if the stock has fewer tables than vml_ptable_lacking() of
 * level 1, -EOPNOTSUPP if it must be mapped by small entries: then no huge one is
 * in their way; -ENOMEM if the floor above failed otherwise.
 */
int vml_huge_show(struct vml_space_area *area, const struct vml_view *view,
		  u64 address, u64 slot, u64 bits, struct vml_stock *stock,
		  void *arg)
{
	struct vml_ptable *pt = &area->space->ptable;
	u64 start = start_of(address), there = vml_ptable_get(pt, address, NULL);
	u64 entry = vml_entry(vml_frame_number(vml_slot_block(slot)),
			      bits | VML_ENTRY_HUGE);
	int err = -EOPNOTSUPP;

	if (vml_huge_fits(area, view, address)) {
		err = 0;
		if (will_do(there, entry))
			entry = there;
		else
			err = vml_ptable_set(pt, start, 1, entry, stock);
		if (err == -EAGAIN)
			return err;
		if (!err)
			err = vml_space_ops->insert_huge(area->space, start,
							 entry, arg);
	}
	if (!err)
		return 0;
	if (err == -EEXIST)
		return -EOPNOTSUPP;
	hide(area, address);
	return err == -EOPNOTSUPP ? err : -ENOMEM;
}

/* Sets small entries in a row that are empty, shadow and real. */
static u32 show_row(const struct vml_spot *at, u64 address, u32 nr, u64 entry,
		    void *arg)
{
	u64 entries[VML_BATCH];
	const struct vml_batch batch = {
		.address = address, .nr = nr, .entries = entries,
	};
	u32 i;

	for (i = 0; i < nr; i++)
		entries[i] = entry + ((u64)i << VML_ENTRY_SHIFT);
	nr = vml_ptable_fill(&at->space->ptable, address, nr, entries);
	/* What fails comes back by a fault. */
	if (nr)
		vml_space_ops->insert(at->space, &batch, arg);
	return nr;
}

/**
 * vml_huge_around() - map all of a block by small entries
 * @at: a spot in it, which is mapped so
 * @entry: of the spot, small
 * @arg: for ops->insert
 *
 * As far as area, view, and the lowest table of the spot go.
 *
 * Context: process; the space's lock held, and the lock of the index. Takes the
 * page table's; may sleep, as the op does.
 */
void vml_huge_around(const struct vml_spot *at, u64 entry, void *arg)
{
	struct vml_ptable *pt = &at->space->ptable;
	u64 table = vml_ptable_size(pt, 1);
	u64 edge = (at->address - pt->base) / table * table + pt->base;
	u64 before = (u64)(at->index - first_of(at->index)) << VML_FRAME_SHIFT;
	u64 low = max3(at->area->start, edge,
		       at->address - min(before, at->address));
	u64 high = min3(at->area->end, edge + table,
			at->address - before + (VML_FRAME_SIZE << VML_HUGE_ORDER));
	u32 nr, around = 0;

	if (at->view) {
		low = max(low, at->view->start);
		high = min(high, at->view->end);
	}
	entry -= (at->address - low) >> VML_FRAME_SHIFT << VML_ENTRY_SHIFT;
	for (; low < high; low += (u64)nr << VML_FRAME_SHIFT) {
		nr = min_t(u64, VML_BATCH, (high - low) >> VML_FRAME_SHIFT);
		around += show_row(at, low, nr, entry, arg);
		entry += (u64)nr << VML_ENTRY_SHIFT;
	}
	atomic64_add(around, &at->area->counts.around);
	atomic64_add(around, &at->space->counts.around);
}

/* === Split === */

/* Takes all entries for a block away, in all spaces. */
static void unmap_all(struct vml_family *family, u32 first,
		      struct vml_frame *block)
{
	struct vml_object *object;

	list_for_each_entry(object, &family->objects, sibling)
		if (vml_slot_block(get(object, first)) == block)
			vml_rmap_unmap(object, first, VML_TREE_SLOTS);
}

/* In the trees of all objects; returns how many references changed over. */
static u32 swap_all(struct vml_family *family, u32 first, u64 from, u64 to)
{
	struct vml_object *object;
	u32 nr = 0;

	list_for_each_entry(object, &family->objects, sibling)
		nr += vml_tree_swap(&object->tree, first, from, to);
	return nr;
}

/* Has an empty table lead to the frames of a block. */
static void fill(struct vml_frame *table, u64 slot)
{
	u64 *slots = vml_table_slots(table);
	u32 i;

	for (i = 0; i < VML_TREE_SLOTS; i++) {
		slots[i] = slot & ~VML_SLOT_HUGE;
		slot += BIT(VML_SLOT_SHIFT);
	}
	table->index = VML_TREE_SLOTS;
}

static int split(struct vml_object *object, u32 first, u64 slot,
		 struct vml_stock *stock)
{
	struct vml_family *family = object->family;
	struct vml_frame *table;
	u32 refs;
	u64 to;
	int err;

	stock->charge = object->tree.charge;
	table = vml_stock_take(stock);
	to = vml_slot(table, 0);
	refs = swap_all(family, first, slot, to);
	err = vml_split(vml_slot_block(slot), refs);
	if (err) {
		swap_all(family, first, to, slot);
		vml_stock_give(stock, table);
		return err;
	}
	fill(table, slot);
	atomic_set(&table->refs, refs);
	return 0;
}

/**
 * vml_huge_split() - make single frames of the block at an index
 * @object: the object
 * @index: any that the block is for
 * @stock: of order 0; gives one table
 *
 * Its clones that share the block share the frames then.
 *
 * Context: process; the lock of the index held, or the family's sem for
 * writing. Takes the family's lock, and page tables' in turn.
 * Return: 0; -ENOENT if there is no huge slot, -EAGAIN if the stock is empty,
 * -EBUSY if somebody looks at the block just now: again is worth while.
 */
int vml_huge_split(struct vml_object *object, u32 index,
		   struct vml_stock *stock)
{
	struct vml_family *family = object->family;
	u32 first = first_of(index);
	u64 slot = get(object, first);
	int err;

	if (!(slot & VML_SLOT_HUGE))
		return -ENOENT;
	if (!stock->nr)
		return -EAGAIN;
	unmap_all(family, first, vml_slot_block(slot));
	spin_lock(&family->lock);
	err = split(object, first, slot, stock);
	spin_unlock(&family->lock);
	vml_step_if(!err, VMLAB_STORY_STEP_SPLIT_HUGE, index, 0, 0);
	return err;
}

/**
 * vml_huge_cut() - split the blocks of which a range has a part only
 * @object: the object
 * @first: first index
 * @last: last index
 * @stock: of order 0; its tables may be used
 *
 * Before vml_tree_clear(), whose tables vml_tree_clear_lacking() counts together
 * with those that this takes.
 *
 * Context: process; the family's sem held for writing.
 * Return: 0; -EAGAIN if the stock has too few tables, -EBUSY as
 * vml_huge_split().
 */
int vml_huge_cut(struct vml_object *object, u32 first, u32 last,
		 struct vml_stock *stock)
{
	int err = 0;

	if (vml_tree_cuts(&object->tree, first, last, first))
		err = vml_huge_split(object, first, stock);
	if (!err && vml_tree_cuts(&object->tree, first, last, last))
		err = vml_huge_split(object, last, stock);
	return err;
}

/* === On command === */

static void enter(struct vml_object *object, u32 index)
{
	down_read(&object->family->sem);
	mutex_lock(vml_object_lock(object, index));
}

static void leave(struct vml_object *object, u32 index)
{
	mutex_unlock(vml_object_lock(object, index));
	up_read(&object->family->sem);
}

/**
 * vml_object_split() - make single frames of a block
 * @object: the object
 * @index: any that the block is for
 *
 * Context: process; takes the family's locks and that of the index. May sleep.
 * Return: 0; -ENOENT if there is no block, -ENOMEM if there is no table, -EBUSY
 * if somebody looks at the block just now: again is worth while.
 */
int vml_object_split(struct vml_object *object, u32 index)
{
	struct vml_stock stock = VML_STOCK(0);
	int err;

	if (vml_stock_fill(&stock, 1))
		return -ENOMEM;
	enter(object, index);
	err = vml_huge_split(object, index, &stock);
	leave(object, index);
	vml_stock_empty(&stock);
	return err;
}

/* Whether no other tree has anything of what is in a range. */
static bool owns(struct vml_object *object, u32 first)
{
	bool shared = false;
	u32 i;

	spin_lock(&object->family->lock);
	for (i = 0; i < VML_TREE_SLOTS && !shared; i++)
		if (!vml_tree_get(&object->tree, first + i, &shared))
			shared = false;
	spin_unlock(&object->family->lock);
	return !shared;
}

/* Copies all content of a range; returns the bits of the slots. */
static u64 copy_all(struct vml_object *object, u32 first,
		    struct vml_frame *block)
{
	u64 bits = 0;
	u32 i;

	for (i = 0; i < VML_TREE_SLOTS; i++) {
		u64 slot = get(object, first + i);

		if (!slot)
			continue;
		vml_space_ops->copy(block + i, vml_slot_frame(slot));
		bits |= slot & VML_SLOT_DIRTY;
		cond_resched();
	}
	return bits;
}

static int collapse(struct vml_object *object, u32 first,
		    struct vml_frame *block, struct vml_stock *stock)
{
	struct vml_tree *tree = &object->tree;
	u64 bits;
	int err;

	if (!ends_before(first, object->size))
		return -EINVAL;
	if (get(object, first) & VML_SLOT_HUGE)
		return -EEXIST;
	if (!owns(object, first))
		return -EBUSY;
	if (!vml_charge_try(tree->charge, VML_TREE_SLOTS))
		return -EDQUOT;
	vml_rmap_unmap(object, first, VML_TREE_SLOTS);
	bits = copy_all(object, first, block);
	spin_lock(&object->family->lock);
	err = vml_tree_clear(tree, first, first + VML_TREE_SLOTS - 1, stock);
	if (!err)
		err = set(object, first, block, bits, stock);
	spin_unlock(&object->family->lock);
	if (err)
		vml_charge_sub(tree->charge, VML_TREE_SLOTS);
	return err;
}

/**
 * vml_object_collapse() - have one block in place of single frames
 * @object: the object
 * @index: any that the block shall be for
 *
 * Indices without content get zeroes. What is mapped by small entries comes back
 * by the next fault.
 *
 * Context: process; takes the family's locks and that of the index. Reclaims and
 * compacts, and may sleep.
 * Return: 0, as well if it is a block; -EINVAL if the object ends before the end
 * of the block, -EBUSY if a clone shares any of it, -EDQUOT if the block would
 * be over the cap while the frames are there too, -EOPNOTSUPP if it is backed,
 * -ENOMEM.
 */
int vml_object_collapse(struct vml_object *object, u32 index)
{
	struct vml_stock stock = VML_STOCK(0);
	struct vml_frame *block;
	int err = -ENOMEM;

	if (object->backed)
		return -EOPNOTSUPP;
	block = new_block(object, index, VML_REQ_RECLAIM);
	if (!block)
		return -ENOMEM;
	/* As many as there can be on two ways down. */
	if (!vml_stock_fill(&stock, 2 * VML_TREE_HEIGHT)) {
		enter(object, index);
		err = collapse(object, first_of(index), block, &stock);
		leave(object, index);
	}
	vml_stock_empty(&stock);
	if (err)
		vml_put(block);
	return err == -EEXIST ? 0 : err;
}
