#include "kiosk/picture.h"

#include <math.h>

#include "kiosk/theme.h"

static float radians(int degree)
{
	return (float)degree * (float)M_PI / 180;
}

static struct point on_circle(struct point centre, float radius, int degree)
{
	return (struct point){ centre.x + (int)lroundf(radius * cosf(radians(degree))),
			       centre.y + (int)lroundf(radius * sinf(radians(degree))) };
}

void picture_star(struct canvas *canvas, struct point centre, int radius, int tilt_degree,
		  uint32_t colour)
{
	struct point corners[10];

	for (int i = 0; i < 10; i++) {
		float away = (float)radius * (i % 2 == 0 ? 1.0f : 0.382f);
		corners[i] = on_circle(centre, away, tilt_degree - 90 + 36 * i);
	}
	canvas_polygon(canvas, corners, 10, colour);
}

void picture_emblem(struct canvas *canvas, struct point centre, int radius)
{
	int width = radius / 7 > 2 ? radius / 7 : 2;

	canvas_arc(canvas, centre, radius - width / 2, 0, 360, width, COLOUR_GOLD);
	picture_star(canvas, centre, radius * 62 / 100, 0, COLOUR_GOLD);
}

/* A length in hundredths of the box's shorter side. */
static int part(struct box box, int hundredths)
{
	int side = box.w < box.h ? box.w : box.h;

	return (side * hundredths + 50) / 100;
}

static struct point centre_of(struct box box)
{
	return (struct point){ box.x + box.w / 2, box.y + box.h / 2 };
}

/* The point in hundredths from the box's centre. */
static struct point at(struct box box, int x, int y)
{
	struct point centre = centre_of(box);
	int side = box.w < box.h ? box.w : box.h;

	return (struct point){ centre.x + side * x / 100, centre.y + side * y / 100 };
}

static void stroke(struct canvas *canvas, struct box box, const int (*points)[2], size_t count,
		   int width, uint32_t colour)
{
	struct point line[16];

	for (size_t i = 0; i < count; i++)
		line[i] = at(box, points[i][0], points[i][1]);
	canvas_line(canvas, line, count, width, colour);
}

void picture_headset(struct canvas *canvas, struct box box, uint32_t colour)
{
	int width = part(box, 9) > 2 ? part(box, 9) : 2;
	struct point left = at(box, -40, 8), right = at(box, 40, 8);
	int cup_wide = part(box, 18), cup_high = part(box, 34);

	canvas_arc(canvas, at(box, 0, 0), part(box, 38), 175, 365, width, colour);
	canvas_edge(canvas, (struct box){ left.x, left.y, cup_wide, cup_high }, cup_wide / 2, width,
		    colour);
	canvas_edge(canvas, (struct box){ right.x - cup_wide, right.y, cup_wide, cup_high },
		    cup_wide / 2, width, colour);
}

void picture_backspace(struct canvas *canvas, struct box box, uint32_t colour)
{
	static const int outline[][2] = { { -22, -30 }, { 48, -30 }, { 48, 30 },
					  { -22, 30 },  { -52, 0 },  { -22, -30 } };
	static const int down[][2] = { { -4, -15 }, { 26, 15 } };
	static const int up[][2] = { { -4, 15 }, { 26, -15 } };
	int width = part(box, 8);

	stroke(canvas, box, outline, 6, width, colour);
	stroke(canvas, box, down, 2, width, colour);
	stroke(canvas, box, up, 2, width, colour);
}

void picture_tick(struct canvas *canvas, struct box box, uint32_t colour)
{
	static const int tick[][2] = { { -23, 1 }, { -7, 17 }, { 24, -17 } };

	canvas_arc(canvas, centre_of(box), part(box, 47), 0, 360, part(box, 6), colour);
	stroke(canvas, box, tick, 3, part(box, 9), colour);
}

void picture_triangle(struct canvas *canvas, struct box box, uint32_t line, uint32_t inside)
{
	static const int outline[][2] = { { 0, -44 }, { 48, 40 }, { -48, 40 }, { 0, -44 } };
	static const int bar[][2] = { { 0, -12 }, { 0, 12 } };
	static const int dot[][2] = { { 0, 26 } };
	struct point corners[3];

	for (size_t i = 0; i < 3; i++)
		corners[i] = at(box, outline[i][0], outline[i][1]);
	canvas_polygon(canvas, corners, 3, inside);
	stroke(canvas, box, outline, 4, part(box, 6), line);
	stroke(canvas, box, bar, 2, part(box, 8), line);
	stroke(canvas, box, dot, 1, part(box, 9), line);
}

