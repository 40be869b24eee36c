/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_ENTRY_H
#define _VMLAB_ENTRY_H

#include <linux/types.h>
#include <asm/pgtable.h>
#include <linux/vmlab.h>

/*
 * An entry of a page table, as the hardware reads it: eight bytes.
 *
 * On x86-64 all levels share one layout, so an entry is a u64 beside the
 * level that it stands in:
 *
 *   63   NX                          8   G, in a leaf
 *   62:59 protection key, in a leaf  7   PS, in a PMD or PUD; PAT in a PTE
 *   58:52 software                   6   D, in a leaf
 *   51:12 frame                      5   A
 *   12   PAT, in a huge leaf         4:3 PCD PWT
 *   11:9 software                    2:0 US RW P
 */

/* The bits that name a frame in a present entry of any kind. */
#define VML_FRAME_MASK	((u64)PTE_PFN_MASK)

/* Of an entry that is not present, the bits that name no slot or frame. */
#define VML_SWAP_FLAGS	GENMASK_ULL(8, 0)

#define VML_WALK_LEVELS	VMLAB_LEVEL_PGD
#define VML_ENTRIES	PTRS_PER_PTE

/**
 * struct vml_leaf - an entry in which a walk ended, decoded
 * @raw: the entry
 * @number: number of the first frame that it names, or offset in a swap area
 * @flags: bits of &enum vmlab_entry_flag
 * @state: &enum vmlab_state
 * @level: &enum vmlab_level
 * @pkey: protection key
 * @swap_type: number of the swap area
 */
struct vml_leaf {
	u64 raw;
	u64 number;
	u32 flags;
	u8 state;
	u8 level;
	u8 pkey;
	u8 swap_type;
};

/**
 * vml_level_shift() - log2 of the bytes that one entry of a level covers
 * @level: &enum vmlab_level
 */
static inline unsigned int vml_level_shift(unsigned int level)
{
	if (level == VMLAB_LEVEL_PGD)
		return PGDIR_SHIFT;
	return PAGE_SHIFT + (level - VMLAB_LEVEL_PTE) * (PMD_SHIFT - PAGE_SHIFT);
}

/**
 * vml_level_index() - the index of an address in its table of a level
 * @level: &enum vmlab_level
 * @addr: virtual address
 */
static inline unsigned int vml_level_index(unsigned int level, u64 addr)
{
	return (addr >> vml_level_shift(level)) & (VML_ENTRIES - 1);
}

/**
 * vml_level_size() - bytes that one entry of a level covers
 * @level: &enum vmlab_level
 */
static inline u64 vml_level_size(unsigned int level)
{
	return 1ULL << vml_level_shift(level);
}

/**
 * vml_level_below() - the level that the hardware goes to next
 * @level: &enum vmlab_level, above the PTE
 *
 * With four levels the P4D is folded into the PGD.
 */
static inline unsigned int vml_level_below(unsigned int level)
{
	if (level == VMLAB_LEVEL_PGD && !pgtable_l5_enabled())
		return VMLAB_LEVEL_PUD;
	return level - 1;
}

/**
 * vml_is_table() - whether an entry leads to a table one level down
 * @level: &enum vmlab_level of the entry
 * @raw: the entry
 */
static inline bool vml_is_table(unsigned int level, u64 raw)
{
	if (level == VMLAB_LEVEL_PTE || !(raw & _PAGE_PRESENT))
		return false;
	return level > VMLAB_LEVEL_PUD || !(raw & _PAGE_PSE);
}

/**
 * vml_next_table() - the table that an entry leads to
 * @raw: an entry for which vml_is_table() holds
 *
 * Return: its address in the direct map.
 */
static inline u64 *vml_next_table(u64 raw)
{
	return __va(raw & VML_FRAME_MASK);
}

/**
 * vml_is_present() - whether an entry that is no table has a frame behind it
 * @level: &enum vmlab_level of the entry
 * @raw: the entry
 *
 * As pte_present() and pmd_present(): a page of a PROT_NONE area is there,
 * and so is a huge page that is being split at this moment.
 */
static inline bool vml_is_present(unsigned int level, u64 raw)
{
	u64 mask = _PAGE_PRESENT | _PAGE_PROTNONE;

	if (level != VMLAB_LEVEL_PTE)
		mask |= _PAGE_PSE;
	return raw & mask;
}

/* Bits of a present leaf that may differ between pages of one run. */
static inline u64 vml_leaf_frame_mask(unsigned int level)
{
	if (level == VMLAB_LEVEL_PTE)
		return VML_FRAME_MASK;
	return VML_FRAME_MASK & ~(BIT_ULL(vml_level_shift(level)) - 1);
}

void vml_leaf_decode(struct vml_leaf *leaf, unsigned int level, u64 raw,
		     bool hugetlb);
u32 vml_entry_flags(unsigned int level, u64 raw);
u64 vml_entry_withhold(unsigned int level, u64 raw);
unsigned int vml_entry_cache(unsigned int level, u64 raw);

#endif /* _VMLAB_ENTRY_H */
