/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What faults tell, each in a line; see &enum vmlab_story_step. What is told is
 * found out in functions of their own, so that those of faults are as short as
 * if they told nothing.
 */
#ifndef _VMLAB_TELL_H
#define _VMLAB_TELL_H

#include <vmlab/event.h>

struct vml_fault;
struct vml_space_area;
struct vml_want;

#define TELL(what, ...)							\
do {									\
	if (static_branch_unlikely(&vml_step_key))			\
		vml_tell_##what(__VA_ARGS__);				\
} while (0)

void vml_tell_area(const struct vml_space_area *area) __cold;
void vml_tell_no_area(const struct vml_fault *f) __cold;
void vml_tell_stale(const struct vml_fault *f,
		    const struct vml_space_area *area) __cold;
void vml_tell_refresh(const struct vml_fault *f, int err) __cold;
void vml_tell_rights(const struct vml_fault *f, bool may) __cold;
void vml_tell_beyond(const struct vml_fault *f) __cold;
void vml_tell_found(const struct vml_fault *f, u64 slot, bool shared) __cold;
void vml_tell_tables(const struct vml_want *want) __cold;
void vml_tell_frame(const struct vml_fault *f) __cold;
void vml_tell_overcome(const struct vml_fault *f, int err) __cold;
void vml_tell_copy(const struct vml_fault *f, u64 slot) __cold;
void vml_tell_place(const struct vml_fault *f) __cold;
void vml_tell_dirty(const struct vml_fault *f, u64 slot, int err) __cold;
void vml_tell_huge(const struct vml_fault *f, u64 slot) __cold;
void vml_tell_entry_set(const struct vml_fault *f, u64 entry) __cold;
void vml_tell_real_huge(const struct vml_fault *f, int err) __cold;

#endif /* _VMLAB_TELL_H */
