#include "kiosk/canvas.h"

#include <SDL.h>
#include <SDL_ttf.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/fonts.h"
#include "kiosk/line_cache.h"
#include "kiosk/paint.h"
#include "kiosk/text.h"
#include "reader/image.h"

#define FACES_MAX       6   /* regular, bold, and for rare characters */
#define RUNS_MAX        16  /* changes of font within a line */
#define POLL_MS         200 /* [ms] off screen: how late a signal to end is noticed */
#define TEXT_SIZE_MAX   400 /* [px] */
#define MIDDLE_PER_CENT 38  /* [%] of the size: the middle of a character above its base line */

struct face {
	TTF_Font *font;
	int size; /* [px] as set now */
	struct font_file file;
};

struct canvas {
	SDL_Window *window;
	SDL_Surface *surface; /* the window's; SDL's own */
	SDL_Surface *own; /* the frame, where the window's pixels have another format; or NULL */
	struct frame frame;
	bool off_screen, shown;
	struct face faces[FACES_MAX];
	size_t face_count;
	struct line_cache *lines;
	Uint32 wake_event;
	SDL_sem *wake; /* off screen */
	bool finger_down;
	SDL_FingerID finger;
	struct canvas_tally tally;
};

/* --- window --- */

static bool has_frame_format(const SDL_Surface *surface)
{
	const SDL_PixelFormat *format = surface->format;

	return format->BytesPerPixel == 4 && format->Rmask == 0xff0000 &&
	       format->Gmask == 0x00ff00 && format->Bmask == 0x0000ff;
}

/* Takes the window's surface, which is another one after each change of its size. */
static bool take_surface(struct canvas *canvas)
{
	canvas->surface = SDL_GetWindowSurface(canvas->window);
	if (canvas->surface == NULL) {
		/* A driver that can only show textures, such as KMS. */
		SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "software");
		canvas->surface = SDL_GetWindowSurface(canvas->window);
	}
	if (canvas->surface == NULL)
		return false;
	SDL_FreeSurface(canvas->own);
	canvas->own = NULL;
	SDL_Surface *surface = canvas->surface;
	if (!has_frame_format(surface))
		surface = canvas->own = SDL_CreateRGBSurfaceWithFormat(
			0, canvas->surface->w, canvas->surface->h, 32, SDL_PIXELFORMAT_RGB888);
	if (surface == NULL)
		return false;
	struct frame *frame = &canvas->frame;
	uint8_t *cover = realloc(frame->cover, (size_t)surface->w);
	if (cover == NULL)
		return false;
	memset(cover, 0, (size_t)surface->w);
	*frame = (struct frame){ .pixels = surface->pixels,
				 .width = surface->w,
				 .height = surface->h,
				 .stride = surface->pitch / 4,
				 .cover = cover };
	canvas->shown = false;
	return true;
}

static void set_hints(bool off_screen)
{
	SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0"); /* llvmpipe is slower and larger */
	SDL_SetHint(SDL_HINT_TOUCH_MOUSE_EVENTS, "0");       /* one press a touch */
	SDL_SetHint(SDL_HINT_MOUSE_TOUCH_EVENTS, "0");
	SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
	if (off_screen)
		SDL_SetHintWithPriority(SDL_HINT_VIDEODRIVER, "dummy", SDL_HINT_OVERRIDE);
}

/* Drivers that show nothing are no display, unless the caller or the environment asks for one. */
static bool display_open(bool off_screen)
{
	set_hints(off_screen);
	if (SDL_Init(SDL_INIT_VIDEO) != 0)
		return false;
	const char *driver = SDL_GetCurrentVideoDriver();
	/* The environment stays as main() left it.  NOLINTNEXTLINE(concurrency-mt-unsafe) */
	bool wanted = off_screen || getenv("SDL_VIDEODRIVER") != NULL;
	return wanted || (strcmp(driver, "dummy") != 0 && strcmp(driver, "offscreen") != 0);
}

