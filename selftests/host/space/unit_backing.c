// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of what is behind objects.
 */
#include <errno.h>
#include <string.h>

#include <vmlab/backing.h>
#include <vmlab/huge.h>

#include <linux/slab.h>

#include "unit.h"

#define ALL	(PAGES - 1)

static struct vml_object *object;
static u64 word;

static void start(u32 frames)
{
	u32 i;

	machine_start(&shapes[0], frames);
	for (i = 0; i < BEHIND; i++)
		machine.behind[i] = 1000 + i;
	machine.nr_behind = PAGES;
	object = vml_object_create(0);
	vml_object_back(object, PAGES);
	must(!vml_area_map(SPACE, at(0), at(PAGES), object, 0, RW));
}

static void end(void)
{
	check_all();
	vml_object_put(object);
	machine_end();
	must(!standin_locks);
}

static u64 slot_at(u32 index)
{
	u64 slot;

	spin_lock(&object->family->lock);
	slot = vml_tree_get(&object->tree, index, NULL);
	spin_unlock(&object->family->lock);
	return slot;
}

static bool is_dirty(u32 index)
{
	return slot_at(index) & VML_SLOT_DIRTY;
}

static long long counted(const atomic64_t *count)
{
	return atomic64_read(count);
}

static long long faults(enum vml_fault_kind kind)
{
	long long nr = counted(&SPACE->counts.faults[kind]);

	down_read(&SPACE->lock);
	must(counted(&vml_area_find(SPACE, at(0))->counts.faults[kind]) == nr);
	up_read(&SPACE->lock);
	return nr;
}

static struct vml_tree_stat stat(void)
{
	struct vml_tree_stat stat;

	vml_object_stat(object, &stat);
	return stat;
}

void backing_faults(void)
{
	struct vml_space *other = &machine.spaces[1];

	start(1024);
	must(machine_read(0, 20, &word) == VML_FAULT_MAJOR && word == 1020);
	must(!is_dirty(20) && !machine.real[0][20].write);
	must(machine_write(0, 20, 7) == VML_FAULT_REUSE && is_dirty(20));
	must(machine_write(0, 40, 8) == VML_FAULT_MAJOR && is_dirty(40));
	must(machine.fetches == 2 && faults(VML_FAULT_MAJOR) == 2);
	must(!vml_area_map(other, address_of(1, 0), address_of(1, PAGES),
			   object, 0, VML_AREA_READ));
	must(machine_read(1, 20, &word) == VML_FAULT_MINOR && word == 7);
	must(machine_read(1, 40, &word) == VML_FAULT_MINOR && word == 8);
	must(machine_read(1, 2, &word) == VML_FAULT_MAJOR && word == 1002);
	must(machine_write(0, 2, 9) == VML_FAULT_MINOR && is_dirty(2));
	/* Without a space. */
	must(!vml_object_read(object, 5, 5 * 8, &word, 8) && word == 1005);
	must(!is_dirty(5));
	word = 6;
	must(!vml_object_write(object, 6, 6 * 8, &word, 8) && is_dirty(6));
	must(machine_read(0, 6, &word) == VML_FAULT_MINOR && word == 6);
	must(vml_object_collapse(object, 0) == -EOPNOTSUPP);
	must(!vml_object_clone(object));
	end();
}

void backing_ahead(void)
{
	unsigned int page;

	start(1024);
	for (page = 0; page < PAGES; page++)
		must(machine_read(0, page, &word) <= VML_FAULT_MAJOR &&
		     word == 1000 + page);
	/* 1, 2, 4, 8, what is left of the window, and three windows. */
	must(faults(VML_FAULT_MAJOR) == 8 && machine.faults == 8);
	must(machine.fetches == PAGES);
	must(counted(&SPACE->counts.read_ahead) == PAGES - 8);
	must(counted(&SPACE->counts.read_hits) == PAGES - 8 - 15);
	must(!counted(&SPACE->counts.read_waste));
	must(!counted(&SPACE->counts.ahead));
	must(!stat().dirty);
	/* Downwards; and elsewhere, where what was read ahead was no use. */
	vml_object_forget(object, 0, U32_MAX);
	must(!stat().frames);
	must(machine_read(0, 20, &word) == VML_FAULT_MAJOR);
	must(machine_read(0, 19, &word) == VML_FAULT_MAJOR && word == 1019);
	must(stat().frames == 3 && slot_at(18));
	must(machine_read(0, 3, &word) == VML_FAULT_MAJOR && word == 1003);
	must(counted(&SPACE->counts.read_waste) == 15 + 1);
	must(stat().frames == 4);
	end();
}

/* For later, and no further than what is behind. */
void backing_willneed(void)
{
	start(1024);
	machine.nr_behind = 30;
	must(!vml_object_fetch(object, 10, U32_MAX - 1));
	must(stat().frames == 20 && !stat().dirty);
	must(machine_read(0, 10, &word) == VML_FAULT_MINOR && word == 1010);
	must(!vml_object_fetch(object, 5, 12) && stat().frames == 25);
	machine.fail_fetch = -EIO;
	must(vml_object_fetch(object, 0, 12) == -EIO);
	end();
}

