/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_VERSION_H
#define _VMLAB_VERSION_H

#define VMLAB_VERSION	"0.1.0"

#endif /* _VMLAB_VERSION_H */
