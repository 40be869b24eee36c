// SPDX-License-Identifier: GPL-2.0
#include "options.h"

#include "arguments.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/* getopt's values for the options without a letter: past all letters. */
#define LONG_FIRST	0x100

/* What an option's value is, and so the type of where it goes. */
enum value_kind {
	VALUE_NONE,	/* nothing */
	VALUE_LIST,	/* names: the bits of a __u64 */
	VALUE_NAME,	/* a name: its place, in a __u32 */
	VALUE_NUMBER,	/* a number up to @max: a __u32 */
	VALUE_SIGNED,	/* a number up to @max, or that below 0: a __s32 */
	VALUE_FRAMES,	/* bytes, for a number of frames: a __u32 */
	VALUE_TEXT,	/* text: a pointer to it */
};

/**
 * struct option_info - an option
 * @name: its long name
 * @letter: its letter, or 0
 * @bit: of &enum option_set, 0 where every command takes it
 * @argument: as the usage text names it, NULL for none
 * @help: what it does
 * @kind: &enum value_kind
 * @at: where the value goes in struct options
 * @names: the values that it takes, where they are names
 * @max: the largest, where they are numbers
 */
struct option_info {
	const char *name;
	int letter;
	__u64 bit;
	const char *argument;
	const char *help;
	struct {
		enum value_kind kind;
		size_t at;
		const struct names *names;
		__u32 max;
	} value;
};