static void write_23(void)
{
	must(machine_write(0, 23, 99) <= VML_FAULT_MAJOR);
}

void backing_writeback(void)
{
	static char copy[VML_BATCH * VML_FRAME_SIZE];
	u32 first = 0, page;

	start(1024);
	for (page = 0; page < PAGES; page++)
		must(machine_read(0, page, &word) <= VML_FAULT_MAJOR);
	for (page = 10; page < 40; page++)
		must(machine_write(0, page, page) <= VML_FAULT_MAJOR);
	must(stat().dirty == 30);
	/* What fails stays. */
	must(machine_write_back(object, 0, U32_MAX, true) == 30);
	must(stat().dirty == 30 && machine.behind[10] == 1010);
	must(!machine.real[0][10].frame);
	must(machine_write(0, 10, 110) == VML_FAULT_REUSE);
	must(machine_write_back(object, 10, 19, false) == 10);
	must(stat().dirty == 20 && machine.behind[10] == 110);
	must(machine.behind[19] == 19 && machine.behind[20] == 1020);
	check_all();
	/* What is written to meanwhile is not clean. */
	must(vml_writeback_begin(object, &first, U32_MAX, copy) == VML_BATCH);
	must(first == 20 && is_dirty(20) && !vml_slot_writable(slot_at(23)));
	must(machine_read(0, 23, &word) == VML_FAULT_MINOR && word == 23);
	check_all();
	write_23();
	vml_writeback_end(object, 0, U32_MAX, true);
	must(is_dirty(23) && !is_dirty(22) && !is_dirty(24));
	must(machine_write(0, 24, 124) == VML_FAULT_REUSE && is_dirty(24));
	must(machine_write_back(object, 0, ALL, false) == 2 + 4);
	must(machine.behind[23] == 99 && machine.behind[24] == 124);
	must(!stat().dirty && !machine_write_back(object, 0, ALL, false));
	end();
}

void backing_forget(void)
{
	start(1024);
	must(machine_read(0, 1, &word) == VML_FAULT_MAJOR);
	must(machine_write(0, 2, 22) == VML_FAULT_MAJOR);
	machine.behind[1] = 11;
	machine.behind[2] = 12;
	must(machine_read(0, 1, &word) == VML_FAULT_MINOR && word == 1001);
	vml_object_forget(object, 0, U32_MAX);
	must(machine_read(0, 1, &word) == VML_FAULT_MAJOR && word == 11);
	must(machine_read(0, 2, &word) == VML_FAULT_MINOR && word == 22);
	/* To punch is to lose what is dirty too. */
	must(!vml_object_punch(object, 0, 10) && !stat().frames);
	must(machine_read(0, 2, &word) == VML_FAULT_MAJOR && word == 12);
	end();
}

void backing_errors(void)
{
	start(1024);
	machine.nr_behind = 50;
	machine.fail_fetch = -EIO;
	must(machine_read(0, 1, &word) == VML_FAULT_IO);
	must(faults(VML_FAULT_IO) == 1 && !stat().frames);
	machine.fail_fetch = -EIO;
	must(vml_object_read(object, 1, 0, &word, 8) == -EIO);
	machine.fail_fetch = -ENOMEM;
	must(machine_read(0, 1, &word) == VML_FAULT_NO_MEMORY);
	must(machine_read(0, 1, &word) == VML_FAULT_MAJOR && word == 1001);
	/* What is behind ended; what was read ahead ends there too. */
	must(machine_write(0, 50, 1) == VML_FAULT_BEYOND);
	must(faults(VML_FAULT_BEYOND) == 1);
	must(vml_object_write(object, 50, 0, &word, 8) == -ERANGE);
	must(machine_read(0, 48, &word) == VML_FAULT_MAJOR);
	must(machine_read(0, 49, &word) == VML_FAULT_MAJOR && word == 1049);
	must(stat().frames == 3);
	end();
}

static void write_5(void)
{
	must(machine_write(0, 5, 55) == VML_FAULT_MAJOR);
}

/* Content was there, was changed and written, and is gone. */
static void change_5(void)
{
	write_5();
	must(machine_write_back(object, 0, ALL, false) == 1);
	vml_object_forget(object, 0, ALL);
}

static void give_up(void)
{
	machine_zap(0, 0, PAGES);
	must(!vml_area_unmap(SPACE, at(0), at(PAGES)));
	vml_object_put(object);
}

