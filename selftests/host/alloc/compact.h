/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SELFTESTS_ALLOC_COMPACT_H
#define SELFTESTS_ALLOC_COMPACT_H

#include "mover.h"

#define ANY	(VML_REQ_USER | VML_REQ_RECLAIMER)
#define WAITS	(VML_REQ_USER | VML_REQ_RECLAIM)

struct vml_zone *first_zone(void);

/* Takes blocks that can be moved until there are no more; how many. */
u32 fill(unsigned int order, u32 req);

/* Frees every second block, the upper of two buddies, from a number on. */
void thin_from(u32 first);

/* A pool of which every second block of an order is free. */
void start_thin(unsigned int order);

/* Makes a frame one that nobody can move. */
void pin(u32 number);

/* Has all holders refuse, or none. */
void refuse(bool refuses);

/* Compacts; the result must agree with what the mover saw. */
struct vml_compact_result compact(struct vml_zone *zone, int order);

void direct(void);
void request(void);
void scarce(void);
void zones(void);
void deferred(void);

#endif /* SELFTESTS_ALLOC_COMPACT_H */
