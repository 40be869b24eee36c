// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Files behind memories
 *
 * A memory may have a file of Linux behind it: then its frames are a cache of a
 * part of the file. A write to the file may come from a buffer that is a mapping
 * of it, and faults with the inode's lock held; so a fault takes content from
 * Linux's page cache, which does not need that lock, and never writes: of that,
 * see writeback.c.
 */
#include <vmlab/backing.h>
#include <vmlab/file.h>
#include <vmlab/pool.h>

#include <linux/fadvise.h>
#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/swap.h>

static struct address_space *mapping_of(const struct vml_file *f)
{
	return f->file->f_mapping;
}

/**
 * vml_file_length() - how many bytes the file has for a memory
 * @memory: which has a file
 *
 * Context: any. It may change at any time.
 */
u64 vml_file_length(const struct vml_memory *memory)
{
	const struct vml_file *f = memory->backing;
	u64 size = i_size_read(mapping_of(f)->host);

	return size > f->offset ? min(size - f->offset, memory->bytes) : 0;
}

/* === Reading === */

static struct folio *read_folio(const struct vml_file *f, u32 index)
{
	struct address_space *mapping = mapping_of(f);
	pgoff_t at = (f->offset >> PAGE_SHIFT) + index;

	if (shmem_mapping(mapping))
		return shmem_read_folio(mapping, at);
	return read_cache_folio(mapping, at, NULL, f->file);
}

/* Copies the bytes that the memory has of a folio; zeroes follow its end. */
static void copy_from(struct folio *folio, const struct vml_memory *memory,
		      u32 index, void *to)
{
	pgoff_t at = (memory->backing->offset >> PAGE_SHIFT) + index;
	u64 end = vml_file_length(memory);
	size_t len = min_t(u64, VML_FRAME_SIZE,
			   end - min(end, vml_file_position(index)));

	memcpy_from_page(to, folio_file_page(folio, at), 0, len);
	memset(to + len, 0, VML_FRAME_SIZE - len);
}

/**
 * vml_file_read() - read what is behind an index
 * @memory: which has a file
 * @index: the index
 * @to: where to; as long as a frame
 *
 * Context: process, not in the pool; may sleep.
 * Return: 0, or as vml_file_fetch().
 */
int vml_file_read(const struct vml_memory *memory, u32 index, void *to)
{
	struct folio *folio = read_folio(memory->backing, index);

	if (IS_ERR(folio))
		return PTR_ERR(folio);
	copy_from(folio, memory, index, to);
	folio_put(folio);
	return 0;
}

/**
 * vml_file_fetch() - read what is behind an index into a frame
 * @object: of a memory with a file
 * @index: the index
 * @frame: the frame
 *
 * Who waits for a file is not in the pool meanwhile: what serves the file may
 * itself use vmlab.
 *
 * Context: process, in the pool, without locks; may sleep.
 * Return: 0; -ERANGE beyond the end of the file, -ENOMEM, -EINTR, -EIO, and what
 * else the file system returns.
 */
int vml_file_fetch(struct vml_object *object, u32 index,
		   struct vml_frame *frame)
{
	const struct vml_memory *memory = object->host;
	struct vml_file *f = memory->backing;
	struct folio *folio;
	void *address;

	if (vml_file_position(index) >= vml_file_length(memory))
		return -ERANGE;
	vml_pool_leave();
	folio = read_folio(f, index);
	vml_pool_enter();
	/* It may have been made shorter meanwhile. */
	if (vml_file_position(index) >= vml_file_length(memory)) {
		if (!IS_ERR(folio))
			folio_put(folio);
		return -ERANGE;
	}
	atomic64_inc(IS_ERR(folio) ? &f->errors : &f->reads);
	if (IS_ERR(folio))
		return PTR_ERR(folio);
	address = vml_pool_map(frame);
	copy_from(folio, memory, index, address);
	vml_pool_unmap(address);
	folio_put(folio);
	return 0;
}

/**
 * vml_file_fetch_ahead() - have Linux begin to read
 * @object: of a memory with a file
 * @first: first index that will be fetched
 * @nr: how many
 *
 * Context: process, in the pool, without locks; may sleep.
 */
void vml_file_fetch_ahead(struct vml_object *object, u32 first, u32 nr)
{
	const struct vml_memory *memory = object->host;
	const struct vml_file *f = memory->backing;
	struct address_space *mapping = mapping_of(f);
	struct file_ra_state ra = { };
	DEFINE_READAHEAD(ractl, f->file, &ra, mapping,
			 (f->offset >> PAGE_SHIFT) + first);

	if (!mapping->a_ops->readahead)
		return;
	file_ra_state_init(&ra, mapping);
	vml_pool_leave();
	page_cache_sync_ra(&ractl, nr);
	vml_pool_enter();
}

/* === What else programs ask for === */

/**
 * vml_file_advise() - take advice on what a memory is used for
 * @memory: if it has no file, there is nothing to do
 * @start: first byte
 * @size: how many, 0 for all
 * @advice: POSIX_FADV_*
 *
 * With POSIX_FADV_WILLNEED, what the pool has room for is read at once; with
 * POSIX_FADV_DONTNEED, what is clean is dropped.
 *
 * Context: process, no lock held; may sleep.
 * Return: 0, also if something could not be read; -EINVAL.
 */
