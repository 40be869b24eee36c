/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SELFTESTS_SPACE_UNIT_H
#define SELFTESTS_SPACE_UNIT_H

#include "machine.h"

#define SPACE	(&machine.spaces[0])

/* The first address of a page of the first space. */
static inline u64 at(unsigned int page)
{
	return address_of(0, page);
}

void area_map(void);
void area_merge(void);
void area_unmap(void);
void area_protect(void);
void area_move(void);
void area_sync(void);
void area_hole(void);
void area_find(void);
void area_refused(void);
void area_no_memory(void);

void ptable_geometries(void);
void ptable_entries(void);
void ptable_grows(void);
void ptable_range(void);
void ptable_next(void);
void ptable_walk(void);
void ptable_huge(void);
void ptable_collapse(void);
void ptable_refused(void);
void ptable_cost(void);

void tree_heights(void);
void tree_share(void);
void tree_clear(void);
void tree_next(void);
void tree_no_memory(void);
void object_clone(void);
void object_content(void);
void object_family(void);

void fault_kinds(void);
void fault_bad(void);
void fault_shared(void);
void fault_clone(void);
void fault_last_owner(void);
void fault_fork(void);
void fault_attempts(void);
void fault_views(void);
void fault_private(void);
void fault_bytes(void);
void fault_memory(void);
void fault_overtaken(void);
void prefetch_around(void);
void prefetch_edges(void);
void prefetch_holes(void);
void prefetch_ahead(void);
void prefetch_waste(void);
void prefetch_memory(void);

void policy_ranges(void);
void policy_limits(void);
void policy_places(void);
void policy_binds(void);
void policy_ahead(void);
void policy_clone(void);

void charge_counts(void);
void charge_refuses(void);
void charge_ahead(void);
void charge_clones(void);
void charge_tables(void);
void charge_accounts(void);

void backing_faults(void);
void backing_ahead(void);
void backing_willneed(void);
void backing_writeback(void);
void backing_forget(void);
void backing_errors(void);
void backing_overtaken(void);
void backing_memory(void);
void backing_random(void);

void rmap_finds(void);
void rmap_stops(void);

void story_kinds(void);
void story_around(void);
void story_ahead(void);
void story_bad(void);
void story_stale(void);
void story_waits(void);

#endif /* SELFTESTS_SPACE_UNIT_H */
