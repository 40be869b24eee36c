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

struct bit_name {
	u64 bit;
	u32 flag;
};

static const struct bit_name present_bits[] = {
	{ _PAGE_PRESENT,	VMLAB_ENTRY_FLAG_P },
	{ _PAGE_RW,		VMLAB_ENTRY_FLAG_RW },
	{ _PAGE_USER,		VMLAB_ENTRY_FLAG_US },
	{ _PAGE_PWT,		VMLAB_ENTRY_FLAG_PWT },
	{ _PAGE_PCD,		VMLAB_ENTRY_FLAG_PCD },
	{ _PAGE_ACCESSED,	VMLAB_ENTRY_FLAG_A },
	{ _PAGE_DIRTY,		VMLAB_ENTRY_FLAG_D },
	{ _PAGE_NX,		VMLAB_ENTRY_FLAG_NX },
};

static const struct bit_name leaf_bits[] = {
	{ _PAGE_SOFT_DIRTY,	VMLAB_ENTRY_FLAG_SOFT_DIRTY },
	{ _PAGE_UFFD,		VMLAB_ENTRY_FLAG_UFFD_WP },
	{ _PAGE_SPECIAL,	VMLAB_ENTRY_FLAG_SPECIAL },
	{ _PAGE_DEVMAP,		VMLAB_ENTRY_FLAG_DEVMAP },
	{ _PAGE_SAVED_DIRTY,	VMLAB_ENTRY_FLAG_SAVED_DIRTY },
};

static const struct bit_name swap_bits[] = {
	{ _PAGE_SWP_SOFT_DIRTY,	VMLAB_ENTRY_FLAG_SOFT_DIRTY },
	{ _PAGE_SWP_UFFD,	VMLAB_ENTRY_FLAG_UFFD_WP },
	{ _PAGE_SWP_EXCLUSIVE,	VMLAB_ENTRY_FLAG_EXCLUSIVE },
};

static u32 bits_to_flags(u64 raw, const struct bit_name *names, size_t n)
{
	u32 flags = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (raw & names[i].bit)
			flags |= names[i].flag;
	return flags;
}

#define BITS_TO_FLAGS(raw, names) \
	bits_to_flags(raw, names, ARRAY_SIZE(names))

/* Bit 7 is PS in a PMD or PUD; a PTE and a huge leaf keep PAT elsewhere. */
static u32 size_flags(unsigned int level, u64 raw)
{
	if (level == VMLAB_LEVEL_PTE)
		return raw & _PAGE_PAT ? VMLAB_ENTRY_FLAG_PAT : 0;
	if (!(raw & _PAGE_PSE))
		return 0;
	return VMLAB_ENTRY_FLAG_PS |
	       (raw & _PAGE_PAT_LARGE ? VMLAB_ENTRY_FLAG_PAT : 0);
}

/**
 * vml_entry_flags() - the flags of an entry
 * @level: &enum vmlab_level that it stands in
 * @raw: the entry
 *
 * The software bits mean something in leaves only. G shares its bit with the
 * mark of PROT_NONE, which is one where P is clear.
 *
 * Return: bits of &enum vmlab_entry_flag.
 */
u32 vml_entry_flags(unsigned int level, u64 raw)
{
	u32 flags;

	if (!raw)
		return 0;
	if (!vml_is_table(level, raw) && !vml_is_present(level, raw))
		return BITS_TO_FLAGS(raw, swap_bits);

	flags = BITS_TO_FLAGS(raw, present_bits);
	if (vml_is_table(level, raw))
		return flags;
	if ((raw & (_PAGE_PRESENT | _PAGE_GLOBAL)) ==
	    (_PAGE_PRESENT | _PAGE_GLOBAL))
		flags |= VMLAB_ENTRY_FLAG_G;
	return flags | BITS_TO_FLAGS(raw, leaf_bits) | size_flags(level, raw);
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

static void decode_present(struct vml_leaf *leaf, unsigned int level, u64 raw)
{
	leaf->pkey = FIELD_GET(_PAGE_PKEY_MASK, raw);
	if (level == VMLAB_LEVEL_PTE)
		leaf->number = pte_pfn(__pte(raw));
	else if (level == VMLAB_LEVEL_PMD)
		leaf->number = pmd_pfn(__pmd(raw));
	else
		leaf->number = pud_pfn(__pud(raw));

	if (!(raw & _PAGE_PRESENT) && raw & _PAGE_PROTNONE)
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
	*leaf = (struct vml_leaf) {
		.raw = raw,
		.level = level,
		.flags = vml_entry_flags(level, raw),
	};
	if (!raw)
		leaf->state = VMLAB_STATE_NONE;
	else if (level > VMLAB_LEVEL_PUD)
		leaf->state = VMLAB_STATE_BAD;
	else if (vml_is_present(level, raw))
		decode_present(leaf, level, raw);
	else
		decode_absent(leaf, raw);

	if (hugetlb && leaf->state == VMLAB_STATE_SWAP)
		leaf->state = VMLAB_STATE_BAD;
}
