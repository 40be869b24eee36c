// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel half: which part of it an address belongs to, in the layout
 * that this kernel really has (randomised at boot, four levels or five).
 *
 * The parts are those of Documentation/arch/x86/x86_64/mm.rst. Within the
 * kernel's own image the sections are known from the resource tree, which
 * has their physical addresses (/proc/iomem).
 */
#include <vmlab/kernel.h>

#include <linux/ioport.h>
#include <linux/log2.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <asm/cpu_entry_area.h>
#include <asm/fixmap.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/special_insns.h>
#include <uapi/asm/vsyscall.h>
#ifdef CONFIG_KASAN
#include <asm/kasan.h>
#endif

/* The parts that the documentation fixes, and no header names. */
#define EFI_LAST	0xfffffffeffffffffULL
#define EFI_START	0xffffffef00000000ULL
#define IMAGE_START	((u64)__START_KERNEL_map)
#define IMAGE_LAST	((u64)MODULES_VADDR - 1)

/**
 * vml_half() - the first address past the user half
 *
 * The processor takes addresses whose upper bits are all copies of the
 * topmost one that is translated: a half at each end.
 */
u64 vml_half(void)
{
	return BIT_ULL(pgtable_l5_enabled() ? 56 : 47);
}

/**
 * vml_is_user_address() - whether an address is in the user half
 * @addr: any address
 *
 * The last page of it is never mapped: it keeps a return to user mode from
 * ending at an address that is not canonical.
 */
bool vml_is_user_address(u64 addr)
{
	return addr < vml_half();
}

/**
 * vml_is_kernel_address() - whether an address is in the kernel half
 * @addr: any address
 */
bool vml_is_kernel_address(u64 addr)
{
	return addr >= -vml_half();
}

/**
 * vml_kernel_pgd() - a top table that has the kernel half
 *
 * Return: that of the process that runs; the kernel half of all is the same.
 */
u64 *vml_kernel_pgd(void)
{
	return __va(read_cr3_pa());
}

static u64 last_frame_address(void)
{
	struct resource *res, copy;
	u64 last = 0;

	for (res = iomem_resource.child; res; res = copy.sibling) {
		if (copy_from_kernel_nofault(&copy, res, sizeof(copy)))
			break;
		if ((copy.flags & IORESOURCE_SYSTEM_RAM) ==
		    IORESOURCE_SYSTEM_RAM)
			last = copy.end;
	}
	return last;
}

static u64 direct_map_last(void)
{
	return (u64)__va(0) + last_frame_address();
}

static u64 vmemmap_last(void)
{
	return (u64)((struct page *)VMEMMAP_START +
		     (last_frame_address() >> PAGE_SHIFT) + 1) - 1;
}

static u64 vsyscall_last(void)
{
	return VSYSCALL_ADDR + PAGE_SIZE - 1;
}

static void set_region(struct vml_region *r, unsigned int region, u64 start,
		       u64 last)
{
	r->region = region;
	r->start = start;
	r->last = last;
}

static bool within(u64 addr, u64 start, u64 last)
{
	return addr >= start && addr <= last;
}

/* Parts at addresses that depend on the configuration. */
static bool find_shadow(u64 addr, struct vml_region *r)
{
#ifdef CONFIG_KASAN
	if (within(addr, KASAN_SHADOW_START, KASAN_SHADOW_END - 1)) {
		set_region(r, VMLAB_REGION_KASAN_SHADOW, KASAN_SHADOW_START,
			   KASAN_SHADOW_END - 1);
		return true;
	}
#endif
#ifdef CONFIG_KMSAN
	if (within(addr, KMSAN_VMALLOC_SHADOW_START, VMALLOC_END)) {
		set_region(r, VMLAB_REGION_KMSAN_SHADOW,
			   KMSAN_VMALLOC_SHADOW_START, VMALLOC_END);
		return true;
	}
#endif
	return false;
}

