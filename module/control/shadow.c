// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Real entries and their shadows
 *
 * A real entry exists only where a shadow entry gives at least its rights to
 * the same frame; a shadow entry only where an area shows an object that has
 * the frame, or nothing if it is the one of zeroes. See module/space/space.c.
 *
 * Both are read under all locks that those who change them have: the space's,
 * for writing, so that no fault of the process is under way; the sem of the
 * object's family, so that it is not cloned nor truncated; and that of the
 * index, so that no other process has the frame replaced. Linux itself may take
 * real entries away meanwhile, which breaks no rule: so the real one is read
 * first.
 */
#include "shadow.h"

#include <vmlab/walk.h>

#include <linux/mm.h>
#include <linux/mmap_lock.h>

static_assert(VMLAB_SHADOW_FLAG_PRESENT == VML_ENTRY_PRESENT);
static_assert(VMLAB_SHADOW_FLAG_WRITE == VML_ENTRY_WRITE);
static_assert(VMLAB_SHADOW_FLAG_USER == VML_ENTRY_USER);
static_assert(VMLAB_SHADOW_FLAG_ACCESSED == VML_ENTRY_ACCESSED);
static_assert(VMLAB_SHADOW_FLAG_DIRTY == VML_ENTRY_DIRTY);
static_assert(VMLAB_SHADOW_FLAG_HUGE == VML_ENTRY_HUGE);
static_assert(VMLAB_SHADOW_FLAG_SWAP == VML_ENTRY_SWAP);
static_assert(VMLAB_SHADOW_FLAG_ZERO == VML_ENTRY_ZERO);
static_assert(VMLAB_SHADOW_FLAG_COW == VML_ENTRY_COW);

/* === Locks === */

/**
 * vml_place_lock() - have what an address shows stay as it is
 * @place: where it is; @space->lock is held for writing
 * @address: in @place->area, if there is one; stands for all addresses that
 *	show what a lowest table of the object has
 *
 * Context: process; may sleep.
 */
void vml_place_lock(const struct vml_place *place, u64 address)
{
	struct vml_space_area *area = place->area;

	if (!area)
		return;
	down_read(&area->object->family->sem);
	mutex_lock(vml_object_lock(area->object,
				   vml_area_index(area, address)));
}

/**
 * vml_place_unlock() - undo vml_place_lock()
 * @place: as there
 * @address: as there
 */
void vml_place_unlock(const struct vml_place *place, u64 address)
{
	struct vml_space_area *area = place->area;

	if (!area)
		return;
	mutex_unlock(vml_object_lock(area->object,
				     vml_area_index(area, address)));
	up_read(&area->object->family->sem);
}

/* === The rule === */

/* The frame that the shadow entry maps, which is present. */
static u32 frame_of(const struct vml_pair *pair)
{
	return vml_entry_frame_at(pair->entry, pair->address);
}

/**
 * vml_shadow_withhold() - what an unprivileged caller may see of an entry
 * @entry: a shadow entry
 */
u64 vml_shadow_withhold(u64 entry)
{
	return entry & ~VML_ENTRY_FRAME;
}

static bool has_page(const struct vml_leaf *leaf)
{
	return leaf->state == VMLAB_STATE_PRESENT ||
	       leaf->state == VMLAB_STATE_ZERO ||
	       leaf->state == VMLAB_STATE_PROT_NONE;
}

/* Marks that Linux leaves in an entry give nobody a frame. */
static bool is_nothing(const struct vml_leaf *leaf)
{
	return leaf->state == VMLAB_STATE_NONE ||
	       leaf->state == VMLAB_STATE_MARKER ||
	       leaf->state == VMLAB_STATE_GUARD;
}

static bool is_huge(const struct vml_leaf *leaf)
{
	return leaf->level == VMLAB_LEVEL_PMD;
}

static bool is_private(const struct vml_place *place)
{
	return !(place->vma->vm_flags & VM_SHARED);
}

/* Whether both areas show the same at an address. */
static bool agree(const struct vml_place *place, u64 address)
{
	const struct vm_area_struct *vma = place->vma;
	const struct vml_memory *memory = place->map->memory;

	return memory && place->area &&
	       memory->object == place->area->object &&
	       vma->vm_pgoff + ((address - vma->vm_start) >> PAGE_SHIFT) ==
	       vml_area_index(place->area, address);
}

static u32 judge_real(const struct vml_place *place,
		      const struct vml_pair *pair)
{
	const struct vml_leaf *leaf = &pair->leaf;
	bool shadow = pair->entry & VML_ENTRY_PRESENT;
	struct vml_frame *frame;

	if (is_nothing(leaf))
		return shadow ? VMLAB_MIRROR_MISSING : VMLAB_MIRROR_EMPTY;
	frame = has_page(leaf) ? vml_pfn_frame(leaf->number) : NULL;
	if (!frame)
		return is_private(place) ? VMLAB_MIRROR_COPY :
					   VMLAB_MIRROR_FOREIGN;
	if (!shadow)
		return VMLAB_MIRROR_NO_SHADOW;
	if (vml_frame_number(frame) != frame_of(pair))
		return VMLAB_MIRROR_OTHER_FRAME;
	if (is_huge(leaf) != !!(pair->entry & VML_ENTRY_HUGE))
		return VMLAB_MIRROR_OTHER_SIZE;
	if (!agree(place, pair->address))
		return VMLAB_MIRROR_OTHER_OBJECT;
	if ((leaf->flags & VMLAB_ENTRY_FLAG_RW &&
	     !(pair->entry & VML_ENTRY_WRITE)) ||
	    (leaf->flags & VMLAB_ENTRY_FLAG_US &&
	     !(pair->entry & VML_ENTRY_USER)))
		return VMLAB_MIRROR_MORE_RIGHTS;
	return VMLAB_MIRROR_SAME;
}

