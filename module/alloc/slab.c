// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Slabs
 *
 * J. Bonwick, "The Slab Allocator: An Object-Caching Kernel Memory Allocator",
 * USENIX Summer 1994. A cache has objects of one kind; it cuts them out of slabs,
 * blocks of frames, and keeps those that are freed. Slabs that have both objects
 * in use and free ones serve first, so that others become empty and can be given
 * back. The first object of each slab lies a little further than that of the
 * slab before, as far as there is room: else the same fields of all objects would
 * compete for the same lines of the processor's cache. Objects are constructed
 * when their slab is made, and freed in that state.
 *
 * Here the descriptor of a slab is that of its first frame, as in newer Linux:
 * the list that it is on, its cache, and what its index says, see
 * vmlab/cache.h. Beside it there is a link for each object, as in the first slab
 * allocator of Linux, so nothing that the user of a free object does to it
 * leads astray; a link that is overwritten nevertheless is seen before it is
 * followed.
 */
#include <vmlab/cache.h>

#include <linux/lockdep.h>
#include <linux/math.h>
#include <linux/minmax.h>

/* What slabs are shifted by: a line of the processor's cache. */
#define COLOUR_STEP	64U

/* === Layout === */

/* How many objects fit beside their links. */
static u32 fit_inside(const struct vml_cache *cache, u32 bytes)
{
	u32 nr = bytes / (cache->stride + sizeof(u16));

	while (nr && round_up(nr * sizeof(u16), cache->align) +
		     nr * cache->stride > bytes)
		nr--;
	return nr;
}

/* Returns the bytes that have no object in a slab of such an order. */
static u32 try_order(struct vml_cache *cache, unsigned int order, bool outside)
{
	u32 bytes = VML_FRAME_SIZE << order;
	u32 nr = outside ? bytes / cache->stride : fit_inside(cache, bytes);

	if (outside && (!order || nr > VML_LINKS_OUTSIDE))
		return bytes;
	cache->order = order;
	cache->links_outside = outside;
	cache->per_slab = nr;
	cache->start = cache->left;
	if (!outside)
		cache->start += round_up(nr * sizeof(u16), cache->align);
	return bytes - nr * cache->stride;
}

/* The smallest order that wastes an eighth at most, or else the least. */
static void choose_order(struct vml_cache *cache)
{
	unsigned int order, best = 0;
	u32 least = U32_MAX;
	bool best_outside = false;

	for (order = 0; order <= VML_SLAB_ORDER_MAX; order++) {
		unsigned int outside;

		for (outside = 0; outside <= 1; outside++) {
			u32 waste = try_order(cache, order, outside) <<
				    (VML_SLAB_ORDER_MAX - order);

			if (waste >= least)
				continue;
			least = waste;
			best = order;
			best_outside = outside;
		}
		if (least <= (VML_FRAME_SIZE << VML_SLAB_ORDER_MAX) / 8)
			break;
	}
	try_order(cache, best, best_outside);
}

/**
 * vml_slab_layout() - choose how the slabs of a cache look
 * @cache: with @size, @align, @left, @right and @stride
 */
void vml_slab_layout(struct vml_cache *cache)
{
	u32 rest;

	choose_order(cache);
	rest = vml_slab_bytes(cache) + cache->left - cache->start -
	       cache->per_slab * cache->stride;
	cache->mask = vml_slab_bytes(cache) - 1;
	cache->reciprocal = (1ULL << 32) / cache->stride + 1;
	cache->colour_step = max(cache->align, COLOUR_STEP);
	cache->colours = min(rest, VML_SLAB_COLOUR_MAX) / cache->colour_step +
			 1;
}

/* === Lists === */

static void add(struct vml_slabs *slabs, struct vml_frame *frame)
{
	u32 number = vml_frame_number(frame);

	frame->next = slabs->first;
	frame->prev = VML_NONE;
	if (slabs->first != VML_NONE)
		vml_frame_at(slabs->first)->prev = number;
	slabs->first = number;
	slabs->nr++;
}

static void del(struct vml_slabs *slabs, struct vml_frame *frame)
{
	if (frame->prev != VML_NONE)
		vml_frame_at(frame->prev)->next = frame->next;
	else
		slabs->first = frame->next;
	if (frame->next != VML_NONE)
		vml_frame_at(frame->next)->prev = frame->prev;
	slabs->nr--;
}

/* Each change of a slab goes through here. */
static void set_index(struct vml_cache *cache, struct vml_frame *frame,
		      u32 index)
{
	struct vml_slabs *from = vml_slab_list(cache, frame->index);
	struct vml_slabs *to = vml_slab_list(cache, index);

	lockdep_assert_held(&cache->lock);
	WRITE_ONCE(frame->index, index);
	if (from == to)
		return;
	del(from, frame);
	add(to, frame);
}

/* === Objects === */

/**
 * vml_slab_take() - take a free object from the slabs
 * @cache: the cache
 * @state: what it shall be: VML_LINK_LIVE or VML_LINK_CACHED
 * @round: where to say which
 *
 * A slab whose links were overwritten is reported, and keeps its free objects
 * until all others are back.
 *
 * Context: cache->lock held.
 * Return: whether there was one.
 */
