// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_STORY_START, VMLAB_CMD_STORY_STOP: who hears of faults, each socket
 * of those of one process or of all, and the multicast group of all.
 *
 * A story is sent by the task that had the fault, which never waits for a socket:
 * what there is no room for is lost, and what comes faster than the listener
 * asked for is dropped. Both are counted, and told with the next story.
 */
#include "story.h"

#include "control.h"

#include <vmlab/story.h>

#include <linux/cred.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <net/sock.h>

/* How many a user may have without CAP_SYS_ADMIN: each costs all faults time. */
#define LISTENERS_USER	16

/**
 * struct listener - who hears of faults
 * @base: of whom the stories are told
 * @link: in the list of all
 * @sk: the socket that asked, which is held; NULL for the group itself
 * @portid: its port
 * @group: it asked for the group, and hears of none itself
 * @admin: it may look at all processes
 * @asker: who asked
 * @opener: who else must be allowed to look
 * @pid: the process; NULL for all
 * @mm: its memory when it was asked for, or that of who asked for all; as a
 *	name, which is held
 * @ns: in which processes have the numbers that are told
 * @outcomes: set of &enum vmlab_story_outcome
 * @cost: nanoseconds that a story takes of its credit
 * @answered: who asked has the answer, which comes before all stories
 * @lock: protects what follows
 * @credit: nanoseconds, up to a second's; it grows with time
 * @at: when it last grew
 * @seq: stories that it should have heard
 * @told: of them, those that were sent
 * @lost: those that there was no room for
 * @dropped: those that came too fast
 * @new_lost: of @lost, those since the last that was sent
 * @new_dropped: the same of @dropped
 */
struct listener {
	struct vml_story_listener base;
	struct list_head link;
	struct sock *sk;
	u32 portid;
	bool group;
	bool admin;
	const struct cred *asker;
	const struct cred *opener;
	struct pid *pid;
	struct mm_struct *mm;
	struct pid_namespace *ns;
	u32 outcomes;
	u64 cost;
	bool answered;
	struct mutex lock; /* protects what follows */
	u64 credit;
	u64 at;
	u64 seq;
	u64 told;
	u64 lost;
	u64 dropped;
	u64 new_lost;
	u64 new_dropped;
};

static void hear(struct vml_story_listener *base, const struct vml_story *story);

static DEFINE_MUTEX(registry); /* protects what follows */
static LIST_HEAD(listeners);
static u32 nr_group; /* of them, those that asked for the group */

/* The group hears of all. */
static struct listener everybody = {
	.base.tell = hear,
	.admin = true,
	.ns = &init_pid_ns,
	.outcomes = U32_MAX,
	.cost = NSEC_PER_SEC / VMLAB_STORY_RATE,
	.answered = true,
	.lock = __MUTEX_INITIALIZER(everybody.lock),
};

/* === Messages === */

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, VMLAB_A_STORY_PAD);
}

static int put_args(struct sk_buff *skb, const u64 args[3])
{
	int i;

	for (i = 0; i < 3; i++)
		if (nla_put_u64_64bit(skb, VMLAB_A_STORY_PART_FIRST + i,
				      args[i], VMLAB_A_STORY_PART_PAD))
			return -EMSGSIZE;
	return 0;
}

