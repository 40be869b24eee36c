/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inside of object caches, for their own files and those who test them.
 *
 * Locks, in the order in which they are taken: the list of caches, a magazine,
 * its cache, and then those of frames. None is held while frames are allocated.
 */
#ifndef _VMLAB_CACHE_H
#define _VMLAB_CACHE_H

#include <vmlab/slab.h>

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

#define VML_OBJECT_MAX		8192
#define VML_SLAB_ORDER_MAX	3
#define VML_SLABS_EMPTY		2	/* that a cache keeps */
#define VML_ROUNDS		32	/* at most in a magazine */

/*
 * What fills the guards and free objects: no likely number, no address. Linux
 * and others use the same.
 */
#define VML_BYTE_GUARD		0xbb
#define VML_BYTE_FREE		0x6b

/*
 * The index of the first frame of a slab:
 *
 *	 9:0	number of the first free object, or VML_LINK_END
 *	19:10	objects that are taken
 *	31:20	colour: bytes that the objects are shifted by
 *
 * Each object has a link: the number of the next free one, or VML_LINK_END, or
 * what keeps it from being free. The links are the first thing in the slab; no
 * object has a link inside that its user could overwrite. Where a slab has few
 * objects, and they would fit it but for the links, these are in the descriptor
 * of its second frame.
 */
#define VML_SLAB_FIRST		GENMASK(9, 0)
#define VML_SLAB_TAKEN		GENMASK(19, 10)
#define VML_SLAB_TAKEN_SHIFT	10
#define VML_SLAB_COLOUR_SHIFT	20
#define VML_SLAB_COLOUR_MAX	4095U

#define VML_LINK_END		VML_SLAB_FIRST
#define VML_LINK_CACHED		0xfffd	/* in a magazine */
#define VML_LINK_LIVE		0xfffe	/* in use */

#define VML_LINKS_OUTSIDE	8

static_assert(sizeof(struct vml_frame) - offsetof(struct vml_frame, next) >=
	      VML_LINKS_OUTSIDE * sizeof(u16));

/**
 * struct vml_round - a free object in a magazine
 * @object: the object
 * @link: its link in the slab
 */
struct vml_round {
	void *object;
	u16 *link;
};

/**
 * struct vml_reach - a run in bytes, as is quickest to look up addresses
 * @virt: where the kernel sees it
 * @bytes: how long it is; 0 for no run
 * @start: where it begins in the pool
 */
struct vml_reach {
	uintptr_t virt;
	uintptr_t bytes;
	uintptr_t start;
};

/**
 * struct vml_magazine - free objects of a cache that a CPU keeps at hand
 * @lock: protects the rest
 * @nr: how many rounds it has
 * @reach: where the object freed last was
 * @allocs: objects allocated from it
 * @frees: objects freed to it
 * @refills: how often it was empty
 * @flushes: how often it was full, or drained
 * @rounds: the last freed is the first allocated
 */
struct vml_magazine {
	spinlock_t lock; /* protects what follows */
	u32 nr;
	struct vml_reach reach;
	u64 allocs;
	u64 frees;
	u64 refills;
	u64 flushes;
	struct vml_round rounds[VML_ROUNDS];
};

/**
 * struct vml_slabs - a list of slabs
 * @first: number of the first frame of the first; their @next and @prev link
 *	them. Or VML_NONE
 * @nr: how many there are
 */
struct vml_slabs {
	u32 first;
	u32 nr;
};

