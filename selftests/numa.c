// SPDX-License-Identifier: GPL-2.0
/*
 * Policies: the nodes that frames of mappings of /dev/vmlab come from, as they
 * are asked for by ioctl and by mbind().
 */
#include "harness.h"

#include "access.h"
#include "device.h"
#include "memory.h"
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define RW	(PROT_READ | PROT_WRITE)
#define WRITES	VMLAB_ACCESS_WRITE
#define PAGES	64
#define SIZE	(PAGES * PAGE_SIZE)
#define MODE(name)	VMLAB_POLICY_MODE_##name
#define MOVES	(MPOL_MF_STRICT | MPOL_MF_MOVE)

FIXTURE(numa) {
	struct world w;
	int fd;
	char *p;
};

static char *map(int fd, size_t size, int share)
{
	char *p = mmap(NULL, size, RW, share, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

FIXTURE_SETUP(numa)
{
	ASSERT_EQ(0, world_open(&self->w));
	ASSERT_EQ(2, self->w.pool.nodes);
	/* Of node 0. */
	ASSERT_TRUE(pin_to_cpu(0));
	catch_signals();
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->p = map(self->fd, SIZE, MAP_SHARED);
	ASSERT_NE(NULL, self->p);
}

FIXTURE_TEARDOWN(numa)
{
	const char *wrong;

	munmap(self->p, SIZE);
	close(self->fd);
	wrong = world_close(&self->w);
	EXPECT_EQ(NULL, wrong)
		TH_LOG("%s", wrong);
}

static int set_policy(int fd, unsigned int first, unsigned int nr, __u32 mode,
		      __u64 nodes)
{
	struct vmlab_policy policy = {
		.start = first * PAGE_SIZE, .size = nr * PAGE_SIZE,
		.mode = mode, .nodes = nodes,
	};

	return device_call(fd, VMLAB_IOC_SET_POLICY, &policy);
}

/* Whether the same is said from @first on up to @nr pages, or for all that follow. */
static bool has_policy(int fd, unsigned int first, unsigned int nr, __u32 mode,
		       __u64 nodes)
{
	struct vmlab_policy policy = { .start = first * PAGE_SIZE };
	int err = device_call(fd, VMLAB_IOC_GET_POLICY, &policy);

	if (!err && policy.mode == mode && policy.nodes == nodes &&
	    policy.size == (nr ? nr * PAGE_SIZE :
			    (1ULL << 44) - policy.start))
		return true;
	printf("# page %u: %d, mode %u, nodes 0x%llx, %llu bytes\n", first, err,
	       policy.mode, policy.nodes, policy.size);
	return false;
}

/* Of the frame that a page has, or -1. */
static int node_of(FIXTURE_DATA(numa) *self, const void *page)
{
	__u64 entry = pagemap_self(page);
	struct frame frame;

	if (!(entry & PM_PRESENT) ||
	    frame_of_pfn(&self->w.g, PM_PFN(entry), &frame))
		return -1;
	return frame.node;
}

/* Write to pages in an order that is no sequence, so that each faults. */
static void touch_apart(char *p, unsigned int nr)
{
	for (unsigned int odd = 0; odd < 2; odd++)
		for (unsigned int i = nr; i--; )
			if (i % 2 == odd)
				p[i * PAGE_SIZE] = 1;
}

static bool are_on(FIXTURE_DATA(numa) *self, const char *p, unsigned int first,
		   unsigned int nr, int node)
{
	for (unsigned int i = first; i < first + nr; i++) {
		int wanted = node < 0 ? (int)(i % 2) : node;
		int is = node_of(self, p + i * PAGE_SIZE);

		if (is == wanted)
			continue;
		printf("# page %u is on node %d, not %d\n", i, is, wanted);
		return false;
	}
	return true;
}

TEST_F(numa, frames_come_from_the_node)
{
	ASSERT_EQ(0, set_policy(self->fd, 16, 16, MODE(PREFERRED), 2));
	ASSERT_EQ(0, set_policy(self->fd, 32, 16, MODE(BIND), 2));
	ASSERT_EQ(0, set_policy(self->fd, 48, 16, MODE(INTERLEAVE), 3));
	touch_apart(self->p, PAGES);
	EXPECT_TRUE(are_on(self, self->p, 0, 16, 0));
	EXPECT_TRUE(are_on(self, self->p, 16, 32, 1));
	EXPECT_TRUE(are_on(self, self->p, 48, 16, -1));
}

/* The same where most frames are there before they are asked for. */
TEST_F(numa, frames_come_ahead_from_the_node)
{
	ASSERT_EQ(0, set_policy(self->fd, 0, 40, MODE(INTERLEAVE), 3));
	ASSERT_EQ(0, set_policy(self->fd, 20, 10, MODE(BIND), 2));
	touch(self->p, SIZE);
	EXPECT_TRUE(are_on(self, self->p, 0, 20, -1));
	EXPECT_TRUE(are_on(self, self->p, 20, 10, 1));
	EXPECT_TRUE(are_on(self, self->p, 30, 10, -1));
	EXPECT_TRUE(are_on(self, self->p, 40, PAGES - 40, 0));
}

TEST_F(numa, written_by_the_descriptor)
{
	ASSERT_EQ(0, set_policy(self->fd, 0, PAGES, MODE(BIND), 2));
	ASSERT_TRUE(file_fill(self->fd, 0, PAGES, 1));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, 1));
	EXPECT_TRUE(are_on(self, self->p, 0, PAGES, 1));
}

