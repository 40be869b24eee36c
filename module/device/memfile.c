// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Memories as files
 *
 * read(2), write(2) and debuggers. The buffer of a user may itself be a mapping
 * of a memory, whose fault needs all the locks that the content needs; so what
 * is copied goes by way of a page of ours, and no lock is held while a user's
 * buffer is touched.
 */
#include <vmlab/file.h>
#include <vmlab/memory.h>
#include <vmlab/pool.h>

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/uio.h>

static int read_piece(struct vml_memory *memory, u64 at, void *to, u32 len)
{
	int err;

	vml_pool_enter();
	err = vml_object_read(memory->object, at >> VML_FRAME_SHIFT,
			      at & (VML_FRAME_SIZE - 1), to, len);
	vml_pool_leave();
	return err;
}

static int write_piece(struct vml_memory *memory, u64 at, const void *from,
		       u32 len)
{
	int err;

	vml_pool_enter();
	err = vml_object_write(memory->object, at >> VML_FRAME_SHIFT,
			       at & (VML_FRAME_SIZE - 1), from, len);
	vml_pool_leave();
	return err;
}

/* As much as lies in the frame and before an end. */
static size_t piece(u64 at, u64 end, size_t len)
{
	size_t in_frame = VML_FRAME_SIZE - (at & (VML_FRAME_SIZE - 1));

	if (at >= end)
		return 0;
	return min3(len, in_frame, (size_t)min_t(u64, end - at, SIZE_MAX));
}

static ssize_t read_all(struct vml_memory *memory, loff_t *at,
			struct iov_iter *to, void *page)
{
	ssize_t done = 0, err = 0;
	size_t len, copied;

	while (iov_iter_count(to)) {
		len = piece(*at, READ_ONCE(memory->bytes), iov_iter_count(to));
		if (!len)
			break;
		err = read_piece(memory, *at, page, len);
		if (err == -ERANGE) {
			/* It was made shorter. */
			err = 0;
			break;
		}
		if (err)
			break;
		copied = copy_to_iter(page, len, to);
		done += copied;
		*at += copied;
		if (copied < len) {
			err = -EFAULT;
			break;
		}
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
	}
	return done ?: err;
}

/**
 * vml_memory_read_iter() - read bytes of a memory
 * @memory: the memory
 * @iocb: has the position, which is moved
 * @to: where to
 *
 * Context: process; may sleep.
 * Return: how many, 0 at the end; -EFAULT, -EINTR, -ENOMEM.
 */
ssize_t vml_memory_read_iter(struct vml_memory *memory, struct kiocb *iocb,
			     struct iov_iter *to)
{
	void *page = (void *)__get_free_page(GFP_KERNEL_ACCOUNT);
	ssize_t done;

	if (!page)
		return -ENOMEM;
	done = read_all(memory, &iocb->ki_pos, to, page);
	free_page((unsigned long)page);
	return done;
}

static ssize_t write_all(struct vml_memory *memory, loff_t *at,
			 struct iov_iter *from, void *page)
{
	ssize_t done = 0, err = 0;
	size_t len;

	while (iov_iter_count(from)) {
		err = vml_memory_grow(memory, *at + piece(*at, LLONG_MAX,
							  iov_iter_count(from)));
		if (err)
			break;
		len = piece(*at, READ_ONCE(memory->bytes),
			    iov_iter_count(from));
		err = len ? 0 : -ENOSPC;
		if (err)
			break;
		len = copy_from_iter(page, len, from);
		err = len ? write_piece(memory, *at, page, len) : -EFAULT;
		/* It was made shorter. */
		if (err == -ERANGE)
			err = -ENOSPC;
		if (err)
			break;
		done += len;
		*at += len;
		if (fatal_signal_pending(current)) {
			err = -EINTR;
			break;
		}
	}
	return done ?: err;
}

/**
 * vml_memory_write_iter() - write bytes to a memory
 * @memory: the memory
 * @iocb: has the position, which is moved
 * @from: where from
 *
 * Context: process; may sleep.
 * Return: how many; -EPERM if the file behind is only read, -ENOSPC beyond the
 * end if the memory does not grow by itself, -ENOMEM if there is no frame, -EFBIG,
 * -EFAULT, -EINTR.
 */
ssize_t vml_memory_write_iter(struct vml_memory *memory, struct kiocb *iocb,
			      struct iov_iter *from)
{
	const struct vml_file *f = READ_ONCE(memory->backing);
	void *page;
	ssize_t done;

	if (f && f->read_only)
		return -EPERM;
	page = (void *)__get_free_page(GFP_KERNEL_ACCOUNT);
	if (!page)
		return -ENOMEM;
	if (iocb->ki_flags & IOCB_APPEND)
		iocb->ki_pos = READ_ONCE(memory->bytes);
	done = write_all(memory, &iocb->ki_pos, from, page);
	free_page((unsigned long)page);
	return done;
}

/**
 * vml_memory_access() - read or write for a debugger
 * @memory: the memory
 * @at: first byte
 * @buffer: of the kernel
 * @len: how many bytes
 * @write: whether to write
 *
 * Context: process; may sleep.
 * Return: how many; -EFAULT beyond the end or if there is no frame.
 */
int vml_memory_access(struct vml_memory *memory, u64 at, void *buffer, u32 len,
		      bool write)
{
	u32 done = 0;

	while (done < len) {
		u32 nr = piece(at, READ_ONCE(memory->bytes), len - done);

		if (!nr || (write ? write_piece(memory, at, buffer + done, nr) :
				    read_piece(memory, at, buffer + done, nr)))
			break;
		done += nr;
		at += nr;
	}
	return done ?: -EFAULT;
}
