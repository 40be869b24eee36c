// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_EXPLAIN: what accesses at an address would lead to. */
#include "control.h"

#include <vmlab/explain.h>

#include <linux/mm.h>
#include <linux/mmap_lock.h>

/**
 * struct explain_answer - what fill_explain() puts
 * @target: the process
 * @addr: the address
 * @ex: the predictions
 */
struct explain_answer {
	struct vml_target target;
	u64 addr;
	struct vml_explanation ex;
};

static int put_prediction(struct sk_buff *skb, unsigned int access,
			  const struct vml_prediction *p)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_EXPLAIN_PREDICTION);

	if (!nest || nla_put_u32(skb, VMLAB_A_PREDICTION_ACCESS, access) ||
	    nla_put_u32(skb, VMLAB_A_PREDICTION_OUTCOME, p->outcome) ||
	    nla_put_u32(skb, VMLAB_A_PREDICTION_WHY, p->why))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_entry(struct sk_buff *skb, const struct vml_leaf *leaf)
{
	if (nla_put_u32(skb, VMLAB_A_EXPLAIN_STATE, leaf->state) ||
	    nla_put_u64_64bit(skb, VMLAB_A_EXPLAIN_PAGE_SIZE,
			      vml_level_size(leaf->level),
			      VMLAB_A_EXPLAIN_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_EXPLAIN_FLAGS, leaf->flags,
			      VMLAB_A_EXPLAIN_PAD))
		return -EMSGSIZE;
	return 0;
}

/* The area may have changed since; then it is left out. */
static int put_area(struct sk_buff *skb, const struct explain_answer *answer)
{
	struct mm_struct *mm = answer->target.mm;
	struct vm_area_struct *vma;
	int err = 0;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	vma = find_vma(mm, answer->ex.area.start);
	if (vma && vma->vm_start == answer->ex.area.start)
		err = vml_put_area(skb, VMLAB_A_EXPLAIN_AREA, vma);
	mmap_read_unlock(mm);
	return err;
}

static int fill_explain(struct sk_buff *skb, const void *data)
{
	const struct explain_answer *answer = data;
	const struct vml_explanation *ex = &answer->ex;
	unsigned int access;

	if (nla_put_u32(skb, VMLAB_A_EXPLAIN_PID,
			task_pid_vnr(answer->target.task)) ||
	    nla_put_u64_64bit(skb, VMLAB_A_EXPLAIN_ADDRESS, answer->addr,
			      VMLAB_A_EXPLAIN_PAD))
		return -EMSGSIZE;
	for (access = 0; access < VML_ACCESSES; access++)
		if (put_prediction(skb, access, &ex->access[access]))
			return -EMSGSIZE;
	if (ex->walk.nr && put_entry(skb, &ex->walk.leaf))
		return -EMSGSIZE;
	return ex->has_area ? put_area(skb, answer) : 0;
}

int vmlab_nl_explain_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool admin = vml_is_admin(skb);
	struct explain_answer answer;
	int err;

	err = vml_require(info, VMLAB_A_EXPLAIN_ADDRESS,
			  "an address is needed");
	if (err)
		return err;
	answer.addr = nla_get_u64(info->attrs[VMLAB_A_EXPLAIN_ADDRESS]);
	err = vml_request_target(skb, info, VMLAB_A_EXPLAIN_PID, admin,
				 &answer.target);
	if (err)
		return err;
	err = vml_explain(&answer.target, answer.addr, admin, &answer.ex);
	if (!err)
		err = vml_reply(info, 1024, fill_explain, &answer);
	vml_target_put(&answer.target);
	return err;
}
