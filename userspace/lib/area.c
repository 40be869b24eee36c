// SPDX-License-Identifier: GPL-2.0
/* The areas of a process. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

void area_parse(const struct nlattr *nest, struct vmlab_area *area)
{
	struct attrs attrs = attr_nest(nest);
	const struct nlattr *a;

	*area = (struct vmlab_area){ .name = "" };
	while ((a = attr_next(&attrs))) {
		switch (attr_type(a)) {
		case VMLAB_A_AREA_START:
			area->start = attr_u64(a);
			break;
		case VMLAB_A_AREA_END:
			area->end = attr_u64(a);
			break;
		case VMLAB_A_AREA_FLAGS:
			area->flags = attr_u64(a);
			break;
		case VMLAB_A_AREA_OFFSET:
			area->offset = attr_u64(a);
			break;
		case VMLAB_A_AREA_INODE:
			area->inode = attr_u64(a);
			break;
		case VMLAB_A_AREA_DEVICE_MAJOR:
			area->device_major = attr_u32(a);
			break;
		case VMLAB_A_AREA_DEVICE_MINOR:
			area->device_minor = attr_u32(a);
			break;
		case VMLAB_A_AREA_NAME:
			area->name = attr_text(a);
			break;
		case VMLAB_A_AREA_PKEY:
			area->pkey = attr_u32(a);
			area->has |= VMLAB_HAS_PKEY;
			break;
		case VMLAB_A_AREA_PAGE_SIZE:
			area->page_size = attr_u64(a);
			break;
		}
	}
}

struct area_dump {
	vmlab_area_fn fn;
	void *data;
};

static int areas_parse(struct attrs attrs, void *data)
{
	const struct area_dump *dump = data;
	const struct nlattr *a;
	struct vmlab_area area;
	int stop;

	while ((a = attr_next(&attrs))) {
		if (attr_type(a) != VMLAB_A_AREAS_AREA)
			continue;
		area_parse(a, &area);
		stop = dump->fn(&area, dump->data);
		if (stop)
			return stop;
	}
	return 0;
}

int vmlab_areas(struct vmlab *v, pid_t pid, vmlab_area_fn fn, void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_AREA_GET);
	struct area_dump dump = { fn, data };

	if (msg)
		nla_put_u32(msg, VMLAB_A_AREAS_PID, pid);
	return channel_dump(v, msg, areas_parse, &dump);
}
