#include "centre/dossier_put.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "centre/life_words.h"
#include "centre/short_code.h"
#include "db/china_time.h"
#include "db/dossier.h"
#include "db/exclusion.h"
#include "db/life_record.h"
#include "db/plaque.h"
#include "db/prospect.h"
#include "reader/credential.h"

#define STEPS_SHOWN 3

/* What is found out on the way through a dossier. */
struct way {
	const struct dossier_answer *answer;
	enum registry_status status; /* of what is read within a row */
	char certificate[64];        /* the one that what may be had is asked of; "" none yet */
	bool in_order;               /* and it is */
};

static const char *kind_name(uint8_t kind)
{
	return kind == CREDENTIAL_VETERAN ? "veteran" : kind == CREDENTIAL_FAMILY ? "family" : NULL;
}

static void day_text(char out[static 11], int32_t day)
{
	if (day == INT32_MIN || day == INT32_MAX)
		strcpy(out, "…");
	else
		day_format(out, day);
}

/* --- the person --- */

static const char *sex_name(char sex)
{
	return sex == 'm' ? "m" : sex == 'f' ? "f" : NULL;
}

static void put_person(struct json *json, const struct dossier *dossier)
{
	json_put_text(json, "person", dossier->code);
	json_put_text(json, "name", dossier->name);
	json_put_text(json, "sex", sex_name(dossier->sex));
	json_put_day(json, "birth", dossier->birth_known ? dossier->birth : INT32_MIN);
	json_put_text(json, "home_region", dossier->home_region);
	json_put_text(json, "identities", dossier->identities);
	json_put_known(json, "merit", dossier->merit > 0, dossier->merit);
	json_put_flag(json, "needy", dossier->needy);
}

static void print_heading(const struct dossier *dossier)
{
	char birth[11] = "-";

	if (dossier->birth_known)
		day_format(birth, dossier->birth);
	printf("%s (%s) %s · 出生 born %s · 户籍地 home %s\n", dossier->name, dossier->code,
	       dossier->sex == 'm'   ? "男 m"
	       : dossier->sex == 'f' ? "女 f"
				     : "-",
	       birth, dossier->home_region[0] != '\0' ? dossier->home_region : "-");
}

static void print_person(const struct dossier *dossier)
{
	static const char *const merits[] = { "无 none", "一等功 first class",
					      "二等功 second class", "三等功 third class" };

	print_heading(dossier);
	printf("身份 identities: %s\n立功 merit: %s\n生活困难 needy: %s\n",
	       dossier->identities[0] != '\0' ? dossier->identities : "-",
	       merits[dossier->merit & 3], dossier->needy ? "是 yes" : "否 no");
}

static bool put_exclusion(void *context, const struct exclusion *row)
{
	struct way *way = context;
	struct json *json = way->answer->json;
	char from[11], until[11];

	if (json == NULL) {
		day_text(from, row->from);
		day_text(until, row->until);
		printf("不予发放 excluded: %s · %s, %s 至 to %s\n",
		       life_cause_title(row->cause, false), life_cause_title(row->cause, true),
		       from, until);
		return true;
	}
	json_put_open(json, NULL, '{');
	json_put_text(json, "cause", row->cause);
	json_put_day(json, "from", row->from);
	json_put_day(json, "until", row->until);
	json_put_close(json);
	return true;
}

/* --- a certificate's last steps --- */

struct last_steps {
	size_t count; /* of all; the last STEPS_SHOWN of them are kept */
	struct {
		int64_t at; /* [s] */
		enum life_act act;
		enum life_step step; /* STEP_NONE: it fell away */
		char actor[80];
	} kept[STEPS_SHOWN];
};

static bool keep_step(void *context, const struct life_row *row)
{
	struct last_steps *steps = context;
	size_t place = steps->count++ % STEPS_SHOWN;

	steps->kept[place].at = row->at;
	steps->kept[place].act = row->act;
	steps->kept[place].step = row->fell_away ? STEP_NONE : row->step;
	snprintf(steps->kept[place].actor, sizeof steps->kept[place].actor, "%s", row->actor);
	return true;
}

