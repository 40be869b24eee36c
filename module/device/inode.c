// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The file system of memories
 *
 * It is mounted nowhere. Each memory has an inode in it, whose mapping finds the
 * areas of Linux that show the memory and nobody else's, and whose name is shown
 * in /proc/PID/maps.
 */
#include "inode.h"

#include <linux/dcache.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/pseudo_fs.h>
#include <linux/slab.h>

static struct vfsmount *mount;

/**
 * struct label - what the inode of a memory knows of it
 * @id: of the memory, which may be gone when a copy still has the file
 * @name: its name, or empty
 */
struct label {
	u32 id;
	char name[VMLAB_MEMORY_NAME_MAX];
};

/* "[vmlab:NAME]", from the end of the buffer. */
static char *show_name(struct dentry *dentry, char *buffer, int size)
{
	const struct label *label = d_inode(dentry)->i_private;
	char text[VMLAB_MEMORY_NAME_MAX + sizeof("[vmlab:]")];
	int len;

	if (label->name[0])
		len = scnprintf(text, sizeof(text), "[vmlab:%s]", label->name);
	else
		len = scnprintf(text, sizeof(text), "[vmlab:%u]", label->id);
	if (++len > size)
		return ERR_PTR(-ENAMETOOLONG);
	return memcpy(buffer + size - len, text, len);
}

static const struct dentry_operations dentry_ops = {
	.d_dname = show_name,
};

static void evict(struct inode *inode)
{
	truncate_inode_pages_final(&inode->i_data);
	clear_inode(inode);
	/* The root of the file system has no label. */
	if (!inode->i_private)
		return;
	kfree(inode->i_private);
	module_put(THIS_MODULE);
}

static const struct super_operations super_ops = {
	.statfs = simple_statfs,
	.evict_inode = evict,
};

static int init_context(struct fs_context *fc)
{
	struct pseudo_fs_context *context = init_pseudo(fc, ANON_INODE_FS_MAGIC);

	if (!context)
		return -ENOMEM;
	context->ops = &super_ops;
	context->dops = &dentry_ops;
	return 0;
}

/* With an owner, the mount would hold the module, and never let it go. */
static struct file_system_type file_system = {
	.name = "vmlab",
	.init_fs_context = init_context,
	.kill_sb = kill_anon_super,
};

/**
 * vml_inode_init() - once, before there are memories
 *
 * Return: 0 or a negative errno.
 */
int vml_inode_init(void)
{
	mount = kern_mount(&file_system);
	if (IS_ERR(mount))
		return PTR_ERR(mount);
	/* A clone may be mapped as /dev/vmlab may. */
	mount->mnt_sb->s_iflags &= ~SB_I_NOEXEC;
	mntget(mount);
	return 0;
}

/**
 * vml_inode_fini() - once there are none any more
 *
 * An inode lets the module go a moment before its dentry does, which still needs
 * us. may_umount() says whether anybody has the mount other than the
 * two references that are ours.
 */
void vml_inode_fini(void)
{
	while (!may_umount(mount))
		msleep(20);
	mntput(mount);
	kern_unmount(mount);
}

/* A clone's descriptor can be truncated, as it is of a file. */
static int setattr(struct mnt_idmap *idmap, struct dentry *dentry,
		   struct iattr *attr)
{
	struct vml_memory *memory;
	int err;

	if (!(attr->ia_valid & ATTR_SIZE) || !(attr->ia_valid & ATTR_FILE))
		return -EPERM;
	memory = vml_memory_of_file(attr->ia_file);
	if (!memory)
		return -EPERM;
	err = vml_memory_resize(memory, attr->ia_size);
	vml_memory_put(memory);
	return err;
}

static const struct inode_operations inode_ops = {
	.setattr = setattr,
};

static struct inode *new_inode_of(const struct vml_memory *memory)
{
	struct label *label = kzalloc(sizeof(*label), GFP_KERNEL_ACCOUNT);
	struct inode *inode;

	if (!label)
		return NULL;
	inode = new_inode(mount->mnt_sb);
	if (!inode) {
		kfree(label);
		return NULL;
	}
	/* A file that was opened as a path alone holds the inode, but not us. */
	__module_get(THIS_MODULE);
	label->id = memory->id;
	inode->i_ino = memory->id;
	inode->i_mode = S_IFREG | 0600;
	inode->i_uid = memory->owner;
	inode->i_gid = memory->group;
	inode->i_op = &inode_ops;
	inode->i_flags |= S_PRIVATE;
	inode->i_private = label;
	return inode;
}

/* Takes the reference to the inode over. The file holds the module. */
static struct file *open_inode(struct inode *inode,
			       const struct file_operations *fops)
{
	struct file *file;

	__module_get(fops->owner);
	file = alloc_file_pseudo(inode, mount, "vmlab", O_RDWR, fops);
	if (IS_ERR(file)) {
		module_put(fops->owner);
		iput(inode);
	}
	return file;
}

/**
 * vml_inode_create() - make an inode for a memory, and the file of its areas
 * @memory: the memory
 *
 * Context: process; may sleep.
 * Return: the file, or -ENOMEM and what alloc_file_pseudo() returns.
 */
struct file *vml_inode_create(const struct vml_memory *memory)
{
	struct inode *inode = new_inode_of(memory);

	if (!inode)
		return ERR_PTR(-ENOMEM);
	return open_inode(inode, &vml_mirror_fops);
}

/**
 * vml_inode_open() - make a further file of an inode
 * @file: has the inode
 * @fops: what can be done with the new one; of our module
 *
 * Context: process; may sleep.
 * Return: the file, or what alloc_file_pseudo() returns.
 */
struct file *vml_inode_open(struct file *file,
			    const struct file_operations *fops)
{
	ihold(file_inode(file));
	return open_inode(file_inode(file), fops);
}

/**
 * vml_inode_name() - say what is shown in /proc/PID/maps
 * @file: has the inode; not mapped yet
 * @name: shorter than VMLAB_MEMORY_NAME_MAX
 */
void vml_inode_name(struct file *file, const char *name)
{
	struct label *label = file_inode(file)->i_private;

	strscpy(label->name, name, sizeof(label->name));
}

/**
 * vml_inode_id() - the id of the memory that an inode is of
 * @file: has the inode; the memory may be gone
 */
u32 vml_inode_id(const struct file *file)
{
	const struct label *label = file_inode(file)->i_private;

	return label->id;
}
