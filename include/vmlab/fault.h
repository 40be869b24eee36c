/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_FAULT_H
#define _VMLAB_FAULT_H

#include <linux/types.h>

struct vml_space;
struct vml_view;

/**
 * enum vml_fault_kind - how a fault ended
 * @VML_FAULT_MINOR: the frame was there, and is mapped now
 * @VML_FAULT_ZERO: there was none, and for reading the one of zeroes is mapped
 * @VML_FAULT_NEW: there was none, and for writing there is one of zeroes now
 * @VML_FAULT_COPY: the frame is another's too, and was copied for writing
 * @VML_FAULT_REUSE: the frame is nobody else's, and may be written to from now
 * @VML_FAULT_MAJOR: there was none, and what is behind the object was read
 * @VML_FAULT_BAD_AREA: no area shows the address
 * @VML_FAULT_BAD_RIGHTS: the area does not allow it
 * @VML_FAULT_BEYOND: the object ends before
 * @VML_FAULT_NO_MEMORY: there was no frame for the content or a table
 * @VML_FAULT_OVER_CAP: the user whose the object is, or the page table, has as
 *	many frames as may count for him
 * @VML_FAULT_IO: what is behind the object could not be read
 * @VML_FAULT_KINDS: how many there are
 *
 * From %VML_FAULT_BAD_AREA on, the access failed.
 */
enum vml_fault_kind {
	VML_FAULT_MINOR,
	VML_FAULT_ZERO,
	VML_FAULT_NEW,
	VML_FAULT_COPY,
	VML_FAULT_REUSE,
	VML_FAULT_MAJOR,
	VML_FAULT_BAD_AREA,
	VML_FAULT_BAD_RIGHTS,
	VML_FAULT_BEYOND,
	VML_FAULT_NO_MEMORY,
	VML_FAULT_OVER_CAP,
	VML_FAULT_IO,
	VML_FAULT_KINDS
};

enum vml_fault_kind vml_fault(struct vml_space *space, u64 address, u32 access,
			      const struct vml_view *view, void *arg);

#endif /* _VMLAB_FAULT_H */