static void put_step(struct json *json, const struct last_steps *steps, size_t place)
{
	enum life_act act = steps->kept[place].act;
	enum life_step step = steps->kept[place].step;
	char day[11];

	if (json == NULL) {
		day_format(day, china_time_at(steps->kept[place].at).day);
		printf("  %s %s · %s (%s)%s\n", day, life_act_title(act, false),
		       life_act_title(act, true), steps->kept[place].actor,
		       step == STEP_NONE ? " 未生效 fell away" : "");
		return;
	}
	json_put_open(json, NULL, '{');
	json_put_instant(json, "at", steps->kept[place].at);
	json_put_text(json, "act", life_act_name(act));
	json_put_both(json, "title", life_act_title(act, false), life_act_title(act, true));
	json_put_text(json, "state", step == STEP_NONE ? NULL : life_step_name(step));
	json_put_text(json, "actor", steps->kept[place].actor);
	json_put_close(json);
}

static enum registry_status put_steps(const struct dossier_answer *answer, const char *certificate)
{
	struct last_steps steps = { .count = 0 };
	enum registry_status status =
		life_each_row(answer->registry, certificate, NULL, keep_step, &steps);
	size_t first = steps.count > STEPS_SHOWN ? steps.count - STEPS_SHOWN : 0;

	if (answer->json != NULL)
		json_put_open(answer->json, "steps", '[');
	for (size_t i = first; i < steps.count; i++)
		put_step(answer->json, &steps, i % STEPS_SHOWN);
	if (answer->json != NULL)
		json_put_close(answer->json);
	return status;
}

/* --- its media --- */

/* What a medium is known by among people; a bank card is known by nothing that they could say. */
static void put_name(struct json *json, const struct medium *medium, const char *code)
{
	if (medium->id == NULL)
		json_put_text(json, "medium", NULL);
	else
		json_put_hex(json, "medium", medium->id, medium->id_length);
	json_put_text(json, "short_code", code);
}

static bool put_medium(void *context, const struct medium *medium, bool void_now)
{
	const struct dossier_answer *answer = context;
	struct json *json = answer->json;
	char room[SHORT_CODE_SIZE], day[11];
	const char *code = NULL;

	if (medium->id != NULL) {
		short_code_print(room, medium->id);
		code = room;
	}
	if (json == NULL) {
		day_format(day, china_time_at(medium->issued_at).day);
		printf("  介质 medium: %s %s%s%s%s\n", medium->carrier, code == NULL ? "" : code,
		       code == NULL ? "" : " ", day, void_now ? " 作废 void" : "");
		return true;
	}
	json_put_open(json, NULL, '{');
	put_name(json, medium, code);
	json_put_text(json, "carrier", medium->carrier);
	json_put_instant(json, "issued_at", medium->issued_at);
	json_put_instant(json, "expires", medium->expires);
	json_put_flag(json, "void", void_now);
	json_put_close(json);
	return true;
}

static enum registry_status put_media(const struct dossier_answer *answer, const char *certificate)
{
	struct dossier_answer copy = *answer;
	enum registry_status status;

	if (answer->json != NULL)
		json_put_open(answer->json, "media", '[');
	status =
		registry_each_medium(answer->registry, certificate, answer->now, put_medium, &copy);
	if (answer->json != NULL)
		json_put_close(answer->json);
	return status;
}

/* --- certificates --- */

static void put_state(struct json *json, const struct certificate *certificate)
{
	enum life_step step = STEP_NONE;

	(void)life_step_from_name(&step, certificate->state);
	if (json == NULL) {
		printf("%s · %s", life_step_title(step, false), life_step_title(step, true));
		return;
	}
	json_put_text(json, "state", certificate->state);
	json_put_both(json, "title", life_step_title(step, false), life_step_title(step, true));
}

