#include "kiosk/kiosk.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/canvas.h"
#include "kiosk/script.h"
#include "kiosk/view.h"
#include "kiosk/visits.h"
#include "reader/reader.h"
#include "reader/typed.h"

#define EXIT_SCRIPT    1
#define EXIT_USAGE     2
#define EXIT_TROUBLE   3
#define SCRIPT_LOOK_MS 10 /* [ms] between two looks whether the script can go on */

struct kiosk {
	const struct options *options;
	struct nursery *nursery; /* borrowed */
	struct visits visits;
	struct view view;
	struct canvas *_Atomic canvas; /* the desk and the readers wake it once it is there */
	struct desk *desk;
	struct events *events;
	struct trace *trace; /* NULL: none */
	struct reader *readers[OPTIONS_READERS_MAX];
	enum reader_state states[OPTIONS_READERS_MAX];
	struct typed typed;
	struct script script;
	size_t step; /* of the script */
	uint64_t step_since_ms;
	int exit_code;
	bool quit;
};

static void wake(void *context)
{
	struct kiosk *kiosk = context;
	struct canvas *canvas = atomic_load(&kiosk->canvas);
	if (canvas != NULL) {
		canvas_wake(canvas);
	}
}

static void read_clock(struct kiosk *kiosk)
{
	kiosk->visits.flow.now =
		kiosk->options->at != INT64_MIN ? kiosk->options->at : (int64_t)time(NULL);
}

/* --- readers --- */

static void note_state(struct kiosk *kiosk, int index, enum reader_state state)
{
	const enum reader_state before = kiosk->states[index];
	const char *spec = kiosk->options->readers[index];
	if (state == before) {
		return;
	}
	kiosk->states[index] = state;
	if (state == READER_ENDED && before == READER_STARTING) {
		events_reader(kiosk->events, spec, true); /* too quick to be seen */
	}
	events_reader(kiosk->events, spec, state == READER_ONLINE);
	kiosk->visits.flow.site.readers_offline = 0;
	for (int i = 0; i < kiosk->options->reader_count; i++) {
		kiosk->visits.flow.site.readers_offline += kiosk->states[i] == READER_OFFLINE;
	}
	view_footer(&kiosk->view);
}

static void look_at_readers(struct kiosk *kiosk)
{
	struct reading reading;
	for (int i = 0; i < kiosk->options->reader_count; i++) {
		note_state(kiosk, i, reader_state(kiosk->readers[i]));
		while (reader_take(kiosk->readers[i], &reading, reader_clock_ms())) {
			view_awake(&kiosk->view, reader_clock_ms());
			visits_present(&kiosk->visits, &reading, kiosk->options->readers[i]);
			explicit_bzero(&reading, sizeof(reading));
		}
	}
}

/* What the readers are given to work with is in the registry's first answer, and nowhere afterwards. */
static bool open_readers(struct kiosk *kiosk)
{
	struct desk_place *place = &kiosk->visits.answer.place;
	struct source_setup setup = { .nursery = kiosk->nursery,
				      .bank_salt_count = place->bank_salt_count,
				      .has_trace_key = true };
	bool opened = true;
	static_assert(sizeof(setup.bank_salts) == sizeof(place->bank_salts));
	memcpy(setup.bank_salts, place->bank_salts, sizeof(setup.bank_salts));
	memcpy(setup.trace_key, place->trace_key, sizeof(setup.trace_key));
	kiosk->visits.flow.site.readers = kiosk->options->reader_count;
	for (int i = 0; i < kiosk->options->reader_count && opened; i++) {
		kiosk->readers[i] = reader_open(kiosk->options->readers[i], &setup, wake, kiosk);
		opened = kiosk->readers[i] != NULL;
		if (!opened) {
			fprintf(stderr, "youdai-kiosk: cannot start reader %s\n",
				kiosk->options->readers[i]);
		}
	}
	explicit_bzero(&setup, sizeof(setup));
	explicit_bzero(place->bank_salts, sizeof(place->bank_salts));
	explicit_bzero(place->trace_key, sizeof(place->trace_key));
	return opened;
}

