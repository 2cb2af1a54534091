/*
 * A yearbook drawn onto a page: key figures, then a section with its plot and table for each matter.
 */
#ifndef YOUDAI_CENTRE_YEARBOOK_PAGE_H
#define YOUDAI_CENTRE_YEARBOOK_PAGE_H

#include "centre/page.h"
#include "centre/yearbook.h"

struct yearbook_page {
	struct page page;
	struct yearbook yearbook;
	struct registry *registry;
	struct report_query query;
};

/* Everything between page_begin and page_end.  What the tables show is read from the registry once
 * more, as the reports do. */
enum registry_status yearbook_draw(struct yearbook_page *drawing);

#endif