static void print_certificate(const struct certificate *certificate)
{
	char from[11], until[11];

	day_text(from, certificate->valid_from);
	day_text(until, certificate->valid_until);
	printf("证件 certificate: %s %s %s — ", certificate->number, kind_name(certificate->kind),
	       certificate->unit);
	put_state(NULL, certificate);
	printf("\n  有效期 valid: %s 至 to %s\n", from, until);
}

static void put_members(struct json *json, const struct certificate_view *view)
{
	const struct certificate *certificate = &view->certificate;

	json_put_text(json, "number", certificate->number);
	json_put_text(json, "kind", kind_name(certificate->kind));
	json_put_text(json, "unit", certificate->unit);
	put_state(json, certificate);
	json_put_text(json, "reason", reason_name(view->reason));
	json_put_day(json, "valid_from", certificate->valid_from);
	json_put_day(json, "valid_until", certificate->valid_until);
}

/* What may be had is asked of one that is in order, or else of the first. */
static void choose(struct way *way, const struct certificate_view *view)
{
	bool in_order = view->reason == REASON_OK;

	if (way->certificate[0] != '\0' && (way->in_order || !in_order))
		return;
	way->in_order = in_order;
	snprintf(way->certificate, sizeof way->certificate, "%s", view->certificate.number);
}

static bool put_certificate(void *context, const struct certificate_view *view)
{
	struct way *way = context;
	struct json *json = way->answer->json;

	choose(way, view);
	if (json == NULL) {
		print_certificate(&view->certificate);
	} else {
		json_put_open(json, NULL, '{');
		put_members(json, view);
	}
	way->status = put_steps(way->answer, view->certificate.number);
	if (way->status == REGISTRY_OK)
		way->status = put_media(way->answer, view->certificate.number);
	if (json != NULL)
		json_put_close(json);
	return way->status == REGISTRY_OK;
}

/* --- plaques --- */

static bool put_plaque(void *context, const struct plaque *plaque)
{
	struct way *way = context;
	struct json *json = way->answer->json;
	const char *titles[] = { plaque_state_title(plaque->state, false),
				 plaque_state_title(plaque->state, true) };
	bool has_state = plaque->state != PLAQUE_NONE;
	char day[11] = "-";

	if (json == NULL) {
		if (has_state)
			day_format(day, plaque->since);
		printf("光荣牌 plaque: %s — %s · %s (%s)\n", plaque->number, titles[0], titles[1],
		       day);
		return true;
	}
	json_put_open(json, NULL, '{');
	json_put_text(json, "plaque", plaque->number);
	json_put_text(json, "household", plaque->household);
	json_put_text(json, "unit", plaque->unit);
	json_put_text(json, "state", has_state ? plaque_state_name(plaque->state) : NULL);
	json_put_both(json, "title", titles[0], titles[1]);
	json_put_day(json, "since", has_state ? plaque->since : INT32_MIN);
	json_put_close(json);
	return true;
}

/* --- what may be had --- */

static void put_benefit(struct json *json, const struct offer *offer, const char *merchant)
{
	const struct benefit *benefit = offer->benefit;

	if (json == NULL) {
		printf("  %s — %s · %s [%s] %s\n", benefit->id, benefit->title[0],
		       benefit->title[1], verdict_name(offer->verdict), merchant);
		return;
	}
	json_put_open(json, NULL, '{');
	json_put_text(json, "benefit", benefit->id);
	json_put_both(json, "title", benefit->title[0], benefit->title[1]);
	json_put_text(json, "verdict", verdict_name(offer->verdict));
	json_put_text(json, "merchant", merchant);
	json_put_close(json);
}

static void put_prospect(struct json *json, const struct prospect *prospect,
			 const char *certificate)
{
	if (json == NULL) {
		printf("可享优待 may have (%s): %s · %s\n", certificate,
		       reason_why(prospect->reason, false), reason_why(prospect->reason, true));
	} else {
		json_put_text(json, "certificate", certificate);
		json_put_text(json, "reason", reason_name(prospect->reason));
		json_put_open(json, "benefits", '[');
	}
	for (size_t i = 0; i < prospect->count; i++)
		put_benefit(json, &prospect->items[i].offer, prospect->items[i].merchant);
	if (json != NULL)
		json_put_close(json);
}

