// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_MEMORY_GET, VMLAB_CMD_CONTENT_GET: the memories that programs map,
 * and what is in one of them.
 */
#include "shadow.h"

#include <vmlab/file.h>

#include <linux/dcache.h>
#include <linux/user_namespace.h>

static_assert(VMLAB_MEMORY_FLAG_GROWS == VMLAB_MEMORY_GROWS);
static_assert(VMLAB_MEMORY_FLAG_FORK_COPY == VMLAB_MEMORY_FORK_COPY);
static_assert(VMLAB_MEMORY_FLAG_HUGE == VMLAB_MEMORY_HUGE);

/* Indices that one part of a dump looks at. */
#define INDICES		65536

/* With a reference; NULL if there is none that the caller may see. */
static struct vml_memory *find_memory(u32 id, bool admin, kuid_t uid)
{
	u32 at = id - 1;
	struct vml_memory *memory = id ? vml_memory_next(&at) : NULL;

	if (memory && (at != id || !(admin || uid_eq(memory->owner, uid)))) {
		vml_memory_put(memory);
		return NULL;
	}
	return memory;
}

/**
 * vml_request_memory() - find the memory that a request names
 * @skb: the request
 * @id: the number
 *
 * Return: with a reference; NULL if there is none, or it is another user's and
 * the caller has not CAP_SYS_ADMIN.
 */
struct vml_memory *vml_request_memory(const struct sk_buff *skb, u32 id)
{
	return find_memory(id, vml_is_admin(skb), vml_request_uid(skb));
}

static void check_id(struct vml_dump *dump, u32 id, kuid_t uid)
{
	struct vml_memory *memory = find_memory(id, dump->admin, uid);

	if (memory) {
		vml_memory_put(memory);
		return;
	}
	dump->err = -ENOENT;
	dump->why = VML_NO_MEMORY;
}

/* === Memories === */

/**
 * struct memory_dump - a dump of memories
 * @dump: what every dump has
 * @uid: whose may be shown
 * @id: the only one wanted, or 0
 * @at: id of the last one that was put
 */
struct memory_dump {
	struct vml_dump dump;
	kuid_t uid;
	u32 id;
	u32 at;
};

int vmlab_nl_memory_get_start(struct netlink_callback *cb)
{
	struct nlattr *id = vml_dump_attrs(cb)[VMLAB_A_MEMORY_ID];
	struct memory_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->uid = vml_request_uid(cb->skb);
	if (id) {
		d->id = nla_get_u32(id);
		check_id(&d->dump, d->id, d->uid);
		d->at = d->id - 1;
	}
	return 0;
}

int vmlab_nl_memory_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

static u32 count_areas(struct vml_object *object)
{
	struct vml_space_area *area = NULL;
	u32 nr = 0;

	spin_lock(&object->family->lock);
	while ((area = vml_object_area(object, area, 0, U32_MAX)))
		nr++;
	spin_unlock(&object->family->lock);
	return nr;
}

/* Of a path that is too long, that there is one. */
static int put_path(struct sk_buff *skb, struct file *file)
{
	char *buffer = kmalloc(PATH_MAX, GFP_KERNEL);
	const char *path = "";
	int err;

	if (buffer)
		path = d_path(vml_file_path(file), buffer, PATH_MAX);
	if (IS_ERR(path))
		path = "";
	err = nla_put_string(skb, VMLAB_A_MEMORY_FILE, path);
	kfree(buffer);
	return err;
}

static int put_number(struct sk_buff *skb, int attr, u64 number)
{
	return nla_put_u64_64bit(skb, attr, number, VMLAB_A_MEMORY_PAD);
}

static int put_reads(struct sk_buff *skb, struct vml_object *object)
{
	struct vml_space_area *area = NULL;
	u64 major = 0, ahead = 0, hits = 0, waste = 0;

	spin_lock(&object->family->lock);
	while ((area = vml_object_area(object, area, 0, U32_MAX))) {
		major += atomic64_read(&area->counts.faults[VML_FAULT_MAJOR]);
		ahead += atomic64_read(&area->counts.read_ahead);
		hits += atomic64_read(&area->counts.read_hits);
		waste += atomic64_read(&area->counts.read_waste);
	}
	spin_unlock(&object->family->lock);
	if (put_number(skb, VMLAB_A_MEMORY_MAJOR, major) ||
	    put_number(skb, VMLAB_A_MEMORY_READAHEAD, ahead) ||
	    put_number(skb, VMLAB_A_MEMORY_READAHEAD_HITS, hits) ||
	    put_number(skb, VMLAB_A_MEMORY_READAHEAD_WASTE, waste))
		return -EMSGSIZE;
	return 0;
}

