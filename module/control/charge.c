// SPDX-License-Identifier: GPL-2.0
/*
 * What the sessions of a user may have at most: a part of the pool, and so many
 * records as the kernel has memory for. CAP_SYS_ADMIN is only kept from the
 * latter.
 */
#include "session.h"

#include <vmlab/pool.h>

#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>

#define RECORDS_USER	BIT(16)
#define RECORDS_ADMIN	(vml_pool.got + BIT(20))
#define CACHES_USER	32
#define CACHES_ADMIN	1024

static unsigned int user_cap = 25;
module_param(user_cap, uint, 0644);
MODULE_PARM_DESC(user_cap, "per cent of the pool that one user may hold by hand (default 25)");

/**
 * vml_user_frames() - how many frames the sessions of one user may hold
 */
u32 vml_user_frames(void)
{
	return div_u64((u64)vml_pool.got * min(READ_ONCE(user_cap), 100U), 100);
}

static bool add_up_to(atomic64_t *count, u64 nr, u64 most)
{
	if ((u64)atomic64_add_return(nr, count) <= most)
		return true;
	atomic64_sub(nr, count);
	return false;
}

/**
 * vml_session_charge() - count a record and its frames for a user
 * @hand: the request, which is refused if it is too much
 * @frames: that the record is to hold
 *
 * Return: 0, or what the handler is to return.
 */
int vml_session_charge(struct vml_hand *hand, u64 frames)
{
	struct vml_user *user = hand->session->user;
	u64 most = hand->admin ? S64_MAX : vml_user_frames();
	u64 records = hand->admin ? RECORDS_ADMIN : RECORDS_USER;

	if (!add_up_to(&user->records, 1, records))
		return vml_hand_refuse(hand, -ENOSPC,
				       "your sessions hold %llu blocks and objects, no more are allowed",
				       records);
	if (add_up_to(&user->frames, frames, most))
		return 0;
	atomic64_dec(&user->records);
	return vml_hand_refuse(hand, -EDQUOT,
			       "this takes %llu frames: your sessions hold %lld, and may hold %llu (user_cap)",
			       frames, (s64)atomic64_read(&user->frames), most);
}

/**
 * vml_session_uncharge() - undo vml_session_charge()
 * @session: the session
 * @frames: as there
 */
void vml_session_uncharge(struct vml_session *session, u64 frames)
{
	atomic64_sub(frames, &session->user->frames);
	atomic64_dec(&session->user->records);
}

/**
 * vml_session_charge_cache() - count a cache for a user
 * @hand: the request, which is refused if it is too much
 *
 * Return: 0, or what the handler is to return.
 */
int vml_session_charge_cache(struct vml_hand *hand)
{
	u64 most = hand->admin ? CACHES_ADMIN : CACHES_USER;

	if (add_up_to(&hand->session->user->caches, 1, most))
		return 0;
	return vml_hand_refuse(hand, -ENOSPC,
			       "your sessions have %llu caches, no more are allowed: destroy one",
			       most);
}

/**
 * vml_session_uncharge_cache() - undo vml_session_charge_cache()
 * @session: the session
 */
void vml_session_uncharge_cache(struct vml_session *session)
{
	atomic64_dec(&session->user->caches);
}
