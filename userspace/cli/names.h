/* SPDX-License-Identifier: GPL-2.0 */
/* The names of the values in the module's enumerations. */
#ifndef VMLAB_CLI_NAMES_H
#define VMLAB_CLI_NAMES_H

#include <linux/types.h>

/* Names of the values of an enumeration, or of the bits of a set. */
struct names {
	const char *const *name;
	unsigned int first;
	unsigned int count;
};

extern const struct names level_names;
extern const struct names state_names;
extern const struct names entry_flag_names;
extern const struct names area_flag_names;
extern const struct names page_flag_names;
extern const struct names page_kind_names;
extern const struct names feature_names;
extern const struct names page_size_names;
extern const struct names access_names;
extern const struct names outcome_names;
extern const struct names why_names;
extern const struct names region_names;
extern const struct names cache_names;
extern const struct names segment_flag_names;
extern const struct names segment_kind_names;
extern const struct names switch_names;
extern const struct names pool_source_names;
extern const struct names zone_names;
extern const struct names type_names;
extern const struct names frame_state_names;
extern const struct names frame_flag_names;
extern const struct names owner_names;
extern const struct names request_names;
extern const struct names step_names;
extern const struct names held_names;
extern const struct names cache_flag_names;
extern const struct names frame_bug_names;
extern const struct names slab_bug_names;
extern const struct names cell_names;
extern const struct names memory_flag_names;
extern const struct names shadow_flag_names;
extern const struct names mirror_names;
extern const struct names small_why_names;
extern const struct names story_step_names;
extern const struct names story_outcome_names;
extern const struct names pattern_names;
extern const struct names touch_names;
extern const struct names policy_names;

/* A newer module may know values without a name here: "unknown-42". */
const char *name_of(const struct names *names, unsigned int value);

/* The bits named in @list, separated by commas; -1 with @bad set if one is not. */
int names_mask(const struct names *names, const char *list, __u64 *mask,
	       const char **bad);

#endif /* VMLAB_CLI_NAMES_H */