TEST_F(numa, hits_are_counted)
{
	static const char *const names[] = {
		"numa_hit", "interleave_hit", "other_node", "local_node",
		"numa_miss", "numa_foreign",
	};
	long long before[NR(names)], grown[NR(names)];

	/* Tables too come from the pool, of the CPU's own node. */
	self->p[0] = 1;
	for (unsigned int i = 0; i < NR(names); i++)
		before[i] = stat_get(&self->w.g, names[i]);
	ASSERT_EQ(0, set_policy(self->fd, 0, PAGES, MODE(INTERLEAVE), 3));
	touch_apart(self->p + 2 * PAGE_SIZE, 40);
	for (unsigned int i = 0; i < NR(names); i++)
		grown[i] = stat_get(&self->w.g, names[i]) - before[i];
	EXPECT_LE(40, grown[0]);
	EXPECT_EQ(40, grown[1]);
	EXPECT_EQ(20, grown[2]);
	EXPECT_LE(20, grown[3]);
	EXPECT_EQ(0, grown[4]);
	EXPECT_EQ(0, grown[5]);
}

/* Whose node is out of frames, and nobody else. */
TEST_F(numa, bind_takes_its_node_and_no_more)
{
	unsigned int nr = self->w.pool.got / 2 + 512, i;
	long long miss, foreign, other;
	char *p = map(self->fd, nr * PAGE_SIZE, MAP_SHARED);
	int fd = device_open(O_RDWR);
	char *q;

	ASSERT_NE(NULL, p);
	ASSERT_LE(0, fd);
	q = map(fd, SIZE, MAP_SHARED);
	ASSERT_NE(NULL, q);
	ASSERT_EQ(0, set_policy(self->fd, 0, nr, MODE(BIND), 2));
	miss = stat_get(&self->w.g, "numa_miss");
	for (i = 0; i < nr; i++)
		if (try_access(p + i * PAGE_SIZE, WRITES) == BUS)
			break;
	ASSERT_LT(1000, i);
	ASSERT_GT(nr, i);
	EXPECT_EQ(1, node_of(self, p + (i - 1) * PAGE_SIZE));
	EXPECT_EQ(miss, stat_get(&self->w.g, "numa_miss"));
	/* It is not for good. */
	ASSERT_EQ(0, device_discard(self->fd, 0, 64 * PAGE_SIZE));
	EXPECT_EQ(MINOR, try_access(p + i * PAGE_SIZE, WRITES));
	EXPECT_EQ(1, node_of(self, p + i * PAGE_SIZE));
	while (try_access(p + i * PAGE_SIZE, WRITES) != BUS)
		i++;

	/* Who only prefers it is served from elsewhere. */
	miss = stat_get(&self->w.g, "numa_miss");
	foreign = stat_get(&self->w.g, "numa_foreign");
	other = stat_get(&self->w.g, "other_node");
	ASSERT_EQ(0, set_policy(fd, 0, PAGES, MODE(PREFERRED), 2));
	touch_apart(q, 8);
	EXPECT_TRUE(are_on(self, q, 0, 8, 0));
	EXPECT_EQ(miss + 8, stat_get(&self->w.g, "numa_miss"));
	EXPECT_EQ(foreign + 8, stat_get(&self->w.g, "numa_foreign"));
	EXPECT_EQ(other, stat_get(&self->w.g, "other_node"));
	/* And who asks for nothing does not notice. */
	ASSERT_EQ(0, set_policy(fd, 0, PAGES, MODE(LOCAL), 0));
	touch_apart(q + 16 * PAGE_SIZE, 8);
	EXPECT_TRUE(are_on(self, q, 16, 8, 0));
	EXPECT_EQ(miss + 8, stat_get(&self->w.g, "numa_miss"));
	munmap(p, nr * PAGE_SIZE);
	munmap(q, SIZE);
	close(fd);
}

