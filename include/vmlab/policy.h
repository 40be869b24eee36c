/* SPDX-License-Identifier: GPL-2.0 */
/* On which nodes an object shall have its frames. */
#ifndef _VMLAB_POLICY_H
#define _VMLAB_POLICY_H

#include <linux/compiler.h>
#include <linux/types.h>

struct vml_object;

/* Ranges that an object can have at most. */
#define VML_POLICIES	64

/**
 * enum vml_policy_mode - how a node is chosen
 * @VML_POLICY_LOCAL: that of the CPU, then the next ones; where nothing is said
 * @VML_POLICY_PREFERRED: one node, then the next ones
 * @VML_POLICY_BIND: one of some nodes, the CPU's own if it is among them, and
 *	no other
 * @VML_POLICY_INTERLEAVE: of some nodes by turns, as the index says; then the
 *	next ones
 * @VML_POLICY_MODES: how many there are
 */
enum vml_policy_mode {
	VML_POLICY_LOCAL,
	VML_POLICY_PREFERRED,
	VML_POLICY_BIND,
	VML_POLICY_INTERLEAVE,
	VML_POLICY_MODES
};

/**
 * struct vml_policy - where frames shall be
 * @mode: &enum vml_policy_mode
 * @nodes: a bit for each node; none for %VML_POLICY_LOCAL
 */
struct vml_policy {
	u8 mode;
	u8 nodes;
};

/**
 * struct vml_policy_range - indices in a row with one policy
 * @first: the first index
 * @last: the last
 * @policy: not %VML_POLICY_LOCAL
 */
struct vml_policy_range {
	u32 first;
	u32 last;
	struct vml_policy policy;
};

/**
 * struct vml_policies - all ranges of an object
 * @nr: how many there are; read without the lock too
 * @ranges: they, by index
 */
struct vml_policies {
	u32 nr;
	struct vml_policy_range *ranges;
};

int vml_policy_set(struct vml_object *object, u32 first, u32 last,
		   struct vml_policy policy);
struct vml_policy vml_policy_get(struct vml_object *object, u32 index,
				 u32 *last);
u32 vml_policy_list(struct vml_object *object,
		    struct vml_policy_range ranges[VML_POLICIES]);
int vml_policy_copy(struct vml_policies *to, struct vml_object *from);
void vml_policy_fini(struct vml_policies *policies);
u32 vml_policy_find_place(struct vml_object *object, u32 index,
			  unsigned int order);

#endif /* _VMLAB_POLICY_H */
