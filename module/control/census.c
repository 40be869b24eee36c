// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_CENSUS: what the tables of a process cost. */
#include "control.h"

#include <vmlab/census.h>

#include <linux/mm.h>

/**
 * struct census_answer - what fill_census() puts
 * @census: the counts
 * @pid: whose, in the caller's namespace
 */
struct census_answer {
	struct vml_census census;
	u32 pid;
};

static int put_table(struct sk_buff *skb, const struct vml_census *c,
		     unsigned int level)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_CENSUS_TABLE);

	if (!nest || nla_put_u32(skb, VMLAB_A_TABLE_LEVEL, level) ||
	    nla_put_u64_64bit(skb, VMLAB_A_TABLE_PAGES, c->tables[level],
			      VMLAB_A_TABLE_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_TABLE_ENTRIES_USED, c->used[level],
			      VMLAB_A_TABLE_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_TABLE_LEAVES, c->leaves[level],
			      VMLAB_A_TABLE_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_mapped(struct sk_buff *skb, const struct vml_census *c,
		      unsigned int level)
{
	u64 size = vml_level_size(level);
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_CENSUS_MAPPED);

	if (!nest ||
	    nla_put_u64_64bit(skb, VMLAB_A_MAPPED_PAGE_SIZE, size,
			      VMLAB_A_MAPPED_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_MAPPED_BYTES,
			      c->leaves[level] * size, VMLAB_A_MAPPED_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* What a table of one level with eight bytes a page would take. */
static u64 flat_bytes(const struct vml_census *c)
{
	return ((c->span_end - c->span_start) >> PAGE_SHIFT) * sizeof(u64);
}

static int put_sums(struct sk_buff *skb, const struct vml_census *c)
{
	u64 tables = 0;
	unsigned int level;

	for (level = VMLAB_LEVEL_PTE; level <= VML_WALK_LEVELS; level++)
		tables += c->tables[level];
	if (nla_put_u64_64bit(skb, VMLAB_A_CENSUS_TABLE_BYTES,
			      tables << PAGE_SHIFT, VMLAB_A_CENSUS_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_CENSUS_ACCOUNTED_BYTES,
			      c->accounted, VMLAB_A_CENSUS_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_CENSUS_SWAPPED_BYTES, c->swapped,
			      VMLAB_A_CENSUS_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_CENSUS_SPAN_START, c->span_start,
			      VMLAB_A_CENSUS_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_CENSUS_SPAN_END, c->span_end,
			      VMLAB_A_CENSUS_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_CENSUS_FLAT_BYTES, flat_bytes(c),
			      VMLAB_A_CENSUS_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_CENSUS_AREA_BYTES, c->area_bytes,
			      VMLAB_A_CENSUS_PAD))
		return -EMSGSIZE;
	return 0;
}

static int fill_census(struct sk_buff *skb, const void *data)
{
	const struct census_answer *answer = data;
	const struct vml_census *c = &answer->census;
	unsigned int level;

	if (nla_put_u32(skb, VMLAB_A_CENSUS_PID, answer->pid))
		return -EMSGSIZE;
	for (level = VML_WALK_LEVELS; level >= VMLAB_LEVEL_PTE; level--) {
		if (level == VMLAB_LEVEL_P4D && !pgtable_l5_enabled())
			continue;
		if (put_table(skb, c, level))
			return -EMSGSIZE;
	}
	for (level = VMLAB_LEVEL_PTE; level <= VMLAB_LEVEL_PUD; level++)
		if (put_mapped(skb, c, level))
			return -EMSGSIZE;
	return put_sums(skb, c);
}

int vmlab_nl_census_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct census_answer answer;
	struct vml_target target;
	int err;

	err = vml_request_target(skb, info, VMLAB_A_CENSUS_PID,
				 vml_is_admin(skb), &target);
	if (err)
		return err;
	answer.pid = task_pid_vnr(target.task);
	err = vml_census_take(target.mm, &answer.census);
	vml_target_put(&target);
	if (err)
		return err;
	return vml_reply(info, 1024, fill_census, &answer);
}
