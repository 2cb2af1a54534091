#include "kiosk/paint.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <wchar.h>

#define QUIET   4 /* modules of white around a QR code */
#define SUBROWS 4 /* samples of a polygon within a pixel row */

static inline int smaller(int a, int b)
{
	return a < b ? a : b;
}

static inline int larger(int a, int b)
{
	return a > b ? a : b;
}

/* fminf and fmaxf are calls for the sake of numbers that are none; here there are only numbers. */
static inline float lesser(float a, float b)
{
	return a < b ? a : b;
}

static inline float greater(float a, float b)
{
	return a > b ? a : b;
}

struct box box_meet(struct box a, struct box b)
{
	int x = larger(a.x, b.x), y = larger(a.y, b.y);
	int right = smaller(a.x + a.w, b.x + b.w), bottom = smaller(a.y + a.h, b.y + b.h);

	return (struct box){ x, y, larger(right - x, 0), larger(bottom - y, 0) };
}

/* --- pixels --- */

static uint32_t *row_of(const struct frame *frame, int y)
{
	return frame->pixels + (size_t)y * (size_t)frame->stride;
}

static inline void blend(uint32_t *pixel, uint32_t colour, uint32_t cover)
{
	if (cover == 0)
		return;
	if (cover == 255) {
		*pixel = colour;
		return;
	}
	uint32_t part = cover + (cover >> 7), rest = 256 - part; /* 255 becomes 256 */
	uint32_t red_blue = (colour & 0xff00ff) * part + (*pixel & 0xff00ff) * rest;
	uint32_t green = (colour & 0x00ff00) * part + (*pixel & 0x00ff00) * rest;
	*pixel = ((red_blue >> 8) & 0xff00ff) | ((green >> 8) & 0x00ff00);
}

/* A whole row of one colour, from `left` to before `right`.  The C library's wmemset fills with the
 * widest stores that the machine has. */
static_assert(sizeof(wchar_t) == sizeof(uint32_t), "a pixel is as wide as a wide character");
static void fill_row(struct frame *frame, int y, int left, int right, uint32_t colour)
{
	left = larger(left, frame->clip.x);
	right = smaller(right, frame->clip.x + frame->clip.w);
	if (left < right)
		wmemset((wchar_t *)row_of(frame, y) + left, (wchar_t)colour,
			(size_t)(right - left));
}

static void blend_at(struct frame *frame, int x, int y, uint32_t colour, uint32_t cover)
{
	if (x >= frame->clip.x && x < frame->clip.x + frame->clip.w)
		blend(row_of(frame, y) + x, colour, cover);
}

/* Blends the coverage gathered for the row and leaves it zero again. */
static void blend_row(struct frame *frame, int y, int left, int right, uint32_t colour)
{
	uint32_t *row = row_of(frame, y);

	if (right <= left)
		return;
	for (int x = left; x < right; x++)
		blend(row + x, colour, frame->cover[x]);
	memset(frame->cover + left, 0, (size_t)(right - left));
}

/* How much of a pixel lies inside, whose centre is `inside` pixels from the edge. */
static uint8_t cover_of(float inside)
{
	if (inside <= -0.5f)
		return 0;
	if (inside >= 0.5f)
		return 255;
	return (uint8_t)((inside + 0.5f) * 255.0f + 0.5f);
}

/* --- boxes --- */

/* Rows from the nearer end of the box: 0 is its first or last row. */
static int row_depth(struct box box, int y)
{
	return smaller(y - box.y, box.y + box.h - 1 - y);
}

/* Distance of a corner's pixel from the corner's centre. [px] */
static float corner_distance(int radius, int column, int row)
{
	float dx = (float)(radius - column) - 0.5f, dy = (float)(radius - row) - 0.5f;

	return sqrtf(dx * dx + dy * dy);
}

static int fitting_radius(struct box box, int radius)
{
	return larger(0, smaller(radius, smaller(box.w, box.h) / 2));
}

void paint_fill(struct frame *frame, struct box box, int radius, uint32_t colour)
{
	struct box part = box_meet(box, frame->clip);

	radius = fitting_radius(box, radius);
	for (int y = part.y; y < part.y + part.h; y++) {
		int depth = row_depth(box, y), inset = depth < radius ? radius : 0;

		for (int i = 0; i < inset; i++) {
			uint8_t cover = cover_of((float)radius - corner_distance(radius, i, depth));
			blend_at(frame, box.x + i, y, colour, cover);
			blend_at(frame, box.x + box.w - 1 - i, y, colour, cover);
		}
		fill_row(frame, y, box.x + inset, box.x + box.w - inset, colour);
	}
}

