// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_SLAB_WRITE, VMLAB_CMD_SLAB_READ, VMLAB_CMD_OBJECT_GET: objects held
 * by hand, and what guards them. Whoever writes reaches nothing but his own
 * object, in use or freed, of a cache of his own that is watched.
 */
#include "session.h"

#include <linux/slab.h>

/**
 * struct window - bytes of an object that a request is for
 * @start: the first
 * @length: how many
 */
struct window {
	u8 *start;
	u32 length;
};

static int check_cache(struct vml_hand *hand, const struct vml_held *held,
		       struct vml_cache_info *info)
{
	if (!held->cache)
		return vml_hand_refuse(hand, -EPERM,
				       "object %u is of a generic cache: only those of a cache made with redzone or poison are open",
				       held->handle);
	vml_cache_look(held->cache->cache, info);
	if (info->flags & (VML_CACHE_REDZONE | VML_CACHE_POISON))
		return 0;
	return vml_hand_refuse(hand, -EPERM,
			       "cache %s has neither redzone nor poison", info->name);
}

/* A slab that was made anew may have its objects in other places. */
static int check_place(struct vml_hand *hand, const struct vml_held *held,
		       const struct vml_cache_info *info)
{
	struct vml_slab_object object;

	if (!held->freed)
		return 0;
	if (!hand->alone)
		return -EAGAIN;
	if (held->reaped == info->reaped &&
	    !vml_slab_locate(held->object, &object) &&
	    object.cache == held->cache->cache &&
	    object.address == held->object)
		return 0;
	return vml_hand_refuse(hand, -ESTALE,
			       "the slab of object %u has been given back",
			       held->handle);
}

static int find_window(struct vml_hand *hand, u32 length, struct window *w)
{
	struct nlattr *at = hand->info->attrs[VMLAB_A_SLAB_OFFSET];
	s64 offset = at ? nla_get_s32(at) : 0, low, high;
	struct vml_cache_info info;
	struct vml_held *held;
	int err;

	held = vml_held_find(hand, VMLAB_HELD_KIND_OBJECT, VMLAB_A_SLAB_HANDLE,
			     &err);
	if (!held)
		return err;
	err = check_cache(hand, held, &info);
	if (!err)
		err = check_place(hand, held, &info);
	if (err)
		return err;
	low = -(s64)info.guard_before;
	high = (s64)info.size + info.guard_after;
	if (offset < low || offset + length > high)
		return vml_hand_refuse(hand, -ERANGE,
				       "offsets of object %u and its guards go from %lld up to %lld",
				       held->handle, low, high);
	*w = (struct window) { .start = held->object + offset,
			       .length = length };
	return 0;
}

/* === Write === */

static u32 length_of(struct genl_info *info)
{
	struct nlattr *bytes = info->attrs[VMLAB_A_SLAB_BYTES];

	return bytes ? nla_len(bytes) :
		       vml_attr_u32(info->attrs[VMLAB_A_SLAB_LENGTH], 1);
}

static int write_object(struct vml_hand *hand)
{
	struct nlattr **attrs = hand->info->attrs;
	struct window w;
	int err;

	mutex_lock(&hand->session->lock);
	err = find_window(hand, length_of(hand->info), &w);
	if (!err && attrs[VMLAB_A_SLAB_BYTES])
		memcpy(w.start, nla_data(attrs[VMLAB_A_SLAB_BYTES]), w.length);
	else if (!err)
		memset(w.start, vml_attr_u32(attrs[VMLAB_A_SLAB_VALUE], 0),
		       w.length);
	mutex_unlock(&hand->session->lock);
	return err;
}

/*
 * Not followed by a check in strict mode: what is written may be wrong, which is
 * the point, and shall be found when the object is freed.
 */
static int try_write(struct sk_buff *skb, struct genl_info *info,
		     unsigned int how)
{
	struct vml_hand hand;
	int err;

	err = vml_hand_begin(&hand, skb, info, VMLAB_A_SLAB_SESSION, how);
	return err ? err : vml_hand_end_unchecked(&hand, write_object(&hand));
}

int vmlab_nl_slab_write_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = try_write(skb, info, 0);

	return err == -EAGAIN ? try_write(skb, info, VML_HAND_ALONE) : err;
}

/* === Read === */

/**
 * struct bytes - what was read
 * @length: how many
 * @bytes: the bytes
 */
struct bytes {
	u32 length;
	u8 bytes[VMLAB_BYTES_MAX];
};

static int fill_bytes(struct sk_buff *skb, const void *data)
{
	const struct bytes *b = data;

	return nla_put(skb, VMLAB_A_SLAB_BYTES, b->length, b->bytes);
}

