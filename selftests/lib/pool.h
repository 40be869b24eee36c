/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pool of frames and what is held of it, as plain structures. A request is
 * 0 or a negative errno, with the reason in genl->message; lists return how many
 * there are.
 */
#ifndef SELFTESTS_LIB_POOL_H
#define SELFTESTS_LIB_POOL_H

#include "genl.h"

#include <linux/netlink.h>
#include <linux/vmlab.h>

#define ORDERS		(VMLAB_ORDER_MAX + 1)
#define TYPES		(VMLAB_MIGRATE_TYPE_RECLAIMABLE + 1)
#define ZONE_TYPES	(VMLAB_ZONE_TYPE_HIGHMEM + 1)
#define ZONES		(8 * ZONE_TYPES)
#define CPUS		64
#define STEPS		512
#define REPORTS		64
#define NOTHING		0xffffffffU
/* Frames that are used as long as the module is loaded: that of zeroes. */
#define KEPT		1
/* In a request: leave the attribute out. */
#define ANY		0xffffffffU

/*
 * @has: a bit for each attribute that came, by its number.
 */
struct pool {
	__u64 has;
	__u32 source;
	__u32 asked;
	__u32 got;
	__u32 extents;
	__u32 nodes;
	bool real_nodes;
	__u32 numbers;
	__u64 descriptor_bytes;
	__u64 metadata_bytes;
	__u32 min_free;
	__u32 strict;
	__u32 free;
	__u32 cached;
	__u32 used;
	__u32 block_order;
	__u32 user_cap;
	__u32 map_cap;
};

struct extent {
	__u64 has;
	__u32 node;
	__u32 zone;
	__u32 first;
	__u32 nr;
	__u64 pfn;
};

/* Of one order: how the free blocks of a zone hang together. */
struct zone_order {
	__u64 has;
	__u32 order;
	__u32 blocks;
	__u32 unusable;
	__s32 fragmentation;
	__u32 needs;
};

struct zone {
	__u64 has;
	__u32 node;
	__u32 zone;
	__u32 managed;
	__u32 free;
	__u32 cached;
	__u32 min;
	__u32 low;
	__u32 high;
	__u32 reserve[ZONE_TYPES];
	__u32 block_order;
	struct zone_order order[ORDERS];
	__u32 page_blocks[TYPES];
	__u32 blocks[TYPES][ORDERS];
	__u32 pcp_high;
	__u32 pcp_batch;
	__u32 cpu[CPUS];
};

struct frame {
	__u64 has;
	__u32 number;
	__u64 pfn;
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
	char cache[32];
	char session[32];
	__u32 handle;
	__u32 uid;
};

struct cell {
	__u64 has;
	__u32 first;
	__u32 free;
	__u32 cached;
	__u32 unmovable;
	__u32 movable;
	__u32 reclaimable;
	__u32 slab;
	__u32 vmalloc;
	__u32 hole;
};

struct step {
	__u64 has;
	__u32 kind;
	__u32 node;
	__u32 zone;
	__u32 frame;
	__u32 from;
	__u32 to;
	__u32 before[ORDERS];
	__u32 after[ORDERS];
};

/* A request for a block, or to give one back. */
struct ask {
	const char *session;
	__u32 order;
	__u32 node;
	__u32 zone;
	__u32 type;
	__u32 flags;
	__u32 frame;
	__u32 handle;
	bool trace;
	bool unchecked;
};

#define ASK(...) ((const struct ask){ .order = ANY, .node = ANY, .zone = ANY, \
	.type = ANY, .frame = ANY, .handle = ANY, ##__VA_ARGS__ })

struct block {
	__u64 has;
	__u32 order;
	__u32 node;
	__u32 zone;
	__u32 frame;
	__u64 pfn;
	__u32 handle;
	__u32 lost;
	unsigned int nr_steps;
	struct step step[STEPS];
};

struct held {
	__u64 has;
	__u32 kind;
	__u32 handle;
	__u32 frame;
	__u32 order;
	__u32 type;
	__u32 node;
	__u32 zone;
	__u32 nr;
	__u64 size;
	__u32 runs;
	__u32 moved;
	char cache[32];
	__u32 number;
	__u64 address;
	__u64 pfn;
};

struct object {
	__u64 has;
	__u32 handle;
	__u32 frame;
	__u32 number;
	__u64 size;
	bool freed;
	__u64 address;
};

struct cache {
	__u64 has;
	char name[32];
	__u64 size;
	__u32 align;
	__u32 flags;
	__u32 stride;
	__u32 order;
	__u32 per_slab;
	__u32 colours;
	__u32 full;
	__u32 partial;
	__u32 empty;
	__u32 live;
	__u32 cached;
	__u32 free;
	__u64 allocs;
	__u64 frees;
	__u64 refills;
	__u64 flushes;
	__u64 grown;
	__u64 reaped;
	bool own;
};

struct mapping {
	__u64 has;
	__u64 size;
	__u32 handle;
	__u64 address;
	__u32 nr;
	__u32 runs;
	__u32 largest_run;
	__u32 order;
	bool contiguous;
};

struct compacted {
	__u64 has;
	__u32 node;
	__u32 zone;
	__u64 scanned;
	__u32 isolated;
	__u32 moved;
	__u32 failed;
	__s32 largest;
	bool met;
	__u32 before[ORDERS];
	__u32 after[ORDERS];
};

