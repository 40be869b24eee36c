/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SELFTESTS_ORACLE_ORACLE_H
#define SELFTESTS_ORACLE_ORACLE_H

#include <stdbool.h>
#include <sys/types.h>

struct genl;

/*
 * A process to compare: it makes its memory, writes a byte to standard output
 * and then waits at standard input until that closes.
 */
struct subject {
	const char *name;
	const char *argv[4];	/* a program, or */
	bool (*make)(void);	/* what a child of ours makes */
};

extern const struct subject subjects[];
extern const unsigned int nr_subjects;

struct tally {
	unsigned long pages;	/* of areas, looked at in pagemap */
	unsigned long mapped;	/* of them with a frame or a slot */
	unsigned long flags;	/* of them with their page flags compared */
	unsigned long samples;	/* of them asked for one by one at the CLI */
	unsigned long differences;
};

/* Compare all that is said of the stopped process @pid. */
void compare_process(struct genl *g, pid_t pid, struct tally *tally);

#endif /* SELFTESTS_ORACLE_ORACLE_H */
