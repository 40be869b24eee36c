/* SPDX-License-Identifier: GPL-2.0 */
/* What the module answers, as libvmlab hands it out. */
#ifndef VMLAB_ANSWERS_H
#define VMLAB_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/types.h>
#include <linux/vmlab.h>

/* The most levels a walk can have. */
#define VMLAB_LEVELS_MAX	5

/* Every part of a walk's answer. */
#define VMLAB_WITH_ALL		(VMLAB_WITH_LEVELS | VMLAB_WITH_AREA | \
				 VMLAB_WITH_PAGE | VMLAB_WITH_ROOT)

/**
 * enum vmlab_has - parts of an answer that the module may leave out
 * @VMLAB_HAS_PFN: a frame number
 * @VMLAB_HAS_PHYSICAL: a physical address
 * @VMLAB_HAS_SWAP: the number of a swap area and an offset in it
 * @VMLAB_HAS_AREA: the area that holds the address
 * @VMLAB_HAS_BELOW: the nearest area below
 * @VMLAB_HAS_ABOVE: the nearest area above
 * @VMLAB_HAS_PAGE: the page behind the frame
 * @VMLAB_HAS_ROOT: where the walk starts
 * @VMLAB_HAS_PKEY: a protection key
 * @VMLAB_HAS_TABLE: the physical address of a table
 * @VMLAB_HAS_PCID: a process-context identifier
 * @VMLAB_HAS_USER_TABLE: the copy of the top table for user mode
 * @VMLAB_HAS_USER_ENTRY: the entry of that copy
 * @VMLAB_HAS_PID: a process
 * @VMLAB_HAS_STATE: the state of an entry
 * @VMLAB_HAS_CACHE: a cache type
 * @VMLAB_HAS_REGION: a region and its bounds
 * @VMLAB_HAS_OTHER: the entry of the other process
 * @VMLAB_HAS_ADDRESS: where the kernel sees it
 * @VMLAB_HAS_NODE: a node
 * @VMLAB_HAS_ZONE: a kind of zone
 * @VMLAB_HAS_TYPE: a migrate type
 * @VMLAB_HAS_BLOCK_TYPE: the migrate type of the page block
 * @VMLAB_HAS_ORDER: an order
 * @VMLAB_HAS_NEEDS: how many frames must be given back
 * @VMLAB_HAS_FRAME: a frame of the pool
 * @VMLAB_HAS_NUMBER: a number in whatever it is part of
 * @VMLAB_HAS_OFFSET: an offset in an object
 * @VMLAB_HAS_HANDLE: the handle of a session
 * @VMLAB_HAS_UID: a user
 * @VMLAB_HAS_PORT: a socket
 */
enum vmlab_has {
	VMLAB_HAS_PFN		= 1 << 0,
	VMLAB_HAS_PHYSICAL	= 1 << 1,
	VMLAB_HAS_SWAP		= 1 << 2,
	VMLAB_HAS_AREA		= 1 << 3,
	VMLAB_HAS_BELOW		= 1 << 4,
	VMLAB_HAS_ABOVE		= 1 << 5,
	VMLAB_HAS_PAGE		= 1 << 6,
	VMLAB_HAS_ROOT		= 1 << 7,
	VMLAB_HAS_PKEY		= 1 << 8,
	VMLAB_HAS_TABLE		= 1 << 9,
	VMLAB_HAS_PCID		= 1 << 10,
	VMLAB_HAS_USER_TABLE	= 1 << 11,
	VMLAB_HAS_USER_ENTRY	= 1 << 12,
	VMLAB_HAS_PID		= 1 << 13,
	VMLAB_HAS_STATE		= 1 << 14,
	VMLAB_HAS_CACHE		= 1 << 15,
	VMLAB_HAS_REGION	= 1 << 16,
	VMLAB_HAS_OTHER		= 1 << 17,
	VMLAB_HAS_ADDRESS	= 1 << 18,
	VMLAB_HAS_NODE		= 1 << 19,
	VMLAB_HAS_ZONE		= 1 << 20,
	VMLAB_HAS_TYPE		= 1 << 21,
	VMLAB_HAS_BLOCK_TYPE	= 1 << 22,
	VMLAB_HAS_ORDER		= 1 << 23,
	VMLAB_HAS_NEEDS		= 1 << 24,
	VMLAB_HAS_FRAME		= 1 << 25,
	VMLAB_HAS_NUMBER	= 1 << 26,
	VMLAB_HAS_OFFSET	= 1 << 27,
	VMLAB_HAS_HANDLE	= 1 << 28,
	VMLAB_HAS_UID		= 1 << 29,
	VMLAB_HAS_PORT		= 1 << 30,
};

