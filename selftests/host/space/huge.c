// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of huge pages, in spaces that are large enough for them. Without
 * arguments it lists them, with a name it runs one.
 */
#include <errno.h>
#include <string.h>

#include <linux/mutex.h>
#include <linux/slab.h>

#include "huge.h"

struct vml_object *object;
struct vml_stock stock;

static struct vml_frame *new_block(void)
{
	struct vml_frame *block = vml_alloc(VML_HUGE_ORDER, VML_REQ_USER);

	must(block);
	return block;
}

static u64 huge_slot(struct vml_frame *block)
{
	return vml_slot(block, VML_SLOT_HUGE | VML_SLOT_DIRTY);
}

/* === Trees === */

/* Puts a block, with as many tables as it takes. */
static struct vml_frame *put(struct vml_tree *tree, u32 index)
{
	unsigned int lacking = vml_tree_lacking_huge(tree, index);
	struct vml_frame *block = new_block();

	if (lacking) {
		must(!vml_stock_fill(&stock, lacking - 1));
		must(vml_tree_set(tree, index, huge_slot(block), &stock) ==
		     -EAGAIN);
	}
	must(!vml_stock_fill(&stock, lacking));
	must(!vml_tree_set(tree, index, huge_slot(block), &stock));
	must(!stock.nr && !vml_tree_lacking_huge(tree, index));
	return block;
}

static void put_small(struct vml_tree *tree, u32 index)
{
	struct vml_frame *frame = vml_alloc(0, VML_REQ_USER);

	must(!vml_stock_fill(&stock, vml_tree_lacking(tree, index)));
	must(!vml_tree_set(tree, index, vml_slot(frame, 0), &stock));
	must(!stock.nr);
}

static u32 frames_of(const struct vml_tree *tree, u32 *blocks)
{
	struct vml_tree_stat stat;

	vml_tree_stat(tree, &stat);
	*blocks = stat.huge;
	return stat.frames;
}

static void on_tree(void (*test)(struct vml_tree *tree))
{
	struct vml_tree tree = { };
	u32 free;

	machine_start(&shapes[0], FRAMES);
	stock = VML_STOCK(0);
	free = pool_free();
	test(&tree);
	vml_tree_fini(&tree);
	vml_stock_empty(&stock);
	vml_pcp_drain_all();
	must(pool_free() == free);
	machine_end();
}

/* A slot is found by each of its indices, in a tree of any height. */
static void heights(struct vml_tree *tree)
{
	static const struct {
		u32 index;
		u32 lacking;
		u32 height;
	} steps[] = {
		{ 511, 1, 2 }, { 512, 0, 2 }, { 1 << 18, 2, 3 },
		{ U32_MAX, 3, 4 }, { 1U << 31, 2, 4 },
	};
	u32 i, blocks, index;

	for (i = 0; i < 5; i++) {
		u32 first = steps[i].index & ~(u32)(BLOCK - 1);
		struct vml_frame *block;

		must(vml_tree_lacking_huge(tree, steps[i].index) ==
		     steps[i].lacking);
		block = put(tree, steps[i].index);
		must(tree->height == steps[i].height);
		for (index = 0; index < BLOCK; index++) {
			u64 slot = vml_tree_get(tree, first + index, NULL);

			must(slot & VML_SLOT_HUGE && slot & VML_SLOT_DIRTY);
			must(vml_slot_frame(slot) == block + index);
			must(vml_slot_block(slot) == block);
		}
	}
	must(frames_of(tree, &blocks) == 5 * BLOCK && blocks == 5);
	must(!vml_tree_get(tree, 1024, NULL));
	must(!vml_slot_block(0));
}

static void tree_heights_huge(void)
{
	on_tree(heights);
}