#define VALUE(kind, field)						\
	{ VALUE_##kind, offsetof(struct options, field), NULL, 0 }
#define NAMES(kind, field, names)					\
	{ VALUE_##kind, offsetof(struct options, field), &(names), 0 }
#define NUMBER(kind, field, max)					\
	{ VALUE_##kind, offsetof(struct options, field), NULL, max }

static const struct option_info infos[] = {
	{ "json", 'j', 0, NULL, "print JSON", { 0 } },
	{ "pretty", 'p', 0, NULL, "indent the JSON", { 0 } },
	{ "color", 'c', 0, "=WHEN", "colour: always, auto or never", { 0 } },
	{ "help", 'h', 0, NULL, "print help", { 0 } },
	{ "version", 'V', 0, NULL, "print the version", { 0 } },
	{ "code", 0, OPT_CODE, NULL, "show the kernel calls of each step",
	  { 0 } },
	{ "pages", 0, OPT_PAGES, NULL, "print every page, with its frame",
	  { 0 } },
	{ "state", 0, OPT_STATE, " LIST", "only entries in one of these states",
	  NAMES(LIST, states, state_names) },
	{ "size", 0, OPT_SIZE, " LIST", "only pages of these sizes",
	  NAMES(LIST, sizes, page_size_names) },
	{ "flag", 0, OPT_FLAG, " LIST", "only entries with all of these flags",
	  NAMES(LIST, flags, entry_flag_names) },
	{ "no-flag", 0, OPT_NO_FLAG, " LIST",
	  "only entries with none of these flags",
	  NAMES(LIST, clear_flags, entry_flag_names) },
	{ "cpu", 0, OPT_CPU, " N", "the GDT of this CPU",
	  NUMBER(NUMBER, cpu, ~0U) },
	{ "zone", 0, OPT_ZONE, " ZONE",
	  "this zone; of a request, the highest that will do",
	  NAMES(NAME, zone, zone_names) },
	{ "node", 0, OPT_NODE, " N",
	  "this node; of a request, the preferred one", NUMBER(NUMBER, node, 7) },
	{ "type", 0, OPT_TYPE, " TYPE", "what can be done about the frames",
	  NAMES(NAME, type, type_names) },
	{ "request", 0, OPT_REQUEST, " LIST", "how the frames are asked for",
	  NAMES(LIST, request, request_names) },
	{ "count", 0, OPT_COUNT, " N", "so many",
	  NUMBER(NUMBER, count, 65536) },
	{ "trace", 0, OPT_TRACE, NULL, "show each split and merge", { 0 } },
	{ "session", 0, OPT_SESSION, " NAME", "who holds it; \"cli\" by default",
	  VALUE(TEXT, session) },
	{ "order", 0, OPT_ORDER, " N", "until a block of this order is free",
	  NUMBER(NUMBER, order, 10) },
	{ "align", 0, OPT_ALIGN, " BYTES", "alignment of the objects",
	  NUMBER(NUMBER, align, 4096) },
	{ "features", 0, OPT_FEATURES, " LIST", "what the cache does besides",
	  NAMES(LIST, features, cache_flag_names) },
	{ "offset", 0, OPT_OFFSET, " N", "from this byte of the object",
	  NUMBER(SIGNED, offset, 65536) },
	{ "unchecked", 0, OPT_UNCHECKED, NULL,
	  "even if the session does not hold it", { 0 } },
	{ "min-free", 0, OPT_MIN_FREE, " SIZE", "what the watermarks keep free",
	  VALUE(FRAMES, min_free) },
	{ "pcp-high", 0, OPT_PCP_HIGH, " N",
	  "frames that a CPU's lists may hold; 0 for no lists",
	  NUMBER(NUMBER, pcp_high, ~0U) },
	{ "pcp-batch", 0, OPT_PCP_BATCH, " N",
	  "frames that they take or give back at once",
	  NUMBER(NUMBER, pcp_batch, ~0U) },
	{ "drain", 0, OPT_DRAIN, NULL, "empty the per-CPU lists", { 0 } },
	{ "strict", 0, OPT_STRICT, " on|off", "check after every operation",
	  NAMES(NAME, strict, switch_names) },
	{ "shadow", 0, OPT_SHADOW, NULL, "walk the shadow page table as well",
	  { 0 } },
	{ "private", 0, OPT_PRIVATE, NULL, "map with MAP_PRIVATE", { 0 } },
	{ "pattern", 0, OPT_PATTERN, " PATTERN", "the order of the pages",
	  NAMES(NAME, pattern, pattern_names) },
	{ "access", 0, OPT_ACCESS, " ACCESS", "read or write; write by default",
	  NAMES(NAME, access, touch_names) },
	{ "seed", 0, OPT_SEED, " N", "of the pattern \"random\"",
	  NUMBER(NUMBER, seed, ~0U) },
	{ "huge", 0, OPT_HUGE, NULL, "have blocks of 2 MiB where they fit",
	  { 0 } },
	{ "kinds", 0, OPT_KINDS, " LIST", "only faults that end so",
	  NAMES(LIST, kinds, story_outcome_names) },
	{ "file", 0, OPT_FILE, " PATH", "what is behind the pages; it is only read",
	  VALUE(TEXT, file) },
	{ "hold", 0, OPT_HOLD, NULL, "keep it mapped until the input ends",
	  { 0 } },
	{ "policy", 0, OPT_POLICY, " POLICY",
	  "on which nodes: as bind:0,1 or interleave:all", VALUE(TEXT, policy) },
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

static void name_values(const struct option_info *info)
{
	unsigned int i;

	fprintf(stderr, "use %s of",
		info->value.kind == VALUE_LIST ? "some" : "one");
	for (i = 0; i < info->value.names->count; i++)
		fprintf(stderr, " %s", info->value.names->name[i]);
	fprintf(stderr, "%s.\n", info->value.kind == VALUE_LIST ?
		", separated by commas" : "");
}

static bool parse_names(const struct option_info *info, const char *text,
			__u64 *mask)
{
	const char *bad;

	*mask = 0;
	if (!names_mask(info->value.names, text, mask, &bad))
		return true;
	fprintf(stderr, "Error: --%s does not know \"%.*s\"; ", info->name,
		(int)strcspn(bad, ","), bad);
	name_values(info);
	return false;
}

/* One name: a comma would have made it two. */
static bool parse_name(const struct option_info *info, const char *text,
		       __u32 *value)
{
	__u64 mask;

	if (!parse_names(info, text, &mask))
		return false;
	if (mask & (mask - 1)) {
		print_error("--%s takes one name, not \"%s\".", info->name,
			    text);
		return false;
	}
	*value = info->value.names->first + __builtin_ctzll(mask);
	return true;
}

static bool parse_limited(const struct option_info *info, const char *text,
			  __u32 *number)
{
	__u64 value;

	if (!parse_number(text, 10, &value) || value > info->value.max) {
		print_error("\"%s\" is no value for --%s; give a number from 0 to %u.",
			    text, info->name, info->value.max);
		return false;
	}
	*number = value;
	return true;
}

static bool parse_signed(const struct option_info *info, const char *text,
			 __s32 *number)
{
	bool negative = *text == '-';
	__u64 value;

	if (!parse_number(text + negative, 0, &value) || value > info->value.max) {
		print_error("\"%s\" is no value for --%s; give a number from -%u to %u.",
			    text, info->name, info->value.max, info->value.max);
		return false;
	}
	*number = negative ? -(__s32)value : (__s32)value;
	return true;
}

static bool parse_frames(const struct option_info *info, const char *text,
			 __u32 *frames)
{
	__u64 bytes;

	if (!parse_bytes(text, &bytes) || bytes >> 12 > ~0U) {
		print_error("\"%s\" is no size for --%s; give bytes, or with K, M or G after them.",
			    text, info->name);
		return false;
	}
	*frames = bytes >> 12;
	return true;
}

static bool take_value(const struct option_info *info, const char *text,
		       struct options *o)
{
	void *to = (char *)o + info->value.at;

	o->given |= info->bit;
	switch (info->value.kind) {
	case VALUE_LIST:
		return parse_names(info, text, to);
	case VALUE_NAME:
		return parse_name(info, text, to);
	case VALUE_NUMBER:
		return parse_limited(info, text, to);
	case VALUE_SIGNED:
		return parse_signed(info, text, to);
	case VALUE_FRAMES:
		return parse_frames(info, text, to);
	case VALUE_TEXT:
		*(const char **)to = text;
		return true;
	default:
		return true;
	}
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
	return take_value(info, arg, o);
}

static int option_value(unsigned int i)
{
	return infos[i].letter ? infos[i].letter : LONG_FIRST + (int)i;
}

static const struct option_info *find(int value)
{
	unsigned int i;

	for (i = 0; i < COUNT(infos); i++) {
		if (option_value(i) == value)
			return &infos[i];
	}
	return NULL;
}

static void fill_long(struct option *longs)
{
	unsigned int i;

	for (i = 0; i < COUNT(infos); i++) {
		longs[i].name = infos[i].name;
		longs[i].val = option_value(i);
		longs[i].has_arg = !infos[i].argument ? no_argument :
				   *infos[i].argument == '=' ?
				   optional_argument : required_argument;
	}
}

static void set_defaults(struct options *o)
{
	const char *session = getenv("VMLAB_SESSION");

	memset(o, 0, sizeof(*o));
	o->other = -1;
	o->count = 1;
	o->seed = 1;
	o->access = TOUCH_WRITE;
	o->session = session && *session ? session : SESSION_DEFAULT;
}

/* How many words follow "--"; getopt_long() moves others among them. */
static int count_after(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--"))
			return argc - i - 1;
	}
	return 0;
}

bool options_parse(int argc, char **argv, struct options *o)
{
	struct option longs[COUNT(infos) + 1] = { 0 };
	int after = count_after(argc, argv);
	int value;

	set_defaults(o);
	fill_long(longs);
	opterr = 0;
	while ((value = getopt_long(argc, argv, ":jpc::hV", longs, NULL)) >= 0) {
		const struct option_info *info = find(value);

		if (value == ':') {
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
	o->argv = argv + optind;
	o->argc = argc - optind;
	o->after = after;
	return true;
}

bool options_allowed(const struct options *o, __u64 accepts)
{
	__u64 extra = o->given & ~accepts;
	unsigned int i;

	for (i = 0; i < COUNT(infos); i++) {
		if (!(extra & infos[i].bit))
			continue;
		print_error("--%s means nothing to this command; leave it out.",
			    infos[i].name);
		return false;
	}
	return true;
}

static bool is_listed(const struct option_info *info, __u64 accepts)
{
	return !info->bit || info->bit & accepts;
}

void options_help(__u64 accepts)
{
	unsigned int i;

	for (i = 0; i < COUNT(infos); i++) {
		const struct option_info *info = &infos[i];
		char text[40];

		if (!is_listed(info, accepts))
			continue;
		if (info->letter)
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

void options_list(__u64 accepts)
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
		if (!infos[i].value.names || strncmp(option, "--", 2) ||
		    strcmp(option + 2, infos[i].name))
			continue;
		for (j = 0; j < infos[i].value.names->count; j++)
			puts(infos[i].value.names->name[j]);
	}
}
