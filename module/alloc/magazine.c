// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Magazines
 *
 * J. Bonwick, J. Adams, "Magazines and Vmem: Extending the Slab Allocator to
 * Many CPUs and Arbitrary Resources", USENIX 2001. Each CPU has a magazine of
 * free objects, the rounds, of each cache, so that most requests touch neither
 * the lock of the cache nor its slabs. There a CPU has two magazines and trades
 * whole ones at a depot; here it has one, and trades half of its rounds with the
 * slabs, which also keeps it from trading at each request.
 *
 * What is freed is looked up first: it must be an object of the cache, and its
 * link must say that it is in use. Of all who free one object, one finds that it
 * is. For a cache that has no magazines, since it is to be watched or its memory
 * is scarce, that holds against slabs that go away meanwhile too; else a second
 * free that comes in the very moment in which the slab is given to another may
 * be missed.
 */
#include <vmlab/cache.h>

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Half of the rounds are what stays, and what is traded at once. */
static u32 half(const struct vml_cache *cache)
{
	return cache->rounds / 2;
}

static bool refill(struct vml_cache *cache, struct vml_magazine *magazine)
{
	lockdep_assert_held(&magazine->lock);
	spin_lock(&cache->lock);
	while (magazine->nr < half(cache) &&
	       vml_slab_take(cache, VML_LINK_CACHED,
			     &magazine->rounds[magazine->nr]))
		magazine->nr++;
	spin_unlock(&cache->lock);
	magazine->refills++;
	return magazine->nr;
}

/* Where an object lies that certainly is one of the cache. */
static struct vml_frame *slab_of(const struct vml_cache *cache,
				 const void *object, u32 *number)
{
	u32 offset = 0;
	struct vml_frame *frame = vml_slab_find(object, &offset);

	*number = vml_slab_number(cache, frame, offset);
	return frame;
}

/* Those that lie longest go first. */
static void flush(struct vml_cache *cache, struct vml_magazine *magazine,
		  u32 left)
{
	u32 nr = magazine->nr - left, doomed = VML_NONE, i;

	lockdep_assert_held(&magazine->lock);
	spin_lock(&cache->lock);
	for (i = 0; i < nr; i++) {
		struct vml_frame *frame;
		u32 number;

		frame = slab_of(cache, magazine->rounds[i].object, &number);
		vml_slab_give(cache, frame, number, &doomed);
	}
	spin_unlock(&cache->lock);
	memmove(magazine->rounds, magazine->rounds + nr,
		left * sizeof(*magazine->rounds));
	magazine->nr = left;
	magazine->flushes++;
	vml_slab_release(cache, doomed);
}

/**
 * vml_magazine_drain() - empty the magazine of a CPU
 * @cache: the cache
 * @cpu: number of the CPU
 *
 * Context: process; takes the locks of the magazine, of the cache and of frames.
 */
void vml_magazine_drain(struct vml_cache *cache, unsigned int cpu)
{
	struct vml_magazine *magazine;

	if (!cache->magazines)
		return;
	magazine = &cache->magazines[cpu];
	spin_lock(&magazine->lock);
	if (magazine->nr)
		flush(cache, magazine, 0);
	spin_unlock(&magazine->lock);
}

/**
 * vml_magazines_drain() - empty all magazines of a cache
 * @cache: the cache
 *
 * Context: as vml_magazine_drain().
 * Return: how many slabs have free objects after.
 */
u32 vml_magazines_drain(struct vml_cache *cache)
{
	unsigned int cpu;
	u32 nr;

	for (cpu = 0; cpu < vml_slab_cpus(); cpu++)
		vml_magazine_drain(cache, cpu);
	spin_lock(&cache->lock);
	nr = cache->partial.nr + cache->empty.nr;
	spin_unlock(&cache->lock);
	return nr;
}

/**
 * vml_magazines_init() - give a cache its magazines
 * @cache: the cache
 * @cpus: highest number that a CPU may have plus one
 *
 * The larger the objects, the fewer a CPU keeps to itself: four kilobytes, but
 * four objects at least.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int vml_magazines_init(struct vml_cache *cache, unsigned int cpus)
{
	unsigned int cpu;

	cache->rounds = clamp(4096 / cache->size, 4U, (u32)VML_ROUNDS);
	cache->magazines = kvcalloc(cpus, sizeof(*cache->magazines),
				    GFP_KERNEL);
	if (!cache->magazines)
		return -ENOMEM;
	for (cpu = 0; cpu < cpus; cpu++)
		spin_lock_init(&cache->magazines[cpu].lock);
	return 0;
}

/* === Allocate === */

