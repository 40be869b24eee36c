// SPDX-License-Identifier: GPL-2.0
/* Memory that is contiguous only for the kernel that maps it. */
#include "channel.h"

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "fields.h"

static const struct field vmalloc_fields[] = {
	FIELD(U64, VMLAB_A_VMALLOC_SIZE, vmlab_vmalloc, size, 0),
	FIELD(U32, VMLAB_A_VMALLOC_HANDLE, vmlab_vmalloc, handle, 0),
	FIELD(U64, VMLAB_A_VMALLOC_ADDRESS, vmlab_vmalloc, address,
	      VMLAB_HAS_ADDRESS),
	FIELD(U32, VMLAB_A_VMALLOC_NR, vmlab_vmalloc, nr, 0),
	FIELD(U32, VMLAB_A_VMALLOC_RUNS, vmlab_vmalloc, runs, 0),
	FIELD(U32, VMLAB_A_VMALLOC_LARGEST_RUN, vmlab_vmalloc, largest_run, 0),
	FIELD(U32, VMLAB_A_VMALLOC_ORDER, vmlab_vmalloc, order,
	      VMLAB_HAS_ORDER),
	FIELD(FLAG, VMLAB_A_VMALLOC_CONTIGUOUS, vmlab_vmalloc, contiguous, 0),
	{ 0 },
};

int vmlab_vmalloc(struct vmlab *v, const char *session, __u64 size,
		  struct vmlab_vmalloc *out)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_VMALLOC);
	struct attrs attrs;
	int err;

	if (msg) {
		nla_put_string(msg, VMLAB_A_VMALLOC_SESSION, session);
		nla_put_u64(msg, VMLAB_A_VMALLOC_SIZE, size);
	}
	err = channel_do(v, msg, &attrs);
	if (err)
		return err;
	memset(out, 0, sizeof(*out));
	fields_parse(attrs, vmalloc_fields, out, &out->has);
	return 0;
}

int vmlab_vmalloc_free(struct vmlab *v, const char *session, __u32 handle)
{
	struct nl_msg *msg = channel_request(v, VMLAB_CMD_VMALLOC_FREE);

	if (msg) {
		nla_put_string(msg, VMLAB_A_VMALLOC_SESSION, session);
		nla_put_u32(msg, VMLAB_A_VMALLOC_HANDLE, handle);
	}
	return channel_tell(v, msg);
}
