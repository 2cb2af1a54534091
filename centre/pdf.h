/*
 * Pages for paper: text, boxes, lines and QR codes drawn into a PDF, placed in millimetres from the
 * page's upper left corner.
 *
 * The only file that speaks to cairo and Pango.  Knows nothing of what is drawn.  The document says
 * nothing about who made it.  Text may be anything (centre/printable.h makes it fit for paper): it is
 * set from left to right, in Noto Sans CJK SC, what that lacks in HanaMin, and never leaves its box.
 */
#ifndef YOUDAI_CENTRE_PDF_H
#define YOUDAI_CENTRE_PDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PDF_MM_PER_INCH 25.4

enum [[nodiscard]] pdf_status{
	PDF_OK = 0,
	PDF_NOT_WRITTEN, /* the path cannot be written, or is no regular file */
	PDF_DISK_FULL,
	PDF_NO_MEMORY,
};

/* Black is pure black: a printer then needs one ink and no dots. */
enum pdf_colour { PDF_BLACK, PDF_RED, PDF_GREY };
enum pdf_face { PDF_PLAIN, PDF_BOLD, PDF_CODE /* bold, each character as wide as the other */ };
enum pdf_align { PDF_LEFT, PDF_MIDDLE, PDF_RIGHT };

struct pdf_box {
	double x, y, width, height; /* [mm] */
};

struct pdf_type {
	double size, least; /* [pt] wanted, and the smallest that may be taken instead */
	int lines;          /* at most, from 1 */
	enum pdf_face face;
	enum pdf_align align;
	enum pdf_colour colour;
	bool centred; /* in the height of its box; else at its upper edge */
};

struct pdf_about {
	double width, height; /* [mm] of each page */
	const char *title;    /* shown by viewers: no person's name */
	int64_t made;         /* [s] UTC */
};

struct pdf;

/* Begin a document that appears at path only when it is whole (centre/whole_file.h). */
enum pdf_status pdf_open(struct pdf **out, const char *path, const struct pdf_about *about);

/* Begin the next page; the first one too.  Everything below draws on the page begun last. */
void pdf_page(struct pdf *pdf);

/* Set text in a box: in the size wanted, or in the largest down to the least that fits, and if none
 * does, cut with an ellipsis.  True where all of it is there. */
bool pdf_text(struct pdf *pdf, const struct pdf_box *box, const struct pdf_type *type,
	      const char *text);

void pdf_fill(struct pdf *pdf, const struct pdf_box *box, enum pdf_colour colour);
/* A line of so many millimetres' width along each edge of the box. */
void pdf_frame(struct pdf *pdf, const struct pdf_box *box, double width, enum pdf_colour colour);

/* A QR code's dark modules, side times side, row by row, as one shape: modules that touch show no
 * seam.  x and y are the upper left corner of the first module, module is the side of one. */
void pdf_modules(struct pdf *pdf, double x, double y, double module, const uint8_t *modules,
		 int side);

/* Characters drawn so far that no font here has: a box stands in their place. */
size_t pdf_missing(const struct pdf *pdf);

/* The first trouble so far: what is drawn after it is lost. */
enum pdf_status pdf_state(const struct pdf *pdf);

/* Complete the document and have it on the disk under its name.  On failure what stood there
 * stays.  Frees pdf either way; NULL is nothing to do. */
enum pdf_status pdf_close(struct pdf *pdf);
/* Leave no document.  NULL is nothing to do. */
void pdf_abandon(struct pdf *pdf);

#endif