/* --- the finger and the keys --- */

static void press(struct kiosk *kiosk, const struct input *input)
{
	const struct control *control = view_control_at(&kiosk->view, input->x, input->y);
	if (control != NULL) {
		memcpy(kiosk->visits.flow.pressed, control->id, sizeof(kiosk->visits.flow.pressed));
		kiosk->visits.flow.revision++;
	}
}

/* A touch counts where the finger is lifted over what it was put down on. */
static void release(struct kiosk *kiosk, const struct input *input)
{
	const struct control *control = view_control_at(&kiosk->view, input->x, input->y);
	char pressed[CONTROL_ID_MAX + 1];
	memcpy(pressed, kiosk->visits.flow.pressed, sizeof(pressed));
	if (pressed[0] == '\0') {
		return;
	}
	kiosk->visits.flow.pressed[0] = '\0';
	kiosk->visits.flow.revision++;
	if (control != NULL && strcmp(control->id, pressed) == 0) {
		visits_touch(&kiosk->visits, pressed);
	}
}

static void type_enter(struct kiosk *kiosk)
{
	struct reading reading;
	if (typed_enter(&kiosk->typed, &reading, reader_clock_ms())) {
		visits_present(&kiosk->visits, &reading, "keyboard");
		explicit_bzero(&reading, sizeof(reading));
	}
}

static void take_input(struct kiosk *kiosk, const struct input *input)
{
	if (input->kind != INPUT_NONE && input->kind != INPUT_WAKE) {
		view_awake(&kiosk->view, reader_clock_ms());
	}
	switch (input->kind) {
	case INPUT_PRESS:
		press(kiosk, input);
		break;
	case INPUT_RELEASE:
		release(kiosk, input);
		break;
	case INPUT_TEXT:
		typed_feed(&kiosk->typed, input->text, strlen(input->text), reader_clock_ms());
		break;
	case INPUT_ENTER:
		type_enter(kiosk);
		break;
	case INPUT_KEY_F:
		visits_present_card(&kiosk->visits, input->x);
		break;
	case INPUT_EXPOSED:
		view_expose(&kiosk->view);
		break;
	case INPUT_QUIT:
		kiosk->quit = true;
		break;
	default:
		break;
	}
}

/* --- a script plays without hands --- */

static void next_step(struct kiosk *kiosk)
{
	kiosk->step++;
	kiosk->step_since_ms = reader_clock_ms();
}

static void fail_script(struct kiosk *kiosk)
{
	fprintf(stderr, "youdai-kiosk: step %zu of the script cannot be done on screen %s\n",
		kiosk->step + 1, screen_name(kiosk->visits.flow.screen));
	kiosk->exit_code = EXIT_SCRIPT;
	kiosk->quit = true;
}

/* Can the step be done now?  What is touched or awaited has to be there first. */
static bool is_step_ready(const struct kiosk *kiosk, const struct script_step *step)
{
	switch (step->kind) {
	case STEP_CARD:
		return flow_takes_reading(&kiosk->visits.flow);
	case STEP_TOUCH:
		return view_control(&kiosk->view, step->control) != NULL;
	case STEP_AWAIT:
		return kiosk->view.screen == step->screen &&
		       kiosk->visits.flow.screen == step->screen;
	default:
		return reader_clock_ms() - kiosk->step_since_ms >= (uint64_t)step->number;
	}
}

static void play_step(struct kiosk *kiosk)
{
	const struct script_step *step = &kiosk->script.steps[kiosk->step];
	if (kiosk->options->script == NULL) {
		return;
	}
	if (kiosk->step == kiosk->script.count) {
		kiosk->quit = true;
		return;
	}
	if (is_step_ready(kiosk, step)) {
		if (step->kind == STEP_CARD) {
			visits_present_card(&kiosk->visits, step->number);
		} else if (step->kind == STEP_TOUCH) {
			visits_touch(&kiosk->visits, step->control);
		}
		next_step(kiosk);
	} else if (step->kind != STEP_PAUSE &&
		   reader_clock_ms() - kiosk->step_since_ms > SCRIPT_AWAIT_MS) {
		fail_script(kiosk);
	}
}

