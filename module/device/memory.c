// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Memories
 *
 * What a descriptor of /dev/vmlab stands for: an object, and what Linux wants to
 * know of a file. All are found by their number, some by a name.
 */
#include "inode.h"

#include <vmlab/backing.h>
#include <vmlab/file.h>
#include <vmlab/memory.h>
#include <vmlab/pool.h>

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#define BYTES_MAX	((u64)U32_MAX << VML_FRAME_SHIFT)

static bool huge;
module_param(huge, bool, 0644);
MODULE_PARM_DESC(huge, "whether new memories have VMLAB_MEMORY_HUGE (default no)");

/* === All of them === */

static DEFINE_XARRAY_ALLOC1(memories);
static u32 next_id;

/* Names are given and looked for under it; before memory->lock. */
static DEFINE_MUTEX(names);

/**
 * vml_memory_next() - go through all memories
 * @id: 0 at first; set to that of the memory
 *
 * Return: the one after @id, with a reference; NULL after the last.
 */
struct vml_memory *vml_memory_next(u32 *id)
{
	unsigned long index = *id;
	struct vml_memory *memory;

	xa_lock(&memories);
	do {
		memory = xa_find_after(&memories, &index, U32_MAX, XA_PRESENT);
	} while (memory && !kref_get_unless_zero(&memory->refs));
	xa_unlock(&memories);
	*id = index;
	return memory;
}

static bool may_open(const struct vml_memory *memory, fmode_t mode)
{
	umode_t want = (mode & FMODE_READ ? 4 : 0) |
		       (mode & FMODE_WRITE ? 2 : 0);
	umode_t have = memory->mode;

	if (uid_eq(memory->owner, current_fsuid()))
		have >>= 6;
	else if (in_group_p(memory->group))
		have >>= 3;
	return !(want & ~have) || capable(CAP_DAC_OVERRIDE);
}

static struct vml_memory *named(const char *name)
{
	struct vml_memory *memory;
	u32 id = 0;

	lockdep_assert_held(&names);
	while ((memory = vml_memory_next(&id))) {
		if (!strcmp(memory->name, name))
			return memory;
		vml_memory_put(memory);
	}
	return NULL;
}

/**
 * vml_memory_named() - find a memory by its name
 * @name: not empty
 * @mode: FMODE_READ, FMODE_WRITE: what the caller wants to do
 *
 * Return: with a reference; -ENOENT if none has it, -EACCES if the caller may
 * not.
 */
struct vml_memory *vml_memory_named(const char *name, fmode_t mode)
{
	struct vml_memory *memory;

	mutex_lock(&names);
	memory = named(name);
	mutex_unlock(&names);
	if (!memory)
		return ERR_PTR(-ENOENT);
	if (!may_open(memory, mode)) {
		vml_memory_put(memory);
		return ERR_PTR(-EACCES);
	}
	return memory;
}

/**
 * vml_memory_name() - give a memory a name
 * @memory: not mapped yet
 * @name: not empty
 * @mode: who else may open it
 *
 * Return: 0; -EBUSY if it was mapped or has a name, -EEXIST if another has this
 * one.
 */
int vml_memory_name(struct vml_memory *memory, const char *name, umode_t mode)
{
	struct vml_memory *other;
	int err = 0;

	mutex_lock(&names);
	other = named(name);
	mutex_lock(&memory->lock);
	if (memory->mapped || memory->name[0]) {
		err = -EBUSY;
	} else if (other) {
		err = -EEXIST;
	} else {
		vml_inode_name(memory->file, name);
		strscpy(memory->name, name, sizeof(memory->name));
		memory->mode = mode;
	}
	mutex_unlock(&memory->lock);
	mutex_unlock(&names);
	if (other)
		vml_memory_put(other);
	return err;
}

/* === Life === */

/* For fstat() of a clone's descriptor. */
static void show_size(struct vml_memory *memory)
{
	if (!memory->from_fork)
		i_size_write(file_inode(memory->file), memory->bytes);
}

static struct vml_memory *new_memory(void)
{
	struct vml_memory *memory = kzalloc(sizeof(*memory),
					    GFP_KERNEL_ACCOUNT);
	int err;

