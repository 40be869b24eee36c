// SPDX-License-Identifier: GPL-2.0
/*
 * The steps that the allocator tells of, replayed on a model of the free blocks
 * that knows Knuth's rules and nothing else: each must be legal, and at the end
 * the model and the pool must have the same blocks.
 */
#include "harness.h"

#include "world.h"

#define ROUNDS		400
#define HELD_MAX	128
/* A larger block is free, but no block begins here. */
#define FREE		16
#define ORDER(mark)	((mark) & 15)

FIXTURE(trace) {
	struct world w;
	struct zone now[ZONES];
	__u8 *mark;		/* by number: FREE + order, or 0 */
	__u8 *zone_of;		/* by number: index of its zone */
	__u32 blocks[ZONES][ORDERS];
	__u32 held[HELD_MAX];
	unsigned int nr;
	struct step last;
	unsigned int kinds[VMLAB_STEP_KIND_DRAIN + 1];
};

/* Read which blocks are free. */
static bool look(FIXTURE_DATA(trace) *self, __u8 *mark)
{
	struct genl *g = &self->w.g;
	struct frame f;
	__u32 i, step;

	for (i = 0; i < self->w.pool.numbers; i += step) {
		int ret = frame_get(g, i, &f);

		step = 1;
		mark[i] = 0;
		if (ret == -ENOENT)
			continue;
		if (ret || f.head != i)
			return false;
		step = 1U << f.order;
		memset(mark + i, 0, step);
		if (f.state == VMLAB_FRAME_STATE_FREE)
			mark[i] = FREE + f.order;
	}
	return true;
}

static int index_of(FIXTURE_DATA(trace) *self, __u32 node, __u32 zone)
{
	for (int i = 0; i < self->w.nr_zones; i++)
		if (self->now[i].node == node && self->now[i].zone == zone)
			return i;
	return -1;
}

FIXTURE_SETUP(trace)
{
	struct extent extent[256];
	struct world *w = &self->w;
	int nr;

	ASSERT_EQ(0, world_open(w));
	self->mark = calloc(2, w->pool.numbers);
	ASSERT_NE(NULL, self->mark);
	self->zone_of = self->mark + w->pool.numbers;
	ASSERT_EQ(w->nr_zones, pool_zones(&w->g, self->now, ZONES));
	nr = pool_extents(&w->g, extent, NR(extent));
	ASSERT_LT(0, nr);
	for (int i = 0; i < nr; i++)
		memset(self->zone_of + extent[i].first,
		       index_of(self, extent[i].node, extent[i].zone),
		       extent[i].nr);
	for (int i = 0; i < w->nr_zones; i++)
		for (int order = 0; order < ORDERS; order++)
			self->blocks[i][order] =
				self->now[i].order[order].blocks;
	ASSERT_TRUE(look(self, self->mark));
	self->last.kind = VMLAB_STEP_KIND_DRAIN;
}

