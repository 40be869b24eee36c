// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Cutting and joining areas
 *
 * Whatever is done to a range of addresses is done to whole areas: those that
 * reach over its edges are cut there before, and those that fit together are
 * joined after.
 */
#include <vmlab/cut.h>

#include <linux/errno.h>
#include <linux/lockdep.h>

static struct vml_space_area *area_of(struct rb_node *node)
{
	return rb_entry_safe(node, struct vml_space_area, node);
}

/**
 * vml_areas_insert() - put an area in the tree of its space
 * @space: where no area is in its way
 * @area: the area; the object must be told on its own
 *
 * Context: the space's lock held for writing.
 */
void vml_areas_insert(struct vml_space *space, struct vml_space_area *area)
{
	struct rb_node **link = &space->areas.rb_node, *parent = NULL;

	lockdep_assert_held_write(&space->lock);
	while (*link) {
		parent = *link;
		link = area->start < area_of(parent)->start ?
		       &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&area->node, parent, link);
	rb_insert_color(&area->node, &space->areas);
	space->nr_areas++;
}

static void erase(struct vml_space *space, struct vml_space_area *area)
{
	lockdep_assert_held_write(&space->lock);
	rb_erase(&area->node, &space->areas);
	space->nr_areas--;
}

static void keep(struct vml_spares *spares, struct vml_space_area *area)
{
	area->node.rb_right = spares->first ? &spares->first->node : NULL;
	spares->first = area;
}

/**
 * vml_areas_use() - take an area out of those that are spare
 * @spares: which has one
 */
struct vml_space_area *vml_areas_use(struct vml_spares *spares)
{
	struct vml_space_area *area = spares->first;

	spares->first = area_of(area->node.rb_right);
	return area;
}

/**
 * vml_areas_drop() - free areas that are spare
 * @spares: they; those that were in use give up their object
 *
 * Context: process; may sleep.
 */
void vml_areas_drop(struct vml_spares *spares)
{
	while (spares->first) {
		struct vml_space_area *area = vml_areas_use(spares);

		if (area->object)
			vml_object_put(area->object);
		kfree(area);
	}
}

/**
 * vml_areas_prepare() - have areas to spare
 * @spares: where to put them
 * @nr: how many
 * @gfp: GFP_KERNEL, with __GFP_NOFAIL if that must not fail
 *
 * Context: process; may sleep.
 * Return: 0, or -ENOMEM: then there are none.
 */
int vml_areas_prepare(struct vml_spares *spares, unsigned int nr, gfp_t gfp)
{
	while (nr--) {
		struct vml_space_area *area = kzalloc(sizeof(*area), gfp);

		if (!area) {
			vml_areas_drop(spares);
			return -ENOMEM;
		}
		keep(spares, area);
	}
	return 0;
}

/**
 * vml_areas_cut() - have no area reach over an address
 * @space: the space
 * @address: of a frame
 * @spares: has one area at least
 *
 * Context: the space's lock held for writing; takes the lock of an object's
 * family.
 */
void vml_areas_cut(struct vml_space *space, u64 address,
		   struct vml_spares *spares)
{
	struct vml_space_area *area = vml_area_find(space, address), *upper;

	if (!area || area->start >= address)
		return;
	upper = vml_areas_use(spares);
	*upper = (struct vml_space_area) {
		.index = vml_area_index(area, address), .flags = area->flags,
		.start = address, .end = area->end, .space = space,
		.object = area->object,
	};
	vml_object_get(area->object);
	/* Both at once: who looks through the object must miss none. */
	spin_lock(&area->object->family->lock);
	vml_object_unlink(area);
	area->end = address;
	vml_object_link(area);
	vml_object_link(upper);
	spin_unlock(&area->object->family->lock);
	vml_areas_insert(space, upper);
}

static bool fit(const struct vml_space_area *lower,
		const struct vml_space_area *upper)
{
	return lower->end == upper->start && lower->object == upper->object &&
	       lower->flags == upper->flags &&
	       lower->index + vml_area_nr(lower) == upper->index;
}

/**
 * vml_counts_add() - add counts to others
 * @to: changed
 * @from: of an area that ends, so that nobody counts any more
 */
void vml_counts_add(struct vml_counts *to, const struct vml_counts *from)
{
	unsigned int i;

	for (i = 0; i < VML_FAULT_KINDS; i++)
		atomic64_add(atomic64_read(&from->faults[i]), &to->faults[i]);
	atomic64_add(atomic64_read(&from->around), &to->around);
	atomic64_add(atomic64_read(&from->ahead), &to->ahead);
	atomic64_add(atomic64_read(&from->hits), &to->hits);
	atomic64_add(atomic64_read(&from->waste), &to->waste);
	atomic64_add(atomic64_read(&from->huge), &to->huge);
	atomic64_add(atomic64_read(&from->no_block), &to->no_block);
	atomic64_add(atomic64_read(&from->read_ahead), &to->read_ahead);
	atomic64_add(atomic64_read(&from->read_hits), &to->read_hits);
	atomic64_add(atomic64_read(&from->read_waste), &to->read_waste);
}

static void join(struct vml_space *space, struct vml_space_area *lower,
		 struct vml_space_area *upper, struct vml_spares *spares)
{
	erase(space, upper);
	spin_lock(&lower->object->family->lock);
	vml_object_unlink(lower);
	vml_object_unlink(upper);
	lower->end = upper->end;
	vml_object_link(lower);
	spin_unlock(&lower->object->family->lock);
	vml_counts_add(&lower->counts, &upper->counts);
	keep(spares, upper);
}

/**
 * vml_areas_merge() - join areas that fit together
 * @space: the space
 * @start: of the range in which, or at whose edges, they meet
 * @end: address after the last
 * @spares: gets those that are no longer needed
 *
 * Context: the space's lock held for writing; takes the lock of an object's
 * family.
 */
void vml_areas_merge(struct vml_space *space, u64 start, u64 end,
		     struct vml_spares *spares)
{
	struct vml_space_area *upper = vml_area_find(space, start), *lower;

	while (upper && upper->start <= end) {
		u64 next = upper->end;

		lower = area_of(rb_prev(&upper->node));
		if (lower && fit(lower, upper))
			join(space, lower, upper, spares);
		upper = vml_area_find(space, next);
	}
}

/**
 * vml_areas_take_out() - take all areas of a range out of the tree
 * @space: the space
 * @start: first address
 * @end: address after the last; no area reaches over either
 * @out: gets the areas; their objects must be told on their own
 *
 * Context: the space's lock held for writing.
 */
void vml_areas_take_out(struct vml_space *space, u64 start, u64 end,
			struct vml_spares *out)
{
	struct vml_space_area *area = vml_area_find(space, start), *next;

	for (; area && area->start < end; area = next) {
		next = vml_area_next(area);
		erase(space, area);
		keep(out, area);
	}
}
