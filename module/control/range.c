// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_RANGE: a range of addresses, merged into runs of equal
 * neighbours.
 *
 * The walker hands out pieces: copies of some entries of one table. A piece is
 * cut into groups of entries that are alike; a group that goes on where the
 * run before it ended, and is like it, makes it longer. With the number of
 * every page asked for, groups are sent as they come.
 */
#include "control.h"

#include <vmlab/walk.h>

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#define STATES_DEFAULT	(~VMLAB_STATES_NONE)

/*
 * Pieces that one part of a dump looks at, however little it finds: netlink
 * holds a lock of all families while the first part is made.
 */
#define PIECES		4096

/* Bytes of a run's attributes, but for the list of numbers. */
#define RUN_SIZE	128

/**
 * struct run - neighbours of equal state, page size and flags
 * @start: first address
 * @end: first address past them
 * @leaf: the first of them
 * @next: number of the frame or slot that would continue the run
 * @consecutive: their numbers are consecutive
 */
struct run {
	u64 start;
	u64 end;
	struct vml_leaf leaf;
	u64 next;
	bool consecutive;
};

/**
 * struct range_dump - a dump of a range
 * @dump: what every dump has
 * @pos: where the next piece starts
 * @end: where to stop
 * @states: bits of &enum vmlab_states that are wanted
 * @sizes: bits of &enum vmlab_page_sizes that are wanted
 * @set: flags that a leaf must have
 * @clear: flags that a leaf must not have
 * @pages: the number of every leaf is wanted
 * @open: @run has something that was not sent
 * @run: what equal neighbours may still make longer
 * @at: the next entry of @piece to look at
 * @piece: copied entries
 */
struct range_dump {
	struct vml_dump dump;
	u64 pos;
	u64 end;
	u32 states;
	u32 sizes;
	u32 set;
	u32 clear;
	bool pages;
	bool open;
	struct run run;
	unsigned int at;
	struct vml_piece piece;
};

/* === The request === */

static u64 get_u64(struct nlattr *attr, u64 otherwise)
{
	return attr ? nla_get_u64(attr) : otherwise;
}

static u32 get_u32(struct nlattr *attr, u32 otherwise)
{
	return attr ? nla_get_u32(attr) : otherwise;
}

static void read_request(struct range_dump *d, struct nlattr **attrs)
{
	d->pos = get_u64(attrs[VMLAB_A_RANGE_START], 0);
	d->end = get_u64(attrs[VMLAB_A_RANGE_END], TASK_SIZE_MAX);
	d->states = get_u32(attrs[VMLAB_A_RANGE_STATES], STATES_DEFAULT);
	d->sizes = get_u32(attrs[VMLAB_A_RANGE_SIZES], U32_MAX);
	d->set = get_u64(attrs[VMLAB_A_RANGE_FLAGS], 0);
	d->clear = get_u64(attrs[VMLAB_A_RANGE_CLEAR_FLAGS], 0);
	d->pages = nla_get_flag(attrs[VMLAB_A_RANGE_PAGES]);

	if (d->pos >= d->end) {
		d->dump.err = -EINVAL;
		d->dump.why = "the range is empty: its end must be above its start";
	} else if (d->end > TASK_SIZE_MAX) {
		d->dump.err = -ERANGE;
		d->dump.why = "the range must lie in the user half";
	} else if ((d->pos | d->end) & ~PAGE_MASK) {
		d->dump.err = -EINVAL;
		d->dump.why = "start and end must be multiples of 4096";
	}
}

int vmlab_nl_range_start(struct netlink_callback *cb)
{
	struct range_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	vml_dump_target(cb, &d->dump, VMLAB_A_RANGE_PID);
	if (!d->dump.err)
		read_request(d, vml_dump_attrs(cb));
	return 0;
}

int vmlab_nl_range_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

/* === From entries to groups === */

