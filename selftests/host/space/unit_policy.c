// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of policies: ranges, and the nodes that frames come from.
 */
#include <errno.h>
#include <stdlib.h>

#include <linux/slab.h>

#include "unit.h"

#define RANGE	200	/* indices of the model */
#define FRAMES	512	/* of two nodes */

static struct vml_object *object;

static const struct vml_policy local = { VML_POLICY_LOCAL, 0 };
static const struct vml_policy on_1 = { VML_POLICY_PREFERRED, 2 };
static const struct vml_policy only_1 = { VML_POLICY_BIND, 2 };
static const struct vml_policy both = { VML_POLICY_BIND, 3 };
static const struct vml_policy turns = { VML_POLICY_INTERLEAVE, 3 };

static void start(void)
{
	machine_nodes = 2;
	machine_start(&shapes[0], FRAMES);
	object = vml_object_create(1000);
	must(!vml_area_map(SPACE, at(0), at(PAGES), object, 0, RW));
}

static void end(void)
{
	check_all();
	vml_object_put(object);
	machine_end();
	machine_nodes = 1;
	standin_cpu = 0;
}

static bool is_same(struct vml_policy a, struct vml_policy b)
{
	return a.mode == b.mode && a.nodes == b.nodes;
}

/* The ranges say what the model says, and are as few as can be. */
static void compare(const struct vml_policy *model)
{
	struct vml_policy_range ranges[VML_POLICIES];
	u32 nr = vml_policy_list(object, ranges), i, changes = 0, last;

	for (i = 0; i < RANGE; i++) {
		must(is_same(vml_policy_get(object, i, &last), model[i]));
		must(last >= i);
		must(last >= RANGE || is_same(model[last], model[i]));
		must(last >= RANGE - 1 || !is_same(model[last + 1], model[i]));
		changes += model[i].mode != VML_POLICY_LOCAL &&
			   (!i || !is_same(model[i], model[i - 1]));
	}
	must(nr == changes);
}

void policy_ranges(void)
{
	static const struct vml_policy choice[] = {
		{ VML_POLICY_LOCAL, 0 }, { VML_POLICY_PREFERRED, 2 },
		{ VML_POLICY_BIND, 3 }, { VML_POLICY_INTERLEAVE, 3 },
	};
	struct vml_policy model[RANGE] = { };
	u32 step, first, last, i;

	start();
	srandom(5);
	compare(model);
	for (step = 0; step < 20000; step++) {
		struct vml_policy policy = choice[random() & 3];

		first = random() % RANGE;
		last = first + random() % (random() & 1 ? 4 : RANGE - first);
		if (last >= RANGE)
			continue;
		if (vml_policy_set(object, first, last, policy))
			continue;
		for (i = first; i <= last; i++)
			model[i] = policy;
		compare(model);
	}
	/* To the last index that there can be. */
	must(!vml_policy_set(object, 0, U32_MAX, turns));
	must(is_same(vml_policy_get(object, U32_MAX, &last), turns));
	must(last == U32_MAX);
	must(!vml_policy_set(object, 0, U32_MAX, local));
	must(!object->policies.nr);
	end();
}

void policy_limits(void)
{
	struct vml_policy_range ranges[VML_POLICIES];
	u32 i;

	start();
	for (i = 0; i < VML_POLICIES; i++)
		must(!vml_policy_set(object, 2 * i, 2 * i, on_1));
	must(vml_policy_set(object, 2 * i, 2 * i, on_1) == -ENOSPC);
	must(vml_policy_list(object, ranges) == VML_POLICIES);
	must(is_same(vml_policy_get(object, 2 * i, NULL), local));
	/* To split one takes two more, to join some takes none. */
	must(!vml_policy_set(object, 0, 2 * i, on_1));
	must(vml_policy_list(object, ranges) == 1);
	must(!vml_policy_set(object, 10, 20, local));
	must(vml_policy_list(object, ranges) == 2);
	standin_memory = 0;
	must(vml_policy_set(object, 0, 1, local) == -ENOMEM);
	must(!vml_object_clone(object));
	standin_memory = -1;
	must(is_same(vml_policy_get(object, 0, NULL), on_1));
	end();
}

/* Of the frame that an index has. */
static unsigned int node_of(u32 index)
{
	u32 at = index;
	u64 slot = vml_object_next(object, &at);

	must(slot && at == index);
	return vml_frame_zone(vml_slot_frame(slot))->node;
}

