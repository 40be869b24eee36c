/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/vmlab.yaml */
/* YNL-GEN uapi header */
/* To regenerate run: tools/net/ynl/ynl-regen.sh */

#ifndef _UAPI_LINUX_VMLAB_H
#define _UAPI_LINUX_VMLAB_H

#define VMLAB_GENL_NAME		"vmlab"
#define VMLAB_GENL_VERSION	1

#define VMLAB_PID_MAX	4194304
#define VMLAB_ABI	3

/*
 * Levels of the page table, numbered as the hardware counts them, from the
 * table of 4 KiB leaves up.
 */
enum vmlab_level {
	VMLAB_LEVEL_PTE = 1,
	VMLAB_LEVEL_PMD,
	VMLAB_LEVEL_PUD,
	VMLAB_LEVEL_P4D,
	VMLAB_LEVEL_PGD,
};

/**
 * enum vmlab_state - What an entry says of the page behind it.
 * @VMLAB_STATE_NONE: The entry is zero; nothing was ever here or it was
 *   discarded.
 * @VMLAB_STATE_PRESENT: A leaf that the hardware can use.
 * @VMLAB_STATE_ZERO: A leaf that maps the shared page (or huge page) of
 *   zeroes.
 * @VMLAB_STATE_PROT_NONE: A page is here, but every access shall fault
 *   (PROT_NONE, NUMA).
 * @VMLAB_STATE_SWAP: The page is in a swap area.
 * @VMLAB_STATE_MIGRATION: The page is being moved to another frame at this
 *   moment.
 * @VMLAB_STATE_HWPOISON: The frame had an uncorrectable memory error.
 * @VMLAB_STATE_DEVICE: The page is in device memory that the CPU cannot map.
 * @VMLAB_STATE_MARKER: No page; the entry keeps a userfaultfd write-protect or
 *   poison mark.
 * @VMLAB_STATE_GUARD: No page; a guard region was installed with
 *   MADV_GUARD_INSTALL.
 * @VMLAB_STATE_BAD: An entry of no kind that this kernel makes.
 */
enum vmlab_state {
	VMLAB_STATE_NONE,
	VMLAB_STATE_PRESENT,
	VMLAB_STATE_ZERO,
	VMLAB_STATE_PROT_NONE,
	VMLAB_STATE_SWAP,
	VMLAB_STATE_MIGRATION,
	VMLAB_STATE_HWPOISON,
	VMLAB_STATE_DEVICE,
	VMLAB_STATE_MARKER,
	VMLAB_STATE_GUARD,
	VMLAB_STATE_BAD,
};

/*
 * A set of states, bit n for state n, to filter by.
 */
enum vmlab_states {
	VMLAB_STATES_NONE = 1,
	VMLAB_STATES_PRESENT = 2,
	VMLAB_STATES_ZERO = 4,
	VMLAB_STATES_PROT_NONE = 8,
	VMLAB_STATES_SWAP = 16,
	VMLAB_STATES_MIGRATION = 32,
	VMLAB_STATES_HWPOISON = 64,
	VMLAB_STATES_DEVICE = 128,
	VMLAB_STATES_MARKER = 256,
	VMLAB_STATES_GUARD = 512,
	VMLAB_STATES_BAD = 1024,
};

/**
 * enum vmlab_entry_flag - The bits of an entry, by their names in the
 *   processor's manual.
 * @VMLAB_ENTRY_FLAG_P: Present; the hardware may use the entry.
 * @VMLAB_ENTRY_FLAG_RW: Writable.
 * @VMLAB_ENTRY_FLAG_US: User mode may use it.
 * @VMLAB_ENTRY_FLAG_PWT: Page-level write-through; part of the cache type.
 * @VMLAB_ENTRY_FLAG_PCD: Page-level cache disable; part of the cache type.
 * @VMLAB_ENTRY_FLAG_A: Accessed; set by the hardware at the first use.
 * @VMLAB_ENTRY_FLAG_D: Dirty; set by the hardware at the first write.
 * @VMLAB_ENTRY_FLAG_PS: Page size; this entry of an upper level is a leaf.
 * @VMLAB_ENTRY_FLAG_PAT: Page attribute table; part of the cache type.
 * @VMLAB_ENTRY_FLAG_G: Global; survives a change of CR3.
 * @VMLAB_ENTRY_FLAG_NX: No execute.
 * @VMLAB_ENTRY_FLAG_SOFT_DIRTY: Written since the soft-dirty bits were last
 *   cleared (software).
 * @VMLAB_ENTRY_FLAG_UFFD_WP: Write-protected for userfaultfd (software).
 * @VMLAB_ENTRY_FLAG_SPECIAL: No reference is kept on the page behind it
 *   (software).
 * @VMLAB_ENTRY_FLAG_DEVMAP: The frame belongs to a device map, as of DAX
 *   (software).
 * @VMLAB_ENTRY_FLAG_SAVED_DIRTY: Dirty bit kept aside for a shadow-stack entry
 *   (software).
 * @VMLAB_ENTRY_FLAG_EXCLUSIVE: The swapped page is of this process alone
 *   (software).
 */
enum vmlab_entry_flag {
	VMLAB_ENTRY_FLAG_P = 1,
	VMLAB_ENTRY_FLAG_RW = 2,
	VMLAB_ENTRY_FLAG_US = 4,
	VMLAB_ENTRY_FLAG_PWT = 8,
	VMLAB_ENTRY_FLAG_PCD = 16,
	VMLAB_ENTRY_FLAG_A = 32,
	VMLAB_ENTRY_FLAG_D = 64,
	VMLAB_ENTRY_FLAG_PS = 128,
	VMLAB_ENTRY_FLAG_PAT = 256,
	VMLAB_ENTRY_FLAG_G = 512,
	VMLAB_ENTRY_FLAG_NX = 1024,
	VMLAB_ENTRY_FLAG_SOFT_DIRTY = 2048,
	VMLAB_ENTRY_FLAG_UFFD_WP = 4096,
	VMLAB_ENTRY_FLAG_SPECIAL = 8192,
	VMLAB_ENTRY_FLAG_DEVMAP = 16384,
	VMLAB_ENTRY_FLAG_SAVED_DIRTY = 32768,
	VMLAB_ENTRY_FLAG_EXCLUSIVE = 65536,
};

/*
 * Properties of an area (struct vm_area_struct).
 */
enum vmlab_area_flag {
	VMLAB_AREA_FLAG_READ = 1,
	VMLAB_AREA_FLAG_WRITE = 2,
	VMLAB_AREA_FLAG_EXEC = 4,
	VMLAB_AREA_FLAG_SHARED = 8,
	VMLAB_AREA_FLAG_MAY_READ = 16,
	VMLAB_AREA_FLAG_MAY_WRITE = 32,
	VMLAB_AREA_FLAG_MAY_EXEC = 64,
	VMLAB_AREA_FLAG_MAY_SHARE = 128,
	VMLAB_AREA_FLAG_GROWS_DOWN = 256,
	VMLAB_AREA_FLAG_PFNMAP = 512,
	VMLAB_AREA_FLAG_MIXEDMAP = 1024,
	VMLAB_AREA_FLAG_LOCKED = 2048,
	VMLAB_AREA_FLAG_IO = 4096,
	VMLAB_AREA_FLAG_SEQ_READ = 8192,
	VMLAB_AREA_FLAG_RAND_READ = 16384,
	VMLAB_AREA_FLAG_DONT_COPY = 32768,
	VMLAB_AREA_FLAG_DONT_EXPAND = 65536,
	VMLAB_AREA_FLAG_ACCOUNT = 131072,
	VMLAB_AREA_FLAG_NO_RESERVE = 262144,
	VMLAB_AREA_FLAG_HUGETLB = 524288,
	VMLAB_AREA_FLAG_SYNC = 1048576,
	VMLAB_AREA_FLAG_WIPE_ON_FORK = 2097152,
	VMLAB_AREA_FLAG_DONT_DUMP = 4194304,
	VMLAB_AREA_FLAG_SOFT_DIRTY = 8388608,
	VMLAB_AREA_FLAG_HUGE_PAGE = 16777216,
	VMLAB_AREA_FLAG_NO_HUGE_PAGE = 33554432,
	VMLAB_AREA_FLAG_MERGEABLE = 67108864,
	VMLAB_AREA_FLAG_UFFD_MISSING = 134217728,
	VMLAB_AREA_FLAG_UFFD_WP = 268435456,
	VMLAB_AREA_FLAG_UFFD_MINOR = 536870912,
	VMLAB_AREA_FLAG_SHADOW_STACK = 1073741824,
	VMLAB_AREA_FLAG_ANONYMOUS = 2147483648,
	VMLAB_AREA_FLAG_HEAP = 4294967296,
	VMLAB_AREA_FLAG_STACK = 8589934592,
	VMLAB_AREA_FLAG_VDSO = 17179869184,
};

/*
 * The bits of /proc/kpageflags, by their names there.
 */
enum vmlab_page_flag {
	VMLAB_PAGE_FLAG_LOCKED = 1,
	VMLAB_PAGE_FLAG_ERROR = 2,
	VMLAB_PAGE_FLAG_REFERENCED = 4,
	VMLAB_PAGE_FLAG_UPTODATE = 8,
	VMLAB_PAGE_FLAG_DIRTY = 16,
	VMLAB_PAGE_FLAG_LRU = 32,
	VMLAB_PAGE_FLAG_ACTIVE = 64,
	VMLAB_PAGE_FLAG_SLAB = 128,
	VMLAB_PAGE_FLAG_WRITEBACK = 256,
	VMLAB_PAGE_FLAG_RECLAIM = 512,
	VMLAB_PAGE_FLAG_BUDDY = 1024,
	VMLAB_PAGE_FLAG_MMAP = 2048,
	VMLAB_PAGE_FLAG_ANON = 4096,
	VMLAB_PAGE_FLAG_SWAPCACHE = 8192,
	VMLAB_PAGE_FLAG_SWAPBACKED = 16384,
	VMLAB_PAGE_FLAG_COMPOUND_HEAD = 32768,
	VMLAB_PAGE_FLAG_COMPOUND_TAIL = 65536,
	VMLAB_PAGE_FLAG_HUGE = 131072,
	VMLAB_PAGE_FLAG_UNEVICTABLE = 262144,
	VMLAB_PAGE_FLAG_HWPOISON = 524288,
	VMLAB_PAGE_FLAG_NOPAGE = 1048576,
	VMLAB_PAGE_FLAG_KSM = 2097152,
	VMLAB_PAGE_FLAG_THP = 4194304,
	VMLAB_PAGE_FLAG_OFFLINE = 8388608,
	VMLAB_PAGE_FLAG_ZERO_PAGE = 16777216,
	VMLAB_PAGE_FLAG_IDLE = 33554432,
	VMLAB_PAGE_FLAG_PGTABLE = 67108864,
	VMLAB_PAGE_FLAG_BIT27 = 134217728,
	VMLAB_PAGE_FLAG_BIT28 = 268435456,
	VMLAB_PAGE_FLAG_BIT29 = 536870912,
	VMLAB_PAGE_FLAG_BIT30 = 1073741824,
	VMLAB_PAGE_FLAG_BIT31 = 2147483648,
	VMLAB_PAGE_FLAG_RESERVED = 4294967296,
	VMLAB_PAGE_FLAG_MLOCKED = 8589934592,
	VMLAB_PAGE_FLAG_OWNER_2 = 17179869184,
	VMLAB_PAGE_FLAG_PRIVATE = 34359738368,
	VMLAB_PAGE_FLAG_PRIVATE_2 = 68719476736,
	VMLAB_PAGE_FLAG_OWNER_PRIVATE = 137438953472,
	VMLAB_PAGE_FLAG_ARCH = 274877906944,
	VMLAB_PAGE_FLAG_UNCACHED = 549755813888,
	VMLAB_PAGE_FLAG_SOFT_DIRTY = 1099511627776,
	VMLAB_PAGE_FLAG_ARCH_2 = 2199023255552,
	VMLAB_PAGE_FLAG_ARCH_3 = 4398046511104,
};

