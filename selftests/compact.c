// SPDX-License-Identifier: GPL-2.0
/*
 * Fragmentation and its two cures: to do without contiguous frames, and to move
 * what stands in the way. Every second block of a zone is kept, so that half of
 * it is free and nothing is large.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"
#include "world.h"

#define HELD_MAX	16384
#define WANTED		9	/* order */
#define LARGE		(4 * MIB)
#define MOVABLE		VMLAB_MIGRATE_TYPE_MOVABLE
#define UNMOVABLE	VMLAB_MIGRATE_TYPE_UNMOVABLE

FIXTURE(compact) {
	struct world w;
	struct zone now[ZONES];
	struct compacted compacted[ZONES];
	const struct zone *zone;	/* in which the test is done */
	struct held *held;
	int nr;
};

/* How many free blocks of at least an order there are. */
static __u32 usable_blocks(const struct zone *zone, int order)
{
	__u32 sum = 0;

	for (; order < ORDERS; order++)
		sum += zone->order[order].blocks;
	return sum;
}

/* The one that has no lower one: a request for it gets no other. */
static const struct zone *choose_zone(FIXTURE_DATA(compact) *self)
{
	for (int i = 0; i < self->w.nr_zones; i++) {
		const struct zone *z = &self->w.zone[i];

		if (z->zone == VMLAB_ZONE_TYPE_DMA &&
		    usable_blocks(z, VMLAB_ORDER_MAX) >= 2)
			return z;
	}
	return NULL;
}

FIXTURE_SETUP(compact)
{
	ASSERT_EQ(0, world_open(&self->w));
	self->zone = choose_zone(self);
	ASSERT_NE(NULL, self->zone);
	self->held = calloc(2 * HELD_MAX, sizeof(*self->held));
	ASSERT_NE(NULL, self->held);
}

