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
		const struct keyring *keyring, int64_t now)
{
	held_forget(visits, visit);
	struct held *held = make_room(visits);
	held->visit = visit;
	held->carrier = reading->carrier;
	held->status = credential_from_reading(&held->credential, reading, keyring, now);
}

struct presentation held_presentation(const struct held *held)
{
	struct presentation out = {
		.carrier = held->carrier == READING_TAG ? CARRIER_TAG : CARRIER_QR,
		.assurance = ASSURANCE_STATIC,
	};
	if (held->status != CREDENTIAL_OK) {
		if (!reason_from_name(&out.fault, credential_status_name(held->status))) {
			out.fault = REASON_MALFORMED;
		}
		return out;
	}
	out.issuer = held->credential.issuer;
	out.number = held->credential.number;
	out.name = held->credential.name;
	out.kind = (uint8_t)held->credential.kind;
	out.medium = held->credential.medium_length > 0 ? held->credential.medium : NULL;
	out.medium_length = held->credential.medium_length;
	return out;
}
