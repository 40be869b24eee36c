// SPDX-License-Identifier: GPL-2.0
/*
 * Predict what an access would do, by the decisions that the kernel's fault
 * handler would take: exc_page_fault() and access_error() in
 * arch/x86/mm/fault.c, then handle_mm_fault() in mm/memory.c.
 *
 * Each question is asked by a function of its own that returns true when it
 * decided; they are asked in the kernel's order.
 */
#include <vmlab/explain.h>
#include <vmlab/kernel.h>
#include <vmlab/target.h>

#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pagemap.h>
#include <linux/pkeys.h>
#include <linux/sched/signal.h>
#include <linux/shmem_fs.h>
#include <linux/xarray.h>
#include <uapi/asm/vsyscall.h>

/* The kernel's default for stack_guard_gap, which it does not export. */
#define STACK_GAP	(256UL << PAGE_SHIFT)

/**
 * struct question - one access at one address
 * @task: the thread that would make it
 * @vma: the area that holds the address, or the one above
 * @walk: the walk to the address
 * @addr: the address
 * @access: &enum vmlab_access
 * @admin: the caller has CAP_SYS_ADMIN
 * @to: the answer
 */
struct question {
	struct task_struct *task;
	struct vm_area_struct *vma;
	const struct vml_walk *walk;
	u64 addr;
	unsigned int access;
	bool admin;
	struct vml_prediction *to;
};

static bool decide(const struct question *q, unsigned int outcome,
		   unsigned int why)
{
	q->to->outcome = outcome;
	q->to->why = why;
	return true;
}

static bool is_write(const struct question *q)
{
	return q->access == VMLAB_ACCESS_WRITE;
}

static u32 leaf_flags(const struct question *q)
{
	return q->walk->leaf.flags;
}

/* === Is the address one of user mode's? === */

static bool ask_address(const struct question *q)
{
	if (vml_is_user_address(q->addr))
		return false;
	if (!vml_is_kernel_address(q->addr))
		return decide(q, VMLAB_OUTCOME_SIGSEGV, VMLAB_WHY_NON_CANONICAL);
	if ((q->addr & PAGE_MASK) == VSYSCALL_ADDR &&
	    q->access == VMLAB_ACCESS_EXEC)
		return decide(q, VMLAB_OUTCOME_WORKS, VMLAB_WHY_VSYSCALL);
	return decide(q, VMLAB_OUTCOME_SIGSEGV, VMLAB_WHY_KERNEL_ADDRESS);
}

static bool stack_may_grow(const struct question *q)
{
	VMA_ITERATOR(vmi, q->vma->vm_mm, q->addr & PAGE_MASK);
	unsigned long page = q->addr & PAGE_MASK;
	struct vm_area_struct *below;

	if (q->vma->vm_end - page >
	    READ_ONCE(q->task->signal->rlim[RLIMIT_STACK].rlim_cur))
		return false;
	below = vma_prev(&vmi);
	return !below || below->vm_flags & VM_GROWSDOWN ||
	       !vma_is_accessible(below) || page - below->vm_end >= STACK_GAP;
}

/* === The entry is not there === */

static bool ask_uffd_missing(const struct question *q)
{
	if (!(q->vma->vm_flags & VM_UFFD_MISSING))
		return false;
	return decide(q, VMLAB_OUTCOME_USERFAULT, VMLAB_WHY_UFFD);
}

static void first_touch_anon(const struct question *q)
{
	if (ask_uffd_missing(q))
		return;
	if (q->vma->vm_flags & VM_HUGEPAGE && q->walk->leaf.level > VMLAB_LEVEL_PTE)
		decide(q, VMLAB_OUTCOME_MINOR_FAULT,
		       VMLAB_WHY_FIRST_TOUCH_HUGE);
	else if (is_write(q))
		decide(q, VMLAB_OUTCOME_MINOR_FAULT,
		       VMLAB_WHY_FIRST_TOUCH_FRAME);
	else
		decide(q, VMLAB_OUTCOME_MINOR_FAULT,
		       VMLAB_WHY_FIRST_TOUCH_ZERO);
}

static unsigned long file_index(const struct question *q)
{
	return q->vma->vm_pgoff + ((q->addr - q->vma->vm_start) >> PAGE_SHIFT);
}

