// SPDX-License-Identifier: GPL-2.0
/* VMLAB_IOC_WALK: walk many addresses of one process in one call. */
#include <vmlab/vector.h>
#include <vmlab/kernel.h>
#include <vmlab/target.h>
#include <vmlab/walk.h>

#include <linux/capability.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

/*
 * Addresses are walked in batches that fit the stack: user memory, which may
 * fault, is only touched between them, while nothing is locked.
 */
#define BATCH	16

/**
 * struct vector - a request that is under way
 * @mm: whose tables
 * @admin: the caller may see frames and the kernel half
 * @vma: the area of the last address; good while mmap_lock is held
 */
struct vector {
	struct mm_struct *mm;
	bool admin;
	struct vm_area_struct *vma;
};

static struct vm_area_struct *area_of(struct vector *v, u64 addr)
{
	if (!v->vma || addr < v->vma->vm_start || addr >= v->vma->vm_end) {
		v->vma = find_vma(v->mm, addr);
		if (v->vma && addr < v->vma->vm_start)
			v->vma = NULL;
	}
	return v->vma;
}

static int walk_one(struct vector *v, u64 addr, struct vml_leaf *leaf)
{
	struct vml_walk walk;

	if (likely(addr < TASK_SIZE_MAX)) {
		vml_walk_address(v->mm, area_of(v, addr), addr, &walk, false);
	} else if (!vml_is_kernel_address(addr)) {
		return -ERANGE;
	} else if (!v->admin) {
		return -EPERM;
	} else {
		vml_walk_kernel(vml_kernel_pgd(), addr, &walk);
	}
	*leaf = walk.leaf;
	return 0;
}

static int read_addresses(struct vml_leaf *batch, unsigned int nr,
			  const struct vmlab_walk_entry __user *from)
{
	unsigned int i;

	if (!user_read_access_begin(from, nr * sizeof(*from)))
		return -EFAULT;
	for (i = 0; i < nr; i++)
		unsafe_get_user(batch[i].raw, &from[i].address, fault);
	user_read_access_end();
	return 0;
fault:
	user_read_access_end();
	return -EFAULT;
}

static int walk_batch(struct vector *v, struct vml_leaf *batch, unsigned int nr)
{
	unsigned int i;
	int err = 0;

	if (mmap_read_lock_killable(v->mm))
		return -EINTR;
	v->vma = NULL;
	for (i = 0; i < nr && !err; i++)
		err = walk_one(v, batch[i].raw, &batch[i]);
	mmap_read_unlock(v->mm);
	return err;
}

static void withhold(struct vml_leaf *leaf)
{
	leaf->raw = vml_entry_withhold(leaf->level, leaf->raw);
	leaf->number = 0;
	leaf->swap_type = 0;
}

static int write_entries(const struct vml_leaf *batch, unsigned int nr,
			 struct vmlab_walk_entry __user *to)
{
	unsigned int i;

	if (!user_write_access_begin(to, nr * sizeof(*to)))
		return -EFAULT;
	for (i = 0; i < nr; i++) {
		const struct vml_leaf *leaf = &batch[i];

		unsafe_put_user(leaf->raw, &to[i].entry, fault);
		unsafe_put_user(leaf->number, &to[i].number, fault);
		unsafe_put_user(leaf->flags, &to[i].flags, fault);
		unsafe_put_user(leaf->level, &to[i].level, fault);
		unsafe_put_user(leaf->state, &to[i].state, fault);
		unsafe_put_user(leaf->swap_type, &to[i].swap_type, fault);
		unsafe_put_user(leaf->pkey, &to[i].pkey, fault);
	}
	user_write_access_end();
	return 0;
fault:
	user_write_access_end();
	return -EFAULT;
}

static int do_batch(struct vector *v, struct vmlab_walk_entry __user *entries,
		    unsigned int nr)
{
	struct vml_leaf batch[BATCH];
	unsigned int i;
	int err;

	err = read_addresses(batch, nr, entries);
	if (!err)
		err = walk_batch(v, batch, nr);
	if (err)
		return err;
	if (!v->admin)
		for (i = 0; i < nr; i++)
			withhold(&batch[i]);
	return write_entries(batch, nr, entries);
}

static int do_entries(struct vector *v, struct vmlab_walk_entry __user *entries,
		      u32 count)
{
	unsigned int nr;
	int err = 0;

	for (; count && !err; count -= nr, entries += nr) {
		nr = min_t(u32, count, BATCH);
		err = do_batch(v, entries, nr);
		cond_resched();
	}
	return err;
}

/**
 * vml_walk_vector() - walk a vector of addresses
 * @arg: the request, in user memory
 *
 * The answers of the batches before an error are in place.
 *
 * Context: may sleep and fault.
 * Return: 0; -EINVAL for a count out of range or a reserved field that is
 * not zero, -EFAULT for user memory that cannot be used, -ERANGE for an
 * address that is not canonical, -EPERM, -ESRCH, -EINTR.
 */
long vml_walk_vector(const struct vmlab_walk_vec __user *arg)
{
	struct vector v = { .admin = capable(CAP_SYS_ADMIN) };
	struct vml_target target;
	struct vmlab_walk_vec req;
	const char *why;
	int err;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (!req.count || req.count > VMLAB_WALK_MAX || req.flags || req.pad)
		return -EINVAL;

	if (!req.pid && current->mm) {
		v.mm = current->mm;
		return do_entries(&v, u64_to_user_ptr(req.entries), req.count);
	}
	err = vml_target_get(&target, req.pid, v.admin, &why);
	if (err)
		return err;
	v.mm = target.mm;
	err = do_entries(&v, u64_to_user_ptr(req.entries), req.count);
	vml_target_put(&target);
	return err;
}
