#include "tests/visitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define LINE_BYTES    (256 * 1024)
#define ARGUMENTS_MAX 40

struct visitor {
	pid_t display_process;
	char display[32]; /* ":77" */
	char window[32];  /* "1024x600" */
	pid_t kiosk;      /* 0: none */
	int events;       /* the kiosk's standard output; -1: none */
	char line[LINE_BYTES];
	size_t length; /* of what was read and not yet taken */
	json_t *event; /* the last */
	json_t *screen;
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *kiosk_program(char out[static 512])
{
	const char *build = getenv("YOUDAI_BUILD");
	snprintf(out, 512, "%s/youdai-kiosk", build != NULL ? build : "build/release");
	return out;
}

static bool is_there(const char *program)
{
	char command[600];
	snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", program);
	if (system(command) == 0) {
		return true;
	}
	printf("skipped: %s is not there\n", program);
	return false;
}

bool visitor_can_come(void)
{
	char program[512];
	return is_there("Xvfb") && is_there("xdotool") && is_there(kiosk_program(program));
}

/* --- processes --- */

/* Starts a program whose descriptor `target` is a pipe that we read. */
static pid_t spawn(int *pipe_out, const char *const *arguments, const char *display, int target)
{
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	const pid_t process = fork();
	assert_true(process >= 0);
	if (process == 0) {
		char *argv[ARGUMENTS_MAX + 1] = { NULL };
		for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i] != NULL; i++) {
			argv[i] = strdup(arguments[i]);
		}
		if (ends[1] == target) {
			fcntl(target, F_SETFD, 0); /* dup2 would leave it to be closed */
		}
		dup2(ends[1], target);
		if (display == NULL) {
			(void)!freopen("/dev/null", "w",
				       stderr); /* a display looks for its number aloud */
		}
		if (display != NULL) {
			setenv("DISPLAY", display, 1); /* "" is none */
			unsetenv("WAYLAND_DISPLAY");
			unsetenv("SDL_VIDEODRIVER");
		}
		execvp(argv[0], argv);
		_exit(127);
	}
	close(ends[1]);
	*pipe_out = ends[0];
	return process;
}

