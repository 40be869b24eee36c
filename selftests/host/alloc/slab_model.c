// SPDX-License-Identifier: GPL-2.0
/*
 * The naive model of object caches.
 */
#include <errno.h>
#include <string.h>

#include <linux/err.h>

#include "slab_model.h"

void slab_model_start(struct slab_model *m)
{
	memset(m, 0, sizeof(*m));
	must(slab_bytes <= sizeof(m->held));
}

static bool all(const unsigned char *at, unsigned char value, u32 size)
{
	return at[0] == value && !memcmp(at, at + 1, size - 1);
}

/* === Caches === */

static void create(struct slab_model *m, u32 kind, u32 random)
{
	static const u32 flags[8] = {
		0, 0, 0, VML_CACHE_DEBUG, VML_CACHE_REDZONE, VML_CACHE_POISON,
		VML_CACHE_OWNER | VML_CACHE_DMA, VML_CACHE_DMA
	};
	unsigned int i = random % MODEL_CACHES;
	struct model_cache *cache = &m->caches[i];
	char name[16];
	struct vml_cache_config config = {
		.name = name,
		.size = 1 + (kind >> 8) % (random & 8 ? 8192 : 200),
		.align = random & 16 ? 1U << (random >> 5 & 7) : 0,
		.flags = flags[random >> 8 & 7],
	};
	struct vml_cache *new;

	snprintf(name, sizeof(name), "cache-%u", i);
	new = vml_cache_create(&config);
	if (cache->cache) {
		must(new == ERR_PTR(-EEXIST));
		return;
	}
	must(!IS_ERR(new));
	*cache = (struct model_cache) {
		new, config.size, config.align, config.flags, 0
	};
}

static void destroy(struct slab_model *m, u32 random)
{
	struct model_cache *cache = &m->caches[random % MODEL_CACHES];

	if (!cache->cache)
		return;
	if (cache->live) {
		must(vml_cache_destroy(cache->cache) == -EBUSY);
		return;
	}
	must(!vml_cache_destroy(cache->cache));
	cache->cache = NULL;
}

static void disturb(struct slab_model *m, u32 kind, u32 random)
{
	struct model_cache *cache = &m->caches[random >> 8 & 7];

	switch (random & 15) {
	case 0 ... 2:
		create(m, kind, random >> 8);
		break;
	case 3:
		destroy(m, random >> 8);
		break;
	case 4:
		vml_slab_shrink();
		break;
	case 5:
		if (cache->cache)
			vml_cache_shrink(cache->cache);
		break;
	case 6:
		vml_slab_drain_cpu(random >> 8 & 1);
		break;
	default:
		standin_cpu = random >> 8 & 1;
	}
}

/* === Objects === */

/* A new object is aligned, in the pool, and nobody's. */
static void take(struct slab_model *m, struct model_object *object, u32 align)
{
	size_t offset = object->at - slab_memory;

	must(offset < slab_bytes && offset + object->size <= slab_bytes);
	must(!align || !((uintptr_t)object->at % align));
	must(all(m->held + offset, 0, object->size));
	memset(m->held + offset, 1, object->size);
	object->fill = ++m->fill;
	memset(object->at, object->fill, object->size);
	m->nr++;
	m->allocs++;
}

static void allocate(struct slab_model *m, u32 kind, u32 random)
{
	struct model_object *object = &m->objects[m->nr];
	unsigned int i = random % (MODEL_CACHES + 2);
	struct model_cache *cache = &m->caches[i % MODEL_CACHES];
	u32 req = VML_REQ_KERNEL | (kind >> 16 & 1 ? VML_REQ_ZERO : 0);
	u32 align = 8;

	if (m->nr == MODEL_OBJECTS)
		return;
	if (i < MODEL_CACHES && cache->cache) {
		object->cache = i;
		object->size = cache->size;
		align = cache->align;
		object->at = vml_cache_alloc(cache->cache, req);
		cache->live += !!object->at;
	} else {
		object->cache = MODEL_CACHES;
		object->size = 1 + (kind >> 17) % (random & 256 ? 8192 : 128);
		if (random >> 9 & 1)
			req = (req & ~VML_REQ_ZONE) | VML_DMA;
		object->at = vml_kmalloc(object->size, req);
	}
	if (!object->at) {
		m->refused++;
		return;
	}
	if (req & VML_REQ_ZERO)
		must(all(object->at, 0, object->size));
	must(vml_ksize(object->at) >= object->size);
	take(m, object, align);
}

static int give(struct slab_model *m, const struct model_object *object)
{
	if (object->cache == MODEL_CACHES)
		return vml_kfree(object->at);
	return vml_cache_free(m->caches[object->cache].cache, object->at);
}

/* Frees an object that is as it was left; the caches are to answer @want. */
static void release(struct slab_model *m, u32 random, int want)
{
	struct model_object *object = &m->objects[random % m->nr];

	must(all(object->at, object->fill, object->size));
	must(give(m, object) == want);
	memset(m->held + (object->at - slab_memory), 0, object->size);
	if (object->cache < MODEL_CACHES)
		m->caches[object->cache].live--;
	*object = m->objects[--m->nr];
}

