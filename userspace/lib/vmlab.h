/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libvmlab: ask the vmlab kernel module about virtual memory, and have it
 * allocate some of its own.
 *
 * A handle is for one thread at a time. Every function returns 0 or a negative
 * errno; vmlab_error() has the reason in words. Names (const char *) in answers
 * point into the handle and are valid until the next call on it; in a callback,
 * until the callback returns.
 */
#ifndef VMLAB_H
#define VMLAB_H

#include <stdbool.h>
#include <sys/types.h>

#include "vmlab_answers.h"
#include "vmlab_hands.h"
#include "vmlab_spaces.h"
#include "vmlab_stories.h"

#ifdef __cplusplus
extern "C" {
#endif

struct vmlab;

/**
 * enum vmlab_segment_table - which table of descriptors
 * @VMLAB_TABLE_GDT: the GDT of the first online CPU
 * @VMLAB_TABLE_GDT_OF_CPU: the GDT of a CPU
 * @VMLAB_TABLE_LDT: the LDT of a process
 */
enum vmlab_segment_table {
	VMLAB_TABLE_GDT,
	VMLAB_TABLE_GDT_OF_CPU,
	VMLAB_TABLE_LDT,
};

typedef int (*vmlab_run_fn)(const struct vmlab_run *run, void *data);
typedef int (*vmlab_area_fn)(const struct vmlab_area *area, void *data);
typedef int (*vmlab_top_fn)(const struct vmlab_top *top, void *data);
typedef int (*vmlab_segment_fn)(const struct vmlab_segment *segment, void *data);
typedef int (*vmlab_extent_fn)(const struct vmlab_extent *extent, void *data);
typedef int (*vmlab_zone_fn)(const struct vmlab_zone *zone, void *data);
typedef int (*vmlab_cell_fn)(const struct vmlab_cell *cell, void *data);
typedef int (*vmlab_held_fn)(const struct vmlab_held *held, void *data);
typedef int (*vmlab_object_fn)(const struct vmlab_object *object, void *data);
typedef int (*vmlab_cache_fn)(const struct vmlab_cache *cache, void *data);
typedef int (*vmlab_session_fn)(const struct vmlab_session *session, void *data);

/**
 * vmlab_open() - open a channel to the module
 * @out: where the handle goes; set even on failure (unless memory is short),
 *	so that vmlab_error() can be asked; close it in every case
 *
 * Return: 0; -ENOENT when the module is not loaded; another negative errno.
 */
int vmlab_open(struct vmlab **out);

/**
 * vmlab_close() - close the channel and free the handle
 * @v: the handle, or NULL
 */
void vmlab_close(struct vmlab *v);

/**
 * vmlab_error() - the reason of the last failure
 * @v: the handle
 *
 * Return: the kernel's own words where it gave some, else those of strerror().
 */
const char *vmlab_error(const struct vmlab *v);

/**
 * vmlab_interrupted() - did the last dump run into a change?
 * @v: the handle
 *
 * Return: true when what was dumped changed meanwhile, so that the parts of
 * the answer may not fit together.
 */
bool vmlab_interrupted(const struct vmlab *v);

/**
 * vmlab_info() - ask what runs here
 * @v: the handle
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_info(struct vmlab *v, struct vmlab_info *out);

/**
 * vmlab_walk() - walk the page table of a process to one address
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @address: any address
 * @with: set of &enum vmlab_with, the parts wanted
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_walk(struct vmlab *v, pid_t pid, __u64 address, __u32 with,
	       struct vmlab_walk *out);

/**
 * vmlab_range() - walk a range of addresses
 * @v: the handle
 * @range: what to walk
 * @fn: called for each run; non-zero stops the walk
 * @data: for @fn
 *
 * Without @range->pages, equal neighbours arrive as one run.
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_range(struct vmlab *v, const struct vmlab_range *range,
		vmlab_run_fn fn, void *data);

/**
 * vmlab_run_leaves() - number of leaves in a run
 * @run: the run
 *
 * Return: the number.
 */
__u64 vmlab_run_leaves(const struct vmlab_run *run);

/**
 * vmlab_run_leaf() - one leaf of a run
 * @run: the run
 * @i: which, from 0
 * @leaf: where it goes: a run of one leaf
 */
void vmlab_run_leaf(const struct vmlab_run *run, __u64 i,
		    struct vmlab_run *leaf);

/**
 * vmlab_areas() - the areas of a process
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @fn: called for each area; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_areas(struct vmlab *v, pid_t pid, vmlab_area_fn fn, void *data);

/**
 * vmlab_census() - count the tables and the mapped bytes of a process
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_census(struct vmlab *v, pid_t pid, struct vmlab_census *out);

/**
 * vmlab_explain() - predict what accesses at an address would do
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @address: the address
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_explain(struct vmlab *v, pid_t pid, __u64 address,
		  struct vmlab_explain *out);

/**
 * vmlab_addr() - say what an address belongs to
 * @v: the handle
 * @pid: whose user half is meant, 0 for the caller
 * @address: the address
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_addr(struct vmlab *v, pid_t pid, __u64 address,
	       struct vmlab_addr *out);

/**
 * vmlab_tops() - the top-level entries of the kernel half
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @other: the process to compare with, 0 for the caller, negative for none
 * @fn: called for each entry; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_tops(struct vmlab *v, pid_t pid, pid_t other, vmlab_top_fn fn,
	       void *data);

/**
 * vmlab_segments() - the descriptors of a GDT or an LDT
 * @v: the handle
 * @table: which table
 * @number: the CPU or the process (0 for the caller)
 * @fn: called for each descriptor; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_segments(struct vmlab *v, enum vmlab_segment_table table,
		   __u32 number, vmlab_segment_fn fn, void *data);

/**
 * vmlab_pool() - what the pool is made of
 * @v: the handle
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_pool(struct vmlab *v, struct vmlab_pool *out);

/**
 * vmlab_pool_set() - change how the pool is run
 * @v: the handle
 * @tune: what to change
 *
 * Return: 0 or a negative errno.
 */
int vmlab_pool_set(struct vmlab *v, const struct vmlab_tune *tune);

/**
 * vmlab_extents() - the pieces of physical memory that the pool is in
 * @v: the handle
 * @fn: called for each extent; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_extents(struct vmlab *v, vmlab_extent_fn fn, void *data);

/**
 * vmlab_zones() - the zones, their free lists and watermarks
 * @v: the handle
 * @fn: called for each zone; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_zones(struct vmlab *v, vmlab_zone_fn fn, void *data);

/**
 * vmlab_frame() - one frame and the block that it is in
 * @v: the handle
 * @number: its number
 * @by_pfn: it is that of the machine
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_frame(struct vmlab *v, __u64 number, bool by_pfn,
		struct vmlab_frame *out);

/**
 * vmlab_cells() - a map of the frames
 * @v: the handle
 * @first: number of the first frame
 * @nr: how many, 0 for all that follow
 * @cells: how many cells at most; their size is chosen so
 * @fn: called for each cell; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_cells(struct vmlab *v, __u32 first, __u32 nr, __u32 cells,
		vmlab_cell_fn fn, void *data);

/**
 * vmlab_buddy_alloc() - allocate a block of frames by hand
 * @v: the handle
 * @req: what is asked for
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_buddy_alloc(struct vmlab *v, const struct vmlab_request *req,
		      struct vmlab_block *out);

/**
 * vmlab_buddy_free() - give a block of frames back
 * @v: the handle
 * @req: who holds it, and how it is given back
 * @frame: number of its first frame
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_buddy_free(struct vmlab *v, const struct vmlab_request *req,
		     __u32 frame, struct vmlab_block *out);

/**
 * vmlab_held() - what a session holds
 * @v: the handle
 * @session: its name
 * @fn: called for each block, mapping and object; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_held(struct vmlab *v, const char *session, vmlab_held_fn fn,
	       void *data);

/**
 * vmlab_slab_create() - make a cache of objects
 * @v: the handle
 * @session: who holds it
 * @cache: its @name, @size, @align and @flags
 * @out: what it became
 *
 * Return: 0 or a negative errno.
 */
int vmlab_slab_create(struct vmlab *v, const char *session,
		      const struct vmlab_cache *cache, struct vmlab_cache *out);

/**
 * vmlab_slab_destroy() - remove a cache in which no object lives
 * @v: the handle
 * @session: who made it
 * @cache: its name
 *
 * Return: 0 or a negative errno.
 */
int vmlab_slab_destroy(struct vmlab *v, const char *session, const char *cache);

/**
 * vmlab_slab_alloc() - allocate objects
 * @v: the handle
 * @session: who shall hold them
 * @cache: from this cache, or NULL: by size
 * @size: bytes, where @cache is NULL
 * @count: how many; where memory is short there may be fewer
 * @fn: called for each object; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_slab_alloc(struct vmlab *v, const char *session, const char *cache,
		     __u64 size, __u32 count, vmlab_object_fn fn, void *data);

/**
 * vmlab_slab_free() - free an object
 * @v: the handle
 * @session: who holds it
 * @cache: into this cache, right or wrong; NULL: into its own
 * @handle: of the object
 *
 * Return: 0 or a negative errno; a bug in the use of the object is one, and
 * vmlab_error() then is the report.
 */
int vmlab_slab_free(struct vmlab *v, const char *session, const char *cache,
		    __u32 handle);

/**
 * vmlab_slab_shrink() - have empty slabs given back
 * @v: the handle
 * @session: who asks
 * @cache: of this cache, or NULL: of all
 * @frames: set to how many came back
 *
 * Return: 0 or a negative errno.
 */
int vmlab_slab_shrink(struct vmlab *v, const char *session, const char *cache,
		      __u32 *frames);

/**
 * vmlab_slab_write() - write into an object, or into what guards it
 * @v: the handle
 * @session: who holds it
 * @handle: of the object
 * @offset: of the first byte; may be negative
 * @length: how many bytes
 * @value: of each
 *
 * Return: 0 or a negative errno.
 */
int vmlab_slab_write(struct vmlab *v, const char *session, __u32 handle,
		     __s32 offset, __u32 length, __u8 value);

/**
 * vmlab_slab_read() - read an object, or what guards it
 * @v: the handle
 * @session: who holds it
 * @handle: of the object
 * @offset: of the first byte; may be negative
 * @length: how many bytes
 * @bytes: where they go
 *
 * Return: 0 or a negative errno.
 */
int vmlab_slab_read(struct vmlab *v, const char *session, __u32 handle,
		    __s32 offset, __u32 length, __u8 *bytes);

/**
 * vmlab_caches() - the caches
 * @v: the handle
 * @cache: only this one, or NULL
 * @fn: called for each cache; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_caches(struct vmlab *v, const char *cache, vmlab_cache_fn fn,
		 void *data);

/**
 * vmlab_objects() - the objects that a session has of a cache
 * @v: the handle
 * @session: who holds it
 * @cache: its name
 * @fn: called for each object; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_objects(struct vmlab *v, const char *session, const char *cache,
		  vmlab_object_fn fn, void *data);

/**
 * vmlab_vmalloc() - map scattered frames in one piece
 * @v: the handle
 * @session: who shall hold it
 * @size: bytes
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_vmalloc(struct vmlab *v, const char *session, __u64 size,
		  struct vmlab_vmalloc *out);

/**
 * vmlab_vmalloc_free() - undo such a mapping
 * @v: the handle
 * @session: who holds it
 * @handle: of the mapping
 *
 * Return: 0 or a negative errno.
 */
int vmlab_vmalloc_free(struct vmlab *v, const char *session, __u32 handle);

/**
 * vmlab_compact() - move frames together
 * @v: the handle
 * @req: the @node and @zone, and the @order to stop at, as @has says
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_compact(struct vmlab *v, const struct vmlab_request *req,
		  struct vmlab_compact *out);

/**
 * vmlab_stat() - the counters
 * @v: the handle
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_stat(struct vmlab *v, struct vmlab_stat *out);

/**
 * vmlab_check() - check every invariant of the pool
 * @v: the handle
 * @out: the answer
 *
 * What is found broken is in @out, and no error.
 *
 * Return: 0 or a negative errno.
 */
int vmlab_check(struct vmlab *v, struct vmlab_check *out);

/**
 * vmlab_sessions() - the sessions of the caller, or of all
 * @v: the handle
 * @fn: called for each session; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_sessions(struct vmlab *v, vmlab_session_fn fn, void *data);

/**
 * vmlab_session_end() - give back all that a session holds
 * @v: the handle
 * @name: its name
 *
 * Return: 0 or a negative errno.
 */
int vmlab_session_end(struct vmlab *v, const char *name);

#ifdef __cplusplus
}
#endif

#endif /* VMLAB_H */
