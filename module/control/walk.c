// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_WALK: the walk to one address. */
#include "control.h"

#include <vmlab/kernel.h>
#include <vmlab/walk.h>

#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <asm/cpufeature.h>
#include <asm/tlbflush.h>

#define WITH_ALL	(VMLAB_WITH_LEVELS | VMLAB_WITH_AREA | \
			 VMLAB_WITH_PAGE | VMLAB_WITH_ROOT)

/**
 * struct walk_request - a walk that was asked for
 * @target: the process
 * @addr: the address
 * @with: bits of &enum vmlab_with
 * @admin: frames may be shown
 */
struct walk_request {
	struct vml_target target;
	u64 addr;
	u32 with;
	bool admin;
};

static int put_step(struct sk_buff *skb, int attr, const struct vml_step *step,
		    const struct vml_walk *walk, bool admin)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	u64 raw = admin ? step->raw : vml_entry_withhold(step->level, step->raw);
	bool leaf = !step->folded && step->level == walk->leaf.level;

	if (!nest ||
	    nla_put_u32(skb, VMLAB_A_LEVEL_LEVEL, step->level) ||
	    nla_put_u32(skb, VMLAB_A_LEVEL_INDEX, step->index) ||
	    nla_put_u64_64bit(skb, VMLAB_A_LEVEL_ENTRY, raw,
			      VMLAB_A_LEVEL_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_LEVEL_FLAGS,
			      vml_entry_flags(step->level, step->raw),
			      VMLAB_A_LEVEL_PAD) ||
	    (step->folded && nla_put_flag(skb, VMLAB_A_LEVEL_FOLDED)) ||
	    (leaf && walk->leaf.pkey &&
	     nla_put_u32(skb, VMLAB_A_LEVEL_PKEY, walk->leaf.pkey)) ||
	    (admin && nla_put_u64_64bit(skb, VMLAB_A_LEVEL_TABLE, step->table,
					VMLAB_A_LEVEL_PAD)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vml_put_levels() - put the levels of a walk
 * @skb: where to
 * @attr: the attribute for each
 * @walk: the walk
 * @admin: frames may be shown
 *
 * Return: 0 or -EMSGSIZE.
 */
int vml_put_levels(struct sk_buff *skb, int attr, const struct vml_walk *walk,
		   bool admin)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < walk->nr && !err; i++)
		err = put_step(skb, attr, &walk->steps[i], walk, admin);
	return err;
}

static int put_number(struct sk_buff *skb, const struct vml_walk *walk)
{
	const struct vml_leaf *leaf = &walk->leaf;
	u64 physical = leaf->number << PAGE_SHIFT | offset_in_page(walk->addr);

	switch (leaf->state) {
	case VMLAB_STATE_PRESENT:
	case VMLAB_STATE_ZERO:
	case VMLAB_STATE_PROT_NONE:
		if (nla_put_u64_64bit(skb, VMLAB_A_WALK_PFN, leaf->number,
				      VMLAB_A_WALK_PAD) ||
		    nla_put_u64_64bit(skb, VMLAB_A_WALK_PHYSICAL, physical,
				      VMLAB_A_WALK_PAD))
			return -EMSGSIZE;
		return 0;
	case VMLAB_STATE_SWAP:
	case VMLAB_STATE_MIGRATION:
	case VMLAB_STATE_HWPOISON:
	case VMLAB_STATE_DEVICE:
		if (nla_put_u32(skb, VMLAB_A_WALK_SWAP_TYPE, leaf->swap_type) ||
		    nla_put_u64_64bit(skb, VMLAB_A_WALK_SWAP_OFFSET,
				      leaf->number, VMLAB_A_WALK_PAD))
			return -EMSGSIZE;
		return 0;
	default:
		return 0;
	}
}

static int put_end(struct sk_buff *skb, const struct walk_request *req,
		   const struct vml_walk *walk)
{
	const struct vml_leaf *leaf = &walk->leaf;

	if (nla_put_u32(skb, VMLAB_A_WALK_STATE, leaf->state) ||
	    nla_put_u64_64bit(skb, VMLAB_A_WALK_PAGE_SIZE,
			      vml_level_size(leaf->level), VMLAB_A_WALK_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_WALK_FLAGS, leaf->flags,
			      VMLAB_A_WALK_PAD))
		return -EMSGSIZE;
	return req->admin ? put_number(skb, walk) : 0;
}

