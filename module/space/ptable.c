// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Shadow page tables
 *
 * What a processor's page tables look like, in frames of the pool, with as many
 * levels as one likes: the fewer, the larger the tables. All tables of one page
 * table have the same number of entries; an address is cut into as many equal
 * parts as there are levels, and the offset in the frame.
 *
 * Tables come when they are first needed and go with their last entry; only the
 * top one stays. Who sets an entry brings those that may be lacking in a stock,
 * see struct vml_stock, as nothing is allocated under the lock.
 *
 * Every entry that maps a frame is counted in @maps of the first frame of its
 * block. Only change() changes an entry and all that is counted.
 *
 * To change part of what a huge entry maps would need a table, and so could
 * fail. Instead the whole entry goes, as Linux does with huge pages of files:
 * what is missing in a shadow page table comes back by a minor fault.
 */
#include <vmlab/alloc.h>
#include <vmlab/ptable_walk.h>

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/string.h>

/**
 * vml_ptable_size() - how much an entry maps
 * @ptable: the page table
 * @level: of the entry, 0 being the lowest
 *
 * Return: bytes.
 */
u64 vml_ptable_size(const struct vml_ptable *ptable, unsigned int level)
{
	return BIT(vml_geometry_shift(&ptable->geometry, level));
}

static bool has_huge(const struct vml_ptable *pt)
{
	return vml_geometry_huge(&pt->geometry);
}

/* === Entries === */

static u64 table_entry(struct vml_frame *table)
{
	return vml_entry(vml_frame_number(table),
			 VML_ENTRY_WRITE | VML_ENTRY_USER);
}

/* The first frame of a block, which most that is mapped is. */
static __always_inline struct vml_frame *head_of(struct vml_frame *frame)
{
	if (likely(vml_word_state(vml_frame_word(frame)) != VML_INSIDE))
		return frame;
	return vml_frame_head(frame);
}

/* An entry maps a frame, or does no longer. */
static void count_map(u64 entry, unsigned int level, int nr)
{
	if (entry & VML_ENTRY_PRESENT && !vml_ptable_is_table(entry, level))
		atomic_add(nr, &head_of(vml_entry_at(entry))->maps);
}

static bool is_huge(u64 entry, unsigned int level)
{
	return level && entry & VML_ENTRY_HUGE;
}

static void change(struct vml_ptable *pt, struct vml_frame *table,
		   unsigned int level, u32 index, u64 entry)
{
	u64 *slot = &vml_table_slots(table)[index];
	u64 old = *slot;

	lockdep_assert_held(&pt->lock);
	vml_table_count(table, old, entry);
	pt->entries[level] += !!entry;
	pt->entries[level] -= !!old;
	pt->huge += is_huge(entry, level);
	pt->huge -= is_huge(old, level);
	count_map(entry, level, 1);
	*slot = entry;
	count_map(old, level, -1);
}

/* As change(), of an entry of the lowest level that is empty. */
static __always_inline void set_empty(struct vml_ptable *pt,
				      struct vml_frame *table, u32 index,
				      u64 entry)
{
	lockdep_assert_held(&pt->lock);
	table->index++;
	pt->entries[0]++;
	if (entry & VML_ENTRY_PRESENT)
		atomic_inc(&head_of(vml_entry_at(entry))->maps);
	vml_table_slots(table)[index] = entry;
}

/* The walk cache: as processors have for the same purpose. */
static u64 number_of(const struct vml_ptable *pt, u64 address)
{
	return (address - pt->base) >> vml_geometry_shift(&pt->geometry, 1);
}

static struct vml_frame *recent(const struct vml_ptable *pt, u64 number)
{
	unsigned int i = number % VML_RECENT;

	return pt->recent[i].number == number ? pt->recent[i].table : NULL;
}

static void remember(struct vml_ptable *pt, u64 number,
		     struct vml_frame *table)
{
	pt->recent[number % VML_RECENT].number = number;
	pt->recent[number % VML_RECENT].table = table;
}

