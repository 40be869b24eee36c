// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_SLAB_GET: the caches of objects. */
#include "session.h"

/**
 * struct cache_dump - a dump of caches
 * @dump: what every dump has
 * @uid: whose caches are the caller's own
 * @at: how many caches are behind it
 * @name: the only one wanted, or empty
 */
struct cache_dump {
	struct vml_dump dump;
	kuid_t uid;
	u32 at;
	char name[VMLAB_NAME_MAX + 1];
};

/**
 * vml_put_cache() - put what a cache is like
 * @skb: where to
 * @c: the cache
 *
 * Return: 0 or -EMSGSIZE.
 */
int vml_put_cache(struct sk_buff *skb, const struct vml_cache_info *c)
{
	if (nla_put_string(skb, VMLAB_A_SLAB_CACHE, c->name) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SLAB_SIZE, c->size,
			      VMLAB_A_SLAB_PAD) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_ALIGN, c->align) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_FLAGS, c->flags) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_STRIDE, c->stride) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_ORDER, c->order) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_PER_SLAB, c->per_slab) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_COLOURS, c->colours))
		return -EMSGSIZE;
	return 0;
}

static int put_counts(struct sk_buff *skb, const struct vml_cache_info *c)
{
	if (nla_put_u32(skb, VMLAB_A_SLAB_SLABS_FULL, c->slabs_full) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_SLABS_PARTIAL, c->slabs_partial) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_SLABS_EMPTY, c->slabs_empty) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_LIVE, c->live) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_CACHED, c->cached) ||
	    nla_put_u32(skb, VMLAB_A_SLAB_FREE, c->free) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SLAB_ALLOCS, c->allocs,
			      VMLAB_A_SLAB_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SLAB_FREES, c->frees,
			      VMLAB_A_SLAB_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SLAB_REFILLS, c->refills,
			      VMLAB_A_SLAB_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SLAB_FLUSHES, c->flushes,
			      VMLAB_A_SLAB_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SLAB_GROWN, c->grown,
			      VMLAB_A_SLAB_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SLAB_REAPED, c->reaped,
			      VMLAB_A_SLAB_PAD))
		return -EMSGSIZE;
	return 0;
}

static int put_bugs(struct sk_buff *skb, const struct vml_cache_info *c)
{
	static const char *const names[] = {
		[VML_SLAB_OVERRUN] = "overrun",
		[VML_SLAB_UNDERRUN] = "underrun",
		[VML_SLAB_DOUBLE] = "double",
		[VML_SLAB_USED] = "used",
		[VML_SLAB_FOREIGN] = "foreign",
		[VML_SLAB_STATE] = "state",
	};
	unsigned int i;
	int err = 0;

	static_assert(ARRAY_SIZE(names) == VML_SLAB_ERRORS);
	for (i = 0; i < VML_SLAB_ERRORS && !err; i++)
		err = vml_put_counter(skb, VMLAB_A_SLAB_BUG, names[i],
				      c->errors[i]);
	return err;
}

int vmlab_nl_slab_get_start(struct netlink_callback *cb)
{
	struct nlattr *name = vml_dump_attrs(cb)[VMLAB_A_SLAB_CACHE];
	struct cache_dump *d = vml_dump_start(cb, sizeof(*d));
	struct vml_cache_info info;

	if (!d)
		return -ENOMEM;
	d->uid = vml_request_uid(cb->skb);
	if (!name)
		return 0;
	nla_strscpy(d->name, name, sizeof(d->name));
	if (vml_cache_find(d->name, &info)) {
		d->dump.err = -ENOENT;
		d->dump.why = "there is no cache of this name";
	}
	return 0;
}

int vmlab_nl_slab_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct cache_dump *d,
		       const struct vml_cache_info *c)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_SLAB_GET);

	if (!header)
		return -EMSGSIZE;
	if (vml_put_cache(skb, c) || put_counts(skb, c) || put_bugs(skb, c) ||
	    (vml_user_has_cache(d->uid, c->name) &&
	     nla_put_flag(skb, VMLAB_A_SLAB_OWN))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

int vmlab_nl_slab_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct cache_dump *d = vml_dump_get(cb);
	struct vml_cache_info info;
	int err;

	err = vml_dump_error(cb);
	if (err)
		return err;
	/* It must not be 0, nor what changes meanwhile be missed. */
	cb->seq = vml_cache_changes() * 2 + 1;
	for (; vml_cache_list(d->at, &info, 1); d->at++) {
		if (d->name[0] && strcmp(d->name, info.name))
			continue;
		if (put_message(skb, cb, d, &info))
			break;
	}
	cb->seq = vml_cache_changes() * 2 + 1;
	return skb->len;
}
