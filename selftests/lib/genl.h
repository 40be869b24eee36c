/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A generic-netlink client of its own, so that the tests of the interface do
 * not lean on the library that they also test. One socket, one request at a
 * time; what the kernel refuses comes back as a negative errno with the text of
 * its extended acknowledgment in genl->message.
 */
#ifndef SELFTESTS_LIB_GENL_H
#define SELFTESTS_LIB_GENL_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct genl {
	int fd;
	__u16 family;
	__u32 seq;
	bool interrupted;	/* the last dump had NLM_F_DUMP_INTR */
	char message[256];	/* of the last refusal; empty where none came */
	size_t out_len;
	size_t in_len;
	__u64 out[4096 / 8];
	__u64 in[65536 / 8];
};

/* A row of attributes not yet read. */
struct attrs {
	const char *at;
	size_t len;
};

struct attr {
	__u16 type;
	size_t len;
	const void *data;
};

typedef int (*genl_fn)(struct attrs reply, void *arg);

int genl_open(struct genl *g);
void genl_close(struct genl *g);

/* Build a request for command @cmd of the vmlab family. */
void genl_new(struct genl *g, __u8 cmd, __u16 flags);
void genl_put(struct genl *g, __u16 type, const void *data, size_t len);
void genl_u32(struct genl *g, __u16 type, __u32 value);
void genl_u64(struct genl *g, __u16 type, __u64 value);

/* Send the request that was built, without waiting. */
int genl_send(struct genl *g);
int genl_send_dump(struct genl *g);
/* Send it and take the one answer. */
int genl_call(struct genl *g);
struct attrs genl_reply(const struct genl *g);
/* Take one system call's worth of a dump: 1 more to come, 0 over, or error. */
int genl_batch(struct genl *g, genl_fn fn, void *arg);
/* Send it as a dump and take all of it. */
int genl_dump(struct genl *g, genl_fn fn, void *arg);

bool attr_next(struct attrs *row, struct attr *attr);
bool attr_find(struct attrs row, __u16 type, struct attr *attr);
struct attrs attr_nest(const struct attr *attr);
__u32 attr_u32(const struct attr *attr);
__u64 attr_u64(const struct attr *attr);
void attr_string(const struct attr *attr, char *text, size_t size);

#endif /* SELFTESTS_LIB_GENL_H */
