// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of what a fault tells: each kind of fault by its exact chain of
 * steps, those of the allocator apart.
 */
#include <errno.h>
#include <string.h>

#include <vmlab/event.h>

#include "unit.h"

#define NONE	VML_NONE

struct told {
	enum vmlab_story_step kind;
	u64 arg[3];
};

static struct told told[64];
static unsigned int nr_told, nr_read;
static struct vml_object *object;
static u64 word;

static void hear(enum vmlab_story_step kind, u64 first, u64 second, u64 third)
{
	must(nr_told < 64);
	told[nr_told++] = (struct told) { kind, { first, second, third } };
}

static const struct told *next_is(enum vmlab_story_step kind)
{
	must(nr_read < nr_told);
	must(told[nr_read].kind == kind);
	return &told[nr_read++];
}

static void next_says(enum vmlab_story_step kind, u64 first, u64 second,
		      u64 third)
{
	const struct told *step = next_is(kind);

	must(step->arg[0] == first && step->arg[1] == second);
	must(step->arg[2] == third);
}

static void no_more(void)
{
	must(nr_read == nr_told);
	nr_read = 0;
	nr_told = 0;
}

static u32 number(unsigned int page)
{
	return vml_frame_number(machine.real[0][page].frame);
}

/* On the shape of x86-64: how many tables are lacking is known there. */
static void start(void)
{
	machine_start(&shapes[0], 256);
	object = vml_object_create(1000);
	must(!vml_area_map(SPACE, at(0), at(PAGES), object, 0, RW));
	nr_read = 0;
	nr_told = 0;
	vml_step_listen(hear);
}

static void end(void)
{
	vml_step_listen(NULL);
	check_all();
	vml_object_put(object);
	machine_end();
}

/* Area and rights, as each fault begins that is allowed. */
static void begins(u32 access)
{
	next_says(VMLAB_STORY_STEP_AREA, at(0), at(PAGES), RW);
	next_says(VMLAB_STORY_STEP_RIGHTS, access, RW, 0);
}

static void shown(unsigned int page)
{
	const struct told *step = next_is(VMLAB_STORY_STEP_SET);

	must(step->arg[0] == at(page));
	must(vml_entry_frame(step->arg[1]) == number(page));
	must(!!(step->arg[1] & VML_ENTRY_WRITE) == machine.real[0][page].write);
	next_says(VMLAB_STORY_STEP_REAL, at(page), 1, 0);
	no_more();
}

static u64 lacking(void)
{
	const struct told *step = next_is(VMLAB_STORY_STEP_ENTRY);

	must(!step->arg[0]);
	return step->arg[1];
}

/* What the way to an empty entry lacks is allocated before it is set. */
static void zero(void)
{
	u64 tables;

	must(machine_read(0, 3, &word) == VML_FAULT_ZERO);
	begins(VML_AREA_READ);
	tables = lacking();
	must(tables == 3);
	next_says(VMLAB_STORY_STEP_SLOT, 3, NONE, 0);
	next_says(VMLAB_STORY_STEP_TABLE, tables, 0, 0);
	shown(3);
}

static void new(void)
{
	must(machine_write(0, 3, 33) == VML_FAULT_NEW);
	begins(VML_AREA_WRITE);
	must(next_is(VMLAB_STORY_STEP_ENTRY)->arg[0] & VML_ENTRY_ZERO);
	next_says(VMLAB_STORY_STEP_SLOT, 3, NONE, 0);
	must(next_is(VMLAB_STORY_STEP_TABLE)->arg[1]);
	next_says(VMLAB_STORY_STEP_FRAME, number(3), 1, 0);
	next_says(VMLAB_STORY_STEP_ZAP, 3, 1, 1);
	next_says(VMLAB_STORY_STEP_PLACE, 3, number(3), 0);
	must(next_is(VMLAB_STORY_STEP_TABLE)->arg[0]);
	shown(3);
}