/*
 * Whose memory a page is.
 */
enum vmlab_page_kind {
	VMLAB_PAGE_KIND_OTHER,
	VMLAB_PAGE_KIND_ANON,
	VMLAB_PAGE_KIND_FILE,
	VMLAB_PAGE_KIND_SHMEM,
	VMLAB_PAGE_KIND_KSM,
	VMLAB_PAGE_KIND_ZERO,
	VMLAB_PAGE_KIND_HUGETLB,
};

/*
 * What this processor and kernel have that shapes translation.
 */
enum vmlab_feature {
	VMLAB_FEATURE_NX = 1,
	VMLAB_FEATURE_PCID = 2,
	VMLAB_FEATURE_PTI = 4,
	VMLAB_FEATURE_LA57 = 8,
	VMLAB_FEATURE_PKEYS = 16,
	VMLAB_FEATURE_SMEP = 32,
	VMLAB_FEATURE_SMAP = 64,
	VMLAB_FEATURE_GBPAGES = 128,
	VMLAB_FEATURE_INVPCID = 256,
	VMLAB_FEATURE_THP = 512,
	VMLAB_FEATURE_HUGETLB = 1024,
	VMLAB_FEATURE_SWAP = 2048,
	VMLAB_FEATURE_FRAMES = 4096,
};

/**
 * enum vmlab_with - Parts of a walk's answer.
 * @VMLAB_WITH_LEVELS: One entry for each level of the table.
 * @VMLAB_WITH_AREA: The area that holds the address, or its neighbours.
 * @VMLAB_WITH_PAGE: The page behind the frame.
 * @VMLAB_WITH_ROOT: Where the walk starts.
 */
enum vmlab_with {
	VMLAB_WITH_LEVELS = 1,
	VMLAB_WITH_AREA = 2,
	VMLAB_WITH_PAGE = 4,
	VMLAB_WITH_ROOT = 8,
};

/*
 * A set of page sizes to filter by.
 */
enum vmlab_page_sizes {
	VMLAB_PAGE_SIZES_SIZE_4K = 1,
	VMLAB_PAGE_SIZES_SIZE_2M = 2,
	VMLAB_PAGE_SIZES_SIZE_1G = 4,
};

/*
 * Kinds of access.
 */
enum vmlab_access {
	VMLAB_ACCESS_READ,
	VMLAB_ACCESS_WRITE,
	VMLAB_ACCESS_EXEC,
};

/*
 * What an access at an address would lead to.
 */
enum vmlab_outcome {
	VMLAB_OUTCOME_WORKS,
	VMLAB_OUTCOME_MINOR_FAULT,
	VMLAB_OUTCOME_MAJOR_FAULT,
	VMLAB_OUTCOME_COPY_ON_WRITE,
	VMLAB_OUTCOME_STACK_GROWTH,
	VMLAB_OUTCOME_SIGSEGV,
	VMLAB_OUTCOME_SIGBUS,
	VMLAB_OUTCOME_USERFAULT,
};

/**
 * enum vmlab_why - Why an access would lead there.
 * @VMLAB_WHY_MAPPED: The entry is present and grants the access.
 * @VMLAB_WHY_NO_AREA: No area holds the address.
 * @VMLAB_WHY_NO_RIGHT: The area does not grant this access.
 * @VMLAB_WHY_KERNEL_ADDRESS: The address is in the kernel half.
 * @VMLAB_WHY_NON_CANONICAL: The upper bits of the address are no copy of the
 *   top one.
 * @VMLAB_WHY_STACK_ABOVE: The area above grows down and may reach here.
 * @VMLAB_WHY_STACK_LIMIT: The area above grows down, but its limit or its gap
 *   forbids.
 * @VMLAB_WHY_FIRST_TOUCH_ZERO: Anonymous and untouched; a read maps the page
 *   of zeroes.
 * @VMLAB_WHY_FIRST_TOUCH_FRAME: Anonymous and untouched; a new zeroed frame.
 * @VMLAB_WHY_FIRST_TOUCH_HUGE: Anonymous and untouched; a huge page may be
 *   given.
 * @VMLAB_WHY_ZERO_PAGE_WRITE: The page of zeroes is mapped; a write gets a
 *   frame of its own.
 * @VMLAB_WHY_SHARED_PAGE_WRITE: Private and write-protected; the frame may
 *   have other users.
 * @VMLAB_WHY_LAST_OWNER_WRITE: Private and write-protected, but nobody else
 *   has the frame.
 * @VMLAB_WHY_WRITE_NOTIFY: Shared and write-protected, so that the first write
 *   is noticed.
 * @VMLAB_WHY_FILE_PAGE_CACHED: The page is in the page cache.
 * @VMLAB_WHY_FILE_PAGE_ABSENT: The page must be read from the file.
 * @VMLAB_WHY_BEYOND_FILE: The file ends before this page.
 * @VMLAB_WHY_IN_SWAP: The page must come back from swap.
 * @VMLAB_WHY_IN_SWAP_CACHE: The page is in swap and still in the swap cache.
 * @VMLAB_WHY_MOVING: The page is being migrated; the fault waits.
 * @VMLAB_WHY_NUMA_HINT: A hinting fault of NUMA balancing; the page is here.
 * @VMLAB_WHY_POISONED: The frame had a memory error.
 * @VMLAB_WHY_GUARDED: A guard region.
 * @VMLAB_WHY_DEVICE_PAGE: The page is in device memory and must come back.
 * @VMLAB_WHY_UFFD: A userfaultfd handler is asked.
 * @VMLAB_WHY_DRIVER: The fault handler of a driver decides.
 * @VMLAB_WHY_HUGETLB_RESERVE: A page of the hugetlb pool is needed.
 * @VMLAB_WHY_PROTECTION_KEY: The key of the page is closed in PKRU, for the
 *   thread that asks.
 * @VMLAB_WHY_NO_EXECUTE: The entry forbids execution.
 * @VMLAB_WHY_STALE_ENTRY: The area grants the access and the entry does not
 *   yet.
 * @VMLAB_WHY_SHMEM_ABSENT: Shared memory, untouched; a new zeroed frame.
 * @VMLAB_WHY_SWAPPED_SHMEM: Shared memory that is in swap.
 * @VMLAB_WHY_SHADOW_STACK: A shadow stack; only the processor's own pushes may
 *   write.
 * @VMLAB_WHY_FILE_PAGE_HIDDEN: A page of a file that the caller may not write,
 *   so that whether it is cached is withheld, as mincore() withholds it.
 * @VMLAB_WHY_VSYSCALL: The kernel emulates a jump here, unless it runs with
 *   vsyscall=none.
 */
enum vmlab_why {
	VMLAB_WHY_MAPPED,
	VMLAB_WHY_NO_AREA,
	VMLAB_WHY_NO_RIGHT,
	VMLAB_WHY_KERNEL_ADDRESS,
	VMLAB_WHY_NON_CANONICAL,
	VMLAB_WHY_STACK_ABOVE,
	VMLAB_WHY_STACK_LIMIT,
	VMLAB_WHY_FIRST_TOUCH_ZERO,
	VMLAB_WHY_FIRST_TOUCH_FRAME,
	VMLAB_WHY_FIRST_TOUCH_HUGE,
	VMLAB_WHY_ZERO_PAGE_WRITE,
	VMLAB_WHY_SHARED_PAGE_WRITE,
	VMLAB_WHY_LAST_OWNER_WRITE,
	VMLAB_WHY_WRITE_NOTIFY,
	VMLAB_WHY_FILE_PAGE_CACHED,
	VMLAB_WHY_FILE_PAGE_ABSENT,
	VMLAB_WHY_BEYOND_FILE,
	VMLAB_WHY_IN_SWAP,
	VMLAB_WHY_IN_SWAP_CACHE,
	VMLAB_WHY_MOVING,
	VMLAB_WHY_NUMA_HINT,
	VMLAB_WHY_POISONED,
	VMLAB_WHY_GUARDED,
	VMLAB_WHY_DEVICE_PAGE,
	VMLAB_WHY_UFFD,
	VMLAB_WHY_DRIVER,
	VMLAB_WHY_HUGETLB_RESERVE,
	VMLAB_WHY_PROTECTION_KEY,
	VMLAB_WHY_NO_EXECUTE,
	VMLAB_WHY_STALE_ENTRY,
	VMLAB_WHY_SHMEM_ABSENT,
	VMLAB_WHY_SWAPPED_SHMEM,
	VMLAB_WHY_SHADOW_STACK,
	VMLAB_WHY_FILE_PAGE_HIDDEN,
	VMLAB_WHY_VSYSCALL,
};

/*
 * What a virtual address belongs to.
 */
enum vmlab_region {
	VMLAB_REGION_UNKNOWN,
	VMLAB_REGION_USER,
	VMLAB_REGION_USER_HOLE,
	VMLAB_REGION_NON_CANONICAL,
	VMLAB_REGION_UNUSED,
	VMLAB_REGION_DIRECT_MAP,
	VMLAB_REGION_VMALLOC,
	VMLAB_REGION_VMEMMAP,
	VMLAB_REGION_MODULES,
	VMLAB_REGION_KERNEL_TEXT,
	VMLAB_REGION_KERNEL_RODATA,
	VMLAB_REGION_KERNEL_DATA,
	VMLAB_REGION_KERNEL_BSS,
	VMLAB_REGION_KERNEL_IMAGE,
	VMLAB_REGION_PER_CPU,
	VMLAB_REGION_KERNEL_STACK,
	VMLAB_REGION_MMIO,
	VMLAB_REGION_FIXMAP,
	VMLAB_REGION_CPU_ENTRY_AREA,
	VMLAB_REGION_KASAN_SHADOW,
	VMLAB_REGION_KMSAN_SHADOW,
	VMLAB_REGION_LDT_REMAP,
	VMLAB_REGION_ESPFIX,
	VMLAB_REGION_EFI,
	VMLAB_REGION_VSYSCALL,
};

/*
 * How the processor caches a page (PAT).
 */
enum vmlab_cache_type {
	VMLAB_CACHE_TYPE_UNCACHED,
	VMLAB_CACHE_TYPE_WRITE_COMBINING,
	VMLAB_CACHE_TYPE_WRITE_THROUGH,
	VMLAB_CACHE_TYPE_WRITE_PROTECTED,
	VMLAB_CACHE_TYPE_WRITE_BACK,
	VMLAB_CACHE_TYPE_UNCACHED_MINUS,
	VMLAB_CACHE_TYPE_RESERVED,
};

/*
 * Bits of a segment descriptor.
 */
enum vmlab_segment_flag {
	VMLAB_SEGMENT_FLAG_PRESENT = 1,
	VMLAB_SEGMENT_FLAG_SYSTEM = 2,
	VMLAB_SEGMENT_FLAG_LONG = 4,
	VMLAB_SEGMENT_FLAG_DEFAULT_BIG = 8,
	VMLAB_SEGMENT_FLAG_GRANULARITY = 16,
	VMLAB_SEGMENT_FLAG_AVAILABLE = 32,
	VMLAB_SEGMENT_FLAG_ACCESSED = 64,
	VMLAB_SEGMENT_FLAG_WRITABLE = 128,
	VMLAB_SEGMENT_FLAG_READABLE = 256,
	VMLAB_SEGMENT_FLAG_CONFORMING = 512,
	VMLAB_SEGMENT_FLAG_EXPAND_DOWN = 1024,
	VMLAB_SEGMENT_FLAG_CODE = 2048,
};

