// SPDX-License-Identifier: GPL-2.0
/* What happens in faults. Stories come unasked, one a message. */
#include "channel.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#include <linux/vmlab_ioctl.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"

static_assert(VMLAB_STORY_PARTS_MAX == VMLAB_EVENT_STEPS, "none is left out");

/* Room for stories that nobody has taken yet. */
#define ROOM	(4 << 20)

static const struct field story_fields[] = {
	FIELD(U64, VMLAB_A_STORY_NUMBER, vmlab_story, number, 0),
	FIELD(U64, VMLAB_A_STORY_SEQ, vmlab_story, seq, 0),
	FIELD(U64, VMLAB_A_STORY_LOST, vmlab_story, lost, 0),
	FIELD(U64, VMLAB_A_STORY_DROPPED, vmlab_story, dropped, 0),
	FIELD(U64, VMLAB_A_STORY_ADDRESS, vmlab_story, address, 0),
	FIELD(U64, VMLAB_A_STORY_NS, vmlab_story, ns, 0),
	FIELD(U32, VMLAB_A_STORY_PID, vmlab_story, pid, 0),
	FIELD(U32, VMLAB_A_STORY_TID, vmlab_story, tid, 0),
	FIELD(U32, VMLAB_A_STORY_ACCESS, vmlab_story, access, 0),
	FIELD(U32, VMLAB_A_STORY_MEMORY, vmlab_story, memory, 0),
	FIELD(U32, VMLAB_A_STORY_OUTCOME, vmlab_story, outcome, 0),
	FIELD(U32, VMLAB_A_STORY_LEFT_OUT, vmlab_story, left_out, 0),
	{ 0 },
};

static const struct field part_fields[] = {
	FIELD(U32, VMLAB_A_STORY_PART_KIND, vmlab_story_part, kind, 0),
	FIELD(U32, VMLAB_A_STORY_PART_NS, vmlab_story_part, ns, 0),
	FIELD(U32, VMLAB_A_STORY_PART_NODE, vmlab_story_part, node, 1),
	FIELD(U32, VMLAB_A_STORY_PART_ZONE, vmlab_story_part, zone, 0),
	FIELD(U64, VMLAB_A_STORY_PART_FIRST, vmlab_story_part, args[0], 0),
	FIELD(U64, VMLAB_A_STORY_PART_SECOND, vmlab_story_part, args[1], 0),
	FIELD(U64, VMLAB_A_STORY_PART_THIRD, vmlab_story_part, args[2], 0),
	{ 0 },
};

static const struct field totals_fields[] = {
	FIELD(U64, VMLAB_A_STORY_TOLD, vmlab_story_totals, told, 0),
	FIELD(U64, VMLAB_A_STORY_LOST, vmlab_story_totals, lost, 0),
	FIELD(U64, VMLAB_A_STORY_DROPPED, vmlab_story_totals, dropped, 0),
	{ 0 },
};

static void part_parse(const struct nlattr *nest, struct vmlab_story_part *part)
{
	__u32 has = 0;

	memset(part, 0, sizeof(*part));
	fields_parse(attr_nest(nest), part_fields, part, &has);
	part->has_zone = has;
}

static void story_parse(struct attrs attrs, struct vmlab_story *story)
{
	const struct nlattr *a;

	memset(story, 0, offsetof(struct vmlab_story, part));
	while ((a = attr_next(&attrs))) {
		if (field_take(story_fields, a, story, NULL))
			continue;
		if (attr_type(a) == VMLAB_A_STORY_COMM)
			snprintf(story->comm, sizeof(story->comm), "%s",
				 attr_text(a));
		if (attr_type(a) != VMLAB_A_STORY_STEP)
			continue;
		if (story->nr < VMLAB_STORY_PARTS_MAX)
			part_parse(a, &story->part[story->nr++]);
		else
			story->left_out++;
	}
}

int vmlab_fd(const struct vmlab *v)
{
	return v->fd;
}

/* Beyond the limit for all where that is allowed, else up to it. */
static void make_room(struct vmlab *v)
{
	int room = ROOM;

	if (setsockopt(v->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(v->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
}

int vmlab_story_start(struct vmlab *v, const struct vmlab_story_request *req)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_STORY_START);

	make_room(v);
	if (msg && req->all)
		nla_put_flag(msg, VMLAB_A_STORY_ALL);
	else if (msg)
		nla_put_u32(msg, VMLAB_A_STORY_PID, req->pid);
	if (msg && req->outcomes)
		nla_put_u32(msg, VMLAB_A_STORY_OUTCOMES, req->outcomes);
	if (msg && req->rate)
		nla_put_u32(msg, VMLAB_A_STORY_RATE, req->rate);
	return channel_tell(v, msg);
}

int vmlab_story_next(struct vmlab *v, struct vmlab_story *out)
{
	const struct genlmsghdr *genl;
	const struct nlmsghdr *nlh;
	struct attrs attrs;
	int n;

	while ((n = channel_notice(v, &nlh, &attrs)) > 0) {
		genl = (const void *)((const char *)nlh + NLMSG_HDRLEN);
		if (genl->cmd != VMLAB_CMD_STORY)
			continue;
		story_parse(attrs, out);
		return 1;
	}
	return n;
}

/* The answer fits into an empty socket only. */
static int ask_to_stop(struct vmlab *v, struct attrs *attrs)
{
	const struct nlmsghdr *nlh;

	while (channel_notice(v, &nlh, attrs) > 0)
		;
	return channel_do(v, channel_request(v, VMLAB_CMD_STORY_STOP), attrs);
}

int vmlab_story_stop(struct vmlab *v, struct vmlab_story_totals *out)
{
	struct attrs attrs;
	int err = ask_to_stop(v, &attrs);

	memset(out, 0, sizeof(*out));
	/* Stories filled it meanwhile, and the answer was lost; no more come. */
	if (err == -ENOBUFS) {
		err = ask_to_stop(v, &attrs);
		return err == -ENOENT ? 0 : err;
	}
	if (!err)
		fields_parse(attrs, totals_fields, out, NULL);
	return err;
}