static void person(struct canvas *canvas, struct box box, int x, int y, int size, uint32_t colour)
{
	int width = part(box, 5);

	canvas_arc(canvas, at(box, x, y - size), part(box, size * 2 / 3), 0, 360, width, colour);
	canvas_arc(canvas, at(box, x, y + size), part(box, size * 6 / 5), 180, 360, width, colour);
}

void picture_compare(struct canvas *canvas, struct box box, uint32_t colour)
{
	struct point card = at(box, 6, -32);
	static const int upper[][2] = { { 68, -8 }, { 84, -8 } };
	static const int lower[][2] = { { 68, 10 }, { 84, 10 } };

	person(canvas, box, -44, 4, 24, colour);
	canvas_edge(canvas, (struct box){ card.x, card.y, part(box, 92), part(box, 66) },
		    part(box, 8), part(box, 5), colour);
	person(canvas, box, 36, 4, 14, colour);
	stroke(canvas, box, upper, 2, part(box, 5), colour);
	stroke(canvas, box, lower, 2, part(box, 5), colour);
}

void picture_telephone(struct canvas *canvas, struct box box, uint32_t colour)
{
	static const int handle[][2] = {
		{ -30, -32 }, { -32, -8 }, { -14, 18 }, { 12, 33 }, { 32, 30 }
	};
	static const int ear[][2] = { { -30, -32 }, { -19, -14 } };
	static const int mouth[][2] = { { 32, 30 }, { 14, 17 } };

	stroke(canvas, box, handle, 5, part(box, 12), colour);
	stroke(canvas, box, ear, 2, part(box, 17), colour);
	stroke(canvas, box, mouth, 2, part(box, 17), colour);
}

void picture_paper(struct canvas *canvas, struct box box, uint32_t colour)
{
	static const int outline[][2] = { { -30, -42 }, { 14, -42 }, { 30, -26 },
					  { 30, 42 },   { -30, 42 }, { -30, -42 } };
	static const int lines[][2][2] = { { { -14, -10 }, { 14, -10 } },
					   { { -14, 6 }, { 14, 6 } },
					   { { -14, 22 }, { 4, 22 } } };

	stroke(canvas, box, outline, 6, part(box, 8), colour);
	for (size_t i = 0; i < 3; i++)
		stroke(canvas, box, lines[i], 2, part(box, 7), colour);
}

/* --- the certificate over the reader; lengths of the sketch at 1080 lines --- */

#define PICTURE_WIDE   500
#define PICTURE_HIGH   700
#define PICTURE_MIDDLE 50 /* the card's centre above the picture's */
#define TILT           (-8)
#define CARD_HALF_WIDE 215
#define CARD_HALF_HIGH 135
#define WAVES_ABOVE    119 /* their centre above the card's */
#define WAVE_FIRST     120
#define WAVE_STEP      60
#define WAVE_WIDTH     12

struct place {
	struct point centre; /* of the card */
	float scale;
};

static struct place place_in(struct box box)
{
	float scale = fminf((float)box.w / PICTURE_WIDE, (float)box.h / PICTURE_HIGH);
	struct point middle = centre_of(box);

	middle.y += (int)(PICTURE_MIDDLE * scale * 0.5f);
	return (struct place){ middle, scale };
}

static int length(struct place place, int pixels)
{
	return (int)lroundf((float)pixels * place.scale);
}

/* A point of the card, which lies tilted. */
static struct point on_card(struct place place, int x, int y)
{
	float cosine = cosf(radians(TILT)), sine = sinf(radians(TILT));
	float right = ((float)x * cosine - (float)y * sine) * place.scale;
	float down = ((float)x * sine + (float)y * cosine) * place.scale;

	return (struct point){ place.centre.x + (int)lroundf(right),
			       place.centre.y + (int)lroundf(down) };
}

/* The four points, each moved by so much away from the middle along the card's sides. */
static void draw_part(struct canvas *canvas, const struct point centres[static 4], struct point by)
{
	struct point corners[4];

	for (int i = 0; i < 4; i++) {
		int sign = i == 0 || i == 3 ? -1 : 1; /* left or above */
		corners[i] =
			(struct point){ centres[i].x + sign * by.x, centres[i].y + sign * by.y };
	}
	canvas_polygon(canvas, corners, 4, COLOUR_RED);
}

