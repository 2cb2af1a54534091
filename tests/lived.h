/*
 * Steps of a certificate's life on a small registry, for the tests of db/: each in a transaction of its
 * own, which is rolled back where the step is refused.
 */
#ifndef YOUDAI_TESTS_LIVED_H
#define YOUDAI_TESTS_LIVED_H

#include "db/life_record.h"

enum life_refusal lived_take(struct registry *registry, struct life_answer *answer,
			     const struct life_request *request);
/* Recorded at now, takes effect at `at`, without an end. */
enum life_refusal lived_ahead(struct registry *registry, const char *number, enum life_act act,
			      int64_t now, int64_t at);
/* Both at once. */
enum life_refusal lived_act(struct registry *registry, const char *number, enum life_act act,
			    int64_t at);
/* Where it stands. */
enum life_step lived_step(struct registry *registry, const char *number, int64_t at);

#endif
