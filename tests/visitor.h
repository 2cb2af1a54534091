/*
 * A visitor: drives a real youdai-kiosk in a real window under Xvfb, seeing only its events and
 * touching only its pixels (xdotool).
 *
 *	if (!visitor_can_come()) skip();
 *	struct visitor *visitor = visitor_open(1024, 600);
 *	visitor_start(visitor, (const char *[]){ "--db", path, "--site", "t-gate", NULL });
 *	visitor_type(visitor, text);
 *	visitor_await_screen(visitor, "confirm");
 *	visitor_touch(visitor, "confirm");
 *
 * What does not happen within VISITOR_PATIENCE_MS fails the running test.
 */
#ifndef YOUDAI_TESTS_VISITOR_H
#define YOUDAI_TESTS_VISITOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define VISITOR_PATIENCE_MS 30000

struct visitor;

/* Are Xvfb, xdotool and the kiosk there?  Prints what is missing. */
bool visitor_can_come(void);

/* A display of its own for it.  Closing ends kiosk and display. */
struct visitor *visitor_open(int width, int height);
void visitor_close(struct visitor *visitor);
/* From now on the kiosk is started without a display. */
void visitor_blind(struct visitor *visitor);

/* Start the kiosk with these arguments and --window, --events -; NULL ends them. */
void visitor_start(struct visitor *visitor, const char *const *arguments);
/* Kill it on the spot (SIGKILL), or ask it to end (SIGTERM); answers its exit code, or minus the
 * signal that ended it. */
int visitor_stop(struct visitor *visitor, int signal);

/* The next event of this name, skipping others; NULL where the kiosk ends first.  Borrowed until the
 * next call. */
json_t *visitor_next(struct visitor *visitor, const char *event);
/* The next event of this name whose `field` is this string. */
json_t *visitor_await(struct visitor *visitor, const char *event, const char *field,
		      const char *value);
void visitor_await_screen(struct visitor *visitor, const char *name);
/* True where such an event is there or comes within the time. */
bool visitor_sees(struct visitor *visitor, const char *event, int within_ms);

/* Touch a control of the last screen that was told, in its middle; a control that is not there, or
 * not enabled, fails the test. */
void visitor_touch(struct visitor *visitor, const char *control);
bool visitor_has(const struct visitor *visitor, const char *control);
void visitor_touch_at(struct visitor *visitor, int x, int y);
void visitor_press(struct visitor *visitor, const char *key); /* "F1" */
/* Type it as a scanner would, with Return behind. */
void visitor_type(struct visitor *visitor, const char *text);

int visitor_process(const struct visitor *visitor);

#endif
