/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_CHARDEV_H
#define _VMLAB_CHARDEV_H

int vml_chardev_init(void);
void vml_chardev_fini(void);

#endif /* _VMLAB_CHARDEV_H */
