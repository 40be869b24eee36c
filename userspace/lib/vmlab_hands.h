/* SPDX-License-Identifier: GPL-2.0 */
/* What is done by hand: frames, objects, mappings, and who holds them. */
#ifndef VMLAB_HANDS_H
#define VMLAB_HANDS_H

#include "vmlab_pool.h"

/* What an answer has room for; what comes after is left out. */
#define VMLAB_STEPS_MAX		320
#define VMLAB_BUGS_MAX		16

/**
 * struct vmlab_request - how frames are asked for, or given back
 * @session: who holds them
 * @order: of the block
 * @node: the node preferred (%VMLAB_HAS_NODE)
 * @zone: the highest that will do (%VMLAB_HAS_ZONE)
 * @type: &enum vmlab_migrate_type (%VMLAB_HAS_TYPE)
 * @flags: set of &enum vmlab_alloc_flag
 * @has: set of &enum vmlab_has; to give back, %VMLAB_HAS_ORDER says that
 *	@order is to be used
 * @trace: tell the steps
 * @unchecked: give back whatever the session holds
 */
struct vmlab_request {
	const char *session;
	__u32 order;
	__u32 node;
	__u32 zone;
	__u32 type;
	__u32 flags;
	__u32 has;
	bool trace;
	bool unchecked;
};

/**
 * struct vmlab_trace - something that the allocator did
 * @kind: &enum vmlab_step_kind, which says what @from and @to are
 * @node: where
 * @zone: &enum vmlab_zone_type
 * @frame: first frame of the block (%VMLAB_HAS_FRAME)
 * @from: see @kind
 * @to: see @kind
 * @has: set of &enum vmlab_has
 * @before: by order: free blocks of the zone
 * @after: the same, after the step
 */
struct vmlab_trace {
	__u32 kind;
	__u32 node;
	__u32 zone;
	__u32 frame;
	__u32 from;
	__u32 to;
	__u32 has;
	__u32 before[VMLAB_ORDERS];
	__u32 after[VMLAB_ORDERS];
};

/**
 * struct vmlab_block - a block that was allocated or given back by hand
 * @pfn: physical number of its first frame (%VMLAB_HAS_PFN)
 * @frame: number of its first frame
 * @order: of the block
 * @node: the node
 * @zone: &enum vmlab_zone_type
 * @handle: of the session
 * @lost: steps that there was no room for
 * @has: set of &enum vmlab_has
 * @nr_steps: how many of @step
 * @step: what the allocator did
 */
struct vmlab_block {
	__u64 pfn;
	__u32 frame;
	__u32 order;
	__u32 node;
	__u32 zone;
	__u32 handle;
	__u32 lost;
	__u32 has;
	__u32 nr_steps;
	struct vmlab_trace step[VMLAB_STEPS_MAX];
};

/**
 * struct vmlab_held - something that a session holds
 * @size: bytes asked for
 * @address: where the kernel sees it (%VMLAB_HAS_ADDRESS)
 * @pfn: physical number of its first frame (%VMLAB_HAS_PFN)
 * @kind: &enum vmlab_held_kind
 * @handle: of the session
 * @frame: number of its first frame
 * @order: of the block
 * @type: &enum vmlab_migrate_type
 * @node: the node
 * @zone: &enum vmlab_zone_type
 * @nr: frames
 * @runs: contiguous pieces
 * @moved: how often compaction moved it
 * @number: of the object in its slab
 * @has: set of &enum vmlab_has
 * @cache: of the object, or ""
 */
struct vmlab_held {
	__u64 size;
	__u64 address;
	__u64 pfn;
	__u32 kind;
	__u32 handle;
	__u32 frame;
	__u32 order;
	__u32 type;
	__u32 node;
	__u32 zone;
	__u32 nr;
	__u32 runs;
	__u32 moved;
	__u32 number;
	__u32 has;
	const char *cache;
};

/**
 * struct vmlab_object - an object of a cache
 * @size: bytes
 * @address: where the kernel sees it (%VMLAB_HAS_ADDRESS)
 * @handle: of the session
 * @frame: number of the first frame of its slab
 * @number: of the object in its slab
 * @has: set of &enum vmlab_has
 * @freed: it was freed, and only the handle is left
 */
