// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Files behind memories
 *
 * A memory may have a file of Linux behind it: then its frames are a cache of a
 * part of the file. A write to the file may come from a buffer that is a mapping
 * of it, and faults with the inode's lock held; so a fault takes content from
 * Linux's page cache, which does not need that lock, and never writes.
 *
 * What is dirty is written by a worker, which holds nothing: as any program would
 * with pwrite(), and with the rights of who opened the file. That happens on
 * msync() and fsync(), and when nobody needs the memory any more. A frame is clean
 * when what it has is safe: when the file was synced too.
 *
 * Linux does not tell us when a file changes otherwise. So the two agree when the
 * file is attached and after each sync: what it wrote is in the file, frames that
 * differ from the file are dropped, and so are those beyond its end. In between,
 * a frame stays what it is.
 */
#include <vmlab/backing.h>
#include <vmlab/file.h>
#include <vmlab/pool.h>

#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/fadvise.h>
#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/uio.h>
#include <linux/workqueue.h>

static struct workqueue_struct *workers;

static struct address_space *mapping_of(const struct vml_file *f)
{
	return f->file->f_mapping;
}

/* How many bytes the file has for the memory. */
static u64 length(const struct vml_memory *memory)
{
	const struct vml_file *f = memory->backing;
	u64 size = i_size_read(mapping_of(f)->host);

	return size > f->offset ? min(size - f->offset, memory->bytes) : 0;
}

