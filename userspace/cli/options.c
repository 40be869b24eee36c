// SPDX-License-Identifier: GPL-2.0
#include "options.h"

#include "arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/* getopt's values for the options without a letter: past all letters. */
#define LONG(bit)	(0x100 | (bit))

/**
 * struct option_info - an option
 * @name: its long name
 * @letter: its letter, or LONG() of its bit in &enum option_set
 * @argument: as the usage text names it, NULL for none
 * @values: the values that it takes, where they are names
 * @help: what it does
 */
struct option_info {
	const char *name;
	int letter;
	const char *argument;
	const struct names *values;
	const char *help;
};

static const struct option_info infos[] = {
	{ "json", 'j', NULL, NULL, "print JSON" },
	{ "pretty", 'p', NULL, NULL, "indent the JSON" },
	{ "color", 'c', "=WHEN", NULL, "colour: always, auto or never" },
	{ "help", 'h', NULL, NULL, "print help" },
	{ "version", 'V', NULL, NULL, "print the version" },
	{ "code", LONG(OPT_CODE), NULL, NULL,
	  "show the kernel calls of each step" },
	{ "pages", LONG(OPT_PAGES), NULL, NULL,
	  "print every page, with its frame" },
	{ "state", LONG(OPT_STATE), " LIST", &state_names,
	  "only entries in one of these states" },
	{ "size", LONG(OPT_SIZE), " LIST", &page_size_names,
	  "only pages of these sizes" },
	{ "flag", LONG(OPT_FLAG), " LIST", &entry_flag_names,
	  "only entries with all of these flags" },
	{ "no-flag", LONG(OPT_NO_FLAG), " LIST", &entry_flag_names,
	  "only entries with none of these flags" },
	{ "cpu", LONG(OPT_CPU), " N", NULL, "the GDT of this CPU" },
};

static bool parse_color(const char *text, enum color_when *when)
{
	static const char *const modes[] = {
		[COLOR_AUTO] = "auto",
		[COLOR_ALWAYS] = "always",
		[COLOR_NEVER] = "never",
	};
	unsigned int i;

	if (!text) {
		*when = COLOR_ON;
		return true;
	}
	if (*text == '=')
		text++;
	for (i = 0; i < COUNT(modes); i++) {
		if (strcmp(text, modes[i]))
			continue;
		*when = i;
		return true;
	}
	print_error("\"%s\" is no colour mode; use always, auto or never.",
		    text);
	return false;
}

static void name_values(const struct names *values)
{
	unsigned int i;

	fprintf(stderr, "use some of");
	for (i = 0; i < values->count; i++)
		fprintf(stderr, " %s", values->name[i]);
	fprintf(stderr, ", separated by commas.\n");
}

static bool parse_list(const struct option_info *info, const char *text,
		       __u64 *mask)
{
	const char *bad;

	if (!names_mask(info->values, text, mask, &bad))
		return true;
	fprintf(stderr, "Error: --%s does not know \"%.*s\"; ", info->name,
		(int)strcspn(bad, ","), bad);
	name_values(info->values);
	return false;
}

static bool parse_cpu(const char *text, __u32 *cpu)
{
	__u64 value;

	if (!parse_number(text, 10, &value) || value >> 32) {
		print_error("\"%s\" is no CPU; give its number, as in /proc/cpuinfo.",
			    text);
		return false;
	}
	*cpu = value;
	return true;
}

static bool take_long(const struct option_info *info, const char *arg,
		      struct options *o)
{
	unsigned int bit = info->letter & 0xff;

	o->given |= bit;
	switch (bit) {
	case OPT_STATE:
		return parse_list(info, arg, &o->states);
	case OPT_SIZE:
		return parse_list(info, arg, &o->sizes);
	case OPT_FLAG:
		return parse_list(info, arg, &o->flags);
	case OPT_NO_FLAG:
		return parse_list(info, arg, &o->clear_flags);
	case OPT_CPU:
		return parse_cpu(arg, &o->cpu);
	}
	return true;
}

