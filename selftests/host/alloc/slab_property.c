// SPDX-License-Identifier: GPL-2.0
/*
 * Random operations on object caches, beside the model: the pool alternates
 * between nearly empty and exhausted.
 *
 *     slab_property [SEED [OPERATIONS]]
 */
#include <time.h>

#include "slab_model.h"

/* Operations that mostly allocate, and as many that mostly free. */
#define TIDE	8192

static void tell(const struct slab_model *m)
{
	struct vml_cache_info infos[22];
	u64 refills = 0, flushes = 0, grown = 0, reaped = 0;
	unsigned int i, nr = vml_cache_list(0, infos, 22);

	for (i = 0; i < nr; i++) {
		refills += infos[i].refills;
		flushes += infos[i].flushes;
		grown += infos[i].grown;
		reaped += infos[i].reaped;
	}
	printf("# %u objects, %u times no memory\n", m->allocs, m->refused);
	printf("# generic: %llu refills, %llu flushes, %llu grown, %llu reaped\n",
	       refills, flushes, grown, reaped);
	printf("# reported: %u overruns, %u underruns, %u double, %u used, %u foreign\n",
	       slab_heard.nr[VML_SLAB_OVERRUN],
	       slab_heard.nr[VML_SLAB_UNDERRUN], slab_heard.nr[VML_SLAB_DOUBLE],
	       slab_heard.nr[VML_SLAB_USED], slab_heard.nr[VML_SLAB_FOREIGN]);
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (u64)time(NULL);
	unsigned long operations = argc > 2 ? strtoul(argv[2], NULL, 0) :
					      1000000;
	static struct slab_model model;
	unsigned long i;

	printf("# seed %llu, %lu operations\n", seed, operations);
	fflush(stdout);
	slab_start(MODEL_FRAMES, 2, 16);
	slab_model_start(&model);
	for (i = 0; i < operations; i++) {
		u32 kind = next_random(&seed), random = next_random(&seed);

		/* Every fourth operation goes with the tide. */
		if (i % 4 == 0)
			kind = (kind & ~255U) | (i / TIDE % 2 ? 8 : 255);
		slab_model_step(&model, kind, random);
		if (i % 256 == 0)
			slab_model_check(&model);
	}
	slab_model_end(&model);
	tell(&model);
	slab_end();
	return 0;
}