static void places(struct vml_tree *tree)
{
	struct vml_frame *block = new_block(), *there, *small;
	u32 index = 0, blocks;

	small = vml_alloc(0, VML_REQ_USER);
	/* A small slot is in the way of a huge one, even in a lower tree. */
	put_small(tree, 7);
	must(!vml_stock_fill(&stock, 4));
	must(vml_tree_set(tree, 0, huge_slot(block), &stock) == -EEXIST);
	must(vml_tree_get(tree, 7, NULL) && !vml_tree_get(tree, 8, NULL));
	vml_stock_empty(&stock);
	/* And a huge one of a small one. */
	there = put(tree, 512);
	must(vml_tree_lacking(tree, 1023) == 1);
	must(!vml_stock_fill(&stock, 1));
	must(vml_tree_set(tree, 1023, vml_slot(small, 0), &stock) == -EEXIST);
	must(vml_slot_block(vml_tree_get(tree, 1023, NULL)) == there);
	/* Its bits change with the block, which then has no other reference. */
	must(!vml_tree_set(tree, 600, vml_slot(there, VML_SLOT_HUGE), &stock));
	must(!(vml_tree_get(tree, 512, NULL) & VML_SLOT_DIRTY));
	must(atomic_read(&there->refs) == 1);
	/* Any part of the block stands for it. */
	must(!vml_tree_set(tree, 600, huge_slot(there + 88), &stock));
	must(vml_slot_frame(vml_tree_get(tree, 512, NULL)) == there);
	/* Another takes its place. */
	must(!vml_tree_set(tree, 600, huge_slot(block), &stock));
	must(vml_slot_block(vml_tree_get(tree, 512, NULL)) == block);
	must(frames_of(tree, &blocks) == BLOCK + 1 && blocks == 1);
	must(vml_tree_next(tree, &index, U32_MAX) && index++ == 7);
	for (; index < 1024; index++) {
		u64 slot = vml_tree_next(tree, &index, U32_MAX);

		must(slot == vml_tree_get(tree, index, NULL) && index >= 512);
	}
	must(!vml_tree_next(tree, &index, U32_MAX) && index == 1024);
	vml_put(small);
}

static void tree_places(void)
{
	on_tree(places);
}

static void clears(struct vml_tree *tree)
{
	static const u32 parts[][2] = {
		{ 512, 512 }, { 1023, 1023 }, { 0, 1022 }, { 513, U32_MAX },
		{ 600, 1 << 20 }, { 0, 512 },
	};
	struct vml_frame *block = put(tree, 512);
	struct vml_tree clone;
	u32 free = pool_free(), i;

	put_small(tree, 0);
	put(tree, 1024);
	must(!vml_stock_fill(&stock, 2 * VML_TREE_HEIGHT));
	for (i = 0; i < 6; i++) {
		u32 first = parts[i][0], last = parts[i][1];

		must(vml_tree_clear_lacking(tree, first, last));
		must(vml_tree_cuts(tree, first, last, first) ||
		     vml_tree_cuts(tree, first, last, last));
		must(vml_tree_clear(tree, first, last, &stock) == -EEXIST);
		must(vml_slot_block(vml_tree_get(tree, 700, NULL)) == block);
	}
	must(!vml_tree_cuts(tree, 0, 1535, 0));
	must(!vml_tree_cuts(tree, 0, 1535, 1535));
	must(!vml_tree_cuts(tree, 512, 1023, 1023));
	must(!vml_tree_clear_lacking(tree, 512, 1535));
	/* What is shared is not freed with one of those that have it. */
	vml_tree_share(&clone, tree);
	must(vml_tree_clear_lacking(tree, 512, 1023) == 2);
	must(!vml_tree_clear(tree, 512, 1023, &stock));
	must(!vml_tree_get(tree, 512, NULL) && vml_tree_get(tree, 1535, NULL));
	must(vml_slot_block(vml_tree_get(&clone, 512, NULL)) == block);
	must(atomic_read(&block->refs) == 1);
	must(!vml_tree_clear(tree, 1024, 4000, &stock));
	vml_tree_fini(&clone);
	vml_stock_empty(&stock);
	vml_pcp_drain_all();
	must(pool_free() == free - 2 + BLOCK);
}

static void tree_clears(void)
{
	on_tree(clears);
}

/* === Objects === */

void start(u32 frames)
{
	machine_start(&shapes[0], frames);
	stock = VML_STOCK(0);
	object = vml_object_create(4 * BLOCK);
	object->huge = true;
}

void end(void)
{
	check_all();
	vml_object_put(object);
	vml_stock_empty(&stock);
	machine_end();
}

void show(unsigned int space, struct vml_object *of, u32 index, u32 nr)
{
	must(!vml_area_map(&machine.spaces[space], address_of(space, EDGE),
			   address_of(space, EDGE + nr), of, index, RW));
}

u64 slot_at(struct vml_object *of, u32 index)
{
	return vml_tree_get(&of->tree, index, NULL);
}

/* Gives it a block, of which each frame says its number. */
static struct vml_frame *give(u32 index)
{
	u32 first = index & ~(u32)(BLOCK - 1), i;
	struct vml_frame *block;
	u64 slot;

	must(!vml_stock_fill(&stock, 4));
	down_read(&object->family->sem);
	mutex_lock(vml_object_lock(object, index));
	slot = vml_huge_place(object, index, &stock);
	mutex_unlock(vml_object_lock(object, index));
	up_read(&object->family->sem);
	must(slot == vml_tree_get(&object->tree, index, NULL));
	must(slot & VML_SLOT_HUGE && slot & VML_SLOT_DIRTY);
	block = vml_slot_block(slot);
	must(block->owner == object->family && block->index == first);
	for (i = 0; i < BLOCK; i++) {
		must(!content(block + i)[i]);
		content(block + i)[0] = first + i;
	}
	return block;
}

