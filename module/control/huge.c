// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_COLLAPSE, VMLAB_CMD_SPLIT: blocks by command. And what an area has
 * of blocks: mapped by one entry, or by small ones, and why.
 */
#include "session.h"
#include "shadow.h"

#include <vmlab/huge.h>
#include <vmlab/pool.h>

#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/signal.h>

#define BLOCK_BYTES	(VML_FRAME_SIZE << VML_HUGE_ORDER)

/* === What an area has === */

/**
 * struct blocks - the blocks that an area shows
 * @area: the area
 * @vma: that of Linux where it begins, or NULL
 * @huge: how many are mapped by one entry
 * @small: how many by small ones
 * @why: &enum vmlab_small_why: why these
 */
struct blocks {
	const struct vml_space_area *area;
	struct vm_area_struct *vma;
	u32 huge;
	u32 small;
	u32 why;
};

/* Why an area has no huge entry, wherever the block is. */
static u32 why_of_area(const struct blocks *b)
{
	u32 why = 0;

	if (!VML_HUGE_ENTRIES)
		why |= VMLAB_SMALL_WHY_KERNEL;
	if (!vml_geometry_huge(&b->area->space->ptable.geometry))
		why |= VMLAB_SMALL_WHY_GEOMETRY;
	if (b->area->flags & VML_AREA_PRIVATE)
		why |= VMLAB_SMALL_WHY_PRIVATE;
	else if (VML_HUGE_ENTRIES && b->vma && !vml_mirror_huge(b->vma))
		why |= VMLAB_SMALL_WHY_LATE;
	if (b->vma && b->vma->vm_flags & VM_NOHUGEPAGE)
		why |= VMLAB_SMALL_WHY_ADVICE;
	return why;
}

static u32 why_of_block(const struct blocks *b, u32 first)
{
	const struct vml_space_area *area = b->area;
	u64 end = area->index + (u64)vml_area_nr(area);
	u32 why = why_of_area(b);

	if (first < area->index || first + VML_TREE_SLOTS > end)
		why |= VMLAB_SMALL_WHY_PART;
	if (((u64)area->index << VML_FRAME_SHIFT ^ area->start) &
	    (BLOCK_BYTES - 1))
		why |= VMLAB_SMALL_WHY_PLACE;
	return why ?: VMLAB_SMALL_WHY_TABLE;
}

static void count_block(struct blocks *b, u32 first)
{
	const struct vml_space_area *area = b->area;
	u32 last = first + VML_TREE_SLOTS - 1;
	u64 at = vml_area_address(area, max(first, area->index));
	u64 entry, end;

	last = min(last, area->index + vml_area_nr(area) - 1);
	end = vml_area_address(area, last) + VML_FRAME_SIZE;
	entry = vml_ptable_next(&area->space->ptable, &at, end, NULL);
	if (entry & VML_ENTRY_HUGE) {
		b->huge++;
	} else if (entry) {
		b->small++;
		b->why |= why_of_block(b, first);
	}
}

/* The slot of the next index with content from @index on, which it is set to. */
static u64 next_slot(struct vml_object *object, u32 *index, u32 last)
{
	u64 slot;

	spin_lock(&object->family->lock);
	slot = vml_tree_next(&object->tree, index, last);
	spin_unlock(&object->family->lock);
	return slot;
}

static void count_blocks(struct blocks *b)
{
	struct vml_object *object = b->area->object;
	u32 at = b->area->index, last = at + vml_area_nr(b->area) - 1, next;
	u64 slot;

	down_read(&object->family->sem);
	while ((slot = next_slot(object, &at, last))) {
		next = (at | (VML_TREE_SLOTS - 1)) + 1;
		if (slot & VML_SLOT_HUGE)
			count_block(b, next - VML_TREE_SLOTS);
		if (!next || next > last)
			break;
		at = next;
		cond_resched();
	}
	up_read(&object->family->sem);
}

/**
 * vml_put_area_blocks() - put what an area has of blocks
 * @skb: where to; in &enum VMLAB_A_SHADOW_AREA_*
 * @area: the area
 * @mm: of its process
 *
 * Context: the lock of the space held, and the mmap_lock of @mm; may sleep.
 * Return: 0 or -EMSGSIZE.
 */
int vml_put_area_blocks(struct sk_buff *skb, const struct vml_space_area *area,
			struct mm_struct *mm)
{
	struct blocks b = { .area = area };

	b.vma = find_vma(mm, area->start);
	if (b.vma && (b.vma->vm_start > area->start || !vml_mirror_map(b.vma)))
		b.vma = NULL;
	count_blocks(&b);
	if (nla_put_u32(skb, VMLAB_A_SHADOW_AREA_HUGE, b.huge) ||
	    nla_put_u32(skb, VMLAB_A_SHADOW_AREA_SMALL, b.small) ||
	    (b.small && nla_put_u32(skb, VMLAB_A_SHADOW_AREA_SMALL_WHY, b.why)))
		return -EMSGSIZE;
	return 0;
}

/* === By command === */

/**
 * struct block - where a block is, or shall be
 * @memory: the memory; with a reference
 * @index: in it
 */
struct block {
	struct vml_memory *memory;
	u32 index;
};

