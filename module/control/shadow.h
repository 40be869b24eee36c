/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands about memories and spaces have together. */
#ifndef _VMLAB_CONTROL_SHADOW_H
#define _VMLAB_CONTROL_SHADOW_H

#include "control.h"

#include <vmlab/entry.h>
#include <vmlab/memory.h>

/* What is said of a process that maps no memory. */
#define VML_NO_SPACE	"the process maps no object of vmlab"

/* What is said of a memory that the caller cannot see. */
#define VML_NO_MEMORY	"there is no such object, or it is another user's"

/**
 * struct vml_content - what a memory has at some indices in a row
 * @first: the first index
 * @nr: how many
 * @shared: a clone has it too
 * @dirty: it is nowhere else
 * @huge: it is in blocks
 * @frame: number of the first frame
 * @consecutive: the others follow it
 */
struct vml_content {
	u32 first;
	u32 nr;
	bool shared;
	bool dirty;
	bool huge;
	u32 frame;
	bool consecutive;
};

/**
 * struct vml_place - where real and shadow entries are compared
 * @vma: area of Linux that shows a memory, or NULL
 * @map: of @vma
 * @space: the space
 * @area: area of the space, or NULL
 */
struct vml_place {
	struct vm_area_struct *vma;
	struct vml_map *map;
	struct vml_space *space;
	struct vml_space_area *area;
};

/**
 * struct vml_pair - a real entry and its shadow
 * @address: of both
 * @leaf: the real one
 * @entry: the shadow one
 * @level: of the shadow one
 * @mirror: &enum vmlab_mirror
 */
struct vml_pair {
	u64 address;
	struct vml_leaf leaf;
	u64 entry;
	unsigned int level;
	u32 mirror;
};

/* memory.c */
struct vml_memory *vml_request_memory(const struct sk_buff *skb, u32 id);
bool vml_content_at(struct vml_object *object, u32 index,
		    struct vml_content *content);
int vml_put_content(struct sk_buff *skb, int attr,
		    const struct vml_content *content, bool admin);

/* space.c */
struct pid *vml_process_number(struct vml_process *process);
int vml_put_process(struct sk_buff *skb, int pid_attr, int comm_attr,
		    struct vml_process *process);
u32 vml_area_memory(const struct vml_space_area *area);
int vml_put_shadow_area(struct sk_buff *skb, int attr,
			const struct vml_space_area *area,
			struct mm_struct *mm);
int vml_put_linux_area(struct sk_buff *skb, int attr,
		       const struct vm_area_struct *vma);

/* huge.c */
int vml_put_area_blocks(struct sk_buff *skb, const struct vml_space_area *area,
			struct mm_struct *mm);

/* shadow.c */
u64 vml_shadow_withhold(u64 entry);
void vml_pair_read(const struct vml_place *place, u64 address,
		   struct vml_pair *pair);
void vml_place_lock(const struct vml_place *place, u64 address);
void vml_place_unlock(const struct vml_place *place, u64 address);

#endif /* _VMLAB_CONTROL_SHADOW_H */
