// SPDX-License-Identifier: GPL-2.0
/*
 * What vmlab says of a process against what /proc says of it. The pages come
 * from "vmlab -j walk PID all --pages", the flags of each page from the netlink
 * family, and both again for a sample from "vmlab -j walk PID ADDR".
 */
#include "oracle.h"

#include "client.h"
#include "memory.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <kselftest.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHUNK		4096
#define MAX_TOLD	20
#define TRIES		5
/* Each takes a process: few of them, and well apart. */
#define SAMPLES		5
#define SAMPLE_STRIDE	409
/* Of a 1 GiB page every so many small ones have their flags compared. */
#define GIGA_STRIDE	61

struct leaf {
	unsigned long start;
	unsigned long end;
	unsigned long page_size;
	char state[16];
	bool has_pfn;
	bool soft_dirty;
	bool uffd_wp;
	__u64 pfn;
};

struct context {
	struct genl *g;
	pid_t pid;
	struct tally *tally;
	struct leaf *leaves;
	size_t nr;
	size_t at;		/* first leaf that ends after the page */
	unsigned long covered;	/* pages of leaves met so far */
	int kpageflags;
	int kpagecount;
	__u64 lies;		/* bits of kpageflags that this kernel gets wrong */
	long ksm;		/* pages that are said to be merged */
};

static __printf(3, 4) void differ(struct context *c, unsigned long address,
				  const char *format, ...);

static void differ(struct context *c, unsigned long address,
		   const char *format, ...)
{
	va_list args;

	if (c->tally->differences++ >= MAX_TOLD)
		return;
	printf("# %d 0x%lx: ", c->pid, address);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(o, key, &value) || !value)
		return "";
	return json_object_get_string(value);
}

static unsigned long hex_of(struct json_object *o, const char *key)
{
	return strtoul(text_of(o, key), NULL, 16);
}

/* Is @name, with dashes or underscores, in the array o[key]? */
static bool array_holds(struct json_object *o, const char *key,
			const char *name)
{
	struct json_object *array;

	if (!json_object_object_get_ex(o, key, &array))
		return false;
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct json_object *item = json_object_array_get_idx(array, i);
		const char *a = json_object_get_string(item), *b = name;

		while (*a && (*a == *b || (*a == '_' && *b == '-')))
			a++, b++;
		if (!*a && !*b)
			return true;
	}
	return false;
}

static void read_leaf(struct json_object *o, struct leaf *leaf)
{
	struct json_object *pfn;

	memset(leaf, 0, sizeof(*leaf));
	leaf->start = hex_of(o, "start");
	leaf->end = hex_of(o, "end");
	leaf->page_size = strtoul(text_of(o, "page_size"), NULL, 10);
	snprintf(leaf->state, sizeof(leaf->state), "%s", text_of(o, "state"));
	leaf->soft_dirty = array_holds(o, "flags", "soft-dirty");
	leaf->uffd_wp = array_holds(o, "flags", "uffd-wp");
	leaf->has_pfn = json_object_object_get_ex(o, "pfn", &pfn) && pfn;
	if (leaf->has_pfn)
		leaf->pfn = json_object_get_uint64(pfn);
}

static struct json_object *ask_cli(const char *arguments)
{
	struct json_object *answer = NULL;
	char command[160];
	FILE *out;

	snprintf(command, sizeof(command), "vmlab -j %s", arguments);
	out = popen(command, "re");
	if (!out)
		return NULL;
	answer = json_object_from_fd(fileno(out));
	if (pclose(out)) {
		json_object_put(answer);
		return NULL;
	}
	return answer;
}

