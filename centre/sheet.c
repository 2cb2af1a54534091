#include "centre/sheet.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/pdf.h"
#include "reader/image.h"

#define RULER        50.0 /* [mm] */
#define RULER_STEP   10.0 /* [mm] */
#define HAIRLINE     0.1  /* [mm] */
#define NUMBER_END   4    /* characters of a certificate's number on a label */
#define CAPTION_SIZE 64

/* Where on a page, and where in a cell; the cells lie side by side. */
static const struct form {
	size_t columns, rows;
	struct pdf_box cell; /* the first one */
	struct pdf_box code; /* in it, with the quiet zone */
	const char *title;
} forms[] = {
	[SHEET_LABELS] = { 3,
			   5,
			   { 9, 9, 64, 54 },
			   { 10, 1.5, 44, 44 },
			   "优待证二维码标签 · QR labels" },
	[SHEET_SLIPS] = { 2,
			  4,
			  { 10, 6, 95, 69 },
			  { 48, 14, 44, 44 },
			  "优待证领证单 · Certificate slips" },
};

struct sheet {
	struct pdf *pdf;
	enum sheet_form form;
	struct sheet_tally tally;
	char *title;
	struct qr qr;
};

static enum sheet_status status_of(enum pdf_status status)
{
	static const enum sheet_status statuses[] = {
		[PDF_OK] = SHEET_OK,
		[PDF_NOT_WRITTEN] = SHEET_NOT_WRITTEN,
		[PDF_DISK_FULL] = SHEET_DISK_FULL,
		[PDF_NO_MEMORY] = SHEET_NO_MEMORY,
	};

	return statuses[status];
}

const char *sheet_words(enum sheet_status status, bool english)
{
	static const char *const words[][2] = {
		[SHEET_OK] = { "已完成", "done" },
		[SHEET_NO_ROOM] = { "凭证为空,或太长,印成二维码会太密而扫不出；请用手机码或芯片卡",
				    "the credential is empty, or too long for a printed code that "
				    "scans; "
				    "use a code on a phone or a chip card" },
		[SHEET_EMPTY] = { "没有可打印的内容；请先签发证件",
				  "there is nothing to print; issue certificates first" },
		[SHEET_NOT_WRITTEN] = { "文件无法写入；请换一个文件名或文件夹",
					"the file cannot be written; choose another name or "
					"folder" },
		[SHEET_DISK_FULL] = { "磁盘已满；请腾出空间后重试",
				      "the disk is full; make room and try again" },
		[SHEET_NO_MEMORY] = { "内存不足；请关闭其他程序后重试",
				      "out of memory; close other programs and try again" },
	};

	return words[status][english];
}

/* --- where --- */

static struct pdf_box cell_of(const struct form *form, size_t i)
{
	struct pdf_box cell = form->cell;
	size_t at = i % (form->columns * form->rows);
	size_t column = at % form->columns, row = at / form->columns;

	cell.x += (double)column * cell.width;
	cell.y += (double)row * cell.height;
	return cell;
}

static double to_dot(double mm)
{
	return floor(mm / SHEET_DOT + 0.5) * SHEET_DOT;
}

struct sheet_place sheet_place(enum sheet_form which, size_t i, int modules)
{
	const struct form *form = &forms[which];
	struct pdf_box cell = cell_of(form, i);
	int dots = (int)(form->code.width / SHEET_DOT / (modules + 2 * SHEET_QUIET));
	struct sheet_place place = { .page = i / (form->columns * form->rows),
				     .module = dots * SHEET_DOT };

	assert(modules >= 21 && modules <= SHEET_SIDE_MAX);
	place.side = modules * place.module;
	place.x = to_dot(cell.x + form->code.x + (form->code.width - place.side) / 2);
	place.y = to_dot(cell.y + form->code.y + (form->code.height - place.side) / 2);
	return place;
}

/* --- drawing --- */

static void put(struct sheet *sheet, struct pdf_box box, const struct pdf_type *type,
		const char *text)
{
	if (!pdf_text(sheet->pdf, &box, type, text))
		sheet->tally.cut++;
}

/* The box that lies in another as in its own page. */
static struct pdf_box within(const struct pdf_box *cell, double x, double y, double width,
			     double height)
{
	return (struct pdf_box){ cell->x + x, cell->y + y, width, height };
}

static void draw_code(struct sheet *sheet)
{
	struct sheet_place place = sheet_place(sheet->form, sheet->tally.slips, sheet->qr.side);

	pdf_modules(sheet->pdf, place.x, place.y, place.module, sheet->qr.modules, sheet->qr.side);
}

