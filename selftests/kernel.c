// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel half: addresses whose nature /proc tells, and the top-level entries
 * that all processes share.
 */
#include "harness.h"

#include "client.h"
#include "memory.h"

#include <elf.h>
#include <fcntl.h>

#define REGION(name)	VMLAB_REGION_##name

FIXTURE(kernel) {
	struct genl g;
	struct place at;
};

FIXTURE_SETUP(kernel)
{
	ASSERT_EQ(0, genl_open(&self->g));
	/* Else /proc/vmallocinfo shows hashes, even to root. */
	ASSERT_TRUE(write_text("/proc/sys/kernel/kptr_restrict", "1"));
}

FIXTURE_TEARDOWN(kernel)
{
	genl_close(&self->g);
}

static __u32 region(FIXTURE_DATA(kernel) *self, __u64 address)
{
	int ret = client_addr(&self->g, address, &self->at);

	if (ret)
		printf("# %llx: %d %s\n", address, ret, self->g.message);
	else
		printf("# %llx: region %u, %llx-%llx %s\n", address,
		       self->at.region, self->at.start, self->at.end,
		       self->at.detail);
	return ret ? ~0U : self->at.region;
}

/* The value of a symbol, as /proc/kallsyms has it; 0 if it has not. */
static __u64 symbol(const char *name)
{
	char line[256], word[256], type;
	__u64 value = 0, here;
	FILE *file = fopen("/proc/kallsyms", "re");

	if (!file)
		return 0;
	while (!value && fgets(line, sizeof(line), file))
		if (sscanf(line, "%llx %c %255s", &here, &type, word) == 3 &&
		    !strcmp(word, name))
			value = here;
	fclose(file);
	return value;
}

/* Eight bytes of the kernel's memory, through the ELF view of /proc/kcore. */
static __u64 kcore(__u64 address)
{
	int fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	__u64 value = 0;
	Elf64_Ehdr head;
	Elf64_Phdr part;

	if (fd < 0)
		return 0;
	if (pread(fd, &head, sizeof(head), 0) != sizeof(head))
		head.e_phnum = 0;
	for (int i = 0; i < head.e_phnum && !value; i++) {
		if (pread(fd, &part, sizeof(part),
			  head.e_phoff + i * sizeof(part)) != sizeof(part))
			break;
		if (part.p_type != PT_LOAD || address < part.p_vaddr ||
		    address - part.p_vaddr >= part.p_memsz)
			continue;
		if (pread(fd, &value, sizeof(value),
			  part.p_offset + address - part.p_vaddr) < 0)
			break;
	}
	close(fd);
	return value;
}

static int paging_levels(struct genl *g)
{
	struct attr a;

	genl_new(g, VMLAB_CMD_INFO_GET, 0);
	if (genl_call(g) || !attr_find(genl_reply(g),
				       VMLAB_A_INFO_PAGING_LEVELS, &a))
		return 0;
	return attr_u32(&a);
}

/*
 * The start of a part of the layout: what the variable says, or where the
 * kernel has no /proc/kcore the documented address, which it has unless it
 * randomizes the layout.
 */
static __u64 base(FIXTURE_DATA(kernel) *self, const char *variable,
		  __u64 of_4_levels, __u64 of_5_levels)
{
	__u64 value = kcore(symbol(variable));

	if (value)
		return value;
	return paging_levels(&self->g) == 5 ? of_5_levels : of_4_levels;
}

#define DIRECT_MAP(self)	base(self, "page_offset_base",		\
				     0xffff888000000000, 0xff11000000000000)
#define VMALLOC(self)		base(self, "vmalloc_base",		\
				     0xffffc90000000000, 0xffa0000000000000)
#define VMEMMAP(self)		base(self, "vmemmap_base",		\
				     0xffffea0000000000, 0xffd4000000000000)

/* Allocations of stacks are charged to one of these, as the compiler inlined. */
static bool is_stack(const char *line)
{
	return strstr(line, "dup_task_struct") || strstr(line, "copy_process") ||
	       strstr(line, "kernel_clone") || strstr(line, "alloc_thread_stack");
}

