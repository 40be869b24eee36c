// SPDX-License-Identifier: GPL-2.0
/* vmlab trace: stories of faults, as they happen */
#include "cmd.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "teach.h"

/* Stories that are printed before somebody is asked whether to go on. */
#define AT_ONCE	64

/**
 * struct tracing - what is traced
 * @left: how many stories are still wanted
 * @told: how many came
 * @lost: how many there was no room for
 * @dropped: how many came too fast
 * @signals: descriptor that is ready when the user wants to end
 * @process: descriptor that is ready when the process has ended, or -1
 * @child: the program that was started, or 0
 */
struct tracing {
	__u64 left;
	__u64 told;
	__u64 lost;
	__u64 dropped;
	int signals;
	int process;
	pid_t child;
};

/* === A story === */

static void story_json(const struct vmlab_story *story)
{
	struct json_object *o = js_object(), *steps = js_array();
	__u32 i, before = 0;

	for (i = 0; i < story->nr; i++) {
		const struct vmlab_story_part *part = &story->part[i];
		struct json_object *one = js_object(), *args = js_array();

		js_text(one, "kind", name_of(&story_step_names, part->kind));
		js_number(one, "ns", part->ns - before);
		before = part->ns;
		js_maybe(one, "node", part->has_zone, part->node);
		if (part->has_zone)
			js_text(one, "zone", name_of(&zone_names, part->zone));
		else
			js_null(one, "zone");
		js_push_number(args, part->args[0]);
		js_push_number(args, part->args[1]);
		js_push_number(args, part->args[2]);
		js_set(one, "args", args);
		js_text(one, "text", teach_story_step(part));
		js_push(steps, one);
	}
	js_number(o, "number", story->number);
	js_number(o, "seq", story->seq);
	js_number(o, "lost", story->lost);
	js_number(o, "dropped", story->dropped);
	js_number(o, "pid", story->pid);
	js_number(o, "tid", story->tid);
	js_text(o, "comm", story->comm);
	js_hex(o, "address", story->address);
	js_text(o, "access", name_of(&access_names, story->access));
	js_number(o, "object", story->memory);
	js_text(o, "outcome", name_of(&story_outcome_names, story->outcome));
	js_number(o, "ns", story->ns);
	js_set(o, "steps", steps);
	js_number(o, "left_out", story->left_out);
	js_print(o);
}

/* What the allocator does is done for the step that follows. */
static int depth_of(__u32 kind)
{
	if (kind == VMLAB_STORY_STEP_TRAP)
		return 0;
	return kind <= VMLAB_STORY_STEP_DRAIN ? 4 : 2;
}

static void missing_text(const struct vmlab_story *story)
{
	if (story->lost)
		say(COLOR_BAD, "(%llu stories before this one were lost)\n",
		    story->lost);
	if (story->dropped)
		say(COLOR_BAD, "(%llu stories before this one came too fast)\n",
		    story->dropped);
}

static void story_text(const struct vmlab_story *story)
{
	bool failed = story->outcome >= VMLAB_STORY_OUTCOME_BAD_AREA &&
		      story->outcome != VMLAB_STORY_OUTCOME_LENT;
	__u32 i, before = 0;

	missing_text(story);
	say(COLOR_TITLE, "#%llu %s[%u]: %s at 0x%llx: ", story->number,
	    story->comm, story->tid, teach_story_access(story->access),
	    story->address);
	say(failed ? COLOR_BAD : COLOR_GOOD, "%s\n",
	    name_of(&story_outcome_names, story->outcome));
	for (i = 0; i < story->nr; i++) {
		const struct vmlab_story_part *part = &story->part[i];
		int depth = depth_of(part->kind);

		say(COLOR_DIM, "%9u ns  ", part->ns - before);
		before = part->ns;
		printf("%*s", depth, "");
		say(COLOR_NAME, "%-*s", 14 - depth,
		    name_of(&story_step_names, part->kind));
		printf("%s\n", teach_story_step(part));
	}
	if (story->left_out)
		printf("%14s%u more steps, that there was no room for\n", "",
		       story->left_out);
	say(COLOR_DIM, "%9llu ns  ", story->ns);
	printf("in all: %s\n", teach_story_outcome(story->outcome));
}

/* === Who is traced === */

