// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The caches of objects
 *
 * All caches are on one list, whose lock is held while something is done to each
 * of them, so that none goes away meanwhile. Their objects are allocated and
 * freed without it.
 */
#include <vmlab/cache.h>
#include <vmlab/slab_check.h>

#include <linux/cache.h>
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#define ALIGN_MIN	8U	/* of all objects: that of a pointer */
#define ALIGN_MAX	VML_FRAME_SIZE
#define GUARD		8U	/* bytes, at least */

static DEFINE_SPINLOCK(lock);	/* protects the list, and how often it changed */
static struct vml_cache *first;
static u32 changes;
static unsigned int cpus __read_mostly;

/**
 * vml_slab_cpus() - how many CPUs have magazines
 */
unsigned int vml_slab_cpus(void)
{
	return cpus;
}

/* === Create === */

static bool is_name(const char *name)
{
	static const char characters[] =
	  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
	size_t length;

	if (!name)
		return false;
	length = strspn(name, characters);
	return length && length < VML_CACHE_NAME && !name[length];
}

static bool is_good(const struct vml_cache_config *config)
{
	return is_name(config->name) &&
	       config->size && config->size <= VML_OBJECT_MAX &&
	       config->align <= ALIGN_MAX &&
	       !(config->align & (config->align - 1)) &&
	       !(config->flags & ~(u32)VML_CACHE_FLAGS) &&
	       !(config->ctor && config->flags & VML_CACHE_POISON);
}

/* What is in a slot, and how slots make a slab. */
static void shape(struct vml_cache *cache, const struct vml_cache_config *config)
{
	u32 guard = config->flags & VML_CACHE_REDZONE ? GUARD : 0;
	u32 owners = config->flags & VML_CACHE_OWNER ? 2 * sizeof(u32) : 0;

	cache->size = config->size;
	cache->align = max(config->align, ALIGN_MIN);
	cache->flags = config->flags;
	cache->ctor = config->ctor;
	cache->left = round_up(guard, cache->align);
	cache->right = round_up(config->size + guard, ALIGN_MIN);
	cache->stride = round_up(cache->left + cache->right + owners,
				 cache->align);
	vml_slab_layout(cache);
}

static struct vml_cache *make(const struct vml_cache_config *config,
			      bool generic)
{
	/* All but the generic ones are made because somebody asks for them. */
	struct vml_cache *cache = kvcalloc(1, sizeof(*cache), generic ?
					   GFP_KERNEL : GFP_KERNEL_ACCOUNT);

	if (!cache)
		return NULL;
	shape(cache, config);
	memcpy(cache->name, config->name, strlen(config->name));
	cache->generic = generic;
	spin_lock_init(&cache->lock);
	cache->full.first = VML_NONE;
	cache->partial.first = VML_NONE;
	cache->empty.first = VML_NONE;
	if (config->flags & (VML_CACHE_DEBUG | VML_CACHE_DMA) ||
	    !vml_magazines_init(cache, cpus))
		return cache;
	kvfree(cache);
	return NULL;
}

static void end(struct vml_cache *cache)
{
	kvfree(cache->magazines);
	kvfree(cache);
}

static struct vml_cache *by_name(const char *name)
{
	struct vml_cache *cache;

	lockdep_assert_held(&lock);
	for (cache = first; cache; cache = cache->next)
		if (!strcmp(cache->name, name))
			break;
	return cache;
}

static bool enlist(struct vml_cache *cache)
{
	struct vml_cache **link;
	bool taken;

	spin_lock(&lock);
	taken = by_name(cache->name);
	for (link = &first; *link && !taken; )
		link = &(*link)->next;
	if (!taken) {
		*link = cache;
		WRITE_ONCE(changes, changes + 1);
	}
	spin_unlock(&lock);
	return !taken;
}

/**
 * vml_cache_add() - create a cache, of any kind
 * @config: see there
 * @generic: it is one of those behind vml_kmalloc()
 *
 * Context: may sleep.
 * Return: as vml_cache_create().
 */
