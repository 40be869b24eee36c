/* SPDX-License-Identifier: GPL-2.0 */
/* The frames that vmlab holds inside Linux, and the allocator that runs on them. */
#ifndef _VMLAB_POOL_H
#define _VMLAB_POOL_H

#include <vmlab/alloc.h>
#include <vmlab/slab.h>

#include <linux/percpu-rwsem.h>

/**
 * enum vml_pool_source - where the frames come from
 * @VML_POOL_BUDDY: Linux's own allocator, at load
 * @VML_POOL_MEMMAP: memory that Linux was booted without, memmap=
 * @VML_POOL_RESERVE_MEM: memory set aside at boot, reserve_mem=
 */
enum vml_pool_source {
	VML_POOL_BUDDY,
	VML_POOL_MEMMAP,
	VML_POOL_RESERVE_MEM
};

/**
 * struct vml_pool - what was reserved; does not change until unload
 * @source: where from
 * @asked: frames that were asked for
 * @got: frames that there are
 * @extents: by rising physical number
 * @nr_extents: how many
 * @real_nodes: whether each node's frames are of a NUMA node of the machine
 */
struct vml_pool {
	enum vml_pool_source source;
	u32 asked;
	u32 got;
	const struct vml_extent *extents;
	unsigned int nr_extents;
	bool real_nodes;
};

#define VML_POOL_REPORTS	64

/**
 * struct vml_pool_report - a bug that was reported
 * @sequence: counts all reports since load, from 1
 * @when: ktime_get_real_seconds()
 * @by: process that was at work
 * @task: and which of its tasks
 * @is_slab: which of the two follows
 * @bug: &enum vml_bug, if not @is_slab
 * @frame: number of the frame, or VML_NONE
 * @order: as the caller saw it
 * @slab: if @is_slab; @slab.cache points to @cache
 * @cache: name of the cache
 */
struct vml_pool_report {
	u64 sequence;
	s64 when;
	u32 by;
	u32 task;
	bool is_slab;
	enum vml_bug bug;
	u32 frame;
	u32 order;
	struct vml_slab_bug slab;
	char cache[VML_CACHE_NAME];
};

extern struct vml_pool vml_pool;

int vml_pool_init(void);
void vml_pool_fini(void);

/*
 * Who uses frames other than by hand enters the pool, and leaves it before he
 * copies from or to a user, whose buffer may be of vmlab too. A check that needs
 * quiet waits until nobody is in.
 */
extern struct percpu_rw_semaphore vml_pool_busy;

static inline void vml_pool_enter(void)
{
	percpu_down_read(&vml_pool_busy);
}

static inline void vml_pool_leave(void)
{
	percpu_up_read(&vml_pool_busy);
}

bool vml_pool_strict(void);
void vml_pool_set_strict(bool on);
u32 vml_pool_check(u32 how);
unsigned int vml_pool_reports(struct vml_pool_report *reports, unsigned int nr);
u64 vml_pool_reported(void);
bool vml_pool_find_report(u64 since, const char *cache,
			  struct vml_pool_report *report);

void vml_pool_zero(struct vml_frame *frame, unsigned int order);
void vml_pool_copy(struct vml_frame *to, struct vml_frame *from,
		   unsigned int order);
void *vml_pool_map(struct vml_frame *frame);
void vml_pool_unmap(void *address);

/* What control does for compaction, until higher floors hold frames too. */
void vml_pool_set_migrate(int (*migrate)(struct vml_frame *from,
					 struct vml_frame *to,
					 unsigned int order));

#endif /* _VMLAB_POOL_H */