/**
 * struct vml_cache - objects of one kind
 * @magazines: by CPU; NULL if objects come straight from the slabs
 * @rounds: that a magazine of this cache holds at most
 * @stride: bytes from one slot to the next
 * @reciprocal: of @stride, to divide by it: 2^32 / @stride rounded up
 * @start: offset of the first object in a slab, without its colour
 * @per_slab: objects in a slab
 * @mask: of an address in the pool, for the offset in its slab
 * @links_outside: where the links are, see above
 * @order: of a slab
 * @colours: different starts of slabs
 * @colour_step: bytes between them
 * @size: of an object
 * @left: bytes of a slot before the object, its guard
 * @right: offset from the object of the end of the guard behind it
 * @align: of the objects
 * @flags: VML_CACHE_*
 * @generic: behind vml_kmalloc()
 * @ctor: of the objects, or NULL
 * @name: of the cache
 * @next: the next cache; under the lock of the list
 * @errors: by &enum vml_slab_error: reports
 * @lock: protects what follows, and the slabs, their links and frames
 * @full: slabs without a free object
 * @partial: slabs with some
 * @empty: slabs with no other
 * @taken: objects that are not free in a slab
 * @colour: of the next slab
 * @allocs: objects allocated but through magazines
 * @frees: objects freed but through magazines
 * @grown: slabs made
 * @reaped: slabs given back
 */
struct vml_cache {
	struct vml_magazine *magazines;
	u32 rounds;
	u32 stride;
	u32 reciprocal;
	u32 start;
	u32 per_slab;
	u32 mask;
	bool links_outside;

	u32 order;
	u32 colours;
	u32 colour_step;
	u32 size;
	u32 left;
	u32 right;
	u32 align;
	u32 flags;
	bool generic;
	void (*ctor)(void *object);
	char name[VML_CACHE_NAME];
	struct vml_cache *next;
	atomic_t errors[VML_SLAB_ERRORS];

	spinlock_t lock; /* protects what follows */
	struct vml_slabs full;
	struct vml_slabs partial;
	struct vml_slabs empty;
	u32 taken;
	u32 colour;
	u64 allocs;
	u64 frees;
	u64 grown;
	u64 reaped;
};

/* slab.c */
void vml_slab_layout(struct vml_cache *cache);
bool vml_slab_grow(struct vml_cache *cache, u32 req);
bool vml_slab_take(struct vml_cache *cache, u32 state, struct vml_round *round);
void vml_slab_give(struct vml_cache *cache, struct vml_frame *frame, u32 number,
		   u32 *doomed);
void vml_slab_doom(struct vml_cache *cache, struct vml_slabs *slabs, u32 keep,
		   u32 *doomed);
u32 vml_slab_release(struct vml_cache *cache, u32 doomed);

/* magazine.c */
int vml_magazines_init(struct vml_cache *cache, unsigned int cpus);
void vml_magazine_drain(struct vml_cache *cache, unsigned int cpu);
u32 vml_magazines_drain(struct vml_cache *cache);

/* cache.c */
unsigned int vml_slab_cpus(void);
struct vml_cache *vml_cache_add(const struct vml_cache_config *config,
				bool generic);

/* slab_check.c */
u32 vml_cache_check(struct vml_cache *cache);

/* size.c */
int vml_sizes_init(void);
void vml_sizes_fini(void);

/* poison.c */
void vml_slab_report(struct vml_cache *cache, enum vml_slab_error error,
		     const struct vml_frame *frame, u32 number,
		     const void *object);
u32 vml_slab_who(const struct vml_cache *cache);
void vml_poison_new(struct vml_cache *cache, void *object);
u32 vml_poison_check(struct vml_cache *cache, struct vml_frame *frame,
		     u32 number, bool live);
void vml_poison_taken(struct vml_cache *cache, void *object, u32 who);
void vml_poison_given(struct vml_cache *cache, void *object, u32 who);
void vml_poison_owners(const struct vml_cache *cache, const void *object,
		       u32 *allocated_by, u32 *freed_by);

static inline u32 vml_slab_bytes(const struct vml_cache *cache)
{
	return VML_FRAME_SIZE << cache->order;
}

static inline u32 vml_slab_taken(u32 index)
{
	return (index & VML_SLAB_TAKEN) >> VML_SLAB_TAKEN_SHIFT;
}

/**
 * vml_slab_list() - the list that a slab is on
 * @cache: its cache
 * @index: of its first frame
 */
