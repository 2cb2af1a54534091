/*
 * The places whose figures domain.md tells ("Places"), as the figures of a generated registry, and the
 * numbers that a generator draws.
 *
 * Pure: the same place gives the same registry, so that two runs can be compared.  Places are real,
 * everybody in them is invented.
 */
#ifndef YOUDAI_CENTRE_SCALE_PLACE_H
#define YOUDAI_CENTRE_SCALE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What so many of a place's persons are. */
struct scale_class {
	const char *identities; /* as in the import; "" none on record */
	uint16_t parts;         /* of the parts of all classes of the place */
	uint8_t kind; /* of the certificate that they may hold: 1 veteran, 2 family, 0 none */
	bool elder;   /* all of them are 60 or more */
};

struct scale_place {
	const char *like;   /* "rizhao" */
	const char *region; /* 6 digits */
	const char *issuer; /* "yd:371171" */
	const char *name;   /* in front of its units' names */
	uint64_t seed;
	/* Units, merchants, benefits and calendar are those of assets/demo; else they are made. */
	bool demonstrated;
	/* The figures leave no room for a second certificate or for a plaque that does not hang. */
	bool plain;
	bool all_accepted;                 /* each certificate's application has been accepted */
	uint32_t streets, towns, villages; /* stations; each street and town has its villages */
	uint32_t persons, elders;          /* on file; aged 60 or more */
	uint32_t certificates, plaques, partners, uses;
	const struct scale_class *classes;
	size_t class_count;
};
extern const struct scale_place scale_places[];
extern const size_t scale_place_count;

/* NULL: there is none of that name. */
const struct scale_place *scale_place_named(const char *like);

/* --- spreading: so many of so many, evenly and the same each time --- */

/* A rearrangement of 0 to count - 1 that puts neighbours apart. */
uint32_t scale_spread(uint32_t index, uint32_t count);
/* How many of the first `index` are chosen where `chosen` of `count` are. */
uint32_t scale_chosen_before(uint32_t index, uint32_t chosen, uint32_t count);
bool scale_is_chosen(uint32_t index, uint32_t chosen, uint32_t count);

/* --- drawing: SplitMix64, of its own for each thing that is made --- */

struct scale_draw {
	uint64_t state;
};
enum scale_stream { SCALE_PERSON, SCALE_LIFE, SCALE_PLAQUE, SCALE_USE };
struct scale_draw scale_draw_begin(const struct scale_place *place, enum scale_stream stream,
				   uint32_t index);
/* 0 to below - 1; below > 0. */
uint32_t scale_draw_below(struct scale_draw *draw, uint32_t below);

#endif
