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

/* One as the state of a cmocka test. */
int small_set_up(void **state);
int small_tear_down(void **state);

/* The file "FILE" + suffix. */
void small_path(char out[static 192], const struct small_registry *small, const char *suffix);

extern const char *const small_steps[]; /* names, NULL at the end */
extern const char small_benefits[];

/* Static QR of a certificate of ours; medium is `number` filled up to 16 bytes. */
struct presentation small_presentation(const char *number, uint8_t medium[static 16]);
struct circumstances small_circumstances(const char *merchant, int64_t amount);

/* What the holder of `number` is offered; the reason for none. */
enum reason small_check(struct registry *registry, struct entitlement *out, const char *number,
			const char *merchant, int64_t amount);
/* C1 is served first at the SHOP. */
enum registry_status small_redeem(struct registry *registry, struct redemption *out,
				  const char *visit);

/* Entries of the log. */
int small_entries(struct registry *registry);
void small_assert_intact(struct registry *registry);
/* What a list told: its rows' codes, a space behind each. */
struct seen {
	int count;
	char text[2048];
};
bool see(struct seen *seen, const char *code); /* false at the third, which ends a list */

/* What takes a registry back to version 4 of its schema, and from there to version 2, as an older
 * program made it. */
extern const char small_undo_version_5[];
extern const char small_undo_version_3[];

/* On a file that may be no registry, through a connection of its own. */
void small_sql(const char *path, const char *sql);

#endif