static enum registry_status put_may_have(const struct dossier_answer *answer,
					 const char *certificate)
{
	struct prospect *prospect = calloc(1, sizeof *prospect);
	enum registry_status status = REGISTRY_TROUBLE;

	if (prospect != NULL)
		status = prospect_read(answer->registry, prospect, certificate, answer->merchant,
				       answer->now);
	if (status == REGISTRY_OK)
		put_prospect(answer->json, prospect, certificate);
	free(prospect);
	return status;
}

/* --- the whole --- */

/* One list of the dossier: a member of the object that is open, or lines. */
static enum registry_status put_list(struct way *way, const char *person, const char *key,
				     enum registry_status (*each)(struct way *, const char *))
{
	struct json *json = way->answer->json;
	enum registry_status status;

	if (json != NULL)
		json_put_open(json, key, '[');
	status = each(way, person);
	if (json != NULL)
		json_put_close(json);
	return status == REGISTRY_OK ? way->status : status;
}

static enum registry_status each_exclusion(struct way *way, const char *person)
{
	return exclusion_each(way->answer->registry, person, put_exclusion, way);
}

static enum registry_status each_certificate(struct way *way, const char *person)
{
	return dossier_each_certificate(way->answer->registry, person, way->answer->now,
					put_certificate, way);
}

static enum registry_status each_plaque(struct way *way, const char *person)
{
	return plaque_each(way->answer->registry, person, put_plaque, way);
}

static enum registry_status put_what_belongs(const struct dossier_answer *answer,
					     const char *person)
{
	struct way way = { .answer = answer };
	enum registry_status status = put_list(&way, person, "exclusions", each_exclusion);

	if (status == REGISTRY_OK)
		status = put_list(&way, person, "certificates", each_certificate);
	if (status == REGISTRY_OK)
		status = put_list(&way, person, "plaques", each_plaque);
	if (status != REGISTRY_OK)
		return status;
	if (way.certificate[0] == '\0') {
		if (answer->json != NULL)
			json_put_null(answer->json, "may_have");
		return REGISTRY_OK;
	}
	if (answer->json != NULL)
		json_put_open(answer->json, "may_have", '{');
	status = put_may_have(answer, way.certificate);
	if (answer->json != NULL)
		json_put_close(answer->json);
	return status;
}

enum registry_status dossier_put(const struct dossier_answer *answer, const char *person)
{
	struct dossier dossier;
	enum registry_status status = dossier_read(answer->registry, &dossier, person);

	if (status != REGISTRY_OK)
		return status;
	if (answer->json == NULL) {
		print_person(&dossier);
	} else {
		json_put_open(answer->json, NULL, '{');
		put_person(answer->json, &dossier);
	}
	status = put_what_belongs(answer, person);
	if (answer->json != NULL)
		json_put_close(answer->json);
	explicit_bzero(&dossier, sizeof dossier);
	return status;
}

static bool put_number(void *context, const struct certificate_view *view)
{
	const struct dossier_answer *answer = context;

	if (answer->json != NULL)
		json_put_text(answer->json, NULL, view->certificate.number);
	else
		printf("  证件 certificate: %s\n", view->certificate.number);
	return true;
}

enum registry_status dossier_put_short(const struct dossier_answer *answer, const char *person)
{
	struct dossier_answer copy = *answer;
	struct dossier dossier;
	enum registry_status status = dossier_read(answer->registry, &dossier, person);

	if (status != REGISTRY_OK)
		return status;
	if (answer->json == NULL) {
		print_heading(&dossier);
	} else {
		json_put_open(answer->json, NULL, '{');
		put_person(answer->json, &dossier);
		json_put_open(answer->json, "certificates", '[');
	}
	status = dossier_each_certificate(answer->registry, person, answer->now, put_number, &copy);
	if (answer->json != NULL) {
		json_put_close(answer->json);
		json_put_close(answer->json);
	}
	explicit_bzero(&dossier, sizeof dossier);
	return status;
}
