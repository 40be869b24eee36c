// SPDX-License-Identifier: GPL-2.0
/*
 * What is malformed is refused, and each refusal says why in words.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"

#define UNKNOWN_ATTR	200
#define NESTED		0x8000

FIXTURE(policy) {
	struct genl g;
};

FIXTURE_SETUP(policy)
{
	ASSERT_EQ(0, genl_open(&self->g));
}

FIXTURE_TEARDOWN(policy)
{
	genl_close(&self->g);
}

/* Is @message a text that a person can use? */
static bool says_why(const char *message)
{
	return strlen(message) >= 8 && strchr(message, ' ');
}

#define EXPECT_REFUSED(errno_wanted, result) do {			\
	int __result = (result);					\
									\
	EXPECT_EQ(-(errno_wanted), __result);				\
	EXPECT_TRUE(says_why(self->g.message)) {			\
		TH_LOG("message '%s'", self->g.message);		\
	}								\
} while (0)

static const struct {
	const char *name;
	__u8 cmd;
	bool dump;
	__u16 pid;
	__u16 session;
} commands[] = {
	{ "info", VMLAB_CMD_INFO_GET, false, 0 },
	{ "walk", VMLAB_CMD_WALK, false, VMLAB_A_WALK_PID },
	{ "range", VMLAB_CMD_RANGE, true, VMLAB_A_RANGE_PID },
	{ "area", VMLAB_CMD_AREA_GET, true, VMLAB_A_AREAS_PID },
	{ "census", VMLAB_CMD_CENSUS, false, VMLAB_A_CENSUS_PID },
	{ "explain", VMLAB_CMD_EXPLAIN, false, VMLAB_A_EXPLAIN_PID },
	{ "addr", VMLAB_CMD_ADDR_GET, false, VMLAB_A_ADDR_PID },
	{ "top", VMLAB_CMD_TOP_GET, true, VMLAB_A_TOP_PID },
	{ "segment", VMLAB_CMD_SEGMENT_GET, true, VMLAB_A_SEGMENT_PID },
	{ "pool", VMLAB_CMD_POOL_GET, false, 0 },
	{ "pool-set", VMLAB_CMD_POOL_SET, false, 0 },
	{ "extent", VMLAB_CMD_EXTENT_GET, true, 0 },
	{ "zone", VMLAB_CMD_ZONE_GET, true, 0 },
	{ "frame", VMLAB_CMD_FRAME_GET, false, 0 },
	{ "frames", VMLAB_CMD_FRAMES_GET, true, 0 },
	{ "buddy-alloc", VMLAB_CMD_BUDDY_ALLOC, false, 0,
	  VMLAB_A_BUDDY_SESSION },
	{ "buddy-free", VMLAB_CMD_BUDDY_FREE, false, 0,
	  VMLAB_A_BUDDY_SESSION },
	{ "held", VMLAB_CMD_HELD_GET, true, 0, VMLAB_A_HELD_SESSION },
	{ "slab-create", VMLAB_CMD_SLAB_CREATE, false, 0,
	  VMLAB_A_SLAB_SESSION },
	{ "slab-destroy", VMLAB_CMD_SLAB_DESTROY, false, 0,
	  VMLAB_A_SLAB_SESSION },
	{ "slab-alloc", VMLAB_CMD_SLAB_ALLOC, false, 0, VMLAB_A_SLAB_SESSION },
	{ "slab-free", VMLAB_CMD_SLAB_FREE, false, 0, VMLAB_A_SLAB_SESSION },
	{ "slab-shrink", VMLAB_CMD_SLAB_SHRINK, false, 0,
	  VMLAB_A_SLAB_SESSION },
	{ "slab-write", VMLAB_CMD_SLAB_WRITE, false, 0, VMLAB_A_SLAB_SESSION },
	{ "slab-read", VMLAB_CMD_SLAB_READ, false, 0, VMLAB_A_SLAB_SESSION },
	{ "slab", VMLAB_CMD_SLAB_GET, true, 0 },
	{ "object", VMLAB_CMD_OBJECT_GET, true, 0, VMLAB_A_SLAB_SESSION },
	{ "vmalloc", VMLAB_CMD_VMALLOC, false, 0, VMLAB_A_VMALLOC_SESSION },
	{ "vmalloc-free", VMLAB_CMD_VMALLOC_FREE, false, 0,
	  VMLAB_A_VMALLOC_SESSION },
	{ "compact", VMLAB_CMD_COMPACT, false, 0 },
	{ "stat", VMLAB_CMD_STAT_GET, false, 0 },
	{ "check", VMLAB_CMD_CHECK, false, 0 },
	{ "session", VMLAB_CMD_SESSION_GET, true, 0 },
	{ "session-end", VMLAB_CMD_SESSION_END, false, 0,
	  VMLAB_A_SESSION_NAME },
	{ "memory", VMLAB_CMD_MEMORY_GET, true, 0 },
	{ "content", VMLAB_CMD_CONTENT_GET, true, 0 },
	{ "space", VMLAB_CMD_SPACE_GET, true, VMLAB_A_SPACE_PID },
	{ "space-area", VMLAB_CMD_SPACE_AREA_GET, true,
	  VMLAB_A_SPACE_AREAS_PID },
	{ "shadow-walk", VMLAB_CMD_SHADOW_WALK, false, VMLAB_A_SHADOW_PID },
	{ "verify", VMLAB_CMD_VERIFY, true, VMLAB_A_VERIFY_PID },
	{ "rmap", VMLAB_CMD_RMAP_GET, true, 0 },
	{ "collapse", VMLAB_CMD_COLLAPSE, false, VMLAB_A_BLOCK_PID },
	{ "split", VMLAB_CMD_SPLIT, false, VMLAB_A_BLOCK_PID },
	{ "story-start", VMLAB_CMD_STORY_START, false, VMLAB_A_STORY_PID },
	{ "story-stop", VMLAB_CMD_STORY_STOP, false, 0 },
};

