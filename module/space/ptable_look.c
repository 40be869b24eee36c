// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Looking through shadow page tables
 *
 * Nothing is changed here, but for the walk cache.
 */
#include <vmlab/ptable_walk.h>

#include <linux/minmax.h>

/**
 * vml_ptable_lacking() - how many tables an entry needs that are not there
 * @ptable: the page table
 * @address: that the entry maps
 * @level: of the entry
 *
 * Context: takes the lock; others may change the answer once it is given.
 */
unsigned int vml_ptable_lacking(struct vml_ptable *ptable, u64 address,
				unsigned int level)
{
	unsigned int reached = level;

	spin_lock(&ptable->lock);
	vml_ptable_descend(ptable, address, &reached);
	spin_unlock(&ptable->lock);
	return reached - level;
}

/**
 * vml_ptable_get() - look an address up
 * @ptable: the page table
 * @address: any
 * @level: where the walk ended; or NULL
 *
 * Context: takes the lock.
 * Return: the entry that maps the address, or that is not present where one
 * should be; 0 outside.
 */
u64 vml_ptable_get(struct vml_ptable *ptable, u64 address, unsigned int *level)
{
	unsigned int reached = 0;
	struct vml_frame *table;
	u64 entry;

	if (!vml_ptable_reaches(ptable, address))
		return 0;
	spin_lock(&ptable->lock);
	table = vml_ptable_descend(ptable, address, &reached);
	entry = vml_table_slots(table)[vml_ptable_index_of(ptable, address, reached)];
	spin_unlock(&ptable->lock);
	if (level)
		*level = reached;
	return entry;
}

/**
 * vml_ptable_next() - the next entry that is in use
 * @ptable: the page table
 * @address: where to begin; set to the first address that the entry maps, which
 *	may be below if it is huge
 * @end: where to end
 * @level: set to the level of the entry; or NULL
 *
 * Empty tables' worth of addresses is passed over in one step.
 *
 * Context: takes the lock.
 * Return: the entry, 0 if there is none.
 */
u64 vml_ptable_next(struct vml_ptable *ptable, u64 *address, u64 end,
		    unsigned int *level)
{
	u64 at = max(*address, ptable->base), entry = 0;

	end = min(end, ptable->base + ptable->span);
	spin_lock(&ptable->lock);
	while (at < end) {
		unsigned int reached = 0;
		struct vml_frame *table = vml_ptable_descend(ptable, at, &reached);
		u64 size = vml_ptable_size(ptable, reached);

		at -= (at - ptable->base) % size;
		entry = vml_table_slots(table)[vml_ptable_index_of(ptable, at, reached)];
		if (entry) {
			*address = at;
			if (level)
				*level = reached;
			break;
		}
		at += size;
	}
	spin_unlock(&ptable->lock);
	return entry;
}

/**
 * vml_ptable_walk() - look an address up, level by level
 * @ptable: the page table
 * @address: any
 * @steps: room for VML_LEVELS; filled in from the top
 *
 * Context: takes the lock.
 * Return: how many steps it took, 0 outside.
 */
unsigned int vml_ptable_walk(struct vml_ptable *ptable, u64 address,
			     struct vml_ptable_step *steps)
{
	unsigned int level = vml_ptable_top(ptable), nr = 0;
	struct vml_frame *table = ptable->root;

	if (!vml_ptable_reaches(ptable, address))
		return 0;
	spin_lock(&ptable->lock);
	for (;; level--) {
		struct vml_ptable_step *step = &steps[nr++];

		step->table = vml_frame_number(table);
		step->index = vml_ptable_index_of(ptable, address, level);
		step->level = level;
		step->entry = vml_table_slots(table)[step->index];
		if (!vml_ptable_is_table(step->entry, level))
			break;
		table = vml_entry_at(step->entry);
	}
	spin_unlock(&ptable->lock);
	return nr;
}
