// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Objects
 *
 * An object is content by index, whoever looks at it: Linux's address_space. It
 * knows its frames by a tree, and by another the areas that show it.
 *
 * A clone shows what the object was when it was made, for ever: it shares the
 * tree, see module/space/tree.c, and before that nobody can write any more
 * without asking, as all real entries of the object are taken away. Objects that
 * were cloned from each other are a family (with Linux, the areas of one
 * anon_vma root). It has the locks, as they have tables and frames in common.
 *
 * What happens at an index is ordered by a mutex out of a hash table, chosen by
 * family and by what a lowest table holds: it is held from the look at the slot
 * until the real entry is in, and by whoever takes real entries away. So faults
 * of different programs, or far from each other, are not in each other's way,
 * and who holds none knows nothing about real entries. Linux's huge pages are
 * faulted in so (hugetlb_fault_mutex_hash() in mm/hugetlb.c), its small ones
 * under the lock of their page.
 */
#include <vmlab/area.h>
#include <vmlab/huge.h>
#include <vmlab/object.h>
#include <vmlab/rmap.h>
#include <vmlab/space.h>

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/interval_tree_generic.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>

/* See vml_object_lock(). */
struct mutex vml_object_locks[VML_OBJECT_LOCKS];

/* === Areas over an object === */

static u32 first_index(const struct vml_space_area *area)
{
	return area->index;
}

static u32 last_index(const struct vml_space_area *area)
{
	return area->index + vml_area_nr(area) - 1;
}

INTERVAL_TREE_DEFINE(struct vml_space_area, over, u32, over_last,
		     first_index, last_index, static, over)

/**
 * vml_object_link() - an area shows its object from now on
 * @area: with all its fields set
 *
 * Context: the family's lock held.
 */
void vml_object_link(struct vml_space_area *area)
{
	lockdep_assert_held(&area->object->family->lock);
	over_insert(area, &area->object->areas);
}

/**
 * vml_object_unlink() - an area shows its object no longer
 * @area: with its fields as they were in vml_object_link()
 *
 * Context: the family's lock held.
 */
void vml_object_unlink(struct vml_space_area *area)
{
	lockdep_assert_held(&area->object->family->lock);
	over_remove(area, &area->object->areas);
}

/**
 * vml_object_area() - the next area that shows any of a range
 * @object: the object
 * @area: the one before; NULL for the first
 * @first: first index of the range
 * @last: last index
 *
 * Context: the family's lock held.
 * Return: NULL after the last.
 */
struct vml_space_area *vml_object_area(struct vml_object *object,
				       struct vml_space_area *area, u32 first,
				       u32 last)
{
	lockdep_assert_held(&object->family->lock);
	if (area)
		return over_iter_next(area, first, last);
	return over_iter_first(&object->areas, first, last);
}

/* === Life === */

/**
 * vml_object_init() - once, before there are objects
 */
void vml_object_init(void)
{
	unsigned int i;

	for (i = 0; i < VML_OBJECT_LOCKS; i++)
		mutex_init(&vml_object_locks[i]);
}

static void put_family(struct vml_family *family)
{
	if (atomic_dec_and_test(&family->refs))
		kfree(family);
}

static struct vml_object *new_object(struct vml_family *family, u32 size)
{
	struct vml_object *object = kzalloc(sizeof(*object), GFP_KERNEL);

	if (!object)
		return NULL;
	object->family = family;
	object->size = size;
	object->areas = RB_ROOT_CACHED;
	atomic_set(&object->refs, 1);
	return object;
}

/**
 * vml_object_create() - make an empty object
 * @size: how many indices it has
 *
 * Context: process; may sleep.
 * Return: with one reference, the caller's; NULL if there is no memory.
 */
struct vml_object *vml_object_create(u32 size)
{
	struct vml_family *family = kzalloc(sizeof(*family), GFP_KERNEL);
	struct vml_object *object;

	if (!family)
		return NULL;
	init_rwsem(&family->sem);
	spin_lock_init(&family->lock);
	INIT_LIST_HEAD(&family->objects);
	atomic_set(&family->refs, 1);
	object = new_object(family, size);
	if (!object) {
		kfree(family);
		return NULL;
	}
	list_add(&object->sibling, &family->objects);
	return object;
}

/**
 * vml_object_charge() - say for whom an object's frames count
 * @object: new and empty, and not cloned yet
 * @charge: his account; a reference goes to the object
 *
 * Those of clones count for him too.
 */
void vml_object_charge(struct vml_object *object, struct vml_charge *charge)
{
	object->tree.charge = charge;
}

/**
 * vml_object_clone() - make an object of what another is now
 * @object: the original, which is not backed: what its indices without content
 *	have could change behind the clone
 *
 * Context: process; takes the family's locks. Takes as long as it takes to
 * look at the entries that show the object, but copies nothing.
 * Return: with one reference, the caller's; NULL if it is backed, or there is no
 * memory.
 */
struct vml_object *vml_object_clone(struct vml_object *object)
{
	struct vml_family *family = object->family;
	struct vml_object *clone;

