// SPDX-License-Identifier: GPL-2.0
#include "stories.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#define STEP(name)	VMLAB_STORY_STEP_##name

static int start(struct genl *g, __u16 what, __u32 pid, __u32 outcomes,
		 __u32 rate)
{
	genl_new(g, VMLAB_CMD_STORY_START, NLM_F_ACK);
	if (what == VMLAB_A_STORY_PID)
		genl_u32(g, what, pid);
	else if (what)
		genl_put(g, what, NULL, 0);
	if (outcomes)
		genl_u32(g, VMLAB_A_STORY_OUTCOMES, outcomes);
	if (rate)
		genl_u32(g, VMLAB_A_STORY_RATE, rate);
	return genl_call(g);
}

int story_start(struct genl *g, __u32 pid, __u32 outcomes, __u32 rate)
{
	return start(g, VMLAB_A_STORY_PID, pid, outcomes, rate);
}

int story_start_all(struct genl *g)
{
	return start(g, VMLAB_A_STORY_ALL, 0, 0, 0);
}

int story_start_group(struct genl *g)
{
	return start(g, VMLAB_A_STORY_GROUP, 0, 0, 0);
}

int story_stop(struct genl *g, struct totals *totals)
{
	struct attrs row;
	struct attr attr;
	int ret;

	while (recv(g->fd, g->in, sizeof(g->in), MSG_DONTWAIT) > 0 ||
	       errno == ENOBUFS)
		;
	genl_new(g, VMLAB_CMD_STORY_STOP, 0);
	ret = genl_call(g);
	memset(totals, 0, sizeof(*totals));
	if (ret)
		return ret;
	row = genl_reply(g);
	while (attr_next(&row, &attr)) {
		if (attr.type == VMLAB_A_STORY_TOLD)
			totals->told = attr_u64(&attr);
		if (attr.type == VMLAB_A_STORY_LOST)
			totals->lost = attr_u64(&attr);
		if (attr.type == VMLAB_A_STORY_DROPPED)
			totals->dropped = attr_u64(&attr);
	}
	return 0;
}

static void read_step(const struct attr *nest, struct vmlab_event_step *step)
{
	struct attrs row = attr_nest(nest);
	struct attr attr;

	step->node = VMLAB_STEP_NOWHERE;
	step->zone = VMLAB_STEP_NOWHERE;
	while (attr_next(&row, &attr)) {
		switch (attr.type) {
		case VMLAB_A_STORY_PART_KIND:
			step->kind = attr_u32(&attr);
			break;
		case VMLAB_A_STORY_PART_NS:
			step->ns = attr_u32(&attr);
			break;
		case VMLAB_A_STORY_PART_NODE:
			step->node = attr_u32(&attr);
			break;
		case VMLAB_A_STORY_PART_ZONE:
			step->zone = attr_u32(&attr);
			break;
		case VMLAB_A_STORY_PART_FIRST:
		case VMLAB_A_STORY_PART_SECOND:
		case VMLAB_A_STORY_PART_THIRD:
			step->args[attr.type - VMLAB_A_STORY_PART_FIRST] =
				attr_u64(&attr);
			break;
		}
	}
}

static void read_who(const struct attr *attr, struct story *s)
{
	switch (attr->type) {
	case VMLAB_A_STORY_SEQ:
		s->seq = attr_u64(attr);
		break;
	case VMLAB_A_STORY_DROPPED:
		s->dropped = attr_u64(attr);
		break;
	case VMLAB_A_STORY_PID:
		s->event.pid = attr_u32(attr);
		break;
	case VMLAB_A_STORY_TID:
		s->event.tid = attr_u32(attr);
		break;
	case VMLAB_A_STORY_COMM:
		attr_string(attr, s->comm, sizeof(s->comm));
		break;
	case VMLAB_A_STORY_STEP:
		if (s->event.nr_steps < VMLAB_EVENT_STEPS)
			read_step(attr, &s->event.steps[s->event.nr_steps++]);
		break;
	}
}

