// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of areas. What a space looks like is compared as text: first and
 * last page, object, index of the first, rights.
 */
#include <errno.h>
#include <string.h>

#include <linux/slab.h>

#include "unit.h"

static struct vml_object *a, *b;

static void looks(const char *wanted)
{
	struct vml_space_area *area;
	char text[512] = "";
	size_t n = 0;

	down_read(&SPACE->lock);
	for (area = vml_area_find(SPACE, 0); area; area = vml_area_next(area))
		n += snprintf(text + n, sizeof(text) - n, "%s%u-%u %c%u %s%s%s",
			      n ? ", " : "",
			      (unsigned int)((area->start - at(0)) >> 12),
			      (unsigned int)((area->end - at(0)) >> 12) - 1,
			      area->object == a ? 'a' : 'b', area->index,
			      area->flags & VML_AREA_READ ? "r" : "",
			      area->flags & VML_AREA_WRITE ? "w" : "",
			      area->flags & VML_AREA_EXEC ? "x" :
			      area->flags & VML_AREA_PRIVATE ? "p" : "");
	up_read(&SPACE->lock);
	if (strcmp(text, wanted))
		printf("# wanted %s\n# found  %s\n", wanted, text);
	must(!strcmp(text, wanted));
	check_all();
}

static int map(unsigned int page, unsigned int nr, struct vml_object *object,
	       u32 index, u32 flags)
{
	return vml_area_map(SPACE, at(page), at(page + nr), object, index,
			    flags);
}

static int unmap(unsigned int page, unsigned int nr)
{
	machine_zap(0, page, nr);
	return vml_area_unmap(SPACE, at(page), at(page + nr));
}

static int protect(unsigned int page, unsigned int nr, u32 flags)
{
	machine_zap(0, page, nr);
	return vml_area_protect(SPACE, at(page), at(page + nr), flags);
}

static int move(unsigned int from, unsigned int to, unsigned int nr)
{
	machine_zap(0, from, nr);
	return vml_area_move(SPACE, at(from), at(to), (u64)nr << 12);
}

static int sync(unsigned int page, unsigned int nr, struct vml_object *object,
		u32 index, u32 flags)
{
	const struct vml_view view = {
		.start = at(page), .end = at(page + nr), .object = object,
		.index = index, .flags = flags,
	};

	return vml_area_sync(SPACE, &view);
}

static void start(void)
{
	machine_start(&shapes[0], 256);
	a = vml_object_create(1000);
	b = vml_object_create(1000);
	must(a && b);
	looks("");
}

/* The objects live as long as areas show them. */
static void end(void)
{
	vml_object_put(a);
	vml_object_put(b);
	machine_end();
}

void area_map(void)
{
	start();
	must(!map(8, 4, a, 100, RW));
	looks("8-11 a100 rw");
	must(!map(2, 2, b, 0, VML_AREA_READ | VML_AREA_EXEC));
	looks("2-3 b0 rx, 8-11 a100 rw");
	must(map(3, 1, a, 0, RW) == -EEXIST);
	must(map(1, 2, a, 0, RW) == -EEXIST);
	must(map(0, 20, a, 0, RW) == -EEXIST);
	must(!map(4, 4, a, 0, 0));
	looks("2-3 b0 rx, 4-7 a0 , 8-11 a100 rw");
	end();
}

/* Neighbours are one if object, index and rights go on, and only then. */
void area_merge(void)
{
	start();
	must(!map(8, 4, a, 100, RW));
	must(!map(12, 2, a, 104, RW));
	looks("8-13 a100 rw");
	must(!map(4, 2, a, 96, RW));
	must(!map(6, 2, a, 98, RW));
	looks("4-13 a96 rw");
	must(!map(14, 2, a, 105, RW));
	must(!map(16, 2, a, 107, VML_AREA_READ));
	must(!map(18, 2, b, 109, VML_AREA_READ));
	must(!map(21, 2, b, 111, VML_AREA_READ));
	looks("4-13 a96 rw, 14-15 a105 rw, 16-17 a107 r, 18-19 b109 r, 21-22 b111 r");
	end();
}

