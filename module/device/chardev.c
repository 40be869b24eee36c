// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: /dev/vmlab
 *
 * Each descriptor stands for a memory of its own, which is made when it is first
 * needed, or for one that has a name or is a clone.
 */
#include "events.h"

#include <vmlab/chardev.h>
#include <vmlab/file.h>
#include <vmlab/memory.h>
#include <vmlab/vector.h>

#include <linux/capability.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmlab_ioctl.h>

/**
 * struct opener - what was opened
 * @memory: what it stands for; NULL until it is needed
 * @seen: of errors in writing back; protected by the descriptor's f_lock
 * @admin: who opened it had CAP_SYS_ADMIN
 * @events: stories of its faults
 */
struct opener {
	struct vml_memory *memory;
	errseq_t seen;
	bool admin;
	struct vml_events events;
};

static struct opener *new_opener(void)
{
	struct opener *opener = kzalloc(sizeof(*opener), GFP_KERNEL_ACCOUNT);

	if (!opener)
		return NULL;
	opener->admin = capable(CAP_SYS_ADMIN);
	vml_events_init(&opener->events);
	return opener;
}

static int chardev_open(struct inode *inode, struct file *file)
{
	file->private_data = new_opener();
	return file->private_data ? 0 : -ENOMEM;
}

static int chardev_release(struct inode *inode, struct file *file)
{
	struct opener *opener = file->private_data;

	vml_events_fini(&opener->events);
	if (opener->memory)
		vml_memory_put_written(opener->memory);
	kfree(opener);
	return 0;
}

/* Has a descriptor stand for a memory; takes the reference over. */
static int stand_for(struct file *file, struct vml_memory *memory)
{
	struct opener *opener = file->private_data;
	struct address_space *mapping = memory->file->f_mapping;

	if (!cmpxchg(&opener->memory, NULL, memory)) {
		opener->seen = errseq_sample(&mapping->wb_err);
		return 0;
	}
	vml_memory_put(memory);
	return -EBUSY;
}

/* What a descriptor stands for, or a negative errno. */
static struct vml_memory *memory_of(struct file *file)
{
	struct opener *opener = file->private_data;
	struct vml_memory *memory = READ_ONCE(opener->memory);

	if (memory)
		return memory;
	memory = vml_memory_create(opener->admin);
	if (IS_ERR(memory))
		return memory;
	stand_for(file, memory);
	return READ_ONCE(opener->memory);
}

/* === As memory and as a file === */

static int chardev_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct vml_memory *memory = memory_of(file);

	if (IS_ERR(memory))
		return PTR_ERR(memory);
	return vml_mirror_mmap(memory, vma);
}

static ssize_t chardev_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct vml_memory *memory = memory_of(iocb->ki_filp);

	if (IS_ERR(memory))
		return PTR_ERR(memory);
	return vml_memory_read_iter(memory, iocb, to);
}

static ssize_t chardev_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct vml_memory *memory = memory_of(iocb->ki_filp);

	if (IS_ERR(memory))
		return PTR_ERR(memory);
	return vml_memory_write_iter(memory, iocb, from);
}

static loff_t chardev_llseek(struct file *file, loff_t offset, int whence)
{
	struct vml_memory *memory = memory_of(file);

	if (IS_ERR(memory))
		return PTR_ERR(memory);
	return generic_file_llseek_size(file, offset, whence, MAX_LFS_FILESIZE,
					READ_ONCE(memory->bytes));
}

static int chardev_fsync(struct file *file, loff_t start, loff_t end,
			 int datasync)
{
	struct opener *opener = file->private_data;
	struct vml_memory *memory = READ_ONCE(opener->memory);
	int err, earlier;

	if (!memory)
		return 0;
	err = vml_file_sync(memory, start, end);
	spin_lock(&file->f_lock);
	earlier = errseq_check_and_advance(&memory->file->f_mapping->wb_err,
					   &opener->seen);
	spin_unlock(&file->f_lock);
	return err ?: earlier;
}

static int chardev_fadvise(struct file *file, loff_t start, loff_t size,
			   int advice)
{
	struct vml_memory *memory = memory_of(file);

	if (IS_ERR(memory))
		return PTR_ERR(memory);
	return vml_file_advise(memory, start, size, advice);
}

