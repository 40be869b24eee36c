// SPDX-License-Identifier: GPL-2.0
#include "access.h"

#include "memory.h"

#include <linux/vmlab.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/resource.h>
#include <ucontext.h>

#define TRAP_FLAG	0x100

static sigjmp_buf back;
static char *target;
static char scratch[64];
static sig_atomic_t caught;

/*
 * A step trap comes first at the jump to the page, before its instruction has
 * been fetched, and then when it has been executed.
 */
static void on_signal(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	if (sig == SIGTRAP &&
	    uc->uc_mcontext.gregs[REG_RIP] == (greg_t)target)
		return;
	caught = sig == SIGTRAP ? 0 : sig;
	siglongjmp(back, 1);
}

void catch_signals(void)
{
	static char stack[65536];
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = {
		.sa_sigaction = on_signal,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};

	touch(stack, sizeof(stack));
	sigaltstack(&alternate, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGTRAP, &action, NULL);
	sigaction(SIGILL, &action, NULL);
}

/* Zeroes are an instruction that adds to the byte at RAX. */
static void execute(char *p)
{
	asm volatile("pushf\n\t"
		     "orq %2, (%%rsp)\n\t"
		     "popf\n\t"
		     "jmp *%1\n\t"
		     : : "a" (scratch), "r" (p), "i" (TRAP_FLAG)
		     : "memory", "cc");
}

static void do_access(char *p, int access)
{
	target = p;
	switch (access) {
	case VMLAB_ACCESS_READ:
		(void)__atomic_load_n(p, __ATOMIC_RELAXED);
		break;
	case VMLAB_ACCESS_WRITE:
		__atomic_store_n(p, 0, __ATOMIC_RELAXED);
		break;
	case VMLAB_ACCESS_EXEC:
		execute(p);
		break;
	}
}

enum reality try_access(char *p, int access)
{
	struct rusage before, after;

	caught = 0;
	getrusage(RUSAGE_SELF, &before);
	if (!sigsetjmp(back, 1))
		do_access(p, access);
	getrusage(RUSAGE_SELF, &after);
	if (caught)
		return caught == SIGSEGV ? SEGV : caught == SIGBUS ? BUS :
		       OTHER;
	if (after.ru_majflt != before.ru_majflt)
		return MAJOR;
	return after.ru_minflt != before.ru_minflt ? MINOR : WORKED;
}
