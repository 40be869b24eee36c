// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_SPACE_GET, VMLAB_CMD_SPACE_AREA_GET: what vmlab manages of the
 * memory of processes, beside what Linux has of it.
 */
#include "shadow.h"

#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>

static_assert(VMLAB_SHADOW_AREA_FLAG_READ == VML_AREA_READ);
static_assert(VMLAB_SHADOW_AREA_FLAG_WRITE == VML_AREA_WRITE);
static_assert(VMLAB_SHADOW_AREA_FLAG_EXEC == VML_AREA_EXEC);
static_assert(VMLAB_SHADOW_AREA_FLAG_PRIVATE == VML_AREA_PRIVATE);

static const char *const fault_names[VML_FAULT_KINDS] = {
	[VML_FAULT_MINOR] = "minor",
	[VML_FAULT_ZERO] = "zero",
	[VML_FAULT_NEW] = "new",
	[VML_FAULT_COPY] = "copy",
	[VML_FAULT_REUSE] = "reuse",
	[VML_FAULT_MAJOR] = "major",
	[VML_FAULT_BAD_AREA] = "bad_area",
	[VML_FAULT_BAD_RIGHTS] = "bad_rights",
	[VML_FAULT_BEYOND] = "beyond",
	[VML_FAULT_NO_MEMORY] = "no_memory",
	[VML_FAULT_OVER_CAP] = "over_cap",
	[VML_FAULT_IO] = "io_error",
};

/* === What several commands put === */

/**
 * vml_process_number() - the PID of a process
 * @process: the process
 *
 * Return: NULL until the process did something after fork().
 */
struct pid *vml_process_number(struct vml_process *process)
{
	/* Pairs with the release in vml_process_name(): there is a comm too. */
	return smp_load_acquire(&process->pid);
}

/**
 * vml_put_process() - put which process it is
 * @skb: where to
 * @pid_attr: the attribute for its PID in the caller's namespace
 * @comm_attr: the attribute for its name
 * @process: the process
 *
 * Return: 0 or -EMSGSIZE.
 */
int vml_put_process(struct sk_buff *skb, int pid_attr, int comm_attr,
		    struct vml_process *process)
{
	struct pid *pid = vml_process_number(process);

	if (nla_put_u32(skb, pid_attr, pid ? pid_vnr(pid) : 0) ||
	    (pid && nla_put_string(skb, comm_attr, process->comm)))
		return -EMSGSIZE;
	return 0;
}

/**
 * vml_area_memory() - the id of the memory that an area of a space shows
 * @area: the area
 *
 * Context: the lock of the space held.
 */
u32 vml_area_memory(const struct vml_space_area *area)
{
	const struct vml_memory *memory = area->object->host;

	return memory ? memory->id : 0;
}

/* All that is counted of an area or a space; @faults is set to all faults. */
static int put_counts(struct sk_buff *skb, int attr,
		      const struct vml_counts *counts, u64 *faults)
{
	unsigned int kind;

	*faults = 0;
	for (kind = 0; kind < VML_FAULT_KINDS; kind++) {
		u64 nr = atomic64_read(&counts->faults[kind]);

		*faults += nr;
		if (vml_put_counter(skb, attr, fault_names[kind], nr))
			return -EMSGSIZE;
	}
	if (vml_put_counter(skb, attr, "around",
			    atomic64_read(&counts->around)) ||
	    vml_put_counter(skb, attr, "ahead",
			    atomic64_read(&counts->ahead)) ||
	    vml_put_counter(skb, attr, "ahead_hits",
			    atomic64_read(&counts->hits)) ||
	    vml_put_counter(skb, attr, "ahead_waste",
			    atomic64_read(&counts->waste)) ||
	    vml_put_counter(skb, attr, "huge",
			    atomic64_read(&counts->huge)) ||
	    vml_put_counter(skb, attr, "huge_fallback",
			    atomic64_read(&counts->no_block)) ||
	    vml_put_counter(skb, attr, "readahead",
			    atomic64_read(&counts->read_ahead)) ||
	    vml_put_counter(skb, attr, "readahead_hits",
			    atomic64_read(&counts->read_hits)) ||
	    vml_put_counter(skb, attr, "readahead_waste",
			    atomic64_read(&counts->read_waste)))
		return -EMSGSIZE;
	return 0;
}

static int put_bounds(struct sk_buff *skb, u64 start, u64 end, u32 flags,
		      u32 index)
{
	if (nla_put_u64_64bit(skb, VMLAB_A_SHADOW_AREA_START, start,
			      VMLAB_A_SHADOW_AREA_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SHADOW_AREA_END, end,
			      VMLAB_A_SHADOW_AREA_PAD) ||
	    nla_put_u32(skb, VMLAB_A_SHADOW_AREA_FLAGS, flags) ||
	    nla_put_u32(skb, VMLAB_A_SHADOW_AREA_INDEX, index))
		return -EMSGSIZE;
	return 0;
}