/* What the module sends of its own accord is no command: the stories. */
#define EVENTS	1

static int send_it(struct genl *g, int i)
{
	return commands[i].dump ? genl_dump(g, NULL, NULL) : genl_call(g);
}

/* The attributes that a command cannot do without, but for the PID. */
static void add_rest(struct genl *g, int i)
{
	switch (commands[i].cmd) {
	case VMLAB_CMD_WALK:
		genl_u64(g, VMLAB_A_WALK_ADDRESS, 4096);
		break;
	case VMLAB_CMD_EXPLAIN:
		genl_u64(g, VMLAB_A_EXPLAIN_ADDRESS, 4096);
		break;
	case VMLAB_CMD_ADDR_GET:
		genl_u64(g, VMLAB_A_ADDR_ADDRESS, 4096);
		break;
	case VMLAB_CMD_SHADOW_WALK:
		genl_u64(g, VMLAB_A_SHADOW_ADDRESS, 4096);
		break;
	case VMLAB_CMD_COLLAPSE:
	case VMLAB_CMD_SPLIT:
		genl_u64(g, VMLAB_A_BLOCK_ADDRESS, 4096);
		break;
	}
}

TEST_F(policy, list_is_complete)
{
	EXPECT_EQ(VMLAB_CMD_MAX, ARRAY_SIZE(commands) + EVENTS);
}

TEST_F(policy, unknown_attribute)
{
	for (int i = 0; i < ARRAY_SIZE(commands); i++) {
		TH_LOG("%s", commands[i].name);
		genl_new(&self->g, commands[i].cmd, 0);
		add_rest(&self->g, i);
		genl_u32(&self->g, UNKNOWN_ATTR, 0);
		EXPECT_REFUSED(EINVAL, send_it(&self->g, i));
	}
}

