// SPDX-License-Identifier: GPL-2.0
/* VMLAB_CMD_INFO_GET: what runs here. */
#include "control.h"

#include <vmlab/version.h>

#include <linux/mm.h>
#include <linux/utsname.h>
#include <asm/cpufeature.h>

static u64 features(bool admin)
{
	static const struct {
		u16 bit;
		u64 feature;
	} bits[] = {
		{ X86_FEATURE_NX,	VMLAB_FEATURE_NX },
		{ X86_FEATURE_PCID,	VMLAB_FEATURE_PCID },
		{ X86_FEATURE_PTI,	VMLAB_FEATURE_PTI },
		{ X86_FEATURE_OSPKE,	VMLAB_FEATURE_PKEYS },
		{ X86_FEATURE_SMEP,	VMLAB_FEATURE_SMEP },
		{ X86_FEATURE_SMAP,	VMLAB_FEATURE_SMAP },
		{ X86_FEATURE_GBPAGES,	VMLAB_FEATURE_GBPAGES },
		{ X86_FEATURE_INVPCID,	VMLAB_FEATURE_INVPCID },
	};
	u64 found = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bits); i++)
		if (boot_cpu_has(bits[i].bit))
			found |= bits[i].feature;
	if (pgtable_l5_enabled())
		found |= VMLAB_FEATURE_LA57;
	if (IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE))
		found |= VMLAB_FEATURE_THP;
	if (IS_ENABLED(CONFIG_HUGETLB_PAGE))
		found |= VMLAB_FEATURE_HUGETLB;
	if (IS_ENABLED(CONFIG_SWAP))
		found |= VMLAB_FEATURE_SWAP;
	return admin ? found | VMLAB_FEATURE_FRAMES : found;
}

static u32 leaf_sizes(void)
{
	u32 sizes = VMLAB_PAGE_SIZES_SIZE_4K | VMLAB_PAGE_SIZES_SIZE_2M;

	if (boot_cpu_has(X86_FEATURE_GBPAGES))
		sizes |= VMLAB_PAGE_SIZES_SIZE_1G;
	return sizes;
}

static int fill_info(struct sk_buff *skb, const void *data)
{
	const bool *admin = data;

	if (nla_put_string(skb, VMLAB_A_INFO_VERSION, VMLAB_VERSION) ||
	    nla_put_string(skb, VMLAB_A_INFO_RELEASE,
			   init_utsname()->release) ||
	    nla_put_u32(skb, VMLAB_A_INFO_ABI, VMLAB_ABI) ||
	    nla_put_u32(skb, VMLAB_A_INFO_PAGING_LEVELS,
			pgtable_l5_enabled() ? 5 : 4) ||
	    nla_put_u32(skb, VMLAB_A_INFO_VIRTUAL_BITS,
			pgtable_l5_enabled() ? 57 : 48) ||
	    nla_put_u32(skb, VMLAB_A_INFO_PHYSICAL_BITS,
			boot_cpu_data.x86_phys_bits) ||
	    nla_put_u64_64bit(skb, VMLAB_A_INFO_FEATURES, features(*admin),
			      VMLAB_A_INFO_PAD) ||
	    nla_put_u64_64bit(skb, VMLAB_A_INFO_USER_END, TASK_SIZE_MAX,
			      VMLAB_A_INFO_PAD) ||
	    nla_put_u32(skb, VMLAB_A_INFO_WALK_PAGE_SIZES, leaf_sizes()))
		return -EMSGSIZE;
	return 0;
}

int vmlab_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *abi = info->attrs[VMLAB_A_INFO_ABI];
	bool admin = vml_is_admin(skb);

	if (abi && nla_get_u32(abi) > VMLAB_ABI) {
		NL_SET_ERR_MSG_ATTR(info->extack, abi,
				    "the caller was built for a newer module: load that");
		return -EPROTONOSUPPORT;
	}
	return vml_reply(info, 512, fill_info, &admin);
}
