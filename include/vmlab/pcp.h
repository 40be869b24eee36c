/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_PCP_H
#define _VMLAB_PCP_H

#include <vmlab/buddy.h>

#include <linux/compiler.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

/* The largest order that per-CPU lists hold. */
#define VML_PCP_ORDER	3
#define VML_PCP_TYPES	4	/* a power of two; the last has none */
#define VML_PCP_LISTS	((VML_PCP_ORDER + 1) * VML_PCP_TYPES)

/**
 * struct vml_pcp - free blocks of a zone that a CPU keeps at hand
 * @lock: protects the rest; taken before the zone's
 * @count: frames on all lists
 * @next: the list that gives back first when some must go
 * @allocs: blocks taken so far, to be used
 * @frees: blocks put back so far
 * @first: by order * VML_PCP_TYPES + type: the first of the blocks, which
 *	@next of their first frames links, or VML_NONE
 */
struct vml_pcp {
	spinlock_t lock; /* protects what follows */
	u32 count;
	u32 next;
	u64 allocs;
	u64 frees;
	u32 first[VML_PCP_LISTS];
};

int vml_pcps_init(unsigned int nr_cpus);
void vml_pcps_fini(void);
void vml_pcp_set(struct vml_zone *zone, u32 high, u32 batch);
void vml_pcp_set_default(struct vml_zone *zone);
void vml_pcp_drain_zone(struct vml_zone *zone);
void vml_pcp_drain_cpu(unsigned int cpu);
void vml_pcp_drain_all(void);
u32 vml_pcp_count(struct vml_zone *zone, unsigned int cpu);
void vml_pcp_stats(struct vml_zone *zone, u64 stat[VML_ZONE_STATS]);
unsigned int vml_pcp_cpus(void);
struct vml_frame *vml_pcp_refill(struct vml_zone *zone, struct vml_pcp *pcp,
				 unsigned int order, unsigned int type);
void vml_pcp_trim(struct vml_zone *zone, struct vml_pcp *pcp);

/**
 * vml_pcp_holds() - whether blocks of an order go through per-CPU lists
 * @zone: the zone
 * @order: of the blocks
 */
static inline bool vml_pcp_holds(const struct vml_zone *zone,
				 unsigned int order)
{
	return order <= VML_PCP_ORDER && READ_ONCE(zone->pcp_high);
}

/**
 * vml_pcp_take() - take a block from the lists of this CPU
 * @zone: the zone
 * @order: up to VML_PCP_ORDER
 * @type: &enum vml_type
 *
 * Who moves to another CPU in between only finds the lock contended.
 *
 * Context: process; takes the list's lock, and the zone's if it is empty.
 * Return: the first frame, still %VML_CACHED but the caller's own; or NULL.
 */
static __always_inline struct vml_frame *
vml_pcp_take(struct vml_zone *zone, unsigned int order, unsigned int type)
{
	struct vml_pcp *pcp = &zone->pcps[raw_smp_processor_id()];
	u32 *first = &pcp->first[order * VML_PCP_TYPES + type];
	struct vml_frame *frame;

	spin_lock(&pcp->lock);
	if (likely(*first != VML_NONE)) {
		frame = vml_frame_at(*first);
		*first = frame->next;
		pcp->count -= 1U << order;
		pcp->allocs++;
	} else {
		frame = vml_pcp_refill(zone, pcp, order, type);
	}
	spin_unlock(&pcp->lock);
	return frame;
}

/**
 * vml_pcp_give() - put a block on the lists of this CPU
 * @zone: its zone
 * @frame: its first frame, on no list, with no references
 * @word: its word; the list is that of the type that it was asked for
 *
 * Context: process; takes the list's lock, and the zone's if it is full.
 */
static __always_inline void vml_pcp_give(struct vml_zone *zone,
					 struct vml_frame *frame, u32 word)
{
	struct vml_pcp *pcp = &zone->pcps[raw_smp_processor_id()];
	unsigned int order = vml_word_order(word);
	u32 *first = &pcp->first[order * VML_PCP_TYPES + vml_word_type(word)];

	word &= ~(VML_WORD_STATE | VML_WORD_FLAGS);
	atomic_set(&frame->word, word | VML_CACHED << VML_WORD_STATE_SHIFT);
	spin_lock(&pcp->lock);
	frame->next = *first;
	*first = vml_frame_number(frame);
	pcp->count += 1U << order;
	pcp->frees++;
	if (unlikely(pcp->count > READ_ONCE(zone->pcp_high) ||
		     READ_ONCE(zone->free) < READ_ONCE(zone->marks[VML_MARK_LOW])))
		vml_pcp_trim(zone, pcp);
	spin_unlock(&pcp->lock);
}

#endif /* _VMLAB_PCP_H */
