// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of shadow page tables.
 */
#include <errno.h>
#include <string.h>

#include "unit.h"

#define PT	(&SPACE->ptable)
#define BITS	(VML_ENTRY_USER | VML_ENTRY_WRITE)

static struct vml_frame *frame;

/* Sets an entry, with as many tables as it takes. */
static void set(u64 address, unsigned int level, u64 entry)
{
	struct vml_stock stock = VML_STOCK(PT->order);

	must(!vml_stock_fill(&stock, vml_ptable_lacking(PT, address, level)));
	must(!vml_ptable_set(PT, address, level, entry, &stock));
	must(!stock.nr);
}

static u64 entry_of(struct vml_frame *of, u64 bits)
{
	return vml_entry(vml_frame_number(of), bits);
}

static u32 tables(void)
{
	u32 level, sum = 0;

	for (level = 0; level < PT->geometry.levels; level++)
		sum += PT->tables[level];
	return sum;
}

/* The tests set entries that no object knows of; so they clear them. */
static void on_each(void (*test)(void))
{
	unsigned int i;

	for (i = 0; i < SHAPES; i++) {
		u32 free;

		machine_start(&shapes[i], 256);
		free = pool_free();
		frame = vml_alloc(0, VML_REQ_USER);
		must(frame);
		test();
		vml_ptable_clear(PT, 0, U64_MAX);
		must(!atomic_read(&frame->maps));
		must(tables() == 1 && !PT->root->index && !PT->entries[0]);
		vml_put(frame);
		must(pool_free() == free);
		machine_end();
	}
}

static int find(const char *name, u64 span, struct vml_geometry *g)
{
	memset(g, 0, sizeof(*g));
	return vml_geometry_find(g, name, span);
}

void ptable_geometries(void)
{
	struct vml_geometry g;
	struct vml_ptable pt;

	must(!find("4-level", 1ULL << 48, &g) && g.levels == 4 && g.bits == 9);
	must(vml_geometry_reach(&g) == 1ULL << 48);
	must(find("4-level", (1ULL << 48) + 1, &g) == -ERANGE);
	must(!find("3-level", 1ULL << 39, &g) && g.levels == 3);
	must(!find("2-level", 1ULL << 32, &g) && g.bits == 10);
	must(vml_geometry_order(&g) == 1);
	must(find("2-level", 1ULL << 33, &g) == -ERANGE);
	must(!find("1-level", 1 << 21, &g) && g.bits == 9 && g.levels == 1);
	must(!find("1-level", (1 << 21) + 1, &g) && g.bits == 10);
	must(!find("1-level", 4096, &g) && g.bits == 1);
	must(!find("1-level", 1ULL << 31, &g) && vml_geometry_order(&g) == 10);
	must(find("1-level", (1ULL << 31) + 1, &g) == -E2BIG);
	must(find("4-level", 4095, &g) == -EINVAL);
	must(find("5-level", 4096, &g) == -EINVAL);

	machine_start(&shapes[0], 4096);
	must(!find("1-level", 1ULL << 31, &g));
	/* It would take 1024 of the frames in one block. */
	must(!vml_ptable_init(&pt, &g, 0, 1ULL << 31));
	must(PT->base == shapes[0].base);
	vml_ptable_fini(&pt);
	must(vml_ptable_init(&pt, &g, 0, (1ULL << 31) + 4096) == -ERANGE);
	must(vml_ptable_init(&pt, &g, 0, 0) == -EINVAL);
	must(vml_ptable_init(&pt, &g, 1, 4096) == -EINVAL);
	must(vml_ptable_init(&pt, &g, 0, 4097) == -EINVAL);
	must(vml_ptable_init(&pt, &g, -4096ULL, 8192) == -EINVAL);
	must(!find("4-level", 4096, &g));
	must(vml_ptable_init(&pt, &g, 4096, 4096) == -EINVAL);
	machine_end();

	machine_start(&shapes[0], 1024);
	must(!find("1-level", 1ULL << 31, &g));
	must(vml_ptable_init(&pt, &g, 0, 1ULL << 31) == -ENOMEM);
	machine_end();
}