/* A round dot in each corner, and two rectangles across each other that touch all four. */
static void draw_card(struct canvas *canvas, struct place place)
{
	int right = CARD_HALF_WIDE - RADIUS_CARD, down = CARD_HALF_HIGH - RADIUS_CARD;
	const struct point centres[4] = { on_card(place, -right, -down),
					  on_card(place, right, -down), on_card(place, right, down),
					  on_card(place, -right, down) };
	/* The same four in the order in which the second rectangle has them: above, below. */
	const struct point turned[4] = { centres[0], centres[3], centres[2], centres[1] };
	struct point origin = on_card(place, 0, 0), aside = on_card(place, RADIUS_CARD, 0);
	struct point below = on_card(place, 0, RADIUS_CARD);
	struct point first[2] = { on_card(place, -166, 72), on_card(place, 18, 72) };
	struct point second[2] = { on_card(place, -166, 104), on_card(place, -44, 104) };

	draw_part(canvas, centres, (struct point){ aside.x - origin.x, aside.y - origin.y });
	draw_part(canvas, turned, (struct point){ below.x - origin.x, below.y - origin.y });
	for (int i = 0; i < 4; i++)
		canvas_line(canvas, &centres[i], 1, length(place, 2 * RADIUS_CARD), COLOUR_RED);
	picture_star(canvas, on_card(place, 0, -28), length(place, 62), TILT, COLOUR_GOLD);
	canvas_line(canvas, first, 2, length(place, 17), COLOUR_PALE_GOLD);
	canvas_line(canvas, second, 2, length(place, 17), COLOUR_PALE_GOLD);
}

static void draw_arrow(struct canvas *canvas, struct place place)
{
	int x = place.centre.x + length(place, 8), y = place.centre.y + length(place, 192);
	int reach = length(place, 70), head = length(place, 30), tip = y + length(place, 74);
	struct point reader[2] = { { x - reach, y }, { x + reach, y } };
	struct point stem[2] = { { x, y }, { x, tip } };
	struct point point[3] = { { x - head, tip - head }, { x, tip }, { x + head, tip - head } };
	int width = length(place, WAVE_WIDTH);

	canvas_line(canvas, reader, 2, width, COLOUR_INK);
	canvas_line(canvas, stem, 2, width, COLOUR_INK);
	canvas_line(canvas, point, 3, width, COLOUR_INK);
}

struct box picture_waves_box(struct box box)
{
	struct place place = place_in(box);
	int outer = WAVE_FIRST + 2 * WAVE_STEP;
	int side = length(place, outer * 71 / 100 + WAVE_WIDTH);
	int top = place.centre.y - length(place, WAVES_ABOVE + outer + WAVE_WIDTH);
	int bottom =
		place.centre.y - length(place, WAVES_ABOVE + WAVE_FIRST * 71 / 100 - WAVE_WIDTH);

	return (struct box){ place.centre.x - side, top, 2 * side, bottom - top };
}

/* The colour so much of the way from the paper. [%] */
static uint32_t tint(uint32_t colour, int percent)
{
	uint32_t mixed = 0;

	for (int shift = 0; shift <= 16; shift += 8) {
		int from = COLOUR_PAPER >> shift & 0xff, to = (int)(colour >> shift & 0xff);
		mixed |= (uint32_t)(from + (to - from) * percent / 100) << shift;
	}
	return mixed;
}

void picture_waves(struct canvas *canvas, struct box box, int phase)
{
	static const int strength[WAVE_PHASES][3] = {
		{ 46, 72, 100 }, { 60, 84, 80 }, { 84, 68, 60 }, { 66, 56, 80 }
	};
	struct place place = place_in(box);
	struct point centre = { place.centre.x, place.centre.y - length(place, WAVES_ABOVE) };

	for (int i = 0; i < 3; i++)
		canvas_arc(canvas, centre, length(place, WAVE_FIRST + i * WAVE_STEP), 225, 315,
			   length(place, WAVE_WIDTH),
			   tint(COLOUR_RED, strength[phase % WAVE_PHASES][i]));
}

void picture_certificate(struct canvas *canvas, struct box box, bool arrow)
{
	struct place place = place_in(box);

	draw_card(canvas, place);
	if (arrow)
		draw_arrow(canvas, place);
}
