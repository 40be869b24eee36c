// SPDX-License-Identifier: GPL-2.0
/*
 * What is told of the pool: that it adds up, and that it is true of the
 * machine's memory.
 */
#include "harness.h"

#include "memory.h"
#include "world.h"

#define NOBODY		65534
#define EXTENTS		4096
/* Bits of /proc/kpageflags that no frame of ours may have. */
#define KPF_LRU		(1ULL << 5)
#define KPF_SLAB	(1ULL << 7)
#define KPF_BUDDY	(1ULL << 10)
#define KPF_ANON	(1ULL << 12)
#define KPF_NOPAGE	(1ULL << 20)
#define KPF_OTHERS	(KPF_LRU | KPF_SLAB | KPF_BUDDY | KPF_ANON | KPF_NOPAGE)

FIXTURE(pool) {
	struct world w;
	struct pool pool;	/* with something of each kind in it */
	struct zone zone[ZONES];
	int nr_zones;
	struct extent *extent;
	int nr_extents;
	struct cell *cell;	/* one a frame */
	__u32 nr_cells;
	struct object objects[16];
};

/*
 * Something of each kind shall be there: blocks of each order and type, slabs,
 * a mapping and frames on the lists of this CPU.
 */
static bool populate(FIXTURE_DATA(pool) *self)
{
	struct genl *g = &self->w.g;
	struct mapping mapping;
	int ret = 0;

	for (__u32 i = 0; i < 3 * (ORDERS - 1) && !ret; i++)
		ret = block_alloc(g, ASK(.order = i / 3, .type = i % 3,
					 .zone = VMLAB_ZONE_TYPE_HIGHMEM),
				  NULL);
	if (ret || mapping_alloc(g, NULL, 5 * PAGE_SIZE, &mapping) ||
	    objects_alloc(g, NULL, NULL, 100, NR(self->objects),
			  self->objects) != NR(self->objects))
		return false;
	for (int i = 0; i < 4 && !ret; i++)
		ret = block_take(g, NULL, 0, &self->w.block) ?:
		      block_give(g, NULL, self->w.block.frame);
	return !ret;
}

static int keep_cell(const struct cell *cell, void *arg)
{
	FIXTURE_DATA(pool) *self = arg;

	if (self->nr_cells == self->pool.numbers ||
	    cell->first != self->nr_cells)
		return -EPROTO;
	self->cell[self->nr_cells++] = *cell;
	return 0;
}

FIXTURE_SETUP(pool)
{
	struct world *w = &self->w;

	ASSERT_EQ(0, world_open(w));
	ASSERT_TRUE(populate(self)) TH_LOG("%s", w->g.message);
	ASSERT_EQ(0, pool_get(&w->g, ANY, &self->pool));
	self->nr_zones = pool_zones(&w->g, self->zone, ZONES);
	ASSERT_LT(0, self->nr_zones);
	self->extent = calloc(EXTENTS, sizeof(*self->extent));
	self->cell = calloc(self->pool.numbers, sizeof(*self->cell));
	ASSERT_TRUE(self->extent && self->cell);
	self->nr_extents = pool_extents(&w->g, self->extent, EXTENTS);
	ASSERT_LT(0, self->nr_extents);
	ASSERT_EQ(0, frames_map(&w->g, 0, ANY, 1, VMLAB_CELLS_MAX, keep_cell,
				self));
	ASSERT_EQ(self->pool.numbers, self->nr_cells);
}