static void entries(void)
{
	unsigned int level = 9;

	must(!vml_ptable_get(PT, at(3), &level));
	must(level == (unsigned int)PT->geometry.levels - 1);
	set(at(3), 0, entry_of(frame, BITS));
	must(atomic_read(&frame->maps) == 1);
	must(vml_ptable_get(PT, at(3) + 77, &level) == entry_of(frame, BITS));
	must(!level);
	must(!vml_ptable_get(PT, at(4), NULL));
	/* What is set anew is counted once. */
	set(at(3), 0, entry_of(frame, VML_ENTRY_USER | VML_ENTRY_DIRTY));
	must(atomic_read(&frame->maps) == 1);
	set(at(4), 0, entry_of(frame, 0));
	must(atomic_read(&frame->maps) == 2);
	must(PT->entries[0] == 2);
	/* One that is not present maps nothing. */
	set(at(4), 0, VML_ENTRY_SWAP | 5 << VML_ENTRY_SHIFT);
	must(atomic_read(&frame->maps) == 1 && PT->entries[0] == 2);
	must(vml_ptable_clear(PT, at(0), at(64)) == 2);
}

void ptable_entries(void)
{
	on_each(entries);
}

static void grows(void)
{
	unsigned int levels = PT->geometry.levels;
	struct vml_stock stock = VML_STOCK(PT->order);
	u64 entry = entry_of(frame, BITS);

	must(vml_ptable_lacking(PT, at(0), 0) == levels - 1);
	if (levels > 1) {
		must(!vml_stock_fill(&stock, levels - 2));
		must(vml_ptable_set(PT, at(0), 0, entry, &stock) == -EAGAIN);
		must(tables() == 1 && stock.nr == levels - 2);
		vml_stock_empty(&stock);
	}
	set(at(0), 0, entry);
	must(tables() == levels);
	must(!vml_ptable_lacking(PT, at(0), 0));
	/* The pages straddle what an entry of the top table maps. */
	set(at(63), 0, entry);
	must(tables() == 2 * levels - 1);
	must(vml_ptable_clear(PT, at(0), at(1)) == 1);
	must(tables() == levels);
	must(vml_ptable_get(PT, at(63), NULL) == entry);
}

void ptable_grows(void)
{
	on_each(grows);
}

static void range(void)
{
	u64 entry = entry_of(frame, BITS), low = PT->base;
	u64 high = low + PT->span - 4096;
	unsigned int i;

	for (i = 0; i < 64; i++)
		set(at(i), 0, entry);
	set(high, 0, entry);
	must(atomic_read(&frame->maps) == 65);
	must(vml_ptable_mask(PT, at(3), at(40), ~VML_ENTRY_WRITE) == 37);
	for (i = 0; i < 64; i++)
		must(!(vml_ptable_get(PT, at(i), NULL) & VML_ENTRY_WRITE) ==
		     (i >= 3 && i < 40));
	must(vml_ptable_clear(PT, at(31), at(33)) == 2);
	must(!vml_ptable_get(PT, at(31), NULL));
	must(!vml_ptable_get(PT, at(32), NULL));
	must(vml_ptable_get(PT, at(30), NULL) == entry_of(frame, VML_ENTRY_USER));
	must(!vml_ptable_clear(PT, at(31), at(33)));
	must(!vml_ptable_clear(PT, at(5), at(5)));
	must(!vml_ptable_clear(PT, high + 4096, U64_MAX));
	must(vml_ptable_clear(PT, low, high) == 62);
	must(vml_ptable_clear(PT, 0, U64_MAX) == 1);
}

void ptable_range(void)
{
	on_each(range);
}

static void next(void)
{
	u64 entry = entry_of(frame, BITS), address = 0;
	unsigned int level = 9;

	must(!vml_ptable_next(PT, &address, U64_MAX, NULL));
	set(at(5), 0, entry);
	set(at(50), 0, entry);
	must(vml_ptable_next(PT, &address, U64_MAX, &level) == entry);
	must(address == at(5) && !level);
	address += 4096;
	must(vml_ptable_next(PT, &address, U64_MAX, NULL) == entry);
	must(address == at(50));
	address = at(6);
	must(!vml_ptable_next(PT, &address, at(50), NULL));
	address = at(51);
	must(!vml_ptable_next(PT, &address, U64_MAX, NULL));
}

