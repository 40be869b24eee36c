// SPDX-License-Identifier: GPL-2.0
/*
 * What the bits of an entry mean. The layout is that of x86-64; see the
 * Intel manual, volume 3, "4-level paging and 5-level paging", and for the
 * bits that the hardware ignores arch/x86/include/asm/pgtable_types.h.
 */
#include <vmlab/entry.h>

#include <linux/bitfield.h>
#include <linux/mm.h>
#include <asm/msr.h>
#include <asm/pgtable.h>

static_assert(PTRS_PER_PTE == PTRS_PER_PMD && PTRS_PER_PMD == PTRS_PER_PUD &&
	      PTRS_PER_PUD == PTRS_PER_PGD, "all levels have nine bits");
static_assert(sizeof(pte_t) == sizeof(u64) && sizeof(pgd_t) == sizeof(u64));

/*
 * The low bits of an entry and the flags that name them are the same; all
 * else is shifted into place, since this runs for every entry that is shown.
 */
#define SAME_BITS	((u64)(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | \
			       _PAGE_PWT | _PAGE_PCD | _PAGE_ACCESSED | \
			       _PAGE_DIRTY))
#define IS_SAME(bit, flag) static_assert(!((bit) ^ (flag)))
IS_SAME(_PAGE_PRESENT, VMLAB_ENTRY_FLAG_P);
IS_SAME(_PAGE_RW, VMLAB_ENTRY_FLAG_RW);
IS_SAME(_PAGE_USER, VMLAB_ENTRY_FLAG_US);
IS_SAME(_PAGE_PWT, VMLAB_ENTRY_FLAG_PWT);
IS_SAME(_PAGE_PCD, VMLAB_ENTRY_FLAG_PCD);
IS_SAME(_PAGE_ACCESSED, VMLAB_ENTRY_FLAG_A);
IS_SAME(_PAGE_DIRTY, VMLAB_ENTRY_FLAG_D);

/* @flag, if @bit is set; both are constant powers of two, @bit may be 0. */
#define FLAG_IF(raw, bit, flag) ((u32)((raw) & (bit) ? (flag) : 0))

static u32 absent_flags(u64 raw)
{
	if (!raw)
		return 0;
	if (softleaf_is_uffd_wp_marker(softleaf_from_pte(__pte(raw))))
		return VMLAB_ENTRY_FLAG_UFFD_WP;
	return FLAG_IF(raw, _PAGE_SWP_SOFT_DIRTY, VMLAB_ENTRY_FLAG_SOFT_DIRTY) |
	       FLAG_IF(raw, _PAGE_SWP_UFFD, VMLAB_ENTRY_FLAG_UFFD_WP) |
	       FLAG_IF(raw, _PAGE_SWP_EXCLUSIVE, VMLAB_ENTRY_FLAG_EXCLUSIVE);
}

static u32 table_flags(u64 raw)
{
	return (raw & SAME_BITS) | FLAG_IF(raw, _PAGE_NX, VMLAB_ENTRY_FLAG_NX);
}

/*
 * The software bits mean something in leaves only. Bit 7 is PS in a PMD or
 * PUD; a PTE and a huge leaf keep PAT in different places. Where P is clear,
 * the bit of G is the mark of PROT_NONE, and those of a frame, among which is
 * the PAT of a huge leaf, are inverted.
 */
static u32 leaf_flags(unsigned int level, u64 raw)
{
	u32 flags = table_flags(raw) |
		FLAG_IF(raw, _PAGE_SOFT_DIRTY, VMLAB_ENTRY_FLAG_SOFT_DIRTY) |
		FLAG_IF(raw, _PAGE_UFFD, VMLAB_ENTRY_FLAG_UFFD_WP) |
		FLAG_IF(raw, _PAGE_SPECIAL, VMLAB_ENTRY_FLAG_SPECIAL) |
		FLAG_IF(raw, _PAGE_DEVMAP, VMLAB_ENTRY_FLAG_DEVMAP) |
		FLAG_IF(raw, _PAGE_SAVED_DIRTY, VMLAB_ENTRY_FLAG_SAVED_DIRTY);

	if (level == VMLAB_LEVEL_PTE)
		flags |= FLAG_IF(raw, _PAGE_PAT, VMLAB_ENTRY_FLAG_PAT);
	else
		flags |= FLAG_IF(raw, _PAGE_PSE, VMLAB_ENTRY_FLAG_PS);
	if (unlikely(!(raw & _PAGE_PRESENT)))
		return flags;
	if (level != VMLAB_LEVEL_PTE)
		flags |= FLAG_IF(raw, _PAGE_PAT_LARGE, VMLAB_ENTRY_FLAG_PAT);
	return flags | FLAG_IF(raw, _PAGE_GLOBAL, VMLAB_ENTRY_FLAG_G);
}

/**
 * vml_entry_flags() - the flags of an entry
 * @level: &enum vmlab_level that it stands in
 * @raw: the entry
 *
 * Return: bits of &enum vmlab_entry_flag.
 */
u32 vml_entry_flags(unsigned int level, u64 raw)
{
	if (vml_is_table(level, raw))
		return table_flags(raw);
	if (vml_is_present(level, raw))
		return leaf_flags(level, raw);
	return absent_flags(raw);
}

/**
 * vml_entry_withhold() - an entry without what only the privileged may see
 * @level: &enum vmlab_level that it stands in
 * @raw: the entry
 *
 * Return: @raw with the bits of its frame or swap slot cleared.
 */
