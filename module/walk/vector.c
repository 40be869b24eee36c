// SPDX-License-Identifier: GPL-2.0
/* VMLAB_IOC_WALK: walk many addresses of one process in one call. */
#include <vmlab/vector.h>
#include <vmlab/kernel.h>
#include <vmlab/target.h>
#include <vmlab/walk.h>

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

/*
 * Addresses are walked in batches that fit the stack: user memory, which may
 * fault, is only touched between them, while nothing is locked.
 */
#define BATCH	16

/**
 * struct vector - a request that is under way
 * @mm: whose tables
 * @admin: the caller may see frames and the kernel half
 * @self: @mm is the caller's own
 */
struct vector {
	struct mm_struct *mm;
	bool admin;
	bool self;
};

static int walk_other(const struct vector *v, u64 addr, struct vml_leaf *leaf)
{
	struct vml_walk walk;

	if (!vml_is_kernel_address(addr))
		return -ERANGE;
	if (!v->admin)
		return -EPERM;
	vml_walk_kernel(vml_kernel_pgd(), addr, &walk);
	*leaf = walk.leaf;
	return 0;
}

static struct vm_area_struct *area_of(struct mm_struct *mm, u64 addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr ? vma : NULL;
}

static bool holds(const struct vm_area_struct *vma, u64 addr)
{
	return vma && addr >= vma->vm_start && addr < vma->vm_end;
}

/*
 * Neighbours in the vector are often of one area: it is looked up, and its
 * tables are held, once for all of them.
 */
static int walk_locked(const struct vector *v, struct vml_leaf *batch,
		       unsigned int nr)
{
	struct vm_area_struct *vma = NULL;
	unsigned int i;
	int err = 0;

	vml_walk_begin(vma);
	for (i = 0; i < nr && !err; i++) {
		u64 addr = batch[i].raw;

		if (unlikely(!vml_is_user_address(addr))) {
			err = walk_other(v, addr, &batch[i]);
			continue;
		}
		if (!holds(vma, addr)) {
			vml_walk_end(vma);
			vma = area_of(v->mm, addr);
			vml_walk_begin(vma);
		}
		vml_walk_leaf(v->mm, vma, addr, &batch[i]);
	}
	vml_walk_end(vma);
	return err;
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

static int walk_batch(const struct vector *v, struct vml_leaf *batch,
		      unsigned int nr)
{
	int err;

	if (mmap_read_lock_killable(v->mm))
		return -EINTR;
	err = walk_locked(v, batch, nr);
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

/* Kept out of line: the path without locks shall not set up its stack. */
static noinline int do_batch(const struct vector *v,
			     struct vmlab_walk_entry __user *entries,
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

/* Returns 1 where it was done, 0 where it takes the locks. */
static int do_lockless(const struct vector *v,
		       struct vmlab_walk_entry __user *entry)
{
	struct vml_leaf leaf;
	u64 addr;
	int err;

	if (get_user(addr, &entry->address))
		return -EFAULT;
	if (!vml_walk_lockless(v->mm, addr, &leaf))
		return 0;
	if (!v->admin)
		withhold(&leaf);
	err = write_entries(&leaf, 1, entry);
	return err ? err : 1;
}

static int do_entries(const struct vector *v,
		      struct vmlab_walk_entry __user *entries, u32 count)
{
	unsigned int nr;
	int err;

	for (;;) {
		nr = 1;
		err = v->self ? do_lockless(v, entries) : 0;
		if (!err) {
			nr = min_t(u32, count, BATCH);
			err = do_batch(v, entries, nr);
		}
		count -= nr;
		if (err < 0)
			return err;
		if (!count)
			return 0;
		entries += nr;
		cond_resched();
	}
}

static noinline int do_other(struct vector *v, const struct vmlab_walk_vec *req)
{
	struct vml_target target;
	const char *why;
	int err;

	err = vml_target_get(&target, req->pid, v->admin, NULL, &why);
	if (err)
		return err;
	v->mm = target.mm;
	err = do_entries(v, u64_to_user_ptr(req->entries), req->count);
	vml_target_put(&target);
	return err;
}

/*
 * The descriptor was opened with the capability, which a security module may
 * have had a say in, and whoever uses it now still has it.
 */
static bool is_admin(bool opened_by_admin)
{
	return opened_by_admin && current_user_ns() == &init_user_ns &&
	       cap_raised(current_cred()->cap_effective, CAP_SYS_ADMIN);
}

/**
 * vml_walk_vector() - walk a vector of addresses
 * @arg: the request, in user memory
 * @opened_by_admin: the descriptor was opened with CAP_SYS_ADMIN
 *
 * The answers of the batches before an error are in place.
 *
 * Context: may sleep and fault.
 * Return: 0; -EINVAL for a count out of range or a reserved field that is
 * not zero, -EFAULT for user memory that cannot be used, -ERANGE for an
 * address that is not canonical, -EPERM, -ESRCH, -EINTR.
 */
long vml_walk_vector(const struct vmlab_walk_vec __user *arg,
		     bool opened_by_admin)
{
	struct vector v = { .admin = is_admin(opened_by_admin) };
	struct vmlab_walk_vec req;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (!req.count || req.count > VMLAB_WALK_MAX || req.flags || req.pad)
		return -EINVAL;
	if (req.pid || !current->mm)
		return do_other(&v, &req);

	v.mm = current->mm;
	v.self = true;
	return do_entries(&v, u64_to_user_ptr(req.entries), req.count);
}