static bool window_open(struct canvas *canvas, const char *title, int width, int height)
{
	Uint32 flags = SDL_WINDOW_SHOWN;
	bool full = width <= 0 || height <= 0;

	if (full) {
		width = 1920;
		height = 1080;
		if (!canvas->off_screen)
			flags |= SDL_WINDOW_FULLSCREEN_DESKTOP;
	}
	/* At the corner, so that where no window manager moves it, its pixels are the screen's. */
	canvas->window = SDL_CreateWindow(title, 0, 0, width, height, flags);
	if (canvas->window == NULL)
		return false;
	if (full)
		SDL_ShowCursor(SDL_DISABLE);
	SDL_StartTextInput();
	return take_surface(canvas);
}

/* --- fonts --- */

static bool face_open(struct canvas *canvas, const struct font_file *file)
{
	if (canvas->face_count == FACES_MAX)
		return false;
	TTF_Font *font = TTF_OpenFontIndex(file->path, 16, file->index);
	if (font == NULL)
		return false;
	TTF_SetFontHinting(font, TTF_HINTING_LIGHT);
	canvas->faces[canvas->face_count++] =
		(struct face){ .font = font, .size = 16, .file = *file };
	return true;
}

static bool fonts_ready(struct canvas *canvas)
{
	struct fonts *fonts = fonts_open();
	struct font_file regular, bold;

	bool found = fonts != NULL && fonts_text(fonts, &regular, WEIGHT_REGULAR) &&
		     fonts_text(fonts, &bold, WEIGHT_BOLD);
	fonts_close(fonts);
	return found && TTF_Init() == 0 && face_open(canvas, &regular) && face_open(canvas, &bold);
}

/* Another face with the character, opened where there is one; else the text's own. */
static size_t rare_face(struct canvas *canvas, uint32_t character, size_t text_face)
{
	struct font_file file;

	for (size_t i = 2; i < canvas->face_count; i++)
		if (TTF_GlyphIsProvided32(canvas->faces[i].font, character) != 0)
			return i;
	if (canvas->face_count == FACES_MAX)
		return text_face;
	struct fonts *fonts = fonts_open();
	bool found = fonts != NULL && fonts_for_character(fonts, &file, character);
	fonts_close(fonts);
	return found && face_open(canvas, &file) ? canvas->face_count - 1 : text_face;
}

static size_t face_for(struct canvas *canvas, uint32_t character, enum weight weight)
{
	size_t face = weight == WEIGHT_BOLD ? 1 : 0;

	if (character < 0x80 || TTF_GlyphIsProvided32(canvas->faces[face].font, character) != 0)
		return face;
	return rare_face(canvas, character, face);
}

/* --- lines of text --- */

struct run {
	size_t face;
	int width, x, left;            /* [px] */
	char text[2 * LINE_BYTES_MAX]; /* clean UTF-8 */
};
struct runs {
	size_t count;
	struct run items[RUNS_MAX];
};

static void split_runs(struct canvas *canvas, struct runs *runs, const char *text,
		       enum weight weight)
{
	size_t length = 0;

	runs->count = 0;
	for (uint32_t c = text_next(&text); c != 0; c = text_next(&text)) {
		if (c == '\n')
			c = ' ';
		size_t face = face_for(canvas, c, weight);
		if (runs->count == 0 ||
		    (runs->items[runs->count - 1].face != face && runs->count < RUNS_MAX)) {
			runs->items[runs->count++] = (struct run){ .face = face };
			length = 0;
		}
		struct run *run = &runs->items[runs->count - 1];
		if (length + 4 >= sizeof(run->text))
			break;
		length += text_put(run->text + length, c);
		run->text[length] = 0;
	}
}

static TTF_Font *sized(struct canvas *canvas, size_t face, int size)
{
	struct face *it = &canvas->faces[face];

	if (it->size != size && TTF_SetFontSize(it->font, size) == 0)
		it->size = size;
	return it->font;
}

static int measure_runs(struct canvas *canvas, struct runs *runs, int size)
{
	int width = 0;

	for (size_t i = 0; i < runs->count; i++) {
		struct run *run = &runs->items[i];
		int high = 0;
		run->x = width;
		if (TTF_SizeUTF8(sized(canvas, run->face, size), run->text, &run->width, &high) !=
		    0)
			run->width = 0;
		width += run->width;
	}
	return width;
}

