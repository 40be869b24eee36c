// SPDX-License-Identifier: GPL-2.0
/*
 * Segment descriptors: the slots of the GDT that Linux fills, and an LDT of our
 * own, each decoded here once more from its eight bytes.
 */
#include "harness.h"

#include "client.h"

#include <asm/ldt.h>
#include <sys/syscall.h>

#define FLAG(name)	VMLAB_SEGMENT_FLAG_##name
#define KIND(name)	VMLAB_SEGMENT_KIND_##name
#define SLOTS		16

FIXTURE(segment) {
	struct genl g;
	unsigned int nr;
	struct segment s[64];
	bool known[64];
};

FIXTURE_SETUP(segment)
{
	ASSERT_EQ(0, genl_open(&self->g));
}

FIXTURE_TEARDOWN(segment)
{
	genl_close(&self->g);
}

static int keep(const struct segment *s, void *arg)
{
	FIXTURE_DATA(segment) *self = arg;

	self->nr++;
	if (s->index >= 64 || self->known[s->index])
		return 1;
	self->s[s->index] = *s;
	self->known[s->index] = true;
	return 0;
}

static __u64 base_of(__u64 raw)
{
	return (raw >> 16 & 0xffffff) | (raw >> 56) << 24;
}

static __u64 limit_of(__u64 raw)
{
	__u64 limit = (raw & 0xffff) | (raw >> 48 & 15) << 16;

	return raw >> 55 & 1 ? limit << 12 | 0xfff : limit;
}

/* A code or data descriptor says of itself what its bytes say. */
static bool is_decoded(const struct segment *s)
{
	__u32 want = 0, mask = FLAG(PRESENT) | FLAG(LONG) | FLAG(DEFAULT_BIG) |
			       FLAG(GRANULARITY) | FLAG(AVAILABLE) |
			       FLAG(ACCESSED) | FLAG(WRITABLE) |
			       FLAG(READABLE) | FLAG(CONFORMING) |
			       FLAG(EXPAND_DOWN) | FLAG(CODE);
	unsigned int type = s->raw >> 40 & 15;
	bool code = type & 8;

	if (!(s->raw >> 44 & 1))
		return true;
	want |= s->raw >> 47 & 1 ? FLAG(PRESENT) : 0;
	want |= s->raw >> 52 & 1 ? FLAG(AVAILABLE) : 0;
	want |= s->raw >> 53 & 1 ? FLAG(LONG) : 0;
	want |= s->raw >> 54 & 1 ? FLAG(DEFAULT_BIG) : 0;
	want |= s->raw >> 55 & 1 ? FLAG(GRANULARITY) : 0;
	want |= type & 1 ? FLAG(ACCESSED) : 0;
	if (code)
		want |= FLAG(CODE) | (type & 2 ? FLAG(READABLE) : 0) |
			(type & 4 ? FLAG(CONFORMING) : 0);
	else
		want |= (type & 2 ? FLAG(WRITABLE) : 0) |
			(type & 4 ? FLAG(EXPAND_DOWN) : 0);
	return s->kind == (code ? KIND(CODE) : KIND(DATA)) &&
	       (s->flags & mask) == want && s->base == base_of(s->raw) &&
	       s->limit == limit_of(s->raw) && s->dpl == (s->raw >> 45 & 3);
}

static const struct {
	unsigned int slot;
	__u32 kind;
	__u32 dpl;
	__u32 flags;
	const char *name;
} known[] = {
	{ 1, KIND(CODE), 0, FLAG(DEFAULT_BIG), "code" },
	{ 2, KIND(CODE), 0, FLAG(LONG), "code" },
	{ 3, KIND(DATA), 0, FLAG(WRITABLE), "data" },
	{ 4, KIND(CODE), 3, FLAG(DEFAULT_BIG), "user" },
	{ 5, KIND(DATA), 3, FLAG(WRITABLE), "user" },
	{ 6, KIND(CODE), 3, FLAG(LONG), "user" },
	{ 8, KIND(TSS_BUSY), 0, 0, "TSS" },
};