/* What ends it is taken from a descriptor, so that none comes in between. */
static int catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void become(char **program, int go)
{
	sigset_t none;
	char byte;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* Until somebody listens; if he went away instead, for nobody. */
	if (read(go, &byte, 1) != 1)
		_exit(127);
	close(go);
	execvp(program[0], program);
	print_error("cannot run %s: %s.", program[0], strerror(errno));
	_exit(127);
}

/* Starts the program, which waits until a byte is written to @go. */
static bool start_program(struct tracing *t, char **program, int *go)
{
	int ends[2];

	fflush(stdout);
	if (pipe(ends)) {
		print_error("cannot make a pipe: %s.", strerror(errno));
		return false;
	}
	t->child = fork();
	if (!t->child) {
		close(ends[1]);
		become(program, ends[0]);
	}
	close(ends[0]);
	*go = ends[1];
	if (t->child > 0)
		return true;
	print_error("cannot start a process: %s.", strerror(errno));
	close(ends[1]);
	return false;
}

/* === Tracing === */

/* How many came, of those that have come so far; or a negative errno. */
static int take_some(struct vmlab *v, struct tracing *t)
{
	static struct vmlab_story story;
	int n = 0, nr = 0;

	while (t->left && nr < AT_ONCE &&
	       (n = vmlab_story_next(v, &story)) > 0) {
		if (print_json())
			story_json(&story);
		else
			story_text(&story);
		t->told++;
		t->lost += story.lost;
		t->dropped += story.dropped;
		t->left--;
		nr++;
	}
	fflush(stdout);
	return n < 0 ? n : nr;
}

static int follow(struct vmlab *v, struct tracing *t)
{
	struct pollfd fds[] = {
		{ .fd = vmlab_fd(v), .events = POLLIN },
		{ .fd = t->signals, .events = POLLIN },
		{ .fd = t->process, .events = POLLIN },
	};
	int nr;

	while (t->left && !print_failed()) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			return -errno;
		nr = take_some(v, t);
		if (nr < 0)
			return nr;
		/* What it did last has come before its end. */
		if (fds[1].revents || (fds[2].revents && !nr))
			break;
	}
	return 0;
}

static void sum_up(const struct tracing *t)
{
	if (!print_json())
		printf("%llu stories told\n", t->told);
	if (t->lost)
		print_warning("%llu stories were lost: nobody took them in time.",
			      t->lost);
	if (t->dropped)
		print_warning("%llu stories were dropped: they came faster than %u a second.",
			      t->dropped, VMLAB_STORY_RATE);
}

static int trace(struct vmlab *v, struct tracing *t, const struct options *o,
		 int go)
{
	struct vmlab_story_request req = {
		.pid = t->child ? t->child : o->pid, .all = o->all,
		.outcomes = o->kinds,
	};
	struct vmlab_story_totals totals;
	int err;

	if (!o->all)
		t->process = syscall(SYS_pidfd_open, real_pid(req.pid), 0);
	err = vmlab_story_start(v, &req);
	if (err)
		return err;
	if (go >= 0 && write(go, "", 1) != 1)
		return -errno;
	err = follow(v, t);
	if (err)
		return err;
	err = vmlab_story_stop(v, &totals);
	if (!err && t->left && totals.told >= t->told) {
		t->lost = totals.lost;
		t->dropped = totals.dropped;
	}
	return err;
}

/* Unless the program has ended, it goes on by itself. */
static int end_program(const struct tracing *t, int status)
{
	int state;

	if (waitpid(t->child, &state, WNOHANG) == t->child &&
	    WIFEXITED(state) && WEXITSTATUS(state) == 127)
		return STATUS_REFUSED;
	return status;
}

int cmd_trace(struct vmlab *v, const struct options *o)
{
	struct tracing t = {
		.left = o->given & OPT_COUNT ? o->count : ~0ULL,
		.signals = -1, .process = -1,
	};
	int status = STATUS_GOOD, go = -1, err;

	if (o->has_pid + o->all + !!o->program != 1) {
		print_error("give a PID, or \"all\", or a command after \"--\".");
		return STATUS_USAGE;
	}
	t.signals = catch_signals();
	if (o->program && !start_program(&t, o->program, &go))
		return STATUS_REFUSED;
	err = trace(v, &t, o, go);
	if (err)
		status = refused(v, err);
	else
		sum_up(&t);
	if (go >= 0)
		close(go);
	if (t.child)
		status = end_program(&t, status);
	if (t.process >= 0)
		close(t.process);
	close(t.signals);
	return status;
}
