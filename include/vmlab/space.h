/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_SPACE_H
#define _VMLAB_SPACE_H

#include <vmlab/area.h>
#include <vmlab/fault.h>
#include <vmlab/object.h>
#include <vmlab/ptable.h>

#include <linux/rwsem.h>

/**
 * struct vml_space - what vmlab manages of a process's memory
 * @lock: held for reading by faults until the real entry is in, for writing by
 *	who changes areas
 * @areas: by address; no two overlap
 * @nr_areas: how many
 * @ptable: the shadow page table, which has a lock of its own
 * @faults: by &enum vml_fault_kind
 */
struct vml_space {
	struct rw_semaphore lock;
	struct rb_root areas;
	u32 nr_areas;
	struct vml_ptable ptable;
	atomic64_t faults[VML_FAULT_KINDS];
};

/**
 * struct vml_space_ops - what the floor above does for this one
 * @insert: put a real entry in, for a frame that stays what it is meanwhile. An
 *	entry that is there for the same frame is given the rights. May sleep.
 *	Returns 0 or an error
 * @zap: take away all real entries, in whatever space, that show @nr indices of
 *	an object from @first on. May sleep
 * @copy: copy a frame. May sleep
 *
 * They are called with locks of this floor held, of which see module/space/
 * space.c, and must not come back to it.
 */
struct vml_space_ops {
	int (*insert)(struct vml_space *space, u64 address,
		      struct vml_frame *frame, bool write);
	void (*zap)(struct vml_object *object, u32 first, u32 nr);
	void (*copy)(struct vml_frame *to, struct vml_frame *from);
};

extern const struct vml_space_ops *vml_space_ops;
extern struct vml_frame *vml_zero_frame;

int vml_space_start(const struct vml_space_ops *ops);
void vml_space_stop(void);

int vml_space_init(struct vml_space *space, const struct vml_geometry *geometry,
		   u64 base, u64 span);
void vml_space_fini(struct vml_space *space);

#endif /* _VMLAB_SPACE_H */