static void forget(struct vml_ptable *pt, const struct vml_frame *table)
{
	unsigned int i;

	for (i = 0; i < VML_RECENT; i++)
		if (pt->recent[i].table == table)
			pt->recent[i].table = NULL;
}

/* As descend(), from the top. */
static noinline struct vml_frame *walk(struct vml_ptable *pt, u64 address,
				       unsigned int *level)
{
	struct vml_frame *table = pt->root;
	unsigned int l;

	for (l = vml_ptable_top(pt); l > *level; l--) {
		u64 entry = vml_table_slots(table)[vml_ptable_index_of(pt, address, l)];

		if (!vml_ptable_is_table(entry, l))
			break;
		table = vml_entry_at(entry);
	}
	*level = l;
	if (!l)
		remember(pt, number_of(pt, address), table);
	return table;
}

static struct vml_frame *descend(struct vml_ptable *pt, u64 address,
				 unsigned int *level)
{
	struct vml_frame *table = NULL;

	if (!*level)
		table = recent(pt, number_of(pt, address));
	return table ?: walk(pt, address, level);
}

/**
 * vml_ptable_descend() - go down to a table
 * @pt: the page table
 * @address: in reach
 * @level: how far down; set to the level of the table, which is above where
 *	tables are lacking or a huge entry is in the way
 *
 * Context: the lock held.
 * Return: the first frame of the table.
 */
struct vml_frame *vml_ptable_descend(struct vml_ptable *pt, u64 address,
				     unsigned int *level)
{
	lockdep_assert_held(&pt->lock);
	return descend(pt, address, level);
}

/* Adds a table below an entry that is empty; returns it. */
static struct vml_frame *grow(struct vml_ptable *pt, struct vml_frame *parent,
			      unsigned int level, u32 index,
			      struct vml_stock *stock)
{
	struct vml_frame *table;

	stock->charge = pt->charge;
	table = vml_stock_take(stock);
	pt->tables[level - 1]++;
	change(pt, parent, level, index, table_entry(table));
	return table;
}

/* Takes an empty table away from the entry above it. */
static void wither(struct vml_ptable *pt, struct vml_frame *parent,
		   unsigned int level, u32 index, struct vml_stock *stock)
{
	struct vml_frame *table = vml_entry_at(vml_table_slots(parent)[index]);

	change(pt, parent, level, index, 0);
	pt->tables[level - 1]--;
	forget(pt, table);
	stock->charge = pt->charge;
	vml_stock_give(stock, table);
}

/**
 * vml_ptable_get_recent() - look an address up whose table the walk cache has
 * @ptable: the page table
 * @address: in reach
 *
 * Context: takes the lock.
 * Return: the entry of the lowest level; U64_MAX, which is none, if the walk
 * cache does not have its table.
 */
u64 vml_ptable_get_recent(struct vml_ptable *ptable, u64 address)
{
	struct vml_frame *table;
	u64 entry = U64_MAX;

	spin_lock(&ptable->lock);
	table = recent(ptable, number_of(ptable, address));
	if (likely(table))
		entry = vml_table_slots(table)[vml_ptable_index_of(ptable, address, 0)];
	spin_unlock(&ptable->lock);
	return entry;
}

static int set(struct vml_ptable *pt, u64 address, unsigned int level,
	       u64 entry, struct vml_stock *stock)
{
	unsigned int at = level;
	struct vml_frame *table = descend(pt, address, &at);
	u64 there = vml_table_slots(table)[vml_ptable_index_of(pt, address, at)];

	if (at > level ? there : vml_ptable_is_table(there, level))
		return -EEXIST;
	if (at - level > stock->nr)
		return -EAGAIN;
	for (; at > level; at--)
		table = grow(pt, table, at, vml_ptable_index_of(pt, address, at), stock);
	change(pt, table, level, vml_ptable_index_of(pt, address, level), entry);
	return 0;
}