/*
 * Kinds of segment descriptors.
 */
enum vmlab_segment_kind {
	VMLAB_SEGMENT_KIND_EMPTY,
	VMLAB_SEGMENT_KIND_DATA,
	VMLAB_SEGMENT_KIND_CODE,
	VMLAB_SEGMENT_KIND_LDT,
	VMLAB_SEGMENT_KIND_TSS_AVAILABLE,
	VMLAB_SEGMENT_KIND_TSS_BUSY,
	VMLAB_SEGMENT_KIND_CALL_GATE,
	VMLAB_SEGMENT_KIND_INTERRUPT_GATE,
	VMLAB_SEGMENT_KIND_TRAP_GATE,
	VMLAB_SEGMENT_KIND_RESERVED,
	VMLAB_SEGMENT_KIND_UPPER_HALF,
};

#define VMLAB_NAME_MAX		31
#define VMLAB_ORDER_MAX		10
#define VMLAB_BYTES_MAX		256
#define VMLAB_OBJECTS_MAX	256
#define VMLAB_CELLS_MAX		65536

/**
 * enum vmlab_pool_source - Where the frames of the pool come from.
 * @VMLAB_POOL_SOURCE_BUDDY: Linux's own allocator, when the module was loaded.
 * @VMLAB_POOL_SOURCE_MEMMAP: Memory that Linux was booted without (memmap=).
 * @VMLAB_POOL_SOURCE_RESERVE_MEM: Memory set aside at boot (reserve_mem=).
 */
enum vmlab_pool_source {
	VMLAB_POOL_SOURCE_BUDDY,
	VMLAB_POOL_SOURCE_MEMMAP,
	VMLAB_POOL_SOURCE_RESERVE_MEM,
};

/**
 * enum vmlab_zone_type - Kinds of zones, from the scarcest up.
 * @VMLAB_ZONE_TYPE_DMA: What old devices reach.
 * @VMLAB_ZONE_TYPE_NORMAL: All that the kernel maps.
 * @VMLAB_ZONE_TYPE_HIGHMEM: Frames that must be mapped to be touched.
 */
enum vmlab_zone_type {
	VMLAB_ZONE_TYPE_DMA,
	VMLAB_ZONE_TYPE_NORMAL,
	VMLAB_ZONE_TYPE_HIGHMEM,
};

/**
 * enum vmlab_migrate_type - What can be done about a frame that stands in the
 *   way.
 * @VMLAB_MIGRATE_TYPE_UNMOVABLE: Nothing.
 * @VMLAB_MIGRATE_TYPE_MOVABLE: It can be copied elsewhere.
 * @VMLAB_MIGRATE_TYPE_RECLAIMABLE: Its content can be dropped.
 */
enum vmlab_migrate_type {
	VMLAB_MIGRATE_TYPE_UNMOVABLE,
	VMLAB_MIGRATE_TYPE_MOVABLE,
	VMLAB_MIGRATE_TYPE_RECLAIMABLE,
};

/**
 * enum vmlab_frame_state - What a frame is; each is in exactly one state.
 * @VMLAB_FRAME_STATE_HOLE: A number that no frame of the pool has.
 * @VMLAB_FRAME_STATE_INSIDE: Part of a larger block, but not its first frame.
 * @VMLAB_FRAME_STATE_FREE: First frame of a block on a free list of its zone.
 * @VMLAB_FRAME_STATE_CACHED: First frame of a block on a per-CPU list.
 * @VMLAB_FRAME_STATE_USED: First frame of a block that somebody holds.
 */
enum vmlab_frame_state {
	VMLAB_FRAME_STATE_HOLE,
	VMLAB_FRAME_STATE_INSIDE,
	VMLAB_FRAME_STATE_FREE,
	VMLAB_FRAME_STATE_CACHED,
	VMLAB_FRAME_STATE_USED,
};

/**
 * enum vmlab_frame_flag - What the holder of a block says of it.
 * @VMLAB_FRAME_FLAG_MOVABLE: Compaction may move what it holds.
 * @VMLAB_FRAME_FLAG_SLAB: It is a slab.
 * @VMLAB_FRAME_FLAG_VMALLOC: It is part of a virtually contiguous mapping.
 * @VMLAB_FRAME_FLAG_HAND: It is held by hand, for a session.
 * @VMLAB_FRAME_FLAG_TABLE: It is a page table, or leads to the frames of a
 *   memory.
 * @VMLAB_FRAME_FLAG_CONTENT: It is content of a memory.
 */
enum vmlab_frame_flag {
	VMLAB_FRAME_FLAG_MOVABLE = 1,
	VMLAB_FRAME_FLAG_SLAB = 2,
	VMLAB_FRAME_FLAG_VMALLOC = 4,
	VMLAB_FRAME_FLAG_HAND = 8,
	VMLAB_FRAME_FLAG_TABLE = 16,
	VMLAB_FRAME_FLAG_CONTENT = 32,
};

/**
 * enum vmlab_owner - Whose a block is.
 * @VMLAB_OWNER_NONE: Nobody holds it, or nobody says so.
 * @VMLAB_OWNER_SLAB: A cache.
 * @VMLAB_OWNER_VMALLOC: A virtually contiguous mapping.
 * @VMLAB_OWNER_HAND: A session.
 * @VMLAB_OWNER_TABLE: A page table, or the tree of a memory.
 * @VMLAB_OWNER_CONTENT: A memory, and its clones.
 */
enum vmlab_owner {
	VMLAB_OWNER_NONE,
	VMLAB_OWNER_SLAB,
	VMLAB_OWNER_VMALLOC,
	VMLAB_OWNER_HAND,
	VMLAB_OWNER_TABLE,
	VMLAB_OWNER_CONTENT,
};

/**
 * enum vmlab_alloc_flag - What a request for frames says besides.
 * @VMLAB_ALLOC_FLAG_THIS_NODE: The node and no other.
 * @VMLAB_ALLOC_FLAG_RECLAIM: May compact and reclaim, and so wait.
 * @VMLAB_ALLOC_FLAG_ZERO: The frames shall be zeroed.
 * @VMLAB_ALLOC_FLAG_ATOMIC: Cannot wait; a quarter of the reserve may be used.
 * @VMLAB_ALLOC_FLAG_HIGH: High priority; half of the reserve may be used.
 */
enum vmlab_alloc_flag {
	VMLAB_ALLOC_FLAG_THIS_NODE = 1,
	VMLAB_ALLOC_FLAG_RECLAIM = 2,
	VMLAB_ALLOC_FLAG_ZERO = 4,
	VMLAB_ALLOC_FLAG_ATOMIC = 8,
	VMLAB_ALLOC_FLAG_HIGH = 16,
};

/**
 * enum vmlab_step_kind - What the allocator did.
 * @VMLAB_STEP_KIND_SPLIT: A free block of order from was split down to order
 *   to; the lowest part goes on.
 * @VMLAB_STEP_KIND_MERGE: A block of order from merged with its buddies to
 *   order to, the same where it could not, and is on the free lists.
 * @VMLAB_STEP_KIND_CLAIM: The page blocks around a free block changed their
 *   migrate type from from to to.
 * @VMLAB_STEP_KIND_STEAL: A request for migrate type to is about to take a
 *   block of type from.
 * @VMLAB_STEP_KIND_TAKE: A block of order from left the free lists of migrate
 *   type to; if it is too large, it is split next.
 * @VMLAB_STEP_KIND_GIVE: A block of order from is about to come back.
 * @VMLAB_STEP_KIND_REFILL: A per-CPU list of order from is about to take up to
 *   to blocks from the zone.
 * @VMLAB_STEP_KIND_DRAIN: Per-CPU lists are about to give from frames back to
 *   the zone, down to to.
 */
enum vmlab_step_kind {
	VMLAB_STEP_KIND_SPLIT,
	VMLAB_STEP_KIND_MERGE,
	VMLAB_STEP_KIND_CLAIM,
	VMLAB_STEP_KIND_STEAL,
	VMLAB_STEP_KIND_TAKE,
	VMLAB_STEP_KIND_GIVE,
	VMLAB_STEP_KIND_REFILL,
	VMLAB_STEP_KIND_DRAIN,
};

/*
 * Kinds of what a session holds.
 */
enum vmlab_held_kind {
	VMLAB_HELD_KIND_FRAMES,
	VMLAB_HELD_KIND_VMALLOC,
	VMLAB_HELD_KIND_OBJECT,
};

/**
 * enum vmlab_cache_flag - What a cache of objects is like.
 * @VMLAB_CACHE_FLAG_REDZONE: Guard words around each object.
 * @VMLAB_CACHE_FLAG_POISON: Free objects are filled with a pattern, checked at
 *   allocation.
 * @VMLAB_CACHE_FLAG_OWNER: It is kept who allocated and freed each object
 *   last.
 * @VMLAB_CACHE_FLAG_DMA: Its slabs are from the DMA zone.
 */
enum vmlab_cache_flag {
	VMLAB_CACHE_FLAG_REDZONE = 1,
	VMLAB_CACHE_FLAG_POISON = 2,
	VMLAB_CACHE_FLAG_OWNER = 4,
	VMLAB_CACHE_FLAG_DMA = 8,
};

/**
 * enum vmlab_frame_bug - What somebody did wrong with a frame, or what a check
 *   found.
 * @VMLAB_FRAME_BUG_FOREIGN: Freed what is no frame of the pool.
 * @VMLAB_FRAME_BUG_DOUBLE: Freed a block that is free.
 * @VMLAB_FRAME_BUG_INSIDE: Freed the middle of a block.
 * @VMLAB_FRAME_BUG_ORDER: Freed a block with an order that it does not have.
 * @VMLAB_FRAME_BUG_MAPPED: Freed a block that is still mapped.
 * @VMLAB_FRAME_BUG_STATE: Found a frame in no state, or in two.
 * @VMLAB_FRAME_BUG_REFS: Found references or maps that do not fit the state.
 * @VMLAB_FRAME_BUG_BUDDY: Found two buddies both free.
 * @VMLAB_FRAME_BUG_TYPE: Found a free block on the list of a type not its own.
 * @VMLAB_FRAME_BUG_LIST: Found a list that does not hang together.
 * @VMLAB_FRAME_BUG_COUNT: Found a counter that does not add up.
 */
enum vmlab_frame_bug {
	VMLAB_FRAME_BUG_FOREIGN,
	VMLAB_FRAME_BUG_DOUBLE,
	VMLAB_FRAME_BUG_INSIDE,
	VMLAB_FRAME_BUG_ORDER,
	VMLAB_FRAME_BUG_MAPPED,
	VMLAB_FRAME_BUG_STATE,
	VMLAB_FRAME_BUG_REFS,
	VMLAB_FRAME_BUG_BUDDY,
	VMLAB_FRAME_BUG_TYPE,
	VMLAB_FRAME_BUG_LIST,
	VMLAB_FRAME_BUG_COUNT,
};

/**
 * enum vmlab_slab_bug - What somebody did wrong with an object, or what a
 *   check found.
 * @VMLAB_SLAB_BUG_OVERRUN: Wrote beyond its end.
 * @VMLAB_SLAB_BUG_UNDERRUN: Wrote before its start.
 * @VMLAB_SLAB_BUG_DOUBLE: Freed it twice.
 * @VMLAB_SLAB_BUG_USED: Wrote to it after it was freed.
 * @VMLAB_SLAB_BUG_FOREIGN: Freed what is no object of the cache.
 * @VMLAB_SLAB_BUG_STATE: Found a slab or list that is not well formed.
 */
