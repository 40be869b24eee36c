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
 * granule of its own, so that a small table tells the run of a number.
 *
 * Blocks never reach over the edge of an extent. Each extent begins and ends
 * a block, so two buddies of different extents meet at the first frame of the
 * upper one, and a bit in its word keeps them apart.
 */
#include <vmlab/frame.h>

#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/slab.h>

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

		for (j = 0; j < e->nr; j++)
			atomic_set(&frame[j].word, word);
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
	join_extents(extents, nr);
	err = -E2BIG;
	if (vml_frames.nr_runs > U16_MAX)
		goto fini;
	number_runs();

	err = -ENOMEM;
	vml_frames.run_of = kvcalloc(DIV_ROUND_UP(vml_frames.nr, VML_GRANULE),
				     sizeof(*vml_frames.run_of), GFP_KERNEL);
	vml_frames.base = kvcalloc(vml_frames.nr, sizeof(*vml_frames.base),
				   GFP_KERNEL);
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
	vml_frames = (struct vml_frames) { };
}

static const struct vml_run *run_of(u32 number)
{
	return &vml_frames.runs[vml_frames.run_of[number / VML_GRANULE]];
}

/**
 * vml_frame_pfn() - the physical number of a frame
 * @frame: not a hole
 *
 * Context: any.
 */
u64 vml_frame_pfn(const struct vml_frame *frame)
{
	u32 number = vml_frame_number(frame);
	const struct vml_run *run = run_of(number);

	return run->pfn + (number - run->first);
}

/**
 * vml_pfn_frame() - the frame with a physical number
 * @pfn: any number
 *
 * A binary search over the runs.
 *
 * Context: any.
 * Return: NULL if it is not in the pool.
 */
struct vml_frame *vml_pfn_frame(u64 pfn)
{
	u32 low = 0, high = vml_frames.nr_runs;

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		const struct vml_run *run = &vml_frames.runs[middle];

		if (pfn < run->pfn)
			high = middle;
		else if (pfn - run->pfn >= run->nr)
			low = middle + 1;
		else
			return vml_frame_at(run->first + (pfn - run->pfn));
	}
	return NULL;
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
	const struct vml_run *run = run_of(number);

	if (!run->virt ||
	    vml_word_zone(vml_frame_word(frame)) % VML_ZONE_TYPES == VML_HIGHMEM)
		return NULL;
	return run->virt + (number - run->first) * VML_FRAME_SIZE;
}

/**
 * vml_address_frame() - the frame that the kernel sees at an address
 * @address: any pointer; not followed
 *
 * A binary search over the runs.
 *
 * Context: any.
 * Return: NULL if it is not in the pool.
 */
struct vml_frame *vml_address_frame(const void *address)
{
	u32 low = 0, high = vml_frames.nr_runs;

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		const struct vml_run *run = &vml_frames.runs[middle];
		uintptr_t offset = (uintptr_t)address - (uintptr_t)run->virt;

		if (!run->virt || address < run->virt)
			high = middle;
		else if (offset >> VML_FRAME_SHIFT >= run->nr)
			low = middle + 1;
		else
			return vml_frame_at(run->first +
					    (offset >> VML_FRAME_SHIFT));
	}
	return NULL;
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