/* --- the loop --- */

static int wait_ms(const struct kiosk *kiosk)
{
	const uint64_t now_ms = reader_clock_ms();
	const int64_t flow = flow_time_left_ms(&kiosk->visits.flow, now_ms);
	const int64_t view = view_due_ms(&kiosk->view, &kiosk->visits.flow, now_ms);
	int64_t least = flow < 0 || (view >= 0 && view < flow) ? view : flow;
	if (kiosk->options->script != NULL && (least < 0 || least > SCRIPT_LOOK_MS)) {
		least = SCRIPT_LOOK_MS;
	}
	return (int)least;
}

/* Answers first: so each screen on the way is told before the next answer is taken up. */
static void run_loop(struct kiosk *kiosk)
{
	struct input input;
	while (!kiosk->quit) {
		canvas_wait(kiosk->canvas, &input, wait_ms(kiosk));
		read_clock(kiosk);
		visits_take_answers(&kiosk->visits);
		take_input(kiosk, &input);
		look_at_readers(kiosk);
		visits_pass_time(&kiosk->visits);
		play_step(kiosk);
		view_update(&kiosk->view, &kiosk->visits.flow, reader_clock_ms());
	}
}

/* --- begin and end --- */

static int trouble(const char *chinese, const char *english)
{
	fprintf(stderr, "youdai-kiosk: %s\nyoudai-kiosk: %s\n", chinese, english);
	return EXIT_TROUBLE;
}

static int load_files(struct kiosk *kiosk)
{
	const struct options *options = kiosk->options;
	int line = 0;
	if (options->demo_cards != NULL &&
	    !demo_load(&kiosk->visits.cards, &line, options->demo_cards)) {
		fprintf(stderr, "youdai-kiosk: %s, line %d: not a demonstration card\n",
			options->demo_cards, line);
		return EXIT_USAGE;
	}
	if (options->script != NULL && !script_load(&kiosk->script, &line, options->script)) {
		fprintf(stderr, "youdai-kiosk: %s, line %d: not a step of a script\n",
			options->script, line);
		return EXIT_USAGE;
	}
	kiosk->events = events_open(options->events);
	return kiosk->events != NULL ? 0
				     : trouble("无法写入事件文件", "cannot write the events file");
}

static int open_canvas(struct kiosk *kiosk)
{
	struct canvas *canvas = NULL;
	const struct options *options = kiosk->options;
	switch (canvas_open(&canvas, "优待", options->width, options->height,
			    options->pictures != NULL)) {
	case CANVAS_OK:
		atomic_store(&kiosk->canvas, canvas);
		return 0;
	case CANVAS_NO_FONT:
		return trouble("没有找到中文字体,请安装 fonts-noto-cjk",
			       "no font with Chinese characters: install fonts-noto-cjk");
	case CANVAS_NO_MEMORY:
		return trouble("内存不足", "out of memory");
	default:
		return trouble("没有显示器:请在图形界面中运行,或用 --pictures 目录",
			       "no display: run it in a graphical session, or with --pictures DIR");
	}
}

/* The desk's first answer: is the registry usable, and what is this place?  It is told also where
 * there is no display to show anything on. */
static int await_registry(struct kiosk *kiosk)
{
	struct input input = { .kind = INPUT_NONE };
	while (!desk_take(kiosk->desk, &kiosk->visits.answer)) {
		if (kiosk->canvas == NULL) {
			usleep(1000);
		} else {
			canvas_wait(kiosk->canvas, &input, -1);
		}
		if (input.kind == INPUT_QUIT) {
			kiosk->quit = true;
			return 0;
		}
	}
	if (kiosk->visits.answer.happening == HAPPENING_FAULT) {
		const enum registry_status status = kiosk->visits.answer.fault;
		fprintf(stderr, "youdai-kiosk: %s (%s)\n", kiosk->options->registry,
			registry_status_name(status));
		return trouble(registry_status_why(status, false),
			       registry_status_why(status, true));
	}
	if (!kiosk->visits.answer.place.known) {
		fprintf(stderr,
			"youdai-kiosk: 登记库中没有商户 %s,将一律不予办理\n"
			"youdai-kiosk: the registry has no merchant %s; everybody will be "
			"refused\n",
			kiosk->options->merchant, kiosk->options->merchant);
	}
	return 0;
}

