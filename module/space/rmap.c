// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Reverse mapping
 *
 * From a frame to everywhere it is mapped: its owner is a family, in which the
 * objects are looked through for those that have the frame at its index; the
 * areas over an object are in a tree by index; an area tells the address; and
 * there the shadow entry tells whether the frame is mapped. Nothing is stored
 * for it but one pointer and one number in the frame, as with Linux's
 * object-based reverse mapping (mm/rmap.c).
 *
 * Before a frame leaves an index, or may no longer be written to, what shows it
 * must go: first the real entries, then the shadow entries, so that there is
 * never a real entry without a shadow one. That nobody puts new ones in between
 * is the caller's business: he holds the lock of the index, see
 * vml_object_lock(), or the family's sem for writing.
 */
#include <vmlab/event.h>
#include <vmlab/rmap.h>
#include <vmlab/space.h>

#include <linux/minmax.h>

/* Where in a space an area shows indices of a range. */
static u64 start_of(const struct vml_space_area *area, u32 first)
{
	return vml_area_address(area, max(first, area->index));
}

static u64 end_of(const struct vml_space_area *area, u32 last)
{
	u32 of_area = area->index + vml_area_nr(area) - 1;

	return vml_area_address(area, min(last, of_area)) + VML_FRAME_SIZE;
}

static bool walk_areas(struct vml_object *object, struct vml_frame *frame,
		       u32 index, vml_rmap_fn fn, void *arg)
{
	struct vml_space_area *area = NULL;

	while ((area = vml_object_area(object, area, index, index))) {
		u64 address = vml_area_address(area, index);
		u64 entry = vml_ptable_get(&area->space->ptable, address, NULL);

		if (!(entry & VML_ENTRY_PRESENT) ||
		    vml_entry_frame_at(entry, address) !=
		    vml_frame_number(frame))
			continue;
		if (!fn(area->space, address, entry, arg))
			return false;
	}
	return true;
}

/**
 * vml_rmap_walk() - find all that map a frame
 * @frame: a frame of content, maybe inside a block, which stays it: the caller
 *	holds the sem of its family, and if it is of a block, the lock of its index
 * @fn: called for each address
 * @arg: for @fn
 *
 * Context: process; takes the family's lock, and page tables' in turn.
 */
void vml_rmap_walk(struct vml_frame *frame, vml_rmap_fn fn, void *arg)
{
	struct vml_frame *head = vml_frame_head(frame);
	struct vml_family *family = head->owner;
	u32 index = head->index + (u32)(frame - head);
	struct vml_object *object;

	spin_lock(&family->lock);
	list_for_each_entry(object, &family->objects, sibling) {
		u64 slot = vml_tree_get(&object->tree, index, NULL);

		if (vml_slot_frame(slot) == frame &&
		    !walk_areas(object, frame, index, fn, arg))
			break;
	}
	spin_unlock(&family->lock);
}

/* Whether any shadow entry shows anything of a range. */
static bool is_shown(struct vml_object *object, u32 first, u32 last)
{
	struct vml_space_area *area = NULL;
	bool found = false;

	spin_lock(&object->family->lock);
	while (!found && (area = vml_object_area(object, area, first, last))) {
		u64 address = start_of(area, first);

		found = vml_ptable_next(&area->space->ptable, &address,
					end_of(area, last), NULL);
	}
	spin_unlock(&object->family->lock);
	return found;
}

static u32 mask(struct vml_object *object, u32 first, u32 nr, u64 keep)
{
	struct vml_space_area *area = NULL;
	u32 last = first + nr - 1, masked = 0;

	if (!nr || !is_shown(object, first, last))
		return 0;
	vml_space_ops->zap(object, first, nr);
	spin_lock(&object->family->lock);
	while ((area = vml_object_area(object, area, first, last)))
		masked += vml_ptable_mask(&area->space->ptable,
					  start_of(area, first),
					  end_of(area, last), keep);
	spin_unlock(&object->family->lock);
	vml_step(VMLAB_STORY_STEP_ZAP, first, last - first + 1, masked);
	return masked;
}

/**
 * vml_rmap_unmap() - take away all entries that show indices of an object
 * @object: the object
 * @first: first index
 * @nr: how many
 *
 * Those of its clones stay. Without any, the floor above is not troubled.
 *
 * Context: process; the lock of the index held, or the family's sem for
 * writing. Takes the family's lock, and page tables' in turn.
 * Return: how many shadow entries there were.
 */
u32 vml_rmap_unmap(struct vml_object *object, u32 first, u32 nr)
{
	return mask(object, first, nr, 0);
}

/**
 * vml_rmap_protect() - take away the right to write indices of an object
 * @object: the object
 * @first: first index
 * @nr: how many
 *
 * Real entries go, and come back without the right by a minor fault.
 *
 * Context: as vml_rmap_unmap().
 * Return: how many shadow entries there are.
 */
u32 vml_rmap_protect(struct vml_object *object, u32 first, u32 nr)
{
	return mask(object, first, nr, ~VML_ENTRY_WRITE);
}
