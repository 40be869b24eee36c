// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on object caches chosen by libFuzzer, beside the model. Each six
 * bytes are an operation.
 */
#include <string.h>

#include "slab_model.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct slab_model model;
	size_t i;

	standin_cpu = 0;
	slab_start(MODEL_FRAMES, 2, 16);
	slab_model_start(&model);
	for (i = 0; i + 5 < size; i += 6) {
		u32 kind = 0, random = 0;

		memcpy(&kind, data + i, 3);
		memcpy(&random, data + i + 3, 3);
		slab_model_step(&model, kind | (u32)data[i + 5] << 24, random);
	}
	slab_model_end(&model);
	slab_end();
	return 0;
}