TEST_F(policy, pid_too_short)
{
	for (int i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!commands[i].pid)
			continue;
		TH_LOG("%s", commands[i].name);
		genl_new(&self->g, commands[i].cmd, 0);
		add_rest(&self->g, i);
		genl_put(&self->g, commands[i].pid, "\0", 2);
		EXPECT_REFUSED(EINVAL, send_it(&self->g, i));
	}
}

TEST_F(policy, pid_too_long)
{
	for (int i = 0; i < ARRAY_SIZE(commands); i++) {
		int ret;

		if (!commands[i].pid)
			continue;
		TH_LOG("%s", commands[i].name);
		genl_new(&self->g, commands[i].cmd, 0);
		add_rest(&self->g, i);
		genl_u64(&self->g, commands[i].pid, 0);
		ret = send_it(&self->g, i);
		EXPECT_TRUE(ret == -EINVAL || ret == -ERANGE);
		EXPECT_TRUE(says_why(self->g.message));
	}
}

TEST_F(policy, pid_out_of_range)
{
	for (int i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!commands[i].pid)
			continue;
		TH_LOG("%s", commands[i].name);
		genl_new(&self->g, commands[i].cmd, 0);
		add_rest(&self->g, i);
		genl_u32(&self->g, commands[i].pid, VMLAB_PID_MAX + 1);
		EXPECT_REFUSED(ERANGE, send_it(&self->g, i));
	}
}

TEST_F(policy, nest_bit_on_a_number)
{
	for (int i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!commands[i].pid)
			continue;
		TH_LOG("%s", commands[i].name);
		genl_new(&self->g, commands[i].cmd, 0);
		add_rest(&self->g, i);
		genl_u32(&self->g, commands[i].pid | NESTED, 0);
		EXPECT_REFUSED(EINVAL, send_it(&self->g, i));
	}
}

TEST_F(policy, session_name_too_long)
{
	char name[VMLAB_NAME_MAX + 2];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!commands[i].session)
			continue;
		TH_LOG("%s", commands[i].name);
		genl_new(&self->g, commands[i].cmd, 0);
		genl_put(&self->g, commands[i].session, name, sizeof(name));
		EXPECT_REFUSED(EINVAL, send_it(&self->g, i));
	}
}

TEST_F(policy, process_that_is_gone)
{
	pid_t child = fork();
	int status;

	ASSERT_LE(0, child);
	if (!child)
		_exit(0);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	for (int i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!commands[i].pid)
			continue;
		TH_LOG("%s", commands[i].name);
		genl_new(&self->g, commands[i].cmd, 0);
		add_rest(&self->g, i);
		genl_u32(&self->g, commands[i].pid, child);
		EXPECT_REFUSED(ESRCH, send_it(&self->g, i));
	}
}

/* PID 2 is kthreadd, which has no memory of its own. */
TEST_F(policy, kernel_thread)
{
	struct walk w;
	int ret;

	ret = client_walk(&self->g, 2, 4096, 0, &w);
	EXPECT_GT(0, ret);
	EXPECT_TRUE(says_why(self->g.message));
	ret = client_range(&self->g, &(struct range){ .pid = 2 }, NULL, NULL);
	EXPECT_GT(0, ret);
	EXPECT_TRUE(says_why(self->g.message));
}

