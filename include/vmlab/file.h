/* SPDX-License-Identifier: GPL-2.0 */
/* Files of Linux behind memories. */
#ifndef _VMLAB_FILE_H
#define _VMLAB_FILE_H

#include <vmlab/memory.h>

#include <linux/errseq.h>

struct completion;

/**
 * struct vml_file - the file behind a memory; does not change
 * @file: of Linux
 * @offset: in it, of the memory's first byte; a multiple of a frame
 * @read_only: nothing is written back
 * @lock: held by who writes back; before the file's own locks
 * @buffer: of VML_BATCH frames, for who holds @lock
 */
struct vml_file {
	struct file *file;
	u64 offset;
	bool read_only;
	struct mutex lock; /* protects @buffer, and one at a time writes back */
	void *buffer;
};

int vml_file_init(void);
void vml_file_fini(void);

int vml_file_attach(struct vml_memory *memory, struct file *file, u64 offset,
		    u64 size, bool read_only);
void vml_file_detach(struct vml_memory *memory, struct completion *done,
		     void (*then)(struct vml_memory *memory));
int vml_file_sync(struct vml_memory *memory, loff_t start, loff_t end);
int vml_file_advise(struct vml_memory *memory, loff_t start, loff_t size,
		    int advice);
int vml_file_punch(struct vml_memory *memory, u64 start, u64 size);

int vml_file_fetch(struct vml_object *object, u32 index,
		   struct vml_frame *frame);
void vml_file_fetch_ahead(struct vml_object *object, u32 first, u32 nr);

#endif /* _VMLAB_FILE_H */