static bool has_number(const struct vml_leaf *leaf)
{
	switch (leaf->state) {
	case VMLAB_STATE_NONE:
	case VMLAB_STATE_MARKER:
	case VMLAB_STATE_GUARD:
	case VMLAB_STATE_BAD:
		return false;
	default:
		return true;
	}
}

static u64 leaf_frames(const struct vml_leaf *leaf)
{
	return vml_level_size(leaf->level) >> PAGE_SHIFT;
}

static bool alike(const struct vml_leaf *a, const struct vml_leaf *b)
{
	return a->level == b->level && a->state == b->state &&
	       a->flags == b->flags && a->pkey == b->pkey &&
	       a->swap_type == b->swap_type;
}

/*
 * Whether all but the frame tells two present leaves apart. Not so where the
 * page of zeroes, small or huge, is known by its frame alone; and an entry
 * of PROT_NONE has the bits of its frame inverted.
 */
static bool is_plain(const struct vml_piece *piece, u64 raw)
{
	if ((raw & (_PAGE_PRESENT | _PAGE_SPECIAL)) != _PAGE_PRESENT)
		return false;
	return piece->level == VMLAB_LEVEL_PTE || !piece->anon ||
	       raw & _PAGE_RW;
}

/* One pass with as little as can be done for each page. */
static unsigned int scan_plain(const struct vml_piece *piece, unsigned int i,
			       bool *consecutive)
{
	u64 keep = ~vml_leaf_frame_mask(piece->level);
	u64 step = vml_level_size(piece->level);
	u64 first = piece->raw[i], last = first;
	u64 jumps = 0;

	for (i++; i < piece->nr; i++) {
		u64 raw = piece->raw[i];

		if ((raw ^ first) & keep)
			break;
		jumps |= raw - last - step;
		last = raw;
	}
	*consecutive = !jumps;
	return i;
}

static unsigned int scan_none(const struct vml_piece *piece, unsigned int i,
			      bool *consecutive)
{
	while (i < piece->nr && !piece->raw[i])
		i++;
	*consecutive = false;
	return i;
}

static unsigned int scan_other(const struct vml_piece *piece, unsigned int i,
			       const struct vml_leaf *first, bool admin,
			       bool *consecutive)
{
	u64 next = first->number + leaf_frames(first);
	struct vml_leaf leaf;

	*consecutive = true;
	for (i++; i < piece->nr; i++) {
		vml_piece_leaf(piece, i, &leaf);
		if (!admin)
			leaf.swap_type = 0;
		if (!alike(&leaf, first))
			break;
		if (leaf.number != next)
			*consecutive = false;
		next += leaf_frames(first);
	}
	return i;
}

static u64 number_of(const struct vml_piece *piece, unsigned int i)
{
	struct vml_leaf leaf;

	if (is_plain(piece, piece->raw[i]))
		return (piece->raw[i] & vml_leaf_frame_mask(piece->level)) >>
		       PAGE_SHIFT;
	vml_piece_leaf(piece, i, &leaf);
	return leaf.number;
}

static u64 entry_end(const struct vml_piece *piece, unsigned int i)
{
	return min(piece->base + i * vml_level_size(piece->level), piece->end);
}

/* A group that starts inside a huge page starts at a frame inside it. */
static u64 frames_before(const struct vml_piece *piece, unsigned int i)
{
	return i ? 0 : (piece->start - piece->base) >> PAGE_SHIFT;
}

/* Cuts the next group from the piece. Returns the entry after it. */
static unsigned int cut_group(const struct vml_piece *piece, unsigned int i,
			      bool admin, struct run *group)
{
	unsigned int end;

	vml_piece_leaf(piece, i, &group->leaf);
	if (!admin)
		group->leaf.swap_type = 0;
	if (!piece->raw[i])
		end = scan_none(piece, i, &group->consecutive);
	else if (is_plain(piece, piece->raw[i]))
		end = scan_plain(piece, i, &group->consecutive);
	else
		end = scan_other(piece, i, &group->leaf, admin,
				 &group->consecutive);

	group->start = i ? entry_end(piece, i) : piece->start;
	group->end = entry_end(piece, end);
	group->next = number_of(piece, end - 1) + leaf_frames(&group->leaf);
	group->leaf.number += frames_before(piece, i);
	return end;
}