FIXTURE_TEARDOWN(trace)
{
	const char *what = world_close(&self->w);

	free(self->mark);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static bool is_free(FIXTURE_DATA(trace) *self, int zone, __u32 frame,
		    __u32 order)
{
	return frame < self->w.pool.numbers && self->zone_of[frame] == zone &&
	       self->mark[frame] == FREE + order;
}

static void add(FIXTURE_DATA(trace) *self, int zone, __u32 frame, __u32 order)
{
	self->mark[frame] = FREE + order;
	self->blocks[zone][order]++;
}

static void drop(FIXTURE_DATA(trace) *self, int zone, __u32 frame, __u32 order)
{
	self->mark[frame] = 0;
	self->blocks[zone][order]--;
}

/* === The rules; each returns NULL, or what is wrong === */

static const char *replay_take(FIXTURE_DATA(trace) *self, int zone,
			       const struct step *s)
{
	if (!is_free(self, zone, s->frame, s->from))
		return "took what is not free";
	drop(self, zone, s->frame, s->from);
	return NULL;
}

static const char *replay_split(FIXTURE_DATA(trace) *self, int zone,
				const struct step *s)
{
	const struct step *last = &self->last;

	if (last->kind != VMLAB_STEP_KIND_TAKE || last->frame != s->frame ||
	    last->from != s->from)
		return "split what was not just taken";
	if (s->to >= s->from)
		return "split to nothing smaller";
	for (__u32 order = s->from; order-- > s->to; )
		add(self, zone, s->frame + (1U << order), order);
	return NULL;
}

static const char *replay_merge(FIXTURE_DATA(trace) *self, int zone,
				const struct step *s)
{
	const struct step *last = &self->last;
	__u32 at = last->frame;

	if (last->kind != VMLAB_STEP_KIND_GIVE || last->from != s->from ||
	    s->to < s->from || s->to > VMLAB_ORDER_MAX)
		return "merged what did not just come back";
	for (__u32 order = s->from; order < s->to; order++) {
		__u32 buddy = at ^ 1U << order;

		if (!is_free(self, zone, buddy, order))
			return "merged with what is not free";
		drop(self, zone, buddy, order);
		at &= ~(1U << order);
	}
	if (at != s->frame)
		return "merged to another block";
	if (s->to < VMLAB_ORDER_MAX &&
	    is_free(self, zone, at ^ 1U << s->to, s->to))
		return "did not merge with a free buddy";
	add(self, zone, at, s->to);
	return NULL;
}

static const char *replay(FIXTURE_DATA(trace) *self, const struct step *s)
{
	int zone = index_of(self, s->node, s->zone);
	const char *what = NULL;

	if (zone < 0 || s->kind > VMLAB_STEP_KIND_DRAIN)
		return "is nowhere";
	if (memcmp(s->before, self->blocks[zone], sizeof(s->before)))
		return "begins where the one before did not end";
	switch (s->kind) {
	case VMLAB_STEP_KIND_TAKE:
		what = replay_take(self, zone, s);
		break;
	case VMLAB_STEP_KIND_SPLIT:
		what = replay_split(self, zone, s);
		break;
	case VMLAB_STEP_KIND_MERGE:
		what = replay_merge(self, zone, s);
		break;
	}
	self->kinds[s->kind]++;
	self->last = *s;
	if (!what && memcmp(s->after, self->blocks[zone], sizeof(s->after)))
		what = "ends with other free blocks";
	return what;
}

static const char *replay_all(FIXTURE_DATA(trace) *self)
{
	const struct block *b = &self->w.block;

	if (b->lost)
		return "steps were lost";
	for (unsigned int i = 0; i < b->nr_steps; i++) {
		const char *what = replay(self, &b->step[i]);

		if (!what)
			continue;
		printf("# step %u of %u: kind %u, frame %u, %u to %u\n", i,
		       b->nr_steps, b->step[i].kind, b->step[i].frame,
		       b->step[i].from, b->step[i].to);
		return what;
	}
	return NULL;
}

/* A random request; 1 where there is no such block. */
static int act(FIXTURE_DATA(trace) *self, unsigned int *seed)
{
	unsigned int dice = rand_r(seed), order;
	int ret;

	if (self->nr == HELD_MAX || (self->nr && dice % 5 < 2)) {
		unsigned int i = dice / 8 % self->nr;

		ret = block_free(&self->w.g, ASK(.handle = self->held[i],
						 .trace = true),
				 &self->w.block);
		self->held[i] = self->held[--self->nr];
		return ret;
	}
	/* More small ones than large ones. */
	order = rand_r(seed) % ORDERS * (rand_r(seed) % ORDERS) /
		VMLAB_ORDER_MAX;
	ret = block_alloc(&self->w.g,
			  ASK(.order = order,
			      .node = dice / 128 % self->w.pool.nodes,
			      .zone = dice / 1024 % ZONE_TYPES,
			      .type = dice / 4096 % TYPES, .trace = true),
			  &self->w.block);
	if (ret == -ENOMEM)
		return 1;
	if (!ret)
		self->held[self->nr++] = self->w.block.handle;
	return ret;
}

/* Begin anew with what the pool is like. */
static bool resume(FIXTURE_DATA(trace) *self)
{
	if (pool_zones(&self->w.g, self->now, ZONES) != self->w.nr_zones)
		return false;
	for (int i = 0; i < self->w.nr_zones; i++)
		for (int order = 0; order < ORDERS; order++)
			self->blocks[i][order] =
				self->now[i].order[order].blocks;
	return look(self, self->mark);
}

static bool model_is_true(FIXTURE_DATA(trace) *self)
{
	__u8 *real = calloc(1, self->w.pool.numbers);
	bool same = real && look(self, real) &&
		    !memcmp(real, self->mark, self->w.pool.numbers);

	free(real);
	return same;
}

TEST_F(trace, every_step_is_legal)
{
	unsigned int seed = getpid();

	TH_LOG("seed %u", seed);
	for (int i = 0; i < ROUNDS; i++) {
		int ret = act(self, &seed);
		const char *what;

		ASSERT_LE(0, ret) TH_LOG("%s", self->w.g.message);
		if (ret) {
			/* It drained the lists in vain; nobody told how. */
			ASSERT_TRUE(resume(self));
			continue;
		}
		what = replay_all(self);
		ASSERT_EQ(NULL, what) TH_LOG("operation %d: %s", i, what);
	}
	EXPECT_TRUE(model_is_true(self));
	EXPECT_LT(0, self->kinds[VMLAB_STEP_KIND_TAKE]);
	EXPECT_LT(0, self->kinds[VMLAB_STEP_KIND_SPLIT]);
	EXPECT_LT(0, self->kinds[VMLAB_STEP_KIND_GIVE]);
	EXPECT_LT(0, self->kinds[VMLAB_STEP_KIND_MERGE]);
	EXPECT_LT(0, self->kinds[VMLAB_STEP_KIND_CLAIM]);
	EXPECT_LT(0, self->kinds[VMLAB_STEP_KIND_REFILL]);
}

/* A zone of blocks of the largest order alone, of which one of a type is free. */
static const struct zone *whole_zone(FIXTURE_DATA(trace) *self, __u32 type)
{
	const __u32 size = 1U << VMLAB_ORDER_MAX;

	for (int i = 0; i < self->w.nr_zones; i++) {
		const struct zone *z = &self->now[i];

		if (z->free == z->order[VMLAB_ORDER_MAX].blocks * size &&
		    z->blocks[type][VMLAB_ORDER_MAX])
			return z;
	}
	return NULL;
}

static bool step_is(const struct step *s, __u32 kind, __u32 frame, __u32 from,
		    __u32 to)
{
	return s->kind == kind && s->frame == frame && s->from == from &&
	       s->to == to;
}

/* From the largest block to one frame, and back. */
TEST_F(trace, split_and_merge_all_the_way)
{
	const __u32 top = VMLAB_ORDER_MAX, type = VMLAB_MIGRATE_TYPE_MOVABLE;
	const struct zone *zone = whole_zone(self, type);
	struct block *b = &self->w.block;
	struct genl *g = &self->w.g;

	ASSERT_NE(NULL, zone);
	ASSERT_EQ(0, pcp_set(g, zone->node, zone->zone, 0, zone->pcp_batch));
	ASSERT_EQ(0, block_alloc(g, ASK(.order = 0, .node = zone->node,
					.zone = zone->zone, .type = type,
					.trace = true), b));
	ASSERT_EQ(2, b->nr_steps);
	EXPECT_TRUE(step_is(&b->step[0], VMLAB_STEP_KIND_TAKE, b->frame, top,
			    type));
	EXPECT_TRUE(step_is(&b->step[1], VMLAB_STEP_KIND_SPLIT, b->frame, top,
			    0));
	for (int order = 0; order < top; order++)
		EXPECT_EQ(1, b->step[1].after[order]);
	EXPECT_EQ(zone->order[top].blocks - 1, b->step[1].after[top]);
	ASSERT_EQ(0, block_free(g, ASK(.handle = b->handle, .trace = true),
				b));
	ASSERT_EQ(2, b->nr_steps);
	EXPECT_EQ(VMLAB_STEP_KIND_GIVE, b->step[0].kind);
	EXPECT_TRUE(step_is(&b->step[1], VMLAB_STEP_KIND_MERGE,
			    b->frame & ~((1U << top) - 1), 0, top));
	for (int order = 0; order < top; order++)
		EXPECT_EQ(0, b->step[1].after[order]);
	EXPECT_EQ(0, pcp_set(g, zone->node, zone->zone, zone->pcp_high,
			     zone->pcp_batch));
}

TEST_F(trace, nothing_is_told_unasked)
{
	ASSERT_EQ(0, block_alloc(&self->w.g, ASK(.order = 5), &self->w.block));
	EXPECT_EQ(0, self->w.block.nr_steps);
	ASSERT_EQ(0, block_free(&self->w.g,
				ASK(.handle = self->w.block.handle),
				&self->w.block));
	EXPECT_EQ(0, self->w.block.nr_steps);
}

TEST_HARNESS_MAIN
