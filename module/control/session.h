/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DOC: What is allocated by hand
 *
 * Each block of frames, mapping and object that a user allocates by hand has a
 * record, and each record belongs to a session: a named one of the user's, which
 * lasts until it is ended, or one bound to the socket, which ends with it. So
 * nothing is held that nobody can name.
 *
 * Locks, in this order:
 *
 * - vml_hands: who allocates, frees or looks by hand has it for reading; who must be
 *   alone with the pool, for writing: to check it, to trace what an operation
 *   does, to do wrong without harm to others, and to end sessions and caches;
 * - the registry: which sessions and users there are;
 * - the session's: its records and caches;
 * - the one of the owners of frames, a spinlock;
 * - those of the allocator.
 *
 * Nothing is allocated from the pool under the lock of a session: a request may
 * compact, and compaction moves what sessions hold.
 */
#ifndef _VMLAB_CONTROL_SESSION_H
#define _VMLAB_CONTROL_SESSION_H

#include "control.h"

#include <vmlab/slab.h>

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/xarray.h>

struct vml_vmap;

#define VML_TOMBS	16
#define VML_HELD_KINDS	(VMLAB_HELD_KIND_OBJECT + 1)

/**
 * struct vml_user - what the sessions of a user have together
 * @link: in the list of all, under the lock of the registry
 * @uid: the user
 * @nr_sessions: how many sessions, under the same lock
 * @frames: frames that they are charged for
 * @records: how many records they have
 * @caches: how many caches
 */
struct vml_user {
	struct list_head link;
	kuid_t uid;
	u32 nr_sessions;
	atomic64_t frames;
	atomic64_t records;
	atomic64_t caches;
};

/**
 * struct vml_session - what belongs together, and ends together
 * @link: in the list of all, under the lock of the registry
 * @refs: the list has one, and who works with it
 * @user: whose
 * @name: its name; empty for one bound to a socket
 * @sk: the socket that it is bound to, held until the end; or NULL
 * @portid: of the socket
 * @lock: protects what follows
 * @next: where the search for the next handle begins
 * @held: by handle, what it holds
 * @caches: the caches that it made
 * @nr: by &enum vmlab_held_kind, how many records
 * @nr_caches: how many caches
 * @frames: how many frames the blocks and the mappings have
 */
struct vml_session {
	struct list_head link;
	refcount_t refs;
	struct vml_user *user;
	char name[VMLAB_NAME_MAX + 1];
	struct sock *sk;
	u32 portid;
	struct mutex lock; /* protects what follows */
	u32 next;
	struct xarray held;
	struct list_head caches;
	u32 nr[VML_HELD_KINDS];
	u32 nr_caches;
	u64 frames;
};

/**
 * struct vml_hand_cache - a cache that a session made
 * @link: in the list of the session
 * @cache: the cache
 * @freed: how many records of freed objects were kept, to show what a second
 *	time does
 * @tombs: handles of the last of them
 */
struct vml_hand_cache {
	struct list_head link;
	struct vml_cache *cache;
	u32 freed;
	u32 tombs[VML_TOMBS];
};

/**
 * struct vml_held - a record of what a session holds
 * @session: the session
 * @handle: its number there
 * @kind: &enum vmlab_held_kind
 * @charge: frames that it counts for
 * @frame: of a block: its first frame; changes as compaction moves it
 * @order: of the block
 * @movable: whether it may be moved
 * @moved: how often it was
 * @map: of a mapping
 * @size: of a mapping: bytes asked for
 * @cache: of an object: its cache, or NULL if allocated by size
 * @object: where it is
 * @length: bytes of it
 * @reaped: if freed: slabs that the cache had given back then
 * @freed: it was freed
 */
struct vml_held {
	struct vml_session *session;
	u32 handle;
	u32 kind;
	u32 charge;
	union {
		struct {
			struct vml_frame *frame;
			u32 order;
			u32 moved;
			bool movable;
		};
		struct {
			struct vml_vmap *map;
			u64 size;
		};
		struct {
			struct vml_hand_cache *cache;
			void *object;
			u64 reaped;
			u32 length;
			bool freed;
		};
	};
};