static bool wanted(const struct range_dump *d, const struct vml_leaf *leaf)
{
	u32 size = BIT(leaf->level - VMLAB_LEVEL_PTE);

	return d->states & BIT(leaf->state) && d->sizes & size &&
	       (leaf->flags & d->set) == d->set && !(leaf->flags & d->clear);
}

/* === From runs to the message === */

static int put_scalars(struct sk_buff *skb, const struct run *run)
{
	const struct vml_leaf *leaf = &run->leaf;

	if (nla_put_u64_64bit(skb, VMLAB_A_RUN_START, run->start,
			      VMLAB_A_RUN_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_RUN_END, run->end,
			      VMLAB_A_RUN_PAD) ||
	    nla_put_u32(skb, VMLAB_A_RUN_STATE, leaf->state) ||
	    nla_put_u64_64bit(skb, VMLAB_A_RUN_PAGE_SIZE,
			      vml_level_size(leaf->level), VMLAB_A_RUN_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_RUN_FLAGS, leaf->flags,
			      VMLAB_A_RUN_PAD) ||
	    (leaf->pkey && nla_put_u32(skb, VMLAB_A_RUN_PKEY, leaf->pkey)))
		return -EMSGSIZE;
	return 0;
}

static bool is_slot(const struct vml_leaf *leaf)
{
	return leaf->state == VMLAB_STATE_SWAP ||
	       leaf->state == VMLAB_STATE_MIGRATION ||
	       leaf->state == VMLAB_STATE_HWPOISON ||
	       leaf->state == VMLAB_STATE_DEVICE;
}

static int put_first_number(struct sk_buff *skb, const struct run *run)
{
	int attr = is_slot(&run->leaf) ? VMLAB_A_RUN_SWAP_OFFSET :
					 VMLAB_A_RUN_PFN;

	return nla_put_u64_64bit(skb, attr, run->leaf.number, VMLAB_A_RUN_PAD);
}

static int put_numbers(struct sk_buff *skb, const struct vml_piece *piece,
		       unsigned int i, unsigned int end)
{
	struct nlattr *attr = nla_reserve(skb, VMLAB_A_RUN_NUMBERS,
					  (end - i) * sizeof(u64));
	u64 mask = vml_leaf_frame_mask(piece->level);
	u64 before = frames_before(piece, i);
	u64 *number;

	if (!attr)
		return -EMSGSIZE;
	number = nla_data(attr);
	if (is_plain(piece, piece->raw[i])) {
		for (; i < end; i++)
			put_unaligned((piece->raw[i] & mask) >> PAGE_SHIFT,
				      number++);
	} else {
		for (; i < end; i++)
			put_unaligned(number_of(piece, i), number++);
	}
	number = nla_data(attr);
	put_unaligned(get_unaligned(number) + before, number);
	return 0;
}