	if (object->backed)
		return NULL;
	clone = new_object(family, 0);
	if (!clone)
		return NULL;
	if (vml_policy_copy(&clone->policies, object)) {
		kfree(clone);
		return NULL;
	}
	vml_charge_get(object->tree.charge);
	atomic_inc(&family->refs);
	down_write(&family->sem);
	clone->size = object->size;
	clone->huge = object->huge;
	vml_rmap_protect(object, 0, object->size);
	vml_tree_share(&clone->tree, &object->tree);
	spin_lock(&family->lock);
	list_add(&clone->sibling, &family->objects);
	spin_unlock(&family->lock);
	up_write(&family->sem);
	return clone;
}

/**
 * vml_object_get() - take another reference
 * @object: to which the caller has one
 */
void vml_object_get(struct vml_object *object)
{
	atomic_inc(&object->refs);
}

/**
 * vml_object_put() - drop a reference
 * @object: the object; with the last, its frames go
 *
 * Context: process; takes the family's locks, and with the last reference tells
 * ops->release without them.
 */
void vml_object_put(struct vml_object *object)
{
	struct vml_family *family = object->family;

	if (!atomic_dec_and_test(&object->refs))
		return;
	down_write(&family->sem);
	spin_lock(&family->lock);
	list_del(&object->sibling);
	spin_unlock(&family->lock);
	vml_tree_fini(&object->tree);
	up_write(&family->sem);
	if (vml_space_ops->release)
		vml_space_ops->release(object);
	vml_policy_fini(&object->policies);
	vml_charge_put(object->tree.charge);
	kfree(object);
	put_family(family);
}

/* === Content === */

/*
 * Empties a range for which the stock has the tables, else says how many it
 * takes; -EAGAIN if something is looked at just now by somebody who soon will
 * have done. The sem is held for writing.
 */
static int clear(struct vml_object *object, u32 first, u32 last,
		 struct vml_stock *stock)
{
	unsigned int lacking;

	lacking = vml_tree_clear_lacking(&object->tree, first, last);
	if (lacking > stock->nr)
		return lacking;
	if (vml_huge_cut(object, first, last, stock))
		return -EAGAIN;
	if (first < object->size)
		vml_rmap_unmap(object, first,
			       min(last, object->size - 1) - first + 1);
	object->drops++;
	return vml_tree_clear(&object->tree, first, last, stock);
}

/* Sees to what clear() lacked. */
static int overcome(struct vml_stock *stock, int lacking)
{
	if (lacking >= 0)
		return vml_stock_fill(stock, lacking);
	cond_resched();
	return 0;
}

/**
 * vml_object_punch() - empty a range
 * @object: the object
 * @first: first index
 * @nr: how many indices
 *
 * Who looks there then, sees zeroes, or what is behind the object.
 *
 * Context: process; takes the family's locks.
 * Return: 0; -EINVAL if the range runs over, -ENOMEM if tables that are shared
 * with a clone cannot be copied.
 */
int vml_object_punch(struct vml_object *object, u32 first, u32 nr)
{
	struct vml_stock stock = VML_STOCK(0);
	int lacking, err = 0;

	if (!nr)
		return 0;
	if (first + nr - 1 < first)
		return -EINVAL;
	do {
		down_write(&object->family->sem);
		lacking = clear(object, first, first + nr - 1, &stock);
		up_write(&object->family->sem);
		err = overcome(&stock, lacking);
	} while (lacking && !err);
	vml_stock_empty(&stock);
	return err;
}

/**
 * vml_object_resize() - change where an object ends
 * @object: the object
 * @size: from where on there are no indices
 *
 * What it gains is empty.
 *
 * Context: process; takes the family's locks.
 * Return: 0; -ENOMEM as with vml_object_punch().
 */
int vml_object_resize(struct vml_object *object, u32 size)
{
	struct vml_stock stock = VML_STOCK(0);
	int lacking, err = 0;

	do {
		down_write(&object->family->sem);
		lacking = 0;
		if (size < object->size)
			lacking = clear(object, size, U32_MAX, &stock);
		if (!lacking)
			object->size = size;
		up_write(&object->family->sem);
		err = overcome(&stock, lacking);
	} while (lacking && !err);
	vml_stock_empty(&stock);
	return err;
}

/**
 * vml_object_next() - the next index that has content
 * @object: the object
 * @index: where to begin; set to the index
 *
 * Context: process; takes the family's lock.
 * Return: its slot as it was; 0 if there is none.
 */
u64 vml_object_next(struct vml_object *object, u32 *index)
{
	u64 slot;

	down_read(&object->family->sem);
	spin_lock(&object->family->lock);
	slot = vml_tree_next(&object->tree, index, U32_MAX);
	spin_unlock(&object->family->lock);
	up_read(&object->family->sem);
	return slot;
}

/**
 * vml_object_stat() - count what an object has
 * @object: the object
 * @stat: filled in
 *
 * Context: process; takes the family's locks.
 */
void vml_object_stat(struct vml_object *object, struct vml_tree_stat *stat)
{
	down_write(&object->family->sem);
	vml_tree_stat(&object->tree, stat);
	up_write(&object->family->sem);
}