static bool ends_before(const struct question *q, struct address_space *mapping)
{
	loff_t size = i_size_read(mapping->host);

	return file_index(q) >= DIV_ROUND_UP_ULL(size, PAGE_SIZE);
}

/*
 * As mincore(): what others have brought into the cache is no business of who
 * may only read the file.
 */
static bool may_know_cache(const struct question *q)
{
	return q->admin || !file_permission(q->vma->vm_file, MAY_WRITE);
}

static void cached_page(const struct question *q)
{
	bool copies = is_write(q) && !(q->vma->vm_flags & VM_SHARED);

	if (q->vma->vm_flags & VM_UFFD_MINOR)
		decide(q, VMLAB_OUTCOME_USERFAULT, VMLAB_WHY_UFFD);
	else
		decide(q, copies ? VMLAB_OUTCOME_COPY_ON_WRITE :
				   VMLAB_OUTCOME_MINOR_FAULT,
		       VMLAB_WHY_FILE_PAGE_CACHED);
}

/*
 * The page cache holds a folio, or in its place a value: what is left of an
 * evicted page, or where shared memory was swapped out to.
 */
static void first_touch_file(const struct question *q)
{
	struct address_space *mapping = q->vma->vm_file->f_mapping;
	bool shmem = shmem_mapping(mapping);
	void *slot;

	if (ends_before(q, mapping)) {
		decide(q, VMLAB_OUTCOME_SIGBUS, VMLAB_WHY_BEYOND_FILE);
		return;
	}
	if (!may_know_cache(q)) {
		decide(q, VMLAB_OUTCOME_MAJOR_FAULT,
		       VMLAB_WHY_FILE_PAGE_HIDDEN);
		return;
	}
	slot = xa_load(&mapping->i_pages, file_index(q));
	if (slot && !xa_is_value(slot))
		cached_page(q);
	else if (slot && shmem)
		decide(q, VMLAB_OUTCOME_MAJOR_FAULT, VMLAB_WHY_SWAPPED_SHMEM);
	else if (ask_uffd_missing(q))
		return;
	else if (shmem)
		decide(q, VMLAB_OUTCOME_MINOR_FAULT, VMLAB_WHY_SHMEM_ABSENT);
	else
		decide(q, VMLAB_OUTCOME_MAJOR_FAULT,
		       VMLAB_WHY_FILE_PAGE_ABSENT);
}

static bool has_page_cache(struct address_space *mapping)
{
	return mapping->a_ops->read_folio || shmem_mapping(mapping);
}

static void first_touch(const struct question *q)
{
	struct vm_area_struct *vma = q->vma;

	if (is_vm_hugetlb_page(vma)) {
		if (vma->vm_flags & VM_UFFD_MINOR)
			decide(q, VMLAB_OUTCOME_USERFAULT, VMLAB_WHY_UFFD);
		else if (!ask_uffd_missing(q))
			decide(q, VMLAB_OUTCOME_MINOR_FAULT,
			       VMLAB_WHY_HUGETLB_RESERVE);
	} else if (vma_is_anonymous(vma)) {
		first_touch_anon(q);
	} else if (!vma->vm_ops->fault) {
		decide(q, VMLAB_OUTCOME_SIGBUS, VMLAB_WHY_DRIVER);
	} else if (vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP | VM_IO) ||
		   !vma->vm_file || !has_page_cache(vma->vm_file->f_mapping)) {
		decide(q, VMLAB_OUTCOME_MINOR_FAULT, VMLAB_WHY_DRIVER);
	} else {
		first_touch_file(q);
	}
}

static bool is_poison_mark(u64 raw)
{
	return softleaf_is_poison_marker(softleaf_from_pte(__pte(raw)));
}

