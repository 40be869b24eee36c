// SPDX-License-Identifier: GPL-2.0
/* The vmlab command: a table of commands, and the way to them. */
#include "cmd.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

const struct command commands[] = {
	{ "info", "", "what runs here: module, kernel, paging",
	  "", 0, cmd_info },
	{ "walk", "PID ADDR | PID START-END | PID all",
	  "walk to an address or over a range",
	  "PR", OPT_CODE | OPT_RANGE, cmd_walk },
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

static int start(int argc, char **argv)
{
	const struct command *command = NULL;
	struct options o;

	if (argc > 1 && !strcmp(argv[1], "--complete"))
		return complete(argc - 2, argv + 2);
	if (!options_parse(argc, argv, &o))
		return STATUS_USAGE;
	print_setup(o.json, o.pretty, o.color);
	if (o.version) {
		puts("vmlab " VMLAB_VERSION);
		return STATUS_GOOD;
	}
	if (o.command) {
		command = command_find(o.command);
		if (!command) {
			print_error("\"%s\" is no command; see \"vmlab --help\".",
				    o.command);
			return STATUS_USAGE;
		}
	}
	if (o.help)
		return help(command);
	if (command)
		return run(command, &o);
	usage(NULL);
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	int status;

	/* A closed pipe shall be an error to report, not a death. */
	signal(SIGPIPE, SIG_IGN);
	status = start(argc, argv);
	if (!print_finish())
		return STATUS_REFUSED;
	return status;
}
