/*
 * Certificates as they stand: the list of them, and one with its media and the steps of its life.
 */
#include <inttypes.h>
#include <stdio.h>

#include "centre/authority.h"
#include "centre/life_answer.h"
#include "centre/life_words.h"
#include "centre/list.h"
#include "db/china_time.h"
#include "db/life_record.h"
#include "db/lookup.h"
#include "db/staff.h"
#include "reader/credential.h"

static const char *kind_name(uint8_t kind)
{
	return kind == CREDENTIAL_VETERAN ? "veteran" : kind == CREDENTIAL_FAMILY ? "family" : NULL;
}

static void put_certificate(struct json *json, const struct certificate *certificate)
{
	json_put_text(json, "number", certificate->number);
	json_put_text(json, "person", certificate->person);
	json_put_text(json, "kind", kind_name(certificate->kind));
	json_put_text(json, "unit", certificate->unit);
	json_put_text(json, "state", certificate->state);
	json_put_day(json, "valid_from", certificate->valid_from);
	json_put_day(json, "valid_until", certificate->valid_until);
}

static bool certificate_row(void *context, const struct certificate *certificate)
{
	struct list *list = context;

	list->count++;
	if (!list->as_json) {
		printf("%s\t%s\t%s\t%s\n", certificate->number, certificate->state,
		       kind_name(certificate->kind), certificate->unit);
		return true;
	}
	json_put_open(&list->json, NULL, '{');
	put_certificate(&list->json, certificate);
	json_put_close(&list->json);
	return true;
}

static enum registry_status each_certificate(struct registry *registry, struct list *list)
{
	return registry_each_certificate(registry, list->now, certificate_row, list);
}

static enum outcome run_certificates(struct call *call)
{
	return list_run(call, each_certificate);
}

static bool medium_row(void *context, const struct medium *medium, bool void_now)
{
	struct list *list = context;
	char issued[21];

	if (!list->as_json) {
		instant_tell(issued, medium->issued_at);
		printf("介质 medium: %s %s%s%s", medium->carrier, issued,
		       void_now ? " 作废 void" : "", medium->id_length > 0 ? " " : "");
		for (size_t i = 0; i < medium->id_length; i++)
			printf("%02x", medium->id[i]);
		printf("\n");
		return true;
	}
	json_put_open(&list->json, NULL, '{');
	if (medium->id == NULL)
		json_put_text(&list->json, "medium", NULL);
	else
		json_put_hex(&list->json, "medium", medium->id, medium->id_length);
	json_put_text(&list->json, "carrier", medium->carrier);
	json_put_instant(&list->json, "issued_at", medium->issued_at);
	json_put_instant(&list->json, "expires", medium->expires);
	json_put_flag(&list->json, "void", void_now);
	json_put_close(&list->json);
	return true;
}

/* --- the steps --- */

static const char *name_or_null(const char *name)
{
	return name[0] == '\0' ? NULL : name;
}

static void print_step(const struct list *list, const struct life_row *row)
{
	char at[21], until[21];

	instant_tell(at, row->at);
	printf("  %" PRId64 ". %s %s · %s", row->seq, at, life_act_title(row->act, false),
	       life_act_title(row->act, true));
	if (row->until != LIFE_NEVER) {
		instant_tell(until, row->until);
		printf(" 至 until %s", until);
	}
	if (row->cause[0] != '\0')
		printf(" (%s · %s)", life_cause_title(row->cause, false),
		       life_cause_title(row->cause, true));
	if (row->reason[0] != '\0')
		printf(" 「%s」", row->reason);
	printf(" 经办 by %s%s\n", row->actor,
	       row->fell_away        ? " 未生效 fell away"
	       : row->at > list->now ? " 尚未生效 not yet in effect"
				     : "");
}

static bool step_row(void *context, const struct life_row *row)
{
	struct list *list = context;
	struct json *json = &list->json;

	list->count++;
	if (!list->as_json) {
		if (list->count == 1)
			printf("办理记录 steps:\n");
		print_step(list, row);
		return true;
	}
	json_put_open(json, NULL, '{');
	json_put_number(json, "seq", row->seq);
	json_put_instant(json, "at", row->at);
	json_put_instant(json, "until", row->until);
	json_put_text(json, "act", life_act_name(row->act));
	json_put_text(json, "state", row->fell_away ? NULL : life_step_name(row->step));
	json_put_text(json, "cause", name_or_null(row->cause));
	json_put_text(json, "reason", row->reason);
	json_put_text(json, "actor", row->actor);
	json_put_instant(json, "recorded_at", row->recorded_at);
	json_put_close(json);
	return true;
}

/* --- one certificate --- */