static int put_file(struct sk_buff *skb, struct vml_memory *memory)
{
	/* Pairs with the release in vml_file_attach(). */
	struct vml_file *f = smp_load_acquire(&memory->backing);

	if (!f)
		return 0;
	if (put_path(skb, f->file) ||
	    put_number(skb, VMLAB_A_MEMORY_FILE_OFFSET, f->offset) ||
	    (f->read_only &&
	     nla_put_flag(skb, VMLAB_A_MEMORY_FILE_READ_ONLY)) ||
	    put_number(skb, VMLAB_A_MEMORY_FILE_READS,
		       atomic64_read(&f->reads)) ||
	    put_number(skb, VMLAB_A_MEMORY_FILE_WRITES,
		       atomic64_read(&f->writes)) ||
	    put_number(skb, VMLAB_A_MEMORY_FILE_ERRORS,
		       atomic64_read(&f->errors)) ||
	    put_reads(skb, memory->object))
		return -EMSGSIZE;
	return 0;
}

static int put_content(struct sk_buff *skb, const struct vml_memory *memory)
{
	struct vml_tree_stat stat;

	vml_object_stat(memory->object, &stat);
	if (nla_put_u32(skb, VMLAB_A_MEMORY_FRAMES, stat.frames) ||
	    nla_put_u32(skb, VMLAB_A_MEMORY_SHARED, stat.shared) ||
	    nla_put_u32(skb, VMLAB_A_MEMORY_DIRTY, stat.dirty) ||
	    nla_put_u32(skb, VMLAB_A_MEMORY_TABLES, stat.tables) ||
	    nla_put_u32(skb, VMLAB_A_MEMORY_SHARED_TABLES,
			stat.shared_tables) ||
	    nla_put_u32(skb, VMLAB_A_MEMORY_HUGE, stat.huge) ||
	    nla_put_u32(skb, VMLAB_A_MEMORY_AREAS,
			count_areas(memory->object)))
		return -EMSGSIZE;
	return 0;
}

static int put_charge(struct sk_buff *skb, const struct vml_charge *charge)
{
	if (nla_put_u32(skb, VMLAB_A_MEMORY_CHARGED,
			atomic_read(&charge->used)) ||
	    (!charge->exempt &&
	     nla_put_u32(skb, VMLAB_A_MEMORY_CAP, vml_charge_most(charge))))
		return -EMSGSIZE;
	return 0;
}

static int put_policy(struct sk_buff *skb, const struct vml_policy_range *r)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_MEMORY_POLICY);

	if (!nest ||
	    nla_put_u32(skb, VMLAB_A_POLICY_RANGE_FIRST, r->first) ||
	    nla_put_u32(skb, VMLAB_A_POLICY_RANGE_LAST, r->last) ||
	    nla_put_u32(skb, VMLAB_A_POLICY_RANGE_MODE, r->policy.mode) ||
	    nla_put_u32(skb, VMLAB_A_POLICY_RANGE_NODES, r->policy.nodes))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_policies(struct sk_buff *skb, struct vml_object *object)
{
	struct vml_policy_range ranges[VML_POLICIES];
	u32 nr = vml_policy_list(object, ranges), i;
	int err = 0;

	for (i = 0; i < nr && !err; i++)
		err = put_policy(skb, &ranges[i]);
	return err;
}

