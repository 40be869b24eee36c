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
 * A range has two edges, so that two new areas are all that it takes, and one
 * more for something new. They are allocated before the lock is taken; from
 * there on nothing fails that has changed anything.
 *
 * Real entries are the business of the callers: when these functions shrink
 * what an address is good for, none are left there that say more. Shadow
 * entries are cleared here, before the area goes, as long as others still find
 * them through the object.
 */
#include <vmlab/cut.h>

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>

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

static bool is_flags(u32 flags)
{
	return !(flags & ~VML_AREA_FLAGS) &&
	       !(flags & VML_AREA_PRIVATE && flags & VML_AREA_WRITE);
}

static int check_view(const struct vml_space *space,
		      const struct vml_view *view)
{
	if (!is_range(space, view->start, view->end) || !is_flags(view->flags))
		return -EINVAL;
	if (view->index + ((view->end - view->start) >> VML_FRAME_SHIFT) >
	    U32_MAX)
		return -EOVERFLOW;
	return 0;
}

static bool is_empty(struct vml_space *space, u64 start, u64 end)
{
	struct vml_space_area *area = vml_area_find(space, start);

	return !area || area->start >= end;
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

/* === Operations === */

static struct vml_space_area *use_for(struct vml_spares *spares,
				      struct vml_space *space,
				      const struct vml_view *view)
{
	struct vml_space_area *area = vml_areas_use(spares);

	*area = (struct vml_space_area) {
		.index = view->index, .flags = view->flags,
		.start = view->start, .end = view->end, .space = space,
		.object = view->object,
	};
	vml_object_get(view->object);
	return area;
}

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
 * flags that cannot be, -EOVERFLOW if the index runs over, -EEXIST if an area
 * is there, -ENOMEM.
 */
int vml_area_map(struct vml_space *space, u64 start, u64 end,
		 struct vml_object *object, u32 index, u32 flags)
{
	const struct vml_view view = {
		.start = start, .end = end, .object = object, .index = index,
		.flags = flags,
	};
	struct vml_spares spares = { };
	struct vml_space_area *area;
	int err = check_view(space, &view);

	if (err)
		return err;
	err = vml_areas_prepare(&spares, 1, GFP_KERNEL);
	if (err)
		return err;
	down_write(&space->lock);
	if (is_empty(space, start, end)) {
		area = use_for(&spares, space, &view);
		link(area);
		vml_areas_insert(space, area);
		vml_areas_merge(space, start, end, &spares);
	} else {
		err = -EEXIST;
	}
	up_write(&space->lock);
	vml_areas_drop(&spares);
	return err;
}

static void unmap(struct vml_space *space, u64 start, u64 end,
		  struct vml_spares *spares, struct vml_spares *out)
{
	struct vml_space_area *area;

	vml_ptable_clear(&space->ptable, start, end);
	vml_areas_cut(space, start, spares);
	vml_areas_cut(space, end, spares);
	vml_areas_take_out(space, start, end, out);
	for (area = out->first; area; area = area_of(area->node.rb_right))
		unlink(area);
}

/**
 * vml_area_unmap() - show nothing at a range any more
 * @space: where
 * @start: first address; there may be areas in the range or none
 * @end: address after the last
 *
 * Who unmaps cannot be told that it failed, so the memory for the edges is
 * waited for, as it is for Linux's own areas.
 *
 * Context: process; takes the space's lock. The caller has seen to it that no
 * real entries are there.
 * Return: 0, also for what is out of reach, where nothing is; -EINVAL for what
 * is no range of whole frames.
 */
int vml_area_unmap(struct vml_space *space, u64 start, u64 end)
{
	const struct vml_ptable *pt = &space->ptable;
	struct vml_spares spares = { }, out = { };

	if ((start | end) & (VML_FRAME_SIZE - 1) || start >= end)
		return -EINVAL;
	start = max(start, pt->base);
	end = min(end, pt->base + pt->span);
	if (start >= end)
		return 0;
	vml_areas_prepare(&spares, 2, GFP_KERNEL | __GFP_NOFAIL);
	down_write(&space->lock);
	unmap(space, start, end, &spares, &out);
	up_write(&space->lock);
	vml_areas_drop(&spares);
	vml_areas_drop(&out);
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
	struct vml_spares spares = { }, out = { };

	down_write(&space->lock);
	unmap(space, space->ptable.base,
	      space->ptable.base + space->ptable.span, &spares, &out);
	up_write(&space->lock);
	vml_areas_drop(&out);
}

/* Takes from the entries of a range what an area with the flags has not. */
static void restrain(struct vml_space *space, u64 start, u64 end, u32 flags)
{
	if (!(flags & VML_AREA_RIGHTS))
		vml_ptable_clear(&space->ptable, start, end);
	else if (!(flags & VML_AREA_WRITE))
		vml_ptable_mask(&space->ptable, start, end, ~VML_ENTRY_WRITE);
}

/* What an area's flags become, which stays private if it was. */
static u32 rights(const struct vml_space_area *area, u32 flags)
{
	if (area->flags & VML_AREA_PRIVATE)
		flags = (flags & ~VML_AREA_WRITE) | VML_AREA_PRIVATE;
	return flags;
}

/**
 * vml_area_protect() - change the rights in a range
 * @space: where
 * @start: first address; there may be areas in the range or none
 * @end: address after the last
 * @flags: of VML_AREA_RIGHTS; areas that are private do without writing
 *
 * Context: process; takes the space's lock. The caller has seen to it that no
 * real entries are there.
 * Return: 0; -EINVAL for what is no range of whole frames in reach or for
 * unknown flags, -ENOMEM.
 */
int vml_area_protect(struct vml_space *space, u64 start, u64 end, u32 flags)
{
	struct vml_spares spares = { };
	struct vml_space_area *area;
	int err;

	if (!is_range(space, start, end) || flags & ~VML_AREA_RIGHTS)
		return -EINVAL;
	err = vml_areas_prepare(&spares, 2, GFP_KERNEL);
	if (err)
		return err;
	down_write(&space->lock);
	vml_areas_cut(space, start, &spares);
	vml_areas_cut(space, end, &spares);
	for (area = vml_area_find(space, start); area && area->start < end;
	     area = vml_area_next(area)) {
		area->flags = rights(area, flags);
		restrain(space, area->start, area->end, area->flags);
	}
	vml_areas_merge(space, start, end, &spares);
	up_write(&space->lock);
	vml_areas_drop(&spares);
	return 0;
}

/* Whether an area has the view's object where the view has it. */
static bool agrees(const struct vml_space_area *area,
		   const struct vml_view *view)
{
	u32 offset = (area->start - view->start) >> VML_FRAME_SHIFT;

	return area->object == view->object &&
	       area->index == view->index + offset;
}

/* Has one area in place of those of a range at whose edges they were cut. */
static void relink(struct vml_spares *out, struct vml_space_area *new)
{
	struct vml_family *family = new->object->family;
	struct vml_space_area *area;

	/* All at once: who looks through the object must miss none. */
	spin_lock(&family->lock);
	for (area = out->first; area; area = area_of(area->node.rb_right))
		if (area->object->family == family)
			vml_object_unlink(area);
	vml_object_link(new);
	spin_unlock(&family->lock);
	for (area = out->first; area; area = area_of(area->node.rb_right))
		if (area->object->family != family)
			unlink(area);
}

static void replace(struct vml_space *space, const struct vml_view *view,
		    struct vml_spares *spares, struct vml_spares *out)
{
	struct vml_space_area *area, *new;

	vml_areas_cut(space, view->start, spares);
	vml_areas_cut(space, view->end, spares);
	for (area = vml_area_find(space, view->start);
	     area && area->start < view->end; area = vml_area_next(area)) {
		if (!agrees(area, view))
			vml_ptable_clear(&space->ptable, area->start,
					 area->end);
		else if (area->flags & ~view->flags)
			restrain(space, area->start, area->end, view->flags);
	}
	vml_areas_take_out(space, view->start, view->end, out);
	new = use_for(spares, space, view);
	for (area = out->first; area; area = area_of(area->node.rb_right))
		if (agrees(area, view))
			vml_counts_add(&new->counts, &area->counts);
	relink(out, new);
	vml_areas_insert(space, new);
	vml_areas_merge(space, view->start, view->end, spares);
}

static bool is_shown(struct vml_space *space, const struct vml_view *view)
{
	bool shown;

	down_read(&space->lock);
	shown = vml_area_shows(vml_area_find(space, view->start), view);
	up_read(&space->lock);
	return shown;
}

/* Whether somebody may do less from now on. */
static bool is_less(struct vml_space *space, const struct vml_view *view)
{
	struct vml_space_area *area;
	bool less = false;

	down_read(&space->lock);
	for (area = vml_area_find(space, view->start);
	     area && area->start < view->end && !less;
	     area = vml_area_next(area))
		less = agrees(area, view) && area->flags & ~view->flags;
	up_read(&space->lock);
	return less;
}

/**
 * vml_area_sync() - have areas show what somebody else says that they do
 * @space: where
 * @view: a range, and what is there from now on, whatever was
 *
 * Shadow entries stay where the same index is shown as before, with no more
 * rights than there are now. The area may reach further than the view, where it
 * fits together with its neighbours.
 *
 * Real entries say no more than the view, but Linux may have hidden some, to
 * show them again when it gives the rights back. So they are zapped where an area
 * loses rights. None comes in between, as who faults meanwhile has the same view.
 *
 * Context: process; takes the space's lock.
 * Return: 0; -EINVAL, -EOVERFLOW and -ENOMEM as vml_area_map().
 */
int vml_area_sync(struct vml_space *space, const struct vml_view *view)
{
	struct vml_spares spares = { }, out = { };
	int err = check_view(space, view);

	if (err || is_shown(space, view))
		return err;
	err = vml_areas_prepare(&spares, 3, GFP_KERNEL);
	if (err)
		return err;
	if (is_less(space, view))
		vml_space_ops->zap(view->object, view->index,
				   (view->end - view->start) >> VML_FRAME_SHIFT);
	down_write(&space->lock);
	replace(space, view, &spares, &out);
	up_write(&space->lock);
	vml_areas_drop(&spares);
	vml_areas_drop(&out);
	return 0;
}

static void put_at(struct vml_space *space, struct vml_spares *out, u64 from,
		   u64 to)
{
	while (out->first) {
		struct vml_space_area *area = vml_areas_use(out);

		spin_lock(&area->object->family->lock);
		area->start += to - from;
		area->end += to - from;
		spin_unlock(&area->object->family->lock);
		vml_areas_insert(space, area);
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
	struct vml_spares spares = { }, out = { };
	int err;

	if (!is_range(space, from, from + size) ||
	    !is_range(space, to, to + size) ||
	    max(from, to) - min(from, to) < size)
		return -EINVAL;
	err = vml_areas_prepare(&spares, 2, GFP_KERNEL);
	if (err)
		return err;
	down_write(&space->lock);
	if (is_empty(space, to, to + size)) {
		vml_ptable_clear(&space->ptable, from, from + size);
		vml_areas_cut(space, from, &spares);
		vml_areas_cut(space, from + size, &spares);
		vml_areas_take_out(space, from, from + size, &out);
		put_at(space, &out, from, to);
		vml_areas_merge(space, to, to + size, &spares);
	} else {
		err = -EEXIST;
	}
	up_write(&space->lock);
	vml_areas_drop(&spares);
	return err;
}
