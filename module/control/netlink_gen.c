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

static const struct netlink_range_validation vmlab_a_frames_cells_range = {
	.min	= 1ULL,
	.max	= VMLAB_CELLS_MAX,
};

static const struct netlink_range_validation vmlab_a_space_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_space_areas_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_shadow_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_verify_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_block_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_story_pid_range = {
	.max	= VMLAB_PID_MAX,
};

static const struct netlink_range_validation vmlab_a_story_rate_range = {
	.min	= 1ULL,
	.max	= VMLAB_STORY_RATE_MAX,
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

/* VMLAB_CMD_POOL_GET - do */
static const struct nla_policy vmlab_pool_get_nl_policy[VMLAB_A_POOL_NODE + 1] = {
	[VMLAB_A_POOL_NODE] = { .type = NLA_U32, },
};

/* VMLAB_CMD_POOL_SET - do */
static const struct nla_policy vmlab_pool_set_nl_policy[VMLAB_A_POOL_DRAIN + 1] = {
	[VMLAB_A_POOL_NODE] = { .type = NLA_U32, },
	[VMLAB_A_POOL_ZONE] = NLA_POLICY_MAX(NLA_U32, 2),
	[VMLAB_A_POOL_MIN_FREE] = { .type = NLA_U32, },
	[VMLAB_A_POOL_PCP_HIGH] = { .type = NLA_U32, },
	[VMLAB_A_POOL_PCP_BATCH] = { .type = NLA_U32, },
	[VMLAB_A_POOL_DRAIN] = { .type = NLA_FLAG, },
	[VMLAB_A_POOL_STRICT] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VMLAB_CMD_EXTENT_GET - dump */
static const struct nla_policy vmlab_extent_get_nl_policy[VMLAB_A_EXTENT_NODE + 1] = {
	[VMLAB_A_EXTENT_NODE] = { .type = NLA_U32, },
};

/* VMLAB_CMD_ZONE_GET - dump */
static const struct nla_policy vmlab_zone_get_nl_policy[VMLAB_A_ZONE_ZONE + 1] = {
	[VMLAB_A_ZONE_NODE] = { .type = NLA_U32, },
	[VMLAB_A_ZONE_ZONE] = NLA_POLICY_MAX(NLA_U32, 2),
};

/* VMLAB_CMD_FRAME_GET - do */
static const struct nla_policy vmlab_frame_get_nl_policy[VMLAB_A_FRAME_PFN + 1] = {
	[VMLAB_A_FRAME_NUMBER] = { .type = NLA_U32, },
	[VMLAB_A_FRAME_PFN] = { .type = NLA_U64, },
};

/* VMLAB_CMD_FRAMES_GET - dump */
static const struct nla_policy vmlab_frames_get_nl_policy[VMLAB_A_FRAMES_CELLS + 1] = {
	[VMLAB_A_FRAMES_FIRST] = { .type = NLA_U32, },
	[VMLAB_A_FRAMES_NR] = { .type = NLA_U32, },
	[VMLAB_A_FRAMES_CELL_FRAMES] = { .type = NLA_U32, },
	[VMLAB_A_FRAMES_CELLS] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_frames_cells_range),
};

/* VMLAB_CMD_BUDDY_ALLOC - do */
static const struct nla_policy vmlab_buddy_alloc_nl_policy[VMLAB_A_BUDDY_TRACE + 1] = {
	[VMLAB_A_BUDDY_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_BUDDY_ORDER] = NLA_POLICY_MAX(NLA_U32, VMLAB_ORDER_MAX),
	[VMLAB_A_BUDDY_NODE] = { .type = NLA_U32, },
	[VMLAB_A_BUDDY_ZONE] = NLA_POLICY_MAX(NLA_U32, 2),
	[VMLAB_A_BUDDY_TYPE] = NLA_POLICY_MAX(NLA_U32, 2),
	[VMLAB_A_BUDDY_FLAGS] = NLA_POLICY_MASK(NLA_U32, 0x1f),
	[VMLAB_A_BUDDY_TRACE] = { .type = NLA_FLAG, },
};

/* VMLAB_CMD_BUDDY_FREE - do */
static const struct nla_policy vmlab_buddy_free_nl_policy[VMLAB_A_BUDDY_HANDLE + 1] = {
	[VMLAB_A_BUDDY_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_BUDDY_ORDER] = NLA_POLICY_MAX(NLA_U32, VMLAB_ORDER_MAX),
	[VMLAB_A_BUDDY_TRACE] = { .type = NLA_FLAG, },
	[VMLAB_A_BUDDY_UNCHECKED] = { .type = NLA_FLAG, },
	[VMLAB_A_BUDDY_FRAME] = { .type = NLA_U32, },
	[VMLAB_A_BUDDY_HANDLE] = { .type = NLA_U32, },
};

/* VMLAB_CMD_HELD_GET - dump */
static const struct nla_policy vmlab_held_get_nl_policy[VMLAB_A_HELD_SESSION + 1] = {
	[VMLAB_A_HELD_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
};

/* VMLAB_CMD_SLAB_CREATE - do */
static const struct nla_policy vmlab_slab_create_nl_policy[VMLAB_A_SLAB_FLAGS + 1] = {
	[VMLAB_A_SLAB_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_CACHE] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_SIZE] = { .type = NLA_U64, },
	[VMLAB_A_SLAB_ALIGN] = { .type = NLA_U32, },
	[VMLAB_A_SLAB_FLAGS] = NLA_POLICY_MASK(NLA_U32, 0xf),
};

/* VMLAB_CMD_SLAB_DESTROY - do */
static const struct nla_policy vmlab_slab_destroy_nl_policy[VMLAB_A_SLAB_CACHE + 1] = {
	[VMLAB_A_SLAB_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_CACHE] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
};

/* VMLAB_CMD_SLAB_ALLOC - do */
static const struct nla_policy vmlab_slab_alloc_nl_policy[VMLAB_A_SLAB_COUNT + 1] = {
	[VMLAB_A_SLAB_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_CACHE] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_SIZE] = { .type = NLA_U64, },
	[VMLAB_A_SLAB_COUNT] = NLA_POLICY_RANGE(NLA_U32, 1, VMLAB_OBJECTS_MAX),
};

