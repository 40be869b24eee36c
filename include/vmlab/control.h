/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_CONTROL_H
#define _VMLAB_CONTROL_H

int vml_control_init(void);
void vml_control_fini(void);

#endif /* _VMLAB_CONTROL_H */
