// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of trees and objects.
 */
#include <errno.h>
#include <string.h>

#include <linux/slab.h>

#include "unit.h"

static struct vml_frame *new_frame(void)
{
	struct vml_frame *frame = vml_alloc(0, VML_REQ_USER);

	must(frame);
	return frame;
}

/* Puts a frame at an index, with as many tables as it takes. */
static struct vml_frame *put(struct vml_tree *tree, u32 index)
{
	struct vml_stock stock = VML_STOCK(0);
	struct vml_frame *frame = new_frame();
	unsigned int lacking = vml_tree_lacking(tree, index);

	if (lacking) {
		must(!vml_stock_fill(&stock, lacking - 1));
		must(vml_tree_set(tree, index, vml_slot(frame, 0), &stock) ==
		     -EAGAIN);
	}
	must(!vml_stock_fill(&stock, lacking));
	must(!vml_tree_set(tree, index, vml_slot(frame, 0), &stock));
	must(!stock.nr);
	must(!vml_tree_lacking(tree, index));
	return frame;
}

static struct vml_frame *get(const struct vml_tree *tree, u32 index)
{
	return vml_slot_frame(vml_tree_get(tree, index, NULL));
}

static bool is_shared(const struct vml_tree *tree, u32 index)
{
	bool shared;

	vml_tree_get(tree, index, &shared);
	return shared;
}

static void empty(struct vml_tree *tree, u32 first, u32 last)
{
	struct vml_stock stock = VML_STOCK(0);
	unsigned int lacking = vml_tree_clear_lacking(tree, first, last);

	if (lacking) {
		must(!vml_stock_fill(&stock, lacking - 1));
		must(vml_tree_clear(tree, first, last, &stock) == -EAGAIN);
	}
	must(!vml_stock_fill(&stock, lacking));
	must(!vml_tree_clear(tree, first, last, &stock));
	vml_stock_empty(&stock);
}

static u32 tables(const struct vml_tree *tree)
{
	struct vml_tree_stat stat;

	vml_tree_stat(tree, &stat);
	return stat.tables;
}

static void run(void (*test)(struct vml_tree *tree))
{
	struct vml_tree tree = { };
	u32 free;

	machine_start(&shapes[0], 1024);
	free = pool_free();
	test(&tree);
	vml_tree_fini(&tree);
	must(!tree.root && !tree.height);
	must(pool_free() == free);
	machine_end();
}

static void heights(struct vml_tree *tree)
{
	static const struct {
		u32 index;
		u32 lacking;
		u32 height;
	} steps[] = {
		{ 0, 1, 1 }, { 511, 0, 1 }, { 512, 2, 2 }, { 513, 0, 2 },
		{ 1 << 18, 3, 3 }, { U32_MAX, 4, 4 }, { 1U << 31, 3, 4 },
	};
	struct vml_frame *frames[7];
	unsigned int i, j;
	u32 sum = 0;

	must(!vml_tree_get(tree, 0, NULL) && !vml_tree_get(tree, -1, NULL));
	for (i = 0; i < 7; i++) {
		must(vml_tree_lacking(tree, steps[i].index) ==
		     steps[i].lacking);
		frames[i] = put(tree, steps[i].index);
		sum += steps[i].lacking;
		must(tree->height == steps[i].height);
		must(tables(tree) == sum);
		for (j = 0; j < 7; j++)
			must(get(tree, steps[j].index) ==
			     (j <= i ? frames[j] : NULL));
	}
	/* Another frame takes the place of one. */
	frames[0] = put(tree, 0);
	must(get(tree, 0) == frames[0] && tables(tree) == sum);
	must(atomic_read(&frames[0]->refs) == 1);
}

void tree_heights(void)
{
	run(heights);
}

