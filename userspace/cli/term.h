/* SPDX-License-Identifier: GPL-2.0 */
/* What there is to draw on, and with. */
#ifndef VMLAB_CLI_TERM_H
#define VMLAB_CLI_TERM_H

/**
 * struct term - the terminal
 * @columns: its width
 * @lines: its height
 */
struct term {
	unsigned int columns;
	unsigned int lines;
};

/*
 * COLUMNS and LINES of the environment are believed first, then the terminal;
 * where there is none it is 80 by 24.
 */
struct term term_size(void);

/**
 * struct brush - the characters of pictures
 * @used: a block that is asked for or given back
 * @free: a block that is free
 * @arrow: leads somewhere
 */
struct brush {
	const char *used;
	const char *free;
	const char *arrow;
};

/* Those of the locale: block elements in UTF-8, else plain letters. */
const struct brush *term_brush(void);

#endif /* VMLAB_CLI_TERM_H */
