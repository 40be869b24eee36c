// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The pool
 *
 * Binds the allocator, which knows nothing of Linux, to the frames that were
 * reserved and to the machine: how a frame is touched, who is at work, what
 * becomes of a report, and that a CPU which goes offline leaves nothing on its
 * lists.
 */
#include "reserve.h"

#include <vmlab/pcp.h>
#include <vmlab/pool.h>

#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/highmem.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/topology.h>

static char *min_free;
module_param(min_free, charp, 0444);
MODULE_PARM_DESC(min_free, "bytes kept for requests that cannot wait; K, M, G or T may follow (default as Linux would)");

static bool strict;
module_param(strict, bool, 0644);
MODULE_PARM_DESC(strict, "check all invariants after each operation");

struct vml_pool vml_pool;

DEFINE_PERCPU_RWSEM(vml_pool_busy);

/* === Frames === */

/* Linux has no pages for it; it is mapped as long as we have it. */
static bool is_aside(void)
{
	return vml_pool.source == VML_POOL_MEMMAP;
}

/**
 * vml_pool_map() - make a frame visible to the kernel
 * @frame: not a hole; of HIGHMEM too
 *
 * Context: until vml_pool_unmap() in the same task and without sleeping;
 * several are unmapped in the reverse order.
 * Return: where it is.
 */
void *vml_pool_map(struct vml_frame *frame)
{
	u64 pfn = vml_frame_pfn(frame);

	if (is_aside())
		return vml_aside_map(pfn);
	return kmap_local_page(pfn_to_page(pfn));
}

/**
 * vml_pool_unmap() - undo vml_pool_map()
 * @address: where it was
 */
void vml_pool_unmap(void *address)
{
	if (!is_aside())
		kunmap_local(address);
}

/**
 * vml_pool_zero() - fill a block with zeroes
 * @frame: its first frame
 * @order: of the block
 *
 * Context: does not sleep.
 */
void vml_pool_zero(struct vml_frame *frame, unsigned int order)
{
	struct vml_frame *end = frame + (1U << order);

	for (; frame < end; frame++) {
		void *address = vml_pool_map(frame);

		clear_page(address);
		vml_pool_unmap(address);
	}
}

/**
 * vml_pool_copy() - copy a block
 * @to: its first frame
 * @from: first frame of the one copied
 * @order: of both
 *
 * Context: does not sleep.
 */
void vml_pool_copy(struct vml_frame *to, struct vml_frame *from,
		   unsigned int order)
{
	struct vml_frame *end = to + (1U << order);

	for (; to < end; to++, from++) {
		void *target = vml_pool_map(to);
		void *source = vml_pool_map(from);

		copy_page(target, source);
		vml_pool_unmap(source);
		vml_pool_unmap(target);
	}
}

/* === Reports === */

static struct {
	spinlock_t lock; /* protects what follows; taken last */
	u64 sequence;
	struct vml_pool_report ring[VML_POOL_REPORTS];
} reports = { .lock = __SPIN_LOCK_UNLOCKED(reports.lock) };

static const char *const bug_words[] = {
	[VML_BUG_FOREIGN] = "freed what is no frame of the pool",
	[VML_BUG_DOUBLE] = "freed a block that is free",
	[VML_BUG_INSIDE] = "freed the middle of a block",
	[VML_BUG_ORDER] = "freed a block with a wrong order",
	[VML_BUG_MAPPED] = "freed a block that is mapped",
	[VML_BUG_STATE] = "a frame is in no state, or in two",
	[VML_BUG_REFS] = "references do not fit the state",
	[VML_BUG_BUDDY] = "two buddies are both free",
	[VML_BUG_TYPE] = "a free block is on the list of another type",
	[VML_BUG_LIST] = "a list does not hang together",
	[VML_BUG_COUNT] = "a counter does not add up",
};

static_assert(ARRAY_SIZE(bug_words) == VML_BUGS);

static const char *const slab_words[] = {
	[VML_SLAB_OVERRUN] = "wrote beyond the end",
	[VML_SLAB_UNDERRUN] = "wrote before the start",
	[VML_SLAB_DOUBLE] = "freed twice",
	[VML_SLAB_USED] = "wrote after it was freed",
	[VML_SLAB_FOREIGN] = "freed what is no object of it",
	[VML_SLAB_STATE] = "not well formed",
};

static_assert(ARRAY_SIZE(slab_words) == VML_SLAB_ERRORS);

static u32 who(void)
{
	return task_tgid_nr(current);
}

static u64 keep_report(struct vml_pool_report *report)
{
	u64 sequence;

	report->when = ktime_get_real_seconds();
	report->by = who();
	report->task = task_pid_nr(current);
	spin_lock(&reports.lock);
	sequence = ++reports.sequence;
	report->sequence = sequence;
	reports.ring[sequence % VML_POOL_REPORTS] = *report;
	spin_unlock(&reports.lock);
	return sequence;
}