/* One run's coverage into the line's mask, whose base line is `base` below its top. */
static void draw_run(struct canvas *canvas, const struct run *run, int size, uint8_t *mask,
		     struct box box, int base)
{
	static const SDL_Color full = { 255, 255, 255, 255 }, none = { 0, 0, 0, 255 };
	TTF_Font *font = sized(canvas, run->face, size);
	SDL_Surface *drawn = TTF_RenderUTF8_Shaded(font, run->text, full, none);

	if (drawn == NULL)
		return;
	int top = base - TTF_FontAscent(font);
	struct box part = box_meet((struct box){ run->x, top, drawn->w, drawn->h },
				   (struct box){ 0, 0, box.w, box.h });
	for (int y = part.y; y < part.y + part.h; y++) {
		const uint8_t *from = (const uint8_t *)drawn->pixels + (y - top) * drawn->pitch;
		uint8_t *to = mask + (size_t)y * (size_t)box.w;
		for (int x = part.x; x < part.x + part.w; x++)
			to[x] |= from[x - run->x];
	}
	SDL_FreeSurface(drawn);
}

static void rasterise(struct canvas *canvas, struct line *line)
{
	struct runs runs;

	split_runs(canvas, &runs, line->text, line->weight);
	int width = measure_runs(canvas, &runs, line->size);
	int base = line->size * 3 / 2, high = line->size * 9 / 4;
	struct box box = { 0, line->size * MIDDLE_PER_CENT / 100 - base, width + line->size / 4,
			   high };
	uint8_t *mask = calloc((size_t)box.w * (size_t)box.h, 1);

	canvas->tally.rasterised++;
	for (size_t i = 0; i < runs.count && mask != NULL; i++)
		draw_run(canvas, &runs.items[i], line->size, mask, box, base);
	line_cache_draw(canvas->lines, line, box, mask);
}

static struct line *line_for(struct canvas *canvas, const char *text, int size, enum weight weight)
{
	struct line *line;
	struct runs runs;

	if (size < 1 || size > TEXT_SIZE_MAX)
		size = size < 1 ? 1 : TEXT_SIZE_MAX;
	line = line_cache_find(canvas->lines, text, size, weight);
	if (line != NULL)
		return line;
	line = line_cache_add(canvas->lines, text, size, weight);
	if (line == NULL)
		return NULL;
	split_runs(canvas, &runs, text, weight);
	line->width = measure_runs(canvas, &runs, size);
	return line;
}

int canvas_text_width(struct canvas *canvas, const char *text, int size, enum weight weight)
{
	const struct line *line = *text != 0 ? line_for(canvas, text, size, weight) : NULL;

	return line != NULL ? line->width : 0;
}

void canvas_text_at(struct canvas *canvas, struct point at, const char *text, int size,
		    enum weight weight, uint32_t colour)
{
	struct line *line = *text != 0 ? line_for(canvas, text, size, weight) : NULL;

	if (line == NULL)
		return;
	if (!line->drawn)
		rasterise(canvas, line);
	if (canvas->tally.least_size == 0 || size < canvas->tally.least_size)
		canvas->tally.least_size = size;
	if (line->mask != NULL)
		paint_mask(&canvas->frame, at.x + line->x, at.y + line->y, line->w, line->h,
			   line->mask, line->w, colour);
}

/* --- opening and closing --- */

enum canvas_status canvas_open(struct canvas **out, const char *title, int width, int height,
			       bool off_screen)
{
	enum canvas_status status = CANVAS_NO_MEMORY;
	struct canvas *canvas = calloc(1, sizeof(*canvas));

	if (canvas == NULL)
		return status;
	canvas->off_screen = off_screen;
	canvas->lines = line_cache_open();
	if (canvas->lines == NULL)
		goto fail;
	status = CANVAS_NO_DISPLAY;
	if (!display_open(off_screen) || !window_open(canvas, title, width, height))
		goto fail;
	canvas->wake_event = SDL_RegisterEvents(1);
	canvas->wake = SDL_CreateSemaphore(0);
	status = CANVAS_NO_FONT;
	if (!fonts_ready(canvas))
		goto fail;
	*out = canvas;
	return CANVAS_OK;
fail:
	canvas_close(canvas);
	return status;
}

