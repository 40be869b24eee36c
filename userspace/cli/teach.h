/* SPDX-License-Identifier: GPL-2.0 */
/* Sentences that explain bits, states, regions and reasons. */
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

#endif /* VMLAB_CLI_TEACH_H */
