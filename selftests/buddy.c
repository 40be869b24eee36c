// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks of frames by hand: every kind of request, the end of the pool and its
 * recovery, what each may have, and what becomes of misuse.
 */
#include "harness.h"

#include "world.h"

#define SOMEBODY	4711
#define ELSE		4712
#define HELD_MAX	16384
#define ROUNDS		3

FIXTURE(buddy) {
	struct world w;
	struct zone now[ZONES];
	__u32 *held;		/* handles */
	unsigned int nr;
};

FIXTURE_SETUP(buddy)
{
	ASSERT_EQ(0, world_open(&self->w));
	self->held = calloc(HELD_MAX, sizeof(*self->held));
	ASSERT_NE(NULL, self->held);
}

FIXTURE_TEARDOWN(buddy)
{
	const char *what = world_close(&self->w);

	free(self->held);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static bool refresh(FIXTURE_DATA(buddy) *self)
{
	return !pool_drain(&self->w.g) &&
	       pool_zones(&self->w.g, self->now, ZONES) == self->w.nr_zones;
}

static bool has_block(const struct zone *zone, __u32 order)
{
	for (; order < ORDERS; order++)
		if (zone->order[order].blocks)
			return true;
	return false;
}

/* The zone among those of a node, that a request would get, or NULL. */
static const struct zone *zone_for(FIXTURE_DATA(buddy) *self, __u32 node,
				   __u32 highest, __u32 order, bool to_min)
{
	const struct zone *best = NULL;

	for (int i = 0; i < self->w.nr_zones; i++) {
		const struct zone *z = &self->now[i];
		__u32 mark = to_min ? z->min : z->low;

		if (z->node == node && z->zone <= highest &&
		    (!best || z->zone > best->zone) && has_block(z, order) &&
		    z->free >= mark + z->reserve[highest] + (1U << order))
			best = z;
	}
	return best;
}

/* NULL, or what is wrong with a block that was asked for. */
static const char *odd_block(struct genl *g, const struct ask *ask,
			     const struct block *b)
{
	struct frame first, last;

	if (b->order != ask->order || b->frame & ((1U << b->order) - 1))
		return "is not of the order";
	if (b->zone > ask->zone)
		return "is of too high a zone";
	if (frame_get(g, b->frame, &first) ||
	    frame_get(g, b->frame + (1U << b->order) - 1, &last))
		return "has no frames";
	if (first.state != VMLAB_FRAME_STATE_USED || first.refs != 1 ||
	    first.order != b->order || last.head != b->frame)
		return "is not whole";
	if (first.type != ask->type || first.node != b->node ||
	    first.zone != b->zone || first.pfn != b->pfn ||
	    last.pfn != b->pfn + (1U << b->order) - 1)
		return "is not what it was said to be";
	if (first.owner != VMLAB_OWNER_HAND || first.handle != b->handle ||
	    !(first.flags & VMLAB_FRAME_FLAG_HAND))
		return "is not held by hand";
	return NULL;
}

/* Ask for a block that one zone must give, or none. */
static const char *try_request(FIXTURE_DATA(buddy) *self, struct ask ask)
{
	struct block *b = &self->w.block;
	struct genl *g = &self->w.g;
	const struct zone *zone;
	const char *what;
	int ret;

	if (!refresh(self))
		return "no zones";
	zone = zone_for(self, ask.node, ask.zone, ask.order, false);
	if (!zone)
		zone = zone_for(self, ask.node, ask.zone, ask.order, true);
	ret = block_alloc(g, ask, b);
	if (!zone)
		return ret == -ENOMEM && g->message[0] ? NULL :
		       "must be refused";
	if (ret)
		return g->message;
	what = odd_block(g, &ask, b);
	if (what)
		return what;
	if (b->node != ask.node || b->zone != zone->zone)
		return "is of another zone";
	ret = block_free(g, ASK(.frame = b->frame, .order = b->order), NULL);
	return ret ? g->message : NULL;
}

TEST_F(buddy, every_request)
{
	unsigned int nr = 0;

	for (__u32 i = 0; i < self->w.pool.nodes * ZONE_TYPES * ORDERS * TYPES;
	     i++) {
		const struct ask ask = {
			.type = i % TYPES, .order = i / TYPES % ORDERS,
			.zone = i / TYPES / ORDERS % ZONE_TYPES,
			.node = i / TYPES / ORDERS / ZONE_TYPES,
			.flags = VMLAB_ALLOC_FLAG_THIS_NODE,
			.frame = ANY, .handle = ANY,
		};
		const char *what = try_request(self, ask);

		EXPECT_EQ(NULL, what)
			TH_LOG("node %u zone %u order %u type %u: %s",
			       ask.node, ask.zone, ask.order, ask.type, what);
		nr++;
	}
	EXPECT_LT(0, nr);
}

/* The largest order is to be had in a zone of each kind. */
TEST_F(buddy, largest_of_each_zone)
{
	for (__u32 zone = 0; zone < ZONE_TYPES; zone++) {
		struct block *b = &self->w.block;

		ASSERT_EQ(0, block_alloc(&self->w.g,
					 ASK(.order = VMLAB_ORDER_MAX,
					     .zone = zone, .type = zone), b));
		EXPECT_EQ(zone, b->zone);
	}
}

TEST_F(buddy, zeroed)
{
	struct block *b = &self->w.block;

	for (__u32 zone = 0; zone < ZONE_TYPES; zone++)
		EXPECT_EQ(0, block_alloc(&self->w.g,
					 ASK(.order = 3, .zone = zone,
					     .flags = VMLAB_ALLOC_FLAG_ZERO),
					 b));
}

/* === Exhaustion and recovery === */

static int take(FIXTURE_DATA(buddy) *self, __u32 order, __u32 flags)
{
	int ret = block_alloc(&self->w.g,
			      ASK(.order = order, .flags = flags,
				  .type = self->nr % TYPES,
				  .zone = VMLAB_ZONE_TYPE_HIGHMEM),
			      &self->w.block);

	if (!ret)
		self->held[self->nr++] = self->w.block.handle;
	return self->nr == HELD_MAX ? -E2BIG : ret;
}

static int take_all(FIXTURE_DATA(buddy) *self, __u32 order, __u32 flags)
{
	int ret;

	do
		ret = take(self, order, flags);
	while (!ret);
	return ret;
}

/* Does no zone have a block that it may give? */
static bool is_exhausted(FIXTURE_DATA(buddy) *self, __u32 order)
{
	if (!refresh(self))
		return false;
	for (__u32 node = 0; node < self->w.pool.nodes; node++)
		if (zone_for(self, node, VMLAB_ZONE_TYPE_HIGHMEM, order, true))
			return false;
	return true;
}

/* Has each zone kept what is not for everybody, or of that a part? */
static bool keeps_reserve(FIXTURE_DATA(buddy) *self, __u32 part)
{
	if (!refresh(self))
		return false;
	for (int i = 0; i < self->w.nr_zones; i++) {
		const struct zone *z = &self->now[i];

		if (z->free < z->min / part +
			      z->reserve[VMLAB_ZONE_TYPE_HIGHMEM])
			return false;
	}
	return true;
}

static int free_one(FIXTURE_DATA(buddy) *self, unsigned int i)
{
	int ret = block_free(&self->w.g, ASK(.handle = self->held[i]), NULL);

	self->held[i] = self->held[--self->nr];
	return ret;
}

static bool free_in_random_order(FIXTURE_DATA(buddy) *self, unsigned int *seed)
{
	while (self->nr)
		if (free_one(self, rand_r(seed) % self->nr))
			return false;
	return !world_settle(&self->w.g);
}

/* Do the blocks that are held cover frames twice, or others than the map says? */
static bool held_is_sound(FIXTURE_DATA(buddy) *self)
{
	struct held *held = calloc(HELD_MAX, sizeof(*held));
	bool *seen = calloc(self->w.pool.numbers, 1);
	int nr = held_get(&self->w.g, NULL, held, HELD_MAX);
	bool sound = held && seen && nr == self->nr;

	for (int i = 0; sound && i < nr; i++) {
		for (__u32 j = 0; j < held[i].nr; j++) {
			sound &= !seen[held[i].frame + j];
			seen[held[i].frame + j] = true;
		}
		sound &= held[i].nr == 1U << held[i].order;
	}
	free(seen);
	free(held);
	return sound;
}

TEST_F(buddy, to_the_last_frame_and_back)
{
	const __u32 last = VMLAB_ALLOC_FLAG_HIGH | VMLAB_ALLOC_FLAG_ATOMIC;
	unsigned int seed = getpid(), without;

	TH_LOG("seed %u", seed);
	for (int round = 0; round < ROUNDS; round++) {
		for (int order = VMLAB_ORDER_MAX; order >= 0; order--) {
			EXPECT_EQ(-ENOMEM, take_all(self, order, 0));
			EXPECT_NE(0, self->w.g.message[0]);
			EXPECT_TRUE(is_exhausted(self, order));
		}
		EXPECT_TRUE(keeps_reserve(self, 1));
		without = self->nr;
		EXPECT_EQ(-ENOMEM, take_all(self, 0, last));
		EXPECT_TRUE(keeps_reserve(self, 4));
		EXPECT_LT(without, self->nr);
		EXPECT_TRUE(held_is_sound(self));
		ASSERT_TRUE(free_in_random_order(self, &seed));
		EXPECT_TRUE(world_is_as_before(&self->w));
	}
}

TEST_F(buddy, exhausted_by_one_order)
{
	static const __u32 orders[] = { 10, 8, 4 };
	unsigned int seed = getpid();

	TH_LOG("seed %u", seed);
	for (size_t i = 0; i < NR(orders); i++) {
		EXPECT_EQ(-ENOMEM, take_all(self, orders[i], 0));
		EXPECT_TRUE(is_exhausted(self, orders[i]));
		EXPECT_LT(0, self->nr);
		ASSERT_TRUE(free_in_random_order(self, &seed));
		EXPECT_TRUE(world_is_as_before(&self->w));
	}
}

/* === What each may have === */

static struct genl other, third;

/* Ask at one socket after the other until there is no more. */
static int take_by_turns(struct genl **sockets, __u32 order, __u32 *frames)
{
	static struct block block;
	int ret;

	for (unsigned int i = 0; ; i++) {
		struct genl *g = sockets[i % 3];
		const char *session = i % 3 == 2 ? "buddy-cap" : NULL;

		ret = block_alloc(g, ASK(.order = order, .session = session,
					 .zone = VMLAB_ZONE_TYPE_HIGHMEM),
				  &block);
		if (ret)
			return g->message[0] ? ret : 0;
		*frames += 1U << order;
	}
}

static int up_to_the_cap(void *arg)
{
	FIXTURE_DATA(buddy) *self = arg;
	struct genl *sockets[] = { &self->w.g, &other, &third };
	__u32 frames = 0;

	if (!become_user(SOMEBODY))
		return 1;
	for (int i = 0; i < 3; i++)
		if (genl_open(sockets[i]))
			return 2;
	for (int order = 6; order >= 0; order -= 2)
		if (take_by_turns(sockets, order, &frames) != -EDQUOT)
			return 3;
	if (frames != self->w.pool.user_cap)
		return 4;
	if (session_end(&third, "buddy-cap"))
		return 5;
	frames = 0;
	if (take_by_turns(sockets, 0, &frames) != -EDQUOT || !frames)
		return 6;
	return session_end(&third, "buddy-cap") ? 7 : 0;
}

TEST_F(buddy, a_user_has_a_share)
{
	EXPECT_LT(self->w.pool.user_cap, self->w.pool.got);
	EXPECT_EQ(0, in_child(up_to_the_cap, self));
}

/* Whoever sends, a request is of the user who opened the socket. */
static bool open_as(struct genl *g, uid_t uid)
{
	return !seteuid(uid) && !genl_open(g) && !seteuid(0);
}

TEST_F(buddy, a_share_is_no_burden_to_others)
{
	struct genl *sockets[] = { &other, &other, &other };
	struct block *b = &self->w.block;
	__u32 frames = 0;

	ASSERT_TRUE(open_as(&other, SOMEBODY));
	ASSERT_TRUE(open_as(&third, ELSE));
	EXPECT_EQ(-EDQUOT, take_by_turns(sockets, 4, &frames));
	EXPECT_EQ(self->w.pool.user_cap / 16 * 16, frames);
	EXPECT_EQ(0, block_take(&third, NULL, 4, b));
	EXPECT_EQ(0, block_take(&self->w.g, NULL, 4, b));
	EXPECT_EQ(0, session_end(&other, "buddy-cap"));
	genl_close(&other);
	genl_close(&third);
}

TEST_F(buddy, root_has_no_share)
{
	__u32 frames = 0;

	while (frames <= self->w.pool.user_cap) {
		ASSERT_EQ(0, take(self, 4, 0));
		frames += 1U << 4;
	}
}

/* === What is refused === */

static int refused_alloc(FIXTURE_DATA(buddy) *self, struct ask ask)
{
	int ret = block_alloc(&self->w.g, ask, &self->w.block);

	return self->w.g.message[0] ? ret : 0;
}

static int refused_free(FIXTURE_DATA(buddy) *self, struct ask ask)
{
	int ret = block_free(&self->w.g, ask, &self->w.block);

	return self->w.g.message[0] ? ret : 0;
}

TEST_F(buddy, wrong_requests)
{
	EXPECT_EQ(-ERANGE, refused_alloc(self, ASK(.order = ORDERS)));
	EXPECT_EQ(-ERANGE, refused_alloc(self, ASK(.order = 1U << 31)));
	EXPECT_EQ(-ERANGE, refused_alloc(self, ASK(.order = 0, .type = TYPES)));
	EXPECT_EQ(-ERANGE, refused_alloc(self, ASK(.order = 0,
						   .zone = ZONE_TYPES)));
	EXPECT_EQ(-EINVAL, refused_alloc(self, ASK(.order = 0, .node = 8)));
	EXPECT_EQ(-EINVAL, refused_alloc(self, ASK(.order = 0,
						   .flags = 1U << 31)));
	EXPECT_EQ(-EINVAL, refused_alloc(self, ASK(.order = 0,
						   .session = "a b")));
}

TEST_F(buddy, wrong_frees)
{
	struct genl *g = &self->w.g;
	struct block b;

	ASSERT_EQ(0, block_take(g, NULL, 3, &self->w.block));
	b = self->w.block;
	EXPECT_EQ(-EINVAL, refused_free(self, ASK()));
	EXPECT_EQ(-EINVAL, refused_free(self, ASK(.frame = b.frame,
						  .order = 2)));
	EXPECT_EQ(-EINVAL, refused_free(self, ASK(.frame = b.frame + 1)));
	EXPECT_EQ(-ENOENT, refused_free(self, ASK(.frame = b.frame + 8)));
	EXPECT_EQ(-ENOENT, refused_free(self, ASK(.frame = NOTHING - 1)));
	EXPECT_EQ(-ENOENT, refused_free(self, ASK(.handle = b.handle + 1)));
	EXPECT_EQ(-ENOENT, refused_free(self, ASK(.handle = b.handle,
						  .session = "no-such")));
	EXPECT_EQ(0, block_free(g, ASK(.handle = b.handle), NULL));
	EXPECT_EQ(-ENOENT, refused_free(self, ASK(.handle = b.handle)));
	EXPECT_EQ(-ENOENT, refused_free(self, ASK(.frame = b.frame)));
}

/* === What is reported === */

/* Is the last report in the answer to a check, and the kernel's log, this? */
static const char *report_is(FIXTURE_DATA(buddy) *self, __u32 bug,
			     __u32 frame, const char *words)
{
	struct world *w = &self->w;
	const struct report *r;
	char place[32];

	w->reported++;
	if (pool_check(&w->g, &w->check))
		return w->g.message;
	if (w->check.broken)
		return "something broke";
	if (w->check.reported != w->reported || !w->check.nr)
		return "there is not one more";
	r = &w->check.report[w->check.nr - 1];
	if (r->sequence != w->reported || HAS(r, VMLAB_A_REPORT_SLAB_BUG) ||
	    r->bug != bug || r->by != getpid())
		return "it is another";
	if (frame != NOTHING && r->frame != frame)
		return "it is of another frame";
	snprintf(place, sizeof(place), frame == NOTHING ? "order" : "frame %u,",
		 frame);
	return kmsg_tells(w->kmsg, "vmlab", words, place, NULL) ? NULL :
	       "the log does not tell";
}

/* Hand a frame to the allocator as it is; the refusal must be told. */
static int misuse(FIXTURE_DATA(buddy) *self, __u32 frame, __u32 order)
{
	return refused_free(self, ASK(.frame = frame, .order = order,
				      .unchecked = true));
}

TEST_F(buddy, double_free)
{
	static const __u32 orders[] = { 0, 5 };

	for (size_t i = 0; i < NR(orders); i++) {
		struct block b, neighbour;
		const char *what;

		/* Else what is freed merges, and is inside the second time. */
		ASSERT_EQ(0, take(self, orders[i], 0));
		b = self->w.block;
		ASSERT_EQ(0, take(self, orders[i], 0));
		neighbour = self->w.block;
		if (b.frame > neighbour.frame)
			b = neighbour;
		ASSERT_EQ(0, block_free(&self->w.g, ASK(.handle = b.handle),
					NULL));
		EXPECT_EQ(-EINVAL, misuse(self, b.frame, b.order));
		EXPECT_NE(NULL, strstr(self->w.g.message, "free already"))
			TH_LOG("%s", self->w.g.message);
		what = report_is(self, VMLAB_FRAME_BUG_DOUBLE, b.frame,
				 "freed a block that is free");
		EXPECT_EQ(NULL, what) TH_LOG("%s", what);
	}
}

TEST_F(buddy, inside)
{
	const char *what;
	struct block b;

	ASSERT_EQ(0, take(self, 5, 0));
	b = self->w.block;
	EXPECT_EQ(-EINVAL, misuse(self, b.frame + 3, 0));
	EXPECT_NE(NULL, strstr(self->w.g.message, "inside"))
		TH_LOG("%s", self->w.g.message);
	what = report_is(self, VMLAB_FRAME_BUG_INSIDE, b.frame + 3,
			 "freed the middle of a block");
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
	EXPECT_EQ(0, free_one(self, 0));
}

TEST_F(buddy, wrong_order)
{
	const char *what;
	struct block b;

	ASSERT_EQ(0, take(self, 5, 0));
	b = self->w.block;
	EXPECT_EQ(-EINVAL, misuse(self, b.frame, 4));
	EXPECT_NE(NULL, strstr(self->w.g.message, "another order"))
		TH_LOG("%s", self->w.g.message);
	what = report_is(self, VMLAB_FRAME_BUG_ORDER, b.frame,
			 "freed a block with a wrong order");
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
	/* It is still held, and whole. */
	EXPECT_EQ(0, free_one(self, 0));
}

TEST_F(buddy, foreign)
{
	const char *what;

	EXPECT_EQ(-EINVAL, misuse(self, self->w.pool.numbers + 5, 0));
	EXPECT_NE(NULL, strstr(self->w.g.message, "no frame"))
		TH_LOG("%s", self->w.g.message);
	what = report_is(self, VMLAB_FRAME_BUG_FOREIGN, NOTHING,
			 "freed what is no frame of the pool");
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

/* What would be right is no misuse, and would leave the session with nothing. */
TEST_F(buddy, unchecked_but_right)
{
	struct block b;

	ASSERT_EQ(0, take(self, 4, 0));
	b = self->w.block;
	EXPECT_EQ(-EBUSY, misuse(self, b.frame, 4));
	EXPECT_EQ(0, free_one(self, 0));
}

TEST_HARNESS_MAIN
