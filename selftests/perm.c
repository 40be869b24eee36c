// SPDX-License-Identifier: GPL-2.0
/*
 * Who may ask what. Each test drops to the rights in question in a child of its
 * own, with the device opened before as its group would.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define NOBODY		65534
#define SOMEBODY	4711
#define RW		(PROT_READ | PROT_WRITE)
/* Where x86-64 keeps a frame, and where it keeps the offset of a swap slot. */
#define FRAME_BITS	0x000ffffffffff000ULL
#define SLOT_BITS	0x07ffffffffffc000ULL
#define KERNEL_ADDRESS	0xffff888000000000ULL

FIXTURE(perm) {
	struct genl g;
	struct walk w;
	int dev;
	char *p;	/* a page that is there and one in swap */
	pid_t child;
	int pipe[2];
};

FIXTURE_SETUP(perm)
{
	ASSERT_EQ(0, genl_open(&self->g));
	self->dev = open("/dev/vmlab", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->dev);
	self->p = map_small(2 * MIB);
	ASSERT_NE(NULL, self->p);
	touch(self->p, 2 * PAGE_SIZE);
	ASSERT_TRUE(page_out(self->p + PAGE_SIZE, PAGE_SIZE));
	touch(self->p, PAGE_SIZE);
}

FIXTURE_TEARDOWN(perm)
{
	if (self->child > 0) {
		close(self->pipe[1]);
		waitpid(self->child, NULL, 0);
	}
	close(self->dev);
	genl_close(&self->g);
}

/* Become @uid with only the capabilities of mask @caps. */
static bool become(uid_t uid, __u64 caps)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = caps, .permitted = caps },
		{ .effective = caps >> 32, .permitted = caps >> 32 },
	};

	return !setgroups(0, NULL) && !prctl(PR_SET_KEEPCAPS, 1) &&
	       !setresgid(uid, uid, uid) && !setresuid(uid, uid, uid) &&
	       !syscall(SYS_capset, &head, data) &&
	       !prctl(PR_SET_DUMPABLE, 1);
}

/* A process of @uid that has this memory and waits until it is let go. */
static pid_t start_process(FIXTURE_DATA(perm) *self, uid_t uid, bool dumpable)
{
	int ready[2];
	char byte = 0;

	if (pipe(self->pipe) || pipe(ready))
		return -1;
	self->child = fork();
	if (self->child) {
		close(self->pipe[0]);
		close(ready[1]);
		return read(ready[0], &byte, 1) == 1 && byte ? self->child : -1;
	}
	close(self->pipe[1]);
	byte = become(uid, 0);
	if (!dumpable)
		prctl(PR_SET_DUMPABLE, 0);
	if (write(ready[1], &byte, 1) == 1)
		(void)!read(self->pipe[0], &byte, 1);
	_exit(0);
}

static int ask(FIXTURE_DATA(perm) *self, pid_t pid, const void *p)
{
	return client_walk(&self->g, pid, (unsigned long)p, 0, &self->w);
}

static int ask_device(FIXTURE_DATA(perm) *self, pid_t pid, const void *p,
		      struct vmlab_walk_entry *e)
{
	memset(e, 0, sizeof(*e));
	e->address = (unsigned long)p;
	return client_ioctl(self->dev, pid, e, 1);
}

/* Does the last answer keep frames, slots, flags and counts to itself? */
static bool walk_withholds(const struct walk *w)
{
	for (int i = 0; i < w->nr_levels; i++) {
		if (w->level[i].has_table)
			return false;
		if (w->level[i].entry & FRAME_BITS)
			return false;
	}
	if (w->state == VMLAB_STATE_SWAP &&
	    w->level[w->nr_levels - 1].entry & SLOT_BITS)
		return false;
	return w->nr_levels && !w->has_pfn && !w->has_physical &&
	       !w->has_swap && !w->page.there && !w->root.has_table &&
	       !w->root.has_user_table && !(w->root.user_entry & FRAME_BITS);
}

static int run_withholds(const struct run *run, void *arg)
{
	unsigned int *runs = arg;

	++*runs;
	return run->has_pfn || run->has_swap || run->nr_numbers ? 77 : 0;
}