/**
 * vml_ptable_set_recent() - set an empty entry whose table the walk cache has
 * @ptable: the page table
 * @address: that it maps; in reach
 * @entry: not 0, and not huge
 *
 * Which it mostly has for who just looked.
 *
 * Context: takes the lock.
 * Return: whether it was set.
 */
bool vml_ptable_set_recent(struct vml_ptable *ptable, u64 address, u64 entry)
{
	u32 index = vml_ptable_index_of(ptable, address, 0);
	struct vml_frame *table;
	bool empty;

	spin_lock(&ptable->lock);
	table = recent(ptable, number_of(ptable, address));
	empty = table && !vml_table_slots(table)[index];
	if (likely(empty))
		set_empty(ptable, table, index, entry);
	spin_unlock(&ptable->lock);
	return empty;
}

/**
 * vml_ptable_set() - set an entry
 * @ptable: the page table
 * @address: that it maps
 * @level: 0, or 1 for a huge one
 * @entry: not 0; replaces what the entry was
 * @stock: of the page table's order; its tables may be used
 *
 * Context: takes the lock.
 * Return: 0; -EAGAIN if the stock has too few tables, -ERANGE for an address
 * that is out of reach, -EINVAL for a level that cannot have such an entry,
 * -EEXIST if a huge entry is in the way, or for a huge one, a table.
 */
int vml_ptable_set(struct vml_ptable *ptable, u64 address, unsigned int level,
		   u64 entry, struct vml_stock *stock)
{
	int err;

	if (!vml_ptable_reaches(ptable, address))
		return -ERANGE;
	if (!(entry & VML_ENTRY_HUGE) != !level ||
	    (level && (level > 1 || !has_huge(ptable))))
		return -EINVAL;
	spin_lock(&ptable->lock);
	err = set(ptable, address, level, entry, stock);
	spin_unlock(&ptable->lock);
	return err;
}

/**
 * vml_ptable_fill() - set entries in a row that are empty
 * @ptable: the page table
 * @address: that the first maps
 * @nr: how many, all of one lowest table
 * @entries: they; one that is 0 is left out, and one that is not set is made 0
 *
 * Context: takes the lock.
 * Return: how many were set; none without the table.
 */
u32 vml_ptable_fill(struct vml_ptable *ptable, u64 address, u32 nr,
		    u64 *entries)
{
	u32 first = vml_ptable_index_of(ptable, address, 0), i, set = 0;
	unsigned int reached = 0;
	struct vml_frame *table;

	spin_lock(&ptable->lock);
	table = descend(ptable, address, &reached);
	for (i = 0; i < nr; i++) {
		if (reached || vml_table_slots(table)[first + i])
			entries[i] = 0;
		if (!entries[i])
			continue;
		set_empty(ptable, table, first + i, entries[i]);
		set++;
	}
	spin_unlock(&ptable->lock);
	return set;
}

/* === Ranges === */

/**
 * struct masking - bits are taken from all entries of a range
 * @pt: the page table
 * @keep: the bits that stay
 * @stock: where tables go that become empty
 * @nr: how many entries there were
 */
struct masking {
	struct vml_ptable *pt;
	u64 keep;
	struct vml_stock stock;
	u32 nr;
};

/* The addresses from @start to @last are all below the table. */
static void mask(struct masking *m, struct vml_frame *table,
		 unsigned int level, u64 start, u64 last)
{
	u64 *slots = vml_table_slots(table);
	u64 size = vml_ptable_size(m->pt, level);
	u32 i = vml_ptable_index_of(m->pt, start, level);
	u32 end = vml_ptable_index_of(m->pt, last, level);
	/* Of the address after what entry i maps, less one. */
	u64 edge = (start - m->pt->base) / size * size + size - 1 + m->pt->base;

	for (; i <= end && table->index; i++, start = edge + 1, edge += size) {
		if (vml_ptable_is_table(slots[i], level)) {
			struct vml_frame *below = vml_entry_at(slots[i]);

			mask(m, below, level - 1, start, min(last, edge));
			if (!below->index)
				wither(m->pt, table, level, i, &m->stock);
		} else if (slots[i]) {
			change(m->pt, table, level, i, slots[i] & m->keep);
			m->nr++;
		}
	}
}

