// SPDX-License-Identifier: GPL-2.0
/* A walk for people: the address, the levels, the frame, the page. */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

#include "code.h"
#include "show.h"
#include "teach.h"

#define PAGE_SHIFT	12
#define INDEX_BITS	9
#define FRAME_BITS	0x000ffffffffff000ULL

/* A part of an address: bits @low to @low + @width - 1. */
struct cut {
	const char *name;
	int low;
	int width;
};

/* The sign, an index for each level, and the offset. */
#define CUTS_MAX	(VMLAB_LEVELS_MAX + 2)

static int shift_of(__u64 size)
{
	int shift = PAGE_SHIFT;

	while (shift < 63 && 1ULL << shift < size)
		shift++;
	return shift;
}

/* In a huge page the lower indices are part of the offset. */
static int offset_bits(const struct vmlab_walk *walk)
{
	if (walk->state == VMLAB_STATE_NONE || !walk->page_size)
		return PAGE_SHIFT;
	return shift_of(walk->page_size);
}

static bool is_folded(const struct vmlab_walk *walk, __u32 level)
{
	__u32 i;

	for (i = 0; i < walk->nr_steps; i++) {
		if (walk->step[i].level == level)
			return walk->step[i].folded;
	}
	return false;
}

/*
 * Where the p4d is folded the pgd is indexed by what would be the bits of the
 * p4d, so that counting bits from below leaves folded levels out.
 */
static int cut_address(const struct vmlab_walk *walk, struct cut *cuts)
{
	int offset = offset_bits(walk);
	int low = PAGE_SHIFT;
	__u32 level;
	int n = 0;

	cuts[n++] = (struct cut){ "offset", 0, offset };
	for (level = VMLAB_LEVEL_PTE; level <= VMLAB_LEVEL_PGD; level++) {
		if (is_folded(walk, level))
			continue;
		if (low >= offset)
			cuts[n++] = (struct cut){ name_of(&level_names, level),
						  low, INDEX_BITS };
		low += INDEX_BITS;
	}
	cuts[n++] = (struct cut){ "sign", low, 64 - low };
	return n;
}

static __u64 cut_value(const struct cut *cut, __u64 address)
{
	return address >> cut->low & ((1ULL << cut->width) - 1);
}

static void print_binary(const struct cut *cut, __u64 address)
{
	char bits[65];
	int i;

	for (i = 0; i < cut->width; i++)
		bits[i] = '0' + (address >> (cut->low + cut->width - 1 - i) & 1);
	bits[i] = '\0';
	say(COLOR_VALUE, "  %*s", cut->width < 6 ? 6 : cut->width, bits);
}

enum cut_row {
	ROW_NAME,
	ROW_BITS,
	ROW_BINARY,
	ROW_DECIMAL,
};

static void cut_cell(enum cut_row row, const struct cut *cut, __u64 address)
{
	int width = cut->width < 6 ? 6 : cut->width;
	char text[24];

	switch (row) {
	case ROW_NAME:
		say(COLOR_NAME, "  %*s", width, cut->name);
		return;
	case ROW_BINARY:
		print_binary(cut, address);
		return;
	case ROW_BITS:
		snprintf(text, sizeof(text), "%d-%d", cut->low + cut->width - 1,
			 cut->low);
		break;
	case ROW_DECIMAL:
		snprintf(text, sizeof(text), "%llu",
			 cut_value(cut, address));
		break;
	}
	printf("  %*s", width, text);
}

static void address_text(const struct vmlab_walk *walk)
{
	static const char *const labels[] = { "part", "bits", "binary", "decimal" };
	struct cut cuts[CUTS_MAX];
	int n = cut_address(walk, cuts);
	int row, i;

	say(COLOR_TITLE, "Address 0x%016llx of process %u\n",
	    walk->address, walk->pid);
	for (row = ROW_NAME; row <= ROW_DECIMAL; row++) {
		say(COLOR_DIM, "  %-7s", labels[row]);
		for (i = n - 1; i >= 0; i--)
			cut_cell(row, &cuts[i], walk->address);
		putchar('\n');
	}
}

static void root_text(const struct vmlab_root *root)
{
	say(COLOR_NAME, "  cr3  ");
	if (root->has & VMLAB_HAS_TABLE)
		printf("the top table is at 0x%llx", root->table);
	else
		say(COLOR_DIM, "the top table is withheld: needs CAP_SYS_ADMIN");
	if (root->has & VMLAB_HAS_PCID)
		printf(", PCID %u", root->pcid);
	putchar('\n');
	if (!root->isolated)
		return;
	printf("       page-table isolation: user mode runs on a copy of the top table");
	if (root->has & VMLAB_HAS_USER_TABLE)
		printf("\n       at 0x%llx", root->user_table);
	if (root->has & VMLAB_HAS_USER_ENTRY)
		printf(", whose entry here is 0x%llx", root->user_entry);
	putchar('\n');
}

