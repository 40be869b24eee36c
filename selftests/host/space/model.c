// SPDX-License-Identifier: GPL-2.0
/*
 * The naive model of spaces.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <linux/slab.h>

#include "model.h"

/*
 * A range of pages, one in so many not a short one; where there is room, mostly
 * one that blocks fit in.
 */
static void draw_range(u64 *random, unsigned int *page, unsigned int *nr,
		       unsigned int seldom)
{
	bool large = !draw(random, seldom);

	*page = draw(random, PAGES);
	*nr = 1 + draw(random, large ? PAGES : 6);
	if (large && PAGES > 512 && draw(random, 8)) {
		*page = *page / 512 * 512 + 32;
		*nr = (*nr + 511) / 512 * 512;
	}
	if (*nr > PAGES - *page)
		*nr = PAGES - *page;
}

static struct made *draw_made(struct model *m, u64 *random)
{
	struct made *made = &m->made[draw(random, OBJECTS)];

	return made->held ? made : NULL;
}

static struct made *free_made(struct model *m)
{
	unsigned int i;

	for (i = 0; i < OBJECTS; i++)
		if (!m->made[i].object)
			return &m->made[i];
	return NULL;
}

/* What a page shows, or NULL. */
static struct made *shown_by(struct model *m, const struct page *page)
{
	return page->made ? &m->made[page->made - 1] : NULL;
}

/* Nobody holds or shows it any more. */
static void forget(struct made *made)
{
	if (!made->held && !made->shown)
		memset(made, 0, sizeof(*made));
}

static void set_page(struct model *m, struct page *page, struct page to)
{
	struct made *made = shown_by(m, page);

	if (to.made)
		shown_by(m, &to)->shown++;
	if (to.untold)
		vml_object_get(shown_by(m, &to)->object);
	if (page->untold)
		vml_object_put(made->object);
	if (made) {
		made->shown--;
		forget(made);
	}
	*page = to;
}

/* Whether a page and the one after it would be in one area of Linux. */
static bool goes_on(const struct page *page)
{
	return page[0].made == page[1].made && page[0].flags == page[1].flags &&
	       page[0].index + 1 == page[1].index;
}

/* What Linux knows of the area around a page that shows something. */
static struct vml_view view_of(struct model *m, unsigned int space,
			       unsigned int nr)
{
	struct page *pages = m->pages[space], *page = &pages[nr];
	unsigned int first = nr, last = nr;
	struct made *made = shown_by(m, page);

	while (first && goes_on(&pages[first - 1]))
		first--;
	while (last < PAGES - 1 && goes_on(&pages[last]))
		last++;
	return (struct vml_view) {
		.start = address_of(space, first),
		.end = address_of(space, last + 1), .object = made->object,
		.index = made->base + pages[first].index, .flags = page->flags,
		.huge = m->steps & 2,
	};
}

/* The space was told of a view. */
static void told(struct model *m, unsigned int space,
		 const struct vml_view *view)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++) {
		struct page to = m->pages[space][i];

		to.untold = false;
		if (address_of(space, i) >= view->start &&
		    address_of(space, i) < view->end)
			set_page(m, &m->pages[space][i], to);
	}
}

static void tell_all(struct model *m, unsigned int space)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++) {
		struct vml_view view;

		if (!m->pages[space][i].untold)
			continue;
		view = view_of(m, space, i);
		must(!vml_area_sync(&machine.spaces[space], &view));
		told(m, space, &view);
	}
}

static bool is_empty(struct model *m, unsigned int space, unsigned int page,
		     unsigned int nr)
{
	while (nr--)
		if (m->pages[space][page + nr].made)
			return false;
	return true;
}

/* At times there is memory for one new area or none, where two may be needed. */
static void fail_memory(u64 *random)
{
	static const long left[8] = { 0, 1, -1, -1, -1, -1, -1, -1 };

	standin_memory = left[draw(random, 8)];
}

/* === Operations === */

static void step_create(struct model *m, u64 random)
{
	/* At the edges of tables of each height, as the pages of the spaces. */
	static const u32 bases[] = { 0, 512 - 32, (1 << 18) - 32, 1U << 31 };
	struct made *made = free_made(m);

	if (!made)
		return;
	made->base = bases[draw(&random, 4)];
	made->size = INDICES / 2 + draw(&random, INDICES / 2);
	made->object = vml_object_create(made->base + made->size);
	must(made->object);
	made->object->huge = draw(&random, 4);
	made->held = true;
}