/* Everything about the process @pid without frames; 0 or where it failed. */
static int see_without_frames(FIXTURE_DATA(perm) *self, pid_t pid)
{
	struct range range = { .pid = pid, .pages = true };
	struct vmlab_walk_entry e;
	unsigned int runs = 0;

	if (ask(self, pid, self->p) || self->w.state != VMLAB_STATE_PRESENT ||
	    !walk_withholds(&self->w))
		return 1;
	if (ask(self, pid, self->p + PAGE_SIZE) ||
	    self->w.state != VMLAB_STATE_SWAP || !walk_withholds(&self->w))
		return 2;
	if (client_range(&self->g, &range, run_withholds, &runs) || !runs)
		return 3;
	if (ask_device(self, pid, self->p, &e) ||
	    e.state != VMLAB_STATE_PRESENT || e.entry & FRAME_BITS || e.number)
		return 4;
	if (ask_device(self, pid, self->p + PAGE_SIZE, &e) ||
	    e.state != VMLAB_STATE_SWAP || e.entry & SLOT_BITS || e.number ||
	    e.swap_type)
		return 5;
	return 0;
}

static int any_area(const struct area *area, void *arg)
{
	return 0;
}

/* How a range walk of @pid fails, with a reason told. */
static int refused_range(struct genl *g, pid_t pid)
{
	struct range range = { .pid = pid };
	int ret = client_range(g, &range, NULL, NULL);

	return g->message[0] ? ret : 0;
}

/* Is every question about @pid refused with EPERM and a reason? */
static int is_refused(FIXTURE_DATA(perm) *self, pid_t pid)
{
	struct vmlab_walk_entry e;
	struct explain explain;
	struct census census;
	struct genl *g = &self->g;

	if (ask(self, pid, self->p) != -EPERM || !g->message[0])
		return 1;
	if (refused_range(g, pid) != -EPERM)
		return 2;
	if (client_areas(g, pid, any_area, NULL) != -EPERM || !g->message[0])
		return 3;
	if (client_census(g, pid, &census) != -EPERM || !g->message[0])
		return 4;
	if (client_explain(g, pid, (unsigned long)self->p, &explain) !=
	    -EPERM || !g->message[0])
		return 5;
	if (client_ldt(g, pid, NULL, NULL) != -EPERM || !g->message[0])
		return 6;
	return ask_device(self, pid, self->p, &e) == -EPERM ? 0 : 7;
}

static int no_top(const struct top *top, void *arg)
{
	return 0;
}

/* Is the kernel half closed? */
static int kernel_is_closed(FIXTURE_DATA(perm) *self)
{
	struct vmlab_walk_entry e;
	struct place place;
	struct genl *g = &self->g;
	int ret;

	if (ask(self, 0, (void *)KERNEL_ADDRESS) != -EPERM || !g->message[0])
		return 1;
	if (client_addr(g, KERNEL_ADDRESS, &place) != -EPERM || !g->message[0])
		return 2;
	if (client_top(g, 0, 0, no_top, NULL) != -EPERM || !g->message[0])
		return 3;
	if (ask_device(self, 0, (void *)KERNEL_ADDRESS, &e) != -EPERM)
		return 4;
	ret = client_gdt(g, 0, NULL, NULL);
	return ret == -EPERM && g->message[0] ? 0 : 5;
}

/* Run @work in a child that may give up rights; its exit status. */
static int in_child(int (*work)(FIXTURE_DATA(perm) *self),
		    FIXTURE_DATA(perm) *self)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		genl_close(&self->g);
		if (genl_open(&self->g))
			_exit(99);
		_exit(work(self));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 98;
	return WEXITSTATUS(status);
}

TEST_F(perm, root_sees_frames)
{
	struct vmlab_walk_entry e;

	ASSERT_EQ(0, ask(self, 0, self->p));
	EXPECT_TRUE(self->w.has_pfn && self->w.has_physical &&
		    self->w.page.there && self->w.root.has_table);
	EXPECT_FALSE(walk_withholds(&self->w));
	ASSERT_EQ(0, ask(self, 0, self->p + PAGE_SIZE));
	EXPECT_TRUE(self->w.has_swap);
	ASSERT_EQ(0, ask_device(self, 0, self->p, &e));
	EXPECT_NE(0, e.number);
}

