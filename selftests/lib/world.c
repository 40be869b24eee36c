// SPDX-License-Identifier: GPL-2.0
#include "world.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE	20	/* seconds */

int world_settle(struct genl *g)
{
	int ret = cache_shrink(g, NULL, NULL);

	return ret < 0 ? ret : pool_drain(g);
}

static int count_sessions(struct genl *g)
{
	static struct session sessions[256];

	return sessions_get(g, NULL, sessions, NR(sessions));
}

static int look(struct world *w)
{
	int ret = world_settle(&w->g);

	if (!ret)
		ret = pool_get(&w->g, ANY, &w->pool);
	if (!ret)
		ret = pool_check(&w->g, &w->check);
	return ret;
}

int world_open(struct world *w)
{
	int ret = genl_open(&w->g);

	if (ret)
		return ret;
	ret = look(w);
	if (ret)
		goto close;
	w->reported = w->check.reported;
	w->nr_zones = pool_zones(&w->g, w->zone, ZONES);
	if (w->nr_zones < 0) {
		ret = w->nr_zones;
		goto close;
	}
	w->sessions = count_sessions(&w->g);
	w->kmsg = kmsg_open();
	return 0;

close:
	printf("# %d %s\n", ret, w->g.message);
	genl_close(&w->g);
	return ret;
}

bool world_is_as_before(struct world *w)
{
	struct zone zone[ZONES];

	if (pool_zones(&w->g, zone, ZONES) != w->nr_zones)
		return false;
	for (int i = 0; i < w->nr_zones; i++)
		for (int order = 0; order < ORDERS; order++)
			if (zone[i].order[order].blocks !=
			    w->zone[i].order[order].blocks)
				return false;
	return true;
}

static bool is_over(void *arg)
{
	struct world *w = arg;
	__u32 used = w->pool.used;
	bool same = !look(w) && w->pool.used == used;

	w->pool.used = used;
	return same && world_is_as_before(w) &&
	       count_sessions(&w->g) == w->sessions;
}

const char *world_close(struct world *w)
{
	bool over;

	close(w->kmsg);
	genl_close(&w->g);
	if (genl_open(&w->g))
		return "no channel";
	over = wait_until(is_over, w);
	genl_close(&w->g);
	if (!over)
		return "not all came back";
	if (w->check.broken)
		return "an invariant is broken";
	if (w->check.reported != w->reported)
		return "other bugs were reported than those provoked";
	return NULL;
}

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

static bool has_words(const char *line, va_list words)
{
	const char *word;
	va_list ap;
	bool has = true;

	va_copy(ap, words);
	while (has && (word = va_arg(ap, const char *)))
		has = strstr(line, word);
	va_end(ap);
	return has;
}

bool kmsg_tells(int fd, ...)
{
	bool found = false;
	char line[8192];
	va_list words;
	ssize_t len;

	va_start(words, fd);
	while (!found) {
		len = read(fd, line, sizeof(line) - 1);
		if (len < 0 && errno == EPIPE)
			continue;
		if (len <= 0)
			break;
		line[len] = '\0';
		found = has_words(line, words);
	}
	va_end(words);
	return found;
}

int last_cpu(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) - 1;
}

bool pin_to_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

bool switch_cpu(int cpu, bool on)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpu);
	return write_text(path, on ? "1" : "0");
}

bool become_user(uid_t uid)
{
	return !setgroups(0, NULL) && !setresgid(uid, uid, uid) &&
	       !setresuid(uid, uid, uid);
}

int in_child(int (*work)(void *arg), void *arg)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		status = work(arg);
		fflush(stdout);
		_exit(status);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 98;
	return WEXITSTATUS(status);
}

bool wait_until(bool (*is_so)(void *arg), void *arg)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	struct timespec now;
	time_t end;

	clock_gettime(CLOCK_MONOTONIC, &now);
	for (end = now.tv_sec + PATIENCE; now.tv_sec < end;
	     clock_gettime(CLOCK_MONOTONIC, &now)) {
		if (is_so(arg))
			return true;
		nanosleep(&pause, NULL);
	}
	return is_so(arg);
}

int module_load(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, parameters ? parameters : "", 0) ?
	      -errno : 0;
	close(fd);
	return ret;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, "vmlab", O_NONBLOCK) ? -errno : 0;
}
