/*
 * The lives of a place's certificates, spread over the last two years: most are in use, and of every
 * step, cause and case of the rule book there are some.
 *
 * Pure: says which steps are due when; who takes them, and whether they follow, is life_record.h's.
 */
#ifndef YOUDAI_CENTRE_SCALE_LIFE_H
#define YOUDAI_CENTRE_SCALE_LIFE_H

#include "centre/scale_place.h"
#include "db/life.h"

#define SCALE_STEPS_MAX 20
#define SCALE_LIFE_DAYS 730 /* [day] that lives reach back */

struct scale_step {
	struct life_event event;
	int64_t recorded;  /* [s] earlier than event.at where it was known before */
	const char *cause; /* NULL: the act has none, or the first */
};

struct scale_life {
	enum life_step beginning;
	size_t count;
	struct scale_step steps[SCALE_STEPS_MAX]; /* in the order of time */
	int32_t in_hand;  /* [day] first in the holder's hands; INT32_MIN never */
	bool only_issued; /* nothing happened since, and nothing lies ahead */
};

/* Certificates of the other kind, beside those of the holders. */
uint32_t scale_second_certificates(const struct scale_place *place);
/* holder: 0 to scale_holders - 1.  Is theirs replaced by one of the other kind? */
bool scale_gets_other_kind(const struct scale_place *place, uint32_t holder);

void scale_life_make(struct scale_life *out, const struct scale_place *place, uint32_t holder,
		     int64_t now);
/* Of the certificate of the other kind, applied for when this life was ended by it. */
void scale_life_of_second(struct scale_life *out, const struct scale_place *place, uint32_t holder,
			  const struct scale_life *first, int64_t now);
/* Where it stands. */
enum life_step scale_life_step(const struct scale_life *life, int64_t now);

#endif
