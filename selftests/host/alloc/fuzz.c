// SPDX-License-Identifier: GPL-2.0
/*
 * Operations chosen by libFuzzer, beside the model. The first byte chooses the
 * shape of the pool, then each three bytes are an operation.
 */
#include "model.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static const struct vml_extent zones[] = {
	{ .pfn = 3, .nr = 13, .zone = VML_DMA },
	{ .pfn = 16, .nr = 40, .zone = VML_NORMAL },
	{ .pfn = 64, .nr = 32, .node = 1, .zone = VML_NORMAL },
	{ .pfn = 96, .nr = 20, .node = 1, .zone = VML_HIGHMEM },
};

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct model model;
	size_t i;

	if (!size)
		return 0;
	standin_cpu = 0;
	pool_start(zones + (data[0] & 3), 4 - (data[0] & 3), 2,
		   data[0] >> 2 & 3, data[0] >> 4);
	model_start(&model, zones + (data[0] & 3), 4 - (data[0] & 3));
	for (i = 1; i + 2 < size; i += 3) {
		model_step(&model, data[i] | data[i + 1] << 8 |
				   data[i + 2] << 16);
		model_check(&model);
	}
	model_end(&model);
	pool_end();
	return 0;
}
