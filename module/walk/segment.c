// SPDX-License-Identifier: GPL-2.0
/*
 * Segment descriptors, x86's older way to translate addresses. In 64-bit mode
 * base and limit of code and data segments are ignored (but for FS and GS,
 * whose bases come from MSRs); the descriptors still give privilege levels
 * and choose 64-bit or 32-bit execution. Layout: Intel manual, volume 3,
 * "Segment Descriptors" and "System Descriptor Types".
 */
#include <vmlab/segment.h>

#include <linux/bitfield.h>
#include <linux/cpu.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/desc.h>
#include <asm/ldt.h>
#include <asm/mmu.h>
#include <asm/mmu_context.h>
#include <asm/segment.h>

#define SEG_LIMIT_LOW	GENMASK_ULL(15, 0)
#define SEG_BASE_LOW	GENMASK_ULL(39, 16)
#define SEG_TYPE	GENMASK_ULL(43, 40)
#define SEG_CODE_DATA	BIT_ULL(44)
#define SEG_DPL		GENMASK_ULL(46, 45)
#define SEG_PRESENT	BIT_ULL(47)
#define SEG_LIMIT_HIGH	GENMASK_ULL(51, 48)
#define SEG_AVAILABLE	BIT_ULL(52)
#define SEG_LONG	BIT_ULL(53)
#define SEG_BIG		BIT_ULL(54)
#define SEG_GRANULARITY	BIT_ULL(55)
#define SEG_BASE_HIGH	GENMASK_ULL(63, 56)

/* Bits of the type field of a code or data segment. */
#define TYPE_ACCESSED	BIT(0)
#define TYPE_WRITABLE	BIT(1)	/* data; code: readable */
#define TYPE_DOWN	BIT(2)	/* data: expands down; code: conforming */
#define TYPE_CODE	BIT(3)

static void copy_gdt(void *to)
{
	memcpy(to, get_current_gdt_ro(), GDT_SIZE);
}

/**
 * vml_gdt_read() - copy the global descriptor table of a CPU
 * @cpu: the CPU
 * @table: set to the copy; for kfree()
 * @nr: set to the number of descriptors
 *
 * Context: may sleep.
 * Return: 0; -ENXIO where the CPU is not online, -ENOMEM.
 */
int vml_gdt_read(unsigned int cpu, u64 **table, unsigned int *nr)
{
	u64 *copy = kmalloc(GDT_SIZE, GFP_KERNEL);
	int err;

	if (!copy)
		return -ENOMEM;
	err = cpu < nr_cpu_ids ?
	      smp_call_function_single(cpu, copy_gdt, copy, true) : -ENXIO;
	if (err) {
		kfree(copy);
		return -ENXIO;
	}
	*table = copy;
	*nr = GDT_ENTRIES;
	return 0;
}

#ifdef CONFIG_MODIFY_LDT_SYSCALL
/**
 * vml_ldt_read() - copy the local descriptor table of a process
 * @mm: its memory
 * @table: set to the copy, NULL where it has none; for kfree()
 * @nr: set to the number of descriptors
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM.
 */
int vml_ldt_read(struct mm_struct *mm, u64 **table, unsigned int *nr)
{
	const size_t size = LDT_ENTRIES * LDT_ENTRY_SIZE;
	u64 *copy = kmalloc(size, GFP_KERNEL);

	if (!copy)
		return -ENOMEM;
	*nr = 0;
	down_read(&mm->context.ldt_usr_sem);
	if (mm->context.ldt) {
		*nr = mm->context.ldt->nr_entries;
		memcpy(copy, mm->context.ldt->entries, *nr * LDT_ENTRY_SIZE);
	}
	up_read(&mm->context.ldt_usr_sem);
	*table = copy;
	return 0;
}
#else
int vml_ldt_read(struct mm_struct *mm, u64 **table, unsigned int *nr)
{
	*table = NULL;
	*nr = 0;
	return 0;
}
#endif

/**
 * vml_gdt_name() - what Linux uses a slot of the GDT for
 * @i: index of the slot
 */
const char *vml_gdt_name(unsigned int i)
{
	static const char *const names[GDT_ENTRIES] = {
		[0] = "null",
		[GDT_ENTRY_KERNEL32_CS] = "kernel code, 32-bit",
		[GDT_ENTRY_KERNEL_CS] = "kernel code, 64-bit",
		[GDT_ENTRY_KERNEL_DS] = "kernel data",
		[GDT_ENTRY_DEFAULT_USER32_CS] = "user code, 32-bit",
		[GDT_ENTRY_DEFAULT_USER_DS] = "user data",
		[GDT_ENTRY_DEFAULT_USER_CS] = "user code, 64-bit",
		[GDT_ENTRY_TSS] = "task state",
		[GDT_ENTRY_TSS + 1] = "task state, upper half",
		[GDT_ENTRY_LDT] = "local descriptor table",
		[GDT_ENTRY_LDT + 1] = "local descriptor table, upper half",
		[GDT_ENTRY_TLS_MIN] = "thread-local 1",
		[GDT_ENTRY_TLS_MIN + 1] = "thread-local 2",
		[GDT_ENTRY_TLS_MAX] = "thread-local 3",
		[GDT_ENTRY_CPUNODE] = "CPU and node number",
	};

	return i < GDT_ENTRIES ? names[i] : NULL;
}

