#include "kiosk/events.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct events {
	FILE *file; /* NULL: nobody watches */
	bool is_ours;
	struct trace *trace; /* NULL: none */
	char screen[32];     /* the last that was written, with its controls */
	struct controls controls;
};

struct events *events_open(const char *path)
{
	struct events *events = calloc(1, sizeof(*events));
	if (events == NULL || path == NULL) {
		return events;
	}
	events->is_ours = strcmp(path, "-") != 0;
	events->file = events->is_ours ? fopen(path, "we") : stdout;
	if (events->file == NULL) {
		free(events);
		return NULL;
	}
	return events;
}

void events_close(struct events *events)
{
	if (events != NULL && events->is_ours) {
		fclose(events->file);
	}
	free(events);
}

void events_trace(struct events *events, struct trace *trace)
{
	events->trace = trace;
}

static void format_now(char out[static 32])
{
	struct timespec now;
	struct tm parts;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	const size_t length = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(out + length, 32 - length, ".%03dZ", (int)(now.tv_nsec / 1000000));
}

/* Where on a screen its controls are is of no use in a trace. */
static void write_line(struct events *events, json_t *line)
{
	if (events->file != NULL) {
		json_dumpf(line, events->file, JSON_COMPACT);
		fputc('\n', events->file);
		fflush(events->file);
	}
	if (events->trace == NULL) {
		return;
	}
	json_object_del(line, "controls");
	char *text = json_dumps(line, JSON_COMPACT);
	if (text != NULL) {
		trace_note(events->trace, text);
	}
	free(text);
}

/* Write the object that `fields` adds to `t` and `event`; takes fields over. */
static void emit(struct events *events, const char *event, json_t *fields)
{
	char t[32];
	format_now(t);
	json_t *line = json_pack("{s:s, s:s}", "t", t, "event", event);
	if (line != NULL && fields != NULL && json_object_update(line, fields) == 0) {
		write_line(events, line);
	}
	json_decref(line);
	json_decref(fields);
}

static json_t *number_or_null(bool has, int64_t number)
{
	return has ? json_integer(number) : json_null();
}

void events_ready(struct events *events, int64_t first_frame_ms)
{
	emit(events, "ready", json_pack("{s:I}", "first_frame_ms", (json_int_t)first_frame_ms));
}

void events_reader(struct events *events, const char *source, bool online)
{
	emit(events, "reader",
	     json_pack("{s:s, s:s}", "source", source, "state", online ? "online" : "offline"));
}

void events_presented(struct events *events, const char *source,
		      const struct entitlement *entitlement)
{
	const char *assurance =
		entitlement->has_assurance ? assurance_name(entitlement->assurance) : NULL;
	emit(events, "presented",
	     json_pack("{s:s, s:s, s:s?}", "source", source, "carrier",
		       carrier_name(entitlement->carrier), "assurance", assurance));
}

static bool is_same_screen(const struct events *events, const char *name,
			   const struct controls *controls)
{
	if (strcmp(events->screen, name) != 0 || events->controls.count != controls->count) {
		return false;
	}
	for (size_t i = 0; i < controls->count; i++) {
		const struct control *a = &events->controls.items[i], *b = &controls->items[i];
		if (strcmp(a->id, b->id) != 0 || a->enabled != b->enabled || a->box.x != b->box.x ||
		    a->box.y != b->box.y || a->box.w != b->box.w || a->box.h != b->box.h) {
			return false;
		}
	}
	return true;
}

void events_screen(struct events *events, const char *name, const struct controls *controls)
{
	if (is_same_screen(events, name, controls)) {
		return;
	}
	snprintf(events->screen, sizeof(events->screen), "%s", name);
	events->controls = *controls;
	json_t *list = json_array();
	for (size_t i = 0; i < controls->count; i++) {
		const struct control *control = &controls->items[i];
		json_array_append_new(list, json_pack("{s:s, s:i, s:i, s:i, s:i, s:b}", "id",
						      control->id, "x", control->box.x, "y",
						      control->box.y, "w", control->box.w, "h",
						      control->box.h, "enabled", control->enabled));
	}
	emit(events, "screen", json_pack("{s:s, s:o}", "name", name, "controls", list));
}

void events_decision(struct events *events, const struct entitlement *entitlement,
		     int64_t elapsed_us)
{
	json_t *list = json_array();
	for (size_t i = 0; i < entitlement->offer_count; i++) {
		const struct offer *offer = &entitlement->offers[i];
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:o, s:o}", "benefit", offer->benefit->id,
					"verdict", verdict_name(offer->verdict), "reason",
					reason_name(offer->reason), "payable",
					number_or_null(offer->has_payable, offer->payable), "saved",
					number_or_null(offer->has_saved, offer->saved)));
	}
	emit(events, "decision",
	     json_pack("{s:s, s:o, s:I}", "reason", reason_name(entitlement->reason), "offers",
		       list, "elapsed_us", (json_int_t)elapsed_us));
}

void events_redeemed(struct events *events, const struct redemption *redemption)
{
	emit(events, "redeemed",
	     json_pack("{s:s, s:s, s:o, s:o}", "redemption", redemption->id, "benefit",
		       redemption->benefit, "payable",
		       number_or_null(redemption->has_payable, redemption->payable), "saved",
		       number_or_null(redemption->has_saved, redemption->saved)));
}

void events_refused(struct events *events, enum reason reason)
{
	emit(events, "refused", json_pack("{s:s}", "reason", reason_name(reason)));
}

void events_fault(struct events *events, const char *what)
{
	emit(events, "fault", json_pack("{s:s}", "what", what));
}