void ptable_next(void)
{
	on_each(next);
}

static void walk(void)
{
	struct vml_ptable_step steps[VML_LEVELS];
	unsigned int levels = PT->geometry.levels, i;
	u64 offset = at(40) - PT->base;

	must(!vml_ptable_walk(PT, PT->base - 1, steps));
	must(!vml_ptable_walk(PT, PT->base + PT->span, steps));
	must(vml_ptable_walk(PT, at(40), steps) == 1);
	must(steps[0].table == vml_frame_number(PT->root));
	must(steps[0].level == levels - 1 && !steps[0].entry);
	set(at(40), 0, entry_of(frame, BITS));
	must(vml_ptable_walk(PT, at(40), steps) == levels);
	for (i = 0; i < levels; i++) {
		struct vml_ptable_step *step = &steps[i];
		unsigned int shift = 12 + PT->geometry.bits * step->level;

		must(step->level == levels - 1 - i);
		must(step->index == (offset >> shift) %
				    (1U << PT->geometry.bits));
		must(vml_frame_word(vml_frame_at(step->table)) &
		     VML_FRAME_TABLE);
		must(vml_entry_frame(step->entry) == (i + 1 < levels ?
		     steps[i + 1].table : vml_frame_number(frame)));
	}
}

void ptable_walk(void)
{
	on_each(walk);
}

/* === Huge entries === */

static struct vml_frame *block;

static void with_block(void (*test)(void), unsigned int shape)
{
	u32 free;

	machine_start(&shapes[shape], 4096);
	free = pool_free();
	block = vml_alloc(VML_HUGE_ORDER, VML_REQ_USER);
	frame = vml_alloc(0, VML_REQ_USER);
	must(block && frame);
	test();
	vml_ptable_clear(PT, 0, U64_MAX);
	must(!atomic_read(&block->maps) && !PT->huge && tables() == 1);
	vml_put(block);
	vml_put(frame);
	must(pool_free() == free);
	machine_end();
}

static u64 huge_entry(void)
{
	return entry_of(block, BITS | VML_ENTRY_HUGE);
}

static void split(void)
{
	struct vml_stock stock = VML_STOCK(PT->order);
	u64 huge = at(0) & ~0x1fffffULL, address = huge + 4096;
	unsigned int level;

	must(vml_ptable_split(PT, huge, &stock) == -ENOENT);
	must(vml_ptable_set(PT, huge, 0, huge_entry(), &stock) == -EINVAL);
	set(huge, 1, huge_entry());
	must(atomic_read(&block->maps) == 1 && PT->huge == 1);
	must(vml_ptable_get(PT, huge + 0x1ff000, &level) == huge_entry());
	must(level == 1);
	must(vml_ptable_next(PT, &address, U64_MAX, &level) == huge_entry());
	must(address == huge && level == 1);
	must(vml_ptable_set(PT, at(0), 0, entry_of(frame, 0), &stock) ==
	     -EEXIST);
	must(vml_ptable_split(PT, huge, &stock) == -EAGAIN);
	must(!vml_stock_fill(&stock, 1));
	must(!vml_ptable_split(PT, at(0), &stock) && !stock.nr);
	must(atomic_read(&block->maps) == 512 && !PT->huge);
	must(vml_ptable_get(PT, huge + 7 * 4096, &level) ==
	     entry_of(block + 7, BITS));
	must(!level);
	must(vml_ptable_clear(PT, huge + 4096, huge + 3 * 4096) == 2);
	must(atomic_read(&block->maps) == 510);
	must(vml_ptable_split(PT, huge, &stock) == -ENOENT);
	must(vml_ptable_set(PT, huge, 1, huge_entry(), &stock) == -EEXIST);
}

