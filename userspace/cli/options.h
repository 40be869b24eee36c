/* SPDX-License-Identifier: GPL-2.0 */
/* The command line: options and arguments. */
#ifndef VMLAB_CLI_OPTIONS_H
#define VMLAB_CLI_OPTIONS_H

#include <stdbool.h>
#include <linux/types.h>
#include <sys/types.h>

#include "print.h"

/* Options that only some commands take. */
enum option_set {
	OPT_CODE	= 1 << 0,
	OPT_PAGES	= 1 << 1,
	OPT_STATE	= 1 << 2,
	OPT_SIZE	= 1 << 3,
	OPT_FLAG	= 1 << 4,
	OPT_NO_FLAG	= 1 << 5,
	OPT_CPU		= 1 << 6,
	OPT_RANGE	= OPT_PAGES | OPT_STATE | OPT_SIZE | OPT_FLAG |
			  OPT_NO_FLAG,
};

/**
 * struct options - what the command line says
 * @given: set of &enum option_set
 * @states: of --state
 * @sizes: of --size
 * @flags: of --flag
 * @clear_flags: of --no-flag
 * @start: of a range
 * @end: of a range; 0 for the whole process
 * @address: the argument ADDR
 * @cpu: of --cpu
 * @pid: the argument PID, 0 for the caller
 * @other: the argument PID2, -1 if there is none
 * @has_pid: @pid was given
 * @has_range: @start and @end were given
 * @color: of -c
 * @json: -j
 * @pretty: -p
 * @help: -h
 * @version: -V
 * @argc: number of @argv
 * @argv: the arguments after the command
 * @command: the command, or NULL
 */
struct options {
	unsigned int given;
	__u64 states;
	__u64 sizes;
	__u64 flags;
	__u64 clear_flags;
	__u64 start;
	__u64 end;
	__u64 address;
	__u32 cpu;
	pid_t pid;
	pid_t other;
	bool has_pid;
	bool has_range;
	enum color_when color;
	bool json;
	bool pretty;
	bool help;
	bool version;
	int argc;
	char **argv;
	const char *command;
};

/* These print what is wrong and return false. */
bool options_parse(int argc, char **argv, struct options *options);
bool options_allowed(const struct options *options, unsigned int accepts);

/*
 * Read the arguments after the command: "P" is a PID, "O" another one, "A" an
 * address and "R" an address or a range; small letters may be missing.
 */
bool options_arguments(struct options *options, const char *arguments);

/* The options that @accepts names, one a line, for help and for completion. */
void options_help(unsigned int accepts);
void options_list(unsigned int accepts);

/* The values that an option takes, one a line, where they can be listed. */
void options_values(const char *option);

#endif /* VMLAB_CLI_OPTIONS_H */
