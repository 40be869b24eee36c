// SPDX-License-Identifier: GPL-2.0
/*
 * Who may look at whose memory.
 *
 * The rules are those of ptrace_may_access(PTRACE_MODE_READ_FSCREDS), as far
 * as exported symbols reach: same thread group; or all user and group IDs
 * equal, the program dumpable, and no capability that the caller lacks; or
 * CAP_SYS_PTRACE. Other security modules cannot be asked. Whoever has
 * CAP_SYS_ADMIN in the initial user namespace may look at every process, as
 * he may through /proc/kcore.
 */
#include <vmlab/target.h>

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/user_namespace.h>

static bool same_ids(const struct cred *caller, const struct cred *owner)
{
	return uid_eq(caller->fsuid, owner->euid) &&
	       uid_eq(caller->fsuid, owner->suid) &&
	       uid_eq(caller->fsuid, owner->uid) &&
	       gid_eq(caller->fsgid, owner->egid) &&
	       gid_eq(caller->fsgid, owner->sgid) &&
	       gid_eq(caller->fsgid, owner->gid);
}

static bool covers_caps(const struct cred *caller, const struct cred *owner)
{
	return caller->user_ns == owner->user_ns &&
	       cap_issubset(owner->cap_permitted, caller->cap_effective);
}

static bool may_trace(const struct file *opener, struct user_namespace *ns)
{
	return opener ? file_ns_capable(opener, ns, CAP_SYS_PTRACE) :
			ns_capable(ns, CAP_SYS_PTRACE);
}

/* Whether whoever opened a file may look, or with NULL whoever runs. */
static bool may_look(const struct file *opener, struct task_struct *task,
		     struct mm_struct *mm)
{
	const struct cred *viewer = opener ? opener->f_cred : current_cred();
	const struct cred *owner = get_task_cred(task);
	bool may;

	may = (same_ids(viewer, owner) && covers_caps(viewer, owner)) ||
	      may_trace(opener, owner->user_ns);
	put_cred(owner);

	/*
	 * 7.x does not tell whose namespace a program was started in, so
	 * what is not dumpable takes the capability in the initial one.
	 */
	return may && (vml_task_dumpable(task, mm) ||
		       may_trace(opener, &init_user_ns));
}

/*
 * A program with more rights may be made to write to a socket that was handed
 * to it as its output, so that whoever opened the socket must be allowed too.
 */
static bool may_ask(const struct file *opener, struct task_struct *task,
		    struct mm_struct *mm)
{
	if (!same_thread_group(task, current) && !may_look(NULL, task, mm))
		return false;
	return !opener || opener->f_cred == current_cred() ||
	       may_look(opener, task, mm);
}

static struct task_struct *find_task(u32 nr)
{
	struct pid *pid = find_get_pid(nr);
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);

	put_pid(pid);
	return task;
}

/*
 * exec_update_lock keeps the credentials, the memory and the dumpability of
 * one program together, against an exec in between.
 */
static int look_at(struct vml_target *target, bool admin,
		   const struct file *opener, const char **why)
{
	struct rw_semaphore *lock = &target->task->signal->exec_update_lock;
	int err = 0;

	if (down_read_killable(lock)) {
		*why = "interrupted";
		return -EINTR;
	}
	target->mm = get_task_mm(target->task);
	if (!target->mm) {
		*why = "the process has no memory: a kernel thread, or it has exited";
		err = -ESRCH;
	} else if (!admin && !may_ask(opener, target->task, target->mm)) {
		*why = "the process is another user's or protected: it takes CAP_SYS_PTRACE";
		err = -EPERM;
	}
	up_read(lock);
	return err;
}

/**
 * vml_target_get() - find a process and check that the caller may look
 * @target: filled in; to be given back with vml_target_put()
 * @pid: PID of a process or thread in the caller's namespace; 0 is the caller
 * @admin: the caller has CAP_SYS_ADMIN
 * @opener: a file whose opener must be allowed to look as well, or NULL
 * @why: on failure, the reason in words
 *
 * Context: the caller's own, may sleep.
 * Return: 0; -ESRCH where there is no such process or it has no memory,
 * -EPERM, -EINTR.
 */
int vml_target_get(struct vml_target *target, u32 pid, bool admin,
		   const struct file *opener, const char **why)
{
	int err;

	*target = (struct vml_target) { };
	target->task = pid ? find_task(pid) : get_task_struct(current);
	if (!target->task) {
		*why = "no such process";
		return -ESRCH;
	}
	err = look_at(target, admin, opener, why);
	if (err)
		vml_target_put(target);
	return err;
}

/**
 * vml_target_shows() - whether somebody may look at the current task
 * @viewer: who; what he may by a capability does not count
 *
 * Context: process; does not sleep.
 */
bool vml_target_shows(const struct cred *viewer)
{
	/* As get_task_cred(): what it has lent itself for a while is another's. */
	const struct cred *owner = current_real_cred();

	return current->mm && same_ids(viewer, owner) &&
	       covers_caps(viewer, owner) &&
	       vml_task_dumpable(current, current->mm);
}

/**
 * vml_target_put() - let go of a process
 * @target: from vml_target_get()
 *
 * Context: may sleep: the last user of a memory tears it down.
 */
void vml_target_put(struct vml_target *target)
{
	if (target->mm)
		mmput(target->mm);
	if (target->task)
		put_task_struct(target->task);
	*target = (struct vml_target) { };
}
