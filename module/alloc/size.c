// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Objects by size
 *
 * Who has no cache of his own asks for bytes, and gets an object of the generic
 * cache of the next power of two: size-8, size-16 … size-8192, the names of the
 * first slab allocator of Linux. Each has a twin whose slabs are from the DMA
 * zone, size-8-dma and so on.
 */
#include <vmlab/cache.h>

#include <linux/cache.h>
#include <linux/err.h>
#include <linux/log2.h>

#define SIZES	11

struct size_names {
	const char *normal;
	const char *dma;
};

static const struct size_names names[SIZES] = {
	{ "size-8", "size-8-dma" },
	{ "size-16", "size-16-dma" },
	{ "size-32", "size-32-dma" },
	{ "size-64", "size-64-dma" },
	{ "size-128", "size-128-dma" },
	{ "size-256", "size-256-dma" },
	{ "size-512", "size-512-dma" },
	{ "size-1024", "size-1024-dma" },
	{ "size-2048", "size-2048-dma" },
	{ "size-4096", "size-4096-dma" },
	{ "size-8192", "size-8192-dma" },
};

/* By whether it is for DMA, and by size. */
static struct vml_cache *caches[2][SIZES] __read_mostly;

/**
 * vml_sizes_init() - create the generic caches
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; then some are there, and nobody has asked for them yet.
 */
int vml_sizes_init(void)
{
	unsigned int dma, i;

	for (dma = 0; dma < 2; dma++) {
		for (i = 0; i < SIZES; i++) {
			struct vml_cache_config config = {
				.name = dma ? names[i].dma : names[i].normal,
				.size = 8U << i,
				.flags = dma ? VML_CACHE_DMA : 0,
			};
			struct vml_cache *cache = vml_cache_add(&config, true);

			if (IS_ERR(cache))
				return PTR_ERR(cache);
			caches[dma][i] = cache;
		}
	}
	return 0;
}

/**
 * vml_sizes_fini() - forget the generic caches, which somebody else ends
 *
 * Context: nobody asks for them any more.
 */
void vml_sizes_fini(void)
{
	unsigned int i;

	for (i = 0; i < SIZES; i++) {
		caches[0][i] = NULL;
		caches[1][i] = NULL;
	}
}

/**
 * vml_kmalloc() - allocate bytes
 * @size: how many, up to 8192
 * @req: VML_REQ_*; memory is from the DMA zone if that is the highest that will
 *	do
 *
 * Context: as vml_cache_alloc().
 * Return: NULL if there is no memory, or for no bytes or too many.
 */
void *vml_kmalloc(size_t size, u32 req)
{
	struct vml_cache *cache;
	unsigned int i;

	if (unlikely(!size || size > VML_OBJECT_MAX))
		return NULL;
	i = size > 8 ? ilog2(size - 1) - 2 : 0;
	cache = caches[vml_req_zone(req) == VML_DMA][i];
	return cache ? vml_cache_alloc(cache, req) : NULL;
}

/**
 * vml_ksize() - bytes that may be used of an object
 * @object: any pointer
 *
 * Context: any.
 * Return: 0 if it is in no slab.
 */
size_t vml_ksize(const void *object)
{
	struct vml_cache *cache;
	u32 offset;
	struct vml_frame *frame = vml_slab_find(object, &offset);

	if (!frame)
		return 0;
	cache = READ_ONCE(frame->owner);
	if (!cache)
		return 0;
	return vml_slab_number(cache, frame, offset) == VML_NONE ? 0 :
								   cache->size;
}
