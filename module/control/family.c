// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink family: what all commands share. One file a command group
 * beside this one; operations and policies are generated from
 * uapi/netlink/specs/vmlab.yaml.
 */
#include "control.h"

#include "session.h"
#include "story.h"
#include "trace.h"

#include <vmlab/buddy.h>
#include <vmlab/control.h>

#include <linux/capability.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <net/sock.h>

/* No answer to a single question is longer: an area's name is a path. */
#define REPLY_MAX	SZ_64K

/* Who may join them, the specification cannot say. */
static struct genl_multicast_group groups[VMLAB_NLGRP_FAULT + 1];

static struct genl_family family = {
	.name = VMLAB_GENL_NAME,
	.version = VMLAB_GENL_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

static void restrict_groups(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		groups[i] = vmlab_nl_mcgrps[i];
		groups[i].flags = GENL_MCAST_CAP_SYS_ADMIN;
	}
}

/**
 * vml_control_init() - offer the netlink family
 *
 * Return: 0 or a negative errno.
 */
int vml_control_init(void)
{
	int err;

	restrict_groups();
	err = vml_sessions_init();
	if (err)
		return err;
	err = vml_stories_init();
	if (err)
		goto fini_sessions;
	err = vml_genl_register(&family, vmlab_nl_ops,
				ARRAY_SIZE(vmlab_nl_ops));
	if (err)
		goto fini_stories;
	return 0;

fini_stories:
	vml_stories_fini();
fini_sessions:
	vml_sessions_fini();
	return err;
}

/**
 * vml_control_fini() - take the netlink family away
 *
 * Waits for commands that run; an unfinished dump holds the module. So nobody
 * uses a session any more when they end, and give back all that they hold.
 */
void vml_control_fini(void)
{
	genl_unregister_family(&family);
	vml_stories_fini();
	vml_trace_fini();
	vml_sessions_fini();
}

/**
 * vml_is_admin() - whether a request may see frames and every process
 * @skb: the request
 *
 * Both who opened the socket and who sends must have CAP_SYS_ADMIN in the
 * initial user namespace.
 */
bool vml_is_admin(const struct sk_buff *skb)
{
	return netlink_capable(skb, CAP_SYS_ADMIN);
}

/*
 * The file of the socket that a request came by, whose opener must be allowed
 * what he asks for; NULL where the sender named a destination and so knows
 * that he speaks netlink.
 */
static const struct file *opener_of(const struct sk_buff *skb)
{
	const struct netlink_skb_parms *parms = &NETLINK_CB(skb);

	if (parms->flags & NETLINK_SKB_DST)
		return NULL;
	return parms->sk->sk_socket->file;
}

/**
 * vml_request_uid() - whose request it is
 * @skb: the request
 *
 * Who opened the socket, unless the sender knows that he speaks netlink: what
 * a program with more rights is made to write gets its opener nothing.
 */
kuid_t vml_request_uid(const struct sk_buff *skb)
{
	const struct file *opener = opener_of(skb);

	return opener ? opener->f_cred->euid : current_euid();
}

/**
 * vml_request_opener() - whose rights count in a request besides the caller's
 * @skb: the request
 *
 * Return: with a reference; those of the caller where none other count.
 */
const struct cred *vml_request_opener(const struct sk_buff *skb)
{
	const struct file *opener = opener_of(skb);

	return opener ? get_cred(opener->f_cred) : get_current_cred();
}

static int find_target(const struct sk_buff *skb, const struct nlattr *pid,
		       bool admin, struct vml_target *target, const char **why)
{
	return vml_target_get(target, pid ? nla_get_u32(pid) : 0, admin,
			      opener_of(skb), why);
}

/**
 * vml_may_look() - whether a request may look at a process
 * @skb: the request
 * @admin: what vml_is_admin() said of it
 * @pid: of the process; NULL if it has none yet
 * @mm: its memory, as a name only
 *
 * Context: process; may sleep.
 */
