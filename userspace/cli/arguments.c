// SPDX-License-Identifier: GPL-2.0
/* What stands after the command: PIDs, addresses, frames, sizes, names. */
#include "arguments.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/vmlab.h>

#include "options.h"

bool parse_number(const char *text, int base, __u64 *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*value = strtoull(text, &end, base);
	return !errno && !*end;
}

static unsigned int unit_shift(char unit)
{
	switch (toupper((unsigned char)unit)) {
	case 'K':
		return 10;
	case 'M':
		return 20;
	case 'G':
		return 30;
	default:
		return 0;
	}
}

bool parse_bytes(const char *text, __u64 *bytes)
{
	size_t len = strlen(text);
	unsigned int shift = len ? unit_shift(text[len - 1]) : 0;
	char *digits = strndup(text, shift ? len - 1 : len);
	bool good = digits && parse_number(digits, 0, bytes) &&
		    *bytes <= ~0ULL >> shift;

	if (good)
		*bytes <<= shift;
	free(digits);
	return good;
}

static bool parse_pid(const char *text, pid_t *pid)
{
	__u64 value;

	if (!strcmp(text, "self")) {
		*pid = 0;
		return true;
	}
	if (!parse_number(text, 10, &value) || !value || value > VMLAB_PID_MAX) {
		print_error("\"%s\" is no PID; give a number from 1 to %u, or \"self\".",
			    text, VMLAB_PID_MAX);
		return false;
	}
	*pid = value;
	return true;
}

/* A process, or an object that somebody maps. */
static bool parse_owner(const char *text, struct options *o)
{
	static const char object[] = "object:";

	if (strncmp(text, object, strlen(object)))
		return parse_pid(text, &o->pid);
	if (parse_number(text + strlen(object), 10, &o->number) && o->number &&
	    !(o->number >> 32))
		return true;
	print_error("\"%s\" is no object; give \"object:\" and its number.",
		    text);
	return false;
}

static bool parse_address(const char *text, __u64 *address)
{
	if (parse_number(text, 0, address))
		return true;
	print_error("\"%s\" is no address; give 64 bits, in hex with 0x or decimal.",
		    text);
	return false;
}

static bool split_range(const char *text, __u64 *start, __u64 *end)
{
	const char *dash = strchr(text, '-');
	char *first = strndup(text, dash - text);
	bool good;

	good = first && parse_number(first, 0, start) &&
	       parse_number(dash + 1, 0, end);
	free(first);
	return good;
}

/* Of addresses or of frames; @example is for the sentence. */
static bool parse_range(const char *text, const char *example,
			struct options *o)
{
	o->has_range = true;
	if (!strcmp(text, "all"))
		return true;
	if (!strchr(text, '-') || !split_range(text, &o->start, &o->end)) {
		print_error("\"%s\" is no range; give START-END, as %s, or \"all\".",
			    text, example);
		return false;
	}
	if (o->start >= o->end) {
		print_error("the range %s is empty; END must be above START.",
			    text);
		return false;
	}
	return true;
}

static bool parse_frame(const char *text, struct options *o)
{
	o->by_pfn = !strncmp(text, "pfn:", 4);
	if (parse_number(text + (o->by_pfn ? 4 : 0), 0, &o->number) &&
	    (o->by_pfn || !(o->number >> 32)))
		return true;
	print_error("\"%s\" is no frame; give its number, or pfn: and that in the machine.",
		    text);
	return false;
}

/* A number from @min to @max; @what is what the sentence calls it. */
static bool parse_within(const char *text, const char *what, __u64 min,
			 __u64 max, __u64 *value)
{
	if (parse_number(text, 0, value) && *value >= min && *value <= max)
		return true;
	print_error("\"%s\" is no %s; give a number from %llu to %llu.", text,
		    what, min, max);
	return false;
}

static bool parse_order(const char *text, struct options *o)
{
	__u64 value;

	if (!parse_within(text, "order", 0, VMLAB_ORDER_MAX, &value))
		return false;
	o->order = value;
	return true;
}

static bool parse_byte(const char *text, struct options *o)
{
	__u64 value;

	if (!parse_within(text, "byte", 0, 255, &value))
		return false;
	o->byte = value;
	return true;
}

static bool parse_size(const char *text, struct options *o)
{
	if (parse_bytes(text, &o->bytes) && o->bytes)
		return true;
	print_error("\"%s\" is no size; give bytes, or with K, M or G after them.",
		    text);
	return false;
}

