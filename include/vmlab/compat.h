/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The code of vmlab is written for the newest kernel that it supports; this
 * header, included before every source file, brings older kernels up to it.
 * Where a name can be tested for, it is; a version number stands only where
 * nothing else tells. No other file asks for versions.
 */
#ifndef _VMLAB_COMPAT_H
#define _VMLAB_COMPAT_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/version.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched/coredump.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <net/genetlink.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/* === Entries that are not present === */

/*
 * 6.19 gave non-present entries a type of their own, softleaf_t, and one
 * family of predicates; before, swp_entry_t and scattered ones.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#include <linux/leafops.h>
#else
typedef swp_entry_t softleaf_t;

/* Some stable kernels have a few of the new names, as macros. */
#ifndef softleaf_from_pte
static inline softleaf_t softleaf_from_pte(pte_t pte)
{
	return pte_to_swp_entry(pte);
}
#endif

#ifndef softleaf_to_pfn
static inline unsigned long softleaf_to_pfn(softleaf_t entry)
{
	return swp_offset_pfn(entry);
}
#endif

static inline bool softleaf_is_swap(softleaf_t entry)
{
	return !non_swap_entry(entry);
}

static inline bool softleaf_is_migration(softleaf_t entry)
{
	return is_migration_entry(entry);
}

static inline bool softleaf_is_hwpoison(softleaf_t entry)
{
	return is_hwpoison_entry(entry);
}

static inline bool softleaf_is_device_private(softleaf_t entry)
{
	return is_device_private_entry(entry);
}

static inline bool softleaf_is_device_exclusive(softleaf_t entry)
{
	return is_device_exclusive_entry(entry);
}

static inline bool softleaf_is_marker(softleaf_t entry)
{
	return is_pte_marker_entry(entry);
}

static inline bool softleaf_has_pfn(softleaf_t entry)
{
	return is_pfn_swap_entry(entry);
}

static inline bool softleaf_is_uffd_wp_marker(softleaf_t entry)
{
	return is_pte_marker_entry(entry) &&
	       (pte_marker_get(entry) & PTE_MARKER_UFFD_WP);
}

static inline bool softleaf_is_poison_marker(softleaf_t entry)
{
#ifdef PTE_MARKER_POISONED
	return is_pte_marker_entry(entry) &&
	       (pte_marker_get(entry) & PTE_MARKER_POISONED);
#else
	return false;
#endif
}

static inline bool softleaf_is_guard_marker(softleaf_t entry)
{
#ifdef PTE_MARKER_GUARD
	return is_pte_marker_entry(entry) &&
	       (pte_marker_get(entry) & PTE_MARKER_GUARD);
#else
	return false;
#endif
}
#endif /* 6.19 */

/* 7.3 renamed the userfaultfd bits, since they serve more than write. */
#ifndef _PAGE_UFFD
#define _PAGE_UFFD	_PAGE_UFFD_WP
#define _PAGE_SWP_UFFD	_PAGE_SWP_UFFD_WP
#endif

/* The bit for device maps went away with pte_devmap(). */
#ifndef _PAGE_DEVMAP
#define _PAGE_DEVMAP	0ULL
#endif

/* The bit for dirty shadow-stack entries came in 6.6. */
#ifndef _PAGE_SAVED_DIRTY
#define _PAGE_SAVED_DIRTY	0ULL
#endif

#ifndef VM_SHADOW_STACK
#define VM_SHADOW_STACK	VM_NONE
#endif

/* Page-table isolation; 6.9 renamed its option. */
#if defined(CONFIG_MITIGATION_PAGE_TABLE_ISOLATION) || \
	defined(CONFIG_PAGE_TABLE_ISOLATION)
#define VML_PTI
#endif

/* === Processes === */

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#include <linux/sched/exec_state.h>
#endif