static void edge_corners(struct frame *frame, struct box box, int radius, int width, int y,
			 uint32_t colour)
{
	int depth = row_depth(box, y);

	for (int i = 0; i < radius; i++) {
		float away = corner_distance(radius, i, depth);
		uint8_t outer = cover_of((float)radius - away);
		uint8_t inner = cover_of((float)(radius - width) - away);
		blend_at(frame, box.x + i, y, colour, (uint32_t)(outer - inner));
		blend_at(frame, box.x + box.w - 1 - i, y, colour, (uint32_t)(outer - inner));
	}
}

void paint_edge(struct frame *frame, struct box box, int radius, int width, uint32_t colour)
{
	struct box part = box_meet(box, frame->clip);

	radius = fitting_radius(box, larger(radius, width));
	for (int y = part.y; y < part.y + part.h; y++) {
		int depth = row_depth(box, y), right = box.x + box.w;

		if (depth >= radius) {
			fill_row(frame, y, box.x, box.x + width, colour);
			fill_row(frame, y, right - width, right, colour);
			continue;
		}
		edge_corners(frame, box, radius, width, y, colour);
		if (depth < width)
			fill_row(frame, y, box.x + radius, right - radius, colour);
	}
}

/* --- strokes --- */

/* The columns of row y that a segment's stroke can reach: false where none. */
static bool segment_columns(struct point a, struct point b, float reach, int y, int *left,
			    int *right)
{
	float centre = (float)y + 0.5f, first = 0, last = 1, dy = (float)(b.y - a.y);

	if (centre < (float)smaller(a.y, b.y) - reach || centre > (float)larger(a.y, b.y) + reach)
		return false;
	if (fabsf(dy) >= 1) {
		float t0 = (centre - reach - (float)a.y) / dy,
		      t1 = (centre + reach - (float)a.y) / dy;
		first = greater(0, lesser(t0, t1));
		last = lesser(1, greater(t0, t1));
	}
	float x0 = (float)a.x + first * (float)(b.x - a.x);
	float x1 = (float)a.x + last * (float)(b.x - a.x);
	*left = (int)floorf(lesser(x0, x1) - reach);
	*right = (int)ceilf(greater(x0, x1) + reach) + 1;
	return true;
}

/* How far row y's pixels are from the segment, as coverage; the greatest of all segments stays. */
static void cover_segment(struct frame *frame, struct point a, struct point b, float half, int y,
			  int *first, int *last)
{
	int left, right;

	if (!segment_columns(a, b, half + 1, y, &left, &right))
		return;
	left = larger(left, frame->clip.x);
	right = smaller(right, frame->clip.x + frame->clip.w);
	float dx = (float)(b.x - a.x), dy = (float)(b.y - a.y), length = dx * dx + dy * dy;
	float step = length > 0 ? dx / length : 0, down = (float)(y - a.y) + 0.5f;
	float start = length > 0 ? down * dy / length : 0;
	float inside = greater(half - 0.5f, 0), outside = half + 0.5f;
	for (int x = left; x < right; x++) {
		float across = (float)(x - a.x) + 0.5f;
		float along = lesser(1.0f, greater(0.0f, start + across * step));
		float h = across - along * dx, v = down - along * dy, square = h * h + v * v;
		if (square >= outside * outside)
			continue;
		uint8_t cover = square <= inside * inside ? 255 : cover_of(half - sqrtf(square));
		if (cover > frame->cover[x])
			frame->cover[x] = cover;
	}
	*first = smaller(*first, left);
	*last = larger(*last, right);
}

void paint_line(struct frame *frame, const struct point *points, size_t count, int width,
		uint32_t colour)
{
	float half = (float)width / 2;
	int top = frame->clip.y + frame->clip.h, bottom = frame->clip.y;

	for (size_t i = 0; i < count; i++) {
		top = smaller(top, points[i].y - width / 2 - 2);
		bottom = larger(bottom, points[i].y + width / 2 + 2);
	}
	top = larger(top, frame->clip.y);
	bottom = smaller(bottom, frame->clip.y + frame->clip.h);
	for (int y = top; y < bottom; y++) {
		int first = frame->width, last = 0;
		for (size_t i = 0; i < count; i++)
			if (i + 1 < count || count == 1)
				cover_segment(frame, points[i], points[(i + 1) % count], half, y,
					      &first, &last);
		blend_row(frame, y, first, last, colour);
	}
}

