// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of faults and the reverse mapping.
 */
#include <errno.h>
#include <string.h>

#include <linux/slab.h>

#include <vmlab/rmap.h>

#include "unit.h"

static struct vml_object *object;
static u64 word;

static void show(unsigned int space, struct vml_object *of, u32 flags)
{
	must(!vml_area_map(&machine.spaces[space], address_of(space, 0),
			   address_of(space, PAGES), of, 0, flags));
}

/* An object that the first space shows, on a machine of each shape. */
static void on_each(void (*test)(void))
{
	unsigned int i;

	for (i = 0; i < SHAPES; i++) {
		machine_start(&shapes[i], 256);
		object = vml_object_create(1000);
		show(0, object, RW);
		test();
		check_all();
		vml_object_put(object);
		machine_end();
	}
}

static struct vml_frame *frame_at(unsigned int space, unsigned int page)
{
	return machine.real[space][page].frame;
}

static void kinds(void)
{
	must(machine_read(0, 1, &word) == VML_FAULT_ZERO && !word);
	must(frame_at(0, 1) == vml_zero_frame && !machine.real[0][1].write);
	must(machine_write(0, 1, 11) == VML_FAULT_NEW);
	must(frame_at(0, 1) != vml_zero_frame && machine.real[0][1].write);
	must(machine_read(0, 1, &word) == VML_FAULT_MINOR && word == 11);
	must(machine_write(0, 2, 22) == VML_FAULT_NEW);
	check_all();
	/* Linux took the real entry away; the shadow entry tells its rights. */
	machine_zap(0, 2, 1);
	must(machine_read(0, 2, &word) == VML_FAULT_MINOR && word == 22);
	must(machine.real[0][2].write);
	must(SPACE->counts.faults[VML_FAULT_ZERO].counter == 1);
	must(SPACE->counts.faults[VML_FAULT_NEW].counter == 2);
	must(SPACE->counts.faults[VML_FAULT_MINOR].counter == 1);
}

void fault_kinds(void)
{
	on_each(kinds);
}

static enum vml_fault_kind fault(u64 address, u32 access)
{
	return vml_fault(SPACE, address, access, machine_view, &machine);
}

static void bad(void)
{
	must(!vml_area_unmap(SPACE, at(4), at(5)));
	must(!vml_area_protect(SPACE, at(5), at(6), VML_AREA_READ));
	must(!vml_area_protect(SPACE, at(6), at(7), 0));
	must(!vml_object_resize(object, 60));
	must(machine_read(0, 4, &word) == VML_FAULT_BAD_AREA);
	must(machine_write(0, 5, 1) == VML_FAULT_BAD_RIGHTS);
	must(machine_read(0, 5, &word) == VML_FAULT_ZERO);
	must(machine_read(0, 6, &word) == VML_FAULT_BAD_RIGHTS);
	must(machine_read(0, 59, &word) == VML_FAULT_ZERO);
	must(machine_write(0, 60, 1) == VML_FAULT_BEYOND);
	must(fault(0, VML_AREA_READ) == VML_FAULT_BAD_AREA);
	must(fault(U64_MAX, VML_AREA_READ) == VML_FAULT_BAD_AREA);
	must(fault(at(5), VML_AREA_EXEC) == VML_FAULT_BAD_RIGHTS);
	must(SPACE->counts.faults[VML_FAULT_BEYOND].counter == 1);
}

void fault_bad(void)
{
	on_each(bad);
}

/* Two spaces show one object: what one writes, the other reads. */
static void shared(void)
{
	show(1, object, RW);
	must(machine_read(1, 3, &word) == VML_FAULT_ZERO);
	must(machine_read(0, 3, &word) == VML_FAULT_ZERO);
	must(machine_write(0, 3, 33) == VML_FAULT_NEW);
	/* The zeroes are seen by nobody any more. */
	must(!frame_at(1, 3));
	must(!atomic_read(&vml_zero_frame->maps));
	must(machine_read(1, 3, &word) == VML_FAULT_MINOR && word == 33);
	must(frame_at(1, 3) == frame_at(0, 3));
	must(machine_write(1, 3, 34) == VML_FAULT_MINOR);
	must(machine_read(0, 3, &word) == VML_FAULT_MINOR && word == 34);
}

