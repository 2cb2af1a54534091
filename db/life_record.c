#include "db/life_record.h"

#include <stdio.h>
#include <string.h>

#include "db/actor.h"
#include "db/audit_words.h"
#include "db/china_time.h"
#include "db/exclusion.h"
#include "db/registry_inside.h"

const char *life_refusal_name(enum life_refusal refusal)
{
	static const char *const names[] = {
		[LIFE_TAKEN] = "ok",
		[LIFE_UNKNOWN] = "unknown_certificate",
		[LIFE_OUTSIDE_UNIT] = "outside_unit",
		[LIFE_CLOCK_WRONG] = "clock_wrong",
		[LIFE_BEFORE_LAST] = "before_last_step",
		[LIFE_DOES_NOT_FOLLOW] = "does_not_follow",
		[LIFE_BREAKS_PENDING] = "breaks_pending_step",
		[LIFE_WRONG_TIER] = "wrong_tier",
		[LIFE_SAME_PERSON] = "same_person",
		[LIFE_EXCLUDED] = "excluded",
		[LIFE_ANOTHER_AT_WORK] = "another_at_work",
		[LIFE_TOO_MANY] = "too_many_steps",
	};
	return names[refusal];
}

/* --- reading a life --- */

struct chronicle {
	size_t count;
	int64_t last_recorded; /* [s] INT64_MIN: none */
	struct life_event
		events[LIFE_EVENTS_MAX + 1]; /* in the order of `at`; room for a new one */
	char by[LIFE_EVENTS_MAX + 1][ACTOR_NAME_MAX + 1];
};

static enum store_status read_events(struct registry *registry, struct chronicle *out,
				     const char *certificate)
{
	static const char sql[] = "SELECT at, until, act, recorded_at, actor FROM event"
				  " WHERE certificate = ?1 ORDER BY at, seq";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	out->count = 0;
	out->last_recorded = INT64_MIN;
	if (status != STORE_OK)
		return status;
	bind_text(row, 1, certificate);
	while ((status = statement_step(row)) == STORE_ROW) {
		struct life_event *event = &out->events[out->count];
		if (out->count == LIFE_EVENTS_MAX ||
		    !life_act_from_name(&event->act, column_text(row, 2))) {
			statement_reset(row);
			return STORE_DAMAGED;
		}
		event->at = column_integer(row, 0);
		event->until = column_is_null(row, 1) ? LIFE_NEVER : column_integer(row, 1);
		if (column_integer(row, 3) > out->last_recorded)
			out->last_recorded = column_integer(row, 3);
		snprintf(out->by[out->count], sizeof *out->by, "%s", column_text(row, 4));
		out->count++;
	}
	return status;
}

struct certificate_life certificate_life_at(struct statement *row, int column)
{
	struct certificate_life life = {
		.beginning = (enum life_step)column_integer(row, column),
		.has_steps = !column_is_null(row, column + 1),
		.standing = { .step = (enum life_step)column_integer(row, column + 1),
			      .since = column_integer(row, column + 2),
			      .until = column_is_null(row, column + 3)
					       ? LIFE_NEVER
					       : column_integer(row, column + 3) },
	};
	if (!life.has_steps)
		life.standing = (struct standing){ life.beginning, INT64_MIN, LIFE_NEVER };
	return life;
}

static enum registry_status standing_now(struct registry *registry, struct standing *out,
					 const char *certificate,
					 const struct certificate_life *life, int64_t now)
{
	struct chronicle chronicle;
	*out = life->standing;
	if (out->since <= now && (now < out->until || out->until == LIFE_NEVER))
		return REGISTRY_OK;
	enum store_status status = read_events(registry, &chronicle, certificate);
	if (status == STORE_OK)
		*out = life_standing(life->beginning, chronicle.events, chronicle.count, now);
	return registry_says(registry, status);
}

enum registry_status life_step_now(struct registry *registry, enum life_step *out,
				   const char *certificate, const struct certificate_life *life,
				   int64_t now)
{
	struct standing standing;
	enum registry_status status = standing_now(registry, &standing, certificate, life, now);
	if (status == REGISTRY_OK)
		*out = standing.step;
	return status;
}

/* What a step needs of the certificate's row. */
struct subject {
	struct certificate_life life;
	char person[64], unit[64];
};

