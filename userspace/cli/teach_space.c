// SPDX-License-Identifier: GPL-2.0
/* Sentences about shadow entries and what is counted. */
#include "teach.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const char *const mirrors[] = {
	[VMLAB_MIRROR_EMPTY] = "neither is there: nothing was touched here yet",
	[VMLAB_MIRROR_SAME] =
	"the rule holds: the real entry has the frame of the shadow one, and no right more",
	[VMLAB_MIRROR_MISSING] =
	"the rule holds: only the shadow entry is there, and the next access brings the real one back by a minor fault",
	[VMLAB_MIRROR_COPY] =
	"the page is a private copy that Linux made when it was written to; the pool does not pay for it",
	[VMLAB_MIRROR_NO_SHADOW] =
	"broken: there is a real entry without a shadow one",
	[VMLAB_MIRROR_OTHER_FRAME] = "broken: the two have different frames",
	[VMLAB_MIRROR_MORE_RIGHTS] =
	"broken: the real entry gives a right that the shadow one does not",
	[VMLAB_MIRROR_FOREIGN] =
	"broken: the real entry names no frame of the pool",
	[VMLAB_MIRROR_NO_AREA] =
	"broken: there is a shadow entry where no area is",
	[VMLAB_MIRROR_OTHER_OBJECT] =
	"broken: vmlab's area does not show what Linux's does",
	[VMLAB_MIRROR_BEYOND] =
	"broken: the object ends before what the shadow entry shows",
	[VMLAB_MIRROR_OTHER_CONTENT] =
	"broken: the object has another frame than the shadow entry, or none",
	[VMLAB_MIRROR_WRITABLE] =
	"broken: the shadow entry may be written to, but the content is clean, shared or of a private area",
	[VMLAB_MIRROR_OTHER_SIZE] =
	"broken: one of the two maps a block of 2 MiB, the other a single frame",
};

const char *teach_mirror(unsigned int mirror)
{
	return mirror < COUNT(mirrors) ? mirrors[mirror] :
	       "a newer module knows it; this tool does not";
}

static const struct {
	const char *name;
	const char *text;
} counters[] = {
	{ "minor", "the frame was there, and was mapped" },
	{ "major", "nothing was there: it was read from the file behind" },
	{ "zero", "nothing was there: a read got the frame of zeroes" },
	{ "new", "nothing was there: a write got a frame of zeroes" },
	{ "copy", "the frame was shared: a write got a copy" },
	{ "reuse", "the frame was nobody else's: it became writable" },
	{ "bad_area", "failed: no area shows the address" },
	{ "bad_rights", "failed: the area does not allow it" },
	{ "beyond", "failed: the object ends before; or it grew then" },
	{ "no_memory", "failed: there was no frame" },
	{ "over_cap", "failed: its user has all that he may have (map_cap)" },
	{ "io_error", "failed: the file behind could not be read" },
	{ "around", "frames mapped with a neighbour that was asked for" },
	{ "ahead", "frames made before they were asked for" },
	{ "ahead_hits", "of them, those that writes then went past" },
	{ "ahead_waste", "of them, those that they did not reach" },
	{ "huge", "blocks of 2 MiB that empty ranges were given" },
	{ "huge_fallback", "how often the pool had none at hand" },
	{ "readahead", "frames read from a file before they were asked for" },
	{ "readahead_hits", "of them, those that reads then went past" },
	{ "readahead_waste", "of them, those that they did not reach" },
};

/* By bit of &enum vmlab_small_why. */
static const char *const smalls[] = {
	"before 6.12, Linux has no huge entries for a driver",
	"shadow page tables of this geometry have no huge entries",
	"the area is private: Linux copies its pages one by one",
	"it was mapped when the object was not one for huge pages",
	"the area has only a part of a block",
	"the address is no multiple of 2 MiB where the index is one of 512",
	"MADV_NOHUGEPAGE was called for it",
	"Linux has a table of small entries there; or transparent_hugepage/enabled is \"never\", or \"madvise\" without MADV_HUGEPAGE",
};

const char *teach_small(unsigned int bit)
{
	return bit < COUNT(smalls) ? smalls[bit] :
	       "a newer module knows why; this tool does not";
}

const char *teach_counter(const char *name)
{
	unsigned int i;

	for (i = 0; i < COUNT(counters); i++) {
		if (!strcmp(name, counters[i].name))
			return counters[i].text;
	}
	return "";
}