TEST_F(numa, ranges_are_told)
{
	EXPECT_TRUE(has_policy(self->fd, 0, 0, MODE(LOCAL), 0));
	ASSERT_EQ(0, set_policy(self->fd, 10, 10, MODE(BIND), 3));
	ASSERT_EQ(0, set_policy(self->fd, 12, 2, MODE(PREFERRED), 1));
	ASSERT_EQ(0, set_policy(self->fd, 20, 5, MODE(BIND), 3));
	EXPECT_TRUE(has_policy(self->fd, 0, 10, MODE(LOCAL), 0));
	EXPECT_TRUE(has_policy(self->fd, 10, 2, MODE(BIND), 3));
	EXPECT_TRUE(has_policy(self->fd, 13, 1, MODE(PREFERRED), 1));
	EXPECT_TRUE(has_policy(self->fd, 14, 11, MODE(BIND), 3));
	EXPECT_TRUE(has_policy(self->fd, 25, 0, MODE(LOCAL), 0));
	ASSERT_EQ(0, set_policy(self->fd, 0, PAGES, MODE(LOCAL), 0));
	EXPECT_TRUE(has_policy(self->fd, 0, 0, MODE(LOCAL), 0));
}

TEST_F(numa, nonsense_is_refused)
{
	struct vmlab_policy policy = {
		.size = PAGE_SIZE, .mode = MODE(BIND), .nodes = 1,
	};
	int reader = device_open(O_RDONLY);

	EXPECT_EQ(-EINVAL, set_policy(self->fd, 0, 1, MODE(BIND), 0));
	EXPECT_EQ(-EINVAL, set_policy(self->fd, 0, 1, MODE(BIND), 4));
	EXPECT_EQ(-EINVAL, set_policy(self->fd, 0, 1, MODE(BIND), 1ULL << 63));
	EXPECT_EQ(-EINVAL, set_policy(self->fd, 0, 1, MODE(INTERLEAVE), 0));
	EXPECT_EQ(-EINVAL, set_policy(self->fd, 0, 1, MODE(PREFERRED), 3));
	EXPECT_EQ(-EINVAL, set_policy(self->fd, 0, 1, MODE(PREFERRED), 0));
	EXPECT_EQ(-EINVAL, set_policy(self->fd, 0, 1, MODE(LOCAL), 1));
	EXPECT_EQ(-EINVAL, set_policy(self->fd, 0, 1, 4, 1));
	EXPECT_EQ(-EINVAL, set_policy(self->fd, 0, 0, MODE(BIND), 1));
	policy.start = 1;
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_SET_POLICY, &policy));
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_GET_POLICY, &policy));
	policy.start = 1ULL << 44;
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_SET_POLICY, &policy));
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_GET_POLICY, &policy));
	policy.start = -PAGE_SIZE;
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_SET_POLICY, &policy));
	policy.start = 0;
	policy.flags = 1;
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_SET_POLICY, &policy));
	EXPECT_EQ(-EINVAL, device_call(self->fd, VMLAB_IOC_GET_POLICY, &policy));
	policy.flags = 0;
	EXPECT_EQ(-EFAULT, device_call(self->fd, VMLAB_IOC_SET_POLICY, NULL));
	EXPECT_EQ(-EFAULT, device_call(self->fd, VMLAB_IOC_GET_POLICY, NULL));
	EXPECT_EQ(-EBADF, device_call(reader, VMLAB_IOC_SET_POLICY, &policy));
	EXPECT_EQ(0, device_call(reader, VMLAB_IOC_GET_POLICY, &policy));
	/* As many ranges as there can be, and what joins them is none more. */
	for (unsigned int i = 0; i < 64; i++)
		ASSERT_EQ(0, set_policy(self->fd, 2 * i, 1, MODE(BIND), 1));
	EXPECT_EQ(-ENOSPC, set_policy(self->fd, 128, 1, MODE(BIND), 1));
	EXPECT_EQ(0, set_policy(self->fd, 127, 1, MODE(BIND), 1));
	EXPECT_EQ(0, set_policy(self->fd, 0, 127, MODE(LOCAL), 0));
	EXPECT_TRUE(has_policy(self->fd, 127, 1, MODE(BIND), 1));
	close(reader);
}