/**
 * vml_task_dumpable() - whether others of the same user may look at a task
 * @task: a task that cannot start another program meanwhile
 * @mm: its memory
 *
 * 7.x keeps the answer with the program that a task executes, older kernels
 * with its memory.
 */
static inline bool vml_task_dumpable(struct task_struct *task,
				     struct mm_struct *mm)
{
#ifdef _LINUX_SCHED_EXEC_STATE_H
	bool ok;

	rcu_read_lock();
	ok = rcu_dereference(task->exec_state)->dumpable ==
	     TASK_DUMPABLE_OWNER;
	rcu_read_unlock();
	return ok;
#else
	return get_dumpable(mm) == SUID_DUMP_USER;
#endif
}

/**
 * vml_mm_seq() - a number that changes when the areas of a process do
 * @mm: the memory
 *
 * With per-VMA locks the kernel counts its writers. Without them no counter
 * is to be had, and the sums that mmap() and munmap() change stand in.
 *
 * Return: the number, never 0.
 */
static inline u32 vml_mm_seq(struct mm_struct *mm)
{
#if defined(CONFIG_PER_VMA_LOCK) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	return raw_read_seqcount(&mm->mm_lock_seq) | BIT(31);
#else
	return mm->map_count * 31 + mm->total_vm * 7 + mm->data_vm * 3 +
	       mm->exec_vm + mm->stack_vm + BIT(31);
#endif
}

/* === Files === */

/**
 * vml_file_path() - the path by which a user knows a mapped file
 * @file: the file of an area
 *
 * An overlay maps the file below it. Until 6.8 that cannot be told.
 */
static inline const struct path *vml_file_path(struct file *file)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	return file_user_path(file);
#else
	return &file->f_path;
#endif
}

/* Older kernels hand out pages of files in memory. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <linux/shmem_fs.h>

static inline struct folio *vml_shmem_read_folio(struct address_space *mapping,
						 pgoff_t index)
{
	struct page *page = shmem_read_mapping_page(mapping, index);

	return IS_ERR(page) ? ERR_CAST(page) : page_folio(page);
}

#define shmem_read_folio vml_shmem_read_folio
#endif

/* The directions of an iterator had no names of their own. */
#ifndef ITER_SOURCE
#define ITER_SOURCE	WRITE
#endif

/**
 * vml_file_write_iter() - write to a file
 * @file: open for writing
 * @iocb: where
 * @iter: what
 *
 * Since 6.8 that itself sees to it that the file system is not frozen meanwhile.
 */
static inline ssize_t vml_file_write_iter(struct file *file, struct kiocb *iocb,
					  struct iov_iter *iter)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	return vfs_iocb_iter_write(file, iocb, iter);
#else
	ssize_t done;

	file_start_write(file);
	done = vfs_iocb_iter_write(file, iocb, iter);
	file_end_write(file);
	return done;
#endif
}

/* === Pages === */

/*
 * 7.x exports stable_page_flags(), which /proc/kpageflags reads; before, the
 * same bits are put together here from what headers show. Which of them are
 * kept by a whole folio and which by each page changed in between.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#include <linux/kernel-page-flags.h>
#include <linux/page_idle.h>

#define VML_HUGE_ZERO_INFERRED	1

#define VML_KPF(flags, kpf, bit) (((u64)((flags) >> (bit)) & 1) << (kpf))

/*
 * Whether a page is part of the huge page of zeroes, whose symbol is not
 * exported: a compound page of PMD order that is neither on a list of
 * reclaim, nor anonymous, nor a file's.
 */
static inline bool vml_infer_huge_zero(struct folio *folio)
{
	return folio_test_large(folio) &&
	       folio_order(folio) == HPAGE_PMD_ORDER &&
	       !folio_test_hugetlb(folio) && !folio_test_lru(folio) &&
	       !folio_test_slab(folio) && !folio->mapping;
}

