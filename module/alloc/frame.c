// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: The numbers of frames
 *
 * All descriptors stand in one array, so that a number and a descriptor lead
 * to each other by one subtraction or one multiplication. The frames of the
 * pool come in several extents, and a block of order n must be aligned in
 * physical memory too, or no huge page could map it. Therefore a number and
 * the physical number are congruent modulo twice the largest block that fits
 * in a run of extents: were it the largest block itself, two of them that are
 * no buddies in memory could be buddies by number. Numbers in between are
 * holes, less than twice as many as the run has frames. Each run begins in a
 * granule of its own, so that a small table tells the run of a number. After
 * the last number come as many holes as it takes to give every block a buddy.
 *
 * Blocks never reach over the edge of an extent. Each extent begins and ends
 * a block, so two buddies of different extents meet at the first frame of the
 * upper one, and a bit in its word keeps them apart.
 */
#include <vmlab/frame.h>

#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

/* Frames to describe between two chances for others to run. */
#define FRAMES_AT_ONCE	BIT(16)

struct vml_frames vml_frames __read_mostly;

static int check_extents(const struct vml_extent *extents, unsigned int nr)
{
	u64 total = 0, end = 0;
	uintptr_t end_virt = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct vml_extent *e = &extents[i];

		if (!e->nr || e->node >= VML_NODES ||
		    e->zone >= VML_ZONE_TYPES || e->pfn < end ||
		    e->pfn + e->nr < e->pfn ||
		    !e->virt != !extents[0].virt ||
		    (uintptr_t)e->virt % VML_FRAME_SIZE ||
		    (uintptr_t)e->virt < end_virt)
			return -EINVAL;
		end = e->pfn + e->nr;
		if (e->virt)
			end_virt = (uintptr_t)e->virt + e->nr * VML_FRAME_SIZE;
		total += e->nr;
	}
	if (!total)
		return -EINVAL;
	return total > VML_FRAMES_MAX ? -E2BIG : 0;
}

/* The smallest order of which no aligned block lies in a run. */
static unsigned int excess_order(const struct vml_run *run)
{
	unsigned int order = 1;

	while (order < VML_ORDER_MAX &&
	       round_up(run->pfn, BIT(order)) + BIT(order) <=
	       run->pfn + run->nr)
		order++;
	return order;
}

/* Without a gap in physical nor in virtual memory. */
static bool continues(const struct vml_run *run, const struct vml_extent *e)
{
	return run->pfn + run->nr == e->pfn &&
	       (!e->virt || run->virt + run->nr * VML_FRAME_SIZE == e->virt);
}

static void join_extents(const struct vml_extent *extents, unsigned int nr)
{
	struct vml_run *run = NULL;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct vml_extent *e = &extents[i];

		if (run && continues(run, e)) {
			run->nr += e->nr;
			continue;
		}
		run = &vml_frames.runs[vml_frames.nr_runs++];
		*run = (struct vml_run) {
			.pfn = e->pfn, .virt = e->virt, .nr = e->nr
		};
	}
}

static void number_runs(void)
{
	u32 next = 0;
	u32 i;

	for (i = 0; i < vml_frames.nr_runs; i++) {
		struct vml_run *run = &vml_frames.runs[i];

		next = round_up(next, VML_GRANULE);
		run->first = next + ((u32)(run->pfn - next) &
				     (BIT(excess_order(run)) - 1));
		next = run->first + run->nr;
	}
	vml_frames.nr = next;
	vml_frames.block = min(roundup_pow_of_two(next), BIT(VML_ORDER_MAX));
}

static void fill_run_of(void)
{
	u32 i, granule;

	for (i = 0; i < vml_frames.nr_runs; i++) {
		const struct vml_run *run = &vml_frames.runs[i];

		for (granule = run->first / VML_GRANULE;
		     granule <= (run->first + run->nr - 1) / VML_GRANULE;
		     granule++)
			vml_frames.run_of[granule] = i;
	}
}

/* Where a run begins, in physical memory or in the kernel's; in frames. */
static __always_inline u64 start(const struct vml_run *run, bool virt)
{
	return virt ? (uintptr_t)run->virt >> VML_FRAME_SHIFT : run->pfn;
}

