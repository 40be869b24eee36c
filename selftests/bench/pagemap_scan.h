/* SPDX-License-Identifier: GPL-2.0 */
/*
 * PAGEMAP_SCAN, for building with C libraries whose kernel headers are older
 * than 6.7; the interface is that of Documentation/admin-guide/mm/pagemap.rst.
 */
#ifndef BENCH_PAGEMAP_SCAN_H
#define BENCH_PAGEMAP_SCAN_H

#include <linux/fs.h>
#include <linux/types.h>

#ifndef PAGEMAP_SCAN

#define PAGE_IS_FILE		(1 << 2)
#define PAGE_IS_PRESENT		(1 << 3)
#define PAGE_IS_SWAPPED		(1 << 4)
#define PAGE_IS_PFNZERO		(1 << 5)

struct page_region {
	__u64 start;
	__u64 end;
	__u64 categories;
};

struct pm_scan_arg {
	__u64 size;
	__u64 flags;
	__u64 start;
	__u64 end;
	__u64 walk_end;
	__u64 vec;
	__u64 vec_len;
	__u64 max_pages;
	__u64 category_inverted;
	__u64 category_mask;
	__u64 category_anyof_mask;
	__u64 return_mask;
};

#define PAGEMAP_SCAN		_IOWR('f', 16, struct pm_scan_arg)

#endif /* PAGEMAP_SCAN */

#endif /* BENCH_PAGEMAP_SCAN_H */