static bool read_leaves(struct context *c)
{
	struct json_object *answer, *ranges;
	char arguments[64];
	bool ok = true;

	snprintf(arguments, sizeof(arguments), "walk %d all --pages", c->pid);
	answer = ask_cli(arguments);
	if (!answer || !json_object_object_get_ex(answer, "ranges", &ranges)) {
		differ(c, 0, "'vmlab -j %s' failed", arguments);
		return false;
	}
	c->nr = json_object_array_length(ranges);
	c->leaves = calloc(c->nr + 1, sizeof(*c->leaves));
	for (size_t i = 0; i < c->nr; i++) {
		struct leaf *leaf = &c->leaves[i];

		read_leaf(json_object_array_get_idx(ranges, i), leaf);
		ok = leaf->end - leaf->start == leaf->page_size &&
		     (!i || leaf->start >= c->leaves[i - 1].end);
		if (!ok)
			differ(c, leaf->start, "leaf ends at 0x%lx, has %lu bytes",
			       leaf->end, leaf->page_size);
	}
	json_object_put(answer);
	return true;
}

static bool is(const struct leaf *leaf, const char *state)
{
	return !strcmp(leaf->state, state);
}

static __u64 number_at(int fd, __u64 pfn)
{
	__u64 value = 0;

	if (pread(fd, &value, sizeof(value), pfn * 8) != sizeof(value))
		return ~0ULL;
	return value;
}

static __u64 flags_at(const struct context *c, __u64 pfn)
{
	return number_at(c->kpageflags, pfn) & ~c->lies;
}

/*
 * From 6.10 on and until it was noticed, every anonymous page was merged by KSM
 * if one asked kpageflags; one of our own that is not shows it. What is merged
 * is then known from the count of merged pages alone.
 */
static __u64 find_lies(const struct context *c)
{
	char *p = map_small(2 * MIB);
	__u64 flags;

	touch(p, 1);
	flags = number_at(c->kpageflags, PM_PFN(pagemap_self(p)));
	munmap(p, 2 * MIB);
	return flags & KPF_KSM;
}

static __u32 kind_of(__u64 kpf, __u64 lies)
{
	if (kpf & VMLAB_PAGE_FLAG_ZERO_PAGE)
		return VMLAB_PAGE_KIND_ZERO;
	if (kpf & VMLAB_PAGE_FLAG_HUGE)
		return VMLAB_PAGE_KIND_HUGETLB;
	if (kpf & VMLAB_PAGE_FLAG_KSM)
		return VMLAB_PAGE_KIND_KSM;
	if (kpf & VMLAB_PAGE_FLAG_ANON)
		return lies ? ~0U : VMLAB_PAGE_KIND_ANON;
	if (kpf & VMLAB_PAGE_FLAG_SWAPBACKED)
		return VMLAB_PAGE_KIND_SHMEM;
	if (kpf & VMLAB_PAGE_FLAG_LRU)
		return VMLAB_PAGE_KIND_FILE;
	return ~0U;
}

/* The page flags, count and kind of one page, which may change meanwhile. */
static void compare_page(struct context *c, unsigned long address, __u64 pfn)
{
	__u64 before = 0, after = 0, count = 0, wrong = 1;
	struct walk w;
	__u32 kind;

	for (int i = 0; i < TRIES && wrong; i++) {
		before = flags_at(c, pfn);
		if (client_walk(c->g, c->pid, address, VMLAB_WITH_PAGE, &w)) {
			differ(c, address, "walk: %s", c->g->message);
			return;
		}
		count = number_at(c->kpagecount, pfn);
		after = flags_at(c, pfn);
		wrong = (w.page.flags ^ before) & (w.page.flags ^ after) &
			~c->lies;
	}
	c->tally->flags++;
	if (!w.page.there || w.pfn != pfn)
		differ(c, address, "walk: pfn %llx, not %llx", w.pfn, pfn);
	else if (wrong)
		differ(c, address, "page flags %llx, kpageflags %llx: %llx",
		       w.page.flags, after, wrong);
	else if (w.page.mapcount != count)
		differ(c, address, "mapcount %u, kpagecount %llu (flags %llx)",
		       w.page.mapcount, count, after);
	kind = kind_of(after, c->lies);
	c->ksm += w.page.kind == VMLAB_PAGE_KIND_KSM;
	if (w.page.there && kind != ~0U && w.page.kind != kind)
		differ(c, address, "kind %u, kpageflags %llx", w.page.kind,
		       after);
}

