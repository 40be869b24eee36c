// SPDX-License-Identifier: GPL-2.0
#include "teach.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const char *from(const char *const *table, size_t count, unsigned int i)
{
	return i < count && table[i] ? table[i] :
	       "a newer module knows it; this tool does not";
}

struct phrase {
	__u64 flag;
	const char *set;
	const char *clear;
};

/* Bits of a leaf and of an entry that points to a table say the same... */
static const struct phrase common[] = {
	{ VMLAB_ENTRY_FLAG_RW, "writable", "read-only" },
	{ VMLAB_ENTRY_FLAG_US, "for user mode too", "kernel mode only" },
	{ VMLAB_ENTRY_FLAG_A, "used (accessed)", "not used yet" },
	{ VMLAB_ENTRY_FLAG_NX, "no execute", NULL },
	{ VMLAB_ENTRY_FLAG_PWT, "write-through (PWT)", NULL },
	{ VMLAB_ENTRY_FLAG_PCD, "cache disable (PCD)", NULL },
};

/* ... but these are only looked at in a leaf. */
static const struct phrase leaf_only[] = {
	{ VMLAB_ENTRY_FLAG_D, "written (dirty)", "not written (clean)" },
	{ VMLAB_ENTRY_FLAG_PS, "huge page (PS)", NULL },
	{ VMLAB_ENTRY_FLAG_PAT, "memory type from the PAT", NULL },
	{ VMLAB_ENTRY_FLAG_G, "global: survives a change of CR3", NULL },
	{ VMLAB_ENTRY_FLAG_SOFT_DIRTY, "written since clear_refs", NULL },
	{ VMLAB_ENTRY_FLAG_UFFD_WP, "write-protected by userfaultfd", NULL },
	{ VMLAB_ENTRY_FLAG_SPECIAL, "no page reference kept (special)", NULL },
	{ VMLAB_ENTRY_FLAG_DEVMAP, "device memory (DAX)", NULL },
	{ VMLAB_ENTRY_FLAG_SAVED_DIRTY, "dirty bit kept aside", NULL },
};

static void add(char *text, size_t size, const char *phrase)
{
	size_t len = strlen(text);

	snprintf(text + len, size - len, "%s%s", len ? ", " : "", phrase);
}

static void add_all(char *text, size_t size, __u64 flags,
		    const struct phrase *phrases, unsigned int count)
{
	for (; count--; phrases++) {
		if (flags & phrases->flag)
			add(text, size, phrases->set);
		else if (phrases->clear)
			add(text, size, phrases->clear);
	}
}

const char *teach_flags(const struct vmlab_step *step, bool leaf)
{
	static char text[400];

	*text = '\0';
	if (!step->entry && !step->flags)
		return "empty: nothing is mapped below this entry";
	if (!(step->flags & VMLAB_ENTRY_FLAG_P))
		return "not present: the hardware faults here, software keeps the rest";
	add(text, sizeof(text), leaf ? "maps a page" : "leads to a table");
	add_all(text, sizeof(text), step->flags, common, COUNT(common));
	if (leaf)
		add_all(text, sizeof(text), step->flags, leaf_only,
			COUNT(leaf_only));
	return text;
}

static const char *const states[] = {
	[VMLAB_STATE_PRESENT] =
	"The entry is present: the processor finds the page by itself, without the kernel.",
	[VMLAB_STATE_ZERO] =
	"The page of zeroes, which everybody shares, is mapped read-only: memory was read that nobody wrote. The first write gets a frame of its own.",
	[VMLAB_STATE_PROT_NONE] =
	"A page is here, but the entry is made so that every access faults: mprotect(PROT_NONE) or NUMA balancing did it. A touch gets SIGSEGV, or a hinting fault that maps it again.",
	[VMLAB_STATE_SWAP] =
	"The page is in swap. The entry keeps the number of the swap area and the slot in it; a touch reads the page back, a major fault unless it is still in the swap cache.",
	[VMLAB_STATE_MIGRATION] =
	"The page is being moved to another frame at this moment. A touch waits until it has arrived.",
	[VMLAB_STATE_HWPOISON] =
	"The frame had a memory error that could not be corrected, and is not used any more. A touch gets SIGBUS.",
	[VMLAB_STATE_DEVICE] =
	"The page is in memory of a device that the processor cannot map. A touch brings it back.",
	[VMLAB_STATE_MARKER] =
	"No page: the entry keeps a mark of userfaultfd (write-protected or poisoned) for a page to come. A touch asks the handler.",
	[VMLAB_STATE_GUARD] =
	"No page: madvise(MADV_GUARD_INSTALL) put a guard here. A touch gets SIGSEGV.",
	[VMLAB_STATE_BAD] =
	"The entry is of no kind that this kernel makes; something is wrong, or it changed while it was read.",
};

/* What an empty entry means: without an area, with one, in the kernel half. */
static const char *const empty[] = {
	"The entry is empty and no area of the process holds the address. A touch gets SIGSEGV.",
	"The entry is empty: no page was ever here, or it was discarded. An area holds the address, so a touch is a page fault in which the kernel finds or makes the page.",
	"The entry is empty: the kernel maps nothing here. A touch in kernel mode is an oops, one in user mode SIGSEGV.",
};