static void share(struct vml_tree *tree)
{
	struct vml_frame *low = put(tree, 5), *high = put(tree, 600);
	struct vml_tree_stat stat;
	struct vml_tree clone;
	u32 free = pool_free();

	vml_tree_share(&clone, tree);
	must(pool_free() == free);
	must(get(&clone, 5) == low && is_shared(&clone, 5));
	must(is_shared(tree, 600) && atomic_read(&high->refs) == 1);
	must(is_shared(tree, 6) && !vml_tree_get(tree, 6, NULL));

	/* The first write copies the way down, and shares what is beside. */
	must(vml_tree_lacking(&clone, 5) == 2);
	must(put(&clone, 5) != low);
	must(get(tree, 5) == low && atomic_read(&low->refs) == 1);
	must(!is_shared(tree, 5) && !is_shared(&clone, 5));
	must(is_shared(tree, 600) && is_shared(&clone, 600));
	must(get(&clone, 600) == high && atomic_read(&high->refs) == 1);
	vml_tree_stat(tree, &stat);
	must(stat.frames == 2 && stat.shared == 1);
	must(stat.tables == 3 && stat.shared_tables == 1);

	/* Once the table is copied, each frame is shared by itself. */
	must(vml_tree_lacking(&clone, 601) == 1);
	put(&clone, 601);
	must(atomic_read(&high->refs) == 2 && is_shared(tree, 600));
	must(!get(tree, 601) && !vml_tree_lacking(tree, 600));
	vml_tree_fini(&clone);
	must(atomic_read(&high->refs) == 1 && !is_shared(tree, 600));
}

void tree_share(void)
{
	run(share);
}

static void clear(struct vml_tree *tree)
{
	struct vml_frame *kept = put(tree, 511);
	struct vml_tree clone;
	u32 i;

	for (i = 505; i < 520; i++)
		if (i != 511)
			put(tree, i);
	put(tree, 1 << 18);
	empty(tree, 506, 510);
	must(get(tree, 505) && !get(tree, 506) && get(tree, 511) == kept);
	empty(tree, 512, 1023);
	must(!get(tree, 512) && tables(tree) == 5);
	/* What the clone has stays its own. */
	vml_tree_share(&clone, tree);
	must(vml_tree_clear_lacking(tree, 511, 511) == 6);
	empty(tree, 511, U32_MAX);
	must(!get(tree, 511) && get(tree, 505));
	must(get(&clone, 511) == kept && get(&clone, 1 << 18));
	must(tables(tree) == 3);
	empty(tree, 0, U32_MAX);
	must(!tree->root && get(&clone, 505));
	empty(tree, 0, U32_MAX);
	empty(&clone, 512, U32_MAX);
	must(tables(&clone) == 3);
	empty(&clone, 1 << 27, U32_MAX);
	vml_tree_fini(&clone);
}

void tree_clear(void)
{
	run(clear);
}

static void next(struct vml_tree *tree)
{
	static const u32 indices[] = { 3, 511, 512, 1 << 20, U32_MAX };
	u32 index = 0;
	unsigned int i;

	must(!vml_tree_next(tree, &index, U32_MAX));
	for (i = 0; i < 5; i++)
		put(tree, indices[i]);
	for (i = 0; i < 5; i++) {
		u64 slot = vml_tree_next(tree, &index, U32_MAX);

		must(index == indices[i]);
		must(slot && slot == vml_tree_get(tree, index, NULL));
		if (index++ == U32_MAX)
			break;
	}
	must(i == 4);
	index = 513;
	must(!vml_tree_next(tree, &index, (1 << 20) - 1) && index == 513);
}

void tree_next(void)
{
	run(next);
}

/* A full pool stops nothing but what must have more. */
void tree_no_memory(void)
{
	struct vml_object *object, *clone;
	struct vml_frame *last = NULL, *frame;
	struct vml_stock stock = VML_STOCK(0);
	u32 i;

	machine_start(&shapes[0], 256);
	object = vml_object_create(4096);
	must(!vml_area_map(SPACE, at(0), at(8), object, 510, RW));
	for (i = 0; i < 8; i++)
		must(machine_write(0, i, i) <= VML_FAULT_NEW);
	clone = vml_object_clone(object);
	while ((frame = vml_alloc(0, VML_REQ_USER | VML_REQ_RECLAIMER))) {
		frame->next = last ? vml_frame_number(last) : VML_NONE;
		last = frame;
	}
	must(vml_stock_fill(&stock, 1) == -ENOMEM && !stock.nr);
	must(vml_object_punch(object, 512, 1) == -ENOMEM);
	must(vml_object_resize(object, 513) == -ENOMEM);
	must(object->size == 4096);
	must(machine_write(0, 0, 9) == VML_FAULT_NO_MEMORY);
	must(!vml_object_resize(clone, 0));
	must(!vml_object_punch(object, 512, 1));
	must(machine_write(0, 0, 9) == VML_FAULT_REUSE);
	check_all();
	while (last) {
		frame = last;
		last = last->next == VML_NONE ? NULL : vml_frame_at(last->next);
		vml_put(frame);
	}
	vml_object_put(object);
	vml_object_put(clone);
	machine_end();
}

