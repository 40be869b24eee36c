// SPDX-License-Identifier: GPL-2.0
/* Linux's areas (struct vm_area_struct), as /proc/PID/smaps shows them. */
#include <vmlab/vma.h>

#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pkeys.h>
#include <linux/string.h>

struct flag_name {
	u64 vm;
	u64 flag;
};

static const struct flag_name names[] = {
	{ VM_READ,		VMLAB_AREA_FLAG_READ },
	{ VM_WRITE,		VMLAB_AREA_FLAG_WRITE },
	{ VM_EXEC,		VMLAB_AREA_FLAG_EXEC },
	{ VM_SHARED,		VMLAB_AREA_FLAG_SHARED },
	{ VM_MAYREAD,		VMLAB_AREA_FLAG_MAY_READ },
	{ VM_MAYWRITE,		VMLAB_AREA_FLAG_MAY_WRITE },
	{ VM_MAYEXEC,		VMLAB_AREA_FLAG_MAY_EXEC },
	{ VM_MAYSHARE,		VMLAB_AREA_FLAG_MAY_SHARE },
	{ VM_GROWSDOWN,		VMLAB_AREA_FLAG_GROWS_DOWN },
	{ VM_PFNMAP,		VMLAB_AREA_FLAG_PFNMAP },
	{ VM_MIXEDMAP,		VMLAB_AREA_FLAG_MIXEDMAP },
	{ VM_LOCKED,		VMLAB_AREA_FLAG_LOCKED },
	{ VM_IO,		VMLAB_AREA_FLAG_IO },
	{ VM_SEQ_READ,		VMLAB_AREA_FLAG_SEQ_READ },
	{ VM_RAND_READ,		VMLAB_AREA_FLAG_RAND_READ },
	{ VM_DONTCOPY,		VMLAB_AREA_FLAG_DONT_COPY },
	{ VM_DONTEXPAND,	VMLAB_AREA_FLAG_DONT_EXPAND },
	{ VM_ACCOUNT,		VMLAB_AREA_FLAG_ACCOUNT },
	{ VM_NORESERVE,		VMLAB_AREA_FLAG_NO_RESERVE },
	{ VM_HUGETLB,		VMLAB_AREA_FLAG_HUGETLB },
	{ VM_SYNC,		VMLAB_AREA_FLAG_SYNC },
	{ VM_WIPEONFORK,	VMLAB_AREA_FLAG_WIPE_ON_FORK },
	{ VM_DONTDUMP,		VMLAB_AREA_FLAG_DONT_DUMP },
	{ VM_SOFTDIRTY,		VMLAB_AREA_FLAG_SOFT_DIRTY },
	{ VM_HUGEPAGE,		VMLAB_AREA_FLAG_HUGE_PAGE },
	{ VM_NOHUGEPAGE,	VMLAB_AREA_FLAG_NO_HUGE_PAGE },
	{ VM_MERGEABLE,		VMLAB_AREA_FLAG_MERGEABLE },
	{ VM_UFFD_MISSING,	VMLAB_AREA_FLAG_UFFD_MISSING },
	{ VM_UFFD_WP,		VMLAB_AREA_FLAG_UFFD_WP },
	{ VM_UFFD_MINOR,	VMLAB_AREA_FLAG_UFFD_MINOR },
	{ VM_SHADOW_STACK,	VMLAB_AREA_FLAG_SHADOW_STACK },
};

static bool is_heap(const struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	return !vma->vm_file && vma->vm_start < mm->brk &&
	       vma->vm_end > mm->start_brk;
}

static bool is_stack(const struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	return !vma->vm_file && vma->vm_start <= mm->start_stack &&
	       vma->vm_end >= mm->start_stack;
}

static bool is_vdso(const struct vm_area_struct *vma)
{
	return vma->vm_start == (unsigned long)vma->vm_mm->context.vdso;
}

static u64 area_flags(const struct vm_area_struct *vma)
{
	u64 flags = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].vm && vma->vm_flags & names[i].vm)
			flags |= names[i].flag;
	if (!vma->vm_file && !vma->vm_ops)
		flags |= VMLAB_AREA_FLAG_ANONYMOUS;
	if (is_heap(vma))
		flags |= VMLAB_AREA_FLAG_HEAP;
	if (is_stack(vma))
		flags |= VMLAB_AREA_FLAG_STACK;
	if (is_vdso(vma))
		flags |= VMLAB_AREA_FLAG_VDSO;
	return flags;
}

/* The inode behind a path that an overlay stands in for, else the file's. */
static struct inode *user_inode(struct file *file)
{
	const struct path *path = vml_file_path(file);

	return path == &file->f_path ? file_inode(file) : d_inode(path->dentry);
}

/**
 * vml_area_read() - note what an area is
 * @area: filled in
 * @vma: the area
 *
 * Context: the mmap_lock of its process is held.
 */
void vml_area_read(struct vml_area *area, struct vm_area_struct *vma)
{
	struct inode *inode;

	*area = (struct vml_area) {
		.start = vma->vm_start,
		.end = vma->vm_end,
		.flags = area_flags(vma),
		.pkey = vma_pkey(vma),
	};
	if (is_vm_hugetlb_page(vma))
		area->page_size = huge_page_size(hstate_vma(vma));
	if (!vma->vm_file)
		return;
	inode = user_inode(vma->vm_file);
	area->offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	area->inode = inode->i_ino;
	area->major = MAJOR(inode->i_sb->s_dev);
	area->minor = MINOR(inode->i_sb->s_dev);
}

/**
 * vml_area_has_path() - whether the name of an area is a path
 * @vma: the area
 *
 * Context: the mmap_lock of its process is held.
 */
bool vml_area_has_path(struct vm_area_struct *vma)
{
	return vma->vm_file;
}

static const char *given_name(const struct vm_area_struct *vma, char *buf,
			      size_t size)
{
#ifdef CONFIG_ANON_VMA_NAME
	if (!vma->vm_file && vma->anon_name) {
		snprintf(buf, size, "[anon:%s]", vma->anon_name->name);
		return buf;
	}
#endif
	return NULL;
}

/**
 * vml_area_name() - the name of an area
 * @vma: the area
 * @buf: room for a path
 * @size: size of @buf, at most %VML_AREA_NAME_MAX is needed
 *
 * Context: the mmap_lock of its process is held; paths are as the caller's
 * root directory has them.
 * Return: the name, somewhere in @buf or constant; "" where it has none.
 */
const char *vml_area_name(struct vm_area_struct *vma, char *buf, size_t size)
{
	const char *name;

	if (vma->vm_file) {
		name = d_path(vml_file_path(vma->vm_file), buf, size);
		return IS_ERR(name) ? "[path too long]" : name;
	}
	name = given_name(vma, buf, size);
	if (name)
		return name;
	if (vma->vm_ops && vma->vm_ops->name) {
		name = vma->vm_ops->name(vma);
		if (name)
			return name;
	}
	if (is_vdso(vma))
		return "[vdso]";
	if (is_heap(vma))
		return "[heap]";
	if (is_stack(vma))
		return "[stack]";
	return "";
}
