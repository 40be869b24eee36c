// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of what is wrong: each bug in the use of an object, reported once
 * and exactly; and damage done on purpose, which the checker finds.
 */
#include <errno.h>
#include <string.h>

#include "slab.h"
#include "slab_unit.h"

#define SIZE	60

/* One report so far, of this, with the right byte. */
static void expect(enum vml_slab_error error, const void *object, s32 offset,
		   u8 found, u8 wanted)
{
	const struct vml_slab_bug *bug = &slab_heard.last;
	struct vml_slab_object place;

	must(slab_reports() == 1 && slab_heard.nr[error] == 1);
	must(bug->error == error && bug->object == object);
	must(!strcmp(slab_heard.name, "watched"));
	must(bug->offset == offset);
	must(bug->found == found && bug->wanted == wanted);
	must(!vml_slab_locate(object, &place));
	must(bug->frame == place.frame && bug->number == place.number);
	must(bug->number == slab_heard.last.number);
	memset(slab_heard.nr, 0, sizeof(slab_heard.nr));
}

static struct vml_cache *watched(unsigned char **object)
{
	struct vml_cache *cache;

	slab_start(256, 1, 0);
	cache = slab_cache("watched", SIZE, VML_CACHE_DEBUG);
	*object = vml_cache_alloc(cache, VML_REQ_KERNEL);
	must(*object);
	return cache;
}

void overruns(void)
{
	unsigned char *object;
	struct vml_cache *cache = watched(&object);
	u32 after = slab_info(cache).guard_after, i;

	must(after >= 8);
	for (i = 0; i < after; i++) {
		object[SIZE + i] = 7;
		must(vml_slab_check(VML_CHECK_GUARDS) == 1);
		expect(VML_SLAB_OVERRUN, object, SIZE + i, 7, 0xbb);
		/* It is no invariant, and stays for its owner to find. */
		must(!vml_slab_check(0));
		must(vml_slab_check(EVERYTHING) == 1);
		expect(VML_SLAB_OVERRUN, object, SIZE + i, 7, 0xbb);
		object[SIZE + i] = 0xbb;
		must(!vml_slab_check(VML_CHECK_GUARDS));
	}
	memset(object, 0, SIZE + 2);
	must(vml_cache_free(cache, object) == -EUCLEAN);
	expect(VML_SLAB_OVERRUN, object, SIZE, 0, 0xbb);
	/* Of an object that is free, seen when it is allocated. */
	object[SIZE + 1] = 9;
	must(vml_cache_alloc(cache, VML_REQ_KERNEL) == object);
	expect(VML_SLAB_OVERRUN, object, SIZE + 1, 9, 0xbb);
	must(!vml_cache_free(cache, object));
	must(slab_info(cache).errors[VML_SLAB_OVERRUN] == 2 * after + 2);
	slab_end();
}

void underruns(void)
{
	unsigned char *object;
	struct vml_cache *cache = watched(&object);

	must(slab_info(cache).guard_before == 8);
	object[-8] = 1;
	must(vml_slab_check(VML_CHECK_GUARDS) == 1);
	expect(VML_SLAB_UNDERRUN, object, -8, 1, 0xbb);
	object[-1] = 3;
	must(vml_cache_free(cache, object) == -EUCLEAN);
	expect(VML_SLAB_UNDERRUN, object, -8, 1, 0xbb);
	must(!vml_slab_check(VML_CHECK_GUARDS));
	must(!slab_info(cache).live);
	slab_end();
}

static void double_in(u32 flags)
{
	struct vml_cache *cache;
	void *object, *other;

	slab_start(256, 1, 0);
	cache = slab_cache("watched", SIZE, flags);
	object = vml_cache_alloc(cache, VML_REQ_KERNEL);
	other = vml_cache_alloc(cache, VML_REQ_KERNEL);
	must(object != other);
	must(!vml_cache_free(cache, object));
	must(vml_cache_free(cache, object) == -EALREADY);
	expect(VML_SLAB_DOUBLE, object, 0, 0, 0);
	must(vml_kfree(object) == -EALREADY);
	expect(VML_SLAB_DOUBLE, object, 0, 0, 0);
	vml_slab_drain_cpu(0);
	must(vml_cache_free(cache, object) == -EALREADY);
	expect(VML_SLAB_DOUBLE, object, 0, 0, 0);
	must(!vml_slab_check(VML_CHECK_GUARDS));
	must(!vml_cache_free(cache, other));
	/* When the slab is gone, it is nobody's object. */
	vml_slab_shrink();
	must(vml_cache_free(cache, object) == -EINVAL);
	slab_end();
}

