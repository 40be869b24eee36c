// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_SLAB_CREATE, _DESTROY, _ALLOC, _FREE, _SHRINK: caches and objects by
 * hand.
 *
 * An object counts as the whole of its slab, which it may be the last one to
 * keep: so many frames a user can tie up at most, in whatever order he frees.
 */
#include "session.h"

#include <vmlab/pool.h>

#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/slab.h>

static_assert(VMLAB_CACHE_FLAG_REDZONE == (int)VML_CACHE_REDZONE);
static_assert(VMLAB_CACHE_FLAG_POISON == (int)VML_CACHE_POISON);
static_assert(VMLAB_CACHE_FLAG_OWNER == (int)VML_CACHE_OWNER);
static_assert(VMLAB_CACHE_FLAG_DMA == (int)VML_CACHE_DMA);
static_assert(VMLAB_NAME_MAX < VML_CACHE_NAME);

/* === Caches of a session === */

/**
 * vml_hand_cache_find() - find a cache that a session made
 * @session: the session, locked
 * @name: of the cache
 *
 * Return: the cache, or NULL.
 */
struct vml_hand_cache *vml_hand_cache_find(struct vml_session *session,
					   const char *name)
{
	struct vml_hand_cache *cache;

	lockdep_assert_held(&session->lock);
	list_for_each_entry(cache, &session->caches, link)
		if (!strcmp(vml_cache_name(cache->cache), name))
			return cache;
	return NULL;
}

static struct vml_hand_cache *find_cache(struct vml_hand *hand, int *err)
{
	struct nlattr *name = hand->info->attrs[VMLAB_A_SLAB_CACHE];
	struct vml_hand_cache *cache;

	*err = vml_require(hand->info, VMLAB_A_SLAB_CACHE,
			   "the name of a cache is needed");
	if (*err)
		return NULL;
	cache = vml_hand_cache_find(hand->session, nla_data(name));
	if (!cache)
		*err = vml_hand_refuse(hand, -ENOENT,
				       "the session has made no cache %s",
				       (char *)nla_data(name));
	return cache;
}

/* What is left of its freed objects goes first. */
static void forget_freed(struct vml_session *s, struct vml_hand_cache *cache)
{
	u32 i;

	for (i = 0; i < min_t(u32, cache->freed, VML_TOMBS); i++)
		vml_held_remove(xa_load(&s->held, cache->tombs[i]));
	cache->freed = 0;
}

static int destroy(struct vml_session *s, struct vml_hand_cache *cache)
{
	int err = vml_cache_destroy(cache->cache);

	if (err)
		return err;
	forget_freed(s, cache);
	list_del(&cache->link);
	s->nr_caches--;
	vml_session_uncharge_cache(s);
	kfree(cache);
	return 0;
}

/**
 * vml_hand_caches_end() - destroy all caches that a session made
 * @session: the session, locked, which holds nothing any more
 */
void vml_hand_caches_end(struct vml_session *session)
{
	struct vml_hand_cache *cache, *next;

	lockdep_assert_held(&session->lock);
	list_for_each_entry_safe(cache, next, &session->caches, link) {
		cache->freed = 0;
		WARN_ON_ONCE(destroy(session, cache));
	}
}

static int read_config(struct genl_info *info, struct vml_cache_config *config)
{
	struct nlattr **attrs = info->attrs;
	u64 size;
	int err;

	err = vml_require(info, VMLAB_A_SLAB_CACHE,
			  "the name of the cache is needed");
	if (!err)
		err = vml_require(info, VMLAB_A_SLAB_SIZE,
				  "the size of an object is needed");
	if (err)
		return err;
	size = nla_get_u64(attrs[VMLAB_A_SLAB_SIZE]);
	config->name = nla_data(attrs[VMLAB_A_SLAB_CACHE]);
	config->size = size;
	config->align = vml_attr_u32(attrs[VMLAB_A_SLAB_ALIGN], 0);
	config->flags = vml_attr_u32(attrs[VMLAB_A_SLAB_FLAGS], 0);
	if (!size || size > 2 * PAGE_SIZE) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[VMLAB_A_SLAB_SIZE],
				    "an object has 1 to 8192 bytes");
		return -EINVAL;
	}
	if (config->align > PAGE_SIZE ||
	    (config->align && !is_power_of_2(config->align))) {
		NL_SET_ERR_MSG_ATTR(info->extack, attrs[VMLAB_A_SLAB_ALIGN],
				    "the alignment must be a power of two up to 4096");
		return -EINVAL;
	}
	return 0;
}

