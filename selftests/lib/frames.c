// SPDX-License-Identifier: GPL-2.0
/* The pool, its zones and frames, and blocks of frames held by hand. */
#include "pool.h"

#include <errno.h>
#include <string.h>

static const size_t sizes[] = {
	[U32] = 4, [U64] = 8, [ARRAY] = ORDERS * 4,
};

static bool read_field(const struct attr *a, const struct field *field,
		       void *to)
{
	switch (field->kind) {
	case FLAG:
		*(bool *)to = true;
		return true;
	case TEXT:
		attr_string(a, to, 32);
		return true;
	default:
		if (a->len != sizes[field->kind])
			return false;
		memcpy(to, a->data, a->len);
		return true;
	}
}

void attrs_read(struct attrs row, const struct field *fields, size_t nr,
		void *answer)
{
	__u64 has = 0;
	struct attr a;

	while (attr_next(&row, &a))
		for (size_t i = 0; i < nr; i++)
			if (fields[i].type == a.type &&
			    read_field(&a, &fields[i],
				       (char *)answer + fields[i].offset))
				has |= 1ULL << a.type;
	memcpy(answer, &has, sizeof(has));
}

void genl_text(struct genl *g, __u16 type, const char *text)
{
	if (text)
		genl_put(g, type, text, strlen(text) + 1);
}

static void put(struct genl *g, __u16 type, __u32 value)
{
	if (value != ANY)
		genl_u32(g, type, value);
}

static int add_to_list(struct attrs reply, void *arg)
{
	struct list *list = arg;

	if (list->nr < list->max)
		attrs_read(reply, list->fields, list->nr_fields,
			   list->at + list->nr * list->size);
	list->nr++;
	return 0;
}

int genl_list(struct genl *g, struct list *list)
{
	int ret;

	memset(list->at, 0, list->size * list->max);
	ret = genl_dump(g, add_to_list, list);
	return ret ? ret : list->nr > list->max ? -E2BIG : (int)list->nr;
}

