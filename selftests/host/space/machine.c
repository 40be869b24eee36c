// SPDX-License-Identifier: GPL-2.0
/*
 * The machine, and the invariants between what is real and what is shadow.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include <vmlab/backing.h>
#include <vmlab/rmap.h>

#include "machine.h"

#define FIRST_PFN	1024
#define WORDS		(VML_FRAME_SIZE / sizeof(u64))
#define BLOCK		BIT(VML_HUGE_ORDER)

struct machine machine;

__thread const struct vml_view *machine_view;

static u64 *memory;

/* Their pages lie on both sides of what an entry of the top table maps. */
const struct shape shapes[SHAPES] = {
	{ "4-level", 0, 1ULL << 47, (1ULL << 39) - 32 * 4096 },
	{ "3-level", 1ULL << 30, 1ULL << 36, (3ULL << 30) - 32 * 4096 },
	{ "2-level", 1ULL << 32, 1ULL << 32, (1ULL << 32) + (1 << 22) - 4096 },
	{ "1-level", 0x10000000, 1 << 22, 0x10000000 },
};

u64 *content(struct vml_frame *frame)
{
	return memory + (vml_frame_pfn(frame) - FIRST_PFN) * WORDS;
}

static void zero(struct vml_frame *frame, unsigned int order)
{
	memset(content(frame), 0, VML_FRAME_SIZE << order);
}

static void report(enum vml_bug bug, const struct vml_frame *frame,
		   unsigned int order)
{
	printf("# bug %d at %ld, order %u\n", bug, vml_frame_valid(frame) ?
	       (long)vml_frame_number(frame) : -1L, order);
	must(false);
}

static u32 reclaim(unsigned int order, u32 req)
{
	void (*free_some)(void) = machine.reclaim;

	(void)order;
	must(req & VML_REQ_RECLAIM && !standin_locks);
	if (!free_some)
		return 0;
	machine.reclaim = NULL;
	free_some();
	return 1;
}

static const struct vml_alloc_ops alloc_ops = {
	.reclaim = reclaim,
	.zero = zero,
	.report = report,
};

/* === The mirror === */

static unsigned int number_of(const struct vml_space *space)
{
	return space - machine.spaces;
}

static void insert_one(struct vml_space *space, u64 address, u64 entry)
{
	unsigned int s = number_of(space);
	struct vml_space_area *area = vml_area_find(space, address);
	unsigned int page = (address - machine.base[s]) / VML_FRAME_SIZE;
	struct real *real = &machine.real[s][page];
	struct real new = { .write = entry & VML_ENTRY_WRITE };

	must(area && area->start <= address && page < PAGES);
	new.frame = vml_frame_at(vml_entry_frame(entry));
	new.object = area->object;
	new.index = vml_area_index(area, address);
	must(is_allowed(s, page, &new));
	pthread_mutex_lock(&machine.lock);
	/* As Linux does, it puts no entry in place of another frame's. */
	must(!real->frame || real->frame == new.frame);
	*real = new;
	machine.inserts++;
	pthread_mutex_unlock(&machine.lock);
}

static int insert(struct vml_space *space, const struct vml_batch *batch,
		  void *arg)
{
	u32 i;

	must(!standin_locks && arg == &machine);
	must(batch->nr && batch->nr <= VML_BATCH);
	if (machine.fail_insert) {
		machine.fail_insert = false;
		return -EAGAIN;
	}
	for (i = 0; i < batch->nr; i++)
		if (batch->entries[i] & VML_ENTRY_PRESENT)
			insert_one(space, batch->address + i * VML_FRAME_SIZE,
				   batch->entries[i]);
	return 0;
}

