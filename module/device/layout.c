// SPDX-License-Identifier: GPL-2.0
/*
 * DOC: How the pool is divided
 *
 * In nodes, and each node in zones, by rising physical number: DMA lowest, then
 * NORMAL, then HIGHMEM, as machines have them. Old devices reach only the
 * lowest memory of all, so DMA is on node 0 alone, as in Linux; what is left of
 * node 0, and the other nodes, are divided as NORMAL is to HIGHMEM.
 *
 * Zones are asked for in bytes but kept in proportion: where there is less than
 * was asked for, all of them shrink.
 */
#include "reserve.h"

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

static const char *const zone_names[VML_ZONE_TYPES] = {
	[VML_DMA] = "dma",
	[VML_NORMAL] = "normal",
	[VML_HIGHMEM] = "highmem",
};

static const u32 default_weights[VML_ZONE_TYPES] = {
	[VML_DMA] = 1,
	[VML_NORMAL] = 12,
	[VML_HIGHMEM] = 3,
};

/**
 * vml_size_parse() - read a size or an address as people write it
 * @name: of the parameter, for the message
 * @text: a number, decimal, or hexadecimal with 0x; then perhaps K, M, G or T
 * @bytes: set if it can be read
 *
 * memparse() takes what it can read, overflows in silence, and reads 010 as 8.
 *
 * Return: 0, or -EINVAL with a message in the kernel's log.
 */
int vml_size_parse(const char *name, const char *text, u64 *bytes)
{
	static const char units[] = "kmgt";
	unsigned int shift = 0, base;
	const char *unit;
	char digits[24];
	ssize_t len;
	u64 value;

	len = strscpy(digits, text, sizeof(digits));
	if (len <= 0)
		goto refuse;
	unit = strchr(units, tolower(digits[len - 1]));
	if (unit) {
		shift = 10 * (unit - units + 1);
		digits[len - 1] = '\0';
	}
	base = digits[0] == '0' && tolower(digits[1]) == 'x' ? 16 : 10;
	if (!isdigit(digits[0]) || kstrtou64(digits, base, &value) ||
	    value << shift >> shift != value)
		goto refuse;
	*bytes = value << shift;
	return 0;

refuse:
	pr_err("%s=%s: not a number of bytes, with K, M, G or T if wanted\n",
	       name, text);
	return -EINVAL;
}

/* One of "dma:4M". */
static int parse_zone(struct vml_layout *layout, char *part)
{
	char *size = strchr(part, ':');
	u64 bytes;
	int zone, err;

	if (!size) {
		pr_err("zones=: '%s' is not like normal:48M\n", part);
		return -EINVAL;
	}
	*size++ = '\0';
	zone = match_string(zone_names, VML_ZONE_TYPES, part);
	if (zone < 0) {
		pr_err("zones=: '%s' is none of dma, normal and highmem\n",
		       part);
		return -EINVAL;
	}
	if (layout->weights[zone]) {
		pr_err("zones=: %s is there twice\n", part);
		return -EINVAL;
	}
	err = vml_size_parse("zones", size, &bytes);
	if (err)
		return err;
	bytes >>= VML_FRAME_SHIFT;
	if (!bytes || bytes > VML_FRAMES_MAX) {
		pr_err("zones=: %s of %s is not between 4K and 4T\n", part,
		       size);
		return -EINVAL;
	}
	layout->weights[zone] = bytes;
	return 0;
}

static u64 sum(const struct vml_layout *layout)
{
	u64 frames = 0;
	unsigned int zone;

	for (zone = 0; zone < VML_ZONE_TYPES; zone++)
		frames += layout->weights[zone];
	return frames;
}

/**
 * vml_layout_parse() - read the sizes of zones as the user wrote them
 * @layout: its weights are set
 * @zones: "NAME:SIZE,..."; NULL for the default proportions
 * @frames: what the zones add up to, 0 for the default
 *
 * Context: may sleep.
 * Return: 0; or with a message in the kernel's log -EINVAL or -ENOMEM.
 */
