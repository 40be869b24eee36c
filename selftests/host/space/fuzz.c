// SPDX-License-Identifier: GPL-2.0
/*
 * Operations chosen by libFuzzer, beside the model. The first byte chooses the
 * shape of the page tables and the size of the pool, then each five bytes are
 * an operation.
 */
#include "model.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct model model;
	size_t i;

	if (!size)
		return 0;
	machine_start(&shapes[data[0] % SHAPES], data[0] & 128 ? 256 : 64);
	model_start(&model);
	for (i = 1; i + 4 < size; i += 5) {
		u64 random = data[i] | data[i + 1] << 8 | data[i + 2] << 16 |
			     (u64)data[i + 3] << 24 | (u64)data[i + 4] << 32;

		model_step(&model, random);
		check_all();
	}
	model_end(&model);
	machine_end();
	return 0;
}