void doubles(void)
{
	double_in(VML_CACHE_DEBUG);
	double_in(0);
}

void used(void)
{
	unsigned char *object;
	struct vml_cache *cache = watched(&object);

	must(!vml_cache_free(cache, object));
	must(object[0] == 0x6b && !memcmp(object, object + 1, SIZE - 1));
	object[SIZE - 1] = 5;
	must(vml_cache_alloc(cache, VML_REQ_KERNEL) == object);
	expect(VML_SLAB_USED, object, SIZE - 1, 5, 0x6b);
	must(!vml_cache_free(cache, object));
	object[0] = 6;
	must(vml_slab_check(VML_CHECK_GUARDS) == 1);
	expect(VML_SLAB_USED, object, 0, 6, 0x6b);
	must(!vml_slab_check(0));
	object[0] = 0x6b;
	must(!vml_slab_check(VML_CHECK_GUARDS));
	/* Never allocated again: seen when its slab goes. */
	object[10] = 7;
	slab_heard.last.number = VML_NONE;
	must(vml_cache_shrink(cache));
	must(slab_heard.nr[VML_SLAB_USED] == 1 && slab_reports() == 1);
	must(slab_heard.last.offset == 10);
	slab_end();
}

void foreign(void)
{
	unsigned char *object, *own = NULL;
	struct vml_cache *cache = watched(&object);
	struct vml_cache *other = slab_cache("other", SIZE, 0);
	struct vml_frame *frame = vml_alloc(0, VML_REQ_KERNEL);
	struct vml_slab_object place;

	must(vml_cache_free(cache, &own) == -EINVAL);
	must(vml_cache_free(cache, NULL) == -EINVAL);
	must(vml_cache_free(cache, object + 1) == -EINVAL);
	must(vml_cache_free(cache, object - 8) == -EINVAL);
	must(vml_cache_free(cache, (void *)((uintptr_t)object & ~4095UL)) ==
	     -EINVAL);
	must(vml_cache_free(other, object) == -EINVAL);
	must(slab_heard.nr[VML_SLAB_FOREIGN] == 6);
	must(vml_cache_free(other, vml_frame_address(frame)) == -EINVAL);
	must(vml_cache_free(other, slab_memory - 1) == -EINVAL);
	must(vml_cache_free(other, slab_memory + slab_bytes) == -EINVAL);
	must(!strcmp(slab_heard.name, "other"));
	must(vml_kfree(slab_memory) == -EINVAL);
	must(!strcmp(slab_heard.name, "generic"));
	must(slab_heard.nr[VML_SLAB_FOREIGN] == 10 && slab_reports() == 10);
	must(slab_heard.last.frame == VML_NONE);
	must(slab_heard.last.object == slab_memory);
	must(vml_slab_locate(&own, &place) == -ENOENT);
	must(vml_slab_locate((void *)((uintptr_t)object & ~4095UL), &place) ==
	     -ENOENT);
	/* Bytes after the last slot. */
	must(vml_slab_locate((void *)((uintptr_t)object | 4095), &place) ==
	     -ENOENT);
	vml_free(frame, 0);
	must(slab_info(cache).live == 1 && !vml_slab_check(VML_CHECK_GUARDS));
	must(!vml_cache_free(cache, object));
	slab_end();
}

void owners(void)
{
	struct vml_slab_object place;
	struct vml_cache *cache;
	void *object;

	slab_start(256, 1, 0);
	cache = slab_cache("watched", SIZE, VML_CACHE_OWNER);
	slab_heard.who = 100;
	object = vml_cache_alloc(cache, VML_REQ_KERNEL);
	must(!vml_slab_locate(object, &place));
	must(place.allocated_by == 100 && !place.freed_by && place.live);
	slab_heard.who = 101;
	must(!vml_cache_free(cache, object));
	slab_heard.who = 102;
	must(vml_cache_free(cache, object) == -EALREADY);
	must(slab_heard.last.allocated_by == 100);
	must(slab_heard.last.freed_by == 101);
	must(!vml_slab_locate(object, &place) && !place.live);
	must(place.freed_by == 101);
	slab_end();
}

/* A watched slab that goes takes nobody's damage with it unseen. */
void given_back(void)
{
	unsigned char *object;
	struct vml_cache *cache = watched(&object);

	must(!vml_cache_free(cache, object));
	object[-1] = 0;
	object[3] = 0;
	object[SIZE] = 0;
	must(!vml_cache_destroy(cache));
	must(slab_heard.nr[VML_SLAB_UNDERRUN] == 1);
	must(slab_heard.nr[VML_SLAB_USED] == 1);
	must(slab_heard.nr[VML_SLAB_OVERRUN] == 1 && slab_reports() == 3);
	slab_end();
}

