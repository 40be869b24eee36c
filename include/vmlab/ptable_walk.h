/* SPDX-License-Identifier: GPL-2.0 */
/* How an address leads through shadow page tables: for those that walk them. */
#ifndef _VMLAB_PTABLE_WALK_H
#define _VMLAB_PTABLE_WALK_H

#include <vmlab/ptable.h>

/**
 * vml_ptable_index_of() - which entry of a table maps an address
 * @pt: the page table
 * @address: in reach
 * @level: of the table, 0 being the lowest
 */
static inline u32 vml_ptable_index_of(const struct vml_ptable *pt, u64 address,
				      unsigned int level)
{
	return (address - pt->base) >>
	       vml_geometry_shift(&pt->geometry, level) &
	       (BIT(pt->geometry.bits) - 1);
}

/**
 * vml_ptable_top() - the level of the top table
 * @pt: the page table
 */
static inline unsigned int vml_ptable_top(const struct vml_ptable *pt)
{
	return pt->geometry.levels - 1;
}

/**
 * vml_ptable_reaches() - whether an address can be mapped
 * @pt: the page table
 * @address: any
 */
static inline bool vml_ptable_reaches(const struct vml_ptable *pt, u64 address)
{
	return address - pt->base < pt->span;
}

/**
 * vml_ptable_is_table() - whether an entry leads to a table
 * @entry: the entry
 * @level: of its table
 */
static inline bool vml_ptable_is_table(u64 entry, unsigned int level)
{
	return level && entry & VML_ENTRY_PRESENT && !(entry & VML_ENTRY_HUGE);
}

/**
 * vml_entry_at() - the first frame of what an entry leads to
 * @entry: the entry
 */
static inline struct vml_frame *vml_entry_at(u64 entry)
{
	return vml_frame_at(vml_entry_frame(entry));
}

struct vml_frame *vml_ptable_descend(struct vml_ptable *pt, u64 address,
				     unsigned int *level);

#endif /* _VMLAB_PTABLE_WALK_H */