/* === Objects === */

void object_clone(void)
{
	struct vml_object *object, *clone;
	struct vml_tree_stat stat;
	unsigned long zaps;

	machine_start(&shapes[0], 256);
	object = vml_object_create(100);
	must(!vml_area_map(SPACE, at(0), at(8), object, 0, RW));
	must(machine_write(0, 3, 33) == VML_FAULT_NEW);
	clone = vml_object_clone(object);
	must(clone && clone->family == object->family && clone->size == 100);
	/* Who could write must ask again. */
	must(!machine.real[0][3].frame);
	must(!(vml_ptable_get(&SPACE->ptable, at(3), NULL) & VML_ENTRY_WRITE));
	vml_object_stat(clone, &stat);
	must(stat.frames == 1 && stat.shared == 1 && stat.dirty == 1);
	zaps = machine.zaps;
	vml_object_put(clone);
	clone = vml_object_clone(object);
	standin_memory = 0;
	must(!vml_object_clone(object));
	must(!vml_object_create(5));
	standin_memory = 1;
	must(!vml_object_create(5));
	standin_memory = -1;
	must(machine.zaps == zaps + 1);
	vml_object_put(object);
	check_all();
	vml_object_put(clone);
	machine_end();
}

void object_content(void)
{
	struct vml_object *object;
	u32 index = 0;
	u64 word;

	machine_start(&shapes[0], 256);
	object = vml_object_create(520);
	must(!vml_area_map(SPACE, at(0), at(20), object, 505, RW));
	must(machine_write(0, 2, 2) == VML_FAULT_NEW);
	must(machine_write(0, 9, 9) == VML_FAULT_NEW);
	must(vml_object_next(object, &index) && index == 507);
	index++;
	must(vml_object_next(object, &index) && index == 514);
	must(machine_write(0, 15, 1) == VML_FAULT_BEYOND);
	must(vml_object_punch(object, 5, U32_MAX) == -EINVAL);
	must(!vml_object_punch(object, 0, 0));
	must(!vml_object_punch(object, 510, 10));
	check_all();
	must(machine_read(0, 9, &word) == VML_FAULT_ZERO && !word);
	must(machine_read(0, 2, &word) < VML_FAULT_BAD_AREA && word == 2);
	/* What was cut off does not come back. */
	must(!vml_object_resize(object, 506));
	check_all();
	must(machine_read(0, 2, &word) == VML_FAULT_BEYOND);
	must(!vml_object_resize(object, 600));
	must(machine_read(0, 2, &word) == VML_FAULT_ZERO && !word);
	vml_object_put(object);
	machine_end();
}

/* The family ends with its last, in whatever order they go. */
void object_family(void)
{
	struct vml_object *objects[3];
	unsigned int first, i;

	for (first = 0; first < 3; first++) {
		u32 free;

		machine_start(&shapes[0], 256);
		free = pool_free();
		objects[0] = vml_object_create(100);
		must(!vml_area_map(SPACE, at(0), at(8), objects[0], 0, RW));
		for (i = 0; i < 8; i++)
			must(machine_write(0, i, i) <= VML_FAULT_NEW);
		objects[1] = vml_object_clone(objects[0]);
		objects[2] = vml_object_clone(objects[1]);
		machine_zap(0, 0, 8);
		must(!vml_area_unmap(SPACE, at(0), at(8)));
		for (i = 0; i < 3; i++) {
			must(pool_free() < free);
			vml_object_put(objects[(first + i) % 3]);
			must(!vml_alloc_check(true));
		}
		must(pool_free() == free);
		machine_end();
	}
}
