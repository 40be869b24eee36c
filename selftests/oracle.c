// SPDX-License-Identifier: GPL-2.0
/*
 * An oracle that is not ours: for every page of many kinds of processes, stopped
 * while they are looked at, vmlab must say what /proc/PID/pagemap,
 * /proc/kpageflags and /proc/kpagecount say.
 */
#include <kselftest.h>

#include "genl.h"
#include "memory.h"
#include "oracle/oracle.h"

#include <signal.h>
#include <sys/wait.h>

/* Start a subject with its standard input and output at pipes of ours. */
static pid_t start(const struct subject *subject, int *hold)
{
	int in[2], out[2];
	char byte = 0;
	pid_t pid;

	if (pipe(in) || pipe(out))
		return -1;
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		if (subject->argv[0])
			execv(subject->argv[0], (char * const *)subject->argv);
		else if (subject->make() && write(1, "\n", 1) == 1)
			(void)!read(0, &byte, 1);
		_exit(0);
	}
	close(in[0]);
	close(out[1]);
	*hold = in[1];
	if (read(out[0], &byte, 1) != 1)
		byte = 0;
	close(out[0]);
	if (byte)
		return pid;
	waitpid(pid, NULL, 0);
	close(*hold);
	return -1;
}

static void examine(struct genl *g, const struct subject *subject)
{
	struct tally tally = { 0 };
	int hold, status;
	pid_t pid = start(subject, &hold);

	if (pid < 0) {
		ksft_test_result_fail("%s: cannot be made\n", subject->name);
		return;
	}
	kill(-pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	if (WIFSTOPPED(status))
		compare_process(g, pid, &tally);
	ksft_print_msg("%lu pages, %lu mapped, %lu page flags, %lu one by one\n",
		       tally.pages, tally.mapped, tally.flags, tally.samples);
	ksft_print_msg("%s: %lu differences\n", subject->name,
		       tally.differences);
	ksft_test_result(tally.mapped && tally.flags && !tally.differences,
			 "%s\n", subject->name);
	kill(-pid, SIGKILL);
	close(hold);
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	static struct genl g;

	ksft_print_header();
	ksft_set_plan(nr_subjects);
	if (genl_open(&g))
		ksft_exit_fail_msg("no vmlab family\n");
	/* Nobody may change what holds still: no collapse, no merging. */
	write_text("/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs",
		   "4000000000");
	for (unsigned int i = 0; i < nr_subjects; i++)
		examine(&g, &subjects[i]);
	genl_close(&g);
	ksft_finished();
}