/* A number is a size; anything else is the name of a cache. */
static bool parse_cache(const char *text, struct options *o)
{
	if (isdigit((unsigned char)*text))
		return parse_size(text, o);
	o->name = text;
	return true;
}

static bool take_pool(char what, const char *text, struct options *o)
{
	switch (what) {
	case 'd':
		return parse_order(text, o);
	case 'f':
		return parse_frame(text, o);
	case 'g':
		o->all = !strcmp(text, "all");
		return o->all || parse_frame(text, o);
	case 'm':
		return parse_range(text, "0-4096", o);
	case 's':
		return parse_size(text, o);
	case 'c':
		return parse_cache(text, o);
	case 'h':
		return parse_within(text, "handle", 0, ~0U, &o->number);
	case 'b':
		return parse_byte(text, o);
	case 'j':
		return parse_within(text, "object", 1, ~0U, &o->number);
	case 'w':
		return parse_within(text, "number of pages", 1, 1 << 20,
				    &o->number);
	case 'i':
		return parse_within(text, "interval in seconds", 1, 86400,
				    &o->interval);
	case 't':
		return parse_within(text, "count", 1, ~0U, &o->times);
	default:
		o->name = text;
		return true;
	}
}

static bool take(char what, const char *text, struct options *o)
{
	if (what == 'r' && (!strcmp(text, "all") || strchr(text, '-')))
		return parse_range(text, "0x400000-0x500000", o);
	switch (what) {
	case 'y':
		o->all = !strcmp(text, "all");
		return o->all || take('p', text, o);
	case 'p':
		o->has_pid = true;
		return parse_pid(text, &o->pid);
	case 'o':
		return parse_pid(text, &o->other);
	case 'k':
		return parse_owner(text, o);
	case 'a':
	case 'r':
		return parse_address(text, &o->address);
	default:
		return take_pool(what, text, o);
	}
}

static const char *argument_name(char what)
{
	switch (what) {
	case 'P':
		return "PID";
	case 'K':
		return "a PID or object:ID";
	case 'Y':
		return "a PID or \"all\"";
	case 'R':
		return "an address or a range";
	case 'D':
		return "an order";
	case 'F':
		return "a frame";
	case 'G':
		return "a frame or \"all\"";
	case 'S':
		return "a size";
	case 'N':
		return "a name";
	case 'C':
		return "a cache or a size";
	case 'H':
		return "a handle";
	case 'B':
		return "a byte";
	case 'J':
		return "the number of an object";
	case 'W':
		return "a number of pages";
	default:
		return "an address";
	}
}

/* Options that only go with some arguments. */
static bool options_fit(const struct options *o)
{
	if (o->given & OPT_RANGE && !o->has_range) {
		print_error("this option is for ranges; give START-END or \"all\".");
		return false;
	}
	if (o->given & OPT_CODE && o->has_range) {
		print_error("--code is for one address; give that instead of a range.");
		return false;
	}
	if (o->given & OPT_SHADOW && (o->has_range || o->given & OPT_CODE)) {
		print_error("--shadow is for one address and without --code; leave the other out.");
		return false;
	}
	if (o->given & OPT_CPU && o->has_pid) {
		print_error("a CPU has a GDT and a process an LDT; give one of them, not both.");
		return false;
	}
	return true;
}

/* What follows "--" is a program, if the command takes one. */
static bool take_program(struct options *o, const char *arguments)
{
	size_t len = strlen(arguments);

	if (!o->after || !len || tolower((unsigned char)arguments[len - 1]) != 'x')
		return false;
	o->argc -= o->after;
	o->program = o->argv + o->argc;
	return true;
}

bool options_arguments(struct options *o, const char *arguments)
{
	int i;

	if (take_program(o, arguments) && !o->argc)
		return true;
	for (i = 0; i < o->argc; i++, arguments++) {
		if (!*arguments) {
			print_error("\"%s\" is one argument too many; leave it out.",
				    o->argv[i]);
			return false;
		}
		if (!take(tolower((unsigned char)*arguments), o->argv[i], o))
			return false;
	}
	if (isupper((unsigned char)*arguments)) {
		print_error("%s is missing.", argument_name(*arguments));
		return false;
	}
	return options_fit(o);
}
