// SPDX-License-Identifier: GPL-2.0
/*
 * Caches of objects by hand: what they are like, what is refused, and frames that
 * come back.
 */
#include "harness.h"

#include "world.h"

#define MANY		512
#define SIZE		100

FIXTURE(slab) {
	struct world w;
	struct cache cache;
	struct object object[MANY];
};

FIXTURE_SETUP(slab)
{
	ASSERT_EQ(0, world_open(&self->w));
	snprintf(self->cache.name, sizeof(self->cache.name), "test-plain");
	self->cache.size = SIZE;
	ASSERT_EQ(0, cache_create(&self->w.g, NULL, &self->cache))
		TH_LOG("%s", self->w.g.message);
}

FIXTURE_TEARDOWN(slab)
{
	const char *what = world_close(&self->w);

	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static int get(FIXTURE_DATA(slab) *self)
{
	return cache_get(&self->w.g, self->cache.name, &self->cache);
}

static int take(FIXTURE_DATA(slab) *self, __u32 count)
{
	return objects_alloc(&self->w.g, NULL, self->cache.name, 0, count,
			     self->object);
}

/* In pieces of what one request gives. */
static bool take_many(FIXTURE_DATA(slab) *self)
{
	for (int i = 0; i < MANY; i += VMLAB_OBJECTS_MAX)
		if (objects_alloc(&self->w.g, NULL, self->cache.name, 0,
				  VMLAB_OBJECTS_MAX, self->object + i) !=
		    VMLAB_OBJECTS_MAX)
			return false;
	return true;
}

static int give(FIXTURE_DATA(slab) *self, unsigned int i)
{
	return object_free(&self->w.g, NULL, NULL, self->object[i].handle);
}

static bool give_all(FIXTURE_DATA(slab) *self, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		if (give(self, i))
			return false;
	return true;
}

/* All objects of a cache are in use, in a magazine, or free in a slab. */
static bool adds_up(const struct cache *c)
{
	return c->live + c->cached + c->free ==
	       (c->full + c->partial + c->empty) * c->per_slab &&
	       c->allocs - c->frees == c->live;
}

TEST_F(slab, layout)
{
	const struct cache *c = &self->cache;

	EXPECT_EQ(SIZE, c->size);
	EXPECT_LE(SIZE, c->stride);
	EXPECT_EQ(0, c->stride % 8);
	EXPECT_LE(1, c->per_slab);
	EXPECT_LE(c->per_slab * c->stride, 4096U << c->order);
	EXPECT_LE(1, c->colours);
	EXPECT_EQ(0, get(self));
	EXPECT_TRUE(c->own);
	EXPECT_EQ(0, c->live);
}

static int by_address(const void *a, const void *b)
{
	const struct object *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

TEST_F(slab, objects_do_not_overlap)
{
	struct cache *c = &self->cache;
	struct frame f;

	ASSERT_TRUE(take_many(self));
	ASSERT_EQ(0, get(self));
	EXPECT_EQ(MANY, c->live);
	EXPECT_TRUE(adds_up(c));
	for (int i = 0; i < MANY; i++) {
		const struct object *o = &self->object[i];

		ASSERT_EQ(0, frame_get(&self->w.g, o->frame, &f));
		EXPECT_EQ(VMLAB_OWNER_SLAB, f.owner);
		EXPECT_STREQ(c->name, f.cache);
		EXPECT_EQ(c->order, f.order);
		EXPECT_EQ(o->frame, f.head);
		EXPECT_LT(o->number, c->per_slab);
		EXPECT_LE(SIZE, o->size);
		EXPECT_FALSE(o->freed);
	}
	qsort(self->object, MANY, sizeof(*self->object), by_address);
	for (int i = 1; i < MANY; i++)
		EXPECT_LE(self->object[i - 1].address + c->stride,
			  self->object[i].address);
	EXPECT_EQ(MANY, objects_get(&self->w.g, NULL, c->name, self->object,
				    MANY));
	EXPECT_TRUE(give_all(self, MANY));
	ASSERT_EQ(0, get(self));
	EXPECT_EQ(0, c->live);
	EXPECT_TRUE(adds_up(c));
}

TEST_F(slab, alignment)
{
	struct genl *g = &self->w.g;

	for (__u32 align = 8; align <= 4096; align *= 8) {
		struct cache c = { .name = "test-align", .size = 24,
				   .align = align };

		ASSERT_EQ(0, cache_create(g, NULL, &c));
		EXPECT_EQ(align, c.align);
		ASSERT_EQ(8, objects_alloc(g, NULL, c.name, 0, 8,
					   self->object));
		for (int i = 0; i < 8; i++)
			EXPECT_EQ(0, self->object[i].address % align);
		EXPECT_EQ(-EBUSY, cache_destroy(g, NULL, c.name));
		EXPECT_NE(0, g->message[0]);
		EXPECT_TRUE(give_all(self, 8));
		ASSERT_EQ(0, cache_destroy(g, NULL, c.name))
			TH_LOG("%s", g->message);
		EXPECT_EQ(-ENOENT, cache_get(g, c.name, &c));
	}
}

TEST_F(slab, from_the_dma_zone)
{
	struct cache c = { .name = "test-dma", .size = 64,
			   .flags = VMLAB_CACHE_FLAG_DMA };
	struct frame f;

	ASSERT_EQ(0, cache_create(&self->w.g, NULL, &c));
	ASSERT_EQ(4, objects_alloc(&self->w.g, NULL, c.name, 0, 4,
				   self->object));
	ASSERT_EQ(0, frame_get(&self->w.g, self->object[0].frame, &f));
	EXPECT_EQ(VMLAB_ZONE_TYPE_DMA, f.zone);
}

TEST_F(slab, by_size)
{
	char name[32];
	struct frame f;

	for (__u64 size = 1; size <= 8192; size = size * 3 / 2 + 1) {
		__u64 power = 8;

		while (power < size)
			power *= 2;
		snprintf(name, sizeof(name), "size-%llu", power);
		ASSERT_EQ(1, objects_alloc(&self->w.g, NULL, NULL, size, 1,
					   self->object));
		ASSERT_EQ(0, frame_get(&self->w.g, self->object[0].frame, &f));
		EXPECT_STREQ(name, f.cache);
		EXPECT_LE(size, self->object[0].size);
		EXPECT_GE(power, self->object[0].size);
	}
}

/* The caches, by size and twice. */
TEST_F(slab, what_there_is)
{
	static struct cache caches[64];
	int nr = caches_get(&self->w.g, caches, NR(caches)), sizes = 0, own = 0;
	__u32 slabs = 0;

	ASSERT_LT(0, nr);
	for (int i = 0; i < nr; i++) {
		sizes += !strncmp(caches[i].name, "size-", 5);
		own += caches[i].own;
		EXPECT_TRUE(adds_up(&caches[i]))
			TH_LOG("%s", caches[i].name);
		slabs += (caches[i].full + caches[i].partial +
			  caches[i].empty) << caches[i].order;
	}
	EXPECT_EQ(22, sizes);
	EXPECT_EQ(1, own);
	ASSERT_EQ(0, pool_get(&self->w.g, ANY, &self->w.pool));
	EXPECT_EQ(slabs + KEPT, self->w.pool.used);
}

/* === What is refused === */

static int refused_create(struct genl *g, const char *name, __u64 size,
			  __u32 align, __u32 flags)
{
	struct cache c = { .size = size, .align = align, .flags = flags };
	int ret;

	snprintf(c.name, sizeof(c.name), "%s", name);
	ret = cache_create(g, NULL, &c);
	return g->message[0] ? ret : 0;
}

TEST_F(slab, wrong_caches)
{
	struct genl *g = &self->w.g;

	EXPECT_EQ(-EEXIST, refused_create(g, self->cache.name, 8, 0, 0));
	EXPECT_EQ(-EEXIST, refused_create(g, "size-64", 8, 0, 0));
	EXPECT_EQ(-EINVAL, refused_create(g, "", 8, 0, 0));
	EXPECT_EQ(-EINVAL, refused_create(g, "a b", 8, 0, 0));
	EXPECT_EQ(-EINVAL, refused_create(g, "x", 0, 0, 0));
	EXPECT_EQ(-EINVAL, refused_create(g, "x", 8193, 0, 0));
	EXPECT_EQ(-EINVAL, refused_create(g, "x", 1ULL << 32, 0, 0));
	EXPECT_EQ(-EINVAL, refused_create(g, "x", 8, 24, 0));
	EXPECT_EQ(-EINVAL, refused_create(g, "x", 8, 8192, 0));
	EXPECT_EQ(-EINVAL, refused_create(g, "x", 8, 0, 1U << 31));
}

TEST_F(slab, wrong_names_and_handles)
{
	struct genl *g = &self->w.g;
	struct object *o = self->object;

	EXPECT_EQ(-ENOENT, objects_alloc(g, NULL, "no-such", 0, 1, o));
	EXPECT_NE(0, g->message[0]);
	EXPECT_EQ(-EINVAL, objects_alloc(g, NULL, NULL, 0, 1, o));
	EXPECT_EQ(-EINVAL, objects_alloc(g, NULL, NULL, 8193, 1, o));
	EXPECT_EQ(-ERANGE, objects_alloc(g, NULL, self->cache.name, 0,
					 VMLAB_OBJECTS_MAX + 1, o));
	EXPECT_EQ(-ENOENT, cache_destroy(g, NULL, "no-such"));
	EXPECT_NE(0, g->message[0]);
	EXPECT_GT(0, cache_destroy(g, NULL, "size-64"));
	EXPECT_NE(0, g->message[0]);
	ASSERT_EQ(1, take(self, 1));
	EXPECT_EQ(-ENOENT, object_free(g, NULL, NULL, o->handle + 1));
	EXPECT_NE(0, g->message[0]);
	/* Nothing watches over the objects of a plain cache. */
	EXPECT_GT(0, object_fill(g, NULL, o->handle, 0, 1, 0));
	EXPECT_NE(0, g->message[0]);
	EXPECT_EQ(0, give(self, 0));
	EXPECT_EQ(-ENOENT, give(self, 0));
}

/* === Frames come back === */

TEST_F(slab, shrunk_on_demand)
{
	struct genl *g = &self->w.g;
	struct cache *c = &self->cache;

	ASSERT_TRUE(take_many(self));
	ASSERT_TRUE(give_all(self, MANY));
	ASSERT_EQ(0, get(self));
	EXPECT_LT(0, c->empty + c->partial);
	EXPECT_LT(0, cache_shrink(g, NULL, c->name));
	ASSERT_EQ(0, get(self));
	EXPECT_EQ(0, c->full + c->partial + c->empty);
	EXPECT_EQ(0, c->cached);
	EXPECT_EQ(c->grown, c->reaped);
}

static int take_frames(struct genl *g, struct block *block)
{
	struct ask ask = ASK(.flags = VMLAB_ALLOC_FLAG_RECLAIM,
			     .zone = VMLAB_ZONE_TYPE_HIGHMEM);
	int ret;

	for (int order = VMLAB_ORDER_MAX; order >= 0; order--) {
		ask.order = order;
		do
			ret = block_alloc(g, ask, block);
		while (!ret);
		if (ret != -ENOMEM)
			return ret;
	}
	return 0;
}

/* Who runs out of frames has the caches give back what they do not use. */
TEST_F(slab, shrunk_under_pressure)
{
	long long shrinks = stat_get(&self->w.g, "slab_shrink");
	struct cache *c = &self->cache;

	ASSERT_LE(0, shrinks);
	ASSERT_TRUE(take_many(self));
	ASSERT_TRUE(give_all(self, MANY));
	ASSERT_EQ(0, get(self));
	EXPECT_LT(0, c->empty + c->partial);
	ASSERT_EQ(0, take_frames(&self->w.g, &self->w.block));
	ASSERT_EQ(0, get(self));
	EXPECT_EQ(0, c->full + c->partial + c->empty);
	EXPECT_LT(shrinks, stat_get(&self->w.g, "slab_shrink"));
}

/* What lies in the magazine of a CPU goes back when the CPU goes. */
TEST_F(slab, shrunk_when_a_cpu_goes)
{
	struct cache *c = &self->cache;
	int cpu = last_cpu();

	ASSERT_LT(0, cpu);
	ASSERT_TRUE(pin_to_cpu(cpu));
	ASSERT_EQ(8, take(self, 8));
	ASSERT_TRUE(give_all(self, 8));
	ASSERT_EQ(0, get(self));
	EXPECT_LT(0, c->cached);
	ASSERT_TRUE(switch_cpu(cpu, false));
	EXPECT_EQ(0, get(self));
	EXPECT_EQ(0, c->cached);
	EXPECT_TRUE(adds_up(c));
	EXPECT_TRUE(switch_cpu(cpu, true));
}

TEST_HARNESS_MAIN