static void read_fault(const struct attr *attr, struct vmlab_event *e)
{
	switch (attr->type) {
	case VMLAB_A_STORY_NUMBER:
		e->number = attr_u64(attr);
		break;
	case VMLAB_A_STORY_LOST:
		e->lost = attr_u64(attr);
		break;
	case VMLAB_A_STORY_ADDRESS:
		e->address = attr_u64(attr);
		break;
	case VMLAB_A_STORY_ACCESS:
		e->access = attr_u32(attr);
		break;
	case VMLAB_A_STORY_MEMORY:
		e->memory = attr_u32(attr);
		break;
	case VMLAB_A_STORY_OUTCOME:
		e->outcome = attr_u32(attr);
		break;
	case VMLAB_A_STORY_NS:
		e->ns = attr_u64(attr);
		break;
	case VMLAB_A_STORY_LEFT_OUT:
		e->left_out = attr_u32(attr);
		break;
	}
}

int story_next(struct genl *g, struct story *story)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)g->in;
	const struct genlmsghdr *gnl = NLMSG_DATA(nlh);
	ssize_t len = recv(g->fd, g->in, sizeof(g->in), MSG_DONTWAIT);
	struct attrs row;
	struct attr attr;

	if (len < 0)
		return errno == EAGAIN ? 0 : -errno;
	g->in_len = len;
	if (!NLMSG_OK(nlh, len) || nlh->nlmsg_type != g->family ||
	    gnl->cmd != VMLAB_CMD_STORY)
		return -EPROTO;
	memset(story, 0, sizeof(*story));
	for (row = genl_reply(g); attr_next(&row, &attr); ) {
		read_who(&attr, story);
		read_fault(&attr, &story->event);
	}
	return 1;
}

/* The id of the one group that the family has. */
static __u32 group_of(const struct attr *groups)
{
	struct attrs row = attr_nest(groups);
	struct attr attr;

	if (!attr_next(&row, &attr))
		return 0;
	row = attr_nest(&attr);
	return attr_find(row, CTRL_ATTR_MCAST_GRP_ID, &attr) ?
	       attr_u32(&attr) : 0;
}

int story_join(struct genl *g)
{
	__u16 family = g->family;
	struct attr attr;
	__u32 group;
	int ret;

	g->family = GENL_ID_CTRL;
	genl_new(g, CTRL_CMD_GETFAMILY, 0);
	g->family = family;
	genl_put(g, CTRL_ATTR_FAMILY_NAME, VMLAB_GENL_NAME,
		 sizeof(VMLAB_GENL_NAME));
	ret = genl_call(g);
	if (ret)
		return ret;
	if (!attr_find(genl_reply(g), CTRL_ATTR_MCAST_GROUPS, &attr))
		return -ENOENT;
	group = group_of(&attr);
	return setsockopt(g->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			  sizeof(group)) ? -errno : 0;
}

/* What is asked for and had is no part of the fault's own chain. */
static bool is_own(const struct vmlab_event_step *step)
{
	return step->kind > STEP(DRAIN) && step->kind != STEP(TABLE);
}

const char *story_chain(const struct vmlab_event *e, const char *wanted)
{
	static const char *const names[] = {
		[STEP(TRAP)] = "trap", [STEP(AREA)] = "area",
		[STEP(STALE)] = "stale", [STEP(REFRESH)] = "refresh",
		[STEP(RIGHTS)] = "rights", [STEP(BEYOND)] = "beyond",
		[STEP(GROW)] = "grow", [STEP(ENTRY)] = "entry",
		[STEP(SLOT)] = "slot", [STEP(FRAME)] = "frame",
		[STEP(AHEAD)] = "ahead", [STEP(COPY)] = "copy",
		[STEP(ZAP)] = "zap", [STEP(PLACE)] = "place",
		[STEP(SET)] = "set", [STEP(KEEP)] = "keep",
		[STEP(AROUND)] = "around", [STEP(REAL)] = "real",
		[STEP(LEND)] = "lend",
	};
	static char is[512];
	__u32 i, before = 0;

	*is = '\0';
	for (i = 0; i < e->nr_steps; i++) {
		const struct vmlab_event_step *step = &e->steps[i];

		if (step->ns < before || step->ns > e->ns)
			return "time runs backwards";
		before = step->ns;
		if (!is_own(step))
			continue;
		strcat(is, *is ? " " : "");
		strcat(is, step->kind < sizeof(names) / sizeof(*names) && names[step->kind] ?
		       names[step->kind] : "?");
	}
	return strcmp(is, wanted) ? is : NULL;
}

const __u64 *story_step(const struct vmlab_event *e, __u32 kind)
{
	static const __u64 none[3];
	const __u64 *found = none;
	__u32 i;

	for (i = 0; i < e->nr_steps; i++)
		if (e->steps[i].kind == kind)
			found = e->steps[i].args;
	return found;
}
