// SPDX-License-Identifier: GPL-2.0
/* What stands after the command: PIDs, addresses, ranges. */
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

static bool parse_range(const char *text, struct options *o)
{
	o->has_range = true;
	if (!strcmp(text, "all"))
		return true;
	if (!split_range(text, &o->start, &o->end)) {
		print_error("\"%s\" is no range; give START-END, as 0x400000-0x500000, or \"all\".",
			    text);
		return false;
	}
	if (o->start >= o->end) {
		print_error("the range %s is empty; END must be above START.",
			    text);
		return false;
	}
	return true;
}

static bool take(char what, const char *text, struct options *o)
{
	if (what == 'r' && (!strcmp(text, "all") || strchr(text, '-')))
		return parse_range(text, o);
	switch (what) {
	case 'p':
		o->has_pid = true;
		return parse_pid(text, &o->pid);
	case 'o':
		return parse_pid(text, &o->other);
	default:
		return parse_address(text, &o->address);
	}
}

static const char *argument_name(char what)
{
	switch (what) {
	case 'P':
		return "PID";
	case 'R':
		return "an address or a range";
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
	if (o->given & OPT_CPU && o->has_pid) {
		print_error("a CPU has a GDT and a process an LDT; give one of them, not both.");
		return false;
	}
	return true;
}

bool options_arguments(struct options *o, const char *arguments)
{
	int i;

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
