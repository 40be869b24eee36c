// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_FRAME_GET: one frame, and the block that it is in. */
#include "session.h"

#include <vmlab/buddy.h>

#include <linux/user_namespace.h>

static_assert(VMLAB_FRAME_STATE_HOLE == (int)VML_HOLE);
static_assert(VMLAB_FRAME_STATE_INSIDE == (int)VML_INSIDE);
static_assert(VMLAB_FRAME_STATE_FREE == (int)VML_FREE);
static_assert(VMLAB_FRAME_STATE_CACHED == (int)VML_CACHED);
static_assert(VMLAB_FRAME_STATE_USED == (int)VML_USED);
static_assert(VML_FRAME_MOVABLE >> 16 == VMLAB_FRAME_FLAG_MOVABLE);
static_assert(VML_FRAME_SLAB >> 16 == VMLAB_FRAME_FLAG_SLAB);
static_assert(VML_FRAME_VMALLOC >> 16 == VMLAB_FRAME_FLAG_VMALLOC);
static_assert(VML_FRAME_HAND >> 16 == VMLAB_FRAME_FLAG_HAND);
static_assert(VML_FRAME_TABLE >> 16 == VMLAB_FRAME_FLAG_TABLE);
static_assert(VML_FRAME_CONTENT >> 16 == VMLAB_FRAME_FLAG_CONTENT);

/**
 * struct frame_answer - what fill_frame() puts
 * @number: of the frame
 * @admin: its physical number may be shown
 * @word: its word
 * @head: number of the first frame of its block
 * @block: the word of that
 * @block_type: of its page block
 * @refs: references to the block
 * @maps: maps of it
 * @index: in its owner
 * @owner: &enum vmlab_owner
 * @cache: name of the cache, if that is the owner
 * @held: it is held by hand, and the caller may know by whom
 * @holder: that
 */
struct frame_answer {
	u32 number;
	bool admin;
	u32 word;
	u32 head;
	u32 block;
	u32 block_type;
	u32 refs;
	u32 maps;
	u32 index;
	u32 owner;
	char cache[VML_CACHE_NAME];
	bool held;
	struct vml_holder holder;
};

/* Blocks that have a holder to be looked at. */
#define OWNED	(VML_FRAME_SLAB | VML_FRAME_VMALLOC | VML_FRAME_HAND)

/* There is a reference to the block if it is OWNED, so it goes on being his. */
static void read_owner(struct sk_buff *skb, struct vml_frame *head,
		       struct frame_answer *a)
{
	struct vml_cache *cache;

	if (a->block & VML_FRAME_SLAB) {
		/* A slab that goes has none any more. */
		cache = READ_ONCE(head->owner);
		if (!cache)
			return;
		a->owner = VMLAB_OWNER_SLAB;
		strscpy(a->cache, vml_cache_name(cache), sizeof(a->cache));
	} else if (a->block & VML_FRAME_VMALLOC) {
		a->owner = VMLAB_OWNER_VMALLOC;
		a->held = vml_session_of_map(READ_ONCE(head->owner),
					     &a->holder);
	} else if (a->block & VML_FRAME_HAND) {
		a->owner = VMLAB_OWNER_HAND;
		a->held = vml_held_of_frame(head, &a->holder);
	} else if (a->block & VML_FRAME_TABLE) {
		a->owner = VMLAB_OWNER_TABLE;
	} else if (a->block & VML_FRAME_CONTENT) {
		a->owner = VMLAB_OWNER_CONTENT;
	}
	if (!a->admin && !uid_eq(vml_request_uid(skb), a->holder.uid))
		a->held = false;
}

/*
 * Blocks are split and merged under the lock of their zone. No session or cache
 * ends while somebody looks.
 */
static int read_frame(struct sk_buff *skb, struct frame_answer *a)
{
	struct vml_frame *frame = vml_frame_at(a->number), *head;
	struct vml_zone *zone = vml_frame_zone(frame);
	bool used;
	int err;

	err = vml_hands_take(false);
	if (err)
		return err;
	spin_lock(&zone->lock);
	head = vml_frame_head(frame);
	/* Whose owner is not looked at needs no reference; trees would mind. */
	used = vml_frame_word(head) & OWNED && vml_frame_tryget(head);
	a->word = vml_frame_word(frame);
	a->head = vml_frame_number(head);
	a->block = vml_frame_word(head);
	a->block_type = *vml_block_type(zone, a->number);
	a->refs = atomic_read(&head->refs) - used;
	a->maps = atomic_read(&head->maps);
	a->index = READ_ONCE(head->index);
	spin_unlock(&zone->lock);
	if (used || a->block & (VML_FRAME_TABLE | VML_FRAME_CONTENT))
		read_owner(skb, head, a);
	if (used)
		vml_put(head);
	vml_hands_drop(false);
	return 0;
}