bool vml_may_look(const struct sk_buff *skb, bool admin, struct pid *pid,
		  const struct mm_struct *mm)
{
	u32 number = pid ? pid_vnr(pid) : 0;
	struct vml_target target;
	const char *why;
	bool may;

	if (admin)
		return true;
	if (!number ||
	    vml_target_get(&target, number, false, opener_of(skb), &why))
		return false;
	may = target.mm == mm;
	vml_target_put(&target);
	return may;
}

/**
 * vml_require() - see that a request has an attribute
 * @info: the request
 * @attr: the attribute
 * @why: what to say where it has not
 *
 * Return: 0 or -EINVAL.
 */
int vml_require(struct genl_info *info, int attr, const char *why)
{
	if (info->attrs[attr])
		return 0;
	info->extack->_msg = why;
	return -EINVAL;
}

/**
 * vml_require_admin() - see that a request may change what all share
 * @skb: the request
 * @info: the same, parsed
 * @why: what to say where it may not
 *
 * Return: 0 or -EPERM.
 */
int vml_require_admin(struct sk_buff *skb, struct genl_info *info,
		      const char *why)
{
	if (vml_is_admin(skb))
		return 0;
	info->extack->_msg = why;
	return -EPERM;
}

/**
 * vml_refuse() - answer a request that fails, with a reason made up for it
 * @skb: the request
 * @err: negative errno
 * @format: of the reason
 *
 * The reason must live until it is sent, and 6.1 has no room for one that is no
 * constant: so it is sent here. netlink sends nothing more on -EINTR.
 *
 * Return: -EINTR, for the handler to return.
 */
int vml_refuse(struct sk_buff *skb, int err, const char *format, ...)
{
	struct netlink_ext_ack extack = { };
	char reason[192];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	extack._msg = reason;
	netlink_ack(skb, nlmsg_hdr(skb), err, &extack);
	return -EINTR;
}

/**
 * vml_request_target() - find the process that a request names
 * @skb: the request
 * @info: the same, parsed
 * @attr: its attribute with the PID; 0 or absent is the caller
 * @admin: what vml_is_admin() said of @skb, which is asked once a request
 * @target: filled in; to be given back with vml_target_put()
 *
 * Return: as vml_target_get(), with the reason told.
 */
int vml_request_target(struct sk_buff *skb, struct genl_info *info, int attr,
		       bool admin, struct vml_target *target)
{
	const char *why;
	int err;

	err = find_target(skb, info->attrs[attr], admin, target, &why);
	if (err) {
		info->extack->_msg = why;
		NL_SET_BAD_ATTR(info->extack, info->attrs[attr]);
	}
	return err;
}

static int try_reply(struct genl_info *info, size_t size, vml_fill_fn fill,
		     const void *data)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);
	void *header;
	int err;

	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, &family, 0, info->genlhdr->cmd);
	err = header ? fill(skb, data) : -EMSGSIZE;
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

/**
 * vml_reply() - answer a request
 * @info: the request
 * @size: bytes that most answers fit in
 * @fill: puts the answer, and is called again with more room if need be
 * @data: handed to @fill
 *
 * Return: 0 or a negative errno.
 */
int vml_reply(struct genl_info *info, size_t size, vml_fill_fn fill,
	      const void *data)
{
	int err;

	do {
		err = try_reply(info, size, fill, data);
		size *= 4;
	} while (err == -EMSGSIZE && size <= REPLY_MAX);
	return err;
}

/* === What nobody asked for === */

/**
 * vml_notice_new() - begin a message that answers no request
 * @size: bytes of its attributes at most
 * @cmd: the command
 * @header: filled in, for genlmsg_end()
 *
 * Context: any but interrupts; does not sleep.
 * Return: the message; NULL without memory.
 */
struct sk_buff *vml_notice_new(size_t size, u8 cmd, void **header)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_NOWAIT | __GFP_NOWARN);

	if (!skb)
		return NULL;
	*header = genlmsg_put(skb, 0, 0, &family, 0, cmd);
	return skb;
}

