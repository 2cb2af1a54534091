#include "centre/life_picture.h"

#include <inttypes.h>

#include "centre/json_put.h"
#include "centre/life_words.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define AT(step)     (UINT32_C(1) << STEP_##step)

static bool is_in(uint32_t steps, int step)
{
	return (steps >> step & 1) != 0;
}

/* --- text and JSON --- */

static void print_steps(FILE *out, uint32_t steps)
{
	const char *between = "";

	for (int step = 0; step < STEP_COUNT; step++)
		if (is_in(steps, step)) {
			fprintf(out, "%s%s %s", between,
				life_step_title((enum life_step)step, false),
				life_step_name((enum life_step)step));
			between = " | ";
		}
}

void life_picture_text(FILE *out)
{
	for (size_t i = 0; i < life_transition_count; i++) {
		const struct life_transition *row = &life_transitions[i];

		fprintf(out, "%s · %s: youdai certificate %s NUMBER\n",
			life_act_title(row->act, false), life_act_title(row->act, true),
			life_act_command(row->act));
		fprintf(out, "  从 from  ");
		print_steps(out, row->from);
		fprintf(out, "\n  到 to    %s %s\n", life_step_title(row->to, false),
			row->to == STEP_NONE ? life_step_title(row->to, true)
					     : life_step_name(row->to));
	}
	fprintf(out,
		"临时挂失 %d 至 %d 日,到期自动失效;暂停到期自动恢复。\n"
		"A provisional loss holds %d to %d days and lapses by itself, as a suspension does "
		"with its\nlast day.\n",
		LOSS_DAYS_LEAST, LOSS_DAYS_MOST, LOSS_DAYS_LEAST, LOSS_DAYS_MOST);
}

void life_picture_json(FILE *out)
{
	struct json json;

	json_put_begin(&json, out);
	json_put_open(&json, NULL, '[');
	for (size_t i = 0; i < life_transition_count; i++) {
		const struct life_transition *row = &life_transitions[i];

		json_put_open(&json, NULL, '{');
		json_put_text(&json, "act", life_act_name(row->act));
		json_put_text(&json, "command", life_act_command(row->act));
		json_put_open(&json, "from", '[');
		for (int step = 0; step < STEP_COUNT; step++)
			if (is_in(row->from, step))
				json_put_text(&json, NULL, life_step_name((enum life_step)step));
		json_put_close(&json);
		json_put_text(&json, "to", row->to == STEP_NONE ? NULL : life_step_name(row->to));
		json_put_close(&json);
	}
	json_put_close(&json);
	json_put_end(&json);
}

/* --- the graph --- */

/* Where steps are drawn: a frame around them, within another one or not.  An act that leads away from
 * all steps of a frame is one arrow from the frame. */
struct frame {
	const char *id, *zh, *en, *colour; /* zh NULL: a frame without a title */
	uint32_t steps;
	int parent;            /* index; -1: none */
	enum life_step anchor; /* its arrows begin behind this one */
};

enum {
	APPLICATION,
	PENDING,
	REVIEWS,
	PRODUCTION,
	IN_USE,
	IN_HOLDERS,
	IN_HAND,
	REPLACEMENT,
	NEW,
	ENDED
};

#define REVIEW_STEPS \
	(AT(ACCEPTED) | AT(IN_REVIEW) | AT(COUNTY_REVIEW) | AT(CITY_REVIEW) | AT(PROVINCE_REVIEW))
#define PENDING_STEPS (AT(ON_FILE) | AT(APPLIED) | REVIEW_STEPS)
#define HAND_STEPS    (AT(ACTIVE) | AT(HANDED_OVER))
#define HOLDER_STEPS  (HAND_STEPS | AT(LOSS_REPORTED) | AT(LOST))
#define NEW_STEPS                                                                                 \
	(AT(REPLACEMENT_IN_PRODUCTION) | AT(REPLACEMENT_AT_COUNTY) | AT(REPLACEMENT_AT_STATION) | \
	 AT(REPLACEMENT_HANDED_OVER))