static enum registry_status read_subject(struct registry *registry, struct subject *out,
					 const char *certificate)
{
	static const char sql[] = "SELECT c.state, c.standing, c.since, c.until, c.person, u.text"
				  " FROM certificate c JOIN word u ON u.id = c.unit"
				  " WHERE c.number = ?1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, certificate);
		status = statement_step(row);
	}
	if (status == STORE_OK)
		return REGISTRY_NOT_FOUND;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	out->life = certificate_life_at(row, 0);
	snprintf(out->person, sizeof out->person, "%s", column_text(row, 4));
	snprintf(out->unit, sizeof out->unit, "%s", column_text(row, 5));
	statement_reset(row);
	return REGISTRY_OK;
}

enum registry_status life_of(struct registry *registry, struct standing *out,
			     const char *certificate, int64_t now)
{
	struct subject subject = { 0 };
	enum registry_status status = read_subject(registry, &subject, certificate);
	if (status == REGISTRY_OK)
		status = standing_now(registry, out, certificate, &subject.life, now);
	return status;
}

/* *status is STORE_OK; false where no more rows are wanted, or where this one is damaged. */
static bool hand_row(struct life *life, struct statement *row, enum store_status *status,
		     bool (*take)(void *, const struct life_row *), void *context)
{
	struct life_row found = {
		.seq = column_integer(row, 0),
		.at = column_integer(row, 1),
		.until = column_is_null(row, 2) ? LIFE_NEVER : column_integer(row, 2),
		.cause = column_text(row, 4),
		.reason = column_text(row, 5),
		.actor = column_text(row, 6),
		.recorded_at = column_integer(row, 7),
	};
	if (!life_act_from_name(&found.act, column_text(row, 3))) {
		*status = STORE_DAMAGED;
		return false;
	}
	found.fell_away =
		!life_take(life, &(struct life_event){ found.at, found.until, found.act });
	found.step = life_step_at(life, found.at);
	return take(context, &found);
}

enum registry_status life_each_row(struct registry *registry, const char *certificate,
				   enum life_step *beginning,
				   bool (*take)(void *, const struct life_row *), void *context)
{
	static const char sql[] = "SELECT seq, at, until, act, cause, reason, actor, recorded_at"
				  " FROM event WHERE certificate = ?1 ORDER BY at, seq";
	struct subject subject = { 0 };
	struct statement *row;
	enum registry_status said = read_subject(registry, &subject, certificate);
	if (said != REGISTRY_OK)
		return said;
	if (beginning != NULL)
		*beginning = subject.life.beginning;
	struct life life = life_begin(subject.life.beginning);
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK)
		bind_text(row, 1, certificate);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		status = STORE_OK;
		if (!hand_row(&life, row, &status, take, context)) {
			statement_reset(row);
			break;
		}
	}
	return registry_says(registry, status);
}

/* --- may it be taken? --- */

/* Puts the new event where it belongs; answers its index. */
static size_t insert_event(struct chronicle *chronicle, const struct life_event *event)
{
	size_t at = chronicle->count;
	while (at > 0 && chronicle->events[at - 1].at > event->at)
		at--;
	memmove(&chronicle->events[at + 1], &chronicle->events[at],
		(chronicle->count - at) * sizeof *event);
	memmove(chronicle->by[at + 1], chronicle->by[at],
		(chronicle->count - at) * sizeof *chronicle->by);
	chronicle->events[at] = *event;
	chronicle->by[at][0] = '\0';
	chronicle->count++;
	return at;
}

/* The last one in force by now: nothing takes effect before it. */
static bool is_before_last(const struct chronicle *chronicle, int64_t at, int64_t now)
{
	for (size_t i = chronicle->count; i-- > 0;)
		if (chronicle->events[i].at <= now)
			return at < chronicle->events[i].at;
	return false;
}

static const char *tier_due(enum life_step step)
{
	return step == STEP_COUNTY_REVIEW ? "city"
	       : step == STEP_CITY_REVIEW ? "province"
					  : "county";
}

/* Whoever had a hand in the application before: each review is another person's. */
static bool had_a_hand(const struct chronicle *chronicle, size_t before, const char *name)
{
	for (size_t i = before; i-- > 0;) {
		enum life_act act = chronicle->events[i].act;
		if ((act == ACT_APPLY || act == ACT_ACCEPT || act == ACT_APPROVE) &&
		    strcmp(chronicle->by[i], name) == 0)
			return true;
		if (act == ACT_APPLY)
			return false;
	}
	return false;
}

static enum registry_status judge_approval(struct registry *registry, struct life_answer *answer,
					   const struct chronicle *chronicle, size_t index)
{
	char tier[16];
	const struct actor *actor = registry_actor(registry);
	int32_t day = china_time_at(chronicle->events[index].at).day;
	enum registry_status status = actor_tier(registry, tier, day);
	snprintf(answer->tier, sizeof answer->tier, "%s", tier_due(answer->before));
	if (actor->may_all || status != REGISTRY_OK)
		return status;
	if (tier[0] != '\0' && strcmp(tier, answer->tier) != 0)
		answer->refusal = LIFE_WRONG_TIER;
	else if (had_a_hand(chronicle, index, actor->name))
		answer->refusal = LIFE_SAME_PERSON;
	return status;
}

