// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Contiguous by address only
 *
 * A mapping over frames that lie anywhere, as Linux's vmalloc(): each is
 * allocated alone, so that a pool without a single large block still serves a
 * large request. The page-table entries are Linux's, made by vmap(), which
 * wants the descriptors that Linux has of the pages.
 */
#include <vmlab/alloc.h>
#include <vmlab/vmalloc.h>

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

/* Somebody asked for it, and is told so if it was too much. */
#define GFP_ASKED	(GFP_KERNEL_ACCOUNT | __GFP_NOWARN)

static void free_frames(struct vml_vmap *map)
{
	while (map->nr) {
		struct vml_frame *frame = map->frames[--map->nr];

		atomic_andnot(VML_FRAME_VMALLOC, &frame->word);
		WRITE_ONCE(frame->owner, NULL);
		vml_free(frame, 0);
		cond_resched();
	}
}

static int alloc_frames(struct vml_vmap *map, u32 nr, u32 req)
{
	u64 pfn, expected = 0;

	for (; map->nr < nr; map->nr++) {
		struct vml_frame *frame = vml_alloc(0, req);

		if (!frame)
			return -ENOMEM;
		WRITE_ONCE(frame->owner, map);
		frame->index = map->nr;
		/* Who sees the flag sees the owner. */
		atomic_fetch_or_release(VML_FRAME_VMALLOC, &frame->word);
		map->frames[map->nr] = frame;

		pfn = vml_frame_pfn(frame);
		if (!map->nr || pfn != expected)
			map->runs++;
		expected = pfn + 1;
		cond_resched();
	}
	return 0;
}

static int map_frames(struct vml_vmap *map)
{
	struct page **pages;
	int err = 0;
	u32 i;

	pages = kvcalloc(map->nr, sizeof(*pages), GFP_ASKED);
	if (!pages)
		return -ENOMEM;
	for (i = 0; i < map->nr; i++) {
		u64 pfn = vml_frame_pfn(map->frames[i]);

		if (!pfn_valid(pfn)) {
			err = -EOPNOTSUPP;
			goto free_pages;
		}
		pages[i] = pfn_to_page(pfn);
	}
	map->address = vmap(pages, map->nr, VM_MAP, PAGE_KERNEL);
	if (!map->address)
		err = -ENOMEM;
free_pages:
	kvfree(pages);
	return err;
}

/**
 * vml_vmalloc() - allocate frames and map them one after the other
 * @size: in bytes; rounded up to whole frames
 * @req: what the frames are for, VML_REQ_*
 *
 * Context: may sleep.
 * Return: the mapping; or an error pointer: -EINVAL for a size of 0, -ENOMEM,
 * or -EOPNOTSUPP for memory that Linux has no descriptors of.
 */
struct vml_vmap *vml_vmalloc(size_t size, u32 req)
{
	size_t nr = size / VML_FRAME_SIZE + !!(size % VML_FRAME_SIZE);
	struct vml_vmap *map;
	int err = -ENOMEM;

	if (!nr)
		return ERR_PTR(-EINVAL);
	if (nr > vml_frames.nr)
		return ERR_PTR(-ENOMEM);
	map = kzalloc_obj(*map, GFP_ASKED);
	if (!map)
		return ERR_PTR(-ENOMEM);
	map->frames = kvcalloc(nr, sizeof(*map->frames), GFP_ASKED);
	if (!map->frames)
		goto free_map;
	err = alloc_frames(map, nr, req);
	if (err)
		goto free_frames;
	err = map_frames(map);
	if (err)
		goto free_frames;
	return map;

free_frames:
	free_frames(map);
	kvfree(map->frames);
free_map:
	kfree(map);
	return ERR_PTR(err);
}

/**
 * vml_vfree() - unmap and free what vml_vmalloc() returned
 * @map: the mapping
 *
 * Context: may sleep.
 */
void vml_vfree(struct vml_vmap *map)
{
	vunmap(map->address);
	free_frames(map);
	kvfree(map->frames);
	kfree(map);
}
