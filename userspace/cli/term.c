// SPDX-License-Identifier: GPL-2.0
#include "term.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "arguments.h"

/* Nobody has a larger one; a smaller one is for the caller to mind. */
#define LARGEST	1000

static unsigned int choose(const char *variable, unsigned int size,
			   unsigned int otherwise)
{
	const char *text = getenv(variable);
	__u64 value;

	if (text && parse_number(text, 10, &value))
		size = value < LARGEST ? value : LARGEST;
	return size ? size : otherwise;
}

struct term term_size(void)
{
	struct winsize size = { 0 };
	struct term term;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		memset(&size, 0, sizeof(size));
	term.columns = choose("COLUMNS", size.ws_col, 80);
	term.lines = choose("LINES", size.ws_row, 24);
	return term;
}

const struct brush *term_brush(void)
{
	static const struct brush plain = { "#", ".", "->" };
	static const struct brush utf8 = {
		"\342\226\210",	/* full block */
		"\342\226\221",	/* light shade */
		"\342\206\222",	/* rightwards arrow */
	};

	return strcmp(nl_langinfo(CODESET), "UTF-8") ? &plain : &utf8;
}