u64 vml_entry_withhold(unsigned int level, u64 raw)
{
	if (vml_is_table(level, raw))
		return raw & ~VML_FRAME_MASK;
	if (vml_is_present(level, raw))
		return raw & ~vml_leaf_frame_mask(level);
	return raw & VML_SWAP_FLAGS;
}

/* Which of the eight types in the PAT register an entry selects. */
static unsigned int pat_index(unsigned int level, u64 raw)
{
	u64 pat = level == VMLAB_LEVEL_PTE ? _PAGE_PAT : _PAGE_PAT_LARGE;

	return (raw & pat ? 4 : 0) | (raw & _PAGE_PCD ? 2 : 0) |
	       (raw & _PAGE_PWT ? 1 : 0);
}

/**
 * vml_entry_cache() - how the processor caches what a leaf maps
 * @level: &enum vmlab_level that it stands in
 * @raw: the leaf
 *
 * Reads the page attribute table of the CPU that it runs on; all have the
 * same.
 *
 * Return: &enum vmlab_cache_type.
 */
unsigned int vml_entry_cache(unsigned int level, u64 raw)
{
	static const u8 types[8] = {
		[0] = VMLAB_CACHE_TYPE_UNCACHED,
		[1] = VMLAB_CACHE_TYPE_WRITE_COMBINING,
		[2] = VMLAB_CACHE_TYPE_RESERVED,
		[3] = VMLAB_CACHE_TYPE_RESERVED,
		[4] = VMLAB_CACHE_TYPE_WRITE_THROUGH,
		[5] = VMLAB_CACHE_TYPE_WRITE_PROTECTED,
		[6] = VMLAB_CACHE_TYPE_WRITE_BACK,
		[7] = VMLAB_CACHE_TYPE_UNCACHED_MINUS,
	};
	u32 low, high;
	u64 pat;

	rdmsr(MSR_IA32_CR_PAT, low, high);
	pat = (u64)high << 32 | low;
	return types[(pat >> (pat_index(level, raw) * 8)) & 7];
}

static u64 leaf_frame(unsigned int level, u64 raw)
{
	if (likely(level == VMLAB_LEVEL_PTE))
		return pte_pfn(__pte(raw));
	if (level == VMLAB_LEVEL_PMD)
		return pmd_pfn(__pmd(raw));
	return pud_pfn(__pud(raw));
}

static void decode_present(struct vml_leaf *leaf, unsigned int level, u64 raw)
{
	leaf->flags = leaf_flags(level, raw);
	leaf->number = leaf_frame(level, raw);
	leaf->pkey = FIELD_GET(_PAGE_PKEY_MASK, raw);
	leaf->swap_type = 0;

	if (unlikely(!(raw & _PAGE_PRESENT) && raw & _PAGE_PROTNONE))
		leaf->state = VMLAB_STATE_PROT_NONE;
	else if (level == VMLAB_LEVEL_PTE && is_zero_pfn(leaf->number))
		leaf->state = VMLAB_STATE_ZERO;
	else
		leaf->state = VMLAB_STATE_PRESENT;
}

static unsigned int absent_state(softleaf_t entry)
{
	if (softleaf_is_swap(entry))
		return VMLAB_STATE_SWAP;
	if (softleaf_is_migration(entry))
		return VMLAB_STATE_MIGRATION;
	if (softleaf_is_hwpoison(entry))
		return VMLAB_STATE_HWPOISON;
	if (softleaf_is_device_private(entry) ||
	    softleaf_is_device_exclusive(entry))
		return VMLAB_STATE_DEVICE;
	if (softleaf_is_guard_marker(entry))
		return VMLAB_STATE_GUARD;
	if (softleaf_is_marker(entry))
		return VMLAB_STATE_MARKER;
	return VMLAB_STATE_BAD;
}

/*
 * A huge entry that is not present has the layout of a small one: of THP the
 * kernel makes only migration entries (and since 6.19 device-private ones),
 * hugetlb stores struct pte at every level.
 */
static void decode_absent(struct vml_leaf *leaf, u64 raw)
{
	softleaf_t entry = softleaf_from_pte(__pte(raw));

	leaf->flags = absent_flags(raw);
	leaf->pkey = 0;
	leaf->state = absent_state(entry);
	leaf->swap_type = swp_type(entry);
	leaf->number = softleaf_has_pfn(entry) ? softleaf_to_pfn(entry) :
						 swp_offset(entry);
}

/**
 * vml_leaf_decode() - say what an entry means in which a walk ended
 * @leaf: filled in
 * @level: &enum vmlab_level that the entry stands in
 * @raw: the entry, no table
 * @hugetlb: the area is one of hugetlb
 *
 * Knows the small page of zeroes by its frame; the huge one is for
 * vml_page_read() to tell, which sees the page.
 *
 * Context: any.
 */
void vml_leaf_decode(struct vml_leaf *leaf, unsigned int level, u64 raw,
		     bool hugetlb)
{
	leaf->raw = raw;
	leaf->level = level;
	if (likely(level <= VMLAB_LEVEL_PUD && vml_is_present(level, raw))) {
		decode_present(leaf, level, raw);
	} else if (raw && level <= VMLAB_LEVEL_PUD) {
		decode_absent(leaf, raw);
		if (hugetlb && leaf->state == VMLAB_STATE_SWAP)
			leaf->state = VMLAB_STATE_BAD;
	} else {
		*leaf = (struct vml_leaf) {
			.raw = raw,
			.level = level,
			.state = raw ? VMLAB_STATE_BAD : VMLAB_STATE_NONE,
		};
	}
}