/* --- arcs --- */

struct arc {
	float radius, half;   /* [px] */
	float from_x, from_y; /* unit vectors to both ends */
	float to_x, to_y;
	bool whole, beyond_half; /* a circle; more than half of one */
};

static struct arc arc_make(int radius, int from, int to, int width)
{
	float first = (float)from * (float)M_PI / 180, last = (float)to * (float)M_PI / 180;

	return (struct arc){ .radius = (float)radius,
			     .half = (float)width / 2,
			     .from_x = cosf(first),
			     .from_y = sinf(first),
			     .to_x = cosf(last),
			     .to_y = sinf(last),
			     .whole = to - from >= 360,
			     .beyond_half = to - from > 180 };
}

static float distance(float x, float y)
{
	return sqrtf(x * x + y * y);
}

static float arc_distance(const struct arc *arc, float x, float y)
{
	bool after = arc->from_x * y - arc->from_y * x >= 0;
	bool before = x * arc->to_y - y * arc->to_x >= 0;
	bool within = arc->beyond_half ? after || before : after && before;

	if (within || arc->whole)
		return fabsf(distance(x, y) - arc->radius);
	float first = distance(x - arc->from_x * arc->radius, y - arc->from_y * arc->radius);
	float last = distance(x - arc->to_x * arc->radius, y - arc->to_y * arc->radius);
	return lesser(first, last);
}

static void arc_row(struct frame *frame, const struct arc *arc, struct point centre, int y,
		    uint32_t colour)
{
	float outer = arc->radius + arc->half + 1, inner = arc->radius - arc->half - 1;
	float dy = (float)(y - centre.y) + 0.5f;

	if (fabsf(dy) >= outer)
		return;
	int reach = (int)ceilf(sqrtf(outer * outer - dy * dy));
	int hole = inner > 0 && fabsf(dy) < inner ? (int)sqrtf(inner * inner - dy * dy) : 0;
	int left = larger(centre.x - reach, frame->clip.x);
	int right = smaller(centre.x + reach, frame->clip.x + frame->clip.w);
	for (int x = left; x < right; x++) {
		if (x == centre.x - hole)
			x = larger(x, centre.x + hole - 1);
		if (x >= right)
			break;
		float dx = (float)(x - centre.x) + 0.5f;
		blend_at(frame, x, y, colour, cover_of(arc->half - arc_distance(arc, dx, dy)));
	}
}

/* Does the arc pass this angle? */
static bool passes(int from, int to, int angle)
{
	while (angle < from)
		angle += 360;
	return angle <= to;
}

void paint_arc(struct frame *frame, struct point centre, int radius, int from, int to, int width,
	       uint32_t colour)
{
	struct arc arc = arc_make(radius, from, to, width);
	int reach = width / 2 + 2;
	int ends = (int)(lesser(arc.from_y, arc.to_y) * arc.radius);
	int above = passes(from, to, 270) ? -radius : ends;
	ends = (int)(greater(arc.from_y, arc.to_y) * arc.radius);
	int below = passes(from, to, 90) ? radius : ends;
	int top = larger(centre.y + above - reach, frame->clip.y);
	int bottom = smaller(centre.y + below + reach, frame->clip.y + frame->clip.h);

	for (int y = top; y < bottom; y++)
		arc_row(frame, &arc, centre, y, colour);
}

/* --- polygons --- */

/* Where the sides cross the height y, ascending; their number. */
static size_t crossings(float out[static PAINT_CORNERS_MAX], const struct point *points,
			size_t count, float y)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		struct point a = points[i], b = points[(i + 1) % count];
		if (((float)a.y <= y) == ((float)b.y <= y))
			continue;
		float along = (y - (float)a.y) / (float)(b.y - a.y);
		float x = (float)a.x + along * (float)(b.x - a.x);
		size_t at = found++;
		for (; at > 0 && out[at - 1] > x; at--)
			out[at] = out[at - 1];
		out[at] = x;
	}
	return found;
}

/* Adds a quarter row from `left` to `right` to the coverage, saturating. */
static void cover_span(struct frame *frame, float left, float right)
{
	int from = frame->clip.x, to = from + frame->clip.w;

	left = greater(left, (float)from);
	right = lesser(right, (float)to);
	for (int x = (int)left; x < to && (float)x < right; x++) {
		float part = lesser(right, (float)(x + 1)) - greater(left, (float)x);
		int sum = frame->cover[x] + (int)(part * (256.0f / SUBROWS) + 0.5f);
		frame->cover[x] = (uint8_t)smaller(sum, 255);
	}
}

