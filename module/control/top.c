// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_TOP_GET: the top-level entries of the kernel half. */
#include "control.h"

#include <vmlab/kernel.h>

#include <linux/mm.h>

#define HALF	(VML_ENTRIES / 2)

/**
 * struct top_dump - a dump of top-level entries
 * @dump: what every dump has
 * @two: two processes are compared
 * @at: the next entry, counted in the kernel half
 * @entries: of the first process
 * @others: of the other
 */
struct top_dump {
	struct vml_dump dump;
	bool two;
	unsigned int at;
	u64 entries[HALF];
	u64 others[HALF];
};

static void copy_half(struct netlink_callback *cb, struct top_dump *d, int pid,
		      u64 *entries)
{
	struct vml_target target;
	unsigned int i;

	if (!vml_dump_find(cb, &d->dump, pid, &target))
		return;
	for (i = 0; i < HALF; i++)
		entries[i] = READ_ONCE(*((u64 *)target.mm->pgd + HALF + i));
	vml_target_put(&target);
}

int vmlab_nl_top_get_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = vml_dump_attrs(cb);
	struct top_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	if (!d->dump.admin) {
		d->dump.err = -EPERM;
		d->dump.why = "the kernel half needs CAP_SYS_ADMIN";
		return 0;
	}
	d->two = attrs[VMLAB_A_TOP_OTHER];
	copy_half(cb, d, VMLAB_A_TOP_PID, d->entries);
	if (!d->dump.err && d->two)
		copy_half(cb, d, VMLAB_A_TOP_OTHER, d->others);
	return 0;
}

int vmlab_nl_top_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

/* The accessed bit is each table's own; all else tells where it leads. */
static bool is_shared(u64 a, u64 b)
{
	return a && (a & VML_FRAME_MASK) == (b & VML_FRAME_MASK);
}

static int put_other(struct sk_buff *skb, const struct top_dump *d,
		     unsigned int i)
{
	if (nla_put_u64_64bit(skb, VMLAB_A_TOP_OTHER_ENTRY, d->others[i],
			      VMLAB_A_TOP_PAD))
		return -EMSGSIZE;
	if (!is_shared(d->entries[i], d->others[i]))
		return 0;
	return nla_put_flag(skb, VMLAB_A_TOP_SHARED);
}

/*
 * What an entry is for. One entry may cover several parts, or only the start
 * of one that lies further up; the last one is known for the kernel's image.
 */
static unsigned int region_of(unsigned int i, u64 start)
{
	u64 last = start + PGDIR_SIZE - 1;
	struct vml_region region;

	if (i == HALF - 1)
		return VMLAB_REGION_KERNEL_IMAGE;
	vml_kernel_region(start, &region);
	if (region.region == VMLAB_REGION_UNUSED && region.last < last)
		vml_kernel_region(region.last + 1, &region);
	return region.region;
}

static int put_top(struct sk_buff *skb, struct netlink_callback *cb,
		   const struct top_dump *d, unsigned int i)
{
	u64 start = (u64)(HALF + i) << PGDIR_SHIFT;
	void *header;

	start |= pgtable_l5_enabled() ? GENMASK_ULL(63, 57) :
					GENMASK_ULL(63, 48);
	header = vml_dump_message(skb, cb, VMLAB_CMD_TOP_GET);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VMLAB_A_TOP_INDEX, HALF + i) ||
	    nla_put_u64_64bit(skb, VMLAB_A_TOP_START, start,
			      VMLAB_A_TOP_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_TOP_ENTRY, d->entries[i],
			      VMLAB_A_TOP_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_TOP_FLAGS,
			      vml_entry_flags(VMLAB_LEVEL_PGD, d->entries[i]),
			      VMLAB_A_TOP_PAD) ||
	    nla_put_u32(skb, VMLAB_A_TOP_REGION, region_of(i, start)) ||
	    (d->two && put_other(skb, d, i))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

int vmlab_nl_top_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct top_dump *d = vml_dump_get(cb);
	int err;

	err = vml_dump_error(cb);
	if (err)
		return err;
	for (; d->at < HALF; d->at++) {
		if (!d->entries[d->at] && !d->others[d->at])
			continue;
		if (put_top(skb, cb, d, d->at))
			break;
	}
	return skb->len;
}