const char *teach_state(const struct vmlab_walk *walk)
{
	if (walk->state != VMLAB_STATE_NONE)
		return from(states, COUNT(states), walk->state);
	if (walk->address >> 63)
		return empty[2];
	return empty[!!(walk->has & VMLAB_HAS_AREA)];
}

static const char *const regions[] = {
	[VMLAB_REGION_UNKNOWN] = "nothing that is known here",
	[VMLAB_REGION_USER] = "the user half, in an area of the process",
	[VMLAB_REGION_USER_HOLE] =
	"the user half, where no area is; a touch gets SIGSEGV",
	[VMLAB_REGION_NON_CANONICAL] =
	"no address at all: its upper bits are no copy of the top one, and the processor refuses it with a general protection fault",
	[VMLAB_REGION_UNUSED] =
	"a part of the kernel half that this kernel uses for nothing",
	[VMLAB_REGION_DIRECT_MAP] =
	"the direct map: all physical memory in one piece, so that a frame's address is a sum",
	[VMLAB_REGION_VMALLOC] =
	"vmalloc: pieces that are contiguous here and scattered in physical memory",
	[VMLAB_REGION_VMEMMAP] =
	"vmemmap: the array of struct page, one for each frame",
	[VMLAB_REGION_MODULES] =
	"loaded modules, within reach of short jumps from the kernel",
	[VMLAB_REGION_KERNEL_TEXT] = "machine code of the kernel",
	[VMLAB_REGION_KERNEL_RODATA] = "constants of the kernel, read-only",
	[VMLAB_REGION_KERNEL_DATA] =
	"variables of the kernel that have a first value",
	[VMLAB_REGION_KERNEL_BSS] =
	"variables of the kernel that begin as zero",
	[VMLAB_REGION_KERNEL_IMAGE] =
	"the mapping of the kernel's image, outside its sections",
	[VMLAB_REGION_PER_CPU] =
	"per-CPU variables: each CPU has a copy of its own",
	[VMLAB_REGION_KERNEL_STACK] =
	"the kernel stack of a task, or of interrupts",
	[VMLAB_REGION_MMIO] =
	"registers or memory of a device, mapped by ioremap()",
	[VMLAB_REGION_FIXMAP] =
	"fixmap: addresses fixed when the kernel was compiled",
	[VMLAB_REGION_CPU_ENTRY_AREA] =
	"the CPU entry area: what the processor needs at the moment that it enters the kernel",
	[VMLAB_REGION_KASAN_SHADOW] =
	"shadow memory of KASAN: one byte for eight",
	[VMLAB_REGION_KMSAN_SHADOW] = "shadow memory of KMSAN",
	[VMLAB_REGION_LDT_REMAP] =
	"the LDT as page-table isolation lets user mode reach it",
	[VMLAB_REGION_ESPFIX] = "small stacks to return to 16-bit segments",
	[VMLAB_REGION_EFI] = "services of the EFI firmware",
	[VMLAB_REGION_VSYSCALL] =
	"vsyscall: three old system calls at a fixed address, open to user mode",
};

const char *teach_region(unsigned int region)
{
	return from(regions, COUNT(regions), region);
}

static const char *const outcomes[] = {
	[VMLAB_OUTCOME_WORKS] = "works without the kernel",
	[VMLAB_OUTCOME_MINOR_FAULT] =
	"minor fault: the kernel maps a page without reading any",
	[VMLAB_OUTCOME_MAJOR_FAULT] =
	"major fault: the kernel must read the page and the task sleeps",
	[VMLAB_OUTCOME_COPY_ON_WRITE] =
	"copy-on-write: the kernel copies the page and maps the copy",
	[VMLAB_OUTCOME_STACK_GROWTH] =
	"stack growth: the area is extended down to the address",
	[VMLAB_OUTCOME_SIGSEGV] = "SIGSEGV: the access is not allowed",
	[VMLAB_OUTCOME_SIGBUS] =
	"SIGBUS: it is allowed, but there is no page to give",
	[VMLAB_OUTCOME_USERFAULT] =
	"userfault: a handler in user space is asked",
};

const char *teach_outcome(unsigned int outcome)
{
	return from(outcomes, COUNT(outcomes), outcome);
}