/* The line of 50 mm, a mark each 10 mm, the ends higher; its ends are the marks' outer edges. */
static void draw_ruler(struct sheet *sheet, double x, double y)
{
	const double width = 0.2; /* [mm] */

	pdf_fill(sheet->pdf, &(struct pdf_box){ x, y, RULER, width }, PDF_BLACK);
	for (double at = 0; at <= RULER; at += RULER_STEP) {
		double height = at == 0 || at == RULER ? 4 : 2;
		double left = at == 0 ? 0 : at == RULER ? RULER - width : at - width / 2;

		pdf_fill(sheet->pdf,
			 &(struct pdf_box){ x + left, y + width - height, width, height },
			 PDF_BLACK);
	}
}

static void draw_foot(struct sheet *sheet)
{
	static const struct pdf_type zh = { 9, 8, 1, PDF_BOLD, PDF_LEFT, PDF_BLACK, false };
	static const struct pdf_type en = { 8, 8, 1, PDF_PLAIN, PDF_LEFT, PDF_BLACK, false };
	static const struct pdf_type title = { 9, 8, 2, PDF_PLAIN, PDF_RIGHT, PDF_BLACK, true };

	draw_ruler(sheet, 10, 290);
	put(sheet, (struct pdf_box){ 63, 283.2, 80, 5 }, &zh,
	    "打印请选 100% / 实际大小；此线应为 50 毫米");
	put(sheet, (struct pdf_box){ 63, 287.2, 80, 4.5 }, &en,
	    "print at 100 %, this line is 50 mm");
	put(sheet, (struct pdf_box){ 144, 282.6, 56, 9.5 }, &title, sheet->title);
}

/* The end of a text, so many characters long. */
static const char *end_of(const char *text, size_t characters)
{
	const char *end = text + strlen(text);

	while (end > text && characters > 0) {
		end--;
		characters -= ((unsigned char)*end & 0xc0) != 0x80;
	}
	return end;
}

static void draw_label(struct sheet *sheet, const struct pdf_box *cell, const struct slip *slip)
{
	static const struct pdf_type name = { 11, 7, 2, PDF_BOLD, PDF_LEFT, PDF_BLACK, true };
	static const struct pdf_type code = { 13, 12, 1, PDF_CODE, PDF_RIGHT, PDF_BLACK, true };
	static const struct pdf_type number = { 11, 9, 1, PDF_PLAIN, PDF_RIGHT, PDF_BLACK, true };
	char ending[CAPTION_SIZE];

	pdf_frame(sheet->pdf, cell, HAIRLINE, PDF_GREY);
	draw_code(sheet);
	put(sheet, within(cell, 3, 45.4, 33, 7.6), &name, slip->name);
	if (slip->short_code != NULL) {
		put(sheet, within(cell, 36, 45.4, 25, 7.6), &code, slip->short_code);
		return;
	}
	snprintf(ending, sizeof ending, "尾号 %s", end_of(slip->number, NUMBER_END));
	put(sheet, within(cell, 36, 45.4, 25, 7.6), &number, ending);
}

static void draw_face(struct sheet *sheet, const struct pdf_box *cell, const struct slip *slip)
{
	static const struct pdf_type kind = { 14, 9, 1, PDF_BOLD, PDF_LEFT, PDF_RED, true };
	static const struct pdf_type kind_en = { 9, 8, 1, PDF_PLAIN, PDF_LEFT, PDF_BLACK, false };
	static const struct pdf_type name = { 16, 8, 2, PDF_BOLD, PDF_LEFT, PDF_BLACK, true };
	static const struct pdf_type label = { 8, 8, 1, PDF_PLAIN, PDF_LEFT, PDF_BLACK, false };
	static const struct pdf_type number = { 11, 8, 1, PDF_BOLD, PDF_LEFT, PDF_BLACK, false };
	static const struct pdf_type unit = { 10, 8, 2, PDF_PLAIN, PDF_LEFT, PDF_BLACK, false };

	pdf_fill(sheet->pdf, &(struct pdf_box){ cell->x + 5, cell->y + 3.2, 85, 0.5 }, PDF_RED);
	put(sheet, within(cell, 5, 4.2, 85, 7), &kind, slip->kind_zh);
	put(sheet, within(cell, 5, 10.2, 85, 4.8), &kind_en, slip->kind_en);
	put(sheet, within(cell, 5, 15, 43, 8.6), &name, slip->name);
	put(sheet, within(cell, 5, 23.8, 43, 4.2), &label, "证号 Certificate no.");
	put(sheet, within(cell, 5, 27.2, 43, 5.8), &number, slip->number);
	put(sheet, within(cell, 5, 33, 43, 4.2), &label, "发证单位 Issued by");
	put(sheet, within(cell, 5, 36.4, 43, 8.4), &unit, slip->unit);
}