static inline u64 vml_page_flags_common(unsigned long k)
{
	return VML_KPF(k, KPF_LOCKED, PG_locked) |
	       VML_KPF(k, KPF_DIRTY, PG_dirty) |
	       VML_KPF(k, KPF_UPTODATE, PG_uptodate) |
	       VML_KPF(k, KPF_WRITEBACK, PG_writeback) |
	       VML_KPF(k, KPF_LRU, PG_lru) |
	       VML_KPF(k, KPF_REFERENCED, PG_referenced) |
	       VML_KPF(k, KPF_ACTIVE, PG_active) |
	       VML_KPF(k, KPF_RECLAIM, PG_reclaim) |
	       VML_KPF(k, KPF_SWAPBACKED, PG_swapbacked) |
	       VML_KPF(k, KPF_UNEVICTABLE, PG_unevictable) |
	       VML_KPF(k, KPF_MLOCKED, PG_mlocked) |
	       VML_KPF(k, KPF_RESERVED, PG_reserved) |
	       VML_KPF(k, KPF_PRIVATE, PG_private) |
	       VML_KPF(k, KPF_PRIVATE_2, PG_private_2) |
	       VML_KPF(k, KPF_OWNER_PRIVATE, PG_owner_priv_1) |
	       VML_KPF(k, KPF_ARCH, PG_arch_1);
}

static inline u64 vml_page_flags_type(struct page *page, struct folio *folio)
{
	u64 u = 0;

	if (PageBuddy(page) ||
	    (!page_count(page) && is_free_buddy_page(page)))
		u |= BIT_ULL(KPF_BUDDY);
	if (PageOffline(page))
		u |= BIT_ULL(KPF_OFFLINE);
	if (PageTable(page))
		u |= BIT_ULL(KPF_PGTABLE);
	if (folio_test_slab(folio))
		u |= BIT_ULL(KPF_SLAB);
	if (folio_test_idle(folio))
		u |= BIT_ULL(KPF_IDLE);
	if (folio_test_hugetlb(folio))
		u |= BIT_ULL(KPF_HUGE);
	else if (vml_infer_huge_zero(folio))
		u |= BIT_ULL(KPF_ZERO_PAGE) | BIT_ULL(KPF_THP);
	else if (is_zero_pfn(page_to_pfn(page)))
		u |= BIT_ULL(KPF_ZERO_PAGE);
	return u;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
static inline u64 vml_page_flags(struct page *page)
{
	struct folio *folio = page_folio(page);
	unsigned long k = page->flags;
	u64 u = vml_page_flags_common(k) | vml_page_flags_type(page, folio);

	if (!PageSlab(page) && page_mapped(page))
		u |= BIT_ULL(KPF_MMAP);
	if (PageAnon(page))
		u |= BIT_ULL(KPF_ANON);
	if (PageKsm(page))
		u |= BIT_ULL(KPF_KSM);
	if (PageHead(page))
		u |= BIT_ULL(KPF_COMPOUND_HEAD);
	if (PageTail(page))
		u |= BIT_ULL(KPF_COMPOUND_TAIL);
	if (PageTransCompound(page) && !folio_test_hugetlb(folio) &&
	    (folio_test_lru(folio) || folio_test_anon(folio)))
		u |= BIT_ULL(KPF_THP);
	if (PageSwapCache(page))
		u |= BIT_ULL(KPF_SWAPCACHE);
#ifdef CONFIG_MEMORY_FAILURE
	u |= VML_KPF(k, KPF_HWPOISON, PG_hwpoison);
#endif
#ifdef CONFIG_ARCH_USES_PG_UNCACHED
	u |= VML_KPF(k, KPF_UNCACHED, PG_uncached);
#endif
	return u | VML_KPF(k, KPF_ERROR, PG_error) |
	       VML_KPF(k, KPF_MAPPEDTODISK, PG_mappedtodisk) |
	       VML_KPF(k, KPF_ARCH_2, PG_arch_2);
}
#else
static inline u64 vml_page_flags(struct page *page)
{
	struct folio *folio = page_folio(page);
	unsigned long k = folio->flags;
	u64 u = vml_page_flags_common(k) | vml_page_flags_type(page, folio);

	if (folio_mapped(folio))
		u |= BIT_ULL(KPF_MMAP);
	if (folio_test_anon(folio))
		u |= BIT_ULL(KPF_ANON);
	if (folio_test_ksm(folio))
		u |= BIT_ULL(KPF_KSM);
	if (page != &folio->page)
		u |= BIT_ULL(KPF_COMPOUND_TAIL);
	else
		u |= VML_KPF(k, KPF_COMPOUND_HEAD, PG_head);
	if (!folio_test_hugetlb(folio) && folio_test_large(folio) &&
	    folio_test_large_rmappable(folio))
		u |= BIT_ULL(KPF_THP);
	if (folio_test_swapcache(folio))
		u |= BIT_ULL(KPF_SWAPCACHE);
#ifdef CONFIG_MEMORY_FAILURE
	u |= VML_KPF(u & BIT_ULL(KPF_HUGE) ? k : page->flags, KPF_HWPOISON,
		     PG_hwpoison);
#endif
#ifdef CONFIG_ARCH_USES_PG_ARCH_2
	u |= VML_KPF(k, KPF_ARCH_2, PG_arch_2);
#endif
#ifdef CONFIG_ARCH_USES_PG_ARCH_3
	u |= VML_KPF(k, KPF_ARCH_3, PG_arch_3);
#endif
	return u | VML_KPF(k, KPF_OWNER_2, PG_owner_2);
}
#endif /* 6.10 */

#define stable_page_flags(page)	vml_page_flags(page)
#else
#define VML_HUGE_ZERO_INFERRED	0
#endif /* 6.19 */

/**
 * vml_page_mapcount() - how many page-table entries map a page
 * @page: the page
 *
 * As /proc/kpagecount counts: an entry that maps a whole huge page counts for
 * each page in it.
 */
static inline u32 vml_page_mapcount(struct page *page)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
	if (PageSlab(page) || page_has_type(page))
		return 0;
	return page_mapcount(page);
#else
	struct folio *folio = page_folio(page);
	int mapcount;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0) && !defined(CONFIG_PAGE_MAPCOUNT)
	/* Pages are not counted: the average over the folio stands in. */
	mapcount = folio_mapcount(folio);
	if (!mapcount || !folio_test_large(folio))
		return mapcount;
	return max_t(u32, 1, (mapcount - folio_entire_mapcount(folio) +
			      folio_nr_pages(folio) / 2) / folio_nr_pages(folio) +
			     folio_entire_mapcount(folio));
