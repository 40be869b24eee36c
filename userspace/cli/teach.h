/* SPDX-License-Identifier: GPL-2.0 */
/* Sentences that explain bits, states, regions, reasons and frames. */
#ifndef VMLAB_CLI_TEACH_H
#define VMLAB_CLI_TEACH_H

#include "vmlab.h"

/* What the flags of an entry mean. The text is overwritten. */
const char *teach_flags(const struct vmlab_step *step, bool leaf);

const char *teach_state(const struct vmlab_walk *walk);
const char *teach_region(unsigned int region);
const char *teach_outcome(unsigned int outcome);
const char *teach_why(unsigned int why);
const char *teach_cache(unsigned int cache);

/* What the indices of a zone say. */
const char *teach_pool(void);
const char *teach_source(unsigned int source);
const char *teach_frame_state(unsigned int state);
const char *teach_zone(unsigned int zone);
const char *teach_type(unsigned int type);
const char *teach_owner(unsigned int owner);
const char *teach_frame_bug(unsigned int bug);
const char *teach_slab_bug(unsigned int bug);

/* Whether the rule of real and shadow entries holds, and why. */
const char *teach_mirror(unsigned int mirror);

/* What is counted; an empty text for names that are not known. */
const char *teach_counter(const char *name);

/* Why blocks are mapped by small entries: a bit of &enum vmlab_small_why. */
const char *teach_small(unsigned int bit);
/* What happened in a step of a fault, and how one ended. The texts are overwritten. */
const char *teach_story_step(const struct vmlab_story_part *part);
const char *teach_story_outcome(unsigned int outcome);
const char *teach_story_access(unsigned int access);

#endif /* VMLAB_CLI_TEACH_H */