/* A part of what it maps has the whole entry go. */
static void partly(void)
{
	u64 huge = at(0) & ~0x1fffffULL;

	set(huge, 1, huge_entry());
	must(vml_ptable_mask(PT, huge + 4096, huge + 8192,
			     ~VML_ENTRY_WRITE) == 1);
	must(vml_ptable_get(PT, huge, NULL) ==
	     entry_of(block, VML_ENTRY_USER | VML_ENTRY_HUGE));
	must(vml_ptable_clear(PT, huge - 4096, huge + 4096) == 1);
	must(!vml_ptable_get(PT, huge + 0x1ff000, NULL));
	must(tables() == 1);
}

void ptable_huge(void)
{
	with_block(split, 0);
	with_block(split, 1);
	with_block(partly, 0);
	with_block(partly, 1);
}

static void collapse(void)
{
	u64 huge = at(0) & ~0x1fffffULL;
	u64 hidden = VML_ENTRY_DIRTY;
	unsigned int i;

	must(vml_ptable_collapse(PT, huge) == -ENOENT);
	for (i = 0; i < 511; i++)
		set(huge + i * 4096, 0, entry_of(block + i, BITS));
	must(vml_ptable_collapse(PT, huge) == -EINVAL);
	set(huge + 511 * 4096, 0, entry_of(frame, BITS));
	must(vml_ptable_collapse(PT, huge) == -EINVAL);
	set(huge + 511 * 4096, 0, entry_of(block + 511, VML_ENTRY_USER));
	must(vml_ptable_collapse(PT, huge) == -EINVAL);
	set(huge + 511 * 4096, 0, entry_of(block + 511, BITS | hidden));
	must(!vml_ptable_collapse(PT, huge + 4096));
	must(vml_ptable_get(PT, huge, NULL) == (huge_entry() | hidden));
	must(atomic_read(&block->maps) == 1 && PT->huge == 1);
	must(tables() == PT->geometry.levels - 1U);
	must(vml_ptable_collapse(PT, huge) == -ENOENT);
}

void ptable_collapse(void)
{
	with_block(collapse, 0);
	with_block(collapse, 1);
}

static void refused(void)
{
	struct vml_stock stock = VML_STOCK(PT->order);
	u64 entry = entry_of(frame, BITS), end = PT->base + PT->span;

	must(vml_ptable_set(PT, end, 0, entry, &stock) == -ERANGE);
	must(vml_ptable_set(PT, PT->base - 1, 0, entry, &stock) == -ERANGE);
	must(vml_ptable_set(PT, at(0), 1, entry, &stock) == -EINVAL);
	must(vml_ptable_set(PT, at(0), 2, entry, &stock) == -EINVAL);
	must(!vml_ptable_get(PT, end, NULL));
	must(vml_ptable_split(PT, end, &stock) == -ENOENT);
	if (PT->geometry.bits == VML_HUGE_ORDER && PT->geometry.levels > 1) {
		must(vml_ptable_collapse(PT, end) == -ENOENT);
		return;
	}
	must(vml_ptable_set(PT, PT->base, 1, entry | VML_ENTRY_HUGE,
			    &stock) == -EINVAL);
	must(vml_ptable_collapse(PT, PT->base) == -EOPNOTSUPP);
}

void ptable_refused(void)
{
	on_each(refused);
}

/* The same two pages, far apart, under each geometry. */
static void cost(void)
{
	static const u64 bytes[VML_LEVELS + 1] = {
		[1] = 8192, [2] = 3 * 8192, [3] = 5 * 4096, [4] = 7 * 4096
	};
	struct vml_ptable_cost c;

	set(at(0), 0, entry_of(frame, BITS));
	set(at(63), 0, entry_of(frame, BITS));
	vml_ptable_cost(PT, &c);
	must(c.bytes == bytes[PT->geometry.levels]);
	must(c.entries[0] == 2 && !c.huge);
	must(c.slots == 1U << PT->geometry.bits);
	must(c.tables[PT->geometry.levels - 1] == 1);
}

void ptable_cost(void)
{
	on_each(cost);
}