	if (!memory)
		return ERR_PTR(-ENOMEM);
	kref_init(&memory->refs);
	mutex_init(&memory->lock);
	memory->mode = 0600;
	current_fsuid_fsgid(&memory->owner, &memory->group);
	err = xa_alloc_cyclic(&memories, &memory->id, NULL, xa_limit_32b,
			      &next_id, GFP_KERNEL_ACCOUNT);
	if (err < 0) {
		kfree(memory);
		return ERR_PTR(err);
	}
	return memory;
}

static void drop_new(struct vml_memory *memory)
{
	xa_erase(&memories, memory->id);
	kfree(memory);
}

/* From now on others can find it. */
static struct vml_memory *publish(struct vml_memory *memory)
{
	memory->object->host = memory;
	xa_store(&memories, memory->id, memory, GFP_KERNEL_ACCOUNT);
	return memory;
}

/**
 * vml_memory_create() - make an empty memory that grows to what is mapped of it
 * @admin: its frames count for nobody who has a limit
 *
 * Context: process; may sleep.
 * Return: with a reference, the caller's, or -ENOMEM.
 */
struct vml_memory *vml_memory_create(bool admin)
{
	struct vml_memory *memory = new_memory();
	struct vml_charge *charge;
	int err = -ENOMEM;

	if (IS_ERR(memory))
		return memory;
	memory->flags = VMLAB_MEMORY_GROWS;
	charge = vml_account_open(memory->owner, admin);
	if (!charge)
		goto drop_new;
	memory->object = vml_object_create(0);
	if (!memory->object)
		goto put_charge;
	vml_object_charge(memory->object, charge);
	if (READ_ONCE(huge))
		vml_memory_set_flags(memory, VMLAB_MEMORY_HUGE);
	memory->file = vml_inode_create(memory);
	err = PTR_ERR_OR_ZERO(memory->file);
	if (err)
		goto put_object;
	return publish(memory);

put_object:
	vml_object_put(memory->object);
	goto drop_new;
put_charge:
	vml_charge_put(charge);
drop_new:
	drop_new(memory);
	return ERR_PTR(err);
}

/**
 * vml_memory_clone() - make a memory of what another is now
 * @memory: the original
 * @from_fork: for areas of Linux that have the original's file
 *
 * Context: process; may sleep.
 * Return: with a reference, the caller's; -EOPNOTSUPP if there is a file behind
 * the original, or -ENOMEM.
 */
struct vml_memory *vml_memory_clone(struct vml_memory *memory, bool from_fork)
{
	struct vml_memory *clone = new_memory();
	int err = -ENOMEM;

	if (IS_ERR(clone))
		return clone;
	clone->parent = memory->id;
	clone->from_fork = from_fork;
	mutex_lock(&memory->lock);
	if (from_fork)
		WRITE_ONCE(memory->has_copies, true);
	clone->flags = memory->flags;
	clone->bytes = memory->bytes;
	vml_pool_enter();
	clone->object = vml_object_clone(memory->object);
	vml_pool_leave();
	if (memory->backing)
		err = -EOPNOTSUPP;
	mutex_unlock(&memory->lock);
	if (!clone->object)
		goto drop_new;
	clone->file = from_fork ? get_file(memory->file) : vml_inode_create(clone);
	err = PTR_ERR_OR_ZERO(clone->file);
	if (err)
		goto put_object;
	show_size(clone);
	return publish(clone);

put_object:
	vml_pool_enter();
	vml_object_put(clone->object);
	vml_pool_leave();
drop_new:
	drop_new(clone);
	return ERR_PTR(err);
}

/**
 * vml_memory_get() - take another reference
 * @memory: to which the caller has one
 */
void vml_memory_get(struct vml_memory *memory)
{
	kref_get(&memory->refs);
}

/* Of all, the number is the last to go, so that it tells two memories apart. */
static void destroy(struct vml_memory *memory)
{
	vml_pool_enter();
	vml_object_put(memory->object);
	vml_pool_leave();
	fput(memory->file);
	xa_erase(&memories, memory->id);
	kfree(memory);
}

