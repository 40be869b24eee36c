// SPDX-License-Identifier: GPL-2.0
#include "print.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#define PAGE_WIDTH	80

static struct {
	bool json;
	bool pretty;
	bool color;
	bool began;
	int error;
} out;

static const char *const escapes[] = {
	[COLOR_TITLE] = "\033[1m",
	[COLOR_NAME] = "\033[36m",
	[COLOR_VALUE] = "\033[33m",
	[COLOR_GOOD] = "\033[32m",
	[COLOR_BAD] = "\033[31m",
	[COLOR_DIM] = "\033[2m",
	[COLOR_SLAB] = "\033[35m",
	[COLOR_MAPPED] = "\033[34m",
};

/* Only "always", in so many letters, is stronger than NO_COLOR. */
static bool want_color(enum color_when when)
{
	const char *no_color = getenv("NO_COLOR");

	if (when == COLOR_ALWAYS || when == COLOR_NEVER)
		return when == COLOR_ALWAYS;
	if (no_color && *no_color)
		return false;
	return when == COLOR_ON || isatty(STDOUT_FILENO);
}

void print_setup(bool json, bool pretty, enum color_when when)
{
	out.json = json;
	out.pretty = pretty;
	out.color = !json && want_color(when);
}

bool print_json(void)
{
	return out.json;
}

static void color_on(enum color color)
{
	if (out.color && color != COLOR_PLAIN)
		fputs(escapes[color], stdout);
}

static void color_off(enum color color)
{
	if (out.color && color != COLOR_PLAIN)
		fputs("\033[0m", stdout);
}

void say(enum color color, const char *format, ...)
{
	va_list args;

	color_on(color);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	color_off(color);
}

void say_text(enum color color, int indent, const char *text)
{
	int column = indent;

	printf("%*s", indent, "");
	color_on(color);
	while (*text) {
		int len = strcspn(text, " ");

		if (column > indent && column + 1 + len > PAGE_WIDTH) {
			printf("\n%*s", indent, "");
			column = indent;
		}
		printf("%s%.*s", column > indent ? " " : "", len, text);
		column += len + (column > indent);
		text += len + strspn(text + len, " ");
	}
	color_off(color);
	putchar('\n');
}

static const char *bit_name(const struct names *names, unsigned int bit)
{
	static char unknown[16];

	if (bit < names->count)
		return names->name[bit];
	snprintf(unknown, sizeof(unknown), "bit%u", bit);
	return unknown;
}

void say_names(enum color color, const struct names *names, __u64 bits)
{
	const char *blank = "";
	unsigned int bit;

	color_on(color);
	if (!bits)
		putchar('-');
	for (bit = 0; bit < 64; bit++) {
		if (!(bits >> bit & 1))
			continue;
		printf("%s%s", blank, bit_name(names, bit));
		blank = " ";
	}
	color_off(color);
}

const char *bytes_text(__u64 bytes)
{
	static const char *const units[] = {
		"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB",
	};
	static char text[32];
	double value = bytes;
	unsigned int unit = 0;
	int digits;

	while (value >= 1024) {
		value /= 1024;
		unit++;
	}
	digits = unit && value < 10 && value != (__u64)value ? 2 :
		 unit && value != (__u64)value;
	snprintf(text, sizeof(text), "%.*f %s", digits, value, units[unit]);
	return text;
}

/*
 * What was printed before the error shall stand before it, and the error be
 * written at once, so that others who write there do not break it.
 */
__printf(2, 0)
static void complain(const char *what, const char *format, va_list args)
{
	char text[1024];

	fflush(stdout);
	vsnprintf(text, sizeof(text), format, args);
	fprintf(stderr, "%s: %s\n", what, text);
}

void print_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain("Error", format, args);
	va_end(args);
}

void print_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain("Warning", format, args);
	va_end(args);
}

bool print_failed(void)
{
	if (!ferror(stdout))
		return false;
	if (!out.error)
		out.error = errno;
	return true;
}

bool print_finish(void)
{
	bool failed = print_failed();

	if (fflush(stdout) && !failed) {
		out.error = errno;
		failed = true;
	}
	/* A full disk behind NFS speaks up no earlier than here. */
	if (close(STDOUT_FILENO) && !failed && errno != EBADF) {
		out.error = errno;
		failed = true;
	}
	if (failed)
		print_error("cannot write to standard output: %s.",
			    strerror(out.error));
	return !failed;
}

