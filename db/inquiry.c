#include "db/inquiry.h"

#include <stdio.h>
#include <string.h>

#include "db/bank_card.h"
#include "db/catalogue.h"
#include "db/china_time.h"
#include "db/identities.h"

enum reason certificate_reason(const struct step *step, enum reason medium, int32_t valid_from,
			       int32_t valid_until, int32_t day)
{
	if (day < valid_from)
		return REASON_NOT_YET_VALID;
	if (day > valid_until)
		return REASON_EXPIRED;
	if (step->reason == REASON_OK || medium == REASON_OK)
		return step->reason == REASON_OK ? medium : step->reason;
	return step->reason < medium ? step->reason : medium;
}

/* Our own issuers are "yd:" and a region's digits; "" for others. */
static const char *region_of(const char *issuer)
{
	if (issuer == NULL || strncmp(issuer, "yd:", 3) != 0 || issuer[3] == '\0' ||
	    issuer[3 + strspn(issuer + 3, "0123456789")] != '\0')
		return "";
	return issuer + 3;
}

bool issuer_is_home(const struct registry *registry, const char *issuer)
{
	return snapshot_is_home(registry->snapshot, region_of(issuer));
}

/* --- the place --- */

static void inquire_site(struct registry *registry, struct inquiry *out,
			 const struct circumstances *circumstances, int64_t last_instant)
{
	const char *code = circumstances->merchant == NULL ? "" : circumstances->merchant;
	const struct merchant *merchant = snapshot_merchant(registry->snapshot, code);
	if (merchant == NULL || strcmp(merchant->state, "active") != 0) {
		out->reason = REASON_MERCHANT_INACTIVE;
		return;
	}
	out->facts.today = china_time_at(circumstances->now);
	struct calendar_day day = snapshot_day(registry->snapshot, out->facts.today.day);
	out->facts.merchant = merchant->code;
	out->facts.region = merchant->region;
	out->facts.venue = merchant->venue;
	out->facts.attended = circumstances->attended;
	out->facts.compared = circumstances->compared;
	out->facts.offline = circumstances->offline;
	out->facts.now = circumstances->now;
	out->facts.holiday = day.holiday;
	out->facts.festival = day.festival;
	out->facts.amount = circumstances->amount;
	out->facts.quantity = circumstances->quantity;
	if (circumstances->now < last_instant)
		out->reason = REASON_CLOCK_WRONG;
}

/* --- the holder --- */

void facts_add_identities(struct facts *facts, const char *text, int32_t day)
{
	struct dated_identity identity;
	while (*text != '\0' && facts->identity_count < IDENTITIES_MAX) {
		if (!identities_next(&identity, &text) || !identity_holds(&identity, day) ||
		    identity.length == 0 || identity.length > IDENTITY_MAX)
			continue;
		char *name = facts->identities[facts->identity_count++];
		memcpy(name, identity.name, identity.length);
		name[identity.length] = '\0';
	}
}

/* Columns of the statement in inquire_home. */
enum {
	PERSON,
	KIND,
	STATE, /* and three more, see certificate_life_at */
	VALID_FROM = STATE + 4,
	VALID_UNTIL,
	NAME,
	BIRTH,
	HOME_REGION,
	NEEDY,
	MERIT,
	IDENTITIES,
	MEDIUM_CERTIFICATE,
	MEDIUM_VOID,
	MEDIUM_GONE
};

static enum registry_status take_person(struct registry *registry, struct inquiry *out,
					struct statement *row)
{
	const char *home_region, *identities;
	enum registry_status status =
		word_text(registry, &home_region, column_integer(row, HOME_REGION));
	if (status == REGISTRY_OK)
		status = word_text(registry, &identities, column_integer(row, IDENTITIES));
	if (status != REGISTRY_OK)
		return status;
	if (!unseal_name(registry, out->name, row, NAME, column_text(row, PERSON)))
		return registry_faults(registry, REGISTRY_DAMAGED, "the seal of a name is broken");
	snprintf(out->home_region, sizeof out->home_region, "%s", home_region);
	facts_add_identities(&out->facts, identities, out->facts.today.day);
	out->facts.home_region = out->home_region;
	out->facts.birth_known = !column_is_null(row, BIRTH);
	out->facts.birth = (int32_t)column_integer(row, BIRTH);
	out->facts.needy = column_integer(row, NEEDY) != 0;
	out->facts.merit = (int32_t)column_integer(row, MERIT);
	/* One person has one account, on whatever certificate and medium. */
	vault_holder(registry->vault, out->holder, "", column_text(row, PERSON));
	return REGISTRY_OK;
}