static int block_of_memory(struct sk_buff *skb, u32 id, u64 at,
			   struct block *block)
{
	block->memory = vml_request_memory(skb, id);
	if (!block->memory)
		return vml_refuse(skb, -ENOENT, VML_NO_MEMORY);
	if (at >> VML_FRAME_SHIFT > U32_MAX) {
		vml_memory_put(block->memory);
		return vml_refuse(skb, -ERANGE,
				  "byte 0x%llx is in no object", at);
	}
	block->index = at >> VML_FRAME_SHIFT;
	return 0;
}

/* With a reference; NULL if none is mapped there. */
static struct vml_memory *mapped_at(struct mm_struct *mm, u64 at, u32 *index)
{
	struct vm_area_struct *vma = find_vma(mm, at);
	struct vml_memory *memory = NULL;
	struct vml_map *map;
	u64 page;

	if (!vma || vma->vm_start > at)
		return NULL;
	page = vma->vm_pgoff + ((at - vma->vm_start) >> PAGE_SHIFT);
	map = vml_mirror_map(vma);
	if (map && page <= U32_MAX)
		memory = map->memory;
	if (!memory)
		return NULL;
	vml_memory_get(memory);
	*index = page;
	return memory;
}

static int block_of_process(struct sk_buff *skb, struct genl_info *info,
			    u64 at, struct block *block)
{
	bool admin = vml_is_admin(skb);
	struct vml_target target;
	int err;

	err = vml_request_target(skb, info, VMLAB_A_BLOCK_PID, admin, &target);
	if (err)
		return err;
	err = mmap_read_lock_killable(target.mm);
	if (!err) {
		block->memory = mapped_at(target.mm, at, &block->index);
		mmap_read_unlock(target.mm);
	}
	vml_target_put(&target);
	if (err)
		return err;
	if (!block->memory)
		return vml_refuse(skb, -ENOENT,
				  "no object of vmlab is mapped at 0x%llx", at);
	if (admin || uid_eq(block->memory->owner, vml_request_uid(skb)))
		return 0;
	vml_memory_put(block->memory);
	return vml_refuse(skb, -EPERM,
			  "the object at 0x%llx is another user's", at);
}

static int find_block(struct sk_buff *skb, struct genl_info *info,
		      struct block *block)
{
	struct nlattr *id = info->attrs[VMLAB_A_BLOCK_MEMORY];
	u64 at;
	int err;

	err = vml_require(info, VMLAB_A_BLOCK_ADDRESS,
			  "an address is needed, or the byte of an object");
	if (err)
		return err;
	at = nla_get_u64(info->attrs[VMLAB_A_BLOCK_ADDRESS]);
	if (!id)
		return block_of_process(skb, info, at, block);
	if (info->attrs[VMLAB_A_BLOCK_PID])
		return vml_refuse(skb, -EINVAL,
				  "either an object or a process, not both");
	return block_of_memory(skb, nla_get_u32(id), at, block);
}

static int refuse_collapse(struct sk_buff *skb, const struct block *block,
			   int err)
{
	switch (err) {
	case -EINVAL:
		return vml_refuse(skb, -ERANGE,
				  "object %u ends before the block does that page %u would be in",
				  block->memory->id, block->index);
	case -EBUSY:
		return vml_refuse(skb, err,
				  "a clone shares what object %u has around page %u",
				  block->memory->id, block->index);
	case -ENOMEM:
		return vml_refuse(skb, err,
				  "the pool has no free block of 2 MiB, or no frames for tables");
	default:
		return err;
	}
}

static int collapse(struct sk_buff *skb, const struct block *block)
{
	int err;

	vml_pool_enter();
	err = vml_object_collapse(block->memory->object, block->index);
	vml_pool_leave();
	return refuse_collapse(skb, block, err);
}

static int split(struct sk_buff *skb, const struct block *block)
{
	int err;

	do {
		cond_resched();
		vml_pool_enter();
		err = vml_object_split(block->memory->object, block->index);
		vml_pool_leave();
		/* Who looks at the block has done soon. */
	} while (err == -EBUSY && !fatal_signal_pending(current));
	if (err == -ENOENT)
		return vml_refuse(skb, err,
				  "page %u of object %u is in no block",
				  block->index, block->memory->id);
	if (err == -ENOMEM)
		return vml_refuse(skb, err, "the pool has no frame for a table");
	return err == -EBUSY ? -EINTR : err;
}

static int fill_block(struct sk_buff *skb, const void *data)
{
	const struct block *block = data;

	if (nla_put_u32(skb, VMLAB_A_BLOCK_MEMORY, block->memory->id) ||
	    nla_put_u32(skb, VMLAB_A_BLOCK_INDEX,
			block->index & ~(u32)(VML_TREE_SLOTS - 1)))
		return -EMSGSIZE;
	return 0;
}

static int change_block(struct sk_buff *skb, struct genl_info *info,
			int (*change)(struct sk_buff *skb,
				      const struct block *block))
{
	struct block block = { };
	int err;

	err = find_block(skb, info, &block);
	if (err)
		return err;
	err = vml_check_if_strict(skb, change(skb, &block));
	if (!err)
		err = vml_reply(info, 64, fill_block, &block);
	vml_memory_put(block.memory);
	return err;
}

int vmlab_nl_collapse_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change_block(skb, info, collapse);
}

int vmlab_nl_split_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change_block(skb, info, split);
}
