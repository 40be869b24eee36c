// SPDX-License-Identifier: GPL-2.0
/* The vmlab command: a table of commands, and the way to them. */
#include "cmd.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define HOLD	(OPT_SESSION | OPT_PLACE | OPT_REQUEST)

const struct command commands[] = {
	{ "info", "", "what runs here: module, kernel, paging",
	  "", 0, cmd_info },
	{ "walk", "PID ADDR | PID START-END | PID all",
	  "walk to an address or over a range",
	  "PR", OPT_CODE | OPT_RANGE | OPT_SHADOW, cmd_walk },
	{ "areas", "PID", "list the areas of a process", "P", 0, cmd_areas },
	{ "census", "PID", "count page tables and mapped bytes",
	  "P", 0, cmd_census },
	{ "explain", "PID ADDR", "predict a read, a write, an execution",
	  "PA", 0, cmd_explain },
	{ "addr", "ADDR [PID]", "say what an address belongs to",
	  "Ap", 0, cmd_addr },
	{ "kernel", "PID [PID2]", "show and compare the kernel half",
	  "Po", 0, cmd_kernel },
	{ "segments", "[PID | --cpu N]", "decode the GDT or an LDT",
	  "p", OPT_CPU, cmd_segments },
	{ "pool", "", "the frames vmlab holds: zones, lists",
	  "", OPT_PLACE, cmd_pool },
	{ "pool set", "OPTIONS", "change watermarks and per-CPU lists",
	  "", OPT_TUNE | OPT_PLACE, cmd_pool_set },
	{ "frames", "[START-END]", "a map of the pool", "m", 0, cmd_frames },
	{ "frame", "FRAME", "one frame, field by field", "F", 0, cmd_frame },
	{ "buddy alloc", "ORDER", "take a block of 2^ORDER frames",
	  "D", HOLD | OPT_TYPE | OPT_COUNT | OPT_TRACE, cmd_buddy_alloc },
	{ "buddy free", "FRAME | all", "give blocks back",
	  "G", OPT_SESSION | OPT_TRACE | OPT_UNCHECKED | OPT_ORDER,
	  cmd_buddy_free },
	{ "buddy list", "", "what the session holds",
	  "", OPT_SESSION, cmd_buddy_list },
	{ "buddy trace alloc", "ORDER", "take a block; picture each split",
	  "D", HOLD | OPT_TYPE, cmd_trace_alloc },
	{ "buddy trace free", "FRAME", "give it back; picture each merge",
	  "F", OPT_SESSION, cmd_trace_free },
	{ "slab create", "NAME SIZE", "make a cache of objects of one size",
	  "NS", OPT_SESSION | OPT_ALIGN | OPT_FEATURES, cmd_slab_create },
	{ "slab destroy", "NAME", "remove a cache",
	  "N", OPT_SESSION, cmd_slab_destroy },
	{ "slab alloc", "CACHE | SIZE", "allocate objects",
	  "C", OPT_SESSION | OPT_COUNT, cmd_slab_alloc },
	{ "slab free", "OBJECT [NAME]", "free an object, into a cache",
	  "Hn", OPT_SESSION, cmd_slab_free },
	{ "slab list", "", "all caches", "", 0, cmd_slab_list },
	{ "slab show", "NAME", "a cache and your objects in it",
	  "N", OPT_SESSION, cmd_slab_show },
	{ "slab write", "OBJECT BYTE", "write into an object, or beside it",
	  "HB", OPT_SESSION | OPT_OFFSET | OPT_COUNT, cmd_slab_write },
	{ "slab read", "OBJECT", "the bytes of an object and its guards",
	  "H", OPT_SESSION | OPT_OFFSET | OPT_COUNT, cmd_slab_read },
	{ "slab shrink", "[NAME]", "give empty slabs back",
	  "n", OPT_SESSION, cmd_slab_shrink },
	{ "vmalloc", "SIZE", "map scattered frames in one piece",
	  "S", OPT_SESSION, cmd_vmalloc },
	{ "vmalloc free", "HANDLE", "undo such a mapping",
	  "H", OPT_SESSION, cmd_vmalloc_free },
	{ "objects", "", "the objects that programs map", "", 0, cmd_objects },
	{ "object", "ID", "what is in one of them", "J", 0, cmd_object },
	{ "spaces", "", "the processes that map objects", "", 0, cmd_spaces },
	{ "space", "PID", "areas, tables and faults of a process",
	  "P", 0, cmd_space },
	{ "verify", "[PID]", "do real entries say what shadows say?",
	  "p", 0, cmd_verify },
	{ "collapse", "PID | object:ID ADDR | START-END",
	  "have blocks of 2 MiB in place of frames", "KR", 0, cmd_collapse },
	{ "split", "PID | object:ID ADDR | START-END",
	  "have single frames in place of blocks", "KR", 0, cmd_split },
	{ "rmap", "FRAME", "who maps a frame", "F", 0, cmd_rmap },
	{ "touch", "PAGES [LIST]", "map pages, touch them, say what happened",
	  "Wn", OPT_TOUCH, cmd_touch },
	{ "trace", "PID | all | -- COMMAND", "tell what happens in each fault",
	  "yx", OPT_COUNT | OPT_KINDS, cmd_trace },
	{ "compact", "", "move frames together",
	  "", OPT_PLACE | OPT_ORDER, cmd_compact },
	{ "stat", "[INTERVAL [COUNT]]", "counters, or how they grow",
	  "it", 0, cmd_stat },
	{ "check", "", "is every frame in exactly one state?",
	  "", 0, cmd_check },
	{ "session list", "", "who holds what", "", 0, cmd_session_list },
	{ "session end", "[NAME]", "give back all that a session holds",
	  "n", OPT_SESSION, cmd_session_end },
	{ .name = NULL },
};

