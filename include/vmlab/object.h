/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_OBJECT_H
#define _VMLAB_OBJECT_H

#include <vmlab/policy.h>
#include <vmlab/tree.h>

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

struct vml_space_area;

/**
 * struct vml_family - objects that were cloned from each other
 * @refs: one of each object
 * @sem: held for reading while an index is at work, for writing by what
 *	concerns whole objects: clone, truncate, punch
 * @lock: protects what follows, and of all objects of the family the trees,
 *	unless @sem is held for writing, and the areas
 * @objects: they, by @sibling
 *
 * Whatever frames they share are shared in the family, and a frame has the same
 * index in all: owner and index of a frame of content are its family and that.
 */
struct vml_family {
	atomic_t refs;
	struct rw_semaphore sem;
	spinlock_t lock; /* protects what follows, and see above */
	struct list_head objects;
};

/**
 * struct vml_object - content, from index to frame
 * @family: that it belongs to
 * @sibling: in the list of the family
 * @refs: of areas and others that need it; the last frees it
 * @size: indices from there on do not exist; changes under @family->sem
 * @tree: the frames
 * @areas: those over it, by index: an interval tree
 * @huge: may be given blocks of huge slots; off in a new object, and as the
 *	original's in a clone
 * @policies: where its frames shall be; under @family->lock
 * @backed: an index without content has what the floor above has behind it, and
 *	not zeroes; such an object has no clones
 * @drops: how often content was dropped from one that is backed
 * @host: the floor above's; NULL in a new object or clone
 */
struct vml_object {
	struct vml_family *family;
	struct list_head sibling;
	atomic_t refs;
	u32 size;
	struct vml_tree tree;
	struct rb_root_cached areas;
	bool huge;
	struct vml_policies policies;
	bool backed;
	u32 drops;
	void *host;
};

void vml_object_init(void);
struct vml_object *vml_object_create(u32 size);
void vml_object_charge(struct vml_object *object, struct vml_charge *charge);
struct vml_object *vml_object_clone(struct vml_object *object);
void vml_object_get(struct vml_object *object);
void vml_object_put(struct vml_object *object);
int vml_object_resize(struct vml_object *object, u32 size);
int vml_object_punch(struct vml_object *object, u32 first, u32 nr);
u64 vml_object_next(struct vml_object *object, u32 *index);
int vml_object_read(struct vml_object *object, u32 index, unsigned int offset,
		    void *to, unsigned int len);
int vml_object_write(struct vml_object *object, u32 index, unsigned int offset,
		     const void *from, unsigned int len);
void vml_object_stat(struct vml_object *object, struct vml_tree_stat *stat);

void vml_object_link(struct vml_space_area *area);
void vml_object_unlink(struct vml_space_area *area);
struct vml_space_area *vml_object_area(struct vml_object *object,
				       struct vml_space_area *area, u32 first,
				       u32 last);

#define VML_OBJECT_LOCKS	64	/* a power of two */

extern struct mutex vml_object_locks[VML_OBJECT_LOCKS];

/**
 * vml_object_lock() - what orders all that happens at an index
 * @object: the object
 * @index: the index
 *
 * Nobody takes two at once: those of different indices may be the same.
 */
static inline struct mutex *vml_object_lock(const struct vml_object *object,
					    u32 index)
{
	uintptr_t family = (uintptr_t)object->family / sizeof(*object->family);

	return &vml_object_locks[(family + index / VML_TREE_SLOTS) %
				 VML_OBJECT_LOCKS];
}

/**
 * vml_object_place() - what a request for the frame of an index adds
 * @object: the object
 * @index: the index
 * @order: see vml_policy_find_place()
 *
 * Context: process; takes the family's lock where the object has policies.
 * Return: VML_REQ_*.
 */
static inline u32 vml_object_place(struct vml_object *object, u32 index,
				   unsigned int order)
{
	if (likely(!READ_ONCE(object->policies.nr)))
		return 0;
	return vml_policy_find_place(object, index, order);
}

#endif /* _VMLAB_OBJECT_H */