static int create_failed(struct vml_hand *hand, int err, const char *name)
{
	if (err == -EEXIST)
		return vml_hand_refuse(hand, err,
				       "there is a cache %s already", name);
	if (err == -EINVAL)
		return vml_hand_refuse(hand, err,
				       "the name of a cache has letters, digits, '.', '_' and '-' only, and some of them");
	return err;
}

static int create(struct vml_hand *hand, const struct vml_cache_config *config,
		  struct vml_cache_info *info)
{
	struct vml_hand_cache *cache;
	int err;

	err = vml_session_charge_cache(hand);
	if (err)
		return err;
	cache = kzalloc_obj(*cache, GFP_KERNEL_ACCOUNT);
	err = -ENOMEM;
	if (!cache)
		goto uncharge;
	cache->cache = vml_cache_create(config);
	if (IS_ERR(cache->cache)) {
		err = create_failed(hand, PTR_ERR(cache->cache), config->name);
		goto free_cache;
	}
	vml_cache_look(cache->cache, info);
	mutex_lock(&hand->session->lock);
	list_add_tail(&cache->link, &hand->session->caches);
	hand->session->nr_caches++;
	mutex_unlock(&hand->session->lock);
	return 0;

free_cache:
	kfree(cache);
uncharge:
	vml_session_uncharge_cache(hand->session);
	return err;
}

static int fill_cache(struct sk_buff *skb, const void *data)
{
	return vml_put_cache(skb, data);
}

int vmlab_nl_slab_create_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vml_cache_config config = { };
	struct vml_cache_info cache;
	struct vml_hand hand;
	int err;

	err = read_config(info, &config);
	if (!err)
		err = vml_hand_begin(&hand, skb, info, VMLAB_A_SLAB_SESSION,
				     VML_HAND_CREATE);
	if (err)
		return err;
	err = vml_hand_end(&hand, create(&hand, &config, &cache));
	return err ? err : vml_reply(info, 256, fill_cache, &cache);
}

static int destroy_named(struct vml_hand *hand)
{
	struct vml_session *s = hand->session;
	struct vml_hand_cache *cache;
	struct vml_cache_info info;
	int err;

	mutex_lock(&s->lock);
	cache = find_cache(hand, &err);
	if (!cache)
		goto unlock;
	vml_cache_look(cache->cache, &info);
	err = destroy(s, cache);
	if (err == -EBUSY)
		err = vml_hand_refuse(hand, err,
				      "%u objects of cache %s are in use: free them first",
				      info.live, info.name);
unlock:
	mutex_unlock(&s->lock);
	return err;
}

int vmlab_nl_slab_destroy_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vml_hand hand;
	int err;

	err = vml_hand_begin(&hand, skb, info, VMLAB_A_SLAB_SESSION,
			     VML_HAND_ALONE);
	return err ? err : vml_hand_end(&hand, destroy_named(&hand));
}

/* === Allocate === */

/**
 * struct objects - what a request allocates
 * @cache: from where, or NULL to go by the size
 * @size: the size
 * @nr: how many there are so far
 * @admin: addresses may be shown
 * @held: their records; of the objects that were added, only in the request
 */
struct objects {
	struct vml_hand_cache *cache;
	u64 size;
	u32 nr;
	bool admin;
	struct {
		u32 handle;
		u32 frame;
		u32 number;
		u32 length;
		void *address;
	} held[VMLAB_OBJECTS_MAX];
};

static void *alloc_object(const struct objects *o)
{
	u32 req = VML_REQ_KERNEL | VML_REQ_RECLAIM;

	return o->cache ? vml_cache_alloc(o->cache->cache, req) :
			  vml_kmalloc(o->size, req);
}

/**
 * vml_slab_hand_free() - free an object that is held by hand
 * @held: a copy of its record
 *
 * Return: as vml_cache_free() and vml_kfree().
 */
int vml_slab_hand_free(const struct vml_held *held)
{
	return held->cache ? vml_cache_free(held->cache->cache, held->object) :
			     vml_kfree(held->object);
}

static int hold(struct vml_hand *hand, struct objects *o, void *address)
{
	struct vml_cache_info info;
	struct vml_slab_object object;
	struct vml_held *held;
	int err;

	err = vml_slab_locate(address, &object);
	if (err)
		return err;
	vml_cache_look(object.cache, &info);
	held = vml_held_prepare(hand, VMLAB_HELD_KIND_OBJECT,
				1U << info.order, &err);
	if (!held)
		return err;
	held->cache = o->cache;
	held->object = address;
	held->length = info.size;
	err = vml_held_add(held, &o->held[o->nr].handle);
	if (err) {
		vml_held_cancel(held);
		return err;
	}
	o->held[o->nr].frame = object.frame;
	o->held[o->nr].number = object.number;
	o->held[o->nr].length = info.size;
	o->held[o->nr++].address = address;
	return 0;
}