/* --- a card that cannot be read --- */

/* How many exceptions the holder has had of late. */
static enum registry_status count_exceptions(struct registry *registry, int64_t *out,
					     const struct inquiry *inquiry)
{
	static const char sql[] =
		"SELECT count(*) FROM log l WHERE holder = ?1 AND at > ?2 AND compared = 2"
		" AND NOT EXISTS (SELECT 1 FROM log v WHERE v.what = 'voided'"
		" AND v.redemption = l.redemption)";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_bytes(row, 1, inquiry->holder, PSEUDONYM_BYTES);
		bind_integer(row, 2, inquiry->facts.now - EXCEPTION_SECONDS);
		status = statement_step(row);
	}
	if (status != STORE_ROW)
		return registry_says(registry, status == STORE_OK ? STORE_TROUBLE : status);
	*out = column_integer(row, 0);
	statement_reset(row);
	return REGISTRY_OK;
}

/* The claim of whose card is being replaced stands; the clerk's look stands in for the card. */
static enum registry_status inquire_exception(struct registry *registry, struct inquiry *out,
					      enum life_step stands)
{
	int64_t uses = 0;
	bool replacing = out->reason == REASON_REPLACED && life_is_replacing(stands);
	if (out->reason != REASON_OK && !replacing)
		return REGISTRY_OK;
	enum registry_status status = count_exceptions(registry, &uses, out);
	if (!out->facts.attended || !out->facts.compared)
		out->reason = REASON_NEEDS_COMPARE;
	else if (uses >= EXCEPTION_USES)
		out->reason = REASON_ASSURANCE_TOO_LOW;
	else
		out->reason = REASON_OK;
	out->exception = out->reason == REASON_OK;
	out->exceptions_used = out->reason == REASON_ASSURANCE_TOO_LOW;
	return status;
}

static enum registry_status take_home(struct registry *registry, struct inquiry *out,
				      struct statement *row, const char *number, bool unreadable)
{
	struct certificate_life life = certificate_life_at(row, STATE);
	enum life_step stands;
	enum reason medium = REASON_OK;
	enum registry_status said = life_step_now(registry, &stands, number, &life, out->facts.now);
	if (said != REGISTRY_OK)
		return said;
	const struct step *step = snapshot_step(registry->snapshot, stands);
	if (step == NULL || (!column_is_null(row, MEDIUM_VOID) &&
			     !reason_from_name(&medium, column_text(row, MEDIUM_VOID))))
		return registry_faults(registry, REGISTRY_DAMAGED, "a certificate's state");
	out->reason = certificate_reason(
		step, medium,
		column_is_null(row, VALID_FROM) ? INT32_MIN
						: (int32_t)column_integer(row, VALID_FROM),
		column_is_null(row, VALID_UNTIL) ? INT32_MAX
						 : (int32_t)column_integer(row, VALID_UNTIL),
		out->facts.today.day);
	if ((!column_is_null(row, MEDIUM_CERTIFICATE) &&
	     strcmp(column_text(row, MEDIUM_CERTIFICATE), number) != 0) ||
	    column_integer(row, MEDIUM_GONE) != 0) {
		out->reason = REASON_UNKNOWN_CERTIFICATE;
		return REGISTRY_OK;
	}
	out->home = true;
	snprintf(out->certificate, sizeof out->certificate, "%s", number);
	out->facts.kind = (uint8_t)column_integer(row, KIND);
	said = take_person(registry, out, row);
	if (said == REGISTRY_OK && unreadable)
		said = inquire_exception(registry, out, stands);
	return said;
}

static enum registry_status inquire_home(struct registry *registry, struct inquiry *out,
					 const struct presentation *presentation,
					 const struct circumstances *circumstances)
{
	static const char sql[] =
		"SELECT c.person, c.kind, c.state, c.standing, c.since, c.until, c.valid_from,"
		" c.valid_until, p.name, p.birth, p.home_region, p.needy, p.merit, p.identities,"
		" m.certificate, iif(m.void_at > ?3, NULL, m.void_reason),"
		" m.id IS NULL AND EXISTS (SELECT 1 FROM medium_gone WHERE id = ?2)"
		" FROM certificate c JOIN person p ON p.code = c.person"
		" LEFT JOIN medium m ON m.id = ?2 WHERE c.number = ?1";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status == STORE_OK) {
		bind_text(row, 1, presentation->number);
		bind_integer(row, 3, out->facts.now);
		bind_null(row, 2);
		if (presentation->medium != NULL)
			bind_bytes(row, 2, presentation->medium, presentation->medium_length);
		status = statement_step(row);
	}
	if (status == STORE_OK)
		out->reason = REASON_UNKNOWN_CERTIFICATE;
	if (status != STORE_ROW)
		return registry_says(registry, status);
	bool unreadable = circumstances->unreadable && presentation->carrier == CARRIER_NUMBER;
	enum registry_status said = take_home(registry, out, row, presentation->number, unreadable);
	statement_reset(row);
	/* A kiosk's copy holds no names: the one that is printed and signed then. */
	if (said == REGISTRY_OK && out->home && out->name[0] == '\0' && presentation->name != NULL)
		snprintf(out->name, sizeof out->name, "%s", presentation->name);
	return said;
}

