/* SPDX-License-Identifier: GPL-2.0 */
/* What the module answers about its own frames, and how it is asked. */
#ifndef VMLAB_POOL_H
#define VMLAB_POOL_H

#include "vmlab_answers.h"

#define VMLAB_ORDERS		(VMLAB_ORDER_MAX + 1)
#define VMLAB_ZONE_TYPES	(VMLAB_ZONE_TYPE_HIGHMEM + 1)
#define VMLAB_MIGRATE_TYPES	(VMLAB_MIGRATE_TYPE_RECLAIMABLE + 1)

/* What an answer has room for; what comes after is left out. */
#define VMLAB_ZONES_MAX		24
#define VMLAB_CPUS_MAX		512
#define VMLAB_COUNTERS_MAX	96
#define VMLAB_REPORTS_MAX	64

/**
 * struct vmlab_pool - the frames that vmlab holds
 * @source: &enum vmlab_pool_source
 * @asked: frames that were asked for
 * @got: frames that there are
 * @extents: pieces of physical memory that they are in
 * @nodes: how many
 * @numbers: frame numbers, holes included
 * @min_free: frames that the min watermarks add up to
 * @strict: whether all is checked after each operation by hand
 * @free: frames on free lists
 * @cached: frames on per-CPU lists
 * @used: frames that somebody holds
 * @block_order: order of a page block
 * @user_cap: frames that the sessions of one user may hold
 * @map_cap: frames that all that one user maps may take
 * @descriptor_bytes: what the descriptors take
 * @metadata_bytes: what they and all else of the page allocator take
 * @real_nodes: each node is one of the machine
 */
struct vmlab_pool {
	__u32 source;
	__u32 asked;
	__u32 got;
	__u32 extents;
	__u32 nodes;
	__u32 numbers;
	__u32 min_free;
	__u32 strict;
	__u32 free;
	__u32 cached;
	__u32 used;
	__u32 block_order;
	__u32 user_cap;
	__u32 map_cap;
	__u64 descriptor_bytes;
	__u64 metadata_bytes;
	bool real_nodes;
};

/**
 * struct vmlab_tune - what is to change about the pool
 * @has: %VMLAB_HAS_NODE and %VMLAB_HAS_ZONE: only there
 * @node: the node
 * @zone: &enum vmlab_zone_type
 * @min_free: frames that the min watermarks shall add up to
 * @pcp_high: frames that a CPU's lists may hold
 * @pcp_batch: frames that they take or give back at once
 * @strict: 0 or 1
 * @set_min_free: set @min_free
 * @set_pcp_high: set @pcp_high
 * @set_pcp_batch: set @pcp_batch
 * @set_strict: set @strict
 * @drain: empty the per-CPU lists
 */
struct vmlab_tune {
	__u32 has;
	__u32 node;
	__u32 zone;
	__u32 min_free;
	__u32 pcp_high;
	__u32 pcp_batch;
	__u32 strict;
	bool set_min_free;
	bool set_pcp_high;
	bool set_pcp_batch;
	bool set_strict;
	bool drain;
};

/**
 * struct vmlab_extent - frames that are contiguous and belong to one zone
 * @pfn: physical number of the first (%VMLAB_HAS_PFN)
 * @node: its node
 * @zone: &enum vmlab_zone_type
 * @first: number of the first
 * @nr: how many
 * @has: set of &enum vmlab_has
 */
struct vmlab_extent {
	__u64 pfn;
	__u32 node;
	__u32 zone;
	__u32 first;
	__u32 nr;
	__u32 has;
};

/**
 * struct vmlab_counter - a count
 * @value: how many
 * @name: of what
 */
struct vmlab_counter {
	__u64 value;
	char name[40];
};

/**
 * struct vmlab_order - the free blocks of an order
 * @blocks: how many
 * @unusable: of each thousand free frames, those in smaller blocks
 * @fragmentation: why a request fails: towards 0 for want of memory, towards
 *	1000 because it is scattered; -1000 where it succeeds
 * @needs: frames to give back before there is such a block (%VMLAB_HAS_NEEDS)
 * @has: set of &enum vmlab_has
 */
