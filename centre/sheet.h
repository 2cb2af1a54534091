/*
 * Sheets of QR labels and of certificate slips for A4 paper, as a PDF that prints true to size and
 * scans: what goes where, in millimetres.
 *
 * Each page has a line of 50 mm at its foot, so that a print can be measured.  Modules are a whole
 * number of 1/600 inch, the dots of an office printer, and at least 0.5 mm.  Pure drawing: knows no
 * registry, and masks no name; who asks for labels hands over masked ones.
 */
#ifndef YOUDAI_CENTRE_SHEET_H
#define YOUDAI_CENTRE_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHEET_WIDTH      210.0        /* [mm] ISO 216 A4 */
#define SHEET_HEIGHT     297.0        /* [mm] */
#define SHEET_MODULE_MIN 0.5          /* [mm] */
#define SHEET_DOT        (25.4 / 600) /* [mm] */
#define SHEET_QUIET      4            /* [module] ISO/IEC 18004 */
#define SHEET_SIDE_MAX   77           /* [module] version 15: 600 letters of base45 */

enum [[nodiscard]] sheet_status{
	SHEET_OK = 0,
	SHEET_NO_ROOM,     /* the text is empty or too long for a code with modules of 0.5 mm */
	SHEET_EMPTY,       /* there is nothing to print */
	SHEET_NOT_WRITTEN, /* the path cannot be written, or is no regular file */
	SHEET_DISK_FULL,
	SHEET_NO_MEMORY,
};

enum sheet_form {
	SHEET_LABELS, /* 3 x 5 labels of 64 x 54 mm: the QR code, name, short code or number's end */
	SHEET_SLIPS,  /* 2 x 4 slips of 95 x 69 mm with all there is to say */
};

/* All borrowed, all but those two there; any text is taken, what does not fit is made smaller, then
 * cut with an ellipsis. */
struct slip {
	const char *text; /* of the QR code: base45 */
	const char *name, *number, *kind_zh, *kind_en, *unit;
	const char *short_code; /* "7K3M-9QXA"; NULL where there is none */
	const char *expires;    /* a date; NULL where there is no end */
};

/* Where a slip's QR code is printed: the dark square, the quiet zone is outside it. */
struct sheet_place {
	size_t page;         /* from 0 */
	double x, y, module; /* [mm] from the page's upper left corner; a module's side */
	double side;         /* [mm] from the first dark module to the last */
};

struct sheet_tally {
	size_t slips, pages;
	size_t cut;     /* texts that end with an ellipsis */
	size_t missing; /* characters that no font here has: install fonts-hanazono */
};

struct sheet;

/* Begin a sheet.  The file, for its owner only (0600), appears at path when all of it is on the
 * disk; what stands there stays until then.  title names the batch at the foot of each page, made
 * [s] UTC stands in the document. */
enum sheet_status sheet_open(struct sheet **out, const char *path, enum sheet_form form,
			     const char *title, int64_t made);

/* Print a slip at the next place.  SHEET_NO_ROOM prints nothing, and others may follow. */
enum sheet_status sheet_add(struct sheet *sheet, const struct slip *slip);

struct sheet_tally sheet_tally(const struct sheet *sheet);

/* Complete the file and free the sheet.  On failure there is no file, and what stood at path stays.
 * NULL is nothing to do. */
enum sheet_status sheet_close(struct sheet *sheet);
/* Leave no file.  NULL is nothing to do. */
void sheet_abandon(struct sheet *sheet);

/* The place of slip i, from 0, whose QR code has 21 to SHEET_SIDE_MAX modules a side. */
struct sheet_place sheet_place(enum sheet_form form, size_t i, int modules);

/* Why, and what to do next, in one sentence. */
const char *sheet_words(enum sheet_status status, bool english);

#endif
