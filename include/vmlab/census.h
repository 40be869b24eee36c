/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_CENSUS_H
#define _VMLAB_CENSUS_H

#include <vmlab/entry.h>

struct mm_struct;

/**
 * struct vml_census - what the tables of a process cost, and what they map
 * @tables: by &enum vmlab_level: pages of tables
 * @used: entries in them that are not zero
 * @leaves: entries in them that map a page
 * @swapped: bytes in swap
 * @accounted: bytes of tables that the kernel accounts to the process
 * @span_start: start of the lowest area
 * @span_end: end of the highest area
 * @area_bytes: bytes in areas
 */
struct vml_census {
	u64 tables[VML_WALK_LEVELS + 1];
	u64 used[VML_WALK_LEVELS + 1];
	u64 leaves[VML_WALK_LEVELS + 1];
	u64 swapped;
	u64 accounted;
	u64 span_start;
	u64 span_end;
	u64 area_bytes;
};

int vml_census_take(struct mm_struct *mm, struct vml_census *census);

#endif /* _VMLAB_CENSUS_H */
