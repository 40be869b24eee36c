// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_VERIFY: whether all real entries, shadow entries and areas of a
 * process, or of all, go together.
 *
 * It goes from stretch to stretch: addresses with the same area of Linux and
 * the same area of the space, or none, that show what one lowest table of the
 * object has. So the locks are held for some hundred entries at a time.
 */
#include "shadow.h"

#include <vmlab/walk.h>

#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/mm.h>

/* Stretches that one part of the dump looks at. */
#define STRETCHES	256

/* Violations that are told of one stretch, and of one process. */
#define FOUND		16
#define TOLD		256

/**
 * struct verify_dump - a verification
 * @dump: what every dump has; without its mm, all processes are wanted
 * @id: of the process that is at work
 * @before: of the one before
 * @pos: the next address
 * @same: real entries with a shadow
 * @missing: shadow entries without a real one
 * @copies: pages of Linux's own
 * @violations: of the process
 * @told: how many of them were told
 * @nr: how many of @found are to be told
 * @found: violations
 */
struct verify_dump {
	struct vml_dump dump;
	u64 id;
	u64 before;
	u64 pos;
	u64 same;
	u64 missing;
	u64 copies;
	u64 violations;
	u32 told;
	u32 nr;
	struct vml_pair found[FOUND];
};

int vmlab_nl_verify_start(struct netlink_callback *cb)
{
	struct verify_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	if (vml_dump_attrs(cb)[VMLAB_A_VERIFY_PID]) {
		vml_dump_target(cb, &d->dump, VMLAB_A_VERIFY_PID);
	} else if (!d->dump.admin) {
		d->dump.err = -EPERM;
		d->dump.why = "to verify all processes needs CAP_SYS_ADMIN";
	}
	return 0;
}

int vmlab_nl_verify_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

/* === One stretch === */

static void find_vma_of(struct vml_place *place, struct mm_struct *mm, u64 pos,
			u64 *end)
{
	VMA_ITERATOR(vmi, mm, pos);
	struct vm_area_struct *vma;

	for_each_vma(vmi, vma) {
		struct vml_map *map = vml_mirror_map(vma);

		if (!map)
			continue;
		if (vma->vm_start > pos) {
			*end = min_t(u64, *end, vma->vm_start);
			return;
		}
		place->vma = vma;
		place->map = map;
		*end = min_t(u64, *end, vma->vm_end);
		return;
	}
}

static void find_area_of(struct vml_place *place, u64 pos, u64 *end)
{
	struct vml_space_area *area = vml_area_find(place->space, pos);
	u32 left;

	if (!area)
		return;
	if (area->start > pos) {
		*end = min(*end, area->start);
		return;
	}
	place->area = area;
	left = VML_TREE_SLOTS -
	       vml_area_index(area, pos) % VML_TREE_SLOTS;
	*end = min3(*end, area->end, pos + ((u64)left << VML_FRAME_SHIFT));
}

/* The addresses from @pos on that are alike; returns the end. */
static u64 find_stretch(struct vml_place *place, struct mm_struct *mm, u64 pos)
{
	const struct vml_ptable *pt = &place->space->ptable;
	u64 end = pt->base + pt->span;

	find_vma_of(place, mm, pos, &end);
	find_area_of(place, pos, &end);
	if (place->vma && !place->area)
		end = min(end, pos + PMD_SIZE);
	return end;
}

/* Where there may be an entry again, after an address that has none. */
static u64 skip_empty(const struct vml_place *place,
		      const struct vml_pair *pair, u64 end)
{
	u64 real = end, shadow = pair->address, size;

	if (place->vma) {
		size = vml_level_size(pair->leaf.level);
		real = (pair->address & ~(size - 1)) + size;
	}
	if (!vml_ptable_next(&place->space->ptable, &shadow, end, NULL))
		shadow = end;
	return max(min(real, shadow), pair->address + PAGE_SIZE);
}

static void count(struct verify_dump *d, const struct vml_pair *pair)
{
	switch (pair->mirror) {
	case VMLAB_MIRROR_EMPTY:
		break;
	case VMLAB_MIRROR_SAME:
		d->same++;
		break;
	case VMLAB_MIRROR_MISSING:
		d->missing++;
		break;
	case VMLAB_MIRROR_COPY:
		d->copies++;
		break;
	default:
		d->violations++;
		if (d->nr < FOUND && d->told + d->nr < TOLD)
			d->found[d->nr++] = *pair;
	}
}

static void compare(struct verify_dump *d, const struct vml_place *place,
		    u64 end)
{
	struct vml_pair pair;
	u64 at, next;

	vml_place_lock(place, d->pos);
	vml_walk_begin(place->vma);
	for (at = d->pos; at < end; at = next) {
		vml_pair_read(place, at, &pair);
		count(d, &pair);
		next = at + PAGE_SIZE;
		if (pair.mirror == VMLAB_MIRROR_EMPTY)
			next = skip_empty(place, &pair, end);
	}
	vml_walk_end(place->vma);
	vml_place_unlock(place, d->pos);
}

/* Returns 1 while there is more to come, 0 at the end, -EINTR if killed. */
static int next_stretch(struct verify_dump *d, struct mm_struct *mm,
			struct vml_space *space)
{
	struct vml_place place = { .space = space };
	const struct vml_ptable *pt = &space->ptable;
	u64 end;