static const struct frame frames[] = {
	[APPLICATION] = { "application", "申请与审核", "application", "#eaf1fb",
			  PENDING_STEPS | AT(REFUSED), -1, STEP_COUNTY_REVIEW },
	[PENDING] = { "pending", NULL, NULL, "#e2ecfa", PENDING_STEPS, APPLICATION,
		      STEP_COUNTY_REVIEW },
	[REVIEWS] = { "reviews", NULL, NULL, "#d6e4f7", REVIEW_STEPS, PENDING, STEP_COUNTY_REVIEW },
	[PRODUCTION] = { "production", "制证与发放", "production", "#eef7ea",
			 AT(IN_PRODUCTION) | AT(AT_COUNTY) | AT(AT_STATION), -1, STEP_AT_COUNTY },
	[IN_USE] = { "in_use", "使用", "in use", "#fdf3df", HOLDER_STEPS | AT(SUSPENDED), -1,
		     STEP_LOSS_REPORTED },
	[IN_HOLDERS] = { "holders", NULL, NULL, "#fbe9c6", HOLDER_STEPS, IN_USE,
			 STEP_LOSS_REPORTED },
	[IN_HAND] = { "hand", NULL, NULL, "#f8dda4", HAND_STEPS, IN_HOLDERS, STEP_ACTIVE },
	[REPLACEMENT] = { "replacement", "补换证", "replacement", "#f3ecf9",
			  AT(REPLACED) | NEW_STEPS, -1, STEP_REPLACEMENT_AT_COUNTY },
	[NEW] = { "new", NULL, NULL, "#e7daf3", NEW_STEPS, REPLACEMENT,
		  STEP_REPLACEMENT_AT_COUNTY },
	[ENDED] = { "ended", "终结", "ended", "#f0f0f0",
		    AT(WITHDRAWN) | AT(CANCELLED) | AT(DECEASED) | AT(MOVED) | AT(OTHER_KIND), -1,
		    STEP_WITHDRAWN },
};

/* An arrow from a frame (index) or a step, to a step or a frame; its label gathers the acts. */
struct arrow {
	int from_frame, to_frame; /* -1: none, the step itself */
	enum life_step from, to;
	uint32_t acts; /* bit 1 << act */
};
#define ARROWS_MAX 128

struct graph {
	size_t count;
	struct arrow arrows[ARROWS_MAX];
};

static bool is_same(const struct arrow *a, const struct arrow *b)
{
	return a->from_frame == b->from_frame && a->to_frame == b->to_frame && a->from == b->from &&
	       a->to == b->to;
}

static void add_arrow(struct graph *graph, struct arrow arrow)
{
	size_t i = 0;

	/* What ends it ends it alike from all steps of a frame: the act's name tells how. */
	if (arrow.from_frame >= 0 && is_in(frames[ENDED].steps, (int)arrow.to)) {
		arrow.to_frame = ENDED;
		arrow.to = frames[ENDED].anchor;
	}
	while (i < graph->count && !is_same(&graph->arrows[i], &arrow))
		i++;
	if (i < graph->count)
		graph->arrows[i].acts |= arrow.acts;
	else if (i < ARROWS_MAX)
		graph->arrows[graph->count++] = arrow;
}

/* Outer frames come before those within them: the largest that fits is taken. */
static void add_transition(struct graph *graph, const struct life_transition *row)
{
	uint32_t left = row->from;

	for (size_t i = 0; i < COUNT(frames); i++) {
		bool whole = (left & frames[i].steps) == frames[i].steps;

		if (!whole || is_in(frames[i].steps, (int)row->to))
			continue;
		add_arrow(graph, (struct arrow){ (int)i, -1, frames[i].anchor, row->to,
						 UINT32_C(1) << row->act });
		left &= ~frames[i].steps;
	}
	for (int step = 0; step < STEP_COUNT; step++)
		if (is_in(left, step))
			add_arrow(graph, (struct arrow){ -1, -1, (enum life_step)step, row->to,
							 UINT32_C(1) << row->act });
}

/* The outermost frame of a step; what a step was before is shown where it was in use. */
static int top_frame(enum life_step step)
{
	for (int i = 0; i < (int)COUNT(frames); i++)
		if (frames[i].parent < 0 && is_in(frames[i].steps, (int)step))
			return i;
	return IN_USE;
}

