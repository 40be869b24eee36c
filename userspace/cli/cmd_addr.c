// SPDX-License-Identifier: GPL-2.0
/* vmlab addr */
#include "cmd.h"

#include <stdio.h>

#include "teach.h"

static void hex_or_null(struct json_object *o, const char *key, bool known,
			__u64 value)
{
	if (known)
		js_hex(o, key, value);
	else
		js_null(o, key);
}

static void text_or_null(struct json_object *o, const char *key, bool known,
			 const char *value)
{
	if (known)
		js_text(o, key, value);
	else
		js_null(o, key);
}

static void addr_json(const struct vmlab_addr *addr)
{
	struct json_object *o = js_object();
	bool walked = addr->has & VMLAB_HAS_STATE;

	js_hex(o, "address", addr->address);
	if (addr->has & VMLAB_HAS_PID)
		js_number(o, "pid", addr->pid);
	else
		js_null(o, "pid");
	js_text(o, "region", name_of(&region_names, addr->region));
	hex_or_null(o, "start", addr->has & VMLAB_HAS_REGION, addr->start);
	hex_or_null(o, "end", addr->has & VMLAB_HAS_REGION, addr->end);
	js_text(o, "detail", addr->detail);
	text_or_null(o, "cache", addr->has & VMLAB_HAS_CACHE,
		     name_of(&cache_names, addr->cache));
	text_or_null(o, "state", walked, name_of(&state_names, addr->state));
	if (walked)
		js_number(o, "page_size", addr->page_size);
	else
		js_null(o, "page_size");
	hex_or_null(o, "physical", addr->has & VMLAB_HAS_PHYSICAL,
		    addr->physical);
	js_names(o, "flags", &entry_flag_names, addr->flags);
	js_print(o);
}

static void label(const char *text)
{
	say(COLOR_NAME, "  %-9s", text);
}

/* What the page table says of the address. */
static void entry_text(const struct vmlab_addr *addr)
{
	label("entry");
	printf("%s, %s: ", name_of(&state_names, addr->state),
	       bytes_text(addr->page_size));
	say_names(COLOR_GOOD, &entry_flag_names, addr->flags);
	putchar('\n');
	if (addr->has & VMLAB_HAS_PHYSICAL) {
		label("physical");
		printf("0x%llx\n", addr->physical);
	}
	if (addr->has & VMLAB_HAS_CACHE) {
		label("cache");
		printf("%s\n", teach_cache(addr->cache));
	}
}

static void addr_text(const struct vmlab_addr *addr)
{
	say(COLOR_TITLE, "0x%016llx  ", addr->address);
	say(COLOR_VALUE, "%s\n", name_of(&region_names, addr->region));
	say_text(COLOR_PLAIN, 2, teach_region(addr->region));
	if (addr->has & VMLAB_HAS_REGION) {
		label("from");
		printf("0x%016llx to 0x%016llx (%s)\n",
		       addr->start, addr->end,
		       bytes_text(addr->end - addr->start + 1));
	}
	if (*addr->detail) {
		label("detail");
		printf("%s\n", addr->detail);
	}
	if (addr->has & VMLAB_HAS_STATE)
		entry_text(addr);
}

int cmd_addr(struct vmlab *v, const struct options *o)
{
	struct vmlab_addr addr;
	int err = vmlab_addr(v, o->pid, o->address, &addr);

	if (err)
		return refused(v, err);
	if (print_json())
		addr_json(&addr);
	else
		addr_text(&addr);
	return STATUS_GOOD;
}