static const char * const kpf_names[] = {
	"locked", "error", "referenced", "uptodate", "dirty", "lru", "active",
	"slab", "writeback", "reclaim", "buddy", "mmap", "anon", "swapcache",
	"swapbacked", "compound-head", "compound-tail", "huge", "unevictable",
	"hwpoison", "nopage", "ksm", "thp", "offline", "zero-page", "idle",
	"pgtable",
};

/* The same by the command, one page at a time. */
static void compare_sample(struct context *c, unsigned long address, __u64 pfn)
{
	struct json_object *answer, *page = NULL;
	__u64 kpf = flags_at(c, pfn);
	char arguments[64];

	snprintf(arguments, sizeof(arguments), "walk %d 0x%lx", c->pid,
		 address + 3);
	answer = ask_cli(arguments);
	c->tally->samples++;
	if (!answer) {
		differ(c, address, "'vmlab -j %s' failed", arguments);
		return;
	}
	if (strtoull(text_of(answer, "pfn"), NULL, 10) != pfn ||
	    hex_of(answer, "physical") != pfn * PAGE_SIZE + 3)
		differ(c, address, "pfn %s, physical %s, pagemap 0x%llx",
		       text_of(answer, "pfn"), text_of(answer, "physical"),
		       pfn);
	json_object_object_get_ex(answer, "page", &page);
	for (size_t i = 0; page && i < 27; i++)
		if (array_holds(page, "flags", kpf_names[i]) != (kpf >> i & 1) &&
		    !(c->lies >> i & 1) && flags_at(c, pfn) == kpf)
			differ(c, address, "%s: %s, kpageflags %llx",
			       kpf_names[i], text_of(page, "flags"), kpf);
	if (!page)
		differ(c, address, "no page");
	json_object_put(answer);
}

/* A page that pagemap shows with a frame. */
static void compare_present(struct context *c, unsigned long address,
			    __u64 entry, const struct leaf *leaf)
{
	unsigned long offset = address - leaf->start;
	bool looked_at = leaf->page_size < GIB ||
			 offset / PAGE_SIZE % GIGA_STRIDE == 0;
	__u64 pfn = PM_PFN(entry), kpf = looked_at ? flags_at(c, pfn) : 0;
	bool zero = kpf & KPF_ZERO_PAGE;

	if (!is(leaf, "present") && !is(leaf, "zero") && !is(leaf, "prot-none"))
		differ(c, address, "%s, but present in pagemap", leaf->state);
	else if (zero != is(leaf, "zero"))
		differ(c, address, "%s, kpageflags %llx", leaf->state, kpf);
	if (!leaf->has_pfn || leaf->pfn + offset / PAGE_SIZE != pfn)
		differ(c, address, "pfn %llx + %lx, pagemap %llx", leaf->pfn,
		       offset / PAGE_SIZE, pfn);
	if (looked_at)
		compare_page(c, address, pfn);
	if (c->tally->samples < SAMPLES && c->tally->mapped % SAMPLE_STRIDE == 1)
		compare_sample(c, address, pfn);
}

/* A page that pagemap shows as an entry that is not present. */
static void compare_absent(struct context *c, unsigned long address,
			   __u64 entry, const struct leaf *leaf)
{
	struct walk w;

	if (is(leaf, "none") || is(leaf, "present") || is(leaf, "zero") ||
	    is(leaf, "prot-none"))
		differ(c, address, "%s, pagemap %llx", leaf->state, entry);
	if (client_walk(c->g, c->pid, address, 0, &w)) {
		differ(c, address, "walk: %s", c->g->message);
		return;
	}
	if (strcmp(state_name(w.state), leaf->state))
		differ(c, address, "walk says %s, range %s",
		       state_name(w.state), leaf->state);
	if (w.state == VMLAB_STATE_SWAP &&
	    (w.swap_type != PM_SWAP_TYPE(entry) ||
	     w.swap_offset != PM_SWAP_OFFSET(entry) ||
	     leaf->pfn != 0))
		differ(c, address, "slot %u:%llu, pagemap %llx", w.swap_type,
		       w.swap_offset, entry);
}

