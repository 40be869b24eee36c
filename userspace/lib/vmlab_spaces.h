/* SPDX-License-Identifier: GPL-2.0 */
/* The objects that programs map, and the processes that do. */
#ifndef VMLAB_SPACES_H
#define VMLAB_SPACES_H

#include "vmlab_answers.h"
#include "vmlab_pool.h"

#ifdef __cplusplus
extern "C" {
#endif

struct vmlab;

/* The most levels that a shadow page table can have. */
#define VMLAB_SHADOW_LEVELS_MAX	4

/* The most counters of an area or a space. */
#define VMLAB_SPACE_COUNTERS_MAX	24

/* Ranges of an object that a policy is said for, at most. */
#define VMLAB_POLICIES_MAX	64

/* Violations in a message at most. */
#define VMLAB_VIOLATIONS_MAX	16

/**
 * struct vmlab_policy_range - indices of an object, and where its frames shall be
 * @first: the first index
 * @last: the last
 * @mode: &enum vmlab_policy_mode
 * @nodes: a bit for each node
 */
struct vmlab_policy_range {
	__u32 first;
	__u32 last;
	__u32 mode;
	__u32 nodes;
};

/**
 * struct vmlab_memory_info - an object that programs map
 * @id: by which it is named
 * @uid: who opened it
 * @gid: his group
 * @mode: who else may open it by its name
 * @flags: set of &enum vmlab_memory_flag
 * @frames: frames of content
 * @shared: of them, those that a clone has too
 * @dirty: of them, those that have what is nowhere else
 * @tables: frames of the tables that lead to them
 * @shared_tables: of them, those that a clone has too
 * @huge: blocks that have as much content as a table leads to
 * @areas: areas that show it
 * @parent: of which it is a clone, 0 of none
 * @charged: frames that count for the same user: of all his objects, of the tables
 *	that lead to them, and of his page tables
 * @cap: how many may; ~0 without a limit
 * @nr_policies: number of @policy
 * @policy: where its frames shall be, by index; where nothing is said, local
 * @read_only: nothing is written back to the file behind it
 * @size: bytes
 * @offset: in the file, of the first byte
 * @reads: frames that were read from the file
 * @writes: frames that were written to it
 * @errors: of frames, how often one could not be
 * @major: major faults in the areas that show it now
 * @readahead: frames that these read before they were asked for
 * @readahead_hits: of them, those that a sequence of faults went past
 * @readahead_waste: of them, those that one did not reach
 * @name: its name, or ""
 * @file: the file behind it; NULL without one
 */
struct vmlab_memory_info {
	__u32 id;
	__u32 uid;
	__u32 gid;
	__u32 mode;
	__u32 flags;
	__u32 frames;
	__u32 shared;
	__u32 dirty;
	__u32 tables;
	__u32 shared_tables;
	__u32 huge;
	__u32 areas;
	__u32 parent;
	__u32 charged;
	__u32 cap;
	__u32 nr_policies;
	bool read_only;
	__u64 size;
	__u64 offset;
	__u64 reads;
	__u64 writes;
	__u64 errors;
	__u64 major;
	__u64 readahead;
	__u64 readahead_hits;
	__u64 readahead_waste;
	struct vmlab_policy_range policy[VMLAB_POLICIES_MAX];
	const char *name;
	const char *file;
};

/**
 * struct vmlab_content - what an object has at some indices in a row
 * @first: the first index
 * @nr: how many
 * @frame: number of the first frame, if they are consecutive (%VMLAB_HAS_FRAME)
 * @has: set of &enum vmlab_has
 * @shared: a clone has it too
 * @dirty: it is nowhere else
 * @huge: it is in blocks
 */
struct vmlab_content {
	__u32 first;
	__u32 nr;
	__u32 frame;
	__u32 has;
	bool shared;
	bool dirty;
	bool huge;
};

/**
 * struct vmlab_shadow_table - the shadow page tables of a level
 * @level: the lowest is 0
 * @tables: how many
 * @entries: entries in use
 */
struct vmlab_shadow_table {
	__u32 level;
	__u32 tables;
	__u64 entries;
};

/**
 * struct vmlab_space - what vmlab manages of the memory of a process
 * @pid: the process; 0 if it has no number that the caller can know
 * @areas: how many
 * @levels: of its shadow page table
 * @bits: of the address that each of them decodes
 * @slots: entries that a table has
 * @nr_tables: number of @table
 * @nr_counters: number of @counter
 * @resident: frames that shadow entries map
 * @table_bytes: what the tables take
 * @base: first address that they can map
 * @span: bytes from there on
 * @huge: entries that map a block of many frames
 * @faults: all faults
 * @table: one for each level, from the top down
 * @counter: faults, by how they ended
 * @comm: name of the process, or ""
 */
struct vmlab_space {
	__u32 pid;
	__u32 areas;
	__u32 levels;
	__u32 bits;
	__u32 slots;
	__u32 nr_tables;
	__u32 nr_counters;
	__u64 resident;
	__u64 table_bytes;
	__u64 base;
	__u64 span;
	__u64 huge;
	__u64 faults;
	struct vmlab_shadow_table table[VMLAB_SHADOW_LEVELS_MAX];
	struct vmlab_counter counter[VMLAB_SPACE_COUNTERS_MAX];
	const char *comm;
};

/**
 * struct vmlab_space_area - an area of a space, or one of Linux
 * @start: first address
 * @end: first address past the area
 * @flags: set of &enum vmlab_shadow_area_flag
 * @memory: id of the object that it shows, 0 of none
 * @index: in the object, of what is at @start
 * @nr_counters: number of @counter
 * @huge: blocks that are mapped by one entry
 * @small: blocks that are mapped by small entries
 * @why: set of &enum vmlab_small_why: why these
 * @is_linux: it is one of Linux
 * @counter: faults in it, by how they ended
 * @name: of the object, or ""
 */
struct vmlab_space_area {
	__u64 start;
	__u64 end;
	__u32 flags;
	__u32 memory;
	__u32 index;
	__u32 nr_counters;
	__u32 huge;
	__u32 small;
	__u32 why;
	bool is_linux;
	struct vmlab_counter counter[VMLAB_SPACE_COUNTERS_MAX];
	const char *name;
};

/**
 * struct vmlab_shadow_step - one level of a walk of a shadow page table
 * @level: the lowest is 0
 * @index: index of the entry in its table
 * @entry: the entry
 * @table: number of the table's first frame (%VMLAB_HAS_TABLE)
 * @has: set of &enum vmlab_has
 */
struct vmlab_shadow_step {
	__u32 level;
	__u32 index;
	__u64 entry;
	__u32 table;
	__u32 has;
};

/**
 * struct vmlab_shadow - the real and the shadow walk to an address
 * @pid: the process
 * @state: &enum vmlab_state of the real entry
 * @address: the address
 * @page_size: bytes that the real entry covers
 * @flags: set of &enum vmlab_entry_flag: of the real entry
 * @pfn: of the real entry (%VMLAB_HAS_PFN)
 * @entry: the shadow entry, of &enum vmlab_shadow_flag and a frame
 * @frame: that it maps (%VMLAB_HAS_FRAME)
 * @index: in the object, of the address (%VMLAB_HAS_AREA)
 * @mirror: &enum vmlab_mirror
 * @has: set of &enum vmlab_has
 * @nr_steps: number of @step
 * @nr_shadow_steps: number of @shadow_step
 * @has_content: the object has something there
 * @has_linux: Linux has an area there
 * @step: the real levels, from the top down
 * @shadow_step: those of the shadow
 * @area: of the space (%VMLAB_HAS_AREA)
 * @linux_area: of Linux (@has_linux)
 * @content: of the object (@has_content)
 */
struct vmlab_shadow {
	__u32 pid;
	__u32 state;
	__u64 address;
	__u64 page_size;
	__u64 flags;
	__u64 pfn;
	__u64 entry;
	__u32 frame;
	__u32 index;
	__u32 mirror;
	__u32 has;
	__u32 nr_steps;
	__u32 nr_shadow_steps;
	bool has_content;
	bool has_linux;
	struct vmlab_step step[VMLAB_LEVELS_MAX];
	struct vmlab_shadow_step shadow_step[VMLAB_SHADOW_LEVELS_MAX];
	struct vmlab_space_area area;
	struct vmlab_space_area linux_area;
	struct vmlab_content content;
};

/**
 * struct vmlab_violation - entries that do not go together
 * @address: where
 * @real: the real entry
 * @entry: the shadow entry
 * @mirror: &enum vmlab_mirror: what is wrong
 */
struct vmlab_violation {
	__u64 address;
	__u64 real;
	__u64 entry;
	__u32 mirror;
};

/**
 * struct vmlab_verified - what was found in a process
 * @pid: the process; 0 if it has no number that the caller can know
 * @nr_violations: number of @violation: the news since the call before
 * @last: it was all looked at, and what follows is known
 * @same: real entries with a shadow one for the same frame
 * @missing: shadow entries without a real one, which is no error
 * @copies: private copies of Linux's own
 * @violations: what is wrong, all told
 * @violation: some of them
 * @comm: name of the process, or ""
 */
struct vmlab_verified {
	__u32 pid;
	__u32 nr_violations;
	bool last;
	__u64 same;
	__u64 missing;
	__u64 copies;
	__u64 violations;
	struct vmlab_violation violation[VMLAB_VIOLATIONS_MAX];
	const char *comm;
};

/**
 * struct vmlab_mapping - what leads to a frame
 * @pid: the process; 0 if it has no number that the caller can know
 * @memory: id of the object
 * @index: of the frame in the object
 * @mapped: what follows is known; else only that the object has the frame
 * @address: where it is mapped
 * @entry: the shadow entry
 * @comm: name of the process, or ""
 */
struct vmlab_mapping {
	__u32 pid;
	__u32 memory;
	__u32 index;
	bool mapped;
	__u64 address;
	__u64 entry;
	const char *comm;
};

/**
 * struct vmlab_huge_place - where a block is, or shall be
 * @memory: id of the object; 0 for that which a process maps
 * @pid: the process, 0 for the caller; without @memory
 * @address: of the process; or of the object, the byte
 */
struct vmlab_huge_place {
	__u32 memory;
	pid_t pid;
	__u64 address;
};

/**
 * struct vmlab_huge - a block of an object
 * @memory: id of the object
 * @index: in it, the first of the block
 */
struct vmlab_huge {
	__u32 memory;
	__u32 index;
};

typedef int (*vmlab_memory_fn)(const struct vmlab_memory_info *memory,
			       void *data);
typedef int (*vmlab_content_fn)(const struct vmlab_content *content,
				void *data);
typedef int (*vmlab_space_fn)(const struct vmlab_space *space, void *data);
typedef int (*vmlab_space_area_fn)(const struct vmlab_space_area *area,
				   void *data);
typedef int (*vmlab_verified_fn)(const struct vmlab_verified *verified,
				 void *data);
typedef int (*vmlab_mapping_fn)(const struct vmlab_mapping *mapping,
				void *data);

/**
 * vmlab_memories() - the objects that programs map
 * @v: the handle
 * @id: only this one, or 0
 * @fn: called for each object; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_memories(struct vmlab *v, __u32 id, vmlab_memory_fn fn, void *data);

/**
 * vmlab_contents() - what an object has
 * @v: the handle
 * @id: of the object
 * @fn: called for each run of indices that are alike; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_contents(struct vmlab *v, __u32 id, vmlab_content_fn fn, void *data);

/**
 * vmlab_spaces() - the processes that map objects
 * @v: the handle
 * @pid: only this one, 0 for the caller; negative for all
 * @fn: called for each process; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_spaces(struct vmlab *v, pid_t pid, vmlab_space_fn fn, void *data);

/**
 * vmlab_space_areas() - the areas of a process that show objects
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @fn: called for each area, Linux's before ours that begins there, in the order
 *	of addresses; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_space_areas(struct vmlab *v, pid_t pid, vmlab_space_area_fn fn,
		      void *data);

/**
 * vmlab_shadow() - walk the page table of a process and its shadow
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @address: where an object is mapped
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_shadow(struct vmlab *v, pid_t pid, __u64 address,
		 struct vmlab_shadow *out);

/**
 * vmlab_verify() - compare real entries, shadow entries and objects
 * @v: the handle
 * @pid: only this process, 0 for the caller; negative for all
 * @fn: called as the work goes on, and with @last for each process when it is
 *	done; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_verify(struct vmlab *v, pid_t pid, vmlab_verified_fn fn, void *data);

/**
 * vmlab_rmap() - all that lead to a frame
 * @v: the handle
 * @frame: its number in the pool
 * @fn: called for each object that has it, and each entry that maps it; non-zero
 *	stops
 * @data: for @fn
 * @lost: set to how many entries there was no room for
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_rmap(struct vmlab *v, __u32 frame, vmlab_mapping_fn fn, void *data,
	       __u32 *lost);

/**
 * vmlab_collapse() - have a block in place of single frames
 * @v: the handle
 * @place: where
 * @out: which block it is
 *
 * Return: 0, as well if it is one already; or a negative errno.
 */
int vmlab_collapse(struct vmlab *v, const struct vmlab_huge_place *place,
		   struct vmlab_huge *out);

/**
 * vmlab_split() - have single frames in place of a block
 * @v: the handle
 * @place: where
 * @out: which block it was
 *
 * Return: 0 or a negative errno.
 */
int vmlab_split(struct vmlab *v, const struct vmlab_huge_place *place,
		struct vmlab_huge *out);

#ifdef __cplusplus
}
#endif

#endif /* VMLAB_SPACES_H */