/* Makes room in the slabs; others may be faster to use it. */
static bool make_room(struct vml_cache *cache, u32 req)
{
	return vml_slab_grow(cache, req) || vml_magazines_drain(cache);
}

static __always_inline void *take_round(struct vml_magazine *magazine)
{
	struct vml_round *round = &magazine->rounds[--magazine->nr];

	WRITE_ONCE(*round->link, VML_LINK_LIVE);
	magazine->allocs++;
	return round->object;
}

static noinline void *alloc_slowly(struct vml_cache *cache, u32 req)
{
	do {
		struct vml_magazine *magazine =
			&cache->magazines[raw_smp_processor_id()];
		void *object = NULL;

		spin_lock(&magazine->lock);
		if (magazine->nr || refill(cache, magazine))
			object = take_round(magazine);
		spin_unlock(&magazine->lock);
		if (object)
			return object;
	} while (make_room(cache, req));
	return NULL;
}

/* What was written to it while it was free is reported, and it is used. */
static void watch(struct vml_cache *cache, void *object, u32 who)
{
	struct vml_frame *frame;
	u32 number;

	frame = slab_of(cache, object, &number);
	vml_poison_check(cache, frame, number, false);
	vml_poison_taken(cache, object, who);
}

static void *alloc_watched(struct vml_cache *cache, u32 req)
{
	u32 who = vml_slab_who(cache);

	do {
		struct vml_round round;
		bool taken;

		spin_lock(&cache->lock);
		taken = vml_slab_take(cache, VML_LINK_LIVE, &round);
		if (taken && cache->flags & VML_CACHE_DEBUG)
			watch(cache, round.object, who);
		cache->allocs += taken;
		spin_unlock(&cache->lock);
		if (taken)
			return round.object;
	} while (vml_slab_grow(cache, req));
	return NULL;
}

static noinline void *alloc_specially(struct vml_cache *cache, u32 req)
{
	void *object;

	if (!(req & VML_REQ_ZERO))
		return alloc_watched(cache, req);
	if (cache->ctor)
		return NULL;
	object = vml_cache_alloc(cache, req & ~(u32)VML_REQ_ZERO);
	return object ? memset(object, 0, cache->size) : NULL;
}

/**
 * vml_cache_alloc() - allocate an object
 * @cache: the cache
 * @req: VML_REQ_*; zone, node and type do not matter
 *
 * In a cache with VML_CACHE_POISON, one that was written to after it was freed
 * is reported, repaired and given out.
 *
 * Context: process; may sleep only with VML_REQ_RECLAIM.
 * Return: the object; NULL if there is no memory, or if it shall be zeroed but
 * has a constructor.
 */
void *vml_cache_alloc(struct vml_cache *cache, u32 req)
{
	struct vml_magazine *magazine;
	void *object;

	if (unlikely(!cache->magazines || req & VML_REQ_ZERO))
		return alloc_specially(cache, req);
	/* Who moves to another CPU now only finds the lock contended. */
	magazine = &cache->magazines[raw_smp_processor_id()];
	spin_lock(&magazine->lock);
	if (unlikely(!magazine->nr)) {
		spin_unlock(&magazine->lock);
		return alloc_slowly(cache, req);
	}
	object = take_round(magazine);
	spin_unlock(&magazine->lock);
	return object;
}

/* === Free === */

static noinline int refuse_foreign(struct vml_cache *cache, const void *object)
{
	vml_slab_report(cache, VML_SLAB_FOREIGN, NULL, VML_NONE, object);
	return -EINVAL;
}

static noinline int refuse_double(struct vml_cache *cache,
				  const struct vml_frame *frame, u32 number,
				  const void *object)
{
	vml_slab_report(cache, VML_SLAB_DOUBLE, frame, number, object);
	return -EALREADY;
}