static int add_object(struct vml_hand *hand, struct objects *o)
{
	struct vml_held unheld = { .cache = o->cache };
	int err;

	unheld.object = alloc_object(o);
	if (!unheld.object)
		return vml_hand_refuse(hand, -ENOMEM,
				       "no frames for another slab, after %u of the objects",
				       o->nr);
	err = hold(hand, o, unheld.object);
	if (err)
		vml_slab_hand_free(&unheld);
	return err;
}

static void free_all(struct vml_hand *hand, struct objects *o)
{
	struct vml_session *s = hand->session;

	mutex_lock(&s->lock);
	while (o->nr) {
		struct vml_held *held = xa_load(&s->held,
						o->held[--o->nr].handle);
		struct vml_held was;

		/* Another thread of the same session may have freed it. */
		if (!held || held->freed || held->object != o->held[o->nr].address)
			continue;
		was = *held;
		vml_held_remove(held);
		vml_slab_hand_free(&was);
	}
	mutex_unlock(&s->lock);
}

static int find_source(struct vml_hand *hand, struct objects *o)
{
	struct nlattr **attrs = hand->info->attrs;
	int err = 0;

	if (attrs[VMLAB_A_SLAB_CACHE]) {
		mutex_lock(&hand->session->lock);
		o->cache = find_cache(hand, &err);
		mutex_unlock(&hand->session->lock);
		return err;
	}
	err = vml_require(hand->info, VMLAB_A_SLAB_SIZE,
			  "a cache or a size is needed");
	if (err)
		return err;
	o->size = nla_get_u64(attrs[VMLAB_A_SLAB_SIZE]);
	if (o->size && o->size <= 2 * PAGE_SIZE)
		return 0;
	return vml_hand_refuse(hand, -EINVAL,
			       "%llu bytes: there are generic caches for 1 to 8192",
			       o->size);
}

static int alloc_objects(struct vml_hand *hand, struct objects *o)
{
	u32 nr = vml_attr_u32(hand->info->attrs[VMLAB_A_SLAB_COUNT], 1);
	int err;

	err = find_source(hand, o);
	while (!err && o->nr < nr)
		err = add_object(hand, o);
	if (err)
		free_all(hand, o);
	return err;
}

