/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_PTABLE_H
#define _VMLAB_PTABLE_H

#include <vmlab/table.h>

#include <linux/spinlock.h>

#define VML_LEVELS	4	/* at most */
#define VML_RECENT	4	/* a power of two */
#define VML_TABLE_BITS	9	/* of the slots that fit in a frame */

/* The order of what an entry one level above the lowest can map at once. */
#define VML_HUGE_ORDER	9

/*
 * An entry of a shadow page table:
 *
 *	 0	present: it leads to a table or a frame
 *	 1	may be written to
 *	 2	for the user
 *	 3	accessed
 *	 4	dirty: written to through this entry
 *	 5	huge: it leads to a block of VML_HUGE_ORDER, not to a table
 *	 6	swap: not present, the frame number is a swap slot's
 *	 7	zero: the frame is the one of zeroes that all share
 *	 8	copy on write
 *	43:12	number of the frame
 *
 * One that is 0 is empty. Those that lead to tables have present, write and
 * user, as what counts is what the lowest says.
 */
#define VML_ENTRY_PRESENT	BIT(0)
#define VML_ENTRY_WRITE		BIT(1)
#define VML_ENTRY_USER		BIT(2)
#define VML_ENTRY_ACCESSED	BIT(3)
#define VML_ENTRY_DIRTY		BIT(4)
#define VML_ENTRY_HUGE		BIT(5)
#define VML_ENTRY_SWAP		BIT(6)
#define VML_ENTRY_ZERO		BIT(7)
#define VML_ENTRY_COW		BIT(8)
#define VML_ENTRY_SHIFT		12
#define VML_ENTRY_FRAME		GENMASK(43, 12)

/**
 * vml_entry() - an entry that leads to a frame
 * @frame: number of the frame
 * @bits: VML_ENTRY_*; present is added
 */
static inline u64 vml_entry(u32 frame, u64 bits)
{
	return (u64)frame << VML_ENTRY_SHIFT | bits | VML_ENTRY_PRESENT;
}

static inline u32 vml_entry_frame(u64 entry)
{
	return (entry & VML_ENTRY_FRAME) >> VML_ENTRY_SHIFT;
}

/**
 * vml_entry_frame_at() - the frame that an entry maps at an address
 * @entry: the entry, huge or not
 * @address: any that it maps
 *
 * Return: number of the frame.
 */
static inline u32 vml_entry_frame_at(u64 entry, u64 address)
{
	u32 frame = vml_entry_frame(entry);

	if (entry & VML_ENTRY_HUGE)
		frame += address >> VML_FRAME_SHIFT & (BIT(VML_HUGE_ORDER) - 1);
	return frame;
}

/**
 * struct vml_geometry - what a shadow page table looks like
 * @levels: how many, from 1 to VML_LEVELS
 * @bits: of the address that each of them decodes
 */
struct vml_geometry {
	u8 levels;
	u8 bits;
};

/**
 * struct vml_ptable - a shadow page table
 * @geometry: its shape
 * @base: first address that it can map, aligned to what a table of the lowest
 *	level maps
 * @span: bytes from there on; what the top table has beyond stays unused
 * @order: of the block of a table
 * @charge: for whom the tables count; or NULL
 * @lock: protects what follows and all tables; nothing is allocated under it,
 *	nor called that leads out of this floor
 * @root: first frame of the top table
 * @tables: by level, 0 being the lowest: tables
 * @entries: by level: entries in use
 * @huge: of those of level 1, the huge ones
 * @recent: the walk cache: lowest tables that were looked at lately, by their
 *	number modulo VML_RECENT
 */
struct vml_ptable {
	struct vml_geometry geometry;
	u64 base;
	u64 span;
	unsigned int order;
	struct vml_charge *charge;
	spinlock_t lock; /* protects what follows, and all tables */
	struct vml_frame *root;
	u32 tables[VML_LEVELS];
	u64 entries[VML_LEVELS];
	u32 huge;
	struct {
		struct vml_frame *table;
		u64 number;
	} recent[VML_RECENT];
};