void canvas_close(struct canvas *canvas)
{
	if (canvas == NULL)
		return;
	for (size_t i = 0; i < canvas->face_count; i++)
		TTF_CloseFont(canvas->faces[i].font);
	if (TTF_WasInit() != 0)
		TTF_Quit();
	line_cache_close(canvas->lines);
	free(canvas->frame.cover);
	SDL_FreeSurface(canvas->own);
	if (canvas->wake != NULL)
		SDL_DestroySemaphore(canvas->wake);
	if (canvas->window != NULL)
		SDL_DestroyWindow(canvas->window);
	SDL_Quit();
	free(canvas);
}

struct box canvas_size(const struct canvas *canvas)
{
	return (struct box){ 0, 0, canvas->frame.width, canvas->frame.height };
}

/* --- drawing --- */

void canvas_begin(struct canvas *canvas, struct box clip)
{
	canvas->frame.clip = box_meet(clip, canvas_size(canvas));
	canvas->tally.frames++;
}

void canvas_end(struct canvas *canvas)
{
	struct box box = canvas->shown ? canvas->frame.clip : canvas_size(canvas);
	SDL_Rect rect = { box.x, box.y, box.w, box.h }, there = rect;

	canvas->frame.clip = (struct box){ 0, 0, 0, 0 };
	if (rect.w == 0 || rect.h == 0)
		return;
	if (canvas->own != NULL)
		SDL_BlitSurface(canvas->own, &rect, canvas->surface, &there);
	canvas->shown = SDL_UpdateWindowSurfaceRects(canvas->window, &rect, 1) == 0;
}

void canvas_fill(struct canvas *canvas, struct box box, int radius, uint32_t colour)
{
	paint_fill(&canvas->frame, box, radius, colour);
}

void canvas_edge(struct canvas *canvas, struct box box, int radius, int width, uint32_t colour)
{
	paint_edge(&canvas->frame, box, radius, width, colour);
}

void canvas_line(struct canvas *canvas, const struct point *points, size_t count, int width,
		 uint32_t colour)
{
	paint_line(&canvas->frame, points, count, width, colour);
}

void canvas_arc(struct canvas *canvas, struct point centre, int radius, int from_degree,
		int to_degree, int width, uint32_t colour)
{
	paint_arc(&canvas->frame, centre, radius, from_degree, to_degree, width, colour);
}

void canvas_polygon(struct canvas *canvas, const struct point *points, size_t count,
		    uint32_t colour)
{
	paint_polygon(&canvas->frame, points, count, colour);
}

void canvas_modules(struct canvas *canvas, struct box box, const uint8_t *modules, int side)
{
	paint_modules(&canvas->frame, box, modules, side);
}

bool canvas_save(struct canvas *canvas, const char *path)
{
	const struct frame *frame = &canvas->frame;
	size_t wide = (size_t)frame->width, stride = wide * 3;
	uint8_t *rgb = malloc(stride * (size_t)frame->height);

	if (rgb == NULL)
		return false;
	for (int y = 0; y < frame->height; y++)
		for (size_t x = 0; x < wide; x++) {
			uint32_t pixel = frame->pixels[(size_t)y * (size_t)frame->stride + x];
			uint8_t *at = rgb + (size_t)y * stride + 3 * x;
			at[0] = (uint8_t)(pixel >> 16);
			at[1] = (uint8_t)(pixel >> 8);
			at[2] = (uint8_t)pixel;
		}
	bool saved = image_save_rgb(path, frame->width, frame->height, stride, rgb) == IMAGE_OK;
	free(rgb);
	return saved;
}

uint32_t canvas_pixel(const struct canvas *canvas, int x, int y)
{
	return canvas->frame.pixels[(size_t)y * (size_t)canvas->frame.stride + (size_t)x] &
	       0xffffff;
}

struct canvas_tally canvas_tally(const struct canvas *canvas)
{
	return canvas->tally;
}

void canvas_count_cut(struct canvas *canvas)
{
	canvas->tally.texts_cut++;
}

/* --- input --- */

