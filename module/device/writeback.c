// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Writing files back
 *
 * What is dirty of a memory with a file behind it is written by a worker, which
 * holds nothing: as any program would with pwrite(), and with the rights of who
 * opened the file. That happens on msync() and fsync(), and when nobody needs the
 * memory any more. A frame is clean when what it has is safe: when the file was
 * synced too.
 *
 * Linux does not tell us when a file changes otherwise. So the two agree when the
 * file is attached and after each sync: what the memory had is in the file, frames
 * that differ from the file are dropped, and so are those beyond its end. In
 * between, a frame stays what it is.
 */
#include <vmlab/backing.h>
#include <vmlab/file.h>
#include <vmlab/pool.h>

#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/workqueue.h>

static struct workqueue_struct *workers;

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
	u64 start = vml_file_position(first);
	u64 end = min(start + vml_file_position(nr), vml_file_length(memory));

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
		atomic64_add(nr, err ? &f->errors : &f->writes);
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
	u32 end = DIV_ROUND_UP_ULL(vml_file_length(memory), VML_FRAME_SIZE);
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
	int err;

	if (vml_file_read(memory, index, theirs))
		return false;
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
	u64 end = f->offset + vml_file_position(last) + VML_FRAME_SIZE - 1;
	int err, not_safe;

	if (f->read_only)
		return 0;
	err = write_dirty(memory, first, last);
	not_safe = vfs_fsync_range(f->file, f->offset + vml_file_position(first),
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

/* === The end === */

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
	vml_file_free(f);
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
