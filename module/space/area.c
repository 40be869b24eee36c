// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Areas
 *
 * An area shows a stretch of an object at a range of addresses, with the same
 * rights all over. A range may begin and end anywhere, as Linux may split and
 * merge its areas otherwise than we: whatever area reaches over its edge is cut
 * there first, then whole areas are taken out, changed or moved, and in the end
 * neighbours that fit together are joined.
 *
 * A range has two edges, so that two new areas are all that it takes. They are
 * allocated before the lock is taken; from there on nothing fails that has
 * changed anything.
 *
 * Real entries are the business of the callers: when these functions shrink
 * what an address is good for, none are left there that say more. Shadow
 * entries are cleared here, before the area goes, as long as others still find
 * them through the object.
 */
#include <vmlab/space.h>

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>

static struct vml_space_area *area_of(struct rb_node *node)
{
	return rb_entry_safe(node, struct vml_space_area, node);
}

/**
 * vml_area_next() - the next area of a space
 * @area: the area before
 *
 * Context: the space's lock held.
 * Return: NULL after the last.
 */
struct vml_space_area *vml_area_next(struct vml_space_area *area)
{
	return area_of(rb_next(&area->node));
}

static struct vml_space_area *prev_area(struct vml_space_area *area)
{
	return area_of(rb_prev(&area->node));
}

/**
 * vml_area_find() - the area at an address, or the first one above it
 * @space: the space
 * @address: any
 *
 * Context: the space's lock held.
 * Return: the first area that ends after the address, or NULL.
 */
struct vml_space_area *vml_area_find(struct vml_space *space, u64 address)
{
	struct rb_node *node = space->areas.rb_node;
	struct vml_space_area *found = NULL;

