/*
 * The service centre's program under test: started as a person would, its answers caught.
 */
#ifndef YOUDAI_TESTS_CENTRE_H
#define YOUDAI_TESTS_CENTRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

/* What one call left behind. */
struct answer {
	int code; /* exit code; -1: it did not end by itself */
	char *out, *err;
};

/* A folder of its own and the path of the program; false (and said) where there is none. */
bool centre_open(void);
void centre_close(void);            /* removes the folder */
int centre_tear_down(void **state); /* the same as a cmocka tear-down */

/* "FOLDER/name", good until the sixteenth call after this one. */
const char *centre_path(const char *name);
void centre_write(const char *name, const char *text);
char *centre_read(const char *name); /* the caller frees; NULL where it cannot be read */

/* Run the program with these arguments, the last one NULL, without a terminal. */
struct answer centre_run(const char *const *arguments);
#define RUN(...) centre_run((const char *const[]){ __VA_ARGS__, NULL })
void answer_free(struct answer *answer);

/* Begin it and do not wait; what it says on stderr goes into the file err. */
pid_t centre_start(const char *const *arguments, const char *err);

/* Run it at a terminal of its own, without the secrets of the environment, and answer each question
 * that ends in ": " with the next line of `typed`.  What the terminal shows goes into shown; the exit
 * code. */
int centre_run_at_terminal(const char *const *arguments, const char *typed, char *shown,
			   size_t size);

/* Run, and fail the test unless it ends with this code; its standard output, freed by the caller. */
char *centre_expect(int line, int code, const char *const *arguments);
#define EXPECT(code, ...) centre_expect(__LINE__, code, (const char *const[]){ __VA_ARGS__, NULL })
/* The same for whoever does not look at what is said. */
#define DO(code, ...) free(EXPECT(code, __VA_ARGS__))

/* --- answers for programs --- */

json_t *answer_json(char *text); /* fails the test where it is none; frees the text */
/* A member's text; "null" where it is null, "?" where it is no text. */
const char *text_of(const json_t *json, const char *name);
int64_t number_of(const json_t *json, const char *name); /* fails the test where it is none */

/* Make a registry with the unit 371171; the merchants m-park, m-shop and m-left; the certificates
 * C1 (veteran, until 2027-06-30), C2 (suspended) and C3 (family); the benefits park-free (veterans,
 * twice a day) and shop-off (20 percent, assurance 2). */
void centre_fill(const char *db);

#endif
