/* SPDX-License-Identifier: GPL-2.0 */
/* What /dev/vmlab gives to programs: memories, and the processes that map them. */
#ifndef _VMLAB_MEMORY_H
#define _VMLAB_MEMORY_H

#include <vmlab/space.h>

#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/uidgid.h>
#include <linux/vmlab_ioctl.h>

struct file;
struct iov_iter;
struct kiocb;
struct mempolicy;
struct mm_struct;
struct vm_area_struct;
struct vml_file;

/**
 * struct vml_memory - an object, and what Linux must know of it
 * @refs: of descriptors and areas of Linux; the last frees it
 * @id: by which users name it
 * @object: the content
 * @file: of our file system, which areas of Linux refer to: its mapping finds
 *	them, and its name is shown in /proc/PID/maps. A copy made by fork() has
 *	that of the original
 * @parent: id of the memory that this is a clone of, 0 for none
 * @from_fork: which fork() made
 * @lock: protects what follows
 * @name: empty without one
 * @owner: who opened it
 * @group: his group
 * @mode: who else may open it by its name
 * @flags: VMLAB_MEMORY_*
 * @bytes: how long it is
 * @mapped: it was mapped, so that it is too late for a name
 * @has_copies: fork() made some, which have the same file
 * @backing: the file behind it; or NULL. Once it is set, it and @bytes stay
 */
struct vml_memory {
	struct kref refs;
	u32 id;
	struct vml_object *object;
	struct file *file;
	u32 parent;
	bool from_fork;
	struct mutex lock; /* protects what follows */
	char name[VMLAB_MEMORY_NAME_MAX];
	kuid_t owner;
	kgid_t group;
	umode_t mode;
	u32 flags;
	u64 bytes;
	bool mapped;
	bool has_copies;
	struct vml_file *backing;
};

struct vml_memory *vml_memory_create(bool admin);
struct vml_memory *vml_memory_clone(struct vml_memory *memory, bool from_fork);
struct vml_memory *vml_memory_next(u32 *id);
struct vml_memory *vml_memory_named(const char *name, fmode_t mode);
void vml_memory_get(struct vml_memory *memory);
void vml_memory_put(struct vml_memory *memory);
void vml_memory_put_written(struct vml_memory *memory);
int vml_memory_name(struct vml_memory *memory, const char *name, umode_t mode);
int vml_memory_set_flags(struct vml_memory *memory, u32 flags);
int vml_memory_resize(struct vml_memory *memory, u64 bytes);
int vml_memory_grow(struct vml_memory *memory, u64 bytes);
int vml_memory_discard(struct vml_memory *memory, u64 start, u64 size);
void vml_memory_stat(struct vml_memory *memory, struct vmlab_memory *stat);
struct vml_memory *vml_memory_of_file(const struct file *file);
struct file *vml_memory_file(struct vml_memory *memory,
			     const struct file_operations *fops, void *data);

/**
 * struct vml_process - a process that maps memories
 * @refs: of its areas of Linux, and of those who look
 * @nr_maps: its areas of Linux; without any it is no longer found
 * @node: in the list of all
 * @maps: its areas of Linux
 * @id: by which a list is continued
 * @mm: of Linux; a name only, as it may be gone when @nr_maps is 0
 * @pid: its number; NULL until it does something after fork()
 * @comm: its name, if there is @pid
 * @space: the shadow
 */
struct vml_process {
	struct kref refs;
	u32 nr_maps;
	struct list_head node;
	struct list_head maps;
	u64 id;
	struct mm_struct *mm;
	struct pid *pid;
	char comm[TASK_COMM_LEN];
	struct vml_space space;
};

/**
 * struct vml_map - an area of Linux that shows a memory
 * @node: in the list of the process
 * @memory: NULL if fork() could not make a copy: all accesses fail
 * @mm: of the area
 * @process: NULL as long as there was no frame for its page table
 */
struct vml_map {
	struct list_head node;
	struct vml_memory *memory;
	struct mm_struct *mm;
	struct vml_process *process;
};

int vml_process_init(void);
u64 vml_process_span(void);
u64 vml_process_base(void);
bool vml_process_reaches(u64 start, u64 end);
int vml_process_attach(struct vml_map *map);
void vml_process_name(struct vml_process *process);
void vml_process_detach(struct vml_map *map);
struct vml_memory *vml_process_copy_of(struct mm_struct *mm, u32 parent);
struct vml_process *vml_process_find(struct mm_struct *mm);
struct vml_process *vml_process_next(u64 *id);
struct mm_struct *vml_process_mm(struct vml_process *process);
void vml_process_put(struct vml_process *process);

extern const struct file_operations vml_mirror_fops;

int vml_mirror_init(void);
void vml_mirror_fini(void);
int vml_mirror_mmap(struct vml_memory *memory, struct vm_area_struct *vma);
unsigned long vml_mirror_place(struct file *file, unsigned long address,
			       unsigned long size, unsigned long index,
			       unsigned long flags);
struct vml_map *vml_mirror_map(const struct vm_area_struct *vma);
bool vml_mirror_huge(const struct vm_area_struct *vma);

ssize_t vml_memory_read_iter(struct vml_memory *memory, struct kiocb *iocb,
			     struct iov_iter *to);
ssize_t vml_memory_write_iter(struct vml_memory *memory, struct kiocb *iocb,
			      struct iov_iter *from);
int vml_memory_access(struct vml_memory *memory, u64 at, void *buffer, u32 len,
		      bool write);

void vml_account_init(void);
struct vml_charge *vml_account_open(kuid_t user, bool admin);

int vml_memory_set_policy(struct vml_memory *memory, const void __user *arg);
int vml_memory_get_policy(struct vml_memory *memory, void __user *arg);
int vml_mirror_set_policy(struct vm_area_struct *vma, struct mempolicy *new);

#endif /* _VMLAB_MEMORY_H */
