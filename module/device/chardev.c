// SPDX-License-Identifier: GPL-2.0
/* /dev/vmlab. */
#include <vmlab/chardev.h>
#include <vmlab/vector.h>

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/vmlab_ioctl.h>

/* private_data is set where whoever opened the device had CAP_SYS_ADMIN. */
static int chardev_open(struct inode *inode, struct file *file)
{
	file->private_data = capable(CAP_SYS_ADMIN) ? file : NULL;
	return 0;
}

static long chardev_ioctl(struct file *file, unsigned int cmd,
			  unsigned long arg)
{
	switch (cmd) {
	case VMLAB_IOC_WALK:
		return vml_walk_vector((const void __user *)arg,
				       file->private_data);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations chardev_fops = {
	.owner = THIS_MODULE,
	.open = chardev_open,
	.unlocked_ioctl = chardev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
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
