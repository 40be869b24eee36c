// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_RMAP_GET: all that lead to a frame: the memories that have it, and
 * the entries that map it.
 *
 * The owner of a frame may be gone by the time that it is looked at. So the
 * memories are gone through for one that has it, which then keeps it.
 */
#include "shadow.h"

#include <vmlab/rmap.h>
#include <vmlab/zone.h>

#include <linux/mm.h>
#include <linux/slab.h>

/* Mappings that are told at most. */
#define MAPPINGS	65536

/**
 * struct mapping - an entry that maps the frame
 * @process: whose; with a reference
 * @address: where
 * @entry: the shadow entry
 */
struct mapping {
	struct vml_process *process;
	u64 address;
	u64 entry;
};

/**
 * struct rmap_dump - a dump of what leads to a frame
 * @dump: what every dump has
 * @frame: number of the frame
 * @index: in its memories
 * @memory: where the search for memories goes on
 * @memories_done: all of them were put
 * @room: how many @mappings has room for
 * @nr: how many there are, or were when there were more
 * @at: the next one to put
 * @mappings: they
 */
struct rmap_dump {
	struct vml_dump dump;
	u32 frame;
	u32 index;
	u32 memory;
	bool memories_done;
	u32 room;
	u32 nr;
	u32 at;
	struct mapping *mappings;
};

/* === Who has it === */

static bool has_frame(struct vml_object *object, u32 index, u32 frame)
{
	struct vml_content content;

	return index < object->size &&
	       vml_content_at(object, index, &content) &&
	       content.frame == frame;
}

/*
 * The next memory that has the frame, with a reference, and the sem of its
 * family held and the lock of the index, so that it has it still.
 */
static struct vml_memory *next_holder(struct rmap_dump *d)
{
	struct vml_memory *memory;
	struct vml_object *object;

	while ((memory = vml_memory_next(&d->memory))) {
		object = memory->object;
		down_read(&object->family->sem);
		mutex_lock(vml_object_lock(object, d->index));
		if (has_frame(object, d->index, d->frame))
			return memory;
		mutex_unlock(vml_object_lock(object, d->index));
		up_read(&object->family->sem);
		vml_memory_put(memory);
	}
	return NULL;
}

static void put_holder(struct rmap_dump *d, struct vml_memory *memory)
{
	struct vml_object *object = memory->object;

	mutex_unlock(vml_object_lock(object, d->index));
	up_read(&object->family->sem);
	vml_memory_put(memory);
}

/* === Where it is mapped === */

static bool collect(struct vml_space *space, u64 address, u64 entry, void *arg)
{
	struct rmap_dump *d = arg;
	struct vml_process *process = container_of(space, struct vml_process,
						   space);

	if (d->nr < d->room) {
		/* It may be about to end. */
		if (!kref_get_unless_zero(&process->refs))
			return true;
		d->mappings[d->nr] = (struct mapping) {
			.process = process, .address = address, .entry = entry,
		};
	}
	d->nr++;
	return true;
}

static void drop_mappings(struct rmap_dump *d)
{
	u32 nr = min(d->nr, d->room);

	while (nr--)
		vml_process_put(d->mappings[nr].process);
	kvfree(d->mappings);
	d->mappings = NULL;
	d->room = 0;
	d->nr = 0;
}

/* Once for how many there are, and again until there is room for them. */
static int find_mappings(struct rmap_dump *d)
{
	struct vml_memory *memory;
	u32 room;

	for (;;) {
		d->memory = 0;
		memory = next_holder(d);
		if (!memory)
			return -ENOENT;
		vml_rmap_walk(vml_frame_at(d->frame), collect, d);
		put_holder(d, memory);
		if (d->nr <= d->room || d->room == MAPPINGS)
			return 0;
		room = min(2 * d->nr, MAPPINGS);
		drop_mappings(d);
		d->mappings = kvmalloc_array(room, sizeof(*d->mappings),
					     GFP_KERNEL_ACCOUNT);
		if (!d->mappings)
			return -ENOMEM;
		d->room = room;
	}
}

