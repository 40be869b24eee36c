// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of spaces. Without arguments it lists them, with a name it runs
 * one.
 */
#include <string.h>

#include "unit.h"

#define TEST(name)	{ #name, name }

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	TEST(area_map), TEST(area_merge), TEST(area_unmap), TEST(area_protect),
	TEST(area_move), TEST(area_sync), TEST(area_hole), TEST(area_find), TEST(area_refused),
	TEST(area_no_memory),
	TEST(ptable_geometries), TEST(ptable_entries), TEST(ptable_grows),
	TEST(ptable_range), TEST(ptable_next), TEST(ptable_walk),
	TEST(ptable_huge), TEST(ptable_collapse), TEST(ptable_refused),
	TEST(ptable_cost),
	TEST(tree_heights), TEST(tree_share), TEST(tree_clear), TEST(tree_next),
	TEST(tree_no_memory), TEST(object_clone), TEST(object_content),
	TEST(object_family),
	TEST(fault_kinds), TEST(fault_bad), TEST(fault_shared),
	TEST(fault_clone), TEST(fault_last_owner), TEST(fault_fork),
	TEST(fault_attempts), TEST(fault_views), TEST(fault_private),
	TEST(fault_bytes), TEST(fault_memory),
	TEST(fault_overtaken), TEST(rmap_finds),
	TEST(rmap_stops),
	TEST(story_kinds), TEST(story_around), TEST(story_ahead),
	TEST(story_bad), TEST(story_stale), TEST(story_waits),
	TEST(prefetch_around), TEST(prefetch_edges), TEST(prefetch_holes),
	TEST(prefetch_ahead), TEST(prefetch_waste), TEST(prefetch_memory),
	TEST(policy_ranges), TEST(policy_limits), TEST(policy_places),
	TEST(policy_binds), TEST(policy_ahead), TEST(policy_clone),
	TEST(charge_counts), TEST(charge_refuses), TEST(charge_ahead),
	TEST(charge_clones), TEST(charge_tables), TEST(charge_accounts),
	TEST(backing_faults), TEST(backing_ahead), TEST(backing_willneed),
	TEST(backing_writeback), TEST(backing_forget), TEST(backing_errors),
	TEST(backing_overtaken), TEST(backing_memory), TEST(backing_random),
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		if (argc < 2) {
			puts(tests[i].name);
		} else if (!strcmp(argv[1], tests[i].name)) {
			tests[i].run();
			return 0;
		}
	}
	return argc > 1;
}
