/* SPDX-License-Identifier: GPL-2.0 */
/* Tables of 8-byte slots in frames of the pool, and a stock of them. */
#ifndef _VMLAB_TABLE_H
#define _VMLAB_TABLE_H

#include <vmlab/charge.h>
#include <vmlab/frame.h>

/**
 * struct vml_stock - tables at hand, all empty
 * @first: number of the first, or VML_NONE; @next of their frames links them
 * @nr: how many there are
 * @order: of their blocks
 * @charge: for whom those count that are taken out, and no longer those that are
 *	put in; who takes or puts says it. Or NULL
 *
 * Who is about to take a lock puts as many tables in as may be lacking. Under
 * the lock they are taken out, and those that became empty put in; what is left
 * goes back to the pool when the lock is dropped.
 */
struct vml_stock {
	u32 first;
	u32 nr;
	unsigned int order;
	struct vml_charge *charge;
};

#define VML_STOCK(of_order) \
	((struct vml_stock){ .first = VML_NONE, .order = (of_order) })

int vml_stock_fill(struct vml_stock *stock, unsigned int nr);
int vml_stock_try(struct vml_stock *stock, unsigned int nr);
void vml_stock_give_back(struct vml_stock *stock);
struct vml_frame *vml_stock_take(struct vml_stock *stock);
void vml_stock_give(struct vml_stock *stock, struct vml_frame *table);
void vml_charged_put(struct vml_charge *charge, struct vml_frame *frame);

/**
 * vml_stock_empty() - give all tables back to the pool
 * @stock: where they are
 *
 * Context: process; does not sleep.
 */
static inline void vml_stock_empty(struct vml_stock *stock)
{
	if (stock->nr)
		vml_stock_give_back(stock);
}

/**
 * vml_table_slots() - the slots of a table
 * @table: its first frame
 */
static inline u64 *vml_table_slots(const struct vml_frame *table)
{
	return table->owner;
}

/**
 * vml_table_count() - keep count of the slots in use
 * @table: its first frame
 * @before: what a slot was
 * @after: what it is
 *
 * Context: under the lock of the table.
 */
static inline void vml_table_count(struct vml_frame *table, u64 before,
				   u64 after)
{
	table->index += !!after;
	table->index -= !!before;
}

#endif /* _VMLAB_TABLE_H */