static void step_text(const struct vmlab_step *step, bool leaf)
{
	const char *name = name_of(&level_names, step->level);

	say(COLOR_NAME, "  %-4s ", name);
	if (step->folded) {
		say(COLOR_DIM, "folded: this processor has no such level; the entry above is it\n");
		return;
	}
	printf("[%3u]  ", step->index);
	say(COLOR_VALUE, "0x%016llx", step->entry);
	printf("  ");
	say_names(COLOR_GOOD, &entry_flag_names, step->flags);
	if (step->has & VMLAB_HAS_PKEY && step->pkey)
		printf("  key %u", step->pkey);
	if (step->has & VMLAB_HAS_TABLE)
		say(COLOR_DIM, "  (table 0x%llx)", step->table);
	putchar('\n');
	say_text(COLOR_DIM, 14, teach_flags(step, leaf));
}

static void levels_text(const struct vmlab_walk *walk)
{
	bool mapped = walk->state != VMLAB_STATE_NONE;
	__u32 i;

	say(COLOR_TITLE, "\nWalk\n");
	if (walk->has & VMLAB_HAS_ROOT)
		root_text(&walk->root);
	for (i = 0; i < walk->nr_steps; i++)
		step_text(&walk->step[i], mapped && i + 1 == walk->nr_steps);
}

static bool has_frame(const struct vmlab_walk *walk)
{
	return walk->state == VMLAB_STATE_PRESENT ||
	       walk->state == VMLAB_STATE_ZERO ||
	       walk->state == VMLAB_STATE_PROT_NONE;
}

/* The sum that the processor does: the frame of the entry, then the offset. */
static void physical_text(const struct vmlab_walk *walk)
{
	int bits = offset_bits(walk);
	__u64 mask = (1ULL << bits) - 1;
	__u64 base = walk->physical & ~mask;

	say(COLOR_TITLE, "\nPhysical address\n");
	if (!(walk->has & VMLAB_HAS_PHYSICAL)) {
		say(COLOR_DIM, "  withheld: needs CAP_SYS_ADMIN\n");
		return;
	}
	printf("    frame  0x%-10llx << %d  =  0x%016llx  the %s page of the entry\n",
	       base >> PAGE_SHIFT, PAGE_SHIFT, base, bytes_text(mask + 1));
	printf("  | offset 0x%-10llx        =  ", walk->address & mask);
	say(COLOR_VALUE, "0x%016llx\n", base | (walk->address & mask));
	if (bits > PAGE_SHIFT && walk->has & VMLAB_HAS_PFN)
		printf("  the 4 KiB of the address are frame 0x%llx\n",
		       walk->pfn);
}

static void page_text(const struct vmlab_walk *walk)
{
	const struct vmlab_page *page = &walk->page;

	say(COLOR_TITLE, "\nPage\n");
	if (!(walk->has & VMLAB_HAS_PAGE)) {
		say(COLOR_DIM, "  %s\n", walk->has & VMLAB_HAS_PFN ?
		    "no struct page stands behind this frame" :
		    "withheld: needs CAP_SYS_ADMIN");
		return;
	}
	say(COLOR_NAME, "  kind   ");
	printf("%s%s\n", name_of(&page_kind_names, page->kind),
	       page->inferred ? " (inferred: this kernel hides the symbol that says so)" : "");
	say(COLOR_NAME, "  flags  ");
	say_names(COLOR_GOOD, &page_flag_names, page->flags);
	putchar('\n');
	say(COLOR_NAME, "  counts ");
	printf("%d references, mapped %d %s; order %u: %s in one piece\n",
	       page->refcount, page->mapcount,
	       page->mapcount == 1 ? "time" : "times", page->order,
	       bytes_text(4096ULL << (page->order & 31)));
}

static void areas_text(const struct vmlab_walk *walk)
{
	if (walk->has & (VMLAB_HAS_AREA | VMLAB_HAS_BELOW | VMLAB_HAS_ABOVE))
		say(COLOR_TITLE, "\nArea\n");
	if (walk->has & VMLAB_HAS_AREA)
		area_text("here", &walk->area);
	if (walk->has & VMLAB_HAS_BELOW)
		area_text("below", &walk->below);
	if (walk->has & VMLAB_HAS_ABOVE)
		area_text("above", &walk->above);
}

static void state_text(const struct vmlab_walk *walk)
{
	bool good = walk->state == VMLAB_STATE_PRESENT;

	say(COLOR_TITLE, "\nState ");
	say(good ? COLOR_GOOD : COLOR_BAD, "%s",
	    name_of(&state_names, walk->state));
	if (walk->page_size)
		printf(", %s", bytes_text(walk->page_size));
	putchar('\n');
	say_text(COLOR_PLAIN, 2, teach_state(walk));
	if (walk->state == VMLAB_STATE_PROT_NONE)
		say_text(COLOR_DIM, 2,
			 "In such an entry the bits of the frame may be kept inverted, so that no processor reads ahead at that address (L1TF).");
	if (walk->state != VMLAB_STATE_SWAP)
		return;
	if (walk->has & VMLAB_HAS_SWAP)
		printf("  swap area %u, slot %llu\n", walk->swap_type,
		       walk->swap_offset);
	else
		say(COLOR_DIM, "  slot withheld: needs CAP_SYS_ADMIN\n");
}

void walk_text(const struct vmlab_walk *walk, bool code)
{
	address_text(walk);
	levels_text(walk);
	state_text(walk);
	if (has_frame(walk)) {
		physical_text(walk);
		page_text(walk);
	}
	areas_text(walk);
	if (code)
		code_text(walk);
}