struct vml_cache *vml_cache_add(const struct vml_cache_config *config,
				bool generic)
{
	struct vml_cache *cache;

	if (!cpus || !is_good(config))
		return ERR_PTR(-EINVAL);
	cache = make(config, generic);
	if (!cache)
		return ERR_PTR(-ENOMEM);
	if (enlist(cache))
		return cache;
	end(cache);
	return ERR_PTR(-EEXIST);
}

/**
 * vml_cache_create() - create a cache
 * @config: is copied
 *
 * Objects of a cache that is watched, or for DMA, come straight from its slabs;
 * each CPU has some of the others at hand.
 *
 * Context: may sleep.
 * Return: the cache, or an ERR_PTR(): -EINVAL for what cannot be, -EEXIST for a
 * name that is taken, -ENOMEM.
 */
struct vml_cache *vml_cache_create(const struct vml_cache_config *config)
{
	return vml_cache_add(config, false);
}

/* === Destroy === */

static void delist(struct vml_cache *cache)
{
	struct vml_cache **link = &first;

	lockdep_assert_held(&lock);
	while (*link != cache)
		link = &(*link)->next;
	*link = cache->next;
	WRITE_ONCE(changes, changes + 1);
}

/* Also those with damaged links, which are full as long as they last. */
static u32 doom_all(struct vml_cache *cache)
{
	u32 doomed = VML_NONE;

	lockdep_assert_held(&cache->lock);
	vml_slab_doom(cache, &cache->full, 0, &doomed);
	vml_slab_doom(cache, &cache->partial, 0, &doomed);
	vml_slab_doom(cache, &cache->empty, 0, &doomed);
	return doomed;
}

/**
 * vml_cache_destroy() - take a cache away
 * @cache: nobody allocates from it or frees to it meanwhile
 *
 * Context: may sleep.
 * Return: 0; -EBUSY if objects are in use; -EPERM if it is a generic one.
 */
int vml_cache_destroy(struct vml_cache *cache)
{
	u32 doomed = VML_NONE;
	bool busy;

	if (cache->generic)
		return -EPERM;
	spin_lock(&lock);
	vml_cache_shrink(cache);
	spin_lock(&cache->lock);
	busy = cache->taken;
	if (!busy)
		doomed = doom_all(cache);
	spin_unlock(&cache->lock);
	vml_slab_release(cache, doomed);
	if (!busy)
		delist(cache);
	spin_unlock(&lock);
	if (busy)
		return -EBUSY;
	end(cache);
	return 0;
}

/* Gives back all slabs, whatever is in them; returns the objects in use. */
static u32 give_all(struct vml_cache *cache)
{
	u32 doomed, left;

	vml_magazines_drain(cache);
	spin_lock(&cache->lock);
	left = cache->taken;
	doomed = doom_all(cache);
	spin_unlock(&cache->lock);
	vml_slab_release(cache, doomed);
	return left;
}

/* === Shrink === */

/**
 * vml_cache_shrink() - give back what a cache does not need
 * @cache: the cache
 *
 * Empties its magazines, then gives its empty slabs back.
 *
 * Context: process; takes the locks of magazines, of the cache and of frames.
 * Return: how many frames were freed, by others meanwhile too.
 */
u32 vml_cache_shrink(struct vml_cache *cache)
{
	u32 doomed = VML_NONE;
	u64 before, after;

	spin_lock(&cache->lock);
	before = cache->reaped;
	spin_unlock(&cache->lock);
	vml_magazines_drain(cache);
	spin_lock(&cache->lock);
	vml_slab_doom(cache, &cache->empty, 0, &doomed);
	after = cache->reaped;
	spin_unlock(&cache->lock);
	vml_slab_release(cache, doomed);
	return (after - before) << cache->order;
}

/**
 * vml_slab_shrink() - give back what no cache needs, for frames are scarce
 *
 * Context: process, no locks held; allocates nothing and does not sleep.
 * Return: how many frames were freed.
 */
