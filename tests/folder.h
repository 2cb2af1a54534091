/*
 * A folder of its own for what a test writes, under $TMPDIR or /tmp.
 *
 * What cannot be made ends the process: a test cannot go on without it.
 */
#ifndef YOUDAI_TESTS_FOLDER_H
#define YOUDAI_TESTS_FOLDER_H

#include <stddef.h>

#define FOLDER_SIZE 128 /* [byte] of its path, with the zero */

void folder_make(char out[static FOLDER_SIZE]);
/* With all that is in it. */
void folder_remove(const char *path);

/* Write a file, over what was there. */
void folder_put(const char *path, const void *bytes, size_t length);
void folder_put_text(const char *path, const char *text);

/* The state of a test that needs a file or two; `file` names one that is not there yet. */
struct folder {
	char path[FOLDER_SIZE], file[FOLDER_SIZE + 64];
};
int folder_set_up(void **state);
int folder_tear_down(void **state);
/* Let `file` be another in it; returns its path. */
const char *folder_file(struct folder *folder, const char *name);

#endif
