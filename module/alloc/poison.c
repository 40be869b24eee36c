// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Watched objects
 *
 * The debugging of Bonwick's paper of 1994, section 6, with the names of Linux.
 * A slot of a cache with all of it:
 *
 *	left guard | object | right guard | who allocated it | who freed it
 *
 * The guards hold VML_BYTE_GUARD always, and a free object VML_BYTE_FREE. What
 * is found written over is reported, with the first wrong byte. Guards are looked
 * at when the object is allocated and freed, free objects when they are allocated
 * or when their slab is given back, and then repaired: so the next report is of
 * the next bug. vml_slab_check() looks at all of them and changes nothing.
 */
#include <vmlab/cache.h>
#include <vmlab/slab_check.h>

#include <linux/lockdep.h>
#include <linux/string.h>

/**
 * struct owners - the last words of a slot
 * @allocated_by: process that allocated the object last
 * @freed_by: process that freed it last
 */
struct owners {
	u32 allocated_by;
	u32 freed_by;
};

static struct owners *owners_of(const struct vml_cache *cache,
				const void *object)
{
	return (struct owners *)((uintptr_t)object + cache->right);
}

/**
 * vml_poison_owners() - who had an object last
 * @cache: its cache
 * @object: the object
 * @allocated_by: where to say who allocated it; 0 if that is not known
 * @freed_by: where to say who freed it
 */
void vml_poison_owners(const struct vml_cache *cache, const void *object,
		       u32 *allocated_by, u32 *freed_by)
{
	*allocated_by = 0;
	*freed_by = 0;
	if (!(cache->flags & VML_CACHE_OWNER))
		return;
	*allocated_by = READ_ONCE(owners_of(cache, object)->allocated_by);
	*freed_by = READ_ONCE(owners_of(cache, object)->freed_by);
}

/* Tells of a bug and counts it. What is not known is filled in. */
static void report(struct vml_cache *cache, struct vml_slab_bug *bug)
{
	const struct vml_alloc_ops *ops = vml_alloc_get_ops();

	bug->cache = "generic";
	if (cache) {
		atomic_inc(&cache->errors[bug->error]);
		bug->cache = cache->name;
		if (bug->number != VML_NONE)
			vml_poison_owners(cache, bug->object,
					  &bug->allocated_by, &bug->freed_by);
	}
	if (ops->slab_report)
		ops->slab_report(bug);
}

/**
 * vml_slab_report() - report a bug that is of no particular byte
 * @cache: the cache, or NULL: all generic ones
 * @error: what it is
 * @frame: first frame of the slab, or NULL
 * @number: of the object in it, or VML_NONE
 * @object: where; any pointer if there is no number
 *
 * Context: any.
 */
void vml_slab_report(struct vml_cache *cache, enum vml_slab_error error,
		     const struct vml_frame *frame, u32 number,
		     const void *object)
{
	struct vml_slab_bug bug = {
		.error = error,
		.object = object,
		.frame = frame ? vml_frame_number(frame) : VML_NONE,
		.number = number,
	};

	report(cache, &bug);
}

/**
 * vml_slab_who() - who is at work, if a cache wants to know
 * @cache: the cache
 *
 * Context: that of the op.
 * Return: the process, 0 if it is not known.
 */
u32 vml_slab_who(const struct vml_cache *cache)
{
	const struct vml_alloc_ops *ops = vml_alloc_get_ops();

	return cache->flags & VML_CACHE_OWNER && ops->who ? ops->who() : 0;
}

static void fill_free(struct vml_cache *cache, void *object)
{
	if (cache->flags & VML_CACHE_POISON)
		memset(object, VML_BYTE_FREE, cache->size);
}

/**
 * vml_poison_new() - prepare the slot of an object that was never used
 * @cache: the cache
 * @object: the object
 *
 * A watched object may be shown to whoever holds it: nothing is left in it of
 * what others had in the frames before.
 */
