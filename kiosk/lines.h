/*
 * A file that says one thing a line; empty lines and those that begin with `#` say nothing.
 */
#ifndef YOUDAI_KIOSK_LINES_H
#define YOUDAI_KIOSK_LINES_H

#include <stdbool.h>

/* Hand over each line, its end included.  False where the file cannot be read or a line is not
 * taken: *number is then the line's, from 1, or 0. */
bool lines_each(int *number, const char *path, bool (*take)(void *context, char *line),
		void *context);

#endif
