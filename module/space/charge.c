// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: For whom frames count
 *
 * All that the objects of a user take, content and the tables that lead to it,
 * and the shadow page tables of his processes, counts for one account of his, so
 * that he cannot take the whole pool with it. Whoever touches an index, it
 * counts for the user of the object. What clones share counts once, as they
 * share the account too: a frame counts from when a tree gets it until the last
 * of them lets it go.
 *
 * Content is refused where it would be too much. A table is not, as what needs
 * it may have gone too far already to fail; but a fault that would need one is
 * refused before, once the account is full. So no more is taken beyond the cap
 * than the tables of the faults that are under way.
 */
#include <vmlab/charge.h>

#include <linux/cache.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

u32 vml_charge_cap __read_mostly = U32_MAX;

static DEFINE_SPINLOCK(lock); /* protects the list, and references */
static LIST_HEAD(charges);

static struct vml_charge *find(u32 user, bool exempt)
{
	struct vml_charge *charge;

	list_for_each_entry(charge, &charges, link)
		if (charge->user == user && charge->exempt == exempt)
			return charge;
	return NULL;
}

/**
 * vml_charge_open() - the account of a user
 * @user: a number for him
 * @exempt: it shall have no cap
 *
 * Context: process; may sleep.
 * Return: with a reference, the caller's; NULL if there is no memory.
 */
struct vml_charge *vml_charge_open(u32 user, bool exempt)
{
	struct vml_charge *new = kzalloc(sizeof(*new), GFP_KERNEL);
	struct vml_charge *charge;

	if (!new)
		return NULL;
	new->user = user;
	new->exempt = exempt;
	spin_lock(&lock);
	charge = find(user, exempt);
	if (!charge) {
		charge = new;
		new = NULL;
		list_add(&charge->link, &charges);
	}
	charge->refs++;
	spin_unlock(&lock);
	kfree(new);
	return charge;
}

/**
 * vml_charge_get() - take another reference
 * @charge: the account; or NULL
 *
 * Context: process; takes a lock that is taken last.
 */
void vml_charge_get(struct vml_charge *charge)
{
	if (!charge)
		return;
	spin_lock(&lock);
	charge->refs++;
	spin_unlock(&lock);
}

/**
 * vml_charge_put() - drop a reference
 * @charge: the account, for which nothing counts any more if it is the last; or
 *	NULL
 *
 * Context: process; takes a lock that is taken last.
 */
void vml_charge_put(struct vml_charge *charge)
{
	bool last;

	if (!charge)
		return;
	spin_lock(&lock);
	last = !--charge->refs;
	if (last)
		list_del(&charge->link);
	spin_unlock(&lock);
	if (last)
		kfree(charge);
}