static void step_clone(struct model *m, u64 random)
{
	struct made *made = draw_made(m, &random), *clone = free_made(m);

	if (!made || !clone)
		return;
	*clone = *made;
	clone->shown = 0;
	clone->object = vml_object_clone(made->object);
	must(clone->object);
}

static void step_put(struct model *m, u64 random)
{
	struct made *made = draw_made(m, &random);

	if (!made)
		return;
	made->held = false;
	vml_object_put(made->object);
	forget(made);
}

static u32 draw_flags(u64 *random)
{
	u32 flags = draw(random, 3) ? RW : draw(random, 16);

	if (flags & VML_AREA_PRIVATE)
		flags &= ~VML_AREA_WRITE;
	return flags;
}

/* Linux maps something, maybe over something else, and says nothing. */
static void show_untold(struct model *m, unsigned int space, unsigned int page,
			unsigned int nr, struct page to)
{
	machine_zap(space, page, nr);
	for (; nr--; page++, to.index++)
		set_page(m, &m->pages[space][page], to);
}

static void step_map(struct model *m, u64 random)
{
	struct made *made = draw_made(m, &random);
	unsigned int space = draw(&random, SPACES), page, nr, i;
	struct page to;
	int err;

	if (!made)
		return;
	draw_range(&random, &page, &nr, 1);
	while (nr > 1 && !is_empty(m, space, page, nr) && draw(&random, 16))
		nr /= 2;
	to.made = made - m->made + 1;
	to.index = draw(&random, 8) ? page : draw(&random, INDICES);
	to.flags = draw_flags(&random);
	to.untold = !draw(&random, 4);
	if (to.index + nr > INDICES)
		return;
	if (to.untold) {
		show_untold(m, space, page, nr, to);
		return;
	}
	tell_all(m, space);
	err = vml_area_map(&machine.spaces[space], address_of(space, page),
			   address_of(space, page + nr), made->object,
			   made->base + to.index, to.flags);
	must(err == (is_empty(m, space, page, nr) ? 0 : -EEXIST));
	for (i = 0; !err && i < nr; i++, to.index++)
		set_page(m, &m->pages[space][page + i], to);
}

static void step_unmap(struct model *m, u64 random)
{
	unsigned int space = draw(&random, SPACES), page, nr;

	draw_range(&random, &page, &nr, 12);
	machine_zap(space, page, nr);
	fail_memory(&random);
	must(!vml_area_unmap(&machine.spaces[space], address_of(space, page),
			     address_of(space, page + nr)));
	standin_memory = -1;
	while (nr--)
		set_page(m, &m->pages[space][page + nr], (struct page) { });
}

static void step_protect(struct model *m, u64 random)
{
	unsigned int space = draw(&random, SPACES), page, nr;
	u32 flags = draw(&random, 2) ? RW : draw(&random, 8), i;
	int err;

	draw_range(&random, &page, &nr, 12);
	machine_zap(space, page, nr);
	fail_memory(&random);
	err = vml_area_protect(&machine.spaces[space], address_of(space, page),
			       address_of(space, page + nr), flags);
	must(err == (standin_memory ? 0 : -ENOMEM));
	standin_memory = -1;
	for (i = 0; !err && i < nr; i++) {
		struct page *at = &m->pages[space][page + i];

		if (!at->made)
			continue;
		at->flags = at->flags & VML_AREA_PRIVATE ?
			    (flags & ~VML_AREA_WRITE) | VML_AREA_PRIVATE :
			    flags;
	}
}

/* Linux changes rights, and says nothing. */
static void step_protect_untold(struct model *m, u64 random)
{
	unsigned int space = draw(&random, SPACES), page, nr;
	u32 flags = draw_flags(&random);

	draw_range(&random, &page, &nr, 12);
	machine_zap(space, page, nr);
	for (; nr--; page++) {
		struct page to = m->pages[space][page];

		if (!to.made)
			continue;
		to.flags = flags;
		to.untold = true;
		set_page(m, &m->pages[space][page], to);
	}
}