struct vmlab_order {
	__u32 blocks;
	__u32 unusable;
	__s32 fragmentation;
	__u32 needs;
	__u32 has;
};

/**
 * struct vmlab_cpu - the lists of a CPU
 * @cpu: its number
 * @frames: frames on them
 */
struct vmlab_cpu {
	__u32 cpu;
	__u32 frames;
};

/**
 * struct vmlab_zone - a zone of a node
 * @node: the node
 * @zone: &enum vmlab_zone_type
 * @managed: frames in it
 * @free: frames on its free lists
 * @cached: frames on its per-CPU lists
 * @min: watermark
 * @low: watermark
 * @high: watermark
 * @reserve: by highest zone of a request: what it must leave here
 * @block_order: order of a page block
 * @order: by order
 * @page_blocks: by migrate type: page blocks
 * @blocks: by migrate type and order: free blocks
 * @pcp_high: frames that a CPU's lists may hold
 * @pcp_batch: frames that they take or give back at once
 * @nr_cpus: how many of @cpu
 * @cpu: those with frames on their lists
 * @nr_counters: how many of @counter
 * @counter: what the zone counts
 */
struct vmlab_zone {
	__u32 node;
	__u32 zone;
	__u32 managed;
	__u32 free;
	__u32 cached;
	__u32 min;
	__u32 low;
	__u32 high;
	__u32 reserve[VMLAB_ZONE_TYPES];
	__u32 block_order;
	struct vmlab_order order[VMLAB_ORDERS];
	__u32 page_blocks[VMLAB_MIGRATE_TYPES];
	__u32 blocks[VMLAB_MIGRATE_TYPES][VMLAB_ORDERS];
	__u32 pcp_high;
	__u32 pcp_batch;
	__u32 nr_cpus;
	struct vmlab_cpu cpu[VMLAB_CPUS_MAX];
	__u32 nr_counters;
	struct vmlab_counter counter[VMLAB_COUNTERS_MAX];
};

/**
 * struct vmlab_frame - a frame and the block that it is in
 * @pfn: its physical number (%VMLAB_HAS_PFN)
 * @number: its number
 * @state: &enum vmlab_frame_state
 * @head: number of the first frame of the block (%VMLAB_HAS_ORDER)
 * @order: of the block (%VMLAB_HAS_ORDER)
 * @type: &enum vmlab_migrate_type (%VMLAB_HAS_TYPE)
 * @block_type: that of the page block (%VMLAB_HAS_BLOCK_TYPE)
 * @node: the node (%VMLAB_HAS_NODE)
 * @zone: &enum vmlab_zone_type (%VMLAB_HAS_ZONE)
 * @refs: references to the block
 * @maps: page-table entries that map it
 * @flags: set of &enum vmlab_frame_flag
 * @index: of the frame in its owner (%VMLAB_HAS_NUMBER)
 * @owner: &enum vmlab_owner
 * @handle: by which the session holds it (%VMLAB_HAS_HANDLE)
 * @uid: user of the session (%VMLAB_HAS_UID)
 * @has: set of &enum vmlab_has
 * @cache: whose slab it is, or ""
 * @session: that holds it, or ""
 */
struct vmlab_frame {
	__u64 pfn;
	__u32 number;
	__u32 state;
	__u32 head;
	__u32 order;
	__u32 type;
	__u32 block_type;
	__u32 node;
	__u32 zone;
	__u32 refs;
	__u32 maps;
	__u32 flags;
	__u32 index;
	__u32 owner;
	__u32 handle;
	__u32 uid;
	__u32 has;
	const char *cache;
	const char *session;
};

