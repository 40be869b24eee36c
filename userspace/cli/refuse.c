// SPDX-License-Identifier: GPL-2.0
/* Failures in words: what is wrong, and what to do about it. */
#include "cmd.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Are these the kernel's words, and not only the name of the error? */
static bool has_words(int err, const char *text)
{
	return strcmp(text, strerror(-err));
}

/* What lacks in the pool, the kernel says itself; this is for the machine. */
static const char *advice(int err, const char *text)
{
	switch (-err) {
	case ENOENT:
		return strstr(text, "not loaded") ?
		       "load it with \"modprobe vmlab\", or \"make load\" in its source tree" :
		       NULL;
	case ESRCH:
		return "see the processes there are with \"ps -e\"";
	case EPERM:
	case EACCES:
		return "ask as root";
	case ENOTCONN:
	case ECONNREFUSED:
		return "the module went away; load it again";
	case ENOMEM:
		return has_words(err, text) ? NULL :
		       "free some memory and try again";
	case EOPNOTSUPP:
		return has_words(err, text) ? NULL :
		       "the module is older than this tool; load the one built with it";
	case ERANGE:
		if (strstr(text, "object"))
			return NULL;
		return strstr(text, "frame") ?
		       "\"vmlab pool\" shows which there are" :
		       "\"vmlab areas\" shows which are in use, \"vmlab info\" where they end";
	case ENXIO:
		return "/sys/devices/system/cpu/online names the CPUs";
	default:
		return NULL;
	}
}

static bool says_what_to_do(const char *text)
{
	return strstr(text, "may look") || strstr(text, "kernel thread") ||
	       strchr(text, ';');
}

/* The kernel's words may end in a full stop, and may say what to do already. */
int refused(struct vmlab *v, int err)
{
	const char *text = vmlab_error(v);
	const char *what = says_what_to_do(text) ? NULL : advice(err, text);
	int len = strlen(text);

	while (len && text[len - 1] == '.')
		len--;
	if (what)
		print_error("%.*s; %s.", len, text, what);
	else
		print_error("%.*s.", len, text);
	return STATUS_REFUSED;
}

void warn_interrupted(void)
{
	print_warning("memory changed while it was read; ask again for a consistent answer.");
}

__u32 real_pid(pid_t pid)
{
	return pid ? pid : getpid();
}
