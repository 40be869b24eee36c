// SPDX-License-Identifier: GPL-2.0
/* vmlab verify: is the mirror true? */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>

#include "list.h"
#include "space_show.h"
#include "teach.h"

/**
 * struct verification - what came so far
 * @processes: struct vmlab_verified, each with its counts
 * @violations: struct told
 */
struct verification {
	struct list processes;
	struct list violations;
};

/**
 * struct told - a violation and whose it is
 * @pid: the process
 * @violation: what is wrong
 */
struct told {
	__u32 pid;
	struct vmlab_violation violation;
};

static int take(const struct vmlab_verified *verified, void *data)
{
	struct verification *all = data;
	struct vmlab_verified copy = *verified;
	int err = 0;
	__u32 i;

	for (i = 0; i < verified->nr_violations && !err; i++) {
		struct told told = { verified->pid, verified->violation[i] };

		err = list_add(&all->violations, &told);
	}
	if (err || !verified->last)
		return err;
	copy.comm = list_keep(&all->processes, verified->comm);
	return copy.comm ? list_add(&all->processes, &copy) : -ENOMEM;
}

static __u64 wrong(const struct verification *all)
{
	__u64 sum = 0;
	size_t i;

	for (i = 0; i < all->processes.count; i++) {
		const struct vmlab_verified *p = list_at(&all->processes, i);

		sum += p->violations;
	}
	return sum;
}

static struct json_object *violation_json(const struct told *told)
{
	const struct vmlab_violation *violation = &told->violation;
	struct json_object *o = js_object();

	js_number(o, "pid", told->pid);
	js_hex(o, "address", violation->address);
	js_text(o, "mirror", name_of(&mirror_names, violation->mirror));
	js_text(o, "text", teach_mirror(violation->mirror));
	js_hex(o, "real", violation->real);
	js_set(o, "shadow", shadow_entry_json(violation->entry));
	return o;
}

static void verify_json(const struct verification *all)
{
	struct json_object *o = js_object();
	struct json_object *processes = js_array(), *violations = js_array();
	size_t i;

	for (i = 0; i < all->processes.count; i++) {
		const struct vmlab_verified *p = list_at(&all->processes, i);
		struct json_object *one = js_object();

		js_maybe(one, "pid", p->pid, p->pid);
		js_text(one, "comm", p->comm);
		js_number(one, "same", p->same);
		js_number(one, "missing", p->missing);
		js_number(one, "copies", p->copies);
		js_number(one, "violations", p->violations);
		js_push(processes, one);
	}
	for (i = 0; i < all->violations.count; i++)
		js_push(violations,
			violation_json(list_at(&all->violations, i)));
	js_number(o, "broken", wrong(all));
	js_set(o, "processes", processes);
	js_set(o, "violations", violations);
	js_print(o);
}

static void violation_text(const struct told *told)
{
	const struct vmlab_violation *violation = &told->violation;

	say(COLOR_BAD, "  0x%012llx", violation->address);
	printf(" of process %u: real 0x%016llx, shadow 0x%llx\n", told->pid,
	       violation->real, violation->entry);
	say_text(COLOR_PLAIN, 4, teach_mirror(violation->mirror));
}

static void verify_text(const struct verification *all)
{
	__u64 broken = wrong(all);
	size_t i;

	if (broken)
		say(COLOR_BAD, "%llu violation%s", broken,
		    broken == 1 ? "" : "s");
	else
		say(COLOR_GOOD, "The mirror is true");
	printf(": %zu process%s looked at\n", all->processes.count,
	       all->processes.count == 1 ? "" : "es");
	if (all->processes.count)
		say(COLOR_NAME, "%8s %-16s %10s %10s %10s %10s\n", "pid",
		    "name", "same", "missing", "copies", "violations");
	for (i = 0; i < all->processes.count; i++) {
		const struct vmlab_verified *p = list_at(&all->processes, i);

		say(COLOR_VALUE, "%8u", p->pid);
		printf(" %-16s %10llu %10llu %10llu %10llu\n", p->comm,
		       p->same, p->missing, p->copies, p->violations);
	}
	for (i = 0; i < all->violations.count; i++)
		violation_text(list_at(&all->violations, i));
}

int cmd_verify(struct vmlab *v, const struct options *o)
{
	struct verification all = {
		.processes.size = sizeof(struct vmlab_verified),
		.violations.size = sizeof(struct told),
	};
	int err = vmlab_verify(v, o->has_pid ? o->pid : -1, take, &all);
	int status = STATUS_GOOD;

	if (err) {
		status = refused(v, err);
	} else {
		if (print_json())
			verify_json(&all);
		else
			verify_text(&all);
		status = wrong(&all) ? STATUS_BROKEN : STATUS_GOOD;
	}
	list_free(&all.processes);
	list_free(&all.violations);
	return status;
}
