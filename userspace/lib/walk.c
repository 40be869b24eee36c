// SPDX-License-Identifier: GPL-2.0
/*
 * One walk. This is the path that is measured: the request is laid out once,
 * the answer is read in one pass, and nothing is allocated.
 */
#include "channel.h"

#include "spaces.h"

static void attr_head(struct nlattr *a, __u16 type, size_t size)
{
	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + size;
}

void walk_request_init(struct walk_request *req, int family)
{
	req->nlh.nlmsg_len = sizeof(*req);
	req->nlh.nlmsg_type = family;
	req->nlh.nlmsg_flags = NLM_F_REQUEST;
	req->genl.cmd = VMLAB_CMD_WALK;
	req->genl.version = VMLAB_GENL_VERSION;
	attr_head(&req->pid_attr, VMLAB_A_WALK_PID, sizeof(req->pid));
	attr_head(&req->address_attr, VMLAB_A_WALK_ADDRESS,
		  sizeof(req->address));
	attr_head(&req->with_attr, VMLAB_A_WALK_WITH, sizeof(req->with));
}

void step_parse(const struct nlattr *nest, struct vmlab_step *step)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	*step = (struct vmlab_step){ 0 };
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_LEVEL_LEVEL:
			step->level = attr_u32(a);
			break;
		case VMLAB_A_LEVEL_INDEX:
			step->index = attr_u32(a);
			break;
		case VMLAB_A_LEVEL_ENTRY:
			step->entry = attr_u64(a);
			break;
		case VMLAB_A_LEVEL_FLAGS:
			step->flags = attr_u64(a);
			break;
		case VMLAB_A_LEVEL_FOLDED:
			step->folded = true;
			break;
		case VMLAB_A_LEVEL_PKEY:
			step->pkey = attr_u32(a);
			step->has |= VMLAB_HAS_PKEY;
			break;
		case VMLAB_A_LEVEL_TABLE:
			step->table = attr_u64(a);
			step->has |= VMLAB_HAS_TABLE;
			break;
		}
	}
}

static void page_parse(const struct nlattr *nest, struct vmlab_page *page)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	*page = (struct vmlab_page){ 0 };
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_PAGE_FLAGS:
			page->flags = attr_u64(a);
			break;
		case VMLAB_A_PAGE_REFCOUNT:
			page->refcount = attr_u32(a);
			break;
		case VMLAB_A_PAGE_MAPCOUNT:
			page->mapcount = attr_u32(a);
			break;
		case VMLAB_A_PAGE_ORDER:
			page->order = attr_u32(a);
			break;
		case VMLAB_A_PAGE_KIND:
			page->kind = attr_u32(a);
			break;
		case VMLAB_A_PAGE_INFERRED:
			page->inferred = true;
			break;
		}
	}
}

static void root_parse(const struct nlattr *nest, struct vmlab_root *root)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	*root = (struct vmlab_root){ 0 };
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_ROOT_TABLE:
			root->table = attr_u64(a);
			root->has |= VMLAB_HAS_TABLE;
			break;
		case VMLAB_A_ROOT_PCID:
			root->pcid = attr_u32(a);
			root->has |= VMLAB_HAS_PCID;
			break;
		case VMLAB_A_ROOT_USER_TABLE:
			root->user_table = attr_u64(a);
			root->has |= VMLAB_HAS_USER_TABLE;
			break;
		case VMLAB_A_ROOT_USER_ENTRY:
			root->user_entry = attr_u64(a);
			root->has |= VMLAB_HAS_USER_ENTRY;
			break;
		case VMLAB_A_ROOT_ISOLATED:
			root->isolated = true;
			break;
		}
	}
}

/* The parts of an answer that are nests. */
static void walk_part(const struct nlattr *a, struct vmlab_walk *out)
{
	switch (attr_type(a)) {
	case VMLAB_A_WALK_LEVEL:
		if (out->nr_steps < VMLAB_LEVELS_MAX)
			step_parse(a, &out->step[out->nr_steps++]);
		break;
	case VMLAB_A_WALK_AREA:
		area_parse(a, &out->area);
		out->has |= VMLAB_HAS_AREA;
		break;
	case VMLAB_A_WALK_AREA_BELOW:
		area_parse(a, &out->below);
		out->has |= VMLAB_HAS_BELOW;
		break;
	case VMLAB_A_WALK_AREA_ABOVE:
		area_parse(a, &out->above);
		out->has |= VMLAB_HAS_ABOVE;
		break;
	case VMLAB_A_WALK_PAGE:
		page_parse(a, &out->page);
		out->has |= VMLAB_HAS_PAGE;
		break;
	case VMLAB_A_WALK_ROOT:
		root_parse(a, &out->root);
		out->has |= VMLAB_HAS_ROOT;
		break;
	}
}

/* What is not told stays as it was in @out, and @out->has does not name it. */
static void walk_parse(struct attrs attrs, struct vmlab_walk *out)
{
	const struct nlattr *a;

	out->has = 0;
	out->nr_steps = 0;
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_WALK_PID:
			out->pid = attr_u32(a);
			break;
		case VMLAB_A_WALK_ADDRESS:
			out->address = attr_u64(a);
			break;
		case VMLAB_A_WALK_STATE:
			out->state = attr_u32(a);
			break;
		case VMLAB_A_WALK_PAGE_SIZE:
			out->page_size = attr_u64(a);
			break;
		case VMLAB_A_WALK_PFN:
			out->pfn = attr_u64(a);
			out->has |= VMLAB_HAS_PFN;
			break;
		case VMLAB_A_WALK_PHYSICAL:
			out->physical = attr_u64(a);
			out->has |= VMLAB_HAS_PHYSICAL;
			break;
		case VMLAB_A_WALK_SWAP_TYPE:
			out->swap_type = attr_u32(a);
			break;
		case VMLAB_A_WALK_SWAP_OFFSET:
			out->swap_offset = attr_u64(a);
			out->has |= VMLAB_HAS_SWAP;
			break;
		default:
			walk_part(a, out);
		}
	}
}

int vmlab_walk(struct vmlab *v, pid_t pid, __u64 address, __u32 with,
	       struct vmlab_walk *out)
{
	struct walk_request *req = &v->walk;
	struct attrs attrs;
	int err;

	req->pid = pid;
	req->address = address;
	req->with = with;
	err = channel_exchange(v, &req->nlh, &attrs);
	if (err)
		return err;
	out->state = VMLAB_STATE_NONE;
	out->page_size = 0;
	walk_parse(attrs, out);
	return 0;
}
