// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The mirror
 *
 * Has the shadow areas follow what Linux does with its own, and brings faults
 * of Linux down to them. How real entries are put in and taken away is in
 * real.c.
 *
 * Of a private area, only what nobody wrote to is ours. Where something is
 * written, Linux makes a copy of its own, which we never see again: zaps spare
 * copies.
 *
 * What is told of areas comes too late or never, and may not fail: that one
 * grew is not told at all. So each fault brings along what Linux's area says,
 * and the shadow area is brought up to it if it differs, see vml_area_sync().
 * There is one moment when more must be done. When Linux is about to copy or
 * move real entries (fork() and mremap()), it first calls open() for the new
 * area: the entries are zapped there, and come back one by one where they are
 * wanted.
 */
#include "huge.h"
#include "inode.h"
#include "real.h"

#include <vmlab/file.h>
#include <vmlab/memory.h>
#include <vmlab/pool.h>
#include <vmlab/story.h>

#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/huge_mm.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

/* === Areas of Linux === */

/* Linux takes VM_SHARED away where the descriptor is for reading only. */
static bool is_shared(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_MAYSHARE;
}

/* Whether an area shows indices that no memory has: mremap() can do that. */
static bool is_beyond(struct vm_area_struct *vma)
{
	return (u64)vma->vm_pgoff + vma_pages(vma) > U32_MAX;
}

static __always_inline u32 area_flags(const struct vm_area_struct *vma)
{
	u32 flags = 0;

	if (vma->vm_flags & VM_READ)
		flags |= VML_AREA_READ;
	if (vma->vm_flags & VM_EXEC)
		flags |= VML_AREA_EXEC;
	if (!is_shared(vma))
		flags |= VML_AREA_PRIVATE;
	else if (vma->vm_flags & VM_WRITE)
		flags |= VML_AREA_WRITE;
	/* On x86, what may be written may be read. */
	if (vma->vm_flags & VM_WRITE)
		flags |= VML_AREA_READ;
	return flags;
}

static __always_inline struct vml_view view_of(const struct vm_area_struct *vma)
{
	const struct vml_map *map = vma->vm_private_data;

	return (struct vml_view) {
		.start = vma->vm_start, .end = vma->vm_end,
		.object = map->memory->object, .index = vma->vm_pgoff,
		.flags = area_flags(vma),
	};
}

/* Has the space show what Linux's area says. */
static int sync(const struct vm_area_struct *vma)
{
	struct vml_map *map = vma->vm_private_data;
	struct vml_view view = view_of(vma);
	int err;

	err = vml_process_attach(map);
	if (err)
		return err;
	vml_pool_enter();
	err = vml_area_sync(&map->process->space, &view);
	vml_pool_leave();
	return err;
}

static void zap_area(struct vm_area_struct *vma)
{
	unmap_mapping_pages(vma->vm_file->f_mapping, vma->vm_pgoff,
			    vma_pages(vma), false);
}

static struct vml_map *new_map(struct vm_area_struct *vma, gfp_t more)
{
	struct vml_map *map = kzalloc(sizeof(*map), GFP_KERNEL_ACCOUNT | more);

	if (map)
		map->mm = vma->vm_mm;
	return map;
}

/*
 * The copy that a child has of a memory: all areas of the child have the same.
 * Without one, the area has no memory.
 */
static struct vml_memory *copy_for(struct mm_struct *mm,
				   struct vml_memory *memory)
{
	struct vml_memory *copy = vml_process_copy_of(mm, memory->id);

	if (!copy)
		copy = vml_memory_clone(memory, true);
	return IS_ERR(copy) ? NULL : copy;
}

/* Whether an area is part of what one was up to now. */
static bool is_split(const struct vm_area_struct *vma)
{
	struct vml_map *map = vma->vm_private_data;
	struct vml_view view = view_of(vma);
	struct vml_space_area *area;
	bool found;

	down_read(&map->process->space.lock);
	area = vml_area_find(&map->process->space, view.start);
	found = area && area->start <= view.start && area->end >= view.end &&
		area->object == view.object &&
		vml_area_index(area, view.start) == view.index;
	up_read(&map->process->space.lock);
	return found;
}