/* VMLAB_CMD_SLAB_FREE - do */
static const struct nla_policy vmlab_slab_free_nl_policy[VMLAB_A_SLAB_HANDLE + 1] = {
	[VMLAB_A_SLAB_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_CACHE] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_HANDLE] = { .type = NLA_U32, },
};

/* VMLAB_CMD_SLAB_SHRINK - do */
static const struct nla_policy vmlab_slab_shrink_nl_policy[VMLAB_A_SLAB_CACHE + 1] = {
	[VMLAB_A_SLAB_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_CACHE] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
};

/* VMLAB_CMD_SLAB_WRITE - do */
static const struct nla_policy vmlab_slab_write_nl_policy[VMLAB_A_SLAB_BYTES + 1] = {
	[VMLAB_A_SLAB_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_HANDLE] = { .type = NLA_U32, },
	[VMLAB_A_SLAB_OFFSET] = { .type = NLA_S32, },
	[VMLAB_A_SLAB_LENGTH] = { .type = NLA_U32, },
	[VMLAB_A_SLAB_VALUE] = NLA_POLICY_MAX(NLA_U32, 255),
	[VMLAB_A_SLAB_BYTES] = NLA_POLICY_MAX_LEN(VMLAB_BYTES_MAX),
};

/* VMLAB_CMD_SLAB_READ - do */
static const struct nla_policy vmlab_slab_read_nl_policy[VMLAB_A_SLAB_LENGTH + 1] = {
	[VMLAB_A_SLAB_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_HANDLE] = { .type = NLA_U32, },
	[VMLAB_A_SLAB_OFFSET] = { .type = NLA_S32, },
	[VMLAB_A_SLAB_LENGTH] = { .type = NLA_U32, },
};

