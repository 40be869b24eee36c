// SPDX-License-Identifier: GPL-2.0
/*
 * For whom memories and processes count: for the user who opens or maps, up to a
 * part of the pool; with CAP_SYS_ADMIN there is no limit.
 */
#include <vmlab/memory.h>
#include <vmlab/pool.h>

#include <linux/cred.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/user_namespace.h>

static unsigned int map_cap = 50;

static void set_cap(void)
{
	WRITE_ONCE(vml_charge_cap,
		   div_u64((u64)vml_pool.got * min(map_cap, 100U), 100));
}

static int set_param(const char *text, const struct kernel_param *param)
{
	int err = param_set_uint(text, param);

	if (!err)
		set_cap();
	return err;
}

static const struct kernel_param_ops param_ops = {
	.set = set_param,
	.get = param_get_uint,
};

module_param_cb(map_cap, &param_ops, &map_cap, 0644);
MODULE_PARM_DESC(map_cap, "per cent of the pool that all mappings of one user may take (default 50)");

/**
 * vml_account_init() - find out how much one user may take
 *
 * Context: process; the pool is there.
 */
void vml_account_init(void)
{
	kernel_param_lock(THIS_MODULE);
	set_cap();
	kernel_param_unlock(THIS_MODULE);
}

/**
 * vml_account_open() - the account of a user
 * @user: the user
 * @admin: with CAP_SYS_ADMIN
 *
 * Context: process; may sleep.
 * Return: with a reference, or NULL.
 */
struct vml_charge *vml_account_open(kuid_t user, bool admin)
{
	return vml_charge_open(from_kuid(&init_user_ns, user), admin);
}
