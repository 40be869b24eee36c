/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STANDIN_LINUX_CACHE_H
#define _STANDIN_LINUX_CACHE_H

#define __read_mostly

#endif /* _STANDIN_LINUX_CACHE_H */