/* VMLAB_CMD_SLAB_GET - dump */
static const struct nla_policy vmlab_slab_get_nl_policy[VMLAB_A_SLAB_CACHE + 1] = {
	[VMLAB_A_SLAB_CACHE] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
};

/* VMLAB_CMD_OBJECT_GET - dump */
static const struct nla_policy vmlab_object_get_nl_policy[VMLAB_A_SLAB_CACHE + 1] = {
	[VMLAB_A_SLAB_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SLAB_CACHE] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
};

/* VMLAB_CMD_VMALLOC - do */
static const struct nla_policy vmlab_vmalloc_nl_policy[VMLAB_A_VMALLOC_SIZE + 1] = {
	[VMLAB_A_VMALLOC_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_VMALLOC_SIZE] = { .type = NLA_U64, },
};

/* VMLAB_CMD_VMALLOC_FREE - do */
static const struct nla_policy vmlab_vmalloc_free_nl_policy[VMLAB_A_VMALLOC_HANDLE + 1] = {
	[VMLAB_A_VMALLOC_SESSION] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_VMALLOC_HANDLE] = { .type = NLA_U32, },
};

/* VMLAB_CMD_COMPACT - do */
static const struct nla_policy vmlab_compact_nl_policy[VMLAB_A_COMPACT_ORDER + 1] = {
	[VMLAB_A_COMPACT_NODE] = { .type = NLA_U32, },
	[VMLAB_A_COMPACT_ZONE] = NLA_POLICY_MAX(NLA_U32, 2),
	[VMLAB_A_COMPACT_ORDER] = NLA_POLICY_MAX(NLA_U32, VMLAB_ORDER_MAX),
};

/* VMLAB_CMD_STAT_GET - do */
static const struct nla_policy vmlab_stat_get_nl_policy[VMLAB_A_STAT_NODE + 1] = {
	[VMLAB_A_STAT_NODE] = { .type = NLA_U32, },
};

/* VMLAB_CMD_CHECK - do */
static const struct nla_policy vmlab_check_nl_policy[VMLAB_A_CHECK_REPORTS + 1] = {
	[VMLAB_A_CHECK_REPORTS] = { .type = NLA_U32, },
};

/* VMLAB_CMD_SESSION_GET - dump */
static const struct nla_policy vmlab_session_get_nl_policy[VMLAB_A_SESSION_NAME + 1] = {
	[VMLAB_A_SESSION_NAME] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
};

/* VMLAB_CMD_SESSION_END - do */
static const struct nla_policy vmlab_session_end_nl_policy[VMLAB_A_SESSION_PORTID + 1] = {
	[VMLAB_A_SESSION_NAME] = { .type = NLA_NUL_STRING, .len = VMLAB_NAME_MAX, },
	[VMLAB_A_SESSION_UID] = { .type = NLA_U32, },
	[VMLAB_A_SESSION_PORTID] = { .type = NLA_U32, },
};

/* VMLAB_CMD_MEMORY_GET - dump */
static const struct nla_policy vmlab_memory_get_nl_policy[VMLAB_A_MEMORY_ID + 1] = {
	[VMLAB_A_MEMORY_ID] = { .type = NLA_U32, },
};

/* VMLAB_CMD_CONTENT_GET - dump */
static const struct nla_policy vmlab_content_get_nl_policy[VMLAB_A_CONTENT_ID + 1] = {
	[VMLAB_A_CONTENT_ID] = { .type = NLA_U32, },
};

/* VMLAB_CMD_SPACE_GET - dump */
static const struct nla_policy vmlab_space_get_nl_policy[VMLAB_A_SPACE_PID + 1] = {
	[VMLAB_A_SPACE_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_space_pid_range),
};

/* VMLAB_CMD_SPACE_AREA_GET - dump */
static const struct nla_policy vmlab_space_area_get_nl_policy[VMLAB_A_SPACE_AREAS_PID + 1] = {
	[VMLAB_A_SPACE_AREAS_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_space_areas_pid_range),
};