TEST_F(policy, zombie)
{
	pid_t child = fork();
	siginfo_t info;
	struct walk w;

	ASSERT_LE(0, child);
	if (!child)
		_exit(0);
	ASSERT_EQ(0, waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	EXPECT_GT(0, client_walk(&self->g, child, 4096, 0, &w));
	EXPECT_TRUE(says_why(self->g.message));
	waitpid(child, NULL, 0);
}

TEST_F(policy, address_is_needed)
{
	genl_new(&self->g, VMLAB_CMD_WALK, 0);
	genl_u32(&self->g, VMLAB_A_WALK_PID, 0);
	EXPECT_GT(0, genl_call(&self->g));
	genl_new(&self->g, VMLAB_CMD_EXPLAIN, 0);
	genl_u32(&self->g, VMLAB_A_EXPLAIN_PID, 0);
	EXPECT_GT(0, genl_call(&self->g));
	genl_new(&self->g, VMLAB_CMD_ADDR_GET, 0);
	EXPECT_GT(0, genl_call(&self->g));
	genl_new(&self->g, VMLAB_CMD_SHADOW_WALK, 0);
	EXPECT_REFUSED(EINVAL, genl_call(&self->g));
}

static int ask_number(FIXTURE_DATA(policy) *self, __u8 cmd, __u16 attr,
		      __u32 number)
{
	genl_new(&self->g, cmd, 0);
	genl_u32(&self->g, attr, number);
	return genl_dump(&self->g, NULL, NULL);
}

TEST_F(policy, object_and_frame_are_needed)
{
	genl_new(&self->g, VMLAB_CMD_CONTENT_GET, 0);
	EXPECT_REFUSED(EINVAL, genl_dump(&self->g, NULL, NULL));
	genl_new(&self->g, VMLAB_CMD_RMAP_GET, 0);
	EXPECT_REFUSED(EINVAL, genl_dump(&self->g, NULL, NULL));
}

TEST_F(policy, objects_and_frames_that_are_not_there)
{
	EXPECT_REFUSED(ENOENT, ask_number(self, VMLAB_CMD_MEMORY_GET,
					  VMLAB_A_MEMORY_ID, 0));
	EXPECT_REFUSED(ENOENT, ask_number(self, VMLAB_CMD_MEMORY_GET,
					  VMLAB_A_MEMORY_ID, ~0U));
	EXPECT_REFUSED(ENOENT, ask_number(self, VMLAB_CMD_CONTENT_GET,
					  VMLAB_A_CONTENT_ID, ~0U));
	EXPECT_REFUSED(ERANGE, ask_number(self, VMLAB_CMD_RMAP_GET,
					  VMLAB_A_RMAP_FRAME, ~0U));
}

TEST_F(policy, process_that_maps_nothing)
{
	__u32 pid = getpid();

	EXPECT_REFUSED(ENOENT, ask_number(self, VMLAB_CMD_SPACE_GET,
					  VMLAB_A_SPACE_PID, pid));
	EXPECT_REFUSED(ENOENT, ask_number(self, VMLAB_CMD_SPACE_AREA_GET,
					  VMLAB_A_SPACE_AREAS_PID, pid));
	EXPECT_REFUSED(ENOENT, ask_number(self, VMLAB_CMD_VERIFY,
					  VMLAB_A_VERIFY_PID, pid));
	genl_new(&self->g, VMLAB_CMD_SHADOW_WALK, 0);
	genl_u64(&self->g, VMLAB_A_SHADOW_ADDRESS, (unsigned long)self);
	EXPECT_REFUSED(ENOENT, genl_call(&self->g));
}

TEST_F(policy, address_of_wrong_length)
{
	genl_new(&self->g, VMLAB_CMD_WALK, 0);
	genl_u32(&self->g, VMLAB_A_WALK_ADDRESS, 4096);
	EXPECT_REFUSED(EINVAL, genl_call(&self->g));
}

/* What only an answer holds is no part of a request. */
TEST_F(policy, answer_in_a_request)
{
	genl_new(&self->g, VMLAB_CMD_WALK, 0);
	genl_u64(&self->g, VMLAB_A_WALK_ADDRESS, 4096);
	genl_u32(&self->g, VMLAB_A_WALK_STATE, 0);
	EXPECT_REFUSED(EINVAL, genl_call(&self->g));
}

TEST_F(policy, unknown_parts)
{
	struct walk w;

	EXPECT_REFUSED(EINVAL, client_walk(&self->g, 0, 4096, 1 << 30, &w));
	EXPECT_REFUSED(EINVAL, client_walk(&self->g, 0, 4096,
					   VMLAB_WITH_ROOT << 1, &w));
}

static int range(FIXTURE_DATA(policy) *self, struct range range)
{
	return client_range(&self->g, &range, NULL, NULL);
}

TEST_F(policy, unknown_filters)
{
	EXPECT_REFUSED(EINVAL, range(self, (struct range){
		.states = VMLAB_STATES_BAD << 1 }));
	EXPECT_REFUSED(EINVAL, range(self, (struct range){
		.sizes = VMLAB_PAGE_SIZES_SIZE_1G << 1 }));
	EXPECT_REFUSED(EINVAL, range(self, (struct range){
		.flags = 1ULL << 63 }));
	EXPECT_REFUSED(EINVAL, range(self, (struct range){
		.clear_flags = 1ULL << 63 }));
}

TEST_F(policy, range_backwards)
{
	EXPECT_REFUSED(EINVAL, range(self, (struct range){
		.start = 8192, .end = 4096 }));
	EXPECT_REFUSED(EINVAL, range(self, (struct range){
		.start = 8192, .end = 8192 }));
}

TEST_F(policy, flag_with_a_value)
{
	genl_new(&self->g, VMLAB_CMD_RANGE, 0);
	genl_u32(&self->g, VMLAB_A_RANGE_PAGES, 1);
	EXPECT_REFUSED(ERANGE, genl_dump(&self->g, NULL, NULL));
}

TEST_F(policy, interface_version)
{
	genl_new(&self->g, VMLAB_CMD_INFO_GET, 0);
	genl_u32(&self->g, VMLAB_A_INFO_ABI, VMLAB_ABI);
	EXPECT_EQ(0, genl_call(&self->g));
	genl_new(&self->g, VMLAB_CMD_INFO_GET, 0);
	genl_u32(&self->g, VMLAB_A_INFO_ABI, 0);
	EXPECT_REFUSED(ERANGE, genl_call(&self->g));
	genl_new(&self->g, VMLAB_CMD_INFO_GET, 0);
	genl_u32(&self->g, VMLAB_A_INFO_ABI, 1000);
	EXPECT_GT(0, genl_call(&self->g));
	EXPECT_TRUE(says_why(self->g.message));
}

TEST_F(policy, processor_that_is_not_there)
{
	genl_new(&self->g, VMLAB_CMD_SEGMENT_GET, 0);
	genl_u32(&self->g, VMLAB_A_SEGMENT_CPU, 1 << 20);
	EXPECT_GT(0, genl_dump(&self->g, NULL, NULL));
	EXPECT_TRUE(says_why(self->g.message));
	genl_new(&self->g, VMLAB_CMD_SEGMENT_GET, 0);
	genl_u32(&self->g, VMLAB_A_SEGMENT_CPU, 0);
	genl_u32(&self->g, VMLAB_A_SEGMENT_PID, getpid());
	EXPECT_GT(0, genl_dump(&self->g, NULL, NULL));
	EXPECT_TRUE(says_why(self->g.message));
}

/* Bytes after the last attribute are no attribute. */
TEST_F(policy, trailing_bytes)
{
	genl_new(&self->g, VMLAB_CMD_WALK, 0);
	genl_u64(&self->g, VMLAB_A_WALK_ADDRESS, 4096);
	memset((char *)self->g.out + self->g.out_len, 0xff, 4);
	self->g.out_len += 3;
	EXPECT_EQ(-EINVAL, genl_call(&self->g));
}

/* After all of that the channel still answers. */
TEST_F(policy, still_alive)
{
	struct walk w;

	EXPECT_GT(0, client_walk(&self->g, 0, 4096, 1 << 30, &w));
	EXPECT_EQ(0, client_walk(&self->g, 0, (unsigned long)self, 0, &w));
	EXPECT_EQ(VMLAB_STATE_PRESENT, w.state);
	EXPECT_EQ('\0', self->g.message[0]);
}

TEST_HARNESS_MAIN