TEST_F(numa, copies_inherit)
{
	int clone;
	char *q;

	ASSERT_EQ(0, set_policy(self->fd, 0, 32, MODE(BIND), 2));
	touch_apart(self->p, 16);
	clone = device_clone(self->fd);
	ASSERT_LE(0, clone);
	ASSERT_EQ(0, set_policy(self->fd, 0, 32, MODE(LOCAL), 0));
	EXPECT_TRUE(has_policy(clone, 0, 32, MODE(BIND), 2));
	q = map(clone, SIZE, MAP_SHARED);
	ASSERT_NE(NULL, q);
	/* The copy of one that is shared, and what none of them has. */
	touch_apart(self->p, 8);
	EXPECT_TRUE(are_on(self, self->p, 0, 8, 0));
	touch_apart(q + 8 * PAGE_SIZE, 16);
	EXPECT_TRUE(are_on(self, q, 8, 16, 1));
	munmap(q, SIZE);
	close(clone);
}

static int in_copy(void *arg)
{
	FIXTURE_DATA(numa) *self = arg;

	touch_apart(self->p, 8);
	return genl_open(&self->w.g) || !are_on(self, self->p, 0, 8, 1);
}

TEST_F(numa, children_inherit)
{
	ASSERT_EQ(0, device_flags(self->fd, VMLAB_MEMORY_FORK_COPY));
	touch_apart(self->p, 8);
	ASSERT_EQ(0, set_policy(self->fd, 0, 32, MODE(BIND), 2));
	EXPECT_EQ(0, in_child(in_copy, self));
	peek(self->p, 8 * PAGE_SIZE);
	EXPECT_TRUE(are_on(self, self->p, 0, 8, 0));
}

/* === mbind() === */

static int bind_pages(const char *p, unsigned int nr, int mode,
		      unsigned long nodes, unsigned int flags)
{
	long ret = syscall(SYS_mbind, p, nr * PAGE_SIZE, mode,
			   nodes ? &nodes : NULL, 8 * sizeof(nodes), flags);

	return ret ? -errno : 0;
}

static int policy_at(const char *p, int *mode, unsigned long *nodes)
{
	*nodes = 0;
	return syscall(SYS_get_mempolicy, mode, nodes, 8 * sizeof(*nodes), p,
		       MPOL_F_ADDR) ? -errno : 0;
}