enum vmlab_slab_bug {
	VMLAB_SLAB_BUG_OVERRUN,
	VMLAB_SLAB_BUG_UNDERRUN,
	VMLAB_SLAB_BUG_DOUBLE,
	VMLAB_SLAB_BUG_USED,
	VMLAB_SLAB_BUG_FOREIGN,
	VMLAB_SLAB_BUG_STATE,
};

/**
 * enum vmlab_memory_flag - What a memory does besides.
 * @VMLAB_MEMORY_FLAG_GROWS: It grows to what is mapped of it.
 * @VMLAB_MEMORY_FLAG_FORK_COPY: fork() gives the child a copy, shared until
 *   one of them writes.
 * @VMLAB_MEMORY_FLAG_HUGE: Empty ranges get a block of 2 MiB at the first
 *   touch.
 */
enum vmlab_memory_flag {
	VMLAB_MEMORY_FLAG_GROWS = 1,
	VMLAB_MEMORY_FLAG_FORK_COPY = 2,
	VMLAB_MEMORY_FLAG_HUGE = 4,
};

/**
 * enum vmlab_policy_mode - How the node of the pool is chosen that a frame
 *   shall come from.
 * @VMLAB_POLICY_MODE_LOCAL: That of the CPU, then the next ones; where nothing
 *   is said.
 * @VMLAB_POLICY_MODE_PREFERRED: One node, then the next ones.
 * @VMLAB_POLICY_MODE_BIND: Some nodes, the CPU's own first, and no other.
 * @VMLAB_POLICY_MODE_INTERLEAVE: Some nodes by turns, as the index says; then
 *   the next ones.
 */
enum vmlab_policy_mode {
	VMLAB_POLICY_MODE_LOCAL,
	VMLAB_POLICY_MODE_PREFERRED,
	VMLAB_POLICY_MODE_BIND,
	VMLAB_POLICY_MODE_INTERLEAVE,
};

/**
 * enum vmlab_shadow_area_flag - What may be done in an area of a space.
 * @VMLAB_SHADOW_AREA_FLAG_PRIVATE: Who writes gets a copy from Linux; to
 *   vmlab, all accesses read.
 */
enum vmlab_shadow_area_flag {
	VMLAB_SHADOW_AREA_FLAG_READ = 1,
	VMLAB_SHADOW_AREA_FLAG_WRITE = 2,
	VMLAB_SHADOW_AREA_FLAG_EXEC = 4,
	VMLAB_SHADOW_AREA_FLAG_PRIVATE = 8,
};

/**
 * enum vmlab_shadow_flag - The bits of an entry of a shadow page table.
 * @VMLAB_SHADOW_FLAG_PRESENT: It leads to a table or a frame.
 * @VMLAB_SHADOW_FLAG_WRITE: It may be written to.
 * @VMLAB_SHADOW_FLAG_USER: User mode may use it.
 * @VMLAB_SHADOW_FLAG_ACCESSED: It was used.
 * @VMLAB_SHADOW_FLAG_DIRTY: It was written to through this entry.
 * @VMLAB_SHADOW_FLAG_HUGE: It leads to a block of many frames, not to a table.
 * @VMLAB_SHADOW_FLAG_SWAP: Not present; it names a swap slot.
 * @VMLAB_SHADOW_FLAG_ZERO: The frame is the one of zeroes that all share.
 * @VMLAB_SHADOW_FLAG_COW: The frame is another's too; who writes gets a copy.
 */
enum vmlab_shadow_flag {
	VMLAB_SHADOW_FLAG_PRESENT = 1,
	VMLAB_SHADOW_FLAG_WRITE = 2,
	VMLAB_SHADOW_FLAG_USER = 4,
	VMLAB_SHADOW_FLAG_ACCESSED = 8,
	VMLAB_SHADOW_FLAG_DIRTY = 16,
	VMLAB_SHADOW_FLAG_HUGE = 32,
	VMLAB_SHADOW_FLAG_SWAP = 64,
	VMLAB_SHADOW_FLAG_ZERO = 128,
	VMLAB_SHADOW_FLAG_COW = 256,
};

/**
 * enum vmlab_mirror - How a real entry and a shadow entry go together.
 * @VMLAB_MIRROR_EMPTY: There is neither.
 * @VMLAB_MIRROR_SAME: Both have the same frame, and the real one gives no
 *   right more.
 * @VMLAB_MIRROR_MISSING: Only the shadow one is there; the next access brings
 *   the other back.
 * @VMLAB_MIRROR_COPY: The page is a private copy of Linux's own, not a frame
 *   of the pool.
 * @VMLAB_MIRROR_NO_SHADOW: Wrong: only the real one is there.
 * @VMLAB_MIRROR_OTHER_FRAME: Wrong: they have different frames.
 * @VMLAB_MIRROR_MORE_RIGHTS: Wrong: the real one gives a right that the shadow
 *   one does not.
 * @VMLAB_MIRROR_FOREIGN: Wrong: the real one names no frame of the pool.
 * @VMLAB_MIRROR_NO_AREA: Wrong: a shadow entry where no area is.
 * @VMLAB_MIRROR_OTHER_OBJECT: Wrong: the area shows something else than
 *   Linux's area does.
 * @VMLAB_MIRROR_BEYOND: Wrong: the object ends before what the shadow entry
 *   shows.
 * @VMLAB_MIRROR_OTHER_CONTENT: Wrong: the shadow entry has another frame than
 *   the object.
 * @VMLAB_MIRROR_WRITABLE: Wrong: the shadow entry may be written to, but the
 *   content is clean, shared or of a private area.
 * @VMLAB_MIRROR_OTHER_SIZE: Wrong: one of them is for a block of 2 MiB, and
 *   the other is small.
 */
enum vmlab_mirror {
	VMLAB_MIRROR_EMPTY,
	VMLAB_MIRROR_SAME,
	VMLAB_MIRROR_MISSING,
	VMLAB_MIRROR_COPY,
	VMLAB_MIRROR_NO_SHADOW,
	VMLAB_MIRROR_OTHER_FRAME,
	VMLAB_MIRROR_MORE_RIGHTS,
	VMLAB_MIRROR_FOREIGN,
	VMLAB_MIRROR_NO_AREA,
	VMLAB_MIRROR_OTHER_OBJECT,
	VMLAB_MIRROR_BEYOND,
	VMLAB_MIRROR_OTHER_CONTENT,
	VMLAB_MIRROR_WRITABLE,
	VMLAB_MIRROR_OTHER_SIZE,
};

/**
 * enum vmlab_small_why - Why a block is mapped by small entries.
 * @VMLAB_SMALL_WHY_KERNEL: Linux has no such entries for a driver, before
 *   6.12.
 * @VMLAB_SMALL_WHY_GEOMETRY: The shadow page table has none.
 * @VMLAB_SMALL_WHY_PRIVATE: A private area has none.
 * @VMLAB_SMALL_WHY_LATE: The area was mapped when the memory had not the flag.
 * @VMLAB_SMALL_WHY_PART: The area has only a part of the block.
 * @VMLAB_SMALL_WHY_PLACE: The address is not a multiple of the size where the
 *   index is.
 * @VMLAB_SMALL_WHY_ADVICE: MADV_NOHUGEPAGE was called for the area.
 * @VMLAB_SMALL_WHY_TABLE: There is a page table of small entries in Linux's,
 *   or its setting is that nobody has huge pages.
 */
enum vmlab_small_why {
	VMLAB_SMALL_WHY_KERNEL = 1,
	VMLAB_SMALL_WHY_GEOMETRY = 2,
	VMLAB_SMALL_WHY_PRIVATE = 4,
	VMLAB_SMALL_WHY_LATE = 8,
	VMLAB_SMALL_WHY_PART = 16,
	VMLAB_SMALL_WHY_PLACE = 32,
	VMLAB_SMALL_WHY_ADVICE = 64,
	VMLAB_SMALL_WHY_TABLE = 128,
};

#define VMLAB_STORY_RATE	10000
#define VMLAB_STORY_RATE_MAX	1000000

/**
 * enum vmlab_story_step - What happened in a fault. Each has up to three
 *   numbers, named here in their order; a frame is one of the pool, or
 *   0xffffffff where there is none. The first eight are what the allocator
 *   does for it, with a frame, from and to, as in step-kind.
 * @VMLAB_STORY_STEP_SPLIT: frame, from, to.
 * @VMLAB_STORY_STEP_MERGE: frame, from, to.
 * @VMLAB_STORY_STEP_CLAIM: frame, from, to.
 * @VMLAB_STORY_STEP_STEAL: frame, from, to.
 * @VMLAB_STORY_STEP_TAKE: frame, from, to.
 * @VMLAB_STORY_STEP_GIVE: frame, from, to.
 * @VMLAB_STORY_STEP_REFILL: frame, from, to.
 * @VMLAB_STORY_STEP_DRAIN: frame, from, to.
 * @VMLAB_STORY_STEP_TRAP: address, access (a bit of shadow-area-flag), memory.
 *   The access trapped.
 * @VMLAB_STORY_STEP_AREA: start, end, flags (shadow-area-flag). The area was
 *   found.
 * @VMLAB_STORY_STEP_NO_AREA: address. No area shows it.
 * @VMLAB_STORY_STEP_STALE: start, end, flags. What vmlab had noted of the
 *   area, zeroes for nothing, is not what Linux says.
 * @VMLAB_STORY_STEP_REFRESH: start, end, flags. The area was made what Linux
 *   has.
 * @VMLAB_STORY_STEP_RIGHTS: access, flags. The area allows the access.
 * @VMLAB_STORY_STEP_NO_RIGHTS: access, flags. The area does not allow the
 *   access.
 * @VMLAB_STORY_STEP_BEYOND: index, size. The memory has fewer frames than
 *   that.
 * @VMLAB_STORY_STEP_GROW: bytes. The memory grows by itself, and is so long
 *   now.
 * @VMLAB_STORY_STEP_ENTRY: entry, lacking. The shadow entry as it was found,
 *   and how many tables there were none of on the way to it.
 * @VMLAB_STORY_STEP_SLOT: index, frame, flags (story-slot). What the memory
 *   has at the index.
 * @VMLAB_STORY_STEP_TABLE: shadow, tree. So many frames were allocated for
 *   tables of the shadow page table, and for those of the memory.
 * @VMLAB_STORY_STEP_FRAME: frame, zeroed. A frame was allocated, with zeroes
 *   in it or not; or there was none.
 * @VMLAB_STORY_STEP_AHEAD: first, count. Indices that got frames of zeroes,
 *   the asked one too.
 * @VMLAB_STORY_STEP_LACKING: frame, shadow, tree. A frame, and so many tables,
 *   could not be had at once; the locks are given up, frames are reclaimed for
 *   it, and it begins anew.
 * @VMLAB_STORY_STEP_BUSY: index. Somebody looks at the block that must be
 *   split; it begins anew.
 * @VMLAB_STORY_STEP_COPY: from, to. The content was copied from a frame to a
 *   frame.
 * @VMLAB_STORY_STEP_ZAP: first, count, entries. All entries, real and shadow,
 *   in whatever space, that show these indices were taken away, or their right
 *   to write; so many shadow entries.
 * @VMLAB_STORY_STEP_PLACE: index, frame. The memory has the frame at the index
 *   from now on.
 * @VMLAB_STORY_STEP_DIRTY: index, frame. The frame is noted as written to.
 * @VMLAB_STORY_STEP_HUGE: index, frame. The memory got a block of 512 frames,
 *   here the first.
 * @VMLAB_STORY_STEP_SPLIT_HUGE: index. The block at the index is single frames
 *   from now on.
 * @VMLAB_STORY_STEP_SET: address, entry. The shadow entry was set.
 * @VMLAB_STORY_STEP_KEEP: address, entry. The shadow entry that is there will
 *   do.
 * @VMLAB_STORY_STEP_AROUND: address, count. Entries of neighbours, from the
 *   address on, were set.
 * @VMLAB_STORY_STEP_REAL: address, count. Real entries were put in for so many
 *   addresses from there on, as far as shadow entries were set just now.
 * @VMLAB_STORY_STEP_REAL_HUGE: address, entry. One real entry was put in for a
 *   whole block.
 * @VMLAB_STORY_STEP_LEND: index. Linux makes a private copy of the page, in
 *   memory of its own; it was lent the content.
 * @VMLAB_STORY_STEP_FETCH: first, count. The index, and maybe those beside it,
 *   have what is behind the memory; the locks are given up, it is read, and it
 *   begins anew.
 */