void fault_shared(void)
{
	on_each(shared);
}

static void clone(void)
{
	struct vml_object *snapshot;
	struct vml_frame *old;

	show(1, object, RW);
	must(machine_write(0, 3, 33) == VML_FAULT_NEW);
	must(machine_write(0, 4, 44) == VML_FAULT_NEW);
	old = frame_at(0, 3);
	snapshot = vml_object_clone(object);
	show(2, snapshot, RW);
	check_all();
	must(machine_read(2, 3, &word) == VML_FAULT_MINOR && word == 33);
	must(frame_at(2, 3) == old && !machine.real[2][3].write);
	must(machine_read(1, 3, &word) == VML_FAULT_MINOR && word == 33);
	must(machine_write(0, 3, 34) == VML_FAULT_COPY);
	/* All who show the object see the copy, the clone what was. */
	must(frame_at(0, 3) != old && frame_at(2, 3) == old);
	must(machine_read(1, 3, &word) == VML_FAULT_MINOR && word == 34);
	must(machine_read(2, 3, &word) == VML_FAULT_MINOR && word == 33);
	must(machine_read(2, 9, &word) == VML_FAULT_ZERO);
	must(machine_write(0, 9, 99) == VML_FAULT_NEW);
	must(machine_read(2, 9, &word) == VML_FAULT_MINOR && !word);
	check_all();
	vml_object_put(snapshot);
}

void fault_clone(void)
{
	on_each(clone);
}

/* Who is left alone with a frame writes to it in place. */
static void last_owner(void)
{
	struct vml_object *snapshot;
	struct vml_frame *old;

	must(machine_write(0, 3, 33) == VML_FAULT_NEW);
	must(machine_write(0, 4, 44) == VML_FAULT_NEW);
	old = frame_at(0, 3);
	snapshot = vml_object_clone(object);
	show(1, snapshot, RW);
	must(machine_read(0, 4, &word) == VML_FAULT_MINOR);
	must(machine_write(0, 3, 34) == VML_FAULT_COPY);
	must(machine_write(1, 3, 35) == VML_FAULT_MINOR);
	must(frame_at(1, 3) == old);
	must(machine_read(0, 3, &word) == VML_FAULT_MINOR && word == 34);
	/* The other still shares this one, until the clone is no more. */
	must(!machine.real[0][4].write);
	machine_zap(1, 0, PAGES);
	vml_object_put(snapshot);
	must(!vml_area_unmap(&machine.spaces[1], address_of(1, 0),
			     address_of(1, PAGES)));
	must(machine_write(0, 4, 45) == VML_FAULT_REUSE);
}

void fault_last_owner(void)
{
	on_each(last_owner);
}

/* Three generations, each a copy of the one before. */
static void fork_copies(void)
{
	struct vml_object *child = vml_object_clone(object), *grandchild;

	show(1, child, RW);
	must(machine_write(0, 0, 1) == VML_FAULT_NEW);
	must(machine_read(1, 0, &word) == VML_FAULT_ZERO && !word);
	must(machine_write(1, 0, 2) == VML_FAULT_NEW);
	grandchild = vml_object_clone(child);
	show(2, grandchild, RW);
	must(machine_read(2, 0, &word) == VML_FAULT_MINOR && word == 2);
	must(machine_write(2, 0, 3) == VML_FAULT_COPY);
	must(machine_read(0, 0, &word) == VML_FAULT_MINOR && word == 1);
	must(machine_read(1, 0, &word) == VML_FAULT_MINOR && word == 2);
	check_all();
	vml_object_put(child);
	vml_object_put(grandchild);
}

void fault_fork(void)
{
	on_each(fork_copies);
}

