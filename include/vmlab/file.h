/* SPDX-License-Identifier: GPL-2.0 */
/* Files of Linux behind memories. */
#ifndef _VMLAB_FILE_H
#define _VMLAB_FILE_H

#include <vmlab/memory.h>

#include <linux/errseq.h>

struct completion;

/**
 * struct vml_file - the file behind a memory
 * @file: of Linux
 * @offset: in it, of the memory's first byte; a multiple of a frame
 * @read_only: nothing is written back
 * @lock: held by who writes back; before the file's own locks
 * @buffer: of VML_BATCH frames, for who holds @lock
 * @reads: frames that were read
 * @writes: frames that were written
 * @errors: of frames, how often one could not be
 *
 * What tells which file it is does not change.
 */
struct vml_file {
	struct file *file;
	u64 offset;
	bool read_only;
	struct mutex lock; /* protects @buffer, and one at a time writes back */
	void *buffer;
	atomic64_t reads;
	atomic64_t writes;
	atomic64_t errors;
};

/**
 * vml_file_position() - where an index begins
 * @index: the index
 *
 * Return: bytes from the first of the memory on.
 */
static inline u64 vml_file_position(u32 index)
{
	return (u64)index << VML_FRAME_SHIFT;
}

/* file.c: what is behind. */
int vml_file_attach(struct vml_memory *memory, struct file *file, u64 offset,
		    u64 size, bool read_only);
void vml_file_free(struct vml_file *f);
u64 vml_file_length(const struct vml_memory *memory);
int vml_file_read(const struct vml_memory *memory, u32 index, void *to);
int vml_file_fetch(struct vml_object *object, u32 index,
		   struct vml_frame *frame);
void vml_file_fetch_ahead(struct vml_object *object, u32 first, u32 nr);
int vml_file_advise(struct vml_memory *memory, loff_t start, loff_t size,
		    int advice);
int vml_file_punch(struct vml_memory *memory, u64 start, u64 size);

/* writeback.c: what the file does not have yet. */
int vml_file_init(void);
void vml_file_fini(void);
void vml_file_detach(struct vml_memory *memory, struct completion *done,
		     void (*then)(struct vml_memory *memory));
int vml_file_sync(struct vml_memory *memory, loff_t start, loff_t end);

#endif /* _VMLAB_FILE_H */