/* A memory that is mapped has its name for ever. */
static int put_memory(struct sk_buff *skb, const struct vml_memory *memory)
{
	if (!memory)
		return 0;
	if (nla_put_u32(skb, VMLAB_A_SHADOW_AREA_MEMORY, memory->id) ||
	    (memory->name[0] &&
	     nla_put_string(skb, VMLAB_A_SHADOW_AREA_NAME, memory->name)))
		return -EMSGSIZE;
	return 0;
}

/**
 * vml_put_shadow_area() - put what an area of a space is
 * @skb: where to
 * @attr: the attribute to nest it in
 * @area: the area
 * @mm: of its process, if what it has of blocks shall be told too; or NULL
 *
 * Context: the lock of the space held, and with @mm its mmap_lock; may sleep.
 * Return: 0 or -EMSGSIZE, with @skb as it was.
 */
int vml_put_shadow_area(struct sk_buff *skb, int attr,
			const struct vml_space_area *area,
			struct mm_struct *mm)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	u64 faults;

	if (!nest)
		return -EMSGSIZE;
	if (put_bounds(skb, area->start, area->end, area->flags,
		       area->index) ||
	    put_memory(skb, area->object->host) ||
	    put_counts(skb, VMLAB_A_SHADOW_AREA_COUNTER, &area->counts,
		       &faults) ||
	    (mm && vml_put_area_blocks(skb, area, mm))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static u32 linux_flags(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_READ ? VML_AREA_READ : 0) |
	       (vma->vm_flags & VM_WRITE ? VML_AREA_WRITE : 0) |
	       (vma->vm_flags & VM_EXEC ? VML_AREA_EXEC : 0) |
	       (vma->vm_flags & VM_SHARED ? 0 : VML_AREA_PRIVATE);
}

/**
 * vml_put_linux_area() - put what an area of Linux that shows a memory is
 * @skb: where to
 * @attr: the attribute to nest it in
 * @vma: the area
 *
 * Context: the mmap_lock of its process held.
 * Return: 0 or -EMSGSIZE, with @skb as it was.
 */
int vml_put_linux_area(struct sk_buff *skb, int attr,
		       const struct vm_area_struct *vma)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest)
		return -EMSGSIZE;
	if (put_bounds(skb, vma->vm_start, vma->vm_end, linux_flags(vma),
		       vma->vm_pgoff) ||
	    put_memory(skb, vml_mirror_map(vma)->memory)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* === Spaces === */

/**
 * struct space_dump - a dump of spaces
 * @dump: what every dump has; with its mm, only that one is wanted
 * @at: which was put last
 */
struct space_dump {
	struct vml_dump dump;
	u64 at;
};

int vmlab_nl_space_get_start(struct netlink_callback *cb)
{
	struct space_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	if (vml_dump_attrs(cb)[VMLAB_A_SPACE_PID])
		vml_dump_target(cb, &d->dump, VMLAB_A_SPACE_PID);
	return 0;
}

int vmlab_nl_space_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

static int put_table(struct sk_buff *skb, const struct vml_ptable_cost *cost,
		     unsigned int level)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_SPACE_TABLE);

	if (!nest || nla_put_u32(skb, VMLAB_A_SHADOW_TABLE_LEVEL, level) ||
	    nla_put_u32(skb, VMLAB_A_SHADOW_TABLE_TABLES,
			cost->tables[level]) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SHADOW_TABLE_ENTRIES,
			      cost->entries[level], VMLAB_A_SHADOW_TABLE_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_tables(struct sk_buff *skb, const struct vml_ptable *pt,
		      const struct vml_ptable_cost *cost)
{
	unsigned int level = pt->geometry.levels;

	if (nla_put_u32(skb, VMLAB_A_SPACE_LEVELS, level) ||
	    nla_put_u32(skb, VMLAB_A_SPACE_BITS, pt->geometry.bits) ||
	    nla_put_u32(skb, VMLAB_A_SPACE_SLOTS, cost->slots) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SPACE_BASE, pt->base,
			      VMLAB_A_SPACE_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SPACE_SPAN, pt->span,
			      VMLAB_A_SPACE_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SPACE_TABLE_BYTES, cost->bytes,
			      VMLAB_A_SPACE_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SPACE_HUGE, cost->huge,
			      VMLAB_A_SPACE_PAD))
		return -EMSGSIZE;
	while (level--)
		if (put_table(skb, cost, level))
			return -EMSGSIZE;
	return 0;
}

static int put_contents(struct sk_buff *skb, struct vml_process *process)
{
	struct vml_space *space = &process->space;
	struct vml_ptable_cost cost;
	u64 resident, faults;

	vml_ptable_cost(&space->ptable, &cost);
	resident = cost.entries[0] + ((u64)cost.huge << VML_HUGE_ORDER);
	if (vml_put_process(skb, VMLAB_A_SPACE_PID, VMLAB_A_SPACE_COMM,
			    process) ||
	    nla_put_u32(skb, VMLAB_A_SPACE_AREAS,
			READ_ONCE(space->nr_areas)) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SPACE_RESIDENT, resident,
			      VMLAB_A_SPACE_PAD) ||
	    put_tables(skb, &space->ptable, &cost) ||
	    put_counts(skb, VMLAB_A_SPACE_COUNTER, &space->counts, &faults) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SPACE_FAULTS, faults,
			      VMLAB_A_SPACE_PAD))
		return -EMSGSIZE;
	return 0;
}

