// SPDX-License-Identifier: GPL-2.0
/*
 * The vector ioctl of /dev/vmlab.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#define RW	(PROT_READ | PROT_WRITE)
/* Not canonical, whether translation has 48 bits or 57. */
#define NOWHERE	0x1000000000000000ULL

FIXTURE(ioctl) {
	struct genl g;
	int fd;
	struct vmlab_walk_entry e[64];
};

FIXTURE_SETUP(ioctl)
{
	ASSERT_EQ(0, genl_open(&self->g));
	self->fd = open("/dev/vmlab", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(ioctl)
{
	close(self->fd);
	genl_close(&self->g);
}

static int call(FIXTURE_DATA(ioctl) *self, struct vmlab_walk_vec vec)
{
	return ioctl(self->fd, VMLAB_IOC_WALK, &vec) ? -errno : 0;
}

static int ask(FIXTURE_DATA(ioctl) *self, __u32 count)
{
	return client_ioctl(self->fd, 0, self->e, count);
}

TEST_F(ioctl, sizes_are_fixed)
{
	EXPECT_EQ(32, sizeof(struct vmlab_walk_entry));
	EXPECT_EQ(24, sizeof(struct vmlab_walk_vec));
}

TEST_F(ioctl, one)
{
	char *p = map_small(2 * MIB);

	ASSERT_NE(NULL, p);
	touch(p, 1);
	self->e[0].address = (unsigned long)p + 9;
	ASSERT_EQ(0, ask(self, 1));
	EXPECT_EQ((unsigned long)p + 9, self->e[0].address);
	EXPECT_EQ(VMLAB_STATE_PRESENT, self->e[0].state);
	EXPECT_EQ(VMLAB_LEVEL_PTE, self->e[0].level);
	EXPECT_EQ(PM_PFN(pagemap_self(p)), self->e[0].number);
	EXPECT_NE(0, self->e[0].flags & VMLAB_ENTRY_FLAG_D);
}

/* Any order, one twice, one in a hole: each answer is of its own address. */
TEST_F(ioctl, order_is_kept)
{
	char *p = map_small(2 * MIB);

	ASSERT_NE(NULL, p);
	touch(p, 64 * PAGE_SIZE);
	ASSERT_EQ(0, munmap(p + 8 * PAGE_SIZE, PAGE_SIZE));
	for (int i = 0; i < 64; i++)
		self->e[i].address = (unsigned long)p +
				     i * 37 % 64 * PAGE_SIZE;
	self->e[63] = self->e[0];
	ASSERT_EQ(0, ask(self, 64));
	for (int i = 0; i < 64; i++) {
		__u64 entry = pagemap_self((void *)self->e[i].address);

		EXPECT_EQ(entry & PM_PRESENT ? VMLAB_STATE_PRESENT :
			  VMLAB_STATE_NONE, self->e[i].state);
		EXPECT_EQ(PM_PFN(entry), self->e[i].number);
	}
}

TEST_F(ioctl, count)
{
	EXPECT_EQ(-EINVAL, ask(self, 0));
	EXPECT_EQ(0, ask(self, 64));
	EXPECT_EQ(-EINVAL, ask(self, VMLAB_WALK_MAX + 1));
	EXPECT_EQ(-EINVAL, ask(self, ~0U));
}

TEST_F(ioctl, most)
{
	size_t size = VMLAB_WALK_MAX * sizeof(struct vmlab_walk_entry);
	struct vmlab_walk_entry *e = (void *)map_small(size);

	ASSERT_NE(NULL, e);
	for (int i = 0; i < VMLAB_WALK_MAX; i++)
		e[i].address = (unsigned long)&e[i];
	ASSERT_EQ(0, client_ioctl(self->fd, 0, e, VMLAB_WALK_MAX));
	for (int i = 0; i < VMLAB_WALK_MAX; i += 128) {
		ASSERT_EQ(VMLAB_STATE_PRESENT, e[i].state);
		ASSERT_EQ(PM_PFN(pagemap_self(&e[i])), e[i].number);
	}
}

TEST_F(ioctl, bad_pointer)
{
	char *p = map_anon(2 * PAGE_SIZE, RW);
	unsigned long start = (unsigned long)p;

	ASSERT_NE(NULL, p);
	EXPECT_EQ(-EFAULT, call(self, (struct vmlab_walk_vec){ .count = 1 }));
	EXPECT_EQ(-EFAULT, call(self, (struct vmlab_walk_vec){
		.count = 1, .entries = NOWHERE }));
	EXPECT_EQ(-EFAULT, call(self, (struct vmlab_walk_vec){
		.count = 1, .entries = 0xffff888000000000ULL }));
	ASSERT_EQ(0, mprotect(p + PAGE_SIZE, PAGE_SIZE, PROT_NONE));
	EXPECT_EQ(-EFAULT, call(self, (struct vmlab_walk_vec){
		.count = 2, .entries = start + PAGE_SIZE - 32 }));
	ASSERT_EQ(0, mprotect(p, PAGE_SIZE, PROT_READ));
	EXPECT_EQ(-EFAULT, call(self, (struct vmlab_walk_vec){
		.count = 1, .entries = start }));
	EXPECT_EQ(-1, ioctl(self->fd, VMLAB_IOC_WALK, NULL));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(ioctl, reserved)
{
	unsigned long e = (unsigned long)self->e;

	EXPECT_EQ(-EINVAL, call(self, (struct vmlab_walk_vec){
		.count = 1, .entries = e, .flags = 1 }));
	EXPECT_EQ(-EINVAL, call(self, (struct vmlab_walk_vec){
		.count = 1, .entries = e, .flags = 1U << 31 }));
	EXPECT_EQ(-EINVAL, call(self, (struct vmlab_walk_vec){
		.count = 1, .entries = e, .pad = 1 }));
	EXPECT_EQ(0, call(self, (struct vmlab_walk_vec){
		.count = 1, .entries = e }));
}

TEST_F(ioctl, unknown_command)
{
	EXPECT_EQ(-1, ioctl(self->fd, _IOW(VMLAB_IOC, 0x7f, __u64), self->e));
	EXPECT_EQ(ENOTTY, errno);
	EXPECT_EQ(-1, ioctl(self->fd, _IOW(VMLAB_IOC, 0x01, __u64), self->e));
	EXPECT_EQ(ENOTTY, errno);
}

TEST_F(ioctl, kernel_address)
{
	char line[128] = "";
	unsigned long text = 0;
	FILE *file = fopen("/proc/kallsyms", "re");

	ASSERT_NE(NULL, file);
	while (fgets(line, sizeof(line), file) && !text)
		if (strstr(line, " _stext\n"))
			text = strtoul(line, NULL, 16);
	fclose(file);
	ASSERT_NE(0, text);
	self->e[0].address = text;
	ASSERT_EQ(0, ask(self, 1));
	EXPECT_EQ(VMLAB_STATE_PRESENT, self->e[0].state);
	EXPECT_EQ(0, self->e[0].flags & VMLAB_ENTRY_FLAG_US);
	EXPECT_NE(0, self->e[0].number);
}

/* No table leads there; the walk neither fails the others nor finds any. */
TEST_F(ioctl, non_canonical)
{
	char *p = map_small(2 * MIB);
	int ret;

	ASSERT_NE(NULL, p);
	touch(p, 1);
	self->e[0].address = (unsigned long)p;
	self->e[1].address = NOWHERE;
	self->e[2].address = 0xf000000000000000ULL;
	ret = ask(self, 3);
	if (ret) {
		EXPECT_EQ(-ERANGE, ret);
	} else {
		EXPECT_EQ(VMLAB_STATE_PRESENT, self->e[0].state);
		EXPECT_EQ(VMLAB_STATE_NONE, self->e[1].state);
		EXPECT_EQ(VMLAB_STATE_NONE, self->e[2].state);
	}
}

TEST_F(ioctl, user_end)
{
	self->e[0].address = 0x7fffffffefffULL;
	self->e[1].address = 0;
	ASSERT_EQ(0, ask(self, 2));
	for (int i = 0; i < 2; i++)
		EXPECT_EQ(VMLAB_STATE_NONE, self->e[i].state);
}

TEST_F(ioctl, other_process)
{
	char *p = map_small(2 * MIB);
	int fds[2], ready[2];
	pid_t child;
	char byte;

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, pipe(fds));
	ASSERT_EQ(0, pipe(ready));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(fds[1]);
		touch(p, 1);
		if (write(ready[1], "", 1) == 1)
			(void)!read(fds[0], &byte, 1);
		_exit(0);
	}
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	self->e[0].address = (unsigned long)p;
	EXPECT_EQ(0, client_ioctl(self->fd, child, self->e, 1));
	EXPECT_EQ(VMLAB_STATE_PRESENT, self->e[0].state);
	EXPECT_EQ(0, ask(self, 1));
	EXPECT_EQ(VMLAB_STATE_NONE, self->e[0].state);
	close(fds[1]);
	waitpid(child, NULL, 0);
	EXPECT_EQ(-ESRCH, client_ioctl(self->fd, child, self->e, 1));
}

TEST_F(ioctl, nobody)
{
	int ret = client_ioctl(self->fd, VMLAB_PID_MAX + 1, self->e, 1);

	EXPECT_TRUE(ret == -ESRCH || ret == -EINVAL);
	ret = client_ioctl(self->fd, ~0U, self->e, 1);
	EXPECT_TRUE(ret == -ESRCH || ret == -EINVAL);
}

/* One of each kind, by both ways. */
static int make_mixture(char *p)
{
	touch(p, 8 * PAGE_SIZE);
	peek(p + 8 * PAGE_SIZE, 4 * PAGE_SIZE);
	if (mprotect(p + 2 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ) ||
	    mprotect(p + 4 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_NONE) ||
	    !page_out(p + 6 * PAGE_SIZE, PAGE_SIZE))
		return -1;
	return munmap(p + 12 * PAGE_SIZE, PAGE_SIZE);
}

TEST_F(ioctl, agrees_with_netlink)
{
	char *p = map_small(2 * MIB), *huge = map_huge(HPAGE);
	struct walk w;

	ASSERT_NE(NULL, p);
	ASSERT_NE(NULL, huge);
	touch(huge, 1);
	ASSERT_EQ(0, make_mixture(p));
	for (int i = 0; i < 64; i++)
		self->e[i].address = i % 4 ? (unsigned long)p + i * PAGE_SIZE :
					     (unsigned long)huge + i * 3000;
	for (int i = 0; i < 16; i++)
		self->e[i].address = (unsigned long)p + i * PAGE_SIZE + i;
	ASSERT_EQ(0, ask(self, 64));
	for (int i = 0; i < 64; i++) {
		struct vmlab_walk_entry *e = &self->e[i];
		struct level *leaf;

		ASSERT_EQ(0, client_walk(&self->g, 0, e->address, 0, &w));
		leaf = &w.level[w.nr_levels - 1];
		EXPECT_EQ(w.state, e->state);
		EXPECT_EQ(leaf->level, e->level);
		EXPECT_EQ(leaf->entry, e->entry);
		EXPECT_EQ(w.flags, e->flags);
		EXPECT_EQ(leaf->pkey, e->pkey);
		EXPECT_EQ(w.has_pfn ? w.pfn : w.swap_offset, e->number);
		EXPECT_EQ(w.swap_type, e->swap_type);
	}
}

TEST_HARNESS_MAIN
