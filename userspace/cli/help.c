// SPDX-License-Identifier: GPL-2.0
/* Usage, help and completion, all from the table of commands. */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

const struct command *command_find(const char *name)
{
	const struct command *command;

	for (command = commands; command->name; command++) {
		if (!strcmp(command->name, name))
			return command;
	}
	return NULL;
}

static void usage_to(FILE *to, const struct command *command)
{
	fprintf(to, "Usage: vmlab [OPTIONS] %s%s%s\n",
		command ? command->name : "COMMAND [ARGUMENTS]",
		command && *command->usage ? " " : "",
		command ? command->usage : "");
}

void usage(const struct command *command)
{
	usage_to(stderr, command);
}

static void list_commands(void)
{
	const struct command *command;

	printf("\nPID is a number or \"self\"; ADDR is hex with 0x before it, or decimal.\n");
	printf("\nCommands:\n");
	for (command = commands; command->name; command++)
		printf("  %-9s %-37s %s\n", command->name, command->usage,
		       command->help);
}

int help(const struct command *command)
{
	usage_to(stdout, command);
	if (command)
		printf("\n%s\n", command->help);
	else
		list_commands();
	printf("\nOptions:\n");
	options_help(command ? command->accepts : 0);
	return STATUS_GOOD;
}

int complete(int argc, char **argv)
{
	const struct command *command;

	if (!argc) {
		for (command = commands; command->name; command++)
			puts(command->name);
		return STATUS_GOOD;
	}
	command = command_find(argv[0]);
	if (argc == 1)
		options_list(command ? command->accepts : 0);
	else
		options_values(argv[1]);
	return STATUS_GOOD;
}