/* What is allocated for a fault and not used goes back. */
static void attempts(void)
{
	u32 before, of_spaces = frames_of_spaces();

	before = pool_free();
	must(machine_write(0, 5, 5) == VML_FAULT_NEW);
	/* A frame, the object's first table, and new page tables. */
	must(before - pool_free() == 2 + frames_of_spaces() - of_spaces);
	before = pool_free();
	must(machine_write(0, 9, 6) == VML_FAULT_NEW);
	must(before - pool_free() == 1);
	must(machine_read(0, 7, &word) == VML_FAULT_ZERO);
	must(before - pool_free() == 1 && machine.inserts == 3);
	machine.fail_insert = true;
	must(machine_read(0, 8, &word) == VML_FAULT_NO_MEMORY);
	check_all();
	must(machine_read(0, 8, &word) == VML_FAULT_ZERO);
	must(before - pool_free() == 1);
}

void fault_attempts(void)
{
	on_each(attempts);
}

/* A view says what an area is, whatever it was; entries that fit it stay. */
static void views(void)
{
	struct vml_object *other = vml_object_create(1000);
	struct vml_view view = {
		.start = at(4), .end = at(20), .object = object, .index = 4,
		.flags = RW,
	};

	must(machine_write(0, 4, 44) == VML_FAULT_NEW);
	must(machine_write(0, 30, 33) == VML_FAULT_NEW);
	must(!vml_area_unmap(SPACE, at(10), at(64)) && !SPACE->areas.rb_node->rb_right);
	machine_zap(0, 30, 1);
	machine_view = &view;
	must(machine_write(0, 12, 12) == VML_FAULT_NEW);
	must(SPACE->nr_areas == 1 && SPACE->counts.faults[VML_FAULT_BAD_AREA].counter == 0);
	must(machine_read(0, 4, &word) == VML_FAULT_MINOR && word == 44);
	/* Less rights: Linux's entries went, ours are as good for reading. */
	view.flags = VML_AREA_READ;
	machine_zap(0, 4, 16);
	must(machine_read(0, 4, &word) == VML_FAULT_MINOR && word == 44);
	must(!machine.real[0][4].write && SPACE->nr_areas == 2);
	check_all();
	must(machine_write(0, 12, 13) == VML_FAULT_BAD_RIGHTS);
	/* Another object. */
	view.object = other;
	view.flags = RW;
	machine_zap(0, 4, 16);
	must(machine_read(0, 4, &word) == VML_FAULT_ZERO && !word);
	must(machine_write(0, 4, 5) == VML_FAULT_NEW);
	check_all();
	/* One that is no area. */
	view.flags = RW | VML_AREA_PRIVATE;
	must(machine_write(0, 4, 5) == VML_FAULT_MINOR);
	machine_zap(0, 4, 1);
	must(machine_write(0, 4, 5) == VML_FAULT_BAD_AREA);
	view.flags = RW;
	must(fault(at(3), VML_AREA_READ) == VML_FAULT_BAD_AREA);
	must(fault(at(20), VML_AREA_READ) == VML_FAULT_BAD_AREA);
	view.index = 40;
	machine_zap(0, 4, 16);
	standin_memory = 0;
	must(machine_write(0, 4, 5) == VML_FAULT_NO_MEMORY);
	standin_memory = -1;
	must(machine_write(0, 4, 5) == VML_FAULT_NEW);
	machine_view = NULL;
	vml_object_put(other);
}

void fault_views(void)
{
	on_each(views);
}

/* Linux copies what is written there, so to us it is read. */
static void private(void)
{
	must(!vml_area_map(&machine.spaces[1], address_of(1, 0),
			   address_of(1, PAGES), object, 0,
			   VML_AREA_READ | VML_AREA_PRIVATE));
	must(vml_fault(&machine.spaces[1], address_of(1, 3), VML_AREA_WRITE,
		       NULL, &machine) == VML_FAULT_ZERO);
	must(frame_at(1, 3) == vml_zero_frame && !machine.real[1][3].write);
	must(machine_write(0, 3, 33) == VML_FAULT_NEW);
	must(vml_fault(&machine.spaces[1], address_of(1, 3), VML_AREA_WRITE,
		       NULL, &machine) == VML_FAULT_MINOR);
	must(frame_at(1, 3) == frame_at(0, 3) && !machine.real[1][3].write);
	must(!vml_area_protect(&machine.spaces[1], address_of(1, 0),
			       address_of(1, PAGES), 0));
	must(vml_fault(&machine.spaces[1], address_of(1, 3), VML_AREA_WRITE,
		       NULL, &machine) == VML_FAULT_BAD_RIGHTS);
	machine_zap(1, 0, PAGES);
}

