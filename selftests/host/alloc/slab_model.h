/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations on object caches, beside a model that is too simple to be wrong:
 * which bytes are held, and what is in them.
 */
#ifndef SELFTESTS_ALLOC_SLAB_MODEL_H
#define SELFTESTS_ALLOC_SLAB_MODEL_H

#include "slab.h"

#define MODEL_CACHES	8
#define MODEL_OBJECTS	4096
#define MODEL_FRAMES	448

/**
 * struct model_cache - a cache that the model knows
 * @cache: the cache, or NULL
 * @size: of its objects
 * @align: of its objects
 * @flags: VML_CACHE_*
 * @live: its objects in use
 */
struct model_cache {
	struct vml_cache *cache;
	u32 size;
	u32 align;
	u32 flags;
	u32 live;
};

/**
 * struct model_object - an object in use
 * @at: where it is
 * @size: bytes that may be used
 * @fill: the byte that is in all of them
 * @cache: number of its cache; MODEL_CACHES for a generic one
 */
struct model_object {
	unsigned char *at;
	u32 size;
	unsigned char fill;
	unsigned char cache;
};

/**
 * struct slab_model - what should be so
 * @held: by byte of the pool's memory
 * @caches: made so far
 * @objects: in use, in no order
 * @nr: how many
 * @fill: of the last object
 * @expected: by kind: reports that there should be
 * @refused: times that there was no memory
 * @allocs: objects allocated
 */
struct slab_model {
	unsigned char held[(MODEL_FRAMES + 64) * VML_FRAME_SIZE];
	struct model_cache caches[MODEL_CACHES];
	struct model_object objects[MODEL_OBJECTS];
	unsigned int nr;
	unsigned char fill;
	unsigned int expected[VML_SLAB_ERRORS];
	unsigned int refused;
	unsigned int allocs;
};

void slab_model_start(struct slab_model *m);

/* One operation, chosen and given its arguments by two random numbers. */
void slab_model_step(struct slab_model *m, u32 kind, u32 random);

/* All invariants, and that caches and model agree. */
void slab_model_check(struct slab_model *m);

/* Gives everything back. */
void slab_model_end(struct slab_model *m);

#endif /* SELFTESTS_ALLOC_SLAB_MODEL_H */
