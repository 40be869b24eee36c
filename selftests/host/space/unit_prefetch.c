// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of prefetching.
 */
#include "unit.h"

static struct vml_object *object;
static u64 word;

static void start(const struct shape *shape, u32 frames)
{
	machine_start(shape, frames);
	object = vml_object_create(1000);
	must(!vml_area_map(SPACE, at(0), at(PAGES), object, 0, RW));
}

static void end(void)
{
	check_all();
	vml_object_put(object);
	machine_end();
}

static long long counted(const atomic64_t *count)
{
	return atomic64_read(count);
}

/* All indices of the object up to that many have content. */
static void fill(u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		must(!vml_object_write(object, i, i % 512 * 8, &i, sizeof(i)));
}

/* Whether exactly these pages of a space have real entries. */
static bool has_real(unsigned int space, unsigned int first, unsigned int nr)
{
	unsigned int page;

	for (page = 0; page < PAGES; page++)
		if (!machine.real[space][page].frame == (page - first < nr))
			return false;
	return true;
}

void prefetch_around(void)
{
	struct vml_object *snapshot;

	start(&shapes[0], 1024);
	fill(PAGES);
	must(machine_read(0, 18, &word) == VML_FAULT_MINOR && word == 18);
	must(has_real(0, 16, 16) && machine.real[0][31].write);
	must(counted(&SPACE->counts.around) == 15);
	must(machine_write(0, 20, 7) == VML_FAULT_MINOR);
	must(machine.faults == 1);
	/* What is mapped already is passed over. */
	must(machine_write(0, 32, 7) == VML_FAULT_MINOR);
	must(has_real(0, 16, 32) && machine.faults == 2);
	must(counted(&SPACE->counts.around) == 30);
	machine_zap(0, 0, PAGES);
	must(machine_read(0, 18, &word) == VML_FAULT_MINOR);
	must(has_real(0, 18, 1));
	/* What a clone shares may not be written to. */
	snapshot = vml_object_clone(object);
	must(!vml_area_map(&machine.spaces[1], address_of(1, 0),
			   address_of(1, PAGES), snapshot, 0, RW));
	must(machine_read(1, 0, &word) == VML_FAULT_MINOR);
	must(has_real(1, 0, 16) && !machine.real[1][3].write);
	vml_object_put(snapshot);
	end();
}

/* Where a window ends, beside its own edges. */
void prefetch_edges(void)
{
	struct vml_view view = { .flags = RW, .index = 5 };

	start(&shapes[0], 1024);
	fill(PAGES + 8);
	/* At the edges of the area. */
	must(!vml_area_unmap(SPACE, at(0), at(3)));
	must(!vml_area_unmap(SPACE, at(12), at(PAGES)));
	must(machine_read(0, 7, &word) == VML_FAULT_MINOR);
	must(has_real(0, 3, 9));
	/* Of what is in view. */
	machine_zap(0, 0, PAGES);
	vml_ptable_clear(&SPACE->ptable, at(0), at(PAGES));
	view.object = object;
	view.start = at(5);
	view.end = at(9);
	machine_view = &view;
	must(machine_read(0, 7, &word) == VML_FAULT_MINOR);
	must(has_real(0, 5, 4));
	machine_view = NULL;
	/* Of the object. */
	machine_zap(0, 0, PAGES);
	vml_ptable_clear(&SPACE->ptable, at(0), at(PAGES));
	must(!vml_object_resize(object, 8));
	must(machine_read(0, 7, &word) == VML_FAULT_MINOR);
	must(has_real(0, 3, 5));
	/* Of the address, where the index is in another place of its window. */
	machine_zap(0, 0, PAGES);
	must(!vml_area_unmap(SPACE, at(0), at(PAGES)));
	must(!vml_object_resize(object, 100));
	fill(PAGES + 8);
	must(!vml_area_map(SPACE, at(0), at(PAGES), object, 6, RW));
	must(machine_read(0, 17, &word) == VML_FAULT_MINOR && word == 23);
	must(has_real(0, 16, 10));
	end();
}

/* Content that is not there is not made for reading, nor mapped as zeroes. */
void prefetch_holes(void)
{
	start(&shapes[0], 1024);
	must(machine_write(0, 2, 2) == VML_FAULT_NEW);
	must(machine_write(0, 9, 9) == VML_FAULT_NEW);
	must(machine_read(0, 5, &word) == VML_FAULT_ZERO);
	must(counted(&SPACE->counts.ahead) == 0);
	machine_zap(0, 0, PAGES);
	vml_ptable_clear(&SPACE->ptable, at(0), at(PAGES));
	must(machine_read(0, 2, &word) == VML_FAULT_MINOR && word == 2);
	must(machine.real[0][9].frame && !machine.real[0][5].frame);
	must(counted(&SPACE->counts.around) == 1);
	end();
}

