// SPDX-License-Identifier: GPL-2.0
/*
 * Count the tables of a process.
 *
 * Goes through the areas from table to table of the lowest level, with the
 * locks of walk.c taken anew for each, and counts every table on the way that
 * it has not met before. The user half only: the tables of the kernel half
 * belong to all.
 */
#include <vmlab/census.h>
#include <vmlab/walk.h>

#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

/**
 * struct counting - where a census stands
 * @census: what was counted
 * @done: by level: tables that start below this address were counted
 */
struct counting {
	struct vml_census *census;
	u64 done[VML_WALK_LEVELS + 1];
};

static u64 table_span(unsigned int level)
{
	return vml_level_size(level) * VML_ENTRIES;
}

static void count_entry(struct vml_census *census, unsigned int level, u64 raw,
			bool hugetlb)
{
	struct vml_leaf leaf;

	if (!raw)
		return;
	census->used[level]++;
	if (vml_is_table(level, raw))
		return;
	if (vml_is_present(level, raw)) {
		census->leaves[level]++;
		return;
	}
	vml_leaf_decode(&leaf, level, raw, hugetlb);
	if (leaf.state == VMLAB_STATE_SWAP)
		census->swapped += vml_level_size(level);
}

/* The upper half of the top table is the kernel's. */
static unsigned int entries_of(unsigned int level)
{
	return level == VMLAB_LEVEL_PGD ? VML_ENTRIES / 2 : VML_ENTRIES;
}

static void count_entries(struct vml_census *census, unsigned int level,
			  const u64 *table, bool hugetlb)
{
	unsigned int i;

	for (i = 0; i < entries_of(level); i++)
		count_entry(census, level, READ_ONCE(table[i]), hugetlb);
	census->tables[level]++;
}

/* False: the path must be walked anew. */
static bool count_table(struct counting *c, struct mm_struct *mm,
			const struct vml_path *path, unsigned int depth,
			u64 addr, bool hugetlb)
{
	unsigned int level = path->at[depth].level;
	u64 base = level == VMLAB_LEVEL_PGD ? 0 :
		   addr & ~(table_span(level) - 1);
	spinlock_t *lock; /* of the table */
	bool ok;

	if (base < c->done[level])
		return true;
	lock = vml_path_lock(mm, path, depth);
	ok = vml_path_in_place(path, depth);
	if (ok)
		count_entries(c->census, level,
			      PTR_ALIGN_DOWN(path->at[depth].entry, PAGE_SIZE),
			      hugetlb);
	vml_path_unlock(lock);
	if (ok)
		c->done[level] = base + table_span(level);
	return ok;
}

static bool count_path(struct counting *c, struct mm_struct *mm,
		       const struct vml_path *path, u64 addr, bool hugetlb)
{
	unsigned int depth;

	for (depth = 0; depth < path->nr; depth++)
		if (!count_table(c, mm, path, depth, addr, hugetlb))
			return false;
	return true;
}

/* Counts what leads to one address. Returns where to go on. */
static u64 count_at(struct counting *c, struct mm_struct *mm,
		    struct vm_area_struct *vma, u64 addr)
{
	struct vml_path path;
	unsigned int level;
	u64 size;

	vml_walk_begin(vma);
	do {
		vml_walk_path(mm, vma, addr, &path);
	} while (!count_path(c, mm, &path, addr, is_vm_hugetlb_page(vma)));
	vml_walk_end(vma);

	level = path.at[path.nr - 1].level;
	size = level == VMLAB_LEVEL_PTE ? table_span(level) :
					  vml_level_size(level);
	return (addr & ~(size - 1)) + size;
}

static void count_areas(struct vml_census *census, struct mm_struct *mm)
{
	VMA_ITERATOR(vmi, mm, 0);
	struct vm_area_struct *vma;

	for_each_vma(vmi, vma) {
		if (!census->span_end)
			census->span_start = vma->vm_start;
		census->span_end = vma->vm_end;
		census->area_bytes += vma->vm_end - vma->vm_start;
	}
	census->accounted = mm_pgtables_bytes(mm);
}

/**
 * vml_census_take() - count the tables of a process and what they map
 * @mm: its memory
 * @census: filled in
 *
 * A process that runs meanwhile may be counted half before and half after a
 * change.
 *
 * Context: takes mmap_lock again and again; may sleep.
 * Return: 0, or -EINTR when a fatal signal came.
 */
int vml_census_take(struct mm_struct *mm, struct vml_census *census)
{
	struct counting c = { .census = census };
	struct vm_area_struct *vma;
	u64 addr = 0;

	*census = (struct vml_census) { };
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	count_areas(census, mm);
	mmap_read_unlock(mm);

	for (;;) {
		if (mmap_read_lock_killable(mm))
			return -EINTR;
		vma = find_vma(mm, addr);
		if (vma) {
			addr = max_t(u64, addr, vma->vm_start);
			addr = count_at(&c, mm, vma, addr);
		}
		mmap_read_unlock(mm);
		if (!vma)
			return 0;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
}
