// SPDX-License-Identifier: GPL-2.0
/* Sentences about frames, their owners and what goes wrong with them. */
#include "teach.h"

#include <stdio.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const char *from(const char *const *table, size_t count, unsigned int i)
{
	return i < count && table[i] ? table[i] :
	       "a newer module knows it; this tool does not";
}

static const char *const indices[] = {
	"\"unusable\" is the share of free frames that are in blocks too small for the order. \"fragmented\" says why a request of the order fails: towards 0 for want of memory, which reclaim cures; towards 1 because what is free is scattered, which compaction cures. \"needs frames\" is how many must be given back before a block of the order is to be had.",
};

const char *teach_pool(void)
{
	return *indices;
}

static const char *const sources[] = {
	[VMLAB_POOL_SOURCE_BUDDY] =
	"Linux's own allocator, when the module was loaded",
	[VMLAB_POOL_SOURCE_MEMMAP] =
	"memory that Linux was booted without (memmap=)",
	[VMLAB_POOL_SOURCE_RESERVE_MEM] =
	"memory set aside at boot (reserve_mem=)",
};

const char *teach_source(unsigned int source)
{
	return from(sources, COUNT(sources), source);
}

static const char *const frame_states[] = {
	[VMLAB_FRAME_STATE_HOLE] =
	"No frame of the pool has this number: numbers follow physical memory, and the pool does not have all of it.",
	[VMLAB_FRAME_STATE_INSIDE] =
	"Part of a larger block. Only the block's first frame has references and an order; what is said below is the block's.",
	[VMLAB_FRAME_STATE_FREE] =
	"First frame of a block on a free list of its zone: it can be given out, split, or merged with its buddy.",
	[VMLAB_FRAME_STATE_CACHED] =
	"First frame of a block on the list of a CPU: free, but kept at hand so that the next request needs no lock of the zone. It is not merged while it is there.",
	[VMLAB_FRAME_STATE_USED] =
	"First frame of a block that somebody holds.",
};

const char *teach_frame_state(unsigned int state)
{
	return from(frame_states, COUNT(frame_states), state);
}

static const char *const zones[] = {
	[VMLAB_ZONE_TYPE_DMA] = "what old devices reach",
	[VMLAB_ZONE_TYPE_NORMAL] = "mapped by the kernel at all times",
	[VMLAB_ZONE_TYPE_HIGHMEM] = "must be mapped to be touched",
};

const char *teach_zone(unsigned int zone)
{
	return from(zones, COUNT(zones), zone);
}

static const char *const types[] = {
	[VMLAB_MIGRATE_TYPE_UNMOVABLE] = "stays where it is",
	[VMLAB_MIGRATE_TYPE_MOVABLE] = "compaction may copy it elsewhere",
	[VMLAB_MIGRATE_TYPE_RECLAIMABLE] = "its content can be dropped",
};

const char *teach_type(unsigned int type)
{
	return from(types, COUNT(types), type);
}

static const char *const owners[] = {
	[VMLAB_OWNER_NONE] = "nobody, or nobody that says so",
	[VMLAB_OWNER_SLAB] = "the cache",
	[VMLAB_OWNER_VMALLOC] = "a virtually contiguous mapping",
	[VMLAB_OWNER_HAND] = "held by hand, for session",
	[VMLAB_OWNER_TABLE] = "a page table of vmlab, or an object's own",
	[VMLAB_OWNER_CONTENT] = "an object that programs map, and its clones",
};

const char *teach_owner(unsigned int owner)
{
	return from(owners, COUNT(owners), owner);
}

static const char *const frame_bugs[] = {
	[VMLAB_FRAME_BUG_FOREIGN] = "freed what is no frame of the pool",
	[VMLAB_FRAME_BUG_DOUBLE] = "freed a block that is free already",
	[VMLAB_FRAME_BUG_INSIDE] = "freed the middle of a block",
	[VMLAB_FRAME_BUG_ORDER] =
	"freed a block with an order that it does not have",
	[VMLAB_FRAME_BUG_MAPPED] = "freed a block that is still mapped",
	[VMLAB_FRAME_BUG_STATE] = "a frame in no state, or in two",
	[VMLAB_FRAME_BUG_REFS] =
	"references or maps that do not fit the state",
	[VMLAB_FRAME_BUG_BUDDY] = "two buddies both free, and not merged",
	[VMLAB_FRAME_BUG_TYPE] =
	"a free block on the list of a type not its own",
	[VMLAB_FRAME_BUG_LIST] = "a list that does not hang together",
	[VMLAB_FRAME_BUG_COUNT] = "a counter that does not add up",
};

const char *teach_frame_bug(unsigned int bug)
{
	return from(frame_bugs, COUNT(frame_bugs), bug);
}

static const char *const slab_bugs[] = {
	[VMLAB_SLAB_BUG_OVERRUN] = "wrote beyond the end of an object",
	[VMLAB_SLAB_BUG_UNDERRUN] = "wrote before the start of an object",
	[VMLAB_SLAB_BUG_DOUBLE] = "freed an object twice",
	[VMLAB_SLAB_BUG_USED] = "wrote to an object after it was freed",
	[VMLAB_SLAB_BUG_FOREIGN] = "freed what is no object of the cache",
	[VMLAB_SLAB_BUG_STATE] = "a slab or list that is not well formed",
};

const char *teach_slab_bug(unsigned int bug)
{
	return from(slab_bugs, COUNT(slab_bugs), bug);
}