/* Whether the frame is content, maybe inside a block; notes at which index. */
static bool is_content(struct rmap_dump *d)
{
	struct vml_frame *frame = vml_frame_at(d->frame), *head;
	struct vml_zone *zone = vml_frame_zone(frame);
	u32 word;

	if (vml_word_state(vml_frame_word(frame)) == VML_HOLE)
		return false;
	spin_lock(&zone->lock);
	head = vml_frame_head(frame);
	word = vml_frame_word(head);
	d->index = READ_ONCE(head->index) + (frame - head);
	spin_unlock(&zone->lock);
	return vml_word_state(word) == VML_USED && word & VML_FRAME_CONTENT;
}

static void begin(struct rmap_dump *d, const struct nlattr *frame)
{
	d->dump.err = -EINVAL;
	d->dump.why = "the number of a frame is needed";
	if (!frame)
		return;
	d->frame = nla_get_u32(frame);
	d->dump.err = -ERANGE;
	d->dump.why = "there is no such frame";
	if (d->frame >= vml_frames.nr)
		return;
	d->dump.err = -ENOENT;
	if (is_content(d))
		d->dump.err = find_mappings(d);
	d->dump.why = d->dump.err == -ENOENT ?
		      "the frame is no object's content" : "out of memory";
	d->memory = 0;
}

int vmlab_nl_rmap_get_start(struct netlink_callback *cb)
{
	struct rmap_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	if (d->dump.admin) {
		begin(d, vml_dump_attrs(cb)[VMLAB_A_RMAP_FRAME]);
	} else {
		d->dump.err = -EPERM;
		d->dump.why = "to see who maps a frame needs CAP_SYS_ADMIN";
	}
	return 0;
}

int vmlab_nl_rmap_get_done(struct netlink_callback *cb)
{
	struct rmap_dump *d = vml_dump_get(cb);

	if (d)
		drop_mappings(d);
	vml_dump_done(cb);
	return 0;
}

/* === The answer === */

/* The memory that the area at an address shows, if it still is there. */
static u32 memory_at(struct vml_space *space, u64 address)
{
	struct vml_space_area *area;
	u32 id = 0;

	down_read(&space->lock);
	area = vml_area_find(space, address);
	if (area && area->start <= address)
		id = vml_area_memory(area);
	up_read(&space->lock);
	return id;
}

static int put_mapping(struct sk_buff *skb, const struct mapping *m)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_RMAP_MAPPING);
	u32 memory = memory_at(&m->process->space, m->address);

	if (!nest)
		return -EMSGSIZE;
	if (vml_put_process(skb, VMLAB_A_MAPPING_PID, VMLAB_A_MAPPING_COMM,
			    m->process) ||
	    nla_put_u64_64bit(skb, VMLAB_A_MAPPING_ADDRESS, m->address,
			      VMLAB_A_MAPPING_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_MAPPING_ENTRY, m->entry,
			      VMLAB_A_MAPPING_PAD) ||
	    (memory && nla_put_u32(skb, VMLAB_A_MAPPING_MEMORY, memory))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_memories(struct sk_buff *skb, struct rmap_dump *d)
{
	u32 before = d->memory;
	struct vml_memory *memory;
	int err = 0;

	while (!err && (memory = next_holder(d))) {
		u32 id = memory->id;

		put_holder(d, memory);
		err = nla_put_u32(skb, VMLAB_A_RMAP_MEMORY, id);
		if (err)
			d->memory = before;
		before = d->memory;
	}
	d->memories_done = !err;
	return err;
}

static int put_mappings(struct sk_buff *skb, struct rmap_dump *d)
{
	u32 nr = min(d->nr, d->room);

	for (; d->at < nr; d->at++)
		if (put_mapping(skb, &d->mappings[d->at]))
			return -EMSGSIZE;
	if (d->nr > nr && nla_put_u32(skb, VMLAB_A_RMAP_LOST, d->nr - nr))
		return -EMSGSIZE;
	d->dump.done = true;
	return 0;
}

int vmlab_nl_rmap_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct rmap_dump *d = vml_dump_get(cb);
	int err = vml_dump_error(cb);
	void *header;

	if (err || d->dump.done)
		return err;
	header = vml_dump_message(skb, cb, VMLAB_CMD_RMAP_GET);
	if (!header)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VMLAB_A_RMAP_INDEX, d->index)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	if (!d->memories_done)
		put_memories(skb, d);
	if (d->memories_done)
		put_mappings(skb, d);
	vml_dump_send(skb, cb, header);
	return skb->len;
}
