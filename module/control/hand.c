// SPDX-License-Identifier: GPL-2.0
/*
 * Requests at work by hand: beside each other, or alone.
 */
#include "session.h"

#include <linux/sched/signal.h>

DECLARE_RWSEM(vml_hands);

/**
 * vml_hands_take() - begin to work by hand
 * @alone: nobody else may be at work meanwhile
 *
 * Return: 0 with vml_hands held; -EINTR for who was killed, and has no more to
 * wait for.
 */
int vml_hands_take(bool alone)
{
	if (fatal_signal_pending(current))
		return -EINTR;
	return alone ? down_write_killable(&vml_hands) :
		       down_read_killable(&vml_hands);
}

/**
 * vml_hands_drop() - undo vml_hands_take()
 * @alone: as there
 */
void vml_hands_drop(bool alone)
{
	if (alone)
		up_write(&vml_hands);
	else
		up_read(&vml_hands);
}

/**
 * vml_hand_begin() - begin to work with a session
 * @hand: filled in
 * @skb: the request
 * @info: the same, parsed
 * @attr: the attribute with the name; the session of the socket without
 * @how: VML_HAND_*
 *
 * Return: 0 with vml_hands held and the session to be used until
 * vml_hand_end(); else what the handler is to return.
 */
int vml_hand_begin(struct vml_hand *hand, struct sk_buff *skb,
		   struct genl_info *info, int attr, unsigned int how)
{
	int err;

	*hand = (struct vml_hand) {
		.skb = skb, .info = info, .admin = vml_is_admin(skb),
		.alone = how & VML_HAND_ALONE,
	};
	err = vml_hands_take(hand->alone);
	if (err)
		return err;
	err = vml_session_open(hand, info->attrs[attr], how & VML_HAND_CREATE);
	if (err)
		vml_hands_drop(hand->alone);
	return err;
}

/**
 * vml_hand_refuse() - as vml_refuse(), for a request at work with a session
 * @hand: the request
 * @err: negative errno
 * @format: of the reason
 *
 * Return: -EINTR, for the handler to return.
 */
int vml_hand_refuse(struct vml_hand *hand, int err, const char *format, ...)
{
	struct va_format reason = { .fmt = format };
	va_list args;

	va_start(args, format);
	reason.va = &args;
	err = vml_refuse(hand->skb, err, "%pV", &reason);
	va_end(args);
	return err;
}

/**
 * vml_hand_end_unchecked() - end to work with a session, without a check
 * @hand: from vml_hand_begin()
 * @err: what came of it
 *
 * Return: @err.
 */
int vml_hand_end_unchecked(struct vml_hand *hand, int err)
{
	vml_session_close(hand);
	vml_hands_drop(hand->alone);
	return err;
}

/**
 * vml_hand_end() - end to work with a session
 * @hand: from vml_hand_begin()
 * @err: what came of it
 *
 * In strict mode the pool is checked now.
 *
 * Return: what the handler is to return, unless it is 0 and there is an answer.
 */
int vml_hand_end(struct vml_hand *hand, int err)
{
	vml_hand_end_unchecked(hand, err);
	return vml_check_if_strict(hand->skb, err);
}
