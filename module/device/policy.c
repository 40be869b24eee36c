// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: NUMA policies, as users set them
 *
 * By an ioctl, in nodes of the pool; or by mbind(), in nodes of the machine. The
 * latter are those of the pool that lie on them, where its nodes are real; else
 * they are counted round the pool's, so that a machine of one node can do
 * nothing but what it is asked for by the ioctl.
 *
 * Linux keeps what mbind() set with its area as well, and answers
 * get_mempolicy() from there. Of what it hands us, we keep no reference: only
 * newer kernels let modules drop one.
 */
#include "reserve.h"

#include <vmlab/memory.h>
#include <vmlab/pool.h>

#include <linux/bitops.h>
#include <linux/mempolicy.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/uaccess.h>
#include <linux/vmlab.h>

static_assert((int)VML_POLICY_LOCAL == (int)VMLAB_POLICY_MODE_LOCAL);
static_assert((int)VML_POLICY_PREFERRED == (int)VMLAB_POLICY_MODE_PREFERRED);
static_assert((int)VML_POLICY_BIND == (int)VMLAB_POLICY_MODE_BIND);
static_assert((int)VML_POLICY_INTERLEAVE == (int)VMLAB_POLICY_MODE_INTERLEAVE);

static u8 nodes_with_frames(void)
{
	struct vml_zone *zone;
	u8 nodes = 0;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone))
		nodes |= BIT(zone->node);
	return nodes;
}

/* === ioctls === */

static bool is_policy(u32 mode, u64 nodes)
{
	switch (mode) {
	case VML_POLICY_LOCAL:
		return !nodes;
	case VML_POLICY_PREFERRED:
		return hweight64(nodes) == 1 && !(nodes & ~nodes_with_frames());
	case VML_POLICY_BIND:
	case VML_POLICY_INTERLEAVE:
		return nodes && !(nodes & ~nodes_with_frames());
	default:
		return false;
	}
}

static bool is_range(u64 start, u64 size)
{
	return size && !((start | size) & (VML_FRAME_SIZE - 1)) &&
	       start + size > start &&
	       (start + size - 1) >> VML_FRAME_SHIFT <= U32_MAX;
}

/**
 * vml_memory_set_policy() - what VMLAB_IOC_SET_POLICY does
 * @memory: the memory
 * @arg: struct vmlab_policy
 *
 * Context: process; may sleep.
 * Return: 0; -EFAULT; -EINVAL for what is no range of whole frames, an unknown
 * mode or flag, or nodes that the mode does not take or the pool does not have;
 * -ENOSPC and -ENOMEM as vml_policy_set().
 */
int vml_memory_set_policy(struct vml_memory *memory, const void __user *arg)
{
	struct vmlab_policy p;

	if (copy_from_user(&p, arg, sizeof(p)))
		return -EFAULT;
	if (p.flags || !is_range(p.start, p.size) ||
	    !is_policy(p.mode, p.nodes))
		return -EINVAL;
	return vml_policy_set(memory->object, p.start >> VML_FRAME_SHIFT,
			      (p.start + p.size - 1) >> VML_FRAME_SHIFT,
			      (struct vml_policy) { p.mode, p.nodes });
}

/**
 * vml_memory_get_policy() - what VMLAB_IOC_GET_POLICY does
 * @memory: the memory
 * @arg: struct vmlab_policy
 *
 * Context: process; may sleep.
 * Return: 0; -EFAULT; -EINVAL for a start that no frame has, or a flag.
 */
int vml_memory_get_policy(struct vml_memory *memory, void __user *arg)
{
	struct vml_policy policy;
	struct vmlab_policy p;
	u32 last;

	if (copy_from_user(&p, arg, sizeof(p)))
		return -EFAULT;
	if (p.flags || !is_range(p.start, VML_FRAME_SIZE))
		return -EINVAL;
	policy = vml_policy_get(memory->object, p.start >> VML_FRAME_SHIFT,
				&last);
	p.size = (((u64)last + 1) << VML_FRAME_SHIFT) - p.start;
	p.mode = policy.mode;
	p.nodes = policy.nodes;
	return copy_to_user(arg, &p, sizeof(p)) ? -EFAULT : 0;
}

/* === mbind() === */

#ifdef CONFIG_NUMA
/* The pool's, of the machine's. */
static u8 nodes_of(const nodemask_t *machine)
{
	u8 nodes = 0;
	int nid;

	for_each_node_mask(nid, *machine)
		nodes |= vml_pool.real_nodes ? vml_reserve_on(nid) :
			 BIT(nid % vml_zones.nr_nodes);
	return nodes & nodes_with_frames();
}

static int translate(const struct mempolicy *from, struct vml_policy *to)
{
	*to = (struct vml_policy) { .mode = VML_POLICY_LOCAL };
	if (!from || from->mode == MPOL_LOCAL || from->mode == MPOL_DEFAULT)
		return 0;
	to->nodes = nodes_of(&from->nodes);
	if (!to->nodes)
		return -EINVAL;
	switch (from->mode) {
	case MPOL_PREFERRED:
	case MPOL_PREFERRED_MANY:
		to->mode = VML_POLICY_PREFERRED;
		to->nodes &= -to->nodes;
		return 0;
	case MPOL_BIND:
		to->mode = VML_POLICY_BIND;
		return 0;
	case MPOL_INTERLEAVE:
		to->mode = VML_POLICY_INTERLEAVE;
		return 0;
	default:
		return -EINVAL;
	}
}

/**
 * vml_mirror_set_policy() - vm_ops->set_policy: take part in mbind()
 * @vma: all of it
 * @new: NULL for none
 *
 * Of a private area, the copies are Linux's, and so is the policy.
 *
 * Context: the mmap_lock held for writing. May sleep.
 * Return: 0; -EACCES if the memory may not be changed through the area, -EINVAL
 * for a mode that there is not here, or if the pool has nothing on the nodes;
 * and as vml_policy_set().
 */
int vml_mirror_set_policy(struct vm_area_struct *vma, struct mempolicy *new)
{
	struct vml_map *map = vma->vm_private_data;
	u64 last = (u64)vma->vm_pgoff + vma_pages(vma) - 1;
	struct vml_policy policy;
	int err;

	if (!(vma->vm_flags & VM_MAYSHARE))
		return 0;
	if (!(vma->vm_flags & VM_MAYWRITE))
		return -EACCES;
	err = translate(new, &policy);
	if (err)
		return err;
	if (!map->memory || last > U32_MAX)
		return -EINVAL;
	return vml_policy_set(map->memory->object, vma->vm_pgoff, last, policy);
}
#endif /* CONFIG_NUMA */