/* The start of a mapping in /proc/vmallocinfo, a stack or one marked @what. */
static __u64 vmalloc_area(const char *what, bool stack)
{
	char line[512];
	__u64 start = 0;
	FILE *file = fopen("/proc/vmallocinfo", "re");

	if (!file)
		return 0;
	while (!start && fgets(line, sizeof(line), file))
		if (strstr(line, what) && is_stack(line) == stack)
			start = strtoull(line, NULL, 16);
	fclose(file);
	return start;
}

#define EXPECT_REGION(name, address) do {				\
	__u64 __address = (address);					\
									\
	ASSERT_NE(0, __address);					\
	EXPECT_EQ(REGION(name), region(self, __address));		\
	EXPECT_LE(self->at.start, __address);				\
	EXPECT_GE(self->at.end, __address);				\
} while (0)

TEST_F(kernel, text)
{
	EXPECT_REGION(KERNEL_TEXT, symbol("_stext"));
	EXPECT_EQ(VMLAB_STATE_PRESENT, self->at.state);
	EXPECT_EQ(0, self->at.flags & VMLAB_ENTRY_FLAG_NX);
	EXPECT_REGION(KERNEL_TEXT, symbol("do_exit"));
}

TEST_F(kernel, rodata)
{
	EXPECT_REGION(KERNEL_RODATA, symbol("__start_rodata"));
	EXPECT_REGION(KERNEL_RODATA, symbol("sys_call_table"));
}

TEST_F(kernel, data_symbols)
{
	EXPECT_REGION(KERNEL_DATA, symbol("_sdata"));
	EXPECT_REGION(KERNEL_DATA, symbol("init_task"));
	EXPECT_NE(0, self->at.flags & VMLAB_ENTRY_FLAG_RW);
}

TEST_F(kernel, bss)
{
	EXPECT_REGION(KERNEL_BSS, symbol("__bss_start"));
	EXPECT_REGION(KERNEL_BSS, symbol("__bss_stop") - 8);
}

TEST_F(kernel, modules)
{
	char line[256];
	__u64 start = 0;
	FILE *file = fopen("/proc/modules", "re");

	ASSERT_NE(NULL, file);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "vmlab ", 6))
			start = strtoull(strstr(line, "0x"), NULL, 16);
	fclose(file);
	EXPECT_REGION(MODULES, start);
}

TEST_F(kernel, direct_map)
{
	__u64 start = DIRECT_MAP(self);

	EXPECT_REGION(DIRECT_MAP, start + MIB);
	EXPECT_EQ(start, self->at.start);
	EXPECT_TRUE(self->at.has_physical);
	EXPECT_EQ(MIB, self->at.physical);
	EXPECT_TRUE(self->at.has_cache);
	EXPECT_EQ(VMLAB_CACHE_TYPE_WRITE_BACK, self->at.cache);
}

TEST_F(kernel, vmemmap)
{
	EXPECT_REGION(VMEMMAP, VMEMMAP(self));
}

TEST_F(kernel, vmalloc)
{
	EXPECT_REGION(VMALLOC, VMALLOC(self) + GIB);
	EXPECT_REGION(VMALLOC, vmalloc_area(" vmalloc", false));
	EXPECT_EQ(VMALLOC(self), self->at.start);
}

TEST_F(kernel, mmio)
{
	EXPECT_REGION(MMIO, vmalloc_area(" ioremap", false));
	EXPECT_TRUE(self->at.has_cache);
	EXPECT_TRUE(self->at.has_physical);
}

/* A stack of a thread lies in vmalloc space; the lowest page is the guard's. */
TEST_F(kernel, stack)
{
	__u64 start = vmalloc_area(" vmalloc", true);

	if (!start)
		SKIP(return, "stacks are not in vmalloc space");
	EXPECT_REGION(KERNEL_STACK, start);
}

TEST_F(kernel, per_cpu)
{
	__u64 offsets = symbol("__per_cpu_offset");
	__u64 start = symbol("__per_cpu_start");
	__u64 offset = kcore(offsets + 8);

	if (!offset)
		SKIP(return, "no /proc/kcore");
	EXPECT_REGION(PER_CPU, start + offset);
	EXPECT_NE(NULL, strchr(self->at.detail, '1'));
}

