// SPDX-License-Identifier: GPL-2.0
/* vmlab touch: map pages, touch them, and say what happened */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vmlab_ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <linux/vmlab_ioctl.h>

#include "arguments.h"
#include "pool_show.h"
#include "teach.h"

#define DEVICE		"/dev/vmlab"
#define PAGE_BYTES	4096UL

/* Up to so many touches, each is shown. */
#define SHOWN		64

/**
 * struct touching - pages and what happened to them
 * @base: where they are mapped
 * @pages: how many
 * @nr: how many touches
 * @order: by touch, the page
 * @faulted: by touch, the faults that Linux counted meanwhile
 * @before: the space before the first touch
 * @after: and after the last
 */
struct touching {
	unsigned char *base;
	__u32 pages;
	__u32 nr;
	__u32 *order;
	__u32 *faulted;
	struct vmlab_space before;
	struct vmlab_space after;
};

/* === Which pages, in which order === */

/* G. Marsaglia, Xorshift RNGs, 2003. */
static __u32 next_random(__u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void shuffle(__u32 *order, __u32 nr, __u32 seed)
{
	__u32 state = seed ? seed : 1;

	while (nr > 1) {
		__u32 other = next_random(&state) % nr--;
		__u32 page = order[nr];

		order[nr] = order[other];
		order[other] = page;
	}
}

/* "0,3,1": these and no others. */
static bool read_list(struct touching *t, const char *list)
{
	char *copy = strdup(list), *next = copy, *word;
	bool good = copy;
	__u64 page;

	t->nr = 0;
	while (good && (word = strsep(&next, ","))) {
		good = parse_number(word, 10, &page) && page < t->pages;
		if (good)
			t->order[t->nr++] = page;
		else
			print_error("\"%s\" is no page; give some from 0 to %u, as 3,1,2.",
				    word, t->pages - 1);
	}
	free(copy);
	return good;
}

static bool plan(struct touching *t, const struct options *o)
{
	__u32 room = o->name ? strlen(o->name) + 1 : o->number, i;

	t->pages = o->number;
	t->nr = t->pages;
	t->order = calloc(room, sizeof(*t->order));
	t->faulted = calloc(room, sizeof(*t->faulted));
	if (!t->order || !t->faulted) {
		print_error("out of memory.");
		return false;
	}
	/* So that the faults of these lists are not among those counted. */
	memset(t->faulted, 0xff, room * sizeof(*t->faulted));
	if (o->name)
		return read_list(t, o->name);
	for (i = 0; i < t->nr; i++)
		t->order[i] = o->pattern == PATTERN_BACKWARD ? t->nr - 1 - i : i;
	if (o->pattern == PATTERN_RANDOM)
		shuffle(t->order, t->nr, o->seed);
	return true;
}

/* === On which nodes === */

/* "0,1", or "all" of those that the pool has. */
static bool read_nodes(struct vmlab *v, char *list, __u64 *nodes)
{
	struct vmlab_pool pool;
	char *word;
	__u64 node;

	*nodes = 0;
	if (!strcmp(list, "all")) {
		if (vmlab_pool(v, &pool))
			return false;
		*nodes = (1ULL << pool.nodes) - 1;
		return true;
	}
	while ((word = strsep(&list, ","))) {
		if (!parse_number(word, 10, &node) || node > 63)
			return false;
		*nodes |= 1ULL << node;
	}
	return true;
}

/* "MODE", or "MODE:NODES". */
static bool read_policy(struct vmlab *v, const char *text,
			struct vmlab_policy *policy)
{
	char *copy = strdup(text), *nodes = copy, *mode;
	const char *bad;
	__u64 mask = 0;
	bool good = false;

	if (copy) {
		mode = strsep(&nodes, ":");
		good = !names_mask(&policy_names, mode, &mask, &bad) &&
		       mask && !(mask & (mask - 1)) &&
		       (!nodes || read_nodes(v, nodes, &policy->nodes));
	}
	if (good)
		policy->mode = __builtin_ctzll(mask);
	else
		print_error("\"%s\" is no policy; give local, or a mode with nodes, as bind:0,1.",
			    text);
	free(copy);
	return good;
}

static bool set_policy(struct vmlab *v, int fd, const struct touching *t,
		       const struct options *o)
{
	struct vmlab_policy policy = { .size = t->pages * PAGE_BYTES };

	if (!(o->given & OPT_POLICY))
		return true;
	if (!read_policy(v, o->policy, &policy))
		return false;
	if (!ioctl(fd, VMLAB_IOC_SET_POLICY, &policy))
		return true;
	print_error("the policy \"%s\" is refused: %s.", o->policy,
		    errno == EINVAL ?
		    "the pool has no such node, or the mode takes another number of them" :
		    strerror(errno));
	return false;
}

/* === Touching === */

static int open_memory(const struct options *o)
{
	__u32 flags = VMLAB_MEMORY_HUGE;
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0 || !(o->given & OPT_HUGE) ||
	    !ioctl(fd, VMLAB_IOC_SET_FLAGS, &flags))
		return fd;
	close(fd);
	return -1;
}

