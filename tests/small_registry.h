/*
 * A registry of a few rows in a folder of its own, for the tests of db/.
 */
#ifndef YOUDAI_TESTS_SMALL_REGISTRY_H
#define YOUDAI_TESTS_SMALL_REGISTRY_H

#include "db/entitlement.h"
#include "db/log.h"
#include "db/registry.h"
#include "tests/folder.h"

#define SMALL_NOW 1781490240 /* [s] Monday 2026-06-15, 10:24 in China */
#define SMALL_DAY 20619      /* [day] that day */

struct small_registry {
	char folder[FOLDER_SIZE], path[160];
	struct registry *registry;
};

/* Made, filled and opened.  Units 371171 and 371171001; merchants PARK, SHOP, HOTEL, CLOSED;
 * persons P1 to P3; certificates C1 and C1B of P1, C2 of P2, and one N-STEP for each step of a
 * certificate's life of P3; benefits as in small_benefits. */
void small_registry_make(struct small_registry *small);
void small_registry_remove(struct small_registry *small);

/* The file "FILE" + suffix. */
void small_path(char out[static 192], const struct small_registry *small, const char *suffix);

extern const char *const small_steps[]; /* names, NULL at the end */
extern const char small_benefits[];

/* Static QR of a certificate of ours; medium is `number` filled up to 16 bytes. */
struct presentation small_presentation(const char *number, uint8_t medium[static 16]);
struct circumstances small_circumstances(const char *merchant, int64_t amount);

#endif
