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

DECLARE_RWSEM(vml_hands);

static DEFINE_MUTEX(registry); /* protects what follows */
static LIST_HEAD(sessions);
static LIST_HEAD(users);

/* === Users === */

/**
 * vml_session_uid() - the user of a session
 * @session: the session
 */
kuid_t vml_session_uid(const struct vml_session *session)
{
	return session->user->uid;
}

/**
 * vml_session_shown() - whether a reader may know of a session
 * @skb: his request
 * @session: the session
 * @admin: he has CAP_SYS_ADMIN
 */
bool vml_session_shown(struct sk_buff *skb, const struct vml_session *session,
		       bool admin)
{
	return admin || uid_eq(vml_request_uid(skb), session->user->uid);
}

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
 */
struct session_key {
	kuid_t uid;
	const char *name;
	struct sock *sk;
};

static struct session_key key_of(const struct sk_buff *skb, const struct nlattr *name)
{
	return (struct session_key) {
		.uid = vml_request_uid(skb),
		.name = name ? nla_data(name) : "",
		.sk = NETLINK_CB(skb).sk,
	};
}

static bool is_name(const char *name)
{
	for (; *name; name++)
		if (!isalnum(*name) && !strchr("._-", *name))
			return false;
	return true;
}

static struct vml_session *find(const struct session_key *key)
{
	struct vml_session *s;

	lockdep_assert_held(&registry);
	list_for_each_entry(s, &sessions, link) {
		if (!uid_eq(s->user->uid, key->uid))
			continue;
		if (key->name[0] ? !strcmp(s->name, key->name) :
				   s->sk == key->sk)
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
	hand->session = s;
	return 0;
}

static int find_or_create(struct vml_hand *hand, const struct session_key *key,
			  bool may_create)
{
	int err = 0;

	mutex_lock(&registry);
	hand->session = find(key);
	if (!hand->session)
		err = may_create ? create(hand, key) : -ENOENT;
	if (!err)
		refcount_inc(&hand->session->refs);
	mutex_unlock(&registry);
	if (err != -ENOENT)
		return err;
	if (key->name[0])
		return vml_hand_refuse(hand, err, "you have no session %s",
				       key->name);
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
 * vml_session_next() - go through all sessions
 * @session: the one before, or NULL
 *
 * Context: vml_hands held for writing, so that none ends meanwhile or begins.
 * Return: the next, or NULL after the last.
 */
struct vml_session *vml_session_next(struct vml_session *session)
{
	struct list_head *next = session ? session->link.next : sessions.next;

	lockdep_assert_held_write(&vml_hands);
	return next == &sessions ? NULL :
				   list_entry(next, struct vml_session, link);
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

/* === At work with a session === */

static void lock_hands(const struct vml_hand *hand)
{
	if (hand->alone)
		down_write(&vml_hands);
	else
		down_read(&vml_hands);
}

static void unlock_hands(const struct vml_hand *hand)
{
	if (hand->alone)
		up_write(&vml_hands);
	else
		up_read(&vml_hands);
}

/**
 * vml_hand_begin() - begin to work with a session
 * @hand: filled in
 * @skb: the request
 * @info: the same, parsed
 * @attr: the attribute with the name; the session of the socket without
 * @how: VML_HAND_*
 *
 * Return: 0 with vml_hands held and the session to be used until
 * vml_hand_end(); else what the handler is to return.
 */
int vml_hand_begin(struct vml_hand *hand, struct sk_buff *skb,
		   struct genl_info *info, int attr, unsigned int how)
{
	struct session_key key = key_of(skb, info->attrs[attr]);
	int err;

	*hand = (struct vml_hand) {
		.skb = skb, .info = info, .admin = vml_is_admin(skb),
		.alone = how & VML_HAND_ALONE,
	};
	if (!is_name(key.name)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
				    "a session's name has letters, digits, '.', '_' and '-' only");
		return -EINVAL;
	}
	lock_hands(hand);
	err = find_or_create(hand, &key, how & VML_HAND_CREATE);
	if (err)
		unlock_hands(hand);
	return err;
}

/**
 * vml_hand_refuse() - as vml_refuse(), for a request at work with a session
 * @hand: the request
 * @err: negative errno
 * @format: of the reason
 *
 * Return: -EINTR, for the handler to return.
 */
int vml_hand_refuse(struct vml_hand *hand, int err, const char *format, ...)
{
	struct va_format reason = { .fmt = format };
	va_list args;

	va_start(args, format);
	reason.va = &args;
	err = vml_refuse(hand->skb, err, "%pV", &reason);
	va_end(args);
	return err;
}

/**
 * vml_hand_end_unchecked() - end to work with a session, without a check
 * @hand: from vml_hand_begin()
 * @err: what came of it
 *
 * Return: @err.
 */
int vml_hand_end_unchecked(struct vml_hand *hand, int err)
{
	put_session(hand->session);
	unlock_hands(hand);
	return err;
}

/**
 * vml_hand_end() - end to work with a session
 * @hand: from vml_hand_begin()
 * @err: what came of it
 *
 * In strict mode the pool is checked now.
 *
 * Return: what the handler is to return, unless it is 0 and there is an answer.
 */
int vml_hand_end(struct vml_hand *hand, int err)
{
	vml_hand_end_unchecked(hand, err);
	return vml_check_if_strict(hand->skb, err);
}

/* === The end of sessions === */

/* All that it holds goes back; nobody has the session but dumps. */
static void end_session(struct vml_session *s)
{
	lockdep_assert_held_write(&vml_hands);

	mutex_lock(&registry);
	list_del(&s->link);
	mutex_unlock(&registry);

	mutex_lock(&s->lock);
	vml_held_end_all(s);
	vml_hand_caches_end(s);
	mutex_unlock(&s->lock);

	mutex_lock(&registry);
	s->user->nr_sessions--;
	drop_user(s->user);
	mutex_unlock(&registry);
	if (s->sk)
		sock_put(s->sk);
	put_session(s);
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
	struct vml_session *s;

	netlink_unregister_notifier(&release_nb);
	down_write(&vml_hands);
	vml_pool_set_migrate(NULL);
	while ((s = vml_session_next(NULL)))
		end_session(s);
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
	mutex_lock(&registry);
	s = find(&key);
	mutex_unlock(&registry);
	return s;
}

int vmlab_nl_session_end_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *uid = info->attrs[VMLAB_A_SESSION_UID];
	struct vml_session *s;
	int err = -ENOENT;

	if (uid && !uid_eq(make_kuid(current_user_ns(), nla_get_u32(uid)),
			   vml_request_uid(skb))) {
		err = vml_require_admin(skb, info,
					"to end another user's session needs CAP_SYS_ADMIN");
		if (err)
			return err;
	}
	down_write(&vml_hands);
	s = find_to_end(skb, info);
	if (s)
		end_session(s);
	up_write(&vml_hands);
	if (s)
		return 0;
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