static void minor(void)
{
	u32 frame = number(3);

	machine_zap(0, 3, 1);
	must(machine_read(0, 3, &word) == VML_FAULT_MINOR);
	begins(VML_AREA_READ);
	must(next_is(VMLAB_STORY_STEP_ENTRY)->arg[0] & VML_ENTRY_PRESENT);
	next_says(VMLAB_STORY_STEP_SLOT, 3, frame, VMLAB_STORY_SLOT_DIRTY);
	must(next_is(VMLAB_STORY_STEP_KEEP)->arg[0] == at(3));
	next_says(VMLAB_STORY_STEP_REAL, at(3), 1, 0);
	no_more();
}

static void copy(void)
{
	u32 before = number(3);
	struct vml_object *clone = vml_object_clone(object);
	const struct told *step;

	must(machine_read(0, 3, &word) == VML_FAULT_MINOR);
	nr_told = 0;
	must(machine_write(0, 3, 34) == VML_FAULT_COPY);
	begins(VML_AREA_WRITE);
	must(!(next_is(VMLAB_STORY_STEP_ENTRY)->arg[0] & VML_ENTRY_WRITE));
	next_says(VMLAB_STORY_STEP_SLOT, 3, before,
		  VMLAB_STORY_SLOT_SHARED | VMLAB_STORY_SLOT_DIRTY);
	step = next_is(VMLAB_STORY_STEP_TABLE);
	must(!step->arg[0] && step->arg[1]);
	next_says(VMLAB_STORY_STEP_FRAME, number(3), 0, 0);
	next_says(VMLAB_STORY_STEP_COPY, before, number(3), 0);
	next_says(VMLAB_STORY_STEP_ZAP, 3, 1, 1);
	next_says(VMLAB_STORY_STEP_PLACE, 3, number(3), 0);
	next_is(VMLAB_STORY_STEP_TABLE);
	shown(3);
	vml_object_put(clone);
	nr_told = 0;
}

/* The copy is alone with its frame once the other is gone. */
static void reuse(void)
{
	struct vml_object *clone = vml_object_clone(object);
	u32 frame;

	must(machine_read(0, 3, &word) == VML_FAULT_MINOR);
	frame = number(3);
	vml_object_put(clone);
	nr_told = 0;
	must(machine_write(0, 3, 35) == VML_FAULT_REUSE);
	begins(VML_AREA_WRITE);
	must(!(next_is(VMLAB_STORY_STEP_ENTRY)->arg[0] & VML_ENTRY_WRITE));
	next_says(VMLAB_STORY_STEP_SLOT, 3, frame, VMLAB_STORY_SLOT_DIRTY);
	shown(3);
}

void story_kinds(void)
{
	start();
	zero();
	new();
	minor();
	copy();
	reuse();
	end();
}

/* Neighbours that are there are mapped with it. */
void story_around(void)
{
	start();
	must(machine_write(0, 0, 1) == VML_FAULT_NEW);
	must(machine_write(0, 2, 1) == VML_FAULT_NEW);
	machine_zap(0, 0, PAGES);
	must(!vml_area_unmap(SPACE, at(0), at(PAGES)));
	must(!vml_area_map(SPACE, at(0), at(PAGES), object, 0, RW));
	nr_told = 0;
	must(machine_read(0, 0, &word) == VML_FAULT_MINOR);
	begins(VML_AREA_READ);
	must(lacking() == 3);
	next_says(VMLAB_STORY_STEP_SLOT, 0, number(0), VMLAB_STORY_SLOT_DIRTY);
	next_says(VMLAB_STORY_STEP_TABLE, 3, 0, 0);
	must(next_is(VMLAB_STORY_STEP_SET)->arg[0] == at(0));
	must(next_is(VMLAB_STORY_STEP_AROUND)->arg[1] == 1);
	must(next_is(VMLAB_STORY_STEP_REAL)->arg[1] > 2);
	no_more();
	end();
}

/* A sequence of first writes is told how far it goes ahead. */
void story_ahead(void)
{
	start();
	must(machine_write(0, 0, 1) == VML_FAULT_NEW);
	nr_told = 0;
	must(machine_write(0, 1, 1) == VML_FAULT_NEW);
	begins(VML_AREA_WRITE);
	lacking();
	next_says(VMLAB_STORY_STEP_SLOT, 1, NONE, 0);
	next_says(VMLAB_STORY_STEP_FRAME, number(1), 1, 0);
	next_says(VMLAB_STORY_STEP_AHEAD, 1, 2, 0);
	next_says(VMLAB_STORY_STEP_PLACE, 1, number(1), 0);
	next_is(VMLAB_STORY_STEP_SET);
	must(next_is(VMLAB_STORY_STEP_AROUND)->arg[1] == 1);
	next_is(VMLAB_STORY_STEP_REAL);
	no_more();
	end();
}

