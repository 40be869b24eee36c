// SPDX-License-Identifier: GPL-2.0
#include "picture.h"

#include <stdio.h>
#include <string.h>

#include "pool_show.h"
#include "term.h"

/*
 * Characters of the largest block of a picture; each order below has half. Long
 * numbers leave less room for them.
 */
#define WIDTH		32
#define WIDTH_NARROW	16
#define NUMBER_LONG	100000

/**
 * struct scale - what all lines of a picture have in common
 * @top: the largest order
 * @width: characters of a block of that order
 */
struct scale {
	unsigned int top;
	unsigned int width;
};

struct json_object *steps_json(const struct vmlab_block *block)
{
	struct json_object *array = js_array();
	__u32 i;

	for (i = 0; i < block->nr_steps; i++) {
		const struct vmlab_trace *step = &block->step[i];
		struct json_object *o = js_object();

		js_text(o, "kind", name_of(&step_names, step->kind));
		js_number(o, "node", step->node);
		js_text(o, "zone", name_of(&zone_names, step->zone));
		js_maybe(o, "frame", step->has & VMLAB_HAS_FRAME, step->frame);
		js_number(o, "from", step->from);
		js_number(o, "to", step->to);
		js_numbers(o, "before", step->before, VMLAB_ORDERS);
		js_numbers(o, "after", step->after, VMLAB_ORDERS);
		js_push(array, o);
	}
	return array;
}

static struct scale scale_of(__u32 frame, unsigned int top)
{
	return (struct scale){ top, frame + (1U << top) < NUMBER_LONG ?
			       WIDTH : WIDTH_NARROW };
}

static unsigned int width_of(unsigned int order, struct scale scale)
{
	unsigned int width = scale.width >> (scale.top - order);

	return width ? width : 1;
}

static void draw(enum color color, const char *character, unsigned int n)
{
	while (n--)
		say(color, "%s", character);
}

/*
 * A line of a picture: blocks of @order side by side, of which @ours is the one
 * that goes on, then room for words.
 */
static void draw_line(unsigned int order, struct scale scale, bool split,
		      bool ours_is_upper)
{
	const struct brush *brush = term_brush();
	unsigned int width = width_of(order, scale);
	unsigned int drawn = width;

	say(COLOR_NAME, "  %4u ", order);
	if (split && ours_is_upper)
		draw(COLOR_DIM, brush->free, width);
	draw(COLOR_VALUE, brush->used, width);
	if (split && !ours_is_upper)
		draw(COLOR_DIM, brush->free, width);
	if (split)
		drawn *= 2;
	printf("%*s", drawn < scale.width ? scale.width - drawn + 2 : 2, "");
}

/* From the block as it was down to the one that goes on, a line an order. */
static void split_picture(const struct vmlab_trace *step)
{
	struct scale scale = scale_of(step->frame, step->from);
	unsigned int order = step->from;

	draw_line(order, scale, false, false);
	printf("%s, cut in halves\n", block_text(step->frame, order));
	while (order-- > step->to) {
		draw_line(order, scale, true, false);
		printf("%s %s, ", block_text(step->frame, order),
		       order == step->to ? "is taken" : "goes on");
		printf("%s free\n",
		       block_text(step->frame + (1U << order), order));
	}
}

/* The end of merging: no larger order, or a buddy that is not free. */
static void merge_end(__u32 frame, unsigned int order)
{
	if (order == VMLAB_ORDER_MAX)
		say(COLOR_DIM, "       the largest order there is: the end\n");
	else
		say(COLOR_DIM,
		    "       %u XOR 2^%u = %u is not free as a whole: the end\n",
		    frame, order, frame ^ 1U << order);
}

/* From the block that comes back up to what it becomes; @frame is its first. */
static void merge_picture(const struct vmlab_trace *step, __u32 frame)
{
	struct scale scale = scale_of(step->frame, step->to);
	unsigned int order = step->from;

	draw_line(order, scale, false, false);
	printf("%s comes back\n", block_text(frame, order));
	for (; order < step->to; order++) {
		__u32 buddy = frame ^ 1U << order;

		draw_line(order, scale, true, frame > buddy);
		printf("%u XOR 2^%u = %u:", frame, order, buddy);
		frame &= ~(1U << order);
		printf(" %s\n", block_text(frame, order + 1));
	}
	merge_end(frame, order);
}

static void title(const struct vmlab_trace *step)
{
	say(COLOR_TITLE, "%-7s", name_of(&step_names, step->kind));
}

/* The free blocks before the first of some steps and after the last. */
static void change_text(const struct vmlab_trace *first,
			const struct vmlab_trace *last)
{
	if (memcmp(first->before, last->after, sizeof(first->before)))
		orders_change(first->before, last->after);
}

static void split_text(const struct vmlab_trace *step)
{
	printf("a block of order %u is too large for order %u: halve it\n",
	       step->from, step->to);
	split_picture(step);
}

static void merge_text(const struct vmlab_trace *step, __u32 given)
{
	if (step->from < step->to)
		printf("its buddy is free too: both become one\n");
	else
		printf("there is nothing to merge with\n");
	merge_picture(step, given);
}

