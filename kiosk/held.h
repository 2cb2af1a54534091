/*
 * What was presented, judged once and held as long as its visit lasts.
 *
 * Ties reader/ to db/: a reading becomes a credential under the trusted keys, a credential the plain
 * facts of struct presentation.  Knows no registry and no thread.
 */
#ifndef YOUDAI_KIOSK_HELD_H
#define YOUDAI_KIOSK_HELD_H

#include <stdint.h>

#include "db/entitlement.h"
#include "kiosk/desk.h"
#include "reader/evidence.h"

struct held {
	uint64_t visit; /* 0: free */
	struct evidence evidence;
};
struct held_visits {
	struct held items[DESK_VISITS_MAX];
};

/* Judge a reading at now [s] and hold what it says; the oldest visit makes room.  What was found to
 * be fresh stays so as long as it is held. */
void held_judge(struct held_visits *visits, uint64_t visit, const struct reading *reading,
		const struct keyring *keyring, const struct live_window *window, int64_t now);

/* NULL where the visit is not held (any more). */
const struct held *held_find(const struct held_visits *visits, uint64_t visit);

/* Wipe a visit; nothing where it is not held. */
void held_forget(struct held_visits *visits, uint64_t visit);

/* Borrows from *held. */
struct presentation held_presentation(const struct held *held);

#endif
