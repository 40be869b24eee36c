// SPDX-License-Identifier: GPL-2.0
#include "fields.h"

#include <stdio.h>

static void copy_orders(const struct nlattr *a, __u32 *orders)
{
	size_t len = attr_len(a);

	if (len > VMLAB_ORDERS * sizeof(*orders))
		len = VMLAB_ORDERS * sizeof(*orders);
	memcpy(orders, attr_data(a), len);
}

static void field_set(const struct field *field, const struct nlattr *a,
		      void *to)
{
	switch (field->kind) {
	case FIELD_U32:
		*(__u32 *)to = attr_u32(a);
		break;
	case FIELD_U64:
		*(__u64 *)to = attr_u64(a);
		break;
	case FIELD_TEXT:
		*(const char **)to = attr_text(a);
		break;
	case FIELD_FLAG:
		*(bool *)to = true;
		break;
	case FIELD_ORDERS:
		copy_orders(a, to);
		break;
	}
}

bool field_take(const struct field *fields, const struct nlattr *a, void *out,
		__u32 *has)
{
	unsigned int type = attr_type(a);

	for (; fields->attr; fields++) {
		if (fields->attr != type)
			continue;
		field_set(fields, a, (char *)out + fields->at);
		if (has)
			*has |= fields->has;
		return true;
	}
	return false;
}

void fields_parse(struct attrs attrs, const struct field *fields, void *out,
		  __u32 *has)
{
	const struct nlattr *a;

	while ((a = attr_next(&attrs)))
		field_take(fields, a, out, has);
}

void counter_parse(const struct nlattr *nest, struct vmlab_counter *counter)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	memset(counter, 0, sizeof(*counter));
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_COUNTER_NAME:
			snprintf(counter->name, sizeof(counter->name), "%s",
				 attr_text(a));
			break;
		case VMLAB_A_COUNTER_VALUE:
			counter->value = attr_u64(a);
			break;
		}
	}
}
