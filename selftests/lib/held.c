// SPDX-License-Identifier: GPL-2.0
/* What sessions hold, and what is told of the whole pool. */
#include "pool.h"

#include <errno.h>
#include <string.h>

#define H(NAME, kind, member) \
	FIELD(VMLAB_A_HELD_##NAME, kind, struct held, member)
static const struct field held_fields[] = {
	H(KIND, U32, kind), H(HANDLE, U32, handle), H(FRAME, U32, frame),
	H(ORDER, U32, order), H(TYPE, U32, type), H(NODE, U32, node),
	H(ZONE, U32, zone), H(NR, U32, nr), H(SIZE, U64, size),
	H(RUNS, U32, runs), H(MOVED, U32, moved), H(CACHE, TEXT, cache),
	H(NUMBER, U32, number), H(ADDRESS, U64, address), H(PFN, U64, pfn),
};

int held_get(struct genl *g, const char *session, struct held *held,
	     unsigned int max)
{
	struct list list = {
		held_fields, NR(held_fields), (char *)held, sizeof(*held), max,
	};

	genl_new(g, VMLAB_CMD_HELD_GET, 0);
	genl_text(g, VMLAB_A_HELD_SESSION, session);
	return genl_list(g, &list);
}

#define V(NAME, kind, member) \
	FIELD(VMLAB_A_VMALLOC_##NAME, kind, struct mapping, member)
static const struct field mapping_fields[] = {
	V(SIZE, U64, size), V(HANDLE, U32, handle), V(ADDRESS, U64, address),
	V(NR, U32, nr), V(RUNS, U32, runs), V(LARGEST_RUN, U32, largest_run),
	V(ORDER, U32, order), V(CONTIGUOUS, FLAG, contiguous),
};

int mapping_alloc(struct genl *g, const char *session, __u64 size,
		  struct mapping *mapping)
{
	int ret;

	genl_new(g, VMLAB_CMD_VMALLOC, 0);
	genl_text(g, VMLAB_A_VMALLOC_SESSION, session);
	genl_u64(g, VMLAB_A_VMALLOC_SIZE, size);
	ret = genl_call(g);
	memset(mapping, 0, sizeof(*mapping));
	if (!ret)
		attrs_read(genl_reply(g), mapping_fields, NR(mapping_fields),
			   mapping);
	return ret;
}

int mapping_free(struct genl *g, const char *session, __u32 handle)
{
	genl_new(g, VMLAB_CMD_VMALLOC_FREE, NLM_F_ACK);
	genl_text(g, VMLAB_A_VMALLOC_SESSION, session);
	genl_u32(g, VMLAB_A_VMALLOC_HANDLE, handle);
	return genl_call(g);
}

#define C(NAME, kind, member) \
	FIELD(VMLAB_A_COMPACTED_##NAME, kind, struct compacted, member)
static const struct field compacted_fields[] = {
	C(NODE, U32, node), C(ZONE, U32, zone), C(SCANNED, U64, scanned),
	C(ISOLATED, U32, isolated), C(MOVED, U32, moved),
	C(FAILED, U32, failed), C(LARGEST, U32, largest), C(MET, FLAG, met),
	C(BEFORE, ARRAY, before), C(AFTER, ARRAY, after),
};

int compact(struct genl *g, __u32 node, __u32 zone, __u32 order,
	    struct compacted *zones, unsigned int max)
{
	unsigned int nr = 0;
	struct attrs row;
	struct attr a;
	int ret;

	genl_new(g, VMLAB_CMD_COMPACT, 0);
	if (node != ANY)
		genl_u32(g, VMLAB_A_COMPACT_NODE, node);
	if (zone != ANY)
		genl_u32(g, VMLAB_A_COMPACT_ZONE, zone);
	if (order != ANY)
		genl_u32(g, VMLAB_A_COMPACT_ORDER, order);
	ret = genl_call(g);
	if (ret)
		return ret;
	memset(zones, 0, sizeof(*zones) * max);
	row = genl_reply(g);
	while (attr_next(&row, &a))
		if (a.type == VMLAB_A_COMPACT_ZONE_RESULT && nr < max)
			attrs_read(attr_nest(&a), compacted_fields,
				   NR(compacted_fields), &zones[nr++]);
	return nr;
}

/* Find a counter among the nests of type @nest in a row. */
long long counter_find(struct attrs row, __u16 nest, const char *name)
{
	struct attr a, text, value;
	char found[64];

	while (attr_next(&row, &a)) {
		if (a.type != nest ||
		    !attr_find(attr_nest(&a), VMLAB_A_COUNTER_NAME, &text) ||
		    !attr_find(attr_nest(&a), VMLAB_A_COUNTER_VALUE, &value))
			continue;
		attr_string(&text, found, sizeof(found));
		if (!strcmp(found, name))
			return attr_u64(&value);
	}
	return -1;
}

long long stat_get(struct genl *g, const char *name)
{
	genl_new(g, VMLAB_CMD_STAT_GET, 0);
	if (genl_call(g))
		return -1;
	return counter_find(genl_reply(g), VMLAB_A_STAT_COUNTER, name);
}

#define R(NAME, kind, member) \
	FIELD(VMLAB_A_REPORT_##NAME, kind, struct report, member)
static const struct field report_fields[] = {
	R(SEQUENCE, U64, sequence), R(WHEN, U64, when), R(BY, U32, by),
	R(BUG, U32, bug), R(SLAB_BUG, U32, slab_bug), R(FRAME, U32, frame),
	R(ORDER, U32, order), R(CACHE, TEXT, cache), R(ADDRESS, U64, address),
	R(NUMBER, U32, number), R(OFFSET, U32, offset), R(FOUND, U32, found),
	R(WANTED, U32, wanted), R(ALLOCATED_BY, U32, allocated_by),
	R(FREED_BY, U32, freed_by),
};

#define K(NAME, kind, member) \
	FIELD(VMLAB_A_CHECK_##NAME, kind, struct check, member)
static const struct field check_fields[] = {
	K(BROKEN, U32, broken), K(FRAMES, U32, frames), K(CACHES, U32, caches),
	K(REPORTED, U64, reported),
};

int pool_check(struct genl *g, struct check *check)
{
	struct attrs row;
	struct attr a;
	int ret;

	memset(check, 0, sizeof(*check));
	genl_new(g, VMLAB_CMD_CHECK, 0);
	ret = genl_call(g);
	if (ret)
		return ret;
	row = genl_reply(g);
	attrs_read(row, check_fields, NR(check_fields), check);
	while (attr_next(&row, &a))
		if (a.type == VMLAB_A_CHECK_REPORT && check->nr < REPORTS)
			attrs_read(attr_nest(&a), report_fields,
				   NR(report_fields),
				   &check->report[check->nr++]);
	return 0;
}

#define S(NAME, kind, member) \
	FIELD(VMLAB_A_SESSION_##NAME, kind, struct session, member)
static const struct field session_fields[] = {
	S(NAME, TEXT, name), S(UID, U32, uid), S(PORTID, U32, portid),
	S(FRAMES, U32, frames), S(BLOCKS, U32, blocks),
	S(VMALLOCS, U32, vmallocs), S(OBJECTS, U32, objects),
	S(CACHES, U32, caches),
};

int sessions_get(struct genl *g, const char *name, struct session *sessions,
		 unsigned int max)
{
	struct list list = {
		session_fields, NR(session_fields), (char *)sessions,
		sizeof(*sessions), max,
	};

	genl_new(g, VMLAB_CMD_SESSION_GET, 0);
	genl_text(g, VMLAB_A_SESSION_NAME, name);
	return genl_list(g, &list);
}

int session_end(struct genl *g, const char *name)
{
	genl_new(g, VMLAB_CMD_SESSION_END, NLM_F_ACK);
	genl_text(g, VMLAB_A_SESSION_NAME, name);
	return genl_call(g);
}