static int free_watched(struct vml_cache *cache, struct vml_frame *frame,
			u32 number, void *object)
{
	u16 *links = vml_slab_links(cache, frame, vml_frame_address(frame));
	u32 who = vml_slab_who(cache), doomed = VML_NONE, bugs;

	spin_lock(&cache->lock);
	if (frame->owner != cache || READ_ONCE(links[number]) != VML_LINK_LIVE) {
		spin_unlock(&cache->lock);
		return refuse_double(cache, frame, number, object);
	}
	bugs = vml_poison_check(cache, frame, number, true);
	vml_poison_given(cache, object, who);
	vml_slab_give(cache, frame, number, &doomed);
	cache->frees++;
	spin_unlock(&cache->lock);
	vml_slab_release(cache, doomed);
	return bugs ? -EUCLEAN : 0;
}

/* Nothing is changed if there is no room, or it is not found or not in use. */
static __always_inline bool put_round(struct vml_cache *cache,
				      struct vml_magazine *magazine,
				      void *object)
{
	u32 offset, number, nr = magazine->nr;
	struct vml_frame *frame;
	u16 *link;

	if (unlikely(nr == cache->rounds))
		return false;
	frame = vml_slab_find_in(cache, &magazine->reach, object, &offset);
	if (unlikely(!frame))
		return false;
	number = vml_slab_number(cache, frame, offset);
	if (unlikely(number == VML_NONE))
		return false;
	link = vml_slab_links(cache, frame, object - offset) + number;
	if (unlikely(cmpxchg(link, VML_LINK_LIVE, VML_LINK_CACHED) !=
		     VML_LINK_LIVE))
		return false;
	magazine->rounds[nr] = (struct vml_round) { object, link };
	magazine->nr = nr + 1;
	magazine->frees++;
	return true;
}

/* What is not where the last one was, finds no room, or cannot be freed. */
static noinline int free_slowly(struct vml_cache *cache, void *object)
{
	const struct vml_run *run = vml_address_run(object);
	struct vml_magazine *magazine;
	struct vml_frame *frame;
	struct vml_reach reach;
	u32 offset, number;
	bool put;

	if (!run)
		return refuse_foreign(cache, object);
	reach = (struct vml_reach) {
		.virt = (uintptr_t)run->virt,
		.bytes = (uintptr_t)run->nr << VML_FRAME_SHIFT,
		.start = (uintptr_t)run->first << VML_FRAME_SHIFT,
	};
	frame = vml_slab_find_in(cache, &reach, object, &offset);
	if (!frame)
		return refuse_foreign(cache, object);
	number = vml_slab_number(cache, frame, offset);
	if (number == VML_NONE)
		return refuse_foreign(cache, object);
	if (!cache->magazines)
		return free_watched(cache, frame, number, object);
	magazine = &cache->magazines[raw_smp_processor_id()];
	spin_lock(&magazine->lock);
	magazine->reach = reach;
	if (magazine->nr == cache->rounds)
		flush(cache, magazine, half(cache));
	put = put_round(cache, magazine, object);
	spin_unlock(&magazine->lock);
	return put ? 0 : refuse_double(cache, frame, number, object);
}

/**
 * vml_cache_free() - free an object
 * @cache: its cache
 * @object: any pointer; followed only if it is an object in use
 *
 * What cannot be freed is reported and left as it is.
 *
 * Context: process; does not sleep.
 * Return: 0; -EINVAL if it is no object of the cache; -EALREADY if it is free
 * already; -EUCLEAN if it was freed, but its guards were written over, which is
 * reported and repaired.
 */
int vml_cache_free(struct vml_cache *cache, void *object)
{
	struct vml_magazine *magazine = cache->magazines;
	bool put;

	if (unlikely(!magazine))
		return free_slowly(cache, object);
	magazine += raw_smp_processor_id();
	spin_lock(&magazine->lock);
	put = put_round(cache, magazine, object);
	spin_unlock(&magazine->lock);
	return likely(put) ? 0 : free_slowly(cache, object);
}

/**
 * vml_kfree() - free what vml_kmalloc() returned
 * @object: any pointer; NULL is nothing to free
 *
 * Objects of other caches are freed too.
 *
 * Context: process; does not sleep.
 * Return: as vml_cache_free().
 */
int vml_kfree(void *object)
{
	struct vml_frame *frame;
	u32 offset;

	if (unlikely(!object))
		return 0;
	frame = vml_slab_find(object, &offset);
	if (unlikely(!frame))
		return refuse_foreign(NULL, object);
	return vml_cache_free(frame->owner, object);
}
