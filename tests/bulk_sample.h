/*
 * What the tests of `certificate bulk` work on: a registry with persons who have no certificate yet, a
 * key, a folder for slips, and files of rows.
 */
#ifndef YOUDAI_TESTS_BULK_SAMPLE_H
#define YOUDAI_TESTS_BULK_SAMPLE_H

#include "tests/centre.h"
#include "tests/small_registry.h"

#define SAMPLE_NOW     "2026-06-15T10:24:00+08:00"
#define SAMPLE_STEPS   "apply,accept,approve,approve,approve,produce,hand-over"
#define SAMPLE_PERSONS 250  /* g0000, g0001, … */
#define SAMPLE_COUNTY  4011 /* certificates of a county of domain.md */

struct bulk_sample {
	char db[512], key[512], sheets[512];
};

/* Of a group of tests: the folder and the registry that each test has a copy of.  To be ended by
 * centre_tear_down. */
int bulk_sample_set_up(void **state);

/* That of centre_fill, the persons, x1 who is excluded, the unit east beside the centre, and a trusted
 * key. */
void bulk_sample_open(struct bulk_sample *out);
void bulk_sample_close(struct bulk_sample *sample);

void bulk_sample_persons(const char *db, int first, int until);
/* Accounts of the centre: clerk, reviewer, both of them in one, and east, a clerk there; all signed
 * in. */
void bulk_sample_staff(const struct bulk_sample *sample);
/* Take so many certificates through all the steps. */
void bulk_sample_steps(const struct bulk_sample *sample, int first, int count);

/* --- files of rows, named as in centre_path --- */

struct bulk_file {
	FILE *out;
};
struct bulk_file bulk_file_begin(const char *name);
void bulk_file_row(struct bulk_file *file, const char *number, const char *person,
		   const char *kind);
void bulk_file_person(struct bulk_file *file, int i); /* N-0000 of g0000 */
void bulk_file_end(struct bulk_file *file);
/* Of so many persons from the first on. */
void bulk_file_of(const char *name, int first, int count);

/* --- running it --- */

#define BULK_ASK(sample, code, ...) \
	answer_json(EXPECT(code, "--db", (sample)->db, "--at", SAMPLE_NOW, "--json", __VA_ARGS__))
#define BULK_STEPS(sample, code, file, ...)                                            \
	BULK_ASK(sample, code, "certificate", "bulk", file, "--batch", "b", "--steps", \
		 SAMPLE_STEPS, __VA_ARGS__)
#define BULK_ISSUE(sample) "--issue", "qr", "--key", (sample)->key, "--sheets", (sample)->sheets

/* --- what came of it --- */

/* An answer of these numbers; what is left of total waits.  Frees it. */
void bulk_assert_result(json_t *json, int total, int done, int failed, int skipped);
/* The i-th of its failures. */
void bulk_assert_failure(const json_t *json, size_t i, const char *number, const char *reason);

/* The file of this name in the folder of slips; good until the eighth call after this one. */
const char *bulk_sample_sheet(const struct bulk_sample *sample, const char *name);
/* There are so many files in it, all of them whole. */
void bulk_sample_assert_folder(const struct bulk_sample *sample, int count);
/* sql is constant text that answers a number. */
int64_t bulk_sample_count(const struct bulk_sample *sample, const char *sql);
/* N-000i has so many steps, each once, and so many good media; after seven it is in use. */
void bulk_sample_assert_issued(const struct bulk_sample *sample, int i, int steps, int media);
/* The file, both chains and their heads are sound. */
void bulk_sample_assert_sound(const struct bulk_sample *sample);

#endif