enum vmlab_story_step {
	VMLAB_STORY_STEP_SPLIT,
	VMLAB_STORY_STEP_MERGE,
	VMLAB_STORY_STEP_CLAIM,
	VMLAB_STORY_STEP_STEAL,
	VMLAB_STORY_STEP_TAKE,
	VMLAB_STORY_STEP_GIVE,
	VMLAB_STORY_STEP_REFILL,
	VMLAB_STORY_STEP_DRAIN,
	VMLAB_STORY_STEP_TRAP,
	VMLAB_STORY_STEP_AREA,
	VMLAB_STORY_STEP_NO_AREA,
	VMLAB_STORY_STEP_STALE,
	VMLAB_STORY_STEP_REFRESH,
	VMLAB_STORY_STEP_RIGHTS,
	VMLAB_STORY_STEP_NO_RIGHTS,
	VMLAB_STORY_STEP_BEYOND,
	VMLAB_STORY_STEP_GROW,
	VMLAB_STORY_STEP_ENTRY,
	VMLAB_STORY_STEP_SLOT,
	VMLAB_STORY_STEP_TABLE,
	VMLAB_STORY_STEP_FRAME,
	VMLAB_STORY_STEP_AHEAD,
	VMLAB_STORY_STEP_LACKING,
	VMLAB_STORY_STEP_BUSY,
	VMLAB_STORY_STEP_COPY,
	VMLAB_STORY_STEP_ZAP,
	VMLAB_STORY_STEP_PLACE,
	VMLAB_STORY_STEP_DIRTY,
	VMLAB_STORY_STEP_HUGE,
	VMLAB_STORY_STEP_SPLIT_HUGE,
	VMLAB_STORY_STEP_SET,
	VMLAB_STORY_STEP_KEEP,
	VMLAB_STORY_STEP_AROUND,
	VMLAB_STORY_STEP_REAL,
	VMLAB_STORY_STEP_REAL_HUGE,
	VMLAB_STORY_STEP_LEND,
	VMLAB_STORY_STEP_FETCH,
};

/**
 * enum vmlab_story_slot - What is so at an index of a memory.
 * @VMLAB_STORY_SLOT_SHARED: A clone has the frame too.
 * @VMLAB_STORY_SLOT_HUGE: It is part of a block of 512 frames.
 * @VMLAB_STORY_SLOT_DIRTY: It was written to.
 */
enum vmlab_story_slot {
	VMLAB_STORY_SLOT_SHARED = 1,
	VMLAB_STORY_SLOT_HUGE = 2,
	VMLAB_STORY_SLOT_DIRTY = 4,
};

/**
 * enum vmlab_story_outcome - How a fault ended.
 * @VMLAB_STORY_OUTCOME_MINOR: The frame was there, and is mapped now.
 * @VMLAB_STORY_OUTCOME_ZERO: There was none; for reading, the frame of zeroes
 *   is mapped.
 * @VMLAB_STORY_OUTCOME_NEW: There was none; for writing there is one of zeroes
 *   now.
 * @VMLAB_STORY_OUTCOME_COPY: The frame is another's too, and was copied for
 *   writing.
 * @VMLAB_STORY_OUTCOME_REUSE: The frame is nobody else's, and may be written
 *   to from now on.
 * @VMLAB_STORY_OUTCOME_BAD_AREA: Failed; no area shows the address.
 * @VMLAB_STORY_OUTCOME_BAD_RIGHTS: Failed; the area does not allow the access.
 * @VMLAB_STORY_OUTCOME_BEYOND: Failed; the memory ends before.
 * @VMLAB_STORY_OUTCOME_NO_MEMORY: Failed; there was no frame for the content
 *   or a table.
 * @VMLAB_STORY_OUTCOME_LENT: Linux got the content, for a private copy of its
 *   own.
 * @VMLAB_STORY_OUTCOME_OVER_CAP: Failed; the user has as much of the pool as
 *   he may.
 * @VMLAB_STORY_OUTCOME_MAJOR: There was none, and what is behind the memory
 *   was read.
 * @VMLAB_STORY_OUTCOME_IO: Failed; what is behind the memory could not be
 *   read.
 */
enum vmlab_story_outcome {
	VMLAB_STORY_OUTCOME_MINOR,
	VMLAB_STORY_OUTCOME_ZERO,
	VMLAB_STORY_OUTCOME_NEW,
	VMLAB_STORY_OUTCOME_COPY,
	VMLAB_STORY_OUTCOME_REUSE,
	VMLAB_STORY_OUTCOME_BAD_AREA,
	VMLAB_STORY_OUTCOME_BAD_RIGHTS,
	VMLAB_STORY_OUTCOME_BEYOND,
	VMLAB_STORY_OUTCOME_NO_MEMORY,
	VMLAB_STORY_OUTCOME_LENT,
	VMLAB_STORY_OUTCOME_OVER_CAP,
	VMLAB_STORY_OUTCOME_MAJOR,
	VMLAB_STORY_OUTCOME_IO,
};

enum {
	VMLAB_A_INFO_PAD = 1,
	VMLAB_A_INFO_VERSION,
	VMLAB_A_INFO_RELEASE,
	VMLAB_A_INFO_PAGING_LEVELS,
	VMLAB_A_INFO_VIRTUAL_BITS,
	VMLAB_A_INFO_PHYSICAL_BITS,
	VMLAB_A_INFO_FEATURES,
	VMLAB_A_INFO_USER_END,
	VMLAB_A_INFO_WALK_PAGE_SIZES,
	VMLAB_A_INFO_ABI,

	__VMLAB_A_INFO_MAX,
	VMLAB_A_INFO_MAX = (__VMLAB_A_INFO_MAX - 1)
};

enum {
	VMLAB_A_LEVEL_PAD = 1,
	VMLAB_A_LEVEL_LEVEL,
	VMLAB_A_LEVEL_INDEX,
	VMLAB_A_LEVEL_ENTRY,
	VMLAB_A_LEVEL_FLAGS,
	VMLAB_A_LEVEL_FOLDED,
	VMLAB_A_LEVEL_PKEY,
	VMLAB_A_LEVEL_TABLE,

	__VMLAB_A_LEVEL_MAX,
	VMLAB_A_LEVEL_MAX = (__VMLAB_A_LEVEL_MAX - 1)
};

enum {
	VMLAB_A_AREA_PAD = 1,
	VMLAB_A_AREA_START,
	VMLAB_A_AREA_END,
	VMLAB_A_AREA_FLAGS,
	VMLAB_A_AREA_OFFSET,
	VMLAB_A_AREA_INODE,
	VMLAB_A_AREA_DEVICE_MAJOR,
	VMLAB_A_AREA_DEVICE_MINOR,
	VMLAB_A_AREA_NAME,
	VMLAB_A_AREA_PKEY,
	VMLAB_A_AREA_PAGE_SIZE,

	__VMLAB_A_AREA_MAX,
	VMLAB_A_AREA_MAX = (__VMLAB_A_AREA_MAX - 1)
};

enum {
	VMLAB_A_AREAS_PID = 1,
	VMLAB_A_AREAS_AREA,

	__VMLAB_A_AREAS_MAX,
	VMLAB_A_AREAS_MAX = (__VMLAB_A_AREAS_MAX - 1)
};

enum {
	VMLAB_A_PAGE_PAD = 1,
	VMLAB_A_PAGE_FLAGS,
	VMLAB_A_PAGE_REFCOUNT,
	VMLAB_A_PAGE_MAPCOUNT,
	VMLAB_A_PAGE_ORDER,
	VMLAB_A_PAGE_KIND,
	VMLAB_A_PAGE_INFERRED,

	__VMLAB_A_PAGE_MAX,
	VMLAB_A_PAGE_MAX = (__VMLAB_A_PAGE_MAX - 1)
};

enum {
	VMLAB_A_ROOT_PAD = 1,
	VMLAB_A_ROOT_TABLE,
	VMLAB_A_ROOT_PCID,
	VMLAB_A_ROOT_USER_TABLE,
	VMLAB_A_ROOT_USER_ENTRY,
	VMLAB_A_ROOT_ISOLATED,

	__VMLAB_A_ROOT_MAX,
	VMLAB_A_ROOT_MAX = (__VMLAB_A_ROOT_MAX - 1)
};

enum {
	VMLAB_A_WALK_PAD = 1,
	VMLAB_A_WALK_PID,
	VMLAB_A_WALK_ADDRESS,
	VMLAB_A_WALK_WITH,
	VMLAB_A_WALK_LEVEL,
	VMLAB_A_WALK_STATE,
	VMLAB_A_WALK_PAGE_SIZE,
	VMLAB_A_WALK_PFN,
	VMLAB_A_WALK_PHYSICAL,
	VMLAB_A_WALK_SWAP_TYPE,
	VMLAB_A_WALK_SWAP_OFFSET,
	VMLAB_A_WALK_AREA,
	VMLAB_A_WALK_AREA_BELOW,
	VMLAB_A_WALK_AREA_ABOVE,
	VMLAB_A_WALK_PAGE,
	VMLAB_A_WALK_ROOT,
	VMLAB_A_WALK_FLAGS,

	__VMLAB_A_WALK_MAX,
	VMLAB_A_WALK_MAX = (__VMLAB_A_WALK_MAX - 1)
};

enum {
	VMLAB_A_RUN_PAD = 1,
	VMLAB_A_RUN_START,
	VMLAB_A_RUN_END,
	VMLAB_A_RUN_STATE,
	VMLAB_A_RUN_PAGE_SIZE,
	VMLAB_A_RUN_FLAGS,
	VMLAB_A_RUN_PFN,
	VMLAB_A_RUN_PKEY,
	VMLAB_A_RUN_SWAP_TYPE,
	VMLAB_A_RUN_SWAP_OFFSET,
	VMLAB_A_RUN_NUMBERS,

	__VMLAB_A_RUN_MAX,
	VMLAB_A_RUN_MAX = (__VMLAB_A_RUN_MAX - 1)
};

enum {
	VMLAB_A_RANGE_PAD = 1,
	VMLAB_A_RANGE_PID,
	VMLAB_A_RANGE_START,
	VMLAB_A_RANGE_END,
	VMLAB_A_RANGE_STATES,
	VMLAB_A_RANGE_SIZES,
	VMLAB_A_RANGE_FLAGS,
	VMLAB_A_RANGE_CLEAR_FLAGS,
	VMLAB_A_RANGE_PAGES,
	VMLAB_A_RANGE_RUN,

	__VMLAB_A_RANGE_MAX,
	VMLAB_A_RANGE_MAX = (__VMLAB_A_RANGE_MAX - 1)
};

enum {
	VMLAB_A_TABLE_PAD = 1,
	VMLAB_A_TABLE_LEVEL,
	VMLAB_A_TABLE_PAGES,
	VMLAB_A_TABLE_ENTRIES_USED,
	VMLAB_A_TABLE_LEAVES,

	__VMLAB_A_TABLE_MAX,
	VMLAB_A_TABLE_MAX = (__VMLAB_A_TABLE_MAX - 1)
};