/* Up to twice as many slots as there are runs. */
static int init_slots(struct vml_slots *slots, bool virt)
{
	const struct vml_run *runs = vml_frames.runs;
	u32 last = vml_frames.nr_runs - 1, run = 0, slot;
	u64 span;

	slots->first = start(&runs[0], virt);
	span = start(&runs[last], virt) + runs[last].nr - slots->first;
	while (span >> slots->shift > 2 * vml_frames.nr_runs)
		slots->shift++;
	slots->nr = (span >> slots->shift) + 1;
	slots->run = kvcalloc(slots->nr + 1, sizeof(*slots->run), GFP_KERNEL);
	if (!slots->run)
		return -ENOMEM;
	for (slot = 0; slot <= slots->nr; slot++) {
		u64 begin = slots->first + ((u64)slot << slots->shift);

		while (run < last && start(&runs[run + 1], virt) <= begin)
			run++;
		slots->run[slot] = run;
	}
	return 0;
}

/* kvcalloc() has a limit, and the descriptors of some 256 GiB are beyond it. */
static void *alloc_base(void)
{
	size_t nr = round_up((size_t)vml_frames.nr, vml_frames.block);
	size_t size = sizeof(*vml_frames.base);

	return nr > INT_MAX / size ? vcalloc(nr, size) :
				     kvcalloc(nr, size, GFP_KERNEL);
}

/* Every frame waits to be freed into its zone. */
static void init_words(const struct vml_extent *extents, unsigned int nr)
{
	unsigned int i;
	u32 j;

	for (i = 0; i < nr; i++) {
		const struct vml_extent *e = &extents[i];
		struct vml_frame *frame = vml_pfn_frame(e->pfn);
		u32 zone = e->node * VML_ZONE_TYPES + e->zone;
		u32 word = vml_word_make(zone << VML_WORD_ZONE_SHIFT,
					 VML_INSIDE, 0, 0);

		for (j = 0; j < e->nr; j++) {
			atomic_set(&frame[j].word, word);
			if (j % FRAMES_AT_ONCE == 0)
				cond_resched();
		}
		atomic_set(&frame->word, word | VML_WORD_EDGE);
	}
}

/**
 * vml_frames_init() - number the frames of the pool and describe them
 * @extents: by rising physical number, not overlapping
 * @nr: how many there are
 *
 * All frames are %VML_INSIDE until somebody frees them.
 *
 * Context: may sleep; once before all else.
 * Return: 0, -EINVAL for extents that make no sense, -E2BIG for too many, or
 * -ENOMEM.
 */
int vml_frames_init(const struct vml_extent *extents, unsigned int nr)
{
	int err = check_extents(extents, nr);

	if (err)
		return err;
	vml_frames.runs = kvcalloc(nr, sizeof(*vml_frames.runs), GFP_KERNEL);
	if (!vml_frames.runs)
		return -ENOMEM;
	vml_frames.room = nr;
	join_extents(extents, nr);
	err = -E2BIG;
	if (vml_frames.nr_runs > U16_MAX)
		goto fini;
	number_runs();
	err = init_slots(&vml_frames.by_pfn, false);
	if (!err && extents[0].virt)
		err = init_slots(&vml_frames.by_virt, true);
	if (err)
		goto fini;

	err = -ENOMEM;
	vml_frames.run_of = kvcalloc(DIV_ROUND_UP(vml_frames.nr, VML_GRANULE),
				     sizeof(*vml_frames.run_of), GFP_KERNEL);
	vml_frames.base = alloc_base();
	if (!vml_frames.run_of || !vml_frames.base)
		goto fini;
	fill_run_of();
	init_words(extents, nr);
	return 0;

fini:
	vml_frames_fini();
	return err;
}

/**
 * vml_frames_fini() - forget all descriptors
 *
 * Context: may sleep; nothing uses a frame any more.
 */
void vml_frames_fini(void)
{
	kvfree(vml_frames.base);
	kvfree(vml_frames.run_of);
	kvfree(vml_frames.runs);
	kvfree(vml_frames.by_pfn.run);
	kvfree(vml_frames.by_virt.run);
	vml_frames = (struct vml_frames) { };
}

