/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_SEGMENT_H
#define _VMLAB_SEGMENT_H

#include <linux/types.h>
#include <linux/vmlab.h>

struct mm_struct;

/**
 * struct vml_segment - a segment descriptor, decoded
 * @raw: its eight bytes
 * @base: first linear address; 64 bits for a system descriptor
 * @limit: last offset in it, in bytes
 * @flags: bits of &enum vmlab_segment_flag
 * @kind: &enum vmlab_segment_kind
 * @dpl: descriptor privilege level
 */
struct vml_segment {
	u64 raw;
	u64 base;
	u64 limit;
	u32 flags;
	u8 kind;
	u8 dpl;
};

int vml_gdt_read(unsigned int cpu, u64 **table, unsigned int *nr);
int vml_ldt_read(struct mm_struct *mm, u64 **table, unsigned int *nr);
void vml_segment_decode(const u64 *table, unsigned int nr, unsigned int i,
			bool gdt, struct vml_segment *segment);
const char *vml_gdt_name(unsigned int i);

#endif /* _VMLAB_SEGMENT_H */