/* === Bugs === */

static void free_twice(struct slab_model *m, u32 random)
{
	struct model_object object = m->objects[random % m->nr];

	release(m, random, 0);
	switch (give(m, &object)) {
	case -EALREADY:
		m->expected[VML_SLAB_DOUBLE]++;
		break;
	case -EINVAL:
		/* The slab went with it. */
		m->expected[VML_SLAB_FOREIGN]++;
		break;
	default:
		must(false);
	}
}

static void free_foreign(struct slab_model *m, u32 random)
{
	struct model_object *object = &m->objects[random % m->nr];
	struct model_cache *other = &m->caches[random >> 12 & 7];
	unsigned char *at = object->at;

	m->expected[VML_SLAB_FOREIGN] += 2;
	must(vml_kfree(at + 1) == -EINVAL);
	if (object->size > 8)
		must(vml_kfree(at + 8) == -EINVAL);
	else
		must(vml_kfree(&object) == -EINVAL);
	if (!other->cache || object->cache == (random >> 12 & 7))
		return;
	m->expected[VML_SLAB_FOREIGN]++;
	must(vml_cache_free(other->cache, at) == -EINVAL);
}

static void write_beyond(struct slab_model *m, u32 random)
{
	struct model_object *object = &m->objects[random % m->nr];
	struct vml_cache_info info;
	bool before = random >> 12 & 1;

	if (object->cache == MODEL_CACHES ||
	    !(m->caches[object->cache].flags & VML_CACHE_REDZONE))
		return;
	info = slab_info(m->caches[object->cache].cache);
	random >>= 13;
	if (before)
		object->at[-1 - (s32)(random % info.guard_before)] = 1;
	else
		object->at[object->size + random % info.guard_after] = 1;
	m->expected[before ? VML_SLAB_UNDERRUN : VML_SLAB_OVERRUN]++;
	release(m, object - m->objects, -EUCLEAN);
}

static void write_after(struct slab_model *m, u32 random)
{
	struct model_object object = m->objects[random % m->nr];
	struct vml_slab_object place;

	if (object.cache == MODEL_CACHES ||
	    !(m->caches[object.cache].flags & VML_CACHE_POISON))
		return;
	release(m, random, 0);
	/* If its slab went with it, the memory may be anybody's. */
	if (vml_slab_locate(object.at, &place) ||
	    place.cache != m->caches[object.cache].cache)
		return;
	object.at[(random >> 12) % object.size] = 1;
	m->expected[VML_SLAB_USED]++;
	must(vml_slab_check(EVERYTHING) == 1);
	object.at[(random >> 12) % object.size] = VML_BYTE_FREE;
}

void slab_model_step(struct slab_model *m, u32 kind, u32 random)
{
	switch (kind & 255) {
	case 0 ... 7:
		disturb(m, kind, random);
		break;
	case 8 ... 131:
		allocate(m, kind, random);
		break;
	default:
		if (!m->nr)
			break;
		if ((kind & 255) > 135)
			release(m, random, 0);
		else if ((kind & 255) == 132)
			free_twice(m, random);
		else if ((kind & 255) == 133)
			free_foreign(m, random);
		else if ((kind & 255) == 134)
			write_beyond(m, random);
		else if ((kind & 0x3ff) == 135)
			write_after(m, random);
	}
}

void slab_model_check(struct slab_model *m)
{
	struct vml_cache_info infos[22 + MODEL_CACHES + 1];
	unsigned int i, nr = vml_cache_list(0, infos, 22 + MODEL_CACHES + 1);
	u32 generic = m->nr, live = 0, frames = 0;

	must(!vml_slab_check(EVERYTHING));
	must(!vml_alloc_check(true));
	must(!memcmp(slab_heard.nr, m->expected, sizeof(m->expected)));
	for (i = 0; i < MODEL_CACHES; i++) {
		struct model_cache *cache = &m->caches[i];

		if (!cache->cache)
			continue;
		generic -= cache->live;
		must(slab_info(cache->cache).live == cache->live);
		must(slab_info(cache->cache).size == cache->size);
	}
	for (i = 0; i < nr; i++) {
		const struct vml_cache_info *info = &infos[i];
		u32 slabs = info->slabs_full + info->slabs_partial +
			    info->slabs_empty;

		must(info->live + info->cached + info->free ==
		     slabs * info->per_slab);
		must(info->allocs - info->frees == info->live);
		must(info->grown - info->reaped == slabs);
		frames += slabs << info->order;
		live += i < 22 ? info->live : 0;
	}
	must(live == generic);
	must(pool_free() + frames == MODEL_FRAMES + 64);
	for (i = 0; i < m->nr; i++)
		must(all(m->objects[i].at, m->objects[i].fill,
			 m->objects[i].size));
}

void slab_model_end(struct slab_model *m)
{
	unsigned int i;

	slab_model_check(m);
	while (m->nr)
		release(m, 0, 0);
	for (i = 0; i < MODEL_CACHES; i++)
		destroy(m, i);
	slab_model_check(m);
	vml_slab_shrink();
	must(pool_free() == MODEL_FRAMES + 64);
}