/* Cannot fail; what could not be had is asked for again by a fault. */
static void open(struct vm_area_struct *vma)
{
	const struct vml_map *from = vma->vm_private_data;
	struct vml_map *map = new_map(vma, __GFP_NOFAIL);
	struct vml_memory *memory = from->memory;

	vma->vm_private_data = map;
	if (!memory)
		return;
	if (vml_process_attach(map))
		goto zap;
	if (from->mm != vma->vm_mm && is_shared(vma) &&
	    READ_ONCE(memory->flags) & VMLAB_MEMORY_FORK_COPY) {
		map->memory = copy_for(vma->vm_mm, memory);
		if (!map->memory)
			goto zap;
	} else {
		vml_memory_get(memory);
		map->memory = memory;
	}
	if (is_beyond(vma))
		goto zap;
	if (from->mm == vma->vm_mm && is_split(vma))
		return;
	sync(vma);
zap:
	zap_area(vma);
}

/* The real entries are gone. */
static void close(struct vm_area_struct *vma)
{
	struct vml_map *map = vma->vm_private_data;

	if (map->process) {
		vml_pool_enter();
		vml_area_unmap(&map->process->space, vma->vm_start,
			       vma->vm_end);
		vml_pool_leave();
		vml_process_detach(map);
	}
	if (map->memory)
		vml_memory_put(map->memory);
	kfree(map);
}

static int mremap(struct vm_area_struct *vma)
{
	return vml_process_reaches(vma->vm_start, vma->vm_end) && !is_beyond(vma) ?
	       0 : -ENOMEM;
}

/* === Faults === */

static bool grow(struct vm_area_struct *vma, const struct vml_map *map)
{
	u64 bytes = ((u64)vma->vm_pgoff + vma_pages(vma)) << VML_FRAME_SHIFT;

	if (bytes <= READ_ONCE(map->memory->bytes) ||
	    !(READ_ONCE(map->memory->flags) & VMLAB_MEMORY_GROWS) ||
	    vml_memory_grow(map->memory, bytes))
		return false;
	vml_step(VMLAB_STORY_STEP_GROW, bytes, 0, 0);
	return true;
}

static __always_inline enum vml_fault_kind ask(struct vm_fault *vmf,
					       u32 access, bool huge)
{
	struct vml_map *map = vmf->vma->vm_private_data;
	struct vml_view view = view_of(vmf->vma);
	enum vml_fault_kind kind;

	view.huge = huge;
	vml_pool_enter();
	kind = vml_fault(&map->process->space, vmf->address, access, &view,
			 vmf);
	vml_pool_leave();
	return kind;
}

static __always_inline vm_fault_t resolve(struct vm_fault *vmf, u32 access,
					  bool huge)
{
	struct vml_map *map = vmf->vma->vm_private_data;
	enum vml_fault_kind kind;

	if (!map->memory || is_beyond(vmf->vma) ||
	    (unlikely(!READ_ONCE(map->process)) && vml_process_attach(map)))
		return VM_FAULT_SIGBUS;
	if (unlikely(!READ_ONCE(map->process->pid)) && current->mm == map->mm)
		vml_process_name(map->process);
	vml_story_begin(map->memory->id, vmf->real_address, access);
	do {
		kind = ask(vmf, access, huge);
	} while (kind == VML_FAULT_BEYOND && grow(vmf->vma, map));
	vml_story_end(kind);
	if (kind == VML_FAULT_MAJOR)
		return VM_FAULT_NOPAGE | VM_FAULT_MAJOR;
	return kind < VML_FAULT_BAD_AREA ? VM_FAULT_NOPAGE : VM_FAULT_SIGBUS;
}

/* Ends the story of what Linux was lent. */
static void tell_lent(u32 index, int err)
{
	if (!static_branch_unlikely(&vml_step_key))
		return;
	vml_step_if(!err, VMLAB_STORY_STEP_LEND, index, 0, 0);
	vml_story_close(err == -ERANGE ? VMLAB_STORY_OUTCOME_BEYOND :
			err ? VMLAB_STORY_OUTCOME_NO_MEMORY :
			VMLAB_STORY_OUTCOME_LENT);
}

/*
 * For a copy that Linux makes of a private area's page at once, where there is no
 * entry yet: it copies from a page of ours and frees that, so that it never has
 * the frame.
 */