/* Puts an entry for a whole block in, unless there are small ones. */
static bool insert_block(unsigned int s, unsigned int page, struct real new)
{
	struct real *real = &machine.real[s][page];
	/* Changes under threads that fault. */
	bool no_huge = __atomic_load_n(&machine.no_huge, __ATOMIC_RELAXED);
	unsigned int i;

	for (i = 0; i < BLOCK; i++)
		if (real[i].frame ? !real[i].huge : no_huge)
			return false;
	for (i = 0; i < BLOCK; i++, new.frame++, new.index++) {
		must(is_allowed(s, page + i, &new));
		must(!real[i].frame || real[i].frame == new.frame);
		real[i] = new;
	}
	machine.inserts++;
	machine.huge_inserts++;
	return true;
}

static int insert_huge(struct vml_space *space, u64 address, u64 entry,
		       void *arg)
{
	unsigned int s = number_of(space);
	struct vml_space_area *area = vml_area_find(space, address);
	u64 page = (address - machine.base[s]) / VML_FRAME_SIZE;
	struct real new = { .write = entry & VML_ENTRY_WRITE, .huge = true };
	bool done;

	must(!standin_locks && arg == &machine);
	must(entry & VML_ENTRY_HUGE && area && area->start <= address);
	must(!(address % (BLOCK * VML_FRAME_SIZE)));
	if (machine.fail_insert) {
		machine.fail_insert = false;
		return -EAGAIN;
	}
	if (page > PAGES || PAGES - page < BLOCK)
		return -EOPNOTSUPP;
	new.frame = vml_frame_at(vml_entry_frame(entry));
	new.object = area->object;
	new.index = vml_area_index(area, address);
	pthread_mutex_lock(&machine.lock);
	done = insert_block(s, page, new);
	pthread_mutex_unlock(&machine.lock);
	return done ? 0 : -EOPNOTSUPP;
}

/* As Linux does, one for a block goes as a whole. */
static void drop(unsigned int s, unsigned int page)
{
	struct real *real = &machine.real[s][page];
	struct vml_frame *head;

	if (!real->frame || !real->huge) {
		real->frame = NULL;
		return;
	}
	head = real->frame - vml_frame_number(real->frame) % BLOCK;
	real -= real->frame - head;
	for (page = 0; page < BLOCK; page++) {
		must(real[page].frame == head + page && real[page].huge);
		real[page].frame = NULL;
	}
}

static void zap(struct vml_object *object, u32 first, u32 nr)
{
	unsigned int s, page;

	must(!standin_locks);
	pthread_mutex_lock(&machine.lock);
	for (s = 0; s < SPACES; s++)
		for (page = 0; page < PAGES; page++) {
			struct real *real = &machine.real[s][page];

			if (real->frame && real->object == object &&
			    real->index - first < nr)
				drop(s, page);
		}
	machine.zaps++;
	pthread_mutex_unlock(&machine.lock);
}

static void copy(struct vml_frame *to, struct vml_frame *from)
{
	must(!standin_locks);
	memcpy(content(to), content(from), VML_FRAME_SIZE);
}

static char *bytes(struct vml_frame *frame, unsigned int offset,
		   unsigned int len)
{
	must(!standin_locks && offset + len <= VML_FRAME_SIZE);
	return (char *)content(frame) + offset;
}

/* Under the lock of the machine, as programs use the frames meanwhile. */
static void read_bytes(void *to, struct vml_frame *from, unsigned int offset,
		       unsigned int len)
{
	pthread_mutex_lock(&machine.lock);
	memcpy(to, bytes(from, offset, len), len);
	pthread_mutex_unlock(&machine.lock);
}

static void write_bytes(struct vml_frame *to, const void *from,
			unsigned int offset, unsigned int len)
{
	pthread_mutex_lock(&machine.lock);
	memcpy(bytes(to, offset, len), from, len);
	pthread_mutex_unlock(&machine.lock);
}