static int reap(pid_t process)
{
	int status = 0;
	while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

struct visitor *visitor_open(int width, int height)
{
	struct visitor *visitor = calloc(1, sizeof(*visitor));
	char size[48], number[16] = "";
	int from_display = -1;
	assert_non_null(visitor);
	snprintf(visitor->window, sizeof(visitor->window), "%dx%d", width, height);
	snprintf(size, sizeof(size), "%dx%dx24", width, height);
	const char *const arguments[] = { "Xvfb", "-displayfd", "3",   "-screen", "0",
					  size,   "-nolisten",  "tcp", NULL };
	visitor->display_process = spawn(&from_display, arguments, NULL, 3);
	struct pollfd ready = { .fd = from_display, .events = POLLIN };
	assert_int_equal(poll(&ready, 1, VISITOR_PATIENCE_MS), 1);
	usleep(20000); /* the number and its end of line come in two writes */
	const ssize_t length = read(from_display, number, sizeof(number) - 1);
	assert_true(length > 0);
	snprintf(visitor->display, sizeof(visitor->display), ":%d", atoi(number));
	close(from_display);
	visitor->events = -1;
	return visitor;
}

void visitor_close(struct visitor *visitor)
{
	if (visitor == NULL) {
		return;
	}
	if (visitor->kiosk > 0) {
		(void)visitor_stop(visitor, SIGKILL);
	}
	kill(visitor->display_process, SIGTERM);
	(void)reap(visitor->display_process);
	json_decref(visitor->event);
	json_decref(visitor->screen);
	free(visitor);
}

void visitor_blind(struct visitor *visitor)
{
	visitor->display[0] = '\0';
}

void visitor_start(struct visitor *visitor, const char *const *arguments)
{
	char program[512];
	const char *all[ARGUMENTS_MAX + 1] = { kiosk_program(program), "--window", visitor->window,
					       "--events", "-" };
	size_t count = 5;
	for (size_t i = 0; arguments[i] != NULL; i++) {
		assert_true(count < ARGUMENTS_MAX);
		all[count++] = arguments[i];
	}
	visitor->length = 0;
	visitor->kiosk = spawn(&visitor->events, all, visitor->display, STDOUT_FILENO);
}

int visitor_stop(struct visitor *visitor, int signal)
{
	kill(visitor->kiosk, signal);
	const int code = reap(visitor->kiosk);
	visitor->kiosk = 0;
	return code;
}

int visitor_process(const struct visitor *visitor)
{
	return visitor->kiosk;
}

/* --- events --- */

/* A whole line is in front of what was read: take it as an event. */
static bool take_line(struct visitor *visitor)
{
	json_error_t error;
	char *end = memchr(visitor->line, '\n', visitor->length);
	if (end == NULL) {
		return false;
	}
	json_t *event = json_loadb(visitor->line, (size_t)(end - visitor->line), 0, &error);
	assert_non_null(event);
	visitor->length -= (size_t)(end + 1 - visitor->line);
	memmove(visitor->line, end + 1, visitor->length);
	json_decref(visitor->event);
	visitor->event = event;
	if (strcmp(json_string_value(json_object_get(event, "event")), "screen") == 0) {
		json_decref(visitor->screen);
		visitor->screen = json_incref(event);
	}
	return true;
}

/* The next event of any kind; false where none comes before `until` or the kiosk ends. */
static bool next_line(struct visitor *visitor, int64_t until_ms)
{
	while (!take_line(visitor)) {
		const int64_t left = until_ms - now_ms();
		struct pollfd ready = { .fd = visitor->events, .events = POLLIN };
		if (poll(&ready, 1, left > 0 ? (int)left : 0) != 1) {
			return false;
		}
		const ssize_t got = read(visitor->events, visitor->line + visitor->length,
					 sizeof(visitor->line) - visitor->length);
		if (got <= 0) {
			return false;
		}
		visitor->length += (size_t)got;
	}
	return true;
}

static bool is_event(const struct visitor *visitor, const char *event)
{
	return strcmp(json_string_value(json_object_get(visitor->event, "event")), event) == 0;
}

bool visitor_sees(struct visitor *visitor, const char *event, int within_ms)
{
	const int64_t until = now_ms() + within_ms;
	while (next_line(visitor, until)) {
		if (is_event(visitor, event)) {
			return true;
		}
	}
	return false;
}

json_t *visitor_next(struct visitor *visitor, const char *event)
{
	return visitor_sees(visitor, event, VISITOR_PATIENCE_MS) ? visitor->event : NULL;
}

json_t *visitor_await(struct visitor *visitor, const char *event, const char *field,
		      const char *value)
{
	for (;;) {
		json_t *found = visitor_next(visitor, event);
		if (found == NULL) {
			json_dumpf(visitor->event, stderr, JSON_COMPACT);
			fail_msg("no event %s with %s %s came after this", event, field, value);
		}
		const char *is = json_string_value(json_object_get(found, field));
		if (is != NULL && strcmp(is, value) == 0) {
			return found;
		}
	}
}

void visitor_await_screen(struct visitor *visitor, const char *name)
{
	(void)visitor_await(visitor, "screen", "name", name);
}

/* --- hands --- */

static void hand(const struct visitor *visitor, const char *const *arguments)
{
	int output = -1;
	const pid_t process = spawn(&output, arguments, visitor->display, STDOUT_FILENO);
	close(output);
	assert_int_equal(reap(process), 0);
}

void visitor_touch_at(struct visitor *visitor, int x, int y)
{
	char across[16], down[16];
	snprintf(across, sizeof(across), "%d", x);
	snprintf(down, sizeof(down), "%d", y);
	const char *const arguments[] = {
		"xdotool", "mousemove", across, down, "click", "1", NULL
	};
	hand(visitor, arguments);
}

static json_t *find_control(const struct visitor *visitor, const char *id)
{
	size_t index;
	json_t *control;
	json_array_foreach(json_object_get(visitor->screen, "controls"), index, control)
	{
		if (strcmp(json_string_value(json_object_get(control, "id")), id) == 0) {
			return control;
		}
	}
	return NULL;
}

bool visitor_has(const struct visitor *visitor, const char *control)
{
	const json_t *found = find_control(visitor, control);
	return found != NULL && json_is_true(json_object_get(found, "enabled"));
}

static int whole(const json_t *control, const char *field)
{
	return (int)json_integer_value(json_object_get(control, field));
}

void visitor_touch(struct visitor *visitor, const char *control)
{
	const json_t *found = find_control(visitor, control);
	if (!visitor_has(visitor, control)) {
		json_dumpf(visitor->screen, stderr, JSON_COMPACT);
		fail_msg("no control %s on this", control);
	}
	visitor_touch_at(visitor, whole(found, "x") + whole(found, "w") / 2,
			 whole(found, "y") + whole(found, "h") / 2);
}

void visitor_press(struct visitor *visitor, const char *key)
{
	const char *const arguments[] = { "xdotool", "key", key, NULL };
	hand(visitor, arguments);
}

void visitor_type(struct visitor *visitor, const char *text)
{
	const char *const type[] = { "xdotool", "type", "--delay", "1", "--", text, NULL };
	hand(visitor, type);
	visitor_press(visitor, "Return");
}