struct polygon {
	const struct point *points;
	size_t count;
	int left, right; /* columns, within the clip */
	uint32_t colour;
};

/* A row that only one pair of sides crosses: what both ends leave between them is filled at once. */
static void polygon_row_simple(struct frame *frame, const struct polygon *polygon, int y,
			       float (*cross)[2])
{
	float from = cross[0][0], to = cross[0][1];

	for (int i = 1; i < SUBROWS; i++) {
		from = greater(from, cross[i][0]);
		to = lesser(to, cross[i][1]);
	}
	int first = smaller(larger((int)ceilf(from), polygon->left), polygon->right);
	int last = smaller(larger((int)floorf(to), first), polygon->right);
	for (int i = 0; i < SUBROWS; i++) {
		cover_span(frame, cross[i][0], lesser(cross[i][1], (float)first));
		cover_span(frame, greater(cross[i][0], (float)last), cross[i][1]);
	}
	blend_row(frame, y, polygon->left, first, polygon->colour);
	fill_row(frame, y, first, last, polygon->colour);
	blend_row(frame, y, last, polygon->right, polygon->colour);
}

static void polygon_row(struct frame *frame, const struct polygon *polygon, int y)
{
	float cross[PAINT_CORNERS_MAX], ends[SUBROWS][2];
	int pairs = 0;

	for (int i = 0; i < SUBROWS; i++) {
		float at = (float)y + ((float)i + 0.5f) / SUBROWS;
		size_t found = crossings(cross, polygon->points, polygon->count, at);
		if (found == 2) {
			memcpy(ends[pairs++], cross, sizeof(ends[0]));
			continue;
		}
		for (size_t k = 0; k + 1 < found; k += 2)
			cover_span(frame, cross[k], cross[k + 1]);
	}
	if (pairs == SUBROWS) {
		polygon_row_simple(frame, polygon, y, ends);
		return;
	}
	for (int i = 0; i < pairs; i++)
		cover_span(frame, ends[i][0], ends[i][1]);
	blend_row(frame, y, polygon->left, polygon->right, polygon->colour);
}

void paint_polygon(struct frame *frame, const struct point *points, size_t count, uint32_t colour)
{
	struct box clip = frame->clip;
	int top = clip.y + clip.h, bottom = clip.y, left = clip.x + clip.w, right = clip.x;

	if (count > PAINT_CORNERS_MAX)
		return;
	for (size_t i = 0; i < count; i++) {
		top = smaller(top, points[i].y);
		bottom = larger(bottom, points[i].y);
		left = smaller(left, points[i].x);
		right = larger(right, points[i].x);
	}
	struct polygon polygon = { points, count, larger(left, clip.x),
				   smaller(right, clip.x + clip.w), colour };
	for (int y = larger(top, clip.y); y < smaller(bottom, clip.y + clip.h); y++)
		polygon_row(frame, &polygon, y);
}

/* --- masks --- */

void paint_mask(struct frame *frame, int x, int y, int width, int height, const uint8_t *mask,
		int stride, uint32_t colour)
{
	struct box part = box_meet((struct box){ x, y, width, height }, frame->clip);

	for (int row = part.y; row < part.y + part.h; row++) {
		const uint8_t *cover = mask + (size_t)(row - y) * (size_t)stride + (part.x - x);
		uint32_t *pixels = row_of(frame, row) + part.x;
		int i = 0;
		for (; i + 8 <= part.w; i += 8) {
			uint64_t eight; /* most of a line of text is clear */
			memcpy(&eight, cover + i, sizeof(eight));
			for (int k = 0; eight != 0 && k < 8; k++)
				blend(pixels + i + k, colour, cover[i + k]);
		}
		for (; i < part.w; i++)
			blend(pixels + i, colour, cover[i]);
	}
}

void paint_modules(struct frame *frame, struct box box, const uint8_t *modules, int side)
{
	int module = smaller(box.w, box.h) / (side + 2 * QUIET);
	int left = box.x + (box.w - module * side) / 2, top = box.y + (box.h - module * side) / 2;

	paint_fill(frame, box, 0, 0xffffff);
	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++)
			if (modules[y * side + x] != 0)
				paint_fill(frame,
					   (struct box){ left + x * module, top + y * module,
							 module, module },
					   0, 0x000000);
}
