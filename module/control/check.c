// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_CHECK: every invariant of the pool, and what was reported. */
#include "session.h"

#include <vmlab/pool.h>

#include <linux/cpu.h>
#include <linux/slab.h>

static_assert(VMLAB_FRAME_BUG_COUNT + 1 == (int)VML_BUGS);
static_assert(VMLAB_SLAB_BUG_STATE + 1 == (int)VML_SLAB_ERRORS);

/**
 * struct check_answer - what fill_check() puts
 * @broken: invariants that do not hold
 * @caches: caches looked at
 * @nr: how many reports
 * @reports: the latest
 */
struct check_answer {
	u32 broken;
	u32 caches;
	unsigned int nr;
	struct vml_pool_report reports[VML_POOL_REPORTS];
};

/*
 * Checks the pool while nobody allocates or frees; a CPU that goes offline gives
 * back what its lists hold, so none may. Returns -EINTR if it was killed before.
 */
static int check_alone(u32 how, u32 *broken)
{
	int err = vml_hands_take(true);

	if (err)
		return err;
	cpus_read_lock();
	*broken = vml_pool_check(how | VML_CHECK_QUIET);
	cpus_read_unlock();
	vml_hands_drop(true);
	return 0;
}

/**
 * vml_check_if_strict() - in strict mode, check the pool after an operation
 * @skb: the request
 * @err: what came of it; if it failed, it is answered already or will be
 *
 * Guards are not looked at: what users do to their own objects breaks nothing,
 * and is found when these are freed.
 *
 * Return: @err, or what the handler is to return if the pool is not well formed.
 */
int vml_check_if_strict(struct sk_buff *skb, int err)
{
	u32 broken;

	if (!vml_pool_strict() || check_alone(0, &broken) || !broken || err)
		return err;
	return vml_refuse(skb, -EUCLEAN,
			  "it was done, but %u invariants of the pool do not hold: see the reports of a check",
			  broken);
}

/* === Reports of what a request did === */

/**
 * vml_report_refuse() - refuse a request in the words of the report it caused
 * @hand: the request
 * @err: negative errno
 * @since: what vml_pool_reported() said before
 * @cache: name of the cache that it did it to; NULL for frames
 *
 * Return: what the handler is to return; 0 if the request caused none.
 */
int vml_report_refuse(struct vml_hand *hand, int err, u64 since,
		      const char *cache)
{
	static const char *const frame_words[VML_BUGS] = {
		[VML_BUG_FOREIGN] = "no frame of the pool",
		[VML_BUG_DOUBLE] = "free already",
		[VML_BUG_INSIDE] = "inside of a block",
		[VML_BUG_ORDER] = "of a block of another order",
		[VML_BUG_MAPPED] = "of a block that is mapped",
	};
	static const char *const words[] = {
		[VML_SLAB_OVERRUN] = "written beyond its end",
		[VML_SLAB_UNDERRUN] = "written before its start",
		[VML_SLAB_DOUBLE] = "freed twice",
		[VML_SLAB_USED] = "written after it was freed",
		[VML_SLAB_FOREIGN] = "freed, but no object of this cache",
		[VML_SLAB_STATE] = "in a slab that is not well formed",
	};
	struct vml_pool_report r;

	if (!vml_pool_find_report(since, cache, &r))
		return 0;
	if (!r.is_slab)
		return vml_hand_refuse(hand, err,
				       "not freed, and reported: this is %s",
				       frame_words[r.bug] ?: "not well formed");
	if (r.slab.number == VML_NONE)
		return vml_hand_refuse(hand, err, "cache %s: it was %s",
				       r.cache, words[r.slab.error]);
	return vml_hand_refuse(hand, err,
			       "cache %s: object %u of the slab at frame %u was %s (offset %d)",
			       r.cache, r.slab.number, r.slab.frame,
			       words[r.slab.error], r.slab.offset);
}

/* === The answer === */

static int put_frame_bug(struct sk_buff *skb, const struct vml_pool_report *r)
{
	if (nla_put_u32(skb, VMLAB_A_REPORT_BUG, r->bug) ||
	    nla_put_u32(skb, VMLAB_A_REPORT_ORDER, r->order) ||
	    (r->frame != VML_NONE &&
	     nla_put_u32(skb, VMLAB_A_REPORT_FRAME, r->frame)))
		return -EMSGSIZE;
	return 0;
}