	d->pos = max(d->pos, pt->base);
	if (d->pos - pt->base >= pt->span)
		return 0;
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	if (down_write_killable(&space->lock)) {
		mmap_read_unlock(mm);
		return -EINTR;
	}
	end = find_stretch(&place, mm, d->pos);
	compare(d, &place, end);
	up_write(&space->lock);
	mmap_read_unlock(mm);
	d->pos = end;
	return 1;
}

/* === The answer === */

static int put_violation(struct sk_buff *skb, const struct vml_pair *pair,
			 bool admin)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_VERIFY_VIOLATION);
	u64 raw = pair->leaf.raw, entry = pair->entry;

	if (!admin) {
		raw = raw ? vml_entry_withhold(pair->leaf.level, raw) : 0;
		entry = vml_shadow_withhold(entry);
	}
	if (!nest ||
	    nla_put_u64_64bit(skb, VMLAB_A_VIOLATION_ADDRESS, pair->address,
			      VMLAB_A_VIOLATION_PAD) ||
	    nla_put_u32(skb, VMLAB_A_VIOLATION_MIRROR, pair->mirror) ||
	    nla_put_u64_64bit(skb, VMLAB_A_VIOLATION_REAL, raw,
			      VMLAB_A_VIOLATION_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_VIOLATION_ENTRY, entry,
			      VMLAB_A_VIOLATION_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_counts(struct sk_buff *skb, const struct verify_dump *d)
{
	if (nla_put_u64_64bit(skb, VMLAB_A_VERIFY_SAME, d->same,
			      VMLAB_A_VERIFY_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_VERIFY_MISSING, d->missing,
			      VMLAB_A_VERIFY_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_VERIFY_COPIES, d->copies,
			      VMLAB_A_VERIFY_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_VERIFY_VIOLATIONS, d->violations,
			      VMLAB_A_VERIFY_PAD))
		return -EMSGSIZE;
	return 0;
}

/*
 * What was found; with @last, the counts too. A part that found nothing sends a
 * message all the same, so that the reader asks on.
 */
static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       struct verify_dump *d, struct vml_process *process,
		       bool last)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_VERIFY);
	u32 i;

	if (!header)
		return -EMSGSIZE;
	if (vml_put_process(skb, VMLAB_A_VERIFY_PID, VMLAB_A_VERIFY_COMM,
			    process))
		goto cancel_message;
	for (i = 0; i < d->nr; i++)
		if (put_violation(skb, &d->found[i], d->dump.admin))
			goto cancel_message;
	if (last && put_counts(skb, d))
		goto cancel_message;
	vml_dump_send(skb, cb, header);
	d->told += d->nr;
	d->nr = 0;
	return 0;

cancel_message:
	genlmsg_cancel(skb, header);
	return -EMSGSIZE;
}

/* Returns 1 when the process is done, 0 when the part is full. */
static int verify_part(struct sk_buff *skb, struct netlink_callback *cb,
		       struct verify_dump *d, struct vml_process *process,
		       struct mm_struct *mm)
{
	unsigned int nr;
	int more = 1;

	/* What did not fit into the part before. */
	if (d->nr && put_message(skb, cb, d, process, false))
		return -EMSGSIZE;
	for (nr = 0; more > 0 && nr < STRETCHES; nr++) {
		more = next_stretch(d, mm, &process->space);
		if (d->nr && put_message(skb, cb, d, process, false))
			return 0;
		cond_resched();
	}
	if (more < 0)
		return more;
	if (put_message(skb, cb, d, process, !more))
		return skb->len ? 0 : -EMSGSIZE;
	return !more;
}

static void begin(struct verify_dump *d, u64 id)
{
	if (d->id == id)
		return;
	d->id = id;
	d->pos = 0;
	d->same = 0;
	d->missing = 0;
	d->copies = 0;
	d->violations = 0;
	d->told = 0;
	d->nr = 0;
}

static int verify_one(struct sk_buff *skb, struct netlink_callback *cb,
		      struct verify_dump *d)
{
	struct vml_process *process = vml_process_find(d->dump.mm);
	int err;

	if (!process) {
		d->dump.err = -ENOENT;
		d->dump.why = VML_NO_SPACE;
		return vml_dump_error(cb);
	}
	begin(d, process->id);
	err = verify_part(skb, cb, d, process, d->dump.mm);
	vml_process_put(process);
	d->dump.done = err > 0;
	return err < 0 ? err : 0;
}

static int verify_all(struct sk_buff *skb, struct netlink_callback *cb,
		      struct verify_dump *d)
{
	struct vml_process *process;
	struct mm_struct *mm;
	u64 id = d->before;
	int err = 1;

	while (err > 0 && (process = vml_process_next(&id))) {
		begin(d, id);
		mm = vml_process_mm(process);
		if (mm) {
			err = verify_part(skb, cb, d, process, mm);
			mmput(mm);
		}
		vml_process_put(process);
		if (err > 0)
			d->before = id;
	}
	d->dump.done = err > 0;
	return err < 0 ? err : 0;
}

int vmlab_nl_verify_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct verify_dump *d = vml_dump_get(cb);
	int err = vml_dump_error(cb);

	if (err || d->dump.done)
		return err;
	if (!d->dump.mm) {
		err = verify_all(skb, cb, d);
		return err ? err : skb->len;
	}
	err = vml_dump_enter(cb);
	if (err <= 0)
		return err;
	/* Each stretch is true by itself, whatever happens in between. */
	cb->seq = cb->prev_seq;
	err = verify_one(skb, cb, d);
	vml_dump_leave(cb);
	return err ? err : skb->len;
}