void area_unmap(void)
{
	start();
	must(!map(4, 10, a, 50, RW));
	must(!unmap(6, 2));
	looks("4-5 a50 rw, 8-13 a54 rw");
	must(!unmap(13, 1));
	must(!unmap(8, 1));
	looks("4-5 a50 rw, 9-12 a55 rw");
	must(!map(6, 1, b, 0, RW));
	must(!unmap(5, 5));
	looks("4-4 a50 rw, 10-12 a56 rw");
	must(!unmap(20, 3));
	must(!unmap(0, 64));
	looks("");
	must(!unmap(0, 64));
	end();
}

void area_protect(void)
{
	start();
	must(!map(4, 10, a, 50, RW));
	must(!protect(6, 2, VML_AREA_READ));
	looks("4-5 a50 rw, 6-7 a52 r, 8-13 a54 rw");
	must(!protect(7, 3, VML_AREA_READ));
	looks("4-5 a50 rw, 6-9 a52 r, 10-13 a56 rw");
	must(!map(20, 2, b, 0, RW));
	must(!protect(0, 64, RW));
	looks("4-13 a50 rw, 20-21 b0 rw");
	must(!protect(13, 8, 0));
	looks("4-12 a50 rw, 13-13 a59 , 20-20 b0 , 21-21 b1 rw");
	end();
}

void area_move(void)
{
	start();
	must(!map(4, 10, a, 50, RW));
	must(!move(6, 30, 3));
	looks("4-5 a50 rw, 9-13 a55 rw, 30-32 a52 rw");
	/* Back to where it came from, it is one again. */
	must(!move(30, 6, 3));
	looks("4-13 a50 rw");
	must(!map(20, 2, b, 0, VML_AREA_READ));
	must(move(4, 18, 4) == -EEXIST);
	looks("4-13 a50 rw, 20-21 b0 r");
	/* Several areas and what is between. */
	must(!move(12, 40, 10));
	looks("4-11 a50 rw, 40-41 a58 rw, 48-49 b0 r");
	must(!move(60, 50, 2));
	end();
}

/* Areas become what is said of them, and those around stay what they were. */
void area_sync(void)
{
	size_t bytes;

	start();
	must(!sync(4, 10, a, 50, RW));
	looks("4-13 a50 rw");
	bytes = standin_bytes;
	must(!sync(4, 10, a, 50, RW) && !sync(6, 2, a, 52, RW));
	must(standin_bytes == bytes);
	must(!sync(6, 2, a, 52, VML_AREA_READ));
	looks("4-5 a50 rw, 6-7 a52 r, 8-13 a54 rw");
	must(!sync(4, 10, a, 50, RW));
	looks("4-13 a50 rw");
	must(!sync(12, 4, b, 0, VML_AREA_READ | VML_AREA_PRIVATE));
	looks("4-11 a50 rw, 12-15 b0 rp");
	must(!sync(16, 2, b, 4, VML_AREA_READ | VML_AREA_PRIVATE));
	looks("4-11 a50 rw, 12-17 b0 rp");
	must(!sync(2, 2, a, 48, RW));
	looks("2-11 a48 rw, 12-17 b0 rp");
	must(!sync(11, 2, a, 0, RW));
	looks("2-10 a48 rw, 11-12 a0 rw, 13-17 b1 rp");
	must(!protect(10, 8, RW));
	looks("2-10 a48 rw, 11-12 a0 rw, 13-17 b1 rp");
	must(!sync(0, 64, b, 7, 0));
	looks("0-63 b7 ");
	must(sync(0, 0, a, 0, RW) == -EINVAL);
	must(sync(0, 1, a, 0, 16) == -EINVAL);
	must(sync(0, 2, a, U32_MAX - 1, RW) == -EOVERFLOW);
	looks("0-63 b7 ");
	end();
}

