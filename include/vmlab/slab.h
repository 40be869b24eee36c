/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_SLAB_H
#define _VMLAB_SLAB_H

#include <vmlab/alloc.h>

#define VML_CACHE_NAME	32	/* bytes, with the end */

/* What a cache shall be like. */
#define VML_CACHE_REDZONE	BIT(0)	/* guard words around each object */
#define VML_CACHE_POISON	BIT(1)	/* fill free objects, check at allocation */
#define VML_CACHE_OWNER		BIT(2)	/* keep who allocated and freed last */
#define VML_CACHE_DMA		BIT(3)	/* slabs from the DMA zone */
#define VML_CACHE_DEBUG	(VML_CACHE_REDZONE | VML_CACHE_POISON | VML_CACHE_OWNER)
#define VML_CACHE_FLAGS	(VML_CACHE_DEBUG | VML_CACHE_DMA)

/**
 * enum vml_slab_error - what somebody did wrong with an object
 * @VML_SLAB_OVERRUN: wrote beyond its end
 * @VML_SLAB_UNDERRUN: wrote before its start
 * @VML_SLAB_DOUBLE: freed it twice
 * @VML_SLAB_USED: wrote to it after it was freed
 * @VML_SLAB_FOREIGN: freed what is no object of the cache
 * @VML_SLAB_STATE: found by vml_slab_check(): a slab or list that is not well
 *	formed, or a count that does not add up
 * @VML_SLAB_ERRORS: how many there are
 */
enum vml_slab_error {
	VML_SLAB_OVERRUN,
	VML_SLAB_UNDERRUN,
	VML_SLAB_DOUBLE,
	VML_SLAB_USED,
	VML_SLAB_FOREIGN,
	VML_SLAB_STATE,
	VML_SLAB_ERRORS
};

/**
 * struct vml_slab_bug - the report of a bug
 * @error: what it is
 * @cache: name of the cache
 * @object: where the object is
 * @frame: number of the first frame of its slab, or VML_NONE
 * @number: of the object in its slab, or VML_NONE
 * @offset: of the first wrong byte in the object; negative before it
 * @found: the byte found
 * @wanted: the byte that should be there
 * @allocated_by: process that allocated it last, 0 if not known
 * @freed_by: process that freed it last, 0 if not known
 */
struct vml_slab_bug {
	enum vml_slab_error error;
	const char *cache;
	const void *object;
	u32 frame;
	u32 number;
	s32 offset;
	u8 found;
	u8 wanted;
	u32 allocated_by;
	u32 freed_by;
};

/**
 * struct vml_cache_config - a cache to be
 * @name: not taken yet, of letters, digits, '-', '_' and '.'
 * @size: bytes of an object, from 1 to 8192
 * @align: of the objects, a power of two up to 4096; 0 for that of a pointer
 * @flags: VML_CACHE_*
 * @ctor: prepares each object when its slab is made; objects are freed in that
 *	state. NULL for none; not with VML_CACHE_POISON
 */
struct vml_cache_config {
	const char *name;
	u32 size;
	u32 align;
	u32 flags;
	void (*ctor)(void *object);
};

/**
 * struct vml_cache_info - a cache at one moment
 * @name: its name
 * @size: bytes of an object as asked
 * @stride: bytes from one object to the next
 * @align: of the objects
 * @flags: VML_CACHE_*
 * @order: of a slab
 * @per_slab: objects in a slab
 * @colours: how many different starts the slabs have
 * @guard_before: bytes of guard before an object
 * @guard_after: bytes of guard behind it
 * @slabs_full: slabs without a free object
 * @slabs_partial: slabs with some
 * @slabs_empty: slabs with no other
 * @live: objects in use
 * @cached: free objects in per-CPU magazines
 * @free: free objects in slabs
 * @allocs: objects allocated so far
 * @frees: objects freed so far
 * @refills: magazines refilled
 * @flushes: magazines flushed
 * @grown: slabs made so far
 * @reaped: slabs given back so far
 * @errors: by &enum vml_slab_error: bugs reported
 */
struct vml_cache_info {
	char name[VML_CACHE_NAME];
	u32 size;
	u32 stride;
	u32 align;
	u32 flags;
	u32 order;
	u32 per_slab;
	u32 colours;
	u32 guard_before;
	u32 guard_after;
	u32 slabs_full;
	u32 slabs_partial;
	u32 slabs_empty;
	u32 live;
	u32 cached;
	u32 free;
	u64 allocs;
	u64 frees;
	u64 refills;
	u64 flushes;
	u64 grown;
	u64 reaped;
	u32 errors[VML_SLAB_ERRORS];
};

/* What vml_slab_check() is to do. */
#define VML_CHECK_QUIET		BIT(0)	/* nobody is at work: it may sleep */
#define VML_CHECK_GUARDS	BIT(1)	/* guards and free objects as well */

struct vml_cache;

/**
 * struct vml_slab_object - where an object is
 * @cache: its cache
 * @address: where it begins
 * @frame: number of the first frame of its slab
 * @number: of the object in the slab
 * @live: whether it is in use
 * @allocated_by: process that allocated it last, 0 if not known
 * @freed_by: process that freed it last, 0 if not known
 */
struct vml_slab_object {
	struct vml_cache *cache;
	void *address;
	u32 frame;
	u32 number;
	bool live;
	u32 allocated_by;
	u32 freed_by;
};

/* vml_slab_init() after vml_alloc_init(), vml_slab_fini() before its end. */
int vml_slab_init(unsigned int nr_cpus);
u32 vml_slab_fini(void);

struct vml_cache *vml_cache_create(const struct vml_cache_config *config);
int vml_cache_destroy(struct vml_cache *cache);
void *vml_cache_alloc(struct vml_cache *cache, u32 req);
int vml_cache_free(struct vml_cache *cache, void *object);
u32 vml_cache_shrink(struct vml_cache *cache);

void *vml_kmalloc(size_t size, u32 req);
int vml_kfree(void *object);
size_t vml_ksize(const void *object);

u32 vml_slab_shrink(void);
void vml_slab_drain_cpu(unsigned int cpu);
u32 vml_slab_check(u32 how);
unsigned int vml_cache_list(unsigned int from, struct vml_cache_info *info,
			    unsigned int nr);
u32 vml_cache_changes(void);
int vml_cache_find(const char *name, struct vml_cache_info *info);
void vml_cache_look(struct vml_cache *cache, struct vml_cache_info *info);
const char *vml_cache_name(const struct vml_cache *cache);
int vml_slab_locate(const void *address, struct vml_slab_object *object);

#endif /* _VMLAB_SLAB_H */
