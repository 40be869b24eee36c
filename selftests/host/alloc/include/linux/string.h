/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_STRING_H
#define _STANDIN_LINUX_STRING_H

#include <string.h>

#endif /* _STANDIN_LINUX_STRING_H */
