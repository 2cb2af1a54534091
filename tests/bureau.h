/*
 * A bureau's registry with something of everything that is reported, for the tests of reports; what
 * they expect is worked out by hand from what is said here.
 *
 * Units by code: `centre` (county) with `east`, `north`, `west` (towns) below it, `village` below
 * east.  Certificates CERT-NN are of the persons PERSON-NN, named 具名者NN.  Where they stand is said
 * in bureau.c, as are the uses.
 */
#ifndef YOUDAI_TESTS_BUREAU_H
#define YOUDAI_TESTS_BUREAU_H

/* A moment after which nothing but the uses of 2026-11-30 and later is on record. */
#define BUREAU_NOW "2026-11-24T10:00:00+08:00"

/* A new registry at this path, which is centre_path's. */
void bureau_fill(const char *db);
/* And what happened there: applications, plaques. */
void bureau_add_ledgers(const char *db);
/* And what was used, refused and taken back from 2026-09-30 to 2026-12-01. */
void bureau_add_uses(const char *db);

/* Use a benefit; amount NULL: none.  Answers the redemption, good until the next call; "" where code
 * is not 0. */
const char *bureau_redeem(const char *db, int code, const char *number, const char *merchant,
			  const char *benefit, const char *amount, const char *at);

#endif
