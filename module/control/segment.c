// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_SEGMENT_GET: the descriptors of a GDT or an LDT. */
#include "control.h"

#include <vmlab/segment.h>

#include <linux/cpumask.h>
#include <linux/slab.h>
#include <asm/segment.h>

#define SELECTOR_LDT	BIT(2)

/**
 * struct segment_dump - a dump of descriptors
 * @dump: what every dump has
 * @gdt: the table is a GDT
 * @nr: number of descriptors
 * @at: the next one
 * @table: a copy of the table
 */
struct segment_dump {
	struct vml_dump dump;
	bool gdt;
	unsigned int nr;
	unsigned int at;
	u64 *table;
};

/* A GDT shows where the kernel keeps its stacks. */
static void read_gdt(struct segment_dump *d, struct nlattr *cpu)
{
	unsigned int nr = cpu ? nla_get_u32(cpu) : cpumask_first(cpu_online_mask);

	d->gdt = true;
	if (!d->dump.admin) {
		d->dump.err = -EPERM;
		d->dump.why = "a GDT needs CAP_SYS_ADMIN; a process may see its own LDT";
		return;
	}
	d->dump.err = vml_gdt_read(nr, &d->table, &d->nr);
	if (d->dump.err == -ENXIO)
		d->dump.why = "no such CPU is online";
}

static void read_ldt(struct netlink_callback *cb, struct segment_dump *d)
{
	struct vml_target target;

	if (!vml_dump_find(cb, &d->dump, VMLAB_A_SEGMENT_PID, &target))
		return;
	d->dump.err = vml_ldt_read(target.mm, &d->table, &d->nr);
	vml_target_put(&target);
}

int vmlab_nl_segment_get_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = vml_dump_attrs(cb);
	struct segment_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	if (attrs[VMLAB_A_SEGMENT_PID] && attrs[VMLAB_A_SEGMENT_CPU]) {
		d->dump.err = -EINVAL;
		d->dump.why = "a process has an LDT, a CPU a GDT: name one of them";
	} else if (attrs[VMLAB_A_SEGMENT_PID]) {
		read_ldt(cb, d);
	} else {
		read_gdt(d, attrs[VMLAB_A_SEGMENT_CPU]);
	}
	return 0;
}

int vmlab_nl_segment_get_done(struct netlink_callback *cb)
{
	struct segment_dump *d = vml_dump_get(cb);

	if (d)
		kfree(d->table);
	vml_dump_done(cb);
	return 0;
}

static int put_segment(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct segment_dump *d, unsigned int i)
{
	const char *name = d->gdt ? vml_gdt_name(i) : NULL;
	struct vml_segment s;
	void *header;

	vml_segment_decode(d->table, d->nr, i, d->gdt, &s);
	header = vml_dump_message(skb, cb, VMLAB_CMD_SEGMENT_GET);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VMLAB_A_SEGMENT_INDEX, i) ||
	    nla_put_u32(skb, VMLAB_A_SEGMENT_SELECTOR,
			i << 3 | (d->gdt ? 0 : SELECTOR_LDT) | s.dpl) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SEGMENT_RAW, s.raw,
			      VMLAB_A_SEGMENT_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SEGMENT_BASE, s.base,
			      VMLAB_A_SEGMENT_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SEGMENT_LIMIT, s.limit,
			      VMLAB_A_SEGMENT_PAD) ||
	    nla_put_u32(skb, VMLAB_A_SEGMENT_KIND, s.kind) ||
	    nla_put_u32(skb, VMLAB_A_SEGMENT_DPL, s.dpl) ||
	    nla_put_u32(skb, VMLAB_A_SEGMENT_FLAGS, s.flags) ||
	    (name && nla_put_string(skb, VMLAB_A_SEGMENT_NAME, name))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

int vmlab_nl_segment_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct segment_dump *d = vml_dump_get(cb);
	int err;

	err = vml_dump_error(cb);
	if (err)
		return err;
	for (; d->at < d->nr; d->at++)
		if (put_segment(skb, cb, d, d->at))
			break;
	return skb->len;
}
