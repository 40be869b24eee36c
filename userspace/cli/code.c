// SPDX-License-Identifier: GPL-2.0
/* walk --code: the walk as kernel code, with the values of this walk. */
#include "code.h"

#include <stdarg.h>
#include <stdio.h>

struct writer {
	code_fn fn;
	void *data;
};

static void line(const struct writer *w, const char *format, ...)
	__printf(2, 3);

static void line(const struct writer *w, const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	w->fn(text, w->data);
}

/* A statement, and beside it what came of it in this walk. */
static void noted(const struct writer *w, const char *note, const char *format,
		  ...) __printf(3, 4);

static void noted(const struct writer *w, const char *note, const char *format,
		  ...)
{
	char code[100];
	va_list args;

	va_start(args, format);
	vsnprintf(code, sizeof(code), format, args);
	va_end(args);
	line(w, "%-48s /* %s */", code, note);
}

static void noted_value(const struct writer *w, const char *code, bool known,
			__u64 value)
{
	char note[40];

	snprintf(note, sizeof(note), known ? "0x%llx" : "withheld", value);
	noted(w, note, "%s", code);
}

static void noted_entry(const struct writer *w, const char *code,
			const struct vmlab_step *step)
{
	char note[60];

	if (step->folded)
		snprintf(note, sizeof(note), "folded: the same entry");
	else
		snprintf(note, sizeof(note), "[%u] = 0x%llx", step->index,
			 step->entry);
	noted(w, note, "%s", code);
}

static bool is_user(const struct vmlab_walk *walk)
{
	return !(walk->address >> 63);
}

static const char *level_name(__u32 level)
{
	return name_of(&level_names, level);
}

static const char *step_call(const struct vmlab_step *step, bool user)
{
	switch (step->level) {
	case VMLAB_LEVEL_PGD:
		return user ? "pgd = pgd_offset(mm, addr);" :
			      "pgd = pgd_offset_k(addr);";
	case VMLAB_LEVEL_P4D:
		return "p4d = p4d_offset(pgd, addr);";
	case VMLAB_LEVEL_PUD:
		return "pud = pud_offset(p4d, addr);";
	case VMLAB_LEVEL_PMD:
		return "pmd = pmd_offset(pud, addr);";
	default:
		return "pte = pte_offset_map_lock(mm, pmd, addr, &ptl);";
	}
}

static void step_code(const struct writer *w, const struct vmlab_walk *walk,
		      const struct vmlab_step *step)
{
	noted_entry(w, step_call(step, is_user(walk)), step);
}

static bool has_frame(const struct vmlab_walk *walk)
{
	return walk->state == VMLAB_STATE_PRESENT ||
	       walk->state == VMLAB_STATE_ZERO ||
	       walk->state == VMLAB_STATE_PROT_NONE;
}

/* The way out: with a lock to drop, or without. */
static const char *way_out(const struct vmlab_walk *walk)
{
	return is_user(walk) ? "        goto unlock;" : "        return;";
}

/* What is done with the last entry. */
static void leaf_code(const struct writer *w, const struct vmlab_walk *walk,
		      __u32 level)
{
	const char *name = level_name(level);
	bool huge = level != VMLAB_LEVEL_PTE;
	__u64 pages = walk->page_size >> 12;
	__u64 first = huge && pages ? walk->pfn & ~(pages - 1) : walk->pfn;
	char sum[100];

	if (!has_frame(walk)) {
		noted(w, name_of(&state_names, walk->state),
		      "if (!%s_present(*%s))", name, name);
		line(w, "        entry = %s_to_swp_entry(*%s);", name, name);
		if (walk->has & VMLAB_HAS_SWAP)
			line(w, "        /* swp_type() is %u, swp_offset() %llu */",
			     walk->swap_type, walk->swap_offset);
		return;
	}
	if (huge)
		noted(w, "yes: one huge page", "if (%s_leaf(*%s)) {", name, name);
	else
		noted(w, "yes", "if (%s_present(*%s))", name, name);
	snprintf(sum, sizeof(sum), "        pfn = %s_pfn(*%s);", name, name);
	noted_value(w, sum, walk->has & VMLAB_HAS_PFN, first);
	if (!huge)
		return;
	snprintf(sum, sizeof(sum),
		 "        pfn += (addr & ~%s_MASK) >> PAGE_SHIFT;",
		 level == VMLAB_LEVEL_PUD ? "PUD" : "PMD");
	noted_value(w, sum, walk->has & VMLAB_HAS_PFN, walk->pfn);
	line(w, "}");
}

static void last_code(const struct writer *w, const struct vmlab_walk *walk,
		      const struct vmlab_step *step)
{
	const char *name = level_name(step->level);
	bool low = step->level == VMLAB_LEVEL_PTE;

	step_code(w, walk, step);
	if (walk->state == VMLAB_STATE_NONE) {
		noted(w, "yes: the walk ends here", "if (%s_none(*%s))", name,
		      name);
		line(w, "%s", way_out(walk));
	} else {
		if (!low && is_user(walk))
			line(w, "ptl = %s_lock(mm, %s);", name, name);
		leaf_code(w, walk, step->level);
		if (!low && is_user(walk))
			line(w, "spin_unlock(ptl);");
	}
	if (low)
		line(w, "pte_unmap_unlock(pte, ptl);");
}

void code_walk(const struct vmlab_walk *walk, code_fn fn, void *data)
{
	struct writer w = { fn, data };
	__u32 i;

	line(&w, "addr = 0x%llx;", walk->address);
	if (is_user(walk))
		noted(&w, "no area goes away", "mmap_read_lock(mm);");
	for (i = 0; i + 1 < walk->nr_steps; i++) {
		const struct vmlab_step *step = &walk->step[i];
		const char *name = level_name(step->level);

		step_code(&w, walk, step);
		if (step->folded)
			continue;
		noted(&w, "no", "if (%s_none(*%s) || %s_bad(*%s))", name, name,
		      name, name);
		line(&w, "%s", way_out(walk));
	}
	if (walk->nr_steps)
		last_code(&w, walk, &walk->step[walk->nr_steps - 1]);
	if (has_frame(walk))
		noted_value(&w, "phys = PFN_PHYS(pfn) | offset_in_page(addr);",
			    walk->has & VMLAB_HAS_PHYSICAL, walk->physical);
	if (is_user(walk)) {
		line(&w, "unlock:");
		line(&w, "mmap_read_unlock(mm);");
	}
}

static void print_line(const char *text, void *data)
{
	(void)data;
	printf("  %s\n", text);
}

void code_text(const struct vmlab_walk *walk)
{
	say(COLOR_TITLE, "\nThe same in kernel code\n");
	code_walk(walk, print_line, NULL);
}

static void push_line(const char *text, void *data)
{
	js_push_text(data, text);
}

struct json_object *code_json(const struct vmlab_walk *walk)
{
	struct json_object *array = js_array();

	code_walk(walk, push_line, array);
	return array;
}
