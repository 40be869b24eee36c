// SPDX-License-Identifier: GPL-2.0
/*
 * What is done wrong to the objects of a watched cache: each must be told in the
 * reply, in the answer to a check, in the counts of the cache and in the kernel's
 * log, with the object, the byte and who had it.
 */
#include "harness.h"

#include "world.h"

#define SESSION		"slab-test"
#define SIZE		100
#define OURS		0x5a	/* what we write; no pattern of the kernel's */
#define DEBUG_FLAGS	(VMLAB_CACHE_FLAG_REDZONE | VMLAB_CACHE_FLAG_POISON | \
			 VMLAB_CACHE_FLAG_OWNER)

FIXTURE(misuse) {
	struct world w;
	struct cache cache;
	struct object object;	/* allocated by @child */
	struct object next;	/* another, so that the slab stays */
	__u32 strict;
};

/*
 * Found by a check, which leaves it as it is, or by the cache, which mends it. The
 * check that follows each operation in strict mode is no such: what somebody does
 * to his objects is not for others to trip over.
 */
FIXTURE_VARIANT(misuse) {
	__u32 strict;
};

FIXTURE_VARIANT_ADD(misuse, by_a_check) {
	.strict = 1,
};

FIXTURE_VARIANT_ADD(misuse, by_the_cache) {
	.strict = 0,
};

FIXTURE_SETUP(misuse)
{
	struct genl *g = &self->w.g;

	ASSERT_EQ(0, world_open(&self->w));
	self->strict = self->w.pool.strict;
	snprintf(self->cache.name, sizeof(self->cache.name), "test-misuse");
	self->cache.size = SIZE;
	self->cache.flags = DEBUG_FLAGS;
	ASSERT_EQ(0, cache_create(g, SESSION, &self->cache))
		TH_LOG("%s", g->message);
	ASSERT_EQ(1, objects_alloc(g, SESSION, self->cache.name, 0, 1,
				   &self->object));
	ASSERT_EQ(1, objects_alloc(g, SESSION, self->cache.name, 0, 1,
				   &self->next));
	ASSERT_EQ(0, pool_set(g, VMLAB_A_POOL_STRICT, variant->strict));
}

