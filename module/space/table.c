// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Tables
 *
 * Page tables and the trees of objects are made of the same thing: blocks of
 * the pool that the kernel sees, full of 8-byte slots of which 0 is an empty
 * one. The frame's index counts those in use, so that a table is given back as
 * soon as it is empty; its owner is where the kernel sees the slots. Their
 * memory is the pool's own: what page tables cost is what the programs do not
 * get.
 */
#include <vmlab/alloc.h>
#include <vmlab/table.h>

#include <linux/errno.h>
#include <linux/string.h>

static struct vml_frame *pop(struct vml_stock *stock)
{
	struct vml_frame *table = vml_frame_at(stock->first);

	stock->first = table->next;
	stock->nr--;
	return table;
}

static void push(struct vml_stock *stock, struct vml_frame *table)
{
	table->next = stock->first;
	stock->first = vml_frame_number(table);
	stock->nr++;
}

static int fill(struct vml_stock *stock, unsigned int nr, u32 req)
{
	while (stock->nr < nr) {
		struct vml_frame *table = vml_alloc(stock->order, req);

		if (!table)
			return -ENOMEM;
		table->owner = vml_frame_address(table);
		memset(vml_table_slots(table), 0,
		       VML_FRAME_SIZE << stock->order);
		atomic_or(VML_FRAME_TABLE, &table->word);
		push(stock, table);
	}
	return 0;
}

/**
 * vml_stock_fill() - have tables at hand
 * @stock: where to put them
 * @nr: how many there shall be
 *
 * Context: process, no lock of ours held; may sleep, as it may reclaim.
 * Return: 0, or -ENOMEM: then the stock has fewer.
 */
int vml_stock_fill(struct vml_stock *stock, unsigned int nr)
{
	return fill(stock, nr, VML_REQ_KERNEL | VML_REQ_RECLAIM);
}

/**
 * vml_stock_try() - have tables at hand, if that takes no waiting
 * @stock: where to put them
 * @nr: how many there shall be
 *
 * Context: process, no lock of ours held that spins; does not sleep.
 * Return: as vml_stock_fill().
 */
int vml_stock_try(struct vml_stock *stock, unsigned int nr)
{
	return fill(stock, nr, VML_REQ_KERNEL);
}

/**
 * vml_stock_give_back() - give tables back to the pool
 * @stock: where they are
 *
 * Context: process; does not sleep.
 */
void vml_stock_give_back(struct vml_stock *stock)
{
	while (stock->nr)
		vml_free(pop(stock), stock->order);
}

/**
 * vml_stock_take() - take an empty table
 * @stock: which has one
 *
 * Context: any; the stock is the caller's own.
 */
struct vml_frame *vml_stock_take(struct vml_stock *stock)
{
	vml_charge_add(stock->charge, 1U << stock->order);
	return pop(stock);
}

/**
 * vml_stock_give() - put an empty table in
 * @stock: the caller's own
 * @table: its first frame, of the stock's order; nobody else has it
 *
 * Context: any.
 */
void vml_stock_give(struct vml_stock *stock, struct vml_frame *table)
{
	vml_charge_sub(stock->charge, 1U << stock->order);
	push(stock, table);
}

/**
 * vml_charged_put() - drop a reference of a tree
 * @charge: for whom all that the tree has counts; or NULL
 * @frame: first frame of a table or of content
 *
 * Nobody but trees has references to what is in them, so that under their lock
 * the last one is known.
 *
 * Context: the lock of the tree held.
 */
void vml_charged_put(struct vml_charge *charge, struct vml_frame *frame)
{
	if (atomic_read(&frame->refs) == 1)
		vml_charge_sub(charge,
			       1U << vml_word_order(vml_frame_word(frame)));
	vml_put(frame);
}