/**
 * struct vml_ptable_step - one level of a walk
 * @table: number of the first frame of the table
 * @index: which of its entries
 * @level: of the table
 * @entry: what it says
 */
struct vml_ptable_step {
	u32 table;
	u32 index;
	unsigned int level;
	u64 entry;
};

/**
 * struct vml_ptable_cost - what a shadow page table costs
 * @tables: by level: tables
 * @entries: by level: entries in use
 * @huge: of those of level 1, the huge ones
 * @slots: entries that a table has
 * @bytes: of all tables
 */
struct vml_ptable_cost {
	u32 tables[VML_LEVELS];
	u64 entries[VML_LEVELS];
	u32 huge;
	u32 slots;
	u64 bytes;
};

/**
 * vml_geometry_shift() - how many bits of an address are below a level
 * @geometry: the shape
 * @level: 0 being the lowest; that of the top one plus one for the reach
 */
static inline unsigned int
vml_geometry_shift(const struct vml_geometry *geometry, unsigned int level)
{
	return VML_FRAME_SHIFT + level * geometry->bits;
}

/**
 * vml_geometry_order() - the order of the block of a table
 * @geometry: the shape
 */
static inline unsigned int
vml_geometry_order(const struct vml_geometry *geometry)
{
	return geometry->bits > VML_TABLE_BITS ?
	       geometry->bits - VML_TABLE_BITS : 0;
}

/**
 * vml_geometry_huge() - whether there are huge entries
 * @geometry: the shape
 *
 * Blocks of VML_HUGE_ORDER fill exactly what an entry of level 1 maps.
 */
static inline bool vml_geometry_huge(const struct vml_geometry *geometry)
{
	return geometry->levels > 1 && geometry->bits == VML_HUGE_ORDER;
}

int vml_geometry_find(struct vml_geometry *geometry, const char *name,
		      u64 span);
u64 vml_geometry_reach(const struct vml_geometry *geometry);

int vml_ptable_init(struct vml_ptable *ptable,
		    const struct vml_geometry *geometry, u64 base, u64 span);
void vml_ptable_fini(struct vml_ptable *ptable);
u64 vml_ptable_size(const struct vml_ptable *ptable, unsigned int level);
unsigned int vml_ptable_lacking(struct vml_ptable *ptable, u64 address,
				unsigned int level);
u64 vml_ptable_get(struct vml_ptable *ptable, u64 address, unsigned int *level);
int vml_ptable_set(struct vml_ptable *ptable, u64 address, unsigned int level,
		   u64 entry, struct vml_stock *stock);
u64 vml_ptable_get_recent(struct vml_ptable *ptable, u64 address);
bool vml_ptable_set_recent(struct vml_ptable *ptable, u64 address, u64 entry);
u32 vml_ptable_fill(struct vml_ptable *ptable, u64 address, u32 nr,
		    u64 *entries);
u32 vml_ptable_mask(struct vml_ptable *ptable, u64 start, u64 end, u64 keep);
u64 vml_ptable_next(struct vml_ptable *ptable, u64 *address, u64 end,
		    unsigned int *level);
unsigned int vml_ptable_walk(struct vml_ptable *ptable, u64 address,
			     struct vml_ptable_step *steps);
int vml_ptable_split(struct vml_ptable *ptable, u64 address,
		     struct vml_stock *stock);
int vml_ptable_collapse(struct vml_ptable *ptable, u64 address);
void vml_ptable_cost(struct vml_ptable *ptable, struct vml_ptable_cost *cost);

/**
 * vml_ptable_clear() - empty all entries of a range
 * @ptable: the page table
 * @start: first address
 * @end: address after the last
 *
 * See vml_ptable_mask().
 *
 * Return: how many there were.
 */
static inline u32 vml_ptable_clear(struct vml_ptable *ptable, u64 start,
				   u64 end)
{
	return vml_ptable_mask(ptable, start, end, 0);
}

#endif /* _VMLAB_PTABLE_H */