int vml_file_advise(struct vml_memory *memory, loff_t start, loff_t size,
		    int advice)
{
	u64 end = size ? (u64)start + size - 1 : U64_MAX;
	u32 first = min_t(u64, start >> VML_FRAME_SHIFT, U32_MAX - 1);
	u32 last = min_t(u64, end >> VML_FRAME_SHIFT, U32_MAX - 1);

	if (start < 0 || size < 0 || advice < POSIX_FADV_NORMAL ||
	    advice > POSIX_FADV_NOREUSE)
		return -EINVAL;
	if (!READ_ONCE(memory->backing))
		return 0;
	vml_pool_enter();
	if (advice == POSIX_FADV_WILLNEED)
		vml_object_fetch(memory->object, first, last);
	else if (advice == POSIX_FADV_DONTNEED)
		vml_object_forget(memory->object, first, last);
	vml_pool_leave();
	return 0;
}

/**
 * vml_file_punch() - make a hole in the file and the memory
 * @memory: which has a file
 * @start: first byte, a multiple of a frame
 * @size: how many, a multiple of a frame
 *
 * Context: process, no lock held; may sleep.
 * Return: 0; -EPERM if it is for reading only, -EINVAL, -ENOMEM, and what
 * fallocate(2) returns.
 */
int vml_file_punch(struct vml_memory *memory, u64 start, u64 size)
{
	struct vml_file *f = memory->backing;
	u64 end = min(start + size, memory->bytes);
	int err = 0;

	if (f->read_only)
		return -EPERM;
	if ((start | size) & (VML_FRAME_SIZE - 1) || start + size < start)
		return -EINVAL;
	if (start >= end)
		return 0;
	mutex_lock(&f->lock);
	err = vfs_fallocate(f->file,
			    FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			    f->offset + start, end - start);
	if (!err) {
		vml_pool_enter();
		err = vml_object_punch(memory->object, start >> VML_FRAME_SHIFT,
				       size >> VML_FRAME_SHIFT);
		vml_pool_leave();
	}
	mutex_unlock(&f->lock);
	return err;
}

/* === Attaching === */

/* Whether content can be had by way of the page cache. */
static bool has_page_cache(const struct file *file)
{
	struct address_space *mapping = file->f_mapping;

	return S_ISREG(file_inode(file)->i_mode) && !IS_DAX(mapping->host) &&
	       (shmem_mapping(mapping) || mapping->a_ops->read_folio);
}

static int check_file(const struct file *file, bool read_only)
{
	if (S_ISDIR(file_inode(file)->i_mode))
		return -EISDIR;
	if (!has_page_cache(file))
		return -ENODEV;
	if (!(file->f_mode & FMODE_READ) ||
	    (!read_only && !(file->f_mode & FMODE_WRITE)))
		return -EACCES;
	if (!read_only && IS_SWAPFILE(file->f_mapping->host))
		return -ETXTBSY;
	return 0;
}

static struct vml_file *new_file(struct file *file, u64 offset, bool read_only)
{
	struct vml_file *f = kzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);

	if (!f)
		return NULL;
	f->buffer = kvmalloc(VML_BATCH * VML_FRAME_SIZE, GFP_KERNEL_ACCOUNT);
	if (!f->buffer) {
		kfree(f);
		return NULL;
	}
	mutex_init(&f->lock);
	f->file = get_file(file);
	f->offset = offset;
	f->read_only = read_only;
	return f;
}

/**
 * vml_file_free() - free what tells of a file
 * @f: whose file was put
 */
void vml_file_free(struct vml_file *f)
{
	kvfree(f->buffer);
	kfree(f);
}

/* Gives a memory its file, if it is fresh. */
static int set_file(struct vml_memory *memory, struct vml_file *f, u64 bytes)
{
	int err = 0;

	mutex_lock(&memory->lock);
	if (memory->flags & VMLAB_MEMORY_FORK_COPY) {
		err = -EOPNOTSUPP;
	} else if (memory->mapped || memory->bytes || memory->parent ||
		   memory->backing) {
		err = -EBUSY;
	} else {
		vml_object_back(memory->object,
				DIV_ROUND_UP_ULL(bytes, VML_FRAME_SIZE));
		WRITE_ONCE(memory->bytes, bytes);
		/* Blocks are of zeroes; what is there comes frame by frame. */
		memory->flags &= ~(VMLAB_MEMORY_GROWS | VMLAB_MEMORY_HUGE);
		WRITE_ONCE(memory->object->huge, false);
		/* Who sees it sees the rest. */
		smp_store_release(&memory->backing, f);
	}
	mutex_unlock(&memory->lock);
	return err;
}

/**
 * vml_file_attach() - have a file be behind a memory
 * @memory: which is fresh: it has no size yet
 * @file: the file
 * @offset: in it, of the first byte
 * @size: how many bytes; 0 for all that there are
 * @read_only: nothing shall be written back
 *
 * Context: process; may sleep.
 * Return: 0; -EACCES if the file is not open for that, -EBUSY if the memory is not
 * fresh, -EFBIG, -EINVAL for a range that is not the file's or an offset that is
 * no multiple of a frame, -EISDIR, -ENODEV if it cannot be mapped in this way,
 * -ENOMEM, -EOPNOTSUPP if fork() shall copy the memory, -ETXTBSY for a swap file.
 */
int vml_file_attach(struct vml_memory *memory, struct file *file, u64 offset,
		    u64 size, bool read_only)
{
	u64 there = i_size_read(file->f_mapping->host);
	int err = check_file(file, read_only);
	struct vml_file *f;

	if (err)
		return err;
	if (offset & (VML_FRAME_SIZE - 1) || offset >= there ||
	    size > there - offset)
		return -EINVAL;
	size = size ?: there - offset;
	if (size > vml_file_position(U32_MAX))
		return -EFBIG;
	f = new_file(file, offset, read_only);
	if (!f)
		return -ENOMEM;
	err = set_file(memory, f, size);
	if (err) {
		fput(f->file);
		vml_file_free(f);
	}
	return err;
}