static void print_certificate(const struct certificate_view *view)
{
	const struct certificate *certificate = &view->certificate;
	char from[11] = "…", until[11] = "…";

	if (certificate->valid_from != INT32_MIN)
		day_format(from, certificate->valid_from);
	if (certificate->valid_until != INT32_MAX)
		day_format(until, certificate->valid_until);
	printf("证件 certificate: %s\n持证人 holder: %s (%s)\n种类 kind: %s\n单位 unit: %s\n"
	       "状态 state: %s\n有效期 valid: %s 至 to %s\n可用 in order: %s — %s · %s\n",
	       certificate->number, view->name != NULL ? view->name : "", certificate->person,
	       kind_name(certificate->kind), certificate->unit, certificate->state, from, until,
	       reason_name(view->reason), reason_why(view->reason, false),
	       reason_why(view->reason, true));
}

static void print_standing(const struct standing *standing)
{
	char until[21];

	printf("现状 stands: %s · %s", life_step_title(standing->step, false),
	       life_step_title(standing->step, true));
	if (standing->until != LIFE_NEVER) {
		instant_tell(until, standing->until);
		printf(" 至 until %s", until);
	}
	printf("\n");
}

static enum registry_status tell_certificate(struct registry *registry, struct list *list,
					     const struct certificate_view *view,
					     const struct standing *standing)
{
	const char *number = view->certificate.number;

	print_certificate(view);
	print_standing(standing);
	enum registry_status status =
		registry_each_medium(registry, number, list->now, medium_row, list);
	if (status == REGISTRY_OK)
		status = life_each_row(registry, number, NULL, step_row, list);
	life_print_follows(number, life_acts_after(standing->step));
	return status;
}

static enum registry_status put_lists(struct registry *registry, struct list *list,
				      const char *number)
{
	enum registry_status status;

	json_put_open(&list->json, "media", '[');
	status = registry_each_medium(registry, number, list->now, medium_row, list);
	json_put_close(&list->json);
	json_put_open(&list->json, "steps", '[');
	if (status == REGISTRY_OK)
		status = life_each_row(registry, number, NULL, step_row, list);
	json_put_close(&list->json);
	return status;
}

static enum registry_status show_certificate(const struct call *call, struct registry *registry,
					     const struct certificate_view *view)
{
	struct list list = { .as_json = call->json, .now = call->now };
	struct standing standing;
	enum registry_status status =
		life_of(registry, &standing, view->certificate.number, call->now);

	if (status != REGISTRY_OK)
		return status;
	if (!call->json)
		return tell_certificate(registry, &list, view, &standing);
	json_put_begin(&list.json, stdout);
	json_put_open(&list.json, NULL, '{');
	put_certificate(&list.json, &view->certificate);
	json_put_text(&list.json, "name", view->name);
	json_put_text(&list.json, "reason", reason_name(view->reason));
	json_put_instant(&list.json, "until", standing.until);
	status = put_lists(registry, &list, view->certificate.number);
	life_put_follows(&list.json, life_acts_after(standing.step));
	json_put_close(&list.json);
	json_put_end(&list.json);
	return status;
}

/* A name is shown: who looks at whom goes on record first. */
static enum registry_status put_on_record(const struct call *call, struct registry *registry,
					  const struct certificate *certificate)
{
	struct lookup found = { .count = 1 };
	char detail[128];

	snprintf(found.persons[0], sizeof found.persons[0], "%s", certificate->person);
	snprintf(detail, sizeof detail, "certificate=%s", certificate->number);
	return lookup_on_record(registry, &found, "certificate.show", detail, call->now);
}

static enum outcome run_certificate(struct call *call)
{
	struct certificate_view view;
	struct registry *registry;
	enum registry_status status;
	enum outcome outcome = call_open(call, &registry, true);

	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = authority_over(call, registry, ACTOR_CERTIFICATE, call->words[0]);
	if (outcome != OUTCOME_DONE) {
		registry_close(registry);
		return outcome;
	}
	status = registry_certificate(registry, &view, call->words[0], call->now);
	if (status == REGISTRY_NOT_FOUND) {
		outcome = refused_for(call, REASON_UNKNOWN_CERTIFICATE);
	} else if (status != REGISTRY_OK) {
		outcome = call_status(call, registry, status);
	} else if ((status = put_on_record(call, registry, &view.certificate)) != REGISTRY_OK) {
		outcome = call_status(call, registry, status);
	} else {
		status = show_certificate(call, registry, &view);
		if (status != REGISTRY_OK)
			outcome = trouble(call->db, registry_status_why(status, false),
					  registry_status_why(status, true));
	}
	registry_close(registry);
	return outcome;
}

const struct command commands_certificate[] = {
	{ .words = "certificate list",
	  .usage = "",
	  .help = "列出优待证,不含姓名 · Lists the certificates, without names.",
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_certificates },
	{ .words = "certificate show",
	  .usage = "NUMBER",
	  .help = "显示一本优待证:介质、办理记录(含尚未生效的)、接下来可办的步骤。\n"
		  "Shows a certificate: its media, the steps of its life, those dated ahead too, "
		  "and what\n"
		  "may follow.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_certificate },
	{ 0 },
};
