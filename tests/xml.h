/*
 * Markup under test: what was written to a stream, and whether a parser of XML takes it.
 */
#ifndef YOUDAI_TESTS_XML_H
#define YOUDAI_TESTS_XML_H

#include <stddef.h>
#include <stdio.h>

/* What is written to `out` lies in `text` after capture_end. */
struct capture {
	FILE *out;
	char *text;
	size_t length;
};
void capture_begin(struct capture *capture);
const char *capture_end(struct capture *capture);
void capture_free(struct capture *capture);

/* Fails the test where an independent parser does not take it; skips the test without one. */
void assert_well_formed(const char *text);
/* Fails the test where something is named that would have to be fetched. */
void assert_self_contained(const char *text);

/* The rectangles of an SVG picture that have a place (bars, and the swatches of a legend), in their
 * order; answers how many, fewer than BOXES_MAX. */
#define BOXES_MAX 300
struct box {
	int x, y, width, height;
};
size_t boxes_of(struct box boxes[BOXES_MAX], const char *svg);

size_t times(const char *text, const char *part); /* how often it occurs */

#endif
