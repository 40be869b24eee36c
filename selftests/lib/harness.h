/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's kselftest harness, with time enough for each test on the slowest
 * machine: its limit is there to name a test that hangs, and is no bound on what
 * works. A program has more, and a guest more than that (see guest and run).
 */
#ifndef SELFTESTS_LIB_HARNESS_H
#define SELFTESTS_LIB_HARNESS_H

#include "kselftest_harness.h"

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	300

#endif /* SELFTESTS_LIB_HARNESS_H */
