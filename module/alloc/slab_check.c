// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The invariants of caches
 *
 * Every slab is on the list that its index says; its links are those of all
 * objects: as many lead from one to the next as are free, and the others say
 * what keeps theirs from being so. Counters say what the slabs have. What lies
 * in magazines belongs to the cache, and its link says so.
 *
 * An object changes between being in use and lying in a magazine under the lock
 * of the magazine. So if no magazine was used from before the slabs were looked
 * at until after, as many links must say that their objects are in magazines as
 * the magazines have.
 */
#include <vmlab/cache.h>
#include <vmlab/slab_check.h>

#include <linux/sched.h>

/**
 * struct checking - the check of one cache
 * @cache: the cache
 * @how: VML_CHECK_*
 * @taken: objects taken, by the indices of the slabs
 * @cached: of them, in magazines, by their links
 * @bugs: found so far
 */
struct checking {
	struct vml_cache *cache;
	u32 how;
	u32 taken;
	u32 cached;
	u32 bugs;
};

static void expect(struct checking *c, bool good, const struct vml_frame *frame)
{
	if (good)
		return;
	c->bugs++;
	vml_slab_report(c->cache, VML_SLAB_STATE, frame, VML_NONE, NULL);
}

/* Counts the objects that lead to each other, up to one too many. */
static u32 count_free(const struct checking *c, const u16 *links, u32 number)
{
	u32 nr = 0;

	for (; number < c->cache->per_slab && nr <= c->cache->per_slab; nr++)
		number = READ_ONCE(links[number]);
	return number == VML_LINK_END ? nr : VML_NONE;
}

static void check_slab(struct checking *c, struct vml_frame *frame)
{
	struct vml_cache *cache = c->cache;
	u16 *links = vml_slab_links(cache, frame, vml_frame_address(frame));
	u32 live = 0, cached = 0, i;

	for (i = 0; i < cache->per_slab; i++) {
		u16 link = READ_ONCE(links[i]);

		live += link == VML_LINK_LIVE;
		cached += link == VML_LINK_CACHED;
		if (c->how & VML_CHECK_GUARDS)
			c->bugs += vml_poison_look(cache, frame, i,
						   link == VML_LINK_LIVE);
	}
	expect(c, live + cached == vml_slab_taken(frame->index), frame);
	expect(c, live + cached +
	       count_free(c, links, frame->index & VML_SLAB_FIRST) ==
	       cache->per_slab, frame);
	c->taken += vml_slab_taken(frame->index);
	c->cached += cached;
	if (c->how & VML_CHECK_QUIET)
		cond_resched();
}

static bool is_slab(const struct checking *c, struct vml_frame *frame)
{
	u32 want = VML_FRAME_SLAB |
		   vml_word_make(0, VML_USED, c->cache->order, 0);

	return (vml_frame_word(frame) & (VML_FRAME_SLAB | VML_WORD_STATE |
					 VML_WORD_ORDER)) == want &&
	       frame->owner == c->cache;
}

static void check_list(struct checking *c, const struct vml_slabs *slabs)
{
	u32 number = slabs->first, prev = VML_NONE, nr = 0;

	for (; number < vml_frames.nr && nr <= slabs->nr; nr++) {
		struct vml_frame *frame = vml_frame_at(number);

		if (!is_slab(c, frame) || frame->prev != prev ||
		    vml_slab_list(c->cache, frame->index) != slabs)
			break;
		check_slab(c, frame);
		prev = number;
		number = frame->next;
	}
	expect(c, number == VML_NONE && nr == slabs->nr,
	       prev == VML_NONE ? NULL : vml_frame_at(prev));
}

static void check_lists(struct checking *c)
{
	struct vml_cache *cache = c->cache;

	check_list(c, &cache->full);
	check_list(c, &cache->partial);
	check_list(c, &cache->empty);
	expect(c, c->taken == cache->taken, NULL);
}

static void check_slabs(struct checking *c)
{
	if (c->how & VML_CHECK_QUIET) {
		check_lists(c);
		return;
	}
	spin_lock(&c->cache->lock);
	check_lists(c);
	spin_unlock(&c->cache->lock);
}

static bool is_round(const struct vml_cache *cache,
		     const struct vml_round *round)
{
	u32 offset, number;
	struct vml_frame *frame = vml_slab_find(round->object, &offset);

	if (!frame || frame->owner != cache)
		return false;
	number = vml_slab_number(cache, frame, offset);
	return number != VML_NONE &&
	       round->link == number +
		vml_slab_links(cache, frame, vml_frame_address(frame)) &&
	       READ_ONCE(*round->link) == VML_LINK_CACHED;
}

/* Returns how often the magazines were used, and how many rounds they have. */
static u64 check_magazines(struct checking *c, u32 *rounds)
{
	struct vml_cache *cache = c->cache;
	unsigned int cpu;
	u64 used = 0;
	u32 i;

	*rounds = 0;
	for (cpu = 0; cpu < vml_slab_cpus() && cache->magazines; cpu++) {
		struct vml_magazine *magazine = &cache->magazines[cpu];

		spin_lock(&magazine->lock);
		for (i = 0; i < magazine->nr; i++)
			expect(c, is_round(cache, &magazine->rounds[i]), NULL);
		*rounds += magazine->nr;
		used += magazine->allocs + magazine->frees +
			magazine->refills + magazine->flushes;
		spin_unlock(&magazine->lock);
	}
	return used;
}

/**
 * vml_cache_verify() - check the invariants of a cache
 * @cache: must not go away
 * @how: as for vml_slab_check()
 *
 * What is wrong is reported, and left as it is.
 *
 * Context: takes the locks of the magazines, and that of the cache for as long
 * as it takes to look at all of it. With VML_CHECK_QUIET not the latter, and may
 * sleep.
 * Return: how many invariants were found broken.
 */
u32 vml_cache_verify(struct vml_cache *cache, u32 how)
{
	struct checking c = { .cache = cache, .how = how };
	u32 before, after;
	u64 used;

	used = check_magazines(&c, &before);
	check_slabs(&c);
	if (used == check_magazines(&c, &after))
		expect(&c, c.cached == before && before == after, NULL);
	return c.bugs;
}
