// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Processes
 *
 * A process that maps a memory has a shadow space. It is found by its mm, made
 * with its first area of Linux and ended with the last; what Linux does with
 * its areas is told by struct vml_map, of which each has one.
 *
 * Who only looks has a reference, which keeps the space but not the areas in it.
 */
#include "reserve.h"

#include <vmlab/memory.h>
#include <vmlab/pool.h>

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/moduleparam.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

/* Where spaces begin whose page table does not reach all of user memory. */
#define WINDOW	0x100000000000ULL

static char *geometry = "4-level";
module_param(geometry, charp, 0444);
MODULE_PARM_DESC(geometry, "of shadow page tables: 4-level (default), 3-level, 2-level or 1-level");

static char *span;
module_param(span, charp, 0444);
MODULE_PARM_DESC(span, "bytes that shadow page tables map; K, M, G or T may follow (default as far as they reach, of 1-level 1G)");

static struct vml_geometry shape;
static u64 shape_base, shape_span;

static DEFINE_MUTEX(lock); /* protects what follows, and all maps */
static LIST_HEAD(processes);
static u64 last_id;

/* === Shape === */

static int parse_span(void)
{
	int err = 0;

	if (span)
		err = vml_size_parse("span", span, &shape_span);
	else if (!strcmp(geometry, "1-level"))
		shape_span = SZ_1G;
	else
		shape_span = VML_FRAME_SIZE;
	if (err)
		return err;
	shape_span = PAGE_ALIGN(shape_span);
	err = vml_geometry_find(&shape, geometry, shape_span);
	if (!err && !span && shape.levels > 1)
		shape_span = min_t(u64, vml_geometry_reach(&shape), DEFAULT_MAP_WINDOW);
	return err;
}

/**
 * vml_process_init() - find out what shadow page tables shall look like
 *
 * Return: 0; what vml_geometry_find() returns.
 */
int vml_process_init(void)
{
	int err = parse_span();

	if (err == -ERANGE || err == -E2BIG)
		pr_err("span=%s: more than geometry=%s reaches\n", span,
		       geometry);
	else if (err)
		pr_err("geometry=%s span=%s: not 4-level, 3-level, 2-level or 1-level of some bytes\n",
		       geometry, span ?: "");
	shape_base = shape_span < DEFAULT_MAP_WINDOW ? WINDOW : 0;
	if (!err && shape_base && shape_span > DEFAULT_MAP_WINDOW - WINDOW)
		shape_span = DEFAULT_MAP_WINDOW - WINDOW;
	return err;
}

/**
 * vml_process_span() - how many bytes a space has
 */
u64 vml_process_span(void)
{
	return shape_span;
}

/**
 * vml_process_base() - where spaces begin
 */
u64 vml_process_base(void)
{
	return shape_base;
}

/**
 * vml_process_reaches() - whether a space has a range of addresses
 * @start: first address
 * @end: address after the last
 */
bool vml_process_reaches(u64 start, u64 end)
{
	return start >= shape_base && end - shape_base <= shape_span;
}

/* === Processes and their areas === */

static struct vml_process *find(struct mm_struct *mm)
{
	struct vml_process *process;

	lockdep_assert_held(&lock);
	list_for_each_entry(process, &processes, node)
		if (process->mm == mm)
			return process;
	return NULL;
}

static struct vml_process *create(struct mm_struct *mm)
{
	struct vml_process *process = kzalloc(sizeof(*process),
					      GFP_KERNEL_ACCOUNT);
	struct vml_charge *charge;
	int err;

	if (!process)
		return NULL;
	charge = vml_account_open(current_fsuid(), capable(CAP_SYS_ADMIN));
	if (!charge)
		goto free;
	vml_pool_enter();
	err = vml_space_init(&process->space, &shape, shape_base, shape_span);
	vml_pool_leave();
	if (err)
		goto put_charge;
	vml_space_charge(&process->space, charge);
	kref_init(&process->refs);
	INIT_LIST_HEAD(&process->maps);
	process->mm = mm;
	return process;

put_charge:
	vml_charge_put(charge);
free:
	kfree(process);
	return NULL;
}

static void enter(struct vml_map *map, struct vml_process *process)
{
	process->nr_maps++;
	list_add_tail(&map->node, &process->maps);
	WRITE_ONCE(map->process, process);
}

/* Adds one that may have been made by somebody else meanwhile. */
static struct vml_process *add(struct vml_map *map, struct vml_process *new)
{
	struct vml_process *process;