void fault_private(void)
{
	on_each(private);
}

/* Bytes come and go without any mapping, and who maps sees them. */
static void bytes(void)
{
	struct vml_object *snapshot;
	u32 before = pool_free();
	char text[8] = "xxxxxxx";

	must(!vml_object_read(object, 3, 4090, text, 6) && !text[0]);
	must(text[6] == 'x' && pool_free() == before);
	must(machine_read(0, 3, &word) == VML_FAULT_ZERO);
	must(!vml_object_write(object, 3, 4090, "frames", 6));
	must(!frame_at(0, 3));
	must(!vml_object_read(object, 3, 4090, text, 6));
	must(!strcmp(text, "framesx"));
	must(machine_read(0, 3, &word) == VML_FAULT_MINOR && !word);
	must(machine.real[0][3].write);
	snapshot = vml_object_clone(object);
	must(!vml_object_write(snapshot, 3, 4090, "F", 1));
	must(!vml_object_read(object, 3, 4090, text, 6) && text[0] == 'f');
	must(!vml_object_read(snapshot, 3, 4090, text, 6) && text[0] == 'F');
	check_all();
	vml_object_put(snapshot);
	must(vml_object_read(object, 1000, 0, text, 1) == -ERANGE);
	must(vml_object_write(object, 1000, 0, text, 1) == -ERANGE);
	must(vml_object_read(object, 0, 4090, text, 7) == -EINVAL);
	must(vml_object_write(object, 0, 4097, text, 0) == -EINVAL);
	must(!vml_object_read(object, 0, 4096, text, 0));
}

void fault_bytes(void)
{
	on_each(bytes);
}

/* A full pool fails who asks, and nobody else. */
void fault_memory(void)
{
	unsigned int page;

	machine_start(&shapes[0], 64);
	object = vml_object_create(1000);
	show(0, object, RW);
	for (page = 0; page < PAGES; page++)
		if (machine_write(0, page, page) >= VML_FAULT_BAD_AREA)
			break;
	must(page > 16 && page < PAGES);
	must(machine_write(0, page, 1) == VML_FAULT_NO_MEMORY);
	must(machine_read(0, page, &word) == VML_FAULT_ZERO);
	check_all();
	while (page--)
		must(machine_read(0, page, &word) == VML_FAULT_MINOR &&
		     word == page);
	must(!vml_object_punch(object, 0, 1));
	must(machine_write(0, 20, 20) == VML_FAULT_MINOR);
	must(machine_write(0, 0, 1) == VML_FAULT_NEW);
	vml_object_put(object);
	machine_end();
}

static struct vml_object *snapshot_of;

/* What is there to be copied is gone once there is a frame for the copy. */
static void take_away(void)
{
	vml_object_put(snapshot_of);
	must(!vml_object_punch(object, 0, 1));
}

/* Takes all frames there are; they are linked by @next. */
static u32 take_all(void)
{
	struct vml_frame *frame;
	u32 last = VML_NONE;

	while ((frame = vml_alloc(0, VML_REQ_USER))) {
		frame->next = last;
		last = vml_frame_number(frame);
	}
	return last;
}

static void give_all(u32 last)
{
	while (last != VML_NONE) {
		struct vml_frame *frame = vml_frame_at(last);

		last = frame->next;
		vml_put(frame);
	}
}

