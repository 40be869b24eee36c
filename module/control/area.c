// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_AREA_GET: the areas of a process. */
#include "control.h"

#include <vmlab/vma.h>

#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

/* Room for a name that is no path. */
#define SHORT_NAME	128

static int put_scalars(struct sk_buff *skb, const struct vml_area *area)
{
	if (nla_put_u64_64bit(skb, VMLAB_A_AREA_START, area->start,
			      VMLAB_A_AREA_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_AREA_END, area->end,
			      VMLAB_A_AREA_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_AREA_FLAGS, area->flags,
			      VMLAB_A_AREA_PAD) ||
	    (area->pkey &&
	     nla_put_u32(skb, VMLAB_A_AREA_PKEY, area->pkey)) ||
	    (area->page_size &&
	     nla_put_u64_64bit(skb, VMLAB_A_AREA_PAGE_SIZE, area->page_size,
			       VMLAB_A_AREA_PAD)))
		return -EMSGSIZE;
	if (!area->inode)
		return 0;
	if (nla_put_u64_64bit(skb, VMLAB_A_AREA_OFFSET, area->offset,
			      VMLAB_A_AREA_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_AREA_INODE, area->inode,
			      VMLAB_A_AREA_PAD) ||
	    nla_put_u32(skb, VMLAB_A_AREA_DEVICE_MAJOR, area->major) ||
	    nla_put_u32(skb, VMLAB_A_AREA_DEVICE_MINOR, area->minor))
		return -EMSGSIZE;
	return 0;
}

static int put_name(struct sk_buff *skb, struct vm_area_struct *vma)
{
	char text[SHORT_NAME], *path;
	int err;

	if (!vml_area_has_path(vma))
		return nla_put_string(skb, VMLAB_A_AREA_NAME,
				      vml_area_name(vma, text, sizeof(text)));

	path = kmalloc(VML_AREA_NAME_MAX, GFP_KERNEL);
	if (!path)
		return -ENOMEM;
	err = nla_put_string(skb, VMLAB_A_AREA_NAME,
			     vml_area_name(vma, path, VML_AREA_NAME_MAX));
	kfree(path);
	return err;
}

/**
 * vml_put_area() - put what an area is
 * @skb: the message
 * @attr: the attribute to nest it in
 * @vma: the area
 *
 * Context: the mmap_lock of its process is held; may sleep.
 * Return: 0; -EMSGSIZE with @skb as it was, -ENOMEM.
 */
int vml_put_area(struct sk_buff *skb, int attr, struct vm_area_struct *vma)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	struct vml_area area;
	int err;

	if (!nest)
		return -EMSGSIZE;
	vml_area_read(&area, vma);
	err = put_scalars(skb, &area);
	if (!err)
		err = put_name(skb, vma);
	if (err) {
		nla_nest_cancel(skb, nest);
		return err;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * struct area_dump - a dump of areas
 * @dump: what every dump has
 * @pos: areas that end at or below it were put
 */
struct area_dump {
	struct vml_dump dump;
	u64 pos;
};

int vmlab_nl_area_get_start(struct netlink_callback *cb)
{
	struct area_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	/* The first part shall have room for an area with the longest path. */
	cb->min_dump_alloc = 2 * VML_AREA_NAME_MAX;
	vml_dump_target(cb, &d->dump, VMLAB_A_AREAS_PID);
	return 0;
}

static int put_areas(struct sk_buff *skb, struct area_dump *d)
{
	VMA_ITERATOR(vmi, d->dump.mm, d->pos);
	struct vm_area_struct *vma;
	int err;

	for_each_vma(vmi, vma) {
		err = vml_put_area(skb, VMLAB_A_AREAS_AREA, vma);
		if (err)
			return err;
		d->pos = vma->vm_end;
	}
	d->dump.done = true;
	return 0;
}

static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       struct area_dump *d)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_AREA_GET);
	u64 before = d->pos;
	int err;

	if (!header)
		return -EMSGSIZE;
	err = put_areas(skb, d);
	if (d->pos == before)
		genlmsg_cancel(skb, header);
	else
		vml_dump_send(skb, cb, header);
	return d->pos == before ? err : 0;
}

int vmlab_nl_area_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct area_dump *d = vml_dump_get(cb);
	int err;

	err = vml_dump_enter(cb);
	if (err <= 0)
		return err;
	err = mmap_read_lock_killable(d->dump.mm);
	if (!err) {
		cb->seq = vml_mm_seq(d->dump.mm);
		err = put_message(skb, cb, d);
		mmap_read_unlock(d->dump.mm);
	}
	vml_dump_leave(cb);
	return err ? err : skb->len;
}

int vmlab_nl_area_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}
