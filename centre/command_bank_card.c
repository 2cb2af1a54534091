/*
 * Bank cards: binding the holder's own card to its certificate at the desk, taking that back, and a
 * fresh key for what cards are known by.
 */
#include <stdio.h>
#include <string.h>

#include "centre/authority.h"
#include "centre/command.h"
#include "centre/note_act.h"
#include "centre/presented.h"
#include "db/bank_card.h"
#include "db/staff.h"

/* --- certificate bind --- */

/* A card that is no bank card, or could not be read, is refused with what to do about it. */
static enum outcome take_card(const struct call *call, const struct registry *registry,
			      struct reading *out)
{
	enum outcome outcome = presented_take(call, registry, out);

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (out->fault == READING_TORN || out->fault == READING_SEVERAL_CARDS)
		return refused_for(call, presented_fault(out->fault));
	if (out->fault == READING_COMPLETE && out->carrier == READING_BANK && out->length > 0)
		return OUTCOME_DONE;
	return refused(
		call, "not_a_bank_card",
		"这不是能读的银联卡:请在读卡器上放优待证本身;读不出时按换证(芯片不可读)办理",
		"this is no bank card of UnionPay that can be read: put the certificate's own "
		"card on the reader; where it cannot be read, replace it (case chip)");
}

static enum outcome refuse_bind(const struct call *call, enum bank_card_answer answer,
				const struct bank_card *card)
{
	if (answer == BANK_CARD_VOID)
		return refused_for(call, card->void_now);
	return refused(
		call, "bound_elsewhere",
		"这张卡已关联另一份优待证:请核对持证人,必要时先在那份证上解除关联",
		"this card is bound to another certificate: check whose it is, and unbind it "
		"there first where that is right");
}

static enum registry_status bind(struct registry *registry, enum bank_card_answer *answer,
				 struct bank_card *card, const struct certificate_view *view,
				 const struct reading *reading, int64_t now)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	const struct audit_act act = { .act = "certificate.bind",
				       .person = view->certificate.person,
				       .unit = view->certificate.unit,
				       .detail = detail };
	enum registry_status status = registry_begin(registry);

	snprintf(detail, sizeof detail, "certificate=%s", view->certificate.number);
	if (status == REGISTRY_OK)
		status = bank_card_bind(registry, answer, card, view->certificate.number,
					reading->bytes, reading->length / BANK_TOKEN_BYTES, now);
	if (status == REGISTRY_OK && *answer != BANK_CARD_BOUND && *answer != BANK_CARD_WAS_BOUND) {
		registry_rollback(registry);
		return REGISTRY_OK;
	}
	return note_act(registry, status, &act, now);
}

static enum outcome say_bound(const struct call *call, const char *number,
			      enum bank_card_answer answer)
{
	bool before = answer == BANK_CARD_WAS_BOUND;
	struct json json;

	if (!call->json) {
		printf("%s: %s\n",
		       before ? "这张卡先前已关联 · this card was bound before"
			      : "已关联银行卡 · the bank card is bound",
		       number);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "certificate", number);
	json_put_text(&json, "carrier", carrier_name(CARRIER_BANK));
	json_put_flag(&json, "bound", true);
	json_put_flag(&json, "before", before);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome find_certificate(const struct call *call, struct registry *registry,
				     struct certificate_view *out)
{
	enum registry_status status =
		registry_certificate(registry, out, call->words[0], call->now);

	if (status == REGISTRY_NOT_FOUND)
		return refused_for(call, REASON_UNKNOWN_CERTIFICATE);
	return call_status(call, registry, status);
}

/* Only the card of a certificate that is in order is bound: what is void would not be accepted. */
static enum outcome bind_certificate(const struct call *call, struct registry *registry)
{
	struct certificate_view view;
	struct reading reading;
	struct bank_card card;
	enum bank_card_answer answer = BANK_CARD_BOUND;
	enum outcome outcome = find_certificate(call, registry, &view);

	if (outcome == OUTCOME_DONE && view.reason != REASON_OK)
		outcome = refused_for(call, view.reason);
	if (outcome != OUTCOME_DONE)
		return outcome;
	outcome = take_card(call, registry, &reading);
	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry,
				      bind(registry, &answer, &card, &view, &reading, call->now));
	explicit_bzero(&reading, sizeof reading);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (answer == BANK_CARD_OF_ANOTHER || answer == BANK_CARD_VOID)
		return refuse_bind(call, answer, &card);
	return say_bound(call, view.certificate.number, answer);
}

static enum outcome run_at_certificate(struct call *call,
				       enum outcome (*act)(const struct call *, struct registry *))
{
	struct registry *registry = NULL;
	enum outcome outcome = call_open_centre(call, &registry);