static inline struct vml_slabs *vml_slab_list(struct vml_cache *cache,
					      u32 index)
{
	if ((index & VML_SLAB_FIRST) == VML_LINK_END)
		return &cache->full;
	return index & VML_SLAB_TAKEN ? &cache->partial : &cache->empty;
}

/**
 * vml_slab_links() - the links of a slab
 * @cache: its cache
 * @frame: its first frame
 * @base: where it begins
 */
static inline u16 *vml_slab_links(const struct vml_cache *cache,
				  struct vml_frame *frame, void *base)
{
	return unlikely(cache->links_outside) ? (u16 *)&frame[1].next : base;
}

/**
 * vml_slab_object() - where an object is
 * @cache: its cache
 * @frame: the first frame of its slab
 * @number: of the object
 */
static inline void *vml_slab_object(const struct vml_cache *cache,
				    const struct vml_frame *frame, u32 number)
{
	return vml_frame_address(frame) + cache->start +
	       (READ_ONCE(frame->index) >> VML_SLAB_COLOUR_SHIFT) +
	       number * cache->stride;
}

/**
 * vml_slab_find() - the slab that an address is in
 * @address: any pointer; not followed
 * @offset: where to say where in the slab it is
 *
 * Context: any; a slab with no live object may go away meanwhile.
 * Return: its first frame, or NULL if there is none.
 */
static __always_inline struct vml_frame *vml_slab_find(const void *address,
						       u32 *offset)
{
	struct vml_frame *frame = vml_address_frame(address), *head;

	if (unlikely(!frame))
		return NULL;
	head = vml_frame_head(frame);
	*offset = (frame - head) * VML_FRAME_SIZE +
		  ((uintptr_t)address & (VML_FRAME_SIZE - 1));
	return (vml_frame_word(head) & (VML_WORD_STATE | VML_FRAME_SLAB)) ==
	       (VML_USED << VML_WORD_STATE_SHIFT | VML_FRAME_SLAB) ? head : NULL;
}

/**
 * vml_slab_find_in() - the slab of a certain cache that an address is in
 * @cache: the cache
 * @reach: where it may be
 * @address: any pointer; not followed
 * @offset: where to say where in the slab it is
 *
 * The first frames of its slabs have their cache as owner, and no others.
 *
 * Context: any; a slab with no live object may go away meanwhile.
 * Return: its first frame, or NULL if there is none.
 */
static __always_inline struct vml_frame *
vml_slab_find_in(const struct vml_cache *cache, const struct vml_reach *reach,
		 const void *address, u32 *offset)
{
	uintptr_t place = (uintptr_t)address - reach->virt;
	struct vml_frame *frame;

	if (unlikely(place >= reach->bytes))
		return NULL;
	place += reach->start;
	*offset = place & cache->mask;
	frame = vml_frames.base + ((place - *offset) >> VML_FRAME_SHIFT);
	return likely(READ_ONCE(frame->owner) == cache) ? frame : NULL;
}

/**
 * vml_slab_number() - the number of the object at a place in a slab
 * @cache: the cache of the slab
 * @frame: its first frame
 * @offset: of the place
 *
 * Multiplies instead of dividing: the upper half of the product is the quotient,
 * and the lower half is below the factor if nothing remains, as in D. Lemire,
 * O. Kaser, N. Kurz, "Faster Remainder by Direct Computation", 2019. It is exact
 * for offsets and strides up to 2^15, and others do not get below @per_slab.
 *
 * Return: VML_NONE if no object begins there.
 */
static __always_inline u32 vml_slab_number(const struct vml_cache *cache,
					   const struct vml_frame *frame,
					   u32 offset)
{
	u32 number, reciprocal = cache->reciprocal;
	u64 product;

	offset -= cache->start +
		  (READ_ONCE(frame->index) >> VML_SLAB_COLOUR_SHIFT);
	product = (u64)offset * reciprocal;
	number = product >> 32;
	if (unlikely((u32)product >= reciprocal || number >= cache->per_slab))
		return VML_NONE;
	return number;
}

#endif /* _VMLAB_CACHE_H */