void area_hole(void)
{
	u64 low = shapes[0].base, high = low + shapes[0].span;

	start();
	down_read(&SPACE->lock);
	must(vml_area_hole(SPACE, 4096, 0, U64_MAX) == low);
	must(vml_area_hole(SPACE, high - low, 0, U64_MAX) == low);
	must(vml_area_hole(SPACE, high - low + 4096, 0, U64_MAX) == U64_MAX);
	up_read(&SPACE->lock);
	must(!map(4, 4, a, 0, RW));
	must(!map(10, 4, a, 0, RW));
	down_read(&SPACE->lock);
	must(vml_area_hole(SPACE, 2 << 12, at(4), at(64)) == at(8));
	must(vml_area_hole(SPACE, 3 << 12, at(4), at(64)) == at(14));
	must(vml_area_hole(SPACE, 1 << 12, at(11), at(64)) == at(14));
	must(vml_area_hole(SPACE, 1 << 12, at(9), at(64)) == at(9));
	must(vml_area_hole(SPACE, 2 << 12, at(9), at(15)) == U64_MAX);
	must(vml_area_hole(SPACE, 1 << 12, at(4), at(8)) == U64_MAX);
	must(vml_area_hole(SPACE, 4 << 12, at(0), at(5)) == at(0));
	must(vml_area_hole(SPACE, 1 << 12, at(9), at(9)) == U64_MAX);
	up_read(&SPACE->lock);
	end();
}

void area_find(void)
{
	struct vml_space_area *area;

	start();
	must(!map(4, 4, a, 9, RW));
	must(!map(10, 4, b, 0, RW));
	down_read(&SPACE->lock);
	area = vml_area_find(SPACE, at(0));
	must(area && area->start == at(4));
	must(vml_area_find(SPACE, at(8) - 1) == area);
	must(vml_area_find(SPACE, at(8)) == vml_area_next(area));
	must(!vml_area_find(SPACE, at(14)));
	must(vml_area_index(area, at(6) + 5) == 11);
	must(vml_area_address(area, 11) == at(6));
	up_read(&SPACE->lock);
	end();
}

void area_refused(void)
{
	u64 low = shapes[0].base, high = low + shapes[0].span;

	start();
	must(map(4, 0, a, 0, RW) == -EINVAL);
	must(map(4, 1, a, 0, 16) == -EINVAL);
	must(map(4, 1, a, 0, RW | VML_AREA_PRIVATE) == -EINVAL);
	must(vml_area_map(SPACE, at(1) + 1, at(2), a, 0, RW) == -EINVAL);
	must(vml_area_map(SPACE, at(1), at(2) - 1, a, 0, RW) == -EINVAL);
	must(vml_area_map(SPACE, at(2), at(1), a, 0, RW) == -EINVAL);
	must(vml_area_map(SPACE, high, high + 4096, a, 0, RW) == -EINVAL);
	must(vml_area_map(SPACE, high - 4096, high + 4096, a, 0, RW) == -EINVAL);
	must(vml_area_map(SPACE, -4096ULL, 0, a, 0, RW) == -EINVAL);
	must(map(4, 2, a, U32_MAX - 1, RW) == -EOVERFLOW);
	must(!map(4, 2, a, U32_MAX - 2, RW));
	must(vml_area_unmap(SPACE, at(1), at(1)) == -EINVAL);
	must(vml_area_protect(SPACE, at(1), at(2) + 1, RW) == -EINVAL);
	must(protect(4, 1, 8) == -EINVAL);
	must(move(4, 5, 2) == -EINVAL);
	must(move(5, 4, 2) == -EINVAL);
	must(move(4, 4, 2) == -EINVAL);
	must(vml_area_move(SPACE, at(4), high, 4096) == -EINVAL);
	looks("4-5 a4294967293 rw");
	end();
}

/* Without memory for new areas all stays as it was. */
void area_no_memory(void)
{
	long memory;

	start();
	must(!map(4, 10, a, 50, RW));
	for (memory = 0; memory < 2; memory++) {
		standin_memory = memory;
		must(protect(6, 2, 0) == -ENOMEM);
		standin_memory = memory;
		must(move(6, 30, 2) == -ENOMEM);
		standin_memory = memory;
		must(sync(6, 2, b, 0, RW) == -ENOMEM);
		standin_memory = 0;
		must(map(40, 2, a, 0, RW) == -ENOMEM);
		standin_memory = -1;
		looks("4-13 a50 rw");
	}
	/* Who unmaps cannot be told, so for him there is. */
	standin_memory = 0;
	must(!unmap(6, 2));
	standin_memory = -1;
	looks("4-5 a50 rw, 8-13 a54 rw");
	end();
}
