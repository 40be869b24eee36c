/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SELFTESTS_ALLOC_UNIT_H
#define SELFTESTS_ALLOC_UNIT_H

#include <vmlab/alloc.h>

/* A pool of two blocks of the largest order, in one zone. */
extern const struct vml_extent flat[1];

struct vml_zone *zone_of(unsigned int node, unsigned int type);

/* Allocates; ends the program if that fails or leaves the pool in disorder. */
struct vml_frame *get(unsigned int order, u32 req);

void events(void);
void refused(void);
void splits(void);
void references(void);
void stats(void);
void damages(void);
void unmerged(void);

#endif /* SELFTESTS_ALLOC_UNIT_H */
