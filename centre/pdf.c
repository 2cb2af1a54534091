#include "centre/pdf.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdlib.h>

#include "centre/printable.h"
#include "centre/whole_file.h"
#include "db/china_time.h"

#define POINTS_PER_INCH 72.0
#define SHRINK_STEP     0.5 /* [pt] */

struct pdf {
	struct whole_file file;
	cairo_surface_t *surface;
	cairo_t *cairo;
	PangoFontMap *fonts;
	PangoContext *context;
	bool page_begun;
	size_t missing;
};

static const struct {
	double red, green, blue;
} colours[] = {
	[PDF_BLACK] = { 0, 0, 0 },
	[PDF_RED] = { 0x9e / 255.0, 0x1b / 255.0, 0x16 / 255.0 },
	[PDF_GREY] = { 0x8a / 255.0, 0x81 / 255.0, 0x78 / 255.0 },
};

static const struct {
	const char *families;
	PangoWeight weight;
} faces[] = {
	[PDF_PLAIN] = { "Noto Sans CJK SC,HanaMinA,HanaMinB", PANGO_WEIGHT_NORMAL },
	[PDF_BOLD] = { "Noto Sans CJK SC,HanaMinA,HanaMinB", PANGO_WEIGHT_BOLD },
	[PDF_CODE] = { "Noto Sans Mono CJK SC,DejaVu Sans Mono", PANGO_WEIGHT_BOLD },
};

static double points(double mm)
{
	return mm * POINTS_PER_INCH / PDF_MM_PER_INCH;
}

/* --- the document --- */

static cairo_status_t put_bytes(void *closure, const unsigned char *bytes, unsigned int length)
{
	return whole_file_write(closure, bytes, length) == WHOLE_FILE_OK ? CAIRO_STATUS_SUCCESS
									 : CAIRO_STATUS_WRITE_ERROR;
}

static enum pdf_status status_of(enum whole_file_status status)
{
	static const enum pdf_status statuses[] = {
		[WHOLE_FILE_OK] = PDF_OK,
		[WHOLE_FILE_NOT_WRITTEN] = PDF_NOT_WRITTEN,
		[WHOLE_FILE_FULL] = PDF_DISK_FULL,
	};

	return statuses[status];
}

static void describe(cairo_surface_t *surface, const struct pdf_about *about)
{
	char made[21];

	instant_format(made, about->made);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, about->title);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, made);
}

/* One unit of Pango's is one of the page's, and glyphs stand where they stand, not at whole ones. */
static void prepare_text(struct pdf *pdf)
{
	pdf->fonts = pango_cairo_font_map_new();
	pdf->context = pango_font_map_create_context(pdf->fonts);
	pango_cairo_update_context(pdf->cairo, pdf->context);
	pango_cairo_context_set_resolution(pdf->context, POINTS_PER_INCH);
	pango_context_set_round_glyph_positions(pdf->context, FALSE);
	pango_context_set_base_dir(pdf->context, PANGO_DIRECTION_LTR);
	pango_context_set_language(pdf->context, pango_language_from_string("zh-cn"));
}

static void let_go(struct pdf *pdf)
{
	if (pdf->context != NULL)
		g_object_unref(pdf->context);
	if (pdf->fonts != NULL)
		g_object_unref(pdf->fonts);
	cairo_destroy(pdf->cairo);
	cairo_surface_destroy(pdf->surface);
	free(pdf);
}

enum pdf_status pdf_open(struct pdf **out, const char *path, const struct pdf_about *about)
{
	struct pdf *pdf = calloc(1, sizeof *pdf);
	enum pdf_status status;

	if (pdf == NULL)
		return PDF_NO_MEMORY;
	status = status_of(whole_file_open(&pdf->file, path));
	if (status != PDF_OK) {
		free(pdf);
		return status;
	}
	pdf->surface = cairo_pdf_surface_create_for_stream(
		put_bytes, &pdf->file, points(about->width), points(about->height));
	pdf->cairo = cairo_create(pdf->surface);
	status = pdf_state(pdf);
	if (status != PDF_OK) {
		pdf_abandon(pdf);
		return status;
	}
	describe(pdf->surface, about);
	prepare_text(pdf);
	*out = pdf;
	return PDF_OK;
}

enum pdf_status pdf_state(const struct pdf *pdf)
{
	if (pdf->file.status != WHOLE_FILE_OK)
		return status_of(pdf->file.status);
	/* Nothing else is asked of cairo that could fail. */
	return cairo_status(pdf->cairo) == CAIRO_STATUS_SUCCESS ? PDF_OK : PDF_NO_MEMORY;
}

void pdf_page(struct pdf *pdf)
{
	if (pdf->page_begun)
		cairo_show_page(pdf->cairo);
	pdf->page_begun = true;
}

size_t pdf_missing(const struct pdf *pdf)
{
	return pdf->missing;
}

enum pdf_status pdf_close(struct pdf *pdf)
{
	enum pdf_status status;

	if (pdf == NULL)
		return PDF_OK;
	if (pdf->page_begun)
		cairo_show_page(pdf->cairo);
	cairo_surface_finish(pdf->surface);
	status = pdf_state(pdf);
	if (status == PDF_OK && cairo_surface_status(pdf->surface) != CAIRO_STATUS_SUCCESS)
		status = PDF_NO_MEMORY;
	if (status == PDF_OK)
		status = status_of(whole_file_keep(&pdf->file));
	else
		whole_file_drop(&pdf->file);
	let_go(pdf);
	return status;
}

