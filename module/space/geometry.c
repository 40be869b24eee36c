// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Geometries of page tables
 *
 * The same program under several geometries shows what levels are for. One
 * table for all is the quickest to walk, and as large as the span demands even
 * if almost nothing is mapped; with more levels, what is not mapped costs
 * nothing. All levels decode equally many bits here.
 */
#include <vmlab/ptable.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>

/**
 * vml_geometry_reach() - how many bytes a page table can map
 * @geometry: its shape
 */
u64 vml_geometry_reach(const struct vml_geometry *geometry)
{
	return BIT(vml_geometry_shift(geometry, geometry->levels));
}

/* The table of a single level is as large as the span wants it. */
static int fit_single(struct vml_geometry *g, u64 span)
{
	if (span < VML_FRAME_SIZE)
		return -EINVAL;
	if (span > VML_FRAME_SIZE << (VML_ORDER_MAX + VML_TABLE_BITS))
		return -E2BIG;
	g->bits = max_t(u8, 1, ilog2(2 * span - 1) - VML_FRAME_SHIFT);
	return 0;
}

/**
 * vml_geometry_find() - a geometry by its name
 * @geometry: filled in
 * @name: "4-level", 9 bits each as x86-64 has them; "3-level", 9 bits each;
 *	"2-level", 10 bits each as the 80386; "1-level", as many as it takes
 * @span: bytes that it shall map
 *
 * Return: 0; -EINVAL for another name or a span below a frame, -ERANGE if the
 * geometry does not reach as far, -E2BIG if its table would be larger than any
 * block.
 */
int vml_geometry_find(struct vml_geometry *geometry, const char *name, u64 span)
{
	static const struct {
		const char *name;
		struct vml_geometry geometry;
	} known[] = {
		{ "4-level", { .levels = 4, .bits = 9 } },
		{ "3-level", { .levels = 3, .bits = 9 } },
		{ "2-level", { .levels = 2, .bits = 10 } },
		{ "1-level", { .levels = 1 } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(name, known[i].name))
			continue;
		*geometry = known[i].geometry;
		if (geometry->levels == 1)
			return fit_single(geometry, span);
		if (span < VML_FRAME_SIZE)
			return -EINVAL;
		return span > vml_geometry_reach(geometry) ? -ERANGE : 0;
	}
	return -EINVAL;
}

/**
 * vml_ptable_cost() - what a page table costs
 * @ptable: the page table
 * @cost: filled in
 *
 * Context: takes the lock.
 */
void vml_ptable_cost(struct vml_ptable *ptable, struct vml_ptable_cost *cost)
{
	unsigned int level;

	memset(cost, 0, sizeof(*cost));
	cost->slots = BIT(ptable->geometry.bits);
	spin_lock(&ptable->lock);
	cost->huge = ptable->huge;
	for (level = 0; level < ptable->geometry.levels; level++) {
		cost->tables[level] = ptable->tables[level];
		cost->entries[level] = ptable->entries[level];
		cost->bytes += (u64)ptable->tables[level] *
			       (VML_FRAME_SIZE << ptable->order);
	}
	spin_unlock(&ptable->lock);
}
