// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: Memory set aside at boot
 *
 * By memmap=SIZE$ADDRESS: then Linux takes it for reserved by the firmware and
 * maps it nowhere; only memremap() reaches it. Or by reserve_mem=SIZE:ALIGN:NAME:
 * then it is mapped like all memory, but Linux does not use it.
 *
 * An address may be mistaken. So the memory there is taken only where all of it
 * is reserved, none is RAM that Linux knows of, and no driver has claimed it.
 */
#include "reserve.h"

#include <vmlab/pool.h>

#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/slab.h>

/* Pages to look at between two chances for others to run. */
#define PAGES_AT_ONCE	4096

static struct {
	const char *name;
	phys_addr_t start;
	resource_size_t size;
	bool in_direct_map;
	void *mapped;
} aside;

/**
 * vml_aside_address() - want memory at an address, set aside by memmap=
 * @where: the address as the user wrote it
 * @asked: how many frames
 *
 * Return: 0, or -EINVAL with a message in the kernel's log.
 */
int vml_aside_address(const char *where, u32 asked)
{
	u64 start;
	int err;

	err = vml_size_parse("pool_phys", where, &start);
	if (err)
		return err;
	aside.name = where;
	aside.start = start;
	aside.size = (resource_size_t)asked << VML_FRAME_SHIFT;
	aside.in_direct_map = false;
	if (PAGE_ALIGNED(start) && start + aside.size > start)
		return 0;
	pr_err("pool_phys=%s: not the address of a page\n", where);
	return -EINVAL;
}

/**
 * vml_aside_name() - want memory with a name, set aside by reserve_mem=
 * @name: the name
 * @asked: how many frames; if 0, set to all that there are
 *
 * Return: 0; or with a message in the kernel's log -ENXIO for a name that is
 * not known, or -EINVAL if there are fewer frames.
 */
int vml_aside_name(const char *name, u32 *asked)
{
	phys_addr_t start, size;
	unsigned long end;
	u64 frames;

	if (!reserve_mem_find_by_name(name, &start, &size)) {
		pr_err("pool_phys=%s: nothing was set aside under this name by reserve_mem=\n",
		       name);
		return -ENXIO;
	}
	aside.name = name;
	aside.start = PAGE_ALIGN(start);
	aside.in_direct_map = true;
	end = PHYS_PFN(start + size);
	/* It may be less than a page, and touch none whole. */
	frames = end - min(end, PHYS_PFN(aside.start));
	if (!*asked)
		*asked = min_t(u64, frames, VML_FRAMES_MAX);
	aside.size = (resource_size_t)*asked << VML_FRAME_SHIFT;
	if (*asked >= VML_POOL_MIN && *asked <= frames)
		return 0;
	pr_err("pool_phys=%s: of %u frames at least, %llu were set aside\n",
	       name, max(*asked, VML_POOL_MIN), frames);
	return -EINVAL;
}

static int add_size(struct resource *res, void *size)
{
	*(resource_size_t *)size += resource_size(res);
	return 0;
}

/* Whether all of it is reserved, and not just some. */
static bool is_reserved(void)
{
	resource_size_t size = 0;

	walk_iomem_res_desc(IORES_DESC_RESERVED, IORESOURCE_MEM, aside.start,
			    aside.start + aside.size - 1, &size, add_size);
	return size == aside.size &&
	       region_intersects(aside.start, aside.size,
				 IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	       REGION_DISJOINT;
}

/* Where Linux has descriptors of such memory, they say that it is not in use. */
static bool pages_are_reserved(void)
{
	unsigned long pfn = PHYS_PFN(aside.start);
	unsigned long end = pfn + PHYS_PFN(aside.size);

	for (; pfn < end; pfn++) {
		if (!pfn_valid(pfn) ? aside.in_direct_map :
				      !PageReserved(pfn_to_page(pfn)))
			return false;
		if (pfn % PAGES_AT_ONCE == 0)
			cond_resched();
	}
	return true;
}

static int map_reserved(void)
{
	if (!is_reserved() || !pages_are_reserved()) {
		pr_err("pool_phys=%s: not all of the %llu KiB there are reserved; was Linux booted with memmap=?\n",
		       aside.name, (u64)aside.size / 1024);
		return -EINVAL;
	}
	if (!request_mem_region(aside.start, aside.size, "vmlab")) {
		pr_err("pool_phys=%s: somebody else has claimed it\n",
		       aside.name);
		return -EBUSY;
	}
	aside.mapped = memremap(aside.start, aside.size, MEMREMAP_WB);
	if (aside.mapped)
		return 0;
	pr_err("pool_phys=%s: cannot be mapped\n", aside.name);
	release_mem_region(aside.start, aside.size);
	return -ENOMEM;
}

/**
 * vml_aside_take() - take the memory that was wanted
 * @piece: set to it; to be freed with kvfree()
 *
 * Context: may sleep.
 * Return: 0; or with a message in the kernel's log -EINVAL if it is not set
 * aside, -EBUSY if it is in use, or -ENOMEM.
 */
int vml_aside_take(struct vml_extent **piece)
{
	int err = 0;

	if (!aside.in_direct_map) {
		err = map_reserved();
	} else if (!pages_are_reserved()) {
		pr_err("pool_phys=%s: Linux has taken it back\n", aside.name);
		err = -EBUSY;
	}
	if (err)
		return err;
	*piece = kvcalloc(1, sizeof(**piece), GFP_KERNEL);
	if (!*piece) {
		pr_err("pool_phys=%s: no memory to describe it\n", aside.name);
		vml_aside_give_back();
		return -ENOMEM;
	}
	(*piece)->pfn = PHYS_PFN(aside.start);
	(*piece)->nr = PHYS_PFN(aside.size);
	(*piece)->virt = aside.in_direct_map ? phys_to_virt(aside.start) :
					       aside.mapped;
	return 0;
}

/**
 * vml_aside_give_back() - leave that memory as it was
 *
 * Context: may sleep; nothing uses it any more.
 */
void vml_aside_give_back(void)
{
	if (!aside.mapped)
		return;
	memunmap(aside.mapped);
	aside.mapped = NULL;
	release_mem_region(aside.start, aside.size);
}

/**
 * vml_aside_map() - where the kernel sees memory that memmap= set aside
 * @pfn: of a frame of the pool
 *
 * Context: any.
 */
void *vml_aside_map(u64 pfn)
{
	return aside.mapped + ((pfn << VML_FRAME_SHIFT) - aside.start);
}