static void find_part(u64 addr, struct vml_region *r)
{
	const struct {
		u8 region;
		u64 start;
		u64 last;
	} parts[] = {
		{ VMLAB_REGION_LDT_REMAP, LDT_BASE_ADDR, LDT_END_ADDR - 1 },
		{ VMLAB_REGION_DIRECT_MAP, (u64)__va(0), direct_map_last() },
		{ VMLAB_REGION_VMALLOC, VMALLOC_START, VMALLOC_END },
		{ VMLAB_REGION_VMEMMAP, VMEMMAP_START, vmemmap_last() },
		{ VMLAB_REGION_CPU_ENTRY_AREA, CPU_ENTRY_AREA_RO_IDT,
		  CPU_ENTRY_AREA_BASE + P4D_SIZE - 1 },
		{ VMLAB_REGION_ESPFIX, ESPFIX_BASE_ADDR,
		  ESPFIX_BASE_ADDR + P4D_SIZE - 1 },
		{ VMLAB_REGION_EFI, EFI_START, EFI_LAST },
		{ VMLAB_REGION_KERNEL_IMAGE, IMAGE_START, IMAGE_LAST },
		{ VMLAB_REGION_MODULES, MODULES_VADDR, MODULES_END - 1 },
		{ VMLAB_REGION_VSYSCALL, VSYSCALL_ADDR, vsyscall_last() },
		{ VMLAB_REGION_FIXMAP, FIXADDR_START,
		  FIXADDR_TOP + PAGE_SIZE - 1 },
	};
	u64 below = -vml_half(), above = U64_MAX;
	unsigned int i;

	if (find_shadow(addr, r))
		return;
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (within(addr, parts[i].start, parts[i].last)) {
			set_region(r, parts[i].region, parts[i].start,
				   parts[i].last);
			return;
		}
		if (parts[i].last < addr && parts[i].last >= below)
			below = parts[i].last + 1;
		if (parts[i].start > addr && parts[i].start <= above)
			above = parts[i].start - 1;
	}
	set_region(r, VMLAB_REGION_UNUSED, below, above);
}

/* === Within a part === */

static unsigned int section_region(const char *name)
{
	if (!strcmp(name, "Kernel code"))
		return VMLAB_REGION_KERNEL_TEXT;
	if (!strcmp(name, "Kernel rodata"))
		return VMLAB_REGION_KERNEL_RODATA;
	if (!strcmp(name, "Kernel data"))
		return VMLAB_REGION_KERNEL_DATA;
	if (!strcmp(name, "Kernel bss"))
		return VMLAB_REGION_KERNEL_BSS;
	return VMLAB_REGION_UNKNOWN;
}

/*
 * Looks for the resource of a section below a region of RAM. The tree has no
 * lock that a module may take; the sections never leave it, and reading goes
 * through copy_from_kernel_nofault() in case that memory is unplugged.
 */
static unsigned int find_section(u64 phys, struct resource *section)
{
	const struct resource *res = iomem_resource.child;
	unsigned int region;
	char name[16];

	while (res) {
		if (copy_from_kernel_nofault(section, res, sizeof(*section)))
			break;
		if (phys < section->start || phys > section->end) {
			res = section->sibling;
			continue;
		}
		if (copy_from_kernel_nofault(name, section->name,
					     sizeof(name)))
			break;
		name[sizeof(name) - 1] = '\0';
		region = section_region(name);
		if (region != VMLAB_REGION_UNKNOWN)
			return region;
		res = section->child;
	}
	return VMLAB_REGION_KERNEL_IMAGE;
}

static void refine_image(u64 addr, struct vml_region *r)
{
	u64 phys = addr - IMAGE_START + phys_base;
	u64 to_virt = IMAGE_START - phys_base;
	struct resource section;
	unsigned int region = find_section(phys, &section);

	if (region != VMLAB_REGION_KERNEL_IMAGE)
		set_region(r, region, section.start + to_virt,
			   section.end + to_virt);
}

/* Nodes whose CPUs may be numbered in turn. */
#define NODES_IN_TURN	16

