// SPDX-License-Identifier: GPL-2.0
#include "genl.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/vmlab.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool attr_next(struct attrs *row, struct attr *attr)
{
	struct nlattr nla;
	size_t step;

	if (row->len < sizeof(nla))
		return false;
	memcpy(&nla, row->at, sizeof(nla));
	if (nla.nla_len < sizeof(nla) || nla.nla_len > row->len)
		return false;
	attr->type = nla.nla_type & NLA_TYPE_MASK;
	attr->len = nla.nla_len - sizeof(nla);
	attr->data = row->at + sizeof(nla);
	step = NLA_ALIGN(nla.nla_len);
	if (step > row->len)
		step = row->len;
	row->at += step;
	row->len -= step;
	return true;
}

bool attr_find(struct attrs row, __u16 type, struct attr *attr)
{
	while (attr_next(&row, attr))
		if (attr->type == type)
			return true;
	return false;
}

struct attrs attr_nest(const struct attr *attr)
{
	return (struct attrs){ attr->data, attr->len };
}

__u32 attr_u32(const struct attr *attr)
{
	__u32 value = 0;

	if (attr->len == sizeof(value))
		memcpy(&value, attr->data, sizeof(value));
	return value;
}

__u64 attr_u64(const struct attr *attr)
{
	__u64 value = 0;

	if (attr->len == sizeof(value))
		memcpy(&value, attr->data, sizeof(value));
	return value;
}

void attr_string(const struct attr *attr, char *text, size_t size)
{
	size_t len = strnlen(attr->data, attr->len);

	if (len >= size)
		len = size - 1;
	memcpy(text, attr->data, len);
	text[len] = '\0';
}

static struct nlmsghdr *request(struct genl *g)
{
	return (struct nlmsghdr *)g->out;
}

static void start(struct genl *g, __u16 family, __u8 cmd, __u16 flags)
{
	struct nlmsghdr *nlh = request(g);
	struct genlmsghdr *gnl = NLMSG_DATA(nlh);

	memset(g->out, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++g->seq;
	gnl->cmd = cmd;
	gnl->version = family == GENL_ID_CTRL ? 1 : VMLAB_GENL_VERSION;
	g->out_len = NLMSG_HDRLEN + GENL_HDRLEN;
}

void genl_new(struct genl *g, __u8 cmd, __u16 flags)
{
	start(g, g->family, cmd, flags);
}

void genl_put(struct genl *g, __u16 type, const void *data, size_t len)
{
	struct nlattr nla = { .nla_len = NLA_HDRLEN + len, .nla_type = type };
	char *at = (char *)g->out + g->out_len;

	memset(at, 0, NLA_HDRLEN + NLA_ALIGN(len));
	memcpy(at, &nla, sizeof(nla));
	if (len)
		memcpy(at + NLA_HDRLEN, data, len);
	g->out_len += NLA_HDRLEN + NLA_ALIGN(len);
}

void genl_u32(struct genl *g, __u16 type, __u32 value)
{
	genl_put(g, type, &value, sizeof(value));
}

void genl_u64(struct genl *g, __u16 type, __u64 value)
{
	genl_put(g, type, &value, sizeof(value));
}

int genl_send(struct genl *g)
{
	request(g)->nlmsg_len = g->out_len;
	g->message[0] = '\0';
	g->interrupted = false;
	if (send(g->fd, g->out, g->out_len, 0) < 0)
		return -errno;
	return 0;
}

static int receive(struct genl *g)
{
	ssize_t len;

	do
		len = recv(g->fd, g->in, sizeof(g->in), 0);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	g->in_len = len;
	return 0;
}

/* Keep the text of an extended acknowledgment, if the message holds one. */
static void keep_message(struct genl *g, const struct nlmsghdr *nlh,
			 size_t skip)
{
	struct attrs row;
	struct attr attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    nlh->nlmsg_len < NLMSG_HDRLEN + skip)
		return;
	row.at = (const char *)nlh + NLMSG_HDRLEN + skip;
	row.len = nlh->nlmsg_len - NLMSG_HDRLEN - skip;
	if (attr_find(row, NLMSGERR_ATTR_MSG, &attr))
		attr_string(&attr, g->message, sizeof(g->message));
}

static int error_of(struct genl *g, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	size_t skip = sizeof(*err);

	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += err->msg.nlmsg_len - NLMSG_HDRLEN;
	keep_message(g, nlh, NLMSG_ALIGN(skip));
	return err->error;
}

static int done_of(struct genl *g, const struct nlmsghdr *nlh)
{
	int error;

	memcpy(&error, NLMSG_DATA(nlh), sizeof(error));
	keep_message(g, nlh, sizeof(error));
	return error;
}

static struct attrs payload(const struct nlmsghdr *nlh)
{
	size_t head = NLMSG_HDRLEN + GENL_HDRLEN;

	return (struct attrs){ (const char *)nlh + head, nlh->nlmsg_len - head };
}

int genl_call(struct genl *g)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)g->in;
	int ret = genl_send(g);

	if (!ret)
		ret = receive(g);
	if (ret)
		return ret;
	if (!NLMSG_OK(nlh, g->in_len) || nlh->nlmsg_seq != g->seq)
		return -EPROTO;
	return nlh->nlmsg_type == NLMSG_ERROR ? error_of(g, nlh) : 0;
}

struct attrs genl_reply(const struct genl *g)
{
	return payload((const struct nlmsghdr *)g->in);
}

int genl_batch(struct genl *g, genl_fn fn, void *arg)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)g->in;
	int left, ret = receive(g);

	if (ret)
		return ret;
	for (left = g->in_len; NLMSG_OK(nlh, left);
	     nlh = NLMSG_NEXT(nlh, left)) {
		if (nlh->nlmsg_seq != g->seq)
			continue;
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			g->interrupted = true;
		if (nlh->nlmsg_type == NLMSG_ERROR)
			return error_of(g, nlh);
		if (nlh->nlmsg_type == NLMSG_DONE)
			return done_of(g, nlh);
		ret = fn ? fn(payload(nlh), arg) : 0;
		if (ret)
			return ret;
	}
	return 1;
}

int genl_send_dump(struct genl *g)
{
	request(g)->nlmsg_flags |= NLM_F_DUMP;
	return genl_send(g);
}

int genl_dump(struct genl *g, genl_fn fn, void *arg)
{
	int ret = genl_send_dump(g);

	if (ret)
		return ret;
	do
		ret = genl_batch(g, fn, arg);
	while (ret > 0);
	return ret;
}

static int resolve(struct genl *g)
{
	struct attr attr;
	int ret;

	start(g, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	genl_put(g, CTRL_ATTR_FAMILY_NAME, VMLAB_GENL_NAME,
		 sizeof(VMLAB_GENL_NAME));
	ret = genl_call(g);
	if (ret)
		return ret;
	if (!attr_find(genl_reply(g), CTRL_ATTR_FAMILY_ID, &attr))
		return -ENOENT;
	memcpy(&g->family, attr.data, sizeof(g->family));
	return 0;
}

int genl_open(struct genl *g)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	const struct sockaddr *address = (struct sockaddr *)&any;
	int one = 1, ret;

	g->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (g->fd < 0)
		return -errno;
	g->seq = 0;
	/* Only without an address at each send does the opener's right count. */
	if (bind(g->fd, address, sizeof(any)) ||
	    connect(g->fd, address, sizeof(any)) ||
	    setsockopt(g->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)))
		ret = -errno;
	else
		ret = resolve(g);
	if (ret)
		genl_close(g);
	return ret;
}

void genl_close(struct genl *g)
{
	close(g->fd);
	g->fd = -1;
}
