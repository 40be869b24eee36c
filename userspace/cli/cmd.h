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
	STATUS_BROKEN = STATUS_USAGE,	/* of a check */
};

/* How often a list is asked for again that changed while it was made. */
#define DUMP_TRIES	3

/**
 * struct command - a command of the tool
 * @name: its name: one word, or several with blanks between them
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
	__u64 accepts;
	int (*run)(struct vmlab *v, const struct options *o);
};

/* The table in main.c, ended by an entry without a name. */
extern const struct command commands[];

/*
 * The command whose name the arguments begin with, or NULL; @words is set to
 * how many of them are its name.
 */
const struct command *command_find(int argc, char **argv, int *words);

/* Do commands of several words begin with @word? */
bool command_is_group(const char *word);

/* Help on a command, on those whose first word is @group, or on all. */
void usage(const struct command *command);
int help(const struct command *command, const char *group);

/*
 * For the shell: "--complete [WORD…]" prints what may follow these words, and
 * "--complete [WORD…] --OPTION" the values of the option.
 */
int complete(int argc, char **argv);

int cmd_info(struct vmlab *v, const struct options *o);
int cmd_walk(struct vmlab *v, const struct options *o);
int cmd_areas(struct vmlab *v, const struct options *o);
int cmd_census(struct vmlab *v, const struct options *o);
int cmd_explain(struct vmlab *v, const struct options *o);
int cmd_addr(struct vmlab *v, const struct options *o);
int cmd_kernel(struct vmlab *v, const struct options *o);
int cmd_segments(struct vmlab *v, const struct options *o);
int cmd_pool(struct vmlab *v, const struct options *o);
int cmd_pool_set(struct vmlab *v, const struct options *o);
int cmd_frames(struct vmlab *v, const struct options *o);
int cmd_frame(struct vmlab *v, const struct options *o);
int cmd_buddy_alloc(struct vmlab *v, const struct options *o);
int cmd_buddy_free(struct vmlab *v, const struct options *o);
int cmd_buddy_list(struct vmlab *v, const struct options *o);
int cmd_trace_alloc(struct vmlab *v, const struct options *o);
int cmd_trace_free(struct vmlab *v, const struct options *o);
int cmd_slab_create(struct vmlab *v, const struct options *o);
int cmd_slab_destroy(struct vmlab *v, const struct options *o);
int cmd_slab_alloc(struct vmlab *v, const struct options *o);
int cmd_slab_free(struct vmlab *v, const struct options *o);
int cmd_slab_list(struct vmlab *v, const struct options *o);
int cmd_slab_show(struct vmlab *v, const struct options *o);
int cmd_slab_write(struct vmlab *v, const struct options *o);
int cmd_slab_read(struct vmlab *v, const struct options *o);
int cmd_slab_shrink(struct vmlab *v, const struct options *o);
int cmd_vmalloc(struct vmlab *v, const struct options *o);
int cmd_vmalloc_free(struct vmlab *v, const struct options *o);
int cmd_compact(struct vmlab *v, const struct options *o);
int cmd_stat(struct vmlab *v, const struct options *o);
int cmd_check(struct vmlab *v, const struct options *o);
int cmd_session_list(struct vmlab *v, const struct options *o);
int cmd_session_end(struct vmlab *v, const struct options *o);
int cmd_objects(struct vmlab *v, const struct options *o);
int cmd_object(struct vmlab *v, const struct options *o);
int cmd_spaces(struct vmlab *v, const struct options *o);
int cmd_space(struct vmlab *v, const struct options *o);
int cmd_collapse(struct vmlab *v, const struct options *o);
int cmd_split(struct vmlab *v, const struct options *o);
int cmd_verify(struct vmlab *v, const struct options *o);
int cmd_rmap(struct vmlab *v, const struct options *o);
int cmd_trace(struct vmlab *v, const struct options *o);
int cmd_touch(struct vmlab *v, const struct options *o);

/* The walks of cmd_walk(): to one address, its shadow too, and over a range. */
int walk_shadow(struct vmlab *v, const struct options *o);
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