TEST_F(numa, mbind_sets_the_policy)
{
	unsigned long nodes;
	int mode;

	ASSERT_EQ(0, bind_pages(self->p, 16, MPOL_BIND, 2, 0));
	ASSERT_EQ(0, bind_pages(self->p + 16 * PAGE_SIZE, 16, MPOL_INTERLEAVE,
				3, 0));
	ASSERT_EQ(0, bind_pages(self->p + 32 * PAGE_SIZE, 16, MPOL_PREFERRED,
				2, 0));
	EXPECT_TRUE(has_policy(self->fd, 0, 16, MODE(BIND), 2));
	EXPECT_TRUE(has_policy(self->fd, 16, 16, MODE(INTERLEAVE), 3));
	EXPECT_TRUE(has_policy(self->fd, 32, 16, MODE(PREFERRED), 2));
	EXPECT_TRUE(has_policy(self->fd, 48, 0, MODE(LOCAL), 0));
	touch_apart(self->p, PAGES);
	EXPECT_TRUE(are_on(self, self->p, 0, 16, 1));
	EXPECT_TRUE(are_on(self, self->p, 16, 16, -1));
	EXPECT_TRUE(are_on(self, self->p, 32, 16, 1));
	EXPECT_TRUE(are_on(self, self->p, 48, 16, 0));
	/* Linux tells what it was told itself. */
	ASSERT_EQ(0, policy_at(self->p, &mode, &nodes));
	EXPECT_EQ(MPOL_BIND, mode);
	EXPECT_EQ(2, nodes);
	ASSERT_EQ(0, policy_at(self->p + 20 * PAGE_SIZE, &mode, &nodes));
	EXPECT_EQ(MPOL_INTERLEAVE, mode);
	EXPECT_EQ(3, nodes);
	ASSERT_EQ(0, bind_pages(self->p, PAGES, MPOL_DEFAULT, 0, 0));
	EXPECT_TRUE(has_policy(self->fd, 0, 0, MODE(LOCAL), 0));
	ASSERT_EQ(0, policy_at(self->p, &mode, &nodes));
	EXPECT_EQ(MPOL_DEFAULT, mode);
}

/* What Linux does not know of is ours: pages stay where they are, and are right. */
TEST_F(numa, mbind_moves_nothing)
{
	int node;

	pages_fill(self->p, 0, PAGES, 1);
	ASSERT_TRUE(are_on(self, self->p, 0, PAGES, 0));
	EXPECT_EQ(0, bind_pages(self->p + 4 * PAGE_SIZE, 8, MPOL_BIND, 2,
				MPOL_MF_MOVE));
	EXPECT_EQ(0, bind_pages(self->p, PAGES, MPOL_BIND, 2, MOVES));
	EXPECT_EQ(0, bind_pages(self->p, PAGES, MPOL_BIND, 2,
				MPOL_MF_MOVE_ALL));
	EXPECT_TRUE(are_on(self, self->p, 0, PAGES, 0));
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, 1));
	pages_fill(self->p, 0, PAGES, 2);
	EXPECT_TRUE(pages_hold(self->p, 0, PAGES, 2));
	/* Of which node a page is, Linux cannot tell. */
	EXPECT_EQ(-1, syscall(SYS_get_mempolicy, &node, NULL, 0, self->p,
			      MPOL_F_NODE | MPOL_F_ADDR));
	EXPECT_TRUE(errno == EEXIST || errno == EFAULT)
		TH_LOG("%s", strerror(errno));
}

TEST_F(numa, mbind_of_parts_and_strangers)
{
	int reader = open("/dev/vmlab", O_RDONLY);
	char *p;

	/* Where the memory is seen a second time, it is the same. */
	p = mmap(NULL, SIZE / 2, RW, MAP_SHARED, self->fd, SIZE / 2);
	ASSERT_NE(MAP_FAILED, p);
	ASSERT_EQ(0, bind_pages(p, 8, MPOL_BIND, 2, 0));
	EXPECT_TRUE(has_policy(self->fd, PAGES / 2, 8, MODE(BIND), 2));
	touch_apart(self->p + SIZE / 2, 8);
	EXPECT_TRUE(are_on(self, self->p, PAGES / 2, 8, 1));
	munmap(p, SIZE / 2);
	/* Of private areas the copies are Linux's. */
	p = map(self->fd, SIZE, MAP_PRIVATE);
	ASSERT_NE(NULL, p);
	EXPECT_EQ(0, bind_pages(p, 8, MPOL_BIND, 2, 0));
	EXPECT_TRUE(has_policy(self->fd, 0, PAGES / 2, MODE(LOCAL), 0));
	touch(p, SIZE);
	munmap(p, SIZE);
	p = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, reader, 0);
	ASSERT_NE(MAP_FAILED, p);
	EXPECT_EQ(-EACCES, bind_pages(p, 8, MPOL_BIND, 2, 0));
	munmap(p, SIZE);
	close(reader);
}

TEST_HARNESS_MAIN
