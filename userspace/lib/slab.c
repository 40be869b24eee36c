// SPDX-License-Identifier: GPL-2.0
/* Caches of objects, and the objects of a session. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"

static const struct field cache_fields[] = {
	FIELD(TEXT, VMLAB_A_SLAB_CACHE, vmlab_cache, name, 0),
	FIELD(U64, VMLAB_A_SLAB_SIZE, vmlab_cache, size, 0),
	FIELD(U32, VMLAB_A_SLAB_ALIGN, vmlab_cache, align, 0),
	FIELD(U32, VMLAB_A_SLAB_FLAGS, vmlab_cache, flags, 0),
	FIELD(U32, VMLAB_A_SLAB_STRIDE, vmlab_cache, stride, 0),
	FIELD(U32, VMLAB_A_SLAB_ORDER, vmlab_cache, order, 0),
	FIELD(U32, VMLAB_A_SLAB_PER_SLAB, vmlab_cache, per_slab, 0),
	FIELD(U32, VMLAB_A_SLAB_COLOURS, vmlab_cache, colours, 0),
	FIELD(U32, VMLAB_A_SLAB_SLABS_FULL, vmlab_cache, slabs_full, 0),
	FIELD(U32, VMLAB_A_SLAB_SLABS_PARTIAL, vmlab_cache, slabs_partial, 0),
	FIELD(U32, VMLAB_A_SLAB_SLABS_EMPTY, vmlab_cache, slabs_empty, 0),
	FIELD(U32, VMLAB_A_SLAB_LIVE, vmlab_cache, live, 0),
	FIELD(U32, VMLAB_A_SLAB_CACHED, vmlab_cache, cached, 0),
	FIELD(U32, VMLAB_A_SLAB_FREE, vmlab_cache, free, 0),
	FIELD(U64, VMLAB_A_SLAB_ALLOCS, vmlab_cache, allocs, 0),
	FIELD(U64, VMLAB_A_SLAB_FREES, vmlab_cache, frees, 0),
	FIELD(U64, VMLAB_A_SLAB_REFILLS, vmlab_cache, refills, 0),
	FIELD(U64, VMLAB_A_SLAB_FLUSHES, vmlab_cache, flushes, 0),
	FIELD(U64, VMLAB_A_SLAB_GROWN, vmlab_cache, grown, 0),
	FIELD(U64, VMLAB_A_SLAB_REAPED, vmlab_cache, reaped, 0),
	FIELD(FLAG, VMLAB_A_SLAB_OWN, vmlab_cache, own, 0),
	{ 0 },
};

static void cache_parse(struct attrs attrs, struct vmlab_cache *out)
{
	const struct nlattr *a;

	*out = (struct vmlab_cache){ .name = "" };
	while ((a = attr_next(&attrs))) {
		if (field_take(cache_fields, a, out, NULL) ||
		    attr_type(a) != VMLAB_A_SLAB_BUG ||
		    out->nr_bugs == VMLAB_BUGS_MAX)
			continue;
		counter_parse(a, &out->bug[out->nr_bugs++]);
	}
}

static struct nl_msg *slab_request(struct vmlab *v, __u8 cmd,
				   const char *session, const char *cache)
{
	struct nl_msg *msg = channel_request(v, cmd);

	if (msg && session)
		nla_put_string(msg, VMLAB_A_SLAB_SESSION, session);
	if (msg && cache)
		nla_put_string(msg, VMLAB_A_SLAB_CACHE, cache);
	return msg;
}

int vmlab_slab_create(struct vmlab *v, const char *session,
		      const struct vmlab_cache *cache, struct vmlab_cache *out)
{
	struct nl_msg *msg = slab_request(v, VMLAB_CMD_SLAB_CREATE, session,
					  cache->name);
	struct attrs attrs;
	int err;

	if (msg)
		nla_put_u64(msg, VMLAB_A_SLAB_SIZE, cache->size);
	if (msg && cache->align)
		nla_put_u32(msg, VMLAB_A_SLAB_ALIGN, cache->align);
	if (msg && cache->flags)
		nla_put_u32(msg, VMLAB_A_SLAB_FLAGS, cache->flags);
	err = channel_do(v, msg, &attrs);
	if (!err)
		cache_parse(attrs, out);
	return err;
}

int vmlab_slab_destroy(struct vmlab *v, const char *session, const char *cache)
{
	return channel_tell(v, slab_request(v, VMLAB_CMD_SLAB_DESTROY, session,
					    cache));
}

static const struct field object_fields[] = {
	FIELD(U32, VMLAB_A_OBJECT_HANDLE, vmlab_object, handle, 0),
	FIELD(U32, VMLAB_A_OBJECT_FRAME, vmlab_object, frame, VMLAB_HAS_FRAME),
	FIELD(U32, VMLAB_A_OBJECT_NUMBER, vmlab_object, number,
	      VMLAB_HAS_NUMBER),
	FIELD(U64, VMLAB_A_OBJECT_SIZE, vmlab_object, size, 0),
	FIELD(U64, VMLAB_A_OBJECT_ADDRESS, vmlab_object, address,
	      VMLAB_HAS_ADDRESS),
	FIELD(FLAG, VMLAB_A_OBJECT_FREED, vmlab_object, freed, 0),
	{ 0 },
};

struct object_dump {
	vmlab_object_fn fn;
	void *data;
};

static int objects_parse(struct attrs attrs, void *data)
{
	const struct object_dump *dump = data;
	const struct nlattr *a;
	int stop = 0;

	while (!stop && (a = attr_next(&attrs))) {
		struct vmlab_object object = { 0 };

		if (attr_type(a) != VMLAB_A_SLAB_OBJECT)
			continue;
		fields_parse(attr_nest(a), object_fields, &object,
			     &object.has);
		stop = dump->fn(&object, dump->data);
	}
	return stop;
}

int vmlab_slab_alloc(struct vmlab *v, const char *session, const char *cache,
		     __u64 size, __u32 count, vmlab_object_fn fn, void *data)
{
	struct nl_msg *msg = slab_request(v, VMLAB_CMD_SLAB_ALLOC, session,
					  cache);
	struct object_dump dump = { fn, data };
	struct attrs attrs;
	int err;

	if (msg && !cache)
		nla_put_u64(msg, VMLAB_A_SLAB_SIZE, size);
	if (msg)
		nla_put_u32(msg, VMLAB_A_SLAB_COUNT, count);
	err = channel_do(v, msg, &attrs);
	return err ? err : objects_parse(attrs, &dump);
}

int vmlab_slab_free(struct vmlab *v, const char *session, const char *cache,
		    __u32 handle)
{
	struct nl_msg *msg = slab_request(v, VMLAB_CMD_SLAB_FREE, session,
					  cache);

	if (msg)
		nla_put_u32(msg, VMLAB_A_SLAB_HANDLE, handle);
	return channel_tell(v, msg);
}

int vmlab_slab_shrink(struct vmlab *v, const char *session, const char *cache,
		      __u32 *frames)
{
	struct nl_msg *msg = slab_request(v, VMLAB_CMD_SLAB_SHRINK, session,
					  cache);
	const struct field fields[] = {
		{ VMLAB_A_SLAB_FRAMES, FIELD_U32, 0, 0 },
		{ 0 },
	};
	struct attrs attrs;
	int err = channel_do(v, msg, &attrs);

	*frames = 0;
	if (!err)
		fields_parse(attrs, fields, frames, NULL);
	return err;
}

static struct nl_msg *bytes_request(struct vmlab *v, __u8 cmd,
				    const char *session, __u32 handle,
				    __s32 offset, __u32 length)
{
	struct nl_msg *msg = slab_request(v, cmd, session, NULL);

	if (!msg)
		return NULL;
	nla_put_u32(msg, VMLAB_A_SLAB_HANDLE, handle);
	nla_put_u32(msg, VMLAB_A_SLAB_OFFSET, offset);
	nla_put_u32(msg, VMLAB_A_SLAB_LENGTH, length);
	return msg;
}

int vmlab_slab_write(struct vmlab *v, const char *session, __u32 handle,
		     __s32 offset, __u32 length, __u8 value)
{
	struct nl_msg *msg = bytes_request(v, VMLAB_CMD_SLAB_WRITE, session,
					   handle, offset, length);

	if (msg)
		nla_put_u32(msg, VMLAB_A_SLAB_VALUE, value);
	return channel_tell(v, msg);
}

int vmlab_slab_read(struct vmlab *v, const char *session, __u32 handle,
		    __s32 offset, __u32 length, __u8 *bytes)
{
	struct nl_msg *msg = bytes_request(v, VMLAB_CMD_SLAB_READ, session,
					   handle, offset, length);
	const struct nlattr *a;
	struct attrs attrs;
	int err = channel_do(v, msg, &attrs);

	if (err)
		return err;
	memset(bytes, 0, length);
	while ((a = attr_next(&attrs))) {
		if (attr_type(a) == VMLAB_A_SLAB_BYTES)
			memcpy(bytes, attr_data(a), attr_len(a) < length ?
			       attr_len(a) : length);
	}
	return 0;
}

struct cache_dump {
	vmlab_cache_fn fn;
	void *data;
};

static int cache_message(struct attrs attrs, void *data)
{
	const struct cache_dump *dump = data;
	struct vmlab_cache cache;

	cache_parse(attrs, &cache);
	return dump->fn(&cache, dump->data);
}

int vmlab_caches(struct vmlab *v, const char *cache, vmlab_cache_fn fn,
		 void *data)
{
	struct cache_dump dump = { fn, data };

	return channel_dump(v, slab_request(v, VMLAB_CMD_SLAB_GET, NULL, cache),
			    cache_message, &dump);
}

int vmlab_objects(struct vmlab *v, const char *session, const char *cache,
		  vmlab_object_fn fn, void *data)
{
	struct object_dump dump = { fn, data };

	return channel_dump(v, slab_request(v, VMLAB_CMD_OBJECT_GET, session,
					    cache), objects_parse, &dump);
}
