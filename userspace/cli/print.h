/* SPDX-License-Identifier: GPL-2.0 */
/* Output: the one place that knows JSON, colour and alignment. */
#ifndef VMLAB_CLI_PRINT_H
#define VMLAB_CLI_PRINT_H

#include <stdbool.h>
#include <linux/types.h>

#include "names.h"

struct json_object;

/* As the kernel has it. */
#ifndef __printf
#define __like(function, a, b)	format(function, a, b)
#define __printf(a, b)	__attribute__((__like(printf, a, b)))
#endif

enum color_when {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
	COLOR_ON,
};

enum color {
	COLOR_PLAIN,
	COLOR_TITLE,
	COLOR_NAME,
	COLOR_VALUE,
	COLOR_GOOD,
	COLOR_BAD,
	COLOR_DIM,
	COLOR_SLAB,
	COLOR_MAPPED,
};

void print_setup(bool json, bool pretty, enum color_when when);
bool print_json(void);

/* printf() in a colour, where there is colour. */
void say(enum color color, const char *format, ...)
	__printf(2, 3);

/* A paragraph, broken at the width of the page and indented by @indent. */
void say_text(enum color color, int indent, const char *text);

/* The names of the bits in @bits, separated by blanks, "-" for none. */
void say_names(enum color color, const struct names *names, __u64 bits);

/* A number of bytes as people write it: "12 KiB". The text is overwritten. */
const char *bytes_text(__u64 bytes);

/* "Error: …" and "Warning: …" on standard error. */
void print_error(const char *format, ...) __printf(1, 2);
void print_warning(const char *format, ...)
	__printf(1, 2);

/* Has standard output failed so far? */
bool print_failed(void);

/* Flush standard output; false, with an error printed, where that fails. */
bool print_finish(void);

struct json_object *js_object(void);
struct json_object *js_array(void);
void js_set(struct json_object *o, const char *key, struct json_object *value);
void js_push(struct json_object *array, struct json_object *value);
void js_hex(struct json_object *o, const char *key, __u64 value);
void js_number(struct json_object *o, const char *key, __u64 value);
void js_signed(struct json_object *o, const char *key, __s64 value);
void js_real(struct json_object *o, const char *key, double value);
void js_text(struct json_object *o, const char *key, const char *value);
void js_bool(struct json_object *o, const char *key, bool value);
void js_null(struct json_object *o, const char *key);

/* The number, or null where it is not known. */
void js_maybe(struct json_object *o, const char *key, bool known, __u64 value);
void js_numbers(struct json_object *o, const char *key, const __u32 *value,
		unsigned int nr);
void js_names(struct json_object *o, const char *key, const struct names *names,
	      __u64 bits);
void js_push_text(struct json_object *array, const char *value);
void js_push_number(struct json_object *array, __u64 value);

/* Print @o on standard output and free it. */
void js_print(struct json_object *o);

/*
 * An object whose last list may be too long to hold: js_stream() prints the
 * members of @head and opens the list @key, js_element() prints an element, and
 * js_stream_end() closes the list, prints the members of @tail and closes the
 * object. All three free what they are given.
 */
void js_stream(struct json_object *head, const char *key);
void js_element(struct json_object *element);
void js_stream_end(struct json_object *tail);

#endif /* VMLAB_CLI_PRINT_H */