/**
 * vml_notice_send() - send it to a socket, or to a group
 * @skb: from vml_notice_new(), ended; consumed
 * @net: the network namespace of the socket
 * @portid: the socket; 0 for a group
 * @group: VMLAB_NLGRP_*; in the initial network namespace, as in others their
 *	owners may join
 *
 * Context: process; may sleep, but not until there is room in the socket.
 * Return: 0, also for a group without members; -EAGAIN if the socket is full,
 * -ECONNREFUSED if it is gone.
 */
int vml_notice_send(struct sk_buff *skb, struct net *net, u32 portid,
		    unsigned int group)
{
	int err;

	if (portid)
		return genlmsg_unicast(net, skb, portid);
	err = genlmsg_multicast_netns(&family, &init_net, skb, 0, group,
				      GFP_KERNEL);
	return err == -ESRCH ? 0 : err;
}

/* === What several answers have === */

/**
 * vml_put_counter() - put a count by its name
 * @skb: where to
 * @attr: the attribute, which nests a counter
 * @name: of the counter
 * @value: of the counter
 *
 * Return: 0 or -EMSGSIZE.
 */
int vml_put_counter(struct sk_buff *skb, int attr, const char *name, u64 value)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest || nla_put_string(skb, VMLAB_A_COUNTER_NAME, name) ||
	    nla_put_u64_64bit(skb, VMLAB_A_COUNTER_VALUE, value,
			      VMLAB_A_COUNTER_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vml_put_place() - put which zone it is
 * @skb: where to
 * @node_attr: the attribute for the node
 * @zone_attr: the attribute for the kind of zone
 * @zone: the zone
 *
 * Return: 0 or -EMSGSIZE.
 */
int vml_put_place(struct sk_buff *skb, int node_attr, int zone_attr,
		  const struct vml_zone *zone)
{
	if (nla_put_u32(skb, node_attr, zone->node) ||
	    nla_put_u32(skb, zone_attr, zone->type))
		return -EMSGSIZE;
	return 0;
}

/**
 * vml_put_blocks() - put how many blocks of each order are free
 * @skb: where to
 * @attr: the attribute
 * @info: from vml_buddy_info()
 *
 * Return: 0 or -EMSGSIZE.
 */
int vml_put_blocks(struct sk_buff *skb, int attr,
		   const struct vml_buddy_info *info)
{
	u32 blocks[VML_ORDERS];
	unsigned int order;

	for (order = 0; order < VML_ORDERS; order++)
		blocks[order] = vml_buddy_free_blocks(info, order);
	return nla_put(skb, attr, sizeof(blocks), blocks);
}

/**
 * vml_zone_wanted() - whether a request is for a zone
 * @zone: the zone
 * @node: the only node that it is for, or NULL
 * @type: the only kind of zone that it is for, or NULL
 */
bool vml_zone_wanted(const struct vml_zone *zone, const struct nlattr *node,
		     const struct nlattr *type)
{
	return zone->node == vml_attr_u32(node, zone->node) &&
	       zone->type == vml_attr_u32(type, zone->type);
}

/**
 * vml_zone_any() - whether there is a zone that a request is for
 * @node: as for vml_zone_wanted()
 * @type: as there
 */
bool vml_zone_any(const struct nlattr *node, const struct nlattr *type)
{
	struct vml_zone *zone = vml_zone_next(NULL);

	while (zone && !vml_zone_wanted(zone, node, type))
		zone = vml_zone_next(zone);
	return zone;
}

/* === Dumps === */

/**
 * vml_dump_start() - begin a dump
 * @cb: the dump
 * @size: size of its state, which starts with a &struct vml_dump
 *
 * What is wrong with the request is noted there rather than returned: until
 * 6.10 the start of a dump has no way to give a reason.
 *
 * Return: the state, zeroed; NULL without memory.
 */
void *vml_dump_start(struct netlink_callback *cb, size_t size)
{
	struct vml_dump *dump = kvzalloc(size, GFP_KERNEL_ACCOUNT);

	if (dump)
		dump->admin = vml_is_admin(cb->skb);
	cb->args[0] = (long)dump;
	return dump;
}

/**
 * vml_dump_find() - find a process for a dump
 * @cb: the dump, in its start
 * @dump: its state, where a failure is noted
 * @attr: the attribute with the PID; 0 or absent is the caller
 * @target: filled in; to be given back with vml_target_put()
 *
 * Return: whether it was found.
 */
bool vml_dump_find(struct netlink_callback *cb, struct vml_dump *dump, int attr,
		   struct vml_target *target)
{
	dump->err = find_target(cb->skb, vml_dump_attrs(cb)[attr], dump->admin,
				target, &dump->why);
	return !dump->err;
}

/**
 * vml_dump_target() - find the process that a dump is of
 * @cb: the dump, in its start
 * @dump: its state; the process, or the reason why not, is noted there
 * @attr: the attribute with the PID; 0 or absent is the caller
 *
 * Only the bare &struct mm_struct is held from one part of the dump to the
 * next, so that a reader who stops half way keeps no memory from being freed.
 */
void vml_dump_target(struct netlink_callback *cb, struct vml_dump *dump,
		     int attr)
{
	struct vml_target target;

	if (!vml_dump_find(cb, dump, attr, &target))
		return;
	dump->mm = target.mm;
	mmgrab(dump->mm);
	cb->prev_seq = vml_mm_seq(dump->mm);
	vml_target_put(&target);
}

/**
 * vml_dump_enter() - begin a part of a dump of a process
 * @cb: the dump
 *
 * Return: 1 with the memory of the process held, for vml_dump_leave(); 0 where
 * all was sent; a negative errno with the reason told.
 */
int vml_dump_enter(struct netlink_callback *cb)
{
	struct vml_dump *dump = vml_dump_get(cb);

	if (!dump->err && dump->done)
		return 0;
	if (!dump->err && !mmget_not_zero(dump->mm)) {
		dump->err = -ESRCH;
		dump->why = "the process has exited";
	}
	return dump->err ? vml_dump_error(cb) : 1;
}

/**
 * vml_dump_leave() - end a part of a dump of a process
 * @cb: the dump
 *
 * Whether the areas changed since the last part is checked by whoever sends
 * the next message, or the last.
 */
void vml_dump_leave(struct netlink_callback *cb)
{
	struct vml_dump *dump = vml_dump_get(cb);

	mmput(dump->mm);
}

/**
 * vml_dump_get() - the state of a dump
 * @cb: the dump
 */
void *vml_dump_get(struct netlink_callback *cb)
{
	return (void *)cb->args[0];
}

/**
 * vml_dump_error() - what was found wrong when a dump began
 * @cb: the dump
 *
 * Return: 0, or a negative errno with the reason told.
 */
int vml_dump_error(struct netlink_callback *cb)
{
	struct vml_dump *dump = vml_dump_get(cb);

	if (dump->err && cb->extack)
		cb->extack->_msg = dump->why;
	return dump->err;
}

/**
 * vml_dump_done() - end a dump
 * @cb: the dump
 */
void vml_dump_done(struct netlink_callback *cb)
{
	struct vml_dump *dump = vml_dump_get(cb);

	if (dump && dump->mm)
		mmdrop(dump->mm);
	kvfree(dump);
}

/**
 * vml_dump_message() - begin a message of a dump
 * @skb: where to
 * @cb: the dump
 * @cmd: the command
 *
 * Return: the header, for vml_dump_send() or genlmsg_cancel(); NULL where
 * @skb is full.
 */
void *vml_dump_message(struct sk_buff *skb, struct netlink_callback *cb,
		       u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
			   cb->nlh->nlmsg_seq, &family, NLM_F_MULTI, cmd);
}

/**
 * vml_dump_send() - end a message of a dump
 * @skb: where it is
 * @cb: the dump; where its seq is not that of the message before, the reader
 *	is told that the parts may not fit together
 * @header: from vml_dump_message()
 */
void vml_dump_send(struct sk_buff *skb, struct netlink_callback *cb,
		   void *header)
{
	genl_dump_check_consistent(cb, header);
	genlmsg_end(skb, header);
}