static int fetch(struct vml_object *object, u32 index, struct vml_frame *frame)
{
	void (*fetching)(void) = machine.fetching;
	int err = machine.fail_fetch;

	must(!standin_locks && object->backed);
	pthread_mutex_lock(&machine.lock);
	machine.fetches++;
	if (!err && index >= machine.nr_behind)
		err = -ERANGE;
	if (!err) {
		memset(content(frame), 0, VML_FRAME_SIZE);
		content(frame)[index % WORDS] = machine.behind[index];
	}
	pthread_mutex_unlock(&machine.lock);
	if (fetching) {
		machine.fetching = NULL;
		fetching();
	}
	/* Others may well have the index meanwhile. */
	sched_yield();
	if (machine.fail_fetch)
		machine.fail_fetch = 0;
	return err;
}

static u64 written[VML_BATCH * WORDS];

u32 machine_write_back(struct vml_object *object, u32 first, u32 last,
		       bool fail)
{
	u32 nr, i, all = 0;
	u64 at;

	for (at = first; at <= last; at = (u64)first + nr) {
		first = at;
		nr = vml_writeback_begin(object, &first, last, written);
		if (!nr)
			break;
		must(first + nr - 1 <= last);
		pthread_mutex_lock(&machine.lock);
		for (i = 0; i < nr && !fail; i++)
			machine.behind[first + i] =
				written[i * WORDS + (first + i) % WORDS];
		pthread_mutex_unlock(&machine.lock);
		vml_writeback_end(object, first, first + nr - 1, !fail);
		all += nr;
	}
	return all;
}

static void release(struct vml_object *object)
{
	must(!standin_locks && !atomic_read(&object->refs));
	__atomic_fetch_add(&machine.released, 1, __ATOMIC_RELAXED);
}

static const struct vml_space_ops space_ops = {
	.insert = insert,
	.insert_huge = insert_huge,
	.zap = zap,
	.copy = copy,
	.read = read_bytes,
	.write = write_bytes,
	.fetch = fetch,
	.release = release,
};

void machine_zap(unsigned int space, unsigned int page, unsigned int nr)
{
	pthread_mutex_lock(&machine.lock);
	while (nr--)
		drop(space, page + nr);
	pthread_mutex_unlock(&machine.lock);
}

/* One attempt of the processor; it leaves no time for the entry to go. */
static bool touch(unsigned int space, unsigned int page, bool write, u64 *word)
{
	struct real *real = &machine.real[space][page];
	bool done = false;

	pthread_mutex_lock(&machine.lock);
	if (real->frame && (real->write || !write)) {
		u64 *at = &content(real->frame)[real->index % WORDS];

		if (write)
			*at = *word;
		else
			*word = *at;
		done = true;
	}
	pthread_mutex_unlock(&machine.lock);
	return done;
}

static enum vml_fault_kind use(unsigned int space, unsigned int page,
			       bool write, u64 *word)
{
	enum vml_fault_kind kind = VML_FAULT_MINOR;

	while (kind < VML_FAULT_BAD_AREA && !touch(space, page, write, word)) {
		__atomic_fetch_add(&machine.faults, 1, __ATOMIC_RELAXED);
		pthread_rwlock_rdlock(&machine.mm[space]);
		kind = vml_fault(&machine.spaces[space],
				 address_of(space, page) + 4095,
				 write ? VML_AREA_WRITE : VML_AREA_READ,
				 machine_view, &machine);
		pthread_rwlock_unlock(&machine.mm[space]);
	}
	return kind;
}

enum vml_fault_kind machine_read(unsigned int space, unsigned int page,
				 u64 *word)
{
	return use(space, page, false, word);
}

enum vml_fault_kind machine_write(unsigned int space, unsigned int page,
				  u64 word)
{
	return use(space, page, true, &word);
}

/* === Invariants === */

bool is_allowed(unsigned int space, unsigned int page, const struct real *real)
{
	u64 address = address_of(space, page);
	u64 entry = vml_ptable_get(&machine.spaces[space].ptable, address,
				   NULL);

	return entry & VML_ENTRY_PRESENT &&
	       vml_entry_frame_at(entry, address) ==
	       vml_frame_number(real->frame) &&
	       real->huge == !!(entry & VML_ENTRY_HUGE) &&
	       (!real->write || entry & VML_ENTRY_WRITE);
}

