// SPDX-License-Identifier: GPL-2.0
/*
 * Whose what is, and that it all comes back: with the socket, with the name,
 * with the process, and with the module.
 */
#include "harness.h"

#include "memory.h"
#include "world.h"

#include <time.h>

#define SOMEBODY	4711
#define ELSE		4712
#define NAME		"sessions-test"
#define KILLS		24
#define MANY		20000

FIXTURE(sessions) {
	struct world w;
	struct genl g;		/* whose end is tried */
	struct pool before;
	struct object object[VMLAB_OBJECTS_MAX];
	struct session session[64];
	struct held held[VMLAB_OBJECTS_MAX + 16];
};

FIXTURE_SETUP(sessions)
{
	ASSERT_EQ(0, world_open(&self->w));
	self->before = self->w.pool;
	ASSERT_EQ(0, genl_open(&self->g));
}

FIXTURE_TEARDOWN(sessions)
{
	const char *what;

	if (self->g.fd >= 0)
		genl_close(&self->g);
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

/* Something of each kind. */
static int take_some(struct genl *g, const char *session,
		     FIXTURE_DATA(sessions) *self)
{
	struct cache c = { .name = "sessions", .size = 40 };
	struct mapping m;

	for (int order = 0; order < 8; order++)
		if (block_take(g, session, order, NULL))
			return 1;
	if (mapping_alloc(g, session, 10 * PAGE_SIZE, &m))
		return 2;
	if (cache_create(g, session, &c))
		return 3;
	if (objects_alloc(g, session, c.name, 0, 50, self->object) != 50)
		return 4;
	return objects_alloc(g, session, NULL, 1000, 7, self->object) == 7 ?
	       0 : 5;
}

static bool is_given_back(void *arg)
{
	FIXTURE_DATA(sessions) *self = arg;

	return !world_settle(&self->w.g) &&
	       !pool_get(&self->w.g, ANY, &self->w.pool) &&
	       self->w.pool.used == self->before.used &&
	       world_is_as_before(&self->w);
}

/* The session of a name, or without one that of this portid. */
static const struct session *find(FIXTURE_DATA(sessions) *self,
				  struct genl *g, const char *name)
{
	int nr = sessions_get(g, NULL, self->session, NR(self->session));

	for (int i = 0; i < nr; i++)
		if (!strcmp(self->session[i].name, name ? : ""))
			return &self->session[i];
	return NULL;
}

TEST_F(sessions, a_socket_ends_its_session)
{
	const struct session *s;
	int nr;

	ASSERT_EQ(0, take_some(&self->g, NULL, self))
		TH_LOG("%s", self->g.message);
	s = find(self, &self->w.g, NULL);
	ASSERT_NE(NULL, s);
	EXPECT_EQ(0, s->uid);
	EXPECT_NE(0, s->portid);
	EXPECT_EQ(8, s->blocks);
	EXPECT_EQ(255 + 10, s->frames);
	EXPECT_EQ(1, s->vmallocs);
	EXPECT_EQ(57, s->objects);
	EXPECT_EQ(1, s->caches);
	nr = held_get(&self->g, NULL, self->held, NR(self->held));
	EXPECT_EQ(8 + 1 + 57, nr);
	/* Another socket of the same process has none of it. */
	EXPECT_EQ(0, held_get(&self->w.g, NULL, self->held, NR(self->held)));
	genl_close(&self->g);
	EXPECT_TRUE(wait_until(is_given_back, self));
	EXPECT_EQ(NULL, find(self, &self->w.g, NULL));
}

TEST_F(sessions, a_name_outlives_its_socket)
{
	const struct session *s;

	ASSERT_EQ(0, take_some(&self->g, NAME, self))
		TH_LOG("%s", self->g.message);
	genl_close(&self->g);
	ASSERT_EQ(0, genl_open(&self->g));
	s = find(self, &self->g, NAME);
	ASSERT_NE(NULL, s);
	EXPECT_EQ(8, s->blocks);
	EXPECT_EQ(57, s->objects);
	EXPECT_EQ(8 + 1 + 57, held_get(&self->g, NAME, self->held,
				       NR(self->held)));
	EXPECT_EQ(1, sessions_get(&self->g, NAME, self->session, 1));
	EXPECT_EQ(0, session_end(&self->g, NAME));
	EXPECT_TRUE(is_given_back(self));
	EXPECT_EQ(-ENOENT, session_end(&self->g, NAME));
	EXPECT_NE(0, self->g.message[0]);
}

TEST_F(sessions, handles_are_of_one_session)
{
	struct block *b = &self->w.block;

	ASSERT_EQ(0, block_take(&self->g, NAME, 2, b));
	EXPECT_EQ(-ENOENT, block_give(&self->g, NULL, b->frame));
	EXPECT_NE(0, self->g.message[0]);
	EXPECT_EQ(-ENOENT, block_give(&self->g, "sessions-other", b->frame));
	EXPECT_EQ(0, block_give(&self->w.g, NAME, b->frame));
	EXPECT_EQ(0, session_end(&self->g, NAME));
}

/* === Users === */

/* What is of another user cannot be seen, used or ended. */
static int meddles(void *arg)
{
	FIXTURE_DATA(sessions) *self = arg;
	struct genl *g = &self->w.g;
	struct frame f;

	if (!become_user(ELSE) || genl_open(g))
		return 1;
	if (sessions_get(g, NULL, self->session, NR(self->session)))
		return 2;
	if (session_end(g, NAME) != -ENOENT || !g->message[0])
		return 3;
	if (block_give(g, NAME, self->w.block.frame) != -ENOENT ||
	    !g->message[0])
		return 4;
	if (held_get(g, NAME, self->held, NR(self->held)) != -ENOENT)
		return 5;
	if (frame_get(g, self->w.block.frame, &f) ||
	    HAS(&f, VMLAB_A_FRAME_SESSION) || HAS(&f, VMLAB_A_FRAME_HANDLE))
		return 6;
	/* A name of his own, though it is the same. */
	if (block_take(g, NAME, 0, &self->w.block))
		return 7;
	if (held_get(g, NAME, self->held, NR(self->held)) != 1)
		return 8;
	return session_end(g, NAME) ? 9 : 0;
}

static int owns(void *arg)
{
	FIXTURE_DATA(sessions) *self = arg;

	if (!become_user(SOMEBODY))
		return 90;
	genl_close(&self->g);
	if (genl_open(&self->g) ||
	    block_take(&self->g, NAME, 3, &self->w.block))
		return 91;
	return find(self, &self->g, NAME) ? 0 : 92;
}

static int ends_his_own(void *arg)
{
	FIXTURE_DATA(sessions) *self = arg;

	genl_close(&self->g);
	if (!become_user(SOMEBODY) || genl_open(&self->g))
		return 90;
	return session_end(&self->g, NAME) ? 91 : 0;
}

/**
 * struct search - for a frame that is used
 * @kept: the frame that always is
 * @last: the last other one
 */
struct search {
	__u32 kept;
	__u32 last;
};

static int find_used(const struct cell *cell, void *arg)
{
	struct search *search = arg;

	if (cell->unmovable && cell->first != search->kept)
		search->last = cell->first;
	return 0;
}

TEST_F(sessions, users_do_not_meet)
{
	struct search search = { .kept = ANY };
	const struct session *s;
	struct frame f;

	ASSERT_EQ(0, frames_map(&self->w.g, 0, ANY, 1, 0, find_used, &search));
	search.kept = search.last;
	ASSERT_EQ(0, in_child(owns, self));
	s = find(self, &self->w.g, NAME);
	ASSERT_NE(NULL, s);
	EXPECT_EQ(SOMEBODY, s->uid);
	ASSERT_EQ(1, sessions_get(&self->w.g, NAME, self->session, 64));
	/* Which frame it is the map shows; the other must not have it. */
	ASSERT_EQ(0, frames_map(&self->w.g, 0, ANY, 1, 0, find_used, &search));
	self->w.block.frame = search.last & ~7U;
	EXPECT_EQ(0, frame_get(&self->w.g, self->w.block.frame, &f));
	EXPECT_EQ(SOMEBODY, f.uid);
	EXPECT_STREQ(NAME, f.session);
	EXPECT_EQ(0, in_child(meddles, self));
	EXPECT_NE(NULL, find(self, &self->w.g, NAME));
	EXPECT_EQ(0, in_child(ends_his_own, self));
}

/* There is an end to how many one may have. */
static int too_many(void *arg)
{
	FIXTURE_DATA(sessions) *self = arg;
	struct genl *g = &self->g;
	char name[32];
	int i, ret = 0;

	genl_close(g);
	if (!become_user(SOMEBODY) || genl_open(g))
		return 1;
	for (i = 0; i < MANY && !ret; i++) {
		snprintf(name, sizeof(name), "many-%d", i);
		ret = block_take(g, name, 0, NULL);
	}
	if ((ret != -EDQUOT && ret != -ENOSPC) || !g->message[0] || i < 3)
		return 2;
	for (i -= 2; i >= 0; i--) {
		snprintf(name, sizeof(name), "many-%d", i);
		if (session_end(g, name))
			return 3;
	}
	for (i = 0; i < MANY; i += 64) {
		ret = objects_alloc(g, NULL, NULL, 8, 64, self->object);
		if (ret < 0)
			break;
	}
	if ((ret != -EDQUOT && ret != -ENOSPC) || !g->message[0])
		return 4;
	for (i = 0, ret = 0; i < MANY && ret >= 0; i++) {
		struct cache c = { .size = 8 };

		snprintf(c.name, sizeof(c.name), "many-%d", i);
		ret = cache_create(g, NULL, &c);
	}
	return (ret == -EDQUOT || ret == -ENOSPC) && g->message[0] ? 0 : 5;
}

TEST_F(sessions, an_end_to_everything)
{
	EXPECT_EQ(0, in_child(too_many, self));
}

/* === Sudden ends === */

/* Requests without pause, until somebody kills. */
static void busy(FIXTURE_DATA(sessions) *self, unsigned int seed)
{
	struct mapping m;

	genl_close(&self->g);
	if (genl_open(&self->g))
		_exit(1);
	for (;;) {
		unsigned int dice = rand_r(&seed);

		switch (dice % 4) {
		case 0:
			objects_alloc(&self->g, NULL, NULL, dice / 4 % 2000,
				      9, self->object);
			break;
		case 1:
			if (!mapping_alloc(&self->g, NULL, dice / 4 % 65536,
					   &m) && dice & 4096)
				mapping_free(&self->g, NULL, m.handle);
			break;
		default:
			if (!block_take(&self->g, NULL, dice / 4 % 6,
					&self->w.block) && dice & 4096)
				block_give(&self->g, NULL,
					   self->w.block.frame);
		}
	}
}

static bool holds_something(void *arg)
{
	FIXTURE_DATA(sessions) *self = arg;

	return !pool_get(&self->w.g, ANY, &self->w.pool) &&
	       self->w.pool.used > self->before.used + 16;
}

TEST_F(sessions, killed_in_the_midst)
{
	unsigned int seed = getpid();

	TH_LOG("seed %u", seed);
	for (int i = 0; i < KILLS; i++) {
		struct timespec more = { .tv_nsec = rand_r(&seed) % 3000000 };
		unsigned int its_seed = rand_r(&seed);
		pid_t pid = fork();

		if (!pid)
			busy(self, its_seed);
		ASSERT_LT(0, pid);
		EXPECT_TRUE(wait_until(holds_something, self));
		nanosleep(&more, NULL);
		kill(pid, SIGKILL);
		ASSERT_EQ(pid, waitpid(pid, NULL, 0));
		EXPECT_TRUE(wait_until(is_given_back, self));
	}
}

/* A parameter as it was given, as a word for loading again. */
static void add_parameter(char *words, size_t size, const char *name)
{
	char path[64], value[128] = "";
	size_t len = strlen(words);
	FILE *file;

	snprintf(path, sizeof(path), "/sys/module/vmlab/parameters/%s", name);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(value, sizeof(value), file) && value[0] != '\n' &&
	    strncmp(value, "(null)", 6)) {
		value[strcspn(value, "\n")] = '\0';
		snprintf(words + len, size - len, "%s=%s ", name, value);
	}
	fclose(file);
}