static int put_page_info(struct sk_buff *skb, const struct vml_page *page)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_WALK_PAGE);

	if (!nest ||
	    nla_put_u64_64bit(skb, VMLAB_A_PAGE_FLAGS, page->flags,
			      VMLAB_A_PAGE_PAD) ||
	    nla_put_u32(skb, VMLAB_A_PAGE_REFCOUNT, page->refcount) ||
	    nla_put_u32(skb, VMLAB_A_PAGE_MAPCOUNT, page->mapcount) ||
	    nla_put_u32(skb, VMLAB_A_PAGE_ORDER, page->order) ||
	    nla_put_u32(skb, VMLAB_A_PAGE_KIND, page->kind) ||
	    (page->inferred && nla_put_flag(skb, VMLAB_A_PAGE_INFERRED)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* The process-context identifier is the CPU's own choice; CR3 has it. */
static int put_pcid(struct sk_buff *skb, const struct mm_struct *mm)
{
	if (mm != current->mm || !boot_cpu_has(X86_FEATURE_PCID))
		return 0;
	return nla_put_u32(skb, VMLAB_A_ROOT_PCID,
			   __read_cr3() & X86_CR3_PCID_MASK);
}

static int put_user_copy(struct sk_buff *skb, const struct walk_request *req)
{
#ifdef VML_PTI
	pgd_t *user;

	if (!boot_cpu_has(X86_FEATURE_PTI))
		return 0;
	if (nla_put_flag(skb, VMLAB_A_ROOT_ISOLATED))
		return -EMSGSIZE;
	if (!req->admin)
		return 0;
	user = kernel_to_user_pgdp(req->target.mm->pgd);
	if (nla_put_u64_64bit(skb, VMLAB_A_ROOT_USER_TABLE, __pa(user),
			      VMLAB_A_ROOT_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_ROOT_USER_ENTRY,
			      READ_ONCE(*((u64 *)user +
				vml_level_index(VMLAB_LEVEL_PGD, req->addr))),
			      VMLAB_A_ROOT_PAD))
		return -EMSGSIZE;
#endif
	return 0;
}

static int put_root(struct sk_buff *skb, const struct walk_request *req)
{
	const struct mm_struct *mm = req->target.mm;
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_WALK_ROOT);

	if (!nest || put_user_copy(skb, req) ||
	    (req->admin && put_pcid(skb, mm)) ||
	    (req->admin &&
	     nla_put_u64_64bit(skb, VMLAB_A_ROOT_TABLE, __pa(mm->pgd),
			       VMLAB_A_ROOT_PAD)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_neighbours(struct sk_buff *skb, struct mm_struct *mm, u64 addr)
{
	VMA_ITERATOR(vmi, mm, addr);
	struct vm_area_struct *below, *above;
	int err;

	above = find_vma(mm, addr);
	below = vma_prev(&vmi);
	err = below ? vml_put_area(skb, VMLAB_A_WALK_AREA_BELOW, below) : 0;
	if (!err && above)
		err = vml_put_area(skb, VMLAB_A_WALK_AREA_ABOVE, above);
	return err;
}

static int put_walk(struct sk_buff *skb, const struct walk_request *req,
		    const struct vml_walk *walk)
{
	if (req->with & VMLAB_WITH_LEVELS &&
	    vml_put_levels(skb, VMLAB_A_WALK_LEVEL, walk, req->admin))
		return -EMSGSIZE;
	if (put_end(skb, req, walk))
		return -EMSGSIZE;
	if (req->with & VMLAB_WITH_PAGE && req->admin && walk->page.valid &&
	    put_page_info(skb, &walk->page))
		return -EMSGSIZE;
	if (req->with & VMLAB_WITH_ROOT)
		return put_root(skb, req);
	return 0;
}

static int fill_user(struct sk_buff *skb, const struct walk_request *req)
{
	struct mm_struct *mm = req->target.mm;
	struct vm_area_struct *vma;
	struct vml_walk walk;
	int err = 0;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	vma = find_vma(mm, req->addr);
	if (vma && req->addr < vma->vm_start)
		vma = NULL;
	vml_walk_address(mm, vma, req->addr, &walk,
			 req->with & VMLAB_WITH_PAGE);
	if (req->with & VMLAB_WITH_AREA)
		err = vma ? vml_put_area(skb, VMLAB_A_WALK_AREA, vma) :
			    put_neighbours(skb, mm, req->addr);
	mmap_read_unlock(mm);
	return err ? err : put_walk(skb, req, &walk);
}

static int fill_kernel(struct sk_buff *skb, const struct walk_request *req)
{
	struct vml_walk walk;

	vml_walk_kernel((u64 *)req->target.mm->pgd, req->addr, &walk);
	if (walk.leaf.state == VMLAB_STATE_PRESENT &&
	    req->with & VMLAB_WITH_PAGE)
		vml_page_read(&walk.page, walk.leaf.number);
	return put_walk(skb, req, &walk);
}

static int fill_walk(struct sk_buff *skb, const void *data)
{
	const struct walk_request *req = data;

	if (nla_put_u32(skb, VMLAB_A_WALK_PID,
			task_pid_vnr(req->target.task)) ||
	    nla_put_u64_64bit(skb, VMLAB_A_WALK_ADDRESS, req->addr,
			      VMLAB_A_WALK_PAD))
		return -EMSGSIZE;
	if (vml_is_kernel_address(req->addr))
		return fill_kernel(skb, req);
	return fill_user(skb, req);
}

static int check_address(struct genl_info *info, u64 addr, bool admin)
{
	if (vml_is_user_address(addr))
		return 0;
	if (!vml_is_kernel_address(addr)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[VMLAB_A_WALK_ADDRESS],
				    "the address is not canonical: no processor translates it");
		return -ERANGE;
	}
	if (!admin) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[VMLAB_A_WALK_ADDRESS],
				    "kernel addresses need CAP_SYS_ADMIN");
		return -EPERM;
	}
	return 0;
}

int vmlab_nl_walk_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *with = info->attrs[VMLAB_A_WALK_WITH];
	struct walk_request req = {
		.with = with ? nla_get_u32(with) : WITH_ALL,
		.admin = vml_is_admin(skb),
	};
	int err;

	err = vml_require(info, VMLAB_A_WALK_ADDRESS,
			  "an address is needed");
	if (err)
		return err;
	req.addr = nla_get_u64(info->attrs[VMLAB_A_WALK_ADDRESS]);
	err = check_address(info, req.addr, req.admin);
	if (err)
		return err;
	err = vml_request_target(skb, info, VMLAB_A_WALK_PID, req.admin,
				 &req.target);
	if (err)
		return err;
	err = vml_reply(info, req.with ? 1024 : 128, fill_walk, &req);
	vml_target_put(&req.target);
	return err;
}