/**
 * vml_ptable_mask() - take bits from all entries of a range
 * @ptable: the page table
 * @start: first address; what lies outside is left out
 * @end: address after the last
 * @keep: the bits that stay: all but those that give rights; 0 to empty them
 *
 * A huge entry that lies partly in the range is changed as a whole. Tables that
 * become empty go back to the pool.
 *
 * Context: takes the lock; does not sleep.
 * Return: how many entries there were.
 */
u32 vml_ptable_mask(struct vml_ptable *ptable, u64 start, u64 end, u64 keep)
{
	struct masking m = {
		.pt = ptable, .keep = keep, .stock = VML_STOCK(ptable->order)
	};

	start = max(start, ptable->base);
	end = min(end, ptable->base + ptable->span);
	if (start >= end)
		return 0;
	spin_lock(&ptable->lock);
	mask(&m, ptable->root, vml_ptable_top(ptable), start, end - 1);
	spin_unlock(&ptable->lock);
	vml_stock_empty(&m.stock);
	return m.nr;
}

/* === Huge entries === */

static void split(struct vml_ptable *pt, struct vml_frame *parent, u32 index,
		  struct vml_stock *stock)
{
	u64 huge = vml_table_slots(parent)[index];
	struct vml_frame *table;
	u32 i;

	/* The block must not look unmapped in between. */
	count_map(huge, 1, 1);
	change(pt, parent, 1, index, 0);
	table = grow(pt, parent, 1, index, stock);
	for (i = 0; i < BIT(VML_HUGE_ORDER); i++)
		change(pt, table, 0, i,
		       (huge & ~VML_ENTRY_HUGE) + ((u64)i << VML_ENTRY_SHIFT));
	count_map(huge, 1, -1);
}

/**
 * vml_ptable_split() - map what a huge entry maps by a table instead
 * @ptable: the page table
 * @address: any that it maps
 * @stock: gives the table
 *
 * Context: takes the lock.
 * Return: 0; -ENOENT if it is not mapped by a huge entry, -EAGAIN if the stock
 * is empty.
 */
int vml_ptable_split(struct vml_ptable *ptable, u64 address,
		     struct vml_stock *stock)
{
	unsigned int level = 0;
	struct vml_frame *table;
	int err = -ENOENT;
	u32 index;

	if (!vml_ptable_reaches(ptable, address))
		return -ENOENT;
	spin_lock(&ptable->lock);
	table = descend(ptable, address, &level);
	index = vml_ptable_index_of(ptable, address, level);
	if (is_huge(vml_table_slots(table)[index], level)) {
		err = stock->nr ? 0 : -EAGAIN;
		if (!err)
			split(ptable, table, index, stock);
	}
	spin_unlock(&ptable->lock);
	return err;
}

/* What the huge entry would be; 0 if the table's do not fit together. */
static u64 collapsed(const struct vml_frame *table)
{
	const u64 soft = VML_ENTRY_ACCESSED | VML_ENTRY_DIRTY;
	const u64 *slots = vml_table_slots(table);
	u64 first = slots[0] & ~soft, seen = 0;
	u32 i, word;

	if (!(first & VML_ENTRY_PRESENT) || first & VML_ENTRY_ZERO)
		return 0;
	word = vml_frame_word(vml_entry_at(first));
	if (vml_word_state(word) != VML_USED ||
	    vml_word_order(word) < VML_HUGE_ORDER)
		return 0;
	for (i = 0; i < BIT(VML_HUGE_ORDER); i++) {
		if ((slots[i] & ~soft) != first + ((u64)i << VML_ENTRY_SHIFT))
			return 0;
		seen |= slots[i] & soft;
	}
	return first | seen | VML_ENTRY_HUGE;
}

