/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SELFTESTS_SPACE_HUGE_H
#define SELFTESTS_SPACE_HUGE_H

#include <vmlab/huge.h>

#include "unit.h"

#define BLOCK	VML_TREE_SLOTS
#define EDGE	32	/* page of the first address that a block fits */
#define FRAMES	8192

/* What start() makes: an object of four blocks, and nothing in the stock. */
extern struct vml_object *object;
extern struct vml_stock stock;

void start(u32 frames);
void end(void);

/* Shows some of an object from page EDGE of a space on. */
void show(unsigned int space, struct vml_object *of, u32 index, u32 nr);

u64 slot_at(struct vml_object *of, u32 index);

void fault_huge(void);
void fault_huge_small(void);
void fault_huge_unwanted(void);
void fault_huge_clone(void);
void fault_huge_parts(void);
void fault_huge_views(void);

#endif /* SELFTESTS_SPACE_HUGE_H */