static bool take(const struct option_info *info, const char *arg,
		 struct options *o)
{
	switch (info->letter) {
	case 'j':
		o->json = true;
		return true;
	case 'p':
		o->pretty = true;
		return true;
	case 'c':
		return parse_color(arg, &o->color);
	case 'h':
		o->help = true;
		return true;
	case 'V':
		o->version = true;
		return true;
	}
	return take_long(info, arg, o);
}

static const struct option_info *find(int letter)
{
	unsigned int i;

	for (i = 0; i < COUNT(infos); i++) {
		if (infos[i].letter == letter)
			return &infos[i];
	}
	return NULL;
}

static void fill_long(struct option *longs)
{
	unsigned int i;

	for (i = 0; i < COUNT(infos); i++) {
		longs[i].name = infos[i].name;
		longs[i].val = infos[i].letter;
		longs[i].has_arg = !infos[i].argument ? no_argument :
				   *infos[i].argument == '=' ?
				   optional_argument : required_argument;
	}
}

bool options_parse(int argc, char **argv, struct options *o)
{
	struct option longs[COUNT(infos) + 1] = { 0 };
	int letter;

	memset(o, 0, sizeof(*o));
	o->other = -1;
	fill_long(longs);
	opterr = 0;
	while ((letter = getopt_long(argc, argv, ":jpc::hV", longs, NULL)) >= 0) {
		const struct option_info *info = find(letter);

		if (letter == ':') {
			print_error("%s needs a value; see \"vmlab --help\".",
				    argv[optind - 1]);
			return false;
		}
		if (!info) {
			print_error("%s is no option here; see \"vmlab --help\".",
				    argv[optind - 1]);
			return false;
		}
		if (!take(info, optarg, o))
			return false;
	}
	o->command = argv[optind];
	o->argv = argv + optind + (optind < argc);
	o->argc = argc - optind - (optind < argc);
	return true;
}

bool options_allowed(const struct options *o, unsigned int accepts)
{
	unsigned int extra = o->given & ~accepts;
	unsigned int i;

	for (i = 0; i < COUNT(infos); i++) {
		if (infos[i].letter < 0x100 || !(extra & infos[i].letter & 0xff))
			continue;
		print_error("--%s means nothing to this command; leave it out.",
			    infos[i].name);
		return false;
	}
	return true;
}

static bool is_listed(const struct option_info *info, unsigned int accepts)
{
	return info->letter < 0x100 || info->letter & accepts & 0xff;
}

void options_help(unsigned int accepts)
{
	unsigned int i;

	for (i = 0; i < COUNT(infos); i++) {
		const struct option_info *info = &infos[i];
		char text[40];

		if (!is_listed(info, accepts))
			continue;
		if (info->letter < 0x100)
			snprintf(text, sizeof(text), "-%c, --%s%s%s%s",
				 info->letter, info->name,
				 info->argument ? "[" : "",
				 info->argument ? info->argument : "",
				 info->argument ? "]" : "");
		else
			snprintf(text, sizeof(text), "    --%s%s", info->name,
				 info->argument ? info->argument : "");
		printf("  %-22s %s\n", text, info->help);
	}
}

void options_list(unsigned int accepts)
{
	unsigned int i;

	for (i = 0; i < COUNT(infos); i++) {
		if (is_listed(&infos[i], accepts))
			printf("--%s\n", infos[i].name);
	}
}

void options_values(const char *option)
{
	unsigned int i, j;

	for (i = 0; i < COUNT(infos); i++) {
		if (!infos[i].values || strncmp(option, "--", 2) ||
		    strcmp(option + 2, infos[i].name))
			continue;
		for (j = 0; j < infos[i].values->count; j++)
			puts(infos[i].values->name[j]);
	}
}