static int put_label(struct sk_buff *skb, struct vml_memory *memory)
{
	struct user_namespace *ns = current_user_ns();
	char name[VMLAB_MEMORY_NAME_MAX];
	u32 mode, flags;
	u64 bytes;

	mutex_lock(&memory->lock);
	strscpy(name, memory->name, sizeof(name));
	mode = memory->mode;
	flags = memory->flags;
	bytes = memory->bytes;
	mutex_unlock(&memory->lock);
	if (nla_put_u32(skb, VMLAB_A_MEMORY_ID, memory->id) ||
	    (name[0] && nla_put_string(skb, VMLAB_A_MEMORY_NAME, name)) ||
	    nla_put_u32(skb, VMLAB_A_MEMORY_UID,
			from_kuid_munged(ns, memory->owner)) ||
	    nla_put_u32(skb, VMLAB_A_MEMORY_GID,
			from_kgid_munged(ns, memory->group)) ||
	    nla_put_u32(skb, VMLAB_A_MEMORY_MODE, mode) ||
	    nla_put_u32(skb, VMLAB_A_MEMORY_FLAGS, flags) ||
	    nla_put_u64_64bit(skb, VMLAB_A_MEMORY_SIZE, bytes,
			      VMLAB_A_MEMORY_PAD) ||
	    (memory->parent &&
	     nla_put_u32(skb, VMLAB_A_MEMORY_PARENT, memory->parent)))
		return -EMSGSIZE;
	return 0;
}

static int put_memory(struct sk_buff *skb, struct netlink_callback *cb,
		      struct vml_memory *memory)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_MEMORY_GET);

	if (!header)
		return -EMSGSIZE;
	if (put_label(skb, memory) || put_content(skb, memory) ||
	    put_charge(skb, memory->object->tree.charge) ||
	    put_policies(skb, memory->object) || put_file(skb, memory)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

static bool is_wanted(const struct memory_dump *d,
		      const struct vml_memory *memory, u32 id)
{
	return (d->dump.admin || uid_eq(memory->owner, d->uid)) &&
	       (!d->id || d->id == id);
}

int vmlab_nl_memory_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct memory_dump *d = vml_dump_get(cb);
	int err = vml_dump_error(cb);
	struct vml_memory *memory;
	u32 id = d->at;

	if (err)
		return err;
	while (!err && !d->dump.done && (memory = vml_memory_next(&id))) {
		if (is_wanted(d, memory, id))
			err = put_memory(skb, cb, memory);
		vml_memory_put(memory);
		if (!err)
			d->at = id;
		d->dump.done = !err && d->id;
	}
	return skb->len;
}

/* === Content === */

/**
 * struct content_dump - a dump of what is in a memory
 * @dump: what every dump has
 * @uid: whose may be shown
 * @id: of the memory
 * @at: the next index; past the largest when all were looked at
 * @run: what equal neighbours may still make longer, if it has any
 */
struct content_dump {
	struct vml_dump dump;
	kuid_t uid;
	u32 id;
	u64 at;
	struct vml_content run;
};

int vmlab_nl_content_get_start(struct netlink_callback *cb)
{
	struct nlattr *id = vml_dump_attrs(cb)[VMLAB_A_CONTENT_ID];
	struct content_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->uid = vml_request_uid(cb->skb);
	d->id = vml_attr_u32(id, 0);
	if (id) {
		check_id(&d->dump, d->id, d->uid);
	} else {
		d->dump.err = -EINVAL;
		d->dump.why = "the number of an object is needed";
	}
	return 0;
}

int vmlab_nl_content_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

/**
 * vml_content_at() - what a memory has at an index
 * @object: of the memory
 * @index: the index
 * @content: filled in
 *
 * Context: process; the sem of the object's family held. Takes its lock.
 * Return: whether it has anything.
 */
bool vml_content_at(struct vml_object *object, u32 index,
		    struct vml_content *content)
{
	struct vml_frame *frame;
	bool shared;
	u64 slot;

	spin_lock(&object->family->lock);
	slot = vml_tree_get(&object->tree, index, &shared);
	spin_unlock(&object->family->lock);
	frame = vml_slot_frame(slot);
	if (!frame)
		return false;
	*content = (struct vml_content) {
		.first = index, .nr = 1, .shared = shared,
		.dirty = slot & VML_SLOT_DIRTY, .huge = slot & VML_SLOT_HUGE,
		.frame = vml_frame_number(frame), .consecutive = true,
	};
	return true;
}