void backing_overtaken(void)
{
	start(1024);
	machine.fetching = write_5;
	must(machine_read(0, 5, &word) == VML_FAULT_MINOR && word == 55);
	must(machine.fetches == 2 && stat().frames == 1 && is_dirty(5));
	must(!vml_object_punch(object, 0, PAGES));
	/* What was read before is old. */
	machine.fetching = change_5;
	must(machine_read(0, 5, &word) == VML_FAULT_MAJOR && word == 55);
	must(machine.fetches == 5 && !is_dirty(5));
	/* The object goes away while it is read. */
	machine.fetching = give_up;
	must(machine_read(0, 9, &word) == VML_FAULT_BAD_AREA);
	must(machine.released == 1);
	object = vml_object_create(1);
	end();
}

static void forget_all(void)
{
	vml_object_forget(object, 0, U32_MAX);
}

void backing_memory(void)
{
	struct vml_frame *frame, *last = NULL;
	unsigned int page;

	start(128);
	must(machine_read(0, 0, &word) == VML_FAULT_MAJOR);
	while ((frame = vml_alloc(0, VML_REQ_USER))) {
		frame->next = last ? vml_frame_number(last) : VML_NONE;
		last = frame;
	}
	must(machine_read(0, 20, &word) == VML_FAULT_NO_MEMORY);
	must(faults(VML_FAULT_NO_MEMORY) == 1);
	machine.reclaim = forget_all;
	must(machine_read(0, 20, &word) == VML_FAULT_MAJOR && word == 1020);
	must(stat().frames == 1);
	while (last) {
		frame = last;
		last = frame->next == VML_NONE ? NULL :
						 vml_frame_at(frame->next);
		vml_put(frame);
	}
	standin_memory = 0;
	must(machine_read(0, 40, &word) == VML_FAULT_NO_MEMORY);
	standin_memory = -1;
	for (page = 0; page < PAGES; page++)
		must(machine_read(0, page, &word) <= VML_FAULT_MAJOR);
	end();
}

/* === At random, beside what must be === */

static struct {
	u64 word;
	bool here;
	bool dirty;
} model[PAGES];

/* What came by itself has what is behind; nothing dirty goes. */
static void take_note(void)
{
	u32 i;

	for (i = 0; i < PAGES; i++) {
		u64 slot = slot_at(i);

		if (slot && !model[i].here)
			model[i].word = machine.behind[i];
		must(slot || !model[i].dirty);
		must(!!(slot & VML_SLOT_DIRTY) == model[i].dirty);
		must(!(slot & VML_SLOT_WRITEBACK));
		model[i].here = slot;
	}
}

static void write_random(u64 *random, u32 i)
{
	u64 new = next_random(random);

	if (new & 1)
		must(machine_write(0, i, new) <= VML_FAULT_MAJOR);
	else
		must(!vml_object_write(object, i, i * 8, &new, 8));
	if (!model[i].dirty && model[i].here)
		must(slot_at(i) & VML_SLOT_DIRTY);
	model[i].word = new;
	model[i].here = true;
	model[i].dirty = true;
}

static void read_random(u64 *random, u32 i)
{
	if (next_random(random) & 1)
		must(machine_read(0, i, &word) <= VML_FAULT_MAJOR);
	else
		must(!vml_object_read(object, i, i * 8, &word, 8));
	must(word == (model[i].here ? model[i].word : machine.behind[i]));
}

static void write_back_random(u64 *random, u32 i, u32 last)
{
	bool fail = next_random(random) & 1;
	u64 before = machine.behind[i];
	u32 nr = 0;

	nr = machine_write_back(object, i, last, fail);
	if (fail || !model[i].dirty)
		must(machine.behind[i] == before);
	for (; i <= last; i++) {
		nr -= model[i].dirty;
		if (model[i].dirty && !fail) {
			must(machine.behind[i] == model[i].word);
			model[i].dirty = false;
		}
	}
	must(!nr);
}

static void forget_random(u32 i, u32 last)
{
	vml_object_forget(object, i, last);
	for (; i <= last; i++) {
		must(!!slot_at(i) == model[i].dirty);
		model[i].here = model[i].dirty;
	}
}

static void punch_random(u32 i, u32 last)
{
	must(!vml_object_punch(object, i, last - i + 1));
	for (; i <= last; i++)
		model[i] = (typeof(*model)) { };
}

static void act(u64 *random)
{
	u32 i = next_random(random) % PAGES;
	u32 last = i + next_random(random) % (PAGES - i);

	switch (next_random(random) % 16) {
	case 0:
		write_back_random(random, i, last);
		break;
	case 1:
		forget_random(i, last);
		break;
	case 2:
		punch_random(i, last);
		break;
	case 3:
		machine.behind[i] = next_random(random);
		break;
	case 4:
		machine_zap(0, i, last - i + 1);
		break;
	case 5:
		must(!vml_object_fetch(object, i, last));
		break;
	case 6 ... 10:
		write_random(random, i);
		break;
	default:
		read_random(random, i);
	}
	take_note();
}

void backing_random(void)
{
	u64 random = 42;
	u32 step;

	start(256);
	for (step = 0; step < 20000; step++) {
		act(&random);
		if (!(step % 64))
			check_all();
	}
	end();
}
