// SPDX-License-Identifier: GPL-2.0
/* Sentences about the steps of a fault. */
#include "teach.h"

#include <stdio.h>
#include <string.h>

#include "names.h"
#include "print.h"
#include "space_show.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/*
 * In a sentence, % and a letter stand for the next number of the step: "a" an
 * address, "b" bytes, "e" a shadow entry, "f" a frame, "n" just a number, "r"
 * rights, "s" what is so at an index, "t" a migrate type, "w" an access, "z"
 * whether there are zeroes; "_" passes one over.
 */
static const char *const steps[] = {
	[VMLAB_STORY_STEP_SPLIT] =
	"the block at %f is split from order %n to %n; its lowest part goes on",
	[VMLAB_STORY_STEP_MERGE] =
	"the block at %f merges from order %n to %n",
	[VMLAB_STORY_STEP_CLAIM] =
	"the page blocks around %f change from type %t to %t",
	[VMLAB_STORY_STEP_STEAL] =
	"the block at %f, of type %t, is taken for a request of type %t",
	[VMLAB_STORY_STEP_TAKE] =
	"the block at %f, of order %n, leaves the free lists of type %t",
	[VMLAB_STORY_STEP_GIVE] = "the block at %f, of order %n, comes back",
	[VMLAB_STORY_STEP_REFILL] =
	"%_the CPU's list of order %n gets up to %n blocks",
	[VMLAB_STORY_STEP_DRAIN] =
	"%_the CPU's lists give %n frames back, down to %n",
	[VMLAB_STORY_STEP_TRAP] = "%a: %w traps; object %n is mapped there",
	[VMLAB_STORY_STEP_AREA] = "%a-%a %r is the area",
	[VMLAB_STORY_STEP_NO_AREA] = "%a: no area is here",
	[VMLAB_STORY_STEP_STALE] =
	"%a-%a %r is what vmlab knew; Linux has another area there",
	[VMLAB_STORY_STEP_REFRESH] = "%a-%a %r is the area from now on, as Linux's",
	[VMLAB_STORY_STEP_RIGHTS] = "%w is allowed by %r",
	[VMLAB_STORY_STEP_NO_RIGHTS] = "%w is not allowed by %r",
	[VMLAB_STORY_STEP_BEYOND] =
	"index %n is beyond the end: the object has %n frames",
	[VMLAB_STORY_STEP_GROW] = "the object grows to %b, then once more:",
	[VMLAB_STORY_STEP_ENTRY] =
	"the shadow entry is %e; on the way to it, %n tables are lacking",
	[VMLAB_STORY_STEP_SLOT] = "at index %n the object has %f%s",
	[VMLAB_STORY_STEP_TABLE] =
	"%n frames were allocated for shadow tables, %n for the object's",
	[VMLAB_STORY_STEP_FRAME] = "%f was allocated%z",
	[VMLAB_STORY_STEP_AHEAD] =
	"the writes go on in a row: from index %n on, %n frames at once",
	[VMLAB_STORY_STEP_LACKING] =
	"not at hand: %n frames, %n shadow tables, %n of the object's; all locks are given up, the pool reclaims, and then once more:",
	[VMLAB_STORY_STEP_BUSY] =
	"index %n: somebody looks at the block that must be split; once more:",
	[VMLAB_STORY_STEP_COPY] = "the content was copied: %f to %f",
	[VMLAB_STORY_STEP_ZAP] =
	"entries for index %n and on, %n in all, were taken away: %n shadow entries",
	[VMLAB_STORY_STEP_PLACE] = "at index %n the object has %f from now on",
	[VMLAB_STORY_STEP_DIRTY] = "at index %n, %f is noted as written to",
	[VMLAB_STORY_STEP_HUGE] = "for index %n there is a block of 512: %f and on",
	[VMLAB_STORY_STEP_SPLIT_HUGE] =
	"the block at index %n is single frames from now on",
	[VMLAB_STORY_STEP_SET] = "%a: the shadow entry is %e now",
	[VMLAB_STORY_STEP_KEEP] = "%a: the shadow entry will do, %e",
	[VMLAB_STORY_STEP_AROUND] =
	"neighbours have their frames too: from %a on, %n shadow entries were set",
	[VMLAB_STORY_STEP_REAL] =
	"from %a on, real entries for what shadow entries there are of %n pages",
	[VMLAB_STORY_STEP_REAL_HUGE] = "%a: one real entry for 2 MiB follows, %e",
	[VMLAB_STORY_STEP_LEND] =
	"index %n: Linux copies the content, to memory of its own",
	[VMLAB_STORY_STEP_FETCH] =
	"from index %n on, what is behind %n pages is read, with no lock held",
};