/**
 * vml_put_content() - put what a memory has at some indices
 * @skb: where to
 * @attr: the attribute to nest it in
 * @content: what it has
 * @admin: frames may be shown
 *
 * Return: 0 or -EMSGSIZE, with @skb as it was.
 */
int vml_put_content(struct sk_buff *skb, int attr,
		    const struct vml_content *content, bool admin)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VMLAB_A_CONTENT_RUN_FIRST, content->first) ||
	    nla_put_u32(skb, VMLAB_A_CONTENT_RUN_NR, content->nr) ||
	    (content->shared &&
	     nla_put_flag(skb, VMLAB_A_CONTENT_RUN_SHARED)) ||
	    (content->dirty &&
	     nla_put_flag(skb, VMLAB_A_CONTENT_RUN_DIRTY)) ||
	    (content->huge && nla_put_flag(skb, VMLAB_A_CONTENT_RUN_HUGE)) ||
	    (admin && content->consecutive &&
	     nla_put_u32(skb, VMLAB_A_CONTENT_RUN_FRAME, content->frame))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static bool continues(const struct vml_content *run,
		      const struct vml_content *next)
{
	return run->nr && run->first + run->nr == next->first &&
	       run->shared == next->shared && run->dirty == next->dirty &&
	       run->huge == next->huge;
}

static int flush_run(struct sk_buff *skb, struct content_dump *d)
{
	int err = d->run.nr ? vml_put_content(skb, VMLAB_A_CONTENT_RUN,
					      &d->run, d->dump.admin) : 0;

	if (!err)
		d->run.nr = 0;
	return err;
}

static int add_content(struct sk_buff *skb, struct content_dump *d,
		       const struct vml_content *next)
{
	int err;

	if (continues(&d->run, next)) {
		d->run.consecutive &= next->frame == d->run.frame + d->run.nr;
		d->run.nr++;
		return 0;
	}
	err = flush_run(skb, d);
	if (!err)
		d->run = *next;
	return err;
}

/* The next index that has content; past the largest without. */
static u64 next_index(struct vml_object *object, u64 at)
{
	u32 index = at;
	u64 slot;

	if (at > U32_MAX)
		return at;
	spin_lock(&object->family->lock);
	slot = vml_tree_next(&object->tree, &index, U32_MAX);
	spin_unlock(&object->family->lock);
	return slot ? index : (u64)U32_MAX + 1;
}

/* Returns 0 when all was put or this part has worked for long enough. */
static int put_runs(struct sk_buff *skb, struct content_dump *d,
		    struct vml_object *object)
{
	struct vml_content next;
	unsigned int nr;
	int err = 0;

	for (nr = 0; nr < INDICES && !err; nr++) {
		d->at = next_index(object, d->at);
		if (d->at > U32_MAX)
			break;
		if (vml_content_at(object, d->at, &next))
			err = add_content(skb, d, &next);
		if (!err)
			d->at++;
	}
	if (d->at > U32_MAX && !err)
		err = flush_run(skb, d);
	d->dump.done = d->at > U32_MAX && !d->run.nr;
	return err;
}

static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       struct content_dump *d, struct vml_object *object)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_CONTENT_GET);
	unsigned int empty = skb->len;
	int err;

	if (!header)
		return -EMSGSIZE;
	down_read(&object->family->sem);
	err = put_runs(skb, d, object);
	up_read(&object->family->sem);
	if (err == -EMSGSIZE && skb->len > empty)
		err = 0;
	if (err || (d->dump.done && skb->len == empty))
		genlmsg_cancel(skb, header);
	else
		vml_dump_send(skb, cb, header);
	return err;
}

/* A message may have no run: the reader shall ask on. */
int vmlab_nl_content_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct content_dump *d = vml_dump_get(cb);
	int err = vml_dump_error(cb);
	struct vml_memory *memory;

	if (err || d->dump.done)
		return err;
	memory = find_memory(d->id, d->dump.admin, d->uid);
	if (!memory) {
		d->dump.err = -ENOENT;
		d->dump.why = "the object went away";
		return vml_dump_error(cb);
	}
	err = put_message(skb, cb, d, memory->object);
	vml_memory_put(memory);
	return err ? err : skb->len;
}