static int run(const struct command *command, struct options *o)
{
	struct vmlab *v;
	int status;
	int err;

	if (!options_allowed(o, command->accepts))
		return STATUS_USAGE;
	if (!options_arguments(o, command->arguments)) {
		usage(command);
		return STATUS_USAGE;
	}
	err = vmlab_open(&v);
	status = err ? refused(v, err) : command->run(v, o);
	vmlab_close(v);
	return status;
}

static int unknown(const struct options *o)
{
	if (!command_is_group(o->argv[0]))
		print_error("\"%s\" is no command; see \"vmlab --help\".",
			    o->argv[0]);
	else if (o->argc == 1)
		print_error("\"%s\" needs another word; see \"vmlab %s --help\".",
			    o->argv[0], o->argv[0]);
	else
		print_error("\"%s %s\" is no command; see \"vmlab %s --help\".",
			    o->argv[0], o->argv[1], o->argv[0]);
	return STATUS_USAGE;
}

static int start(int argc, char **argv)
{
	const struct command *command;
	struct options o;
	int words;

	if (argc > 1 && !strcmp(argv[1], "--complete"))
		return complete(argc - 2, argv + 2);
	if (!options_parse(argc, argv, &o))
		return STATUS_USAGE;
	print_setup(o.json, o.pretty, o.color);
	if (o.version) {
		puts("vmlab " VMLAB_VERSION);
		return STATUS_GOOD;
	}
	command = command_find(o.argc, o.argv, &words);
	if (o.help && (command || !o.argc || command_is_group(o.argv[0])))
		return help(command, o.argv[0]);
	if (command) {
		o.argc -= words;
		o.argv += words;
		return run(command, &o);
	}
	if (o.argc)
		return unknown(&o);
	usage(NULL);
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	int status;

	/* Only for which characters there are to draw with. */
	setlocale(LC_CTYPE, "");
	/* A closed pipe shall be an error to report, not a death. */
	signal(SIGPIPE, SIG_IGN);
	status = start(argc, argv);
	if (!print_finish())
		return STATUS_REFUSED;
	return status;
}