#define P(NAME, kind, member) \
	FIELD(VMLAB_A_POOL_##NAME, kind, struct pool, member)
static const struct field pool_fields[] = {
	P(SOURCE, U32, source), P(ASKED, U32, asked), P(GOT, U32, got),
	P(EXTENTS, U32, extents), P(NODES, U32, nodes),
	P(REAL_NODES, FLAG, real_nodes), P(NUMBERS, U32, numbers),
	P(DESCRIPTOR_BYTES, U64, descriptor_bytes),
	P(METADATA_BYTES, U64, metadata_bytes), P(MIN_FREE, U32, min_free),
	P(STRICT, U32, strict), P(FREE, U32, free), P(CACHED, U32, cached),
	P(USED, U32, used), P(BLOCK_ORDER, U32, block_order),
	P(USER_CAP, U32, user_cap),
	P(MAP_CAP, U32, map_cap),
};

int pool_get(struct genl *g, __u32 node, struct pool *pool)
{
	int ret;

	memset(pool, 0, sizeof(*pool));
	genl_new(g, VMLAB_CMD_POOL_GET, 0);
	put(g, VMLAB_A_POOL_NODE, node);
	ret = genl_call(g);
	if (!ret)
		attrs_read(genl_reply(g), pool_fields, NR(pool_fields), pool);
	return ret;
}

int pool_set(struct genl *g, __u16 attribute, __u32 value)
{
	genl_new(g, VMLAB_CMD_POOL_SET, NLM_F_ACK);
	genl_u32(g, attribute, value);
	return genl_call(g);
}

int pool_drain(struct genl *g)
{
	genl_new(g, VMLAB_CMD_POOL_SET, NLM_F_ACK);
	genl_put(g, VMLAB_A_POOL_DRAIN, NULL, 0);
	return genl_call(g);
}

int pcp_set(struct genl *g, __u32 node, __u32 zone, __u32 high, __u32 batch)
{
	genl_new(g, VMLAB_CMD_POOL_SET, NLM_F_ACK);
	genl_u32(g, VMLAB_A_POOL_NODE, node);
	genl_u32(g, VMLAB_A_POOL_ZONE, zone);
	genl_u32(g, VMLAB_A_POOL_PCP_HIGH, high);
	genl_u32(g, VMLAB_A_POOL_PCP_BATCH, batch);
	return genl_call(g);
}

#define E(NAME, kind, member) \
	FIELD(VMLAB_A_EXTENT_##NAME, kind, struct extent, member)
static const struct field extent_fields[] = {
	E(NODE, U32, node), E(ZONE, U32, zone), E(FIRST, U32, first),
	E(NR, U32, nr), E(PFN, U64, pfn),
};

int pool_extents(struct genl *g, struct extent *extents, unsigned int max)
{
	struct list list = {
		extent_fields, NR(extent_fields), (char *)extents,
		sizeof(*extents), max,
	};

	genl_new(g, VMLAB_CMD_EXTENT_GET, 0);
	return genl_list(g, &list);
}

#define Z(NAME, kind, member) \
	FIELD(VMLAB_A_ZONE_##NAME, kind, struct zone, member)
static const struct field zone_fields[] = {
	Z(NODE, U32, node), Z(ZONE, U32, zone), Z(MANAGED, U32, managed),
	Z(FREE, U32, free), Z(CACHED, U32, cached), Z(MIN, U32, min),
	Z(LOW, U32, low), Z(HIGH, U32, high), Z(BLOCK_ORDER, U32, block_order),
	Z(PCP_HIGH, U32, pcp_high), Z(PCP_BATCH, U32, pcp_batch),
};

#define O(NAME, kind, member) \
	FIELD(VMLAB_A_ZONE_ORDER_##NAME, kind, struct zone_order, member)
static const struct field order_fields[] = {
	O(ORDER, U32, order), O(BLOCKS, U32, blocks),
	O(UNUSABLE, U32, unusable), O(FRAGMENTATION, U32, fragmentation),
	O(NEEDS, U32, needs),
};

static __u32 number(struct attrs row, __u16 type)
{
	struct attr a;

	return attr_find(row, type, &a) ? attr_u32(&a) : NOTHING;
}

static void read_blocks(struct attrs row, struct zone *zone)
{
	__u32 type = number(row, VMLAB_A_ZONE_BLOCKS_TYPE);
	struct attr a;

	if (type >= TYPES)
		return;
	zone->page_blocks[type] = number(row, VMLAB_A_ZONE_BLOCKS_PAGE_BLOCKS);
	if (attr_find(row, VMLAB_A_ZONE_BLOCKS_FREE, &a) &&
	    a.len == sizeof(zone->blocks[type]))
		memcpy(zone->blocks[type], a.data, a.len);
}

static void read_part(const struct attr *a, struct zone *zone)
{
	struct attrs row = attr_nest(a);
	struct zone_order order = { 0 };
	__u32 i;

	switch (a->type) {
	case VMLAB_A_ZONE_RESERVE:
		i = number(row, VMLAB_A_ZONE_RESERVE_ZONE);
		if (i < ZONE_TYPES)
			zone->reserve[i] =
				number(row, VMLAB_A_ZONE_RESERVE_FRAMES);
		break;
	case VMLAB_A_ZONE_ORDER:
		attrs_read(row, order_fields, NR(order_fields), &order);
		if (order.order < ORDERS)
			zone->order[order.order] = order;
		break;
	case VMLAB_A_ZONE_BLOCKS:
		read_blocks(row, zone);
		break;
	case VMLAB_A_ZONE_CPU:
		i = number(row, VMLAB_A_ZONE_CPU_CPU);
		if (i < CPUS)
			zone->cpu[i] = number(row, VMLAB_A_ZONE_CPU_FRAMES);
		break;
	}
}

static int add_zone(struct attrs reply, void *arg)
{
	struct list *list = arg;
	struct zone *zone = (struct zone *)list->at + list->nr;
	struct attr a;

	if (list->nr++ >= list->max)
		return -E2BIG;
	attrs_read(reply, zone_fields, NR(zone_fields), zone);
	while (attr_next(&reply, &a))
		read_part(&a, zone);
	return 0;
}

int pool_zones(struct genl *g, struct zone *zones, unsigned int max)
{
	struct list list = { .at = (char *)zones, .max = max };
	int ret;

	memset(zones, 0, sizeof(*zones) * max);
	genl_new(g, VMLAB_CMD_ZONE_GET, 0);
	ret = genl_dump(g, add_zone, &list);
	return ret ? ret : (int)list.nr;
}

#define F(NAME, kind, member) \
	FIELD(VMLAB_A_FRAME_##NAME, kind, struct frame, member)
static const struct field frame_fields[] = {
	F(NUMBER, U32, number), F(PFN, U64, pfn), F(STATE, U32, state),
	F(HEAD, U32, head), F(ORDER, U32, order), F(TYPE, U32, type),
	F(BLOCK_TYPE, U32, block_type), F(NODE, U32, node), F(ZONE, U32, zone),
	F(REFS, U32, refs), F(MAPS, U32, maps), F(FLAGS, U32, flags),
	F(INDEX, U32, index), F(OWNER, U32, owner), F(CACHE, TEXT, cache),
	F(SESSION, TEXT, session), F(HANDLE, U32, handle), F(UID, U32, uid),
};

static int get_frame(struct genl *g, struct frame *frame)
{
	int ret = genl_call(g);

	memset(frame, 0, sizeof(*frame));
	if (!ret)
		attrs_read(genl_reply(g), frame_fields, NR(frame_fields),
			   frame);
	return ret;
}

int frame_get(struct genl *g, __u32 number, struct frame *frame)
{
	genl_new(g, VMLAB_CMD_FRAME_GET, 0);
	genl_u32(g, VMLAB_A_FRAME_NUMBER, number);
	return get_frame(g, frame);
}

int frame_of_pfn(struct genl *g, __u64 pfn, struct frame *frame)
{
	genl_new(g, VMLAB_CMD_FRAME_GET, 0);
	genl_u64(g, VMLAB_A_FRAME_PFN, pfn);
	return get_frame(g, frame);
}

#define C(NAME, kind, member) \
	FIELD(VMLAB_A_CELL_##NAME, kind, struct cell, member)
static const struct field cell_fields[] = {
	C(FIRST, U32, first), C(FREE, U32, free), C(CACHED, U32, cached),
	C(UNMOVABLE, U32, unmovable), C(MOVABLE, U32, movable),
	C(RECLAIMABLE, U32, reclaimable), C(SLAB, U32, slab),
	C(VMALLOC, U32, vmalloc), C(HOLE, U32, hole),
};

struct map {
	cell_fn fn;
	void *arg;
};

static int read_cells(struct attrs reply, void *arg)
{
	struct map *map = arg;
	struct attr a;
	int ret = 0;

	while (!ret && attr_next(&reply, &a)) {
		struct cell cell = { 0 };

		if (a.type != VMLAB_A_FRAMES_CELL)
			continue;
		attrs_read(attr_nest(&a), cell_fields, NR(cell_fields), &cell);
		ret = map->fn(&cell, map->arg);
	}
	return ret;
}

int frames_map(struct genl *g, __u32 first, __u32 nr, __u32 cell_frames,
	       __u32 cells, cell_fn fn, void *arg)
{
	struct map map = { fn, arg };

	genl_new(g, VMLAB_CMD_FRAMES_GET, 0);
	if (first)
		genl_u32(g, VMLAB_A_FRAMES_FIRST, first);
	put(g, VMLAB_A_FRAMES_NR, nr);
	if (cell_frames)
		genl_u32(g, VMLAB_A_FRAMES_CELL_FRAMES, cell_frames);
	if (cells)
		genl_u32(g, VMLAB_A_FRAMES_CELLS, cells);
	return genl_dump(g, read_cells, &map);
}

#define S(NAME, kind, member) \
	FIELD(VMLAB_A_STEP_##NAME, kind, struct step, member)
static const struct field step_fields[] = {
	S(KIND, U32, kind), S(NODE, U32, node), S(ZONE, U32, zone),
	S(FRAME, U32, frame), S(FROM, U32, from), S(TO, U32, to),
	S(BEFORE, ARRAY, before), S(AFTER, ARRAY, after),
};

#define B(NAME, kind, member) \
	FIELD(VMLAB_A_BUDDY_##NAME, kind, struct block, member)
static const struct field block_fields[] = {
	B(ORDER, U32, order), B(NODE, U32, node), B(ZONE, U32, zone),
	B(FRAME, U32, frame), B(PFN, U64, pfn), B(HANDLE, U32, handle),
	B(LOST, U32, lost),
};

static int call_buddy(struct genl *g, __u8 cmd, const struct ask *ask,
		      struct block *block)
{
	struct attrs row;
	struct attr a;
	int ret;

	genl_new(g, cmd, 0);
	genl_text(g, VMLAB_A_BUDDY_SESSION, ask->session);
	put(g, VMLAB_A_BUDDY_ORDER, ask->order);
	put(g, VMLAB_A_BUDDY_NODE, ask->node);
	put(g, VMLAB_A_BUDDY_ZONE, ask->zone);
	put(g, VMLAB_A_BUDDY_TYPE, ask->type);
	if (ask->flags)
		genl_u32(g, VMLAB_A_BUDDY_FLAGS, ask->flags);
	put(g, VMLAB_A_BUDDY_FRAME, ask->frame);
	put(g, VMLAB_A_BUDDY_HANDLE, ask->handle);
	if (ask->trace)
		genl_put(g, VMLAB_A_BUDDY_TRACE, NULL, 0);
	if (ask->unchecked)
		genl_put(g, VMLAB_A_BUDDY_UNCHECKED, NULL, 0);
	ret = genl_call(g);
	if (ret || !block)
		return ret;
	row = genl_reply(g);
	attrs_read(row, block_fields, NR(block_fields), block);
	if (!HAS(block, VMLAB_A_BUDDY_LOST))
		block->lost = 0;
	block->nr_steps = 0;
	while (attr_next(&row, &a))
		if (a.type == VMLAB_A_BUDDY_STEP && block->nr_steps < STEPS)
			attrs_read(attr_nest(&a), step_fields, NR(step_fields),
				   &block->step[block->nr_steps++]);
	return 0;
}

int block_alloc(struct genl *g, struct ask what, struct block *block)
{
	return call_buddy(g, VMLAB_CMD_BUDDY_ALLOC, &what, block);
}

int block_free(struct genl *g, struct ask what, struct block *block)
{
	return call_buddy(g, VMLAB_CMD_BUDDY_FREE, &what, block);
}

int block_take(struct genl *g, const char *session, __u32 order,
	       struct block *block)
{
	return block_alloc(g, ASK(.session = session, .order = order), block);
}

int block_give(struct genl *g, const char *session, __u32 frame)
{
	return block_free(g, ASK(.session = session, .frame = frame), NULL);
}
