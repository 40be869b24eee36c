// SPDX-License-Identifier: GPL-2.0
/* vmlab: load and unload. */
#include <vmlab/chardev.h>
#include <vmlab/control.h>
#include <vmlab/memory.h>
#include <vmlab/pool.h>
#include <vmlab/version.h>

#include <linux/module.h>
#include <linux/vmlab.h>
#include <asm/cpufeature.h>

static int __init vmlab_init(void)
{
	int err;

	if (cpu_feature_enabled(X86_FEATURE_XENPV)) {
		pr_err("a Xen PV guest has no page tables of its own\n");
		return -EOPNOTSUPP;
	}

	err = vml_pool_init();
	if (err)
		return err;
	err = vml_mirror_init();
	if (err)
		goto fini_pool;
	err = vml_chardev_init();
	if (err)
		goto fini_mirror;
	err = vml_control_init();
	if (err)
		goto fini_chardev;
	return 0;

fini_chardev:
	vml_chardev_fini();
fini_mirror:
	vml_mirror_fini();
fini_pool:
	vml_pool_fini();
	return err;
}

static void __exit vmlab_exit(void)
{
	vml_control_fini();
	vml_chardev_fini();
	vml_mirror_fini();
	vml_pool_fini();
}

module_init(vmlab_init);
module_exit(vmlab_exit);

MODULE_DESCRIPTION("A laboratory of virtual memory");
MODULE_AUTHOR("The vmlab authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(VMLAB_VERSION);
MODULE_ALIAS_GENL_FAMILY(VMLAB_GENL_NAME);
