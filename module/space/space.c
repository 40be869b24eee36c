// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Spaces and their locks
 *
 * A space is one process's areas and its shadow page table. Two rules hold at
 * every moment: a shadow entry maps a frame only while an area shows an object
 * there that has the frame, or no frame if it is the one of zeroes; and a real
 * entry exists only where a shadow entry gives at least its rights to the same
 * frame. So what adds goes from the object to the shadow entry to the real one,
 * and what takes away the other way round.
 *
 * The order of locks:
 *
 *	space->lock	areas; a fault has it until the real entry is in
 *	family->sem	whole objects
 *	vml_object_lock()	what happens at an index
 *	(locks of the floor above, in ops->insert() and ops->zap())
 *	family->lock	trees, the areas over objects; spins
 *	ptable->lock	shadow entries; spins
 *	(locks of the allocator)
 *
 * None is taken twice. In particular, who has the lock of a space never takes
 * another's: another's entries are reached through the object, under the locks
 * that spin. And these are never held over a call that leads up, nor over an
 * allocation: what may be needed is allocated before, and looked for again
 * after. So reclaim, which waits for none of these locks but only tries, can be
 * called whenever something is allocated.
 */
#include <vmlab/alloc.h>
#include <vmlab/space.h>

#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/string.h>

const struct vml_space_ops *vml_space_ops __read_mostly;
struct vml_frame *vml_zero_frame __read_mostly;

/**
 * vml_space_start() - once, before there are spaces or objects
 * @ops: what the floor above does
 *
 * Context: process; may sleep.
 * Return: 0, or -ENOMEM if there is no frame for the zeroes.
 */
int vml_space_start(const struct vml_space_ops *ops)
{
	vml_zero_frame = vml_alloc(0, VML_REQ(VML_HIGHMEM, VML_UNMOVABLE) |
				      VML_REQ_RECLAIM | VML_REQ_ZERO);
	if (!vml_zero_frame)
		return -ENOMEM;
	vml_object_init();
	vml_space_ops = ops;
	return 0;
}

/**
 * vml_space_stop() - once there are no spaces nor objects any more
 */
void vml_space_stop(void)
{
	vml_put(vml_zero_frame);
	vml_zero_frame = NULL;
	vml_space_ops = NULL;
}

/**
 * vml_space_init() - make an empty space
 * @space: to be filled in
 * @geometry: of its shadow page table
 * @base: first address that it can map
 * @span: bytes from there on
 *
 * Context: process; may sleep.
 * Return: 0, or as vml_ptable_init().
 */
int vml_space_init(struct vml_space *space, const struct vml_geometry *geometry,
		   u64 base, u64 span)
{
	memset(space, 0, sizeof(*space));
	init_rwsem(&space->lock);
	space->areas = RB_ROOT;
	return vml_ptable_init(&space->ptable, geometry, base, span);
}

/**
 * vml_space_charge() - say for whom the page table's frames count
 * @space: new
 * @charge: his account; a reference goes to the space
 */
void vml_space_charge(struct vml_space *space, struct vml_charge *charge)
{
	space->ptable.charge = charge;
	vml_charge_add(charge, 1U << space->ptable.order);
}

/**
 * vml_space_fini() - end a space
 * @space: which nobody uses any more, and that has no real entries
 *
 * Context: process; takes its locks, and those of its objects' families.
 */
void vml_space_fini(struct vml_space *space)
{
	vml_area_unmap_all(space);
	vml_ptable_fini(&space->ptable);
	vml_charge_sub(space->ptable.charge, 1U << space->ptable.order);
	vml_charge_put(space->ptable.charge);
}
