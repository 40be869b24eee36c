// SPDX-License-Identifier: GPL-2.0
/* The objects that programs map, and what is in them. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "spaces.h"

static const struct field memory_fields[] = {
	FIELD(U32, VMLAB_A_MEMORY_ID, vmlab_memory_info, id, 0),
	FIELD(TEXT, VMLAB_A_MEMORY_NAME, vmlab_memory_info, name, 0),
	FIELD(U32, VMLAB_A_MEMORY_UID, vmlab_memory_info, uid, 0),
	FIELD(U32, VMLAB_A_MEMORY_GID, vmlab_memory_info, gid, 0),
	FIELD(U32, VMLAB_A_MEMORY_MODE, vmlab_memory_info, mode, 0),
	FIELD(U32, VMLAB_A_MEMORY_FLAGS, vmlab_memory_info, flags, 0),
	FIELD(U64, VMLAB_A_MEMORY_SIZE, vmlab_memory_info, size, 0),
	FIELD(U32, VMLAB_A_MEMORY_FRAMES, vmlab_memory_info, frames, 0),
	FIELD(U32, VMLAB_A_MEMORY_SHARED, vmlab_memory_info, shared, 0),
	FIELD(U32, VMLAB_A_MEMORY_DIRTY, vmlab_memory_info, dirty, 0),
	FIELD(U32, VMLAB_A_MEMORY_TABLES, vmlab_memory_info, tables, 0),
	FIELD(U32, VMLAB_A_MEMORY_SHARED_TABLES, vmlab_memory_info,
	      shared_tables, 0),
	FIELD(U32, VMLAB_A_MEMORY_HUGE, vmlab_memory_info, huge, 0),
	FIELD(U32, VMLAB_A_MEMORY_AREAS, vmlab_memory_info, areas, 0),
	FIELD(U32, VMLAB_A_MEMORY_PARENT, vmlab_memory_info, parent, 0),
	FIELD(U32, VMLAB_A_MEMORY_CHARGED, vmlab_memory_info, charged, 0),
	FIELD(U32, VMLAB_A_MEMORY_CAP, vmlab_memory_info, cap, 0),
	FIELD(TEXT, VMLAB_A_MEMORY_FILE, vmlab_memory_info, file, 0),
	FIELD(U64, VMLAB_A_MEMORY_FILE_OFFSET, vmlab_memory_info, offset, 0),
	FIELD(FLAG, VMLAB_A_MEMORY_FILE_READ_ONLY, vmlab_memory_info,
	      read_only, 0),
	FIELD(U64, VMLAB_A_MEMORY_FILE_READS, vmlab_memory_info, reads, 0),
	FIELD(U64, VMLAB_A_MEMORY_FILE_WRITES, vmlab_memory_info, writes, 0),
	FIELD(U64, VMLAB_A_MEMORY_FILE_ERRORS, vmlab_memory_info, errors, 0),
	FIELD(U64, VMLAB_A_MEMORY_MAJOR, vmlab_memory_info, major, 0),
	FIELD(U64, VMLAB_A_MEMORY_READAHEAD, vmlab_memory_info, readahead, 0),
	FIELD(U64, VMLAB_A_MEMORY_READAHEAD_HITS, vmlab_memory_info,
	      readahead_hits, 0),
	FIELD(U64, VMLAB_A_MEMORY_READAHEAD_WASTE, vmlab_memory_info,
	      readahead_waste, 0),
	{ 0 },
};

static const struct field policy_fields[] = {
	FIELD(U32, VMLAB_A_POLICY_RANGE_FIRST, vmlab_policy_range, first, 0),
	FIELD(U32, VMLAB_A_POLICY_RANGE_LAST, vmlab_policy_range, last, 0),
	FIELD(U32, VMLAB_A_POLICY_RANGE_MODE, vmlab_policy_range, mode, 0),
	FIELD(U32, VMLAB_A_POLICY_RANGE_NODES, vmlab_policy_range, nodes, 0),
	{ 0 },
};

static const struct field content_fields[] = {
	FIELD(U32, VMLAB_A_CONTENT_RUN_FIRST, vmlab_content, first, 0),
	FIELD(U32, VMLAB_A_CONTENT_RUN_NR, vmlab_content, nr, 0),
	FIELD(FLAG, VMLAB_A_CONTENT_RUN_SHARED, vmlab_content, shared, 0),
	FIELD(FLAG, VMLAB_A_CONTENT_RUN_DIRTY, vmlab_content, dirty, 0),
	FIELD(FLAG, VMLAB_A_CONTENT_RUN_HUGE, vmlab_content, huge, 0),
	FIELD(U32, VMLAB_A_CONTENT_RUN_FRAME, vmlab_content, frame,
	      VMLAB_HAS_FRAME),
	{ 0 },
};

struct memory_dump {
	vmlab_memory_fn fn;
	void *data;
};

static int memory_parse(struct attrs attrs, void *data)
{
	const struct memory_dump *dump = data;
	struct vmlab_memory_info memory = { .name = "", .cap = ~0U };
	const struct nlattr *a;

	fields_parse(attrs, memory_fields, &memory, NULL);
	while ((a = attr_next(&attrs))) {
		if (attr_type(a) == VMLAB_A_MEMORY_POLICY &&
		    memory.nr_policies < VMLAB_POLICIES_MAX)
			fields_parse(attr_nest(a), policy_fields,
				     &memory.policy[memory.nr_policies++],
				     NULL);
	}
	return dump->fn(&memory, dump->data);
}

int vmlab_memories(struct vmlab *v, __u32 id, vmlab_memory_fn fn, void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_MEMORY_GET);
	struct memory_dump dump = { fn, data };

	if (msg && id)
		nla_put_u32(msg, VMLAB_A_MEMORY_ID, id);
	return channel_dump(v, msg, memory_parse, &dump);
}

void content_parse(const struct nlattr *nest, struct vmlab_content *content)
{
	*content = (struct vmlab_content){ 0 };
	fields_parse(attr_nest(nest), content_fields, content, &content->has);
}

struct content_dump {
	vmlab_content_fn fn;
	void *data;
};

static int contents_parse(struct attrs attrs, void *data)
{
	const struct content_dump *dump = data;
	struct vmlab_content content;
	const struct nlattr *a;
	int stop = 0;

	while (!stop && (a = attr_next(&attrs))) {
		if (attr_type(a) != VMLAB_A_CONTENT_RUN)
			continue;
		content_parse(a, &content);
		stop = dump->fn(&content, dump->data);
	}
	return stop;
}

int vmlab_contents(struct vmlab *v, __u32 id, vmlab_content_fn fn, void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_CONTENT_GET);
	struct content_dump dump = { fn, data };

	if (msg)
		nla_put_u32(msg, VMLAB_A_CONTENT_ID, id);
	return channel_dump(v, msg, contents_parse, &dump);
}