static bool has_index(const struct frame_answer *a)
{
	/* Where in their memories others have content is not for everybody. */
	return a->owner == VMLAB_OWNER_VMALLOC ||
	       (a->owner == VMLAB_OWNER_CONTENT && a->admin);
}

static int put_owner(struct sk_buff *skb, const struct frame_answer *a)
{
	if (nla_put_u32(skb, VMLAB_A_FRAME_REFS, a->refs) ||
	    nla_put_u32(skb, VMLAB_A_FRAME_MAPS, a->maps) ||
	    nla_put_u32(skb, VMLAB_A_FRAME_FLAGS,
			(a->block & VML_WORD_FLAGS) >> 16) ||
	    nla_put_u32(skb, VMLAB_A_FRAME_OWNER, a->owner) ||
	    (has_index(a) &&
	     nla_put_u32(skb, VMLAB_A_FRAME_INDEX, a->index)) ||
	    (a->cache[0] &&
	     nla_put_string(skb, VMLAB_A_FRAME_CACHE, a->cache)))
		return -EMSGSIZE;
	if (!a->held)
		return 0;
	if ((a->holder.name[0] &&
	     nla_put_string(skb, VMLAB_A_FRAME_SESSION, a->holder.name)) ||
	    nla_put_u32(skb, VMLAB_A_FRAME_HANDLE, a->holder.handle) ||
	    nla_put_u32(skb, VMLAB_A_FRAME_UID,
			from_kuid_munged(current_user_ns(), a->holder.uid)))
		return -EMSGSIZE;
	return 0;
}

static int fill_frame(struct sk_buff *skb, const void *data)
{
	const struct frame_answer *a = data;
	struct vml_frame *frame = vml_frame_at(a->number);

	if (nla_put_u32(skb, VMLAB_A_FRAME_NUMBER, a->number) ||
	    (a->admin && nla_put_u64_64bit(skb, VMLAB_A_FRAME_PFN,
					   vml_frame_pfn(frame),
					   VMLAB_A_FRAME_PAD)) ||
	    nla_put_u32(skb, VMLAB_A_FRAME_STATE, vml_word_state(a->word)) ||
	    nla_put_u32(skb, VMLAB_A_FRAME_HEAD, a->head) ||
	    nla_put_u32(skb, VMLAB_A_FRAME_ORDER, vml_word_order(a->block)) ||
	    nla_put_u32(skb, VMLAB_A_FRAME_TYPE, vml_word_type(a->block)) ||
	    nla_put_u32(skb, VMLAB_A_FRAME_BLOCK_TYPE, a->block_type) ||
	    vml_put_place(skb, VMLAB_A_FRAME_NODE, VMLAB_A_FRAME_ZONE,
			  vml_frame_zone(frame)))
		return -EMSGSIZE;
	return vml_word_state(a->block) == VML_USED ? put_owner(skb, a) : 0;
}

static int find_by_pfn(struct sk_buff *skb, struct genl_info *info, u32 *number)
{
	u64 pfn = nla_get_u64(info->attrs[VMLAB_A_FRAME_PFN]);
	struct vml_frame *frame;
	int err;

	err = vml_require_admin(skb, info,
				"physical numbers need CAP_SYS_ADMIN");
	if (err)
		return err;
	frame = vml_pfn_frame(pfn);
	if (!frame)
		return vml_refuse(skb, -ENOENT,
				  "the physical frame %llu is not in the pool",
				  pfn);
	*number = vml_frame_number(frame);
	return 0;
}

static int find_by_number(struct sk_buff *skb, struct genl_info *info,
			  u32 *number)
{
	int err;

	err = vml_require(info, VMLAB_A_FRAME_NUMBER,
			  "the number of a frame is needed");
	if (err)
		return err;
	*number = nla_get_u32(info->attrs[VMLAB_A_FRAME_NUMBER]);
	if (*number >= vml_frames.nr)
		return vml_refuse(skb, -ERANGE,
				  "there is no frame %u: the last one is %u",
				  *number, vml_frames.nr - 1);
	if (vml_word_state(vml_frame_word(vml_frame_at(*number))) == VML_HOLE)
		return vml_refuse(skb, -ENOENT,
				  "%u is a hole: the pool has no such frame",
				  *number);
	return 0;
}

int vmlab_nl_frame_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct frame_answer answer = { .admin = vml_is_admin(skb) };
	int err;

	if (info->attrs[VMLAB_A_FRAME_PFN])
		err = find_by_pfn(skb, info, &answer.number);
	else
		err = find_by_number(skb, info, &answer.number);
	if (!err)
		err = read_frame(skb, &answer);
	if (err)
		return err;
	return vml_reply(info, 512, fill_frame, &answer);
}