static void check_gdt(struct __test_metadata *_metadata,
		      FIXTURE_DATA(segment) *self, int cpu)
{
	struct segment *s;

	ASSERT_EQ(0, client_gdt(&self->g, cpu, keep, self));
	EXPECT_LE(SLOTS - 1, self->nr);
	for (int i = 0; i < ARRAY_SIZE(known); i++) {
		s = &self->s[known[i].slot];
		ASSERT_TRUE(self->known[known[i].slot]);
		EXPECT_EQ(known[i].kind, s->kind);
		EXPECT_EQ(known[i].dpl, s->dpl);
		EXPECT_EQ(known[i].flags, s->flags & known[i].flags);
		EXPECT_NE(0, s->flags & FLAG(PRESENT));
		EXPECT_EQ(known[i].slot, s->selector >> 3);
		EXPECT_NE('\0', s->name[0]);
	}
	for (int i = 0; i < 64; i++)
		if (self->known[i])
			EXPECT_TRUE(is_decoded(&self->s[i]));
	/* The base of the task state has 64 bits, in two slots. */
	EXPECT_EQ(KIND(UPPER_HALF), self->s[9].kind);
	EXPECT_EQ(self->s[9].raw << 32 | base_of(self->s[8].raw),
		  self->s[8].base);
	/* The limit of slot 15 tells user space its processor. */
	EXPECT_EQ(cpu, self->s[15].limit & 0xfff);
	EXPECT_EQ(3, self->s[15].dpl);
}

TEST_F(segment, gdt_of_processor_0)
{
	check_gdt(_metadata, self, 0);
}

TEST_F(segment, gdt_of_processor_1)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		SKIP(return, "one processor");
	check_gdt(_metadata, self, 1);
}

static int write_ldt(struct user_desc *desc)
{
	return syscall(SYS_modify_ldt, 0x11, desc, sizeof(*desc));
}

TEST_F(segment, no_ldt)
{
	ASSERT_EQ(0, client_ldt(&self->g, getpid(), keep, self));
	EXPECT_EQ(0, self->nr);
}

TEST_F(segment, own_ldt)
{
	struct user_desc desc[] = {
		{ .entry_number = 0, .base_addr = 0x12345678, .limit = 0xabcde,
		  .seg_32bit = 1, .contents = 0, .useable = 1 },
		{ .entry_number = 3, .base_addr = 0xfedc0000, .limit = 0xfffff,
		  .seg_32bit = 1, .contents = 2, .limit_in_pages = 1 },
		{ .entry_number = 5, .base_addr = 4096, .limit = 77,
		  .contents = 1, .read_exec_only = 1 },
		{ .entry_number = 6, .limit = 1, .contents = 3,
		  .seg_not_present = 1, .seg_32bit = 1 },
	};
	bool written[ARRAY_SIZE(desc)];
	__u64 raw[16] = { 0 };

	for (int i = 0; i < ARRAY_SIZE(desc); i++) {
		written[i] = !write_ldt(&desc[i]);
		/* Segments of 16 bits are a matter of configuration. */
		ASSERT_TRUE(written[i] || !desc[i].seg_32bit);
	}
	ASSERT_LT(0, syscall(SYS_modify_ldt, 0, raw, sizeof(raw)));
	ASSERT_EQ(0, client_ldt(&self->g, getpid(), keep, self));
	for (int i = 0; i < ARRAY_SIZE(desc); i++) {
		unsigned int slot = desc[i].entry_number;
		struct segment *s = &self->s[slot];
		__u64 limit = desc[i].limit;

		if (!written[i])
			continue;
		if (desc[i].limit_in_pages)
			limit = limit << 12 | 0xfff;
		ASSERT_TRUE(self->known[slot]);
		EXPECT_EQ(raw[slot], s->raw);
		EXPECT_EQ(desc[i].base_addr, s->base);
		EXPECT_EQ(limit, s->limit);
		EXPECT_EQ(desc[i].contents & 2 ? KIND(CODE) : KIND(DATA),
			  s->kind);
		EXPECT_EQ(3, s->dpl);
		EXPECT_EQ(slot << 3 | 7, s->selector);
		EXPECT_EQ(!desc[i].seg_not_present,
			  !!(s->flags & FLAG(PRESENT)));
		EXPECT_TRUE(is_decoded(s));
	}
}

/* An LDT of another process is read by its PID. */
TEST_F(segment, ldt_of_another)
{
	struct user_desc desc = { .entry_number = 2, .base_addr = 0x1000,
				  .limit = 15, .seg_32bit = 1 };
	int ready[2], hold[2];
	pid_t child;
	char byte = 0;

	ASSERT_EQ(0, pipe(ready));
	ASSERT_EQ(0, pipe(hold));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(hold[1]);
		byte = !write_ldt(&desc);
		if (write(ready[1], &byte, 1) == 1)
			(void)!read(hold[0], &byte, 1);
		_exit(0);
	}
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	ASSERT_EQ(1, byte);
	ASSERT_EQ(0, client_ldt(&self->g, child, keep, self));
	ASSERT_TRUE(self->known[2]);
	EXPECT_EQ(0x1000, self->s[2].base);
	EXPECT_EQ(15, self->s[2].limit);
	close(hold[1]);
	waitpid(child, NULL, 0);
}

TEST_HARNESS_MAIN