FIXTURE_TEARDOWN(compact)
{
	const char *what = world_close(&self->w);

	free(self->held);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static int get_held(FIXTURE_DATA(compact) *self)
{
	self->nr = held_get(&self->w.g, NULL, self->held, HELD_MAX);
	return self->nr;
}

/* The zone as it is now; NULL where it cannot be had. */
static const struct zone *look(FIXTURE_DATA(compact) *self)
{
	if (pool_drain(&self->w.g) ||
	    pool_zones(&self->w.g, self->now, ZONES) != self->w.nr_zones)
		return NULL;
	return &self->now[self->zone - self->w.zone];
}

/* All blocks of one order that the zone gives. */
static int take_zone(FIXTURE_DATA(compact) *self, __u32 order, __u32 type)
{
	const struct ask ask = {
		.order = order, .type = type, .node = self->zone->node,
		.zone = self->zone->zone,
		.flags = VMLAB_ALLOC_FLAG_THIS_NODE,
		.frame = ANY, .handle = ANY,
	};
	int ret;

	do
		ret = block_alloc(&self->w.g, ask, &self->w.block);
	while (!ret);
	return ret == -ENOMEM ? 0 : ret;
}

/*
 * Of each two buddies that are both held, free the lower one. What is left must
 * not merge: so where only one is held, it stays.
 */
static int free_every_second(FIXTURE_DATA(compact) *self, __u32 order)
{
	bool *is_held = calloc(1, self->w.pool.numbers + (1U << order));
	int ret = is_held && get_held(self) >= 0 ? 0 : -EPROTO;

	for (int i = 0; i < self->nr && !ret; i++)
		is_held[self->held[i].frame] = true;
	for (int i = 0; i < self->nr && !ret; i++) {
		const struct held *h = &self->held[i];

		if (!(h->frame & 1U << order) &&
		    is_held[h->frame + (1U << order)])
			ret = block_free(&self->w.g, ASK(.handle = h->handle),
					 NULL);
	}
	free(is_held);
	return ret;
}

static int fragment(FIXTURE_DATA(compact) *self, __u32 order, __u32 type)
{
	int ret = take_zone(self, order, type);

	return ret ? ret : free_every_second(self, order);
}

static int try_wanted(FIXTURE_DATA(compact) *self, __u32 order, __u32 flags)
{
	return block_alloc(&self->w.g,
			   ASK(.order = order, .type = MOVABLE,
			       .zone = self->zone->zone,
			       .node = self->zone->node,
			       .flags = flags | VMLAB_ALLOC_FLAG_THIS_NODE),
			   &self->w.block);
}

/*
 * Are the same handles still there, of the same order and type? How many have
 * moved; or -1.
 */
static int moved_since(FIXTURE_DATA(compact) *self)
{
	struct held *before = self->held + HELD_MAX;
	int nr = self->nr, moved = 0;
	struct frame f;

	memcpy(before, self->held, nr * sizeof(*before));
	if (get_held(self) != nr)
		return -1;
	for (int i = 0; i < nr; i++) {
		struct held *a = &before[i], *b = &self->held[i];

		bool has_moved = a->frame != b->frame;

		if (a->handle != b->handle || a->order != b->order ||
		    a->type != b->type || a->nr != b->nr ||
		    (has_moved && a->moved == b->moved))
			return -1;
		if (frame_get(&self->w.g, b->frame, &f) ||
		    f.handle != b->handle || f.order != b->order ||
		    f.pfn != b->pfn || f.refs != 1)
			return -1;
		moved += has_moved;
	}
	return moved;
}

TEST_F(compact, a_zone_yields_large_blocks_again)
{
	const struct compacted *c = self->compacted;
	const struct zone *now;
	int moved;

	ASSERT_EQ(0, fragment(self, 0, MOVABLE));
	now = look(self);
	ASSERT_NE(NULL, now);
	EXPECT_LT(1U << WANTED, now->free);
	EXPECT_EQ(0, usable_blocks(now, WANTED));
	EXPECT_EQ(-ENOMEM, try_wanted(self, WANTED, 0));
	EXPECT_NE(0, self->w.g.message[0]);
	ASSERT_LT(0, get_held(self));

	ASSERT_EQ(1, compact(&self->w.g, self->zone->node, self->zone->zone,
			     ANY, self->compacted, ZONES))
		TH_LOG("%s", self->w.g.message);
	EXPECT_EQ(self->zone->node, c->node);
	EXPECT_EQ(self->zone->zone, c->zone);
	EXPECT_EQ(0, c->before[WANTED] + c->before[WANTED + 1]);
	EXPECT_LT(0, c->after[WANTED] + c->after[WANTED + 1]);
	EXPECT_LE(WANTED, c->largest);
	EXPECT_TRUE(c->met);
	EXPECT_EQ(0, c->failed);
	moved = moved_since(self);
	EXPECT_EQ(c->moved, moved);
	EXPECT_LT(0, moved);
	EXPECT_EQ(0, try_wanted(self, WANTED, 0));
}

/* Larger blocks are moved whole. */
TEST_F(compact, blocks_of_eight)
{
	ASSERT_EQ(0, fragment(self, 3, MOVABLE));
	ASSERT_LT(0, get_held(self));
	ASSERT_EQ(1, compact(&self->w.g, self->zone->node, self->zone->zone,
			     WANTED, self->compacted, ZONES));
	EXPECT_LE(WANTED, self->compacted->largest);
	EXPECT_EQ(self->compacted->moved, 8 * moved_since(self));
	EXPECT_EQ(0, try_wanted(self, WANTED, 0));
}

TEST_F(compact, a_failing_request_compacts)
{
	long long before, after;

	ASSERT_EQ(0, fragment(self, 0, MOVABLE));
	ASSERT_LT(0, get_held(self));
	EXPECT_EQ(-ENOMEM, try_wanted(self, WANTED, 0));
	before = stat_get(&self->w.g, "compact_direct_success");
	ASSERT_LE(0, before);
	EXPECT_EQ(0, try_wanted(self, WANTED, VMLAB_ALLOC_FLAG_RECLAIM))
		TH_LOG("%s", self->w.g.message);
	after = stat_get(&self->w.g, "compact_direct_success");
	EXPECT_EQ(before + 1, after);
	/* What it just got is held too. */
	EXPECT_EQ(0, block_free(&self->w.g,
				ASK(.handle = self->w.block.handle), NULL));
	EXPECT_LT(0, moved_since(self));
}

TEST_F(compact, what_cannot_be_moved_stays)
{
	ASSERT_EQ(0, fragment(self, 2, UNMOVABLE));
	ASSERT_LT(0, get_held(self));
	ASSERT_EQ(1, compact(&self->w.g, self->zone->node, self->zone->zone,
			     ANY, self->compacted, ZONES));
	EXPECT_EQ(0, self->compacted->moved);
	EXPECT_GT(WANTED, self->compacted->largest);
	EXPECT_EQ(0, moved_since(self));
	EXPECT_EQ(-ENOMEM, try_wanted(self, WANTED, VMLAB_ALLOC_FLAG_RECLAIM));
}

TEST_F(compact, of_all_zones)
{
	EXPECT_EQ(self->w.nr_zones, compact(&self->w.g, ANY, ANY, ANY,
					    self->compacted, ZONES));
	EXPECT_GT(0, compact(&self->w.g, 8, ANY, ANY, self->compacted, ZONES));
	EXPECT_NE(0, self->w.g.message[0]);
	EXPECT_GT(0, compact(&self->w.g, ANY, ZONE_TYPES, ANY,
			     self->compacted, ZONES));
	EXPECT_NE(0, self->w.g.message[0]);
	EXPECT_EQ(-ERANGE, compact(&self->w.g, ANY, ANY, ORDERS,
				   self->compacted, ZONES));
	EXPECT_NE(0, self->w.g.message[0]);
}

/* === Contiguous for the kernel alone === */

/* Keep every second block of order 9 of the whole pool. */
static int fragment_pool(FIXTURE_DATA(compact) *self)
{
	struct block *b = &self->w.block;
	int ret;

	do
		ret = block_alloc(&self->w.g,
				  ASK(.order = WANTED, .type = UNMOVABLE,
				      .zone = VMLAB_ZONE_TYPE_HIGHMEM), b);
	while (!ret);
	if (ret != -ENOMEM)
		return ret;
	return free_every_second(self, WANTED);
}

/* Count the frames that are part of a mapping, and keep the number of one. */
static int find_mapped(const struct cell *cell, void *arg)
{
	struct cell *sum = arg;

	if (cell->vmalloc)
		sum->first = cell->first;
	sum->vmalloc += cell->vmalloc;
	return 0;
}

TEST_F(compact, four_mebibytes)
{
	struct cell sum = { 0 };
	struct genl *g = &self->w.g;
	struct block *b = &self->w.block;
	struct mapping m;
	struct frame f;
	struct held h;

	ASSERT_EQ(0, fragment_pool(self));
	ASSERT_EQ(-ENOMEM, block_alloc(g, ASK(.order = VMLAB_ORDER_MAX), b));
	EXPECT_NE(NULL, strstr(g->message, "fragment"))
		TH_LOG("%s", g->message);
	ASSERT_EQ(0, mapping_alloc(g, "vmalloc-test", LARGE, &m))
		TH_LOG("%s", g->message);
	EXPECT_EQ(LARGE, m.size);
	EXPECT_EQ(LARGE / PAGE_SIZE, m.nr);
	EXPECT_LT(1, m.runs);
	EXPECT_LT(m.largest_run, m.nr);
	EXPECT_EQ(VMLAB_ORDER_MAX, m.order);
	EXPECT_FALSE(m.contiguous);
	EXPECT_NE(0, m.address);
	ASSERT_EQ(1, held_get(g, "vmalloc-test", &h, 1));
	EXPECT_EQ(VMLAB_HELD_KIND_VMALLOC, h.kind);
	EXPECT_EQ(m.handle, h.handle);
	EXPECT_EQ(m.runs, h.runs);
	EXPECT_EQ(m.nr, h.nr);
	EXPECT_EQ(0, frames_map(g, 0, ANY, 1, 0, find_mapped, &sum));
	EXPECT_EQ(m.nr, sum.vmalloc);
	EXPECT_EQ(0, frame_get(g, sum.first, &f));
	EXPECT_EQ(VMLAB_OWNER_VMALLOC, f.owner);
	EXPECT_EQ(m.handle, f.handle);
	EXPECT_STREQ("vmalloc-test", f.session);
	EXPECT_EQ(0, mapping_free(g, "vmalloc-test", m.handle));
	EXPECT_EQ(-ENOENT, mapping_free(g, "vmalloc-test", m.handle));
	EXPECT_NE(0, g->message[0]);
	EXPECT_EQ(0, session_end(g, "vmalloc-test"));
}

TEST_F(compact, a_fresh_pool_has_both)
{
	struct mapping m;

	ASSERT_EQ(0, mapping_alloc(&self->w.g, NULL, LARGE, &m));
	EXPECT_TRUE(m.contiguous);
	EXPECT_EQ(0, mapping_free(&self->w.g, NULL, m.handle));
	ASSERT_EQ(0, mapping_alloc(&self->w.g, NULL, 1, &m));
	EXPECT_EQ(1, m.nr);
	EXPECT_EQ(1, m.runs);
	EXPECT_EQ(1, m.largest_run);
	EXPECT_EQ(0, m.order);
	ASSERT_EQ(0, mapping_alloc(&self->w.g, NULL, LARGE + 1, &m));
	EXPECT_FALSE(HAS(&m, VMLAB_A_VMALLOC_ORDER));
	EXPECT_EQ(LARGE / PAGE_SIZE + 1, m.nr);
}

/* The mapping is there, and its entries lead to frames of the pool. */
TEST_F(compact, a_mapping_is_mapped)
{
	struct extent extent[256];
	struct mapping m;
	struct place place;
	int nr = pool_extents(&self->w.g, extent, NR(extent));

	ASSERT_LT(0, nr);
	ASSERT_EQ(0, mapping_alloc(&self->w.g, NULL, 64 * PAGE_SIZE, &m));
	for (int i = 0; i < 64; i++) {
		bool ours = false;

		ASSERT_EQ(0, client_addr(&self->w.g, m.address + i * PAGE_SIZE,
					 &place));
		EXPECT_EQ(VMLAB_REGION_VMALLOC, place.region);
		ASSERT_TRUE(place.has_physical);
		for (int j = 0; j < nr && !ours; j++)
			ours = place.physical / PAGE_SIZE - extent[j].pfn <
			       extent[j].nr;
		EXPECT_TRUE(ours);
	}
	EXPECT_EQ(0, mapping_free(&self->w.g, NULL, m.handle));
	EXPECT_TRUE(client_addr(&self->w.g, m.address, &place) ||
		    !place.has_physical);
}

static int refused_mapping(struct genl *g, __u64 size)
{
	struct mapping m;
	int ret = mapping_alloc(g, NULL, size, &m);

	return g->message[0] ? ret : 0;
}

TEST_F(compact, wrong_mappings)
{
	struct genl *g = &self->w.g;

	EXPECT_EQ(-EINVAL, refused_mapping(g, 0));
	EXPECT_EQ(-ENOMEM, refused_mapping(g, 1ULL << 40));
	EXPECT_GT(0, refused_mapping(g, ~0ULL));
	EXPECT_EQ(-ENOENT, mapping_free(g, NULL, 12345));
	EXPECT_NE(0, g->message[0]);
}

TEST_HARNESS_MAIN