static bool ask_absent(const struct question *q)
{
	switch (q->walk->leaf.state) {
	case VMLAB_STATE_MARKER:
		if (is_poison_mark(q->walk->leaf.raw))
			return decide(q, VMLAB_OUTCOME_SIGBUS,
				      VMLAB_WHY_POISONED);
		fallthrough;
	case VMLAB_STATE_NONE:
		first_touch(q);
		return true;
	case VMLAB_STATE_SWAP:
		return decide(q, VMLAB_OUTCOME_MAJOR_FAULT, VMLAB_WHY_IN_SWAP);
	case VMLAB_STATE_MIGRATION:
		return decide(q, VMLAB_OUTCOME_MINOR_FAULT, VMLAB_WHY_MOVING);
	case VMLAB_STATE_HWPOISON:
	case VMLAB_STATE_BAD:
		return decide(q, VMLAB_OUTCOME_SIGBUS, VMLAB_WHY_POISONED);
	case VMLAB_STATE_DEVICE:
		return decide(q, VMLAB_OUTCOME_MINOR_FAULT,
			      VMLAB_WHY_DEVICE_PAGE);
	case VMLAB_STATE_GUARD:
		return decide(q, VMLAB_OUTCOME_SIGSEGV, VMLAB_WHY_GUARDED);
	case VMLAB_STATE_PROT_NONE:
		return decide(q, VMLAB_OUTCOME_MINOR_FAULT,
			      VMLAB_WHY_NUMA_HINT);
	default:
		return false;
	}
}

/* === Does the area grant the access? === */

/*
 * A jump to a page that is not there faults as a read does; only once the page
 * is there do its rights count. That it cannot be had comes first.
 */
static bool brought_in_first(const struct question *q)
{
	if (ask_absent(q) && (q->to->outcome == VMLAB_OUTCOME_SIGBUS ||
			      q->to->outcome == VMLAB_OUTCOME_USERFAULT))
		return true;
	return decide(q, VMLAB_OUTCOME_SIGSEGV, VMLAB_WHY_NO_RIGHT);
}

static bool ask_rights(const struct question *q)
{
	unsigned long flags = q->vma->vm_flags;

	switch (q->access) {
	case VMLAB_ACCESS_WRITE:
		if (flags & VM_SHADOW_STACK)
			return decide(q, VMLAB_OUTCOME_SIGSEGV,
				      VMLAB_WHY_SHADOW_STACK);
		if (flags & VM_WRITE)
			return false;
		break;
	case VMLAB_ACCESS_EXEC:
		if (flags & VM_EXEC)
			return false;
		return vma_is_accessible(q->vma) ? brought_in_first(q) :
			decide(q, VMLAB_OUTCOME_SIGSEGV, VMLAB_WHY_NO_RIGHT);
	default:
		/* x86 has no page that can be written or run, but not read. */
		if (flags & (VM_READ | VM_WRITE | VM_EXEC))
			return false;
	}
	return decide(q, VMLAB_OUTCOME_SIGSEGV, VMLAB_WHY_NO_RIGHT);
}

/* A key guards reads and writes, not execution. Threads have their own. */
static bool ask_key(const struct question *q)
{
	unsigned int pkey = vma_pkey(q->vma);
	u32 pkru;

	if (!pkey || q->access == VMLAB_ACCESS_EXEC ||
	    !cpu_feature_enabled(X86_FEATURE_OSPKE))
		return false;
	pkru = q->task == current ? rdpkru() : q->task->thread.pkru;
	if (__pkru_allows_read(pkru, pkey) &&
	    (!is_write(q) || __pkru_allows_write(pkru, pkey)))
		return false;
	return decide(q, VMLAB_OUTCOME_SIGSEGV, VMLAB_WHY_PROTECTION_KEY);
}

/* === Is there an area that holds the address? === */

static bool ask_area(const struct question *q)
{
	if (q->vma && q->vma->vm_start <= q->addr)
		return false;
	if (!q->vma || !(q->vma->vm_flags & VM_GROWSDOWN))
		return decide(q, VMLAB_OUTCOME_SIGSEGV, VMLAB_WHY_NO_AREA);
	if (!stack_may_grow(q))
		return decide(q, VMLAB_OUTCOME_SIGSEGV, VMLAB_WHY_STACK_LIMIT);
	return ask_rights(q) || ask_key(q) ||
	       decide(q, VMLAB_OUTCOME_STACK_GROWTH, VMLAB_WHY_STACK_ABOVE);
}

/* === The entry is there === */

