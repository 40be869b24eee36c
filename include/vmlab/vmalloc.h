/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_VMALLOC_H
#define _VMLAB_VMALLOC_H

#include <vmlab/frame.h>

/**
 * struct vml_vmap - a virtually contiguous mapping over scattered frames
 * @address: where the kernel sees it
 * @nr: how many frames
 * @runs: pieces that are contiguous in physical memory
 * @frames: by place; they carry %VML_FRAME_VMALLOC
 */
struct vml_vmap {
	void *address;
	u32 nr;
	u32 runs;
	struct vml_frame **frames;
};

struct vml_vmap *vml_vmalloc(size_t size, u32 req);
void vml_vfree(struct vml_vmap *map);

#endif /* _VMLAB_VMALLOC_H */
