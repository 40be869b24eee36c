// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: On which nodes frames are
 *
 * A policy is the object's, by ranges of indices, as Linux has it for shared
 * memory (struct shared_policy, mm/mempolicy.c): whoever touches an index first,
 * the frame comes from the node that was wanted for it. Where no range says
 * otherwise, it is the node of the CPU that touches. What has a frame keeps it.
 *
 * Ranges are few, and in an array that is never changed but replaced, so that
 * the new one is allocated before the lock is taken.
 */
#include <vmlab/object.h>
#include <vmlab/policy.h>
#include <vmlab/zone.h>

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

/* === Ranges === */

static struct vml_policy_range *new_ranges(u32 nr)
{
	return kvcalloc(nr, sizeof(struct vml_policy_range), GFP_KERNEL);
}

static bool is_same(struct vml_policy a, struct vml_policy b)
{
	return a.mode == b.mode && a.nodes == b.nodes;
}

/* Appends a range that says something; one that goes on from the last joins. */
static void append(struct vml_policies *to, u32 first, u32 last,
		   struct vml_policy policy)
{
	struct vml_policy_range *before = to->ranges + to->nr - 1;

	if (policy.mode == VML_POLICY_LOCAL)
		return;
	if (to->nr && before->last + 1 == first &&
	    is_same(before->policy, policy))
		before->last = last;
	else
		to->ranges[to->nr++] = (struct vml_policy_range) {
			.first = first, .last = last, .policy = policy,
		};
}

/* What the ranges become if one is laid over them; that has room for two more. */
static void overlay(struct vml_policies *to, const struct vml_policies *from,
		    u32 first, u32 last, struct vml_policy policy)
{
	const struct vml_policy_range *r = from->ranges;
	const struct vml_policy_range *end = r + from->nr;

	for (; r < end && r->first < first; r++)
		append(to, r->first, min(r->last, first - 1), r->policy);
	append(to, first, last, policy);
	/* The last one before may reach beyond. */
	if (r > from->ranges && r[-1].last > last)
		append(to, last + 1, r[-1].last, r[-1].policy);
	for (; r < end; r++)
		if (r->last > last)
			append(to, max(r->first, last + 1), r->last, r->policy);
}

/* Puts new ranges in place of the old; these are given out. */
static void swap_in(struct vml_policies *policies, struct vml_policies *with)
{
	struct vml_policies old = *policies;

	policies->ranges = with->ranges;
	WRITE_ONCE(policies->nr, with->nr);
	*with = old;
}

/**
 * vml_policy_set() - say where the frames of a range shall be
 * @object: the object
 * @first: first index
 * @last: last index
 * @policy: how, with nodes that there are
 *
 * Frames that are there stay where they are.
 *
 * Context: process; takes the family's lock.
 * Return: 0; -ENOSPC if the object would have more than VML_POLICIES ranges,
 * -ENOMEM.
 */
int vml_policy_set(struct vml_object *object, u32 first, u32 last,
		   struct vml_policy policy)
{
	struct vml_policies new = {
		.ranges = new_ranges(VML_POLICIES + 2),
	};
	int err = 0;

	if (!new.ranges)
		return -ENOMEM;
	spin_lock(&object->family->lock);
	overlay(&new, &object->policies, first, last, policy);
	if (new.nr > VML_POLICIES)
		err = -ENOSPC;
	else
		swap_in(&object->policies, &new);
	spin_unlock(&object->family->lock);
	kvfree(new.ranges);
	return err;
}

/* The first range that does not end before an index; or past the last. */
static const struct vml_policy_range *find(struct vml_object *object, u32 index)
{
	const struct vml_policies *policies = &object->policies;
	u32 low = 0, high = policies->nr;

	lockdep_assert_held(&object->family->lock);
	while (low < high) {
		u32 middle = (low + high) / 2;

		if (policies->ranges[middle].last < index)
			low = middle + 1;
		else
			high = middle;
	}
	return policies->ranges + low;
}

static bool is_past(const struct vml_object *object,
		    const struct vml_policy_range *range)
{
	return range == object->policies.ranges + object->policies.nr;
}

/**
 * vml_policy_get() - where the frame of an index shall be
 * @object: the object
 * @index: the index
 * @last: set to the last one for which the same was said; or NULL
 *
 * Context: process; takes the family's lock.
 */
struct vml_policy vml_policy_get(struct vml_object *object, u32 index,
				 u32 *last)
{
	struct vml_policy policy = { .mode = VML_POLICY_LOCAL };
	const struct vml_policy_range *range;
	u32 end = U32_MAX;

	spin_lock(&object->family->lock);
	range = find(object, index);
	if (!is_past(object, range) && range->first <= index) {
		policy = range->policy;
		end = range->last;
	} else if (!is_past(object, range)) {
		end = range->first - 1;
	}
	spin_unlock(&object->family->lock);
	if (last)
		*last = end;
	return policy;
}

/**
 * vml_policy_list() - all ranges that an object has
 * @object: the object
 * @ranges: filled in
 *
 * Context: process; takes the family's lock.
 * Return: how many.
 */
u32 vml_policy_list(struct vml_object *object,
		    struct vml_policy_range ranges[VML_POLICIES])
{
	u32 nr;

	spin_lock(&object->family->lock);
	nr = object->policies.nr;
	if (nr)
		memcpy(ranges, object->policies.ranges, nr * sizeof(*ranges));
	spin_unlock(&object->family->lock);
	return nr;
}

/**
 * vml_policy_copy() - have a new object want what another does
 * @to: of the new object, filled in
 * @from: the other
 *
 * Context: process; takes the family's lock. May sleep.
 * Return: 0, or -ENOMEM.
 */
int vml_policy_copy(struct vml_policies *to, struct vml_object *from)
{
	if (!READ_ONCE(from->policies.nr))
		return 0;
	to->ranges = new_ranges(VML_POLICIES + 2);
	if (!to->ranges)
		return -ENOMEM;
	to->nr = vml_policy_list(from, to->ranges);
	return 0;
}

/**
 * vml_policy_fini() - forget all ranges
 * @policies: which nobody uses any more
 */
void vml_policy_fini(struct vml_policies *policies)
{
	kvfree(policies->ranges);
	*policies = (struct vml_policies) { };
}

/* === For requests === */

/* The node whose turn it is. */
static unsigned int turn(u8 nodes, u32 index)
{
	unsigned int node = 0;

	index %= hweight8(nodes);
	while (!(nodes & BIT(node)) || index--)
		node++;
	return node;
}

/**
 * vml_policy_find_place() - what a request for the frame of an index adds
 * @object: the object, which has policies
 * @index: the index
 * @order: of the block that is wanted for it; blocks take turns as frames do
 *
 * Context: process; takes the family's lock.
 * Return: VML_REQ_*.
 */
u32 vml_policy_find_place(struct vml_object *object, u32 index,
			  unsigned int order)
{
	struct vml_policy policy = vml_policy_get(object, index, NULL);

	switch (policy.mode) {
	case VML_POLICY_PREFERRED:
		return VML_REQ_ON(turn(policy.nodes, 0));
	case VML_POLICY_BIND:
		return VML_REQ_AMONG(policy.nodes);
	case VML_POLICY_INTERLEAVE:
		return VML_REQ_ON(turn(policy.nodes, index >> order)) |
		       VML_REQ_INTERLEAVE;
	default:
		return 0;
	}
}
