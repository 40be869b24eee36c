// SPDX-License-Identifier: GPL-2.0
/*
 * The naive model of the allocator.
 */
#include <errno.h>
#include <string.h>

#include "model.h"

void model_start(struct model *m, const struct vml_extent *extents,
		 unsigned int nr)
{
	unsigned int i;
	u32 j;

	memset(m, 0, sizeof(*m));
	for (i = 0; i < nr; i++) {
		m->total += extents[i].nr;
		must(extents[i].pfn + extents[i].nr <= MODEL_PFNS);
		for (j = 0; j < extents[i].nr; j++)
			m->zone_of[extents[i].pfn + j] = 1 + extents[i].zone +
				extents[i].node * VML_ZONE_TYPES;
	}
}

/* A new block is aligned, in one zone that was asked for, and nobody's. */
static void take_pfns(struct model *m, const struct held *held, u32 req)
{
	u64 pfn = vml_frame_pfn(held->frame);
	unsigned char zone = m->zone_of[pfn];
	u32 i, nr = 1U << held->order;

	must(zone);
	must((zone - 1U) % VML_ZONE_TYPES <= vml_req_zone(req));
	if (req & VML_REQ_THISNODE)
		must((zone - 1U) / VML_ZONE_TYPES ==
		     ((req & VML_REQ_NODE) >> VML_REQ_NODE_SHIFT) - 1);
	must(vml_req_allows(req, vml_frame_zone(held->frame)));
	must(!(pfn & (nr - 1)));
	for (i = 0; i < nr; i++) {
		must(m->zone_of[pfn + i] == zone);
		must(!m->taken[pfn + i]);
		must(vml_frame_pfn(held->frame + i) == pfn + i);
		m->taken[pfn + i] = 1;
	}
	m->frames += nr;
}

static void step_alloc(struct model *m, u32 random)
{
	static const unsigned char orders[16] = {
		0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 8, 10
	};
	struct held *held = &m->blocks[m->nr];
	u32 req = VML_REQ(random >> 8 & 3, random >> 10 & 3);

	if (m->nr == MODEL_BLOCKS)
		return;
	if (random >> 12 & 1)
		req |= VML_REQ_RECLAIMER;
	if (random >> 13 & 1)
		req |= VML_REQ_ON(random >> 14 & 1);
	if (random >> 15 & 1 && req & VML_REQ_NODE)
		req |= VML_REQ_THISNODE;
	if (!(random >> 20 & 3))
		req |= VML_REQ_AMONG(1 + (random >> 22) % 3);
	held->order = orders[random >> 16 & 15];
	held->refs = 1;
	held->frame = vml_alloc(held->order, req);
	if (!held->frame)
		return;
	must(vml_req_zone(req) < VML_ZONE_TYPES);
	must(vml_req_type(req) < VML_TYPES);
	must(atomic_read(&held->frame->refs) == 1);
	must(!(vml_frame_word(held->frame) & VML_WORD_FLAGS));
	take_pfns(m, held, req);
	m->nr++;
}

static void step_free(struct model *m, u32 random)
{
	struct held *held = &m->blocks[(random >> 8) % m->nr];
	u64 pfn = vml_frame_pfn(held->frame);

	vml_free(held->frame, held->order);
	if (--held->refs)
		return;
	memset(&m->taken[pfn], 0, 1U << held->order);
	m->frames -= 1U << held->order;
	*held = m->blocks[--m->nr];
}

/* A block becomes as many of one frame as it has. */
static void step_split(struct model *m, u32 random)
{
	struct held *held = &m->blocks[(random >> 8) % m->nr];
	u32 i, nr = 1U << held->order;

	if (m->nr + nr > MODEL_BLOCKS)
		return;
	must(vml_split(held->frame, held->refs + 1) == -EBUSY);
	must(!vml_split(held->frame, held->refs));
	held->order = 0;
	held->refs = 1;
	for (i = 1; i < nr; i++) {
		m->blocks[m->nr] = *held;
		m->blocks[m->nr++].frame = held->frame + i;
	}
}

/* All that may be freed wrongly is refused. */
static void step_abuse(struct model *m, u32 random)
{
	struct held *held = &m->blocks[(random >> 8) % m->nr];
	struct vml_frame *frame = held->frame;
	unsigned int order = held->order;
	u32 before = pool_free();

	if (held->refs == 1)
		vml_free(frame, order + 1);
	if (order)
		vml_free(frame + (1U << order) - 1, 0);
	vml_free((struct vml_frame *)((char *)frame + 8), order);
	vml_free(vml_frames.base + vml_frames.nr, order);
	atomic_inc(&frame->maps);
	if (held->refs == 1)
		vml_free(frame, order);
	atomic_set(&frame->maps, 0);
	frame = vml_frame_at((random >> 8) % vml_frames.nr);
	if (vml_word_state(vml_frame_word(frame)) != VML_USED)
		vml_free(frame, random >> 16 & 3);
	must(pool_free() == before);
}

static void step_cache(u32 random)
{
	switch (random >> 8 & 15) {
	case 0:
		pool_cache(0, 0);
		break;
	case 1:
		pool_cache(32, 8);
		break;
	case 2:
		pool_cache(5, 2);
		break;
	case 3:
		vml_pcp_drain_all();
		break;
	case 4:
		vml_pcp_drain_cpu(random >> 12 & 1);
		break;
	case 5:
		vml_zones_set_min_free(random >> 12 & 63);
		break;
	default:
		standin_cpu = random >> 12 & 1;
	}
}

void model_step(struct model *m, u32 random)
{
	unsigned int kind = random & 255;

	if (kind < 6) {
		step_cache(random);
	} else if (kind < 132 || !m->nr) {
		step_alloc(m, random);
	} else if (kind < 138) {
		step_abuse(m, random);
	} else if (kind < 142) {
		struct held *held = &m->blocks[(random >> 8) % m->nr];

		vml_frame_get(held->frame);
		held->refs++;
	} else if (kind < 144) {
		step_split(m, random);
	} else {
		step_free(m, random);
	}
	must(pool_free() + m->frames == m->total);
}

void model_check(struct model *m)
{
	unsigned int i;

	must(!vml_alloc_check(true));
	for (i = 0; i < m->nr; i++) {
		struct held *held = &m->blocks[i];
		u32 word = vml_frame_word(held->frame);

		must(vml_word_state(word) == VML_USED);
		must(vml_word_order(word) == held->order);
		must(atomic_read(&held->frame->refs) == (int)held->refs);
		must(vml_frame_head(held->frame + (1U << held->order) - 1) ==
		     held->frame);
		must(vml_pfn_frame(vml_frame_pfn(held->frame)) == held->frame);
	}
}

void model_end(struct model *m)
{
	while (m->nr)
		step_free(m, 0);
	must(!m->frames);
	vml_pcp_drain_all();
	model_check(m);
}