static void release(struct kref *refs)
{
	struct vml_memory *memory = container_of(refs, struct vml_memory, refs);

	if (memory->backing)
		vml_file_detach(memory, NULL, destroy);
	else
		destroy(memory);
}

static void release_written(struct kref *refs)
{
	struct vml_memory *memory = container_of(refs, struct vml_memory, refs);
	DECLARE_COMPLETION_ONSTACK(done);

	if (!memory->backing) {
		destroy(memory);
		return;
	}
	vml_file_detach(memory, &done, destroy);
	wait_for_completion(&done);
}

/**
 * vml_memory_put() - drop a reference
 * @memory: the memory; with the last one its content goes, after it was written
 *	back where there is a file behind it
 *
 * Context: process; may sleep, but not in vml_pool_enter().
 */
void vml_memory_put(struct vml_memory *memory)
{
	kref_put(&memory->refs, release);
}

/**
 * vml_memory_put_written() - drop a reference, and wait
 * @memory: as with vml_memory_put(), but all is written then
 *
 * Context: process, no lock held; may sleep.
 */
void vml_memory_put_written(struct vml_memory *memory)
{
	kref_put(&memory->refs, release_written);
}

/**
 * vml_memory_of_file() - the memory that a file of our file system is of
 * @file: the file
 *
 * Return: with a reference; NULL if it is gone, and only copies that fork() made
 * have the file.
 */
struct vml_memory *vml_memory_of_file(const struct file *file)
{
	struct vml_memory *memory;

	xa_lock(&memories);
	memory = xa_load(&memories, vml_inode_id(file));
	if (memory && !kref_get_unless_zero(&memory->refs))
		memory = NULL;
	xa_unlock(&memories);
	/* Its number may be another's now. */
	if (memory && file_inode(memory->file) != file_inode(file)) {
		vml_memory_put(memory);
		memory = NULL;
	}
	return memory;
}

/**
 * vml_memory_file() - make a further descriptor's file
 * @memory: what it stands for
 * @fops: what can be done with it
 * @data: its private_data
 *
 * Return: the file, or a negative errno.
 */
struct file *vml_memory_file(struct vml_memory *memory,
			     const struct file_operations *fops, void *data)
{
	struct file *file = vml_inode_open(memory->file, fops);

	if (IS_ERR(file))
		return file;
	file->f_mode |= FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE;
	file->private_data = data;
	return file;
}

/**
 * vml_memory_set_flags() - set what a user may
 * @memory: the memory
 * @flags: of VMLAB_MEMORY_FLAGS
 *
 * Context: process; may sleep.
 * Return: 0; -EOPNOTSUPP for any but none if it has a file behind it.
 */
int vml_memory_set_flags(struct vml_memory *memory, u32 flags)
{
	int err = 0;

	mutex_lock(&memory->lock);
	if (memory->backing && flags) {
		err = -EOPNOTSUPP;
	} else {
		WRITE_ONCE(memory->flags, flags |
			   (memory->flags & ~VMLAB_MEMORY_FLAGS));
		WRITE_ONCE(memory->object->huge, flags & VMLAB_MEMORY_HUGE);
	}
	mutex_unlock(&memory->lock);
	return err;
}

/* === Size === */

static int resize(struct vml_memory *memory, u64 bytes)
{
	int err;

	lockdep_assert_held(&memory->lock);
	if (bytes > BYTES_MAX)
		return -EFBIG;
	vml_pool_enter();
	err = vml_object_resize(memory->object,
				DIV_ROUND_UP_ULL(bytes, VML_FRAME_SIZE));
	vml_pool_leave();
	if (!err) {
		WRITE_ONCE(memory->bytes, bytes);
		show_size(memory);
	}
	return err;
}

/* Writes so many zeroes at the end, if there is content in its frame. */
static int write_zeroes(struct vml_memory *memory, u64 end, u32 nr)
{
	u32 index = end >> VML_FRAME_SHIFT, next = index;
	int err = 0;

	vml_pool_enter();
	if (vml_object_next(memory->object, &next) && next == index)
		err = vml_object_write(memory->object, index,
				       end & (VML_FRAME_SIZE - 1),
				       page_address(ZERO_PAGE(0)), nr);
	vml_pool_leave();
	return err;
}