static __poll_t chardev_poll(struct file *file, struct poll_table_struct *table)
{
	struct opener *opener = file->private_data;
	__poll_t mask = EPOLLIN | EPOLLRDNORM | EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &opener->events.wait, table);
	return vml_events_ready(&opener->events) ? mask | EPOLLPRI : mask;
}

/* === ioctls === */

static long get(struct vml_memory *memory, void __user *arg)
{
	struct vmlab_memory stat;

	vml_memory_stat(memory, &stat);
	return copy_to_user(arg, &stat, sizeof(stat)) ? -EFAULT : 0;
}

static long set_size(struct vml_memory *memory, const void __user *arg)
{
	u64 bytes;

	if (copy_from_user(&bytes, arg, sizeof(bytes)))
		return -EFAULT;
	return vml_memory_resize(memory, bytes);
}

static long set_flags(struct vml_memory *memory, const void __user *arg)
{
	u32 flags;

	if (get_user(flags, (const u32 __user *)arg))
		return -EFAULT;
	if (flags & ~VMLAB_MEMORY_FLAGS)
		return -EINVAL;
	return vml_memory_set_flags(memory, flags);
}

static long attach(struct vml_memory *memory, const void __user *arg)
{
	struct vmlab_attach attach;
	struct file *file;
	int err;

	if (copy_from_user(&attach, arg, sizeof(attach)))
		return -EFAULT;
	if (attach.flags & ~VMLAB_ATTACH_READ)
		return -EINVAL;
	file = fget(attach.fd);
	if (!file)
		return -EBADF;
	err = vml_file_attach(memory, file, attach.offset, attach.size,
			      attach.flags & VMLAB_ATTACH_READ);
	fput(file);
	return err;
}

static bool is_name(const char *name)
{
	size_t i, len = strnlen(name, VMLAB_MEMORY_NAME_MAX);

	if (!len || len == VMLAB_MEMORY_NAME_MAX)
		return false;
	for (i = 0; i < len; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '/')
			return false;
	return true;
}

static int get_name(struct vmlab_name *name, const void __user *arg)
{
	if (copy_from_user(name, arg, sizeof(*name)))
		return -EFAULT;
	return is_name(name->name) && !name->flags ? 0 : -EINVAL;
}

static long give_name(struct vml_memory *memory, const void __user *arg)
{
	struct vmlab_name name;
	int err = get_name(&name, arg);

	if (err)
		return err;
	if (name.mode & ~0666)
		return -EINVAL;
	return vml_memory_name(memory, name.name, name.mode);
}

static long open_named(struct file *file, const void __user *arg)
{
	struct vml_memory *memory;
	struct vmlab_name name;
	int err = get_name(&name, arg);

	if (err)
		return err;
	if (name.mode)
		return -EINVAL;
	if (!(file->f_mode & (FMODE_READ | FMODE_WRITE)))
		return -EACCES;
	memory = vml_memory_named(name.name, file->f_mode);
	if (IS_ERR(memory))
		return PTR_ERR(memory);
	return stand_for(file, memory);
}

static const struct file_operations chardev_fops;

/* Takes the reference to the memory over, but not on errors. */
static struct file *new_descriptor(struct vml_memory *memory)
{
	struct opener *opener = new_opener();
	struct file *file;

	if (!opener)
		return ERR_PTR(-ENOMEM);
	file = vml_memory_file(memory, &chardev_fops, opener);
	if (IS_ERR(file))
		kfree(opener);
	else
		opener->memory = memory;
	return file;
}

static long clone(struct vml_memory *memory)
{
	struct vml_memory *copy;
	struct file *file;
	int fd;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	copy = vml_memory_clone(memory, false);
	file = ERR_CAST(copy);
	if (IS_ERR(copy))
		goto put_fd;
	file = new_descriptor(copy);
	if (IS_ERR(file))
		goto put_copy;
	fd_install(fd, file);
	return fd;

put_copy:
	vml_memory_put(copy);
put_fd:
	put_unused_fd(fd);
	return PTR_ERR(file);
}

