// SPDX-License-Identifier: GPL-2.0
/*
 * VMLAB_CMD_VMALLOC, VMLAB_CMD_VMALLOC_FREE: memory that is contiguous by address
 * only, and whether it could have been so in earnest.
 */
#include "session.h"

#include <vmlab/buddy.h>
#include <vmlab/vmalloc.h>

#include <linux/err.h>
#include <linux/mm.h>

/* As in Linux: any frame will do, since a mapping is made for it anyway. */
#define REQUEST	(VML_REQ(VML_HIGHMEM, VML_UNMOVABLE) | VML_REQ_RECLAIM)

/**
 * struct mapping - what fill_mapping() puts
 * @size: bytes asked for
 * @handle: by which it is held
 * @address: where it is, if that may be shown
 * @nr: how many frames
 * @runs: in how many pieces
 * @largest: frames in the largest piece
 * @order: of the block that would do as well
 * @contiguous: whether there was one
 */
struct mapping {
	u64 size;
	u32 handle;
	void *address;
	u32 nr;
	u32 runs;
	u32 largest;
	unsigned int order;
	bool contiguous;
};

/* Whether the kernel would get such a block at once; takes nothing from anyone. */
static bool is_block_free(unsigned int order)
{
	struct vml_zone *const *zones = vml_alloc_zones(VML_REQ_KERNEL);
	struct vml_buddy_info info;

	for (; *zones && order <= VML_ORDER_MAX; zones++) {
		vml_buddy_info(*zones, &info);
		if (vml_buddy_fragmentation(&info, order) < 0 &&
		    vml_zone_ok(*zones, order,
				vml_alloc_mark(*zones, VML_MARK_MIN,
					       VML_REQ_KERNEL),
				vml_req_zone(VML_REQ_KERNEL)))
			return true;
	}
	return false;
}

static u32 largest_run(const struct vml_vmap *map)
{
	u32 i, run = 0, largest = 0;
	u64 expected = 0;

	for (i = 0; i < map->nr; i++) {
		u64 pfn = vml_frame_pfn(map->frames[i]);

		run = i && pfn == expected ? run + 1 : 1;
		largest = max(largest, run);
		expected = pfn + 1;
	}
	return largest;
}

static int alloc_failed(struct vml_hand *hand, int err, u64 nr)
{
	if (err == -ENOMEM)
		return vml_hand_refuse(hand, err,
				       "there are no %llu frames above the watermarks",
				       nr);
	if (err == -EOPNOTSUPP)
		return vml_hand_refuse(hand, err,
				       "Linux has no descriptors of these frames, so it cannot map them");
	return err;
}

static int map_frames(struct vml_hand *hand, struct mapping *m)
{
	u64 nr = DIV_ROUND_UP_ULL(m->size, PAGE_SIZE);
	struct vml_held *held;
	struct vml_vmap *map;
	int err;

	held = vml_held_prepare(hand, VMLAB_HELD_KIND_VMALLOC, nr, &err);
	if (!held)
		return err;
	m->order = get_order(m->size);
	m->contiguous = is_block_free(m->order);
	map = vml_vmalloc(m->size, REQUEST);
	if (IS_ERR(map)) {
		vml_held_cancel(held);
		return alloc_failed(hand, PTR_ERR(map), nr);
	}
	m->address = map->address;
	m->nr = map->nr;
	m->runs = map->runs;
	m->largest = largest_run(map);
	held->map = map;
	held->size = m->size;
	err = vml_held_add(held, &m->handle);
	if (err) {
		vml_held_cancel(held);
		vml_vfree(map);
	}
	return err;
}

static int fill_mapping(struct sk_buff *skb, const void *data)
{
	const struct mapping *m = data;

	if (nla_put_u64_64bit(skb, VMLAB_A_VMALLOC_SIZE, m->size,
			      VMLAB_A_VMALLOC_PAD) ||
	    nla_put_u32(skb, VMLAB_A_VMALLOC_HANDLE, m->handle) ||
	    (m->address &&
	     nla_put_u64_64bit(skb, VMLAB_A_VMALLOC_ADDRESS,
			       (uintptr_t)m->address, VMLAB_A_VMALLOC_PAD)) ||
	    nla_put_u32(skb, VMLAB_A_VMALLOC_NR, m->nr) ||
	    nla_put_u32(skb, VMLAB_A_VMALLOC_RUNS, m->runs) ||
	    nla_put_u32(skb, VMLAB_A_VMALLOC_LARGEST_RUN, m->largest) ||
	    (m->order <= VML_ORDER_MAX &&
	     nla_put_u32(skb, VMLAB_A_VMALLOC_ORDER, m->order)) ||
	    (m->contiguous && nla_put_flag(skb, VMLAB_A_VMALLOC_CONTIGUOUS)))
		return -EMSGSIZE;
	return 0;
}

static int check_size(struct sk_buff *skb, struct genl_info *info)
{
	u64 most = (u64)vml_frames.nr << PAGE_SHIFT, size;
	int err;

	err = vml_require(info, VMLAB_A_VMALLOC_SIZE, "a size is needed");
	if (err)
		return err;
	size = nla_get_u64(info->attrs[VMLAB_A_VMALLOC_SIZE]);
	if (!size)
		return vml_refuse(skb, -EINVAL, "the size is 0");
	if (size > most)
		return vml_refuse(skb, -ENOMEM,
				  "the whole pool has no %llu bytes", size);
	return 0;
}

int vmlab_nl_vmalloc_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mapping m = { };
	struct vml_hand hand;
	int err;

	err = check_size(skb, info);
	if (!err)
		err = vml_hand_begin(&hand, skb, info, VMLAB_A_VMALLOC_SESSION,
				     VML_HAND_CREATE);
	if (err)
		return err;
	m.size = nla_get_u64(info->attrs[VMLAB_A_VMALLOC_SIZE]);
	err = vml_hand_end(&hand, map_frames(&hand, &m));
	if (!hand.admin)
		m.address = NULL;
	return err ? err : vml_reply(info, 128, fill_mapping, &m);
}

static int unmap_frames(struct vml_hand *hand)
{
	struct vml_vmap *map = NULL;
	struct vml_held *held;
	int err;

	mutex_lock(&hand->session->lock);
	held = vml_held_find(hand, VMLAB_HELD_KIND_VMALLOC,
			     VMLAB_A_VMALLOC_HANDLE, &err);
	if (held) {
		map = held->map;
		vml_held_remove(held);
	}
	mutex_unlock(&hand->session->lock);
	if (map)
		vml_vfree(map);
	return err;
}

int vmlab_nl_vmalloc_free_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vml_hand hand;
	int err;

	err = vml_hand_begin(&hand, skb, info, VMLAB_A_VMALLOC_SESSION, 0);
	return err ? err : vml_hand_end(&hand, unmap_frames(&hand));
}