static vm_fault_t lend(struct vm_fault *vmf)
{
	struct vml_map *map = vmf->vma->vm_private_data;
	struct page *page;
	int err;

	if (!map->memory || is_beyond(vmf->vma))
		return VM_FAULT_SIGBUS;
	page = alloc_page(GFP_KERNEL_ACCOUNT);
	if (!page)
		return VM_FAULT_OOM;
	vml_story_begin(map->memory->id, vmf->real_address, VML_AREA_WRITE);
	do {
		vml_pool_enter();
		err = vml_object_read(map->memory->object, vmf->pgoff, 0,
				      page_address(page), PAGE_SIZE);
		vml_pool_leave();
	} while (err == -ERANGE && grow(vmf->vma, map));
	tell_lent(vmf->pgoff, err);
	if (err) {
		__free_page(page);
		return VM_FAULT_SIGBUS;
	}
	lock_page(page);
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

static u32 access_of(const struct vm_fault *vmf)
{
	if (vmf->flags & FAULT_FLAG_INSTRUCTION)
		return VML_AREA_EXEC;
	if (vmf->flags & FAULT_FLAG_WRITE && is_shared(vmf->vma))
		return VML_AREA_WRITE;
	return VML_AREA_READ;
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	if (vmf->cow_page)
		return lend(vmf);
	return resolve(vmf, access_of(vmf), false);
}

static vm_fault_t pfn_mkwrite(struct vm_fault *vmf)
{
	return resolve(vmf, VML_AREA_WRITE, false);
}

/*
 * There is no entry yet, or a huge one that may not be written to. Where none can
 * be, small entries come at once.
 */
static __maybe_unused vm_fault_t huge_fault(struct vm_fault *vmf,
					    unsigned int order)
{
	if (order != HPAGE_PMD_ORDER || !vml_mirror_huge(vmf->vma))
		return VM_FAULT_FALLBACK;
	return resolve(vmf, access_of(vmf), true);
}

/*
 * Declines: neighbours are mapped by fault(), which may sleep. But where there
 * is none, Linux takes mmap_lock for each fault.
 */
static vm_fault_t map_pages(struct vm_fault *vmf, pgoff_t first, pgoff_t last)
{
	return 0;
}

/* For debuggers: what get_user_pages() cannot reach. */
static int access(struct vm_area_struct *vma, unsigned long address,
		  void *buffer, int len, int write)
{
	struct vml_map *map = vma->vm_private_data;
	u64 at = ((u64)vma->vm_pgoff << VML_FRAME_SHIFT) +
		 (address - vma->vm_start);

	if (!map->memory || address >= vma->vm_end)
		return -EFAULT;
	if (write && !(is_shared(vma) && vma->vm_flags & VM_WRITE))
		return -EACCES;
	len = min_t(u64, len, vma->vm_end - address);
	return vml_memory_access(map->memory, at, buffer, len, write);
}

static const struct vm_operations_struct vm_ops = {
	.open = open,
	.close = close,
	.mremap = mremap,
	.fault = fault,
	.huge_fault = VML_HUGE_FAULT(huge_fault),
	.map_pages = map_pages,
	.pfn_mkwrite = pfn_mkwrite,
	.access = access,
#ifdef CONFIG_NUMA
	.set_policy = vml_mirror_set_policy,
#endif
};

/* === Mapping === */

/**
 * vml_mirror_map() - what an area of Linux shows
 * @vma: any, of any file
 *
 * Context: the mmap_lock held.
 * Return: NULL if it is none of ours.
 */
struct vml_map *vml_mirror_map(const struct vm_area_struct *vma)
{
	return vma->vm_ops == &vm_ops ? vma->vm_private_data : NULL;
}

static int note_mapped(struct vml_memory *memory, u64 bytes)
{
	int err = vml_memory_grow(memory, bytes);

	mutex_lock(&memory->lock);
	if (!err)
		memory->mapped = true;
	mutex_unlock(&memory->lock);
	return err;
}

/* As with a file that is open for reading: nothing can be written to it. */
static int check_rights(const struct vml_memory *memory,
			struct vm_area_struct *vma)
{
	const struct vml_file *f = READ_ONCE(memory->backing);

	if (!f || !f->read_only || !is_shared(vma))
		return 0;
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	vm_flags_clear(vma, VM_MAYWRITE);
	return 0;
}

/**
 * vml_mirror_mmap() - map a memory
 * @memory: the memory
 * @vma: where
 *
 * Context: the mmap_lock held for writing.
 * Return: 0; -ENOMEM for an address that shadow page tables do not reach, or
 * without memory; -EOVERFLOW for an offset that no memory has, -EACCES to share
 * for writing what is only read from a file.
 */
int vml_mirror_mmap(struct vml_memory *memory, struct vm_area_struct *vma)
{
	u64 last = (u64)vma->vm_pgoff + vma_pages(vma);
	struct vml_map *map;
	int err;

	if (is_beyond(vma))
		return -EOVERFLOW;
	if (!vml_process_reaches(vma->vm_start, vma->vm_end))
		return -ENOMEM;
	err = note_mapped(memory, last << VML_FRAME_SHIFT) ?:
	      check_rights(memory, vma);
	if (err)
		return err;
	map = new_map(vma, 0);
	if (!map)
		return -ENOMEM;
	vml_memory_get(memory);
	map->memory = memory;
	vma->vm_private_data = map;
	err = sync(vma);
	if (err)
		goto free_map;
	vma_set_file(vma, memory->file);
	vma->vm_ops = &vm_ops;
	vm_flags_set(vma, VM_MIXEDMAP | VM_DONTDUMP);
	vml_real_allow_huge(vma, memory);
	return 0;

free_map:
	vma->vm_private_data = NULL;
	vml_process_detach(map);
	vml_memory_put(memory);
	kfree(map);
	return err;
}

/* === Files of areas === */

static long fallocate(struct file *file, int mode, loff_t start, loff_t size)
{
	struct vml_memory *memory;
	int err = -EOPNOTSUPP;

	if (mode != (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE))
		return err;
	memory = vml_memory_of_file(file);
	if (!memory)
		return err;
	/* It cannot be told from the file whose copy is meant. */
	if (READ_ONCE(memory->backing))
		err = vml_file_punch(memory, start, size);
	else if (!READ_ONCE(memory->has_copies) &&
		 !(READ_ONCE(memory->flags) & VMLAB_MEMORY_FORK_COPY))
		err = vml_memory_discard(memory, start, size);
	vml_memory_put(memory);
	return err;
}

/* Without a file behind it, what is written is in the memory and nowhere else. */
static int fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	struct vml_memory *memory = vml_memory_of_file(file);
	int err, earlier;

	if (!memory)
		return 0;
	err = vml_file_sync(memory, start, end);
	earlier = file_check_and_advance_wb_err(file);
	vml_memory_put(memory);
	return err ?: earlier;
}