static bool may_write(const struct vml_space_area *area,
		      const struct vml_content *content)
{
	return area->flags & VML_AREA_WRITE &&
	       !(area->flags & VML_AREA_PRIVATE) && content->dirty &&
	       !content->shared;
}

/* What is wrong with a shadow entry; %VMLAB_MIRROR_EMPTY if nothing is. */
static u32 judge_shadow(const struct vml_place *place,
			const struct vml_pair *pair)
{
	const struct vml_space_area *area = place->area;
	struct vml_content content = { };
	bool has;
	u32 index;

	if (!(pair->entry & VML_ENTRY_PRESENT))
		return VMLAB_MIRROR_EMPTY;
	if (!area)
		return VMLAB_MIRROR_NO_AREA;
	index = vml_area_index(area, pair->address);
	if (index >= area->object->size)
		return VMLAB_MIRROR_BEYOND;
	has = vml_content_at(area->object, index, &content);
	if (pair->entry & VML_ENTRY_ZERO) {
		if (has || frame_of(pair) !=
			   vml_frame_number(vml_zero_frame))
			return VMLAB_MIRROR_OTHER_CONTENT;
	} else if (!has || frame_of(pair) != content.frame) {
		return VMLAB_MIRROR_OTHER_CONTENT;
	}
	if (pair->entry & VML_ENTRY_WRITE && !may_write(area, &content))
		return VMLAB_MIRROR_WRITABLE;
	return VMLAB_MIRROR_EMPTY;
}

/**
 * vml_pair_read() - read a real entry and its shadow, and judge them
 * @place: where they are
 * @address: theirs; a multiple of a frame
 * @pair: filled in
 *
 * Context: mmap_lock and all of vml_place_lock() held, between vml_walk_begin()
 * and vml_walk_end() of @place->vma.
 */
void vml_pair_read(const struct vml_place *place, u64 address,
		   struct vml_pair *pair)
{
	u32 wrong;

	*pair = (struct vml_pair) { .address = address };
	if (place->vma)
		vml_walk_leaf(place->vma->vm_mm, place->vma, address,
			      &pair->leaf);
	pair->entry = vml_ptable_get(&place->space->ptable, address,
				     &pair->level);
	pair->mirror = judge_real(place, pair);
	wrong = judge_shadow(place, pair);
	if (wrong && pair->mirror <= VMLAB_MIRROR_COPY)
		pair->mirror = wrong;
}

/* === Two walks beside each other === */

/**
 * struct shadow_answer - what fill_shadow() puts
 * @target: the process
 * @process: what vmlab has of it
 * @address: the address
 * @admin: frames may be shown
 */
struct shadow_answer {
	struct vml_target target;
	struct vml_process *process;
	u64 address;
	bool admin;
};

