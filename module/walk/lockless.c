// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Walking one's own page tables without a lock
 *
 * As get_user_pages_fast() does: before the kernel frees a table of a process,
 * it has every CPU that runs the process flush its TLB, by an interrupt that
 * is waited for, or lets a grace period of RCU pass. A CPU that runs the
 * process with interrupts off lets neither happen, so the tables that it sees
 * stay until it turns them on again.
 *
 * What was read is atomic and was true at that moment, but only if a page was
 * there: the kernel clears an entry for an instant when it changes one
 * (ptep_modify_prot_start()), under the lock of the table, which is not held
 * here. So all but present leaves are left to the walk that takes the locks.
 */
#include <vmlab/walk.h>

#include <linux/irqflags.h>
#include <linux/mm.h>

/* One step down; false where the walk ended at @level. */
static __always_inline bool step(u64 *raw, unsigned int level, u64 addr)
{
	u64 *table = vml_next_table(*raw);

	*raw = READ_ONCE(table[vml_level_index(level, addr)]);
	return vml_is_table(level, *raw);
}

/* Returns the level in which the walk ended. */
static __always_inline unsigned int go_down(struct mm_struct *mm, u64 addr,
					    u64 *raw)
{
	u64 *top = (u64 *)mm->pgd;

	*raw = READ_ONCE(top[vml_level_index(VMLAB_LEVEL_PGD, addr)]);
	if (!vml_is_table(VMLAB_LEVEL_PGD, *raw))
		return VMLAB_LEVEL_PGD;
	if (pgtable_l5_enabled() && !step(raw, VMLAB_LEVEL_P4D, addr))
		return VMLAB_LEVEL_P4D;
	if (!step(raw, VMLAB_LEVEL_PUD, addr))
		return VMLAB_LEVEL_PUD;
	if (!step(raw, VMLAB_LEVEL_PMD, addr))
		return VMLAB_LEVEL_PMD;
	step(raw, VMLAB_LEVEL_PTE, addr);
	return VMLAB_LEVEL_PTE;
}

/* A huge leaf that cannot be written may be of the huge page of zeroes. */
static bool is_certain(unsigned int level, u64 raw)
{
	return raw & _PAGE_PRESENT && level <= VMLAB_LEVEL_PUD &&
	       (level == VMLAB_LEVEL_PTE || raw & _PAGE_RW);
}

/**
 * vml_walk_lockless() - walk the caller's own tables to an address
 * @mm: current->mm
 * @addr: any address
 * @leaf: filled in; its number is that of the 4 KiB frame at @addr
 *
 * Context: the caller's own, any.
 * Return: false, with @leaf as it was, where it takes vml_walk_leaf() to
 * answer.
 */
bool vml_walk_lockless(struct mm_struct *mm, u64 addr, struct vml_leaf *leaf)
{
	unsigned long irqs;
	unsigned int level;
	u64 raw;

	if (unlikely(addr >= TASK_SIZE_MAX))
		return false;
	local_irq_save(irqs);
	level = go_down(mm, addr, &raw);
	local_irq_restore(irqs);

	if (!is_certain(level, raw))
		return false;
	vml_leaf_decode(leaf, level, raw, false);
	leaf->number += (addr & (vml_level_size(level) - 1)) >> PAGE_SHIFT;
	return true;
}
