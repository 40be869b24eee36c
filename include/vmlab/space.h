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
 * @counts: of all areas that there ever were, and of faults without one
 */
struct vml_space {
	struct rw_semaphore lock;
	struct rb_root areas;
	u32 nr_areas;
	struct vml_ptable ptable;
	struct vml_counts counts;
};

/* How many entries are set at once at most. */
#define VML_BATCH	16

/**
 * struct vml_batch - shadow entries of addresses in a row
 * @address: of the first
 * @nr: how many, up to VML_BATCH
 * @entries: they; one that is not present is passed over
 */
struct vml_batch {
	u64 address;
	u32 nr;
	const u64 *entries;
};

/**
 * struct vml_space_ops - what the floor above does for this one
 * @insert: put real entries in that say what the shadow entries say, for frames
 *	that stay what they are meanwhile. An entry that is there for the same
 *	frame is given the rights. @arg is what vml_fault() got. May sleep.
 *	Returns 0 or an error
 * @insert_huge: as @insert, the one real entry of a block of VML_HUGE_ORDER; its
 *	address is a multiple of that. Returns -EOPNOTSUPP if it cannot be here:
 *	then there is none. NULL if it never can
 * @zap: take away all real entries, in whatever space, that show @nr indices of
 *	an object from @first on. May sleep
 * @copy: copy a frame. Does not sleep
 * @read: copy bytes out of a frame, which may be of HIGHMEM. Does not sleep
 * @write: copy bytes into a frame. Does not sleep
 * @fetch: read what is behind an index of an object that is backed into a frame.
 *	Called without locks. May sleep. Returns 0; -ERANGE if there is nothing,
 *	-ENOMEM, or why it cannot be read. NULL if no object ever is backed
 * @fetch_ahead: so many indices from @first on will be fetched soon; it need not
 *	wait for that. Called without locks. May sleep. NULL with nothing to do
 * @release: an object is about to be freed, which nobody uses any more; its
 *	@host is not looked at again. Called without locks. May sleep
 *
 * The others are called with locks of this floor held, of which see
 * module/space/space.c, and must not come back to it.
 */
struct vml_space_ops {
	int (*insert)(struct vml_space *space, const struct vml_batch *batch,
		      void *arg);
	int (*insert_huge)(struct vml_space *space, u64 address, u64 entry,
			   void *arg);
	void (*zap)(struct vml_object *object, u32 first, u32 nr);
	void (*copy)(struct vml_frame *to, struct vml_frame *from);
	void (*read)(void *to, struct vml_frame *from, unsigned int offset,
		     unsigned int len);
	void (*write)(struct vml_frame *to, const void *from,
		      unsigned int offset, unsigned int len);
	int (*fetch)(struct vml_object *object, u32 index,
		     struct vml_frame *frame);
	void (*fetch_ahead)(struct vml_object *object, u32 first, u32 nr);
	void (*release)(struct vml_object *object);
};

extern const struct vml_space_ops *vml_space_ops;
extern struct vml_frame *vml_zero_frame;

int vml_space_start(const struct vml_space_ops *ops);
void vml_space_stop(void);

int vml_space_init(struct vml_space *space, const struct vml_geometry *geometry,
		   u64 base, u64 span);
void vml_space_charge(struct vml_space *space, struct vml_charge *charge);
void vml_space_fini(struct vml_space *space);

#endif /* _VMLAB_SPACE_H */