static void take_key(struct input *out, const SDL_KeyboardEvent *key)
{
	SDL_Keycode code = key->keysym.sym;

	if (code == SDLK_RETURN || code == SDLK_KP_ENTER) {
		out->kind = INPUT_ENTER;
	} else if (code >= SDLK_F1 && code <= SDLK_F12 && key->repeat == 0) {
		out->kind = INPUT_KEY_F;
		out->x = code - SDLK_F1 + 1;
	}
}

/* Only the first finger counts until it is lifted: a second one, or a palm, presses nothing. */
static void take_finger(struct canvas *canvas, struct input *out, const SDL_TouchFingerEvent *touch)
{
	bool down = touch->type == SDL_FINGERDOWN;

	if (down ? canvas->finger_down : !canvas->finger_down || touch->fingerId != canvas->finger)
		return;
	canvas->finger_down = down;
	canvas->finger = touch->fingerId;
	out->kind = down ? INPUT_PRESS : INPUT_RELEASE;
	out->x = (int)(touch->x * (float)canvas->frame.width);
	out->y = (int)(touch->y * (float)canvas->frame.height);
}

static void take_button(struct input *out, const SDL_MouseButtonEvent *button)
{
	if (button->which == SDL_TOUCH_MOUSEID || button->button != SDL_BUTTON_LEFT)
		return;
	out->kind = button->type == SDL_MOUSEBUTTONDOWN ? INPUT_PRESS : INPUT_RELEASE;
	out->x = button->x;
	out->y = button->y;
}

static void take_window(struct canvas *canvas, struct input *out, const SDL_WindowEvent *event)
{
	if (event->event == SDL_WINDOWEVENT_CLOSE)
		out->kind = INPUT_QUIT;
	if (event->event == SDL_WINDOWEVENT_SIZE_CHANGED && take_surface(canvas))
		out->kind = INPUT_EXPOSED;
	if (event->event == SDL_WINDOWEVENT_EXPOSED)
		out->kind = INPUT_EXPOSED;
}

/* Leaves INPUT_NONE where the event means nothing to a kiosk. */
static void take_event(struct canvas *canvas, struct input *out, const SDL_Event *event)
{
	switch (event->type) {
	case SDL_QUIT:
		out->kind = INPUT_QUIT;
		break;
	case SDL_WINDOWEVENT:
		take_window(canvas, out, &event->window);
		break;
	case SDL_KEYDOWN:
		take_key(out, &event->key);
		break;
	case SDL_TEXTINPUT:
		out->kind = INPUT_TEXT;
		SDL_strlcpy(out->text, event->text.text, sizeof(out->text));
		break;
	case SDL_FINGERDOWN:
	case SDL_FINGERUP:
		take_finger(canvas, out, &event->tfinger);
		break;
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP:
		take_button(out, &event->button);
		break;
	default:
		if (event->type == canvas->wake_event)
			out->kind = INPUT_WAKE;
	}
}

/* The next event within the time.  The dummy driver cannot wait but by polling every millisecond,
 * so off screen the semaphore of canvas_wake is waited for, in slices. */
static bool next_event(struct canvas *canvas, SDL_Event *event, int timeout_ms)
{
	if (!canvas->off_screen)
		return SDL_WaitEventTimeout(event, timeout_ms) == 1;
	if (SDL_PollEvent(event) == 1)
		return true;
	Uint32 slice = timeout_ms < 0 || timeout_ms > POLL_MS ? POLL_MS : (Uint32)timeout_ms;
	SDL_SemWaitTimeout(canvas->wake, slice);
	return SDL_PollEvent(event) == 1;
}

void canvas_wait(struct canvas *canvas, struct input *out, int timeout_ms)
{
	Uint64 start = SDL_GetTicks64();
	int left = timeout_ms;

	memset(out, 0, sizeof(*out));
	do {
		SDL_Event event;
		if (next_event(canvas, &event, left))
			take_event(canvas, out, &event);
		if (timeout_ms >= 0) {
			Uint64 passed = SDL_GetTicks64() - start;
			left = passed < (Uint64)timeout_ms ? timeout_ms - (int)passed : 0;
		}
	} while (out->kind == INPUT_NONE && left != 0);
}

void canvas_wake(struct canvas *canvas)
{
	SDL_Event event = { .type = canvas->wake_event };

	SDL_PushEvent(&event);
	SDL_SemPost(canvas->wake);
}
