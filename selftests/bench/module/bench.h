/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the benchmarks of the allocator share. Each row of vmlab's has one of
 * Linux beside it that does the same.
 */
#ifndef BENCH_H
#define BENCH_H

#include <linux/seq_file.h>
#include <linux/types.h>

#define BENCH_FRAMES	16384U	/* of the pool: 64 MiB */
#define BENCH_PAIRS	500U	/* times that one thing is taken and given */
#define BENCH_RUN	2000U	/* things that are taken before the first is given */
#define BENCH_ROUNDS	8U

/**
 * struct bench - a benchmark that goes on
 * @out: where results go
 * @held: what is taken, room for BENCH_FRAMES
 * @order: what it works on, as each operation understands it
 * @failed: something could not be had
 */
struct bench {
	struct seq_file *out;
	void **held;
	unsigned int order;
	bool failed;
};

typedef void (*bench_op)(struct bench *b, unsigned int nr);

void bench_measure(struct bench *b, const char *name, bench_op op,
		   unsigned int nr);
void bench_measure_run(struct bench *b, const char *take, const char *give,
		       bench_op take_op, bench_op give_op, unsigned int nr);
void bench_print(struct bench *b, const char *name, u64 sum, u64 units);

/* vmlab's rows, and those of Linux; return 0 or an error. */
int bench_frames(struct bench *b);
int bench_linux(struct bench *b);

#endif /* BENCH_H */