/*
 * A private page whose frame nobody else holds is written in place, as
 * wp_can_reuse_anon_folio() decides: the swap cache, and a page's wait to be
 * put on a list of reclaim, account for a reference each.
 */
static bool is_last_owner(const struct vml_page *page)
{
	u32 own = 1 + !!(page->flags & VMLAB_PAGE_FLAG_SWAPCACHE) +
		  !(page->flags & VMLAB_PAGE_FLAG_LRU);

	if (!page->valid)
		return false;
	if (page->kind == VMLAB_PAGE_KIND_HUGETLB)
		return page->flags & VMLAB_PAGE_FLAG_ANON &&
		       page->mapcount == 1;
	if (page->kind != VMLAB_PAGE_KIND_ANON)
		return false;
	return page->exclusive || (!page->order && page->refcount <= own);
}

static void write_protected(const struct question *q)
{
	if (leaf_flags(q) & VMLAB_ENTRY_FLAG_UFFD_WP &&
	    q->vma->vm_flags & VM_UFFD_WP)
		decide(q, VMLAB_OUTCOME_USERFAULT, VMLAB_WHY_UFFD);
	else if (q->vma->vm_flags & VM_SHARED)
		decide(q, VMLAB_OUTCOME_MINOR_FAULT, VMLAB_WHY_WRITE_NOTIFY);
	else if (q->walk->leaf.state == VMLAB_STATE_ZERO)
		decide(q, VMLAB_OUTCOME_COPY_ON_WRITE,
		       VMLAB_WHY_ZERO_PAGE_WRITE);
	else if (is_last_owner(&q->walk->page))
		decide(q, VMLAB_OUTCOME_MINOR_FAULT,
		       VMLAB_WHY_LAST_OWNER_WRITE);
	else
		decide(q, VMLAB_OUTCOME_COPY_ON_WRITE,
		       VMLAB_WHY_SHARED_PAGE_WRITE);
}

static void ask_present(const struct question *q)
{
	if (is_write(q) && !(leaf_flags(q) & VMLAB_ENTRY_FLAG_RW))
		write_protected(q);
	else if (q->access == VMLAB_ACCESS_EXEC &&
		 leaf_flags(q) & VMLAB_ENTRY_FLAG_NX)
		decide(q, VMLAB_OUTCOME_MINOR_FAULT, VMLAB_WHY_STALE_ENTRY);
	else
		decide(q, VMLAB_OUTCOME_WORKS, VMLAB_WHY_MAPPED);
}

static void answer(const struct question *q)
{
	if (ask_address(q) || ask_area(q) || ask_rights(q) || ask_key(q) ||
	    ask_absent(q))
		return;
	ask_present(q);
}

/**
 * vml_explain() - predict a read, a write and an execution
 * @target: the thread that would do it
 * @addr: any address
 * @admin: the caller has CAP_SYS_ADMIN
 * @ex: filled in
 *
 * The answer holds for this moment: the page cache and reclaim may change
 * it before the access comes. Whether a swapped page is still in the swap
 * cache, which would make its fault a minor one, modules cannot see.
 *
 * Context: takes mmap_lock; may sleep.
 * Return: 0, or -EINTR when a fatal signal came.
 */
int vml_explain(const struct vml_target *target, u64 addr, bool admin,
		struct vml_explanation *ex)
{
	struct question q = {
		.task = target->task, .walk = &ex->walk, .addr = addr,
		.admin = admin,
	};

	*ex = (struct vml_explanation) { };
	if (mmap_read_lock_killable(target->mm))
		return -EINTR;
	if (vml_is_user_address(addr)) {
		struct vm_area_struct *in;

		q.vma = find_vma(target->mm, addr);
		in = q.vma && q.vma->vm_start <= addr ? q.vma : NULL;
		vml_walk_address(target->mm, in, addr, &ex->walk, true);
		if (in || (q.vma && q.vma->vm_flags & VM_GROWSDOWN)) {
			vml_area_read(&ex->area, q.vma);
			ex->has_area = true;
		}
	}
	for (q.access = 0; q.access < VML_ACCESSES; q.access++) {
		q.to = &ex->access[q.access];
		answer(&q);
	}
	mmap_read_unlock(target->mm);
	return 0;
}
