// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Walking somebody else's page tables
 *
 * The tables of a live process change and go away while they are read. What
 * holds them still, from the outside in:
 *
 *   mmap_lock, for reading
 *     Areas stay. So do the tables above the PTE that overlap an area: only
 *     munmap() frees those, and only where no area is left. It frees them
 *     after it has downgraded its own lock to reading, so tables that overlap
 *     no area may vanish under a reader; vml_walk_path() does not enter them.
 *   i_mmap_rwsem of the file, for reading, in a shared area of hugetlb
 *     Two processes may share a PMD table there, and migration takes it from
 *     one of them under this lock alone.
 *   rcu_read_lock()
 *     A PTE table may be taken out under an area (khugepaged does when it
 *     collapses a file's pages, MADV_DONTNEED when a table is empty), but is
 *     freed a grace period later.
 *   the spinlock of the table
 *     Entries stay as they are but for the accessed and dirty bits, which
 *     the hardware sets. For a PTE table the PMD entry that led to it is
 *     compared again under the lock; if it changed, the walk starts anew.
 *
 * The locks are taken in this order. None is held for longer than it takes to
 * copy one table.
 */
#include <vmlab/walk.h>

#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/rcupdate.h>
#include <linux/uaccess.h>

/* The mapping whose lock keeps the shared tables of an area, or NULL. */
static struct address_space *sharing_mapping(struct vm_area_struct *vma)
{
	if (vma && is_vm_hugetlb_page(vma) && vma->vm_flags & VM_MAYSHARE)
		return vma->vm_file->f_mapping;
	return NULL;
}

/**
 * vml_walk_begin() - hold the tables of an area
 * @vma: the area, or NULL for none
 *
 * Context: mmap_lock is held. May sleep; on return in an RCU read section,
 * until vml_walk_end().
 */
void vml_walk_begin(struct vm_area_struct *vma) __acquires(RCU)
{
	struct address_space *mapping = sharing_mapping(vma);

	if (mapping)
		i_mmap_lock_read(mapping);
	rcu_read_lock();
}

/**
 * vml_walk_end() - let go of the tables of an area
 * @vma: what vml_walk_begin() was called with
 */
void vml_walk_end(struct vm_area_struct *vma) __releases(RCU)
{
	struct address_space *mapping = sharing_mapping(vma);

	rcu_read_unlock();
	if (mapping)
		i_mmap_unlock_read(mapping);
}

/* Whether the range that an entry covers has an area, which keeps its table. */
static bool overlaps_area(struct mm_struct *mm, unsigned int level, u64 addr)
{
	u64 size = vml_level_size(level);
	u64 start = addr & ~(size - 1);
	struct vm_area_struct *vma = find_vma(mm, start);

	return vma && vma->vm_start < start + size;
}

static __always_inline void go_down(struct mm_struct *mm,
				    struct vm_area_struct *vma, u64 addr,
				    struct vml_path *path)
{
	unsigned int level = VMLAB_LEVEL_PGD;
	u64 *table = (u64 *)mm->pgd;
	unsigned int nr = 0;

	for (;;) {
		u64 *entry = table + vml_level_index(level, addr);
		u64 raw = READ_ONCE(*entry);

		path->at[nr].entry = entry;
		path->at[nr].raw = raw;
		path->at[nr].level = level;
		nr++;
		if (!vml_is_table(level, raw))
			break;
		if (unlikely(!vma) && !overlaps_area(mm, level, addr))
			break;
		table = vml_next_table(raw);
		level = vml_level_below(level);
	}
	path->nr = nr;
}

/**
 * vml_walk_path() - go down the tables of a process to an address
 * @mm: its memory
 * @vma: the area that holds @addr, or NULL for none
 * @addr: an address in the user half
 * @path: filled in
 *
 * Goes down as long as entries lead to tables that stay. The entry at the end
 * is a racy look; vml_path_lock() makes it firm.
 *
 * Context: mmap_lock is held, between vml_walk_begin() and vml_walk_end().
 */
void vml_walk_path(struct mm_struct *mm, struct vm_area_struct *vma, u64 addr,
		   struct vml_path *path)
{
	go_down(mm, vma, addr, path);
}

static spinlock_t *table_lock(struct mm_struct *mm, const struct vml_path *path,
			      unsigned int depth)
{
	pmd_t pmd;

	switch (path->at[depth].level) {
	case VMLAB_LEVEL_PTE:
		pmd = __pmd(path->at[depth - 1].raw);
		return pte_lockptr(mm, &pmd);
	case VMLAB_LEVEL_PMD:
		return pmd_lockptr(mm, (pmd_t *)path->at[depth].entry);
	default:
		return &mm->page_table_lock;
	}
}

/**
 * vml_path_lock() - lock one of the tables on a path
 * @mm: the memory
 * @path: from vml_walk_path()
 * @depth: which of its tables
 *
 * Return: the lock, for vml_path_unlock().
 */
spinlock_t *vml_path_lock(struct mm_struct *mm, const struct vml_path *path,
			  unsigned int depth) __acquires(table)
{
	spinlock_t *lock = table_lock(mm, path, depth);

	spin_lock(lock);
	return lock;
}

/**
 * vml_path_unlock() - unlock a table
 * @lock: from vml_path_lock()
 */
void vml_path_unlock(spinlock_t *lock) __releases(table)
{
	spin_unlock(lock);
}

/**
 * vml_path_in_place() - whether a table is still where the path found it
 * @path: from vml_walk_path()
 * @depth: which of its tables, locked
 *
 * Return: false where the path must be walked anew.
 */
bool vml_path_in_place(const struct vml_path *path, unsigned int depth)
{
	return path->at[depth].level != VMLAB_LEVEL_PTE ||
	       READ_ONCE(*path->at[depth - 1].entry) == path->at[depth - 1].raw;
}

/* A leaf that the CPU cannot write may be of the huge page of zeroes. */
static void tell_huge_zero(struct vml_leaf *leaf, bool anon)
{
	if (anon && leaf->level == VMLAB_LEVEL_PMD &&
	    leaf->state == VMLAB_STATE_PRESENT &&
	    !(leaf->flags & VMLAB_ENTRY_FLAG_RW) &&
	    vml_page_is_huge_zero(leaf->number))
		leaf->state = VMLAB_STATE_ZERO;
}

static bool is_private_anon(struct vm_area_struct *vma)
{
	return vma && vma_is_anonymous(vma);
}

static bool has_page(const struct vml_leaf *leaf)
{
	return leaf->state == VMLAB_STATE_PRESENT ||
	       leaf->state == VMLAB_STATE_ZERO ||
	       leaf->state == VMLAB_STATE_PROT_NONE;
}

static u64 frame_at(const struct vml_leaf *leaf, u64 addr)
{
	return leaf->number +
	       ((addr & (vml_level_size(leaf->level) - 1)) >> PAGE_SHIFT);
}

static void add_step(struct vml_walk *walk, const u64 *entry, u64 raw,
		     unsigned int level)
{
	struct vml_step *step = &walk->steps[walk->nr++];

	step->raw = raw;
	step->table = __pa(entry) & PAGE_MASK;
	step->index = offset_in_page(entry) / sizeof(*entry);
	step->level = level;
	step->folded = false;

	if (level == VMLAB_LEVEL_PGD && !pgtable_l5_enabled()) {
		step[1] = step[0];
		step[1].index = 0;
		step[1].level = VMLAB_LEVEL_P4D;
		step[1].folded = true;
		walk->nr++;
	}
}

/*
 * The last entry of a path, read under its lock. False: it became a table, or
 * its own table went away, in the meantime.
 */
static bool read_end(const struct vml_path *path, u64 *raw)
{
	unsigned int end = path->nr - 1;
	unsigned int level = path->at[end].level;

	if (!vml_path_in_place(path, end))
		return false;
	*raw = READ_ONCE(*path->at[end].entry);
	if (likely(!vml_is_table(level, *raw)))
		return true;
	if (!vml_is_table(level, path->at[end].raw))
		return false;
	/* A table without an area is being freed: nothing is there. */
	*raw = 0;
	return true;
}

/* Decodes the last entry of a path, and reads the page behind it if asked to. */
static bool decode_end(struct mm_struct *mm, struct vm_area_struct *vma,
		       struct vml_path *path, u64 addr, struct vml_leaf *leaf,
		       struct vml_page *page)
{
	unsigned int end = path->nr - 1;
	spinlock_t *lock = vml_path_lock(mm, path, end);
	bool ok = read_end(path, &path->at[end].raw);

	if (likely(ok)) {
		vml_leaf_decode(leaf, path->at[end].level, path->at[end].raw,
				vma && is_vm_hugetlb_page(vma));
		if (has_page(leaf)) {
			tell_huge_zero(leaf, is_private_anon(vma));
			leaf->number = frame_at(leaf, addr);
			if (page)
				vml_page_read(page, leaf->number);
		}
	}
	vml_path_unlock(lock);
	return ok;
}

/**
 * vml_walk_leaf() - the entry in which the walk to an address ends
 * @mm: the memory of a process
 * @vma: the area that holds @addr, or NULL for none
 * @addr: an address in the user half
 * @leaf: filled in; its number is that of the 4 KiB frame at @addr
 *
 * Context: mmap_lock is held, between vml_walk_begin() and vml_walk_end().
 */
void vml_walk_leaf(struct mm_struct *mm, struct vm_area_struct *vma, u64 addr,
		   struct vml_leaf *leaf)
{
	struct vml_path path;

	do {
		go_down(mm, vma, addr, &path);
	} while (!decode_end(mm, vma, &path, addr, leaf, NULL));
}

/**
 * vml_walk_address() - walk the tables of a process to one address
 * @mm: its memory
 * @vma: the area that holds @addr, or NULL for none
 * @addr: an address in the user half
 * @walk: filled in
 * @page: look at the page behind the frame too
 *
 * The leaf's number is that of the 4 KiB frame at @addr.
 *
 * Context: mmap_lock is held; may sleep.
 */
void vml_walk_address(struct mm_struct *mm, struct vm_area_struct *vma,
		      u64 addr, struct vml_walk *walk, bool page)
{
	struct vml_path path;
	unsigned int i;

	walk->addr = addr;
	walk->nr = 0;
	walk->page.valid = false;

	vml_walk_begin(vma);
	do {
		go_down(mm, vma, addr, &path);
	} while (!decode_end(mm, vma, &path, addr, &walk->leaf,
			     page ? &walk->page : NULL));
	vml_walk_end(vma);

	for (i = 0; i < path.nr; i++)
		add_step(walk, path.at[i].entry, path.at[i].raw,
			 path.at[i].level);
}

/**
 * vml_walk_kernel() - walk the kernel half
 * @pgd: the top table of any process
 * @addr: an address in the kernel half
 * @walk: filled in
 *
 * No lock that a module can take keeps the kernel's own tables, so each entry
 * is read by copy_from_kernel_nofault() and the answer is a racy look.
 *
 * Context: any.
 */
void vml_walk_kernel(u64 *pgd, u64 addr, struct vml_walk *walk)
{
	unsigned int level = VMLAB_LEVEL_PGD;
	u64 *table = pgd;
	u64 raw;

	walk->addr = addr;
	walk->nr = 0;
	walk->page.valid = false;

	for (;;) {
		u64 *entry = table + vml_level_index(level, addr);

		if (copy_from_kernel_nofault(&raw, entry, sizeof(raw)))
			raw = 0;
		add_step(walk, entry, raw, level);
		if (!vml_is_table(level, raw))
			break;
		if (!pfn_valid((raw & VML_FRAME_MASK) >> PAGE_SHIFT)) {
			raw = 0;
			break;
		}
		table = vml_next_table(raw);
		level = vml_level_below(level);
	}
	vml_leaf_decode(&walk->leaf, level, raw, false);
	if (has_page(&walk->leaf))
		walk->leaf.number = frame_at(&walk->leaf, addr);
}

/* Returns how many entries were copied; none where the table is not in place. */
static unsigned int copy_entries(const struct vml_path *path, u64 *to,
				 unsigned int max)
{
	unsigned int depth = path->nr - 1;
	const u64 *entry = path->at[depth].entry;
	unsigned int level = path->at[depth].level;
	unsigned int i;

	if (!vml_path_in_place(path, depth))
		return 0;
	if (level == VMLAB_LEVEL_PTE) {
		for (i = 0; i < max; i++)
			to[i] = READ_ONCE(entry[i]);
		return max;
	}
	for (i = 0; i < max; i++) {
		to[i] = READ_ONCE(entry[i]);
		if (vml_is_table(level, to[i]))
			break;
	}
	return i;
}

/*
 * Copies entries from the end of a path to the end of its table, but not
 * past @end nor a table below. False: the path must be walked anew.
 */
static bool copy_piece(struct mm_struct *mm, const struct vml_path *path,
		       u64 end, struct vml_piece *piece)
{
	unsigned int depth = path->nr - 1;
	const u64 *entry = path->at[depth].entry;
	u64 size = vml_level_size(path->at[depth].level);
	spinlock_t *lock; /* of the table */
	unsigned int max;

	piece->level = path->at[depth].level;
	piece->base = piece->start & ~(size - 1);
	max = min_t(u64, (end - piece->base + size - 1) >>
			 vml_level_shift(piece->level),
		    VML_ENTRIES - offset_in_page(entry) / sizeof(*entry));

	lock = vml_path_lock(mm, path, depth);
	piece->nr = copy_entries(path, piece->raw, max);
	vml_path_unlock(lock);

	piece->end = min(end, piece->base + piece->nr * size);
	return piece->nr;
}

/**
 * vml_walk_piece() - copy the next entries of a process
 * @mm: its memory
 * @pos: where to start; what has no area is skipped
 * @end: where to stop
 * @piece: filled in: entries of one table, inside one area
 *
 * Context: takes mmap_lock; may sleep.
 * Return: 1, or 0 where nothing is left before @end; -EINTR when a fatal
 * signal came.
 */
int vml_walk_piece(struct mm_struct *mm, u64 pos, u64 end,
		   struct vml_piece *piece)
{
	struct vm_area_struct *vma;
	struct vml_path path;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	vma = find_vma(mm, pos);
	if (!vma || vma->vm_start >= end) {
		mmap_read_unlock(mm);
		return 0;
	}
	piece->start = max_t(u64, pos, vma->vm_start);
	piece->hugetlb = is_vm_hugetlb_page(vma);
	piece->anon = is_private_anon(vma);
	end = min_t(u64, end, vma->vm_end);

	vml_walk_begin(vma);
	do {
		vml_walk_path(mm, vma, piece->start, &path);
	} while (!copy_piece(mm, &path, end, piece));
	vml_walk_end(vma);
	mmap_read_unlock(mm);
	return 1;
}

/**
 * vml_piece_leaf() - decode one entry of a piece
 * @piece: the piece
 * @i: which entry
 * @leaf: filled in
 *
 * Context: any.
 */
void vml_piece_leaf(const struct vml_piece *piece, unsigned int i,
		    struct vml_leaf *leaf)
{
	vml_leaf_decode(leaf, piece->level, piece->raw[i], piece->hugetlb);
	tell_huge_zero(leaf, piece->anon);
}
