// SPDX-License-Identifier: GPL-2.0
/*
 * libnl sets the socket up, resolves the family and builds requests. Sending
 * and receiving is done here: nl_recvmsgs() peeks, allocates and looks at every
 * message through callbacks, and libnl neither asks for nor reads extended
 * acknowledgements.
 */
#include "channel.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

static_assert(offsetof(struct walk_request, address) == 32, "no padding");
static_assert(sizeof(struct walk_request) == 48, "no padding");

int channel_fail(struct vmlab *v, int err, const char *text)
{
	snprintf(v->error, sizeof(v->error), "%s",
		 text && *text ? text : strerror(-err));
	return err;
}

/* libnl has error numbers of its own; these are the ones that matter here. */
static int from_libnl(int err)
{
	switch (-err) {
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_AF_NOSUPPORT:
		return -EAFNOSUPPORT;
	default:
		return -EIO;
	}
}

/*
 * Connecting to the kernel's port makes the kernel refuse what any other
 * socket sends us, so that no sender needs to be checked later.
 */
static int connect_kernel(struct vmlab *v)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int on = 1;

	v->fd = nl_socket_get_fd(v->sock);
	v->port = nl_socket_get_local_port(v->sock);
	if (connect(v->fd, (struct sockaddr *)&kernel, sizeof(kernel)))
		return -errno;
	/* Without these the answers are the same and only the words fewer. */
	setsockopt(v->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(v->fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return 0;
}

static void channel_down(struct vmlab *v)
{
	nl_socket_free(v->sock);
	v->sock = NULL;
	v->fd = -1;
}

static int channel_up(struct vmlab *v)
{
	int err;

	v->sock = nl_socket_alloc();
	if (!v->sock)
		return -ENOMEM;
	nl_socket_disable_msg_peek(v->sock);
	err = genl_connect(v->sock);
	if (err) {
		channel_down(v);
		return from_libnl(err);
	}
	return 0;
}

static int resolve_family(struct vmlab *v)
{
	int family = genl_ctrl_resolve(v->sock, VMLAB_GENL_NAME);

	if (family < 0)
		return from_libnl(family);
	v->family = family;
	walk_request_init(&v->walk, family);
	return 0;
}

int vmlab_open(struct vmlab **out)
{
	struct vmlab_info info;
	struct vmlab *v;
	int err;

	*out = calloc(1, sizeof(*v));
	v = *out;
	if (!v)
		return -ENOMEM;
	v->fd = -1;
	err = channel_up(v);
	if (err)
		return channel_fail(v, err, NULL);
	err = resolve_family(v);
	if (err)
		return channel_fail(v, err, err == -ENOENT ?
				    "the vmlab module is not loaded" : NULL);
	err = connect_kernel(v);
	if (err)
		return channel_fail(v, err, NULL);
	/* An older module refuses here what it would not understand later. */
	return vmlab_info(v, &info);
}

void vmlab_close(struct vmlab *v)
{
	if (!v)
		return;
	channel_down(v);
	free(v);
}

const char *vmlab_error(const struct vmlab *v)
{
	return v ? v->error : strerror(ENOMEM);
}

bool vmlab_interrupted(const struct vmlab *v)
{
	return v->interrupted;
}

/* A dump that is left half way would go on arriving: begin on a new socket. */
static int channel_restart(struct vmlab *v)
{
	int err;

	channel_down(v);
	err = channel_up(v);
	if (!err)
		err = connect_kernel(v);
	return err ? channel_fail(v, err, NULL) : 0;
}

struct nl_msg *channel_request(struct vmlab *v, __u8 cmd)
{
	struct nl_msg *msg = nlmsg_alloc_size(512);

	if (!msg)
		return NULL;
	if (!genlmsg_put(msg, 0, 0, v->family, 0, NLM_F_REQUEST, cmd,
			 VMLAB_GENL_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int channel_send(struct vmlab *v, struct nlmsghdr *nlh)
{
	ssize_t n;

	if (v->fd < 0)
		return channel_fail(v, -ENOTCONN, NULL);
	nlh->nlmsg_seq = ++v->seq;
	nlh->nlmsg_pid = v->port;
	do {
		n = send(v->fd, nlh, nlh->nlmsg_len, 0);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? channel_fail(v, -errno, NULL) : 0;
}

/* MSG_TRUNC makes recv() tell the whole length of a message cut short. */
static ssize_t channel_receive(struct vmlab *v)
{
	ssize_t n;

	do {
		n = recv(v->fd, v->buffer, sizeof(v->buffer), MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return channel_fail(v, -errno, NULL);
	if ((size_t)n > sizeof(v->buffer))
		return channel_fail(v, -EMSGSIZE, NULL);
	return n;
}

/* The kernel's words, which follow the error at @offset. */
static const char *extack_text(const struct nlmsghdr *nlh, size_t offset)
{
	const struct nlattr *a;
	struct attrs attrs;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || offset > nlh->nlmsg_len)
		return NULL;
	attrs.at = (const char *)nlh + offset;
	attrs.end = (const char *)nlh + nlh->nlmsg_len;
	while ((a = attr_next(&attrs))) {
		if (attr_type(a) == NLMSGERR_ATTR_MSG)
			return attr_text(a);
	}
	return NULL;
}

/* The outcome in an NLMSG_ERROR or an NLMSG_DONE. */
static int channel_outcome(struct vmlab *v, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = (const void *)((const char *)nlh +
						  NLMSG_HDRLEN);
	size_t offset = NLMSG_HDRLEN + sizeof(e->error);

	if (nlh->nlmsg_len < offset)
		return nlh->nlmsg_type == NLMSG_DONE ? 0 :
		       channel_fail(v, -EBADMSG, NULL);
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (nlh->nlmsg_len < NLMSG_HDRLEN + sizeof(*e))
			return channel_fail(v, -EBADMSG, NULL);
		offset = NLMSG_HDRLEN + sizeof(*e);
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
			offset += NLMSG_ALIGN(e->msg.nlmsg_len) - NLMSG_HDRLEN;
	}
	if (!e->error)
		return 0;
	return channel_fail(v, e->error, extack_text(nlh, offset));
}

static bool is_answer(const struct vmlab *v, const struct nlmsghdr *nlh)
{
	return nlh->nlmsg_seq == v->seq && nlh->nlmsg_pid == v->port;
}

static bool has_attrs(const struct vmlab *v, const struct nlmsghdr *nlh,
		      struct attrs *out)
{
	if (nlh->nlmsg_type != v->family ||
	    nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return false;
	out->at = (const char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN;
	out->end = (const char *)nlh + nlh->nlmsg_len;
	return true;
}

/* The answer to the request just sent, at the start of the buffer. */
static int channel_answer(struct vmlab *v, const struct nlmsghdr **out)
{
	const struct nlmsghdr *reply = (const void *)v->buffer;
	ssize_t n;

	do {
		n = channel_receive(v);
		if (n < 0)
			return n;
		if (n < NLMSG_HDRLEN || reply->nlmsg_len < NLMSG_HDRLEN ||
		    reply->nlmsg_len > (size_t)n)
			return channel_fail(v, -EBADMSG, NULL);
	} while (!is_answer(v, reply));
	*out = reply;
	return 0;
}

/* One system call to ask and one for the answer: nothing is to be confirmed. */
int channel_exchange(struct vmlab *v, struct nlmsghdr *nlh, struct attrs *out)
{
	const struct nlmsghdr *reply;
	int err;

	err = channel_send(v, nlh);
	if (!err)
		err = channel_answer(v, &reply);
	if (err)
		return err;
	if (has_attrs(v, reply, out))
		return 0;
	if (reply->nlmsg_type == NLMSG_ERROR) {
		err = channel_outcome(v, reply);
		if (err)
			return err;
	}
	return channel_fail(v, -EBADMSG, NULL);
}

int channel_do(struct vmlab *v, struct nl_msg *msg, struct attrs *out)
{
	int err;

	if (!msg)
		return channel_fail(v, -ENOMEM, NULL);
	err = channel_exchange(v, nlmsg_hdr(msg), out);
	nlmsg_free(msg);
	return err;
}

/* For requests that have no answer but that they were carried out. */
int channel_tell(struct vmlab *v, struct nl_msg *msg)
{
	const struct nlmsghdr *reply;
	int err;

	if (!msg)
		return channel_fail(v, -ENOMEM, NULL);
	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK;
	err = channel_send(v, nlmsg_hdr(msg));
	nlmsg_free(msg);
	if (!err)
		err = channel_answer(v, &reply);
	if (err)
		return err;
	return reply->nlmsg_type == NLMSG_ERROR ? channel_outcome(v, reply) :
	       channel_fail(v, -EBADMSG, NULL);
}

/*
 * All the messages of one receive. Returns 0 for more to come, 1 at the end of
 * the dump, or an error; what @fn said to stop with goes to @stop.
 */
static int dump_part(struct vmlab *v, size_t left, channel_fn fn, void *data,
		     int *stop)
{
	const struct nlmsghdr *nlh = (const void *)v->buffer;
	struct attrs attrs;
	int err;

	for (; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left)) {
		if (!is_answer(v, nlh))
			continue;
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			v->interrupted = true;
		if (nlh->nlmsg_type == NLMSG_DONE ||
		    nlh->nlmsg_type == NLMSG_ERROR) {
			err = channel_outcome(v, nlh);
			return err ? err : 1;
		}
		if (!has_attrs(v, nlh, &attrs))
			continue;
		*stop = fn(attrs, data);
		if (*stop)
			return 1;
	}
	return 0;
}

int channel_dump(struct vmlab *v, struct nl_msg *msg, channel_fn fn, void *data)
{
	struct nlmsghdr *nlh;
	int stop = 0;
	ssize_t n;
	int err;

	v->interrupted = false;
	if (!msg)
		return channel_fail(v, -ENOMEM, NULL);
	nlh = nlmsg_hdr(msg);
	nlh->nlmsg_flags |= NLM_F_DUMP;
	err = channel_send(v, nlh);
	nlmsg_free(msg);
	if (err)
		return err;
	do {
		n = channel_receive(v);
		if (n < 0) {
			channel_restart(v);
			return n;
		}
		err = dump_part(v, n, fn, data, &stop);
	} while (!err);
	if (stop) {
		err = channel_restart(v);
		return err ? err : stop;
	}
	return err < 0 ? err : 0;
}

/* What did not fit into the socket is counted by whoever sends. */
int channel_notice(struct vmlab *v, const struct nlmsghdr **nlh,
		   struct attrs *out)
{
	ssize_t n;

	do {
		n = recv(v->fd, v->buffer, sizeof(v->buffer), MSG_DONTWAIT);
	} while (n < 0 && (errno == EINTR || errno == ENOBUFS));
	if (n < 0)
		return errno == EAGAIN ? 0 : channel_fail(v, -errno, NULL);
	*nlh = (const void *)v->buffer;
	if (n < NLMSG_HDRLEN || (*nlh)->nlmsg_len < NLMSG_HDRLEN ||
	    (*nlh)->nlmsg_len > (size_t)n || !has_attrs(v, *nlh, out))
		return channel_fail(v, -EBADMSG, NULL);
	return 1;
}
