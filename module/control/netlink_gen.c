// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vmlab.yaml */
/* YNL-GEN kernel source */
/* To regenerate run: tools/net/ynl/ynl-regen.sh */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/vmlab.h>

/* Integer value ranges */
static const struct netlink_range_validation vmlab_a_areas_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_walk_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_range_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_census_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_explain_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_addr_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_top_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_top_other_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_segment_pid_range = {
	.max	= VMLAB_PID_MAX,
};

/* VMLAB_CMD_INFO_GET - do */
static const struct nla_policy vmlab_info_get_nl_policy[VMLAB_A_INFO_ABI + 1] = {
	[VMLAB_A_INFO_ABI] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* VMLAB_CMD_WALK - do */
static const struct nla_policy vmlab_walk_nl_policy[VMLAB_A_WALK_WITH + 1] = {
	[VMLAB_A_WALK_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_walk_pid_range),
	[VMLAB_A_WALK_ADDRESS] = { .type = NLA_U64, },
	[VMLAB_A_WALK_WITH] = NLA_POLICY_MASK(NLA_U32, 0xf),
};

/* VMLAB_CMD_RANGE - dump */
static const struct nla_policy vmlab_range_nl_policy[VMLAB_A_RANGE_PAGES + 1] = {
	[VMLAB_A_RANGE_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_range_pid_range),
	[VMLAB_A_RANGE_START] = { .type = NLA_U64, },
	[VMLAB_A_RANGE_END] = { .type = NLA_U64, },
	[VMLAB_A_RANGE_STATES] = NLA_POLICY_MASK(NLA_U32, 0x7ff),
	[VMLAB_A_RANGE_SIZES] = NLA_POLICY_MASK(NLA_U32, 0x7),
	[VMLAB_A_RANGE_FLAGS] = NLA_POLICY_MASK(NLA_U64, 0x1ffff),
	[VMLAB_A_RANGE_CLEAR_FLAGS] = NLA_POLICY_MASK(NLA_U64, 0x1ffff),
	[VMLAB_A_RANGE_PAGES] = { .type = NLA_FLAG, },
};

/* VMLAB_CMD_AREA_GET - dump */
static const struct nla_policy vmlab_area_get_nl_policy[VMLAB_A_AREAS_PID + 1] = {
	[VMLAB_A_AREAS_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_areas_pid_range),
};

/* VMLAB_CMD_CENSUS - do */
static const struct nla_policy vmlab_census_nl_policy[VMLAB_A_CENSUS_PID + 1] = {
	[VMLAB_A_CENSUS_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_census_pid_range),
};

/* VMLAB_CMD_EXPLAIN - do */
static const struct nla_policy vmlab_explain_nl_policy[VMLAB_A_EXPLAIN_ADDRESS + 1] = {
	[VMLAB_A_EXPLAIN_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_explain_pid_range),
	[VMLAB_A_EXPLAIN_ADDRESS] = { .type = NLA_U64, },
};

/* VMLAB_CMD_ADDR_GET - do */
static const struct nla_policy vmlab_addr_get_nl_policy[VMLAB_A_ADDR_PID + 1] = {
	[VMLAB_A_ADDR_ADDRESS] = { .type = NLA_U64, },
	[VMLAB_A_ADDR_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_addr_pid_range),
};

/* VMLAB_CMD_TOP_GET - dump */
static const struct nla_policy vmlab_top_get_nl_policy[VMLAB_A_TOP_OTHER + 1] = {
	[VMLAB_A_TOP_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_top_pid_range),
	[VMLAB_A_TOP_OTHER] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_top_other_range),
};

/* VMLAB_CMD_SEGMENT_GET - dump */
static const struct nla_policy vmlab_segment_get_nl_policy[VMLAB_A_SEGMENT_PID + 1] = {
	[VMLAB_A_SEGMENT_CPU] = { .type = NLA_U32, },
	[VMLAB_A_SEGMENT_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_segment_pid_range),
};

/* Ops table for vmlab */
const struct genl_split_ops vmlab_nl_ops[9] = {
	{
		.cmd		= VMLAB_CMD_INFO_GET,
		.doit		= vmlab_nl_info_get_doit,
		.policy		= vmlab_info_get_nl_policy,
		.maxattr	= VMLAB_A_INFO_ABI,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_WALK,
		.doit		= vmlab_nl_walk_doit,
		.policy		= vmlab_walk_nl_policy,
		.maxattr	= VMLAB_A_WALK_WITH,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_RANGE,
		.start		= vmlab_nl_range_start,
		.dumpit		= vmlab_nl_range_dumpit,
		.done		= vmlab_nl_range_done,
		.policy		= vmlab_range_nl_policy,
		.maxattr	= VMLAB_A_RANGE_PAGES,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_AREA_GET,
		.start		= vmlab_nl_area_get_start,
		.dumpit		= vmlab_nl_area_get_dumpit,
		.done		= vmlab_nl_area_get_done,
		.policy		= vmlab_area_get_nl_policy,
		.maxattr	= VMLAB_A_AREAS_PID,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_CENSUS,
		.doit		= vmlab_nl_census_doit,
		.policy		= vmlab_census_nl_policy,
		.maxattr	= VMLAB_A_CENSUS_PID,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_EXPLAIN,
		.doit		= vmlab_nl_explain_doit,
		.policy		= vmlab_explain_nl_policy,
		.maxattr	= VMLAB_A_EXPLAIN_ADDRESS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_ADDR_GET,
		.doit		= vmlab_nl_addr_get_doit,
		.policy		= vmlab_addr_get_nl_policy,
		.maxattr	= VMLAB_A_ADDR_PID,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_TOP_GET,
		.start		= vmlab_nl_top_get_start,
		.dumpit		= vmlab_nl_top_get_dumpit,
		.done		= vmlab_nl_top_get_done,
		.policy		= vmlab_top_get_nl_policy,
		.maxattr	= VMLAB_A_TOP_OTHER,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_SEGMENT_GET,
		.start		= vmlab_nl_segment_get_start,
		.dumpit		= vmlab_nl_segment_get_dumpit,
		.done		= vmlab_nl_segment_get_done,
		.policy		= vmlab_segment_get_nl_policy,
		.maxattr	= VMLAB_A_SEGMENT_PID,
		.flags		= GENL_CMD_CAP_DUMP,
	},
};