	lockdep_assert_held(&space->lock);
	while (node) {
		struct vml_space_area *area = area_of(node);

		if (address < area->end) {
			found = area;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

/**
 * vml_area_hole() - where a new area may go
 * @space: the space
 * @size: its bytes, a multiple of a frame
 * @low: its start is not below
 * @high: its end is not above
 *
 * Goes through the areas one by one; Linux keeps the size of the gaps in its
 * tree.
 *
 * Context: the space's lock held.
 * Return: the lowest address, or U64_MAX if there is none.
 */
u64 vml_area_hole(struct vml_space *space, u64 size, u64 low, u64 high)
{
	const struct vml_ptable *pt = &space->ptable;
	struct vml_space_area *area;

	low = max(low, pt->base);
	high = min(high, pt->base + pt->span);
	for (area = vml_area_find(space, low); area; area = vml_area_next(area)) {
		if (area->start > low && area->start - low >= size)
			break;
		low = area->end;
	}
	return low < high && high - low >= size ? low : U64_MAX;
}

/* Whether a range is one: of whole frames, in reach, and not empty. */
static bool is_range(const struct vml_space *space, u64 start, u64 end)
{
	const struct vml_ptable *pt = &space->ptable;

	return !((start | end) & (VML_FRAME_SIZE - 1)) && start < end &&
	       start >= pt->base && end - pt->base <= pt->span;
}

static bool is_empty(struct vml_space *space, u64 start, u64 end)
{
	struct vml_space_area *area = vml_area_find(space, start);

	return !area || area->start >= end;
}

/* === Changes of the tree, under the lock === */

static void insert(struct vml_space *space, struct vml_space_area *area)
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

/* An area joins those over its object. */
static void link(struct vml_space_area *area)
{
	spin_lock(&area->object->family->lock);
	vml_object_link(area);
	spin_unlock(&area->object->family->lock);
}

static void unlink(struct vml_space_area *area)
{
	spin_lock(&area->object->family->lock);
	vml_object_unlink(area);
	spin_unlock(&area->object->family->lock);
}

/**
 * struct spares - areas allocated beforehand, and those that are left over
 * @first: linked by @node.rb_right
 */
struct spares {
	struct vml_space_area *first;
};

static void keep(struct spares *spares, struct vml_space_area *area)
{
	area->node.rb_right = spares->first ? &spares->first->node : NULL;
	spares->first = area;
}

static struct vml_space_area *use(struct spares *spares)
{
	struct vml_space_area *area = spares->first;

	spares->first = area_of(area->node.rb_right);
	return area;
}

/* Frees all; areas that were in use give up their object, which may sleep. */
static void drop(struct spares *spares)
{
	while (spares->first) {
		struct vml_space_area *area = use(spares);

		if (area->object)
			vml_object_put(area->object);
		kfree(area);
	}
}

static int prepare(struct spares *spares, unsigned int nr)
{
	while (nr--) {
		struct vml_space_area *area = kzalloc(sizeof(*area),
						      GFP_KERNEL);

		if (!area) {
			drop(spares);
			return -ENOMEM;
		}
		keep(spares, area);
	}
	return 0;
}

/* No area reaches over the address any more. */
static void cut(struct vml_space *space, u64 address, struct spares *spares)
{
	struct vml_space_area *area = vml_area_find(space, address), *upper;

	if (!area || area->start >= address)
		return;
	upper = use(spares);
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
	insert(space, upper);
}

static bool fit(const struct vml_space_area *lower,
		const struct vml_space_area *upper)
{
	return lower->end == upper->start && lower->object == upper->object &&
	       lower->flags == upper->flags &&
	       lower->index + vml_area_nr(lower) == upper->index;
}

static void join(struct vml_space *space, struct vml_space_area *lower,
		 struct vml_space_area *upper, struct spares *spares)
{
	erase(space, upper);
	spin_lock(&lower->object->family->lock);
	vml_object_unlink(lower);
	vml_object_unlink(upper);
	lower->end = upper->end;
	vml_object_link(lower);
	spin_unlock(&lower->object->family->lock);
	keep(spares, upper);
}

/* Joins what fits together in a range and at its edges. */
static void merge(struct vml_space *space, u64 start, u64 end,
		  struct spares *spares)
{
	struct vml_space_area *upper = vml_area_find(space, start), *lower;

	while (upper && upper->start <= end) {
		u64 next = upper->end;

		lower = prev_area(upper);
		if (lower && fit(lower, upper))
			join(space, lower, upper, spares);
		upper = vml_area_find(space, next);
	}
}

/* Takes all areas out of a range at whose edges they were cut. */
static void take_out(struct vml_space *space, u64 start, u64 end,
		     struct spares *out)
{
	struct vml_space_area *area = vml_area_find(space, start), *next;

	for (; area && area->start < end; area = next) {
		next = vml_area_next(area);
		erase(space, area);
		keep(out, area);
	}
}

/* === Operations === */

/**
 * vml_area_map() - show an object at a range
 * @space: where
 * @start: first address
 * @end: address after the last
 * @object: the object, which gets a reference from the area
 * @index: in it, of what is at @start
 * @flags: VML_AREA_*
 *
 * Context: process; takes the space's lock.
 * Return: 0; -EINVAL for what is no range of whole frames in reach or for
 * unknown flags, -EOVERFLOW if the index runs over, -EEXIST if an area is
 * there, -ENOMEM.
 */
int vml_area_map(struct vml_space *space, u64 start, u64 end,
		 struct vml_object *object, u32 index, u32 flags)
{
	struct spares spares = { };
	struct vml_space_area *area;
	int err;

	if (!is_range(space, start, end) || flags & ~VML_AREA_RIGHTS)
		return -EINVAL;
	if (index + ((end - start) >> VML_FRAME_SHIFT) > U32_MAX)
		return -EOVERFLOW;
	err = prepare(&spares, 1);
	if (err)
		return err;
	down_write(&space->lock);
	if (is_empty(space, start, end)) {
		area = use(&spares);
		*area = (struct vml_space_area) {
			.index = index, .flags = flags, .start = start,
			.end = end, .space = space, .object = object,
		};
		vml_object_get(object);
		link(area);
		insert(space, area);
		merge(space, start, end, &spares);
	} else {
		err = -EEXIST;
	}
	up_write(&space->lock);
	drop(&spares);
	return err;
}

static void unmap(struct vml_space *space, u64 start, u64 end,
		  struct spares *spares, struct spares *out)
{
	struct vml_space_area *area;

	vml_ptable_clear(&space->ptable, start, end);
	cut(space, start, spares);
	cut(space, end, spares);
	take_out(space, start, end, out);
	for (area = out->first; area; area = area_of(area->node.rb_right))
		unlink(area);
}

/**
 * vml_area_unmap() - show nothing at a range any more
 * @space: where
 * @start: first address; there may be areas in the range or none
 * @end: address after the last
 *
 * Context: process; takes the space's lock. The caller has seen to it that no
 * real entries are there.
 * Return: 0; -EINVAL for what is no range of whole frames in reach, -ENOMEM.
 */
int vml_area_unmap(struct vml_space *space, u64 start, u64 end)
{
	struct spares spares = { }, out = { };
	int err;

	if (!is_range(space, start, end))
		return -EINVAL;
	err = prepare(&spares, 2);
	if (err)
		return err;
	down_write(&space->lock);
	unmap(space, start, end, &spares, &out);
	up_write(&space->lock);
	drop(&spares);
	drop(&out);
	return 0;
}

/**
 * vml_area_unmap_all() - show nothing any more
 * @space: where
 *
 * As vml_area_unmap(), but cannot fail, as nothing is cut.
 *
 * Context: process; takes the space's lock.
 */
void vml_area_unmap_all(struct vml_space *space)
{
	struct spares spares = { }, out = { };

	down_write(&space->lock);
	unmap(space, space->ptable.base,
	      space->ptable.base + space->ptable.span, &spares, &out);
	up_write(&space->lock);
	drop(&out);
}

/**
 * vml_area_protect() - change the rights in a range
 * @space: where
 * @start: first address; there may be areas in the range or none
 * @end: address after the last
 * @flags: VML_AREA_*
 *
 * Context: process; takes the space's lock. The caller has seen to it that no
 * real entries are there.
 * Return: 0; -EINVAL for what is no range of whole frames in reach or for
 * unknown flags, -ENOMEM.
 */
int vml_area_protect(struct vml_space *space, u64 start, u64 end, u32 flags)
{
	struct spares spares = { };
	struct vml_space_area *area;
	int err;

	if (!is_range(space, start, end) || flags & ~VML_AREA_RIGHTS)
		return -EINVAL;
	err = prepare(&spares, 2);
	if (err)
		return err;
	down_write(&space->lock);
	if (!flags)
		vml_ptable_clear(&space->ptable, start, end);
	else if (!(flags & VML_AREA_WRITE))
		vml_ptable_mask(&space->ptable, start, end, ~VML_ENTRY_WRITE);
	cut(space, start, &spares);
	cut(space, end, &spares);
	for (area = vml_area_find(space, start); area && area->start < end;
	     area = vml_area_next(area))
		area->flags = flags;
	merge(space, start, end, &spares);
	up_write(&space->lock);
	drop(&spares);
	return 0;
}

static void put_at(struct vml_space *space, struct spares *out, u64 from,
		   u64 to)
{
	while (out->first) {
		struct vml_space_area *area = use(out);

		spin_lock(&area->object->family->lock);
		area->start += to - from;
		area->end += to - from;
		spin_unlock(&area->object->family->lock);
		insert(space, area);
	}
}

/**
 * vml_area_move() - show at one range what another shows
 * @space: where
 * @from: first address of the range; there may be areas in it or none
 * @to: first address where it shall be; there must be no area
 * @size: bytes of the range
 *
 * Shadow entries are not moved, they come back one by one.
 *
 * Context: process; takes the space's lock. The caller has seen to it that no
 * real entries are in either range.
 * Return: 0; -EINVAL for what are no ranges of whole frames in reach, or that
 * overlap, -EEXIST if an area is in the way, -ENOMEM.
 */
int vml_area_move(struct vml_space *space, u64 from, u64 to, u64 size)
{
	struct spares spares = { }, out = { };
	int err;

	if (!is_range(space, from, from + size) ||
	    !is_range(space, to, to + size) ||
	    max(from, to) - min(from, to) < size)
		return -EINVAL;
	err = prepare(&spares, 2);
	if (err)
		return err;
	down_write(&space->lock);
	if (is_empty(space, to, to + size)) {
		vml_ptable_clear(&space->ptable, from, from + size);
		cut(space, from, &spares);
		cut(space, from + size, &spares);
		take_out(space, from, from + size, &out);
		put_at(space, &out, from, to);
		merge(space, to, to + size, &spares);
	} else {
		err = -EEXIST;
	}
	up_write(&space->lock);
	drop(&spares);
	return err;
}
