// SPDX-License-Identifier: GPL-2.0
/* vmlab frames: the map of the pool */
#include "cmd.h"

#include <stdio.h>

#include "list.h"
#include "pool_show.h"
#include "term.h"

/* Lines of the terminal that are not of the map: title, legend, prompt. */
#define LINES_BESIDES	6
#define NUMBER_WIDTH	10
#define GROUP		16

/* How a kind of frames looks in the map. */
static const struct look {
	char some;	/* fewer than half of the cell */
	char most;
	enum color color;
} looks[] = {
	[VMLAB_CELL_FREE] = { '.', '.', COLOR_DIM },
	[VMLAB_CELL_CACHED] = { 'c', 'C', COLOR_NAME },
	[VMLAB_CELL_UNMOVABLE] = { 'u', 'U', COLOR_BAD },
	[VMLAB_CELL_MOVABLE] = { 'm', 'M', COLOR_GOOD },
	[VMLAB_CELL_RECLAIMABLE] = { 'r', 'R', COLOR_VALUE },
	[VMLAB_CELL_SLAB] = { 's', 'S', COLOR_SLAB },
	[VMLAB_CELL_VMALLOC] = { 'v', 'V', COLOR_MAPPED },
	[VMLAB_CELL_HOLE] = { '-', '-', COLOR_DIM },
};

/**
 * struct shape - how the map is laid out
 * @columns: cells in a line, a power of two
 * @cells: in all, at most
 */
struct shape {
	unsigned int columns;
	unsigned int cells;
};

static unsigned int line_width(unsigned int columns)
{
	return NUMBER_WIDTH + columns + (columns - 1) / GROUP;
}

static struct shape shape_of(struct term term)
{
	struct shape shape = { .columns = 8 };
	unsigned int lines = 1;

	while (line_width(shape.columns * 2) <= term.columns)
		shape.columns *= 2;
	if (term.lines > LINES_BESIDES)
		lines = term.lines - LINES_BESIDES;
	shape.cells = shape.columns * lines;
	if (shape.cells > VMLAB_CELLS_MAX)
		shape.cells = VMLAB_CELLS_MAX;
	return shape;
}

struct query {
	const struct options *o;
	struct shape shape;
};

static int take_cell(const struct vmlab_cell *cell, void *data)
{
	return list_add(data, cell);
}

static int fill(struct vmlab *v, struct list *list, const void *data)
{
	const struct query *query = data;
	const struct options *o = query->o;

	return vmlab_cells(v, o->start, o->end - o->start, query->shape.cells,
			   take_cell, list);
}

static void cells_json(const struct list *list)
{
	struct json_object *array = js_array();
	unsigned int kind;
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct vmlab_cell *cell = list_at(list, i);
		struct json_object *o = js_object();

		js_number(o, "first", cell->first);
		for (kind = 0; kind < VMLAB_CELL_KINDS; kind++)
			js_number(o, name_of(&cell_names, kind),
				  cell->count[kind]);
		js_push(array, o);
	}
	js_print(array);
}

/* The kind that most frames of the cell have, of those that are in use. */
static unsigned int leading_kind(const struct vmlab_cell *cell)
{
	unsigned int best = VMLAB_CELL_HOLE;
	unsigned int kind;

	if (cell->count[VMLAB_CELL_FREE])
		best = VMLAB_CELL_FREE;
	for (kind = VMLAB_CELL_CACHED; kind < VMLAB_CELL_HOLE; kind++) {
		if (cell->count[kind] &&
		    (best == VMLAB_CELL_FREE || best == VMLAB_CELL_HOLE ||
		     cell->count[kind] > cell->count[best]))
			best = kind;
	}
	return best;
}

static void cell_text(const struct vmlab_cell *cell)
{
	unsigned int kind = leading_kind(cell);
	__u32 used = 0, all = 0;
	unsigned int i;

	for (i = 0; i < VMLAB_CELL_KINDS; i++)
		all += cell->count[i];
	for (i = VMLAB_CELL_CACHED; i < VMLAB_CELL_HOLE; i++)
		used += cell->count[i];
	say(looks[kind].color, "%c", used * 2 >= all ? looks[kind].most :
	    looks[kind].some);
}

static void legend_text(const __u64 *count, unsigned int columns)
{
	unsigned int column = 0;
	unsigned int kind;

	for (kind = 0; kind < VMLAB_CELL_KINDS; kind++) {
		char text[40];
		int len;

		if (!count[kind])
			continue;
		len = snprintf(text, sizeof(text), " %s %llu",
			       name_of(&cell_names, kind), count[kind]);
		if (column && column + 3 + len > columns) {
			putchar('\n');
			column = 0;
		}
		printf("  ");
		say(looks[kind].color, "%c", looks[kind].most);
		printf("%s", text);
		column += 3 + len;
	}
	putchar('\n');
}

static void map_text(const struct list *list, const struct shape *shape,
		     unsigned int columns)
{
	__u64 count[VMLAB_CELL_KINDS] = { 0 };
	const struct vmlab_cell *cell;
	unsigned int kind;
	size_t i;

	if (!list->count) {
		printf("no frames\n");
		return;
	}
	cell = list_at(list, 0);
	say(COLOR_TITLE, "One character is %u frame%s, %s\n", cell->nr,
	    cell->nr == 1 ? "" : "s", frames_text(cell->nr));
	for (i = 0; i < list->count; i++) {
		cell = list_at(list, i);
		if (!(i % shape->columns))
			say(COLOR_NAME, "%s%8u  ", i ? "\n" : "", cell->first);
		else if (!(i % GROUP))
			putchar(' ');
		cell_text(cell);
		for (kind = 0; kind < VMLAB_CELL_KINDS; kind++)
			count[kind] += cell->count[kind];
	}
	putchar('\n');
	legend_text(count, columns);
	cell = list_at(list, 0);
	if (cell->nr > 1)
		say(COLOR_DIM, "  small letters: less than half in use\n");
}

int cmd_frames(struct vmlab *v, const struct options *o)
{
	struct list list = { .size = sizeof(struct vmlab_cell) };
	struct term term = term_size();
	struct query query = { o, shape_of(term) };
	int status = STATUS_GOOD;
	int err;

	if (o->end >> 32) {
		print_error("frame numbers have 32 bits; \"vmlab pool\" shows which there are.");
		return STATUS_USAGE;
	}
	err = list_fetch(v, &list, fill, &query);
	if (err)
		status = refused(v, err);
	else if (print_json())
		cells_json(&list);
	else
		map_text(&list, &query.shape, term.columns);
	list_free(&list);
	return status;
}