static void types_text(const struct vmlab_trace *step)
{
	const char *from = name_of(&type_names, step->from);
	const char *to = name_of(&type_names, step->to);

	if (step->kind == VMLAB_STEP_KIND_STEAL)
		printf("no %s block is large enough: take one of the %s\n",
		       to, from);
	else
		printf("the page blocks around frame %u turn from %s to %s\n",
		       step->frame, from, to);
}

static void take_text(const struct vmlab_trace *step)
{
	printf("%s, order %u, leaves the %s list of %s, node %u\n",
	       block_text(step->frame, step->from), step->from,
	       name_of(&type_names, step->to), name_of(&zone_names, step->zone),
	       step->node);
}

static void give_text(const struct vmlab_trace *step)
{
	printf("%s, order %u, comes back to %s, node %u\n",
	       block_text(step->frame, step->from), step->from,
	       name_of(&zone_names, step->zone), step->node);
}

static void lists_text(const struct vmlab_trace *step)
{
	if (step->kind == VMLAB_STEP_KIND_REFILL)
		printf("the list of this CPU for order %u is empty: take %u blocks at once\n",
		       step->from, step->to);
	else
		printf("the lists of a CPU hold too many: give %u frames back\n",
		       step->from);
}

/* The first frame of the block that came back in the merge @i. */
static __u32 given_before(const struct vmlab_block *block, __u32 i)
{
	const struct vmlab_trace *merge = &block->step[i];
	__u32 mask = ~0U << merge->to;

	while (i--) {
		const struct vmlab_trace *step = &block->step[i];

		if (step->kind == VMLAB_STEP_KIND_GIVE &&
		    (step->frame & mask) == merge->frame)
			return step->frame;
	}
	return merge->frame;
}

static void step_text(const struct vmlab_block *block, __u32 i)
{
	const struct vmlab_trace *step = &block->step[i];

	title(step);
	switch (step->kind) {
	case VMLAB_STEP_KIND_SPLIT:
		split_text(step);
		break;
	case VMLAB_STEP_KIND_MERGE:
		merge_text(step, given_before(block, i));
		break;
	case VMLAB_STEP_KIND_CLAIM:
	case VMLAB_STEP_KIND_STEAL:
		types_text(step);
		break;
	case VMLAB_STEP_KIND_TAKE:
		take_text(step);
		break;
	case VMLAB_STEP_KIND_GIVE:
		give_text(step);
		break;
	case VMLAB_STEP_KIND_REFILL:
	case VMLAB_STEP_KIND_DRAIN:
		lists_text(step);
		break;
	default:
		printf("from %u to %u\n", step->from, step->to);
	}
}

/* A block is taken, then split; it is given back, then merged. */
static bool is_followed(const struct vmlab_block *block, __u32 i)
{
	const struct vmlab_trace *step = &block->step[i];

	if (i + 1 == block->nr_steps)
		return false;
	return (step[0].kind == VMLAB_STEP_KIND_TAKE &&
		step[1].kind == VMLAB_STEP_KIND_SPLIT) ||
	       (step[0].kind == VMLAB_STEP_KIND_GIVE &&
		step[1].kind == VMLAB_STEP_KIND_MERGE);
}

/* How many blocks of one order are taken in a row, none of them split. */
static __u32 takes_in_row(const struct vmlab_block *block, __u32 i)
{
	const struct vmlab_trace *first = &block->step[i];
	__u32 n = 0;

	for (; i < block->nr_steps; i++, n++) {
		if (block->step[i].kind != VMLAB_STEP_KIND_TAKE ||
		    block->step[i].from != first->from ||
		    is_followed(block, i))
			break;
	}
	return n;
}

static void takes_text(const struct vmlab_trace *step, __u32 n)
{
	char text[2048];
	size_t len;
	__u32 i;

	title(step);
	printf("%u blocks of order %u are there already:\n", n, step->from);
	for (i = 0, len = 0; i < n && len < sizeof(text); i++)
		len += snprintf(text + len, sizeof(text) - len, "%s%s",
				i ? ", " : "",
				block_text(step[i].frame, step[i].from));
	say_text(COLOR_PLAIN, 7, text);
}

void steps_text(const struct vmlab_block *block)
{
	__u32 i, n, first;

	if (!block->nr_steps)
		say_text(COLOR_PLAIN, 0,
			 "The free lists did not change: the block went through the list of this CPU, which holds small blocks (orders 0 to 3) at hand. \"vmlab pool set --pcp-high 0\" turns these lists off.");
	for (i = 0; i < block->nr_steps; i += n) {
		first = i;
		n = takes_in_row(block, i);
		if (n > 1) {
			takes_text(&block->step[i], n);
		} else {
			step_text(block, i);
			n = 1;
		}
		if (is_followed(block, i))
			step_text(block, ++i);
		change_text(&block->step[first], &block->step[i + n - 1]);
	}
	if (block->lost)
		printf("%u more steps were not kept\n", block->lost);
}
