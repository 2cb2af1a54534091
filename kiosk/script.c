#include "kiosk/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/lines.h"

static bool take_number(int *out, const char *text, int most)
{
	char *stop = NULL;
	const long number = strtol(text, &stop, 10);
	*out = (int)number;
	return stop != text && *stop == '\0' && number >= 0 && number <= most;
}

static bool take_screen(enum screen *out, const char *text)
{
	for (int i = 0; i < SCREEN_COUNT; i++) {
		if (strcmp(text, screen_name((enum screen)i)) == 0) {
			*out = (enum screen)i;
			return true;
		}
	}
	return false;
}

static bool parse_step(struct script_step *out, const char *verb, const char *rest)
{
	if (strcmp(verb, "card") == 0) {
		out->kind = STEP_CARD;
		return take_number(&out->number, rest, 9) && out->number > 0;
	}
	if (strcmp(verb, "pause") == 0) {
		out->kind = STEP_PAUSE;
		return take_number(&out->number, rest, 600000);
	}
	if (strcmp(verb, "await") == 0) {
		out->kind = STEP_AWAIT;
		return take_screen(&out->screen, rest);
	}
	out->kind = STEP_TOUCH;
	snprintf(out->control, sizeof(out->control), "%s", rest);
	return strcmp(verb, "touch") == 0 && *rest != '\0' && strlen(rest) <= CONTROL_ID_MAX;
}

static bool parse_line(struct script_step *out, char *line)
{
	memset(out, 0, sizeof(*out));
	line[strcspn(line, "\r\n")] = '\0';
	char *space = strchr(line, ' ');
	if (space == NULL) {
		return false;
	}
	*space = '\0';
	return parse_step(out, line, space + 1);
}

static bool take_line(void *context, char *line)
{
	struct script *script = context;
	if (script->count == SCRIPT_STEPS_MAX || !parse_line(&script->steps[script->count], line)) {
		return false;
	}
	script->count++;
	return true;
}

bool script_load(struct script *out, int *line, const char *path)
{
	out->count = 0;
	return lines_each(line, path, take_line, out);
}