/* Changes a word, and expects the checker to see it. */
static void damage(void *at, size_t size, u64 value)
{
	u64 good = 0;

	memcpy(&good, at, size);
	memcpy(at, &value, size);
	must(vml_slab_check(VML_CHECK_GUARDS));
	memcpy(at, &good, size);
	must(!vml_slab_check(VML_CHECK_GUARDS));
}

void slab_damages(void)
{
	struct vml_magazine *magazine;
	struct vml_frame *frame;
	struct vml_cache *cache;
	u16 *links, *link;
	void *object;

	slab_start(256, 1, 0);
	slab_heard.expected = true;
	cache = slab_cache("watched", SIZE, 0);
	object = vml_cache_alloc(cache, VML_REQ_KERNEL);
	frame = vml_address_frame(object);
	links = (u16 *)vml_frame_address(frame);
	magazine = &cache->magazines[0];
	link = magazine->rounds[0].link;
	damage(link, 2, VML_LINK_LIVE);
	damage(link, 2, VML_LINK_END);
	damage(&links[cache->per_slab - 1], 2, VML_LINK_LIVE);
	damage(&links[cache->per_slab - 1], 2, cache->per_slab);
	damage(&links[cache->per_slab - 1], 2, cache->per_slab - 2);
	damage(&frame->index, 4, frame->index + 1);
	damage(&frame->index, 4, frame->index | VML_SLAB_FIRST);
	damage(&frame->index, 4, frame->index + (1U << VML_SLAB_TAKEN_SHIFT));
	damage(&frame->index, 4, frame->index + (8U << VML_SLAB_COLOUR_SHIFT));
	damage(&frame->owner, 8, 0);
	damage(&frame->word, 4, vml_frame_word(frame) & ~VML_FRAME_SLAB);
	damage(&frame->prev, 4, 0);
	damage(&frame->next, 4, vml_frames.nr);
	damage(&frame->next, 4, vml_frame_number(frame));
	damage(&cache->partial.nr, 4, 0);
	damage(&cache->partial.nr, 4, 2);
	damage(&cache->partial.first, 4, VML_NONE);
	damage(&cache->taken, 4, cache->taken + 1);
	damage(&magazine->nr, 4, magazine->nr - 1);
	damage(&magazine->rounds[0].object, 8, (uintptr_t)object);
	damage(&magazine->rounds[0].link, 8, (uintptr_t)(link + 1));
	must(!vml_cache_free(cache, object));
	slab_end();
}

/* Links that were written over lead nowhere. */
void broken_links(void)
{
	struct vml_cache *cache;
	void *object, *other;
	u32 frames;
	u16 *links;

	slab_start(256, 1, 0);
	slab_heard.expected = true;
	frames = pool_free();
	cache = slab_cache("watched", SIZE, VML_CACHE_OWNER);
	object = vml_cache_alloc(cache, VML_REQ_KERNEL);
	links = (u16 *)((uintptr_t)object & ~4095UL);
	/* With nothing in use, what is not to be trusted goes with the cache. */
	must(!vml_cache_free(cache, object));
	links[0] = cache->per_slab;
	must(!vml_cache_free(cache, vml_cache_alloc(cache, VML_REQ_KERNEL)));
	expect(VML_SLAB_STATE, object, 0, 0, 0);
	must(slab_info(cache).slabs_full == 1);
	must(!vml_cache_destroy(cache));
	must(pool_free() == frames);
	cache = slab_cache("watched", SIZE, VML_CACHE_OWNER);
	object = vml_cache_alloc(cache, VML_REQ_KERNEL);
	links = (u16 *)((uintptr_t)object & ~4095UL);
	links[1] = cache->per_slab;
	other = vml_cache_alloc(cache, VML_REQ_KERNEL);
	must(other && vml_address_frame(other) != vml_address_frame(object));
	expect(VML_SLAB_STATE, slab_heard.last.object, 0, 0, 0);
	must(slab_info(cache).slabs_full == 1);
	must(!vml_cache_free(cache, other));
	/* In a circle back to what is in use. */
	links = (u16 *)((uintptr_t)other & ~4095UL);
	other = vml_cache_alloc(cache, VML_REQ_KERNEL);
	links[1] = 0;
	must(vml_cache_alloc(cache, VML_REQ_KERNEL) != other);
	must(vml_cache_alloc(cache, VML_REQ_KERNEL) != other);
	expect(VML_SLAB_STATE, other, 0, 0, 0);
	must(vml_slab_check(VML_CHECK_GUARDS));
	must(slab_abandon() == 4);
}
