/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VMLAB_CONTROL_STORY_H
#define _VMLAB_CONTROL_STORY_H

int vml_stories_init(void);
void vml_stories_fini(void);

#endif /* _VMLAB_CONTROL_STORY_H */
