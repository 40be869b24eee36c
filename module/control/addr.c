// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_ADDR_GET: what an address belongs to. */
#include "control.h"

#include <vmlab/kernel.h>

#include <linux/mm.h>
#include <linux/mmap_lock.h>

/**
 * struct addr_answer - what fill_addr() puts
 * @addr: the address
 * @pid: whose user half, in the caller's namespace
 * @a: what is known of it
 */
struct addr_answer {
	u64 addr;
	u32 pid;
	struct vml_address a;
};

static int put_leaf(struct sk_buff *skb, const struct addr_answer *answer)
{
	const struct vml_leaf *leaf = &answer->a.walk.leaf;
	u64 physical = leaf->number << PAGE_SHIFT |
		       offset_in_page(answer->addr);

	if (nla_put_u32(skb, VMLAB_A_ADDR_STATE, leaf->state) ||
	    nla_put_u64_64bit(skb, VMLAB_A_ADDR_PAGE_SIZE,
			      vml_level_size(leaf->level), VMLAB_A_ADDR_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_ADDR_FLAGS, leaf->flags,
			      VMLAB_A_ADDR_PAD))
		return -EMSGSIZE;
	if (leaf->state != VMLAB_STATE_PRESENT)
		return 0;
	if (nla_put_u32(skb, VMLAB_A_ADDR_CACHE, answer->a.cache) ||
	    nla_put_u64_64bit(skb, VMLAB_A_ADDR_PHYSICAL, physical,
			      VMLAB_A_ADDR_PAD))
		return -EMSGSIZE;
	return 0;
}

static int fill_addr(struct sk_buff *skb, const void *data)
{
	const struct addr_answer *answer = data;
	const struct vml_region *region = &answer->a.region;

	if (nla_put_u64_64bit(skb, VMLAB_A_ADDR_ADDRESS, answer->addr,
			      VMLAB_A_ADDR_PAD) ||
	    (answer->pid &&
	     nla_put_u32(skb, VMLAB_A_ADDR_PID, answer->pid)) ||
	    nla_put_u32(skb, VMLAB_A_ADDR_REGION, region->region) ||
	    nla_put_u64_64bit(skb, VMLAB_A_ADDR_START, region->start,
			      VMLAB_A_ADDR_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_ADDR_END, region->last,
			      VMLAB_A_ADDR_PAD) ||
	    (region->detail[0] &&
	     nla_put_string(skb, VMLAB_A_ADDR_DETAIL, region->detail)))
		return -EMSGSIZE;
	return answer->a.walked ? put_leaf(skb, answer) : 0;
}

/* The gap between the two halves, as wide as the unused bits make it. */
static void non_canonical(struct vml_region *region)
{
	region->region = VMLAB_REGION_NON_CANONICAL;
	region->start = vml_half();
	region->last = ~vml_half();
}

static int user_region(u64 addr, struct mm_struct *mm,
		       struct vml_region *region)
{
	VMA_ITERATOR(vmi, mm, addr);
	struct vm_area_struct *above, *below;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	above = find_vma(mm, addr);
	if (above && above->vm_start <= addr) {
		region->region = VMLAB_REGION_USER;
		region->start = above->vm_start;
		region->last = above->vm_end - 1;
	} else {
		below = vma_prev(&vmi);
		region->region = VMLAB_REGION_USER_HOLE;
		region->start = below ? below->vm_end : 0;
		region->last = (above ? above->vm_start : vml_half()) - 1;
	}
	mmap_read_unlock(mm);
	return 0;
}

static int look_up_user(struct sk_buff *skb, struct genl_info *info,
			struct addr_answer *answer)
{
	struct vml_target target;
	int err;

	err = vml_request_target(skb, info, VMLAB_A_ADDR_PID,
				 vml_is_admin(skb), &target);
	if (err)
		return err;
	answer->pid = task_pid_vnr(target.task);
	err = user_region(answer->addr, target.mm, &answer->a.region);
	vml_target_put(&target);
	return err;
}

static int look_up(struct sk_buff *skb, struct genl_info *info,
		   struct addr_answer *answer)
{
	if (vml_is_user_address(answer->addr))
		return look_up_user(skb, info, answer);
	if (!vml_is_kernel_address(answer->addr)) {
		non_canonical(&answer->a.region);
		return 0;
	}
	if (!vml_is_admin(skb)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[VMLAB_A_ADDR_ADDRESS],
				    "kernel addresses need CAP_SYS_ADMIN");
		return -EPERM;
	}
	vml_kernel_address(answer->addr, &answer->a);
	return 0;
}

int vmlab_nl_addr_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct addr_answer answer = { };
	int err;

	err = vml_require(info, VMLAB_A_ADDR_ADDRESS, "an address is needed");
	if (err)
		return err;
	answer.addr = nla_get_u64(info->attrs[VMLAB_A_ADDR_ADDRESS]);
	err = look_up(skb, info, &answer);
	if (err)
		return err;
	return vml_reply(info, 512, fill_addr, &answer);
}