static void must_have(struct vml_object *of, u32 index, u64 word)
{
	u64 found;

	must(!vml_object_read(of, index, 0, &found, sizeof(found)));
	must(found == word);
}

static void object_splits(void)
{
	struct vml_object *clones[2];
	struct vml_frame *block;
	bool shared;
	u32 i;

	start(FRAMES);
	must(vml_object_split(object, 5) == -ENOENT);
	block = give(BLOCK);
	vml_frame_get(block);
	must(vml_object_split(object, BLOCK + 5) == -EBUSY);
	vml_put(block);
	clones[0] = vml_object_clone(object);
	/* So the tables differ from here on, and the block has two references. */
	must(!vml_object_write(object, 3, 0, &i, sizeof(i)));
	clones[1] = vml_object_clone(object);
	must(atomic_read(&block->refs) == 2);
	vml_frame_get(block);
	must(vml_object_split(object, 2 * BLOCK - 1) == -EBUSY);
	must(slot_at(clones[0], BLOCK) & VML_SLOT_HUGE);
	must(slot_at(object, BLOCK) & VML_SLOT_HUGE);
	vml_put(block);
	must(!vml_object_split(clones[1], 2 * BLOCK - 1));
	must(vml_object_split(object, BLOCK) == -ENOENT);
	for (i = 0; i < BLOCK; i++) {
		u64 slot = vml_tree_get(&clones[0]->tree, BLOCK + i, &shared);

		must(shared && slot == slot_at(object, BLOCK + i));
		must(slot == slot_at(clones[1], BLOCK + i));
		must(slot == vml_slot(block + i, VML_SLOT_DIRTY));
		must(atomic_read(&block[i].refs) == 1);
		must(block[i].index == BLOCK + i);
		must(block[i].owner == object->family);
		must_have(clones[0], BLOCK + i, BLOCK + i);
	}
	/* The table is shared as the block was: the last one has it alone. */
	vml_object_put(clones[0]);
	vml_object_put(clones[1]);
	vml_tree_get(&object->tree, BLOCK, &shared);
	must(!shared);
	end();
}

/* Emptying or cutting off a part leaves the rest, and the clone all. */
static void object_cuts(void)
{
	struct vml_object *clone;
	u32 i, free;

	start(FRAMES);
	give(0);
	give(BLOCK);
	give(2 * BLOCK);
	clone = vml_object_clone(object);
	must(!vml_object_punch(object, BLOCK - 1, BLOCK + 2));
	for (i = 0; i < 3 * BLOCK; i++) {
		bool gone = i >= BLOCK - 1 && i <= 2 * BLOCK;

		must(!slot_at(object, i) == gone);
		must_have(object, i, gone ? 0 : i);
		must_have(clone, i, i);
	}
	must(slot_at(clone, BLOCK) & VML_SLOT_HUGE);
	must(!(slot_at(clone, 0) & VML_SLOT_HUGE));
	must(!vml_object_resize(object, 7));
	must_have(object, 6, 6);
	must(!vml_object_resize(object, 4 * BLOCK));
	must_have(object, 7, 0);
	vml_object_put(clone);
	vml_pcp_drain_all();
	free = pool_free();
	give(BLOCK);
	must(!vml_object_resize(object, BLOCK + 1));
	must_have(object, BLOCK, BLOCK);
	vml_pcp_drain_all();
	/* One frame and a table, and the table above it. */
	must(pool_free() + stock.nr >= free - 3);
	must(!vml_object_punch(object, 0, U32_MAX));
	end();
}

static void object_collapses(void)
{
	struct vml_object *clone;
	struct vml_tree_stat stat;
	u64 word, i;

	start(FRAMES);
	show(0, object, 0, 2 * BLOCK);
	must(vml_object_collapse(object, 4 * BLOCK) == -EINVAL);
	must(!vml_object_resize(object, 4 * BLOCK - 1));
	must(vml_object_collapse(object, 3 * BLOCK) == -EINVAL);
	for (i = 0; i < 100; i++)
		must(!vml_object_write(object, 3 * i, 0, &i, sizeof(i)));
	must(machine_read(0, EDGE + 3, &word) == VML_FAULT_MINOR);
	must(machine_read(0, EDGE + 4, &word) == VML_FAULT_ZERO);
	clone = vml_object_clone(object);
	must(vml_object_collapse(object, 9) == -EBUSY);
	vml_object_put(clone);
	must(!vml_object_collapse(object, 9));
	must(!machine.real[0][EDGE + 3].frame);
	check_all();
	must(!vml_object_collapse(object, BLOCK - 1));
	vml_object_stat(object, &stat);
	must(stat.huge == 1 && stat.frames == BLOCK && stat.dirty == BLOCK);
	must(stat.tables == 1 && object->tree.height == 2);
	for (i = 0; i < BLOCK; i++)
		must_have(object, i, i % 3 || i >= 300 ? 0 : i / 3);
	/* One of nothing at all, and there and back again. */
	must(!vml_object_collapse(object, 2 * BLOCK));
	must_have(object, 3 * BLOCK - 1, 0);
	must(!vml_object_split(object, 0));
	must(!vml_object_collapse(object, 0));
	must_have(object, 3, 1);
	end();
}