static int read_object(struct vml_hand *hand, struct bytes *b)
{
	struct window w;
	int err;

	b->length = vml_attr_u32(hand->info->attrs[VMLAB_A_SLAB_LENGTH], 1);
	if (b->length > sizeof(b->bytes))
		return vml_hand_refuse(hand, -EINVAL,
				       "%u bytes: %u can be read at once",
				       b->length, VMLAB_BYTES_MAX);
	mutex_lock(&hand->session->lock);
	err = find_window(hand, b->length, &w);
	if (!err)
		memcpy(b->bytes, w.start, w.length);
	mutex_unlock(&hand->session->lock);
	return err;
}

static int try_read(struct sk_buff *skb, struct genl_info *info,
		    struct bytes *b, unsigned int how)
{
	struct vml_hand hand;
	int err;

	err = vml_hand_begin(&hand, skb, info, VMLAB_A_SLAB_SESSION, how);
	return err ? err : vml_hand_end_unchecked(&hand, read_object(&hand, b));
}

int vmlab_nl_slab_read_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct bytes b;
	int err;

	err = try_read(skb, info, &b, 0);
	if (err == -EAGAIN)
		err = try_read(skb, info, &b, VML_HAND_ALONE);
	return err ? err : vml_reply(info, 512, fill_bytes, &b);
}

/* === To see them === */

/**
 * struct object_dump - a dump of the objects of a cache
 * @dump: what every dump has
 * @session: the session, or NULL where nothing belongs to the socket
 * @next: the next handle
 * @cache: name of the cache, or empty for all
 */
struct object_dump {
	struct vml_dump dump;
	struct vml_session *session;
	unsigned long next;
	char cache[VMLAB_NAME_MAX + 1];
};

int vmlab_nl_object_get_start(struct netlink_callback *cb)
{
	struct nlattr *cache = vml_dump_attrs(cb)[VMLAB_A_SLAB_CACHE];
	struct object_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	if (cache)
		nla_strscpy(d->cache, cache, sizeof(d->cache));
	d->session = vml_session_find(cb, &d->dump, VMLAB_A_SLAB_SESSION);
	return 0;
}

int vmlab_nl_object_get_done(struct netlink_callback *cb)
{
	struct object_dump *d = vml_dump_get(cb);

	if (d)
		vml_session_drop(d->session);
	vml_dump_done(cb);
	return 0;
}

static int put_place(struct sk_buff *skb, const struct vml_held *held)
{
	struct vml_slab_object object;

	if (held->freed || vml_slab_locate(held->object, &object))
		return 0;
	if (nla_put_u32(skb, VMLAB_A_OBJECT_FRAME, object.frame) ||
	    nla_put_u32(skb, VMLAB_A_OBJECT_NUMBER, object.number))
		return -EMSGSIZE;
	return 0;
}

static int put_object(struct sk_buff *skb, const struct vml_held *held,
		      bool admin)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_SLAB_OBJECT);

	if (!nest || nla_put_u32(skb, VMLAB_A_OBJECT_HANDLE, held->handle) ||
	    put_place(skb, held) ||
	    nla_put_u64_64bit(skb, VMLAB_A_OBJECT_SIZE, held->length,
			      VMLAB_A_OBJECT_PAD) ||
	    (held->freed && nla_put_flag(skb, VMLAB_A_OBJECT_FREED)) ||
	    (admin &&
	     nla_put_u64_64bit(skb, VMLAB_A_OBJECT_ADDRESS,
			       (uintptr_t)held->object, VMLAB_A_OBJECT_PAD)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static const char *cache_of(const struct vml_held *held)
{
	struct vml_slab_object object;

	if (held->cache)
		return vml_cache_name(held->cache->cache);
	return vml_slab_locate(held->object, &object) ? "" :
	       vml_cache_name(object.cache);
}

static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct vml_held *held, bool admin)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_OBJECT_GET);

	if (!header)
		return -EMSGSIZE;
	if (nla_put_string(skb, VMLAB_A_SLAB_CACHE, cache_of(held)) ||
	    put_object(skb, held, admin)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

int vmlab_nl_object_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct object_dump *d = vml_dump_get(cb);
	struct vml_held *held;
	int err;

	err = vml_dump_error(cb);
	if (err || !d->session || d->dump.done)
		return err;
	mutex_lock(&d->session->lock);
	xa_for_each_start(&d->session->held, d->next, held, d->next) {
		if (held->kind != VMLAB_HELD_KIND_OBJECT ||
		    (d->cache[0] && strcmp(d->cache, cache_of(held))))
			continue;
		if (put_message(skb, cb, held, d->dump.admin))
			break;
	}
	d->dump.done = !held;
	mutex_unlock(&d->session->lock);
	return skb->len;
}
