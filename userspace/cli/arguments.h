/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMLAB_CLI_ARGUMENTS_H
#define VMLAB_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <linux/types.h>

/* All digits, nothing before or after them, and no more than 64 bits. */
bool parse_number(const char *text, int base, __u64 *value);

#endif /* VMLAB_CLI_ARGUMENTS_H */