struct vmlab_object {
	__u64 size;
	__u64 address;
	__u32 handle;
	__u32 frame;
	__u32 number;
	__u32 has;
	bool freed;
};

/**
 * struct vmlab_cache - a cache of objects
 * @name: its name
 * @size: bytes of an object as asked
 * @allocs: objects allocated so far
 * @frees: objects freed so far
 * @refills: magazines refilled
 * @flushes: magazines flushed
 * @grown: slabs made
 * @reaped: slabs given back
 * @stride: bytes from one object to the next
 * @align: of the objects
 * @flags: set of &enum vmlab_cache_flag
 * @order: of a slab
 * @per_slab: objects in a slab
 * @colours: how many different starts the slabs have
 * @slabs_full: slabs without a free object
 * @slabs_partial: slabs with some
 * @slabs_empty: slabs with no other
 * @live: objects in use
 * @cached: free objects in per-CPU magazines
 * @free: free objects in slabs
 * @nr_bugs: how many of @bug
 * @bug: reports, by kind
 * @own: made by a session of the caller's
 */
struct vmlab_cache {
	const char *name;
	__u64 size;
	__u64 allocs;
	__u64 frees;
	__u64 refills;
	__u64 flushes;
	__u64 grown;
	__u64 reaped;
	__u32 stride;
	__u32 align;
	__u32 flags;
	__u32 order;
	__u32 per_slab;
	__u32 colours;
	__u32 slabs_full;
	__u32 slabs_partial;
	__u32 slabs_empty;
	__u32 live;
	__u32 cached;
	__u32 free;
	__u32 nr_bugs;
	struct vmlab_counter bug[VMLAB_BUGS_MAX];
	bool own;
};

/**
 * struct vmlab_vmalloc - a virtually contiguous mapping
 * @size: bytes
 * @address: where the kernel sees it (%VMLAB_HAS_ADDRESS)
 * @handle: of the session
 * @nr: frames
 * @runs: contiguous pieces
 * @largest_run: frames in the largest of them
 * @order: of the block that would hold as much (%VMLAB_HAS_ORDER)
 * @has: set of &enum vmlab_has
 * @contiguous: such a block was to be had
 */
struct vmlab_vmalloc {
	__u64 size;
	__u64 address;
	__u32 handle;
	__u32 nr;
	__u32 runs;
	__u32 largest_run;
	__u32 order;
	__u32 has;
	bool contiguous;
};

/**
 * struct vmlab_compacted - what compaction did in a zone
 * @scanned: frames looked at for something to move
 * @node: the node
 * @zone: &enum vmlab_zone_type
 * @isolated: blocks tried
 * @moved: frames moved
 * @failed: blocks that their holders would not move
 * @largest: largest order with a free block after, or -1
 * @before: by order: free blocks
 * @after: by order: free blocks
 * @met: the scanners met
 */
struct vmlab_compacted {
	__u64 scanned;
	__u32 node;
	__u32 zone;
	__u32 isolated;
	__u32 moved;
	__u32 failed;
	__s32 largest;
	__u32 before[VMLAB_ORDERS];
	__u32 after[VMLAB_ORDERS];
	bool met;
};

/**
 * struct vmlab_compact - what compaction did
 * @nr_zones: how many of @zone
 * @zone: by zone
 */
struct vmlab_compact {
	__u32 nr_zones;
	struct vmlab_compacted zone[VMLAB_ZONES_MAX];
};

/**
 * struct vmlab_session - whom something belongs to
 * @uid: the user
 * @portid: of the socket that it is bound to (%VMLAB_HAS_PORT)
 * @frames: frames held
 * @blocks: in so many blocks
 * @vmallocs: virtually contiguous mappings
 * @objects: of caches
 * @caches: made
 * @has: set of &enum vmlab_has
 * @name: its name, or "" where it is bound to a socket
 */
struct vmlab_session {
	__u32 uid;
	__u32 portid;
	__u32 frames;
	__u32 blocks;
	__u32 vmallocs;
	__u32 objects;
	__u32 caches;
	__u32 has;
	const char *name;
};

#endif /* VMLAB_HANDS_H */
