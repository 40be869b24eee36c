// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_HELD_GET: the records of what sessions hold. */
#include "session.h"

#include <vmlab/compact.h>
#include <vmlab/pool.h>
#include <vmlab/vmalloc.h>

#include <linux/lockdep.h>
#include <linux/slab.h>

/*
 * A frame with VML_FRAME_HAND has a record as its owner; protects that, so that
 * whoever comes by a frame finds the record and its session alive.
 */
static DEFINE_SPINLOCK(owners);

/* Marks the records of mappings; the lowest mark is that of free handles. */
#define MAPPING	XA_MARK_1

/* === Frames and their records === */

static void attach(struct vml_held *held)
{
	struct vml_frame *frame = held->frame;

	spin_lock(&owners);
	frame->owner = held;
	frame->index = 0;
	atomic_or(VML_FRAME_HAND, &frame->word);
	spin_unlock(&owners);
	if (held->movable)
		vml_frame_set_movable(frame);
}

static void detach(struct vml_held *held)
{
	struct vml_frame *frame = held->frame;

	spin_lock(&owners);
	atomic_andnot(VML_FRAME_HAND | VML_FRAME_MOVABLE, &frame->word);
	frame->owner = NULL;
	spin_unlock(&owners);
}

static struct vml_held *owner_of(struct vml_frame *frame)
{
	lockdep_assert_held(&owners);
	return vml_frame_word(frame) & VML_FRAME_HAND ? frame->owner : NULL;
}

/**
 * vml_held_by_frame() - the record of a block that a session holds
 * @session: the session, locked
 * @frame: first frame of the block
 *
 * Return: NULL if the session does not hold it.
 */
struct vml_held *vml_held_by_frame(struct vml_session *session,
				   struct vml_frame *frame)
{
	struct vml_held *held;

	lockdep_assert_held(&session->lock);
	spin_lock(&owners);
	held = owner_of(frame);
	if (held && held->session != session)
		held = NULL;
	spin_unlock(&owners);
	return held;
}

/**
 * vml_held_of_frame() - who holds a block by hand
 * @frame: first frame of the block
 * @holder: filled in
 *
 * Context: any of a process.
 * Return: whether anyone does.
 */
bool vml_held_of_frame(struct vml_frame *frame, struct vml_holder *holder)
{
	struct vml_held *held;

	spin_lock(&owners);
	held = owner_of(frame);
	if (held) {
		strscpy(holder->name, held->session->name,
			sizeof(holder->name));
		holder->uid = held->session->user->uid;
		holder->handle = held->handle;
	}
	spin_unlock(&owners);
	return held;
}

/**
 * vml_held_of_map() - the handle by which a session holds a mapping
 * @session: the session, locked
 * @map: a &struct vml_vmap; not followed
 *
 * Return: 0 if it does not hold it.
 */
u32 vml_held_of_map(struct vml_session *session, const void *map)
{
	struct vml_held *held;
	unsigned long index;

	lockdep_assert_held(&session->lock);
	xa_for_each_marked(&session->held, index, held, MAPPING)
		if (held->map == map)
			return held->handle;
	return 0;
}

/**
 * vml_held_migrate() - move what a block held by hand holds
 * @from: see &struct vml_alloc_ops
 * @to: see there
 * @order: see there
 *
 * The handle stays what it is. Whoever works with the session at this moment is
 * not waited for: he may be the one who compacts.
 *
 * Return: 0 or -EAGAIN.
 */
int vml_held_migrate(struct vml_frame *from, struct vml_frame *to,
		     unsigned int order)
{
	struct vml_session *s;
	struct vml_held *held;

	spin_lock(&owners);
	held = owner_of(from);
	if (!held || !mutex_trylock(&held->session->lock)) {
		spin_unlock(&owners);
		return -EAGAIN;
	}
	s = held->session;
	refcount_inc(&s->refs);
	spin_unlock(&owners);

	/* Nobody writes to frames held by hand, so nothing is lost. */
	vml_pool_copy(to, from, order);
	detach(held);
	held->frame = to;
	held->moved++;
	attach(held);
	mutex_unlock(&s->lock);
	vml_session_drop(s);
	vml_free(from, order);
	return 0;
}

/* === Records === */

/**
 * vml_held_prepare() - make a record, for what is to be allocated next
 * @hand: the request, which is refused if there may be no more
 * @kind: &enum vmlab_held_kind
 * @frames: that it is to count for
 * @err: on failure, what the handler is to return
 *
 * Return: for vml_held_add() or vml_held_cancel(); or NULL.
 */