void check_real(void)
{
	unsigned int s, page;

	for (s = 0; s < SPACES; s++)
		for (page = 0; page < PAGES; page++) {
			struct real *real = &machine.real[s][page];

			must(!real->frame || is_allowed(s, page, real));
		}
}

/*
 * By frame: addresses that it is mapped at, and by first frame of a block:
 * entries, to be compared with what it counts.
 */
static int *counted, *entries;

static void check_entry(struct vml_space_area *area, u64 address, u64 entry)
{
	struct vml_object *object = area->object;
	u32 index = vml_area_index(area, address);
	bool shared;
	u64 slot = vml_tree_get(&object->tree, index, &shared);

	struct vml_frame *frame = vml_frame_at(vml_entry_frame_at(entry,
								  address));

	must(entry & VML_ENTRY_PRESENT);
	must(area->flags & VML_AREA_RIGHTS);
	must(index < object->size);
	counted[vml_frame_number(frame)]++;
	if (entry & VML_ENTRY_ZERO) {
		must(!slot && !(entry & VML_ENTRY_WRITE));
		must(!object->backed);
		must(frame == vml_zero_frame);
		return;
	}
	must(vml_slot_frame(slot) == frame);
	must(slot & VML_SLOT_HUGE || !(entry & VML_ENTRY_HUGE));
	if (entry & VML_ENTRY_WRITE)
		must(area->flags & VML_AREA_WRITE && !shared &&
		     vml_slot_writable(slot));
}

static void check_area(struct vml_space_area *area)
{
	struct vml_space_area *next = vml_area_next(area), *over = NULL;
	u32 last = area->index + vml_area_nr(area) - 1;

	must(area->start < area->end);
	must(!(area->flags & VML_AREA_PRIVATE && area->flags & VML_AREA_WRITE));
	must(!next || next->start >= area->end);
	if (next && next->start == area->end && next->object == area->object &&
	    next->flags == area->flags)
		must(area->index + vml_area_nr(area) != next->index);
	spin_lock(&area->object->family->lock);
	do {
		over = vml_object_area(area->object, over, area->index, last);
	} while (over && over != area);
	must(over == area);
	spin_unlock(&area->object->family->lock);
}

static void check_space(struct vml_space *space)
{
	struct vml_ptable *pt = &space->ptable;
	struct vml_space_area *area;
	u64 address = pt->base, entry;
	unsigned int level;
	u32 areas = 0;

	down_read(&space->lock);
	for (area = vml_area_find(space, 0); area; area = vml_area_next(area)) {
		check_area(area);
		areas++;
	}
	must(areas == space->nr_areas);
	while ((entry = vml_ptable_next(pt, &address, U64_MAX, &level))) {
		u64 end = address + vml_ptable_size(pt, level);
		struct vml_frame *frame = vml_frame_at(vml_entry_frame(entry));

		entries[vml_frame_number(vml_frame_head(frame))]++;
		for (; address < end; address += VML_FRAME_SIZE) {
			area = vml_area_find(space, address);
			must(area && area->start <= address);
			check_entry(area, address, entry);
		}
	}
	up_read(&space->lock);
}

static bool count_one(struct vml_space *space, u64 address, u64 entry,
		      void *arg)
{
	must(number_of(space) < SPACES);
	must(!(address & (VML_FRAME_SIZE - 1)));
	must(entry & VML_ENTRY_PRESENT);
	++*(int *)arg;
	return true;
}

/* The reverse mapping finds each entry, from the frame. */
static void check_frame(struct vml_frame *frame)
{
	u32 number = vml_frame_number(frame), word = vml_frame_word(frame);
	u32 end = number + (1U << vml_word_order(word));

	must(atomic_read(&frame->maps) == entries[number]);
	if (!(word & VML_FRAME_CONTENT))
		return;
	for (; number < end; number++) {
		int found = 0;

		vml_rmap_walk(vml_frame_at(number), count_one, &found);
		must(found == counted[number]);
	}
}