static void collapse(struct vml_ptable *pt, struct vml_frame *parent, u32 index,
		     struct vml_frame *table, u64 huge, struct vml_stock *stock)
{
	u32 i;

	count_map(huge, 1, 1);
	for (i = 0; i < BIT(VML_HUGE_ORDER); i++)
		change(pt, table, 0, i, 0);
	wither(pt, parent, 1, index, stock);
	change(pt, parent, 1, index, huge);
	count_map(huge, 1, -1);
}

/**
 * vml_ptable_collapse() - map what a table maps by a huge entry instead
 * @ptable: the page table
 * @address: any that the table maps
 *
 * It can be if the frames are those of a block in their order, and all entries
 * give the same rights.
 *
 * Context: takes the lock.
 * Return: 0; -EOPNOTSUPP if the geometry has no huge entries, -ENOENT if there
 * is no table, -EINVAL if its entries cannot be one.
 */
int vml_ptable_collapse(struct vml_ptable *ptable, u64 address)
{
	struct vml_stock stock = VML_STOCK(ptable->order);
	struct vml_frame *parent, *table;
	unsigned int level = 1;
	u64 entry, huge;
	int err = -ENOENT;
	u32 index;

	if (!has_huge(ptable))
		return -EOPNOTSUPP;
	if (!vml_ptable_reaches(ptable, address))
		return -ENOENT;
	spin_lock(&ptable->lock);
	parent = descend(ptable, address, &level);
	index = vml_ptable_index_of(ptable, address, level);
	entry = vml_table_slots(parent)[index];
	if (level == 1 && vml_ptable_is_table(entry, level)) {
		table = vml_entry_at(entry);
		huge = collapsed(table);
		err = huge ? 0 : -EINVAL;
		if (huge)
			collapse(ptable, parent, index, table, huge, &stock);
	}
	spin_unlock(&ptable->lock);
	vml_stock_empty(&stock);
	return err;
}

/* === Start and end === */

/**
 * vml_ptable_init() - make an empty page table
 * @ptable: to be filled in
 * @geometry: its shape, from vml_geometry_find()
 * @base: first address that it shall map, a multiple of a frame
 * @span: bytes from there on, a multiple of a frame
 *
 * With huge entries, @base must be a multiple of what one maps.
 *
 * Context: process; may sleep.
 * Return: 0; -EINVAL for a bad @base or @span, -ERANGE if the geometry does not
 * reach as far, -ENOMEM if the pool has no block for the top table.
 */
int vml_ptable_init(struct vml_ptable *ptable,
		    const struct vml_geometry *geometry, u64 base, u64 span)
{
	struct vml_stock stock = VML_STOCK(vml_geometry_order(geometry));

	*ptable = (struct vml_ptable) {
		.geometry = *geometry, .base = base, .span = span,
		.order = stock.order,
	};
	spin_lock_init(&ptable->lock);
	if (!span || (base | span) & (VML_FRAME_SIZE - 1) ||
	    base + span < base ||
	    (has_huge(ptable) && base & (vml_ptable_size(ptable, 1) - 1)))
		return -EINVAL;
	if (span > vml_geometry_reach(geometry))
		return -ERANGE;
	if (vml_stock_fill(&stock, 1))
		return -ENOMEM;
	ptable->root = vml_stock_take(&stock);
	ptable->tables[vml_ptable_top(ptable)] = 1;
	return 0;
}

/**
 * vml_ptable_fini() - give a page table's frames back
 * @ptable: nobody uses it any more
 *
 * Context: process; takes the lock.
 */
void vml_ptable_fini(struct vml_ptable *ptable)
{
	vml_ptable_clear(ptable, ptable->base, ptable->base + ptable->span);
	vml_put(ptable->root);
	ptable->root = NULL;
}
