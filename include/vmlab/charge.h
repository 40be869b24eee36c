/* SPDX-License-Identifier: GPL-2.0 */
/* For whom frames of objects and of tables count, and how many may. */
#ifndef _VMLAB_CHARGE_H
#define _VMLAB_CHARGE_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/types.h>

/**
 * struct vml_charge - the account of a user
 * @link: in the list of all
 * @refs: of objects and page tables, under the list's lock
 * @user: whose
 * @exempt: he had the privilege to take all there is; a user has another account
 *	for what he did without
 * @used: frames that count for him
 */
struct vml_charge {
	struct list_head link;
	u32 refs;
	u32 user;
	bool exempt;
	atomic_t used;
};

/* Frames that may count for an account that is not exempt. */
extern u32 vml_charge_cap;

struct vml_charge *vml_charge_open(u32 user, bool exempt);
void vml_charge_get(struct vml_charge *charge);
void vml_charge_put(struct vml_charge *charge);

/**
 * vml_charge_most() - how many frames may count for an account
 * @charge: the account
 */
static inline u32 vml_charge_most(const struct vml_charge *charge)
{
	return charge->exempt ? U32_MAX : READ_ONCE(vml_charge_cap);
}

/**
 * vml_charge_add() - count frames that are small in number, over the cap or not
 * @charge: the account; or NULL
 * @nr: how many
 */
static inline void vml_charge_add(struct vml_charge *charge, u32 nr)
{
	if (charge)
		atomic_add(nr, &charge->used);
}

/**
 * vml_charge_sub() - count frames no longer
 * @charge: the account; or NULL
 * @nr: how many
 */
static inline void vml_charge_sub(struct vml_charge *charge, u32 nr)
{
	if (charge)
		atomic_sub(nr, &charge->used);
}

/**
 * vml_charge_try() - count frames, unless they are too many
 * @charge: the account; or NULL
 * @nr: how many
 *
 * Return: whether they are counted now.
 */
static inline bool vml_charge_try(struct vml_charge *charge, u32 nr)
{
	if (!charge || likely((u32)atomic_add_return(nr, &charge->used) <=
			      vml_charge_most(charge)))
		return true;
	atomic_sub(nr, &charge->used);
	return false;
}

/**
 * vml_charge_is_full() - whether no more frames may count
 * @charge: the account; or NULL
 */
static inline bool vml_charge_is_full(const struct vml_charge *charge)
{
	return charge && (u32)atomic_read(&charge->used) >=
			 vml_charge_most(charge);
}

#endif /* _VMLAB_CHARGE_H */