enum {
	VMLAB_A_MAPPED_PAD = 1,
	VMLAB_A_MAPPED_PAGE_SIZE,
	VMLAB_A_MAPPED_BYTES,

	__VMLAB_A_MAPPED_MAX,
	VMLAB_A_MAPPED_MAX = (__VMLAB_A_MAPPED_MAX - 1)
};

enum {
	VMLAB_A_CENSUS_PAD = 1,
	VMLAB_A_CENSUS_PID,
	VMLAB_A_CENSUS_TABLE,
	VMLAB_A_CENSUS_TABLE_BYTES,
	VMLAB_A_CENSUS_ACCOUNTED_BYTES,
	VMLAB_A_CENSUS_MAPPED,
	VMLAB_A_CENSUS_SWAPPED_BYTES,
	VMLAB_A_CENSUS_SPAN_START,
	VMLAB_A_CENSUS_SPAN_END,
	VMLAB_A_CENSUS_FLAT_BYTES,
	VMLAB_A_CENSUS_AREA_BYTES,

	__VMLAB_A_CENSUS_MAX,
	VMLAB_A_CENSUS_MAX = (__VMLAB_A_CENSUS_MAX - 1)
};

enum {
	VMLAB_A_PREDICTION_ACCESS = 1,
	VMLAB_A_PREDICTION_OUTCOME,
	VMLAB_A_PREDICTION_WHY,

	__VMLAB_A_PREDICTION_MAX,
	VMLAB_A_PREDICTION_MAX = (__VMLAB_A_PREDICTION_MAX - 1)
};

enum {
	VMLAB_A_EXPLAIN_PAD = 1,
	VMLAB_A_EXPLAIN_PID,
	VMLAB_A_EXPLAIN_ADDRESS,
	VMLAB_A_EXPLAIN_PREDICTION,
	VMLAB_A_EXPLAIN_STATE,
	VMLAB_A_EXPLAIN_PAGE_SIZE,
	VMLAB_A_EXPLAIN_FLAGS,
	VMLAB_A_EXPLAIN_AREA,

	__VMLAB_A_EXPLAIN_MAX,
	VMLAB_A_EXPLAIN_MAX = (__VMLAB_A_EXPLAIN_MAX - 1)
};

enum {
	VMLAB_A_ADDR_PAD = 1,
	VMLAB_A_ADDR_ADDRESS,
	VMLAB_A_ADDR_PID,
	VMLAB_A_ADDR_REGION,
	VMLAB_A_ADDR_START,
	VMLAB_A_ADDR_END,
	VMLAB_A_ADDR_DETAIL,
	VMLAB_A_ADDR_CACHE,
	VMLAB_A_ADDR_STATE,
	VMLAB_A_ADDR_PAGE_SIZE,
	VMLAB_A_ADDR_PHYSICAL,
	VMLAB_A_ADDR_FLAGS,

	__VMLAB_A_ADDR_MAX,
	VMLAB_A_ADDR_MAX = (__VMLAB_A_ADDR_MAX - 1)
};

enum {
	VMLAB_A_TOP_PAD = 1,
	VMLAB_A_TOP_PID,
	VMLAB_A_TOP_OTHER,
	VMLAB_A_TOP_INDEX,
	VMLAB_A_TOP_START,
	VMLAB_A_TOP_ENTRY,
	VMLAB_A_TOP_OTHER_ENTRY,
	VMLAB_A_TOP_SHARED,
	VMLAB_A_TOP_REGION,
	VMLAB_A_TOP_FLAGS,

	__VMLAB_A_TOP_MAX,
	VMLAB_A_TOP_MAX = (__VMLAB_A_TOP_MAX - 1)
};

enum {
	VMLAB_A_SEGMENT_PAD = 1,
	VMLAB_A_SEGMENT_CPU,
	VMLAB_A_SEGMENT_PID,
	VMLAB_A_SEGMENT_INDEX,
	VMLAB_A_SEGMENT_SELECTOR,
	VMLAB_A_SEGMENT_RAW,
	VMLAB_A_SEGMENT_BASE,
	VMLAB_A_SEGMENT_LIMIT,
	VMLAB_A_SEGMENT_KIND,
	VMLAB_A_SEGMENT_DPL,
	VMLAB_A_SEGMENT_FLAGS,
	VMLAB_A_SEGMENT_NAME,

	__VMLAB_A_SEGMENT_MAX,
	VMLAB_A_SEGMENT_MAX = (__VMLAB_A_SEGMENT_MAX - 1)
};

enum {
	VMLAB_A_POOL_PAD = 1,
	VMLAB_A_POOL_NODE,
	VMLAB_A_POOL_ZONE,
	VMLAB_A_POOL_SOURCE,
	VMLAB_A_POOL_ASKED,
	VMLAB_A_POOL_GOT,
	VMLAB_A_POOL_EXTENTS,
	VMLAB_A_POOL_NODES,
	VMLAB_A_POOL_REAL_NODES,
	VMLAB_A_POOL_NUMBERS,
	VMLAB_A_POOL_DESCRIPTOR_BYTES,
	VMLAB_A_POOL_METADATA_BYTES,
	VMLAB_A_POOL_MIN_FREE,
	VMLAB_A_POOL_STRICT,
	VMLAB_A_POOL_FREE,
	VMLAB_A_POOL_CACHED,
	VMLAB_A_POOL_USED,
	VMLAB_A_POOL_BLOCK_ORDER,
	VMLAB_A_POOL_USER_CAP,
	VMLAB_A_POOL_PCP_HIGH,
	VMLAB_A_POOL_PCP_BATCH,
	VMLAB_A_POOL_DRAIN,
	VMLAB_A_POOL_MAP_CAP,

	__VMLAB_A_POOL_MAX,
	VMLAB_A_POOL_MAX = (__VMLAB_A_POOL_MAX - 1)
};

enum {
	VMLAB_A_EXTENT_PAD = 1,
	VMLAB_A_EXTENT_NODE,
	VMLAB_A_EXTENT_ZONE,
	VMLAB_A_EXTENT_FIRST,
	VMLAB_A_EXTENT_NR,
	VMLAB_A_EXTENT_PFN,

	__VMLAB_A_EXTENT_MAX,
	VMLAB_A_EXTENT_MAX = (__VMLAB_A_EXTENT_MAX - 1)
};

enum {
	VMLAB_A_COUNTER_PAD = 1,
	VMLAB_A_COUNTER_NAME,
	VMLAB_A_COUNTER_VALUE,

	__VMLAB_A_COUNTER_MAX,
	VMLAB_A_COUNTER_MAX = (__VMLAB_A_COUNTER_MAX - 1)
};

enum {
	VMLAB_A_ZONE_RESERVE_ZONE = 1,
	VMLAB_A_ZONE_RESERVE_FRAMES,

	__VMLAB_A_ZONE_RESERVE_MAX,
	VMLAB_A_ZONE_RESERVE_MAX = (__VMLAB_A_ZONE_RESERVE_MAX - 1)
};

enum {
	VMLAB_A_ZONE_ORDER_ORDER = 1,
	VMLAB_A_ZONE_ORDER_BLOCKS,
	VMLAB_A_ZONE_ORDER_UNUSABLE,
	VMLAB_A_ZONE_ORDER_FRAGMENTATION,
	VMLAB_A_ZONE_ORDER_NEEDS,

	__VMLAB_A_ZONE_ORDER_MAX,
	VMLAB_A_ZONE_ORDER_MAX = (__VMLAB_A_ZONE_ORDER_MAX - 1)
};

enum {
	VMLAB_A_ZONE_BLOCKS_TYPE = 1,
	VMLAB_A_ZONE_BLOCKS_PAGE_BLOCKS,
	VMLAB_A_ZONE_BLOCKS_FREE,

	__VMLAB_A_ZONE_BLOCKS_MAX,
	VMLAB_A_ZONE_BLOCKS_MAX = (__VMLAB_A_ZONE_BLOCKS_MAX - 1)
};

enum {
	VMLAB_A_ZONE_CPU_CPU = 1,
	VMLAB_A_ZONE_CPU_FRAMES,

	__VMLAB_A_ZONE_CPU_MAX,
	VMLAB_A_ZONE_CPU_MAX = (__VMLAB_A_ZONE_CPU_MAX - 1)
};

enum {
	VMLAB_A_ZONE_PAD = 1,
	VMLAB_A_ZONE_NODE,
	VMLAB_A_ZONE_ZONE,
	VMLAB_A_ZONE_MANAGED,
	VMLAB_A_ZONE_FREE,
	VMLAB_A_ZONE_CACHED,
	VMLAB_A_ZONE_MIN,
	VMLAB_A_ZONE_LOW,
	VMLAB_A_ZONE_HIGH,
	VMLAB_A_ZONE_RESERVE,
	VMLAB_A_ZONE_BLOCK_ORDER,
	VMLAB_A_ZONE_ORDER,
	VMLAB_A_ZONE_BLOCKS,
	VMLAB_A_ZONE_PCP_HIGH,
	VMLAB_A_ZONE_PCP_BATCH,
	VMLAB_A_ZONE_CPU,
	VMLAB_A_ZONE_COUNTER,

	__VMLAB_A_ZONE_MAX,
	VMLAB_A_ZONE_MAX = (__VMLAB_A_ZONE_MAX - 1)
};

enum {
	VMLAB_A_FRAME_PAD = 1,
	VMLAB_A_FRAME_NUMBER,
	VMLAB_A_FRAME_PFN,
	VMLAB_A_FRAME_STATE,
	VMLAB_A_FRAME_HEAD,
	VMLAB_A_FRAME_ORDER,
	VMLAB_A_FRAME_TYPE,
	VMLAB_A_FRAME_BLOCK_TYPE,
	VMLAB_A_FRAME_NODE,
	VMLAB_A_FRAME_ZONE,
	VMLAB_A_FRAME_REFS,
	VMLAB_A_FRAME_MAPS,
	VMLAB_A_FRAME_FLAGS,
	VMLAB_A_FRAME_INDEX,
	VMLAB_A_FRAME_OWNER,
	VMLAB_A_FRAME_CACHE,
	VMLAB_A_FRAME_SESSION,
	VMLAB_A_FRAME_HANDLE,
	VMLAB_A_FRAME_UID,

	__VMLAB_A_FRAME_MAX,
	VMLAB_A_FRAME_MAX = (__VMLAB_A_FRAME_MAX - 1)
};

enum {
	VMLAB_A_CELL_FIRST = 1,
	VMLAB_A_CELL_FREE,
	VMLAB_A_CELL_CACHED,
	VMLAB_A_CELL_UNMOVABLE,
	VMLAB_A_CELL_MOVABLE,
	VMLAB_A_CELL_RECLAIMABLE,
	VMLAB_A_CELL_SLAB,
	VMLAB_A_CELL_VMALLOC,
	VMLAB_A_CELL_HOLE,

	__VMLAB_A_CELL_MAX,
	VMLAB_A_CELL_MAX = (__VMLAB_A_CELL_MAX - 1)
};

enum {
	VMLAB_A_FRAMES_PAD = 1,
	VMLAB_A_FRAMES_FIRST,
	VMLAB_A_FRAMES_NR,
	VMLAB_A_FRAMES_CELL_FRAMES,
	VMLAB_A_FRAMES_CELLS,
	VMLAB_A_FRAMES_CELL,

	__VMLAB_A_FRAMES_MAX,
	VMLAB_A_FRAMES_MAX = (__VMLAB_A_FRAMES_MAX - 1)
};

enum {
	VMLAB_A_STEP_KIND = 1,
	VMLAB_A_STEP_NODE,
	VMLAB_A_STEP_ZONE,
	VMLAB_A_STEP_FRAME,
	VMLAB_A_STEP_FROM,
	VMLAB_A_STEP_TO,
	VMLAB_A_STEP_BEFORE,
	VMLAB_A_STEP_AFTER,