static int put_step(struct sk_buff *skb, const struct vmlab_event_step *step)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_STORY_STEP);

	if (!nest || nla_put_u32(skb, VMLAB_A_STORY_PART_KIND, step->kind) ||
	    nla_put_u32(skb, VMLAB_A_STORY_PART_NS, step->ns) ||
	    put_args(skb, step->args))
		return -EMSGSIZE;
	if (step->node != VMLAB_STEP_NOWHERE &&
	    (nla_put_u32(skb, VMLAB_A_STORY_PART_NODE, step->node) ||
	     nla_put_u32(skb, VMLAB_A_STORY_PART_ZONE, step->zone)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_steps(struct sk_buff *skb, const struct vml_story *story)
{
	u32 i;

	for (i = 0; i < story->nr; i++)
		if (put_step(skb, &story->steps[i]))
			return -EMSGSIZE;
	if (!story->left_out)
		return 0;
	return nla_put_u32(skb, VMLAB_A_STORY_LEFT_OUT, story->left_out);
}

static int put_who(struct sk_buff *skb, const struct listener *l)
{
	char comm[TASK_COMM_LEN];

	get_task_comm(comm, current);
	if (nla_put_u32(skb, VMLAB_A_STORY_PID,
			task_tgid_nr_ns(current, l->ns)) ||
	    nla_put_u32(skb, VMLAB_A_STORY_TID,
			task_pid_nr_ns(current, l->ns)) ||
	    nla_put_string(skb, VMLAB_A_STORY_COMM, comm))
		return -EMSGSIZE;
	return 0;
}

static int put_counts(struct sk_buff *skb, const struct listener *l)
{
	if (put_u64(skb, VMLAB_A_STORY_SEQ, l->seq) ||
	    (l->new_lost && put_u64(skb, VMLAB_A_STORY_LOST, l->new_lost)) ||
	    (l->new_dropped &&
	     put_u64(skb, VMLAB_A_STORY_DROPPED, l->new_dropped)))
		return -EMSGSIZE;
	return 0;
}

static int put_story(struct sk_buff *skb, const struct listener *l,
		     const struct vml_story *story)
{
	if (put_u64(skb, VMLAB_A_STORY_NUMBER, story->number) ||
	    put_counts(skb, l) || put_who(skb, l) ||
	    put_u64(skb, VMLAB_A_STORY_ADDRESS, story->address) ||
	    nla_put_u32(skb, VMLAB_A_STORY_ACCESS, ilog2(story->access)) ||
	    nla_put_u32(skb, VMLAB_A_STORY_MEMORY, story->memory) ||
	    nla_put_u32(skb, VMLAB_A_STORY_OUTCOME, story->outcome) ||
	    put_u64(skb, VMLAB_A_STORY_NS, story->ns))
		return -EMSGSIZE;
	return put_steps(skb, story);
}

static size_t size_of(const struct vml_story *story)
{
	size_t word = nla_total_size(sizeof(u32));
	size_t two_words = nla_total_size_64bit(sizeof(u64));

	return 6 * word + 6 * two_words + nla_total_size(TASK_COMM_LEN) +
	       story->nr * (nla_total_size(0) + 4 * word + 3 * two_words);
}

static int send(const struct listener *l, const struct vml_story *story)
{
	struct sk_buff *skb;
	void *header;

	/* Once it is closed, its port may become another's. */
	if (l->sk && sock_flag(l->sk, SOCK_DEAD))
		return -ECONNREFUSED;
	skb = vml_notice_new(size_of(story), VMLAB_CMD_STORY, &header);
	if (!skb)
		return -ENOMEM;
	if (!header || put_story(skb, l, story)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return vml_notice_send(skb, l->sk ? sock_net(l->sk) : NULL, l->portid,
			       VMLAB_NLGRP_FAULT);
}

/* === Who hears what === */

/*
 * That the listener may look at the memory was checked when it asked, or it is
 * its own; but the process may execute another program since, and "all" are those
 * to come as well, that have a number where the listener is.
 */
static bool may_hear(const struct listener *l)
{
	if (l->admin || l->mm == current->mm)
		return true;
	return task_tgid_nr_ns(current, l->ns) && vml_target_shows(l->asker) &&
	       vml_target_shows(l->opener);
}

static bool is_wanted(const struct listener *l, const struct vml_story *story)
{
	if (l->pid && l->pid != task_tgid(current))
		return false;
	if (story->steps && !(l->outcomes & BIT(story->outcome)))
		return false;
	return may_hear(l);
}

/* Each story takes its share of a second, and up to a second is saved. */
static bool take_credit(struct listener *l)
{
	u64 now = ktime_get_ns();

	lockdep_assert_held(&l->lock);
	l->credit = min_t(u64, l->credit + (now - l->at), NSEC_PER_SEC);
	l->at = now;
	if (l->credit < l->cost)
		return false;
	l->credit -= l->cost;
	return true;
}

static void hear(struct vml_story_listener *base, const struct vml_story *story)
{
	struct listener *l = container_of(base, struct listener, base);

	if (!READ_ONCE(l->answered) || !is_wanted(l, story))
		return;
	mutex_lock(&l->lock);
	l->seq++;
	if (story->steps && !take_credit(l)) {
		l->dropped++;
		l->new_dropped++;
	} else if (!story->steps || send(l, story)) {
		l->lost++;
		l->new_lost++;
	} else {
		l->told++;
		l->new_lost = 0;
		l->new_dropped = 0;
	}
	mutex_unlock(&l->lock);
}

/* === Listeners === */

static void free_listener(struct listener *l)
{
	sock_put(l->sk);
	put_cred(l->asker);
	put_cred(l->opener);
	put_pid_ns(l->ns);
	put_pid(l->pid);
	mmdrop(l->mm);
	mutex_destroy(&l->lock);
	kfree(l);
}

static struct listener *new_listener(struct sk_buff *skb,
				     struct genl_info *info)
{
	struct listener *l = kzalloc_obj(*l, GFP_KERNEL_ACCOUNT);

	if (!l)
		return NULL;
	l->base.tell = hear;
	l->sk = NETLINK_CB(skb).sk;
	sock_hold(l->sk);
	l->portid = NETLINK_CB(skb).portid;
	l->group = info->attrs[VMLAB_A_STORY_GROUP];
	l->admin = vml_is_admin(skb);
	l->asker = get_current_cred();
	l->opener = vml_request_opener(skb);
	l->ns = get_pid_ns(task_active_pid_ns(current));
	l->outcomes = vml_attr_u32(info->attrs[VMLAB_A_STORY_OUTCOMES],
				   U32_MAX);
	l->cost = NSEC_PER_SEC / vml_attr_u32(info->attrs[VMLAB_A_STORY_RATE],
					      VMLAB_STORY_RATE);
	l->mm = current->mm;
	mmgrab(l->mm);
	mutex_init(&l->lock);
	l->credit = NSEC_PER_SEC;
	l->at = ktime_get_ns();
	return l;
}

static int find_process(struct listener *l, struct sk_buff *skb,
			struct genl_info *info)
{
	struct vml_target target;
	int err = vml_request_target(skb, info, VMLAB_A_STORY_PID, l->admin,
				     &target);

	if (err)
		return err;
	l->pid = get_task_pid(target.task, PIDTYPE_TGID);
	mmgrab(target.mm);
	mmdrop(l->mm);
	l->mm = target.mm;
	vml_target_put(&target);
	return 0;
}

static struct listener *find(const struct sock *sk)
{
	struct listener *l;

	lockdep_assert_held(&registry);
	list_for_each_entry(l, &listeners, link)
		if (l->sk == sk)
			return l;
	return NULL;
}

static u32 count_user(const struct cred *cred)
{
	struct listener *l;
	u32 nr = 0;

	lockdep_assert_held(&registry);
	list_for_each_entry(l, &listeners, link)
		nr += uid_eq(l->asker->euid, cred->euid);
	return nr;
}

/* The group listens as long as somebody asked for it. */
static int begin(struct listener *l)
{
	int err = 0;

	lockdep_assert_held(&registry);
	if (!l->group)
		err = vml_story_listen(&l->base);
	else if (!nr_group)
		err = vml_story_listen(&everybody.base);
	if (err)
		return err;
	nr_group += l->group;
	list_add_tail(&l->link, &listeners);
	return 0;
}

static void end(struct listener *l)
{
	lockdep_assert_held(&registry);
	list_del(&l->link);
	nr_group -= l->group;
	if (!l->group)
		vml_story_unlisten(&l->base);
	else if (!nr_group)
		vml_story_unlisten(&everybody.base);
}

/*
 * Acknowledges the request before there are stories, among which the answer might
 * not be found, or have no room. Returns what tells netlink that it was done.
 */
static int answer(struct listener *l, struct sk_buff *skb)
{
	struct nlmsghdr *nlh = nlmsg_hdr(skb);
	bool wanted = nlh->nlmsg_flags & NLM_F_ACK;

	if (wanted)
		netlink_ack(skb, nlh, 0, NULL);
	WRITE_ONCE(l->answered, true);
	return wanted ? -EINTR : 0;
}

static int enter(struct listener *l, struct sk_buff *skb,
		 struct genl_info *info)
{
	int err;

	mutex_lock(&registry);
	if (find(l->sk)) {
		NL_SET_ERR_MSG(info->extack,
			       "this socket hears of faults already: stop that first");
		err = -EBUSY;
	} else if (!l->admin && count_user(l->asker) >= LISTENERS_USER) {
		NL_SET_ERR_MSG(info->extack,
			       "you have as many listeners as are allowed: stop one");
		err = -ENOSPC;
	} else {
		err = begin(l) ?: answer(l, skb);
	}
	mutex_unlock(&registry);
	return err;
}

/* === Commands === */

static int check_request(struct sk_buff *skb, struct genl_info *info)
{
	bool group = info->attrs[VMLAB_A_STORY_GROUP];

	if (!!info->attrs[VMLAB_A_STORY_PID] +
	    !!info->attrs[VMLAB_A_STORY_ALL] + group != 1) {
		NL_SET_ERR_MSG(info->extack,
			       "one is needed: a process, all of them, or the group");
		return -EINVAL;
	}
	return group ? vml_require_admin(skb, info,
			"to have the group told of all faults needs CAP_SYS_ADMIN") : 0;
}

int vmlab_nl_story_start_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct listener *l;
	int err;

	err = check_request(skb, info);
	if (err)
		return err;
	l = new_listener(skb, info);
	if (!l)
		return -ENOMEM;
	if (info->attrs[VMLAB_A_STORY_PID])
		err = find_process(l, skb, info);
	if (err) {
		free_listener(l);
		return err;
	}
	err = enter(l, skb, info);
	if (err && err != -EINTR)
		free_listener(l);
	return err;
}

static int fill_totals(struct sk_buff *skb, const void *data)
{
	const struct listener *l = data;

	if (put_u64(skb, VMLAB_A_STORY_TOLD, l->told) ||
	    put_u64(skb, VMLAB_A_STORY_LOST, l->lost) ||
	    put_u64(skb, VMLAB_A_STORY_DROPPED, l->dropped))
		return -EMSGSIZE;
	return 0;
}

int vmlab_nl_story_stop_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct listener *l;
	int err;

	/* Without a policy, nobody else looks. */
	if (genlmsg_len(info->genlhdr)) {
		NL_SET_ERR_MSG(info->extack, "this takes no attributes");
		return -EINVAL;
	}
	mutex_lock(&registry);
	l = find(NETLINK_CB(skb).sk);
	if (l)
		end(l);
	mutex_unlock(&registry);
	if (!l) {
		NL_SET_ERR_MSG(info->extack, "this socket hears of no faults");
		return -ENOENT;
	}
	err = vml_reply(info, 128, fill_totals, l);
	free_listener(l);
	return err;
}

/* === Start and end === */

/* The socket is still held, so no other can be in its place. */
static struct listener *find_dead(const struct netlink_notify *n)
{
	struct listener *l;

	lockdep_assert_held(&registry);
	list_for_each_entry(l, &listeners, link)
		if (l->portid == n->portid && sock_flag(l->sk, SOCK_DEAD) &&
		    net_eq(sock_net(l->sk), n->net))
			return l;
	return NULL;
}

static int on_release(struct notifier_block *nb, unsigned long event,
		      void *data)
{
	const struct netlink_notify *n = data;
	struct listener *l;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	mutex_lock(&registry);
	l = find_dead(n);
	if (l)
		end(l);
	mutex_unlock(&registry);
	if (!l)
		return NOTIFY_DONE;
	free_listener(l);
	return NOTIFY_OK;
}

static struct notifier_block release_nb = { .notifier_call = on_release };

/**
 * vml_stories_init() - be told of sockets that close
 *
 * Return: 0 or a negative errno.
 */
int vml_stories_init(void)
{
	return netlink_register_notifier(&release_nb);
}

/**
 * vml_stories_fini() - nobody hears of faults any more
 *
 * Context: no request is under way.
 */
void vml_stories_fini(void)
{
	struct listener *l, *next;

	netlink_unregister_notifier(&release_nb);
	mutex_lock(&registry);
	list_for_each_entry_safe(l, next, &listeners, link) {
		end(l);
		free_listener(l);
	}
	mutex_unlock(&registry);
}