/* The card stands for the certificate that it is bound to. */
static enum registry_status inquire_bank_card(struct registry *registry, struct inquiry *out,
					      const struct presentation *presentation,
					      const struct circumstances *circumstances)
{
	struct bank_card card;
	struct presentation bound = *presentation;
	enum registry_status status = bank_card_find(registry, &card, presentation->tokens,
						     presentation->token_count, circumstances->now);
	if (status == REGISTRY_NOT_FOUND) {
		out->reason = REASON_UNKNOWN_CARD;
		return REGISTRY_OK;
	}
	if (status != REGISTRY_OK)
		return status;
	bound.number = card.certificate;
	bound.medium = presentation->tokens + card.token * BANK_TOKEN_SIZE;
	bound.medium_length = BANK_TOKEN_SIZE;
	return inquire_home(registry, out, &bound, circumstances);
}

static void inquire_guest(struct registry *registry, struct inquiry *out,
			  const struct presentation *presentation)
{
	out->facts.guest = true;
	out->facts.kind = presentation->kind;
	snprintf(out->home_region, sizeof out->home_region, "%s", region_of(presentation->issuer));
	out->facts.home_region = out->home_region;
	snprintf(out->name, sizeof out->name, "%s",
		 presentation->name == NULL ? "" : presentation->name);
	vault_holder(registry->vault, out->holder, presentation->issuer, presentation->number);
}

static enum registry_status inquire_holder(struct registry *registry, struct inquiry *out,
					   const struct presentation *presentation,
					   const struct circumstances *circumstances)
{
	bool by_number = presentation->carrier == CARRIER_NUMBER;
	out->facts.assurance = by_number ? ASSURANCE_MANUAL : presentation->assurance;
	if (presentation->live_id != NULL) {
		enum registry_status status =
			live_inquire(registry, &out->reason, presentation, out->facts.now);
		if (status != REGISTRY_OK || out->reason != REASON_OK)
			return status;
	}
	if (presentation->fault != REASON_OK) {
		out->reason = presentation->fault;
		return REGISTRY_OK;
	}
	if (presentation->carrier == CARRIER_BANK)
		return inquire_bank_card(registry, out, presentation, circumstances);
	if (presentation->number == NULL || (!by_number && presentation->issuer == NULL)) {
		out->reason = REASON_MALFORMED;
		return REGISTRY_OK;
	}
	bool home = by_number || issuer_is_home(registry, presentation->issuer);
	if (home && !by_number && presentation->medium == NULL)
		out->reason = REASON_MALFORMED; /* ours name their medium */
	else if (home)
		return inquire_home(registry, out, presentation, circumstances);
	else
		inquire_guest(registry, out, presentation);
	return REGISTRY_OK;
}

/* --- the purchase --- */

/* What the holder has just taken here; asked for only where some benefit does not go with others. */
static enum registry_status inquire_beside(struct registry *registry, struct inquiry *out)
{
	static const char sql[] =
		"SELECT benefit FROM log l WHERE holder = ?1 AND at > ?2 AND merchant = ?3"
		" AND NOT EXISTS (SELECT 1 FROM log v WHERE v.what = 'voided'"
		" AND v.redemption = l.redemption)";
	struct statement *row;
	enum store_status status;
	if (!registry->snapshot->catalogue->some_alone)
		return REGISTRY_OK;
	status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return registry_says(registry, status);
	bind_bytes(row, 1, out->holder, PSEUDONYM_BYTES);
	bind_integer(row, 2, out->facts.now - PURCHASE_SECONDS);
	bind_text(row, 3, out->facts.merchant);
	while ((status = statement_step(row)) == STORE_ROW) {
		const struct benefit *benefit =
			snapshot_benefit(registry->snapshot, column_text(row, 0));
		if (benefit != NULL)
			facts_add_beside(&out->facts, benefit);
	}
	return registry_says(registry, status);
}