	__VMLAB_A_STEP_MAX,
	VMLAB_A_STEP_MAX = (__VMLAB_A_STEP_MAX - 1)
};

enum {
	VMLAB_A_BUDDY_PAD = 1,
	VMLAB_A_BUDDY_SESSION,
	VMLAB_A_BUDDY_ORDER,
	VMLAB_A_BUDDY_NODE,
	VMLAB_A_BUDDY_ZONE,
	VMLAB_A_BUDDY_TYPE,
	VMLAB_A_BUDDY_FLAGS,
	VMLAB_A_BUDDY_TRACE,
	VMLAB_A_BUDDY_UNCHECKED,
	VMLAB_A_BUDDY_FRAME,
	VMLAB_A_BUDDY_PFN,
	VMLAB_A_BUDDY_HANDLE,
	VMLAB_A_BUDDY_STEP,
	VMLAB_A_BUDDY_LOST,

	__VMLAB_A_BUDDY_MAX,
	VMLAB_A_BUDDY_MAX = (__VMLAB_A_BUDDY_MAX - 1)
};

enum {
	VMLAB_A_HELD_PAD = 1,
	VMLAB_A_HELD_SESSION,
	VMLAB_A_HELD_KIND,
	VMLAB_A_HELD_HANDLE,
	VMLAB_A_HELD_FRAME,
	VMLAB_A_HELD_ORDER,
	VMLAB_A_HELD_TYPE,
	VMLAB_A_HELD_NODE,
	VMLAB_A_HELD_ZONE,
	VMLAB_A_HELD_NR,
	VMLAB_A_HELD_SIZE,
	VMLAB_A_HELD_RUNS,
	VMLAB_A_HELD_MOVED,
	VMLAB_A_HELD_CACHE,
	VMLAB_A_HELD_NUMBER,
	VMLAB_A_HELD_ADDRESS,
	VMLAB_A_HELD_PFN,

	__VMLAB_A_HELD_MAX,
	VMLAB_A_HELD_MAX = (__VMLAB_A_HELD_MAX - 1)
};

enum {
	VMLAB_A_OBJECT_PAD = 1,
	VMLAB_A_OBJECT_HANDLE,
	VMLAB_A_OBJECT_FRAME,
	VMLAB_A_OBJECT_NUMBER,
	VMLAB_A_OBJECT_SIZE,
	VMLAB_A_OBJECT_FREED,
	VMLAB_A_OBJECT_ADDRESS,

	__VMLAB_A_OBJECT_MAX,
	VMLAB_A_OBJECT_MAX = (__VMLAB_A_OBJECT_MAX - 1)
};

enum {
	VMLAB_A_SLAB_PAD = 1,
	VMLAB_A_SLAB_SESSION,
	VMLAB_A_SLAB_CACHE,
	VMLAB_A_SLAB_SIZE,
	VMLAB_A_SLAB_ALIGN,
	VMLAB_A_SLAB_FLAGS,
	VMLAB_A_SLAB_COUNT,
	VMLAB_A_SLAB_HANDLE,
	VMLAB_A_SLAB_OFFSET,
	VMLAB_A_SLAB_LENGTH,
	VMLAB_A_SLAB_VALUE,
	VMLAB_A_SLAB_BYTES,
	VMLAB_A_SLAB_OBJECT,
	VMLAB_A_SLAB_STRIDE,
	VMLAB_A_SLAB_ORDER,
	VMLAB_A_SLAB_PER_SLAB,
	VMLAB_A_SLAB_COLOURS,
	VMLAB_A_SLAB_SLABS_FULL,
	VMLAB_A_SLAB_SLABS_PARTIAL,
	VMLAB_A_SLAB_SLABS_EMPTY,
	VMLAB_A_SLAB_LIVE,
	VMLAB_A_SLAB_CACHED,
	VMLAB_A_SLAB_FREE,
	VMLAB_A_SLAB_ALLOCS,
	VMLAB_A_SLAB_FREES,
	VMLAB_A_SLAB_REFILLS,
	VMLAB_A_SLAB_FLUSHES,
	VMLAB_A_SLAB_GROWN,
	VMLAB_A_SLAB_REAPED,
	VMLAB_A_SLAB_BUG,
	VMLAB_A_SLAB_FRAMES,
	VMLAB_A_SLAB_OWN,

	__VMLAB_A_SLAB_MAX,
	VMLAB_A_SLAB_MAX = (__VMLAB_A_SLAB_MAX - 1)
};

enum {
	VMLAB_A_VMALLOC_PAD = 1,
	VMLAB_A_VMALLOC_SESSION,
	VMLAB_A_VMALLOC_SIZE,
	VMLAB_A_VMALLOC_HANDLE,
	VMLAB_A_VMALLOC_ADDRESS,
	VMLAB_A_VMALLOC_NR,
	VMLAB_A_VMALLOC_RUNS,
	VMLAB_A_VMALLOC_LARGEST_RUN,
	VMLAB_A_VMALLOC_ORDER,
	VMLAB_A_VMALLOC_CONTIGUOUS,

	__VMLAB_A_VMALLOC_MAX,
	VMLAB_A_VMALLOC_MAX = (__VMLAB_A_VMALLOC_MAX - 1)
};

enum {
	VMLAB_A_COMPACTED_PAD = 1,
	VMLAB_A_COMPACTED_NODE,
	VMLAB_A_COMPACTED_ZONE,
	VMLAB_A_COMPACTED_SCANNED,
	VMLAB_A_COMPACTED_ISOLATED,
	VMLAB_A_COMPACTED_MOVED,
	VMLAB_A_COMPACTED_FAILED,
	VMLAB_A_COMPACTED_LARGEST,
	VMLAB_A_COMPACTED_MET,
	VMLAB_A_COMPACTED_BEFORE,
	VMLAB_A_COMPACTED_AFTER,

	__VMLAB_A_COMPACTED_MAX,
	VMLAB_A_COMPACTED_MAX = (__VMLAB_A_COMPACTED_MAX - 1)
};

enum {
	VMLAB_A_COMPACT_PAD = 1,
	VMLAB_A_COMPACT_NODE,
	VMLAB_A_COMPACT_ZONE,
	VMLAB_A_COMPACT_ORDER,
	VMLAB_A_COMPACT_ZONE_RESULT,

	__VMLAB_A_COMPACT_MAX,
	VMLAB_A_COMPACT_MAX = (__VMLAB_A_COMPACT_MAX - 1)
};

enum {
	VMLAB_A_ZONE_COUNTERS_PAD = 1,
	VMLAB_A_ZONE_COUNTERS_NODE,
	VMLAB_A_ZONE_COUNTERS_ZONE,
	VMLAB_A_ZONE_COUNTERS_COUNTER,

	__VMLAB_A_ZONE_COUNTERS_MAX,
	VMLAB_A_ZONE_COUNTERS_MAX = (__VMLAB_A_ZONE_COUNTERS_MAX - 1)
};

enum {
	VMLAB_A_STAT_PAD = 1,
	VMLAB_A_STAT_NODE,
	VMLAB_A_STAT_COUNTER,
	VMLAB_A_STAT_ZONE,

	__VMLAB_A_STAT_MAX,
	VMLAB_A_STAT_MAX = (__VMLAB_A_STAT_MAX - 1)
};

enum {
	VMLAB_A_REPORT_PAD = 1,
	VMLAB_A_REPORT_SEQUENCE,
	VMLAB_A_REPORT_WHEN,
	VMLAB_A_REPORT_BY,
	VMLAB_A_REPORT_BUG,
	VMLAB_A_REPORT_SLAB_BUG,
	VMLAB_A_REPORT_FRAME,
	VMLAB_A_REPORT_ORDER,
	VMLAB_A_REPORT_CACHE,
	VMLAB_A_REPORT_ADDRESS,
	VMLAB_A_REPORT_NUMBER,
	VMLAB_A_REPORT_OFFSET,
	VMLAB_A_REPORT_FOUND,
	VMLAB_A_REPORT_WANTED,
	VMLAB_A_REPORT_ALLOCATED_BY,
	VMLAB_A_REPORT_FREED_BY,

	__VMLAB_A_REPORT_MAX,
	VMLAB_A_REPORT_MAX = (__VMLAB_A_REPORT_MAX - 1)
};

enum {
	VMLAB_A_CHECK_PAD = 1,
	VMLAB_A_CHECK_REPORTS,
	VMLAB_A_CHECK_BROKEN,
	VMLAB_A_CHECK_FRAMES,
	VMLAB_A_CHECK_CACHES,
	VMLAB_A_CHECK_REPORTED,
	VMLAB_A_CHECK_REPORT,

	__VMLAB_A_CHECK_MAX,
	VMLAB_A_CHECK_MAX = (__VMLAB_A_CHECK_MAX - 1)
};

enum {
	VMLAB_A_SESSION_PAD = 1,
	VMLAB_A_SESSION_NAME,
	VMLAB_A_SESSION_UID,
	VMLAB_A_SESSION_PORTID,
	VMLAB_A_SESSION_FRAMES,
	VMLAB_A_SESSION_BLOCKS,
	VMLAB_A_SESSION_VMALLOCS,
	VMLAB_A_SESSION_OBJECTS,
	VMLAB_A_SESSION_CACHES,

	__VMLAB_A_SESSION_MAX,
	VMLAB_A_SESSION_MAX = (__VMLAB_A_SESSION_MAX - 1)
};

enum {
	VMLAB_A_MEMORY_PAD = 1,
	VMLAB_A_MEMORY_ID,
	VMLAB_A_MEMORY_NAME,
	VMLAB_A_MEMORY_UID,
	VMLAB_A_MEMORY_GID,
	VMLAB_A_MEMORY_MODE,
	VMLAB_A_MEMORY_FLAGS,
	VMLAB_A_MEMORY_SIZE,
	VMLAB_A_MEMORY_FRAMES,
	VMLAB_A_MEMORY_SHARED,
	VMLAB_A_MEMORY_DIRTY,
	VMLAB_A_MEMORY_TABLES,
	VMLAB_A_MEMORY_SHARED_TABLES,
	VMLAB_A_MEMORY_HUGE,
	VMLAB_A_MEMORY_AREAS,
	VMLAB_A_MEMORY_PARENT,
	VMLAB_A_MEMORY_POLICY,
	VMLAB_A_MEMORY_CHARGED,
	VMLAB_A_MEMORY_CAP,
	VMLAB_A_MEMORY_FILE,
	VMLAB_A_MEMORY_FILE_OFFSET,
	VMLAB_A_MEMORY_FILE_READ_ONLY,
	VMLAB_A_MEMORY_FILE_READS,
	VMLAB_A_MEMORY_FILE_WRITES,
	VMLAB_A_MEMORY_FILE_ERRORS,
	VMLAB_A_MEMORY_MAJOR,
	VMLAB_A_MEMORY_READAHEAD,
	VMLAB_A_MEMORY_READAHEAD_HITS,
	VMLAB_A_MEMORY_READAHEAD_WASTE,

	__VMLAB_A_MEMORY_MAX,
	VMLAB_A_MEMORY_MAX = (__VMLAB_A_MEMORY_MAX - 1)
};

enum {
	VMLAB_A_POLICY_RANGE_FIRST = 1,
	VMLAB_A_POLICY_RANGE_LAST,
	VMLAB_A_POLICY_RANGE_MODE,
	VMLAB_A_POLICY_RANGE_NODES,

	__VMLAB_A_POLICY_RANGE_MAX,
	VMLAB_A_POLICY_RANGE_MAX = (__VMLAB_A_POLICY_RANGE_MAX - 1)
};