static int put_space(struct sk_buff *skb, struct netlink_callback *cb,
		     struct vml_process *process)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_SPACE_GET);

	if (!header)
		return -EMSGSIZE;
	if (put_contents(skb, process)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

static int put_all(struct sk_buff *skb, struct netlink_callback *cb,
		   struct space_dump *d)
{
	struct vml_process *process;
	u64 id = d->at;
	int err = 0;

	while (!err && (process = vml_process_next(&id))) {
		if (vml_may_look(cb->skb, d->dump.admin,
				 vml_process_number(process), process->mm))
			err = put_space(skb, cb, process);
		vml_process_put(process);
		if (!err)
			d->at = id;
	}
	return skb->len;
}

int vmlab_nl_space_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct space_dump *d = vml_dump_get(cb);
	int err = vml_dump_error(cb);
	struct vml_process *process;

	if (err || d->dump.done)
		return err;
	if (!d->dump.mm)
		return put_all(skb, cb, d);
	process = vml_process_find(d->dump.mm);
	if (!process) {
		d->dump.err = -ENOENT;
		d->dump.why = VML_NO_SPACE;
		return vml_dump_error(cb);
	}
	cb->seq = vml_mm_seq(d->dump.mm);
	err = put_space(skb, cb, process);
	d->dump.done = true;
	vml_process_put(process);
	return err ? err : skb->len;
}

/* === Areas, ours and Linux's === */

/**
 * struct space_area_dump - a dump of areas
 * @dump: what every dump has
 * @ours: areas of the space that end at or below it were put
 * @linux_pos: the same of Linux's
 */
struct space_area_dump {
	struct vml_dump dump;
	u64 ours;
	u64 linux_pos;
};

int vmlab_nl_space_area_get_start(struct netlink_callback *cb)
{
	struct space_area_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	vml_dump_target(cb, &d->dump, VMLAB_A_SPACE_AREAS_PID);
	return 0;
}

int vmlab_nl_space_area_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

/* The next area of Linux that shows a memory. */
static struct vm_area_struct *next_linux(struct mm_struct *mm, u64 pos)
{
	VMA_ITERATOR(vmi, mm, pos);
	struct vm_area_struct *vma;

	for_each_vma(vmi, vma)
		if (vml_mirror_map(vma))
			return vma;
	return NULL;
}

/* Both kinds, by address; of two that begin alike, Linux's first. */
static int put_areas(struct sk_buff *skb, struct space_area_dump *d,
		     struct vml_space *space)
{
	struct vml_space_area *area = vml_area_find(space, d->ours);
	struct vm_area_struct *vma = next_linux(d->dump.mm, d->linux_pos);
	int err;

	while (area || vma) {
		if (vma && (!area || vma->vm_start <= area->start)) {
			err = vml_put_linux_area(skb,
						 VMLAB_A_SPACE_AREAS_LINUX,
						 vma);
			if (err)
				return err;
			d->linux_pos = vma->vm_end;
			vma = next_linux(d->dump.mm, d->linux_pos);
		} else {
			err = vml_put_shadow_area(skb,
						  VMLAB_A_SPACE_AREAS_AREA,
						  area, d->dump.mm);
			if (err)
				return err;
			d->ours = area->end;
			area = vml_area_next(area);
		}
	}
	d->dump.done = true;
	return 0;
}

static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       struct space_area_dump *d, struct vml_process *process)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_SPACE_AREA_GET);
	unsigned int empty;
	int err;

	if (!header)
		return -EMSGSIZE;
	empty = skb->len;
	down_read(&process->space.lock);
	err = put_areas(skb, d, &process->space);
	up_read(&process->space.lock);
	if (skb->len == empty) {
		genlmsg_cancel(skb, header);
		return err;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

static int put_part(struct sk_buff *skb, struct netlink_callback *cb,
		    struct space_area_dump *d)
{
	struct vml_process *process = vml_process_find(d->dump.mm);
	int err;

	if (!process) {
		d->dump.err = -ENOENT;
		d->dump.why = VML_NO_SPACE;
		return vml_dump_error(cb);
	}
	err = mmap_read_lock_killable(d->dump.mm);
	if (!err) {
		cb->seq = vml_mm_seq(d->dump.mm);
		err = put_message(skb, cb, d, process);
		mmap_read_unlock(d->dump.mm);
	}
	vml_process_put(process);
	return err;
}

int vmlab_nl_space_area_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	int err = vml_dump_enter(cb);

	if (err <= 0)
		return err;
	err = put_part(skb, cb, vml_dump_get(cb));
	vml_dump_leave(cb);
	return err ? err : skb->len;
}