/**
 * struct vml_holder - who holds something by hand
 * @name: of the session; empty for one bound to a socket
 * @uid: whose it is
 * @handle: by which it holds it
 */
struct vml_holder {
	char name[VMLAB_NAME_MAX + 1];
	kuid_t uid;
	u32 handle;
};

extern struct rw_semaphore vml_hands;

/* How a request works with a session. */
#define VML_HAND_CREATE	BIT(0)	/* make the session if there is none */
#define VML_HAND_ALONE	BIT(1)	/* nobody else may be at work */

/**
 * struct vml_hand - a request at work with a session
 * @skb: the request
 * @info: the same, parsed
 * @admin: the caller has CAP_SYS_ADMIN
 * @alone: nobody else is at work
 * @created: the session was made for this request
 * @session: the session
 */
struct vml_hand {
	struct sk_buff *skb;
	struct genl_info *info;
	bool admin;
	bool alone;
	bool created;
	struct vml_session *session;
};

/* hand.c */
int vml_hands_take(bool alone);
void vml_hands_drop(bool alone);
int vml_hand_begin(struct vml_hand *hand, struct sk_buff *skb,
		   struct genl_info *info, int attr, unsigned int how);
int vml_hand_end(struct vml_hand *hand, int err);
int vml_hand_end_unchecked(struct vml_hand *hand, int err);
__printf(3, 4) int vml_hand_refuse(struct vml_hand *hand, int err,
				   const char *format, ...);

/* session.c */
int vml_sessions_init(void);
void vml_sessions_fini(void);
int vml_session_open(struct vml_hand *hand, const struct nlattr *name,
		     bool may_create);
void vml_session_close(struct vml_hand *hand);
struct vml_session *vml_session_find(struct netlink_callback *cb,
				     struct vml_dump *dump, int attr);
void vml_session_drop(struct vml_session *session);
bool vml_session_of_map(const void *map, struct vml_holder *holder);
bool vml_user_has_cache(kuid_t uid, const char *name);

/* charge.c */
u32 vml_user_frames(void);
int vml_session_charge(struct vml_hand *hand, u64 frames);
void vml_session_uncharge(struct vml_session *session, u64 frames);
int vml_session_charge_cache(struct vml_hand *hand);
void vml_session_uncharge_cache(struct vml_session *session);

/* held.c */
struct vml_held *vml_held_prepare(struct vml_hand *hand, u32 kind, u64 frames,
				  int *err);
void vml_held_cancel(struct vml_held *held);
int vml_held_add(struct vml_held *held, u32 *handle);
void vml_held_remove(struct vml_held *held);
void vml_held_bury(struct vml_held *held);
struct vml_held *vml_held_find(struct vml_hand *hand, u32 kind, int attr,
			       int *err);
struct vml_held *vml_held_by_frame(struct vml_session *session,
				   struct vml_frame *frame);
void vml_held_end_all(struct vml_session *session);
bool vml_held_of_frame(struct vml_frame *frame, struct vml_holder *holder);
u32 vml_held_of_map(struct vml_session *session, const void *map);
int vml_held_migrate(struct vml_frame *from, struct vml_frame *to,
		     unsigned int order);

/* slab.c, cache.c */
int vml_slab_hand_free(const struct vml_held *held);
struct vml_hand_cache *vml_hand_cache_find(struct vml_session *session,
					   const char *name);
void vml_hand_caches_end(struct vml_session *session);
int vml_put_cache(struct sk_buff *skb, const struct vml_cache_info *c);

/* check.c */
int vml_check_if_strict(struct sk_buff *skb, int err);
int vml_report_refuse(struct vml_hand *hand, int err, u64 since,
		      const char *cache);

#endif /* _VMLAB_CONTROL_SESSION_H */