static unsigned int system_kind(unsigned int type)
{
	switch (type) {
	case DESC_LDT:
		return VMLAB_SEGMENT_KIND_LDT;
	case DESC_TSS:
		return VMLAB_SEGMENT_KIND_TSS_AVAILABLE;
	case 0xb:
		return VMLAB_SEGMENT_KIND_TSS_BUSY;
	case GATE_CALL:
		return VMLAB_SEGMENT_KIND_CALL_GATE;
	case GATE_INTERRUPT:
		return VMLAB_SEGMENT_KIND_INTERRUPT_GATE;
	case GATE_TRAP:
		return VMLAB_SEGMENT_KIND_TRAP_GATE;
	default:
		return VMLAB_SEGMENT_KIND_RESERVED;
	}
}

/* A descriptor of the system takes sixteen bytes in a 64-bit kernel's GDT. */
static bool is_wide(u64 raw)
{
	unsigned int type = FIELD_GET(SEG_TYPE, raw);

	return !(raw & SEG_CODE_DATA) && raw & SEG_PRESENT &&
	       (type == DESC_LDT || type == DESC_TSS || type == 0xb);
}

static u32 type_flags(u64 raw)
{
	unsigned int type = FIELD_GET(SEG_TYPE, raw);
	bool code = type & TYPE_CODE;
	u32 flags = 0;

	if (code)
		flags |= VMLAB_SEGMENT_FLAG_CODE;
	if (type & TYPE_ACCESSED)
		flags |= VMLAB_SEGMENT_FLAG_ACCESSED;
	if (type & TYPE_WRITABLE)
		flags |= code ? VMLAB_SEGMENT_FLAG_READABLE :
				VMLAB_SEGMENT_FLAG_WRITABLE;
	if (type & TYPE_DOWN)
		flags |= code ? VMLAB_SEGMENT_FLAG_CONFORMING :
				VMLAB_SEGMENT_FLAG_EXPAND_DOWN;
	return flags;
}

static u32 segment_flags(u64 raw)
{
	return (raw & SEG_PRESENT ? VMLAB_SEGMENT_FLAG_PRESENT : 0) |
	       (raw & SEG_CODE_DATA ? type_flags(raw) :
				      VMLAB_SEGMENT_FLAG_SYSTEM) |
	       (raw & SEG_LONG ? VMLAB_SEGMENT_FLAG_LONG : 0) |
	       (raw & SEG_BIG ? VMLAB_SEGMENT_FLAG_DEFAULT_BIG : 0) |
	       (raw & SEG_GRANULARITY ? VMLAB_SEGMENT_FLAG_GRANULARITY : 0) |
	       (raw & SEG_AVAILABLE ? VMLAB_SEGMENT_FLAG_AVAILABLE : 0);
}

static u64 segment_limit(u64 raw)
{
	u64 limit = FIELD_GET(SEG_LIMIT_HIGH, raw) << 16 |
		    FIELD_GET(SEG_LIMIT_LOW, raw);

	return raw & SEG_GRANULARITY ? limit << PAGE_SHIFT | ~PAGE_MASK : limit;
}

/**
 * vml_segment_decode() - decode one descriptor of a table
 * @table: the table
 * @nr: number of its descriptors
 * @i: which one
 * @gdt: the table is a GDT, where descriptors of the system take two slots
 * @segment: filled in
 */
void vml_segment_decode(const u64 *table, unsigned int nr, unsigned int i,
			bool gdt, struct vml_segment *segment)
{
	u64 raw = table[i];

	*segment = (struct vml_segment) { .raw = raw };
	if (gdt && i && is_wide(table[i - 1])) {
		segment->kind = VMLAB_SEGMENT_KIND_UPPER_HALF;
		return;
	}
	if (!raw) {
		segment->kind = VMLAB_SEGMENT_KIND_EMPTY;
		return;
	}
	segment->dpl = FIELD_GET(SEG_DPL, raw);
	segment->flags = segment_flags(raw);
	segment->limit = segment_limit(raw);
	segment->base = FIELD_GET(SEG_BASE_HIGH, raw) << 24 |
			FIELD_GET(SEG_BASE_LOW, raw);
	if (gdt && is_wide(raw) && i + 1 < nr)
		segment->base |= table[i + 1] << 32;
	if (!(raw & SEG_CODE_DATA))
		segment->kind = system_kind(FIELD_GET(SEG_TYPE, raw));
	else if (segment->flags & VMLAB_SEGMENT_FLAG_CODE)
		segment->kind = VMLAB_SEGMENT_KIND_CODE;
	else
		segment->kind = VMLAB_SEGMENT_KIND_DATA;
}