u32 vml_slab_shrink(void)
{
	struct vml_cache *cache;
	u32 freed = 0;

	spin_lock(&lock);
	for (cache = first; cache; cache = cache->next)
		freed += vml_cache_shrink(cache);
	spin_unlock(&lock);
	return freed;
}

/**
 * vml_slab_drain_cpu() - empty the magazines of a CPU, which has gone offline
 * @cpu: its number
 *
 * Context: as vml_slab_shrink().
 */
void vml_slab_drain_cpu(unsigned int cpu)
{
	struct vml_cache *cache;

	spin_lock(&lock);
	for (cache = first; cache; cache = cache->next)
		vml_magazine_drain(cache, cpu);
	spin_unlock(&lock);
}

/* === Look === */

static void sum_magazines(struct vml_cache *cache, struct vml_cache_info *info)
{
	unsigned int cpu;

	for (cpu = 0; cpu < cpus && cache->magazines; cpu++) {
		struct vml_magazine *magazine = &cache->magazines[cpu];

		spin_lock(&magazine->lock);
		info->cached += magazine->nr;
		info->allocs += magazine->allocs;
		info->frees += magazine->frees;
		info->refills += magazine->refills;
		info->flushes += magazine->flushes;
		spin_unlock(&magazine->lock);
	}
}

/**
 * vml_cache_look() - say how a cache is at this moment
 * @cache: the cache
 * @info: is filled in; of a cache in use, what is live may be off by what its
 *	magazines traded meanwhile
 *
 * Context: process; takes the locks of magazines and of the cache.
 */
void vml_cache_look(struct vml_cache *cache, struct vml_cache_info *info)
{
	unsigned int i;

	*info = (struct vml_cache_info) {
		.size = cache->size,
		.stride = cache->stride,
		.align = cache->align,
		.flags = cache->flags,
		.order = cache->order,
		.per_slab = cache->per_slab,
		.colours = cache->colours,
		.guard_before = cache->left,
		.guard_after = cache->flags & VML_CACHE_REDZONE ?
			       cache->right - cache->size : 0,
	};
	memcpy(info->name, cache->name, sizeof(info->name));
	sum_magazines(cache, info);
	for (i = 0; i < VML_SLAB_ERRORS; i++)
		info->errors[i] = atomic_read(&cache->errors[i]);
	spin_lock(&cache->lock);
	info->slabs_full = cache->full.nr;
	info->slabs_partial = cache->partial.nr;
	info->slabs_empty = cache->empty.nr;
	info->live = cache->taken - min(info->cached, cache->taken);
	info->free = (cache->full.nr + cache->partial.nr + cache->empty.nr) *
		     cache->per_slab - cache->taken;
	info->allocs += cache->allocs;
	info->frees += cache->frees;
	info->grown = cache->grown;
	info->reaped = cache->reaped;
	spin_unlock(&cache->lock);
}

/**
 * vml_cache_list() - say how some caches are at this moment
 * @from: how many to pass over; the oldest come first
 * @info: is filled in
 * @nr: how many there is room for
 *
 * Context: as vml_cache_look(), and takes the lock of the list.
 * Return: how many were filled in.
 */
unsigned int vml_cache_list(unsigned int from, struct vml_cache_info *info,
			    unsigned int nr)
{
	struct vml_cache *cache;
	unsigned int i = 0;

	spin_lock(&lock);
	for (cache = first; cache && i < from + nr; cache = cache->next, i++)
		if (i >= from)
			vml_cache_look(cache, &info[i - from]);
	spin_unlock(&lock);
	return i > from ? i - from : 0;
}

/**
 * vml_cache_changes() - how often a cache came or went
 *
 * Who calls vml_cache_list() several times knows by this whether he may have
 * missed one.
 *
 * Context: any.
 */
u32 vml_cache_changes(void)
{
	return READ_ONCE(changes);
}

/**
 * vml_cache_find() - say how a cache is at this moment
 * @name: its name
 * @info: is filled in
 *
 * Context: as vml_cache_list().
 * Return: 0 or -ENOENT.
 */