/* VMLAB_CMD_SHADOW_WALK - do */
static const struct nla_policy vmlab_shadow_walk_nl_policy[VMLAB_A_SHADOW_ADDRESS + 1] = {
	[VMLAB_A_SHADOW_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_shadow_pid_range),
	[VMLAB_A_SHADOW_ADDRESS] = { .type = NLA_U64, },
};

/* VMLAB_CMD_VERIFY - dump */
static const struct nla_policy vmlab_verify_nl_policy[VMLAB_A_VERIFY_PID + 1] = {
	[VMLAB_A_VERIFY_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_verify_pid_range),
};

/* VMLAB_CMD_RMAP_GET - dump */
static const struct nla_policy vmlab_rmap_get_nl_policy[VMLAB_A_RMAP_FRAME + 1] = {
	[VMLAB_A_RMAP_FRAME] = { .type = NLA_U32, },
};

/* VMLAB_CMD_COLLAPSE - do */
static const struct nla_policy vmlab_collapse_nl_policy[VMLAB_A_BLOCK_ADDRESS + 1] = {
	[VMLAB_A_BLOCK_MEMORY] = { .type = NLA_U32, },
	[VMLAB_A_BLOCK_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_block_pid_range),
	[VMLAB_A_BLOCK_ADDRESS] = { .type = NLA_U64, },
};

/* VMLAB_CMD_SPLIT - do */
static const struct nla_policy vmlab_split_nl_policy[VMLAB_A_BLOCK_ADDRESS + 1] = {
	[VMLAB_A_BLOCK_MEMORY] = { .type = NLA_U32, },
	[VMLAB_A_BLOCK_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_block_pid_range),
	[VMLAB_A_BLOCK_ADDRESS] = { .type = NLA_U64, },
};

/* VMLAB_CMD_STORY_START - do */
static const struct nla_policy vmlab_story_start_nl_policy[VMLAB_A_STORY_RATE + 1] = {
	[VMLAB_A_STORY_PID] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_story_pid_range),
	[VMLAB_A_STORY_ALL] = { .type = NLA_FLAG, },
	[VMLAB_A_STORY_GROUP] = { .type = NLA_FLAG, },
	[VMLAB_A_STORY_OUTCOMES] = { .type = NLA_U32, },
	[VMLAB_A_STORY_RATE] = NLA_POLICY_FULL_RANGE(NLA_U32, &vmlab_a_story_rate_range),
};

