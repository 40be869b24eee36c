// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_SESSION_GET, VMLAB_CMD_SESSION_END: sessions, and whose they are.
 */
#include "session.h"

#include <vmlab/pool.h>

#include <linux/lockdep.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <net/sock.h>

/* How many a user may have, and one with CAP_SYS_ADMIN. */
#define SESSIONS_USER	64
#define SESSIONS_ADMIN	4096

static DEFINE_MUTEX(registry); /* protects what follows */
static LIST_HEAD(sessions);
static LIST_HEAD(users);
static u32 changes = 1; /* of the list of sessions; odd, so never 0 */

/* === Users === */

static struct vml_user *user_of(kuid_t uid)
{
	struct vml_user *user;

	lockdep_assert_held(&registry);
	list_for_each_entry(user, &users, link)
		if (uid_eq(user->uid, uid))
			return user;
	user = kzalloc_obj(*user, GFP_KERNEL_ACCOUNT);
	if (!user)
		return NULL;
	user->uid = uid;
	list_add_tail(&user->link, &users);
	return user;
}

static void drop_user(struct vml_user *user)
{
	lockdep_assert_held(&registry);
	if (user->nr_sessions)
		return;
	list_del(&user->link);
	kfree(user);
}

/* === Which session === */

/**
 * struct session_key - what a session is found by
 * @uid: the user
 * @name: its name; empty for the one bound to the socket
 * @sk: the socket
 * @portid: another socket, of the same network namespace; or 0
 */
struct session_key {
	kuid_t uid;
	const char *name;
	struct sock *sk;
	u32 portid;
};

static struct session_key key_of(const struct sk_buff *skb,
				 const struct nlattr *name)
{
	return (struct session_key) {
		.uid = vml_request_uid(skb),
		.name = name ? nla_data(name) : "",
		.sk = NETLINK_CB(skb).sk,
	};
}

static bool is_name(const char *name)
{
	static const char characters[] =
	  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

	return !name[strspn(name, characters)];
}

static bool is_bound(const struct vml_session *s, const struct session_key *key)
{
	if (!key->portid)
		return s->sk == key->sk;
	return s->sk && s->portid == key->portid &&
	       net_eq(sock_net(s->sk), sock_net(key->sk));
}

static struct vml_session *find(const struct session_key *key)
{
	struct vml_session *s;

	lockdep_assert_held(&registry);
	list_for_each_entry(s, &sessions, link) {
		if (!uid_eq(s->user->uid, key->uid))
			continue;
		if (key->name[0] ? !strcmp(s->name, key->name) :
				   is_bound(s, key))
			return s;
	}
	return NULL;
}

static struct vml_session *new_session(const struct session_key *key,
				       struct vml_user *user)
{
	struct vml_session *s = kzalloc_obj(*s, GFP_KERNEL_ACCOUNT);

	if (!s)
		return NULL;
	refcount_set(&s->refs, 1);
	s->user = user;
	strscpy(s->name, key->name, sizeof(s->name));
	if (!s->name[0]) {
		sock_hold(key->sk);
		s->sk = key->sk;
	}
	mutex_init(&s->lock);
	xa_init_flags(&s->held, XA_FLAGS_ALLOC1);
	INIT_LIST_HEAD(&s->caches);
	return s;
}

static int create(struct vml_hand *hand, const struct session_key *key)
{
	u32 most = hand->admin ? SESSIONS_ADMIN : SESSIONS_USER;
	struct vml_user *user = user_of(key->uid);
	struct vml_session *s;

	if (!user)
		return -ENOMEM;
	if (user->nr_sessions >= most)
		return vml_hand_refuse(hand, -ENOSPC,
				       "you have %u sessions, no more are allowed: end one",
				       user->nr_sessions);
	s = new_session(key, user);
	if (!s) {
		drop_user(user);
		return -ENOMEM;
	}
	s->portid = s->sk ? NETLINK_CB(hand->skb).portid : 0;
	user->nr_sessions++;
	list_add_tail(&s->link, &sessions);
	changes += 2;
	hand->session = s;
	hand->created = true;
	return 0;
}