struct vml_held *vml_held_prepare(struct vml_hand *hand, u32 kind, u64 frames,
				  int *err)
{
	struct vml_held *held;

	*err = vml_session_charge(hand, frames);
	if (*err)
		return NULL;
	held = kzalloc_obj(*held, GFP_KERNEL_ACCOUNT);
	if (!held) {
		vml_session_uncharge(hand->session, frames);
		*err = -ENOMEM;
		return NULL;
	}
	held->session = hand->session;
	held->kind = kind;
	held->charge = frames;
	return held;
}

/**
 * vml_held_cancel() - forget a record that was not added
 * @held: from vml_held_prepare()
 */
void vml_held_cancel(struct vml_held *held)
{
	vml_session_uncharge(held->session, held->charge);
	kfree(held);
}

static void count(const struct vml_held *held, int sign)
{
	struct vml_session *s = held->session;

	lockdep_assert_held(&s->lock);
	s->nr[held->kind] += sign;
	if (held->kind != VMLAB_HELD_KIND_OBJECT)
		s->frames += sign * (s64)held->charge;
}

/**
 * vml_held_add() - give a record its handle
 * @held: from vml_held_prepare(), filled in
 * @handle: filled in; by then the record may be gone, freed by another thread
 *
 * Context: takes the lock of the session.
 * Return: 0 or -ENOMEM; then what it holds is to be given back.
 */
int vml_held_add(struct vml_held *held, u32 *handle)
{
	struct vml_session *s = held->session;
	int err;

	mutex_lock(&s->lock);
	err = xa_alloc_cyclic(&s->held, &held->handle, held, xa_limit_31b,
			      &s->next, GFP_KERNEL_ACCOUNT);
	if (err >= 0) {
		*handle = held->handle;
		count(held, 1);
		if (held->kind == VMLAB_HELD_KIND_FRAMES)
			attach(held);
		if (held->kind == VMLAB_HELD_KIND_VMALLOC)
			xa_set_mark(&s->held, held->handle, MAPPING);
	}
	mutex_unlock(&s->lock);
	return min(err, 0);
}

/**
 * vml_held_remove() - forget a record; what it holds is then the caller's
 * @held: the record; is gone after
 *
 * Context: the session is locked.
 */
void vml_held_remove(struct vml_held *held)
{
	struct vml_session *s = held->session;

	xa_erase(&s->held, held->handle);
	if (held->kind == VMLAB_HELD_KIND_FRAMES)
		detach(held);
	if (held->kind == VMLAB_HELD_KIND_OBJECT && held->freed) {
		kfree(held);
		return;
	}
	count(held, -1);
	vml_held_cancel(held);
}

/**
 * vml_held_bury() - keep the record of an object that is freed
 * @held: the record; counts for nothing any more
 *
 * Context: the session is locked.
 */
void vml_held_bury(struct vml_held *held)
{
	held->freed = true;
	count(held, -1);
	vml_session_uncharge(held->session, held->charge);
}

/**
 * vml_held_find() - find a record by its handle
 * @hand: the request, which is refused if there is none
 * @kind: &enum vmlab_held_kind that it must be of
 * @attr: the attribute with the handle
 * @err: on failure, what the handler is to return
 *
 * Context: the session is locked.
 * Return: the record, or NULL.
 */
struct vml_held *vml_held_find(struct vml_hand *hand, u32 kind, int attr,
			       int *err)
{
	static const char *const kinds[] = {
		[VMLAB_HELD_KIND_FRAMES] = "a block of frames",
		[VMLAB_HELD_KIND_VMALLOC] = "a mapping",
		[VMLAB_HELD_KIND_OBJECT] = "an object",
	};
	struct vml_held *held;
	u32 handle;

	lockdep_assert_held(&hand->session->lock);
	*err = vml_require(hand->info, attr, "a handle is needed");
	if (*err)
		return NULL;
	handle = nla_get_u32(hand->info->attrs[attr]);
	held = xa_load(&hand->session->held, handle);
	if (held && held->kind == kind)
		return held;
	if (held)
		*err = vml_hand_refuse(hand, -EINVAL,
				       "handle %u is %s, not %s", handle,
				       kinds[held->kind], kinds[kind]);
	else
		*err = vml_hand_refuse(hand, -ENOENT,
				       "the session holds nothing by the handle %u",
				       handle);
	return NULL;
}

static void give_back(struct vml_held *held)
{
	struct vml_held was = *held;

	vml_held_remove(held);
	switch (was.kind) {
	case VMLAB_HELD_KIND_FRAMES:
		vml_free(was.frame, was.order);
		break;
	case VMLAB_HELD_KIND_VMALLOC:
		vml_vfree(was.map);
		break;
	default:
		if (!was.freed)
			vml_slab_hand_free(&was);
	}
}

/**
 * vml_held_end_all() - give back all that a session holds
 * @session: the session, locked
 */