/* Ops table for vmlab */
const struct genl_split_ops vmlab_nl_ops[45] = {
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
	{
		.cmd		= VMLAB_CMD_POOL_GET,
		.doit		= vmlab_nl_pool_get_doit,
		.policy		= vmlab_pool_get_nl_policy,
		.maxattr	= VMLAB_A_POOL_NODE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_POOL_SET,
		.doit		= vmlab_nl_pool_set_doit,
		.policy		= vmlab_pool_set_nl_policy,
		.maxattr	= VMLAB_A_POOL_DRAIN,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_EXTENT_GET,
		.start		= vmlab_nl_extent_get_start,
		.dumpit		= vmlab_nl_extent_get_dumpit,
		.done		= vmlab_nl_extent_get_done,
		.policy		= vmlab_extent_get_nl_policy,
		.maxattr	= VMLAB_A_EXTENT_NODE,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_ZONE_GET,
		.start		= vmlab_nl_zone_get_start,
		.dumpit		= vmlab_nl_zone_get_dumpit,
		.done		= vmlab_nl_zone_get_done,
		.policy		= vmlab_zone_get_nl_policy,
		.maxattr	= VMLAB_A_ZONE_ZONE,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_FRAME_GET,
		.doit		= vmlab_nl_frame_get_doit,
		.policy		= vmlab_frame_get_nl_policy,
		.maxattr	= VMLAB_A_FRAME_PFN,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_FRAMES_GET,
		.start		= vmlab_nl_frames_get_start,
		.dumpit		= vmlab_nl_frames_get_dumpit,
		.done		= vmlab_nl_frames_get_done,
		.policy		= vmlab_frames_get_nl_policy,
		.maxattr	= VMLAB_A_FRAMES_CELLS,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_BUDDY_ALLOC,
		.doit		= vmlab_nl_buddy_alloc_doit,
		.policy		= vmlab_buddy_alloc_nl_policy,
		.maxattr	= VMLAB_A_BUDDY_TRACE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_BUDDY_FREE,
		.doit		= vmlab_nl_buddy_free_doit,
		.policy		= vmlab_buddy_free_nl_policy,
		.maxattr	= VMLAB_A_BUDDY_HANDLE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_HELD_GET,
		.start		= vmlab_nl_held_get_start,
		.dumpit		= vmlab_nl_held_get_dumpit,
		.done		= vmlab_nl_held_get_done,
		.policy		= vmlab_held_get_nl_policy,
		.maxattr	= VMLAB_A_HELD_SESSION,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_SLAB_CREATE,
		.doit		= vmlab_nl_slab_create_doit,
		.policy		= vmlab_slab_create_nl_policy,
		.maxattr	= VMLAB_A_SLAB_FLAGS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_SLAB_DESTROY,
		.doit		= vmlab_nl_slab_destroy_doit,
		.policy		= vmlab_slab_destroy_nl_policy,
		.maxattr	= VMLAB_A_SLAB_CACHE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_SLAB_ALLOC,
		.doit		= vmlab_nl_slab_alloc_doit,
		.policy		= vmlab_slab_alloc_nl_policy,
		.maxattr	= VMLAB_A_SLAB_COUNT,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_SLAB_FREE,
		.doit		= vmlab_nl_slab_free_doit,
		.policy		= vmlab_slab_free_nl_policy,
		.maxattr	= VMLAB_A_SLAB_HANDLE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_SLAB_SHRINK,
		.doit		= vmlab_nl_slab_shrink_doit,
		.policy		= vmlab_slab_shrink_nl_policy,
		.maxattr	= VMLAB_A_SLAB_CACHE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_SLAB_WRITE,
		.doit		= vmlab_nl_slab_write_doit,
		.policy		= vmlab_slab_write_nl_policy,
		.maxattr	= VMLAB_A_SLAB_BYTES,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_SLAB_READ,
		.doit		= vmlab_nl_slab_read_doit,
		.policy		= vmlab_slab_read_nl_policy,
		.maxattr	= VMLAB_A_SLAB_LENGTH,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_SLAB_GET,
		.start		= vmlab_nl_slab_get_start,
		.dumpit		= vmlab_nl_slab_get_dumpit,
		.done		= vmlab_nl_slab_get_done,
		.policy		= vmlab_slab_get_nl_policy,
		.maxattr	= VMLAB_A_SLAB_CACHE,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_OBJECT_GET,
		.start		= vmlab_nl_object_get_start,
		.dumpit		= vmlab_nl_object_get_dumpit,
		.done		= vmlab_nl_object_get_done,
		.policy		= vmlab_object_get_nl_policy,
		.maxattr	= VMLAB_A_SLAB_CACHE,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_VMALLOC,
		.doit		= vmlab_nl_vmalloc_doit,
		.policy		= vmlab_vmalloc_nl_policy,
		.maxattr	= VMLAB_A_VMALLOC_SIZE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_VMALLOC_FREE,
		.doit		= vmlab_nl_vmalloc_free_doit,
		.policy		= vmlab_vmalloc_free_nl_policy,
		.maxattr	= VMLAB_A_VMALLOC_HANDLE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_COMPACT,
		.doit		= vmlab_nl_compact_doit,
		.policy		= vmlab_compact_nl_policy,
		.maxattr	= VMLAB_A_COMPACT_ORDER,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_STAT_GET,
		.doit		= vmlab_nl_stat_get_doit,
		.policy		= vmlab_stat_get_nl_policy,
		.maxattr	= VMLAB_A_STAT_NODE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_CHECK,
		.doit		= vmlab_nl_check_doit,
		.policy		= vmlab_check_nl_policy,
		.maxattr	= VMLAB_A_CHECK_REPORTS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_SESSION_GET,
		.start		= vmlab_nl_session_get_start,
		.dumpit		= vmlab_nl_session_get_dumpit,
		.done		= vmlab_nl_session_get_done,
		.policy		= vmlab_session_get_nl_policy,
		.maxattr	= VMLAB_A_SESSION_NAME,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_SESSION_END,
		.doit		= vmlab_nl_session_end_doit,
		.policy		= vmlab_session_end_nl_policy,
		.maxattr	= VMLAB_A_SESSION_PORTID,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_MEMORY_GET,
		.start		= vmlab_nl_memory_get_start,
		.dumpit		= vmlab_nl_memory_get_dumpit,
		.done		= vmlab_nl_memory_get_done,
		.policy		= vmlab_memory_get_nl_policy,
		.maxattr	= VMLAB_A_MEMORY_ID,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_CONTENT_GET,
		.start		= vmlab_nl_content_get_start,
		.dumpit		= vmlab_nl_content_get_dumpit,
		.done		= vmlab_nl_content_get_done,
		.policy		= vmlab_content_get_nl_policy,
		.maxattr	= VMLAB_A_CONTENT_ID,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_SPACE_GET,
		.start		= vmlab_nl_space_get_start,
		.dumpit		= vmlab_nl_space_get_dumpit,
		.done		= vmlab_nl_space_get_done,
		.policy		= vmlab_space_get_nl_policy,
		.maxattr	= VMLAB_A_SPACE_PID,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_SPACE_AREA_GET,
		.start		= vmlab_nl_space_area_get_start,
		.dumpit		= vmlab_nl_space_area_get_dumpit,
		.done		= vmlab_nl_space_area_get_done,
		.policy		= vmlab_space_area_get_nl_policy,
		.maxattr	= VMLAB_A_SPACE_AREAS_PID,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_SHADOW_WALK,
		.doit		= vmlab_nl_shadow_walk_doit,
		.policy		= vmlab_shadow_walk_nl_policy,
		.maxattr	= VMLAB_A_SHADOW_ADDRESS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_VERIFY,
		.start		= vmlab_nl_verify_start,
		.dumpit		= vmlab_nl_verify_dumpit,
		.done		= vmlab_nl_verify_done,
		.policy		= vmlab_verify_nl_policy,
		.maxattr	= VMLAB_A_VERIFY_PID,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_RMAP_GET,
		.start		= vmlab_nl_rmap_get_start,
		.dumpit		= vmlab_nl_rmap_get_dumpit,
		.done		= vmlab_nl_rmap_get_done,
		.policy		= vmlab_rmap_get_nl_policy,
		.maxattr	= VMLAB_A_RMAP_FRAME,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= VMLAB_CMD_COLLAPSE,
		.doit		= vmlab_nl_collapse_doit,
		.policy		= vmlab_collapse_nl_policy,
		.maxattr	= VMLAB_A_BLOCK_ADDRESS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_SPLIT,
		.doit		= vmlab_nl_split_doit,
		.policy		= vmlab_split_nl_policy,
		.maxattr	= VMLAB_A_BLOCK_ADDRESS,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= VMLAB_CMD_STORY_START,
		.doit		= vmlab_nl_story_start_doit,
		.policy		= vmlab_story_start_nl_policy,
		.maxattr	= VMLAB_A_STORY_RATE,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= VMLAB_CMD_STORY_STOP,
		.doit	= vmlab_nl_story_stop_doit,
		.flags	= GENL_CMD_CAP_DO,
	},
};

const struct genl_multicast_group vmlab_nl_mcgrps[] = {
	[VMLAB_NLGRP_FAULT] = { "fault", },
};