/* A file is not to be changed by somebody who looks how it is read. */
static bool is_written(const struct options *o)
{
	return o->access == TOUCH_WRITE &&
	       (!o->file || o->given & OPT_ACCESS);
}

static bool has_pages(int fd, const struct options *o, __u32 pages)
{
	struct vmlab_memory memory;
	__u64 there;

	if (ioctl(fd, VMLAB_IOC_GET, &memory)) {
		print_error("cannot ask %s: %s.", DEVICE, strerror(errno));
		return false;
	}
	there = (memory.size + PAGE_BYTES - 1) / PAGE_BYTES;
	if (pages > there)
		print_error("%s has only %llu pages.", o->file, there);
	return pages <= there;
}

/* Puts the file behind the memory. */
static bool attach(int fd, const struct options *o, __u32 pages)
{
	struct vmlab_attach file = { .flags = VMLAB_ATTACH_READ };
	bool good;

	if (is_written(o) && !(o->given & OPT_PRIVATE)) {
		print_error("a file is only read here; with --private, copies of it are written.");
		return false;
	}
	file.fd = open(o->file, O_RDONLY | O_CLOEXEC);
	good = file.fd >= 0 && !ioctl(fd, VMLAB_IOC_ATTACH, &file);
	if (!good)
		print_error("cannot use %s: %s.", o->file, strerror(errno));
	if (file.fd >= 0)
		close(file.fd);
	return good && has_pages(fd, o, pages);
}

static bool map_pages(struct vmlab *v, struct touching *t,
		      const struct options *o)
{
	int fd = open_memory(o);
	int prot = o->file && !is_written(o) ? PROT_READ :
					       PROT_READ | PROT_WRITE;
	void *base;

	if (fd < 0) {
		print_error("cannot open %s: %s.", DEVICE, strerror(errno));
		return false;
	}
	if ((o->file && !attach(fd, o, t->pages)) ||
	    !set_policy(v, fd, t, o)) {
		close(fd);
		return false;
	}
	base = mmap(NULL, t->pages * PAGE_BYTES, prot,
		    o->given & OPT_PRIVATE ? MAP_PRIVATE : MAP_SHARED, fd, 0);
	if (base == MAP_FAILED) {
		print_error("cannot map %u pages of %s: %s.", t->pages, DEVICE,
			    strerror(errno));
		close(fd);
		return false;
	}
	close(fd);
	t->base = base;
	return true;
}

