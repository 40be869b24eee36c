// SPDX-License-Identifier: GPL-2.0
/* vmlab info */
#include "cmd.h"

#include <stdio.h>

static struct json_object *page_sizes(__u32 sizes)
{
	struct json_object *array = js_array();
	unsigned int bit;

	for (bit = 0; bit < page_size_names.count; bit++) {
		if (sizes >> bit & 1)
			js_push_number(array, 4096ULL << (9 * bit));
	}
	return array;
}

static void info_json(const struct vmlab_info *info)
{
	struct json_object *o = js_object();

	js_text(o, "version", info->version);
	js_text(o, "release", info->release);
	js_number(o, "abi", info->abi);
	js_number(o, "paging_levels", info->paging_levels);
	js_number(o, "virtual_bits", info->virtual_bits);
	js_number(o, "physical_bits", info->physical_bits);
	js_names(o, "features", &feature_names, info->features);
	js_hex(o, "user_end", info->user_end);
	js_set(o, "page_sizes", page_sizes(info->page_sizes));
	js_print(o);
}

static void label(const char *text)
{
	say(COLOR_NAME, "  %-19s", text);
}

static void info_text(const struct vmlab_info *info)
{
	label("module");
	printf("vmlab %s, interface %u\n", info->version, info->abi);
	label("kernel");
	printf("%s\n", info->release);
	label("paging");
	printf("%u levels; each takes 9 bits of the address, the offset takes 12\n",
	       info->paging_levels);
	label("virtual addresses");
	printf("%u bits: %s\n", info->virtual_bits,
	       bytes_text(1ULL << (info->virtual_bits & 63)));
	label("physical addresses");
	printf("%u bits: %s\n", info->physical_bits,
	       bytes_text(1ULL << (info->physical_bits & 63)));
	label("user half");
	printf("0 to 0x%llx\n", info->user_end - 1);
	label("page sizes");
	say_names(COLOR_VALUE, &page_size_names, info->page_sizes);
	putchar('\n');
	label("features");
	say_names(COLOR_VALUE, &feature_names, info->features);
	putchar('\n');
	if (!(info->features & VMLAB_FEATURE_FRAMES))
		say_text(COLOR_DIM, 2,
			 "Frame numbers and physical addresses are withheld: they need CAP_SYS_ADMIN.");
}

int cmd_info(struct vmlab *v, const struct options *o)
{
	struct vmlab_info info;
	int err = vmlab_info(v, &info);

	(void)o;
	if (err)
		return refused(v, err);
	if (print_json())
		info_json(&info);
	else
		info_text(&info);
	return STATUS_GOOD;
}