static int fill_objects(struct sk_buff *skb, const void *data)
{
	const struct objects *o = data;
	u32 i;

	for (i = 0; i < o->nr; i++) {
		struct nlattr *nest = nla_nest_start(skb, VMLAB_A_SLAB_OBJECT);

		if (!nest ||
		    nla_put_u32(skb, VMLAB_A_OBJECT_HANDLE,
				o->held[i].handle) ||
		    nla_put_u32(skb, VMLAB_A_OBJECT_FRAME, o->held[i].frame) ||
		    nla_put_u32(skb, VMLAB_A_OBJECT_NUMBER,
				o->held[i].number) ||
		    nla_put_u64_64bit(skb, VMLAB_A_OBJECT_SIZE,
				      o->held[i].length, VMLAB_A_OBJECT_PAD) ||
		    (o->admin &&
		     nla_put_u64_64bit(skb, VMLAB_A_OBJECT_ADDRESS,
				       (uintptr_t)o->held[i].address,
				       VMLAB_A_OBJECT_PAD)))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

int vmlab_nl_slab_alloc_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct objects *o;
	struct vml_hand hand;
	int err;

	err = vml_hand_begin(&hand, skb, info, VMLAB_A_SLAB_SESSION,
			     VML_HAND_CREATE);
	if (err)
		return err;
	o = kvzalloc_obj(*o, GFP_KERNEL_ACCOUNT);
	if (!o)
		return vml_hand_end(&hand, -ENOMEM);
	o->admin = hand.admin;
	err = vml_hand_end(&hand, alloc_objects(&hand, o));
	if (!err)
		err = vml_reply(info, 256 + o->nr * 64, fill_objects, o);
	kvfree(o);
	return err;
}

/* === Free === */

/* Keeps the record of a freed object, in place of the oldest such. */
static void bury(struct vml_held *held)
{
	struct vml_hand_cache *cache = held->cache;
	u32 *tomb = &cache->tombs[cache->freed % VML_TOMBS];
	struct vml_cache_info info;

	vml_cache_look(cache->cache, &info);
	held->reaped = info.reaped;
	if (cache->freed >= VML_TOMBS)
		vml_held_remove(xa_load(&held->session->held, *tomb));
	*tomb = held->handle;
	cache->freed++;
	vml_held_bury(held);
}

static bool is_watched(const struct vml_hand_cache *cache)
{
	struct vml_cache_info info;

	if (!cache)
		return false;
	vml_cache_look(cache->cache, &info);
	return info.flags & VML_CACHE_DEBUG;
}

static int free_held(struct vml_hand *hand, struct vml_held *held)
{
	struct vml_hand_cache *cache = held->cache;
	u64 since = vml_pool_reported();
	struct vml_slab_object object;
	int err;

	err = vml_slab_hand_free(held);
	/* With -EUCLEAN it is freed, and may be in use again by now. */
	if (err && err != -EUCLEAN &&
	    !vml_slab_locate(held->object, &object) && object.live)
		return vml_report_refuse(hand, err, since,
					 vml_cache_name(object.cache)) ?: err;
	if (is_watched(cache))
		bury(held);
	else
		vml_held_remove(held);
	if (!cache)
		return err;
	return vml_report_refuse(hand, err ?: -EUCLEAN, since,
				 vml_cache_name(cache->cache)) ?: err;
}

static struct vml_held *live_one(const struct vml_held *freed)
{
	struct vml_held *held;
	unsigned long index;

	xa_for_each(&freed->session->held, index, held)
		if (held->kind == VMLAB_HELD_KIND_OBJECT && !held->freed &&
		    held->object == freed->object)
			return held;
	return NULL;
}

/* Frees what is no object in use of the cache, so that it is reported. */
static int misuse(struct vml_hand *hand, struct vml_held *held,
		  struct vml_hand_cache *into)
{
	struct vml_held *live = held->freed ? live_one(held) : NULL;
	u64 since = vml_pool_reported();
	int err;

	if (live)
		return vml_hand_refuse(hand, -EBUSY,
				       "the place of object %u is that of object %u now, which would be freed",
				       held->handle, live->handle);
	err = vml_cache_free(into->cache, held->object);
	if (!err)
		return 0;
	return vml_report_refuse(hand, err, since,
				 vml_cache_name(into->cache)) ?: err;
}

static int free_object(struct vml_hand *hand)
{
	struct vml_session *s = hand->session;
	struct vml_hand_cache *into;
	struct vml_held *held;
	int err;

	mutex_lock(&s->lock);
	held = vml_held_find(hand, VMLAB_HELD_KIND_OBJECT, VMLAB_A_SLAB_HANDLE,
			     &err);
	if (!held)
		goto unlock;
	into = held->cache;
	if (hand->info->attrs[VMLAB_A_SLAB_CACHE])
		into = find_cache(hand, &err);
	if (err)
		goto unlock;
	if (!held->freed && into == held->cache)
		err = free_held(hand, held);
	else
		err = hand->alone ? misuse(hand, held, into) : -EAGAIN;
unlock:
	mutex_unlock(&s->lock);
	return err;
}

static int try_free(struct sk_buff *skb, struct genl_info *info,
		    unsigned int how)
{
	struct vml_hand hand;
	int err;

	err = vml_hand_begin(&hand, skb, info, VMLAB_A_SLAB_SESSION, how);
	return err ? err : vml_hand_end(&hand, free_object(&hand));
}

int vmlab_nl_slab_free_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = try_free(skb, info, 0);

	return err == -EAGAIN ? try_free(skb, info, VML_HAND_ALONE) : err;
}

/* === Shrink === */

static int fill_shrunk(struct sk_buff *skb, const void *data)
{
	return nla_put_u32(skb, VMLAB_A_SLAB_FRAMES, *(const u32 *)data);
}

static int shrink(struct vml_hand *hand, u32 *frames)
{
	struct vml_hand_cache *cache;
	int err;

	mutex_lock(&hand->session->lock);
	cache = find_cache(hand, &err);
	if (cache)
		*frames = vml_cache_shrink(cache->cache);
	mutex_unlock(&hand->session->lock);
	return err;
}

int vmlab_nl_slab_shrink_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vml_hand hand;
	u32 frames;
	int err;

	if (info->attrs[VMLAB_A_SLAB_CACHE]) {
		err = vml_hand_begin(&hand, skb, info, VMLAB_A_SLAB_SESSION, 0);
		if (!err)
			err = vml_hand_end(&hand, shrink(&hand, &frames));
	} else {
		err = vml_require_admin(skb, info,
					"to shrink all caches needs CAP_SYS_ADMIN: name one");
		if (!err)
			err = vml_hands_take(false);
		if (!err) {
			frames = vml_slab_shrink();
			vml_hands_drop(false);
		}
	}
	return err ? err : vml_reply(info, 64, fill_shrunk, &frames);
}