static const char *const whys[] = {
	[VMLAB_WHY_MAPPED] = "The entry is present and grants the access.",
	[VMLAB_WHY_NO_AREA] = "No area of the process holds the address.",
	[VMLAB_WHY_NO_RIGHT] = "The area does not grant this kind of access.",
	[VMLAB_WHY_KERNEL_ADDRESS] =
	"The address is in the kernel half; its entries are closed to user mode.",
	[VMLAB_WHY_NON_CANONICAL] =
	"The upper bits of the address are no copy of the top one; the processor refuses it.",
	[VMLAB_WHY_STACK_ABOVE] =
	"The area above grows down, and its limit lets it reach this address.",
	[VMLAB_WHY_STACK_LIMIT] =
	"The area above grows down, but its limit (ulimit -s) or the gap below it forbids it to reach this address.",
	[VMLAB_WHY_FIRST_TOUCH_ZERO] =
	"Anonymous memory that was never touched: a read maps the page of zeroes that everybody shares.",
	[VMLAB_WHY_FIRST_TOUCH_FRAME] =
	"Anonymous memory that was never touched: the kernel takes a free frame, fills it with zeroes and maps it.",
	[VMLAB_WHY_FIRST_TOUCH_HUGE] =
	"Anonymous memory that was never touched, in an area that may have huge pages: one may be given here.",
	[VMLAB_WHY_ZERO_PAGE_WRITE] =
	"The page of zeroes is mapped read-only; the write gets a zeroed frame of its own.",
	[VMLAB_WHY_SHARED_PAGE_WRITE] =
	"Private memory, write-protected because the frame may have other users, as after a fork or in a private file mapping: the writer gets a copy.",
	[VMLAB_WHY_LAST_OWNER_WRITE] =
	"Private memory, write-protected, but nobody else has the frame any more: the entry is made writable, nothing is copied.",
	[VMLAB_WHY_WRITE_NOTIFY] =
	"Shared memory that is write-protected so that the kernel notices the first write and can mark the page dirty.",
	[VMLAB_WHY_FILE_PAGE_CACHED] =
	"The page of the file is in the page cache already; it only needs an entry.",
	[VMLAB_WHY_FILE_PAGE_ABSENT] =
	"The page of the file is not in the page cache and must be read from the file.",
	[VMLAB_WHY_BEYOND_FILE] = "The file ends before this page.",
	[VMLAB_WHY_IN_SWAP] =
	"The page is in a swap area and must be read back.",
	[VMLAB_WHY_IN_SWAP_CACHE] =
	"The page was given a slot in swap, but is still in memory, in the swap cache.",
	[VMLAB_WHY_MOVING] =
	"The page is being moved to another frame; the access waits for it.",
	[VMLAB_WHY_NUMA_HINT] =
	"NUMA balancing made the entry fault so as to see who uses the page; the page is here.",
	[VMLAB_WHY_POISONED] =
	"The frame had a memory error that could not be corrected.",
	[VMLAB_WHY_GUARDED] =
	"A guard region was installed here with MADV_GUARD_INSTALL.",
	[VMLAB_WHY_DEVICE_PAGE] =
	"The page is in memory of a device and must be brought back.",
	[VMLAB_WHY_UFFD] = "The area is registered with userfaultfd.",
	[VMLAB_WHY_DRIVER] =
	"The area belongs to a driver, whose fault handler decides.",
	[VMLAB_WHY_HUGETLB_RESERVE] =
	"A page of the hugetlb pool is needed; the pool must have one.",
	[VMLAB_WHY_PROTECTION_KEY] =
	"The protection key of the page is closed in the PKRU register of the thread that asks.",
	[VMLAB_WHY_NO_EXECUTE] =
	"The entry has NX set: the processor fetches no instruction from here.",
	[VMLAB_WHY_STALE_ENTRY] =
	"The area grants the access and the entry does not yet; the fault brings the entry up to date.",
	[VMLAB_WHY_SHMEM_ABSENT] =
	"Shared memory that was never touched: the kernel takes a free frame and fills it with zeroes.",
	[VMLAB_WHY_SWAPPED_SHMEM] =
	"Shared memory that is in swap and must be read back.",
	[VMLAB_WHY_SHADOW_STACK] =
	"A shadow stack: only the processor's own calls write it.",
	[VMLAB_WHY_FILE_PAGE_HIDDEN] =
	"A page of a file that you may not write. Whether it is cached already, so that nothing need be read, is not yours to know.",
	[VMLAB_WHY_VSYSCALL] =
	"The vsyscall page of old programs: the kernel emulates a jump there, unless it was booted with vsyscall=none.",
};

const char *teach_why(unsigned int why)
{
	return from(whys, COUNT(whys), why);
}

static const char *const caches[] = {
	[VMLAB_CACHE_TYPE_UNCACHED] =
	"uncached: every access goes to the bus, in order",
	[VMLAB_CACHE_TYPE_WRITE_COMBINING] =
	"write-combining: reads uncached, writes gathered in a buffer",
	[VMLAB_CACHE_TYPE_WRITE_THROUGH] =
	"write-through: reads cached, writes go to memory at once",
	[VMLAB_CACHE_TYPE_WRITE_PROTECTED] =
	"write-protected: reads cached, writes go to memory and drop the line",
	[VMLAB_CACHE_TYPE_WRITE_BACK] =
	"write-back: reads and writes cached, as memory commonly is",
	[VMLAB_CACHE_TYPE_UNCACHED_MINUS] =
	"uncached, unless a range register (MTRR) says write-combining",
	[VMLAB_CACHE_TYPE_RESERVED] = "a type that the processor reserves",
};

const char *teach_cache(unsigned int cache)
{
	return from(caches, COUNT(caches), cache);
}
