// SPDX-License-Identifier: GPL-2.0
/* Caches and their objects. */
#include "pool.h"

#include <errno.h>
#include <string.h>

#define L(NAME, kind, member) \
	FIELD(VMLAB_A_SLAB_##NAME, kind, struct cache, member)
static const struct field cache_fields[] = {
	L(CACHE, TEXT, name), L(SIZE, U64, size), L(ALIGN, U32, align),
	L(FLAGS, U32, flags), L(STRIDE, U32, stride), L(ORDER, U32, order),
	L(PER_SLAB, U32, per_slab), L(COLOURS, U32, colours),
	L(SLABS_FULL, U32, full), L(SLABS_PARTIAL, U32, partial),
	L(SLABS_EMPTY, U32, empty), L(LIVE, U32, live), L(CACHED, U32, cached),
	L(FREE, U32, free), L(ALLOCS, U64, allocs), L(FREES, U64, frees),
	L(REFILLS, U64, refills), L(FLUSHES, U64, flushes),
	L(GROWN, U64, grown), L(REAPED, U64, reaped), L(OWN, FLAG, own),
};

#define J(NAME, kind, member) \
	FIELD(VMLAB_A_OBJECT_##NAME, kind, struct object, member)
static const struct field object_fields[] = {
	J(HANDLE, U32, handle), J(FRAME, U32, frame), J(NUMBER, U32, number),
	J(SIZE, U64, size), J(FREED, FLAG, freed), J(ADDRESS, U64, address),
};

static void start(struct genl *g, __u8 cmd, __u16 flags, const char *session,
		  const char *cache)
{
	genl_new(g, cmd, flags);
	genl_text(g, VMLAB_A_SLAB_SESSION, session);
	genl_text(g, VMLAB_A_SLAB_CACHE, cache);
}

int cache_create(struct genl *g, const char *session, struct cache *cache)
{
	int ret;

	start(g, VMLAB_CMD_SLAB_CREATE, 0, session, cache->name);
	genl_u64(g, VMLAB_A_SLAB_SIZE, cache->size);
	if (cache->align)
		genl_u32(g, VMLAB_A_SLAB_ALIGN, cache->align);
	if (cache->flags)
		genl_u32(g, VMLAB_A_SLAB_FLAGS, cache->flags);
	ret = genl_call(g);
	if (!ret)
		attrs_read(genl_reply(g), cache_fields, NR(cache_fields),
			   cache);
	return ret;
}

int cache_destroy(struct genl *g, const char *session, const char *name)
{
	start(g, VMLAB_CMD_SLAB_DESTROY, NLM_F_ACK, session, name);
	return genl_call(g);
}

int caches_get(struct genl *g, struct cache *caches, unsigned int max)
{
	struct list list = {
		cache_fields, NR(cache_fields), (char *)caches,
		sizeof(*caches), max,
	};

	start(g, VMLAB_CMD_SLAB_GET, 0, NULL, NULL);
	return genl_list(g, &list);
}

int cache_get(struct genl *g, const char *name, struct cache *cache)
{
	struct list list = {
		cache_fields, NR(cache_fields), (char *)cache,
		sizeof(*cache), 1,
	};
	int ret;

	start(g, VMLAB_CMD_SLAB_GET, 0, NULL, name);
	ret = genl_list(g, &list);
	return ret < 0 ? ret : ret ? 0 : -ENOENT;
}

struct search {
	const char *name;
	long long found;
};

static int find_bug(struct attrs reply, void *arg)
{
	struct search *search = arg;

	search->found = counter_find(reply, VMLAB_A_SLAB_BUG, search->name);
	return 0;
}

long long cache_bugs(struct genl *g, const char *name, const char *kind)
{
	struct search search = { kind, -1 };

	start(g, VMLAB_CMD_SLAB_GET, 0, NULL, name);
	return genl_dump(g, find_bug, &search) ? -1 : search.found;
}

static unsigned int read_objects(struct attrs row, struct object *objects,
				 unsigned int max)
{
	unsigned int nr = 0;
	struct attr a;

	while (attr_next(&row, &a)) {
		if (a.type != VMLAB_A_SLAB_OBJECT || nr == max)
			continue;
		memset(&objects[nr], 0, sizeof(*objects));
		attrs_read(attr_nest(&a), object_fields, NR(object_fields),
			   &objects[nr++]);
	}
	return nr;
}

int objects_alloc(struct genl *g, const char *session, const char *cache,
		  __u64 size, __u32 count, struct object *objects)
{
	int ret;

	start(g, VMLAB_CMD_SLAB_ALLOC, 0, session, cache);
	if (size)
		genl_u64(g, VMLAB_A_SLAB_SIZE, size);
	genl_u32(g, VMLAB_A_SLAB_COUNT, count);
	ret = genl_call(g);
	return ret ? ret : (int)read_objects(genl_reply(g), objects, count);
}

int object_free(struct genl *g, const char *session, const char *cache,
		__u32 handle)
{
	start(g, VMLAB_CMD_SLAB_FREE, NLM_F_ACK, session, cache);
	genl_u32(g, VMLAB_A_SLAB_HANDLE, handle);
	return genl_call(g);
}

struct objects {
	struct object *at;
	unsigned int max;
	unsigned int nr;
};

static int add_objects(struct attrs reply, void *arg)
{
	struct objects *o = arg;

	o->nr += read_objects(reply, o->at + o->nr, o->max - o->nr);
	return 0;
}

int objects_get(struct genl *g, const char *session, const char *cache,
		struct object *objects, unsigned int max)
{
	struct objects o = { objects, max, 0 };
	int ret;

	start(g, VMLAB_CMD_OBJECT_GET, 0, session, cache);
	ret = genl_dump(g, add_objects, &o);
	return ret ? ret : (int)o.nr;
}

int cache_shrink(struct genl *g, const char *session, const char *cache)
{
	struct attr a;
	int ret;

	start(g, VMLAB_CMD_SLAB_SHRINK, 0, session, cache);
	ret = genl_call(g);
	if (ret)
		return ret;
	return attr_find(genl_reply(g), VMLAB_A_SLAB_FRAMES, &a) ?
	       (int)attr_u32(&a) : -EPROTO;
}

static void start_bytes(struct genl *g, __u8 cmd, __u16 flags,
			const char *session, __u32 handle, __s32 offset,
			__u32 length)
{
	start(g, cmd, flags, session, NULL);
	genl_u32(g, VMLAB_A_SLAB_HANDLE, handle);
	genl_u32(g, VMLAB_A_SLAB_OFFSET, offset);
	genl_u32(g, VMLAB_A_SLAB_LENGTH, length);
}

int object_fill(struct genl *g, const char *session, __u32 handle,
		__s32 offset, __u32 length, __u8 value)
{
	start_bytes(g, VMLAB_CMD_SLAB_WRITE, NLM_F_ACK, session, handle,
		    offset, length);
	genl_u32(g, VMLAB_A_SLAB_VALUE, value);
	return genl_call(g);
}

int object_read(struct genl *g, const char *session, __u32 handle,
		__s32 offset, __u32 length, __u8 *bytes)
{
	struct attr a;
	int ret;

	start_bytes(g, VMLAB_CMD_SLAB_READ, 0, session, handle, offset,
		    length);
	ret = genl_call(g);
	if (ret)
		return ret;
	if (!attr_find(genl_reply(g), VMLAB_A_SLAB_BYTES, &a) ||
	    a.len != length)
		return -EPROTO;
	memcpy(bytes, a.data, length);
	return 0;
}
