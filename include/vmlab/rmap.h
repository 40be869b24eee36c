/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_RMAP_H
#define _VMLAB_RMAP_H

#include <vmlab/object.h>

struct vml_space;

/**
 * typedef vml_rmap_fn - is told of an address that a frame is mapped at
 * @space: the space
 * @address: the address
 * @entry: the shadow entry
 * @arg: as given
 *
 * Called under spinlocks. Returns whether to go on.
 */
typedef bool (*vml_rmap_fn)(struct vml_space *space, u64 address, u64 entry,
			    void *arg);

void vml_rmap_walk(struct vml_frame *frame, vml_rmap_fn fn, void *arg);
u32 vml_rmap_unmap(struct vml_object *object, u32 first, u32 nr);
u32 vml_rmap_protect(struct vml_object *object, u32 first, u32 nr);

#endif /* _VMLAB_RMAP_H */
