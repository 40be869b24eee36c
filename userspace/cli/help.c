// SPDX-License-Identifier: GPL-2.0
/* Usage, help and completion, all from the table of commands. */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

/*
 * Does @name begin with the word @word? Then @rest is what follows: the next
 * word, or the end.
 */
static bool begins_with(const char *name, const char *word, const char **rest)
{
	size_t len = strlen(word);

	if (!len || strncmp(name, word, len) ||
	    (name[len] && name[len] != ' '))
		return false;
	*rest = name + len + (name[len] == ' ');
	return true;
}

/* How many words @name has, if the arguments begin with all of them, else 0. */
static int words_of(const char *name, int argc, char **argv)
{
	int words = 0;

	while (*name && words < argc) {
		if (!begins_with(name, argv[words], &name))
			return 0;
		words++;
	}
	return *name ? 0 : words;
}

/* "vmalloc free" is found before "vmalloc". */
const struct command *command_find(int argc, char **argv, int *words)
{
	const struct command *command, *best = NULL;

	*words = 0;
	for (command = commands; command->name; command++) {
		int n = words_of(command->name, argc, argv);

		if (n <= *words)
			continue;
		best = command;
		*words = n;
	}
	return best;
}

bool command_is_group(const char *word)
{
	const struct command *command;
	const char *rest;

	for (command = commands; command->name; command++) {
		if (begins_with(command->name, word, &rest) && *rest)
			return true;
	}
	return false;
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

/* All of them, or those whose first word is @group. */
static void list_commands(const char *group)
{
	const struct command *command;
	const char *rest;

	printf("\nCommands:\n");
	for (command = commands; command->name; command++) {
		char text[80];

		if (group && !begins_with(command->name, group, &rest))
			continue;
		snprintf(text, sizeof(text), "%s %s", command->name,
			 command->usage);
		printf("  %-39s %s\n", text, command->help);
	}
}

int help(const struct command *command, const char *group)
{
	if (command || !group)
		usage_to(stdout, command);
	else
		printf("Usage: vmlab [OPTIONS] %s COMMAND [ARGUMENTS]\n", group);
	if (command)
		printf("\n%s\n", command->help);
	if (!command && !group)
		printf("\nPID is a number or \"self\"; ADDR is hex with 0x before it, or decimal;\n"
		       "FRAME is a number in the pool, or pfn: and a number in the machine.\n");
	if (!command || (group && command_is_group(group)))
		list_commands(group);
	printf("\nOptions:\n");
	options_help(command ? command->accepts : 0);
	return STATUS_GOOD;
}

/* The word of @name after the first @argc, which are those of @argv. */
static const char *next_word(const char *name, int argc, char **argv)
{
	for (; argc; argc--, argv++) {
		if (!begins_with(name, *argv, &name))
			return "";
	}
	return name;
}

/* What may follow the words, each once: neighbours in the table share words. */
static void complete_words(int argc, char **argv)
{
	const struct command *command;
	const char *last = "";

	for (command = commands; command->name; command++) {
		const char *word = next_word(command->name, argc, argv);
		size_t len = strcspn(word, " ");

		if (!len || (!strncmp(word, last, len) && last[len] <= ' '))
			continue;
		printf("%.*s\n", (int)len, word);
		last = word;
	}
}

int complete(int argc, char **argv)
{
	const struct command *command;
	int words;

	if (argc && !strncmp(argv[argc - 1], "--", 2)) {
		options_values(argv[argc - 1]);
		return STATUS_GOOD;
	}
	complete_words(argc, argv);
	if (!argc)
		return STATUS_GOOD;
	command = command_find(argc, argv, &words);
	options_list(command ? command->accepts : 0);
	return STATUS_GOOD;
}