/**
 * vml_session_open() - find the session that a request is to work with
 * @hand: the request; its session is filled in
 * @name: its name, or NULL: the session of the socket
 * @may_create: make it if there is none
 *
 * Context: vml_hands held.
 * Return: 0, until vml_session_close(); else what the handler is to return.
 */
int vml_session_open(struct vml_hand *hand, const struct nlattr *name,
		     bool may_create)
{
	struct session_key key = key_of(hand->skb, name);
	int err = 0;

	if (!is_name(key.name)) {
		NL_SET_ERR_MSG_ATTR(hand->info->extack, name,
				    "a session's name has letters, digits, '.', '_' and '-' only");
		return -EINVAL;
	}
	mutex_lock(&registry);
	hand->session = find(&key);
	if (!hand->session)
		err = may_create ? create(hand, &key) : -ENOENT;
	if (!err)
		refcount_inc(&hand->session->refs);
	mutex_unlock(&registry);
	if (err != -ENOENT)
		return err;
	if (key.name[0])
		return vml_hand_refuse(hand, err, "you have no session %s",
				       key.name);
	return vml_hand_refuse(hand, err,
			       "nothing belongs to this socket: name a session");
}

static void put_session(struct vml_session *s)
{
	if (!refcount_dec_and_test(&s->refs))
		return;
	mutex_destroy(&s->lock);
	kfree(s);
}

/**
 * vml_session_drop() - let go of a session that a dump has
 * @session: the session, or NULL
 */
void vml_session_drop(struct vml_session *session)
{
	if (session)
		put_session(session);
}

/**
 * vml_session_find() - find the session that a dump is of
 * @cb: the dump, in its start
 * @dump: its state, where a failure is noted
 * @attr: the attribute with the name; the session of the socket without
 *
 * Return: the session, for vml_session_drop(); or NULL.
 */
struct vml_session *vml_session_find(struct netlink_callback *cb,
				     struct vml_dump *dump, int attr)
{
	struct session_key key = key_of(cb->skb, vml_dump_attrs(cb)[attr]);
	struct vml_session *s;

	mutex_lock(&registry);
	s = find(&key);
	if (s)
		refcount_inc(&s->refs);
	mutex_unlock(&registry);
	if (!s && key.name[0]) {
		dump->err = -ENOENT;
		dump->why = "you have no session of this name";
	}
	return s;
}

/**
 * vml_session_of_map() - who holds a mapping by hand
 * @map: a &struct vml_vmap; not followed
 * @holder: filled in
 *
 * Return: whether anyone does.
 */
bool vml_session_of_map(const void *map, struct vml_holder *holder)
{
	struct vml_session *s;
	bool found = false;

	mutex_lock(&registry);
	list_for_each_entry(s, &sessions, link) {
		mutex_lock(&s->lock);
		holder->handle = vml_held_of_map(s, map);
		mutex_unlock(&s->lock);
		found = holder->handle;
		if (!found)
			continue;
		strscpy(holder->name, s->name, sizeof(holder->name));
		holder->uid = s->user->uid;
		break;
	}
	mutex_unlock(&registry);
	return found;
}

/**
 * vml_user_has_cache() - whether a session of a user made a cache
 * @uid: the user
 * @name: of the cache
 */
bool vml_user_has_cache(kuid_t uid, const char *name)
{
	struct vml_session *s;
	bool has = false;

	mutex_lock(&registry);
	list_for_each_entry(s, &sessions, link) {
		if (!uid_eq(s->user->uid, uid))
			continue;
		mutex_lock(&s->lock);
		has |= !!vml_hand_cache_find(s, name);
		mutex_unlock(&s->lock);
	}
	mutex_unlock(&registry);
	return has;
}

/* It is on no list any more; the list had a reference. */
static void forget(struct vml_session *s)
{
	mutex_lock(&registry);
	s->user->nr_sessions--;
	drop_user(s->user);
	mutex_unlock(&registry);
	if (s->sk)
		sock_put(s->sk);
	put_session(s);
}

/*
 * A session that was made for a request which put nothing in it, and that nobody
 * else has found meanwhile.
 */