void check_all(void)
{
	unsigned int s;
	u32 i;

	check_real();
	memset(counted, 0, vml_frames.nr * sizeof(*counted));
	memset(entries, 0, vml_frames.nr * sizeof(*entries));
	for (s = 0; s < SPACES; s++)
		check_space(&machine.spaces[s]);
	for (i = 0; i < vml_frames.nr; i++)
		if (vml_word_state(vml_frame_word(vml_frame_at(i))) == VML_USED)
			check_frame(vml_frame_at(i));
}

u32 frames_of_spaces(void)
{
	struct vml_ptable_cost cost;
	unsigned int s;
	u64 bytes = 0;

	for (s = 0; s < SPACES; s++) {
		vml_ptable_cost(&machine.spaces[s].ptable, &cost);
		bytes += cost.bytes < VML_FRAME_SIZE ? VML_FRAME_SIZE :
						       cost.bytes;
	}
	return bytes / VML_FRAME_SIZE;
}

bool machine_is_full(void)
{
	struct vml_stock tables = VML_STOCK(0);
	struct vml_stock ptables = VML_STOCK(machine.spaces[0].ptable.order);
	struct vml_frame *frame = vml_alloc(0, VML_REQ_USER);
	bool full = !frame || vml_stock_fill(&ptables, VML_LEVELS - 1) ||
		    vml_stock_fill(&tables, 2 * VML_TREE_HEIGHT);

	if (frame)
		vml_put(frame);
	vml_stock_empty(&ptables);
	vml_stock_empty(&tables);
	return full;
}

/* === Start and end === */

unsigned int machine_nodes = 1;

static void start_pool(u32 frames)
{
	struct vml_extent extents[2] = {
		{ .pfn = FIRST_PFN, .nr = frames / 2, .zone = VML_NORMAL },
		{ .pfn = FIRST_PFN + frames / 2, .nr = frames - frames / 2,
		  .zone = VML_HIGHMEM },
	};

	if (machine_nodes > 1) {
		extents[1].zone = VML_NORMAL;
		extents[1].node = 1;
	}
	memory = aligned_alloc(VML_FRAME_SIZE, frames * VML_FRAME_SIZE);
	must(memory);
	memset(memory, 0xa5, frames * VML_FRAME_SIZE);
	extents[0].virt = memory;
	extents[1].virt = memory + frames / 2 * WORDS;
	pool_start(extents, 2, 4, 4, 0);
	vml_alloc_set_ops(&alloc_ops);
	counted = calloc(vml_frames.nr, sizeof(*counted));
	entries = calloc(vml_frames.nr, sizeof(*entries));
	must(counted && entries);
}

void machine_start(const struct shape *shape, u32 frames)
{
	struct vml_geometry geometry;
	unsigned int s;

	start_pool(frames);
	memset(&machine, 0, sizeof(machine));
	machine.frames = frames;
	pthread_mutex_init(&machine.lock, NULL);
	must(!vml_space_start(&space_ops));
	must(!vml_geometry_find(&geometry, shape->name, shape->span));
	for (s = 0; s < SPACES; s++) {
		must(!vml_space_init(&machine.spaces[s], &geometry,
				     shape->base, shape->span));
		machine.base[s] = shape->pages;
		pthread_rwlock_init(&machine.mm[s], NULL);
	}
}

void machine_end(void)
{
	unsigned int s;

	for (s = 0; s < SPACES; s++) {
		machine_zap(s, 0, PAGES);
		vml_space_fini(&machine.spaces[s]);
	}
	must(!atomic_read(&vml_zero_frame->maps));
	vml_space_stop();
	pool_end();
	free(counted);
	free(entries);
	free(memory);
}