/**
 * enum vmlab_cell_kind - what frames of a map are counted as
 * @VMLAB_CELL_FREE: on free lists
 * @VMLAB_CELL_CACHED: on per-CPU lists
 * @VMLAB_CELL_UNMOVABLE: used, by none of the below
 * @VMLAB_CELL_MOVABLE: the same
 * @VMLAB_CELL_RECLAIMABLE: the same
 * @VMLAB_CELL_SLAB: in slabs
 * @VMLAB_CELL_VMALLOC: in virtually contiguous mappings
 * @VMLAB_CELL_HOLE: numbers that no frame has
 * @VMLAB_CELL_KINDS: how many there are
 */
enum vmlab_cell_kind {
	VMLAB_CELL_FREE,
	VMLAB_CELL_CACHED,
	VMLAB_CELL_UNMOVABLE,
	VMLAB_CELL_MOVABLE,
	VMLAB_CELL_RECLAIMABLE,
	VMLAB_CELL_SLAB,
	VMLAB_CELL_VMALLOC,
	VMLAB_CELL_HOLE,
	VMLAB_CELL_KINDS
};

/**
 * struct vmlab_cell - frames in a row, counted
 * @first: number of the first
 * @nr: how many a cell has; of the last one some may be missing
 * @count: by &enum vmlab_cell_kind
 */
struct vmlab_cell {
	__u32 first;
	__u32 nr;
	__u32 count[VMLAB_CELL_KINDS];
};

/**
 * struct vmlab_zone_stat - what a zone counts
 * @node: the node
 * @zone: &enum vmlab_zone_type
 * @nr_counters: how many of @counter
 * @counter: they
 */
struct vmlab_zone_stat {
	__u32 node;
	__u32 zone;
	__u32 nr_counters;
	struct vmlab_counter counter[VMLAB_COUNTERS_MAX];
};

/**
 * struct vmlab_stat - counters since the module was loaded
 * @nr_counters: how many of @counter
 * @nr_zones: how many of @zone
 * @counter: sums over the zones, and what no zone counts
 * @zone: by zone
 */
struct vmlab_stat {
	__u32 nr_counters;
	__u32 nr_zones;
	struct vmlab_counter counter[VMLAB_COUNTERS_MAX];
	struct vmlab_zone_stat zone[VMLAB_ZONES_MAX];
};

/**
 * struct vmlab_report - a bug that was reported
 * @sequence: counts all reports, from 1
 * @when: seconds since 1970
 * @address: of the object (%VMLAB_HAS_ADDRESS)
 * @by: process that was at work
 * @bug: &enum vmlab_frame_bug, unless %VMLAB_HAS_TYPE
 * @slab_bug: &enum vmlab_slab_bug (%VMLAB_HAS_TYPE)
 * @frame: number of the frame or of the slab's first (%VMLAB_HAS_FRAME)
 * @order: as the one at work saw it (%VMLAB_HAS_ORDER)
 * @number: of the object in its slab (%VMLAB_HAS_NUMBER)
 * @offset: of the first wrong byte (%VMLAB_HAS_OFFSET)
 * @found: what is there (%VMLAB_HAS_OFFSET)
 * @wanted: what should be (%VMLAB_HAS_OFFSET)
 * @allocated_by: process that allocated it last, or 0
 * @freed_by: process that freed it last, or 0
 * @has: set of &enum vmlab_has
 * @cache: of the object, or ""
 */
struct vmlab_report {
	__u64 sequence;
	__u64 when;
	__u64 address;
	__u32 by;
	__u32 bug;
	__u32 slab_bug;
	__u32 frame;
	__u32 order;
	__u32 number;
	__s32 offset;
	__u32 found;
	__u32 wanted;
	__u32 allocated_by;
	__u32 freed_by;
	__u32 has;
	const char *cache;
};

/**
 * struct vmlab_check - the outcome of a check
 * @reported: bugs reported since load
 * @broken: invariants that do not hold
 * @frames: frames looked at
 * @caches: caches looked at
 * @nr_reports: how many of @report
 * @report: the latest, the oldest first
 */
struct vmlab_check {
	__u64 reported;
	__u32 broken;
	__u32 frames;
	__u32 caches;
	__u32 nr_reports;
	struct vmlab_report report[VMLAB_REPORTS_MAX];
};

#endif /* VMLAB_POOL_H */