static long faults_now(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

static void touch_all(struct touching *t, bool write)
{
	long before = faults_now();
	__u32 i;

	for (i = 0; i < t->nr; i++) {
		unsigned char *page = t->base + t->order[i] * PAGE_BYTES;
		long now;

		/* What the compiler must not leave out. */
		if (write)
			__atomic_store_n(page, 1, __ATOMIC_RELAXED);
		else
			__atomic_load_n(page, __ATOMIC_RELAXED);
		now = faults_now();
		t->faulted[i] = now - before;
		before = now;
	}
}

static int take_space(const struct vmlab_space *space, void *data)
{
	*(struct vmlab_space *)data = *space;
	return 0;
}

/* === What happened === */

static __u64 linux_faults(const struct touching *t)
{
	__u64 sum = 0;
	__u32 i;

	for (i = 0; i < t->nr; i++)
		sum += t->faulted[i];
	return sum;
}

static __u64 grown(const struct touching *t, __u32 i)
{
	return t->after.counter[i].value - t->before.counter[i].value;
}

static void touch_json(const struct touching *t)
{
	struct json_object *o = js_object(), *counters = js_object();
	__u32 i;

	js_number(o, "pid", getpid());
	js_hex(o, "address", (unsigned long)t->base);
	js_number(o, "pages", t->pages);
	js_numbers(o, "touched", t->order, t->nr);
	js_numbers(o, "faulted", t->faulted, t->nr);
	js_number(o, "linux_faults", linux_faults(t));
	for (i = 0; i < t->after.nr_counters; i++)
		js_number(counters, t->after.counter[i].name, grown(t, i));
	js_set(o, "counters", counters);
	js_number(o, "resident_before", t->before.resident);
	js_number(o, "resident_after", t->after.resident);
	js_number(o, "table_bytes_before", t->before.table_bytes);
	js_number(o, "table_bytes_after", t->after.table_bytes);
	js_print(o);
}

static void touches_text(const struct touching *t)
{
	__u32 i;

	if (t->nr > SHOWN)
		return;
	say(COLOR_NAME, "\n  touched, and * where it took a fault:\n ");
	for (i = 0; i < t->nr; i++) {
		printf(" %6u%c", t->order[i], t->faulted[i] ? '*' : ' ');
		if (i % 8 == 7 && i + 1 < t->nr)
			printf("\n ");
	}
	putchar('\n');
}

static void touch_text(const struct touching *t)
{
	__u32 i;

	say(COLOR_TITLE, "%u touches of %u pages at 0x%lx by process %d\n",
	    t->nr, t->pages, (unsigned long)t->base, getpid());
	printf("  Linux counted %llu faults, vmlab:\n", linux_faults(t));
	for (i = 0; i < t->after.nr_counters; i++) {
		if (grown(t, i))
			printf("  %-12s %8llu  %s\n", t->after.counter[i].name,
			       grown(t, i),
			       teach_counter(t->after.counter[i].name));
	}
	printf("  resident: %llu frames before, %llu after\n",
	       t->before.resident, t->after.resident);
	printf("  page tables: %s before", bytes_text(t->before.table_bytes));
	printf(", %s after\n", bytes_text(t->after.table_bytes));
	touches_text(t);
}

static void hold(void)
{
	char buffer[256];

	fflush(stdout);
	while (read(STDIN_FILENO, buffer, sizeof(buffer)) > 0)
		;
}

static int run(struct vmlab *v, struct touching *t, const struct options *o)
{
	int err;

	if (!plan(t, o))
		return STATUS_USAGE;
	if (!map_pages(v, t, o))
		return STATUS_REFUSED;
	err = vmlab_spaces(v, 0, take_space, &t->before);
	if (err)
		return refused(v, err);
	touch_all(t, is_written(o));
	err = vmlab_spaces(v, 0, take_space, &t->after);
	if (err)
		return refused(v, err);
	if (print_json())
		touch_json(t);
	else
		touch_text(t);
	if (o->given & OPT_HOLD)
		hold();
	return STATUS_GOOD;
}

int cmd_touch(struct vmlab *v, const struct options *o)
{
	struct touching t = { 0 };
	int status = run(v, &t, o);

	free(t.order);
	free(t.faulted);
	return status;
}
