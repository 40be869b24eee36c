// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_COMPACT: move what is movable together. */
#include "session.h"

#include <vmlab/buddy.h>
#include <vmlab/compact.h>

#include <linux/slab.h>

/**
 * struct compacted - what came of the compaction of a zone
 * @zone: the zone
 * @before: its free blocks before
 * @after: and after
 * @result: what was done
 */
struct compacted {
	struct vml_zone *zone;
	struct vml_buddy_info before;
	struct vml_buddy_info after;
	struct vml_compact_result result;
};

/**
 * struct compact_answer - what fill_compact() puts
 * @nr: how many zones
 * @zones: the zones
 */
struct compact_answer {
	unsigned int nr;
	struct compacted zones[VML_ZONES];
};

static int compact(struct compacted *c, int order)
{
	int err;

	vml_buddy_info(c->zone, &c->before);
	err = vml_compact_zone(c->zone, order, &c->result);
	vml_buddy_info(c->zone, &c->after);
	return err;
}

static int compact_all(struct sk_buff *skb, struct genl_info *info,
		       struct compact_answer *a)
{
	struct nlattr **attrs = info->attrs;
	int order = attrs[VMLAB_A_COMPACT_ORDER] ?
		    (int)nla_get_u32(attrs[VMLAB_A_COMPACT_ORDER]) : -1;
	struct vml_zone *zone;
	int err;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		if (!vml_zone_wanted(zone, attrs[VMLAB_A_COMPACT_NODE],
				     attrs[VMLAB_A_COMPACT_ZONE]))
			continue;
		a->zones[a->nr].zone = zone;
		err = compact(&a->zones[a->nr++], order);
		if (err == -EBUSY)
			return vml_refuse(skb, err,
					  "a zone is in compaction already");
		if (err)
			return err;
	}
	if (!a->nr)
		return vml_refuse(skb, -ENOENT,
				  "the pool has no such zone");
	return 0;
}

static int put_result(struct sk_buff *skb, const struct compacted *c)
{
	const struct vml_compact_result *r = &c->result;

	if (nla_put_u64_64bit(skb, VMLAB_A_COMPACTED_SCANNED, r->scanned,
			      VMLAB_A_COMPACTED_PAD) ||
	    nla_put_u32(skb, VMLAB_A_COMPACTED_ISOLATED, r->isolated) ||
	    nla_put_u32(skb, VMLAB_A_COMPACTED_MOVED, r->moved) ||
	    nla_put_u32(skb, VMLAB_A_COMPACTED_FAILED, r->failed) ||
	    nla_put_s32(skb, VMLAB_A_COMPACTED_LARGEST, r->largest) ||
	    (r->met && nla_put_flag(skb, VMLAB_A_COMPACTED_MET)))
		return -EMSGSIZE;
	return 0;
}

static int put_zone(struct sk_buff *skb, const struct compacted *c)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_COMPACT_ZONE_RESULT);

	if (!nest ||
	    vml_put_place(skb, VMLAB_A_COMPACTED_NODE, VMLAB_A_COMPACTED_ZONE,
			  c->zone) ||
	    put_result(skb, c) ||
	    vml_put_blocks(skb, VMLAB_A_COMPACTED_BEFORE, &c->before) ||
	    vml_put_blocks(skb, VMLAB_A_COMPACTED_AFTER, &c->after))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_compact(struct sk_buff *skb, const void *data)
{
	const struct compact_answer *a = data;
	unsigned int i;
	int err = 0;

	for (i = 0; i < a->nr && !err; i++)
		err = put_zone(skb, &a->zones[i]);
	return err;
}

int vmlab_nl_compact_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct compact_answer *answer;
	int err;

	err = vml_require_admin(skb, info, "to compact needs CAP_SYS_ADMIN");
	if (err)
		return err;
	answer = kvzalloc_obj(*answer, GFP_KERNEL);
	if (!answer)
		return -ENOMEM;
	err = vml_hands_take(false);
	if (err)
		goto free_answer;
	err = compact_all(skb, info, answer);
	vml_hands_drop(false);
	err = vml_check_if_strict(skb, err);
	if (!err)
		err = vml_reply(info, 1024, fill_compact, answer);
free_answer:
	kvfree(answer);
	return err;
}