/**
 * struct vmlab_info - what runs here
 * @version: version of the module
 * @release: kernel release it runs on
 * @abi: interface of the module
 * @paging_levels: levels that the hardware walks
 * @virtual_bits: width of a virtual address
 * @physical_bits: width of a physical address
 * @page_sizes: set of &enum vmlab_page_sizes
 * @features: set of &enum vmlab_feature
 * @user_end: first address past the user half
 */
struct vmlab_info {
	const char *version;
	const char *release;
	__u32 abi;
	__u32 paging_levels;
	__u32 virtual_bits;
	__u32 physical_bits;
	__u32 page_sizes;
	__u64 features;
	__u64 user_end;
};

/**
 * struct vmlab_step - one level of a walk
 * @entry: the raw entry
 * @flags: set of &enum vmlab_entry_flag
 * @table: physical address of the table (%VMLAB_HAS_TABLE)
 * @level: &enum vmlab_level
 * @index: index of the entry in its table
 * @pkey: protection key (%VMLAB_HAS_PKEY)
 * @has: set of &enum vmlab_has
 * @folded: this level does not exist in hardware
 */
struct vmlab_step {
	__u64 entry;
	__u64 flags;
	__u64 table;
	__u32 level;
	__u32 index;
	__u32 pkey;
	__u32 has;
	bool folded;
};

/**
 * struct vmlab_area - an area of a process
 * @start: first address
 * @end: first address past the area
 * @flags: set of &enum vmlab_area_flag
 * @offset: offset of @start in the file, in bytes
 * @inode: inode of the file, 0 without one
 * @page_size: size of the pages of a hugetlb area, else 0
 * @device_major: device of the file
 * @device_minor: device of the file
 * @pkey: protection key (%VMLAB_HAS_PKEY)
 * @has: set of &enum vmlab_has
 * @name: path, [heap] and the like, or ""
 */
struct vmlab_area {
	__u64 start;
	__u64 end;
	__u64 flags;
	__u64 offset;
	__u64 inode;
	__u64 page_size;
	__u32 device_major;
	__u32 device_minor;
	__u32 pkey;
	__u32 has;
	const char *name;
};

/**
 * struct vmlab_page - the page behind a frame
 * @flags: set of &enum vmlab_page_flag
 * @refcount: references held
 * @mapcount: page tables that map it
 * @order: order of the compound page that it is part of
 * @kind: &enum vmlab_page_kind
 * @inferred: @kind is a conclusion, not a look at the kernel's own symbol
 */
struct vmlab_page {
	__u64 flags;
	__s32 refcount;
	__s32 mapcount;
	__u32 order;
	__u32 kind;
	bool inferred;
};

/**
 * struct vmlab_root - where a walk starts
 * @table: physical address of the top table (%VMLAB_HAS_TABLE)
 * @user_table: its copy for user mode (%VMLAB_HAS_USER_TABLE)
 * @user_entry: the entry of that copy (%VMLAB_HAS_USER_ENTRY)
 * @pcid: process-context identifier (%VMLAB_HAS_PCID)
 * @has: set of &enum vmlab_has
 * @isolated: page-table isolation is on for the process
 */
struct vmlab_root {
	__u64 table;
	__u64 user_table;
	__u64 user_entry;
	__u32 pcid;
	__u32 has;
	bool isolated;
};

