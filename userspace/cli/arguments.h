/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMLAB_CLI_ARGUMENTS_H
#define VMLAB_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <linux/types.h>

/* All digits, nothing before or after them, and no more than 64 bits. */
bool parse_number(const char *text, int base, __u64 *value);

/* A number of bytes, with K, M or G after it for as many KiB, MiB or GiB. */
bool parse_bytes(const char *text, __u64 *bytes);

#endif /* VMLAB_CLI_ARGUMENTS_H */