/* What to say at the counter, to the right the last day. */
static void draw_way_out(struct sheet *sheet, const struct pdf_box *cell, const struct slip *slip)
{
	static const struct pdf_type label = { 8, 8, 1, PDF_PLAIN, PDF_LEFT, PDF_BLACK, false };
	static const struct pdf_type code = { 20, 12, 1, PDF_CODE, PDF_LEFT, PDF_BLACK, true };
	static const struct pdf_type zh = { 10, 8, 1, PDF_BOLD, PDF_LEFT, PDF_BLACK, false };
	static const struct pdf_type en = { 8, 8, 1, PDF_PLAIN, PDF_LEFT, PDF_BLACK, false };
	static const struct pdf_type last = { 8, 8, 1, PDF_PLAIN, PDF_RIGHT, PDF_BLACK, false };
	bool has_code = slip->short_code != NULL;

	if (has_code) {
		put(sheet, within(cell, 5, 45, 43, 4.2), &label, "短码 Short code");
		put(sheet, within(cell, 5, 48, 43, 10.4), &code, slip->short_code);
	}
	pdf_fill(sheet->pdf, &(struct pdf_box){ cell->x + 5, cell->y + 58.8, 85, 0.2 }, PDF_GREY);
	put(sheet, within(cell, 5, 59, 51, 5.2), &zh,
	    has_code ? "扫不出？请把短码报给工作人员" : "扫不出？请把证号报给工作人员");
	put(sheet, within(cell, 5, 63.4, 85, 4.4), &en,
	    has_code ? "Not read? Give the short code to the staff at the counter."
		     : "Not read? Give the certificate number to the staff at the counter.");
	if (slip->expires != NULL) {
		char until[CAPTION_SIZE];

		snprintf(until, sizeof until, "有效期至 Until %s", slip->expires);
		put(sheet, within(cell, 52, 59.6, 38, 4.4), &last, until);
	}
}

static void draw_slip(struct sheet *sheet, const struct pdf_box *cell, const struct slip *slip)
{
	pdf_frame(sheet->pdf, cell, HAIRLINE, PDF_GREY);
	draw_code(sheet);
	draw_face(sheet, cell, slip);
	draw_way_out(sheet, cell, slip);
}

/* --- the sheet --- */

enum sheet_status sheet_open(struct sheet **out, const char *path, enum sheet_form form,
			     const char *title, int64_t made)
{
	struct pdf_about about = { SHEET_WIDTH, SHEET_HEIGHT, forms[form].title, made };
	struct sheet *sheet = calloc(1, sizeof *sheet);
	enum sheet_status status = SHEET_NO_MEMORY;

	if (sheet == NULL)
		return status;
	sheet->form = form;
	sheet->title = strdup(title);
	if (sheet->title != NULL)
		status = status_of(pdf_open(&sheet->pdf, path, &about));
	if (status != SHEET_OK) {
		sheet_abandon(sheet);
		return status;
	}
	*out = sheet;
	return SHEET_OK;
}

static enum sheet_status encode(struct qr *qr, const char *text)
{
	enum image_status status = qr_encode(qr, text);

	if (status == IMAGE_NO_MEMORY)
		return SHEET_NO_MEMORY;
	return status == IMAGE_OK && qr->side <= SHEET_SIDE_MAX ? SHEET_OK : SHEET_NO_ROOM;
}

enum sheet_status sheet_add(struct sheet *sheet, const struct slip *slip)
{
	static void (*const draw[])(struct sheet *, const struct pdf_box *, const struct slip *) = {
		[SHEET_LABELS] = draw_label,
		[SHEET_SLIPS] = draw_slip,
	};
	const struct form *form = &forms[sheet->form];
	struct pdf_box cell = cell_of(form, sheet->tally.slips);
	enum sheet_status status = encode(&sheet->qr, slip->text);

	if (status != SHEET_OK)
		return status;
	if (sheet->tally.slips % (form->columns * form->rows) == 0) {
		pdf_page(sheet->pdf);
		draw_foot(sheet);
		sheet->tally.pages++;
	}
	draw[sheet->form](sheet, &cell, slip);
	sheet->tally.slips++;
	return status_of(pdf_state(sheet->pdf));
}

struct sheet_tally sheet_tally(const struct sheet *sheet)
{
	struct sheet_tally tally = sheet->tally;

	tally.missing = pdf_missing(sheet->pdf);
	return tally;
}

static void let_go(struct sheet *sheet)
{
	free(sheet->title);
	explicit_bzero(sheet, sizeof *sheet);
	free(sheet);
}

enum sheet_status sheet_close(struct sheet *sheet)
{
	enum sheet_status status = SHEET_EMPTY;

	if (sheet == NULL)
		return SHEET_OK;
	if (sheet->tally.slips == 0)
		pdf_abandon(sheet->pdf);
	else
		status = status_of(pdf_close(sheet->pdf));
	let_go(sheet);
	return status;
}

void sheet_abandon(struct sheet *sheet)
{
	if (sheet == NULL)
		return;
	pdf_abandon(sheet->pdf);
	let_go(sheet);
}