TEST_F(kernel, cpu_entry_area)
{
	EXPECT_REGION(CPU_ENTRY_AREA, 0xfffffe0000000000ULL);
}

TEST_F(kernel, fixmap)
{
	EXPECT_REGION(FIXMAP, 0xffffffffff7fe000ULL);
}

TEST_F(kernel, vsyscall)
{
	EXPECT_REGION(VSYSCALL, 0xffffffffff600000ULL);
}

TEST_F(kernel, kasan_shadow)
{
	if (!symbol("kasan_report"))
		SKIP(return, "no KASAN");
	EXPECT_REGION(KASAN_SHADOW, 0xfffffbfff0000000ULL);
}

TEST_F(kernel, user)
{
	EXPECT_REGION(USER, (unsigned long)self);
	EXPECT_REGION(USER, (unsigned long)symbol);
	EXPECT_EQ(REGION(USER_HOLE), region(self, 4096));
}

TEST_F(kernel, non_canonical)
{
	EXPECT_EQ(REGION(NON_CANONICAL), region(self, 1ULL << 62));
	EXPECT_EQ(REGION(NON_CANONICAL), region(self, 0xf000000000000000ULL));
}

/* Every address has an answer, and regions do not overlap. */
TEST_F(kernel, no_gaps_no_overlaps)
{
	__u64 address = 0xff00000000000000ULL, last = 0;
	unsigned int steps = 0;

	for (; address > last && steps < 200; steps++) {
		ASSERT_NE(~0U, region(self, address));
		ASSERT_LE(self->at.start, address);
		ASSERT_GE(self->at.end, address);
		last = address;
		address = self->at.end + 1;
	}
	EXPECT_EQ(0, address);
}

struct tops {
	unsigned int nr;
	unsigned int shared;
	unsigned int lower;
	unsigned int wrong;
	int shift;
	__u32 private[8];
};

static int count_top(const struct top *top, void *arg)
{
	struct tops *tops = arg;
	__u64 start = (__u64)top->index << tops->shift;

	if (tops->shift == 39)
		start |= 0xffff000000000000ULL;
	else
		start |= 0xfe00000000000000ULL;
	tops->nr++;
	tops->lower += top->index < 256;
	tops->wrong += top->start != start;
	tops->wrong += top->shared &&
		       ((top->entry ^ top->other_entry) & 0xffffffffff000ULL);
	if (top->shared)
		tops->shared++;
	else if (tops->nr - tops->shared <= 8)
		tops->private[tops->nr - tops->shared - 1] = top->region;
	return 0;
}

/* The kernel half of two processes is one and the same. */
TEST_F(kernel, halves_are_shared)
{
	struct tops tops = { 0 };
	int hold[2];
	pid_t child;
	char byte;

	tops.shift = paging_levels(&self->g) == 5 ? 48 : 39;
	ASSERT_EQ(0, pipe(hold));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(hold[1]);
		(void)!read(hold[0], &byte, 1);
		_exit(0);
	}
	ASSERT_EQ(0, client_top(&self->g, getpid(), child, count_top, &tops));
	EXPECT_LT(0, tops.nr);
	EXPECT_EQ(0, tops.lower);
	EXPECT_EQ(0, tops.wrong);
	EXPECT_EQ(tops.nr, tops.shared);
	close(hold[1]);
	waitpid(child, NULL, 0);
}

TEST_F(kernel, half_of_one)
{
	struct tops tops = { 0 };

	tops.shift = paging_levels(&self->g) == 5 ? 48 : 39;
	ASSERT_EQ(0, client_top(&self->g, getpid(), 0, count_top, &tops));
	EXPECT_LT(0, tops.nr);
	EXPECT_EQ(0, tops.wrong);
}

TEST_F(kernel, walk_of_text)
{
	struct walk w;

	ASSERT_EQ(0, client_walk(&self->g, 0, symbol("_stext"), 0, &w));
	EXPECT_EQ(VMLAB_STATE_PRESENT, w.state);
	EXPECT_TRUE(w.has_pfn);
	EXPECT_FALSE(w.area.there);
	EXPECT_EQ(0, w.level[w.nr_levels - 1].flags & VMLAB_ENTRY_FLAG_US);
}

TEST_HARNESS_MAIN
