/*
 * Somebody of a place at scale: who they are, and what they hold.
 *
 * Pure; knows no registry.  Of each class, age, certificate and plaque there are exactly as many as the
 * place has.
 */
#ifndef YOUDAI_CENTRE_SCALE_PERSON_H
#define YOUDAI_CENTRE_SCALE_PERSON_H

#include "centre/scale_name.h"
#include "centre/scale_place.h"

#define SCALE_ID_SIZE 19 /* [byte] an ID number of GB 11643 with its end */

struct scale_person {
	char code[32], name[SCALE_NAME_SIZE], id_number[SCALE_ID_SIZE];
	char home_region[8];
	char sex;      /* 'm' 'f' */
	bool elder;    /* 60 or more today */
	int32_t birth; /* [day] */
	bool needy;
	int32_t merit; /* 0 none, 1 to 3 */
	const char *identities;
	bool holds, has_plaque;
	uint8_t kind;         /* of the certificate, where one is held */
	uint32_t certificate; /* which of the place's holders, from 0; where one is held */
	uint32_t plaque;      /* likewise */
	uint32_t unit;        /* which of the place's units of the lowest tier */
};

/* The number of what they hold; second: of the other kind. */
#define SCALE_NUMBER_SIZE 32 /* [byte] with the end */
void scale_number_print(char out[static SCALE_NUMBER_SIZE], const struct scale_place *place,
			uint32_t index, bool second);

/* Who may have a certificate at this place, and how many hold one: less than there are certificates,
 * since whoever was given the other kind has two. */
uint32_t scale_eligible(const struct scale_place *place);
uint32_t scale_holders(const struct scale_place *place);

/* index: 0 to place->persons - 1.  today [day] says how old they are. */
void scale_person_make(struct scale_person *out, const struct scale_place *place, uint32_t index,
		       int32_t today);

#endif
