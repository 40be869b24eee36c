// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of faults that meet huge pages, or make them.
 */
#include "huge.h"

static struct real *real_at(unsigned int space, u32 page)
{
	return &machine.real[space][EDGE + page];
}

static enum vml_fault_kind write_at(unsigned int space, u32 page, u64 word)
{
	return machine_write(space, EDGE + page, word);
}

static void must_read(unsigned int space, u32 page, u64 word)
{
	u64 found;

	must(machine_read(space, EDGE + page, &found) < VML_FAULT_BAD_AREA);
	must(found == word);
}

static u32 huge_entries(unsigned int space)
{
	struct vml_ptable_cost cost;

	vml_ptable_cost(&machine.spaces[space].ptable, &cost);
	return cost.huge;
}

void fault_huge(void)
{
	u64 word;
	u32 i;

	start(FRAMES);
	show(0, object, 0, 3 * BLOCK);
	show(1, object, 0, 2 * BLOCK);
	must(machine_read(0, EDGE + 7, &word) == VML_FAULT_ZERO);
	must(machine_read(1, EDGE + 8, &word) == VML_FAULT_ZERO);
	must(write_at(0, 5, 55) == VML_FAULT_NEW);
	must(slot_at(object, 511) & VML_SLOT_HUGE && !slot_at(object, 512));
	must(huge_entries(0) == 1 && machine.huge_inserts == 1);
	check_all();
	/* What showed zeroes is gone; a block's other pages are there. */
	must(!real_at(1, 8)->frame && !atomic_read(&vml_zero_frame->maps));
	for (i = 0; i < BLOCK; i++)
		must(real_at(0, i)->write && real_at(0, i)->huge);
	must_read(0, 6, 0);
	must_read(1, 5, 55);
	must(real_at(1, 9)->huge && huge_entries(1) == 1);
	/* Linux took the real entry away. */
	machine_zap(0, EDGE + 9, 1);
	must(!real_at(0, 0)->frame && huge_entries(0) == 1);
	must(write_at(0, 1, 11) == VML_FAULT_REUSE && real_at(0, 0)->huge);
	must_read(1, 1, 11);
	machine_zap(0, EDGE, BLOCK);
	machine.fail_insert = true;
	must(write_at(0, 1, 12) == VML_FAULT_NO_MEMORY);
	check_all();
	must(write_at(0, 1, 12) < VML_FAULT_BAD_AREA && real_at(0, 0)->huge);
	end();
}

/* Where there can be no huge entry, small ones lead into the block. */
void fault_huge_small(void)
{
	static const struct vml_space_ops *ops;
	struct vml_space_ops small;

	start(FRAMES);
	show(0, object, 0, 3 * BLOCK);
	/* Not at a multiple of its size, and but a part. */
	show(1, object, 8, 3 * BLOCK);
	show(2, object, 0, BLOCK - 1);
	machine.no_huge = true;
	must(write_at(0, 0, 1) == VML_FAULT_NEW);
	must(slot_at(object, 0) & VML_SLOT_HUGE && !huge_entries(0));
	must(!real_at(0, 0)->huge && !machine.huge_inserts);
	machine.no_huge = false;
	/* These are in the way now. */
	must(write_at(0, 20, 2) == VML_FAULT_MINOR && !huge_entries(0));
	must(write_at(1, BLOCK, 3) == VML_FAULT_NEW && !huge_entries(1));
	must(slot_at(object, BLOCK + 8) & VML_SLOT_HUGE);
	must_read(1, 12, 2);
	must_read(2, 20, 2);
	must(!huge_entries(1) && !huge_entries(2) && !machine.huge_inserts);
	check_all();
	must(write_at(0, BLOCK, 4) == VML_FAULT_MINOR && huge_entries(0) == 1);
	/* A kernel that has none. */
	ops = vml_space_ops;
	small = *ops;
	small.insert_huge = NULL;
	vml_space_ops = &small;
	must(write_at(0, 2 * BLOCK, 5) == VML_FAULT_NEW);
	must(slot_at(object, 2 * BLOCK) & VML_SLOT_HUGE);
	/* It has no huge entry where there was one, either. */
	machine_zap(0, EDGE + BLOCK, BLOCK);
	must_read(0, BLOCK + 1, 0);
	must(!huge_entries(0) && !real_at(0, BLOCK + 1)->huge);
	check_all();
	vml_space_ops = ops;
	end();
}

/*
 * Where Linux takes huge entries, a read brings a block too. Where it does no
 * longer, one that is there goes, the real one first.
 */
void fault_huge_views(void)
{
	struct vml_view view = { .flags = RW, .huge = true };
	struct vml_object *clone;
	u64 word;

	start(FRAMES);
	show(0, object, 0, 2 * BLOCK);
	view.start = at(EDGE);
	view.end = at(EDGE + 2 * BLOCK);
	view.object = object;
	machine_view = &view;
	must(machine_read(0, EDGE + 7, &word) == VML_FAULT_NEW && !word);
	must(slot_at(object, 511) & VML_SLOT_HUGE && huge_entries(0) == 1);
	must(real_at(0, 9)->huge && real_at(0, 9)->write);
	must(atomic64_read(&SPACE->counts.huge) == 1);
	clone = vml_object_clone(object);
	must_read(0, 9, 0);
	must(real_at(0, 9)->huge && !real_at(0, 9)->write);
	vml_object_put(clone);
	view.huge = false;
	must(write_at(0, 9, 99) < VML_FAULT_BAD_AREA);
	must(!huge_entries(0) && real_at(0, 9)->write && !real_at(0, 9)->huge);
	check_all();
	must(machine_read(0, EDGE + BLOCK, &word) == VML_FAULT_ZERO && !word);
	must(!slot_at(object, BLOCK));
	/* An area that may be read only has the block, but not to be written. */
	view.huge = true;
	view.flags = VML_AREA_READ;
	must(!vml_object_punch(object, 0, 2 * BLOCK));
	must(machine_read(0, EDGE + BLOCK, &word) == VML_FAULT_NEW && !word);
	must(real_at(0, BLOCK)->huge && !real_at(0, BLOCK)->write);
	machine_view = NULL;
	end();
}