int vml_cache_find(const char *name, struct vml_cache_info *info)
{
	struct vml_cache *cache;

	spin_lock(&lock);
	cache = by_name(name);
	if (cache)
		vml_cache_look(cache, info);
	spin_unlock(&lock);
	return cache ? 0 : -ENOENT;
}

/**
 * vml_slab_locate() - find the object that an address is in
 * @address: any pointer; not followed
 * @object: is filled in
 *
 * Context: process; its slab must not go away meanwhile, as it does not while
 * one of its objects is in use.
 * Return: 0; -ENOENT if it is in no slot of a slab.
 */
int vml_slab_locate(const void *address, struct vml_slab_object *object)
{
	u32 offset, slots;
	struct vml_frame *frame = vml_slab_find(address, &offset);
	struct vml_cache *cache;
	u16 *links;

	if (!frame)
		return -ENOENT;
	cache = READ_ONCE(frame->owner);
	if (!cache)
		return -ENOENT;
	links = vml_slab_links(cache, frame, (void *)address - offset);
	slots = cache->start - cache->left +
		(READ_ONCE(frame->index) >> VML_SLAB_COLOUR_SHIFT);
	if (offset < slots ||
	    (offset - slots) / cache->stride >= cache->per_slab)
		return -ENOENT;
	object->cache = cache;
	object->frame = vml_frame_number(frame);
	object->number = (offset - slots) / cache->stride;
	object->address = vml_slab_object(cache, frame, object->number);
	object->live = READ_ONCE(links[object->number]) == VML_LINK_LIVE;
	vml_poison_owners(cache, object->address, &object->allocated_by,
			  &object->freed_by);
	return 0;
}

/**
 * vml_cache_name() - the name of a cache
 * @cache: also the owner of a frame with %VML_FRAME_SLAB
 */
const char *vml_cache_name(const struct vml_cache *cache)
{
	return cache->name;
}

/* === Start and end === */

static u32 check_all(u32 how)
{
	struct vml_cache *cache;
	u32 broken = 0;

	for (cache = first; cache; cache = cache->next)
		broken += vml_cache_verify(cache, how);
	return broken;
}

/**
 * vml_slab_check() - check the invariants of all caches
 * @how: %VML_CHECK_GUARDS to look at guards and free objects too, which are no
 *	invariants, as it is users who spoil them; %VML_CHECK_QUIET if nobody
 *	allocates or frees objects, or creates or destroys caches, meanwhile
 *
 * What is wrong is reported. While others allocate and free, what is in
 * magazines is not counted against what the slabs say of it.
 *
 * Context: takes the lock of the list, and in turn those of the caches and of
 * their magazines; with VML_CHECK_QUIET only the latter, and may sleep.
 * Return: how many invariants were found broken.
 */
u32 vml_slab_check(u32 how)
{
	u32 broken;

	if (how & VML_CHECK_QUIET)
		return check_all(how);
	spin_lock(&lock);
	broken = check_all(how);
	spin_unlock(&lock);
	return broken;
}

/**
 * vml_slab_init() - start the caches of objects
 * @nr_cpus: highest number that a CPU may have plus one
 *
 * Context: may sleep; once, after vml_alloc_init().
 * Return: 0, -EINVAL or -ENOMEM.
 */
int vml_slab_init(unsigned int nr_cpus)
{
	int err;

	if (!nr_cpus)
		return -EINVAL;
	cpus = nr_cpus;
	err = vml_sizes_init();
	if (err)
		vml_slab_fini();
	return err;
}

/**
 * vml_slab_fini() - take all caches away, with whatever objects they have
 *
 * Context: may sleep; nothing is allocated or freed any more.
 * Return: how many objects were still in use.
 */
u32 vml_slab_fini(void)
{
	u32 leaked = 0;

	vml_sizes_fini();
	while (first) {
		struct vml_cache *cache = first;

		leaked += give_all(cache);
		spin_lock(&lock);
		delist(cache);
		spin_unlock(&lock);
		end(cache);
	}
	cpus = 0;
	return leaked;
}
