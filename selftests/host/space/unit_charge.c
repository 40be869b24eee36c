// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of accounts: what counts, what is refused, and that nothing is
 * left.
 */
#include <errno.h>

#include "unit.h"

#define CAP	60

static struct vml_object *object;
static struct vml_charge *charge;

static void start(bool exempt)
{
	machine_start(&shapes[0], 1024);
	vml_charge_cap = CAP;
	charge = vml_charge_open(7, exempt);
	must(charge);
	object = vml_object_create(100000);
	vml_charge_get(charge);
	vml_object_charge(object, charge);
	must(!vml_area_map(SPACE, at(0), at(PAGES), object, 0, RW));
}

static u32 used(void)
{
	return atomic_read(&charge->used);
}

static void end(void)
{
	check_all();
	vml_object_put(object);
	must(!vml_area_unmap(SPACE, at(0), at(PAGES)));
	must(!used());
	vml_charge_put(charge);
	vml_charge_cap = U32_MAX;
	machine_end();
}

static int write_one(struct vml_object *to, u32 index)
{
	return vml_object_write(to, index, 0, &index, sizeof(index));
}

/* What an object has of the pool. */
static u32 has(struct vml_object *of)
{
	struct vml_tree_stat stat;

	vml_object_stat(of, &stat);
	return stat.frames + stat.tables;
}

void charge_counts(void)
{
	u32 i;

	start(false);
	for (i = 0; i < 30; i++)
		must(!write_one(object, i) && used() == has(object));
	must(used() == 31);
	/* A second time, and to read, is nothing more. */
	must(!write_one(object, 3) && used() == 31);
	must(!write_one(object, 90000) && used() == has(object));
	must(!vml_object_punch(object, 10, 10) && used() == has(object));
	must(!vml_object_punch(object, 90000, 1) && used() == has(object));
	must(!vml_object_resize(object, 5) && used() == has(object));
	must(used() == 7);
	must(!vml_object_resize(object, 0) && !used());
	must(!vml_object_resize(object, 1000));
	end();
}

void charge_refuses(void)
{
	u32 i;

	start(false);
	for (i = 0; i < CAP - 1; i++)
		must(!write_one(object, i));
	must(used() == CAP);
	must(write_one(object, i) == -EDQUOT && used() == CAP);
	must(!write_one(object, 3));
	/* Nor is there a table for more. */
	must(write_one(object, 90000) == -EDQUOT && used() == CAP);
	must(machine_write(0, 62, 7) == VML_FAULT_OVER_CAP);
	must(machine_write(0, 3, 7) < VML_FAULT_BAD_AREA);
	must(atomic64_read(&SPACE->counts.faults[VML_FAULT_OVER_CAP]) == 1);
	must(!vml_object_punch(object, 0, 1));
	must(!write_one(object, i) && used() == CAP);
	/* More may be had as soon as it is allowed, but not for all. */
	vml_charge_cap++;
	must(!write_one(object, i + 1));
	must(write_one(object, i + 2) == -EDQUOT);
	end();
	start(true);
	for (i = 0; i < 2 * CAP; i++)
		must(!write_one(object, i));
	must(used() == 2 * CAP + 1);
	end();
}

/* A sequence takes what is left, and no more. */
void charge_ahead(void)
{
	u32 page;

	start(false);
	for (page = 0; page < PAGES; page++) {
		if (machine_write(0, page, 7) == VML_FAULT_OVER_CAP)
			break;
		must(used() == has(object));
	}
	must(page == CAP - 1 && used() == CAP);
	must(atomic64_read(&SPACE->counts.ahead) > 20);
	end();
}

void charge_clones(void)
{
	struct vml_object *clone, *second;
	u32 i;

	start(false);
	for (i = 0; i < 20; i++)
		must(!write_one(object, i));
	clone = vml_object_clone(object);
	second = vml_object_clone(clone);
	must(used() == 21);
	/* A table, and a frame each. */
	for (i = 0; i < 5; i++)
		must(!write_one(clone, i));
	must(used() == 27);
	must(!vml_object_punch(object, 10, 10) && used() == 28);
	vml_object_put(second);
	must(used() == 27);
	vml_object_put(object);
	must(!vml_area_unmap(SPACE, at(0), at(PAGES)));
	must(used() == has(clone) && used() == 21);
	object = clone;
	end();
}

/* Page tables count for whoever the space is said to be of. */
void charge_tables(void)
{
	struct vml_space *space = &machine.spaces[1];
	struct vml_charge *other = vml_charge_open(8, false);
	u32 top;

	start(false);
	vml_charge_get(other);
	vml_space_charge(space, other);
	top = atomic_read(&other->used);
	must(top);
	must(!vml_area_map(space, address_of(1, 0), address_of(1, PAGES),
			   object, 0, RW));
	must(machine_write(1, 0, 7) == VML_FAULT_NEW);
	must((u32)atomic_read(&other->used) > top && used() == 2);
	machine_zap(1, 0, PAGES);
	must(!vml_area_unmap(space, address_of(1, 0), address_of(1, PAGES)));
	must((u32)atomic_read(&other->used) == top);
	/* One who has all that he may have gets no table. */
	vml_charge_add(other, CAP);
	must(!vml_area_map(space, address_of(1, 0), address_of(1, PAGES),
			   object, 0, RW));
	must(machine_read(1, 0, &(u64){ 0 }) == VML_FAULT_OVER_CAP);
	vml_charge_sub(other, CAP);
	must(machine_read(1, 0, &(u64){ 0 }) == VML_FAULT_MINOR);
	machine_zap(1, 0, PAGES);
	must(!vml_area_unmap(space, address_of(1, 0), address_of(1, PAGES)));
	must(other->refs == 2);
	end();
	must(!atomic_read(&other->used) && other->refs == 1);
	vml_charge_put(other);
}

void charge_accounts(void)
{
	struct vml_charge *a = vml_charge_open(1, false);
	struct vml_charge *b = vml_charge_open(2, false);
	struct vml_charge *c = vml_charge_open(1, true);
	struct vml_charge *d = vml_charge_open(1, false);

	must(a == d && a != b && a != c && a->refs == 2);
	vml_charge_put(a);
	must(vml_charge_open(1, false) == d);
	vml_charge_put(d);
	vml_charge_put(d);
	vml_charge_put(b);
	vml_charge_put(c);
}
