/* SPDX-License-Identifier: GPL-2.0 */
/* The netlink socket, and the two ways of asking: one answer, or a dump. */
#ifndef VMLAB_LIB_CHANNEL_H
#define VMLAB_LIB_CHANNEL_H

#include <stdbool.h>
#include <linux/types.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "attr.h"

struct nl_msg;
struct nl_sock;

/*
 * The kernel makes the messages of a dump as large as the largest receive
 * buffer that it saw, up to 32 KiB; a trace of many steps is longer.
 */
#define CHANNEL_BUFFER	65536

/* A request for a walk, laid out once; only its values change. */
struct walk_request {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	struct nlattr pid_attr;
	__u32 pid;
	struct nlattr address_attr;
	__u64 address;
	struct nlattr with_attr;
	__u32 with;
};

/**
 * struct vmlab - a handle
 * @walk: the request of vmlab_walk()
 * @sock: libnl's socket, NULL while there is none
 * @fd: its descriptor
 * @family: number of the family
 * @seq: sequence number of the last request
 * @port: our port
 * @interrupted: the last dump was not consistent
 * @error: why the last call failed
 * @buffer: what was received last
 */
struct vmlab {
	struct walk_request walk;
	struct nl_sock *sock;
	int fd;
	int family;
	__u32 seq;
	__u32 port;
	bool interrupted;
	char error[256];
	__u64 buffer[CHANNEL_BUFFER / sizeof(__u64)];
};

/* Takes apart the attributes of one message; non-zero ends a dump. */
typedef int (*channel_fn)(struct attrs attrs, void *data);

int channel_fail(struct vmlab *v, int err, const char *text);
struct nl_msg *channel_request(struct vmlab *v, __u8 cmd);
int channel_exchange(struct vmlab *v, struct nlmsghdr *nlh, struct attrs *out);
int channel_do(struct vmlab *v, struct nl_msg *msg, struct attrs *out);
int channel_tell(struct vmlab *v, struct nl_msg *msg);
int channel_dump(struct vmlab *v, struct nl_msg *msg, channel_fn fn,
		 void *data);

/* A message that nobody asked for: 1; 0 if none has come; or an error. */
int channel_notice(struct vmlab *v, const struct nlmsghdr **nlh,
		   struct attrs *out);

void walk_request_init(struct walk_request *req, int family);

#endif /* VMLAB_LIB_CHANNEL_H */
