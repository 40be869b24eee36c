// SPDX-License-Identifier: GPL-2.0
/*
 * Count the instructions of the allocator beside those of Linux's, where both
 * work: in a kernel. Each reading of /sys/kernel/debug/vmlab_bench is a run;
 * the guest counts each instruction as a nanosecond, so a clock is a counter.
 */
#include "bench.h"

#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/slab.h>

static struct dentry *file;

/**
 * bench_print() - print a result
 * @b: the benchmark
 * @name: of the row
 * @sum: instructions, or whatever else is counted
 * @units: of what they were spent on
 */
void bench_print(struct bench *b, const char *name, u64 sum, u64 units)
{
	seq_printf(b->out, "%s %llu %llu\n", name, sum, units);
}

static u64 time(struct bench *b, bench_op op, unsigned int nr)
{
	u64 start = ktime_get_raw_ns();

	op(b, nr);
	return ktime_get_raw_ns() - start;
}

/**
 * bench_measure() - measure an operation
 * @b: the benchmark
 * @name: of the row
 * @op: leaves things as they were
 * @nr: units that it shall do
 *
 * The first round warms up, and of the others the least counts: an interrupt
 * may come in between.
 */
void bench_measure(struct bench *b, const char *name, bench_op op,
		   unsigned int nr)
{
	u64 least = U64_MAX;
	unsigned int i;

	op(b, nr);
	for (i = 0; i < BENCH_ROUNDS; i++)
		least = min(least, time(b, op, nr));
	bench_print(b, name, least, nr);
}

/**
 * bench_measure_run() - measure taking many things, and giving them
 * @b: the benchmark
 * @take: name of the one row
 * @give: name of the other
 * @take_op: fills b->held
 * @give_op: empties it
 * @nr: things that they shall take and give
 */
void bench_measure_run(struct bench *b, const char *take, const char *give,
		       bench_op take_op, bench_op give_op, unsigned int nr)
{
	u64 least_take = U64_MAX, least_give = U64_MAX;
	unsigned int i;

	for (i = 0; i <= BENCH_ROUNDS; i++) {
		u64 take_time = time(b, take_op, nr);
		u64 give_time = time(b, give_op, nr);

		if (!i)
			continue;
		least_take = min(least_take, take_time);
		least_give = min(least_give, give_time);
	}
	bench_print(b, take, least_take, nr);
	bench_print(b, give, least_give, nr);
}

static int vmlab_bench_show(struct seq_file *out, void *unused)
{
	struct bench b = { .out = out };
	int err;

	b.held = kvcalloc(BENCH_FRAMES, sizeof(*b.held), GFP_KERNEL);
	if (!b.held)
		return -ENOMEM;
	err = bench_frames(&b);
	if (!err)
		err = bench_linux(&b);
	kvfree(b.held);
	return err ? err : b.failed ? -ENOMEM : 0;
}

DEFINE_SHOW_ATTRIBUTE(vmlab_bench);

static int __init vmlab_bench_init(void)
{
	file = debugfs_create_file("vmlab_bench", 0400, NULL, NULL,
				   &vmlab_bench_fops);
	return PTR_ERR_OR_ZERO(file);
}

static void __exit vmlab_bench_exit(void)
{
	debugfs_remove(file);
}

module_init(vmlab_bench_init);
module_exit(vmlab_bench_exit);

MODULE_DESCRIPTION("What vmlab's allocator costs, beside Linux's");
MODULE_LICENSE("GPL");
