/*
 * One page that holds a whole report: HTML that stands by itself, reads well on a screen of any size and
 * prints well on A4.
 *
 * It has no script, asks nobody for anything and names no address: a policy in its head forbids what
 * a hostile text might still try.  What is on it is the caller's: sections with key figures, notes,
 * tables (a struct table of the form TABLE_HTML) and plots (plot.h), in any order.  It is well-formed
 * XML as well.  Texts are borrowed and may be hostile.
 */
#ifndef YOUDAI_CENTRE_PAGE_H
#define YOUDAI_CENTRE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "centre/markup.h"
#include "centre/table.h"

struct page {
	FILE *out;
	int plots;       /* drawn so far */
	bool in_section; /* one is open */
};

struct page_head {
	struct bilingual title;
	struct bilingual subtitle; /* whose figures, of what time */
	int64_t as_of;             /* [s] UTC; shown as China's time */
	bool is_demo;              /* demonstration data, and said */
};

/* A number that is told in large letters. */
struct page_figure {
	struct bilingual label;
	enum { FIGURE_COUNT, FIGURE_MONEY, FIGURE_PERMILLE } kind; /* fen; 945 is 94.5 % */
	bool unknown; /* a dash in place of the number */
	int64_t number;
};

/* out is borrowed until page_end. */
void page_begin(struct page *page, FILE *out, const struct page_head *head);
/* False: not all of it could be written. */
[[nodiscard]] bool page_end(struct page *page);

/* A section goes on until the next one; the explanation may be empty. */
void page_section(struct page *page, struct bilingual heading, struct bilingual explanation);
void page_figures(struct page *page, const struct page_figure *figures, size_t count);
void page_note(struct page *page, struct bilingual note);

/* A table for table_begin, table_row and table_end, whose rows come to stand here. */
struct table page_table(const struct page *page);

/* Around one call of plot.h, which writes to page->out.  Answers plot.number. */
int page_plot_begin(struct page *page);
void page_plot_end(struct page *page);

#endif