/*
 * What follows the end in its frame is zeroes, should it grow again. The frame is
 * made the memory's own first, as that can fail; then nothing is lost.
 */
static int shrink(struct vml_memory *memory, u64 bytes)
{
	u32 tail = -bytes & (VML_FRAME_SIZE - 1);
	int err = 0;

	if (tail)
		err = write_zeroes(memory, bytes, 0);
	if (!err)
		err = resize(memory, bytes);
	if (!err && tail)
		err = write_zeroes(memory, bytes, tail);
	/* As with a file, copies that Linux made of what is no more go too. */
	if (!err)
		unmap_mapping_pages(memory->file->f_mapping,
				    DIV_ROUND_UP_ULL(bytes, VML_FRAME_SIZE), 0,
				    true);
	return err;
}

/**
 * vml_memory_resize() - set how long a memory is
 * @memory: from now on it does not grow by itself
 * @bytes: any
 *
 * Context: process; may sleep.
 * Return: 0; -EFBIG for more than it can have, -EOPNOTSUPP if there is a file
 * behind it, -ENOMEM.
 */
int vml_memory_resize(struct vml_memory *memory, u64 bytes)
{
	int err;

	mutex_lock(&memory->lock);
	if (memory->backing)
		err = -EOPNOTSUPP;
	else
		err = bytes < memory->bytes ? shrink(memory, bytes) :
					      resize(memory, bytes);
	if (!err)
		memory->flags &= ~VMLAB_MEMORY_GROWS;
	mutex_unlock(&memory->lock);
	return err;
}

/**
 * vml_memory_grow() - have a memory that grows by itself be so long at least
 * @memory: the memory
 * @bytes: any
 *
 * Context: process; may sleep.
 * Return: 0, also if it does not grow by itself; -EFBIG, -ENOMEM.
 */
int vml_memory_grow(struct vml_memory *memory, u64 bytes)
{
	int err = 0;

	if (bytes <= READ_ONCE(memory->bytes))
		return 0;
	mutex_lock(&memory->lock);
	if (memory->flags & VMLAB_MEMORY_GROWS && bytes > memory->bytes)
		err = resize(memory, bytes);
	mutex_unlock(&memory->lock);
	return err;
}

/**
 * vml_memory_discard() - empty a range
 * @memory: the memory; where there is a file behind it, what is clean is dropped,
 *	so that it will be read again, and what is dirty stays
 * @start: first byte, a multiple of a frame
 * @size: bytes, a multiple of a frame
 *
 * Context: process; may sleep.
 * Return: 0; -EINVAL for what is no range of whole frames, -ENOMEM.
 */
int vml_memory_discard(struct vml_memory *memory, u64 start, u64 size)
{
	u32 first = start >> VML_FRAME_SHIFT, nr = size >> VML_FRAME_SHIFT;
	int err = 0;

	if ((start | size) & (VML_FRAME_SIZE - 1) || start + size < start ||
	    start + size > BYTES_MAX)
		return -EINVAL;
	vml_pool_enter();
	if (!READ_ONCE(memory->backing))
		err = vml_object_punch(memory->object, first, nr);
	else if (nr)
		vml_object_forget(memory->object, first, first + nr - 1);
	vml_pool_leave();
	return err;
}

/**
 * vml_memory_stat() - tell of a memory what a program may know
 * @memory: the memory
 * @stat: filled in
 *
 * Context: process; may sleep.
 */
void vml_memory_stat(struct vml_memory *memory, struct vmlab_memory *stat)
{
	struct vml_tree_stat tree;

	vml_object_stat(memory->object, &tree);
	memset(stat, 0, sizeof(*stat));
	mutex_lock(&memory->lock);
	stat->id = memory->id;
	stat->flags = memory->flags;
	stat->size = memory->bytes;
	stat->frames = tree.frames;
	stat->shared = tree.shared;
	stat->dirty = tree.dirty;
	stat->tables = tree.tables;
	stat->parent = memory->parent;
	stat->mode = memory->mode;
	strscpy(stat->name, memory->name, sizeof(stat->name));
	mutex_unlock(&memory->lock);
}