struct report {
	__u64 has;
	__u64 sequence;
	__u64 when;
	__u32 by;
	__u32 bug;
	__u32 slab_bug;
	__u32 frame;
	__u32 order;
	char cache[32];
	__u64 address;
	__u32 number;
	__s32 offset;
	__u32 found;
	__u32 wanted;
	__u32 allocated_by;
	__u32 freed_by;
};

struct check {
	__u64 has;
	__u32 broken;
	__u32 frames;
	__u32 caches;
	__u64 reported;
	unsigned int nr;
	struct report report[REPORTS];
};

struct session {
	__u64 has;
	char name[32];
	__u32 uid;
	__u32 portid;
	__u32 frames;
	__u32 blocks;
	__u32 vmallocs;
	__u32 objects;
	__u32 caches;
};

/* Did the attribute come? */
#define HAS(answer, attribute)	(!!((answer)->has & 1ULL << (attribute)))

typedef int (*cell_fn)(const struct cell *cell, void *arg);

/* frames.c: the pool and blocks of frames; @node may be ANY. */
int pool_get(struct genl *g, __u32 node, struct pool *pool);
/* Set one number: VMLAB_A_POOL_MIN_FREE, _PCP_HIGH, _PCP_BATCH or _STRICT. */
int pool_set(struct genl *g, __u16 attribute, __u32 value);
int pool_drain(struct genl *g);
/* Of one zone, the sizes of the per-CPU lists. */
int pcp_set(struct genl *g, __u32 node, __u32 zone, __u32 high, __u32 batch);
int pool_extents(struct genl *g, struct extent *extents, unsigned int max);
int pool_zones(struct genl *g, struct zone *zones, unsigned int max);
int frame_get(struct genl *g, __u32 number, struct frame *frame);
int frame_of_pfn(struct genl *g, __u64 pfn, struct frame *frame);
/* @nr may be ANY; 0 for @cell_frames or @cells leaves them to the kernel. */
int frames_map(struct genl *g, __u32 first, __u32 nr, __u32 cell_frames,
	       __u32 cells, cell_fn fn, void *arg);
int block_alloc(struct genl *g, struct ask what, struct block *block);
int block_free(struct genl *g, struct ask what, struct block *block);
/* The plainest requests: any zone but HIGHMEM, unmovable; and by its frame. */
int block_take(struct genl *g, const char *session, __u32 order,
	       struct block *block);
int block_give(struct genl *g, const char *session, __u32 frame);
int held_get(struct genl *g, const char *session, struct held *held,
	     unsigned int max);
int mapping_alloc(struct genl *g, const char *session, __u64 size,
		  struct mapping *mapping);
int mapping_free(struct genl *g, const char *session, __u32 handle);
int compact(struct genl *g, __u32 node, __u32 zone, __u32 order,
	    struct compacted *zones, unsigned int max);
/* A counter by its name, or -1 where there is none. */
long long stat_get(struct genl *g, const char *name);
int pool_check(struct genl *g, struct check *check);
int sessions_get(struct genl *g, const char *name, struct session *sessions,
		 unsigned int max);
int session_end(struct genl *g, const char *name);

/* slabs.c: caches and their objects. */
int cache_create(struct genl *g, const char *session, struct cache *cache);
int cache_destroy(struct genl *g, const char *session, const char *name);
int caches_get(struct genl *g, struct cache *caches, unsigned int max);
int cache_get(struct genl *g, const char *name, struct cache *cache);
/* How many bugs of a kind, as "overrun", a cache has reported; or -1. */
long long cache_bugs(struct genl *g, const char *name, const char *kind);
/* From the cache, or if it is NULL by size; how many there were. */
int objects_alloc(struct genl *g, const char *session, const char *cache,
		  __u64 size, __u32 count, struct object *objects);
/* Into @cache where it is not NULL. */
int object_free(struct genl *g, const char *session, const char *cache,
		__u32 handle);
int objects_get(struct genl *g, const char *session, const char *cache,
		struct object *objects, unsigned int max);
/* How many frames came back; NULL is all caches. */
int cache_shrink(struct genl *g, const char *session, const char *cache);
int object_fill(struct genl *g, const char *session, __u32 handle,
		__s32 offset, __u32 length, __u8 value);
int object_read(struct genl *g, const char *session, __u32 handle,
		__s32 offset, __u32 length, __u8 *bytes);

/* Fields of an answer, and where they go; text has 32 bytes with its end. */
enum field_kind { U32, U64, FLAG, TEXT, ARRAY };

struct field {
	__u16 type;
	__u16 offset;
	enum field_kind kind;
};

#define FIELD(attribute, kind, type, member) \
	{ (attribute), offsetof(type, member), (kind) }
#define NR(array)	(sizeof(array) / sizeof(*(array)))

/* Read a row of attributes; @answer begins with its has. */
void attrs_read(struct attrs row, const struct field *fields, size_t nr,
		void *answer);
/* A counter of that name among the nests of type @nest; -1 if none is. */
long long counter_find(struct attrs row, __u16 nest, const char *name);
void genl_text(struct genl *g, __u16 type, const char *text);

/* A list that a dump fills in. */
struct list {
	const struct field *fields;
	size_t nr_fields;
	char *at;
	size_t size;
	unsigned int max;
	unsigned int nr;
};

/* Take a dump, a structure each message. */
int genl_list(struct genl *g, struct list *list);

#endif /* SELFTESTS_LIB_POOL_H */