/**
 * struct vmlab_walk - the answer of a walk to one address
 * @pid: the process
 * @state: &enum vmlab_state of the last entry
 * @address: the address
 * @page_size: bytes that the last entry covers
 * @pfn: frame of the 4 KiB page at @address (%VMLAB_HAS_PFN)
 * @physical: physical address of the byte (%VMLAB_HAS_PHYSICAL)
 * @swap_offset: slot in the swap area (%VMLAB_HAS_SWAP)
 * @swap_type: number of the swap area (%VMLAB_HAS_SWAP)
 * @has: set of &enum vmlab_has
 * @nr_steps: number of @step
 * @step: the levels, from the top down
 * @root: where the walk starts (%VMLAB_HAS_ROOT)
 * @page: the page (%VMLAB_HAS_PAGE)
 * @area: the area (%VMLAB_HAS_AREA)
 * @below: the nearest area below (%VMLAB_HAS_BELOW)
 * @above: the nearest area above (%VMLAB_HAS_ABOVE)
 */
struct vmlab_walk {
	__u32 pid;
	__u32 state;
	__u64 address;
	__u64 page_size;
	__u64 pfn;
	__u64 physical;
	__u64 swap_offset;
	__u32 swap_type;
	__u32 has;
	__u32 nr_steps;
	struct vmlab_step step[VMLAB_LEVELS_MAX];
	struct vmlab_root root;
	struct vmlab_page page;
	struct vmlab_area area;
	struct vmlab_area below;
	struct vmlab_area above;
};

/**
 * struct vmlab_range - what to walk, and what to report of it
 * @pid: the process, 0 for the caller
 * @start: first address
 * @end: first address past the range
 * @flags: only entries with all of these &enum vmlab_entry_flag
 * @clear_flags: only entries with none of these
 * @states: only these &enum vmlab_states; 0: all but none
 * @sizes: only these &enum vmlab_page_sizes; 0: all
 * @pages: report the frame of every leaf
 */
struct vmlab_range {
	pid_t pid;
	__u64 start;
	__u64 end;
	__u64 flags;
	__u64 clear_flags;
	__u32 states;
	__u32 sizes;
	bool pages;
};

/**
 * struct vmlab_run - neighbours of equal state, page size and flags
 * @start: first address
 * @end: first address past the run
 * @page_size: bytes that each entry covers
 * @flags: set of &enum vmlab_entry_flag
 * @pfn: first frame, where they are consecutive (%VMLAB_HAS_PFN)
 * @swap_offset: first slot, where they are consecutive (%VMLAB_HAS_SWAP)
 * @swap_type: number of the swap area (%VMLAB_HAS_SWAP)
 * @state: &enum vmlab_state
 * @pkey: protection key (%VMLAB_HAS_PKEY)
 * @has: set of &enum vmlab_has
 * @nr_numbers: entries of @numbers
 * @numbers: frame or slot of each leaf, not aligned; see vmlab_run_leaf()
 */
struct vmlab_run {
	__u64 start;
	__u64 end;
	__u64 page_size;
	__u64 flags;
	__u64 pfn;
	__u64 swap_offset;
	__u32 swap_type;
	__u32 state;
	__u32 pkey;
	__u32 has;
	size_t nr_numbers;
	const void *numbers;
};

/**
 * struct vmlab_table - the tables of one level
 * @pages: table pages
 * @entries_used: entries that are not zero
 * @leaves: entries that map a page
 * @level: &enum vmlab_level
 */
struct vmlab_table {
	__u64 pages;
	__u64 entries_used;
	__u64 leaves;
	__u32 level;
};

/**
 * struct vmlab_mapped - what is mapped by pages of one size
 * @page_size: the size
 * @bytes: bytes mapped
 */
struct vmlab_mapped {
	__u64 page_size;
	__u64 bytes;
};

/**
 * struct vmlab_census - the tables of a process, counted
 * @pid: the process
 * @nr_tables: number of @table
 * @nr_mapped: number of @mapped
 * @table: one for each level
 * @mapped: one for each page size
 * @table_bytes: bytes of all tables
 * @accounted_bytes: what the kernel accounts to the process
 * @swapped_bytes: bytes in swap
 * @span_start: start of the lowest area
 * @span_end: end of the highest area
 * @flat_bytes: what a table of one level would take for the span
 * @area_bytes: bytes in areas
 */