static void step_move(struct model *m, u64 random)
{
	unsigned int space = draw(&random, SPACES), from, nr, i;
	unsigned int to = draw(&random, PAGES);
	struct page *pages = m->pages[space];
	int wanted = 0, err;

	draw_range(&random, &from, &nr, 4);
	if (to + nr > PAGES)
		return;
	if (to < from + nr && from < to + nr)
		wanted = -EINVAL;
	else if (!is_empty(m, space, to, nr))
		wanted = -EEXIST;
	tell_all(m, space);
	machine_zap(space, from, nr);
	err = vml_area_move(&machine.spaces[space], address_of(space, from),
			    address_of(space, to), nr * VML_FRAME_SIZE);
	must(err == wanted);
	for (i = 0; !err && i < nr; i++) {
		pages[to + i] = pages[from + i];
		pages[from + i] = (struct page) { };
	}
}

static void clear_space(struct model *m, unsigned int space)
{
	unsigned int i;

	machine_zap(space, 0, PAGES);
	must(!vml_area_unmap(&machine.spaces[space], address_of(space, 0),
			     address_of(space, PAGES)));
	must(!machine.spaces[space].nr_areas);
	for (i = 0; i < PAGES; i++)
		set_page(m, &m->pages[space][i], (struct page) { });
}

/* What fork() does: each object is cloned once, and shown where it was. */
static void step_fork(struct model *m, u64 random)
{
	unsigned int from = draw(&random, SPACES), to = draw(&random, SPACES);
	struct made *clones[OBJECTS] = { };
	unsigned int i;

	/* One that is not empty is seldom made so. */
	if (from == to || (!is_empty(m, to, 0, PAGES) && draw(&random, 3)))
		return;
	clear_space(m, to);
	for (i = 0; i < PAGES; i++) {
		struct page page = m->pages[from][i];
		struct made *made = shown_by(m, &page), *clone;

		if (!made)
			continue;
		if (!clones[page.made - 1]) {
			clone = free_made(m);
			if (!clone)
				continue;
			*clone = *made;
			clone->held = true;
			clone->shown = 0;
			clone->object = vml_object_clone(made->object);
			clones[page.made - 1] = clone;
		}
		clone = clones[page.made - 1];
		must(!vml_area_map(&machine.spaces[to], address_of(to, i),
				   address_of(to, i + 1), clone->object,
				   clone->base + page.index, page.flags));
		page.made = clone - m->made + 1;
		page.untold = false;
		set_page(m, &m->pages[to][i], page);
	}
}

static void step_punch(struct model *m, u64 random)
{
	struct made *made = draw_made(m, &random);
	u32 first, nr;
	int err;

	if (!made)
		return;
	first = draw(&random, INDICES);
	nr = draw(&random, INDICES - first);
	err = vml_object_punch(made->object, made->base + first, nr);
	must(!err || (err == -ENOMEM && machine_is_full()));
	if (!err)
		memset(&made->words[first], 0, nr * sizeof(u64));
}

static void step_resize(struct model *m, u64 random)
{
	struct made *made = draw_made(m, &random);
	u32 size = INDICES - draw(&random, draw(&random, 4) ? 20 : INDICES), i;
	int err;

	if (!made)
		return;
	err = vml_object_resize(made->object, made->base + size);
	must(!err || (err == -ENOMEM && machine_is_full()));
	if (err)
		return;
	made->size = size;
	for (i = size; i < INDICES; i++)
		made->words[i] = 0;
}

/* Linux takes real entries away whenever it likes. */
static void step_discard(struct model *m, u64 random)
{
	unsigned int space = draw(&random, SPACES), page, nr;

	(void)m;
	draw_range(&random, &page, &nr, 12);
	machine_zap(space, page, nr);
}

/* Who faults beside such a page must tell where his area ends. */
static bool has_untold(struct model *m, unsigned int space)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		if (m->pages[space][i].untold)
			return true;
	return false;
}

/* One access, which succeeds or fails as it should. */
static void access_page(struct model *m, unsigned int space, unsigned int nr,
			bool write)
{
	struct page *page = &m->pages[space][nr];
	struct made *made = shown_by(m, page);
	enum vml_fault_kind kind, wanted = VML_FAULT_MINOR;
	u64 word = m->last_word + 1;
	unsigned long faults = machine.faults;
	struct vml_view view;

	/* Linux would copy what is written there. */
	if (page->flags & VML_AREA_PRIVATE)
		write = false;
	if (!made)
		wanted = VML_FAULT_BAD_AREA;
	else if (!(page->flags & (write ? VML_AREA_WRITE :
					  VML_AREA_RIGHTS)))
		wanted = VML_FAULT_BAD_RIGHTS;
	else if (page->index >= made->size)
		wanted = VML_FAULT_BEYOND;
	if (made && (m->steps & 1 || has_untold(m, space))) {
		view = view_of(m, space, nr);
		machine_view = &view;
	}
	kind = write ? machine_write(space, nr, word) :
		       machine_read(space, nr, &word);
	if (machine_view && machine.faults != faults)
		told(m, space, machine_view);
	machine_view = NULL;
	m->kinds[kind]++;
	if (kind == VML_FAULT_NO_MEMORY) {
		must(wanted == VML_FAULT_MINOR && machine_is_full());
	} else if (wanted != VML_FAULT_MINOR) {
		must(kind == wanted);
	} else {
		must(kind < VML_FAULT_BAD_AREA);
		must(write || word == made->words[page->index]);
		if (!write)
			return;
		made->words[page->index] = word;
		m->last_word = word;
	}
}