static void forget_if_empty(struct vml_session *s)
{
	bool empty;

	mutex_lock(&registry);
	empty = refcount_read(&s->refs) == 2 && xa_empty(&s->held) &&
		list_empty(&s->caches);
	if (empty) {
		list_del(&s->link);
		changes += 2;
	}
	mutex_unlock(&registry);
	if (empty)
		forget(s);
}

/**
 * vml_session_close() - undo vml_session_open()
 * @hand: the request
 *
 * A session that was made for it, and to which nothing came to belong, is gone.
 */
void vml_session_close(struct vml_hand *hand)
{
	if (hand->created)
		forget_if_empty(hand->session);
	put_session(hand->session);
}

/* === The end of sessions === */

/* All that it holds goes back; nobody has the session but dumps. */
static void end_session(struct vml_session *s)
{
	lockdep_assert_held_write(&vml_hands);

	mutex_lock(&registry);
	list_del(&s->link);
	changes += 2;
	mutex_unlock(&registry);

	mutex_lock(&s->lock);
	vml_held_end_all(s);
	vml_hand_caches_end(s);
	mutex_unlock(&s->lock);
	forget(s);
}

static struct vml_session *find_dead(const struct netlink_notify *n)
{
	struct vml_session *s, *found = NULL;

	mutex_lock(&registry);
	list_for_each_entry(s, &sessions, link) {
		if (s->sk && s->portid == n->portid &&
		    net_eq(sock_net(s->sk), n->net) &&
		    sock_flag(s->sk, SOCK_DEAD)) {
			found = s;
			break;
		}
	}
	mutex_unlock(&registry);
	return found;
}

/*
 * A socket was closed. Its port may already be another's, who may have a session
 * too; the socket itself is still held by the session, so no other can be in its
 * place.
 */
static int on_release(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct netlink_notify *n = data;
	struct vml_session *s;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC ||
	    !find_dead(n))
		return NOTIFY_DONE;
	down_write(&vml_hands);
	while ((s = find_dead(n)))
		end_session(s);
	up_write(&vml_hands);
	return NOTIFY_OK;
}

static struct notifier_block release_nb = { .notifier_call = on_release };

/**
 * vml_sessions_init() - be told of sockets that close, and of frames that move
 *
 * Return: 0 or a negative errno.
 */
int vml_sessions_init(void)
{
	int err = netlink_register_notifier(&release_nb);

	if (!err)
		vml_pool_set_migrate(vml_held_migrate);
	return err;
}

/**
 * vml_sessions_fini() - end all sessions
 *
 * Context: no request is under way.
 */
void vml_sessions_fini(void)
{
	netlink_unregister_notifier(&release_nb);
	down_write(&vml_hands);
	vml_pool_set_migrate(NULL);
	while (!list_empty(&sessions))
		end_session(list_first_entry(&sessions, struct vml_session,
					     link));
	up_write(&vml_hands);
}

static struct vml_session *find_to_end(struct sk_buff *skb,
				       struct genl_info *info)
{
	struct nlattr *uid = info->attrs[VMLAB_A_SESSION_UID];
	struct session_key key = key_of(skb, info->attrs[VMLAB_A_SESSION_NAME]);
	struct vml_session *s;

	if (uid)
		key.uid = make_kuid(current_user_ns(), nla_get_u32(uid));
	key.portid = vml_attr_u32(info->attrs[VMLAB_A_SESSION_PORTID], 0);
	mutex_lock(&registry);
	s = find(&key);
	mutex_unlock(&registry);
	return s;
}