static int put_step(struct sk_buff *skb, const struct vml_ptable_step *step,
		    bool admin)
{
	struct nlattr *nest = nla_nest_start(skb, VMLAB_A_SHADOW_SHADOW_LEVEL);
	u64 entry = admin ? step->entry : vml_shadow_withhold(step->entry);

	if (!nest || nla_put_u32(skb, VMLAB_A_SHADOW_LEVEL_LEVEL, step->level) ||
	    nla_put_u32(skb, VMLAB_A_SHADOW_LEVEL_INDEX, step->index) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SHADOW_LEVEL_ENTRY, entry,
			      VMLAB_A_SHADOW_LEVEL_PAD) ||
	    (admin && nla_put_u32(skb, VMLAB_A_SHADOW_LEVEL_TABLE,
				  step->table)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_steps(struct sk_buff *skb, const struct shadow_answer *a)
{
	struct vml_ptable_step steps[VML_LEVELS];
	unsigned int i, nr;

	nr = vml_ptable_walk(&a->process->space.ptable, a->address, steps);
	for (i = 0; i < nr; i++)
		if (put_step(skb, &steps[i], a->admin))
			return -EMSGSIZE;
	return 0;
}

static int put_real(struct sk_buff *skb, const struct shadow_answer *a,
		    const struct vml_walk *walk)
{
	const struct vml_leaf *leaf = &walk->leaf;

	if (vml_put_levels(skb, VMLAB_A_SHADOW_LEVEL, walk, a->admin) ||
	    nla_put_u32(skb, VMLAB_A_SHADOW_STATE, leaf->state) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SHADOW_PAGE_SIZE,
			      vml_level_size(leaf->level),
			      VMLAB_A_SHADOW_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SHADOW_FLAGS, leaf->flags,
			      VMLAB_A_SHADOW_PAD) ||
	    (a->admin && has_page(leaf) &&
	     nla_put_u64_64bit(skb, VMLAB_A_SHADOW_PFN, leaf->number,
			       VMLAB_A_SHADOW_PAD)))
		return -EMSGSIZE;
	return 0;
}

static int put_areas(struct sk_buff *skb, const struct shadow_answer *a,
		     const struct vml_place *place)
{
	struct vml_content content;
	u32 index;

	if (place->vma && vml_put_linux_area(skb, VMLAB_A_SHADOW_LINUX,
					     place->vma))
		return -EMSGSIZE;
	if (!place->area)
		return 0;
	index = vml_area_index(place->area, a->address);
	if (vml_put_shadow_area(skb, VMLAB_A_SHADOW_AREA, place->area, NULL) ||
	    nla_put_u32(skb, VMLAB_A_SHADOW_INDEX, index))
		return -EMSGSIZE;
	if (!vml_content_at(place->area->object, index, &content))
		return 0;
	return vml_put_content(skb, VMLAB_A_SHADOW_RUN, &content, a->admin);
}

static int put_pair(struct sk_buff *skb, const struct shadow_answer *a,
		    const struct vml_pair *pair)
{
	u64 entry = a->admin ? pair->entry : vml_shadow_withhold(pair->entry);

	if (nla_put_u64_64bit(skb, VMLAB_A_SHADOW_ENTRY, entry,
			      VMLAB_A_SHADOW_PAD) ||
	    (a->admin && pair->entry & VML_ENTRY_PRESENT &&
	     nla_put_u32(skb, VMLAB_A_SHADOW_FRAME, frame_of(pair))) ||
	    nla_put_u32(skb, VMLAB_A_SHADOW_MIRROR, pair->mirror))
		return -EMSGSIZE;
	return 0;
}

/* The locks of the space are held. */
static int put_both(struct sk_buff *skb, const struct shadow_answer *a,
		    const struct vml_place *place)
{
	struct mm_struct *mm = a->target.mm;
	struct vml_walk walk;
	struct vml_pair pair;

	vml_walk_address(mm, place->vma, a->address, &walk, false);
	vml_walk_begin(place->vma);
	vml_pair_read(place, a->address & PAGE_MASK, &pair);
	vml_walk_end(place->vma);
	if (put_real(skb, a, &walk) || put_steps(skb, a) ||
	    put_areas(skb, a, place))
		return -EMSGSIZE;
	return put_pair(skb, a, &pair);
}

static void find_place(const struct shadow_answer *a, struct vml_place *place)
{
	struct vm_area_struct *vma = find_vma(a->target.mm, a->address);
	struct vml_space_area *area;

	*place = (struct vml_place) { .space = &a->process->space };
	if (vma && vma->vm_start <= a->address)
		place->map = vml_mirror_map(vma);
	if (place->map)
		place->vma = vma;
	area = vml_area_find(place->space, a->address);
	if (area && area->start <= a->address)
		place->area = area;
}

static int fill_shadow(struct sk_buff *skb, const void *data)
{
	const struct shadow_answer *a = data;
	struct vml_space *space = &a->process->space;
	struct mm_struct *mm = a->target.mm;
	struct vml_place place;
	int err = -ENOENT;

	if (nla_put_u32(skb, VMLAB_A_SHADOW_PID,
			task_pid_vnr(a->target.task)) ||
	    nla_put_u64_64bit(skb, VMLAB_A_SHADOW_ADDRESS, a->address,
			      VMLAB_A_SHADOW_PAD))
		return -EMSGSIZE;
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	down_write(&space->lock);
	find_place(a, &place);
	if (place.vma || place.area) {
		vml_place_lock(&place, a->address);
		err = put_both(skb, a, &place);
		vml_place_unlock(&place, a->address);
	}
	up_write(&space->lock);
	mmap_read_unlock(mm);
	return err;
}

static int answer_shadow(struct sk_buff *skb, struct genl_info *info,
			 struct shadow_answer *a)
{
	int err;

	a->process = vml_process_find(a->target.mm);
	if (!a->process)
		return vml_refuse(skb, -ENOENT, VML_NO_SPACE);
	err = vml_reply(info, 1024, fill_shadow, a);
	vml_process_put(a->process);
	if (err == -ENOENT)
		return vml_refuse(skb, err,
				  "no object of vmlab is mapped at 0x%llx",
				  a->address);
	return err;
}

int vmlab_nl_shadow_walk_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct shadow_answer answer = { .admin = vml_is_admin(skb) };
	int err;

	err = vml_require(info, VMLAB_A_SHADOW_ADDRESS,
			  "an address is needed");
	if (err)
		return err;
	answer.address = nla_get_u64(info->attrs[VMLAB_A_SHADOW_ADDRESS]);
	err = vml_request_target(skb, info, VMLAB_A_SHADOW_PID, answer.admin,
				 &answer.target);
	if (err)
		return err;
	err = answer_shadow(skb, info, &answer);
	vml_target_put(&answer.target);
	return err;
}
