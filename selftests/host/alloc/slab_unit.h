/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SELFTESTS_ALLOC_SLAB_UNIT_H
#define SELFTESTS_ALLOC_SLAB_UNIT_H

void overruns(void);
void underruns(void);
void doubles(void);
void used(void);
void foreign(void);
void owners(void);
void given_back(void);
void slab_damages(void);
void broken_links(void);

#endif /* SELFTESTS_ALLOC_SLAB_UNIT_H */