/* The two flags of the entry that pagemap shows; an area may set the first. */
static void compare_bits(struct context *c, unsigned long address, __u64 entry,
			 const struct leaf *leaf, bool area_dirty)
{
	bool dirty = entry & PM_SOFT_DIRTY, wp = entry & PM_UFFD_WP;

	if (dirty != (leaf->soft_dirty || area_dirty))
		differ(c, address, "soft-dirty %d, pagemap %llx",
		       leaf->soft_dirty, entry);
	if (wp != leaf->uffd_wp)
		differ(c, address, "uffd-wp %d, pagemap %llx", leaf->uffd_wp,
		       entry);
}

/* Of the flags of an area in smaps, those that matter here. */
struct area_flags {
	bool soft_dirty;
	bool hugetlb;
	bool pfnmap;	/* as of the vDSO's data: pagemap shows nothing of it */
};

static void compare_entry(struct context *c, unsigned long address,
			  __u64 entry, struct area_flags area)
{
	const struct leaf *leaf;

	while (c->at < c->nr && c->leaves[c->at].end <= address)
		c->at++;
	leaf = &c->leaves[c->at];
	c->tally->pages++;
	if (c->at == c->nr || leaf->start > address) {
		if (entry & (PM_PRESENT | PM_SWAP))
			differ(c, address, "missing, pagemap %llx", entry);
		return;
	}
	c->covered++;
	if (area.pfnmap)
		return;
	c->tally->mapped++;
	if (entry & PM_PRESENT)
		compare_present(c, address, entry, leaf);
	else if (entry & PM_SWAP)
		compare_absent(c, address, entry, leaf);
	else
		differ(c, address, "%s, pagemap %llx", leaf->state, entry);
	if (!area.hugetlb)
		compare_bits(c, address, entry, leaf, area.soft_dirty);
}

static void compare_area(struct context *c, unsigned long start,
			 unsigned long end, const char *vm_flags)
{
	const struct area_flags area = {
		.soft_dirty = strstr(vm_flags, " sd"),
		.hugetlb = strstr(vm_flags, " ht"),
		.pfnmap = strstr(vm_flags, " pf"),
	};
	static __u64 entries[CHUNK];

	while (start < end) {
		size_t count = (end - start) / PAGE_SIZE;

		if (count > CHUNK)
			count = CHUNK;
		if (!pagemap(c->pid, start, entries, count)) {
			differ(c, start, "pagemap cannot be read");
			return;
		}
		for (size_t i = 0; i < count; i++, start += PAGE_SIZE)
			compare_entry(c, start, entries[i], area);
	}
}

/* smaps names each area, and after that its flags. */
static void compare_areas(struct context *c)
{
	unsigned long start = 0, end = 0, a, b;
	char path[64], line[1024];
	FILE *smaps;

	snprintf(path, sizeof(path), "/proc/%d/smaps", c->pid);
	smaps = fopen(path, "re");
	if (!smaps) {
		differ(c, 0, "smaps cannot be read");
		return;
	}
	while (fgets(line, sizeof(line), smaps)) {
		if (sscanf(line, "%lx-%lx ", &a, &b) == 2) {
			start = a;
			end = b;
		} else if (!strncmp(line, "VmFlags:", 8) && (long)start >= 0) {
			compare_area(c, start, end, line);
		}
	}
	fclose(smaps);
}

void compare_process(struct genl *g, pid_t pid, struct tally *tally)
{
	struct context c = {
		.g = g,
		.pid = pid,
		.tally = tally,
		.kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC),
		.kpagecount = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC),
	};
	long merged = ksm_pages(pid);
	unsigned long pages = 0;

	if (!read_leaves(&c))
		return;
	c.lies = find_lies(&c);
	compare_areas(&c);
	if (merged >= 0 && c.ksm != merged)
		differ(&c, 0, "%ld pages of KSM, not %ld", c.ksm, merged);
	for (size_t i = 0; i < c.nr; i++)
		pages += (c.leaves[i].end - c.leaves[i].start) / PAGE_SIZE;
	if (pages != c.covered)
		differ(&c, 0, "%lu pages told, %lu of them in areas", pages,
		       c.covered);
	free(c.leaves);
	close(c.kpageflags);
	close(c.kpagecount);
}