FIXTURE_TEARDOWN(pool)
{
	const char *what = world_close(&self->w);

	free(self->extent);
	free(self->cell);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static __u32 frames_of(const __u32 *blocks)
{
	__u32 sum = 0;

	for (int order = 0; order < ORDERS; order++)
		sum += blocks[order] << order;
	return sum;
}

static __u32 on_cpus(const struct zone *zone)
{
	__u32 sum = 0;

	for (int cpu = 0; cpu < CPUS; cpu++)
		sum += zone->cpu[cpu];
	return sum;
}

TEST_F(pool, each_operation_is_checked)
{
	EXPECT_EQ(1, self->pool.strict);
	EXPECT_LT(1, self->pool.nodes);
	EXPECT_EQ(1, self->pool.real_nodes);
}

TEST_F(pool, zones_add_up_to_the_pool)
{
	const struct pool *pool = &self->pool;
	__u32 managed = 0, free = 0, cached = 0, nr = 0;

	for (int i = 0; i < self->nr_zones; i++) {
		managed += self->zone[i].managed;
		free += self->zone[i].free;
		cached += self->zone[i].cached;
	}
	for (int i = 0; i < self->nr_extents; i++)
		nr += self->extent[i].nr;
	EXPECT_EQ(pool->got, managed);
	EXPECT_EQ(pool->got, nr);
	EXPECT_EQ(pool->free, free);
	EXPECT_EQ(pool->cached, cached);
	EXPECT_LT(0, cached);
	EXPECT_EQ(pool->got, pool->free + pool->cached + pool->used);
	EXPECT_EQ(pool->extents, self->nr_extents);
	EXPECT_LE(pool->got, pool->asked);
	EXPECT_LE(32ULL * pool->got, pool->descriptor_bytes);
	EXPECT_LT(pool->descriptor_bytes, pool->metadata_bytes);
}

TEST_F(pool, nodes_add_up_to_the_pool)
{
	__u32 got = 0, free = 0, cached = 0, used = 0;
	struct pool node;

	for (__u32 i = 0; i < self->pool.nodes; i++) {
		ASSERT_EQ(0, pool_get(&self->w.g, i, &node));
		got += node.free + node.cached + node.used;
		free += node.free;
		cached += node.cached;
		used += node.used;
	}
	EXPECT_EQ(self->pool.got, got);
	EXPECT_EQ(self->pool.free, free);
	EXPECT_EQ(self->pool.cached, cached);
	EXPECT_EQ(self->pool.used, used);
	EXPECT_GT(0, pool_get(&self->w.g, self->pool.nodes, &node));
	EXPECT_NE(0, self->w.g.message[0]);
}

TEST_F(pool, free_blocks_add_up_to_the_zone)
{
	for (int i = 0; i < self->nr_zones; i++) {
		const struct zone *zone = &self->zone[i];
		__u32 free = 0;

		for (int type = 0; type < TYPES; type++)
			free += frames_of(zone->blocks[type]);
		EXPECT_EQ(zone->free, free);
		for (int order = 0; order < ORDERS; order++)
			EXPECT_EQ(zone->order[order].blocks,
				  zone->blocks[0][order] +
				  zone->blocks[1][order] +
				  zone->blocks[2][order]);
		EXPECT_EQ(zone->cached, on_cpus(zone));
		for (int cpu = 0; cpu < CPUS; cpu++)
			EXPECT_LE(zone->cpu[cpu], zone->pcp_high);
	}
}

/* Free frames in blocks of at least an order. */
static __u32 usable(const struct zone *zone, int order)
{
	__u32 sum = 0;

	for (; order < ORDERS; order++)
		sum += zone->order[order].blocks << order;
	return sum;
}

TEST_F(pool, indices_follow_from_the_free_blocks)
{
	for (int i = 0; i < self->nr_zones; i++) {
		const struct zone *zone = &self->zone[i];

		for (int order = 0; order < ORDERS; order++) {
			const struct zone_order *o = &zone->order[order];
			__u32 have = usable(zone, order);
			bool there = HAS(o, VMLAB_A_ZONE_ORDER_NEEDS);

			EXPECT_EQ((zone->free - have) * 1000ULL / zone->free,
				  o->unusable);
			if (have) {
				EXPECT_EQ(-1000, o->fragmentation);
				EXPECT_TRUE(there);
				EXPECT_EQ(0, o->needs);
			} else {
				EXPECT_LE(0, o->fragmentation);
				EXPECT_GE(1000, o->fragmentation);
				EXPECT_TRUE(!there || o->needs);
			}
		}
	}
}

TEST_F(pool, watermarks_are_in_order)
{
	__u32 sum = 0, low_zones = 0;

	for (int i = 0; i < self->nr_zones; i++) {
		const struct zone *zone = &self->zone[i];

		EXPECT_LE(zone->min, zone->low);
		EXPECT_LE(zone->low, zone->high);
		EXPECT_LT(zone->high, zone->managed);
		for (__u32 higher = 0; higher < ZONE_TYPES; higher++) {
			__u32 least = higher > zone->zone ?
				      zone->reserve[higher - 1] : 0;

			EXPECT_LE(least, zone->reserve[higher]);
			EXPECT_TRUE(higher > zone->zone ||
				    !zone->reserve[higher]);
		}
		if (zone->zone == VMLAB_ZONE_TYPE_HIGHMEM)
			continue;
		sum += zone->min;
		low_zones++;
	}
	/* Each is rounded down. */
	EXPECT_LE(sum, self->pool.min_free);
	EXPECT_LT(self->pool.min_free, sum + low_zones);
}

TEST_F(pool, min_free_moves_the_watermarks)
{
	__u32 was = self->pool.min_free;
	struct zone zone[ZONES];
	struct pool pool;

	ASSERT_EQ(0, pool_set(&self->w.g, VMLAB_A_POOL_MIN_FREE, was / 2));
	ASSERT_EQ(self->nr_zones, pool_zones(&self->w.g, zone, ZONES));
	EXPECT_EQ(0, pool_get(&self->w.g, ANY, &pool));
	EXPECT_EQ(was / 2, pool.min_free);
	EXPECT_EQ(0, pool_set(&self->w.g, VMLAB_A_POOL_MIN_FREE, was));
	for (int i = 0; i < self->nr_zones; i++) {
		bool high = zone[i].zone == VMLAB_ZONE_TYPE_HIGHMEM;

		EXPECT_LT(zone[i].min, self->zone[i].min + high);
		EXPECT_TRUE(!high || zone[i].min == self->zone[i].min);
	}
	EXPECT_EQ(-EINVAL, pool_set(&self->w.g, VMLAB_A_POOL_MIN_FREE,
				    self->pool.got));
	EXPECT_NE(0, self->w.g.message[0]);
}

static void add_cell(struct cell *sum, const struct cell *cell)
{
	sum->free += cell->free;
	sum->cached += cell->cached;
	sum->unmovable += cell->unmovable;
	sum->movable += cell->movable;
	sum->reclaimable += cell->reclaimable;
	sum->slab += cell->slab;
	sum->vmalloc += cell->vmalloc;
	sum->hole += cell->hole;
}

static __u32 used_in(const struct cell *c)
{
	return c->unmovable + c->movable + c->reclaimable + c->slab +
	       c->vmalloc;
}

TEST_F(pool, the_map_adds_up_to_the_pool)
{
	const struct pool *pool = &self->pool;
	struct cell sum = { 0 };

	for (__u32 i = 0; i < self->nr_cells; i++) {
		const struct cell *c = &self->cell[i];

		add_cell(&sum, c);
		EXPECT_EQ(1, c->free + c->cached + c->hole + used_in(c));
	}
	EXPECT_EQ(pool->free, sum.free);
	EXPECT_EQ(pool->cached, sum.cached);
	EXPECT_EQ(pool->used, used_in(&sum));
	EXPECT_EQ(pool->numbers - pool->got, sum.hole);
	EXPECT_EQ(5, sum.vmalloc);
	EXPECT_LT(0, sum.slab);
	EXPECT_LE((1 << (ORDERS - 1)) - 1, sum.movable);
	EXPECT_EQ((1 << (ORDERS - 1)) - 1, sum.reclaimable);
}

/* Cells of a coarser map, against those of one frame. */
struct coarse {
	FIXTURE_DATA(pool) *self;
	__u32 first;
	__u32 next;
	__u32 end;
	__u32 step;
	__u32 cells;
	bool wrong;
};

static int compare_cell(const struct cell *cell, void *arg)
{
	struct coarse *coarse = arg;
	struct cell sum = { .has = cell->has, .first = cell->first };

	if (cell->first != coarse->next)
		coarse->wrong = true;
	for (__u32 i = 0; i < coarse->step && coarse->next < coarse->end; i++)
		add_cell(&sum, &coarse->self->cell[coarse->next++]);
	if (memcmp(&sum, cell, sizeof(sum)))
		coarse->wrong = true;
	coarse->cells++;
	return 0;
}

TEST_F(pool, maps_agree_at_every_scale)
{
	__u32 all = self->pool.numbers;

	for (__u32 step = 2; step <= 1 << VMLAB_ORDER_MAX; step *= 2) {
		struct coarse c = { self, 0, 0, all, step };

		ASSERT_EQ(0, frames_map(&self->w.g, 0, ANY, step,
					VMLAB_CELLS_MAX, compare_cell, &c));
		EXPECT_FALSE(c.wrong);
		EXPECT_EQ(all, c.next);
	}
}

static int count_cells(const struct cell *cell, void *arg)
{
	struct coarse *c = arg;

	if (c->cells++ && cell->first > c->next && !c->step)
		c->step = cell->first - c->next;
	if (!c->step)
		c->next = cell->first;
	return 0;
}

TEST_F(pool, a_map_has_no_more_cells_than_wanted)
{
	__u32 all = self->pool.numbers, finer;

	for (__u32 cells = 1; cells <= 4096; cells *= 4) {
		struct coarse c = { self };

		ASSERT_EQ(0, frames_map(&self->w.g, 0, ANY, 0, cells,
					count_cells, &c));
		EXPECT_LE(c.cells, cells);
		/* And the next finer scale would have had too many. */
		finer = c.step / 2;
		EXPECT_TRUE(!finer || cells < (all + finer - 1) / finer);
	}
}

TEST_F(pool, a_part_of_the_map)
{
	struct coarse c = {
		self, .next = 37, .end = 37 + 101, .step = 1,
	};

	ASSERT_EQ(0, frames_map(&self->w.g, 37, 101, 1, 0, compare_cell, &c));
	EXPECT_FALSE(c.wrong);
	EXPECT_EQ(101, c.cells);
}

static int refused_map(struct genl *g, __u32 first, __u32 nr,
		       __u32 cell_frames, __u32 cells)
{
	struct coarse c = { 0 };
	int ret = frames_map(g, first, nr, cell_frames, cells, count_cells,
			     &c);

	return g->message[0] ? ret : 0;
}

TEST_F(pool, wrong_maps_are_refused)
{
	struct genl *g = &self->w.g;
	__u32 all = self->pool.numbers;

	EXPECT_EQ(-EINVAL, refused_map(g, 0, ANY, 3, 0));
	EXPECT_EQ(-ERANGE, refused_map(g, all, ANY, 0, 0));
	EXPECT_EQ(-EINVAL, refused_map(g, 0, 0, 0, 0));
	EXPECT_EQ(-ERANGE, refused_map(g, 0, ANY, 0, VMLAB_CELLS_MAX + 1));
}

/* What the map should say of a frame. */
static __u32 count_of(const struct cell *c, const struct frame *f)
{
	if (f->state == VMLAB_FRAME_STATE_FREE)
		return c->free;
	if (f->state == VMLAB_FRAME_STATE_CACHED)
		return c->cached;
	if (f->flags & VMLAB_FRAME_FLAG_SLAB)
		return c->slab;
	if (f->flags & VMLAB_FRAME_FLAG_VMALLOC)
		return c->vmalloc;
	return f->type == VMLAB_MIGRATE_TYPE_UNMOVABLE ? c->unmovable :
	       f->type == VMLAB_MIGRATE_TYPE_MOVABLE ? c->movable :
	       c->reclaimable;
}

/* Does Linux keep off the frames of an extent? */
static bool is_ours(const struct extent *e)
{
	__u64 *flags = calloc(e->nr, sizeof(*flags));
	__u64 *count = calloc(e->nr, sizeof(*count));
	bool ours = flags && count &&
		    kpages("/proc/kpageflags", e->pfn, flags, e->nr) &&
		    kpages("/proc/kpagecount", e->pfn, count, e->nr);

	for (__u32 i = 0; ours && i < e->nr; i++)
		ours = !(flags[i] & KPF_OTHERS) && !count[i];
	free(flags);
	free(count);
	return ours;
}

/* One frame of an extent, against its block's first frame and the map. */
static const char *odd(FIXTURE_DATA(pool) *self, const struct extent *e,
		       __u32 i, struct frame *head)
{
	__u32 number = e->first + i;
	struct frame f;
	bool used;

	if (frame_get(&self->w.g, number, &f) || f.number != number)
		return "cannot be had";
	if (f.node != e->node || f.zone != e->zone || f.pfn != e->pfn + i)
		return "is not where its extent is";
	if (f.head == number)
		*head = f;
	if (f.head != head->number || f.order != head->order ||
	    number - f.head >= 1U << f.order ||
	    f.head & ((1U << f.order) - 1))
		return "is outside of its block";
	if (f.head != number && f.state != VMLAB_FRAME_STATE_INSIDE)
		return "is inside but not so called";
	if (!count_of(&self->cell[number], head))
		return "is something else on the map";
	used = head->state == VMLAB_FRAME_STATE_USED;
	return used == !!f.refs && !f.maps ? NULL : "has wrong counts";
}

TEST_F(pool, every_frame)
{
	struct frame f, head = { .number = NOTHING };

	for (int i = 0; i < self->nr_extents; i++) {
		const struct extent *e = &self->extent[i];

		EXPECT_TRUE(is_ours(e)) TH_LOG("extent at pfn %llu", e->pfn);
		for (__u32 j = 0; j < e->nr; j++) {
			const char *what = odd(self, e, j, &head);

			ASSERT_EQ(NULL, what)
				TH_LOG("frame %u %s", e->first + j, what);
		}
		for (__u32 j = 0; j < e->nr; j += 100) {
			ASSERT_EQ(0, frame_of_pfn(&self->w.g, e->pfn + j, &f));
			EXPECT_EQ(e->first + j, f.number);
		}
	}
}

TEST_F(pool, no_two_extents_overlap)
{
	const struct extent *e = self->extent;

	for (int i = 1; i < self->nr_extents; i++) {
		EXPECT_LE(e[i - 1].first + e[i - 1].nr, e[i].first);
		EXPECT_LE(e[i - 1].pfn + e[i - 1].nr, e[i].pfn);
	}
}

TEST_F(pool, what_is_no_frame)
{
	struct genl *g = &self->w.g;
	__u32 hole = 0;
	struct frame f;

	EXPECT_EQ(-ERANGE, frame_get(g, self->pool.numbers, &f));
	EXPECT_NE(0, g->message[0]);
	EXPECT_EQ(-ENOENT, frame_of_pfn(g, 1, &f));
	EXPECT_NE(0, g->message[0]);
	genl_new(g, VMLAB_CMD_FRAME_GET, 0);
	EXPECT_EQ(-EINVAL, genl_call(g));
	EXPECT_NE(0, g->message[0]);
	while (hole < self->nr_cells && !self->cell[hole].hole)
		hole++;
	if (hole == self->nr_cells)
		return;
	EXPECT_EQ(-ENOENT, frame_get(g, hole, &f));
	EXPECT_NE(0, g->message[0]);
}

TEST_F(pool, a_cpu_leaves_nothing_on_its_lists)
{
	struct genl *g = &self->w.g;
	struct zone zone[ZONES];
	int cpu = last_cpu();
	__u32 frames = 0;

	ASSERT_LT(0, cpu);
	ASSERT_TRUE(pin_to_cpu(cpu));
	ASSERT_EQ(0, block_take(g, NULL, 0, &self->w.block));
	ASSERT_EQ(0, block_give(g, NULL, self->w.block.frame));
	ASSERT_EQ(self->nr_zones, pool_zones(g, zone, ZONES));
	for (int i = 0; i < self->nr_zones; i++)
		frames += zone[i].cpu[cpu];
	EXPECT_LT(0, frames);
	ASSERT_TRUE(switch_cpu(cpu, false));
	EXPECT_EQ(self->nr_zones, pool_zones(g, zone, ZONES));
	for (int i = 0; i < self->nr_zones; i++)
		EXPECT_EQ(0, zone[i].cpu[cpu]);
	EXPECT_TRUE(switch_cpu(cpu, true));
}

/* What somebody without rights sees and may not do. */
static int as_nobody(void *arg)
{
	static struct compacted compacted[ZONES];
	static struct extent extent[EXTENTS];
	FIXTURE_DATA(pool) *self = arg;
	static struct genl g;
	struct frame f;
	int ret;

	if (!become_user(NOBODY) || genl_open(&g))
		return 1;
	if (pool_extents(&g, extent, EXTENTS) != self->nr_extents)
		return 2;
	for (int i = 0; i < self->nr_extents; i++)
		if (HAS(&extent[i], VMLAB_A_EXTENT_PFN))
			return 3;
	if (frame_get(&g, extent[0].first, &f) || HAS(&f, VMLAB_A_FRAME_PFN))
		return 4;
	if (frame_get(&g, self->objects[0].frame, &f) ||
	    f.owner != VMLAB_OWNER_SLAB || HAS(&f, VMLAB_A_FRAME_SESSION))
		return 5;
	if (frame_of_pfn(&g, self->extent[0].pfn, &f) != -EPERM ||
	    !g.message[0])
		return 6;
	if (block_take(&g, NULL, 0, &self->w.block) ||
	    HAS(&self->w.block, VMLAB_A_BUDDY_PFN))
		return 7;
	ret = block_free(&g, ASK(.frame = self->w.block.frame,
				 .unchecked = true), NULL);
	if (ret != -EPERM || !g.message[0])
		return 8;
	if (pool_set(&g, VMLAB_A_POOL_MIN_FREE, 0) != -EPERM || !g.message[0] ||
	    pool_set(&g, VMLAB_A_POOL_STRICT, 0) != -EPERM ||
	    pool_drain(&g) != -EPERM)
		return 9;
	if (compact(&g, ANY, ANY, ANY, compacted, ZONES) != -EPERM ||
	    !g.message[0])
		return 10;
	return cache_shrink(&g, NULL, NULL) == -EPERM && g.message[0] ? 0 : 11;
}

TEST_F(pool, nobody_sees_no_physical_numbers)
{
	EXPECT_EQ(0, in_child(as_nobody, self));
}

TEST_HARNESS_MAIN