bool vml_slab_take(struct vml_cache *cache, u32 state, struct vml_round *round)
{
	for (;;) {
		u32 head = cache->partial.first, index, first, next;
		struct vml_frame *frame;

		if (head == VML_NONE)
			head = cache->empty.first;
		if (head == VML_NONE)
			return false;
		frame = vml_frame_at(head);
		index = frame->index;
		first = index & VML_SLAB_FIRST;
		round->object = vml_slab_object(cache, frame, first);
		round->link = vml_slab_links(cache, frame,
					     vml_frame_address(frame)) + first;
		next = READ_ONCE(*round->link);
		index &= ~(u32)VML_SLAB_FIRST;
		if (next < cache->per_slab || next == VML_LINK_END) {
			WRITE_ONCE(*round->link, state);
			set_index(cache, frame, (index | next) +
				  (1U << VML_SLAB_TAKEN_SHIFT));
			cache->taken++;
			return true;
		}
		set_index(cache, frame, index | VML_LINK_END);
		vml_slab_report(cache, VML_SLAB_STATE, frame, first,
				round->object);
	}
}

/**
 * vml_slab_give() - put a taken object back in its slab
 * @cache: its cache
 * @frame: the first frame of its slab
 * @number: of the object
 * @doomed: slabs that go: too many are empty
 *
 * Context: cache->lock held; the caller passes @doomed, which he set to VML_NONE,
 * to vml_slab_release() without it.
 */
void vml_slab_give(struct vml_cache *cache, struct vml_frame *frame, u32 number,
		   u32 *doomed)
{
	u16 *links = vml_slab_links(cache, frame, vml_frame_address(frame));
	u32 index = frame->index;

	WRITE_ONCE(links[number], index & VML_SLAB_FIRST);
	index = (index & ~(u32)VML_SLAB_FIRST) | number;
	set_index(cache, frame, index - (1U << VML_SLAB_TAKEN_SHIFT));
	cache->taken--;
	vml_slab_doom(cache, &cache->empty, VML_SLABS_EMPTY, doomed);
}

/* === Slabs === */

/* Says nothing of zeroes, as objects do not come zeroed from their slab. */
static u32 req_of(const struct vml_cache *cache, u32 req)
{
	u32 zone = cache->flags & VML_CACHE_DMA ? VML_DMA : VML_NORMAL;

	return VML_REQ(zone, VML_UNMOVABLE) |
	       (req & (VML_REQ_RECLAIM | VML_REQ_ATOMIC | VML_REQ_HIGH |
		       VML_REQ_RECLAIMER));
}

static void init_slab(struct vml_cache *cache, struct vml_frame *frame)
{
	u16 *links = vml_slab_links(cache, frame, vml_frame_address(frame));
	u32 i;

	for (i = 0; i < cache->per_slab; i++) {
		void *object = vml_slab_object(cache, frame, i);

		WRITE_ONCE(links[i], i + 1 < cache->per_slab ? i + 1 :
							       VML_LINK_END);
		vml_poison_new(cache, object);
		if (cache->ctor)
			cache->ctor(object);
	}
}

static u32 next_colour(struct vml_cache *cache)
{
	u32 colour;

	spin_lock(&cache->lock);
	colour = cache->colour;
	cache->colour = (colour + 1) % cache->colours;
	spin_unlock(&cache->lock);
	return colour * cache->colour_step;
}

/**
 * vml_slab_grow() - make another slab
 * @cache: the cache
 * @req: of the object that is to come from it
 *
 * Context: no locks held; may sleep only with VML_REQ_RECLAIM.
 * Return: whether there were frames for it.
 */
bool vml_slab_grow(struct vml_cache *cache, u32 req)
{
	struct vml_frame *frame = vml_alloc(cache->order, req_of(cache, req));

	if (!frame)
		return false;
	if (!vml_frame_address(frame)) {
		vml_free(frame, cache->order);
		return false;
	}
	frame->index = next_colour(cache) << VML_SLAB_COLOUR_SHIFT;
	init_slab(cache, frame);
	/* Who comes by the slab finds it made, and sees whose it is. */
	smp_store_release(&frame->owner, (void *)cache);
	atomic_fetch_or_release(VML_FRAME_SLAB, &frame->word);
	spin_lock(&cache->lock);
	add(&cache->empty, frame);
	cache->grown++;
	spin_unlock(&cache->lock);
	return true;
}

/**
 * vml_slab_doom() - take slabs off a list, to be given back
 * @cache: the cache
 * @slabs: the list
 * @keep: how many may stay
 * @doomed: the slabs that go, which @next of their first frames links
 *
 * From here on, whoever frees an object of theirs is told that it is none.
 *
 * Context: cache->lock held.
 */
void vml_slab_doom(struct vml_cache *cache, struct vml_slabs *slabs, u32 keep,
		   u32 *doomed)
{
	lockdep_assert_held(&cache->lock);
	while (slabs->nr > keep) {
		struct vml_frame *frame = vml_frame_at(slabs->first);

		del(slabs, frame);
		atomic_andnot(VML_FRAME_SLAB, &frame->word);
		WRITE_ONCE(frame->owner, NULL);
		frame->next = *doomed;
		*doomed = vml_frame_number(frame);
		cache->reaped++;
	}
}

/**
 * vml_slab_release() - give slabs back
 * @cache: their cache
 * @doomed: the first of them, or VML_NONE
 *
 * Objects that were written to after they were freed are reported before.
 *
 * Context: cache->lock not held.
 * Return: how many frames were freed.
 */
u32 vml_slab_release(struct vml_cache *cache, u32 doomed)
{
	u32 freed = 0;

	while (doomed != VML_NONE) {
		struct vml_frame *frame = vml_frame_at(doomed);
		bool empty = !vml_slab_taken(frame->index);
		u32 i;

		doomed = frame->next;
		for (i = 0; i < cache->per_slab && empty; i++)
			vml_poison_check(cache, frame, i, false);
		vml_free(frame, cache->order);
		freed += 1U << cache->order;
	}
	return freed;
}