static int put_owners(struct sk_buff *skb, const struct vml_slab_bug *bug)
{
	if ((bug->allocated_by &&
	     nla_put_u32(skb, VMLAB_A_REPORT_ALLOCATED_BY,
			 bug->allocated_by)) ||
	    (bug->freed_by &&
	     nla_put_u32(skb, VMLAB_A_REPORT_FREED_BY, bug->freed_by)))
		return -EMSGSIZE;
	return 0;
}

static int put_slab_bug(struct sk_buff *skb, const struct vml_pool_report *r)
{
	const struct vml_slab_bug *bug = &r->slab;

	if (nla_put_u32(skb, VMLAB_A_REPORT_SLAB_BUG, bug->error) ||
	    nla_put_string(skb, VMLAB_A_REPORT_CACHE, r->cache) ||
	    nla_put_s32(skb, VMLAB_A_REPORT_OFFSET, bug->offset) ||
	    nla_put_u32(skb, VMLAB_A_REPORT_FOUND, bug->found) ||
	    nla_put_u32(skb, VMLAB_A_REPORT_WANTED, bug->wanted) ||
	    (bug->frame != VML_NONE &&
	     nla_put_u32(skb, VMLAB_A_REPORT_FRAME, bug->frame)) ||
	    (bug->number != VML_NONE &&
	     nla_put_u32(skb, VMLAB_A_REPORT_NUMBER, bug->number)) ||
	    nla_put_u64_64bit(skb, VMLAB_A_REPORT_ADDRESS,
			      (uintptr_t)bug->object, VMLAB_A_REPORT_PAD))
		return -EMSGSIZE;
	return put_owners(skb, bug);
}

static int put_report(struct sk_buff *skb, const struct vml_pool_report *r)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_CHECK_REPORT);

	if (!nest ||
	    nla_put_u64_64bit(skb, VMLAB_A_REPORT_SEQUENCE, r->sequence,
			      VMLAB_A_REPORT_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_REPORT_WHEN, r->when,
			      VMLAB_A_REPORT_PAD) ||
	    nla_put_u32(skb, VMLAB_A_REPORT_BY, r->by) ||
	    (r->is_slab ? put_slab_bug(skb, r) : put_frame_bug(skb, r)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_check(struct sk_buff *skb, const void *data)
{
	const struct check_answer *a = data;
	unsigned int i;

	if (nla_put_u32(skb, VMLAB_A_CHECK_BROKEN, a->broken) ||
	    nla_put_u32(skb, VMLAB_A_CHECK_FRAMES, vml_pool.got) ||
	    nla_put_u32(skb, VMLAB_A_CHECK_CACHES, a->caches) ||
	    nla_put_u64_64bit(skb, VMLAB_A_CHECK_REPORTED,
			      vml_pool_reported(), VMLAB_A_CHECK_PAD))
		return -EMSGSIZE;
	for (i = 0; i < a->nr; i++)
		if (put_report(skb, &a->reports[i]))
			return -EMSGSIZE;
	return 0;
}

static u32 count_caches(void)
{
	struct vml_cache_info info;
	u32 nr = 0;

	while (vml_cache_list(nr, &info, 1))
		nr++;
	return nr;
}

int vmlab_nl_check_doit(struct sk_buff *skb, struct genl_info *info)
{
	u32 most = vml_attr_u32(info->attrs[VMLAB_A_CHECK_REPORTS], U32_MAX);
	struct check_answer *answer;
	int err;

	/* Nobody allocates meanwhile, and reports tell of other users. */
	err = vml_require_admin(skb, info, "to check needs CAP_SYS_ADMIN");
	if (err)
		return err;
	answer = kvzalloc_obj(*answer, GFP_KERNEL);
	if (!answer)
		return -ENOMEM;
	err = check_alone(VML_CHECK_GUARDS, &answer->broken);
	if (err)
		goto free_answer;
	answer->caches = count_caches();
	answer->nr = vml_pool_reports(answer->reports,
				      min_t(u32, most, VML_POOL_REPORTS));
	err = vml_reply(info, 1024, fill_check, answer);
free_answer:
	kvfree(answer);
	return err;
}