enum registry_status inquire(struct registry *registry, struct inquiry *out,
			     const struct presentation *presentation,
			     const struct circumstances *circumstances, int64_t last_instant)
{
	*out = (struct inquiry){ .reason = REASON_OK };
	enum registry_status status = REGISTRY_OK;
	inquire_site(registry, out, circumstances, last_instant);
	if (out->reason == REASON_OK)
		status = inquire_holder(registry, out, presentation, circumstances);
	if (status == REGISTRY_OK && out->reason == REASON_OK)
		status = inquire_beside(registry, out);
	return status;
}

/* --- past uses --- */

static int64_t add_up(int64_t a, int64_t b)
{
	int64_t sum;
	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static void add_use(struct past_use *use, int64_t saved)
{
	use->count++;
	use->amount = add_up(use->amount, saved);
}

/* The first seconds of the periods that now lies in, each found when it is first asked for. */
struct starts {
	int64_t now, at[PERIOD_COUNT];
	bool known[PERIOD_COUNT];
};

static int64_t start_of(struct starts *starts, enum period period)
{
	if (!starts->known[period])
		starts->at[period] = period_start(period, starts->now);
	starts->known[period] = true;
	return starts->at[period];
}

static void count_use(struct uses *uses, struct starts *starts, struct statement *row)
{
	const char *id = column_text(row, 0);
	int64_t at = column_integer(row, 1), saved = column_integer(row, 2);
	for (size_t i = 0; i < uses->count; i++) {
		const struct benefit *benefit = uses->benefits[i];
		if (benefit->limit_count == 0 || strcmp(benefit->id, id) != 0)
			continue;
		for (size_t limit = 0; limit < benefit->limit_count; limit++)
			if (!benefit->limits[limit].per_venue &&
			    at >= start_of(starts, benefit->limits[limit].period))
				add_use(&uses->used[i][limit], saved);
	}
}

static enum store_status read_holder(struct registry *registry, struct uses *uses,
				     struct starts *starts,
				     const uint8_t holder[static PSEUDONYM_BYTES], int64_t earliest,
				     int64_t until_seq)
{
	static const char sql[] =
		"SELECT benefit, at, saved FROM log l WHERE holder = ?1 AND at >= ?2 AND seq <= ?3"
		" AND NOT EXISTS (SELECT 1 FROM log v WHERE v.what = 'voided'"
		" AND v.redemption = l.redemption AND v.seq <= ?3)";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	bind_bytes(row, 1, holder, PSEUDONYM_BYTES);
	bind_integer(row, 2, earliest);
	bind_integer(row, 3, until_seq);
	while ((status = statement_step(row)) == STORE_ROW)
		count_use(uses, starts, row);
	return status;
}

static enum store_status read_place(struct registry *registry, struct past_use *use,
				    const char *benefit, const char *merchant, int64_t since,
				    int64_t until_seq)
{
	static const char sql[] =
		"SELECT saved FROM log l WHERE merchant = ?1 AND benefit = ?2 AND at >= ?3"
		" AND what = 'redeemed' AND seq <= ?4"
		" AND NOT EXISTS (SELECT 1 FROM log v WHERE v.what = 'voided'"
		" AND v.redemption = l.redemption AND v.seq <= ?4)";
	struct statement *row;
	enum store_status status = store_statement(registry->store, &row, sql);
	if (status != STORE_OK)
		return status;
	bind_text(row, 1, merchant);
	bind_text(row, 2, benefit);
	bind_integer(row, 3, since);
	bind_integer(row, 4, until_seq);
	while ((status = statement_step(row)) == STORE_ROW)
		add_use(use, column_integer(row, 0));
	return status;
}

enum registry_status uses_read(struct registry *registry, struct uses *uses,
			       const uint8_t holder[static PSEUDONYM_BYTES], const char *merchant,
			       int64_t now, int64_t until_seq)
{
	struct starts starts = { .now = now };
	int64_t earliest = INT64_MAX;
	enum store_status status = STORE_OK;
	for (size_t i = 0; i < uses->count && status == STORE_OK; i++) {
		const struct benefit *benefit = uses->benefits[i];
		for (size_t j = 0; j < benefit->limit_count && status == STORE_OK; j++) {
			int64_t since = start_of(&starts, benefit->limits[j].period);
			uses->used[i][j] = (struct past_use){ 0 };
			if (benefit->limits[j].per_venue)
				status = read_place(registry, &uses->used[i][j], benefit->id,
						    merchant, since, until_seq);
			else if (since < earliest)
				earliest = since;
		}
	}
	if (status == STORE_OK && earliest != INT64_MAX)
		status = read_holder(registry, uses, &starts, holder, earliest, until_seq);
	return registry_says(registry, status);
}
