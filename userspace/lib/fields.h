/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answers of many attributes, most of which are copied as they are: a table
 * says which goes where. A walk, which is measured, is read without.
 */
#ifndef VMLAB_LIB_FIELDS_H
#define VMLAB_LIB_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "attr.h"

enum field_kind {
	FIELD_U32,	/* a __u32 or an __s32 */
	FIELD_U64,	/* a __u64 */
	FIELD_TEXT,	/* a const char *, into the message */
	FIELD_FLAG,	/* a bool */
	FIELD_ORDERS,	/* VMLAB_ORDERS times a __u32 */
};

/**
 * struct field - an attribute that is a member of an answer
 * @attr: its type
 * @kind: &enum field_kind
 * @at: where the member is
 * @has: what of &enum vmlab_has its presence means
 */
struct field {
	__u16 attr;
	__u16 kind;
	__u32 at;
	__u32 has;
};

#define FIELD(kind, attr, answer, member, has)				\
	{ attr, FIELD_##kind, offsetof(struct answer, member), has }

/*
 * Put the attribute where the table says, which ends with an entry of zeroes;
 * false if the table does not have it. @has may be NULL where no entry names
 * anything.
 */
bool field_take(const struct field *fields, const struct nlattr *a, void *out,
		__u32 *has);

/* All of them, where none is a nest. */
void fields_parse(struct attrs attrs, const struct field *fields, void *out,
		  __u32 *has);

void counter_parse(const struct nlattr *nest, struct vmlab_counter *counter);

#endif /* VMLAB_LIB_FIELDS_H */