struct json_object *js_object(void)
{
	return json_object_new_object();
}

struct json_object *js_array(void)
{
	return json_object_new_array();
}

void js_set(struct json_object *o, const char *key, struct json_object *value)
{
	json_object_object_add(o, key, value);
}

void js_push(struct json_object *array, struct json_object *value)
{
	json_object_array_add(array, value);
}

void js_hex(struct json_object *o, const char *key, __u64 value)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", value);
	js_text(o, key, text);
}

void js_number(struct json_object *o, const char *key, __u64 value)
{
	js_set(o, key, json_object_new_uint64(value));
}

void js_signed(struct json_object *o, const char *key, __s64 value)
{
	js_set(o, key, json_object_new_int64(value));
}

void js_real(struct json_object *o, const char *key, double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.6g", value);
	js_set(o, key, json_object_new_double_s(value, text));
}

void js_text(struct json_object *o, const char *key, const char *value)
{
	js_set(o, key, json_object_new_string(value));
}

void js_bool(struct json_object *o, const char *key, bool value)
{
	js_set(o, key, json_object_new_boolean(value));
}

void js_null(struct json_object *o, const char *key)
{
	js_set(o, key, NULL);
}

void js_maybe(struct json_object *o, const char *key, bool known, __u64 value)
{
	if (known)
		js_number(o, key, value);
	else
		js_null(o, key);
}

void js_numbers(struct json_object *o, const char *key, const __u32 *value,
		unsigned int nr)
{
	struct json_object *array = js_array();

	while (nr--)
		js_push_number(array, *value++);
	js_set(o, key, array);
}

void js_push_text(struct json_object *array, const char *value)
{
	js_push(array, json_object_new_string(value));
}

void js_push_number(struct json_object *array, __u64 value)
{
	js_push(array, json_object_new_uint64(value));
}

static struct json_object *names_array(const struct names *names, __u64 bits)
{
	struct json_object *array = js_array();
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		if (bits >> bit & 1)
			js_push_text(array, bit_name(names, bit));
	}
	return array;
}

/* Neighbours in a list of millions mostly have the flags of the one before. */
void js_names(struct json_object *o, const char *key, const struct names *names,
	      __u64 bits)
{
	static const struct names *last_names;
	static struct json_object *last;
	static __u64 last_bits;

	if (last_names != names || last_bits != bits) {
		json_object_put(last);
		last = names_array(names, bits);
		last_names = names;
		last_bits = bits;
	}
	js_set(o, key, json_object_get(last));
}

#define ESCAPING	JSON_C_TO_STRING_NOSLASHESCAPE

void js_print(struct json_object *o)
{
	int flags = ESCAPING;

	if (out.pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	puts(json_object_to_json_string_ext(o, flags));
	json_object_put(o);
}

/* Members without the braces around them, each with a comma after or before. */
static void stream_members(struct json_object *o, bool first)
{
	json_object_object_foreach(o, key, value) {
		struct json_object *name = json_object_new_string(key);

		if (!first)
			putchar(',');
		printf("%s%s:%s%s", out.pretty ? "\n  " : "",
		       json_object_to_json_string_ext(name, ESCAPING),
		       out.pretty ? " " : "",
		       json_object_to_json_string_ext(value, ESCAPING));
		json_object_put(name);
		first = false;
	}
}

void js_stream(struct json_object *head, const char *key)
{
	putchar('{');
	stream_members(head, true);
	printf("%s%s\"%s\":%s[", json_object_object_length(head) ? "," : "",
	       out.pretty ? "\n  " : "", key, out.pretty ? " " : "");
	json_object_put(head);
	out.began = false;
}

/* Even with -p one element is one line: there may be millions. */
void js_element(struct json_object *element)
{
	int flags = ESCAPING | (out.pretty ? JSON_C_TO_STRING_SPACED : 0);

	if (out.began)
		putchar(',');
	if (out.pretty)
		fputs("\n    ", stdout);
	fputs(json_object_to_json_string_ext(element, flags), stdout);
	json_object_put(element);
	out.began = true;
}

void js_stream_end(struct json_object *tail)
{
	fputs(out.pretty && out.began ? "\n  ]" : "]", stdout);
	stream_members(tail, false);
	json_object_put(tail);
	puts(out.pretty ? "\n}" : "}");
}
