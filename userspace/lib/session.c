// SPDX-License-Identifier: GPL-2.0
/* Sessions, to which what was allocated by hand belongs. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"

struct session_dump {
	vmlab_session_fn fn;
	void *data;
};

static const struct field session_fields[] = {
	FIELD(TEXT, VMLAB_A_SESSION_NAME, vmlab_session, name, 0),
	FIELD(U32, VMLAB_A_SESSION_UID, vmlab_session, uid, 0),
	FIELD(U32, VMLAB_A_SESSION_PORTID, vmlab_session, portid,
	      VMLAB_HAS_PORT),
	FIELD(U32, VMLAB_A_SESSION_FRAMES, vmlab_session, frames, 0),
	FIELD(U32, VMLAB_A_SESSION_BLOCKS, vmlab_session, blocks, 0),
	FIELD(U32, VMLAB_A_SESSION_VMALLOCS, vmlab_session, vmallocs, 0),
	FIELD(U32, VMLAB_A_SESSION_OBJECTS, vmlab_session, objects, 0),
	FIELD(U32, VMLAB_A_SESSION_CACHES, vmlab_session, caches, 0),
	{ 0 },
};

static int session_parse(struct attrs attrs, void *data)
{
	const struct session_dump *dump = data;
	struct vmlab_session session = { .name = "" };

	fields_parse(attrs, session_fields, &session, &session.has);
	return dump->fn(&session, dump->data);
}

int vmlab_sessions(struct vmlab *v, vmlab_session_fn fn, void *data)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_SESSION_GET);
	struct session_dump dump = { fn, data };

	return channel_dump(v, msg, session_parse, &dump);
}

int vmlab_session_end(struct vmlab *v, const char *name)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_SESSION_END);

	if (msg)
		nla_put_string(msg, VMLAB_A_SESSION_NAME, name);
	return channel_tell(v, msg);
}