static long discard(struct vml_memory *memory, const void __user *arg)
{
	struct vmlab_discard range;

	if (copy_from_user(&range, arg, sizeof(range)))
		return -EFAULT;
	return vml_memory_discard(memory, range.start, range.size);
}

static bool changes(unsigned int cmd)
{
	return cmd != VMLAB_IOC_GET && cmd != VMLAB_IOC_CLONE &&
	       cmd != VMLAB_IOC_GET_POLICY;
}

static long memory_ioctl(struct file *file, unsigned int cmd, void __user *arg)
{
	struct vml_memory *memory;

	if (changes(cmd) && !(file->f_mode & FMODE_WRITE))
		return -EBADF;
	/* The descriptor of a clone may be read. */
	if (cmd == VMLAB_IOC_CLONE && !(file->f_mode & FMODE_READ))
		return -EBADF;
	memory = memory_of(file);
	if (IS_ERR(memory))
		return PTR_ERR(memory);
	switch (cmd) {
	case VMLAB_IOC_GET:
		return get(memory, arg);
	case VMLAB_IOC_SET_SIZE:
		return set_size(memory, arg);
	case VMLAB_IOC_SET_FLAGS:
		return set_flags(memory, arg);
	case VMLAB_IOC_NAME:
		return give_name(memory, arg);
	case VMLAB_IOC_CLONE:
		return clone(memory);
	case VMLAB_IOC_SET_POLICY:
		return vml_memory_set_policy(memory, arg);
	case VMLAB_IOC_GET_POLICY:
		return vml_memory_get_policy(memory, arg);
	case VMLAB_IOC_ATTACH:
		return attach(memory, arg);
	default:
		return discard(memory, arg);
	}
}

static long set_events(struct file *file, const void __user *arg)
{
	struct opener *opener = file->private_data;
	struct vml_memory *memory;

	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	memory = memory_of(file);
	if (IS_ERR(memory))
		return PTR_ERR(memory);
	return vml_events_set(&opener->events, file, memory->id, opener->admin,
			      arg);
}

static long chardev_ioctl(struct file *file, unsigned int cmd,
			  unsigned long arg)
{
	struct opener *opener = file->private_data;

	switch (cmd) {
	case VMLAB_IOC_WALK:
		return vml_walk_vector((const void __user *)arg,
				       opener->admin);
	case VMLAB_IOC_OPEN:
		return open_named(file, (const void __user *)arg);
	case VMLAB_IOC_EVENTS:
		return set_events(file, (const void __user *)arg);
	case VMLAB_IOC_EVENT:
		return vml_events_next(&opener->events, (void __user *)arg);
	case VMLAB_IOC_GET:
	case VMLAB_IOC_SET_SIZE:
	case VMLAB_IOC_SET_FLAGS:
	case VMLAB_IOC_NAME:
	case VMLAB_IOC_CLONE:
	case VMLAB_IOC_DISCARD:
	case VMLAB_IOC_SET_POLICY:
	case VMLAB_IOC_GET_POLICY:
	case VMLAB_IOC_ATTACH:
		return memory_ioctl(file, cmd, (void __user *)arg);
	default:
		return -ENOTTY;
	}
}

/* === The device === */

static const struct file_operations chardev_fops = {
	.owner = THIS_MODULE,
	.open = chardev_open,
	.release = chardev_release,
	.mmap = chardev_mmap,
	.get_unmapped_area = vml_mirror_place,
	.read_iter = chardev_read,
	.write_iter = chardev_write,
	.llseek = chardev_llseek,
	.fsync = chardev_fsync,
	.fadvise = chardev_fadvise,
	.poll = chardev_poll,
	.unlocked_ioctl = chardev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice chardev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vmlab",
	.fops = &chardev_fops,
	.mode = 0660,
};

/**
 * vml_chardev_init() - make /dev/vmlab
 *
 * Return: 0 or a negative errno.
 */
int vml_chardev_init(void)
{
	return misc_register(&chardev);
}

/**
 * vml_chardev_fini() - take /dev/vmlab away
 *
 * Nobody has it open: an open descriptor holds the module.
 */
void vml_chardev_fini(void)
{
	misc_deregister(&chardev);
}
