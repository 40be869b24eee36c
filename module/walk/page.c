// SPDX-License-Identifier: GPL-2.0
/* What stands behind a frame: the kernel's own descriptor of it. */
#include <vmlab/walk.h>

#include <linux/kernel-page-flags.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/page-flags.h>

static_assert(BIT_ULL(KPF_LOCKED) == VMLAB_PAGE_FLAG_LOCKED);
static_assert(BIT_ULL(KPF_ANON) == VMLAB_PAGE_FLAG_ANON);
static_assert(BIT_ULL(KPF_PGTABLE) == VMLAB_PAGE_FLAG_PGTABLE);

#define HUGE_ZERO	(VMLAB_PAGE_FLAG_ZERO_PAGE | VMLAB_PAGE_FLAG_THP)

/* A page that was just made may not be on a list of reclaim yet. */
#define OF_A_MAPPING	(VMLAB_PAGE_FLAG_LRU | VMLAB_PAGE_FLAG_UNEVICTABLE | \
			 VMLAB_PAGE_FLAG_MMAP)

static unsigned int page_kind(const struct folio *folio, u64 flags)
{
	if (flags & VMLAB_PAGE_FLAG_ZERO_PAGE)
		return VMLAB_PAGE_KIND_ZERO;
	if (flags & VMLAB_PAGE_FLAG_HUGE)
		return VMLAB_PAGE_KIND_HUGETLB;
	if (flags & VMLAB_PAGE_FLAG_KSM)
		return VMLAB_PAGE_KIND_KSM;
	if (flags & VMLAB_PAGE_FLAG_ANON)
		return VMLAB_PAGE_KIND_ANON;
	if (!(flags & OF_A_MAPPING) || !READ_ONCE(folio->mapping))
		return VMLAB_PAGE_KIND_OTHER;
	if (flags & VMLAB_PAGE_FLAG_SWAPBACKED)
		return VMLAB_PAGE_KIND_SHMEM;
	return VMLAB_PAGE_KIND_FILE;
}

static bool is_exclusive(struct page *page)
{
	return PageAnon(page) && !PageHuge(page) && PageAnonExclusive(page);
}

/**
 * vml_page_read() - read the kernel's descriptor of a frame
 * @page: filled in; not @valid where there is no descriptor
 * @pfn: frame number
 *
 * Context: any. The answer is exact while the lock of a page table is held
 * that maps the frame, a racy look otherwise, as /proc/kpageflags gives.
 */
void vml_page_read(struct vml_page *page, u64 pfn)
{
	struct page *p = pfn_to_online_page(pfn);
	struct folio *folio;

	*page = (struct vml_page) { };
	if (!p)
		return;
	folio = page_folio(p);
	page->flags = stable_page_flags(p);
	page->refcount = folio_ref_count(folio);
	page->mapcount = vml_page_mapcount(p);
	page->order = folio_order(folio);
	page->kind = page_kind(folio, page->flags);
	page->inferred = VML_HUGE_ZERO_INFERRED &&
			 (page->flags & HUGE_ZERO) == HUGE_ZERO;
	page->exclusive = is_exclusive(p);
	page->valid = true;
}

/**
 * vml_page_is_huge_zero() - whether a frame is in the huge page of zeroes
 * @pfn: frame number
 *
 * Where the kernel does not say, it is concluded from what else the page is
 * not; see vml_infer_huge_zero().
 *
 * Context: any.
 */
bool vml_page_is_huge_zero(u64 pfn)
{
	struct page *page = pfn_to_online_page(pfn);

	return page && (stable_page_flags(page) & HUGE_ZERO) == HUGE_ZERO;
}