static enum vml_fault_kind fault(u64 address, u32 access,
				 const struct vml_view *view)
{
	return vml_fault(SPACE, address, access, view, &machine);
}

void story_bad(void)
{
	start();
	must(!vml_area_unmap(SPACE, at(4), at(5)));
	must(!vml_area_protect(SPACE, at(5), at(PAGES), VML_AREA_READ));
	must(!vml_object_resize(object, 2));
	nr_told = 0;
	must(fault(at(4), VML_AREA_READ, NULL) == VML_FAULT_BAD_AREA);
	next_says(VMLAB_STORY_STEP_NO_AREA, at(4), 0, 0);
	no_more();
	must(fault(at(5), VML_AREA_WRITE, NULL) == VML_FAULT_BAD_RIGHTS);
	next_says(VMLAB_STORY_STEP_AREA, at(5), at(PAGES), VML_AREA_READ);
	next_says(VMLAB_STORY_STEP_NO_RIGHTS, VML_AREA_WRITE, VML_AREA_READ, 0);
	no_more();
	must(fault(at(3), VML_AREA_READ, NULL) == VML_FAULT_BEYOND);
	next_says(VMLAB_STORY_STEP_AREA, at(0), at(4), RW);
	next_says(VMLAB_STORY_STEP_RIGHTS, VML_AREA_READ, RW, 0);
	next_says(VMLAB_STORY_STEP_BEYOND, 3, 2, 0);
	no_more();
	end();
}

/* The area was changed by Linux without a word. */
void story_stale(void)
{
	struct vml_view view;

	start();
	view = (struct vml_view) {
		.start = at(8), .end = at(16), .object = object, .index = 8,
		.flags = VML_AREA_READ,
	};
	must(fault(at(9), VML_AREA_READ, &view) == VML_FAULT_ZERO);
	next_says(VMLAB_STORY_STEP_STALE, at(0), at(PAGES), RW);
	next_says(VMLAB_STORY_STEP_REFRESH, at(8), at(16), VML_AREA_READ);
	next_says(VMLAB_STORY_STEP_AREA, at(8), at(16), VML_AREA_READ);
	next_says(VMLAB_STORY_STEP_RIGHTS, VML_AREA_READ, VML_AREA_READ, 0);
	end();
}

static struct vml_frame *hoard[256];
static u32 hoarded;

static void take_all(void)
{
	while ((hoard[hoarded] = vml_alloc(0, VML_REQ_USER | VML_REQ_RECLAIM |
					   VML_REQ_RECLAIMER)))
		hoarded++;
}

static void give_all(void)
{
	while (hoarded)
		vml_put(hoard[--hoarded]);
}

/* Without a frame at hand, the fault waits for some; then it begins anew. */
void story_waits(void)
{
	start();
	must(machine_write(0, 0, 1) == VML_FAULT_NEW);
	take_all();
	machine.reclaim = give_all;
	nr_told = 0;
	must(machine_write(0, 5, 1) == VML_FAULT_NEW);
	begins(VML_AREA_WRITE);
	lacking();
	next_says(VMLAB_STORY_STEP_SLOT, 5, NONE, 0);
	next_says(VMLAB_STORY_STEP_FRAME, NONE, 1, 0);
	next_says(VMLAB_STORY_STEP_LACKING, 1, 0, 0);
	must(next_is(VMLAB_STORY_STEP_FRAME)->arg[0] != NONE);
	begins(VML_AREA_WRITE);
	lacking();
	next_says(VMLAB_STORY_STEP_SLOT, 5, NONE, 0);
	next_says(VMLAB_STORY_STEP_PLACE, 5, number(5), 0);
	next_is(VMLAB_STORY_STEP_SET);
	give_all();
	end();
}
