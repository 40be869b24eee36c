/* SPDX-License-Identifier: GPL-2.0 */
/* The inside of vml_slab_check(), for the files of object caches. */
#ifndef _VMLAB_SLAB_CHECK_H
#define _VMLAB_SLAB_CHECK_H

#include <vmlab/slab.h>

u32 vml_cache_verify(struct vml_cache *cache, u32 how);
u32 vml_poison_look(struct vml_cache *cache, struct vml_frame *frame,
		    u32 number, bool live);

#endif /* _VMLAB_SLAB_CHECK_H */