/* What brings a certificate closer to its holder. */
#define ONWARD                                                                        \
	(1U << ACT_APPLY | 1U << ACT_ACCEPT | 1U << ACT_APPROVE | 1U << ACT_PRODUCE | \
	 1U << ACT_DELIVER | 1U << ACT_HAND_OVER | 1U << ACT_RESUME)

/* On the day that it takes effect, and on the day that it is put down: nobody gets round an exclusion
 * by dating back. */
static enum registry_status judge_exclusion(struct registry *registry, struct life_answer *answer,
					    const struct life_request *request, const char *person)
{
	const int64_t moments[] = { request->at, request->now };
	enum registry_status status = REGISTRY_OK;
	bool holds = false;
	for (size_t i = 0; i < 2 && status == REGISTRY_OK && !holds; i++)
		status = exclusion_holds(registry, &holds, answer->cause, person,
					 china_time_at(moments[i]).day);
	if (holds)
		answer->refusal = LIFE_EXCLUDED;
	return status;
}

/* Neither over nor merely on file, at the moment or once all its steps have taken effect. */
static enum registry_status at_work(struct registry *registry, bool *out, struct statement *row,
				    int64_t at)
{
	struct certificate_life life = certificate_life_at(row, 0);
	enum life_step then, last;
	enum registry_status status =
		life_step_now(registry, &then, column_text(row, 4), &life, at);
	if (status == REGISTRY_OK)
		status = life_step_now(registry, &last, column_text(row, 4), &life, LIFE_NEVER - 1);
	if (status == REGISTRY_OK)
		*out = (!life_is_over(then) && then != STEP_ON_FILE) ||
		       (!life_is_over(last) && last != STEP_ON_FILE);
	return status;
}

/* Another of the same person. */
static enum registry_status judge_others(struct registry *registry, struct life_answer *answer,
					 const struct life_request *request, const char *person)
{
	static const char sql[] =
		"SELECT c.state, c.standing, c.since, c.until, c.number FROM holding h"
		" JOIN certificate c ON c.number = h.certificate"
		" WHERE h.person = ?1 AND c.number <> ?2";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_text(row, 1, person);
	bind_text(row, 2, request->certificate);
	while ((status = statement_step(row)) == STORE_ROW) {
		bool found = false;
		enum registry_status said = at_work(registry, &found, row, request->at);
		if (said == REGISTRY_OK && !found)
			continue;
		answer->refusal = LIFE_ANOTHER_AT_WORK;
		snprintf(answer->other, sizeof answer->other, "%s", column_text(row, 4));
		statement_reset(row);
		return said;
	}
	return registry_says(registry, status);
}

static enum registry_status judge_person(struct registry *registry, struct life_answer *answer,
					 const struct life_request *request, const char *person)
{
	enum registry_status status = REGISTRY_OK;
	if ((ONWARD >> request->act & 1) != 0)
		status = judge_exclusion(registry, answer, request, person);
	if (status == REGISTRY_OK && answer->refusal == LIFE_TAKEN &&
	    (request->act == ACT_APPLY || request->act == ACT_HAND_OVER))
		status = judge_others(registry, answer, request, person);
	return status;
}

/* Nothing follows what this event leads to: a holder's death is not kept off the record by what was
 * dated later, which falls away. */
static bool ends_there(const struct chronicle *chronicle, enum life_step beginning, size_t index)
{
	struct standing standing =
		life_standing(beginning, chronicle->events, index + 1, chronicle->events[index].at);
	return life_acts_after(standing.step) == 0;
}

/* By time and table alone; *index is the new event's in the chronicle. */
static void judge_order(struct life_answer *answer, struct chronicle *chronicle,
			enum life_step beginning, const struct life_request *request, size_t *index)
{
	struct life_event event = { request->at, request->until, request->act };
	bool too_early = is_before_last(chronicle, request->at, request->now);
	answer->before = life_standing(beginning, chronicle->events, chronicle->count,
				       too_early ? request->now : request->at)
				 .step;
	answer->follows = life_acts_after(answer->before);
	if (request->now < chronicle->last_recorded)
		answer->refusal = LIFE_CLOCK_WRONG;
	else if (too_early)
		answer->refusal = LIFE_BEFORE_LAST;
	else if ((answer->follows >> request->act & 1) == 0)
		answer->refusal = LIFE_DOES_NOT_FOLLOW;
	if (answer->refusal != LIFE_TAKEN)
		return;
	/* What fell away already stays where it is, one further on. */
	size_t fault = life_first_fault(beginning, chronicle->events, chronicle->count);
	*index = insert_event(chronicle, &event);
	if (life_first_fault(beginning, chronicle->events, chronicle->count) <= fault &&
	    !ends_there(chronicle, beginning, *index))
		answer->refusal = LIFE_BREAKS_PENDING;
}