/* Unload with sessions of both kinds, and load as before. */
TEST_F(sessions, unload_under_open_sessions)
{
	const char *path = getenv("VMLAB_KO");
	char words[512] = "";
	struct pool pool;

	ASSERT_NE(NULL, path);
	add_parameter(words, sizeof(words), "pool");
	add_parameter(words, sizeof(words), "zones");
	add_parameter(words, sizeof(words), "strict");
	ASSERT_EQ(0, take_some(&self->g, NAME, self));
	for (int i = 0; i < 8; i++)
		ASSERT_EQ(0, block_take(&self->g, NULL, i, NULL));
	ASSERT_EQ(0, module_unload());
	EXPECT_GT(0, pool_get(&self->w.g, ANY, &pool));
	ASSERT_EQ(0, module_load(path, words)) TH_LOG("%s", words);
	EXPECT_FALSE(kmsg_tells(self->w.kmsg, "vmlab", "still held", NULL));
	genl_close(&self->g);
	genl_close(&self->w.g);
	ASSERT_EQ(0, genl_open(&self->w.g));
	ASSERT_EQ(0, pool_get(&self->w.g, ANY, &pool));
	EXPECT_EQ(self->before.got, pool.got);
	EXPECT_EQ(KEPT, pool.used);
	EXPECT_EQ(NULL, find(self, &self->w.g, NAME));
	/* The pool is a new one, and nothing was reported yet. */
	close(self->w.kmsg);
	genl_close(&self->w.g);
	ASSERT_EQ(0, world_open(&self->w));
	ASSERT_EQ(0, genl_open(&self->g));
}

TEST_HARNESS_MAIN