static u64 counted(unsigned int node, enum vml_zone_stat which)
{
	u64 stat[VML_ZONE_STATS];

	vml_pcp_stats(&vml_zones.zone[node * VML_ZONE_TYPES + VML_NORMAL],
		      stat);
	return stat[which];
}

static void write_all(u32 first, u32 nr)
{
	u32 i;

	for (i = first; i < first + nr; i++)
		must(!vml_object_write(object, i, 0, &i, sizeof(i)));
}

void policy_places(void)
{
	u32 i;

	start();
	must(!vml_policy_set(object, 100, 199, on_1));
	must(!vml_policy_set(object, 200, 219, turns));
	write_all(0, 10);
	write_all(100, 10);
	write_all(200, 20);
	for (i = 0; i < 10; i++)
		must(node_of(i) == 0 && node_of(100 + i) == 1);
	for (i = 200; i < 220; i++)
		must(node_of(i) == i % 2);
	must(counted(1, VML_STAT_INTERLEAVE_HIT) == 10);
	must(counted(0, VML_STAT_INTERLEAVE_HIT) == 10);
	/* By a CPU of the other node. */
	must(counted(1, VML_STAT_OTHER_NODE) == 20);
	must(counted(1, VML_STAT_LOCAL_NODE) ==
	     counted(1, VML_STAT_ALLOC) - 20);
	must(counted(1, VML_STAT_NUMA_HIT) == counted(1, VML_STAT_ALLOC));
	standin_cpu = 1;
	write_all(20, 1);
	must(node_of(20) == 1);
	must(!counted(0, VML_STAT_NUMA_MISS));
	end();
}

/* One node without frames is out of frames, for whom nothing else will do. */
void policy_binds(void)
{
	u32 i, nr = 0;

	start();
	must(!vml_policy_set(object, 0, 499, only_1));
	while (!vml_object_write(object, nr, 0, &nr, sizeof(nr)))
		must(node_of(nr++) == 1);
	must(nr > FRAMES / 4 && nr <= FRAMES / 2);
	must(vml_object_write(object, nr, 0, &nr, sizeof(nr)) == -ENOMEM);
	must(!counted(1, VML_STAT_NUMA_MISS) &&
	     !counted(1, VML_STAT_NUMA_FOREIGN));
	/* Others are served as before, and some of them from elsewhere. */
	write_all(500, 1);
	must(node_of(500) == 0);
	must(!vml_policy_set(object, 600, 699, on_1));
	write_all(600, 2);
	must(node_of(600) == 0 && node_of(601) == 0);
	must(counted(0, VML_STAT_NUMA_MISS) == 2);
	must(counted(1, VML_STAT_NUMA_FOREIGN) == 2);
	must(!vml_policy_set(object, 700, 799, both));
	standin_cpu = 1;
	write_all(700, 1);
	must(node_of(700) == 0);
	must(counted(0, VML_STAT_NUMA_MISS) == 3);
	/* And where there are some again, it goes on. */
	must(!vml_object_punch(object, 0, 10));
	for (i = 0; i < 5; i++)
		write_all(i, 1);
	must(node_of(4) == 1);
	end();
}

/* What is fetched ahead goes where it is wanted too. */
void policy_ahead(void)
{
	u32 i;

	start();
	must(!vml_policy_set(object, 0, 999, turns));
	must(!vml_policy_set(object, 20, 29, only_1));
	for (i = 0; i < 48; i++)
		must(machine_write(0, i, 7) < VML_FAULT_BAD_AREA);
	must(machine.faults < 24);
	for (i = 0; i < 48; i++)
		must(node_of(i) == (i >= 20 && i < 30 ? 1 : i % 2));
	end();
}

void policy_clone(void)
{
	struct vml_object *clone;

	start();
	must(!vml_policy_set(object, 10, 19, only_1));
	clone = vml_object_clone(object);
	must(clone);
	must(is_same(vml_policy_get(clone, 15, NULL), only_1));
	/* From now on each has its own. */
	must(!vml_policy_set(object, 0, 999, turns));
	must(is_same(vml_policy_get(clone, 15, NULL), only_1));
	must(is_same(vml_policy_get(clone, 20, NULL), local));
	/* A copy goes where its object wants it. */
	write_all(12, 1);
	must(node_of(12) == 0);
	vml_object_put(object);
	object = clone;
	write_all(13, 1);
	must(node_of(13) == 1);
	end();
}