#else
	mapcount = atomic_read(&page->_mapcount) + 1;
	if (page_mapcount_is_type(mapcount))
		mapcount = 0;
	if (folio_test_large(folio))
		mapcount += folio_entire_mapcount(folio);
	return mapcount;
#endif /* CONFIG_PAGE_MAPCOUNT */
#endif /* 6.10 */
}

/* To allocate by type is new, and came to some stable kernels too. */
#ifndef kzalloc_obj
#define kzalloc_obj(P, gfp)	kzalloc(sizeof(P), gfp)
#endif

#ifndef kvzalloc_obj
#define kvzalloc_obj(P, gfp)	kvzalloc(sizeof(P), gfp)
#endif

/* Before 6.8 the name counted orders, and said one more than the largest. */
#ifndef MAX_PAGE_ORDER
#define MAX_PAGE_ORDER	(MAX_ORDER - 1)
#endif

/* Memory with a name that is set aside at boot came with 6.11. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
static inline int reserve_mem_find_by_name(const char *name, phys_addr_t *start,
					   phys_addr_t *size)
{
	return 0;
}
#endif

/* === Generic netlink === */

/*
 * 6.2 split an operation in its do and its dump; 6.1 takes both in one
 * struct genl_ops and has no table of the split form.
 */
#ifndef GENL_CMD_CAP_DO
#define GENL_CMD_CAP_DO		0x02
#define GENL_CMD_CAP_DUMP	0x04
#endif