void pdf_abandon(struct pdf *pdf)
{
	if (pdf == NULL)
		return;
	cairo_surface_finish(pdf->surface);
	whole_file_drop(&pdf->file);
	let_go(pdf);
}

/* --- shapes --- */

static void take_colour(struct pdf *pdf, enum pdf_colour colour)
{
	cairo_set_source_rgb(pdf->cairo, colours[colour].red, colours[colour].green,
			     colours[colour].blue);
}

static void path_of(struct pdf *pdf, const struct pdf_box *box)
{
	cairo_rectangle(pdf->cairo, points(box->x), points(box->y), points(box->width),
			points(box->height));
}

void pdf_fill(struct pdf *pdf, const struct pdf_box *box, enum pdf_colour colour)
{
	take_colour(pdf, colour);
	path_of(pdf, box);
	cairo_fill(pdf->cairo);
}

void pdf_frame(struct pdf *pdf, const struct pdf_box *box, double width, enum pdf_colour colour)
{
	take_colour(pdf, colour);
	cairo_set_line_width(pdf->cairo, points(width));
	path_of(pdf, box);
	cairo_stroke(pdf->cairo);
}

/* Dark modules from column on in a row. */
static int run_from(const uint8_t *row, int column, int side)
{
	int end = column;

	while (end < side && row[end] != 0)
		end++;
	return end - column;
}

/* Whether a run of just these modules stands in the row. */
static bool has_run(const uint8_t *row, int column, int length, int side)
{
	return (column == 0 || row[column - 1] == 0) && run_from(row, column, side) == length;
}

/* Rows from this one on in which the run stands; 0 where the row above has it too, and with it its
 * rectangle. */
static int rows_of(const uint8_t *modules, int side, int row, int column, int length)
{
	int end = row;

	if (row > 0 && has_run(modules + (row - 1) * side, column, length, side))
		return 0;
	while (end < side && has_run(modules + end * side, column, length, side))
		end++;
	return end - row;
}

void pdf_modules(struct pdf *pdf, double x, double y, double module, const uint8_t *modules,
		 int side)
{
	take_colour(pdf, PDF_BLACK);
	for (int row = 0; row < side; row++) {
		for (int column = 0, run; column < side; column += run + 1) {
			run = run_from(modules + row * side, column, side);
			int rows = run == 0 ? 0 : rows_of(modules, side, row, column, run);

			if (rows > 0)
				path_of(pdf,
					&(struct pdf_box){ x + column * module, y + row * module,
							   run * module, rows * module });
		}
	}
	cairo_fill(pdf->cairo);
}

/* --- text --- */

static void take_size(PangoLayout *layout, const struct pdf_type *type, double size)
{
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family_static(font, faces[type->face].families);
	pango_font_description_set_weight(font, faces[type->face].weight);
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
}

static double height_of(PangoLayout *layout)
{
	int height;

	pango_layout_get_size(layout, NULL, &height);
	return (double)height / PANGO_SCALE;
}

static bool fits(PangoLayout *layout, const struct pdf_box *box, const struct pdf_type *type)
{
	return pango_layout_get_line_count(layout) <= type->lines &&
	       height_of(layout) <= points(box->height);
}

static PangoLayout *layout_of(struct pdf *pdf, const struct pdf_box *box,
			      const struct pdf_type *type, const char *text)
{
	static const PangoAlignment alignments[] = {
		[PDF_LEFT] = PANGO_ALIGN_LEFT,
		[PDF_MIDDLE] = PANGO_ALIGN_CENTER,
		[PDF_RIGHT] = PANGO_ALIGN_RIGHT,
	};
	PangoLayout *layout = pango_layout_new(pdf->context);

	pango_layout_set_auto_dir(layout, FALSE);
	pango_layout_set_width(layout, (int)(points(box->width) * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(layout, alignments[type->align]);
	pango_layout_set_text(layout, text, -1);
	return layout;
}

/* The largest size that fits; false where even the least does not and an ellipsis is set. */
static bool fit(PangoLayout *layout, const struct pdf_box *box, const struct pdf_type *type)
{
	for (double size = type->size; size > type->least; size -= SHRINK_STEP) {
		take_size(layout, type, size);
		if (fits(layout, box, type))
			return true;
	}
	take_size(layout, type, type->least);
	if (fits(layout, box, type))
		return true;
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	for (int lines = type->lines; lines > 0; lines--) {
		pango_layout_set_height(layout, -lines);
		if (height_of(layout) <= points(box->height))
			break;
	}
	return false;
}

bool pdf_text(struct pdf *pdf, const struct pdf_box *box, const struct pdf_type *type,
	      const char *text)
{
	char clean[PRINTABLE_SIZE];
	bool whole = printable(clean, text);
	PangoLayout *layout = layout_of(pdf, box, type, clean);

	whole = fit(layout, box, type) && whole;
	double spare = points(box->height) - height_of(layout);

	cairo_save(pdf->cairo);
	path_of(pdf, box);
	/* Marks heaped on a letter end at the box as well. */
	cairo_clip(pdf->cairo);
	take_colour(pdf, type->colour);
	cairo_move_to(pdf->cairo, points(box->x),
		      points(box->y) + (type->centred && spare > 0 ? spare / 2 : 0));
	pango_cairo_show_layout(pdf->cairo, layout);
	cairo_restore(pdf->cairo);
	pdf->missing += (size_t)pango_layout_get_unknown_glyphs_count(layout);
	g_object_unref(layout);
	return whole;
}