void vml_poison_new(struct vml_cache *cache, void *object)
{
	if (cache->flags & VML_CACHE_DEBUG)
		memset(object, 0, cache->size);
	if (cache->flags & VML_CACHE_REDZONE) {
		memset(object - cache->left, VML_BYTE_GUARD, cache->left);
		memset(object + cache->size, VML_BYTE_GUARD,
		       cache->right - cache->size);
	}
	if (cache->flags & VML_CACHE_OWNER)
		*owners_of(cache, object) = (struct owners) { };
	fill_free(cache, object);
}

/* All bytes of a piece must have one value; returns whether they did. */
static bool check_bytes(struct vml_cache *cache, struct vml_slab_bug *bug,
			s32 from, s32 to, u8 value, bool repair)
{
	void *start = (void *)bug->object + from;
	u8 *wrong = memchr_inv(start, value, to - from);

	if (!wrong)
		return true;
	bug->offset = (void *)wrong - bug->object;
	bug->found = *wrong;
	bug->wanted = value;
	report(cache, bug);
	if (repair)
		memset(start, value, to - from);
	return false;
}

static u32 check_slot(struct vml_cache *cache, struct vml_frame *frame,
		      u32 number, bool live, bool repair)
{
	struct vml_slab_bug bug = {
		.object = vml_slab_object(cache, frame, number),
		.frame = vml_frame_number(frame),
		.number = number,
	};
	u32 bugs = 0;

	if (cache->flags & VML_CACHE_REDZONE) {
		bug.error = VML_SLAB_UNDERRUN;
		bugs += !check_bytes(cache, &bug, -cache->left, 0,
				     VML_BYTE_GUARD, repair);
		bug.error = VML_SLAB_OVERRUN;
		bugs += !check_bytes(cache, &bug, cache->size, cache->right,
				     VML_BYTE_GUARD, repair);
	}
	if (cache->flags & VML_CACHE_POISON && !live) {
		bug.error = VML_SLAB_USED;
		bugs += !check_bytes(cache, &bug, 0, cache->size,
				     VML_BYTE_FREE, repair);
	}
	return bugs;
}

/**
 * vml_poison_check() - look whether somebody wrote where he must not
 * @cache: the cache
 * @frame: the first frame of the slab
 * @number: of the object
 * @live: it is in use
 *
 * What is wrong is reported and repaired.
 *
 * Context: cache->lock held, or the slab is on no list.
 * Return: how many bugs there were.
 */
u32 vml_poison_check(struct vml_cache *cache, struct vml_frame *frame,
		     u32 number, bool live)
{
	return check_slot(cache, frame, number, live, true);
}

/**
 * vml_poison_look() - the same, but what is wrong is only reported
 * @cache: the cache
 * @frame: the first frame of the slab
 * @number: of the object
 * @live: it is in use
 *
 * So whoever has the object still finds what he did to it.
 *
 * Context: cache->lock held, or nobody uses the cache.
 * Return: how many bugs there are.
 */
u32 vml_poison_look(struct vml_cache *cache, struct vml_frame *frame,
		    u32 number, bool live)
{
	return check_slot(cache, frame, number, live, false);
}

/**
 * vml_poison_taken() - note that an object is in use
 * @cache: the cache
 * @object: the object
 * @who: the process that allocates it
 *
 * Context: cache->lock held.
 */
void vml_poison_taken(struct vml_cache *cache, void *object, u32 who)
{
	lockdep_assert_held(&cache->lock);
	if (cache->flags & VML_CACHE_OWNER)
		WRITE_ONCE(owners_of(cache, object)->allocated_by, who);
}

/**
 * vml_poison_given() - note that an object is free
 * @cache: the cache
 * @object: the object
 * @who: the process that frees it
 *
 * Context: cache->lock held.
 */
void vml_poison_given(struct vml_cache *cache, void *object, u32 who)
{
	lockdep_assert_held(&cache->lock);
	if (cache->flags & VML_CACHE_OWNER)
		WRITE_ONCE(owners_of(cache, object)->freed_by, who);
	fill_free(cache, object);
}