	mutex_lock(&lock);
	process = find(map->mm);
	if (!process && new) {
		process = new;
		process->id = ++last_id;
		list_add_tail(&process->node, &processes);
	}
	if (process && !map->process)
		enter(map, process);
	mutex_unlock(&lock);
	return process;
}

/**
 * vml_process_attach() - have an area of Linux belong to its process
 * @map: of the area; may be attached already
 *
 * Context: process; may sleep. Allocates.
 * Return: 0, or -ENOMEM.
 */
int vml_process_attach(struct vml_map *map)
{
	struct vml_process *new;

	if (READ_ONCE(map->process) || add(map, NULL))
		return 0;
	new = create(map->mm);
	if (!new)
		return -ENOMEM;
	if (add(map, new) != new)
		vml_process_put(new);
	return 0;
}

/**
 * vml_process_name() - note who a process is
 * @process: that of the current task
 *
 * When fork() makes it, the child has no number yet.
 */
void vml_process_name(struct vml_process *process)
{
	mutex_lock(&lock);
	if (!process->pid) {
		get_task_comm(process->comm, current);
		/* Who sees the number sees the name. */
		smp_store_release(&process->pid, get_pid(task_tgid(current)));
	}
	mutex_unlock(&lock);
}

/**
 * vml_process_detach() - an area of Linux is gone
 * @map: of the area, whose shadow is gone too
 *
 * Context: process; may sleep.
 */
void vml_process_detach(struct vml_map *map)
{
	struct vml_process *process = map->process;
	bool last;

	if (!process)
		return;
	mutex_lock(&lock);
	list_del(&map->node);
	last = !--process->nr_maps;
	if (last)
		list_del(&process->node);
	mutex_unlock(&lock);
	if (last)
		vml_process_put(process);
}

/**
 * vml_process_copy_of() - what fork() made of a memory for a process
 * @mm: of the process
 * @parent: id of the memory
 *
 * Return: with a reference; NULL if it made none yet.
 */
struct vml_memory *vml_process_copy_of(struct mm_struct *mm, u32 parent)
{
	struct vml_memory *found = NULL;
	struct vml_process *process;
	struct vml_map *map;

	mutex_lock(&lock);
	process = find(mm);
	if (process) {
		list_for_each_entry(map, &process->maps, node) {
			struct vml_memory *memory = map->memory;

			if (memory && memory->from_fork &&
			    memory->parent == parent) {
				vml_memory_get(memory);
				found = memory;
				break;
			}
		}
	}
	mutex_unlock(&lock);
	return found;
}

/* === Those who look === */

/**
 * vml_process_find() - the process that has an mm
 * @mm: the mm
 *
 * Return: with a reference; NULL if it maps no memory.
 */
struct vml_process *vml_process_find(struct mm_struct *mm)
{
	struct vml_process *process;

	mutex_lock(&lock);
	process = find(mm);
	if (process)
		kref_get(&process->refs);
	mutex_unlock(&lock);
	return process;
}

/**
 * vml_process_next() - go through all processes
 * @id: 0 at first; set to what finds the next one
 *
 * Return: with a reference; NULL after the last.
 */
struct vml_process *vml_process_next(u64 *id)
{
	struct vml_process *process, *found = NULL;

	mutex_lock(&lock);
	list_for_each_entry(process, &processes, node) {
		if (process->id <= *id)
			continue;
		kref_get(&process->refs);
		*id = process->id;
		found = process;
		break;
	}
	mutex_unlock(&lock);
	return found;
}

/**
 * vml_process_mm() - the memory of a process, to look at it
 * @process: the process
 *
 * Return: to be given back with mmput(); NULL if it is gone.
 */
struct mm_struct *vml_process_mm(struct vml_process *process)
{
	struct mm_struct *mm = NULL;

	mutex_lock(&lock);
	/* As long as it has areas, it is not freed. */
	if (process->nr_maps && mmget_not_zero(process->mm))
		mm = process->mm;
	mutex_unlock(&lock);
	return mm;
}

static void release(struct kref *refs)
{
	struct vml_process *process = container_of(refs, struct vml_process,
						   refs);

	vml_pool_enter();
	vml_space_fini(&process->space);
	vml_pool_leave();
	put_pid(process->pid);
	kfree(process);
}

/**
 * vml_process_put() - drop a reference
 * @process: the process; with the last one its space goes
 *
 * Context: process; may sleep.
 */
void vml_process_put(struct vml_process *process)
{
	kref_put(&process->refs, release);
}
