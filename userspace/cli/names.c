// SPDX-License-Identifier: GPL-2.0
/* In the order of the enumerations of linux/vmlab.h. */
#include "names.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "vmlab.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define NAMES(which, start)						\
	const struct names which = { which##_text, start, COUNT(which##_text) }
/* The last value of an enumeration has the last name. */
#define LAST(which, start, value)					\
	static_assert(COUNT(which##_text) + (start) == (value) + 1, #which)
#define LAST_BIT(which, value)						\
	static_assert(1ULL << (COUNT(which##_text) - 1) == (value), #which)

static const char *const level_names_text[] = {
	"pte", "pmd", "pud", "p4d", "pgd",
};

NAMES(level_names, VMLAB_LEVEL_PTE);
LAST(level_names, VMLAB_LEVEL_PTE, VMLAB_LEVEL_PGD);

static const char *const state_names_text[] = {
	"none", "present", "zero", "prot-none", "swap", "migration", "hwpoison",
	"device", "marker", "guard", "bad",
};

NAMES(state_names, 0);
LAST(state_names, 0, VMLAB_STATE_BAD);

static const char *const entry_flag_names_text[] = {
	"P", "RW", "US", "PWT", "PCD", "A", "D", "PS", "PAT", "G", "NX",
	"soft-dirty", "uffd-wp", "special", "devmap", "saved-dirty",
	"exclusive",
};

NAMES(entry_flag_names, 0);
LAST_BIT(entry_flag_names, VMLAB_ENTRY_FLAG_EXCLUSIVE);

static const char *const area_flag_names_text[] = {
	"read", "write", "exec", "shared", "may-read", "may-write", "may-exec",
	"may-share", "grows-down", "pfnmap", "mixedmap", "locked", "io",
	"seq-read", "rand-read", "dont-copy", "dont-expand", "account",
	"no-reserve", "hugetlb", "sync", "wipe-on-fork", "dont-dump",
	"soft-dirty", "huge-page", "no-huge-page", "mergeable", "uffd-missing",
	"uffd-wp", "uffd-minor", "shadow-stack", "anonymous", "heap", "stack",
	"vdso",
};

NAMES(area_flag_names, 0);
LAST_BIT(area_flag_names, VMLAB_AREA_FLAG_VDSO);

/* As the kernel's page-types tool writes them. */
static const char *const page_flag_names_text[] = {
	"locked", "error", "referenced", "uptodate", "dirty", "lru", "active",
	"slab", "writeback", "reclaim", "buddy", "mmap", "anon", "swapcache",
	"swapbacked", "compound_head", "compound_tail", "huge", "unevictable",
	"hwpoison", "nopage", "ksm", "thp", "offline", "zero_page", "idle",
	"pgtable", "bit27", "bit28", "bit29", "bit30", "bit31", "reserved",
	"mlocked", "owner_2", "private", "private_2", "owner_private", "arch",
	"uncached", "soft_dirty", "arch_2", "arch_3",
};

NAMES(page_flag_names, 0);
LAST_BIT(page_flag_names, VMLAB_PAGE_FLAG_ARCH_3);

static const char *const page_kind_names_text[] = {
	"other", "anon", "file", "shmem", "ksm", "zero", "hugetlb",
};

NAMES(page_kind_names, 0);
LAST(page_kind_names, 0, VMLAB_PAGE_KIND_HUGETLB);

static const char *const feature_names_text[] = {
	"nx", "pcid", "pti", "la57", "pkeys", "smep", "smap", "gbpages",
	"invpcid", "thp", "hugetlb", "swap", "frames",
};

NAMES(feature_names, 0);
LAST_BIT(feature_names, VMLAB_FEATURE_FRAMES);

static const char *const page_size_names_text[] = { "4k", "2m", "1g" };

NAMES(page_size_names, 0);
LAST_BIT(page_size_names, VMLAB_PAGE_SIZES_SIZE_1G);

static const char *const access_names_text[] = { "read", "write", "exec" };

NAMES(access_names, 0);
LAST(access_names, 0, VMLAB_ACCESS_EXEC);

static const char *const outcome_names_text[] = {
	"works", "minor-fault", "major-fault", "copy-on-write", "stack-growth",
	"sigsegv", "sigbus", "userfault",
};

NAMES(outcome_names, 0);
LAST(outcome_names, 0, VMLAB_OUTCOME_USERFAULT);

static const char *const why_names_text[] = {
	"mapped", "no-area", "no-right", "kernel-address", "non-canonical",
	"stack-above", "stack-limit", "first-touch-zero", "first-touch-frame",
	"first-touch-huge", "zero-page-write", "shared-page-write",
	"last-owner-write", "write-notify", "file-page-cached",
	"file-page-absent", "beyond-file", "in-swap", "in-swap-cache",
	"moving", "numa-hint", "poisoned", "guarded", "device-page", "uffd",
	"driver", "hugetlb-reserve", "protection-key", "no-execute",
	"stale-entry", "shmem-absent", "swapped-shmem", "shadow-stack",
	"file-page-hidden", "vsyscall",
};

NAMES(why_names, 0);
LAST(why_names, 0, VMLAB_WHY_VSYSCALL);

static const char *const region_names_text[] = {
	"unknown", "user", "user-hole", "non-canonical", "unused",
	"direct-map", "vmalloc", "vmemmap", "modules", "kernel-text",
	"kernel-rodata", "kernel-data", "kernel-bss", "kernel-image",
	"per-cpu", "kernel-stack", "mmio", "fixmap", "cpu-entry-area",
	"kasan-shadow", "kmsan-shadow", "ldt-remap", "espfix", "efi",
	"vsyscall",
};

NAMES(region_names, 0);
LAST(region_names, 0, VMLAB_REGION_VSYSCALL);

static const char *const cache_names_text[] = {
	"uncached", "write-combining", "write-through", "write-protected",
	"write-back", "uncached-minus", "reserved",
};

NAMES(cache_names, 0);
LAST(cache_names, 0, VMLAB_CACHE_TYPE_RESERVED);

static const char *const segment_flag_names_text[] = {
	"present", "system", "long", "default-big", "granularity", "available",
	"accessed", "writable", "readable", "conforming", "expand-down", "code",
};

NAMES(segment_flag_names, 0);
LAST_BIT(segment_flag_names, VMLAB_SEGMENT_FLAG_CODE);

static const char *const segment_kind_names_text[] = {
	"empty", "data", "code", "ldt", "tss-available", "tss-busy",
	"call-gate", "interrupt-gate", "trap-gate", "reserved", "upper-half",
};

NAMES(segment_kind_names, 0);
LAST(segment_kind_names, 0, VMLAB_SEGMENT_KIND_UPPER_HALF);

static const char *const switch_names_text[] = { "off", "on" };

NAMES(switch_names, 0);

static const char *const pool_source_names_text[] = {
	"buddy", "memmap", "reserve-mem",
};

NAMES(pool_source_names, 0);
LAST(pool_source_names, 0, VMLAB_POOL_SOURCE_RESERVE_MEM);

static const char *const zone_names_text[] = { "dma", "normal", "highmem" };

NAMES(zone_names, 0);
LAST(zone_names, 0, VMLAB_ZONE_TYPE_HIGHMEM);

static const char *const type_names_text[] = {
	"unmovable", "movable", "reclaimable",
};

NAMES(type_names, 0);
LAST(type_names, 0, VMLAB_MIGRATE_TYPE_RECLAIMABLE);

static const char *const frame_state_names_text[] = {
	"hole", "inside", "free", "cached", "used",
};

NAMES(frame_state_names, 0);
LAST(frame_state_names, 0, VMLAB_FRAME_STATE_USED);

static const char *const frame_flag_names_text[] = {
	"movable", "slab", "vmalloc", "hand", "table", "content",
};

NAMES(frame_flag_names, 0);
LAST_BIT(frame_flag_names, VMLAB_FRAME_FLAG_CONTENT);

static const char *const owner_names_text[] = {
	"none", "slab", "vmalloc", "hand", "table", "content",
};

NAMES(owner_names, 0);
LAST(owner_names, 0, VMLAB_OWNER_CONTENT);

static const char *const request_names_text[] = {
	"this-node", "reclaim", "zero", "atomic", "high",
};

NAMES(request_names, 0);
LAST_BIT(request_names, VMLAB_ALLOC_FLAG_HIGH);

static const char *const step_names_text[] = {
	"split", "merge", "claim", "steal", "take", "give", "refill", "drain",
};

NAMES(step_names, 0);
LAST(step_names, 0, VMLAB_STEP_KIND_DRAIN);

static const char *const held_names_text[] = { "frames", "vmalloc", "object" };

NAMES(held_names, 0);
LAST(held_names, 0, VMLAB_HELD_KIND_OBJECT);

static const char *const cache_flag_names_text[] = {
	"redzone", "poison", "owner", "dma",
};

NAMES(cache_flag_names, 0);
LAST_BIT(cache_flag_names, VMLAB_CACHE_FLAG_DMA);

static const char *const frame_bug_names_text[] = {
	"foreign", "double", "inside", "order", "mapped", "state", "refs",
	"buddy", "type", "list", "count",
};

NAMES(frame_bug_names, 0);
LAST(frame_bug_names, 0, VMLAB_FRAME_BUG_COUNT);

static const char *const slab_bug_names_text[] = {
	"overrun", "underrun", "double", "used", "foreign", "state",
};

NAMES(slab_bug_names, 0);
LAST(slab_bug_names, 0, VMLAB_SLAB_BUG_STATE);

static const char *const cell_names_text[] = {
	"free", "cached", "unmovable", "movable", "reclaimable", "slab",
	"vmalloc", "hole",
};

NAMES(cell_names, 0);
LAST(cell_names, 0, VMLAB_CELL_HOLE);

static const char *const memory_flag_names_text[] = {
	"grows", "fork-copy", "huge",
};

NAMES(memory_flag_names, 0);
LAST_BIT(memory_flag_names, VMLAB_MEMORY_FLAG_HUGE);

static const char *const shadow_flag_names_text[] = {
	"present", "write", "user", "accessed", "dirty", "huge", "swap", "zero",
	"cow",
};

NAMES(shadow_flag_names, 0);
LAST_BIT(shadow_flag_names, VMLAB_SHADOW_FLAG_COW);

static const char *const mirror_names_text[] = {
	"empty", "same", "missing", "copy", "no-shadow", "other-frame",
	"more-rights", "foreign", "no-area", "other-object", "beyond",
	"other-content", "writable", "other-size",
};

NAMES(mirror_names, 0);
LAST(mirror_names, 0, VMLAB_MIRROR_OTHER_SIZE);

static const char *const small_why_names_text[] = {
	"kernel", "geometry", "private", "late", "part", "place", "advice",
	"table",
};

NAMES(small_why_names, 0);
LAST_BIT(small_why_names, VMLAB_SMALL_WHY_TABLE);

static const char *const story_step_names_text[] = {
	"split", "merge", "claim", "steal", "take", "give", "refill", "drain",
	"trap", "area", "no-area", "stale", "refresh", "rights", "no-rights",
	"beyond", "grow", "entry", "slot", "table", "frame", "ahead", "lacking",
	"busy", "copy", "zap", "place", "dirty", "huge", "split-huge", "set",
	"keep", "around", "real", "real-huge", "lend", "fetch",
};

NAMES(story_step_names, 0);
LAST(story_step_names, 0, VMLAB_STORY_STEP_FETCH);

static const char *const story_outcome_names_text[] = {
	"minor", "zero", "new", "copy", "reuse", "bad-area", "bad-rights",
	"beyond", "no-memory", "lent", "over-cap", "major", "io",
};

NAMES(story_outcome_names, 0);
LAST(story_outcome_names, 0, VMLAB_STORY_OUTCOME_IO);

static const char *const pattern_names_text[] = {
	"forward", "backward", "random",
};

NAMES(pattern_names, 0);

static const char *const touch_names_text[] = { "read", "write" };

NAMES(touch_names, 0);

static const char *const policy_names_text[] = {
	"local", "preferred", "bind", "interleave",
};

NAMES(policy_names, 0);
LAST(policy_names, 0, VMLAB_POLICY_MODE_INTERLEAVE);

const char *name_of(const struct names *names, unsigned int value)
{
	static char unknown[32];

	if (value >= names->first && value - names->first < names->count)
		return names->name[value - names->first];
	snprintf(unknown, sizeof(unknown), "unknown-%u", value);
	return unknown;
}

/* Case is ignored, and "_" is as good as "-". */
static bool is_name(const char *name, const char *word, size_t len)
{
	if (strlen(name) != len)
		return false;
	for (; len--; name++, word++) {
		int c = *word == '_' ? '-' : tolower((unsigned char)*word);
		int want = *name == '_' ? '-' : tolower((unsigned char)*name);

		if (c != want)
			return false;
	}
	return true;
}

static int find(const struct names *names, const char *word, size_t len)
{
	unsigned int i;

	for (i = 0; i < names->count; i++) {
		if (is_name(names->name[i], word, len))
			return i;
	}
	return -1;
}

int names_mask(const struct names *names, const char *list, __u64 *mask,
	       const char **bad)
{
	for (;;) {
		size_t len = strcspn(list, ",");
		int bit = find(names, list, len);

		if (bit < 0) {
			*bad = list;
			return -1;
		}
		*mask |= 1ULL << bit;
		if (!list[len])
			return 0;
		list += len + 1;
	}
}