int vml_layout_parse(struct vml_layout *layout, const char *zones, u32 *frames)
{
	char *copy, *rest, *part;
	int err = 0;

	*frames = 0;
	if (!zones) {
		memcpy(layout->weights, default_weights,
		       sizeof(default_weights));
		return 0;
	}
	memset(layout->weights, 0, sizeof(layout->weights));
	copy = kstrdup(zones, GFP_KERNEL);
	if (!copy) {
		pr_err("zones=: no memory to read it\n");
		return -ENOMEM;
	}
	rest = copy;
	while (!err && (part = strsep(&rest, ",")))
		err = parse_zone(layout, part);
	kfree(copy);
	if (err)
		return err;
	if (sum(layout) > VML_FRAMES_MAX) {
		pr_err("zones=%s: more than 4T in all\n", zones);
		return -EINVAL;
	}
	*frames = sum(layout);
	return 0;
}

/**
 * vml_layout_fits() - whether the DMA zone fits in one of several nodes
 * @layout: with its weights
 * @nodes: how many nodes, of the same size
 */
bool vml_layout_fits(const struct vml_layout *layout, unsigned int nodes)
{
	return (u64)layout->weights[VML_DMA] * nodes <= sum(layout);
}

/* Frames of each node, where the pieces do not tell. */
static void size_nodes(const struct vml_layout *layout, u32 total, u32 *sizes)
{
	unsigned int node;

	for (node = 0; node < layout->nodes; node++)
		sizes[node] = total / layout->nodes +
			      (node < total % layout->nodes);
}

static u32 size_dma(const struct vml_layout *layout, u32 total, u32 node_size)
{
	u32 weight = layout->weights[VML_DMA];

	if (!weight)
		return 0;
	return min(max_t(u32, 1, div64_u64((u64)total * weight, sum(layout))),
		   node_size);
}

static void set_quotas(const struct vml_layout *layout, u32 total,
		       const u32 *sizes, u32 (*quotas)[VML_ZONE_TYPES])
{
	u32 normal = layout->weights[VML_NORMAL];
	u32 high = layout->weights[VML_HIGHMEM];
	unsigned int node;

	for (node = 0; node < layout->nodes; node++) {
		u32 *quota = quotas[node];
		u32 left = sizes[node];

		quota[VML_DMA] = node ? 0 : size_dma(layout, total, left);
		left -= quota[VML_DMA];
		if (normal + high)
			quota[VML_NORMAL] =
				DIV_ROUND_UP_ULL((u64)left * normal,
						 normal + high);
		else
			quota[VML_DMA] += left;
		quota[VML_HIGHMEM] = normal + high ?
			left - quota[VML_NORMAL] : 0;
	}
}

/* The first place that still wants frames. */
static bool find_place(struct vml_extent *piece, const struct vml_layout *layout,
		       u32 (*quotas)[VML_ZONE_TYPES])
{
	unsigned int node = layout->real ? piece->node : 0;
	unsigned int end = layout->real ? node + 1 : layout->nodes;
	unsigned int zone;

	for (; node < end; node++)
		for (zone = 0; zone < VML_ZONE_TYPES; zone++)
			if (quotas[node][zone]) {
				piece->node = node;
				piece->zone = zone;
				return true;
			}
	return false;
}

/**
 * vml_layout_cut() - cut memory at the borders of nodes and zones
 * @layout: whose nodes vml_layout_fits() found good
 * @pieces: the memory by rising physical number; of their node, if that is real
 * @nr: how many pieces
 * @extents: has room for @nr + VML_ZONES
 *
 * Return: how many extents there are.
 */
unsigned int vml_layout_cut(const struct vml_layout *layout,
			    const struct vml_extent *pieces, unsigned int nr,
			    struct vml_extent *extents)
{
	u32 quotas[VML_NODES][VML_ZONE_TYPES] = { };
	u32 sizes[VML_NODES] = { };
	struct vml_extent *next = extents;
	unsigned int i;
	u32 total = 0;

	for (i = 0; i < nr; i++) {
		total += pieces[i].nr;
		if (layout->real)
			sizes[pieces[i].node] += pieces[i].nr;
	}
	if (!layout->real)
		size_nodes(layout, total, sizes);
	set_quotas(layout, total, sizes, quotas);

	for (i = 0; i < nr; i++) {
		struct vml_extent left = pieces[i];

		while (left.nr && find_place(&left, layout, quotas)) {
			u32 *quota = &quotas[left.node][left.zone];

			*next = left;
			next->nr = min(left.nr, *quota);
			*quota -= next->nr;
			left.nr -= next->nr;
			left.pfn += next->nr;
			left.virt += next->nr * VML_FRAME_SIZE;
			next++;
		}
	}
	return next - extents;
}