static int own_process(FIXTURE_DATA(perm) *self)
{
	return become(NOBODY, 0) ? see_without_frames(self, 0) : 97;
}

TEST_F(perm, own_process_without_frames)
{
	EXPECT_EQ(0, in_child(own_process, self));
}

static int closed_kernel(FIXTURE_DATA(perm) *self)
{
	return become(NOBODY, 0) ? kernel_is_closed(self) : 97;
}

TEST_F(perm, kernel_half_is_closed)
{
	EXPECT_EQ(0, in_child(closed_kernel, self));
}

static int same_uid(FIXTURE_DATA(perm) *self)
{
	return become(NOBODY, 0) ? see_without_frames(self, self->child) : 97;
}

TEST_F(perm, process_of_the_same_user)
{
	ASSERT_LT(0, start_process(self, NOBODY, true));
	EXPECT_EQ(0, in_child(same_uid, self));
}

static int foreign(FIXTURE_DATA(perm) *self)
{
	return become(NOBODY, 0) ? is_refused(self, self->child) : 97;
}

TEST_F(perm, process_of_another_user)
{
	ASSERT_LT(0, start_process(self, SOMEBODY, true));
	EXPECT_EQ(0, in_child(foreign, self));
}

TEST_F(perm, process_of_root)
{
	ASSERT_LT(0, start_process(self, 0, true));
	EXPECT_EQ(0, in_child(foreign, self));
}

/* As after a set-uid exec: of the same user, but keeps secrets from him. */
TEST_F(perm, process_that_is_not_dumpable)
{
	ASSERT_LT(0, start_process(self, NOBODY, false));
	EXPECT_EQ(0, in_child(foreign, self));
}

static int foreign_inside_userns(FIXTURE_DATA(perm) *self)
{
	if (!become(NOBODY, 0) || unshare(CLONE_NEWUSER) ||
	    !write_text("/proc/self/setgroups", "deny") ||
	    !write_text("/proc/self/uid_map", "0 65534 1") ||
	    !write_text("/proc/self/gid_map", "0 65534 1") || getuid())
		return 97;
	genl_close(&self->g);
	if (genl_open(&self->g))
		return 96;
	return is_refused(self, self->child);
}

static int inside_userns(FIXTURE_DATA(perm) *self)
{
	int ret;

	if (!become(NOBODY, 0) || unshare(CLONE_NEWUSER) ||
	    !write_text("/proc/self/setgroups", "deny") ||
	    !write_text("/proc/self/uid_map", "0 65534 1") ||
	    !write_text("/proc/self/gid_map", "0 65534 1") || getuid())
		return 97;
	genl_close(&self->g);
	if (genl_open(&self->g))
		return 96;
	ret = see_without_frames(self, 0);
	return ret ? ret : 10 * kernel_is_closed(self);
}