static void report_frame(enum vml_bug bug, const struct vml_frame *frame,
			 unsigned int order)
{
	struct vml_pool_report report = {
		.bug = bug,
		.frame = vml_frame_valid(frame) ? vml_frame_number(frame) :
						  VML_NONE,
		.order = order
	};
	u64 sequence = keep_report(&report);

	if (report.frame == VML_NONE)
		pr_warn_ratelimited("report %llu: %s, order %u, by process %u\n",
				    sequence, bug_words[bug], order, report.by);
	else
		pr_warn_ratelimited("report %llu: %s, frame %u, order %u, by process %u\n",
				    sequence, bug_words[bug], report.frame,
				    order, report.by);
}

static void report_slab(const struct vml_slab_bug *bug)
{
	struct vml_pool_report report = { .is_slab = true, .slab = *bug };
	u64 sequence;

	strscpy(report.cache, bug->cache, sizeof(report.cache));
	sequence = keep_report(&report);
	if (bug->number != VML_NONE)
		pr_warn_ratelimited("report %llu: cache %s: %s, object %u of the slab at frame %u, offset %d, by process %u\n",
				    sequence, report.cache,
				    slab_words[bug->error], bug->number,
				    bug->frame, bug->offset, report.by);
	else if (bug->frame != VML_NONE)
		pr_warn_ratelimited("report %llu: cache %s: %s, the slab at frame %u, by process %u\n",
				    sequence, report.cache,
				    slab_words[bug->error], bug->frame,
				    report.by);
	else
		pr_warn_ratelimited("report %llu: cache %s: %s, by process %u\n",
				    sequence, report.cache,
				    slab_words[bug->error], report.by);
}

/**
 * vml_pool_reported() - how many bugs were reported so far
 *
 * Context: any of a process.
 */
u64 vml_pool_reported(void)
{
	u64 sequence;

	spin_lock(&reports.lock);
	sequence = reports.sequence;
	spin_unlock(&reports.lock);
	return sequence;
}

static bool is_of(const struct vml_pool_report *report, const char *cache)
{
	if (report->task != task_pid_nr(current) || report->is_slab != !!cache)
		return false;
	return !cache || !strcmp(report->cache, cache);
}

/**
 * vml_pool_find_report() - what was reported of the current task lately
 * @since: what vml_pool_reported() said before
 * @cache: the cache that it is of; NULL for a report of frames
 * @report: filled in
 *
 * Context: any of a process.
 * Return: whether there is one; it may be kept no longer.
 */
bool vml_pool_find_report(u64 since, const char *cache,
			  struct vml_pool_report *report)
{
	bool found = false;
	u64 i;

	spin_lock(&reports.lock);
	if (reports.sequence > VML_POOL_REPORTS)
		since = max(since, reports.sequence - VML_POOL_REPORTS);
	for (i = since + 1; i <= reports.sequence && !found; i++) {
		*report = reports.ring[i % VML_POOL_REPORTS];
		found = is_of(report, cache);
	}
	spin_unlock(&reports.lock);
	report->slab.cache = report->cache;
	return found;
}

/**
 * vml_pool_reports() - the latest reports
 * @to: room for them
 * @nr: for how many; there are VML_POOL_REPORTS at most
 *
 * Context: any of a process.
 * Return: how many there are, the oldest of them first.
 */
unsigned int vml_pool_reports(struct vml_pool_report *to, unsigned int nr)
{
	unsigned int i;
	u64 first;

	spin_lock(&reports.lock);
	nr = min3((u64)nr, reports.sequence, (u64)VML_POOL_REPORTS);
	first = reports.sequence - nr + 1;
	for (i = 0; i < nr; i++)
		to[i] = reports.ring[(first + i) % VML_POOL_REPORTS];
	spin_unlock(&reports.lock);
	for (i = 0; i < nr; i++)
		to[i].slab.cache = to[i].cache;
	return nr;
}

/* === What the allocator asks of higher floors === */

static int (*migrate_fn)(struct vml_frame *from, struct vml_frame *to,
			 unsigned int order);

/* Who takes it back while it is asked for must not leave a NULL to call. */
static int migrate(struct vml_frame *from, struct vml_frame *to,
		   unsigned int order)
{
	typeof(migrate_fn) fn = READ_ONCE(migrate_fn);

	return fn ? fn(from, to, order) : -EAGAIN;
}

static const struct vml_alloc_ops ops = {
	.zero = vml_pool_zero,
	.migrate = migrate,
	.who = who,
	.slab_report = report_slab,
	.report = report_frame,
};