void fault_huge_unwanted(void)
{
	start(FRAMES);
	show(0, object, 0, BLOCK);
	object->huge = false;
	must(write_at(0, 7, 7) == VML_FAULT_NEW);
	must(!(slot_at(object, 7) & VML_SLOT_HUGE));
	object->huge = true;
	/* The range has something. */
	must(write_at(0, 100, 7) == VML_FAULT_NEW);
	must(!(slot_at(object, 100) & VML_SLOT_HUGE));
	must(!vml_object_punch(object, 0, BLOCK));
	/* The object, or the area, does not have it whole. */
	must(!vml_object_resize(object, BLOCK - 1));
	must(write_at(0, 100, 7) == VML_FAULT_NEW);
	must(!(slot_at(object, 100) & VML_SLOT_HUGE));
	must(!vml_object_resize(object, 0) && !vml_object_resize(object, BLOCK));
	must(!vml_area_unmap(SPACE, at(EDGE), at(EDGE + 1)));
	must(write_at(0, 100, 7) == VML_FAULT_NEW);
	must(!(slot_at(object, 100) & VML_SLOT_HUGE));
	end();

	/* The pool does not have it. */
	start(600);
	show(0, object, 0, BLOCK);
	must(write_at(0, 100, 7) == VML_FAULT_NEW);
	must(slot_at(object, 100) && !(slot_at(object, 100) & VML_SLOT_HUGE));
	end();
}

/* A write by one of those who share a block splits it; each has his own then. */
void fault_huge_clone(void)
{
	struct vml_object *clone;
	u32 i;

	start(FRAMES);
	show(0, object, 0, BLOCK);
	must(write_at(0, 5, 55) == VML_FAULT_NEW);
	clone = vml_object_clone(object);
	must(clone->huge && !real_at(0, 5)->frame);
	show(1, clone, 0, BLOCK);
	must_read(1, 5, 55);
	must(real_at(1, 0)->huge && !real_at(1, 0)->write);
	must_read(0, 5, 55);
	must(real_at(0, 0)->huge && !real_at(0, 0)->write);
	check_all();
	must(write_at(1, 5, 56) == VML_FAULT_COPY);
	check_all();
	must_read(0, 5, 55);
	must_read(1, 6, 0);
	must(!huge_entries(0) && !huge_entries(1));
	must(write_at(0, 5, 57) == VML_FAULT_MINOR);
	must_read(1, 5, 56);
	must(write_at(0, 6, 66) == VML_FAULT_COPY);
	must_read(1, 6, 0);
	machine_zap(1, 0, PAGES);
	must(!vml_area_unmap(&machine.spaces[1], address_of(1, 0),
			     address_of(1, PAGES)));
	vml_object_put(clone);
	for (i = 0; i < BLOCK; i++)
		must(write_at(0, i, i) != VML_FAULT_COPY);
	must(!vml_object_collapse(object, 0));
	for (i = 0; i < BLOCK; i++)
		must_read(0, i, i);
	must(huge_entries(0) == 1 && machine.huge_inserts == 4);
	/* Who is left alone with a block writes to it as it is. */
	clone = vml_object_clone(object);
	vml_object_put(clone);
	must(write_at(0, 5, 58) == VML_FAULT_REUSE && huge_entries(0) == 1);
	must_read(0, 4, 4);
	end();
}

/* Parts of a block are unmapped, protected, emptied. */
void fault_huge_parts(void)
{
	u32 i;

	start(FRAMES);
	show(0, object, 0, BLOCK);
	show(1, object, 0, BLOCK);
	for (i = 0; i < BLOCK; i++)
		must(write_at(0, i, i) == (i ? VML_FAULT_MINOR : VML_FAULT_NEW));
	must_read(1, 4, 4);
	machine_zap(0, EDGE + 9, 3);
	must(!vml_area_unmap(SPACE, at(EDGE + 9), at(EDGE + 12)));
	check_all();
	for (i = 0; i < BLOCK; i++)
		if (i < 9 || i >= 12)
			must_read(0, i, i);
	must(machine_read(0, EDGE + 9, (u64[]){ 0 }) == VML_FAULT_BAD_AREA);
	must(!huge_entries(0) && huge_entries(1) == 1);
	machine_zap(1, EDGE + 100, 1);
	must(!vml_area_protect(&machine.spaces[1], address_of(1, EDGE + 100),
			       address_of(1, EDGE + 101), VML_AREA_READ));
	check_all();
	must(write_at(1, 100, 1) == VML_FAULT_BAD_RIGHTS);
	must_read(1, 100, 100);
	must(write_at(1, 101, 2) < VML_FAULT_BAD_AREA);
	must_read(0, 101, 2);
	check_all();
	must(!vml_object_punch(object, 200, 1));
	check_all();
	must_read(0, 200, 0);
	must_read(1, 199, 199);
	must_read(1, 201, 201);
	end();
}