/* Ranges are constant in generated policies, and in struct nla_policy later. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#undef NLA_POLICY_FULL_RANGE
#define NLA_POLICY_FULL_RANGE(tp, _range) {			\
	.type = NLA_ENSURE_UINT_OR_BINARY_TYPE(tp),		\
	.validation_type = NLA_VALIDATE_RANGE_PTR,		\
	.range = (struct netlink_range_validation *)(_range),	\
}
#endif

#ifndef NLA_POLICY_MAX_LEN
#define NLA_POLICY_MAX_LEN(_len)	{ .type = NLA_BINARY, .len = (_len) }
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
struct genl_split_ops {
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	int (*start)(struct netlink_callback *cb);
	int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
	int (*done)(struct netlink_callback *cb);
	const struct nla_policy *policy;
	unsigned int maxattr;
	u8 cmd;
	u8 internal_flags;
	u8 flags;
	u8 validate;
};

/*
 * The dump of a command shares its policy with the do, so a command may have
 * only one of them on such a kernel.
 */
static inline int vml_genl_register(struct genl_family *family,
				    const struct genl_split_ops *split,
				    unsigned int n)
{
	static struct genl_ops ops[64];
	unsigned int i;

	if (WARN_ON(n > ARRAY_SIZE(ops)))
		return -EINVAL;
	for (i = 0; i < n; i++)
		ops[i] = (struct genl_ops) {
			.doit = split[i].doit,
			.start = split[i].start,
			.dumpit = split[i].dumpit,
			.done = split[i].done,
			.policy = split[i].policy,
			.maxattr = split[i].maxattr,
			.cmd = split[i].cmd,
			.flags = split[i].flags,
		};
	family->ops = ops;
	family->n_ops = n;
	return genl_register_family(family);
}
#else
static inline int vml_genl_register(struct genl_family *family,
				    const struct genl_split_ops *split,
				    unsigned int n)
{
	family->split_ops = split;
	family->n_split_ops = n;
	return genl_register_family(family);
}
#endif

/**
 * vml_dump_attrs() - the parsed attributes of a dump request
 * @cb: the dump, in its start
 */
static inline struct nlattr **vml_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	return (struct nlattr **)genl_dumpit_info(cb)->attrs;
#else
	return genl_dumpit_info(cb)->info.attrs;
#endif
}

/* === Areas and entries of our own === */

/* Since 6.6 this is the one that knows no shadow stacks. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define pte_mkwrite_novma(pte)	pte_mkwrite(pte)
#endif

/*
 * Since 6.12 huge entries can be special as small ones are, and drivers are
 * asked for them.
 */
#ifdef CONFIG_ARCH_SUPPORTS_PMD_PFNMAP
#define VML_HUGE_ENTRIES	1
#else
#define VML_HUGE_ENTRIES	0
#define pmd_mkspecial(pmd)	(pmd)
#endif

/* Before, the type of the operation is another. */
#define VML_HUGE_FAULT(fault) \
	__builtin_choose_expr(VML_HUGE_ENTRIES, fault, NULL)

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define pmd_mkwrite_novma(pmd)	pmd_mkwrite(pmd)
#define pmdp_get(pmdp)		READ_ONCE(*(pmdp))
#endif

/* Since 6.3 a mount has a map of owners in place of a user namespace. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define mnt_idmap user_namespace
#endif

/* Since 6.3 the flags of an area are only changed by functions. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0) && !defined(vm_flags_set)
static inline void vml_vm_flags_set(struct vm_area_struct *vma,
				    vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

#define vm_flags_set vml_vm_flags_set

static inline void vml_vm_flags_clear(struct vm_area_struct *vma,
				      vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}

#define vm_flags_clear vml_vm_flags_clear
#endif

#endif /* _VMLAB_COMPAT_H */