static void step_access(struct model *m, u64 random)
{
	unsigned int space = draw(&random, SPACES), page = draw(&random, PAGES);
	unsigned int tries = draw(&random, 8);

	/* Mostly where there is something, and in few places of many. */
	page -= page % (PAGES / 64);
	while (tries-- && !m->pages[space][page].made)
		page = (page + 13) % PAGES;
	access_page(m, space, page, draw(&random, 2));
}

/* Bytes of an object are read or written without a space. */
static void step_transfer(struct model *m, u64 random)
{
	struct made *made = draw_made(m, &random);
	u32 index = draw(&random, INDICES);
	u64 word = m->last_word + 1;
	unsigned int offset;
	int err;

	if (!made)
		return;
	offset = (made->base + index) % (VML_FRAME_SIZE / sizeof(word)) *
		 sizeof(word);
	if (draw(&random, 2)) {
		err = vml_object_read(made->object, made->base + index, offset,
				      &word, sizeof(word));
		must(err == (index < made->size ? 0 : -ERANGE));
		must(err || word == made->words[index]);
		return;
	}
	err = vml_object_write(made->object, made->base + index, offset, &word,
			       sizeof(word));
	if (index >= made->size) {
		must(err == -ERANGE);
	} else if (err) {
		must(err == -ENOMEM && machine_is_full());
	} else {
		made->words[index] = word;
		m->last_word = word;
	}
}

/* Several pages in a row, up or down. */
static void step_run(struct model *m, u64 random)
{
	unsigned int space = draw(&random, SPACES), page = draw(&random, PAGES);
	unsigned int nr = draw(&random, 24), down = draw(&random, 2);
	bool write = draw(&random, 4);

	while (nr-- && page < PAGES) {
		access_page(m, space, page, write);
		page += down ? -1 : 1;
	}
}

void model_step(struct model *m, u64 random)
{
	unsigned int kind = draw(&random, 64);

	m->steps++;
	if (PAGES > 512 && !draw(&random, 4))
		model_huge(m, random);
	else if (kind < 2)
		step_create(m, random);
	else if (kind < 4)
		step_clone(m, random);
	else if (kind < 6)
		step_put(m, random);
	else if (kind < 14)
		step_map(m, random);
	else if (kind < 16)
		step_unmap(m, random);
	else if (kind < 18)
		step_protect(m, random);
	else if (kind < 20)
		step_move(m, random);
	else if (kind < 21)
		step_fork(m, random);
	else if (kind < 22 && random & 1)
		step_punch(m, random / 2);
	else if (kind < 22)
		step_resize(m, random / 2);
	else if (kind < 24)
		step_discard(m, random);
	else if (kind < 25)
		step_protect_untold(m, random);
	else if (kind < 29)
		step_transfer(m, random);
	else if (kind < 31)
		step_run(m, random);
	else
		step_access(m, random);
	check_real();
}

void model_read_all(struct model *m)
{
	unsigned int space, page;

	for (space = 0; space < SPACES; space++)
		for (page = 0; page < PAGES; page++)
			access_page(m, space, page, false);
}

void model_start(struct model *m)
{
	memset(m, 0, sizeof(*m));
}

void model_end(struct model *m)
{
	u32 free, i;

	for (i = 0; i < SPACES; i++)
		clear_space(m, i);
	for (i = 0; i < OBJECTS; i++)
		if (m->made[i].held)
			vml_object_put(m->made[i].object);
	free = pool_free();
	/* All that is left are the top tables and the frame of zeroes. */
	for (i = 0; i < SPACES; i++)
		free += 1U << machine.spaces[i].ptable.order;
	must(free + 1 == machine.frames);
	check_all();
}