/* Between two attempts all may change, and locks that are held would show. */
void fault_overtaken(void)
{
	struct vml_frame *frame;
	unsigned int i;
	u32 last;

	machine_start(&shapes[0], 64);
	object = vml_object_create(1000);
	show(0, object, RW);
	must(machine_write(0, 0, 7) == VML_FAULT_NEW);
	must(machine_write(0, 1, 8) == VML_FAULT_NEW);
	memset(content(frame_at(0, 0)), 0xff, VML_FRAME_SIZE);
	snapshot_of = vml_object_clone(object);
	last = take_all();
	machine.reclaim = take_away;
	must(machine_write(0, 0, 7) == VML_FAULT_NEW);
	must(!machine.reclaim);
	frame = frame_at(0, 0);
	for (i = 0; i < VML_FRAME_SIZE / sizeof(u64); i++)
		must(content(frame)[i] == (i ? 0 : 7));
	check_all();
	give_all(last);
	vml_object_put(object);
	machine_end();
}

/* === Reverse mapping === */

struct found {
	u64 at[8];
	unsigned int nr;
	unsigned int stop;
};

static bool note(struct vml_space *space, u64 address, u64 entry, void *arg)
{
	struct found *found = arg;

	must(entry & VML_ENTRY_PRESENT && space);
	found->at[found->nr++] = address;
	return found->nr != found->stop;
}

static struct found find(struct vml_frame *frame, unsigned int stop)
{
	struct found found = { .stop = stop };

	down_read(&object->family->sem);
	vml_rmap_walk(frame, note, &found);
	up_read(&object->family->sem);
	return found;
}

static bool has(const struct found *found, u64 address)
{
	unsigned int i;

	for (i = 0; i < found->nr; i++)
		if (found->at[i] == address)
			return true;
	return false;
}

void rmap_finds(void)
{
	struct vml_object *snapshot;
	struct vml_frame *frame;
	struct found found;

	machine_start(&shapes[0], 1024);
	object = vml_object_create(1000);
	show(0, object, RW);
	must(!vml_area_map(&machine.spaces[1], address_of(1, 10),
			   address_of(1, 20), object, 0, RW));
	must(machine_write(0, 3, 33) == VML_FAULT_NEW);
	frame = frame_at(0, 3);
	found = find(frame, 0);
	must(found.nr == 1 && has(&found, at(3)));
	must(machine_read(1, 13, &word) == VML_FAULT_MINOR);
	snapshot = vml_object_clone(object);
	show(2, snapshot, RW);
	must(machine_read(2, 3, &word) == VML_FAULT_MINOR && word == 33);
	found = find(frame, 0);
	must(found.nr == 3 && atomic_read(&frame->maps) == 3);
	must(has(&found, at(3)) && has(&found, address_of(1, 13)));
	must(has(&found, address_of(2, 3)));
	/* The copy has the object's, the frame what the clone has. */
	must(machine_write(1, 13, 34) == VML_FAULT_COPY);
	found = find(frame, 0);
	must(found.nr == 1 && has(&found, address_of(2, 3)));
	must(vml_rmap_unmap(snapshot, 0, 10) == 1);
	must(!frame_at(2, 3) && !find(frame, 0).nr);
	must(!vml_rmap_unmap(snapshot, 0, 10));
	check_all();
	vml_object_put(snapshot);
	vml_object_put(object);
	machine_end();
}

void rmap_stops(void)
{
	struct vml_frame *frame;
	unsigned long zaps;

	machine_start(&shapes[0], 1024);
	object = vml_object_create(1000);
	show(0, object, RW);
	show(1, object, RW);
	must(machine_write(0, 3, 33) == VML_FAULT_NEW);
	must(machine_read(1, 3, &word) == VML_FAULT_MINOR);
	frame = frame_at(0, 3);
	must(find(frame, 1).nr == 1 && find(frame, 0).nr == 2);
	must(vml_rmap_protect(object, 3, 1) == 2);
	must(find(frame, 0).nr == 2 && !frame_at(0, 3));
	must(machine_write(0, 3, 34) == VML_FAULT_REUSE);
	zaps = machine.zaps;
	must(!vml_rmap_unmap(object, 4, 996) && !vml_rmap_unmap(object, 0, 0));
	must(machine.zaps == zaps);
	vml_object_put(object);
	machine_end();
}