static const char *const outcomes[] = {
	[VMLAB_STORY_OUTCOME_MINOR] = "the frame was there, and was mapped",
	[VMLAB_STORY_OUTCOME_ZERO] =
	"nothing was there: a read got the frame of zeroes",
	[VMLAB_STORY_OUTCOME_NEW] =
	"nothing was there: a write got a frame of zeroes",
	[VMLAB_STORY_OUTCOME_COPY] = "the frame was shared: a write got a copy",
	[VMLAB_STORY_OUTCOME_REUSE] =
	"the frame was nobody else's: it became writable",
	[VMLAB_STORY_OUTCOME_BAD_AREA] = "failed: no area shows the address",
	[VMLAB_STORY_OUTCOME_BAD_RIGHTS] = "failed: the area does not allow it",
	[VMLAB_STORY_OUTCOME_BEYOND] = "failed: the object ends before",
	[VMLAB_STORY_OUTCOME_NO_MEMORY] = "failed: there was no frame",
	[VMLAB_STORY_OUTCOME_OVER_CAP] =
	"failed: the user has as much of the pool as he may",
	[VMLAB_STORY_OUTCOME_MAJOR] =
	"nothing was there: what is behind the object was read",
	[VMLAB_STORY_OUTCOME_IO] =
	"failed: what is behind the object could not be read",
	[VMLAB_STORY_OUTCOME_LENT] = "Linux made a private copy of its own",
};

/* === Numbers in words === */

static void add(char *text, size_t size, const char *word)
{
	size_t len = strlen(text);

	snprintf(text + len, size - len, "%s", word);
}

static void add_number(char *text, size_t size, const char *before, __u64 value)
{
	char word[48];

	snprintf(word, sizeof(word), "%s%llu", before, value);
	add(text, size, word);
}

static void add_flags(char *text, size_t size, const struct names *names,
		      __u64 bits)
{
	const char *blank = "";
	unsigned int i;

	if (!bits)
		add(text, size, "empty");
	for (i = 0; i < names->count; i++) {
		if (!(bits >> i & 1))
			continue;
		add(text, size, blank);
		add(text, size, names->name[i]);
		blank = " ";
	}
}

static void add_entry(char *text, size_t size, __u64 entry)
{
	if (entry & VMLAB_SHADOW_FLAG_PRESENT) {
		add_number(text, size, "frame ", entry >> 12);
		add(text, size, " ");
	}
	add_flags(text, size, &shadow_flag_names, entry & SHADOW_FLAGS);
}

static void add_slot(char *text, size_t size, __u64 flags)
{
	if (flags & VMLAB_STORY_SLOT_SHARED)
		add(text, size, ", which a clone has too");
	if (flags & VMLAB_STORY_SLOT_HUGE)
		add(text, size, ", of a block of 512");
	if (flags & VMLAB_STORY_SLOT_DIRTY)
		add(text, size, ", written to");
}

static void add_address(char *text, size_t size, __u64 address)
{
	char word[24];

	snprintf(word, sizeof(word), "0x%llx", address);
	add(text, size, word);
}

static void add_value(char *text, size_t size, char how, __u64 value)
{
	switch (how) {
	case 'a':
		return add_address(text, size, value);
	case 'b':
		return add(text, size, bytes_text(value));
	case 'e':
		return add_entry(text, size, value);
	case 'f':
		if (value == 0xffffffff)
			return add(text, size, "no frame");
		return add_number(text, size, "frame ", value);
	case 'r':
		return add(text, size, space_rights(value));
	case 's':
		return add_slot(text, size, value);
	case 't':
		return add(text, size, name_of(&type_names, value));
	case 'w':
		return add(text, size, teach_story_access(__builtin_ctzll(value |
								1 << 3)));
	case 'z':
		return add(text, size, value ? ", with zeroes in it" : "");
	case 'n':
		return add_number(text, size, "", value);
	}
}

/* === Sentences === */

const char *teach_story_access(unsigned int access)
{
	switch (access) {
	case VMLAB_ACCESS_READ:
		return "a read";
	case VMLAB_ACCESS_WRITE:
		return "a write";
	case VMLAB_ACCESS_EXEC:
		return "a jump";
	default:
		return "an access";
	}
}

const char *teach_story_outcome(unsigned int outcome)
{
	return outcome < COUNT(outcomes) ? outcomes[outcome] :
	       "a newer module knows how; this tool does not";
}

const char *teach_story_step(const struct vmlab_story_part *part)
{
	static char text[256];
	const char *at = part->kind < COUNT(steps) ? steps[part->kind] :
			 "%n, %n, %n: a newer module knows; this tool does not";
	unsigned int arg = 0;

	*text = '\0';
	for (; *at; at++) {
		char letter[2] = { *at };

		if (*at != '%')
			add(text, sizeof(text), letter);
		else if (arg < 3)
			add_value(text, sizeof(text), *++at, part->args[arg++]);
	}
	if (part->has_zone) {
		add(text, sizeof(text), " (zone ");
		add(text, sizeof(text), name_of(&zone_names, part->zone));
		add_number(text, sizeof(text), ", node ", part->node);
		add(text, sizeof(text), ")");
	}
	return text;
}