static enum registry_status judge(struct registry *registry, struct life_answer *answer,
				  struct chronicle *chronicle, const struct subject *subject,
				  const struct life_request *request)
{
	bool reached = false;
	size_t index = 0;
	enum registry_status status = actor_reaches(registry, &reached, subject->unit);
	if (status == REGISTRY_OK)
		status = registry_says(registry,
				       read_events(registry, chronicle, request->certificate));
	if (status != REGISTRY_OK)
		return status;
	if (!reached)
		answer->refusal = LIFE_OUTSIDE_UNIT;
	else
		judge_order(answer, chronicle, subject->life.beginning, request, &index);
	if (answer->refusal == LIFE_TAKEN && request->act == ACT_APPROVE)
		status = judge_approval(registry, answer, chronicle, index);
	if (status == REGISTRY_OK && answer->refusal == LIFE_TAKEN)
		status = judge_person(registry, answer, request, subject->person);
	if (answer->refusal == LIFE_TAKEN && chronicle->count > LIFE_EVENTS_MAX)
		answer->refusal = LIFE_TOO_MANY;
	return status;
}

/* --- taking it --- */

static const char *cause_of(const struct life_request *request)
{
	const char *const *causes = life_causes(request->act);
	if (causes == NULL)
		return "";
	return request->cause != NULL ? request->cause : causes[0];
}

static enum registry_status put_on_audit(struct registry *registry, int64_t *seq,
					 const struct subject *subject,
					 const struct life_request *request, const char *reason)
{
	struct audit_words words;
	audit_words_of_life(&words, request->certificate, life_act_name(request->act), request->at,
			    request->until, cause_of(request), reason);
	struct audit_act entry = { .act = words.act,
				   .person = subject->person,
				   .unit = subject->unit,
				   .detail = words.detail };
	return audit_append(registry, seq, &entry, request->now);
}

static enum store_status insert_row(struct registry *registry, int64_t *seq, int64_t audit,
				    const struct life_request *request, const char *reason)
{
	static const char sql[] =
		"INSERT INTO event (certificate, seq, at, until, act, cause, reason, actor,"
		" recorded_at, audit) VALUES (?1, (SELECT coalesce(max(seq), 0) + 1 FROM event"
		" WHERE certificate = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING seq";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	bind_text(row, 1, request->certificate);
	bind_integer(row, 2, request->at);
	bind_null(row, 3);
	if (request->until != LIFE_NEVER)
		bind_integer(row, 3, request->until);
	bind_text(row, 4, life_act_name(request->act));
	bind_text(row, 5, cause_of(request));
	bind_text(row, 6, reason);
	bind_text(row, 7, registry_actor(registry)->name);
	bind_integer(row, 8, request->now);
	bind_integer(row, 9, audit);
	status = statement_step(row);
	if (status != STORE_ROW)
		return status == STORE_OK ? STORE_TROUBLE : status;
	*seq = column_integer(row, 0);
	return statement_run(row);
}

static enum store_status keep_standing(struct registry *registry, const char *certificate,
				       const struct standing *standing)
{
	static const char sql[] = "UPDATE certificate SET standing = ?2, since = ?3, until = ?4"
				  " WHERE number = ?1";
	struct statement *statement;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, certificate);
	bind_integer(statement, 2, standing->step);
	bind_integer(statement, 3, standing->since);
	bind_null(statement, 4);
	if (standing->until != LIFE_NEVER)
		bind_integer(statement, 4, standing->until);
	return statement_run(statement);
}

/* What is in the holder's hands is void the moment its replacement is accepted. */
static enum store_status void_media(struct registry *registry, const struct life_request *request,
				    enum life_step before)
{
	static const char sql[] = "UPDATE medium SET void_reason = ?2, void_at = ?3"
				  " WHERE certificate = ?1 AND void_reason IS NULL";
	bool moved = request->act == ACT_REPLACE_MOVED;
	struct statement *statement;
	if (request->act != ACT_REPLACE && request->act != ACT_REPLACE_KIND && !moved)
		return STORE_OK;
	enum store_status status = store_statement(registry->store, &statement, sql);
	if (status != STORE_OK)
		return status;
	bind_text(statement, 1, request->certificate);
	bind_text(statement, 2, moved ? "moved" : before == STEP_LOST ? "lost" : "replaced");
	bind_integer(statement, 3, request->at);
	return statement_run(statement);
}