static void object_no_memory(void)
{
	struct vml_frame *last = NULL, *frame;
	u64 word = 5;

	start(2048);
	give(0);
	while ((frame = vml_alloc(0, VML_REQ_USER | VML_REQ_RECLAIMER))) {
		frame->next = last ? vml_frame_number(last) : VML_NONE;
		last = frame;
	}
	vml_stock_empty(&stock);
	while ((frame = vml_alloc(0, VML_REQ_USER | VML_REQ_RECLAIMER))) {
		frame->next = vml_frame_number(last);
		last = frame;
	}
	must(vml_object_split(object, 0) == -ENOMEM);
	must(vml_object_punch(object, 0, 1) == -ENOMEM);
	must(vml_object_resize(object, 1) == -ENOMEM);
	must(vml_object_collapse(object, BLOCK) == -ENOMEM);
	must(slot_at(object, 0) & VML_SLOT_HUGE);
	/* What the object has to itself needs nothing. */
	must(!vml_object_write(object, 0, 0, &word, sizeof(word)));
	must_have(object, 0, 5);
	must(!vml_object_punch(object, 0, BLOCK));
	while (last) {
		frame = last;
		last = last->next == VML_NONE ? NULL : vml_frame_at(last->next);
		vml_put(frame);
	}
	end();
}

/* What blocks count for whom the object is. */
static void object_counts(void)
{
	struct vml_charge *charge = vml_charge_open(7, false);
	const atomic_t *used = &charge->used;

	start(4096);
	vml_charge_get(charge);
	vml_object_charge(object, charge);
	vml_charge_cap = 2 * BLOCK + 2;
	show(0, object, 0, 2 * BLOCK);
	must(machine_write(0, EDGE, 7) == VML_FAULT_NEW);
	must(slot_at(object, 0) & VML_SLOT_HUGE);
	must(atomic_read(used) == BLOCK + 1);
	must(!vml_object_split(object, 0) && atomic_read(used) == BLOCK + 2);
	/* For a moment, block and frames are there both. */
	must(!vml_object_collapse(object, 0));
	must(atomic_read(used) == BLOCK + 1);
	must(!vml_object_split(object, 0));
	vml_charge_cap--;
	must(vml_object_collapse(object, 0) == -EDQUOT);
	must(!vml_object_punch(object, 5, 5));
	must(atomic_read(used) == BLOCK + 2 - 5);
	/* Where there can be no block more, there may be frames. */
	vml_charge_cap = 2 * BLOCK - 10;
	must(machine_write(0, EDGE + BLOCK, 7) == VML_FAULT_NEW);
	must(!(slot_at(object, BLOCK) & VML_SLOT_HUGE));
	must(atomic_read(used) == BLOCK + 2 - 5 + 2);
	vml_charge_cap = U32_MAX;
	must(!vml_object_resize(object, 0) && !atomic_read(used));
	machine_zap(0, 0, PAGES);
	must(!vml_area_unmap(&machine.spaces[0], address_of(0, EDGE),
			     address_of(0, EDGE + 2 * BLOCK)));
	end();
	must(charge->refs == 1);
	vml_charge_put(charge);
}

#define TEST(name)	{ #name, name }

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	TEST(tree_heights_huge), TEST(tree_places), TEST(tree_clears),
	TEST(object_splits), TEST(object_cuts), TEST(object_collapses),
	TEST(object_no_memory), TEST(object_counts),
	TEST(fault_huge), TEST(fault_huge_small), TEST(fault_huge_unwanted),
	TEST(fault_huge_clone), TEST(fault_huge_parts), TEST(fault_huge_views),
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		if (argc < 2) {
			puts(tests[i].name);
		} else if (!strcmp(argv[1], tests[i].name)) {
			tests[i].run();
			return 0;
		}
	}
	return argc > 1;
}
