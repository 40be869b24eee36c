// SPDX-License-Identifier: GPL-2.0
/*
 * Stories of faults: that each tells what happened, step by step, to whoever may
 * hear of it and to nobody else, and that what could not be told is counted.
 */
#include "harness.h"

#include "access.h"
#include "device.h"
#include "memory.h"
#include "stories.h"
#include "world.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define RW	(PROT_READ | PROT_WRITE)
#define PAGES	64
#define SIZE	(PAGES * PAGE_SIZE)
#define OTHER_USER	1000
#define NONE	0xffffffffULL

#define STEP(name)	VMLAB_STORY_STEP_##name
#define OUTCOME(name)	VMLAB_STORY_OUTCOME_##name

FIXTURE(story) {
	struct world w;
	struct genl ear;	/* hears of our faults */
	struct story s;
	__u32 memory;
	int fd;
	char *p;
};

/* Where neighbours are mapped together: in the same 16 pages of addresses. */
static char *map_aligned(int fd)
{
	const unsigned long window = 16 * PAGE_SIZE;
	char *p = mmap(NULL, SIZE + window, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *at = (char *)(((unsigned long)p + window - 1) & -window);

	if (p == MAP_FAILED)
		return MAP_FAILED;
	munmap(p, SIZE + window);
	return mmap(at, SIZE, RW, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
}

FIXTURE_SETUP(story)
{
	struct vmlab_memory stat;

	ASSERT_EQ(0, world_open(&self->w));
	ASSERT_EQ(0, genl_open(&self->ear));
	catch_signals();
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->p = map_aligned(self->fd);
	ASSERT_NE(MAP_FAILED, self->p);
	ASSERT_EQ(0, device_stat(self->fd, &stat));
	self->memory = stat.id;
	ASSERT_EQ(0, story_start(&self->ear, 0, 0, 0))
		TH_LOG("%s", self->ear.message);
}

FIXTURE_TEARDOWN(story)
{
	const char *what;

	genl_close(&self->ear);
	munmap(self->p, SIZE);
	close(self->fd);
	what = world_close(&self->w);
	EXPECT_EQ(NULL, what) TH_LOG("%s", what);
}

static char *page(FIXTURE_DATA(story) *self, unsigned int nr)
{
	return self->p + nr * PAGE_SIZE;
}

static void write_to(FIXTURE_DATA(story) *self, unsigned int nr)
{
	__atomic_store_n(page(self, nr), 1, __ATOMIC_RELAXED);
}

static char read_from(FIXTURE_DATA(story) *self, unsigned int nr)
{
	return __atomic_load_n(page(self, nr), __ATOMIC_RELAXED);
}

/* The frame that the shadow entry of a page has. */
static __u64 frame_at(FIXTURE_DATA(story) *self, unsigned int nr)
{
	struct genl *g = &self->w.g;
	struct attr attr;

	genl_new(g, VMLAB_CMD_SHADOW_WALK, 0);
	genl_u32(g, VMLAB_A_SHADOW_PID, getpid());
	genl_u64(g, VMLAB_A_SHADOW_ADDRESS, (unsigned long)page(self, nr));
	if (genl_call(g) ||
	    !attr_find(genl_reply(g), VMLAB_A_SHADOW_FRAME, &attr))
		return NONE;
	return attr_u32(&attr);
}

/* The next story is of this access, and ends so. */
static const char *told(FIXTURE_DATA(story) *self, unsigned int nr,
			__u32 access, __u32 outcome)
{
	struct vmlab_event *e = &self->s.event;

	if (story_next(&self->ear, &self->s) != 1)
		return "no story came";
	if (e->outcome != outcome)
		return "it ended otherwise";
	if (e->access != access || e->memory != self->memory ||
	    e->address - (unsigned long)page(self, nr) >= PAGE_SIZE)
		return "it is of another access";
	if (e->pid != getpid() || e->tid != gettid())
		return "it is of another task";
	if (story_step(e, STEP(TRAP))[0] != e->address ||
	    story_step(e, STEP(TRAP))[1] != 1U << access)
		return "the trap is another";
	return NULL;
}

#define EXPECT_TOLD(nr, access, outcome, steps)				\
	do {								\
		const char *wrong = told(self, nr, VMLAB_ACCESS_##access, \
					 OUTCOME(outcome));		\
									\
		ASSERT_EQ(NULL, wrong) TH_LOG("%s", wrong);		\
		wrong = story_chain(&self->s.event, steps);			\
		EXPECT_EQ(NULL, wrong) TH_LOG("%s", wrong);		\
	} while (0)

#define ARGS(kind)	story_step(&self->s.event, STEP(kind))

/* === What is told === */

TEST_F(story, sizes_are_fixed)
{
	EXPECT_EQ(32, sizeof(struct vmlab_event_step));
	EXPECT_EQ(64 + 32 * VMLAB_EVENT_STEPS, sizeof(struct vmlab_event));
	EXPECT_EQ(8, sizeof(struct vmlab_events));
}

TEST_F(story, first_touches)
{
	__u64 frame;

	EXPECT_EQ(0, read_from(self, 8));
	EXPECT_TOLD(8, READ, ZERO, "trap area rights entry slot set real");
	EXPECT_EQ((unsigned long)self->p, ARGS(AREA)[0]);
	EXPECT_EQ((unsigned long)self->p + SIZE, ARGS(AREA)[1]);
	EXPECT_EQ(8, ARGS(SLOT)[0]);
	EXPECT_EQ(NONE, ARGS(SLOT)[1]);
	EXPECT_NE(0, ARGS(SET)[1] & VMLAB_SHADOW_FLAG_ZERO);

	write_to(self, 8);
	frame = frame_at(self, 8);
	EXPECT_TOLD(8, WRITE, NEW,
		    "trap area rights entry slot frame zap place set real");
	EXPECT_NE(0, ARGS(ENTRY)[0] & VMLAB_SHADOW_FLAG_ZERO);
	EXPECT_EQ(frame, ARGS(FRAME)[0]);
	EXPECT_EQ(1, ARGS(FRAME)[1]);
	EXPECT_EQ(1, ARGS(ZAP)[2]);
	EXPECT_EQ(frame, ARGS(PLACE)[1]);
	EXPECT_EQ(frame, ARGS(SET)[1] >> 12);
	EXPECT_EQ((unsigned long)page(self, 8), ARGS(REAL)[0]);

	/* Nothing happened since. */
	EXPECT_EQ(0, story_next(&self->ear, &self->s));
}

TEST_F(story, minor_and_around)
{
	__u64 frame;

	write_to(self, 8);
	EXPECT_TOLD(8, WRITE, NEW,
		    "trap area rights entry slot frame place set real");
	write_to(self, 10);
	EXPECT_TOLD(10, WRITE, NEW,
		    "trap area rights entry slot frame place set real");
	frame = frame_at(self, 8);
	ASSERT_EQ(0, munmap(self->p, SIZE));
	ASSERT_EQ(self->p, mmap(self->p, SIZE, RW, MAP_SHARED | MAP_FIXED,
				self->fd, 0));
	EXPECT_EQ(1, read_from(self, 8));
	EXPECT_TOLD(8, READ, MINOR,
		    "trap area rights entry slot set around real");
	EXPECT_EQ(frame, ARGS(SLOT)[1]);
	EXPECT_EQ(VMLAB_STORY_SLOT_DIRTY, ARGS(SLOT)[2]);
	EXPECT_EQ(1, ARGS(AROUND)[1]);
	EXPECT_EQ(1, read_from(self, 10));
	EXPECT_EQ(0, story_next(&self->ear, &self->s));
}

TEST_F(story, copy_and_reuse)
{
	int clone;
	__u64 frame;

	write_to(self, 8);
	EXPECT_TOLD(8, WRITE, NEW,
		    "trap area rights entry slot frame place set real");
	frame = frame_at(self, 8);
	clone = device_clone(self->fd);
	ASSERT_LE(0, clone);
	write_to(self, 8);
	EXPECT_TOLD(8, WRITE, COPY,
		    "trap area rights entry slot frame copy zap place set real");
	EXPECT_EQ(VMLAB_STORY_SLOT_SHARED, ARGS(SLOT)[2] &
		  VMLAB_STORY_SLOT_SHARED);
	EXPECT_EQ(frame, ARGS(COPY)[0]);
	EXPECT_EQ(frame_at(self, 8), ARGS(COPY)[1]);
	EXPECT_EQ(0, ARGS(FRAME)[1]);
	close(clone);

	clone = device_clone(self->fd);
	ASSERT_LE(0, clone);
	EXPECT_EQ(1, read_from(self, 8));
	EXPECT_TOLD(8, READ, MINOR, "trap area rights entry slot keep real");
	close(clone);
	frame = frame_at(self, 8);
	write_to(self, 8);
	EXPECT_TOLD(8, WRITE, REUSE, "trap area rights entry slot set real");
	EXPECT_EQ(frame, ARGS(SET)[1] >> 12);
	EXPECT_NE(0, ARGS(SET)[1] & VMLAB_SHADOW_FLAG_WRITE);
}

TEST_F(story, ahead)
{
	write_to(self, 8);
	EXPECT_TOLD(8, WRITE, NEW,
		    "trap area rights entry slot frame place set real");
	write_to(self, 9);
	EXPECT_TOLD(9, WRITE, NEW,
		    "trap area rights entry slot frame ahead place set around real");
	EXPECT_EQ(9, ARGS(AHEAD)[0]);
	EXPECT_EQ(2, ARGS(AHEAD)[1]);
	write_to(self, 10);
	EXPECT_EQ(0, story_next(&self->ear, &self->s));
}

/* Linux splits its area without a word. */
TEST_F(story, stale)
{
	ASSERT_EQ(0, mprotect(page(self, 16), 8 * PAGE_SIZE, PROT_READ));
	EXPECT_EQ(0, read_from(self, 17));
	EXPECT_TOLD(17, READ, ZERO,
		    "trap stale refresh area rights entry slot set real");
	EXPECT_EQ((unsigned long)self->p, ARGS(STALE)[0]);
	EXPECT_EQ((unsigned long)page(self, 16), ARGS(REFRESH)[0]);
	EXPECT_EQ((unsigned long)page(self, 24), ARGS(REFRESH)[1]);
	EXPECT_EQ(VMLAB_SHADOW_AREA_FLAG_READ, ARGS(REFRESH)[2]);
}

TEST_F(story, beyond_and_growth)
{
	char *q;

	ASSERT_EQ(0, device_resize(self->fd, PAGE_SIZE));
	EXPECT_EQ(BUS, try_access(page(self, 3), VMLAB_ACCESS_READ));
	EXPECT_TOLD(3, READ, BEYOND, "trap area rights beyond");
	EXPECT_EQ(3, ARGS(BEYOND)[0]);
	EXPECT_EQ(1, ARGS(BEYOND)[1]);

	close(self->fd);
	munmap(self->p, SIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->p = mmap(NULL, PAGE_SIZE, RW, MAP_SHARED, self->fd, 0);
	ASSERT_NE(MAP_FAILED, self->p);
	q = mremap(self->p, PAGE_SIZE, SIZE, MREMAP_MAYMOVE);
	ASSERT_NE(MAP_FAILED, q);
	self->p = q;
	EXPECT_EQ(0, read_from(self, 5));
	ASSERT_EQ(1, story_next(&self->ear, &self->s));
	EXPECT_EQ(OUTCOME(ZERO), self->s.event.outcome);
	EXPECT_EQ(5, ARGS(BEYOND)[0]);
	EXPECT_EQ(SIZE, ARGS(GROW)[0]);
}

/* A copy that Linux makes of a private page. */
TEST_F(story, lent)
{
	char *q;

	ASSERT_EQ(0, munmap(self->p, SIZE));
	q = mmap(self->p, SIZE, RW, MAP_PRIVATE | MAP_FIXED, self->fd, 0);
	ASSERT_EQ(self->p, q);
	write_to(self, 8);
	ASSERT_EQ(1, story_next(&self->ear, &self->s));
	EXPECT_EQ(OUTCOME(LENT), self->s.event.outcome);
	EXPECT_EQ(8, ARGS(LEND)[0]);
	EXPECT_EQ(self->memory, self->s.event.memory);
}

/* What per-CPU lists hold, and take at once; 0 for what they did at the start. */
static int set_lists(FIXTURE_DATA(story) *self, __u32 high, __u32 batch)
{
	struct genl *g = &self->w.g;
	int i, ret = 0;

	for (i = 0; i < self->w.nr_zones && !ret; i++) {
		const struct zone *zone = &self->w.zone[i];

		ret = pcp_set(g, zone->node, zone->zone,
			      high ? high : zone->pcp_high,
			      batch ? batch : zone->pcp_batch);
	}
	return ret ? ret : pool_drain(g);
}

/* What the allocator does is told as well, up to what a story has room for. */
TEST_F(story, allocator)
{
	struct vmlab_event *e = &self->s.event;
	__u32 i, takes = 0;

	ASSERT_EQ(0, set_lists(self, 1024, 256));
	write_to(self, 8);
	ASSERT_EQ(1, story_next(&self->ear, &self->s));
	EXPECT_EQ(OUTCOME(NEW), e->outcome);
	EXPECT_EQ(VMLAB_EVENT_STEPS, e->nr_steps);
	EXPECT_LT(100, e->left_out);
	for (i = 0; i < e->nr_steps; i++) {
		takes += e->steps[i].kind == STEP(TAKE);
		EXPECT_EQ(e->steps[i].kind > STEP(DRAIN),
			  e->steps[i].node == VMLAB_STEP_NOWHERE);
	}
	EXPECT_LT(20, takes);
	ASSERT_EQ(0, set_lists(self, 0, 0));
}

/* === Who hears of it === */

TEST_F(story, asked_wrongly)
{
	struct genl *g = &self->w.g;
	struct totals totals;

	EXPECT_EQ(-EBUSY, story_start(&self->ear, 0, 0, 0));
	EXPECT_NE('\0', *self->ear.message);
	EXPECT_EQ(-ENOENT, story_stop(g, &totals));
	EXPECT_EQ(-ESRCH, story_start(g, 4194304, 0, 0));
	EXPECT_EQ(-ERANGE, story_start(g, 4194305, 0, 0));
	EXPECT_EQ(-ERANGE, story_start(g, 0, 0, 1000001));
	genl_new(g, VMLAB_CMD_STORY_START, NLM_F_ACK);
	EXPECT_EQ(-EINVAL, genl_call(g));
	genl_new(g, VMLAB_CMD_STORY_START, NLM_F_ACK);
	genl_put(g, VMLAB_A_STORY_ALL, NULL, 0);
	genl_u32(g, VMLAB_A_STORY_PID, 0);
	EXPECT_EQ(-EINVAL, genl_call(g));
	EXPECT_NE('\0', *g->message);
}

TEST_F(story, chosen_outcomes)
{
	struct totals totals;

	ASSERT_EQ(0, story_stop(&self->ear, &totals));
	ASSERT_EQ(0, story_start(&self->ear, getpid(), 1 << OUTCOME(NEW), 0));
	read_from(self, 8);
	write_to(self, 20);
	EXPECT_TOLD(20, WRITE, NEW,
		    "trap area rights entry slot frame place set real");
	EXPECT_EQ(1, self->s.seq);
	EXPECT_EQ(0, story_next(&self->ear, &self->s));
	ASSERT_EQ(0, story_stop(&self->ear, &totals));
	EXPECT_EQ(1, totals.told);
	write_to(self, 30);
	EXPECT_EQ(0, story_next(&self->ear, &self->s));
}

TEST_F(story, several_listeners)
{
	struct genl other;
	struct story s;

	ASSERT_EQ(0, genl_open(&other));
	ASSERT_EQ(0, story_start_all(&other));
	read_from(self, 8);
	ASSERT_EQ(1, story_next(&self->ear, &self->s));
	ASSERT_EQ(1, story_next(&other, &s));
	EXPECT_EQ(self->s.event.number, s.event.number);
	EXPECT_EQ(0, memcmp(&self->s.event, &s.event, sizeof(s.event)));
	/* One dies, and the other hears on. */
	genl_close(&other);
	read_from(self, 9);
	ASSERT_EQ(1, story_next(&self->ear, &self->s));
	EXPECT_EQ(2, self->s.seq);
}

TEST_F(story, group)
{
	struct genl *g = &self->w.g, member;

	ASSERT_EQ(0, genl_open(&member));
	ASSERT_EQ(0, story_join(&member));
	read_from(self, 8);
	EXPECT_EQ(0, story_next(&member, &self->s));
	ASSERT_EQ(0, story_start_group(g)) TH_LOG("%s", g->message);
	read_from(self, 9);
	ASSERT_EQ(1, story_next(&member, &self->s));
	EXPECT_EQ((unsigned long)page(self, 9), self->s.event.address);
	EXPECT_EQ(getpid(), self->s.event.pid);
	/* Who only asked for the group is not told himself. */
	EXPECT_EQ(0, story_next(g, &self->s));
	genl_close(&member);
}

/* What another user hears of us, and of himself. */
static int other_user(void *arg)
{
	FIXTURE_DATA(story) *self = arg;
	struct story *s = &self->s;
	pid_t parent = getppid();
	struct genl g;

	if (!become_user(OTHER_USER) || genl_open(&g))
		return 1;
	if (story_start(&g, parent, 0, 0) != -EPERM || !*g.message)
		return 2;
	if (story_start_group(&g) != -EPERM || story_join(&g) != -EPERM)
		return 3;
	if (story_start_all(&g))
		return 4;
	read_from(self, 40);
	return story_next(&g, s) == 1 && s->event.pid == getpid() ? 0 : 5;
}

TEST_F(story, not_for_others)
{
	EXPECT_EQ(0, in_child(other_user, self));
	/* It is told of its child only where it asks for all. */
	EXPECT_EQ(0, story_next(&self->ear, &self->s));
}

/* Another user's "all" do not have our faults among them. */
static int hear_nothing(void *arg)
{
	FIXTURE_DATA(story) *self = arg;
	int go[2], done[2];
	struct genl g;
	char byte;
	pid_t pid;

	if (pipe(go) || pipe(done))
		return 1;
	pid = fork();
	if (!pid) {
		if (!become_user(OTHER_USER) || genl_open(&g) ||
		    story_start_all(&g) || write(go[1], "", 1) != 1 ||
		    read(done[0], &byte, 1) != 1)
			_exit(1);
		_exit(story_next(&g, &self->s) != 0);
	}
	if (read(go[0], &byte, 1) != 1)
		return 2;
	write_to(self, 50);
	if (write(done[1], "", 1) != 1)
		return 3;
	return waitpid(pid, go, 0) == pid && !go[0] ? 0 : 4;
}

TEST_F(story, all_of_others)
{
	EXPECT_EQ(0, in_child(hear_nothing, self));
}

/* === What is not told === */

TEST_F(story, loss)
{
	struct totals totals;
	__u64 last = 0;
	int room = 1, ret, nr = 0, i;

	ASSERT_EQ(0, setsockopt(self->ear.fd, SOL_SOCKET, SO_RCVBUF, &room,
				sizeof(room)));
	for (i = 0; i < PAGES; i++)
		read_from(self, i);
	EXPECT_EQ(-ENOBUFS, story_next(&self->ear, &self->s));
	while ((ret = story_next(&self->ear, &self->s)) == 1) {
		last = self->s.seq;
		nr++;
	}
	EXPECT_EQ(0, ret);
	EXPECT_EQ(nr, last);
	EXPECT_GT(PAGES, nr);
	write_to(self, 20);
	ASSERT_EQ(1, story_next(&self->ear, &self->s));
	EXPECT_EQ(PAGES + 1, self->s.seq);
	EXPECT_EQ(PAGES - nr, self->s.event.lost);
	write_to(self, 40);
	ASSERT_EQ(1, story_next(&self->ear, &self->s));
	EXPECT_EQ(0, self->s.event.lost);
	ASSERT_EQ(0, story_stop(&self->ear, &totals));
	EXPECT_EQ(nr + 2, totals.told);
	EXPECT_EQ(PAGES - nr, totals.lost);
	EXPECT_EQ(0, totals.dropped);
}

TEST_F(story, rate)
{
	struct totals totals;
	int i;

	ASSERT_EQ(0, story_stop(&self->ear, &totals));
	ASSERT_EQ(0, story_start(&self->ear, 0, 0, 1));
	for (i = 0; i < PAGES; i++)
		read_from(self, i);
	ASSERT_EQ(0, story_stop(&self->ear, &totals));
	EXPECT_LE(1, totals.told);
	EXPECT_LE(1, totals.dropped);
	EXPECT_EQ(PAGES, totals.told + totals.dropped);
	EXPECT_EQ(0, totals.lost);
}

/* === From the descriptor === */

static int events(int fd, __u32 stories, __u32 flags)
{
	struct vmlab_events wanted = { stories, flags };

	return device_call(fd, VMLAB_IOC_EVENTS, &wanted);
}

static short ready(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN | POLLOUT | POLLPRI };

	return poll(&pfd, 1, 0) == 1 ? pfd.revents : 0;
}

TEST_F(story, of_a_descriptor)
{
	int other = device_open(O_RDWR);
	struct vmlab_event e;

	ASSERT_LE(0, other);
	EXPECT_EQ(POLLIN | POLLOUT, ready(self->fd));
	EXPECT_EQ(-EAGAIN, device_call(self->fd, VMLAB_IOC_EVENT, &e));
	EXPECT_EQ(-EINVAL, events(self->fd, VMLAB_EVENTS_MAX + 1, 0));
	EXPECT_EQ(-EINVAL, events(self->fd, 1, 1));
	ASSERT_EQ(0, events(self->fd, 4, 0));
	ASSERT_EQ(0, events(other, 4, 0));
	write_to(self, 8);
	ASSERT_EQ(1, story_next(&self->ear, &self->s));
	EXPECT_EQ(POLLIN | POLLOUT | POLLPRI, ready(self->fd));
	/* It is of another memory. */
	EXPECT_EQ(POLLIN | POLLOUT, ready(other));
	ASSERT_EQ(0, device_call(self->fd, VMLAB_IOC_EVENT, &e));
	EXPECT_EQ(0, memcmp(&e, &self->s.event, sizeof(e)));
	EXPECT_EQ(POLLIN | POLLOUT, ready(self->fd));
	EXPECT_EQ(-EAGAIN, device_call(self->fd, VMLAB_IOC_EVENT, &e));
	close(other);
}

TEST_F(story, more_than_a_descriptor_keeps)
{
	struct vmlab_event e;
	int i;

	ASSERT_EQ(0, events(self->fd, 4, 0));
	for (i = 0; i < 10; i++)
		read_from(self, i);
	for (i = 0; i < 4; i++) {
		ASSERT_EQ(0, device_call(self->fd, VMLAB_IOC_EVENT, &e));
		EXPECT_EQ((unsigned long)page(self, i), e.address);
		EXPECT_EQ(0, e.lost);
	}
	EXPECT_EQ(-EAGAIN, device_call(self->fd, VMLAB_IOC_EVENT, &e));
	read_from(self, 20);
	ASSERT_EQ(0, device_call(self->fd, VMLAB_IOC_EVENT, &e));
	EXPECT_EQ(6, e.lost);
	EXPECT_EQ((unsigned long)page(self, 20), e.address);
	read_from(self, 21);
	ASSERT_EQ(0, events(self->fd, 0, 0));
	EXPECT_EQ(POLLIN | POLLOUT, ready(self->fd));
	EXPECT_EQ(-EAGAIN, device_call(self->fd, VMLAB_IOC_EVENT, &e));
}

TEST_HARNESS_MAIN