static enum registry_status record(struct registry *registry, struct life_answer *answer,
				   const struct chronicle *chronicle, const struct subject *subject,
				   const struct life_request *request)
{
	char reason[LIFE_REASON_MAX + 1];
	int64_t audit;
	struct standing standing = life_standing(subject->life.beginning, chronicle->events,
						 chronicle->count, request->now);
	log_field(reason, sizeof reason, request->reason == NULL ? "" : request->reason);
	enum registry_status status = put_on_audit(registry, &audit, subject, request, reason);
	if (status != REGISTRY_OK)
		return status;
	enum store_status stored = insert_row(registry, &answer->seq, audit, request, reason);
	if (stored == STORE_OK)
		stored = keep_standing(registry, request->certificate, &standing);
	if (stored == STORE_OK)
		stored = void_media(registry, request, answer->before);
	answer->step = standing.step;
	answer->follows = life_acts_after(standing.step);
	return registry_says(registry, stored);
}

enum registry_status life_take_step(struct registry *registry, struct life_answer *answer,
				    const struct life_request *request)
{
	struct subject subject = { 0 };
	struct chronicle chronicle;
	*answer = (struct life_answer){ .refusal = LIFE_TAKEN };
	enum registry_status status = read_subject(registry, &subject, request->certificate);
	if (status == REGISTRY_NOT_FOUND) {
		answer->refusal = LIFE_UNKNOWN;
		return REGISTRY_OK;
	}
	if (status == REGISTRY_OK)
		status = judge(registry, answer, &chronicle, &subject, request);
	if (status == REGISTRY_OK && answer->refusal == LIFE_TAKEN)
		status = record(registry, answer, &chronicle, &subject, request);
	return status;
}

/* --- is what was worked out still true? --- */

/* As of the moment from which it is said to hold. */
static bool still_stands(const struct certificate_life *life, const struct chronicle *chronicle)
{
	const struct standing *kept = &life->standing;
	int64_t moment = kept->since != INT64_MIN    ? kept->since
			 : kept->until != LIFE_NEVER ? kept->until - 1
						     : 0;
	struct standing found =
		life_standing(life->beginning, chronicle->events, chronicle->count, moment);
	return found.step == kept->step && found.since == kept->since && found.until == kept->until;
}

/* Steps that were put down for another person than whose it is now. */
static enum store_status is_somebody_elses(struct registry *registry, bool *out,
					   const char *certificate, const char *person)
{
	static const char sql[] = "SELECT 1 FROM event e JOIN audit a ON a.seq = e.audit"
				  " WHERE e.certificate = ?1 AND a.subject <> ?2 LIMIT 1";
	uint8_t subject[PSEUDONYM_BYTES];
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	vault_holder(registry->vault, subject, "", person);
	bind_text(row, 1, certificate);
	bind_bytes(row, 2, subject, sizeof subject);
	status = statement_step(row);
	*out = status == STORE_ROW;
	statement_reset(*out ? row : NULL);
	return *out ? STORE_OK : status;
}

enum registry_status life_check(struct registry *registry, void (*fault)(void *, const char *),
				void *context)
{
	static const char sql[] =
		"SELECT state, standing, since, until, number, person FROM certificate c"
		" WHERE standing IS NOT NULL OR EXISTS (SELECT 1 FROM event WHERE certificate ="
		" c.number) ORDER BY number";
	struct chronicle chronicle;
	struct statement *row;
	char line[160];
	enum store_status status = store_statement(registry->store, &row, sql);
	while (status == STORE_OK && (status = statement_step(row)) == STORE_ROW) {
		struct certificate_life life = certificate_life_at(row, 0);
		const char *number = column_text(row, 4);
		bool elsewhere = false;
		status = read_events(registry, &chronicle, number);
		if (status == STORE_OK)
			status = is_somebody_elses(registry, &elsewhere, number,
						   column_text(row, 5));
		if (status == STORE_OK && (elsewhere || !still_stands(&life, &chronicle))) {
			snprintf(line, sizeof line, "certificate %s is not %s its steps say",
				 number, elsewhere ? "whose" : "where");
			fault(context, line);
		}
		if (status != STORE_OK)
			statement_reset(row);
	}
	return registry_says(registry, status);
}