/* Faults that writing all pages takes, one after the other. */
static unsigned long sequence(bool down)
{
	unsigned long faults = machine.faults;
	unsigned int i, page;

	for (i = 0; i < PAGES; i++) {
		page = down ? PAGES - 1 - i : i;
		must(machine_write(0, page, page) <= VML_FAULT_NEW);
	}
	for (page = 0; page < PAGES; page++)
		must(machine_read(0, page, &word) == VML_FAULT_MINOR &&
		     word == page);
	return machine.faults - faults;
}

void prefetch_ahead(void)
{
	struct vml_counts *counts = &SPACE->counts;
	unsigned int down, i;

	for (down = 0; down < 2; down++) {
		start(&shapes[0], 1024);
		/* 1, 2, 4, 8, what is left of the window, and three windows. */
		must(sequence(down) == 8);
		must(counted(&counts->ahead) == PAGES - 8);
		/* Nobody has gone past the last window yet. */
		must(counted(&counts->hits) == PAGES - 8 - 15);
		must(!counted(&counts->waste) && !counted(&counts->around));
		end();
	}
	for (i = 0; i < SHAPES; i++) {
		start(&shapes[i], 1024);
		must(sequence(i & 1) < PAGES / 4);
		end();
	}
}

void prefetch_waste(void)
{
	struct vml_space_area *area;
	u32 before;

	start(&shapes[0], 1024);
	must(machine_write(0, 0, 1) == VML_FAULT_NEW);
	must(machine_write(0, 1, 1) == VML_FAULT_NEW && has_real(0, 0, 3));
	must(machine_write(0, 3, 1) == VML_FAULT_NEW && has_real(0, 0, 7));
	before = pool_free();
	must(machine_write(0, 14, 1) == VML_FAULT_NEW);
	must(machine_write(0, 30, 1) == VML_FAULT_NEW);
	must(machine_write(0, 20, 1) == VML_FAULT_NEW);
	must(before - pool_free() == 3);
	must(counted(&SPACE->counts.ahead) == 4);
	must(counted(&SPACE->counts.hits) == 1);
	must(counted(&SPACE->counts.waste) == 3);
	/* A frame in the way ends the window. */
	must(machine_write(0, 21, 1) == VML_FAULT_NEW);
	must(machine_write(0, 23, 1) == VML_FAULT_NEW);
	must(machine_write(0, 27, 1) == VML_FAULT_NEW);
	must(counted(&SPACE->counts.ahead) == 4 + 1 + 3 + 2);
	must(counted(&SPACE->counts.faults[VML_FAULT_NEW]) == 9);
	/* An area that is cut keeps its counts below, one that grows has both. */
	must(!vml_area_protect(SPACE, at(32), at(PAGES), VML_AREA_READ));
	down_read(&SPACE->lock);
	area = vml_area_find(SPACE, at(0));
	must(counted(&area->counts.faults[VML_FAULT_NEW]) == 9);
	area = vml_area_next(area);
	must(!counted(&area->counts.faults[VML_FAULT_NEW]));
	up_read(&SPACE->lock);
	must(machine_read(0, 50, &word) == VML_FAULT_ZERO);
	must(!vml_area_protect(SPACE, at(32), at(PAGES), RW));
	down_read(&SPACE->lock);
	area = vml_area_find(SPACE, at(0));
	must(counted(&area->counts.faults[VML_FAULT_NEW]) == 9);
	must(counted(&area->counts.faults[VML_FAULT_ZERO]) == 1);
	must(counted(&area->counts.waste) == 3);
	up_read(&SPACE->lock);
	machine_zap(0, 0, PAGES);
	end();
}

/* Guesses are not worth the last frames. */
void prefetch_memory(void)
{
	struct vml_frame *frame;
	u32 last = VML_NONE;

	start(&shapes[0], 1024);
	while ((frame = vml_alloc(0, VML_REQ_USER))) {
		frame->next = last;
		last = vml_frame_number(frame);
	}
	for (int i = 0; i < 8; i++) {
		frame = vml_frame_at(last);
		last = frame->next;
		vml_put(frame);
	}
	must(machine_write(0, 0, 1) == VML_FAULT_NEW);
	must(machine_write(0, 1, 1) == VML_FAULT_NEW);
	must(machine_write(0, 2, 1) == VML_FAULT_NEW);
	must(!counted(&SPACE->counts.ahead));
	while (last != VML_NONE) {
		frame = vml_frame_at(last);
		last = frame->next;
		vml_put(frame);
	}
	end();
}