/**
 * vml_pool_set_migrate() - say how to move what a block holds
 * @fn: as in &struct vml_alloc_ops; NULL for not at all
 *
 * Context: who takes it back waits himself for those that may be in it.
 */
void vml_pool_set_migrate(int (*fn)(struct vml_frame *from,
				    struct vml_frame *to, unsigned int order))
{
	WRITE_ONCE(migrate_fn, fn);
}

/* === Checks === */

/**
 * vml_pool_strict() - whether each operation is to be followed by a check
 */
bool vml_pool_strict(void)
{
	return READ_ONCE(strict);
}

/**
 * vml_pool_set_strict() - say whether each operation is to be followed by one
 * @on: whether
 */
void vml_pool_set_strict(bool on)
{
	WRITE_ONCE(strict, on);
}

/**
 * vml_pool_check() - check the invariants of frames, zones and slabs
 * @how: VML_CHECK_*; see vml_alloc_check() and vml_slab_check()
 *
 * Context: process; may take long.
 * Return: how many are broken; each is reported.
 */
u32 vml_pool_check(u32 how)
{
	u32 broken;

	if (how & VML_CHECK_QUIET)
		percpu_down_write(&vml_pool_busy);
	broken = vml_alloc_check(how & VML_CHECK_QUIET) + vml_slab_check(how);
	if (how & VML_CHECK_QUIET)
		percpu_up_write(&vml_pool_busy);
	return broken;
}

/* === Start and end === */

static enum cpuhp_state cpu_state;

/* Runs on another CPU, when @cpu runs nothing any more. */
static int drain_cpu(unsigned int cpu)
{
	vml_slab_drain_cpu(cpu);
	vml_pcp_drain_cpu(cpu);
	return 0;
}

/* Sets the frames to VML_NONE if the user does not say. */
static int parse_min_free(u32 *frames)
{
	u64 bytes;
	int err;

	*frames = VML_NONE;
	if (!min_free)
		return 0;
	err = vml_size_parse("min_free", min_free, &bytes);
	if (err)
		return err;
	*frames = min_t(u64, bytes >> VML_FRAME_SHIFT, VML_FRAMES_MAX);
	return 0;
}

static int start_alloc(u32 keep)
{
	struct vml_alloc_config config = {
		.extents = vml_pool.extents,
		.nr_extents = vml_pool.nr_extents,
		.nr_cpus = nr_cpu_ids,
		.min_free = keep,
	};
	u8 *cpu_node = NULL;
	unsigned int cpu;
	int err;

	if (keep != VML_NONE && keep > vml_pool.got / 2) {
		pr_err("min_free=%s: more than half of the pool\n", min_free);
		return -EINVAL;
	}
	if (vml_pool.real_nodes) {
		cpu_node = kcalloc(nr_cpu_ids, 1, GFP_KERNEL);
		if (!cpu_node)
			return -ENOMEM;
		for_each_possible_cpu(cpu)
			cpu_node[cpu] = vml_reserve_nearest(cpu_to_node(cpu));
	}
	config.cpu_node = cpu_node;
	err = vml_alloc_init(&config);
	if (err)
		pr_err("cannot manage the pool's %u extents: %d\n",
		       config.nr_extents, err);
	kfree(cpu_node);
	return err;
}

static void end_alloc(void)
{
	u32 held = vml_alloc_fini();

	if (held)
		pr_warn("%u frames were still held\n", held);
	vml_alloc_set_ops(NULL);
}

/**
 * vml_pool_init() - reserve the pool and start the allocator on it
 *
 * Context: may sleep; once.
 * Return: 0, or what vml_reserve(), vml_alloc_init() or vml_slab_init() return.
 */
int vml_pool_init(void)
{
	u32 keep;
	int err;

	err = parse_min_free(&keep);
	if (err)
		return err;
	err = vml_reserve();
	if (err)
		return err;
	vml_alloc_set_ops(&ops);
	err = start_alloc(keep);
	if (err)
		goto unreserve;
	err = vml_slab_init(nr_cpu_ids);
	if (err)
		goto end_alloc;
	err = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "vmlab:pool",
					NULL, drain_cpu);
	if (err < 0)
		goto end_slab;
	cpu_state = err;
	return 0;

end_slab:
	vml_slab_fini();
end_alloc:
	end_alloc();
unreserve:
	vml_unreserve();
	return err;
}

/**
 * vml_pool_fini() - end the allocator and give all frames back
 *
 * Context: may sleep; nothing uses the pool any more.
 */
void vml_pool_fini(void)
{
	u32 lost;

	cpuhp_remove_state_nocalls(cpu_state);
	lost = vml_slab_fini();
	if (lost)
		pr_warn("%u slab objects were never freed\n", lost);
	end_alloc();
	vml_unreserve();
}
