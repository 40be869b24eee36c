/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_WALK_H
#define _VMLAB_WALK_H

#include <vmlab/entry.h>

#include <linux/spinlock_types.h>

struct mm_struct;
struct vm_area_struct;

/**
 * struct vml_step - one level of a walk
 * @raw: the entry
 * @table: physical address of the table that holds it
 * @index: its index there
 * @level: &enum vmlab_level
 * @folded: the level does not exist in hardware
 */
struct vml_step {
	u64 raw;
	u64 table;
	u16 index;
	u8 level;
	bool folded;
};

/**
 * struct vml_page - what stands behind a frame
 * @flags: as /proc/kpageflags has them
 * @refcount: references to the folio
 * @mapcount: times that the page is mapped
 * @order: order of the folio
 * @kind: &enum vmlab_page_kind
 * @inferred: @kind was concluded, for want of a symbol
 * @exclusive: an anonymous page that no other process can have
 * @valid: there is a struct page, and the above is filled in
 */
struct vml_page {
	u64 flags;
	u32 refcount;
	u32 mapcount;
	u8 order;
	u8 kind;
	bool inferred;
	bool exclusive;
	bool valid;
};

/**
 * struct vml_walk - a walk to one address
 * @addr: the address
 * @leaf: the entry where it ended, decoded
 * @page: the page at @addr, where one was asked for and is there
 * @nr: number of @steps
 * @steps: from the top down, folded levels included
 */
struct vml_walk {
	u64 addr;
	struct vml_leaf leaf;
	struct vml_page page;
	unsigned int nr;
	struct vml_step steps[VML_WALK_LEVELS];
};

/**
 * struct vml_piece - some neighbouring entries of one table
 * @start: first address that they stand for
 * @end: first address past them
 * @base: first address that the first entry covers; @start may lie inside
 * @level: &enum vmlab_level
 * @hugetlb: the area is one of hugetlb
 * @anon: the area is private and has no file
 * @nr: number of @raw
 * @raw: the entries, none of them leading to a table
 */
struct vml_piece {
	u64 start;
	u64 end;
	u64 base;
	u8 level;
	bool hugetlb;
	bool anon;
	unsigned int nr;
	u64 raw[VML_ENTRIES];
};

/**
 * struct vml_path - the entries on the way to an address
 * @nr: number of @at
 * @at: from the top down: where the entry stands, what was read there, and
 *	its &enum vmlab_level
 */
struct vml_path {
	unsigned int nr;
	struct {
		u64 *entry;
		u64 raw;
		u8 level;
	} at[VML_WALK_LEVELS];
};

void vml_walk_address(struct mm_struct *mm, struct vm_area_struct *vma,
		      u64 addr, struct vml_walk *walk, bool page);
void vml_walk_leaf(struct mm_struct *mm, struct vm_area_struct *vma, u64 addr,
		   struct vml_leaf *leaf);
bool vml_walk_lockless(struct mm_struct *mm, u64 addr, struct vml_leaf *leaf);
void vml_walk_kernel(u64 *pgd, u64 addr, struct vml_walk *walk);
int vml_walk_piece(struct mm_struct *mm, u64 pos, u64 end,
		   struct vml_piece *piece);
void vml_piece_leaf(const struct vml_piece *piece, unsigned int i,
		    struct vml_leaf *leaf);

void vml_walk_begin(struct vm_area_struct *vma) __acquires(RCU);
void vml_walk_end(struct vm_area_struct *vma) __releases(RCU);
void vml_walk_path(struct mm_struct *mm, struct vm_area_struct *vma, u64 addr,
		   struct vml_path *path);
spinlock_t *vml_path_lock(struct mm_struct *mm, const struct vml_path *path,
			  unsigned int depth) __acquires(table);
void vml_path_unlock(spinlock_t *lock) __releases(table);
bool vml_path_in_place(const struct vml_path *path, unsigned int depth);

void vml_page_read(struct vml_page *page, u64 pfn);
bool vml_page_is_huge_zero(u64 pfn);

#endif /* _VMLAB_WALK_H */