static u64 slot_bytes(const struct vml_slots *slots)
{
	return slots->run ? (slots->nr + 1) * sizeof(*slots->run) : 0;
}

/**
 * vml_frames_bytes() - what the descriptors and the ways to them take
 *
 * Context: any.
 * Return: bytes, what is there for want of better use included.
 */
u64 vml_frames_bytes(void)
{
	u64 frames = round_up((u64)vml_frames.nr, vml_frames.block);

	return sizeof(vml_frames) + frames * sizeof(*vml_frames.base) +
	       vml_frames.room * sizeof(*vml_frames.runs) +
	       DIV_ROUND_UP(vml_frames.nr, VML_GRANULE) *
	       sizeof(*vml_frames.run_of) +
	       slot_bytes(&vml_frames.by_pfn) + slot_bytes(&vml_frames.by_virt);
}

/*
 * The run that a place in memory is in, or NULL: there are as many slots as
 * runs or more, so that few runs begin in one.
 */
static __always_inline const struct vml_run *
find(const struct vml_slots *slots, u64 at, bool virt)
{
	u64 slot = (at - slots->first) >> slots->shift;
	const struct vml_run *run;
	u32 low, high;

	if (at < slots->first || slot >= slots->nr)
		return NULL;
	low = slots->run[slot];
	high = slots->run[slot + 1];
	while (low < high) {
		u32 middle = high - (high - low) / 2;

		if (start(&vml_frames.runs[middle], virt) <= at)
			low = middle;
		else
			high = middle - 1;
	}
	run = &vml_frames.runs[low];
	return at - start(run, virt) < run->nr ? run : NULL;
}

/**
 * vml_pfn_frame() - the frame with a physical number
 * @pfn: any number
 *
 * Context: any.
 * Return: NULL if it is not in the pool.
 */
struct vml_frame *vml_pfn_frame(u64 pfn)
{
	const struct vml_run *run = find(&vml_frames.by_pfn, pfn, false);

	return run ? vml_frame_at(run->first + (pfn - run->pfn)) : NULL;
}

/**
 * vml_frame_address() - where the kernel sees a frame
 * @frame: not a hole
 *
 * Context: any.
 * Return: NULL for one in HIGHMEM, which must be mapped to be touched, and in a
 * pool without addresses.
 */
void *vml_frame_address(const struct vml_frame *frame)
{
	u32 number = vml_frame_number(frame);
	const struct vml_run *run = vml_number_run(number);

	if (!run->virt ||
	    vml_word_zone(vml_frame_word(frame)) % VML_ZONE_TYPES == VML_HIGHMEM)
		return NULL;
	return run->virt + (number - run->first) * VML_FRAME_SIZE;
}

/**
 * vml_address_run() - the run of the frame that the kernel sees at an address
 * @address: any pointer; not followed
 *
 * Context: any.
 * Return: NULL if it is not in the pool.
 */
const struct vml_run *vml_address_run(const void *address)
{
	return find(&vml_frames.by_virt,
		    (uintptr_t)address >> VML_FRAME_SHIFT, true);
}

/**
 * vml_address_frame() - the frame that the kernel sees at an address
 * @address: any pointer; not followed
 *
 * Context: any.
 * Return: NULL if it is not in the pool.
 */
struct vml_frame *vml_address_frame(const void *address)
{
	const struct vml_run *run = vml_address_run(address);

	return run ? vml_frame_at(vml_run_number(run, address)) : NULL;
}

/**
 * vml_frame_head() - the first frame of the block that a frame is in
 * @frame: of a block that stays what it is meanwhile; not a hole
 *
 * Blocks are aligned to their size, and all their frames but the first are
 * inside: the nearest aligned frame that is not inside is the first.
 *
 * Context: any.
 */
struct vml_frame *vml_frame_head(struct vml_frame *frame)
{
	u32 number = vml_frame_number(frame);
	unsigned int order;

	for (order = 0; order < VML_ORDER_MAX; order++) {
		u32 first = number & ~(u32)(BIT(order) - 1);

		frame = vml_frame_at(first);
		if (vml_word_state(vml_frame_word(frame)) != VML_INSIDE)
			return frame;
	}
	return vml_frame_at(number & ~(u32)(BIT(VML_ORDER_MAX) - 1));
}