static u64 position(u32 index)
{
	return (u64)index << VML_FRAME_SHIFT;
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
	u64 end = length(memory);
	size_t len = min_t(u64, VML_FRAME_SIZE,
			   end - min(end, position(index)));

	memcpy_from_page(to, folio_file_page(folio, at), 0, len);
	memset(to + len, 0, VML_FRAME_SIZE - len);
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
	struct folio *folio;
	void *address;

	if (position(index) >= length(memory))
		return -ERANGE;
	vml_pool_leave();
	folio = read_folio(memory->backing, index);
	vml_pool_enter();
	/* It may have been made shorter meanwhile. */
	if (position(index) >= length(memory)) {
		if (!IS_ERR(folio))
			folio_put(folio);
		return -ERANGE;
	}
	if (IS_ERR(folio))
		return PTR_ERR(folio);
	address = vml_pool_map(frame);
	copy_from(folio, memory, index, address);
	vml_pool_unmap(frame, address);
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

/* === Writing === */

/* As pwrite(), but whatever the flags say that the descriptor has now. */
static int write_at(struct file *file, loff_t at, void *from, size_t len)
{
	while (len) {
		struct kvec vec = { .iov_base = from, .iov_len = len };
		struct iov_iter iter;
		struct kiocb iocb;
		ssize_t done;

		init_sync_kiocb(&iocb, file);
		iocb.ki_flags &= ~(IOCB_APPEND | IOCB_DIRECT | IOCB_DSYNC |
				   IOCB_SYNC | IOCB_NOWAIT);
		iocb.ki_pos = at;
		iov_iter_kvec(&iter, ITER_SOURCE, &vec, 1, len);
		done = vml_file_write_iter(file, &iocb, &iter);
		if (done <= 0)
			return done ?: -EIO;
		from += done;
		at += done;
		len -= done;
	}
	return 0;
}

/* Writes a run, but makes the file no longer than it is. */
static int write_run(struct vml_memory *memory, u32 first, u32 nr)
{
	struct vml_file *f = memory->backing;
	u64 start = position(first);
	u64 end = min(start + position(nr), length(memory));

	if (end <= start)
		return 0;
	return write_at(f->file, f->offset + start, f->buffer, end - start);
}

static void end_writeback(struct vml_memory *memory, u32 first, u32 last,
			  bool done)
{
	vml_pool_enter();
	vml_writeback_end(memory->object, first, last, done);
	vml_pool_leave();
}

/*
 * Goes on after an error, so that as much as possible is safe; the first counts.
 * What was written is marked, until vml_writeback_end().
 */
static int write_dirty(struct vml_memory *memory, u32 first, u32 last)
{
	struct vml_file *f = memory->backing;
	const struct cred *before = override_creds(f->file->f_cred);
	u64 at;
	u32 nr;
	int err, failed = 0;

	lockdep_assert_held(&f->lock);
	for (at = first; at <= last; at = (u64)first + nr) {
		first = at;
		vml_pool_enter();
		nr = vml_writeback_begin(memory->object, &first, last,
					 f->buffer);
		vml_pool_leave();
		if (!nr)
			break;
		err = write_run(memory, first, nr);
		if (err)
			end_writeback(memory, first, first + nr - 1, false);
		failed = failed ?: err;
		cond_resched();
	}
	revert_creds(before);
	return failed;
}

/* === Sync === */

/* What the file no longer has goes; as with Linux, private copies too. */
static void drop_beyond(struct vml_memory *memory)
{
	u32 end = DIV_ROUND_UP_ULL(length(memory), VML_FRAME_SIZE);
	struct vml_object *object = memory->object;

	if (end >= object->size)
		return;
	vml_pool_enter();
	vml_object_punch(object, end, object->size - end);
	vml_pool_leave();
	unmap_mapping_pages(memory->file->f_mapping, end, 0, true);
}

/* Whether a frame that is clean is not what the file has. */
static bool differs(struct vml_memory *memory, u32 index)
{
	void *ours = memory->backing->buffer, *theirs = ours + VML_FRAME_SIZE;
	struct folio *folio = read_folio(memory->backing, index);
	int err;

	if (IS_ERR(folio))
		return false;
	copy_from(folio, memory, index, theirs);
	folio_put(folio);
	vml_pool_enter();
	err = vml_object_read(memory->object, index, 0, ours, VML_FRAME_SIZE);
	vml_pool_leave();
	return !err && memcmp(ours, theirs, VML_FRAME_SIZE);
}

/* What others wrote to the file is seen from now on. */
static void drop_old(struct vml_memory *memory, u32 first, u32 last)
{
	struct vml_object *object = memory->object;
	u64 slot = 1, at;

	for (at = first; slot && at <= last; at++) {
		u32 index = at;

		slot = vml_object_next(object, &index);
		at = index;
		if (!slot || index > last)
			break;
		if (!(slot & VML_SLOT_DIRTY) && differs(memory, index)) {
			vml_pool_enter();
			vml_object_forget(object, index, index);
			vml_pool_leave();
		}
		cond_resched();
	}
}

/**
 * struct sync - a request to a worker
 * @work: what it does
 * @memory: which has a file
 * @first: first index
 * @last: last one
 * @err: how it went
 */
struct sync {
	struct work_struct work;
	struct vml_memory *memory;
	u32 first;
	u32 last;
	int err;
};

static int sync_file(struct vml_memory *memory, u32 first, u32 last)
{
	struct vml_file *f = memory->backing;
	u64 end = f->offset + position(last) + VML_FRAME_SIZE - 1;
	int err, not_safe;

	if (f->read_only)
		return 0;
	err = write_dirty(memory, first, last);
	not_safe = vfs_fsync_range(f->file, f->offset + position(first),
				   min_t(u64, end, LLONG_MAX), 0);
	/* Linux may forget what it could not write; so it will be written again. */
	end_writeback(memory, first, last, !not_safe);
	return err ?: not_safe;
}

static void sync_work(struct work_struct *work)
{
	struct sync *sync = container_of(work, struct sync, work);
	struct vml_memory *memory = sync->memory;

	mutex_lock(&memory->backing->lock);
	sync->err = sync_file(memory, sync->first, sync->last);
	drop_beyond(memory);
	drop_old(memory, sync->first, sync->last);
	mutex_unlock(&memory->backing->lock);
	if (sync->err)
		mapping_set_error(memory->file->f_mapping, sync->err);
}

/**
 * vml_file_sync() - write back what is dirty, and see what others wrote
 * @memory: if it has no file, there is nothing to do
 * @start: first byte
 * @end: last byte
 *
 * Who else asks for errors of the memory's mapping, hears of this one too.
 *
 * Context: process, no lock held; may sleep.
 * Return: 0, or why something could not be written: it stays as it is, in the
 * memory.
 */
int vml_file_sync(struct vml_memory *memory, loff_t start, loff_t end)
{
	struct sync sync = {
		.memory = memory,
		.first = min_t(u64, start >> VML_FRAME_SHIFT, U32_MAX - 1),
		.last = min_t(u64, end >> VML_FRAME_SHIFT, U32_MAX - 1),
	};

	if (!READ_ONCE(memory->backing))
		return 0;
	INIT_WORK_ONSTACK(&sync.work, sync_work);
	queue_work(workers, &sync.work);
	flush_work(&sync.work);
	destroy_work_on_stack(&sync.work);
	return sync.err;
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

/* === Start and end === */

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

/* The caller holds no lock, or is a kernel thread. */
static void free_file(struct vml_file *f)
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
	if (size > position(U32_MAX))
		return -EFBIG;
	f = new_file(file, offset, read_only);
	if (!f)
		return -ENOMEM;
	err = set_file(memory, f, size);
	if (err) {
		fput(f->file);
		free_file(f);
	}
	return err;
}

/**
 * struct ending - a memory that nobody needs any more
 * @work: what a worker does
 * @memory: the memory
 * @done: completed then, or NULL
 * @then: frees the memory
 */
struct ending {
	struct work_struct work;
	struct vml_memory *memory;
	struct completion *done;
	void (*then)(struct vml_memory *memory);
};

static void end_work(struct work_struct *work)
{
	struct ending *ending = container_of(work, struct ending, work);
	struct vml_memory *memory = ending->memory;
	struct vml_file *f = memory->backing;
	int err = 0;

	if (!f->read_only) {
		mutex_lock(&f->lock);
		err = write_dirty(memory, 0, U32_MAX - 1);
		mutex_unlock(&f->lock);
	}
	if (err)
		pr_warn_ratelimited("what object %u had is lost: its file could not be written (%d)\n",
				    memory->id, err);
	ending->then(memory);
	/* Here and now, so that what the file is on can be unmounted. */
	__fput_sync(f->file);
	free_file(f);
	if (ending->done)
		complete(ending->done);
	kfree(ending);
}

/**
 * vml_file_detach() - write back what is dirty, when nobody needs it any more
 * @memory: which has a file; without a reference
 * @done: completed then, or NULL
 * @then: frees the memory
 *
 * A worker does, as the caller may hold locks under which no file may be written.
 *
 * Context: process; may sleep.
 */
void vml_file_detach(struct vml_memory *memory, struct completion *done,
		     void (*then)(struct vml_memory *memory))
{
	struct ending *ending = kzalloc(sizeof(*ending),
					GFP_KERNEL | __GFP_NOFAIL);

	ending->memory = memory;
	ending->done = done;
	ending->then = then;
	INIT_WORK(&ending->work, end_work);
	queue_work(workers, &ending->work);
}

/**
 * vml_file_init() - have workers that write files
 *
 * Return: 0 or -ENOMEM.
 */
int vml_file_init(void)
{
	workers = alloc_workqueue("vmlab", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return workers ? 0 : -ENOMEM;
}

/**
 * vml_file_fini() - end them, when all is written
 */
void vml_file_fini(void)
{
	destroy_workqueue(workers);
}
