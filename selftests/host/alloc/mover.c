// SPDX-License-Identifier: GPL-2.0
/*
 * The handles, whose blocks compaction moves.
 */
#include <errno.h>
#include <string.h>

#include "mover.h"

struct mover mover;

static void fill(struct vml_frame *frame, unsigned int order, u32 mark)
{
	u32 i, number = vml_frame_number(frame);

	for (i = 0; i < 1U << order; i++) {
		must(!mover.content[number + i]);
		mover.content[number + i] = (u64)mark << 32 | i;
	}
}

static void wipe(struct vml_frame *frame, unsigned int order, u32 mark)
{
	u32 i, number = vml_frame_number(frame);

	for (i = 0; i < 1U << order; i++) {
		must(mover.content[number + i] == ((u64)mark << 32 | i));
		mover.content[number + i] = 0;
	}
}

static void hold(struct handle *handle, struct vml_frame *frame)
{
	handle->frame = frame;
	frame->owner = handle;
	frame->index = handle - mover.handles;
	if (handle->movable)
		vml_frame_set_movable(frame);
}

/* Moves the content of a block whose handle is locked. */
static int move(struct handle *handle, struct vml_frame *from,
		struct vml_frame *to, unsigned int order)
{
	u32 word = vml_frame_word(to);

	if (handle->frame != from)
		return -EAGAIN;
	must(handle->movable && handle->order == order);
	must(atomic_read(&to->refs) == 1 && !to->owner && !to->index);
	must(vml_word_state(word) == VML_USED && vml_word_order(word) == order);
	must(vml_word_type(word) == vml_word_type(vml_frame_word(from)));
	must(!(word & VML_WORD_FLAGS) && to > from);
	must(!(vml_frame_pfn(to) & ((1U << order) - 1)));
	must(vml_frame_zone(to) == vml_frame_zone(from));
	if (handle->refuses) {
		__atomic_fetch_add(&mover.refused, 1, __ATOMIC_RELAXED);
		return -EAGAIN;
	}
	wipe(from, order, handle->mark);
	fill(to, order, handle->mark);
	hold(handle, to);
	vml_put(from);
	__atomic_fetch_add(&mover.moved, 1U << order, __ATOMIC_RELAXED);
	return 0;
}

static int migrate(struct vml_frame *from, struct vml_frame *to,
		   unsigned int order)
{
	struct handle *handle = from->owner;
	int err;

	must(!standin_locks);
	must(atomic_read(&from->refs) >= 1);
	must(handle == &mover.handles[from->index]);
	if (mover.during)
		mover.during(handle);
	pthread_mutex_lock(&handle->lock);
	err = move(handle, from, to, order);
	pthread_mutex_unlock(&handle->lock);
	return err;
}

static u32 reclaim(unsigned int order, u32 req)
{
	(void)order;
	must(req & VML_REQ_RECLAIM);
	__atomic_fetch_add(&heard.reclaims, 1, __ATOMIC_RELAXED);
	return 0;
}

static void report(enum vml_bug bug, const struct vml_frame *frame,
		   unsigned int order)
{
	__atomic_fetch_add(&heard.bugs[bug], 1, __ATOMIC_RELAXED);
	if (!heard.expected)
		printf("# bug %d at %ld, order %u\n", bug,
		       vml_frame_valid(frame) ?
		       (long)vml_frame_number(frame) : -1L, order);
}

static const struct vml_alloc_ops ops = {
	.migrate = migrate,
	.report = report,
};

static const struct vml_alloc_ops reclaiming = {
	.migrate = migrate,
	.reclaim = reclaim,
	.report = report,
};

void mover_start(const struct vml_extent *extents, unsigned int nr,
		 unsigned int cpus, unsigned int block_order)
{
	unsigned int i;

	pool_start(extents, nr, cpus, block_order, VML_NONE);
	must(vml_frames.nr <= MOVER_FRAMES);
	memset(&mover, 0, sizeof(mover));
	for (i = 0; i < MOVER_HANDLES; i++)
		pthread_mutex_init(&mover.handles[i].lock, NULL);
	vml_alloc_set_ops(&ops);
}

void mover_reclaim(bool on)
{
	vml_alloc_set_ops(on ? &reclaiming : &ops);
}

void mover_end(void)
{
	unsigned int i;

	for (i = 0; i < MOVER_HANDLES; i++)
		mover_give(i);
	for (i = 0; i < vml_frames.nr; i++)
		must(!mover.content[i]);
	pool_end();
}

bool mover_take(u32 i, unsigned int order, u32 req, bool movable)
{
	static u32 last_mark;
	struct handle *handle = &mover.handles[i];
	struct vml_frame *frame = vml_alloc(order, req);

	if (!frame)
		return false;
	pthread_mutex_lock(&handle->lock);
	must(!handle->frame);
	handle->order = order;
	handle->mark = __atomic_add_fetch(&last_mark, 1, __ATOMIC_RELAXED);
	handle->movable = movable;
	handle->refuses = false;
	fill(frame, order, handle->mark);
	hold(handle, frame);
	pthread_mutex_unlock(&handle->lock);
	return true;
}

void mover_give(u32 i)
{
	struct handle *handle = &mover.handles[i];
	struct vml_frame *frame;

	pthread_mutex_lock(&handle->lock);
	frame = handle->frame;
	handle->frame = NULL;
	if (frame) {
		wipe(frame, handle->order, handle->mark);
		vml_put(frame);
	}
	pthread_mutex_unlock(&handle->lock);
}

static void check_handle(const struct handle *handle)
{
	u32 i, number = vml_frame_number(handle->frame);
	u32 word = vml_frame_word(handle->frame);

	must(vml_word_state(word) == VML_USED);
	must(vml_word_order(word) == handle->order);
	must(!(word & VML_FRAME_MOVABLE) == !handle->movable);
	must(handle->frame->owner == handle);
	for (i = 0; i < 1U << handle->order; i++)
		must(mover.content[number + i] ==
		     ((u64)handle->mark << 32 | i));
}

/* Counters agree that so many blocks, with so many frames, are in use. */
static void check_counts(u32 blocks, u32 frames)
{
	struct vml_zone *zone;

	for (zone = vml_zone_next(NULL); zone; zone = vml_zone_next(zone)) {
		u64 stat[VML_ZONE_STATS];

		vml_pcp_stats(zone, stat);
		blocks -= stat[VML_STAT_ALLOC] - stat[VML_STAT_FREE];
		frames -= zone->managed;
	}
	must(!blocks);
	must(!(frames + pool_free()));
}

void mover_check(void)
{
	u32 i, blocks = 0, frames = 0;

	must(!vml_alloc_check(true));
	for (i = 0; i < MOVER_HANDLES; i++) {
		if (!mover.handles[i].frame)
			continue;
		check_handle(&mover.handles[i]);
		blocks++;
		frames += 1U << mover.handles[i].order;
	}
	check_counts(blocks, frames);
}
