// SPDX-License-Identifier: GPL-2.0
/*
 * A pool whose frames have memory, for the tests of object caches.
 */
#include <pthread.h>
#include <string.h>

#include <linux/err.h>

#include "slab.h"

#define DMA_FRAMES	64

struct slab_heard slab_heard;
unsigned char *slab_memory;
size_t slab_bytes;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct vml_alloc_ops ops;

static void report(const struct vml_slab_bug *bug)
{
	must(bug->error < VML_SLAB_ERRORS);
	pthread_mutex_lock(&mutex);
	slab_heard.nr[bug->error]++;
	if (bug->error == VML_SLAB_STATE && !slab_heard.expected)
		printf("# %s: frame %d, object %d\n", bug->cache,
		       (int)bug->frame, (int)bug->number);
	slab_heard.last = *bug;
	snprintf(slab_heard.name, sizeof(slab_heard.name), "%s", bug->cache);
	pthread_mutex_unlock(&mutex);
}

static u32 who(void)
{
	return slab_heard.who;
}

void slab_start(u32 frames, unsigned int cpus, u32 min_free)
{
	struct vml_extent extents[2] = {
		{ .pfn = 1024, .nr = DMA_FRAMES, .zone = VML_DMA },
		{ .pfn = 1024 + DMA_FRAMES, .nr = frames, .zone = VML_NORMAL },
	};

	slab_bytes = (size_t)(DMA_FRAMES + frames) * VML_FRAME_SIZE;
	slab_memory = aligned_alloc(VML_FRAME_SIZE, slab_bytes);
	must(slab_memory);
	extents[0].virt = slab_memory;
	extents[1].virt = slab_memory + DMA_FRAMES * VML_FRAME_SIZE;
	memset(&slab_heard, 0, sizeof(slab_heard));
	pool_start(extents, 2, cpus, 0, min_free);
	ops = *vml_alloc_get_ops();
	ops.who = who;
	ops.slab_report = report;
	vml_alloc_set_ops(&ops);
	must(!vml_slab_init(cpus));
}

u32 slab_abandon(void)
{
	u32 leaked;

	must(!standin_locks);
	leaked = vml_slab_fini();
	pool_end();
	free(slab_memory);
	slab_memory = NULL;
	return leaked;
}

void slab_end(void)
{
	must(!vml_slab_check(EVERYTHING));
	must(!slab_abandon());
}

struct vml_cache *slab_cache(const char *name, u32 size, u32 flags)
{
	struct vml_cache_config config = {
		.name = name, .size = size, .flags = flags
	};
	struct vml_cache *cache = vml_cache_create(&config);

	must(!IS_ERR(cache));
	return cache;
}

struct vml_cache_info slab_info(struct vml_cache *cache)
{
	struct vml_cache_info info;

	vml_cache_look(cache, &info);
	return info;
}

unsigned int slab_reports(void)
{
	unsigned int i, nr = 0;

	for (i = 0; i < VML_SLAB_ERRORS; i++)
		nr += slab_heard.nr[i];
	return nr;
}
