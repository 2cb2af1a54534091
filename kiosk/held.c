#include "kiosk/held.h"

#include <string.h>

const struct held *held_find(const struct held_visits *visits, uint64_t visit)
{
	for (size_t i = 0; i < DESK_VISITS_MAX; i++) {
		if (visits->items[i].visit == visit) {
			return &visits->items[i];
		}
	}
	return NULL;
}

void held_forget(struct held_visits *visits, uint64_t visit)
{
	for (size_t i = 0; i < DESK_VISITS_MAX; i++) {
		if (visits->items[i].visit == visit) {
			explicit_bzero(&visits->items[i], sizeof(visits->items[i]));
		}
	}
}

/* A free place, or that of the oldest visit: free ones count as the very oldest. */
static struct held *make_room(struct held_visits *visits)
{
	struct held *oldest = &visits->items[0];
	for (size_t i = 1; i < DESK_VISITS_MAX; i++) {
		if (visits->items[i].visit < oldest->visit) {
			oldest = &visits->items[i];
		}
	}
	explicit_bzero(oldest, sizeof(*oldest));
	return oldest;
}

void held_judge(struct held_visits *visits, uint64_t visit, const struct reading *reading,
		const struct keyring *keyring, const struct live_window *window, int64_t now)
{
	held_forget(visits, visit);
	struct held *held = make_room(visits);
	held->visit = visit;
	evidence_judge(&held->evidence, reading, keyring, window, now);
}

struct presentation held_presentation(const struct held *held)
{
	static const enum carrier carriers[] = { [READING_QR] = CARRIER_QR,
						 [READING_TAG] = CARRIER_TAG,
						 [READING_CHIP] = CARRIER_CHIP,
						 [READING_BANK] = CARRIER_BANK };
	const struct evidence *evidence = &held->evidence;
	const struct credential *credential = &evidence->credential;
	struct presentation out = { .carrier = carriers[evidence->carrier],
				    .live_id = evidence->is_live ? evidence->live_id : NULL,
				    .live_until = evidence->live_until };
	if (evidence->status != CREDENTIAL_OK) {
		if (!reason_from_name(&out.fault, credential_status_name(evidence->status))) {
			out.fault = REASON_MALFORMED;
		}
		return out;
	}
	out.assurance = (enum assurance)evidence->assurance; /* both are the contract's numbers */
	out.tokens = evidence->tokens[0];
	out.token_count = evidence->token_count;
	if (evidence->carrier == READING_BANK) {
		return out;
	}
	out.issuer = credential->issuer;
	out.number = credential->number;
	out.name = credential->name;
	out.kind = (uint8_t)credential->kind;
	out.medium = credential->medium_length > 0 ? credential->medium : NULL;
	out.medium_length = credential->medium_length;
	return out;
}