struct vmlab_census {
	__u32 pid;
	__u32 nr_tables;
	__u32 nr_mapped;
	struct vmlab_table table[VMLAB_LEVELS_MAX];
	struct vmlab_mapped mapped[VMLAB_LEVELS_MAX];
	__u64 table_bytes;
	__u64 accounted_bytes;
	__u64 swapped_bytes;
	__u64 span_start;
	__u64 span_end;
	__u64 flat_bytes;
	__u64 area_bytes;
};

/**
 * struct vmlab_prediction - what one kind of access would lead to
 * @access: &enum vmlab_access
 * @outcome: &enum vmlab_outcome
 * @why: &enum vmlab_why
 */
struct vmlab_prediction {
	__u32 access;
	__u32 outcome;
	__u32 why;
};

/* A read, a write and an execution. */
#define VMLAB_PREDICTIONS_MAX	3

/**
 * struct vmlab_explain - what accesses at an address would lead to
 * @pid: the process
 * @state: &enum vmlab_state of the last entry of the walk
 * @address: the address
 * @page_size: bytes that this entry covers
 * @flags: its flags
 * @has: set of &enum vmlab_has
 * @nr_predictions: number of @prediction
 * @prediction: one for each kind of access
 * @area: the area (%VMLAB_HAS_AREA)
 */
struct vmlab_explain {
	__u32 pid;
	__u32 state;
	__u64 address;
	__u64 page_size;
	__u64 flags;
	__u32 has;
	__u32 nr_predictions;
	struct vmlab_prediction prediction[VMLAB_PREDICTIONS_MAX];
	struct vmlab_area area;
};

/**
 * struct vmlab_addr - what an address belongs to
 * @address: the address
 * @start: first address of the region (%VMLAB_HAS_REGION)
 * @end: last address of the region (%VMLAB_HAS_REGION)
 * @page_size: bytes that the last entry of the walk covers (%VMLAB_HAS_STATE)
 * @physical: physical address (%VMLAB_HAS_PHYSICAL)
 * @flags: flags of the last entry (%VMLAB_HAS_STATE)
 * @pid: the process whose user half is meant (%VMLAB_HAS_PID)
 * @region: &enum vmlab_region
 * @cache: &enum vmlab_cache_type (%VMLAB_HAS_CACHE)
 * @state: &enum vmlab_state (%VMLAB_HAS_STATE)
 * @has: set of &enum vmlab_has
 * @detail: the CPU, the task or the resource, or ""
 */
struct vmlab_addr {
	__u64 address;
	__u64 start;
	__u64 end;
	__u64 page_size;
	__u64 physical;
	__u64 flags;
	__u32 pid;
	__u32 region;
	__u32 cache;
	__u32 state;
	__u32 has;
	const char *detail;
};

/**
 * struct vmlab_top - a top-level entry of the kernel half
 * @start: first address that the entry covers
 * @entry: the raw entry
 * @other_entry: that of the other process (%VMLAB_HAS_OTHER)
 * @flags: set of &enum vmlab_entry_flag
 * @index: index in the table
 * @region: &enum vmlab_region
 * @has: set of &enum vmlab_has
 * @shared: both lead to the same table
 */
struct vmlab_top {
	__u64 start;
	__u64 entry;
	__u64 other_entry;
	__u64 flags;
	__u32 index;
	__u32 region;
	__u32 has;
	bool shared;
};

/**
 * struct vmlab_segment - a segment descriptor
 * @raw: its eight bytes
 * @base: base address
 * @limit: last offset, granularity applied
 * @index: slot in the table
 * @selector: selector that names it
 * @kind: &enum vmlab_segment_kind
 * @dpl: descriptor privilege level
 * @flags: set of &enum vmlab_segment_flag
 * @name: what Linux uses the slot for, or ""
 */
struct vmlab_segment {
	__u64 raw;
	__u64 base;
	__u64 limit;
	__u32 index;
	__u32 selector;
	__u32 kind;
	__u32 dpl;
	__u32 flags;
	const char *name;
};

#endif /* VMLAB_ANSWERS_H */