static bool open_trace(struct kiosk *kiosk)
{
	if (kiosk->options->trace == NULL) {
		return true;
	}
	kiosk->trace = trace_open(kiosk->options->trace, kiosk->visits.answer.place.trace_key,
				  reader_clock_ms());
	kiosk->visits.trace = kiosk->trace;
	events_trace(kiosk->events, kiosk->trace);
	if (kiosk->trace == NULL) {
		fprintf(stderr, "youdai-kiosk: --trace %s: %m\n", kiosk->options->trace);
	}
	return kiosk->trace != NULL;
}

static void show_first_frame(struct kiosk *kiosk, uint64_t started_ms)
{
	struct site site = { .profile = kiosk->options->profile,
			     .attended = kiosk->options->attended,
			     .readers = kiosk->options->reader_count };
	snprintf(site.merchant, sizeof(site.merchant), "%s", kiosk->options->merchant);
	kiosk->visits.desk = kiosk->desk;
	kiosk->visits.events = kiosk->events;
	visits_open(&kiosk->visits, &site, kiosk->options->language, &kiosk->visits.answer);
	read_clock(kiosk);
	kiosk->view.canvas = kiosk->canvas;
	kiosk->view.events = kiosk->events;
	kiosk->view.started_ms = started_ms;
	kiosk->view.pictures = kiosk->options->pictures;
	view_open(&kiosk->view);
	view_update(&kiosk->view, &kiosk->visits.flow, reader_clock_ms());
	events_reader(kiosk->events, "keyboard", true);
}

static int open_all(struct kiosk *kiosk, uint64_t started_ms)
{
	const struct desk_settings settings = {
		.path = kiosk->options->registry,
		.merchant = kiosk->options->merchant,
		.attended = kiosk->options->attended,
		.at = kiosk->options->at,
		.window = kiosk->options->live_window,
	};
	int code = load_files(kiosk);
	if (code != 0) {
		return code;
	}
	kiosk->desk = desk_open(&settings, wake, kiosk); /* opens the registry meanwhile */
	if (kiosk->desk == NULL) {
		return trouble("内存不足", "out of memory");
	}
	const int display = open_canvas(kiosk);
	code = await_registry(kiosk);
	if (code != 0 || display != 0 || kiosk->quit) {
		return code != 0 ? code : display;
	}
	if (!open_trace(kiosk)) {
		return EXIT_TROUBLE;
	}
	show_first_frame(kiosk, started_ms);
	return open_readers(kiosk) ? 0 : EXIT_TROUBLE;
}

static void close_all(struct kiosk *kiosk)
{
	for (int i = 0; i < kiosk->options->reader_count; i++) {
		reader_close(kiosk->readers[i]);
	}
	desk_close(kiosk->desk);
	canvas_close(kiosk->canvas);
	events_close(kiosk->events);
	trace_close(kiosk->trace);
	explicit_bzero(kiosk, sizeof(*kiosk));
	free(kiosk);
}

int kiosk_run(const struct options *options, struct nursery *nursery, uint64_t started_ms)
{
	struct kiosk *kiosk = calloc(1, sizeof(*kiosk));
	if (kiosk == NULL) {
		return trouble("内存不足", "out of memory");
	}
	kiosk->options = options;
	kiosk->nursery = nursery;
	kiosk->step_since_ms = reader_clock_ms();
	kiosk->exit_code = open_all(kiosk, started_ms);
	if (kiosk->exit_code == 0 && !kiosk->quit) {
		run_loop(kiosk);
	}
	const int code = kiosk->exit_code;
	close_all(kiosk);
	return code;
}
