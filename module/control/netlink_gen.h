/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vmlab.yaml */
/* YNL-GEN kernel header */
/* To regenerate run: tools/net/ynl/ynl-regen.sh */

#ifndef _LINUX_VMLAB_GEN_H
#define _LINUX_VMLAB_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/vmlab.h>

/* Ops table for vmlab */
extern const struct genl_split_ops vmlab_nl_ops[45];

int vmlab_nl_range_start(struct netlink_callback *cb);
int vmlab_nl_area_get_start(struct netlink_callback *cb);
int vmlab_nl_top_get_start(struct netlink_callback *cb);
int vmlab_nl_segment_get_start(struct netlink_callback *cb);
int vmlab_nl_extent_get_start(struct netlink_callback *cb);
int vmlab_nl_zone_get_start(struct netlink_callback *cb);
int vmlab_nl_frames_get_start(struct netlink_callback *cb);
int vmlab_nl_held_get_start(struct netlink_callback *cb);
int vmlab_nl_slab_get_start(struct netlink_callback *cb);
int vmlab_nl_object_get_start(struct netlink_callback *cb);
int vmlab_nl_session_get_start(struct netlink_callback *cb);
int vmlab_nl_memory_get_start(struct netlink_callback *cb);
int vmlab_nl_content_get_start(struct netlink_callback *cb);
int vmlab_nl_space_get_start(struct netlink_callback *cb);
int vmlab_nl_space_area_get_start(struct netlink_callback *cb);
int vmlab_nl_verify_start(struct netlink_callback *cb);
int vmlab_nl_rmap_get_start(struct netlink_callback *cb);
int vmlab_nl_range_done(struct netlink_callback *cb);
int vmlab_nl_area_get_done(struct netlink_callback *cb);
int vmlab_nl_top_get_done(struct netlink_callback *cb);
int vmlab_nl_segment_get_done(struct netlink_callback *cb);
int vmlab_nl_extent_get_done(struct netlink_callback *cb);
int vmlab_nl_zone_get_done(struct netlink_callback *cb);
int vmlab_nl_frames_get_done(struct netlink_callback *cb);
int vmlab_nl_held_get_done(struct netlink_callback *cb);
int vmlab_nl_slab_get_done(struct netlink_callback *cb);
int vmlab_nl_object_get_done(struct netlink_callback *cb);
int vmlab_nl_session_get_done(struct netlink_callback *cb);
int vmlab_nl_memory_get_done(struct netlink_callback *cb);
int vmlab_nl_content_get_done(struct netlink_callback *cb);
int vmlab_nl_space_get_done(struct netlink_callback *cb);
int vmlab_nl_space_area_get_done(struct netlink_callback *cb);
int vmlab_nl_verify_done(struct netlink_callback *cb);
int vmlab_nl_rmap_get_done(struct netlink_callback *cb);

int vmlab_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_walk_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_range_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmlab_nl_area_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmlab_nl_census_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_explain_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_addr_get_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_top_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmlab_nl_segment_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int vmlab_nl_pool_get_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_pool_set_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_extent_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int vmlab_nl_zone_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmlab_nl_frame_get_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_frames_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int vmlab_nl_buddy_alloc_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_buddy_free_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_held_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmlab_nl_slab_create_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_slab_destroy_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_slab_alloc_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_slab_free_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_slab_shrink_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_slab_write_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_slab_read_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_slab_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmlab_nl_object_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int vmlab_nl_vmalloc_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_vmalloc_free_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_compact_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_stat_get_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_check_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_session_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int vmlab_nl_session_end_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_memory_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int vmlab_nl_content_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int vmlab_nl_space_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmlab_nl_space_area_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int vmlab_nl_shadow_walk_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_verify_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmlab_nl_rmap_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vmlab_nl_collapse_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_split_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_story_start_doit(struct sk_buff *skb, struct genl_info *info);
int vmlab_nl_story_stop_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	VMLAB_NLGRP_FAULT,
};

extern const struct genl_multicast_group vmlab_nl_mcgrps[];

#endif /* _LINUX_VMLAB_GEN_H */