static int fadvise(struct file *file, loff_t start, loff_t size, int advice)
{
	struct vml_memory *memory = vml_memory_of_file(file);
	int err;

	if (!memory)
		return 0;
	err = vml_file_advise(memory, start, size, advice);
	vml_memory_put(memory);
	return err;
}

/* What areas of Linux do through their file: madvise(), msync(), mremap(). */
const struct file_operations vml_mirror_fops = {
	.owner = THIS_MODULE,
	.fallocate = fallocate,
	.fsync = fsync,
	.fadvise = fadvise,
	.get_unmapped_area = vml_mirror_place,
	.llseek = noop_llseek,
};

/* === Start and end === */

/**
 * vml_mirror_init() - have spaces mirrored from now on
 *
 * Context: process; the pool is there.
 * Return: 0 or a negative errno.
 */
int vml_mirror_init(void)
{
	int err;

	vml_account_init();
	err = vml_process_init();
	if (err)
		return err;
	err = vml_inode_init();
	if (err)
		return err;
	err = vml_file_init();
	if (err)
		goto fini_inode;
	err = vml_space_start(&vml_real_ops);
	if (err) {
		pr_err("no frame for the zeroes\n");
		goto fini_file;
	}
	return 0;

fini_file:
	vml_file_fini();
fini_inode:
	vml_inode_fini();
	return err;
}

/**
 * vml_mirror_fini() - end it
 *
 * Nothing is mapped: each mapping holds the module.
 */
void vml_mirror_fini(void)
{
	vml_story_fini();
	vml_file_fini();
	vml_inode_fini();
	vml_space_stop();
}
