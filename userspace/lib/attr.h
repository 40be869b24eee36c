/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading netlink attributes. libnl's accessors are calls into a shared
 * library, several for each attribute; a walk has some forty attributes and is
 * to cost less than they would.
 */
#ifndef VMLAB_LIB_ATTR_H
#define VMLAB_LIB_ATTR_H

#include <linux/types.h>
#include <string.h>

#include <linux/netlink.h>

#include "vmlab.h"

/* What comes after a header: attributes, without padding before the first. */
struct attrs {
	const char *at;
	const char *end;
};

static inline const void *attr_data(const struct nlattr *a)
{
	return (const char *)a + NLA_HDRLEN;
}

static inline size_t attr_len(const struct nlattr *a)
{
	return a->nla_len - NLA_HDRLEN;
}

static inline unsigned int attr_type(const struct nlattr *a)
{
	return a->nla_type & NLA_TYPE_MASK;
}

/* The next attribute, or NULL after the last (or at a broken one). */
static inline const struct nlattr *attr_next(struct attrs *s)
{
	const struct nlattr *a = (const struct nlattr *)s->at;
	ptrdiff_t left = s->end - s->at;

	if (left < NLA_HDRLEN || a->nla_len < NLA_HDRLEN || a->nla_len > left)
		return NULL;
	/* The last one need not be padded: @at may pass @end by a little. */
	s->at += NLA_ALIGN(a->nla_len);
	return a;
}

static inline struct attrs attr_nest(const struct nlattr *a)
{
	const char *data = attr_data(a);

	return (struct attrs){ data, data + attr_len(a) };
}

static inline __u32 attr_u32(const struct nlattr *a)
{
	__u32 value = 0;

	if (attr_len(a) >= sizeof(value))
		memcpy(&value, attr_data(a), sizeof(value));
	return value;
}

/* Attributes are aligned to four bytes only. */
static inline __u64 attr_u64(const struct nlattr *a)
{
	__u64 value = 0;

	if (attr_len(a) >= sizeof(value))
		memcpy(&value, attr_data(a), sizeof(value));
	return value;
}

static inline const char *attr_text(const struct nlattr *a)
{
	const char *text = attr_data(a);
	size_t len = attr_len(a);

	return len && !text[len - 1] ? text : "";
}

void area_parse(const struct nlattr *nest, struct vmlab_area *area);

#endif /* VMLAB_LIB_ATTR_H */