	if (outcome == OUTCOME_DONE)
		outcome = authority_over(call, registry, ACTOR_CERTIFICATE, call->words[0]);
	if (outcome == OUTCOME_DONE)
		outcome = act(call, registry);
	registry_close(registry);
	return outcome;
}

static enum outcome run_bind(struct call *call)
{
	if (!option_given(call, "--reader"))
		return wrong_usage(call, "需要 --reader", "--reader must be given");
	return run_at_certificate(call, bind_certificate);
}

/* --- certificate unbind --- */

static enum registry_status unbind(struct registry *registry, int64_t *count,
				   const struct certificate_view *view, int64_t now)
{
	char detail[AUDIT_DETAIL_MAX + 1];
	const struct audit_act act = { .act = "certificate.unbind",
				       .person = view->certificate.person,
				       .unit = view->certificate.unit,
				       .detail = detail };
	enum registry_status status = registry_begin(registry);

	if (status == REGISTRY_OK)
		status = bank_card_unbind(registry, count, view->certificate.number);
	snprintf(detail, sizeof detail, "certificate=%s cards=%d", view->certificate.number,
		 (int)*count);
	return note_act(registry, status, &act, now);
}

static enum outcome unbind_certificate(const struct call *call, struct registry *registry)
{
	struct certificate_view view;
	struct json json;
	int64_t count = 0;
	enum outcome outcome = find_certificate(call, registry, &view);

	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry, unbind(registry, &count, &view, call->now));
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (count == 0)
		return refused(call, "not_bound", "此证没有关联的银行卡",
			       "no bank card is bound to this certificate");
	if (!call->json) {
		printf("已解除关联 · unbound: %s\n", call->words[0]);
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_text(&json, "certificate", call->words[0]);
	json_put_flag(&json, "bound", false);
	json_put_number(&json, "cards", count);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

static enum outcome run_unbind(struct call *call)
{
	return run_at_certificate(call, unbind_certificate);
}

/* --- key renew-site --- */

static enum outcome run_new_key(struct call *call)
{
	const struct audit_act act = { .act = "key.bank_cards" };
	struct registry *registry = NULL;
	struct json json;
	enum outcome outcome = call_open_centre(call, &registry);

	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry, note_alone(registry, &act, call->now));
	if (outcome == OUTCOME_DONE)
		outcome = call_status(call, registry, bank_card_new_key(registry));
	registry_close(registry);
	if (outcome != OUTCOME_DONE)
		return outcome;
	if (!call->json) {
		printf("已换新:请为每台终端重新导出(export "
		       "kiosk)并重新启动。卡片在下次使用时改用新密钥\n"
		       "renewed: export a copy for every kiosk anew and start it again.  Cards are "
		       "known under the new key from their next use on\n");
		return OUTCOME_DONE;
	}
	json_put_begin(&json, stdout);
	json_put_open(&json, NULL, '{');
	json_put_flag(&json, "renewed", true);
	json_put_close(&json);
	json_put_end(&json);
	return OUTCOME_DONE;
}

const struct command commands_bank_card[] = {
	{ .words = "certificate bind",
	  .usage = "NUMBER --reader SPEC",
	  .help = "把持证人的银行卡(优待证本身)与证件关联:在读卡器上刷一次。不保存卡号,"
		  "只保存由卡号\n"
		  "算出的代码。一证一卡:先前关联的卡随即作废。\n"
		  "Binds the holder's bank card, the certificate itself, by one tap at a reader.  "
		  "The "
		  "card's\n"
		  "number is kept nowhere, only what was worked out from it.  One certificate has "
		  "one "
		  "card:\n"
		  "what was bound before is void.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_bind,
	  .options = { { "--reader", true } } },
	{ .words = "certificate unbind",
	  .usage = "NUMBER",
	  .help = "解除证件与银行卡的关联;此后刷这张卡显示尚未关联。\n"
		  "Forgets the bank cards of a certificate; from then on they are not known any "
		  "more.",
	  .least = 1,
	  .most = 1,
	  .needs_db = true,
	  .roles = STAFF_CLERK | STAFF_REVIEWER | STAFF_MANAGER,
	  .run = run_unbind },
	{ .words = "key renew-site",
	  .usage = "",
	  .help = "终端被盗后换新识别银行卡所用的密钥;旧密钥至多再保留三代,"
		  "已关联的卡不必重新关联。\n"
		  "After a kiosk was stolen: a new key for what bank cards are known by.  Three "
		  "older "
		  "ones\n"
		  "stay, so that bound cards go on being known.",
	  .needs_db = true,
	  .roles = STAFF_MANAGER,
	  .whole = true,
	  .run = run_new_key },
	{ 0 },
};
