/* SPDX-License-Identifier: GPL-2.0 */
/* The commands, and what they share. */
#ifndef VMLAB_CLI_CMD_H
#define VMLAB_CLI_CMD_H

#include "options.h"
#include "print.h"
#include "vmlab.h"

/* Exit status, as ip(8) has it. */
enum exit_status {
	STATUS_GOOD,
	STATUS_USAGE,
	STATUS_REFUSED,
};

/* How often a list is asked for again that changed while it was made. */
#define DUMP_TRIES	3

/**
 * struct command - a command of the tool
 * @name: its name
 * @usage: its arguments
 * @help: one line
 * @arguments: what they are, for options_arguments()
 * @accepts: set of &enum option_set
 * @run: does it; returns an &enum exit_status
 */
struct command {
	const char *name;
	const char *usage;
	const char *help;
	const char *arguments;
	unsigned int accepts;
	int (*run)(struct vmlab *v, const struct options *o);
};

/* The table in main.c, ended by an entry without a name. */
extern const struct command commands[];
const struct command *command_find(const char *name);

void usage(const struct command *command);
int help(const struct command *command);

/* For the shell: "--complete [COMMAND [OPTION]]". */
int complete(int argc, char **argv);

int cmd_info(struct vmlab *v, const struct options *o);
int cmd_walk(struct vmlab *v, const struct options *o);
int cmd_areas(struct vmlab *v, const struct options *o);
int cmd_census(struct vmlab *v, const struct options *o);
int cmd_explain(struct vmlab *v, const struct options *o);
int cmd_addr(struct vmlab *v, const struct options *o);
int cmd_kernel(struct vmlab *v, const struct options *o);
int cmd_segments(struct vmlab *v, const struct options *o);

/* The walks of cmd_walk(): to one address, and over a range. */
int walk_one(struct vmlab *v, const struct options *o);
int walk_range(struct vmlab *v, const struct options *o);
void walk_text(const struct vmlab_walk *walk, bool code);

/* Print why @err came, and what to do about it. Returns STATUS_REFUSED. */
int refused(struct vmlab *v, int err);

/* What a dump that changed meanwhile gets. */
void warn_interrupted(void);

/* The PID that a reply without one is about. */
__u32 real_pid(pid_t pid);

#endif /* VMLAB_CLI_CMD_H */