static bool userns_works(void)
{
	pid_t pid = fork();
	int status = 1;

	if (!pid)
		_exit(!become(NOBODY, 0) || unshare(CLONE_NEWUSER));
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

/* Root of a user namespace is no root here. */
TEST_F(perm, user_namespace)
{
	if (!userns_works())
		SKIP(return, "no user namespaces");
	EXPECT_EQ(0, in_child(inside_userns, self));
}

TEST_F(perm, user_namespace_sees_no_others)
{
	if (!userns_works())
		SKIP(return, "no user namespaces");
	ASSERT_LT(0, start_process(self, SOMEBODY, true));
	EXPECT_EQ(0, in_child(foreign_inside_userns, self));
}

static int first_of_namespace(FIXTURE_DATA(perm) *self)
{
	struct vmlab_walk_entry e;

	if (getpid() != 1)
		return 1;
	if (ask(self, 1, self->p) || self->w.pid != 1 ||
	    self->w.state != VMLAB_STATE_PRESENT)
		return 2;
	/* PID 0 and what the namespace calls 1 are the same process. */
	if (ask(self, 0, self->p) || self->w.pid != 1)
		return 3;
	if (ask(self, self->child, self->p) != -ESRCH || !self->g.message[0])
		return 4;
	if (refused_range(&self->g, self->child) != -ESRCH)
		return 5;
	return ask_device(self, self->child, self->p, &e) == -ESRCH ? 0 : 6;
}

static int inside_pidns(FIXTURE_DATA(perm) *self)
{
	return unshare(CLONE_NEWPID) ? 97 : in_child(first_of_namespace, self);
}

TEST_F(perm, pid_namespace)
{
	ASSERT_LT(2, start_process(self, 0, true));
	EXPECT_EQ(0, in_child(inside_pidns, self));
}

static int admin_only(FIXTURE_DATA(perm) *self)
{
	struct vmlab_walk_entry e;

	if (!become(NOBODY, 1ULL << CAP_SYS_ADMIN))
		return 97;
	if (ask(self, self->child, self->p) || !self->w.has_pfn ||
	    !self->w.page.there)
		return 1;
	if (ask_device(self, self->child, self->p, &e) || !e.number)
		return 2;
	return ask(self, 0, (void *)KERNEL_ADDRESS) ? 3 : 0;
}

TEST_F(perm, sys_admin_alone_suffices)
{
	ASSERT_LT(0, start_process(self, SOMEBODY, true));
	EXPECT_EQ(0, in_child(admin_only, self));
}

static int others_only(FIXTURE_DATA(perm) *self)
{
	int ret;

	if (!become(NOBODY, ~((1ULL << CAP_SYS_ADMIN) |
			      (1ULL << CAP_SYS_PTRACE)) & ((1ULL << 40) - 1)))
		return 97;
	ret = is_refused(self, self->child);
	if (!ret)
		ret = 10 * see_without_frames(self, 0);
	return ret ? ret : 100 * kernel_is_closed(self);
}

TEST_F(perm, other_capabilities_do_not)
{
	ASSERT_LT(0, start_process(self, SOMEBODY, true));
	EXPECT_EQ(0, in_child(others_only, self));
}

/* The right to trace opens every process, but no frames. */
static int ptrace_only(FIXTURE_DATA(perm) *self)
{
	int ret;

	if (!become(NOBODY, 1ULL << CAP_SYS_PTRACE))
		return 97;
	ret = see_without_frames(self, self->child);
	return ret ? ret : 10 * kernel_is_closed(self);
}

TEST_F(perm, sys_ptrace_shows_no_frames)
{
	ASSERT_LT(0, start_process(self, SOMEBODY, true));
	EXPECT_EQ(0, in_child(ptrace_only, self));
}

/*
 * A socket that its user hands to a privileged program as its output gets him
 * nothing that he may not see himself: not that program's memory, nor others'.
 */
TEST_F(perm, socket_of_an_unprivileged_opener)
{
	struct genl g;

	ASSERT_EQ(0, seteuid(NOBODY));
	ASSERT_EQ(0, genl_open(&g));
	ASSERT_EQ(0, seteuid(0));
	EXPECT_EQ(-EPERM,
		  client_walk(&g, 0, (unsigned long)self->p, 0, &self->w));
	EXPECT_NE(0, strlen(g.message));
	EXPECT_EQ(-EPERM,
		  client_walk(&g, 1, (unsigned long)self->p, 0, &self->w));
	genl_close(&g);
}

static int take_withheld(struct attrs reply, void *arg)
{
	return client_runs(reply, run_withholds, arg);
}

/* Who asked counts for all of a dump, not who reads its rest. */
TEST_F(perm, dump_keeps_the_rights_of_its_start)
{
	char *p = map_small(32 * MIB);
	struct range range = { .pages = true };
	unsigned int runs = 0;
	int ret;

	ASSERT_NE(NULL, p);
	for (size_t at = 0; at < 32 * MIB; at += 2 * PAGE_SIZE)
		touch(p + at, 1);
	range.start = (unsigned long)p;
	range.end = range.start + 32 * MIB;
	ASSERT_EQ(0, seteuid(NOBODY));
	client_range_request(&self->g, &range);
	ASSERT_EQ(0, genl_send_dump(&self->g));
	ASSERT_EQ(0, seteuid(0));
	do
		ret = genl_batch(&self->g, take_withheld, &runs);
	while (ret == 1);
	EXPECT_EQ(0, ret);
	EXPECT_EQ(32 * MIB / PAGE_SIZE / 2, runs);
}

TEST_HARNESS_MAIN