/* With the frames within it: the table of frames above is two deep.  NOLINTNEXTLINE(misc-no-recursion) */
static void draw_frame(FILE *out, int index, int depth)
{
	const struct frame *frame = &frames[index];
	uint32_t own = frame->steps;

	fprintf(out, "%*ssubgraph cluster_%s {\n", depth, "", frame->id);
	fprintf(out, "%*s label=\"%s%s%s\" bgcolor=\"%s\" color=\"#b8b8b8\"\n", depth, "",
		frame->zh == NULL ? "" : frame->zh, frame->zh == NULL ? "" : " · ",
		frame->zh == NULL ? "" : frame->en, frame->colour);
	for (size_t i = 0; i < COUNT(frames); i++)
		if (frames[i].parent == index) {
			draw_frame(out, (int)i, depth + 1);
			own &= ~frames[i].steps;
		}
	for (int step = 0; step < STEP_COUNT; step++)
		if (is_in(own, step))
			fprintf(out, "%*s %s [label=\"%s\\n%s\"]\n", depth, "",
				life_step_name((enum life_step)step),
				life_step_title((enum life_step)step, false),
				life_step_title((enum life_step)step, true));
	if (index == IN_USE)
		fprintf(out, "%*s as_before [label=\"%s\\n%s\" shape=plaintext style=\"\"]\n",
			depth, "", life_step_title(STEP_NONE, false),
			life_step_title(STEP_NONE, true));
	fprintf(out, "%*s}\n", depth, "");
}

static int level(enum life_step step)
{
	static const int levels[] = {
		[APPLICATION] = 0, [PRODUCTION] = 1, [IN_USE] = 2, [REPLACEMENT] = 3, [ENDED] = 4
	};

	return levels[top_frame(step)];
}

static void draw_end(FILE *out, enum life_step step)
{
	fprintf(out, "%s", step == STEP_NONE ? "as_before" : life_step_name(step));
}

static void draw_acts(FILE *out, uint32_t acts)
{
	const char *between = "";

	for (int act = 0; act < ACT_COUNT; act++)
		if (is_in(acts, act)) {
			fprintf(out, "%s%s %s", between, life_act_title((enum life_act)act, false),
				life_act_title((enum life_act)act, true));
			between = "\\n";
		}
}

/* The picture is read from top to bottom: what leads up is drawn from its end, so that it does not turn
 * the order around, and what leads past a frame moves nothing. */
static void draw_arrow(FILE *out, const struct arrow *arrow)
{
	int down = level(arrow->to) - level(arrow->from);

	fprintf(out, " ");
	draw_end(out, down < 0 ? arrow->to : arrow->from);
	fprintf(out, " -> ");
	draw_end(out, down < 0 ? arrow->from : arrow->to);
	fprintf(out, " [label=\"");
	draw_acts(out, arrow->acts);
	fprintf(out, "\"%s%s", down < 0 ? " dir=back" : "", down > 1 ? " constraint=false" : "");
	if (arrow->from_frame >= 0)
		fprintf(out, " %s=cluster_%s", down < 0 ? "lhead" : "ltail",
			frames[arrow->from_frame].id);
	if (arrow->to_frame >= 0)
		fprintf(out, " %s=cluster_%s", down < 0 ? "ltail" : "lhead",
			frames[arrow->to_frame].id);
	fprintf(out, "]\n");
}

/* One below the other: nothing leads from one to the next. */
static void draw_column(FILE *out, uint32_t steps)
{
	const char *between = " ";

	for (int step = 0; step < STEP_COUNT; step++)
		if (is_in(steps, step)) {
			fprintf(out, "%s%s", between, life_step_name((enum life_step)step));
			between = " -> ";
		}
	fprintf(out, " [style=invis]\n");
}

void life_picture_dot(FILE *out)
{
	struct graph graph = { 0 };

	for (size_t i = 0; i < life_transition_count; i++)
		add_transition(&graph, &life_transitions[i]);
	fprintf(out,
		"digraph life {\n"
		" graph [compound=true fontname=\"Noto Sans CJK SC\" fontsize=13 nodesep=0.35 "
		"ranksep=0.45\n"
		"  labelloc=b label=\"临时挂失 %d 至 %d 日,到期自动失效;暂停到期自动恢复\\n"
		"a provisional loss holds %d to %d days and lapses by itself, as a suspension does "
		"with its last day\"]\n"
		" node [shape=box style=\"rounded,filled\" fillcolor=white fontname=\"Noto Sans "
		"CJK "
		"SC\" fontsize=12]\n"
		" edge [fontname=\"Noto Sans CJK SC\" fontsize=10 color=\"#505050\"]\n",
		LOSS_DAYS_LEAST, LOSS_DAYS_MOST, LOSS_DAYS_LEAST, LOSS_DAYS_MOST);
	for (size_t i = 0; i < COUNT(frames); i++)
		if (frames[i].parent < 0)
			draw_frame(out, (int)i, 1);
	draw_column(out, frames[ENDED].steps);
	for (size_t i = 0; i < graph.count; i++)
		draw_arrow(out, &graph.arrows[i]);
	fprintf(out, "}\n");
}
