/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libvmlab: ask the vmlab kernel module about virtual memory.
 *
 * A handle is for one thread at a time. Every function returns 0 or a negative
 * errno; vmlab_error() has the reason in words. Names (const char *) in answers
 * point into the handle and are valid until the next call on it; in a callback,
 * until the callback returns.
 */
#ifndef VMLAB_H
#define VMLAB_H

#include <stdbool.h>
#include <sys/types.h>

#include "vmlab_answers.h"

#ifdef __cplusplus
extern "C" {
#endif

struct vmlab;

/**
 * enum vmlab_segment_table - which table of descriptors
 * @VMLAB_TABLE_GDT: the GDT of the first online CPU
 * @VMLAB_TABLE_GDT_OF_CPU: the GDT of a CPU
 * @VMLAB_TABLE_LDT: the LDT of a process
 */
enum vmlab_segment_table {
	VMLAB_TABLE_GDT,
	VMLAB_TABLE_GDT_OF_CPU,
	VMLAB_TABLE_LDT,
};

typedef int (*vmlab_run_fn)(const struct vmlab_run *run, void *data);
typedef int (*vmlab_area_fn)(const struct vmlab_area *area, void *data);
typedef int (*vmlab_top_fn)(const struct vmlab_top *top, void *data);
typedef int (*vmlab_segment_fn)(const struct vmlab_segment *segment, void *data);

/**
 * vmlab_open() - open a channel to the module
 * @out: where the handle goes; set even on failure (unless memory is short),
 *	so that vmlab_error() can be asked; close it in every case
 *
 * Return: 0; -ENOENT when the module is not loaded; another negative errno.
 */
int vmlab_open(struct vmlab **out);

/**
 * vmlab_close() - close the channel and free the handle
 * @v: the handle, or NULL
 */
void vmlab_close(struct vmlab *v);

/**
 * vmlab_error() - the reason of the last failure
 * @v: the handle
 *
 * Return: the kernel's own words where it gave some, else those of strerror().
 */
const char *vmlab_error(const struct vmlab *v);

/**
 * vmlab_interrupted() - did the last dump run into a change?
 * @v: the handle
 *
 * Return: true when what was dumped changed meanwhile, so that the parts of
 * the answer may not fit together.
 */
bool vmlab_interrupted(const struct vmlab *v);

/**
 * vmlab_info() - ask what runs here
 * @v: the handle
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_info(struct vmlab *v, struct vmlab_info *out);

/**
 * vmlab_walk() - walk the page table of a process to one address
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @address: any address
 * @with: set of &enum vmlab_with, the parts wanted
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_walk(struct vmlab *v, pid_t pid, __u64 address, __u32 with,
	       struct vmlab_walk *out);

/**
 * vmlab_range() - walk a range of addresses
 * @v: the handle
 * @range: what to walk
 * @fn: called for each run; non-zero stops the walk
 * @data: for @fn
 *
 * Without @range->pages, equal neighbours arrive as one run.
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_range(struct vmlab *v, const struct vmlab_range *range,
		vmlab_run_fn fn, void *data);

/**
 * vmlab_run_leaves() - number of leaves in a run
 * @run: the run
 *
 * Return: the number.
 */
__u64 vmlab_run_leaves(const struct vmlab_run *run);

/**
 * vmlab_run_leaf() - one leaf of a run
 * @run: the run
 * @i: which, from 0
 * @leaf: where it goes: a run of one leaf
 */
void vmlab_run_leaf(const struct vmlab_run *run, __u64 i,
		    struct vmlab_run *leaf);

/**
 * vmlab_areas() - the areas of a process
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @fn: called for each area; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_areas(struct vmlab *v, pid_t pid, vmlab_area_fn fn, void *data);

/**
 * vmlab_census() - count the tables and the mapped bytes of a process
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_census(struct vmlab *v, pid_t pid, struct vmlab_census *out);

/**
 * vmlab_explain() - predict what accesses at an address would do
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @address: the address
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_explain(struct vmlab *v, pid_t pid, __u64 address,
		  struct vmlab_explain *out);

/**
 * vmlab_addr() - say what an address belongs to
 * @v: the handle
 * @pid: whose user half is meant, 0 for the caller
 * @address: the address
 * @out: the answer
 *
 * Return: 0 or a negative errno.
 */
int vmlab_addr(struct vmlab *v, pid_t pid, __u64 address,
	       struct vmlab_addr *out);

/**
 * vmlab_tops() - the top-level entries of the kernel half
 * @v: the handle
 * @pid: the process, 0 for the caller
 * @other: the process to compare with, 0 for the caller, negative for none
 * @fn: called for each entry; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_tops(struct vmlab *v, pid_t pid, pid_t other, vmlab_top_fn fn,
	       void *data);

/**
 * vmlab_segments() - the descriptors of a GDT or an LDT
 * @v: the handle
 * @table: which table
 * @number: the CPU or the process (0 for the caller)
 * @fn: called for each descriptor; non-zero stops
 * @data: for @fn
 *
 * Return: 0, what @fn returned, or a negative errno.
 */
int vmlab_segments(struct vmlab *v, enum vmlab_segment_table table,
		   __u32 number, vmlab_segment_fn fn, void *data);

#ifdef __cplusplus
}
#endif

#endif /* VMLAB_H */