FIXTURE_TEARDOWN(misuse)
{
	const char *what;

	EXPECT_EQ(0, pool_set(&self->w.g, VMLAB_A_POOL_STRICT, self->strict));
	EXPECT_EQ(0, session_end(&self->w.g, SESSION));
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static int fill(FIXTURE_DATA(misuse) *self, __s32 offset, __u32 length)
{
	return object_fill(&self->w.g, SESSION, self->object.handle, offset,
			   length, OURS);
}

static int release(FIXTURE_DATA(misuse) *self)
{
	return object_free(&self->w.g, SESSION, NULL, self->object.handle);
}

/*
 * The bug, where its first wrong byte is, how the log puts it, and how many
 * objects a check finds spoilt.
 */
struct expected {
	__u32 bug;
	__s32 offset;
	const char *kind;
	const char *words;
	__u32 freed_by;
	__u32 broken;
};

/* Is the last report this, in the answer to a check and in the log? */
static const char *report_is(FIXTURE_DATA(misuse) *self, struct expected e)
{
	struct world *w = &self->w;
	const struct report *r;
	char object[64];

	w->reported++;
	if (pool_check(&w->g, &w->check))
		return w->g.message;
	if (w->check.broken != e.broken)
		return "more is broken, or less";
	if (w->check.reported != w->reported || !w->check.nr)
		return "there is not one more";
	r = &w->check.report[w->check.nr - 1];
	if (r->sequence != w->reported || HAS(r, VMLAB_A_REPORT_BUG) ||
	    r->slab_bug != e.bug)
		return "it is another";
	if (strcmp(r->cache, self->cache.name) ||
	    r->frame != self->object.frame ||
	    r->number != self->object.number ||
	    r->address != self->object.address)
		return "it is of another object";
	if (r->offset != e.offset)
		return "it is of another byte";
	if (r->allocated_by != getpid() || r->freed_by != e.freed_by ||
	    r->by != getpid())
		return "it is of another process";
	if (e.bug != VMLAB_SLAB_BUG_DOUBLE &&
	    (r->found != OURS || r->wanted == OURS))
		return "it found something else";
	if (cache_bugs(&w->g, self->cache.name, e.kind) != 1)
		return "the cache does not count it";
	snprintf(object, sizeof(object), "object %u of the slab at frame %u,",
		 r->number, r->frame);
	return kmsg_tells(w->kmsg, "vmlab", self->cache.name, e.words, object,
			  NULL) ? NULL : "the log does not tell";
}

/* Does a refusal name the cache? */
static bool names_cache(FIXTURE_DATA(misuse) *self)
{
	return strstr(self->w.g.message, self->cache.name);
}

TEST_F(misuse, none)
{
	__u8 bytes[SIZE], wanted[SIZE];

	memset(wanted, OURS, SIZE);
	EXPECT_EQ(0, fill(self, 0, SIZE));
	ASSERT_EQ(0, object_read(&self->w.g, SESSION, self->object.handle, 0,
				 SIZE, bytes));
	EXPECT_EQ(0, memcmp(bytes, wanted, SIZE));
	EXPECT_EQ(0, release(self));
}

/* Another operation, on which a check of the pool follows. */
static const char *go_on(FIXTURE_DATA(misuse) *self)
{
	struct world *w = &self->w;

	if (block_take(&w->g, NULL, 0, &w->block) ||
	    block_give(&w->g, NULL, w->block.frame))
		return w->g.message;
	return NULL;
}

/* With what the last report wanted there, nothing is wrong any more. */
static const char *mend(FIXTURE_DATA(misuse) *self, struct expected e,
			__u32 length)
{
	struct world *w = &self->w;

	if (object_fill(&w->g, SESSION, self->object.handle, e.offset, length,
			w->check.report[w->check.nr - 1].wanted) ||
	    pool_check(&w->g, &w->check))
		return w->g.message;
	return w->check.broken ? "it is broken still" : NULL;
}

/* The cache looks when the object is freed, and refuses to say that all is well. */
static const char *free_and_see(FIXTURE_DATA(misuse) *self)
{
	if (release(self) != -EUCLEAN)
		return "nothing was found";
	return names_cache(self) ? NULL : self->w.g.message;
}

TEST_F(misuse, overrun)
{
	struct expected e = { VMLAB_SLAB_BUG_OVERRUN, SIZE + 1, "overrun",
			      "wrote beyond the end" };
	const char *what;

	e.broken = variant->strict;
	EXPECT_EQ(0, fill(self, SIZE + 1, 1));
	what = variant->strict ? go_on(self) : free_and_see(self);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
	what = report_is(self, e);
	ASSERT_EQ(NULL, what) TH_LOG("%s", what);
	if (!variant->strict)
		return;
	what = mend(self, e, 1);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

TEST_F(misuse, underrun)
{
	struct expected e = { VMLAB_SLAB_BUG_UNDERRUN, -2, "underrun",
			      "wrote before the start" };
	const char *what;

	e.broken = variant->strict;
	EXPECT_EQ(0, fill(self, -2, 2));
	what = variant->strict ? go_on(self) : free_and_see(self);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
	what = report_is(self, e);
	ASSERT_EQ(NULL, what) TH_LOG("%s", what);
	if (!variant->strict)
		return;
	what = mend(self, e, 2);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

TEST_F(misuse, double_free)
{
	struct expected e = { VMLAB_SLAB_BUG_DOUBLE, 0, "double",
			      "freed twice", getpid() };
	const char *what;

	ASSERT_EQ(0, release(self));
	EXPECT_GT(0, release(self));
	EXPECT_TRUE(names_cache(self)) TH_LOG("%s", self->w.g.message);
	what = report_is(self, e);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

TEST_F(misuse, use_after_free)
{
	struct expected e = { VMLAB_SLAB_BUG_USED, 17, "used",
			      "wrote after it was freed", getpid() };
	struct object again;
	const char *what;

	e.broken = variant->strict;
	ASSERT_EQ(0, release(self));
	EXPECT_EQ(0, fill(self, 17, 3));
	if (variant->strict) {
		what = go_on(self);
		EXPECT_EQ(NULL, what) TH_LOG("%s", what);
	} else {
		/* The freed one is the first that is given again. */
		EXPECT_EQ(1, objects_alloc(&self->w.g, SESSION,
					   self->cache.name, 0, 1, &again));
		EXPECT_EQ(self->object.address, again.address);
	}
	what = report_is(self, e);
	ASSERT_EQ(NULL, what) TH_LOG("%s", what);
	if (!variant->strict)
		return;
	what = mend(self, e, 3);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

TEST_F(misuse, freed_into_another_cache)
{
	struct cache other = { .name = "test-other", .size = SIZE };
	struct world *w = &self->w;
	const struct report *r;

	ASSERT_EQ(0, cache_create(&w->g, SESSION, &other));
	EXPECT_GT(0, object_free(&w->g, SESSION, other.name,
				 self->object.handle));
	EXPECT_NE(NULL, strstr(w->g.message, other.name))
		TH_LOG("%s", w->g.message);
	w->reported++;
	ASSERT_EQ(0, pool_check(&w->g, &w->check));
	ASSERT_EQ(w->reported, w->check.reported);
	r = &w->check.report[w->check.nr - 1];
	EXPECT_EQ(VMLAB_SLAB_BUG_FOREIGN, r->slab_bug);
	EXPECT_STREQ(other.name, r->cache);
	EXPECT_TRUE(kmsg_tells(w->kmsg, "vmlab", other.name,
			       "freed what is no object of it", NULL));
	/* It is still where it was. */
	EXPECT_EQ(0, release(self));
}

TEST_F(misuse, nothing_else_can_be_written)
{
	struct genl *g = &self->w.g;
	__u32 stride = self->cache.stride, handle = self->object.handle;

	EXPECT_GT(0, fill(self, stride, 1));
	EXPECT_NE(0, g->message[0]);
	EXPECT_GT(0, fill(self, -(__s32)stride, 1));
	EXPECT_NE(0, g->message[0]);
	EXPECT_GT(0, fill(self, SIZE - 1, stride));
	EXPECT_GT(0, fill(self, 0x7fffffff, 256));
	EXPECT_GT(0, fill(self, -0x7fffffff, 256));
	EXPECT_GT(0, fill(self, 0, VMLAB_BYTES_MAX + 1));
	EXPECT_GT(0, object_fill(g, NULL, handle, 0, 1, OURS));
	EXPECT_NE(0, g->message[0]);
}

TEST_HARNESS_MAIN