int vmlab_nl_session_end_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *uid = info->attrs[VMLAB_A_SESSION_UID];
	struct vml_session *s;
	int err;

	if (info->attrs[VMLAB_A_SESSION_NAME] &&
	    info->attrs[VMLAB_A_SESSION_PORTID]) {
		NL_SET_ERR_MSG(info->extack,
			       "a session has a name or is bound to a socket, not both");
		return -EINVAL;
	}
	if (uid && !uid_eq(make_kuid(current_user_ns(), nla_get_u32(uid)),
			   vml_request_uid(skb))) {
		err = vml_require_admin(skb, info,
					"to end another user's session needs CAP_SYS_ADMIN");
		if (err)
			return err;
	}
	err = vml_hands_take(true);
	if (err)
		return err;
	s = find_to_end(skb, info);
	if (s)
		end_session(s);
	vml_hands_drop(true);
	if (s)
		return 0;
	if (info->attrs[VMLAB_A_SESSION_PORTID])
		return vml_refuse(skb, -ENOENT,
				  "nothing belongs to the socket %u",
				  nla_get_u32(info->attrs[VMLAB_A_SESSION_PORTID]));
	if (!info->attrs[VMLAB_A_SESSION_NAME])
		return vml_refuse(skb, -ENOENT,
				  "nothing belongs to this socket");
	return vml_refuse(skb, -ENOENT, "there is no session %s",
			  (char *)nla_data(info->attrs[VMLAB_A_SESSION_NAME]));
}

/* === To see them === */

/**
 * struct session_dump - a dump of sessions
 * @dump: what every dump has
 * @uid: whose may be shown
 * @at: how many sessions are behind it
 * @name: the only one wanted, or empty
 */
struct session_dump {
	struct vml_dump dump;
	kuid_t uid;
	u32 at;
	char name[VMLAB_NAME_MAX + 1];
};

int vmlab_nl_session_get_start(struct netlink_callback *cb)
{
	struct nlattr *name = vml_dump_attrs(cb)[VMLAB_A_SESSION_NAME];
	struct session_dump *d = vml_dump_start(cb, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->uid = vml_request_uid(cb->skb);
	if (name)
		nla_strscpy(d->name, name, sizeof(d->name));
	return 0;
}

int vmlab_nl_session_get_done(struct netlink_callback *cb)
{
	vml_dump_done(cb);
	return 0;
}

static int put_contents(struct sk_buff *skb, const struct vml_session *s)
{
	if (nla_put_u32(skb, VMLAB_A_SESSION_FRAMES, s->frames) ||
	    nla_put_u32(skb, VMLAB_A_SESSION_BLOCKS,
			s->nr[VMLAB_HELD_KIND_FRAMES]) ||
	    nla_put_u32(skb, VMLAB_A_SESSION_VMALLOCS,
			s->nr[VMLAB_HELD_KIND_VMALLOC]) ||
	    nla_put_u32(skb, VMLAB_A_SESSION_OBJECTS,
			s->nr[VMLAB_HELD_KIND_OBJECT]) ||
	    nla_put_u32(skb, VMLAB_A_SESSION_CACHES, s->nr_caches))
		return -EMSGSIZE;
	return 0;
}

static int put_one(struct sk_buff *skb, struct netlink_callback *cb,
		   struct vml_session *s)
{
	void *header = vml_dump_message(skb, cb, VMLAB_CMD_SESSION_GET);
	int err;

	if (!header)
		return -EMSGSIZE;
	mutex_lock(&s->lock);
	err = put_contents(skb, s);
	mutex_unlock(&s->lock);
	if (err ||
	    (s->name[0] &&
	     nla_put_string(skb, VMLAB_A_SESSION_NAME, s->name)) ||
	    (s->sk && nla_put_u32(skb, VMLAB_A_SESSION_PORTID, s->portid)) ||
	    nla_put_u32(skb, VMLAB_A_SESSION_UID,
			from_kuid_munged(current_user_ns(), s->user->uid))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	vml_dump_send(skb, cb, header);
	return 0;
}

static bool is_wanted(const struct session_dump *d, const struct vml_session *s)
{
	return (d->dump.admin || uid_eq(d->uid, s->user->uid)) &&
	       (!d->name[0] || !strcmp(d->name, s->name));
}

int vmlab_nl_session_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct session_dump *d = vml_dump_get(cb);
	struct vml_session *s;
	u32 i = 0;

	mutex_lock(&registry);
	cb->seq = changes;
	list_for_each_entry(s, &sessions, link) {
		if (i++ < d->at)
			continue;
		if (is_wanted(d, s) && put_one(skb, cb, s))
			break;
		d->at = i;
	}
	mutex_unlock(&registry);
	return skb->len;
}
