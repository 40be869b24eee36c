/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_DEVICE_INODE_H
#define _VMLAB_DEVICE_INODE_H

#include <vmlab/memory.h>

int vml_inode_init(void);
void vml_inode_fini(void);
struct file *vml_inode_create(const struct vml_memory *memory);
struct file *vml_inode_open(struct file *file,
			    const struct file_operations *fops);
void vml_inode_name(struct file *file, const char *name);
u32 vml_inode_id(const struct file *file);

#endif /* _VMLAB_DEVICE_INODE_H */