enum {
	VMLAB_A_CONTENT_RUN_FIRST = 1,
	VMLAB_A_CONTENT_RUN_NR,
	VMLAB_A_CONTENT_RUN_SHARED,
	VMLAB_A_CONTENT_RUN_DIRTY,
	VMLAB_A_CONTENT_RUN_FRAME,
	VMLAB_A_CONTENT_RUN_HUGE,

	__VMLAB_A_CONTENT_RUN_MAX,
	VMLAB_A_CONTENT_RUN_MAX = (__VMLAB_A_CONTENT_RUN_MAX - 1)
};

enum {
	VMLAB_A_CONTENT_ID = 1,
	VMLAB_A_CONTENT_RUN,

	__VMLAB_A_CONTENT_MAX,
	VMLAB_A_CONTENT_MAX = (__VMLAB_A_CONTENT_MAX - 1)
};

enum {
	VMLAB_A_SHADOW_TABLE_PAD = 1,
	VMLAB_A_SHADOW_TABLE_LEVEL,
	VMLAB_A_SHADOW_TABLE_TABLES,
	VMLAB_A_SHADOW_TABLE_ENTRIES,

	__VMLAB_A_SHADOW_TABLE_MAX,
	VMLAB_A_SHADOW_TABLE_MAX = (__VMLAB_A_SHADOW_TABLE_MAX - 1)
};

enum {
	VMLAB_A_SPACE_PAD = 1,
	VMLAB_A_SPACE_PID,
	VMLAB_A_SPACE_COMM,
	VMLAB_A_SPACE_AREAS,
	VMLAB_A_SPACE_RESIDENT,
	VMLAB_A_SPACE_TABLE_BYTES,
	VMLAB_A_SPACE_LEVELS,
	VMLAB_A_SPACE_BITS,
	VMLAB_A_SPACE_SLOTS,
	VMLAB_A_SPACE_BASE,
	VMLAB_A_SPACE_SPAN,
	VMLAB_A_SPACE_HUGE,
	VMLAB_A_SPACE_TABLE,
	VMLAB_A_SPACE_COUNTER,
	VMLAB_A_SPACE_FAULTS,

	__VMLAB_A_SPACE_MAX,
	VMLAB_A_SPACE_MAX = (__VMLAB_A_SPACE_MAX - 1)
};

enum {
	VMLAB_A_SHADOW_AREA_PAD = 1,
	VMLAB_A_SHADOW_AREA_START,
	VMLAB_A_SHADOW_AREA_END,
	VMLAB_A_SHADOW_AREA_FLAGS,
	VMLAB_A_SHADOW_AREA_MEMORY,
	VMLAB_A_SHADOW_AREA_INDEX,
	VMLAB_A_SHADOW_AREA_NAME,
	VMLAB_A_SHADOW_AREA_COUNTER,
	VMLAB_A_SHADOW_AREA_HUGE,
	VMLAB_A_SHADOW_AREA_SMALL,
	VMLAB_A_SHADOW_AREA_SMALL_WHY,

	__VMLAB_A_SHADOW_AREA_MAX,
	VMLAB_A_SHADOW_AREA_MAX = (__VMLAB_A_SHADOW_AREA_MAX - 1)
};

enum {
	VMLAB_A_SPACE_AREAS_PAD = 1,
	VMLAB_A_SPACE_AREAS_PID,
	VMLAB_A_SPACE_AREAS_AREA,
	VMLAB_A_SPACE_AREAS_LINUX,

	__VMLAB_A_SPACE_AREAS_MAX,
	VMLAB_A_SPACE_AREAS_MAX = (__VMLAB_A_SPACE_AREAS_MAX - 1)
};

enum {
	VMLAB_A_SHADOW_LEVEL_PAD = 1,
	VMLAB_A_SHADOW_LEVEL_LEVEL,
	VMLAB_A_SHADOW_LEVEL_INDEX,
	VMLAB_A_SHADOW_LEVEL_ENTRY,
	VMLAB_A_SHADOW_LEVEL_TABLE,

	__VMLAB_A_SHADOW_LEVEL_MAX,
	VMLAB_A_SHADOW_LEVEL_MAX = (__VMLAB_A_SHADOW_LEVEL_MAX - 1)
};

enum {
	VMLAB_A_SHADOW_PAD = 1,
	VMLAB_A_SHADOW_PID,
	VMLAB_A_SHADOW_ADDRESS,
	VMLAB_A_SHADOW_LEVEL,
	VMLAB_A_SHADOW_STATE,
	VMLAB_A_SHADOW_PAGE_SIZE,
	VMLAB_A_SHADOW_FLAGS,
	VMLAB_A_SHADOW_PFN,
	VMLAB_A_SHADOW_SHADOW_LEVEL,
	VMLAB_A_SHADOW_ENTRY,
	VMLAB_A_SHADOW_FRAME,
	VMLAB_A_SHADOW_AREA,
	VMLAB_A_SHADOW_LINUX,
	VMLAB_A_SHADOW_INDEX,
	VMLAB_A_SHADOW_RUN,
	VMLAB_A_SHADOW_MIRROR,

	__VMLAB_A_SHADOW_MAX,
	VMLAB_A_SHADOW_MAX = (__VMLAB_A_SHADOW_MAX - 1)
};

enum {
	VMLAB_A_VIOLATION_PAD = 1,
	VMLAB_A_VIOLATION_ADDRESS,
	VMLAB_A_VIOLATION_MIRROR,
	VMLAB_A_VIOLATION_REAL,
	VMLAB_A_VIOLATION_ENTRY,

	__VMLAB_A_VIOLATION_MAX,
	VMLAB_A_VIOLATION_MAX = (__VMLAB_A_VIOLATION_MAX - 1)
};

enum {
	VMLAB_A_VERIFY_PAD = 1,
	VMLAB_A_VERIFY_PID,
	VMLAB_A_VERIFY_COMM,
	VMLAB_A_VERIFY_SAME,
	VMLAB_A_VERIFY_MISSING,
	VMLAB_A_VERIFY_COPIES,
	VMLAB_A_VERIFY_VIOLATIONS,
	VMLAB_A_VERIFY_VIOLATION,

	__VMLAB_A_VERIFY_MAX,
	VMLAB_A_VERIFY_MAX = (__VMLAB_A_VERIFY_MAX - 1)
};

enum {
	VMLAB_A_MAPPING_PAD = 1,
	VMLAB_A_MAPPING_PID,
	VMLAB_A_MAPPING_COMM,
	VMLAB_A_MAPPING_ADDRESS,
	VMLAB_A_MAPPING_ENTRY,
	VMLAB_A_MAPPING_MEMORY,

	__VMLAB_A_MAPPING_MAX,
	VMLAB_A_MAPPING_MAX = (__VMLAB_A_MAPPING_MAX - 1)
};

enum {
	VMLAB_A_RMAP_FRAME = 1,
	VMLAB_A_RMAP_MEMORY,
	VMLAB_A_RMAP_INDEX,
	VMLAB_A_RMAP_MAPPING,
	VMLAB_A_RMAP_LOST,

	__VMLAB_A_RMAP_MAX,
	VMLAB_A_RMAP_MAX = (__VMLAB_A_RMAP_MAX - 1)
};

enum {
	VMLAB_A_BLOCK_PAD = 1,
	VMLAB_A_BLOCK_MEMORY,
	VMLAB_A_BLOCK_PID,
	VMLAB_A_BLOCK_ADDRESS,
	VMLAB_A_BLOCK_INDEX,

	__VMLAB_A_BLOCK_MAX,
	VMLAB_A_BLOCK_MAX = (__VMLAB_A_BLOCK_MAX - 1)
};

enum {
	VMLAB_A_STORY_PART_PAD = 1,
	VMLAB_A_STORY_PART_KIND,
	VMLAB_A_STORY_PART_NS,
	VMLAB_A_STORY_PART_NODE,
	VMLAB_A_STORY_PART_ZONE,
	VMLAB_A_STORY_PART_FIRST,
	VMLAB_A_STORY_PART_SECOND,
	VMLAB_A_STORY_PART_THIRD,

	__VMLAB_A_STORY_PART_MAX,
	VMLAB_A_STORY_PART_MAX = (__VMLAB_A_STORY_PART_MAX - 1)
};

enum {
	VMLAB_A_STORY_PAD = 1,
	VMLAB_A_STORY_PID,
	VMLAB_A_STORY_ALL,
	VMLAB_A_STORY_GROUP,
	VMLAB_A_STORY_OUTCOMES,
	VMLAB_A_STORY_RATE,
	VMLAB_A_STORY_NUMBER,
	VMLAB_A_STORY_SEQ,
	VMLAB_A_STORY_LOST,
	VMLAB_A_STORY_DROPPED,
	VMLAB_A_STORY_TOLD,
	VMLAB_A_STORY_TID,
	VMLAB_A_STORY_COMM,
	VMLAB_A_STORY_ADDRESS,
	VMLAB_A_STORY_ACCESS,
	VMLAB_A_STORY_MEMORY,
	VMLAB_A_STORY_OUTCOME,
	VMLAB_A_STORY_NS,
	VMLAB_A_STORY_STEP,
	VMLAB_A_STORY_LEFT_OUT,

	__VMLAB_A_STORY_MAX,
	VMLAB_A_STORY_MAX = (__VMLAB_A_STORY_MAX - 1)
};

enum {
	VMLAB_CMD_INFO_GET = 1,
	VMLAB_CMD_WALK,
	VMLAB_CMD_RANGE,
	VMLAB_CMD_AREA_GET,
	VMLAB_CMD_CENSUS,
	VMLAB_CMD_EXPLAIN,
	VMLAB_CMD_ADDR_GET,
	VMLAB_CMD_TOP_GET,
	VMLAB_CMD_SEGMENT_GET,
	VMLAB_CMD_POOL_GET,
	VMLAB_CMD_POOL_SET,
	VMLAB_CMD_EXTENT_GET,
	VMLAB_CMD_ZONE_GET,
	VMLAB_CMD_FRAME_GET,
	VMLAB_CMD_FRAMES_GET,
	VMLAB_CMD_BUDDY_ALLOC,
	VMLAB_CMD_BUDDY_FREE,
	VMLAB_CMD_HELD_GET,
	VMLAB_CMD_SLAB_CREATE,
	VMLAB_CMD_SLAB_DESTROY,
	VMLAB_CMD_SLAB_ALLOC,
	VMLAB_CMD_SLAB_FREE,
	VMLAB_CMD_SLAB_SHRINK,
	VMLAB_CMD_SLAB_WRITE,
	VMLAB_CMD_SLAB_READ,
	VMLAB_CMD_SLAB_GET,
	VMLAB_CMD_OBJECT_GET,
	VMLAB_CMD_VMALLOC,
	VMLAB_CMD_VMALLOC_FREE,
	VMLAB_CMD_COMPACT,
	VMLAB_CMD_STAT_GET,
	VMLAB_CMD_CHECK,
	VMLAB_CMD_SESSION_GET,
	VMLAB_CMD_SESSION_END,
	VMLAB_CMD_MEMORY_GET,
	VMLAB_CMD_CONTENT_GET,
	VMLAB_CMD_SPACE_GET,
	VMLAB_CMD_SPACE_AREA_GET,
	VMLAB_CMD_SHADOW_WALK,
	VMLAB_CMD_VERIFY,
	VMLAB_CMD_RMAP_GET,
	VMLAB_CMD_COLLAPSE,
	VMLAB_CMD_SPLIT,
	VMLAB_CMD_STORY_START,
	VMLAB_CMD_STORY_STOP,
	VMLAB_CMD_STORY,

	__VMLAB_CMD_MAX,
	VMLAB_CMD_MAX = (__VMLAB_CMD_MAX - 1)
};

#define VMLAB_MCGRP_FAULT	"fault"

#endif /* _UAPI_LINUX_VMLAB_H */