/* With @piece, entries @i to @end of it are the run. */
static int put_run(struct sk_buff *skb, const struct range_dump *d,
		   const struct run *run, const struct vml_piece *piece,
		   unsigned int i, unsigned int end)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_RANGE_RUN);
	bool numbers = d->dump.admin && has_number(&run->leaf);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = put_scalars(skb, run);
	if (!err && numbers && is_slot(&run->leaf))
		err = nla_put_u32(skb, VMLAB_A_RUN_SWAP_TYPE,
				  run->leaf.swap_type);
	if (!err && numbers && run->consecutive)
		err = put_first_number(skb, run);
	else if (!err && numbers && piece)
		err = put_numbers(skb, piece, i, end);
	if (err) {
		nla_nest_cancel(skb, nest);
		return err;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int flush_run(struct sk_buff *skb, struct range_dump *d)
{
	int err = d->open ? put_run(skb, d, &d->run, NULL, 0, 0) : 0;

	if (!err)
		d->open = false;
	return err;
}

static bool continues(const struct run *run, const struct run *group)
{
	return run->end == group->start && alike(&run->leaf, &group->leaf);
}

static int add_group(struct sk_buff *skb, struct range_dump *d,
		     const struct run *group)
{
	int err;

	if (d->open && continues(&d->run, group)) {
		d->run.consecutive &= group->consecutive &&
				      group->leaf.number == d->run.next;
		d->run.next = group->next;
		d->run.end = group->end;
		return 0;
	}
	err = flush_run(skb, d);
	if (err)
		return err;
	d->run = *group;
	d->open = true;
	return 0;
}

/* As many entries of the group as there is room for numbers. */
static int send_group(struct sk_buff *skb, struct range_dump *d,
		      struct run *group, unsigned int *end)
{
	unsigned int room = skb_tailroom(skb);
	unsigned int fit;

	if (room < RUN_SIZE + 2 * sizeof(u64))
		return -EMSGSIZE;
	fit = (room - RUN_SIZE) / sizeof(u64);
	if (!group->consecutive && d->dump.admin && has_number(&group->leaf) &&
	    *end - d->at > fit) {
		*end = d->at + fit;
		group->end = entry_end(&d->piece, *end);
	}
	return put_run(skb, d, group, &d->piece, d->at, *end);
}

static int put_piece(struct sk_buff *skb, struct range_dump *d)
{
	struct run group;
	unsigned int end;
	int err;

	while (d->at < d->piece.nr) {
		end = cut_group(&d->piece, d->at, d->dump.admin, &group);
		if (wanted(d, &group.leaf)) {
			err = d->pages ? send_group(skb, d, &group, &end) :
					 add_group(skb, d, &group);
			if (err)
				return err;
		}
		d->at = end;
	}
	return 0;
}

/* Returns 1 while there is more to come, 0 at the end. */
static int next_piece(struct range_dump *d)
{
	int more;

	if (d->pos >= d->end)
		return 0;
	more = vml_walk_piece(d->dump.mm, d->pos, d->end, &d->piece);
	if (more > 0) {
		d->at = 0;
		d->pos = d->piece.end;
	} else {
		d->piece.nr = 0;
		d->at = 0;
	}
	return more;
}

/* Returns 0 when all was sent or this part has worked for long enough. */
static int put_runs(struct sk_buff *skb, struct range_dump *d)
{
	unsigned int pieces = 0;
	int err, more;

	do {
		err = put_piece(skb, d);
		if (err)
			return err;
		if (pieces++ == PIECES || signal_pending(current))
			return 0;
		more = next_piece(d);
		cond_resched();
	} while (more > 0);
	err = more < 0 ? more : flush_run(skb, d);
	if (!err)
		d->dump.done = true;
	return err;
}

/*
 * A message may have no run: then this part found none in what it looked at,
 * and the reader shall ask on.
 */
static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       struct range_dump *d)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_RANGE);
	unsigned int empty = skb->len;
	int err;

	if (!header)
		return -EMSGSIZE;
	err = put_runs(skb, d);
	if (err == -EMSGSIZE && skb->len > empty)
		err = 0;
	cb->seq = vml_mm_seq(d->dump.mm);
	if (err || (d->dump.done && skb->len == empty))
		genlmsg_cancel(skb, header);
	else
		vml_dump_send(skb, cb, header);
	return err;
}

int vmlab_nl_range_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct range_dump *d = vml_dump_get(cb);
	int err;

	err = vml_dump_enter(cb);
	if (err <= 0)
		return err;
	err = put_message(skb, cb, d);
	vml_dump_leave(cb);
	return err ? err : skb->len;
}