/*
 * The first chunk of per-CPU memory has one unit a CPU, at equal distances
 * within a node and aligned to them, so the smallest distance is a unit's.
 * With one CPU it is not known; what is certain is the smallest unit that the
 * allocator makes.
 */
static u64 percpu_unit(void)
{
	unsigned int cpu, other, i;
	u64 unit = U64_MAX;

	for_each_possible_cpu(cpu) {
		other = cpu;
		for (i = 0; i < NODES_IN_TURN; i++) {
			other = cpumask_next(other, cpu_possible_mask);
			if (other >= nr_cpu_ids)
				break;
			unit = min_t(u64, unit,
				     abs((s64)(__per_cpu_offset[other] -
					       __per_cpu_offset[cpu])));
		}
	}
	return unit == U64_MAX ? PCPU_MIN_UNIT_SIZE : unit;
}

static bool refine_percpu(u64 addr, struct vml_region *r)
{
	u64 start, unit = percpu_unit();
	unsigned int cpu;

	if (!is_power_of_2(unit))
		return false;
	for_each_possible_cpu(cpu) {
		start = (u64)per_cpu_ptr(&this_cpu_off, cpu) & ~(unit - 1);
		if (!within(addr, start, start + unit - 1))
			continue;
		set_region(r, VMLAB_REGION_PER_CPU, start, start + unit - 1);
		snprintf(r->detail, sizeof(r->detail), "CPU %u", cpu);
		return true;
	}
	return false;
}

static bool refine_stack(u64 addr, struct vml_region *r)
{
	struct task_struct *process, *thread;
	u64 stack;

	rcu_read_lock();
	for_each_process_thread(process, thread) {
		stack = (u64)READ_ONCE(thread->stack);
		if (!stack || !within(addr, stack, stack + THREAD_SIZE - 1))
			continue;
		set_region(r, VMLAB_REGION_KERNEL_STACK, stack,
			   stack + THREAD_SIZE - 1);
		snprintf(r->detail, sizeof(r->detail), "PID %d (%s)",
			 task_pid_nr(thread), thread->comm);
		rcu_read_unlock();
		return true;
	}
	rcu_read_unlock();
	return false;
}

/**
 * vml_kernel_region() - which part of the kernel half an address belongs to
 * @addr: an address in the kernel half
 * @region: filled in
 *
 * Context: any but with the scheduler's locks held.
 */
void vml_kernel_region(u64 addr, struct vml_region *region)
{
	region->detail[0] = '\0';
	find_part(addr, region);
	switch (region->region) {
	case VMLAB_REGION_KERNEL_IMAGE:
		refine_image(addr, region);
		break;
	case VMLAB_REGION_DIRECT_MAP:
	case VMLAB_REGION_VMALLOC:
		if (!refine_percpu(addr, region))
			refine_stack(addr, region);
		break;
	}
}

/*
 * What vmalloc space maps beyond the machine's RAM is a device. Its resource
 * has the name of who asked for it.
 */
static void refine_mmio(struct vml_address *a)
{
	const struct vml_leaf *leaf = &a->walk.leaf;

	if (leaf->state != VMLAB_STATE_PRESENT || page_is_ram(leaf->number))
		return;
	if (a->region.region == VMLAB_REGION_VMALLOC)
		a->region.region = VMLAB_REGION_MMIO;
}

/**
 * vml_kernel_address() - all that is known of an address in the kernel half
 * @addr: the address
 * @address: filled in
 *
 * Context: may sleep.
 */
void vml_kernel_address(u64 addr, struct vml_address *address)
{
	const struct vml_leaf *leaf = &address->walk.leaf;

	vml_kernel_region(addr, &address->region);
	vml_walk_kernel(vml_kernel_pgd(), addr, &address->walk);
	address->walked = true;
	if (leaf->state == VMLAB_STATE_PRESENT)
		address->cache = vml_entry_cache(leaf->level, leaf->raw);
	refine_mmio(address);
}
