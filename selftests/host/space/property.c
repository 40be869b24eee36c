// SPDX-License-Identifier: GPL-2.0
/*
 * Random programs under each geometry, beside the model; in a pool that is
 * large enough, and in one that is not.
 *
 *     property [SEED [STEPS]]
 */
#include <time.h>

#include "model.h"

#define ROUNDS	(2 * SHAPES)

static void run(unsigned int round, u64 *seed, unsigned long steps)
{
	static struct model model;
	unsigned long i;

	if (shapes[round % SHAPES].span < PAGES * VML_FRAME_SIZE)
		return;
	machine_start(&shapes[round % SHAPES], round < SHAPES ? 16 * PAGES :
							   64 + PAGES / 2);
	model_start(&model);
	for (i = 0; i < steps; i++) {
		u64 random = (u64)next_random(seed) << 31 ^ next_random(seed);

		model_step(&model, random);
		if (i % (PAGES / 4) == 0)
			check_all();
		if (i % 1024 == 0)
			model_read_all(&model);
	}
	model_end(&model);
	/* So that one sees whether the run came anywhere. */
	printf("# %s: faults %lu zero, %lu new, %lu copy, %lu reuse, %lu minor\n",
	       shapes[round % SHAPES].name, model.kinds[VML_FAULT_ZERO],
	       model.kinds[VML_FAULT_NEW], model.kinds[VML_FAULT_COPY],
	       model.kinds[VML_FAULT_REUSE], model.kinds[VML_FAULT_MINOR]);
	if (machine.huge_inserts)
		printf("#   %lu huge entries\n", machine.huge_inserts);
	printf("#   %lu bad area, %lu bad rights, %lu beyond, %lu no memory\n",
	       model.kinds[VML_FAULT_BAD_AREA],
	       model.kinds[VML_FAULT_BAD_RIGHTS],
	       model.kinds[VML_FAULT_BEYOND],
	       model.kinds[VML_FAULT_NO_MEMORY]);
	machine_end();
}

int main(int argc, char **argv)
{
	u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (u64)time(NULL);
	unsigned long steps = argc > 2 ? strtoul(argv[2], NULL, 0) : 200000;
	unsigned int round;

	printf("# seed %llu, %lu steps\n", seed, steps);
	fflush(stdout);
	for (round = 0; round < ROUNDS; round++)
		run(round, &seed, steps / ROUNDS);
	return 0;
}