void vml_held_end_all(struct vml_session *session)
{
	struct vml_held *held;
	unsigned long index;

	lockdep_assert_held(&session->lock);
	xa_for_each(&session->held, index, held) {
		give_back(held);
		cond_resched();
	}
	xa_destroy(&session->held);
}

/* === To see them === */

/**
 * struct held_dump - a dump of what a session holds
 * @dump: what every dump has
 * @session: the session, or NULL where nothing belongs to the socket
 * @next: the next handle
 */
struct held_dump {
	struct vml_dump dump;
	struct vml_session *session;
	unsigned long next;
};

int vmlab_nl_held_get_start(struct netlink_callback *cb)
{
	struct held_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->session = vml_session_find(cb, &d->dump, VMLAB_A_HELD_SESSION);
	return 0;
}

int vmlab_nl_held_get_done(struct netlink_callback *cb)
{
	struct held_dump *d = vml_dump_get(cb);

	if (d)
		vml_session_drop(d->session);
	vml_dump_done(cb);
	return 0;
}

static int put_address(struct sk_buff *skb, const void *address)
{
	return nla_put_u64_64bit(skb, VMLAB_A_HELD_ADDRESS, (uintptr_t)address,
				 VMLAB_A_HELD_PAD);
}

static int put_block(struct sk_buff *skb, const struct vml_held *held,
		     bool admin)
{
	u32 word = vml_frame_word(held->frame);

	if (nla_put_u32(skb, VMLAB_A_HELD_FRAME,
			vml_frame_number(held->frame)) ||
	    nla_put_u32(skb, VMLAB_A_HELD_ORDER, held->order) ||
	    nla_put_u32(skb, VMLAB_A_HELD_NR, 1U << held->order) ||
	    nla_put_u32(skb, VMLAB_A_HELD_TYPE, vml_word_type(word)) ||
	    vml_put_place(skb, VMLAB_A_HELD_NODE, VMLAB_A_HELD_ZONE,
			  vml_frame_zone(held->frame)) ||
	    nla_put_u32(skb, VMLAB_A_HELD_MOVED, held->moved) ||
	    (admin && nla_put_u64_64bit(skb, VMLAB_A_HELD_PFN,
					vml_frame_pfn(held->frame),
					VMLAB_A_HELD_PAD)))
		return -EMSGSIZE;
	return 0;
}

static int put_map(struct sk_buff *skb, const struct vml_held *held, bool admin)
{
	if (nla_put_u32(skb, VMLAB_A_HELD_NR, held->map->nr) ||
	    nla_put_u32(skb, VMLAB_A_HELD_RUNS, held->map->runs) ||
	    nla_put_u64_64bit(skb, VMLAB_A_HELD_SIZE, held->size,
			      VMLAB_A_HELD_PAD))
		return -EMSGSIZE;
	return admin ? put_address(skb, held->map->address) : 0;
}

static int put_object(struct sk_buff *skb, const struct vml_held *held,
		      bool admin)
{
	struct vml_slab_object place;

	if (vml_slab_locate(held->object, &place))
		return 0;
	if (nla_put_string(skb, VMLAB_A_HELD_CACHE,
			   vml_cache_name(place.cache)) ||
	    nla_put_u64_64bit(skb, VMLAB_A_HELD_SIZE, held->length,
			      VMLAB_A_HELD_PAD) ||
	    nla_put_u32(skb, VMLAB_A_HELD_FRAME, place.frame) ||
	    nla_put_u32(skb, VMLAB_A_HELD_NUMBER, place.number))
		return -EMSGSIZE;
	return admin ? put_address(skb, held->object) : 0;
}

static int put_held(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct vml_held *held, bool admin)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_HELD_GET);
	int err;

	if (!header)
		return -EMSGSIZE;
	err = nla_put_u32(skb, VMLAB_A_HELD_KIND, held->kind) ||
	      nla_put_u32(skb, VMLAB_A_HELD_HANDLE, held->handle);
	if (!err && held->kind == VMLAB_HELD_KIND_FRAMES)
		err = put_block(skb, held, admin);
	else if (!err && held->kind == VMLAB_HELD_KIND_VMALLOC)
		err = put_map(skb, held, admin);
	else if (!err)
		err = put_object(skb, held, admin);
	if (err) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

int vmlab_nl_held_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct held_dump *d = vml_dump_get(cb);
	struct vml_held *held;
	int err;

	err = vml_dump_error(cb);
	if (err || !d->session || d->dump.done)
		return err;
	mutex_lock(&d->session->lock);
	xa_for_each_start(&d->session->held, d->next, held, d->next) {
		if (held->kind == VMLAB_HELD_KIND_OBJECT && held->freed)
			continue;
		if (put_held(skb, cb, held, d->dump.admin))
			break;
	}
	d->dump.done = !held;
	mutex_unlock(&d->session->lock);
	return skb->len;
}
