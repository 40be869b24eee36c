/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_CONTROL_CONTROL_H
#define _VMLAB_CONTROL_CONTROL_H

#include "netlink_gen.h"

#include <vmlab/target.h>

struct cred;
struct vml_buddy_info;
struct vml_leaf;
struct vml_walk;
struct vml_zone;

/**
 * typedef vml_fill_fn - put the attributes of an answer
 * @skb: the message
 * @data: what the caller of vml_reply() handed over
 *
 * Return: 0, or -EMSGSIZE where @skb is too small; it is called again then.
 */
typedef int (*vml_fill_fn)(struct sk_buff *skb, const void *data);

int vml_reply(struct genl_info *info, size_t size, vml_fill_fn fill,
	      const void *data);
bool vml_is_admin(const struct sk_buff *skb);
bool vml_may_look(const struct sk_buff *skb, bool admin, struct pid *pid,
		  const struct mm_struct *mm);
int vml_request_target(struct sk_buff *skb, struct genl_info *info, int attr,
		       bool admin, struct vml_target *target);
int vml_require(struct genl_info *info, int attr, const char *why);
int vml_require_admin(struct sk_buff *skb, struct genl_info *info,
		      const char *why);
kuid_t vml_request_uid(const struct sk_buff *skb);
const struct cred *vml_request_opener(const struct sk_buff *skb);
struct sk_buff *vml_notice_new(size_t size, u8 cmd, void **header);
int vml_notice_send(struct sk_buff *skb, struct net *net, u32 portid,
		    unsigned int group);
__printf(3, 4) int vml_refuse(struct sk_buff *skb, int err, const char *format,
			      ...);

/**
 * struct vml_dump - what every dump keeps
 * @mm: memory of the process that is dumped, held but not kept from exit
 * @err: why the dump cannot go on, reported by the first call of its dumpit
 * @why: the same in words
 * @admin: the caller has CAP_SYS_ADMIN
 * @done: all was sent
 */
struct vml_dump {
	struct mm_struct *mm;
	int err;
	const char *why;
	bool admin;
	bool done;
};

void *vml_dump_start(struct netlink_callback *cb, size_t size);
bool vml_dump_find(struct netlink_callback *cb, struct vml_dump *dump, int attr,
		   struct vml_target *target);
void vml_dump_target(struct netlink_callback *cb, struct vml_dump *dump,
		     int attr);
void *vml_dump_get(struct netlink_callback *cb);
int vml_dump_error(struct netlink_callback *cb);
int vml_dump_enter(struct netlink_callback *cb);
void vml_dump_leave(struct netlink_callback *cb);
void vml_dump_done(struct netlink_callback *cb);
void *vml_dump_message(struct sk_buff *skb, struct netlink_callback *cb,
		       u8 cmd);
void vml_dump_send(struct sk_buff *skb, struct netlink_callback *cb,
		   void *header);

int vml_put_area(struct sk_buff *skb, int attr, struct vm_area_struct *vma);
int vml_put_levels(struct sk_buff *skb, int attr, const struct vml_walk *walk,
		   bool admin);
int vml_put_counter(struct sk_buff *skb, int attr, const char *name, u64 value);
int vml_put_place(struct sk_buff *skb, int node_attr, int zone_attr,
		  const struct vml_zone *zone);
int vml_put_blocks(struct sk_buff *skb, int attr,
		   const struct vml_buddy_info *info);
int vml_put_zone_counters(struct sk_buff *skb, int attr, struct vml_zone *zone);
bool vml_zone_wanted(const struct vml_zone *zone, const struct nlattr *node,
		     const struct nlattr *type);
bool vml_zone_any(const struct nlattr *node, const struct nlattr *type);

static inline u32 vml_attr_u32(const struct nlattr *attr, u32 otherwise)
{
	return attr ? nla_get_u32(attr) : otherwise;
}

#endif /* _VMLAB_CONTROL_CONTROL_H */
