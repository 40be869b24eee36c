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
	OPT_ZONE	= 1 << 7,
	OPT_NODE	= 1 << 8,
	OPT_TYPE	= 1 << 9,
	OPT_REQUEST	= 1 << 10,
	OPT_COUNT	= 1 << 11,
	OPT_TRACE	= 1 << 12,
	OPT_SESSION	= 1 << 13,
	OPT_ORDER	= 1 << 14,
	OPT_ALIGN	= 1 << 15,
	OPT_FEATURES	= 1 << 16,
	OPT_OFFSET	= 1 << 17,
	OPT_UNCHECKED	= 1 << 18,
	OPT_MIN_FREE	= 1 << 19,
	OPT_PCP_HIGH	= 1 << 20,
	OPT_PCP_BATCH	= 1 << 21,
	OPT_DRAIN	= 1 << 22,
	OPT_STRICT	= 1 << 23,
	OPT_SHADOW	= 1 << 24,
	OPT_PRIVATE	= 1 << 25,
	OPT_PATTERN	= 1 << 26,
	OPT_ACCESS	= 1 << 27,
	OPT_SEED	= 1 << 28,
	OPT_HOLD	= 1 << 29,
	OPT_POLICY	= 1 << 30,
	OPT_HUGE	= 1ULL << 31,
	OPT_KINDS	= 1ULL << 32,
	OPT_FILE	= 1ULL << 33,
	OPT_RANGE	= OPT_PAGES | OPT_STATE | OPT_SIZE | OPT_FLAG |
			  OPT_NO_FLAG,
	OPT_PLACE	= OPT_ZONE | OPT_NODE,
	OPT_TUNE	= OPT_MIN_FREE | OPT_PCP_HIGH | OPT_PCP_BATCH |
			  OPT_DRAIN | OPT_STRICT,
	OPT_TOUCH	= OPT_PRIVATE | OPT_PATTERN | OPT_ACCESS | OPT_SEED |
			  OPT_HOLD | OPT_POLICY | OPT_HUGE | OPT_FILE,
};

/**
 * enum pattern - the order in which pages are touched
 * @PATTERN_FORWARD: from the first on
 * @PATTERN_BACKWARD: from the last back
 * @PATTERN_RANDOM: each once, in no order
 */
enum pattern {
	PATTERN_FORWARD,
	PATTERN_BACKWARD,
	PATTERN_RANDOM,
};

/**
 * enum touch - how pages are touched
 * @TOUCH_READ: by reading a byte
 * @TOUCH_WRITE: by writing one
 */
enum touch {
	TOUCH_READ,
	TOUCH_WRITE,
};

/* The session of those who name none. */
#define SESSION_DEFAULT	"cli"

/**
 * struct options - what the command line says
 * @given: set of &enum option_set
 * @states: of --state
 * @sizes: of --size
 * @flags: of --flag
 * @clear_flags: of --no-flag
 * @request: of --request
 * @features: of --features
 * @cpu: of --cpu
 * @zone: of --zone
 * @node: of --node
 * @type: of --type
 * @count: of --count, 1 where it is not given
 * @order: of --order, or the argument ORDER
 * @align: of --align
 * @offset: of --offset
 * @min_free: of --min-free
 * @pcp_high: of --pcp-high
 * @pcp_batch: of --pcp-batch
 * @strict: of --strict: 0 or 1
 * @pattern: of --pattern: &enum pattern
 * @access: of --access: &enum touch
 * @seed: of --seed
 * @policy: of --policy: "MODE" or "MODE:NODES"
 * @file: of --file
 * @session: of --session, else of the environment, else SESSION_DEFAULT
 * @kinds: of --kinds
 * @start: of a range, of addresses or of frames
 * @end: of a range; 0 for all that there is
 * @address: the argument ADDR
 * @bytes: the argument SIZE
 * @number: the argument FRAME, OBJECT, HANDLE, ID or PAGES
 * @times: the argument COUNT
 * @interval: the argument INTERVAL, in seconds
 * @name: the argument NAME, CACHE or LIST
 * @byte: the argument BYTE
 * @pid: the argument PID, 0 for the caller
 * @other: the argument PID2, -1 if there is none
 * @has_pid: @pid was given
 * @has_range: @start and @end were given
 * @by_pfn: @number is a frame number of the machine
 * @all: "all" was given for FRAME or PID
 * @color: of -c
 * @json: -j
 * @pretty: -p
 * @help: -h
 * @version: -V
 * @argc: number of @argv
 * @argv: what is not an option: the command, then its arguments
 * @after: how many of them, the last, followed "--"
 * @program: of them, a program and its arguments, ended by NULL; or NULL
 */
struct options {
	__u64 given;
	__u64 states;
	__u64 sizes;
	__u64 flags;
	__u64 clear_flags;
	__u64 request;
	__u64 features;
	__u64 kinds;
	__u32 cpu;
	__u32 zone;
	__u32 node;
	__u32 type;
	__u32 count;
	__u32 order;
	__u32 align;
	__s32 offset;
	__u32 min_free;
	__u32 pcp_high;
	__u32 pcp_batch;
	__u32 strict;
	__u32 pattern;
	__u32 access;
	__u32 seed;
	const char *policy;
	const char *file;
	const char *session;
	__u64 start;
	__u64 end;
	__u64 address;
	__u64 bytes;
	__u64 number;
	__u64 times;
	__u64 interval;
	const char *name;
	__u32 byte;
	pid_t pid;
	pid_t other;
	bool has_pid;
	bool has_range;
	bool by_pfn;
	bool all;
	enum color_when color;
	bool json;
	bool pretty;
	bool help;
	bool version;
	int argc;
	char **argv;
	int after;
	char **program;
};

/* These print what is wrong and return false. */
bool options_parse(int argc, char **argv, struct options *options);
bool options_allowed(const struct options *options, __u64 accepts);

/*
 * Read the arguments after the command, one a letter; those of small letters
 * may be missing. "P" is a PID, "O" another one, "A" an address, "R" an address
 * or a range, "D" an order, "F" a frame, "G" a frame or "all", "M" a range of
 * frames, "S" a size, "N" a name, "C" a cache or a size, "H" the number of an
 * object or a mapping, "B" a byte, "I" an interval, "T" how many times, "J" the
 * number of an object that programs map, "W" a number of pages, "K" a PID or
 * "object:" and such a number, "Y" a PID or "all", "X" a program and its
 * arguments, after "--".
 */
bool options_arguments(struct options *options, const char *arguments);

/* The options that @accepts names, one a line, for help and for completion. */
void options_help(__u64 accepts);
void options_list(__u64 accepts);

/* The values that an option takes, one a line, where they can be listed. */
void options_values(const char *option);

#endif /* VMLAB_CLI_OPTIONS_H */
